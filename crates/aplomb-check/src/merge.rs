//! Joining the reports of parts into that of the whole.
//!
//! Shares of one run give back the run, to the byte. Reports of groups of hosts that were judged
//! each by itself give their union: a rule over several subjects was judged within each group, and
//! of two results for the same the worse stands.

mod diagnostics;
mod exceptions;

pub use self::diagnostics::PART;

use std::collections::BTreeMap;
use std::fmt;

use aplomb_model::{
    Action, Baseline, Basis, Finding, Fingerprint, Outcome, Report, Share, SubjectUsed,
};
use thiserror::Error;

use crate::gate::{Gated, gate};
use crate::ordering;
use crate::plan::by_urgency;
use crate::share::holds_subject;
use crate::verdict::{conclude, conclude_new};

/// Why reports cannot be joined.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MergeError {
    /// There is nothing to join.
    #[error("there is no report to join")]
    Nothing,
    /// They are not of one run.
    #[error("the reports are not of one run: {what} differs (`{one}`, `{other}`)")]
    Differs {
        /// What differs.
        what: &'static str,
        /// What one of them says.
        one: String,
        /// What another says.
        other: String,
    },
    /// Some are shares of a run and others are not.
    #[error("some of the reports are parts of a run, and others are not")]
    Mixed,
    /// A share is there twice.
    #[error("part {0} is there twice")]
    Twice(Share),
    /// A share is not there.
    #[error("part {0} is missing")]
    Missing(Share),
    /// What was judged changed between the parts.
    #[error("{0} was not the same when the parts were judged")]
    Changed(String),
}

/// Joins reports, in whatever order they come.
///
/// # Errors
/// When they are not all the parts of one run, or not of one delivery judged by the same.
pub fn merge(mut reports: Vec<Report>) -> Result<Report, MergeError> {
    let names = |report: &Report| -> Vec<_> {
        report.basis.subjects.iter().map(|subject| subject.id.clone()).collect()
    };
    reports.sort_by_cached_key(|report| {
        (report.basis.part.as_ref().map(|part| part.share), names(report))
    });
    let (first, others) = reports.split_first().ok_or(MergeError::Nothing)?;
    for other in others {
        alike(first, other)?;
    }
    let shares = shares(&reports)?;
    let subjects = subjects(&reports, shares.is_some())?;
    let exceptions = exceptions::joined(&reports, &subjects)?;
    let results = results(&reports, shares.is_some());
    let diagnostics = diagnostics::joined(&reports, &exceptions, shares.is_some());
    let actions = actions(&reports);
    let basis = Basis { subjects, part: None, ..first.basis.clone() };
    let (rules, judged) = (basis.rule_count(), basis.subjects.len());
    let (verdict, summary) = conclude(&results, &diagnostics, rules, judged, basis.tolerance);
    let (of_new, gating) = conclude_new(&results, &diagnostics, &summary, basis.tolerance);
    let baseline = first.baseline.clone().map(|baseline| counted(baseline, &results));
    let asked = first.gate.conditions.iter();
    let asked = asked.map(|condition| (condition.kind, condition.threshold.clone()));
    let gate = gate(
        asked.collect(),
        Gated {
            verdict: of_new,
            summary: &gating,
            whole: &summary,
            results: &results,
            exceptions: &exceptions,
            actions: &actions,
            baseline: baseline.as_ref(),
        },
    );
    Ok(Report {
        tool_version: first.tool_version.clone(),
        as_of: first.as_of.clone(),
        delivery: first.delivery.clone(),
        standards: first.standards.clone(),
        profile: first.profile.clone(),
        basis,
        verdict,
        gate,
        baseline,
        summary,
        results,
        exceptions,
        actions,
        diagnostics,
    })
}

/// Whether two reports are of one delivery, judged by the same, at the same time.
fn alike(one: &Report, other: &Report) -> Result<(), MergeError> {
    fn same<T: PartialEq + fmt::Debug>(what: &'static str, a: T, b: T) -> Result<(), MergeError> {
        if a == b {
            return Ok(());
        }
        let shown = |value: T| -> String {
            let text = format!("{value:?}");
            text.chars().take(80).collect()
        };
        Err(MergeError::Differs { what, one: shown(a), other: shown(b) })
    }
    let asked = |report: &Report| -> Vec<_> {
        let conditions = report.gate.conditions.iter();
        conditions.map(|condition| (condition.kind, condition.threshold.clone())).collect()
    };
    let baseline = |report: &Report| {
        let baseline = report.baseline.as_ref();
        baseline.map(|one| (one.as_of.clone(), one.delivery.clone(), one.version.clone()))
    };
    same("the delivery", &one.delivery, &other.delivery)?;
    same("the version of aplomb", &one.tool_version, &other.tool_version)?;
    same("the date judged as of", &one.as_of, &other.as_of)?;
    same("the standards", &one.standards, &other.standards)?;
    same("the profile", &one.profile, &other.profile)?;
    same("the rules applied", &one.basis.rules, &other.basis.rules)?;
    same("the rules left out", &one.basis.left_out, &other.basis.left_out)?;
    same("the parameters", &one.basis.params, &other.basis.params)?;
    same("what the verdict tolerates", one.basis.tolerance, other.basis.tolerance)?;
    same("the gate", asked(one), asked(other))?;
    same("the baseline", baseline(one), baseline(other))
}

/// The shares, of which none is missing and none is there twice; `None` of reports that are none.
fn shares(reports: &[Report]) -> Result<Option<Vec<Share>>, MergeError> {
    let parts = reports.iter().map(|report| report.basis.part.as_ref().map(|part| part.share));
    let parts: Vec<_> = parts.collect();
    if parts.iter().all(Option::is_none) {
        return Ok(None);
    }
    let shares: Vec<Share> = parts.into_iter().collect::<Option<_>>().ok_or(MergeError::Mixed)?;
    let of = shares.first().map_or(0, |share| share.of());
    if let Some(odd) = shares.iter().find(|share| share.of() != of) {
        let (what, one) = ("the number of parts", of.to_string());
        return Err(MergeError::Differs { what, one, other: odd.of().to_string() });
    }
    if let Some(pair) = shares.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(MergeError::Twice(pair[0]));
    }
    let mut all = (1..=of).filter_map(|number| Share::new(number, of));
    match all.find(|share| !shares.contains(share)) {
        Some(missing) => Err(MergeError::Missing(missing)),
        None => Ok(Some(shares)),
    }
}

/// The subjects with what was read of them, which no two reports may say differently of.
fn subjects(reports: &[Report], shared: bool) -> Result<Vec<SubjectUsed>, MergeError> {
    let mut joined: BTreeMap<_, SubjectUsed> = BTreeMap::new();
    let Some(first) = reports.first() else { return Ok(Vec::new()) };
    for report in reports {
        let share = report.basis.part.as_ref().map(|part| part.share);
        if shared && report.basis.subjects.len() != first.basis.subjects.len() {
            return Err(MergeError::Changed("what is delivered".into()));
        }
        for subject in &report.basis.subjects {
            let known = joined.entry(subject.id.clone()).or_insert_with(|| subject.clone());
            // A share lists all subjects, and has read its own and those its joins rest on.
            let unread = |one: &SubjectUsed| one.files.is_empty();
            if unread(known) || (shared && holds_subject(share, &subject.id) && !unread(subject)) {
                if !unread(known) && known.files != subject.files {
                    return Err(MergeError::Changed(subject.id.name.clone()));
                }
                *known = subject.clone();
            } else if !unread(subject) && known.files != subject.files {
                return Err(MergeError::Changed(subject.id.name.clone()));
            }
        }
    }
    if !shared {
        return Ok(joined.into_values().collect());
    }
    // The order, and what is there twice, are the run's.
    let in_order = first.basis.subjects.iter().map(|subject| {
        joined.get(&subject.id).cloned().ok_or_else(|| MergeError::Changed(subject.id.name.clone()))
    });
    if joined.len() > first.basis.subjects.len() {
        return Err(MergeError::Changed("what is delivered".into()));
    }
    in_order.collect()
}

fn results(reports: &[Report], shared: bool) -> Vec<Finding> {
    let mut results: Vec<Finding> = Vec::new();
    if shared {
        results.extend(reports.iter().flat_map(|report| report.results.iter().cloned()));
    } else {
        let mut joined: BTreeMap<Fingerprint, Vec<Finding>> = BTreeMap::new();
        for report in reports {
            for (print, mut of_report) in by_print(report, reports) {
                let known = joined.entry(print).or_default();
                for (known, other) in known.iter_mut().zip(&of_report) {
                    if weight(other) > weight(known) {
                        *known = other.clone();
                    }
                }
                known.extend(of_report.drain(known.len().min(of_report.len())..));
            }
        }
        results.extend(joined.into_values().flatten());
    }
    results.sort_by(|a, b| ordering::of_result(a).cmp(&ordering::of_result(b)));
    results
}

/// The results of a report by fingerprint; without those that say of a rule that it concerns
/// nothing, where it concerns something in another.
fn by_print(report: &Report, all: &[Report]) -> BTreeMap<Fingerprint, Vec<Finding>> {
    let mut by_print: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for finding in &report.results {
        let rule = &finding.rule;
        let idle = diagnostics::concerns_nothing(report, rule);
        if !idle || all.iter().all(|other| diagnostics::concerns_nothing(other, rule)) {
            by_print.entry(finding.fingerprint).or_default().push(finding.clone());
        }
    }
    by_print
}

/// Which of two results for the same stands: the worse, and of failures the one that is open.
fn weight(finding: &Finding) -> impl Ord {
    let outcome = match finding.outcome {
        Outcome::NotApplicable => 0,
        Outcome::Pass => 1,
        Outcome::NotEvaluated => 2,
        Outcome::Error => 3,
        Outcome::Fail => 4,
    };
    (outcome, finding.is_open(), !finding.known)
}

/// The actions, each once, the most urgent first.
fn actions(reports: &[Report]) -> Vec<Action> {
    let mut joined: BTreeMap<&str, Action> = BTreeMap::new();
    for action in reports.iter().flat_map(|report| &report.actions) {
        match joined.get_mut(action.id.as_str()) {
            Some(known) if known.state > action.state => *known = action.clone(),
            Some(_) => {}
            None => drop(joined.insert(&action.id, action.clone())),
        }
    }
    let mut actions: Vec<_> = joined.into_values().collect();
    actions.sort_by(|a, b| by_urgency(a).cmp(&by_urgency(b)));
    actions
}

fn counted(baseline: Baseline, results: &[Finding]) -> Baseline {
    let open = || results.iter().filter(|finding| finding.is_open());
    let known = open().filter(|finding| finding.known).count();
    Baseline { known, new: open().count() - known, ..baseline }
}
