//! `aplomb collect`, from the command line to a verdict over what it recorded.

use serde_json::Value;

use crate::run::{Folder, aplomb};

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
