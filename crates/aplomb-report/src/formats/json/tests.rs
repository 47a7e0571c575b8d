use aplomb_model::{Lang, Outcome, Phrase, Report, Severity, SubjectKind, Verdict};
use serde_json::Value;

use crate::fixtures::{self, render};
use crate::{Options, visible};

fn json(report: &Report, lang: Lang) -> String {
    let options = Options { lang, ..Options::default() };
    render("json", report, &options)
}

#[test]
fn a_refusal_in_english() {
    insta::assert_snapshot!(json(&fixtures::refused(), Lang::En));
}

#[test]
fn texts_are_in_the_language_asked_for() {
    let report: Value =
        serde_json::from_str(&json(&fixtures::refused(), Lang::Fr)).expect("is JSON");
    let first = &report["results"][0];
    assert_eq!(first["evidence"][0]["label"], "écoute ici");
    assert_eq!(first["references"][1]["unverified"], true);
    assert_eq!(first["references"][0].get("unverified"), None);
    assert_eq!(report["diagnostics"][0]["level"], "warning");
    assert_eq!(report["summary"]["conformity"], 0.4);
}

#[test]
fn every_report_is_valid_by_its_schema() {
    let schema =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/report.schema.json"));
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is a schema");
    let validator = jsonschema::validator_for(&schema).expect("the schema compiles");

    let mut reports = vec![fixtures::refused(), fixtures::empty(), every_word()];
    let mut hostile = fixtures::hostile();
    // A line or column 0 is no position; no run makes one.
    hostile.results.retain(|finding| finding.evidence.iter().all(|e| e.start.line > 0));
    reports.push(hostile);
    for report in &reports {
        for lang in [Lang::En, Lang::Fr] {
            let value = serde_json::from_str(&json(report, lang)).expect("is JSON");
            let problems: Vec<_> = validator
                .iter_errors(&value)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(problems.is_empty(), "{problems:#?}");
        }
    }

    let mut value: Value = serde_json::from_str(&json(&reports[0], Lang::En)).expect("is JSON");
    value["results"][0]["evidence"][0]["colour"] = "red".into();
    assert!(!validator.is_valid(&value), "an unknown member is refused");
}

/// Every severity, outcome and kind of subject, so that each word is held against the schema.
fn every_word() -> Report {
    let mut results = Vec::new();
    for kind in SubjectKind::ALL {
        for severity in Severity::ALL {
            for outcome in Outcome::ALL {
                let rule = fixtures::rule("PR-001", "named", severity).into();
                let subject = fixtures::subject(kind, "s");
                results.push(fixtures::finding(&rule, &subject, outcome, Phrase::same("x")));
            }
        }
    }
    fixtures::report(Verdict::Conforming, results)
}

#[test]
fn every_verdict_is_in_the_schema() {
    let schema: Value = serde_json::from_str(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../schemas/report.schema.json"
    )))
    .expect("the schema is JSON");
    let ids = Verdict::ALL.map(Verdict::id);
    assert_eq!(schema["properties"]["verdict"]["enum"], Value::from(ids.to_vec()));
}

#[test]
fn hostile_text_comes_back_unchanged_and_is_harmless_on_a_terminal() {
    let report = fixtures::hostile();
    let text = json(&report, Lang::En);
    let hidden = text.chars().find(|c| *c != '\n' && visible::is_hidden(*c));
    assert_eq!(hidden, None);
    let back: Value = serde_json::from_str(&text).expect("is JSON");
    assert_eq!(back["delivery"]["id"], report.delivery.id);
    assert_eq!(back["results"][0]["subject"]["name"], report.results[0].subject.name);
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = fixtures::refused();
    assert_eq!(json(&report, Lang::En), json(&report, Lang::En));
    assert!(json(&report, Lang::En).ends_with("}\n"));
}
