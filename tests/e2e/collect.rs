//! `aplomb collect`, from the command line to a verdict over what it recorded.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::run::{Folder, aplomb, aplomb_in};

fn host() -> Folder {
    Folder::new(&[
        ("root/etc/hostname", "db01\n"),
        ("root/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n"),
        ("root/etc/passwd", "root:x:0:0::/root:/bin/bash\ntoor:x:0:0::/root:/bin/bash\n"),
        ("root/etc/shadow", "root:$6$SALT$HASH:20000::::::\n"),
        ("root/var/lib/dpkg/status", "Package: bash\nStatus: install ok installed\nVersion: 5.2\n"),
    ])
}

#[test]
fn a_root_directory_is_recorded_and_judged() {
    let folder = host();
    let ran = folder.aplomb(&["collect", "--root=root", "--output=facts/db01.json"]);
    assert_eq!(ran.code, 2, "a folder that is not there is no place to write to");
    assert!(ran.err.contains("facts/db01.json"), "{}", ran.err);
    let ran = folder.aplomb(&["collect", "--root=root", "--output=db01.json"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""));
    let text = std::fs::read_to_string(folder.path().join("db01.json")).expect("written");
    assert!(!text.contains("SALT") && !text.contains("HASH"), "{text}");
    let ran = folder.aplomb(&["check", "db01.json", "--standard=aplomb:*", "--format=json"]);
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    let results = report["results"].as_array().expect("results");
    let second_root = results.iter().find(|result| result["rule"] == "SW-025").expect("a result");
    assert_eq!(second_root["outcome"], "fail");
    assert_eq!(second_root["subject"]["kind"], "host");
}

#[test]
fn sections_are_chosen_and_explained() {
    let folder = host();
    let ran = folder.aplomb(&["collect", "--root=root", "--sections=users,os"]);
    let snapshot: Value = serde_json::from_str(&ran.out).expect("JSON");
    let sections = snapshot["sections"].as_object().expect("sections");
    assert_eq!(sections.keys().collect::<Vec<_>>(), ["os", "users"]);
    assert_eq!(snapshot["host"], "db01");
    let live = aplomb(&["collect", "--explain"]).out;
    assert!(
        live.contains("    /proc/self/mountinfo\n") && live.contains("    uname(2)\n"),
        "{live}"
    );
    assert!(live.contains("[only with --sections]"), "{live}");
    let of_root = aplomb(&["collect", "--explain", "--root=/nowhere"]).out;
    assert!(of_root.contains("    /etc/passwd\n") && !of_root.contains("/proc/"), "{of_root}");
}

#[test]
fn what_is_wrong_is_said_in_both_languages() {
    for (lang, unknown, nowhere) in [
        ("en", "there is no section", "is not a folder"),
        ("fr", "n'existe pas", "n'est pas un dossier"),
    ] {
        let ran = aplomb(&["collect", "--sections=nothing", "--lang", lang]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains(unknown) && ran.err.contains("packages"), "{}", ran.err);
        let ran = aplomb(&["collect", "--root=/no/such/folder", "--lang", lang]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains(nowhere), "{}", ran.err);
    }
}

const JUDGED: [&str; 2] = ["--as-of=2026-11-28", "--format=json"];

fn report(folder: &Folder, args: &[&str]) -> Value {
    let ran = aplomb_in(folder.path(), &[args, &JUDGED].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err))
}

/// The results of each rule, each as its outcome and what is said of it.
fn results(report: &Value) -> BTreeMap<String, BTreeSet<(String, String)>> {
    let mut results = BTreeMap::<_, BTreeSet<_>>::new();
    for result in report["results"].as_array().expect("results") {
        let text = |key: &str| result[key].as_str().unwrap_or_default().to_owned();
        results.entry(text("rule")).or_default().insert((text("outcome"), text("message")));
    }
    results
}

#[test]
fn a_root_directory_is_judged_as_its_snapshot_is() {
    let folder = host();
    folder.aplomb(&["collect", "--root=root", "--output=db01.json"]);
    let direct = report(&folder, &["check", "--root=root"]);
    let saved = report(&folder, &["check", "db01.json"]);
    assert_eq!(direct["verdict"], saved["verdict"]);
    assert_eq!(results(&direct), results(&saved));
    let second_root = |report: &Value| {
        let results = report["results"].as_array().expect("results");
        let found = results.iter().find(|one| one["rule"] == "SW-025" && one["outcome"] == "fail");
        found.expect("a second root").clone()
    };
    let (direct, saved) = (second_root(&direct), second_root(&saved));
    assert_eq!(direct["subject"]["name"], "db01");
    assert_eq!(direct["evidence"][0]["file"], "db01.json");
    assert_eq!(direct["evidence"][0]["excerpt"], saved["evidence"][0]["excerpt"]);
    let label = direct["evidence"][0]["label"].as_str().unwrap_or_default();
    assert_eq!(label, "from /etc/passwd:2");
    let text = folder.aplomb(&["check", "--root=root", "--lang=fr"]).out;
    assert!(text.contains("d'après /etc/passwd:2"), "{text}");
}

/// The one test that looks at the machine it runs on: that is what it is about. What it finds there
/// does not matter, only that it is the same by every way.
#[test]
fn verdicts_on_this_machine_are_the_same_by_every_way() {
    let folder = Folder::new(&[]);
    let live = results(&report(&folder, &["check", "--live"]));
    folder.aplomb(&["collect", "--output=saved.json"]);
    let saved = results(&report(&folder, &["check", "saved.json"]));
    let root = results(&report(&folder, &["check", "--root=/"]));
    let again = results(&report(&folder, &["check", "--live"]));
    assert!(live.len() > 20 && live.keys().eq(root.keys()) && live.keys().eq(saved.keys()));
    let outcomes = |of: &BTreeSet<(String, String)>| {
        of.iter().map(|(outcome, _)| outcome.clone()).collect::<BTreeSet<_>>()
    };
    for (rule, found) in &live {
        // A machine that is at work changes: room on its disks, what listens.
        if found != &again[rule] {
            continue;
        }
        assert_eq!(found, &saved[rule], "{rule}");
        // A root directory has no kernel, and so no hardware, no sockets, no room on its file
        // systems, no settings that are in force: what rests on them is not evaluated. Where no
        // service manager runs, as in a container, it is the running machine that cannot tell of
        // its units; their files do not make that a pass. Nothing else may come out differently.
        let not_evaluated = BTreeSet::from(["not-evaluated".to_owned()]);
        let of_root = outcomes(&root[rule]);
        if outcomes(found) == not_evaluated {
            assert!(!of_root.contains("pass"), "{rule}: {:?}", root[rule]);
        } else if of_root != not_evaluated {
            assert_eq!(found, &root[rule], "{rule}");
        }
    }
    let evaluated = root.values().filter(|of| !outcomes(of).contains("not-evaluated"));
    assert!(evaluated.count() > 3, "a root directory is judged by something");
}

#[test]
fn a_compressed_snapshot_is_read_as_it_is() {
    let folder = host();
    folder.aplomb(&["collect", "--root=root", "--output=db01.json"]);
    let ran = folder.aplomb(&["collect", "--root=root", "--output=db01.json.zst"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let size = |name: &str| std::fs::metadata(folder.path().join(name)).expect("written").len();
    assert!(size("db01.json.zst") * 2 < size("db01.json"));
    let ran = folder.aplomb(&["inspect", "db01.json.zst", "--select=$.os.id"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "\"debian\"\n"), "{}", ran.err);
    let ran = folder.aplomb(&["diff", "db01.json", "db01.json.zst"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let (one, other) = (
        report(&folder, &["check", "db01.json", "--standard=aplomb:*"]),
        report(&folder, &["check", "db01.json.zst", "--standard=aplomb:*"]),
    );
    assert_eq!(results(&one), results(&other));
    folder.write("bad.json.zst", b"{}");
    let ran = folder.aplomb(&["inspect", "bad.json.zst"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("zstd"), "{}", ran.err);
}

#[test]
fn an_altered_snapshot_is_no_evidence() {
    let folder = host();
    folder.aplomb(&["collect", "--root=root", "--output=db01.json"]);
    let text = std::fs::read_to_string(folder.path().join("db01.json")).expect("written");
    folder.write("db01.json", text.replace("toor", "backup").as_bytes());
    let found = report(&folder, &["check", "db01.json"]);
    assert_eq!(found["verdict"], "undetermined");
    let results = found["results"].as_array().expect("results");
    let of_users = results.iter().find(|one| one["rule"] == "SW-025").expect("a result");
    assert_eq!(of_users["outcome"], "not-evaluated");
    let message = of_users["message"].as_str().unwrap_or_default();
    assert!(message.contains("altered after it was recorded"), "{message}");
}

#[test]
fn facts_of_other_tools_are_judged_like_any() {
    let bom = r#"{"bomFormat": "CycloneDX", "metadata": {"timestamp": "2026-11-22T04:10:00Z"},
        "components": [{"type": "library", "name": "telnetd",
            "purl": "pkg:deb/debian/telnetd@0.17-44?arch=amd64"}]}"#;
    let folder = Folder::new(&[("bom.json", bom)]);
    let ran = folder.aplomb(&["collect", "--from=cyclonedx=bom.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("which one"), "{}", ran.err);
    let args = ["collect", "--from=cyclonedx=bom.json", "--host=db01", "--output=db01.json"];
    let ran = folder.aplomb(&args);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let found = results(&report(&folder, &["check", "db01.json"]));
    let of_accounts = found["SW-025"].iter().next().expect("a result");
    assert_eq!(of_accounts.0, "not-evaluated", "nothing is known of accounts");
    let outcomes: BTreeSet<_> =
        found.values().flatten().map(|(outcome, _)| outcome.as_str()).collect();
    assert!(outcomes.contains("fail"), "telnetd is installed: {found:#?}");
    for (args, said) in [
        (vec!["collect", "--from=chef=x.json"], "cyclonedx"),
        (vec!["collect", "--from=spdx=bom.json", "--host=a", "--lang=fr"], "SPDX 2"),
        (vec!["collect", "--from=spdx=none.json", "--host=a"], "none.json"),
    ] {
        let ran = folder.aplomb(&args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    let listed = aplomb(&["list", "importers"]).out;
    assert!(listed.contains("ansible") && listed.contains("dmidecode"), "{listed}");
    assert!(aplomb(&["explain", "ansible"]).out.contains("package_facts"));
}
