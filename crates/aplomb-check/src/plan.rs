//! What is there to do? The plan of corrective actions, made of the findings.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use aplomb_model::{
    Accepted, Action, ActionState, Cost, Exception, ExceptionKind, ExceptionState, Finding, Node,
    Outcome, Owner, Report, RuleFacts, Severity, Subject, SubjectName, Task,
};
use aplomb_standard::PlanTerms;
use chrono::{DateTime, Days, FixedOffset};
use sha2::{Digest as _, Sha256};

use crate::compile::Compiled;
use crate::exceptions::{TimeZone, When};

/// What actions are planned by.
#[derive(Clone, Copy, Debug)]
pub struct Planning<'a> {
    /// The terms of the house.
    pub terms: &'a PlanTerms,
    /// The moment judged as of.
    pub now: DateTime<FixedOffset>,
    /// The time zone of the delivery, whose days count.
    pub zone: TimeZone,
    /// The rules that were applied, which say what mending takes.
    pub rules: &'a Compiled,
    /// The subjects, which the manifest may give an owner.
    pub subjects: &'a [Subject],
    /// The variable `delivery`: who owns the solution, and when it goes live.
    pub delivery: &'a Node,
    /// An earlier run, whose due dates an action keeps.
    pub baseline: Option<&'a Report>,
}

/// The like findings of one rule on one subject: what tells actions apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    rule: &'a str,
    /// The rule's name, with that of the demand where it makes several.
    name: &'a str,
    standard: &'a str,
    subject: &'a SubjectName,
    task: Task,
    /// The exception they stand under, live or over.
    exception: Option<&'a str>,
}

/// Plans an action for everything that fails, went wrong or could not be evaluated, and tells
/// those that are done. The most urgent come first.
pub fn plan(results: &[Finding], exceptions: &[Exception], planning: Planning<'_>) -> Vec<Action> {
    let by_id: BTreeMap<&str, &Exception> =
        exceptions.iter().map(|exception| (exception.id.as_str(), exception)).collect();
    let owners = Owners::of(planning);
    let efforts: BTreeMap<(&str, &str), u32> = planning
        .rules
        .rules
        .iter()
        .filter_map(|rule| Some(((&*rule.facts.id, &*rule.facts.name), rule.effort?)))
        .collect();
    let earlier: BTreeMap<&str, &Action> = planning
        .baseline
        .into_iter()
        .flat_map(|run| &run.actions)
        .map(|action| (action.id.as_str(), action))
        .collect();
    let mut groups: BTreeMap<Key<'_>, Vec<&Finding>> = BTreeMap::new();
    for finding in results {
        if let Some(task) = task(finding.outcome) {
            let stands = finding.accepted.as_ref().or(finding.lapsed.as_ref());
            let key = Key {
                rule: &finding.rule.id,
                name: &finding.rule.name,
                standard: &finding.rule.standard,
                subject: &finding.subject,
                task,
                exception: stands.map(|one| one.id.as_str()),
            };
            groups.entry(key).or_default().push(finding);
        }
    }
    let made = groups.into_iter().filter_map(|(key, findings)| {
        let first = findings.first()?;
        // Those of a join may differ; the gravest sets the pace.
        let gravest = findings.iter().min_by_key(|finding| finding.rule.severity)?;
        let exception = key.exception.and_then(|id| by_id.get(id).copied());
        let id = id(&first.rule, &first.subject, key.task, exception);
        let effort =
            efforts.get(&(key.rule, key.name)).copied().filter(|_| key.task == Task::Correct);
        let before = earlier.get(id.as_str()).copied();
        let (state, due) = planning.settled(&gravest.rule, findings.as_slice(), before);
        Some(Action {
            id,
            task: key.task,
            state,
            rule: Arc::clone(&gravest.rule),
            subject: Arc::clone(&first.subject),
            findings: findings.iter().map(|finding| finding.fingerprint).collect(),
            owner: owners.of_action(&first.subject, exception),
            due,
            effort,
            cost: effort.and_then(|minutes| planning.cost(minutes)),
            exception: key.exception.map(str::to_owned),
            lifted: None,
        })
    });
    let mut actions: Vec<Action> = made.collect();
    let lifted = exceptions.iter().filter(|one| one.state == ExceptionState::Lifted);
    actions.extend(lifted.filter_map(|exception| done(exception, results, &owners)));
    actions.sort_by(|a, b| by_urgency(a).cmp(&by_urgency(b)));
    actions
}

/// What an outcome calls for.
const fn task(outcome: Outcome) -> Option<Task> {
    match outcome {
        Outcome::Fail => Some(Task::Correct),
        Outcome::Error => Some(Task::Mend),
        Outcome::NotEvaluated => Some(Task::Provide),
        Outcome::Pass | Outcome::NotApplicable => None,
    }
}

/// The order of a plan.
pub(crate) fn by_urgency(action: &Action) -> impl Ord + '_ {
    // What has no date comes after what has one.
    let due = (action.due.is_none(), action.due.as_deref());
    (
        action.state,
        action.rule.severity,
        action.task,
        due,
        &*action.rule.id,
        &*action.subject,
        &action.id,
    )
}

/// The same from run to run, and whatever becomes of its findings, unless an exception takes some
/// of them out.
fn id(
    rule: &RuleFacts,
    subject: &SubjectName,
    task: Task,
    exception: Option<&Exception>,
) -> String {
    let mut hash = Sha256::new();
    let parts =
        [&*rule.standard, &*rule.id, &*rule.name, subject.kind.id(), &*subject.name, task.id()];
    let narrowed = exception.into_iter().flat_map(|one| one.scope.iter().skip(1));
    let narrowed = narrowed.flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    for part in parts.into_iter().chain(narrowed) {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut id = "A-".to_owned();
    for byte in &hash.finalize()[..6] {
        let _ = write!(id, "{byte:02x}");
    }
    id
}

/// The action of a reservation whose rule passes now.
fn done(exception: &Exception, results: &[Finding], owners: &Owners<'_>) -> Option<Action> {
    let (_, name) = exception.scope.first()?;
    let of_it =
        |finding: &&Finding| finding.rule.id == exception.rule && finding.subject.name == *name;
    let now = results.iter().find(of_it)?;
    Some(Action {
        id: id(&now.rule, &now.subject, Task::Correct, Some(exception)),
        task: Task::Correct,
        state: ActionState::Lifted,
        rule: Arc::clone(&now.rule),
        subject: Arc::clone(&now.subject),
        findings: Vec::new(),
        owner: owners.of_action(&now.subject, Some(exception)),
        due: exception.expires.clone(),
        effort: None,
        cost: None,
        exception: Some(exception.id.clone()),
        lifted: exception.lifted.clone(),
    })
}

impl Planning<'_> {
    /// How far the action for some findings is, and until when it is due.
    fn settled(
        &self,
        rule: &RuleFacts,
        findings: &[&Finding],
        before: Option<&Action>,
    ) -> (ActionState, Option<String>) {
        let accepted = findings.iter().find_map(|finding| finding.accepted.as_deref());
        if let Some(Accepted { kind, expires, .. }) = accepted {
            let state = match kind {
                ExceptionKind::Reservation => ActionState::Planned,
                _ => ActionState::Accepted,
            };
            return (state, expires.clone());
        }
        let lapsed = findings.iter().find_map(|finding| finding.lapsed.as_deref());
        if let Some(lapsed) = lapsed.filter(|one| one.kind == ExceptionKind::Reservation) {
            return (ActionState::Overdue, lapsed.expires.clone());
        }
        let own = self.due(rule.severity);
        // A date once set does not move with each run.
        let before = before.and_then(|action| action.due.clone());
        let due = match (before, own) {
            (Some(before), Some(own)) if self.ends(&before) > self.ends(&own) => Some(own),
            (Some(before), _) => Some(before),
            (None, own) => own,
        };
        let over = due.as_deref().and_then(|due| self.ends(due)).is_some_and(|end| end <= self.now);
        (if over { ActionState::Overdue } else { ActionState::Open }, due)
    }

    /// Until when a finding of a severity is to be settled.
    fn due(&self, severity: Severity) -> Option<String> {
        let today = self.now.with_timezone(&self.zone).date_naive();
        if let Some(days) = self.terms.due_days(severity) {
            let day = today.checked_add_days(Days::new(days.into()))?;
            return Some(day.to_string());
        }
        if severity != Severity::Blocker {
            return None;
        }
        let go_live = self.delivery.get("go_live")?.as_str()?;
        // What is in production already cannot wait.
        let ahead = self.ends(go_live).is_some_and(|end| self.now < end);
        Some(if ahead { go_live.to_owned() } else { today.to_string() })
    }

    fn ends(&self, written: &str) -> Option<DateTime<FixedOffset>> {
        When::read(written.trim(), self.zone).map(|when| when.ended)
    }

    fn cost(&self, minutes: u32) -> Option<Cost> {
        let hours = f64::from(minutes) / 60.0;
        let amount = (hours * self.terms.hourly_rate? * 100.0).round() / 100.0;
        Some(Cost { amount, currency: self.terms.currency.as_str().into() })
    }
}

/// Who answers for what, by the manifest.
struct Owners<'a> {
    of_subjects: BTreeMap<&'a SubjectName, Arc<str>>,
    of_delivery: Option<Arc<str>>,
}

impl<'a> Owners<'a> {
    fn of(planning: Planning<'a>) -> Self {
        let named = |node: &Node| {
            let owner = node.get("owner")?.as_str()?.trim();
            (!owner.is_empty()).then(|| Arc::from(owner))
        };
        let of_subjects = planning.subjects.iter();
        let of_subjects =
            of_subjects.filter_map(|subject| Some((&subject.id, named(&subject.attributes)?)));
        Self { of_subjects: of_subjects.collect(), of_delivery: named(planning.delivery) }
    }

    fn of_action(&self, subject: &SubjectName, exception: Option<&Exception>) -> Option<Owner> {
        if let Some(owner) = exception.and_then(|one| one.owner.as_deref()) {
            return Some(Owner { name: owner.into(), of_reservation: true });
        }
        let named = self.of_subjects.get(subject).or(self.of_delivery.as_ref())?;
        Some(Owner { name: Arc::clone(named), of_reservation: false })
    }
}

#[cfg(test)]
mod tests;
