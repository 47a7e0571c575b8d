use std::collections::BTreeSet;

use aplomb_model::{ExceptionKind, Lang, Report};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::Options;
use crate::fixtures::{self, render};

fn oscal(report: &Report, lang: Lang) -> Value {
    let options = Options { lang, ..Options::default() };
    serde_json::from_str(&render("oscal", report, &options)).expect("is JSON")
}

fn result(document: &Value) -> &Value {
    &document["assessment-results"]["results"][0]
}

fn list<'v>(document: &'v Value, name: &str) -> &'v [Value] {
    result(document)[name].as_array().map_or(&[], Vec::as_slice)
}

fn schema() -> Validator {
    let schema = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vendored/oscal-1.1.3/schema.json"
    ));
    let schema = serde_json::from_str(schema).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

fn reports() -> [Report; 5] {
    [
        fixtures::with_waiver(),
        fixtures::refused(),
        fixtures::empty(),
        fixtures::hostile(),
        fixtures::filled("[a](b) <i>\n*c*"),
    ]
}

#[test]
fn a_refusal_in_english() {
    let text = render("oscal", &fixtures::with_waiver(), &Options::default());
    insta::assert_snapshot!(text);
}

#[test]
fn every_document_is_valid_by_the_schema() {
    let schema = schema();
    for report in reports() {
        for lang in [Lang::En, Lang::Fr] {
            let document = oscal(&report, lang);
            let problems = schema.iter_errors(&document);
            let problems: Vec<_> =
                problems.map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(problems.is_empty(), "{problems:#?}");
        }
    }
}

#[test]
fn the_schema_refuses_what_it_should() {
    let schema = schema();
    let valid = oscal(&fixtures::with_waiver(), Lang::En);
    for (pointer, wrong) in [
        ("/results/0/findings", json!([])),
        ("/results/0/findings/0/target/target-id", json!("1-a")),
        ("/results/0/observations/0/collected", json!("2026-11-23")),
        ("/results/0/observations/0/props/0/value", json!("two\nlines")),
        ("/uuid", json!("0191c2b5-7b1f-7000-8000-000000000000")),
    ] {
        let mut document = valid.clone();
        *document["assessment-results"].pointer_mut(pointer).expect("a value") = wrong;
        assert!(!schema.is_valid(&document), "{pointer}");
    }
}

/// Every value under a key, wherever it stands.
fn all<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| all(item, key, found)),
        Value::Object(members) => {
            for (name, value) in members {
                found.extend(value.as_str().filter(|_| name == key));
                all(value, key, found);
            }
        }
        _ => {}
    }
}

#[test]
fn what_is_referred_to_is_there_and_nothing_is_there_twice() {
    for report in reports() {
        let document = oscal(&report, Lang::En);
        let mut uuids = Vec::new();
        all(&document, "uuid", &mut uuids);
        let there: BTreeSet<_> = uuids.iter().copied().collect();
        assert_eq!(there.len(), uuids.len(), "an identifier stands for two things");
        for key in ["observation-uuid", "risk-uuid", "subject-uuid", "party-uuid", "component-uuid"]
        {
            let mut named = Vec::new();
            all(&document, key, &mut named);
            // What an exception of a report built by hand covers is no result of it.
            let lost = named.iter().find(|uuid| !there.contains(*uuid));
            assert_eq!(lost, None, "{key}");
        }
        let plan = document["assessment-results"]["import-ap"]["href"].as_str();
        assert!(there.contains(plan.expect("a link").trim_start_matches('#')));
    }
}

#[test]
fn what_was_not_judged_is_not_satisfied() {
    let report = fixtures::with_waiver();
    let document = oscal(&report, Lang::En);
    let count = |state: &str, reason: &str| {
        let findings = list(&document, "findings").iter();
        let status = json!({"state": state, "reason": reason});
        findings.filter(|finding| finding["target"]["status"] == status).count()
    };
    let total = &report.summary.total;
    assert_eq!(count("satisfied", "pass"), total.pass);
    assert_eq!(count("not-satisfied", "fail"), total.fail);
    assert_eq!(count("not-satisfied", "other"), total.not_evaluated + total.error);
    assert_eq!(list(&document, "findings").len(), report.results.len() - total.not_applicable);
    assert_eq!(list(&document, "observations").len(), report.results.len());
    assert!(list(&oscal(&fixtures::empty(), Lang::En), "findings").is_empty());
}

#[test]
fn a_waiver_is_an_approved_deviation_and_a_reservation_a_remediation() {
    let mut report = fixtures::with_waiver();
    let waived = oscal(&report, Lang::En);
    let risk = &list(&waived, "risks")[0];
    assert_eq!(risk["status"], "deviation-approved");
    assert_eq!(risk["deadline"], "2027-01-31T23:59:59Z");
    assert_eq!(risk["risk-log"]["entries"][0]["start"], "2026-11-02T00:00:00Z");
    let covered = list(&waived, "findings").iter().find(|one| one["related-risks"].is_array());
    let covered = covered.expect("a finding under the waiver");
    assert_eq!(covered["related-risks"][0]["risk-uuid"], risk["uuid"]);
    assert_eq!(covered["target"]["status"]["state"], "not-satisfied");
    assert_eq!(risk["related-observations"], covered["related-observations"]);

    report.exceptions[0].kind = ExceptionKind::Reservation;
    report.exceptions[0].granted = None;
    let planned = oscal(&report, Lang::En);
    let risk = &list(&planned, "risks")[0];
    assert_eq!(risk["status"], "remediating");
    assert_eq!(risk["remediations"][0]["lifecycle"], "planned");
    assert!(risk["risk-log"].is_null(), "nobody said when it was granted");
}

#[test]
fn identifiers_stay_and_the_run_has_its_own() {
    let report = fixtures::with_waiver();
    let (one, again) = (oscal(&report, Lang::En), oscal(&report, Lang::En));
    assert_eq!(one, again);
    let french = oscal(&report, Lang::Fr);
    assert_eq!(result(&french)["uuid"], result(&one)["uuid"], "the run is the same");
    assert_ne!(french["assessment-results"]["uuid"], one["assessment-results"]["uuid"]);

    let mut other = report;
    other.results[0].message.en.push('!');
    let other = oscal(&other, Lang::En);
    assert_ne!(result(&other)["uuid"], result(&one)["uuid"]);
    for part in ["findings", "observations"] {
        assert_eq!(list(&other, part)[0]["uuid"], list(&one, part)[0]["uuid"]);
    }
}
