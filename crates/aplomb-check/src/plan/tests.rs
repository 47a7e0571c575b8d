use aplomb_model::{Accepted, Position, Span, Value};

use super::*;
use crate::exceptions::tests::{finding, run};

const AT: Position = Position { line: 1, column: 1 };

fn delivery(members: &[(&str, &str)]) -> Node {
    let span = Span::default();
    let members = members.iter().map(|(key, text)| aplomb_model::Member {
        key: (*key).into(),
        key_span: span,
        value: Node::text(span, *text),
    });
    Node::new(span, Value::Map(members.collect()))
}

fn reservation(scope: &[(&str, &str)]) -> Exception {
    Exception {
        id: "R-1".into(),
        kind: ExceptionKind::Reservation,
        rule: "A-1".into(),
        scope: scope.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect(),
        reason: "later".into(),
        risk: None,
        compensating_measure: None,
        requester: None,
        approver: None,
        approver_role: None,
        owner: Some("ada".into()),
        granted: None,
        renewals: Vec::new(),
        expires: Some("2026-12-31".into()),
        days_left: None,
        state: ExceptionState::Live,
        lifted: None,
        covers: Vec::new(),
        file: "waivers.toml".into(),
        position: AT,
    }
}

fn accepted() -> Arc<Accepted> {
    let expires = Some("2026-12-31".into());
    Arc::new(Accepted { id: "R-1".into(), kind: ExceptionKind::Reservation, expires })
}

fn planned(
    results: &[Finding],
    exceptions: &[Exception],
    delivery: &Node,
    baseline: Option<&Report>,
) -> Vec<Action> {
    let now = DateTime::parse_from_rfc3339("2026-11-23T00:00:00Z").expect("a moment");
    let rules = Compiled::default();
    let terms = PlanTerms { hourly_rate: Some(80.0), ..PlanTerms::default() };
    let planning = Planning {
        terms: &terms,
        now,
        zone: TimeZone::UTC,
        rules: &rules,
        subjects: &[],
        delivery,
        baseline,
    };
    plan(results, exceptions, planning)
}

fn told(actions: &[Action]) -> Vec<String> {
    let one = |action: &Action| {
        let owner = action.owner.as_ref().map_or("-", |owner| &owner.name);
        let due = action.due.as_deref().unwrap_or("-");
        let (state, task) = (action.state.id(), action.task.id());
        format!("{state} {task} {} {due} {owner} {}", action.rule.id, action.findings.len())
    };
    actions.iter().map(one).collect()
}

#[test]
fn the_most_urgent_come_first_with_their_dates_and_owners() {
    use Outcome::{Error, Fail, NotApplicable, NotEvaluated, Pass};
    use Severity::{Blocker, Info, Major, Minor};
    let results = [
        finding("A-5", Info, Fail, 1),
        finding("A-4", Minor, Fail, 2),
        finding("A-3", Major, NotEvaluated, 3),
        finding("A-2", Major, Fail, 4),
        finding("A-2", Major, Fail, 5),
        finding("A-1", Blocker, Fail, 6),
        finding("A-6", Blocker, Error, 7),
        finding("A-7", Blocker, Pass, 8),
        finding("A-8", Blocker, NotApplicable, 9),
    ];
    let delivery = delivery(&[("go_live", "2026-12-07T20:00:00+01:00"), ("owner", "team")]);
    insta::assert_snapshot!(told(&planned(&results, &[], &delivery, None)).join("\n"), @r"
    open correct A-1 2026-12-07T20:00:00+01:00 team 1
    open mend A-6 2026-12-07T20:00:00+01:00 team 1
    open correct A-2 2026-12-23 team 2
    open provide A-3 2026-12-23 team 1
    open correct A-4 2027-02-21 team 1
    open correct A-5 - team 1
    ");
}

#[test]
fn a_blocker_cannot_wait_once_it_is_live() {
    let results = [finding("A-1", Severity::Blocker, Outcome::Fail, 1)];
    let live = delivery(&[("go_live", "2026-11-01")]);
    assert_eq!(told(&planned(&results, &[], &live, None)), ["open correct A-1 2026-11-23 - 1"]);
    let unknown = delivery(&[]);
    assert_eq!(told(&planned(&results, &[], &unknown, None)), ["open correct A-1 - - 1"]);
}

#[test]
fn an_action_keeps_its_id_through_its_life() {
    let nobody = delivery(&[]);
    let open = [finding("A-1", Severity::Major, Outcome::Fail, 1)];
    let subject = [("subject", "app.conf")];
    let mut covered = open.clone();
    covered[0].accepted = Some(accepted());
    let mut late = open.clone();
    late[0].lapsed = Some(accepted());
    let done = [finding("A-1", Severity::Major, Outcome::Pass, 1)];
    let mut lifted = reservation(&subject);
    lifted.state = ExceptionState::Lifted;
    lifted.lifted = Some("2026-11-23".into());
    let plan = reservation(&subject);
    let stages = [
        planned(&open, &[], &nobody, None),
        planned(&covered, std::slice::from_ref(&plan), &nobody, None),
        planned(&late, &[plan], &nobody, None),
        planned(&done, &[lifted], &nobody, None),
    ];
    insta::assert_snapshot!(stages.iter().map(|stage| told(stage).join("; ")).collect::<Vec<_>>().join("\n"), @r"
    open correct A-1 2026-12-23 - 1
    planned correct A-1 2026-12-31 ada 1
    overdue correct A-1 2026-12-31 ada 1
    lifted correct A-1 2026-12-31 ada 0
    ");
    let ids: Vec<_> = stages.iter().flatten().map(|action| action.id.as_str()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(stages[3][0].lifted.as_deref(), Some("2026-11-23"));
}

#[test]
fn a_plan_for_some_findings_is_an_action_of_its_own() {
    let mut results = [1, 2].map(|number| finding("A-1", Severity::Major, Outcome::Fail, number));
    results[0].accepted = Some(accepted());
    let narrowed = reservation(&[("subject", "app.conf"), ("flow", "F05")]);
    let actions = planned(&results, &[narrowed], &delivery(&[]), None);
    assert_eq!(actions.len(), 2);
    assert_ne!(actions[0].id, actions[1].id);
}

#[test]
fn a_date_once_set_does_not_move_and_is_over_in_the_end() {
    let results = [finding("A-1", Severity::Major, Outcome::Fail, 1)];
    let mut before = run(Vec::new());
    before.actions = planned(&results, &[], &delivery(&[]), None);
    for (due, state, kept) in [
        ("2026-12-01", "open", "2026-12-01"),
        ("2026-11-22", "overdue", "2026-11-22"),
        // A term that became shorter counts.
        ("2027-05-01", "open", "2026-12-23"),
    ] {
        before.actions[0].due = Some(due.into());
        let now = planned(&results, &[], &delivery(&[]), Some(&before));
        assert_eq!(told(&now), [format!("{state} correct A-1 {kept} - 1")]);
    }
}
