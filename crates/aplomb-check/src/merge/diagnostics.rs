//! What the whole says about itself, from what its parts say.

use aplomb_model::{Diagnostic, Exception, Report, RuleFacts};

use super::exceptions::weight;
use crate::ordering::in_order;

/// That a report is a part only. It is an error, so that no part is ever conforming by itself.
pub const PART: &str = "part-of-run";

/// How the codes begin of what is said of exceptions.
const OF_EXCEPTIONS: [&str; 3] = ["exception-", "reservation-", "suppression-"];

/// Each diagnostic once, without those that other parts prove wrong.
pub(super) fn joined(
    reports: &[Report],
    exceptions: &[Exception],
    shared: bool,
) -> Vec<Diagnostic> {
    let mut all = Vec::new();
    for report in reports {
        for one in &report.diagnostics {
            let stands = match &*one.code {
                PART => false,
                // A part knows of the files that its own subjects include.
                "unclaimed" => reports.iter().all(|other| {
                    other.diagnostics.contains(one) || (!shared && !reads(other, one))
                }),
                "selects-nothing" => !selected(reports, one, shared),
                "no-subject" if !shared => {
                    reports.iter().all(|other| other.diagnostics.contains(one))
                }
                code if OF_EXCEPTIONS.iter().any(|begins| code.starts_with(begins)) => {
                    holds(report, reports, one, exceptions)
                }
                _ => true,
            };
            if stands {
                all.push(one.clone());
            }
        }
    }
    in_order(all)
}

/// Whether a report says that a rule concerns none of its subjects.
pub(super) fn concerns_nothing(report: &Report, rule: &RuleFacts) -> bool {
    report.diagnostics.iter().any(|one| one.code == "no-subject" && is_of(one, rule))
}

fn is_of(one: &Diagnostic, rule: &RuleFacts) -> bool {
    one.file.as_deref() == Some(&*rule.demand.file) && one.position == Some(rule.demand.start)
}

fn reads(report: &Report, one: &Diagnostic) -> bool {
    let mut files = report.basis.subjects.iter().flat_map(|subject| &subject.files);
    files.any(|file| Some(&file.file) == one.file.as_ref())
}

/// Whether the rule that a diagnostic is about selects something in any part.
fn selected(reports: &[Report], one: &Diagnostic, shared: bool) -> bool {
    let rule = |report: &Report| report.basis.rules.iter().find(|rule| is_of(one, rule)).cloned();
    reports.iter().any(|report| {
        let Some(rule) = rule(report) else { return false };
        match &report.basis.part {
            Some(part) => part
                .selecting
                .iter()
                .any(|(standard, id)| *standard == rule.standard && *id == rule.label()),
            // A group in which the rule concerns something says where it selects nothing.
            None => {
                !shared && !report.diagnostics.contains(one) && !concerns_nothing(report, &rule)
            }
        }
    })
}

/// Whether what a part says of an exception is what came of it in the whole. Of parts that agree,
/// one that has results of its rule knows more.
fn holds(report: &Report, reports: &[Report], one: &Diagnostic, exceptions: &[Exception]) -> bool {
    let is_of = |exception: &&Exception| {
        Some(&exception.file) == one.file.as_ref() && Some(exception.position) == one.position
    };
    let came = |report: &Report, exception: &Exception| {
        let told = report.exceptions.iter();
        let mut told = told.filter(|other| is_of(other) && other.rule == exception.rule);
        told.next().map(|other| weight(other.state))
    };
    let knows = |report: &Report, exception: &Exception| {
        report.results.iter().any(|finding| finding.rule.id == exception.rule)
    };
    let mut about = exceptions.iter().filter(is_of).peekable();
    // What is odd about a comment is odd wherever it is read.
    if about.peek().is_none() {
        return true;
    }
    about.any(|exception| {
        let agrees = |report: &Report| came(report, exception) == Some(weight(exception.state));
        agrees(report)
            && (knows(report, exception)
                || !reports.iter().any(|other| agrees(other) && knows(other, exception)))
    })
}
