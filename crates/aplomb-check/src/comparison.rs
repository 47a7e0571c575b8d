//! What became of the findings of one run in another, and why.
//!
//! Findings are told apart by their fingerprints. A failure that is not there any more is fixed only
//! where its rule was evaluated on its subject: what was not looked at is not mended.

mod causes;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use aplomb_model::{
    Change, ChangeKind, Comparison, Finding, Fingerprint, Outcome, Report, RunHead, State,
    SubjectKind, SubjectName,
};

use self::causes::Causes;

/// Holds `after` against `before`.
pub fn compare(before: &Report, after: &Report) -> Comparison {
    let (before, after) = (Run::of(before), Run::of(after));
    let causes = Causes::between(before.report, after.report);
    let prints: BTreeSet<_> = before.prints.keys().chain(after.prints.keys()).collect();
    let mut changes = Vec::new();
    for print in prints {
        let (was, is) = (before.with(*print), after.with(*print));
        for number in 0..was.len().max(is.len()) {
            let met = match (was.get(number), is.get(number)) {
                (Some(was), Some(is)) => both(was, is).map(|kind| (kind, Some(*was), Some(*is))),
                (Some(was), None) => gone(was, &before, &after),
                (None, Some(is)) => came(is, &before),
                (None, None) => None,
            };
            changes.extend(met.and_then(|met| change(met, &causes)));
        }
    }
    let place =
        |finding: &Finding| finding.evidence.first().map(|one| (one.file.clone(), one.start));
    changes.sort_by_cached_key(|change: &Change| {
        let finding = &change.finding;
        let rule = &finding.rule;
        (change.kind, rule.severity, finding.subject.clone(), place(finding), rule.id.clone())
    });
    Comparison {
        before: head(before.report),
        after: head(after.report),
        grounds: causes.grounds(),
        changes,
    }
}

fn head(report: &Report) -> RunHead {
    RunHead {
        as_of: report.as_of.clone(),
        delivery: report.delivery.clone(),
        verdict: report.verdict,
        total: report.summary.total,
    }
}

/// A report, to be looked things up in.
struct Run<'a> {
    report: &'a Report,
    prints: BTreeMap<Fingerprint, Vec<&'a Finding>>,
    on_subjects: BTreeMap<(RuleKey<'a>, &'a SubjectName), Tally<'a>>,
    of_rules: BTreeMap<RuleKey<'a>, Tally<'a>>,
    applied: BTreeSet<RuleKey<'a>>,
    subjects: BTreeSet<&'a SubjectName>,
}

/// A rule: its standard, and its id.
type RuleKey<'a> = (&'a str, &'a str);

/// What a rule came to, on a subject or on all.
#[derive(Clone, Copy, Default)]
struct Tally<'a> {
    pass: Option<&'a Finding>,
    fail: Option<&'a Finding>,
    unjudged: Option<&'a Finding>,
    /// Any result at all.
    any: Option<&'a Finding>,
}

impl<'a> Tally<'a> {
    fn add(&mut self, finding: &'a Finding) {
        let slot = match finding.outcome {
            Outcome::Pass => &mut self.pass,
            Outcome::Fail => &mut self.fail,
            Outcome::NotEvaluated | Outcome::Error => &mut self.unjudged,
            Outcome::NotApplicable => &mut self.any,
        };
        slot.get_or_insert(finding);
        self.any.get_or_insert(finding);
    }

    fn evaluated(&self) -> Option<&'a Finding> {
        self.pass.or(self.fail)
    }
}

impl<'a> Run<'a> {
    fn of(report: &'a Report) -> Self {
        let mut run = Self {
            report,
            prints: BTreeMap::new(),
            on_subjects: BTreeMap::new(),
            of_rules: BTreeMap::new(),
            applied: report.basis.rules.iter().map(|rule| (&*rule.standard, &*rule.id)).collect(),
            subjects: report.basis.subjects.iter().map(|subject| &subject.id).collect(),
        };
        for finding in &report.results {
            let rule = key(finding);
            run.prints.entry(finding.fingerprint).or_default().push(finding);
            run.on_subjects.entry((rule, &finding.subject)).or_default().add(finding);
            run.of_rules.entry(rule).or_default().add(finding);
        }
        run
    }

    /// The results of a fingerprint.
    fn with(&self, print: Fingerprint) -> &[&'a Finding] {
        self.prints.get(&print).map(Vec::as_slice).unwrap_or_default()
    }

    /// What a finding's rule came to on its subject.
    fn at(&self, finding: &Finding) -> Tally<'a> {
        let (standard, id) = key(finding);
        // The key borrows from another report.
        let found = self.of_rules.get_key_value(&(standard, id));
        let Some((rule, _)) = found else { return Tally::default() };
        self.on_subjects.get(&(*rule, &finding.subject)).copied().unwrap_or_default()
    }

    fn of_rule(&self, finding: &Finding) -> Tally<'a> {
        self.of_rules.get(&key(finding)).copied().unwrap_or_default()
    }

    fn applies(&self, finding: &Finding) -> bool {
        self.applied.contains(&key(finding))
    }

    /// Whether a finding's subject was judged. What is found of a delivery as a whole always is.
    fn has_subject(&self, finding: &Finding) -> bool {
        finding.subject.kind == SubjectKind::Manifest || self.subjects.contains(&*finding.subject)
    }
}

fn key(finding: &Finding) -> RuleKey<'_> {
    (&finding.rule.standard, &finding.rule.id)
}

/// What became of something, and what it was and is.
type Met<'a> = (ChangeKind, Option<&'a Finding>, Option<&'a Finding>);

/// What became of a finding that both runs have; nothing where neither has anything against it.
fn both(was: &Finding, is: &Finding) -> Option<ChangeKind> {
    use Outcome::{Error, Fail, NotApplicable, NotEvaluated, Pass};
    Some(match (was.outcome, is.outcome) {
        (Fail, Fail) if is.rule.severity < was.rule.severity => ChangeKind::Worsened,
        (Fail, Fail) if was.accepted.is_some() && is.accepted.is_none() => ChangeKind::Worsened,
        (Fail, Fail) | (NotEvaluated | Error, NotEvaluated | Error) => ChangeKind::Persisting,
        (NotEvaluated | Error, Fail) => ChangeKind::Worsened,
        (Pass | NotApplicable, Fail) | (NotApplicable, NotEvaluated | Error) => ChangeKind::New,
        (Pass | Fail, NotEvaluated | Error) | (Fail, NotApplicable) => {
            ChangeKind::NoLongerEvaluated
        }
        (Fail, Pass) | (NotEvaluated | Error, Pass | NotApplicable) => ChangeKind::Fixed,
        (Pass | NotApplicable, Pass | NotApplicable) => return None,
    })
}

/// What became of a result that the later run does not have.
fn gone<'a>(was: &'a Finding, before: &Run<'a>, after: &Run<'a>) -> Option<Met<'a>> {
    let there = after.at(was);
    let lost = (ChangeKind::NoLongerEvaluated, Some(was), there.unjudged.or(there.any));
    let judged = match there.any {
        Some(_) => there,
        // A join tells only what does not match, and where all does, that of the delivery.
        None => after.of_rule(was),
    };
    match was.outcome {
        Outcome::Fail if !after.has_subject(was) => Some(lost),
        Outcome::Fail => match (judged.unjudged, judged.evaluated()) {
            (None, Some(_)) => Some((ChangeKind::Fixed, Some(was), there.pass)),
            _ => Some(lost),
        },
        Outcome::NotEvaluated | Outcome::Error => match (there.unjudged, there.any) {
            (Some(gap), _) => Some((ChangeKind::Persisting, Some(was), Some(gap))),
            (None, Some(is)) => Some((ChangeKind::Fixed, Some(was), Some(is))),
            (None, None) if judged.unjudged.is_none() && judged.evaluated().is_some() => {
                Some((ChangeKind::Fixed, Some(was), None))
            }
            _ => Some(lost),
        },
        // That a rule is not applied any more shows in nothing else.
        Outcome::Pass if !after.applies(was) && before.at(was).fail.is_none() => Some(lost),
        Outcome::Pass | Outcome::NotApplicable => None,
    }
}

/// What a result is that the earlier run does not have.
fn came<'a>(is: &'a Finding, before: &Run<'a>) -> Option<Met<'a>> {
    let there = before.at(is);
    match is.outcome {
        Outcome::Fail => Some(match (there.evaluated(), there.unjudged) {
            (None, Some(gap)) => (ChangeKind::Worsened, Some(gap), Some(is)),
            _ => (ChangeKind::New, there.pass, Some(is)),
        }),
        // Told where the earlier failure, or gap, is.
        Outcome::NotEvaluated | Outcome::Error if there.unjudged.or(there.fail).is_some() => None,
        Outcome::NotEvaluated | Outcome::Error => Some(match there.pass {
            Some(pass) => (ChangeKind::NoLongerEvaluated, Some(pass), Some(is)),
            None => (ChangeKind::New, there.any, Some(is)),
        }),
        Outcome::Pass | Outcome::NotApplicable => None,
    }
}

fn change((kind, was, is): Met<'_>, causes: &Causes<'_>) -> Option<Change> {
    // A pass says nothing of what it replaces.
    let told = is.filter(|is| is.outcome != Outcome::Pass).or(was).or(is)?;
    Some(Change {
        kind,
        finding: told.clone(),
        before: was.map(state),
        after: is.map(state),
        causes: causes.of(was, is),
    })
}

fn state(finding: &Finding) -> State {
    State {
        outcome: finding.outcome,
        severity: finding.rule.severity,
        accepted: finding.accepted.as_ref().map(|accepted| accepted.id.clone()),
    }
}
