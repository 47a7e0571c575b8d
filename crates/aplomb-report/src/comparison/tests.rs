use aplomb_model::{
    Cause, CauseKind, Change, ChangeKind, Comparison, Finding, Lang, Outcome, Phrase, RunHead,
    Severity, State, Verdict,
};

use super::COMPARISON_FORMATS;
use crate::{Options, fixtures, visible};

fn state(finding: &Finding) -> State {
    State {
        outcome: finding.outcome,
        severity: finding.rule.severity,
        accepted: finding.accepted.as_ref().map(|accepted| accepted.id.clone()),
    }
}

/// The findings of a report, each become something else.
fn comparison(report: &aplomb_model::Report) -> Comparison {
    let head = RunHead {
        as_of: report.as_of.clone(),
        delivery: report.delivery.clone(),
        verdict: report.verdict,
        total: report.summary.total,
    };
    let mut before = head.clone();
    before.as_of = "2026-10-01".into();
    before.verdict = Verdict::ConformingWithMajorReservations;
    let findings = report.results.iter().filter(|one| one.outcome != Outcome::Pass);
    let changes = findings.enumerate().map(|(number, finding)| {
        let kind = ChangeKind::ALL[number % 5];
        let after = state(finding);
        let before = match kind {
            ChangeKind::New => None,
            ChangeKind::Worsened => Some(State { severity: Severity::Info, ..after.clone() }),
            ChangeKind::NoLongerEvaluated => {
                Some(State { outcome: Outcome::Pass, ..after.clone() })
            }
            ChangeKind::Persisting | ChangeKind::Fixed => Some(after.clone()),
        };
        let of = |kind, en: &str, fr: &str| Cause { kind, detail: Phrase::new(en, fr) };
        let causes = vec![
            of(CauseKind::Target, "deployment.yaml has changed", "deployment.yaml a changé"),
            of(CauseKind::Parameters, "most: 3 → 2", "most : 3 → 2"),
        ];
        let causes = match kind {
            ChangeKind::Persisting => Vec::new(),
            ChangeKind::Fixed => vec![of(CauseKind::Unknown, "", "")],
            _ => causes.into_iter().take(1 + number % 2).collect(),
        };
        let after = (kind != ChangeKind::Fixed).then_some(after);
        Change { kind, finding: finding.clone(), before, after, causes }
    });
    let mut changes: Vec<_> = changes.collect();
    changes.sort_by_key(|change| change.kind);
    let detail = Phrase::same("2026-10-01 → 2026-11-23");
    let grounds = vec![Cause { kind: CauseKind::Time, detail }];
    Comparison { before, after: head, grounds, changes }
}

fn render(format: &str, comparison: &Comparison, options: &Options) -> String {
    let format = COMPARISON_FORMATS.iter().find(|one| one.id == format).expect("a format of ours");
    let mut out = Vec::new();
    (format.render)(comparison, options, &mut out).expect("a vector takes all that is written");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn a_comparison_for_people() {
    let comparison = comparison(&fixtures::with_waiver());
    for (name, lang) in [("text_en", Lang::En), ("text_fr", Lang::Fr)] {
        let options = Options { lang, ..Options::default() };
        insta::assert_snapshot!(name, render("text", &comparison, &options));
    }
}

#[test]
fn a_comparison_for_a_merge_request() {
    let comparison = comparison(&fixtures::with_waiver());
    for (name, lang) in [("markdown_en", Lang::En), ("markdown_fr", Lang::Fr)] {
        let options = Options { lang, ..Options::default() };
        insta::assert_snapshot!(name, render("markdown", &comparison, &options));
    }
}

#[test]
fn a_comparison_for_machines_is_valid_by_its_schema() {
    let schema =
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/report-diff.schema.json"));
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema compiles");
    for report in [fixtures::with_waiver(), fixtures::hostile(), fixtures::empty()] {
        let told = render("json", &comparison(&report), &Options::default());
        let value = serde_json::from_str(&told).expect("JSON");
        let problems: Vec<_> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
        assert!(problems.is_empty(), "{problems:#?}");
    }
}

#[test]
fn hostile_text_acts_in_no_comparison() {
    let comparison = comparison(&fixtures::hostile());
    for format in COMPARISON_FORMATS {
        let told = render(format.id, &comparison, &Options { verbose: true, ..Options::default() });
        let hidden = told.chars().find(|c| *c != '\n' && visible::is_hidden(*c));
        assert_eq!(hidden, None, "{}", format.id);
    }
}

#[test]
fn formats_are_sorted() {
    assert!(COMPARISON_FORMATS.windows(2).all(|pair| pair[0].id < pair[1].id));
}
