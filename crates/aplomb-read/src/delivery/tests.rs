use std::fs;

use tempfile::TempDir;

use super::*;

const HEAD: &str = "[delivery]\nsolution = \"s\"\n";
const HOSTS: &str = "[hosts]\nfacts = [\"hosts/**\"]\n";

/// A folder with files in it, the manifest being `HEAD` and what is given.
fn folder(manifest: &str, files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let manifest = format!("{HEAD}{manifest}");
    for (path, text) in files.iter().chain(&[(MANIFEST, manifest.as_str())]) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

fn delivery(manifest: &str, files: &[(&str, &str)]) -> Delivery {
    let folder = folder(manifest, files);
    Delivery::open(folder.path(), None, Limits::default()).expect("a valid manifest")
}

/// What reading the host delivered as `path` comes to: nothing, or the problem with its place.
fn snapshot(manifest: &str, path: &str, text: &str) -> Option<String> {
    let folder = folder(manifest, &[(path, text)]);
    let delivery = Delivery::open(folder.path(), None, Limits::default()).expect("valid");
    let host = delivery.subjects.iter().find(|one| one.path.as_deref() == Some(path));
    let (error, source) = delivery.read(host.expect("a subject")).err()?;
    Some(error.describe(source.as_deref()))
}

/// The diagnostics as `level code file:line: message`.
fn diagnostics(delivery: &Delivery) -> Vec<String> {
    let one = |one: &Diagnostic| {
        let line = one.position.map_or(0, |position| position.line);
        let file = one.file.as_deref().unwrap_or_default();
        format!("{} {} {file}:{line}: {}", one.level.id(), one.code, one.message.en)
    };
    delivery.diagnostics.iter().map(one).collect()
}

#[test]
fn what_is_no_snapshot_is_not_judged_as_one() {
    for (text, place) in [
        ("{}", "1:1: this is no snapshot"),
        ("[]", "1:1: this is no snapshot"),
        ("{\"host\": \"a\"}", "1:1: this is no snapshot"),
        ("{\n\"schema\": 99, \"host\": \"a\"}", "2:11: the schema of this snapshot is `99`"),
        ("{\"schema\": \"aplomb.host/2\"}", "1:12: the schema of this snapshot is `aplomb.host/2`"),
    ] {
        let problem = snapshot(HOSTS, "hosts/a.json", text).expect("no snapshot");
        assert!(problem.starts_with(place), "{text}: {problem}");
    }
    let two = "schema: aplomb.host/1\nhost: a\n---\na: 1\n";
    let problem = snapshot(HOSTS, "hosts/a.yaml", two).expect("two documents");
    assert!(problem.contains("no snapshot"), "{problem}");
}

#[test]
fn a_snapshot_of_another_host_is_refused() {
    let of = |said: &str| {
        let text = format!("{{\"schema\": \"aplomb.host/1\"{said}}}");
        snapshot(HOSTS, "hosts/web01.json", &text)
    };
    assert_eq!(of(", \"host\": \"web01\""), None);
    assert_eq!(of(", \"host\": \"WEB01\""), None);
    assert_eq!(of(", \"host\": \"node-7\", \"fqdn\": \"Web01.example.com\""), None);
    let other = of(", \"host\": \"web02\", \"fqdn\": \"web02.web01\"").expect("another");
    assert!(other.starts_with("1:37: ") && other.contains("`web02`"), "{other}");
    assert!(other.contains("`web01`"), "{other}");
    assert!(of("").expect("nobody's").contains("does not say"), "no host");
    assert!(of(", \"host\": 7").expect("nobody's").contains("does not say"), "no text");
}

#[test]
fn a_host_delivered_twice_is_an_error() {
    let delivery = delivery(
        &format!("{HOSTS}[[host]]\nname = \"WEB01\"\n"),
        &[("hosts/a/web01.json", "{}"), ("hosts/b/Web01.json", "{}"), ("hosts/b/web02.json", "{}")],
    );
    assert_eq!(
        diagnostics(&delivery),
        ["error duplicate-host hosts/b/Web01.json:0: Web01 was delivered before, as \
          hosts/a/web01.json; deliver one snapshot of each host"]
    );
    let hosts = delivery.subjects.iter().filter(|one| one.id.kind == SubjectKind::Host);
    assert_eq!(hosts.filter(|host| host.path.is_none()).count(), 0, "`WEB01` was delivered");
}

#[test]
fn a_path_that_leads_out_of_the_delivery_is_a_mistake() {
    for manifest in [
        "[[document]]\ntype = \"DEX\"\npath = \"OUT\"\n",
        "[[register]]\ntype = \"inventory\"\npath = \"OUT\"\n",
        "[hosts]\nfacts = \"OUT\"\n",
        "[configs]\nfiles = [\"OUT\"]\n",
        "[artifacts]\nfiles = [\"OUT\"]\n",
        "[evidence]\nfiles = [\"OUT\"]\n",
        "exclude = [\"OUT\"]\n",
    ] {
        for out in ["/etc/passwd", "../a.md", "docs/../../*.md", "/**"] {
            let folder = folder(&manifest.replace("OUT", out), &[]);
            match Delivery::open(folder.path(), None, Limits::default()) {
                Err(OpenError::Manifest { source, mistakes }) => {
                    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
                    let span = mistakes[0].span.start() as usize..mistakes[0].span.end() as usize;
                    assert!(source.text()[span].contains(out), "{mistakes:?}");
                    assert!(
                        mistakes[0].help.as_ref().is_some_and(|help| help.contains("relative"))
                    );
                }
                other => panic!("{manifest} {out}: {other:?}"),
            }
        }
    }
    let inside = "standards = [\"../house\"]\nexclude = [\"a/../b\", \"a..b\", \"...\"]\n";
    delivery(inside, &[]);
}
