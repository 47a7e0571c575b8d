use std::collections::BTreeSet;

use aplomb_model::{Lang, Outcome, Phrase, Report, Severity, SubjectKind, Verdict};
use serde_json::Value;

use crate::Options;
use crate::fixtures::{self, render};

fn sarif(report: &Report, lang: Lang) -> Value {
    let options = Options { lang, ..Options::default() };
    serde_json::from_str(&render("sarif", report, &options)).expect("is JSON")
}

fn results(log: &Value) -> &[Value] {
    log["runs"][0]["results"].as_array().expect("results")
}

/// As many blockers, each preceded by a minor finding.
fn many(pairs: u32) -> Report {
    let host = fixtures::subject(SubjectKind::Host, "db01");
    let minor = fixtures::rule("SW-001", "small", Severity::Minor).into();
    let blocker = fixtures::rule("SW-002", "big", Severity::Blocker).into();
    let results = (0..pairs).flat_map(|number| {
        [&minor, &blocker].map(|rule| {
            let message = Phrase::same(format!("number {number}"));
            fixtures::finding(rule, &host, Outcome::Fail, message)
        })
    });
    fixtures::report(Verdict::NonConforming, results.collect())
}

#[test]
fn a_refusal_in_english() {
    let text = render("sarif", &fixtures::with_waiver(), &Options::default());
    insta::assert_snapshot!(text);
}

#[test]
fn every_log_is_valid_by_the_schema() {
    let schema = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/vendored/sarif-2.1.0/schema.json"
    ));
    // As published, the pattern of a language has a bracket too many, which strict readers refuse.
    let schema = serde_json::from_str(&schema.replace("{2}]?$", "{2}$"));
    let schema = schema.expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema compiles");
    let reports = [fixtures::with_waiver(), fixtures::empty(), fixtures::hostile(), many(3)];
    for report in &reports {
        for lang in [Lang::En, Lang::Fr] {
            let log = sarif(report, lang);
            let problems = validator.iter_errors(&log);
            let problems: Vec<_> =
                problems.map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(problems.is_empty(), "{problems:#?}");
        }
    }
    let mut wrong = sarif(&reports[0], Lang::En);
    wrong["runs"][0]["results"][0]["colour"] = "red".into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn every_result_has_what_code_scanning_asks_for() {
    for report in [fixtures::with_waiver(), fixtures::hostile()] {
        let log = sarif(&report, Lang::Fr);
        let mut hashes = BTreeSet::new();
        for result in results(&log) {
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
            assert!(!uri.is_empty() && !uri.starts_with('/') && !uri.contains(':'), "{uri}");
            for key in ["startLine", "startColumn", "endLine", "endColumn"] {
                assert!(place["region"][key].as_u64().is_some_and(|n| n > 0), "{result}");
            }
            let index = result["ruleIndex"].as_u64().expect("an index") as usize;
            let rule = &log["runs"][0]["tool"]["driver"]["rules"][index];
            assert_eq!(rule["id"], result["ruleId"]);
            for key in ["shortDescription", "fullDescription", "help"] {
                assert!(rule[key]["text"].as_str().is_some_and(|text| !text.is_empty()));
            }
            let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str();
            assert!(hashes.insert(hash.expect("a hash")), "{hash:?} twice");
        }
    }
}

#[test]
fn an_accepted_failure_is_suppressed_and_comes_last() {
    let log = sarif(&fixtures::with_waiver(), Lang::Fr);
    let (last, others) = results(&log).split_last().expect("results");
    let suppression = &last["suppressions"][0];
    assert_eq!(suppression["status"], "accepted");
    let expected = "accepté jusqu'au 2027-01-31 (dérogation DRG-2026-014)\u{a0}: \
                    the registry gives digests from January on";
    assert_eq!(suppression["justification"], expected);
    assert!(others.iter().all(|result| result["suppressions"] == Value::Array(Vec::new())));
}

#[test]
fn the_least_important_are_cut_and_it_is_said() {
    let log = sarif(&many(4_000), Lang::En);
    assert_eq!(results(&log).len(), 5_000);
    assert!(results(&log)[..4_000].iter().all(|result| result["ruleId"] == "SW-002"));
    let told = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    let expected = "3000 less important findings left out here, the format `json` has them all";
    assert_eq!(told["message"]["text"], expected);
}

#[test]
fn texts_make_no_link() {
    let mut report = fixtures::with_waiver();
    report.results[0].message = Phrase::same("[click](https://example.org) \u{202e}");
    let log = render("sarif", &report, &Options::default());
    assert!(log.contains("[click] (https://example.org) <U+202E>"), "{log}");
}
