//! In which order findings are told: subject by subject, the worst first.

use std::collections::BTreeMap;

use aplomb_model::{Exception, Finding, Lang, Outcome, Report, Severity, SubjectName};

/// What stands against one subject.
pub(crate) struct SubjectGroup<'a> {
    pub(crate) rules: Vec<RuleGroup<'a>>,
}

/// The findings of one rule on one subject, of one severity and outcome; never empty.
pub(crate) struct RuleGroup<'a> {
    pub(crate) findings: Vec<&'a Finding>,
}

/// Results that say the same thing for the same reason; never empty.
pub(crate) struct ReasonGroup<'a> {
    pub(crate) reason: &'a str,
    /// By rule, worst first.
    pub(crate) rules: Vec<Vec<&'a Finding>>,
}

impl ReasonGroup<'_> {
    /// How many results.
    pub(crate) fn count(&self) -> usize {
        self.rules.iter().map(Vec::len).sum()
    }
}

/// Findings that need somebody's attention (failed and not accepted, or could not be evaluated because of an
/// error), by subject: those with blockers first, then those with majors, and so on; then by name.
pub(crate) fn by_subject(report: &Report) -> Vec<SubjectGroup<'_>> {
    type Key<'a> = (Severity, Outcome, &'a str, &'a str, &'a str);
    let mut subjects: BTreeMap<&SubjectName, BTreeMap<Key<'_>, Vec<&Finding>>> = BTreeMap::new();
    for finding in &report.results {
        if finding.is_open() || finding.outcome == Outcome::Error {
            let rule = &finding.rule;
            let key = (rule.severity, finding.outcome, &*rule.id, &*rule.name, &*rule.standard);
            let rules = subjects.entry(&*finding.subject).or_default();
            rules.entry(key).or_default().push(finding);
        }
    }
    let mut groups: Vec<_> = subjects.into_iter().collect();
    groups.sort_by_key(|(subject, rules)| {
        let worst = rules.keys().next().map(|(severity, ..)| *severity);
        (worst, &subject.name, subject.kind)
    });
    let groups = groups.into_iter().map(|(_, rules)| SubjectGroup {
        rules: rules.into_values().map(|findings| RuleGroup { findings }).collect(),
    });
    groups.collect()
}

/// All failures and errors, the most important first: what stands against the delivery by severity,
/// then what was accepted.
pub(crate) fn most_important_first(report: &Report) -> Vec<&Finding> {
    let told = |f: &&Finding| matches!(f.outcome, Outcome::Fail | Outcome::Error);
    let mut findings: Vec<_> = report.results.iter().filter(told).collect();
    findings.sort_by_key(|f| (f.accepted.is_some(), f.rule.severity, f.outcome));
    findings
}

/// Results of one outcome by what they say, those that weigh most first, then the most numerous.
pub(crate) fn by_reason(report: &Report, outcome: Outcome, lang: Lang) -> Vec<ReasonGroup<'_>> {
    type Key<'a> = (Severity, &'a str);
    let mut reasons: BTreeMap<&str, BTreeMap<Key<'_>, Vec<&Finding>>> = BTreeMap::new();
    for finding in report.results.iter().filter(|f| f.outcome == outcome) {
        let rules = reasons.entry(finding.message.get(lang)).or_default();
        let key = (finding.rule.severity, &*finding.rule.id);
        rules.entry(key).or_default().push(finding);
    }
    let groups = reasons.into_iter().map(|(reason, rules)| {
        let worst = rules.keys().next().map(|(severity, _)| *severity);
        let rules = rules.into_values().collect();
        (worst, ReasonGroup { reason, rules })
    });
    let mut groups: Vec<_> = groups.collect();
    groups.sort_by_key(|(worst, group)| (*worst, std::cmp::Reverse(group.count())));
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Exceptions with the findings each covers, in the order written; those that cover nothing are
/// left out.
pub(crate) fn accepted(report: &Report) -> Vec<(&Exception, Vec<&Finding>)> {
    let mut covered: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.results {
        if let Some(accepted) = &finding.accepted {
            covered.entry(&*accepted.id).or_default().push(finding);
        }
    }
    let exceptions = report.exceptions.iter();
    exceptions.filter_map(|one| Some((one, covered.remove(&*one.id)?))).collect()
}

/// Results that passed, by rule.
pub(crate) fn passed(report: &Report) -> Vec<Vec<&Finding>> {
    let mut rules: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in report.results.iter().filter(|f| f.outcome == Outcome::Pass) {
        rules.entry(&*finding.rule.id).or_default().push(finding);
    }
    rules.into_values().collect()
}
