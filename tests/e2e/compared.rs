//! Two saved runs held against each other, from the file to the exit code.

use serde_json::Value;

use crate::run::{Folder, Ran, STANDARD};
use crate::schemas::schema;

const MANIFEST: &str = "[delivery]\nsolution = 'x'\nversion = '1'\ntier = 2\nstandards = ['house.toml']\n\
    exclude = ['house.toml', '*.run']\n[configs]\nfiles = ['*.json']\n";

const WAIVER: &str = "[[waiver]]\nid = 'W-1'\nrule = 'T-1'\nreason = 'x'\nrequester = 'ada'\napprover = 'grace'\napprover_role = 'RSSI'\n\
    scope = { subject = 'a.json' }\nexpires = 2026-06-30\n";

/// A delivery of two files, the first of which fails.
fn delivery() -> Folder {
    Folder::new(&[
        ("delivery.toml", MANIFEST),
        ("house.toml", STANDARD),
        ("a.json", "{\"port\": 80}"),
        ("b.json", "{\"port\": 443}"),
    ])
}

fn save(folder: &Folder, run: &str, as_of: &str) {
    let output = format!("--output=json={run}");
    let ran = folder.aplomb(&["check", &output, "--as-of", as_of, "--quiet"]);
    assert!(ran.code < 2 || ran.code == 3, "{}", ran.err);
}

fn diff(folder: &Folder, more: &[&str]) -> Ran {
    folder.aplomb(&[&["diff", "before.run", "after.run"], more].concat())
}

/// What became of what on which subject, and the causes that are named.
fn changes(folder: &Folder) -> (i32, Vec<String>) {
    let ran = diff(folder, &["--format=json"]);
    let told: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    let errors: Vec<_> = schema("report-diff").iter_errors(&told).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let changes = told["changes"].as_array().expect("a list").iter().map(|change| {
        let causes = change["causes"].as_array().expect("a list").iter();
        let causes: Vec<_> = causes.map(|cause| text(&cause["cause"])).collect();
        let subject = text(&change["subject"]["name"]);
        format!("{} {subject} {}", text(&change["change"]), causes.join("+"))
    });
    (ran.code, changes.collect())
}

#[test]
fn a_finding_is_new_where_its_file_changed() {
    let folder = delivery();
    save(&folder, "before.run", "2026-06-01");
    folder.write("b.json", b"{\"port\": 8443}");
    save(&folder, "after.run", "2026-06-02");
    let expected = ["new b.json target", "persisting a.json "].map(str::to_owned).to_vec();
    assert_eq!(changes(&folder), (1, expected));
    let ran = diff(&folder, &["--lang=fr"]);
    for says in ["NOUVEAU (1)", "b.json a changé", "DÉGRADÉ\u{a0}: 1 nouveau", "NON CONFORME"] {
        assert!(ran.out.contains(says), "{says}: {}", ran.out);
    }
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
}

#[test]
fn nothing_worse_ends_with_zero() {
    let folder = delivery();
    save(&folder, "before.run", "2026-06-01");
    folder.write("a.json", b"{\"port\": 443}");
    save(&folder, "after.run", "2026-06-02");
    assert_eq!(changes(&folder), (0, vec!["fixed a.json target".to_owned()]));
    let same = folder.aplomb(&["diff", "after.run", "after.run"]);
    assert_eq!(same.code, 0);
    assert!(same.out.contains("nothing that is recorded differs"), "{}", same.out);
}

#[test]
fn what_cannot_be_read_any_more_is_not_fixed() {
    let folder = delivery();
    save(&folder, "before.run", "2026-06-01");
    folder.write("a.json", b"{\"port\": ");
    save(&folder, "after.run", "2026-06-01");
    assert_eq!(changes(&folder), (1, vec!["no-longer-evaluated a.json target".to_owned()]));
    let removed = delivery();
    save(&removed, "before.run", "2026-06-01");
    std::fs::remove_file(removed.path().join("a.json")).expect("is there");
    save(&removed, "after.run", "2026-06-01");
    assert_eq!(changes(&removed), (1, vec!["no-longer-evaluated a.json target".to_owned()]));
}

#[test]
fn an_expired_waiver_is_time_and_a_removed_one_is_not() {
    let folder = delivery();
    folder.write("waivers.toml", WAIVER.as_bytes());
    save(&folder, "before.run", "2026-06-01");
    save(&folder, "after.run", "2026-07-01");
    assert_eq!(changes(&folder), (1, vec!["worsened a.json time".to_owned()]));
    folder.write("waivers.toml", b"");
    save(&folder, "after.run", "2026-07-01");
    assert_eq!(changes(&folder), (1, vec!["worsened a.json exceptions".to_owned()]));
}

#[test]
fn a_standard_that_asks_for_something_else_is_named() {
    let folder = delivery();
    save(&folder, "before.run", "2026-06-01");
    let stricter = STANDARD.replace("443", "8443").replace("version = \"1\"", "version = \"2\"");
    folder.write("house.toml", stricter.as_bytes());
    save(&folder, "after.run", "2026-06-01");
    let (code, told) = changes(&folder);
    assert_eq!((code, told[0].as_str()), (1, "new b.json standard"));
    let text = diff(&folder, &[]).out;
    assert!(text.contains("standard: house 1 → 2"), "{text}");
}

#[test]
fn what_is_no_run_is_not_compared() {
    let folder = delivery();
    save(&folder, "before.run", "2026-06-01");
    folder.write("after.run", b"{\"schema\": \"aplomb.host/1\"}");
    let ran = diff(&folder, &[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("aplomb.host/1"), "{}", ran.err);
    assert_eq!(folder.aplomb(&["diff", "before.run"]).code, 2);
}

#[test]
fn a_comparison_for_a_merge_request_is_told_in_both_languages() {
    let folder = delivery();
    save(&folder, "before.run", "2026-06-01");
    folder.write("b.json", b"{\"port\": 8443}");
    save(&folder, "after.run", "2026-06-01");
    for (lang, says) in
        [("en", "## WORSE: NON-CONFORMING"), ("fr", "## DÉGRADÉ\u{a0}: NON CONFORME")]
    {
        let ran = diff(&folder, &["--format=markdown", "--lang", lang]);
        assert!(ran.code == 1 && ran.out.starts_with(says), "{}", ran.out);
        assert!(ran.out.contains("`b.json`"), "{}", ran.out);
    }
}
