use std::sync::Arc;

use aplomb_model::{Demand, Fingerprint, Phrase, Position, RuleFacts, SubjectKind, SubjectName};

use super::*;

const AT: Position = Position { line: 1, column: 1 };

pub(crate) fn finding(rule: &str, severity: Severity, outcome: Outcome, number: u8) -> Finding {
    let rule = RuleFacts {
        id: rule.into(),
        name: "a-rule".into(),
        standard: "s".into(),
        domain: "software".into(),
        severity,
        title: Phrase::default(),
        demand: Demand { name: None, file: "s.toml".into(), start: AT, end: AT, excerpt: None },
        remedy: Phrase::default(),
        waivable: true,
        references: Vec::new(),
    };
    let subject = SubjectName { kind: SubjectKind::Config, name: "app.conf".into() };
    Finding::new(Arc::new(rule), Arc::new(subject), outcome, Fingerprint([number; 16]))
}

fn instants(date: &str, zone: &str) -> (String, String) {
    let zone = time_zone(zone).expect("a zone");
    let when = When::read(date, zone).expect("a date");
    (when.begins.to_utc().to_rfc3339(), when.ended.to_utc().to_rfc3339())
}

#[test]
fn a_date_is_all_of_its_day_where_the_delivery_is_clocks_changed_or_not() {
    let told = |begins: &str, ends: &str| (format!("{begins}+00:00"), format!("{ends}+00:00"));
    assert_eq!(
        instants("2026-07-01", "Europe/Paris"),
        told("2026-06-30T22:00:00", "2026-07-01T22:00:00")
    );
    // A day of 25 hours, and one of 23.
    assert_eq!(
        instants("2026-10-25", "Europe/Paris"),
        told("2026-10-24T22:00:00", "2026-10-25T23:00:00")
    );
    assert_eq!(
        instants("2026-03-29", "Europe/Paris"),
        told("2026-03-28T23:00:00", "2026-03-29T22:00:00")
    );
    // A day that begins at one, because midnight is skipped.
    assert_eq!(
        instants("2026-09-06", "America/Santiago"),
        told("2026-09-06T04:00:00", "2026-09-07T03:00:00")
    );
    let (begins, ends) = instants("2026-07-01T12:00:00+02:00", "Europe/Paris");
    assert_eq!((&*begins, begins == ends), ("2026-07-01T10:00:00+00:00", true));
    assert!(When::read("2026-02-30", TimeZone::UTC).is_none());
}

/// A run in which these findings were made, as a baseline.
pub(crate) fn run(results: Vec<Finding>) -> Report {
    Report { results, ..report() }
}

#[test]
fn only_what_was_as_open_is_known() {
    use Outcome::{Fail, NotEvaluated, Pass};
    use Severity::{Blocker, Major, Minor};
    let mut waived = finding("A-1", Major, Fail, 4);
    waived.accepted =
        Some(Arc::new(Accepted { id: "W".into(), kind: ExceptionKind::Waiver, expires: None }));
    let before = run(vec![
        finding("A-1", Major, Fail, 1),
        finding("A-1", Major, NotEvaluated, 2),
        finding("A-1", Major, Pass, 3),
        waived,
        finding("A-1", Minor, Fail, 5),
        finding("A-1", Blocker, Fail, 6),
        finding("A-1", Major, Fail, 7),
    ]);
    let mut now: Vec<_> = (1..=8).map(|number| finding("A-1", Major, Fail, number)).collect();
    // One of then is not two of now.
    now.push(finding("A-1", Major, Fail, 7));
    now.push(finding("A-1", Major, NotEvaluated, 1));
    let baseline = baseline::mark(&mut now, &before);
    let known: Vec<_> = now.iter().map(|one| one.known).collect();
    assert_eq!(known, [true, false, false, false, false, true, true, false, false, false]);
    assert_eq!((baseline.known, baseline.new), (3, 6));
}

#[test]
fn a_baseline_of_something_else_or_of_long_ago_is_doubted() {
    let mut before = run(Vec::new());
    let standard = |digest: &str| aplomb_model::StandardUsed {
        id: "s".into(),
        version: "1".into(),
        digest: digest.into(),
    };
    before.standards = vec![standard("sha256:00")];
    let told = |before: &Report, id: &str, digest: &str, now: &str| {
        let delivery = aplomb_model::Delivery { id: id.into(), ..Default::default() };
        let now = instant(now).expect("a date");
        let doubts = doubts_of(before, &delivery, &[standard(digest)], None, now, 90);
        doubts.iter().map(|one| one.code.to_string()).collect::<Vec<_>>()
    };
    assert!(told(&before, "x", "00", "2026-12-01").is_empty());
    assert_eq!(told(&before, "y", "00", "2026-12-01"), ["baseline-of-another-delivery"]);
    assert_eq!(told(&before, "x", "01", "2026-12-01"), ["baseline-of-other-standards"]);
    assert_eq!(told(&before, "x", "00", "2027-12-01"), ["baseline-of-another-time"]);
    assert_eq!(told(&before, "x", "00", "2026-01-01"), ["baseline-of-another-time"]);
    before.profile = Some("audit".into());
    assert_eq!(told(&before, "x", "00", "2026-12-01"), ["baseline-of-another-profile"]);
    before.as_of = "soon".into();
    assert_eq!(told(&before, "x", "00", "2026-12-01").len(), 2);
}

fn report() -> Report {
    Report {
        tool_version: "0".into(),
        as_of: "2026-11-23".into(),
        delivery: aplomb_model::Delivery { id: "x".into(), ..Default::default() },
        standards: Vec::new(),
        profile: None,
        basis: aplomb_model::Basis::default(),
        verdict: aplomb_model::Verdict::NonConforming,
        gate: aplomb_model::Gate::default(),
        baseline: None,
        summary: aplomb_model::Summary::default(),
        results: Vec::new(),
        exceptions: Vec::new(),
        actions: Vec::new(),
        diagnostics: Vec::new(),
    }
}
