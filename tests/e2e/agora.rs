//! The sample delivery: exactly its planted defects, none of its traps.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::run::{aplomb, root};

const AS_OF: &str = "--as-of=2026-11-23";
const DELIVERY: &str = "tests/deliveries/agora-3.2.0";

fn report(more: &[&str]) -> (i32, String) {
    let mut args = vec!["check", DELIVERY, AS_OF, "--format=json"];
    args.extend(more);
    let ran = aplomb(&args);
    (ran.code, ran.out)
}

/// Rule, severity, subject, file and line of a finding.
type Row = (String, String, String, String, u64);

fn found(report: &Value) -> BTreeSet<Row> {
    let results = report["results"].as_array().expect("a list");
    let failed = results.iter().filter(|result| result["outcome"] == "fail");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |result: &Value| {
        let primary = &result["evidence"][0];
        (
            text(&result["rule"]),
            text(&result["severity"]),
            text(&result["subject"]["name"]),
            text(&primary["file"]),
            primary["start"]["line"].as_u64().unwrap_or_default(),
        )
    };
    failed.map(row).collect()
}

fn expected() -> BTreeSet<Row> {
    let path = root().join(DELIVERY).join("expected.tsv");
    let text = std::fs::read_to_string(path).expect("the list of planted defects");
    let row = |line: &str| {
        let cells: Vec<_> = line.split('\t').map(str::to_owned).collect();
        let [rule, severity, subject, file, at] = cells.as_slice() else {
            panic!("five columns: {line}");
        };
        let at = at.parse().expect("a line number");
        (rule.clone(), severity.clone(), subject.clone(), file.clone(), at)
    };
    text.lines().skip(1).map(row).collect()
}

#[test]
fn the_planted_defects_are_found_and_nothing_else() {
    let (code, text) = report(&[]);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let results = report["results"].as_array().expect("a list");
    let rules: BTreeSet<_> =
        results.iter().map(|result| result["rule"].as_str().expect("an id").to_owned()).collect();
    let wanted: BTreeSet<_> =
        expected().into_iter().filter(|(rule, ..)| rules.contains(rule)).collect();
    let found = found(&report);
    let missing: Vec<_> = wanted.difference(&found).collect();
    let surplus: Vec<_> = found.difference(&wanted).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing {missing:#?}\nsurplus {surplus:#?}");
    for rule in [
        "SW-061", "SW-063", "SW-064", "SW-065", "SW-070", "SW-012", "SW-049", "SW-053", "SW-059",
        "HW-003", "HW-012", "HW-021", "PR-002", "PR-003", "PR-004", "PR-008", "PR-035",
    ] {
        assert!(rules.contains(rule), "{rule} did not run");
    }
    assert!(rules.len() >= 30, "{}", rules.len());
    assert!(results.iter().all(|result| result["outcome"] != "error"), "no rule goes wrong");
    assert_eq!(report["verdict"], "non-conforming");
    assert_eq!(code, 1);
}

#[test]
fn a_host_without_snapshot_is_not_evaluated() {
    let (_, text) = report(&[]);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let results = report["results"].as_array().expect("a list");
    let of_host: Vec<_> =
        results.iter().filter(|r| r["subject"]["name"] == "prd-agora-bkp01").collect();
    assert!(of_host.len() > 10);
    assert!(of_host.iter().all(|r| r["outcome"] == "not-evaluated"), "{of_host:#?}");
}

#[test]
fn reports_do_not_depend_on_threads_or_on_the_place() {
    let (_, one) = report(&["--jobs=1"]);
    let (_, two) = report(&["--jobs=2"]);
    assert!(one == two, "the same inputs give the same bytes");
    let root = root();
    assert!(!one.contains(root.to_str().expect("UTF-8")), "no absolute path");
}

#[test]
fn the_secret_is_in_no_report() {
    for format in ["json", "text"] {
        let ran = aplomb(&["check", DELIVERY, AS_OF, "--format", format]);
        assert!(ran.out.contains("SW-059"));
        assert!(!ran.out.contains("Gr4nd"), "{format}");
    }
}

#[test]
fn exit_zero_reports_without_gating() {
    let (code, text) = report(&["--exit-zero"]);
    assert_eq!(code, 0);
    assert!(text.contains("non-conforming"));
}
