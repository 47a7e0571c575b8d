//! The one filter for exceptions: after evaluation, and nowhere else, results that somebody
//! accepted are marked as such, and those that an earlier run holds already as known. They stay in
//! the report, and an exception that covers nothing is said to.

mod baseline;
mod comments;
mod read;
mod said;
mod when;

use std::collections::BTreeMap;
use std::sync::Arc;

use aplomb_model::{
    Accepted, Baseline, Diagnostic, Exception, ExceptionKind, ExceptionState, Finding, Outcome,
    Report, Severity,
};
use chrono::{DateTime, FixedOffset};

pub use self::baseline::doubts_of;
pub use self::read::read_exceptions;
pub(crate) use self::when::When;
use self::when::instant;
pub use self::when::{TimeZone, time_zone};
use crate::compile::Compiled;

/// Exceptions as written, ready to be applied.
#[derive(Debug, Default)]
pub struct Exceptions {
    granted: Vec<Granted>,
}

/// One of them.
#[derive(Debug)]
struct Granted {
    exception: Exception,
    reach: Reach,
    from: Option<DateTime<FixedOffset>>,
    /// The first instant at which it no longer holds.
    until: Option<DateTime<FixedOffset>>,
}

/// How what an exception is about is told from other results of its rule.
#[derive(Debug)]
enum Reach {
    /// By its scope.
    Scope,
    /// By where it is seen: on a line of the exception's own file, or in the file as a whole.
    Line {
        line: Option<u32>,
        of_file: bool,
        /// The gravest severity it may cover.
        up_to: Option<Severity>,
    },
}

/// What exceptions are applied under.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The moment judged as of.
    pub now: DateTime<FixedOffset>,
    /// The same, as the report names it.
    pub as_of: &'a str,
    /// Days before its end at which an exception is warned of.
    pub warn_days: u32,
    /// The rules that were applied.
    pub rules: &'a Compiled,
    /// The run whose open findings are known.
    pub baseline: Option<&'a Report>,
}

/// What came of the exceptions.
#[derive(Debug, Default)]
pub struct Acceptance {
    /// Each of them, in the order written.
    pub exceptions: Vec<Exception>,
    /// The run that findings were compared with.
    pub baseline: Option<Baseline>,
    /// What has to be said about them.
    pub diagnostics: Vec<Diagnostic>,
}

impl Exceptions {
    /// Adds those of another file.
    pub fn extend(&mut self, others: Self) {
        self.granted.extend(others.granted);
    }

    /// Marks the failed results that a live exception covers, those that one covered until its time
    /// was over, and those that the baseline holds as open as they are.
    pub fn accept(self, results: &mut [Finding], under: Circumstances<'_>) -> Acceptance {
        let concerned = Concerned::of(&self.granted, results);
        let mut acceptance = Acceptance::default();
        for granted in self.granted {
            let about = concerned.by(&granted);
            let exception = granted.apply(results, &about, under);
            acceptance.diagnostics.extend(said::of(&exception, !about.is_empty(), under));
            acceptance.exceptions.push(exception);
        }
        for result in results.iter_mut().filter(|result| result.accepted.is_some()) {
            result.lapsed = None;
        }
        if let Some(run) = under.baseline {
            acceptance.baseline = Some(baseline::mark(results, run));
        }
        acceptance
    }
}

/// The results that each exception may be about, found once for all of them.
struct Concerned {
    /// Of each rule.
    by_rule: BTreeMap<String, Vec<usize>>,
    /// Of each rule, by the file they point at first, or the subject where they point nowhere.
    by_place: BTreeMap<String, BTreeMap<String, Vec<usize>>>,
}

impl Concerned {
    fn of(granted: &[Granted], results: &[Finding]) -> Self {
        let mut by_rule: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut by_place: BTreeMap<String, BTreeMap<String, Vec<usize>>> = BTreeMap::new();
        for Granted { exception, reach, .. } in granted {
            let rule = exception.rule.clone();
            match reach {
                Reach::Scope => {
                    by_rule.entry(rule).or_default();
                }
                Reach::Line { .. } => {
                    let places = by_place.entry(rule).or_default();
                    for place in places_of(exception) {
                        places.entry(place.to_owned()).or_default();
                    }
                }
            }
        }
        for (index, result) in results.iter().enumerate() {
            if let Some(of_rule) = by_rule.get_mut(&result.rule.id) {
                of_rule.push(index);
            }
            let place = result.evidence.first().map_or(&result.subject.name, |seen| &seen.file);
            let there = by_place.get_mut(&result.rule.id).and_then(|places| places.get_mut(place));
            if let Some(there) = there {
                there.push(index);
            }
        }
        Self { by_rule, by_place }
    }

    fn by(&self, Granted { exception, reach, .. }: &Granted) -> Vec<usize> {
        match reach {
            Reach::Scope => self.by_rule.get(&exception.rule).cloned().unwrap_or_default(),
            Reach::Line { .. } => {
                let places = self.by_place.get(&exception.rule);
                let there = places_of(exception).filter_map(|place| places?.get(place));
                there.flatten().copied().collect()
            }
        }
    }
}

/// The file of a comment, and the subject it was read with where that is called otherwise.
fn places_of(exception: &Exception) -> impl Iterator<Item = &str> {
    let subject = exception.scope.first().map(|(_, name)| name.as_str());
    let other = subject.filter(|name| *name != exception.file);
    std::iter::once(exception.file.as_str()).chain(other)
}

impl Granted {
    /// `of_rule` are the results that it may be about, by its rule and, for a comment, its file.
    fn apply(
        self,
        results: &mut [Finding],
        of_rule: &[usize],
        under: Circumstances<'_>,
    ) -> Exception {
        let Self { mut exception, reach, from, until } = self;
        let there: Vec<usize> = match reach {
            Reach::Line { .. } => of_rule.to_vec(),
            Reach::Scope => {
                let subject = |finding: &Finding| {
                    exception.scope.first().is_none_or(|(_, name)| *name == finding.subject.name)
                };
                of_rule.iter().copied().filter(|&index| subject(&results[index])).collect()
            }
        };
        let meant =
            there.iter().copied().filter(|&index| is_meant(&exception, &reach, &results[index]));
        let meant: Vec<usize> = meant.collect();
        let covered =
            meant.iter().copied().filter(|&index| may_cover(&exception, &reach, &results[index]));
        let covered: Vec<usize> = covered.collect();
        exception.state = if meant.is_empty() && exception.kind == ExceptionKind::Reservation {
            // What was promised is done, in time or late.
            match elsewhere(results, &there) {
                ExceptionState::ToClose => ExceptionState::Lifted,
                other if ended(until, under.now) && other != ExceptionState::Unevaluated => {
                    ExceptionState::Expired
                }
                other => other,
            }
        } else if ended(until, under.now) {
            ExceptionState::Expired
        } else if from.is_some_and(|from| under.now < from) {
            ExceptionState::NotYet
        } else if !covered.is_empty() {
            ExceptionState::Live
        } else if !meant.is_empty() {
            ExceptionState::Refused
        } else {
            elsewhere(results, &there)
        };
        let accepted = || {
            Arc::new(Accepted {
                id: exception.id.clone(),
                kind: exception.kind,
                expires: exception.expires.clone(),
            })
        };
        match exception.state {
            ExceptionState::Live => {
                let accepted = accepted();
                for index in covered {
                    // Of two exceptions for one finding the first is the one it is accepted by.
                    results[index].accepted.get_or_insert_with(|| Arc::clone(&accepted));
                    exception.covers.push(results[index].fingerprint);
                }
                let left = until.map(|until| until.signed_duration_since(under.now).num_days());
                exception.days_left = left.and_then(|days| u32::try_from(days).ok());
            }
            ExceptionState::Expired => {
                let lapsed = accepted();
                for index in covered {
                    results[index].lapsed.get_or_insert_with(|| Arc::clone(&lapsed));
                }
            }
            ExceptionState::Lifted => {
                exception.lifted = Some(baseline::lifted(&exception, under));
            }
            _ => {}
        }
        exception
    }
}

fn ended(until: Option<DateTime<FixedOffset>>, now: DateTime<FixedOffset>) -> bool {
    until.is_some_and(|until| now >= until)
}

/// Whether a result is a failure that an exception is about.
fn is_meant(exception: &Exception, reach: &Reach, finding: &Finding) -> bool {
    finding.outcome == Outcome::Fail
        && match reach {
            Reach::Scope => {
                exception.scope.iter().skip(1).all(|wanted| finding.identity.contains(wanted))
            }
            Reach::Line { line, of_file, .. } => {
                finding.evidence.first().is_some_and(|seen| match seen.excerpt {
                    None => *of_file,
                    Some(_) => Some(seen.start.line) == *line,
                })
            }
        }
}

/// Whether an exception of its kind may cover such a failure.
fn may_cover(exception: &Exception, reach: &Reach, finding: &Finding) -> bool {
    let severity = finding.rule.severity;
    match reach {
        Reach::Scope => {
            exception.kind != ExceptionKind::Reservation || severity != Severity::Blocker
        }
        Reach::Line { up_to, .. } => {
            finding.rule.waivable && up_to.is_some_and(|gravest| severity >= gravest)
        }
    }
}

/// What is to be said of an exception that no failure is about, by the results there are where it
/// applies.
fn elsewhere(results: &[Finding], there: &[usize]) -> ExceptionState {
    let unjudged = |outcome| matches!(outcome, Outcome::NotEvaluated | Outcome::Error);
    let outcomes = || there.iter().map(|&index| results[index].outcome);
    if there.is_empty() {
        ExceptionState::Unmatched
    } else if outcomes().any(unjudged) || outcomes().all(|one| one == Outcome::NotApplicable) {
        // What could not be looked at may well be what it covers.
        ExceptionState::Unevaluated
    } else {
        ExceptionState::ToClose
    }
}

#[cfg(test)]
pub(crate) mod tests;
