//! The sample delivery: exactly its planted defects, none of its traps.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::policies::policy;
use crate::run::{Folder, aplomb, aplomb_in, outputs, root};

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
    let failed = results.iter().filter(|r| r["outcome"] == "fail" && r["waiver"].is_null());
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

/// The rules that the issue of the first release names.
const NAMED: [&str; 17] = [
    "SW-061", "SW-063", "SW-064", "SW-065", "SW-070", "SW-012", "SW-049", "SW-053", "SW-059",
    "HW-003", "HW-012", "HW-021", "PR-002", "PR-003", "PR-004", "PR-008", "PR-035",
];

#[test]
fn the_planted_defects_are_found_and_nothing_else() {
    let (code, text) = report(&[]);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    // What is shipped counts, not what came to a result: a rule that falls silent misses its defects.
    let policy = policy();
    let shipped: BTreeSet<_> = policy.rules().map(|(_, rule)| rule.id.as_str()).collect();
    let all = expected();
    let wanted: BTreeSet<_> = all.iter().filter(|row| shipped.contains(&*row.0)).collect();
    let found = found(&report);
    let found: BTreeSet<_> = found.iter().collect();
    let missing: Vec<_> = wanted.difference(&found).collect();
    let surplus: Vec<_> = found.difference(&wanted).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing {missing:#?}\nsurplus {surplus:#?}");
    assert_eq!(report["verdict"], "non-conforming");
    assert_eq!(code, 1);
}

#[test]
fn each_waiver_comes_to_what_it_should() {
    let (_, text) = report(&[]);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let exceptions = report["exceptions"].as_array().expect("a list");
    let states = exceptions.iter().map(|one| (&one["id"], &one["state"]));
    let states: Vec<_> =
        states.map(|(id, state)| format!("{id} {state}").replace('"', "")).collect();
    // web01 has the volume by now: what its waiver excepted from is no longer wrong.
    assert_eq!(states, ["DRG-2026-014 live", "DRG-2026-009 expired", "DRG-2026-020 to-close"]);
    let results = report["results"].as_array().expect("a list");
    let waived: Vec<_> = results.iter().filter(|result| !result["waiver"].is_null()).collect();
    let [flow] = waived.as_slice() else { panic!("{waived:#?}") };
    assert_eq!((&flow["rule"], &flow["identity"]["flow"]), (&"PR-020".into(), &"F05".into()));
    assert_eq!(flow["waiver"]["id"], "DRG-2026-014");
    assert_eq!(exceptions[0]["covers"], serde_json::json!([flow["fingerprint"]]));
    assert_eq!(report["summary"]["waived"], 1);
}

#[test]
fn every_finding_is_told_once() {
    let (_, text) = report(&[]);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let results = report["results"].as_array().expect("a list");
    // One line of a document may be wrong about two hosts: each is a finding, and says so.
    let failed = results.iter().filter(|result| result["outcome"] == "fail");
    let said: Vec<_> = failed
        .map(|one| (one["rule"].as_str(), one["subject"]["name"].as_str(), one["message"].as_str()))
        .collect();
    let distinct: BTreeSet<_> = said.iter().collect();
    assert_eq!(distinct.len(), said.len());
    let fingerprints: BTreeSet<_> = results.iter().map(|one| one["fingerprint"].as_str()).collect();
    assert_eq!(fingerprints.len(), results.len());
}

#[test]
fn thirty_rules_and_more_are_evaluated() {
    let (_, text) = report(&[]);
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let results = report["results"].as_array().expect("a list");
    let judged = results.iter().filter(|one| one["outcome"] == "pass" || one["outcome"] == "fail");
    let judged: BTreeSet<_> = judged.filter_map(|one| one["rule"].as_str()).collect();
    assert!(judged.len() >= 30, "{}", judged.len());
    for rule in NAMED {
        assert!(judged.contains(rule), "{rule} was not evaluated");
    }
    let errors: Vec<_> = results.iter().filter(|one| one["outcome"] == "error").collect();
    assert!(errors.is_empty(), "{errors:#?}");
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
    for more in ["--jobs=2", "--jobs=1"] {
        assert!(one == report(&[more]).1, "the same inputs give the same bytes");
    }
    let text = aplomb(&["check", DELIVERY, AS_OF]).out;
    let again = aplomb(&["check", DELIVERY, AS_OF, "--jobs=2"]).out;
    assert!(text == again, "the same inputs give the same text");
    let root = root();
    let place = root.to_str().expect("UTF-8");
    // From elsewhere, by an absolute path: nothing of it may show either.
    let delivery = root.join(DELIVERY);
    let elsewhere = Folder::new(&[]);
    let args = ["check", delivery.to_str().expect("UTF-8"), AS_OF, "--format=json"];
    let far = elsewhere.aplomb(&args).out;
    assert!(one == far, "the same delivery gives the same bytes");
    for output in [&one, &text, &far] {
        assert!(!output.contains(place), "no absolute path");
    }
}

/// The value of `password` in the application's configuration.
fn secret() -> String {
    let path = root().join(DELIVERY).join("configs/app/application.yml");
    let text = std::fs::read_to_string(path).expect("the application's configuration");
    let line = text.lines().find_map(|line| line.trim().strip_prefix("password:"));
    let secret = line.expect("the planted secret").trim().trim_matches(['"', '\'']);
    assert!(secret.len() > 6, "{secret}");
    secret.to_owned()
}

#[test]
fn the_secret_is_in_no_report() {
    let secret = secret();
    let folder = Folder::new(&[]);
    let places: Vec<_> = outputs().into_iter().map(|id| (folder.path().join(&id), id)).collect();
    for lang in ["--lang=en", "--lang=fr"] {
        let mut args = ["check", DELIVERY, AS_OF, "--verbose", lang].map(str::to_owned).to_vec();
        args.extend(places.iter().map(|(path, id)| format!("--output={id}={}", path.display())));
        let ran = aplomb_in(&root(), &args);
        let written = places.iter().map(|(path, id)| {
            (std::fs::read_to_string(path).expect("written as UTF-8"), id.as_str())
        });
        for (text, from) in
            written.chain([(ran.out.clone(), "stdout"), (ran.err.clone(), "stderr")])
        {
            assert!(!text.contains(&secret) && !text.contains(&secret[..5]), "{from}");
            // Figures name no rule, and annotations are few.
            let quiet = ["github", "openmetrics", "stderr"].contains(&from);
            assert!(quiet || text.contains("SW-059"), "{from}");
        }
    }
}

#[test]
fn exit_zero_reports_without_gating() {
    let (code, text) = report(&["--exit-zero"]);
    assert_eq!(code, 0);
    assert!(text.contains("non-conforming"));
}

#[test]
fn the_french_report_holds_no_english_labels() {
    let report = aplomb(&["check", DELIVERY, AS_OF, "--lang=fr"]).out;
    let report = report.replace("\n  ", " ");
    for said in [
        "F09 (8080/tcp → prd-agora-web01)",
        "prd-agora-app02 · RAM : le serveur a",
        "désigne toute adresse\u{a0}; attendu",
        "1 : rien ne couvre la période du",
        "la tâche agora-dump tourne sur",
    ] {
        assert!(report.contains(said), "{said}\nis not in\n{report}");
    }
}
