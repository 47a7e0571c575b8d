//! In what order a report tells its results, and what a run says about itself.

use aplomb_model::{Diagnostic, Finding};

/// Results that agree in all of this stay in the order in which their rule gives them.
pub(crate) fn of_result(finding: &Finding) -> impl Ord + '_ {
    let primary = finding.evidence.first();
    (
        &*finding.subject,
        primary.map(|evidence| (evidence.file.as_str(), evidence.start)),
        &finding.rule.id,
        // Which of the rule's demands, in the order written.
        finding.rule.demand.start,
    )
}

/// What a run says about itself, each thing once: what several subjects include is read with each
/// of them.
pub fn in_order(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    fn key(one: &Diagnostic) -> impl Ord + '_ {
        (one.level, &one.file, one.position, &one.code, &one.message.en)
    }
    diagnostics.sort_by(|a, b| key(a).cmp(&key(b)));
    diagnostics.dedup();
    diagnostics
}
