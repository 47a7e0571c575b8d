//! What the run says of an exception that is not simply live.

use aplomb_model::{Diagnostic, DiagnosticLevel, Exception, ExceptionKind, ExceptionState, Phrase};
use aplomb_standard::authored::suggest;

use super::Circumstances;

/// What has to be said, if anything; `rule_ran` where its rule has a result it may be about.
pub(super) fn of(
    exception: &Exception,
    rule_ran: bool,
    under: Circumstances<'_>,
) -> Option<Diagnostic> {
    let told = match exception.kind {
        ExceptionKind::Suppression => suppression(exception, rule_ran, under),
        _ => granted(exception, rule_ran, under),
    };
    told.map(|(level, code, message)| Diagnostic {
        level,
        code: code.into(),
        message,
        file: Some(exception.file.clone()),
        position: Some(exception.position),
    })
}

type Told = (DiagnosticLevel, &'static str, Phrase);

fn granted(exception: &Exception, rule_ran: bool, under: Circumstances<'_>) -> Option<Told> {
    let (id, rule) = (&exception.id, &exception.rule);
    let scope = exception.scope.iter().map(|(name, value)| format!("{name} = {value}"));
    let scope = scope.collect::<Vec<_>>().join(", ");
    let until = exception.expires.as_deref().unwrap_or_default();
    let is_plan = exception.kind == ExceptionKind::Reservation;
    let told = match exception.state {
        // A comment alone is refused.
        ExceptionState::Refused => return None,
        ExceptionState::Live => {
            let days = exception.days_left.filter(|days| *days < under.warn_days)?;
            let (en, fr) = in_days(days);
            let message = if is_plan {
                Phrase::new(
                    format!("{id} is due on {until}, {en}: then {rule} is open again for {scope}"),
                    format!(
                        "{id} est à échéance le {until}, {fr} : {rule} sera de nouveau ouverte pour {scope}"
                    ),
                )
            } else {
                Phrase::new(
                    format!(
                        "{id} expires on {until}, {en}: renew it, or mend what it covers ({rule}, {scope})"
                    ),
                    format!(
                        "{id} expire le {until}, {fr} : la renouveler, ou corriger ce qu'elle couvre ({rule}, {scope})"
                    ),
                )
            };
            (DiagnosticLevel::Warning, "exception-expiring", message)
        }
        ExceptionState::NotYet => {
            let from = exception.granted.as_deref().unwrap_or_default();
            let message = Phrase::new(
                format!("{id} is granted from {from} on, and covers nothing yet"),
                format!("{id} vaut à partir du {from}, et ne couvre encore rien"),
            );
            (DiagnosticLevel::Note, "exception-not-yet", message)
        }
        ExceptionState::Expired if is_plan => {
            let owner = exception.owner.as_deref().unwrap_or("-");
            let message = Phrase::new(
                format!(
                    "{id} was due on {until} and its rule does not pass: {rule} is open again for {scope}; {owner} was to mend it"
                ),
                format!(
                    "{id} était à échéance le {until} et sa règle n'est pas satisfaite : {rule} est de nouveau ouverte pour {scope} ; {owner} devait la corriger"
                ),
            );
            (DiagnosticLevel::Warning, "exception-overdue", message)
        }
        ExceptionState::Expired => {
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
        ExceptionState::Lifted => {
            let run = exception.lifted.as_deref().unwrap_or_default();
            let message = Phrase::new(
                format!("{id} is lifted: {rule} passes for {scope} in the run of {run}"),
                format!("{id} est levée : {rule} est satisfaite pour {scope} au contrôle du {run}"),
            );
            (DiagnosticLevel::Note, "reservation-lifted", message)
        }
        ExceptionState::Unevaluated => {
            let message = Phrase::new(
                format!("{id} covers nothing: {rule} could not be evaluated for {scope}"),
                format!("{id} ne couvre rien : {rule} n'a pas pu être évaluée pour {scope}"),
            );
            (DiagnosticLevel::Note, "exception-unevaluated", message)
        }
        ExceptionState::Unmatched => {
            let message = unmatched(id, rule, &scope, rule_ran, under);
            (DiagnosticLevel::Warning, "exception-unmatched", message)
        }
    };
    Some(told)
}

/// That no result is what an exception is about.
fn unmatched(
    id: &str,
    rule: &str,
    scope: &str,
    rule_ran: bool,
    under: Circumstances<'_>,
) -> Phrase {
    if rule_ran {
        return Phrase::new(
            format!(
                "{id} matches nothing: {rule} has no result for {scope}; correct its scope, or remove it"
            ),
            format!(
                "{id} ne correspond à rien : {rule} n'a aucun résultat pour {scope} ; corriger sa portée, ou la retirer"
            ),
        );
    }
    let near = near(rule, under);
    Phrase::new(
        format!("{id} matches nothing: {rule} is not among the rules applied{}", near.en),
        format!(
            "{id} ne correspond à rien : {rule} n'est pas parmi les règles appliquées{}",
            near.fr
        ),
    )
}

/// The same of a comment.
fn suppression(exception: &Exception, rule_ran: bool, under: Circumstances<'_>) -> Option<Told> {
    let rule = &exception.rule;
    let until = exception.expires.as_deref().unwrap_or_default();
    let told = match exception.state {
        ExceptionState::Live => {
            let days = exception.days_left.filter(|days| *days < under.warn_days)?;
            let (en, fr) = in_days(days);
            let message = Phrase::new(
                format!("this comment ignores {rule} until {until} only, {en}"),
                format!("ce commentaire n'ignore {rule} que jusqu'au {until}, {fr}"),
            );
            (DiagnosticLevel::Warning, "exception-expiring", message)
        }
        ExceptionState::Expired => {
            let message = Phrase::new(
                format!("this comment ignored {rule} until {until}, and covers nothing any more"),
                format!("ce commentaire ignorait {rule} jusqu'au {until}, et ne couvre plus rien"),
            );
            (DiagnosticLevel::Warning, "suppression-expired", message)
        }
        ExceptionState::Refused => {
            let message = Phrase::new(
                format!(
                    "{rule} is not to be ignored by a comment: its failure here counts; mend it, or have a waiver granted"
                ),
                format!(
                    "{rule} ne peut pas être ignorée par un commentaire : son écart compte ; le corriger, ou obtenir une dérogation"
                ),
            );
            (DiagnosticLevel::Warning, "suppression-refused", message)
        }
        ExceptionState::Unevaluated => {
            let message = Phrase::new(
                format!("this comment covers nothing: {rule} could not be evaluated here"),
                format!("ce commentaire ne couvre rien : {rule} n'a pas pu être évaluée ici"),
            );
            (DiagnosticLevel::Note, "exception-unevaluated", message)
        }
        _ if rule_ran => {
            let message = Phrase::new(
                format!("this comment covers nothing: {rule} does not fail here; remove it"),
                format!(
                    "ce commentaire ne couvre rien : {rule} n'est pas en écart ici ; le retirer"
                ),
            );
            (DiagnosticLevel::Warning, "suppression-unused", message)
        }
        _ => {
            let near = near(rule, under);
            let message = Phrase::new(
                format!(
                    "this comment covers nothing: {rule} is not applied to this file{}",
                    near.en
                ),
                format!(
                    "ce commentaire ne couvre rien : {rule} ne s'applique pas à ce fichier{}",
                    near.fr
                ),
            );
            (DiagnosticLevel::Warning, "suppression-unused", message)
        }
    };
    Some(told)
}

/// The rule that may have been meant, where the one named was not applied.
fn near(rule: &str, under: Circumstances<'_>) -> Phrase {
    match suggest(rule, under.rules.ids()) {
        Some(near) if near != rule => {
            Phrase::new(format!("; did you mean {near}?"), format!(" ; s'agit-il de {near} ?"))
        }
        _ => Phrase::default(),
    }
}

/// How soon, in English and in French.
fn in_days(days: u32) -> (String, String) {
    match days {
        0 => ("within a day".to_owned(), "d'ici un jour".to_owned()),
        1 => ("in one day".to_owned(), "dans un jour".to_owned()),
        _ => (format!("in {days} days"), format!("dans {days} jours")),
    }
}
