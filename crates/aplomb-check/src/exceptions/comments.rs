//! Suppressions written in what is judged, on their way into the filter.

use std::collections::BTreeSet;

use aplomb_model::{Diagnostic, DiagnosticLevel, Exception, ExceptionKind, ExceptionState, Phrase};
use aplomb_standard::ExceptionTerms;

use super::{Exceptions, Granted, Reach, TimeZone, When};
use crate::evaluate::Evaluation;
use crate::suppression::{Suppression, diagnostic};

impl Exceptions {
    /// Adds the suppressions that a run met in comments, under the terms for the delivery's tier.
    /// A date in them means all of its day in `zone`. What is odd about them is returned.
    pub fn add_suppressions(
        &mut self,
        evaluation: &mut Evaluation,
        terms: &ExceptionTerms,
        tier: Option<u8>,
        zone: TimeZone,
    ) -> Vec<Diagnostic> {
        let up_to = terms.suppressions.for_tier(tier);
        let mut diagnostics = Vec::new();
        // What several subjects include is read with each of them.
        let mut seen = BTreeSet::new();
        let mut ids = BTreeSet::new();
        for one in std::mem::take(&mut evaluation.suppressions) {
            if !seen.insert((one.file.clone(), one.position)) {
                continue;
            }
            let until = match one.until.as_deref().map(|text| When::read(text, zone)) {
                Some(None) => {
                    diagnostics.push(diagnostic(&one.file, one.position, &not_a_date()));
                    continue;
                }
                Some(when) => when,
                None => {
                    diagnostics.push(without_end(&one));
                    None
                }
            };
            let mut id = format!("{}:{}", one.file, one.position.line);
            if !ids.insert(id.clone()) {
                id = format!("{id}:{}", one.position.column);
                ids.insert(id.clone());
            }
            let reach = Reach::Line { line: one.line, of_file: one.of_file, up_to };
            let exception = exception(one, id, until.as_ref().map(|when| when.written.clone()));
            let until = until.map(|when| when.ended);
            self.granted.push(Granted { exception, reach, from: None, until });
        }
        diagnostics
    }
}

fn exception(one: Suppression, id: String, expires: Option<String>) -> Exception {
    let mut scope = vec![("subject".to_owned(), one.subject)];
    scope.extend(one.line.map(|line| ("line".to_owned(), line.to_string())));
    Exception {
        id,
        kind: ExceptionKind::Suppression,
        rule: one.rule,
        scope,
        reason: one.reason,
        risk: None,
        compensating_measure: None,
        requester: None,
        approver: None,
        approver_role: None,
        owner: None,
        granted: None,
        renewals: Vec::new(),
        expires,
        days_left: None,
        state: ExceptionState::Unmatched,
        lifted: None,
        covers: Vec::new(),
        file: one.file,
        position: one.position,
    }
}

fn not_a_date() -> Phrase {
    Phrase::new("`until` is no date", "`until` n'est pas une date")
}

fn without_end(one: &Suppression) -> Diagnostic {
    Diagnostic {
        level: DiagnosticLevel::Warning,
        code: "suppression-without-end".into(),
        message: Phrase::new(
            format!(
                "{} is ignored here for ever; say `until=` when it is looked at again",
                one.rule
            ),
            format!(
                "{} est ignorée ici sans limite ; dire `until=` pour qu'on y revienne",
                one.rule
            ),
        ),
        file: Some(one.file.clone()),
        position: Some(one.position),
    }
}
