//! `aplomb diff`: two snapshots, in words and as JSON.

use serde_json::Value;

use crate::run::{Folder, aplomb};
use crate::schemas::schema;

const HEAD: &str = r#""schema":"aplomb.host/1","captured_at":"2026-11-22T04:10:00Z","host":"db01""#;

fn snapshots() -> Folder {
    let one = format!(
        r#"{{{HEAD},"sections":{{"packages":{{"status":"collected"}},"users":{{"status":"collected"}}}},
        "packages":[{{"name":"nginx","version":"1.22","from":"/s:1"}},{{"name":"vim","version":"9"}}],
        "users":[{{"name":"root","shell":"/bin/sh"}}]}}"#
    );
    let other = format!(
        r#"{{{HEAD},"sections":{{"packages":{{"status":"collected"}},"users":{{"status":"denied"}}}},
        "packages":[{{"name":"curl","version":"8"}},{{"name":"nginx","version":"1.24","from":"/s:7"}}]}}"#
    );
    Folder::new(&[("a.json", &one), ("b.json", &other), ("c.json", "{\"schema\": \"x/1\"}")])
}

#[test]
fn changes_are_told_in_both_languages() {
    let folder = snapshots();
    let ran = folder.aplomb(&["diff", "a.json", "b.json"]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!(ran.out, @r"
    --- a.json  db01  2026-11-22T04:10:00Z
    +++ b.json  db01  2026-11-22T04:10:00Z

    packages
      + curl: version=8
      ~ nginx version: 1.22 -> 1.24  (/s:7)
      - vim: version=9

    sections
      ~ users: collected -> denied

    not compared
      ? users: collected -> denied

    Facts added: 1, removed: 1, changed: 2
    ");
    let french = folder.aplomb(&["diff", "a.json", "b.json", "--lang=fr"]).out;
    assert!(french.contains("non comparé\n  ? users : collected -> denied"), "{french}");
    assert!(french.contains("Faits ajoutés : 1 ; retirés : 1 ; modifiés : 2"), "{french}");
}

#[test]
fn the_same_facts_exit_with_zero() {
    let folder = snapshots();
    let ran = folder.aplomb(&["diff", "a.json", "a.json"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("No fact changed."), "{}", ran.out);
}

#[test]
fn the_json_validates_and_says_the_same() {
    let folder = snapshots();
    let ran = folder.aplomb(&["diff", "a.json", "b.json", "--format=json"]);
    assert_eq!(ran.code, 1);
    let value: Value = serde_json::from_str(&ran.out).expect("JSON");
    let errors: Vec<_> = schema("diff").iter_errors(&value).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(value["changes"][1]["item"], "nginx");
    assert_eq!(value["changes"][1]["path"], "version");
    assert_eq!(value["changes"][1]["after"], "1.24");
    assert_eq!(value["not_compared"][0]["after"], "denied");
}

#[test]
fn a_snapshot_that_was_altered_is_told() {
    let folder = Folder::new(&[("root/etc/passwd", "root:x:0:0::/root:/bin/sh\n")]);
    folder.aplomb(&["collect", "--root=root", "--output=a.json"]);
    let text = std::fs::read_to_string(folder.path().join("a.json")).expect("written");
    folder.write("b.json", text.replace("/bin/sh", "/bin/zsh").as_bytes());
    let ran = folder.aplomb(&["diff", "a.json", "b.json"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("~ root shell: /bin/sh -> /bin/zsh  (/etc/passwd:1)"), "{}", ran.out);
    assert!(ran.err.contains("b.json was altered") && !ran.err.contains("a.json"), "{}", ran.err);
}

#[test]
fn files_that_cannot_be_compared_are_refused() {
    let folder = snapshots();
    for (args, said) in [
        (["diff", "a.json", "c.json", "--lang=en"], "`x/1`"),
        (["diff", "a.json", "c.json", "--lang=fr"], "comparaison impossible"),
        (["diff", "a.json", "none.json", "--lang=fr"], "none.json"),
    ] {
        let ran = folder.aplomb(&args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    assert!(aplomb(&["diff", "--help"]).out.contains("1  something changed"));
}
