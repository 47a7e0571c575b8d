use std::sync::Arc;

use aplomb_model::{
    Accepted, Basis, CauseKind, ChangeKind, Delivery, Demand, Exception, ExceptionKind,
    ExceptionState, FileUsed, Finding, Fingerprint, LeftOut, Outcome, ParamUsed, Phrase, Position,
    Report, RuleFacts, Severity, StandardUsed, SubjectKind, SubjectName, SubjectUsed, Summary,
    Verdict, WhyLeftOut,
};

use super::compare;

const AT: Position = Position { line: 1, column: 1 };

fn rule(id: &str, severity: Severity) -> Arc<RuleFacts> {
    Arc::new(RuleFacts {
        id: id.into(),
        name: "named".into(),
        standard: "s".into(),
        domain: "software".into(),
        severity,
        title: Phrase::default(),
        demand: Demand { name: None, file: "s.toml".into(), start: AT, end: AT, excerpt: None },
        remedy: Phrase::default(),
        waivable: true,
        references: Vec::new(),
    })
}

/// A result: `fail R-1 a.json 7`, the number telling it from others there.
fn finding(said: &str) -> Finding {
    let parts: Vec<_> = said.split(' ').collect();
    let [outcome, id, subject, print] = parts[..] else { panic!("{said}") };
    let name = SubjectName { kind: SubjectKind::Config, name: subject.into() };
    let print = Fingerprint(print.parse::<u128>().expect("a number").to_be_bytes());
    let outcome = Outcome::from_id(outcome).expect("an outcome");
    Finding::new(rule(id, Severity::Major), Arc::new(name), outcome, print)
}

/// A run of the rules on a.json and b.json.
fn run(results: &[&str]) -> Report {
    let subject = |name: &str| SubjectUsed {
        id: SubjectName { kind: SubjectKind::Config, name: name.into() },
        captured: None,
        files: vec![FileUsed { file: name.into(), digest: [1; 32] }],
    };
    Report {
        tool_version: "1".into(),
        as_of: "2026-01-01".into(),
        delivery: Delivery::default(),
        standards: vec![StandardUsed { id: "s".into(), version: "1".into(), digest: "1".into() }],
        profile: None,
        basis: Basis {
            rules: ["R-1", "R-2"].map(|id| rule(id, Severity::Major)).to_vec(),
            subjects: ["a.json", "b.json"].map(subject).to_vec(),
            ..Basis::default()
        },
        verdict: Verdict::Undetermined,
        summary: Summary::default(),
        results: results.iter().map(|said| finding(said)).collect(),
        exceptions: Vec::new(),
        diagnostics: Vec::new(),
    }
}

fn kinds(before: &[&str], after: &[&str]) -> Vec<&'static str> {
    compare(&run(before), &run(after)).changes.iter().map(|change| change.kind.id()).collect()
}

#[test]
fn what_was_not_looked_at_is_not_mended() {
    let fail = "fail R-1 a.json 7";
    let lost = ["no-longer-evaluated"];
    assert_eq!(kinds(&[fail], &["pass R-1 a.json 0"]), ["fixed"]);
    assert_eq!(kinds(&[fail], &["fail R-1 a.json 8"]), ["new", "fixed"]);
    assert_eq!(kinds(&[fail], &["not-evaluated R-1 a.json 0"]), lost);
    assert_eq!(kinds(&[fail], &["error R-1 a.json 7"]), lost);
    assert_eq!(kinds(&[fail], &["not-applicable R-1 a.json 0"]), lost);
    assert_eq!(kinds(&[fail], &[]), lost, "the rule said nothing at all");
    assert_eq!(kinds(&[fail], &["pass R-1 b.json 0"]), ["fixed"], "a join tells what is wrong");
    assert_eq!(
        kinds(&[fail], &["not-evaluated R-1 b.json 0"]),
        ["new", "no-longer-evaluated"],
        "and there is a gap elsewhere"
    );
    assert_eq!(kinds(&["pass R-1 a.json 0"], &["not-evaluated R-1 a.json 5"]), lost);
    assert_eq!(kinds(&["pass R-1 a.json 0"], &["error R-1 a.json 0"]), lost);
    let mut without = run(&["pass R-1 b.json 0"]);
    without.basis.subjects.remove(0);
    let comparison = compare(&run(&[fail]), &without);
    assert_eq!(comparison.changes[0].kind, ChangeKind::NoLongerEvaluated);
    assert!(comparison.is_worse());
}

#[test]
fn a_rule_that_is_not_applied_any_more_is_seen() {
    let mut without = run(&[]);
    without.basis.rules.remove(0);
    let comparison = compare(&run(&["pass R-1 a.json 0", "pass R-2 a.json 1"]), &without);
    let told: Vec<_> =
        comparison.changes.iter().map(|one| (one.kind, &*one.finding.rule.id)).collect();
    assert_eq!(told, [(ChangeKind::NoLongerEvaluated, "R-1")]);
    assert_eq!(comparison.changes[0].causes[0].kind, CauseKind::Standard);
    for (why, kind) in [
        (WhyLeftOut::Profile, CauseKind::Parameters),
        (WhyLeftOut::Tier, CauseKind::Target),
        (WhyLeftOut::Disabled, CauseKind::Standard),
    ] {
        let (rule, name, standard) = ("R-1".into(), "named".into(), "s".into());
        let reason = Phrase::same("because");
        without.basis.left_out = vec![LeftOut { rule, name, standard, why, reason }];
        let comparison = compare(&run(&["pass R-1 a.json 0"]), &without);
        assert_eq!(comparison.changes[0].causes[0].kind, kind);
    }
}

#[test]
fn gaps_are_told_once() {
    let gap = "not-evaluated R-1 a.json 3";
    assert_eq!(kinds(&[gap], &["error R-1 a.json 4"]), ["persisting"]);
    assert_eq!(kinds(&[gap], &[gap]), ["persisting"]);
    assert_eq!(kinds(&[gap], &["pass R-1 a.json 0"]), ["fixed"]);
    assert_eq!(kinds(&[gap], &["fail R-1 a.json 9"]), ["worsened", "fixed"]);
    assert_eq!(kinds(&[gap], &["fail R-1 a.json 3"]), ["worsened"]);
    assert_eq!(kinds(&[], &[gap]), ["new"]);
    assert_eq!(kinds(&["fail R-1 a.json 7"], &[gap]), ["no-longer-evaluated"]);
    assert_eq!(kinds(&[gap], &[]), ["no-longer-evaluated"]);
}

#[test]
fn same_findings_persist_or_worsen() {
    let fail = "fail R-1 a.json 7";
    assert_eq!(kinds(&[fail, fail], &[fail]), ["persisting", "fixed"], "one of two is gone");
    let mut heavier = run(&[fail]);
    heavier.results[0].rule = rule("R-1", Severity::Blocker);
    let comparison = compare(&run(&[fail]), &heavier);
    assert_eq!(comparison.changes[0].kind, ChangeKind::Worsened);
    let lighter = compare(&heavier, &run(&[fail]));
    assert_eq!(lighter.changes[0].kind, ChangeKind::Persisting);
    assert!(!lighter.is_worse());
}

/// A run whose failure is accepted by W-1, and one in which W-1 is in this state.
fn accepted(after: ExceptionState) -> (Report, Report) {
    let fail = "fail R-1 a.json 7";
    let exception = |state| Exception {
        id: "W-1".into(),
        kind: ExceptionKind::Waiver,
        rule: "R-1".into(),
        scope: Vec::new(),
        reason: String::new(),
        risk: None,
        compensating_measure: None,
        requester: None,
        approver: String::new(),
        approver_role: None,
        owner: None,
        granted: None,
        expires: "2026-02-01".into(),
        state,
        covers: Vec::new(),
        file: "waivers.toml".into(),
        position: AT,
    };
    let (mut before, mut later) = (run(&[fail]), run(&[fail]));
    before.results[0].accepted = Some(Arc::new(Accepted {
        id: "W-1".into(),
        kind: ExceptionKind::Waiver,
        expires: "2026-02-01".into(),
    }));
    before.exceptions = vec![exception(ExceptionState::Live)];
    later.exceptions = vec![exception(after)];
    (before, later)
}

#[test]
fn an_acceptance_that_ends_worsens_and_says_why() {
    let (before, mut after) = accepted(ExceptionState::Expired);
    after.as_of = "2026-03-01".into();
    let comparison = compare(&before, &after);
    let change = &comparison.changes[0];
    assert_eq!((change.kind, change.causes[0].kind), (ChangeKind::Worsened, CauseKind::Time));
    assert_eq!(change.causes[0].detail.en, "W-1 has expired");
    after.exceptions.clear();
    let comparison = compare(&before, &after);
    assert_eq!(comparison.changes[0].causes[0].kind, CauseKind::Exceptions);
    let granted = compare(&after, &before);
    assert_eq!(granted.changes[0].kind, ChangeKind::Persisting);
    assert_eq!(granted.changes[0].causes[0].detail.en, "W-1 accepts it");
    assert!(!granted.is_worse());
}

/// What the causes of the one change are, where `after` differs by this.
fn causes(differ: impl Fn(&mut Report)) -> Vec<&'static str> {
    let mut after = run(&["fail R-1 a.json 7"]);
    differ(&mut after);
    let comparison = compare(&run(&["pass R-1 a.json 0"]), &after);
    comparison.changes[0].causes.iter().map(|cause| cause.kind.id()).collect()
}

#[test]
fn causes_are_what_the_reports_record() {
    assert_eq!(causes(|_| {}), ["unknown"]);
    assert_eq!(causes(|r| r.as_of = "2027-01-01".into()), ["time"]);
    assert_eq!(causes(|r| r.tool_version = "2".into()), ["tool"]);
    assert_eq!(causes(|r| r.standards[0].digest = "2".into()), ["standard"]);
    assert_eq!(causes(|r| r.basis.subjects[0].files[0].digest = [2; 32]), ["target"]);
    assert_eq!(causes(|r| r.basis.subjects[1].files[0].digest = [2; 32]), ["unknown"]);
    assert_eq!(
        causes(|r| {
            r.basis.subjects[0].files[0].digest = [2; 32];
            r.standards[0].digest = "2".into();
            r.as_of = "2027-01-01".into();
        }),
        ["target", "standard"]
    );
    let elsewhere = |r: &mut Report| {
        r.results[0].identity = vec![("key".into(), "8008".into())];
        r.basis.subjects[1].files[0].digest = [2; 32];
    };
    assert_eq!(causes(elsewhere), ["target"], "a join rests on other subjects too");
    let param =
        |value: &str| ParamUsed { standard: "s".into(), name: "most".into(), value: value.into() };
    let (mut before, mut after) = (run(&["pass R-1 a.json 0"]), run(&["fail R-1 a.json 7"]));
    before.basis.params = vec![param("3")];
    after.basis.params = vec![param("2")];
    let comparison = compare(&before, &after);
    assert_eq!(comparison.changes[0].causes[0].detail.en, "most: 3 → 2");
    assert_eq!(comparison.grounds.len(), 1);
}

#[test]
fn two_runs_that_say_the_same_differ_in_nothing() {
    let run = run(&["fail R-1 a.json 7", "pass R-2 a.json 1", "error R-2 b.json 2"]);
    let comparison = compare(&run, &run);
    assert!(comparison.grounds.is_empty() && !comparison.is_worse());
    assert!(
        comparison
            .changes
            .iter()
            .all(|change| { change.kind == ChangeKind::Persisting && change.causes.is_empty() })
    );
}
