//! The one filter for exceptions: after evaluation, and nowhere else, results that somebody
//! accepted are marked as such. They stay in the report, and an exception that covers nothing is
//! said to.

mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

use aplomb_model::{
    Accepted, Diagnostic, DiagnosticLevel, Exception, ExceptionKind, ExceptionState, Finding,
    Outcome, Phrase, Severity,
};
use chrono::{DateTime, FixedOffset};

pub use self::read::{TimeZone, read_exceptions, time_zone};

/// Exceptions as written, ready to be applied.
#[derive(Debug, Default)]
pub struct Exceptions {
    granted: Vec<Granted>,
}

/// One of them.
#[derive(Debug)]
struct Granted {
    exception: Exception,
    from: Option<DateTime<FixedOffset>>,
    /// The first instant at which it no longer holds.
    until: DateTime<FixedOffset>,
}

impl Exceptions {
    /// Adds those of another file.
    pub fn extend(&mut self, others: Self) {
        self.granted.extend(others.granted);
    }

    /// Marks the failed results that a live exception covers, as of `now`. What came of each
    /// exception is returned in the order written, with what has to be said about it.
    pub fn accept(
        self,
        results: &mut [Finding],
        now: DateTime<FixedOffset>,
    ) -> (Vec<Exception>, Vec<Diagnostic>) {
        let mut by_rule: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        if !self.granted.is_empty() {
            for (index, result) in results.iter().enumerate() {
                by_rule.entry(result.rule.id.clone()).or_default().push(index);
            }
        }
        let mut exceptions = Vec::new();
        let mut diagnostics = Vec::new();
        for granted in self.granted {
            let of_rule = by_rule.get(&granted.exception.rule).map_or(&[][..], Vec::as_slice);
            let exception = granted.apply(results, of_rule, now);
            diagnostics.extend(said_of(&exception, !of_rule.is_empty()));
            exceptions.push(exception);
        }
        (exceptions, diagnostics)
    }
}

impl Granted {
    fn apply(
        self,
        results: &mut [Finding],
        of_rule: &[usize],
        now: DateTime<FixedOffset>,
    ) -> Exception {
        let mut exception = self.exception;
        let subject = |finding: &Finding| {
            exception.scope.first().is_none_or(|(_, name)| *name == finding.subject.name)
        };
        let of_subject = || of_rule.iter().copied().filter(|&index| subject(&results[index]));
        let covered = |finding: &Finding| {
            finding.outcome == Outcome::Fail
                && !(exception.kind == ExceptionKind::Reservation
                    && finding.rule.severity == Severity::Blocker)
                && exception.scope.iter().skip(1).all(|wanted| finding.identity.contains(wanted))
        };
        let covered: Vec<_> = of_subject().filter(|&index| covered(&results[index])).collect();
        let judged = |index: usize| matches!(results[index].outcome, Outcome::Pass | Outcome::Fail);
        exception.state = if now >= self.until {
            ExceptionState::Expired
        } else if self.from.is_some_and(|from| now < from) {
            ExceptionState::NotYet
        } else if !covered.is_empty() {
            ExceptionState::Live
        } else if of_subject().next().is_none() {
            ExceptionState::Unmatched
        } else if of_subject().any(judged) {
            ExceptionState::ToClose
        } else {
            ExceptionState::Unevaluated
        };
        if exception.state == ExceptionState::Live {
            let accepted = Arc::new(Accepted {
                id: exception.id.clone(),
                kind: exception.kind,
                expires: exception.expires.clone(),
            });
            for index in covered {
                // Of two exceptions for one finding the first is the one it is accepted by.
                results[index].accepted.get_or_insert_with(|| Arc::clone(&accepted));
                exception.covers.push(results[index].fingerprint);
            }
        }
        exception
    }
}

/// What the run says of an exception that is not simply live.
fn said_of(exception: &Exception, rule_ran: bool) -> Option<Diagnostic> {
    let (id, rule) = (&exception.id, &exception.rule);
    let scope = exception.scope.iter().map(|(name, value)| format!("{name} = {value}"));
    let scope = scope.collect::<Vec<_>>().join(", ");
    let (level, code, message) = match exception.state {
        ExceptionState::Live => return None,
        ExceptionState::NotYet => {
            let from = exception.granted.as_deref().unwrap_or_default();
            let message = Phrase::new(
                format!("{id} is granted from {from} on, and covers nothing yet"),
                format!("{id} vaut à partir du {from}, et ne couvre encore rien"),
            );
            (DiagnosticLevel::Note, "exception-not-yet", message)
        }
        ExceptionState::Expired => {
            let until = &exception.expires;
            let message = Phrase::new(
                format!(
                    "{id} expired on {until} and is not applied: renew it, or mend what it covered ({rule}, {scope})"
                ),
                format!(
                    "{id} a expiré le {until} et n'est pas appliquée : la renouveler, ou corriger ce qu'elle couvrait ({rule}, {scope})"
                ),
            );
            (DiagnosticLevel::Warning, "exception-expired", message)
        }
        ExceptionState::ToClose => {
            let message = Phrase::new(
                format!("{id} can be closed: {rule} no longer fails for {scope}"),
                format!("{id} est à clore : {rule} n'est plus en écart pour {scope}"),
            );
            (DiagnosticLevel::Note, "exception-to-close", message)
        }
        ExceptionState::Unevaluated => {
            let message = Phrase::new(
                format!("{id} covers nothing: {rule} could not be evaluated for {scope}"),
                format!("{id} ne couvre rien : {rule} n'a pas pu être évaluée pour {scope}"),
            );
            (DiagnosticLevel::Note, "exception-unevaluated", message)
        }
        ExceptionState::Unmatched => {
            let message = if rule_ran {
                Phrase::new(
                    format!(
                        "{id} matches nothing: {rule} has no result for {scope}; correct its scope, or remove it"
                    ),
                    format!(
                        "{id} ne correspond à rien : {rule} n'a aucun résultat pour {scope} ; corriger sa portée, ou la retirer"
                    ),
                )
            } else {
                Phrase::new(
                    format!("{id} matches nothing: {rule} is not among the rules applied"),
                    format!(
                        "{id} ne correspond à rien : {rule} n'est pas parmi les règles appliquées"
                    ),
                )
            };
            (DiagnosticLevel::Warning, "exception-unmatched", message)
        }
    };
    let file = Some(exception.file.clone());
    let position = Some(exception.position);
    Some(Diagnostic { level, code: code.into(), message, file, position })
}
