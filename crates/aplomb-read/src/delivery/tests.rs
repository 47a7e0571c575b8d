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

#[test]
fn what_is_declared_and_not_delivered_is_an_error() {
    let document = "[[document]]\ntype = \"DEX\"\npath = \"docs/*.md\"\n";
    assert_eq!(
        diagnostics(&delivery(document, &[])),
        ["error not-delivered delivery.toml:5: docs/*.md is declared but not delivered"]
    );
}

#[test]
fn what_is_declared_after_its_files_were_claimed_is_an_error() {
    let twice = "[[document]]\ntype = \"DEX\"\npath = \"a.csv\"\n\
                 [[register]]\ntype = \"inventory\"\npath = \"*.csv\"\n";
    assert_eq!(
        diagnostics(&delivery(twice, &[("a.csv", "")])),
        ["error claimed-twice delivery.toml:5: a.csv is judged as what other entries declare, \
          not as this; declare it once"]
    );
}

#[test]
fn what_is_excluded_is_said() {
    let exclude = "exclude = [\"old/**\", \"*.bak\"]\n";
    let files = ["old/a", "old/b", "old/c", "old/d"].map(|path| (path, ""));
    assert_eq!(
        diagnostics(&delivery(exclude, &files)),
        [
            "warning idle-pattern delivery.toml:3: `*.bak` matches no file",
            "note excluded delivery.toml:3: `exclude` keeps from being judged (4 in all): \
             old/a, old/b, old/c…",
        ]
    );
    assert_eq!(
        diagnostics(&delivery(exclude, &[("a.bak", "")])),
        [
            "warning idle-pattern delivery.toml:3: `old/**` matches no file",
            "note excluded delivery.toml:3: `exclude` keeps from being judged (1 in all): \
             a.bak",
        ]
    );
    assert!(diagnostics(&delivery("exclude = []\n", &[])).is_empty());
}

#[test]
fn a_file_that_leaves_the_configurations_is_said() {
    let manifest = "[hosts]\nfacts = \"all/*.json\"\n[configs]\nfiles = \"all/**\"\n\
                    [[register]]\ntype = \"sbom\"\npath = \"all/sbom.json\"\n";
    let files = ["all/sbom.json", "all/web01.json", "all/a.yml"].map(|path| (path, ""));
    let twice = |path: &str, kind: &str, table: &str| {
        format!(
            "warning claimed-twice {path}:0: it is judged as a {kind} only, though {table} names \
             it too; name it once"
        )
    };
    assert_eq!(
        diagnostics(&delivery(manifest, &files)),
        [
            twice("all/sbom.json", "register", "[hosts]"),
            twice("all/sbom.json", "register", "[configs]"),
            twice("all/web01.json", "host", "[configs]"),
        ]
    );
}

#[test]
fn a_standard_inside_the_delivery_is_known() {
    let files = ["house/a.toml", "house/LICENCE", "one.toml", "households", "b.toml"];
    let files = files.map(|path| (path, ""));
    let unclaimed = |standards: &str| {
        let delivery = delivery(&format!("standards = [{standards}]\n"), &files);
        let unclaimed = delivery.diagnostics.into_iter().filter(|one| one.code == "unclaimed");
        unclaimed.filter_map(|one| one.file).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(unclaimed("'aplomb:*', './house/', 'one.toml', '../x'"), "b.toml households");
    assert_eq!(unclaimed("'.'"), "house/LICENCE households");
    assert_eq!(unclaimed(""), "b.toml house/LICENCE house/a.toml households one.toml");
}

#[test]
fn standards_are_beside_a_manifest_that_is_given_apart() {
    let folder = folder("standards = ['../delivered/house']\n", &[("delivered/house/a.toml", "")]);
    let apart = folder.path().join("apart/m.toml");
    fs::create_dir(folder.path().join("apart")).expect("a folder");
    fs::rename(folder.path().join(MANIFEST), &apart).expect("moved");
    let delivered = folder.path().join("delivered");
    let delivery = Delivery::open(&delivered, Some(&apart), Limits::default()).expect("valid");
    assert!(diagnostics(&delivery).is_empty());
}

/// Name and parts of each configuration.
fn configurations(files: &[&str]) -> Vec<String> {
    let files: Vec<_> = files.iter().map(|path| (*path, "")).collect();
    let delivery = delivery("[configs]\nfiles = [\"**/*\"]\n", &files);
    let configs = delivery.subjects.iter().filter(|one| one.id.kind == SubjectKind::Config);
    let shown = configs.map(|one| {
        let files = one.path.iter().chain(&one.parts);
        let files: Vec<_> = files.map(String::as_str).collect();
        format!("{}: {}", one.id.name, files.join(" "))
    });
    shown.collect()
}

#[test]
fn a_unit_is_one_subject_with_its_drop_ins() {
    let shown = configurations(&[
        "h/etc/systemd/system/a.service.d/2.conf",
        "h/etc/systemd/system/b@.service",
        "h/etc/systemd/system/b@x.service.d/1.conf",
        "h/usr/lib/systemd/system/a.service",
        "h/usr/lib/systemd/system/service.d/1.conf",
        "i/a.service",
        "i/c.timer.d/1.conf",
        "i/c.timer.d/2.conf",
    ]);
    let system = "h/etc/systemd/system";
    let library = "h/usr/lib/systemd/system";
    assert_eq!(
        shown,
        [
            format!("{system}/b@.service: {system}/b@.service {library}/service.d/1.conf"),
            // The drop-in of the instance comes after that of the type of the same name.
            format!(
                "{system}/b@x.service.d: {system}/b@.service {system}/b@x.service.d/1.conf {library}/service.d/1.conf"
            ),
            format!(
                "{library}/a.service: {library}/a.service {library}/service.d/1.conf {system}/a.service.d/2.conf"
            ),
            "i/a.service: i/a.service".to_owned(),
            "i/c.timer.d: i/c.timer.d/1.conf i/c.timer.d/2.conf".to_owned(),
        ]
    );
}

#[test]
fn files_of_all_folders_of_a_machine_are_one_subject() {
    assert_eq!(
        configurations(&[
            "h/etc/default/grub",
            "h/etc/default/grub.d/1.cfg",
            "h/etc/default/ssh",
            "h/etc/sysctl.conf",
            "h/etc/sysctl.d/2.conf",
            "h/usr/lib/sysctl.d/1.conf",
            "i/sysctl.d/1.conf",
        ]),
        [
            "h/etc/default/grub: h/etc/default/grub h/etc/default/grub.d/1.cfg",
            "h/etc/default/ssh: h/etc/default/ssh",
            "h/etc/sysctl.d: h/usr/lib/sysctl.d/1.conf h/etc/sysctl.d/2.conf h/etc/sysctl.conf",
            "i/sysctl.d/1.conf: i/sysctl.d/1.conf",
        ]
    );
}

#[test]
fn what_is_included_is_a_part_of_what_includes_it() {
    let files = [
        ("a/nginx.conf", "http { include sites/*; }"),
        ("a/sites/x", "server { }"),
        ("b/sshd_config", "Include sshd_config.d/*.conf\n"),
        ("b/sshd_config.d/1.conf", "UsePAM yes\n"),
        ("c/sshd_config", "UsePAM yes\n"),
        ("c/sshd_config.d/1.conf", "UsePAM yes\n"),
    ];
    let delivery = delivery("[configs]\nfiles = [\"*/**\"]\n", &files);
    let names: Vec<_> = delivery.subjects.iter().map(|one| one.id.name.as_str()).collect();
    let expected =
        ["a/nginx.conf", "b/sshd_config", "c/sshd_config", "c/sshd_config.d/1.conf", MANIFEST];
    assert_eq!(names, expected);
    assert_eq!(delivery.subjects[0].parts, ["a/sites/x"]);
    assert_eq!(
        diagnostics(&delivery),
        [
            "warning not-included c/sshd_config.d/1.conf:0: c/sshd_config does not include it, so it has no effect; include it, or remove it"
        ]
    );
}
