use std::collections::BTreeMap;

use aplomb_model::{Accepted, Exception, Lang, Report};

use crate::{visible, words};

/// The exceptions of a report by id, to tell by which of them a finding was accepted.
pub(crate) struct Acceptances<'a>(BTreeMap<&'a str, &'a Exception>);

impl<'a> Acceptances<'a> {
    pub(crate) fn of(report: &'a Report) -> Self {
        Self(report.exceptions.iter().map(|one| (&*one.id, one)).collect())
    }

    /// The exception in full.
    pub(crate) fn find(&self, accepted: &Accepted) -> Option<&'a Exception> {
        self.0.get(&*accepted.id).copied()
    }

    /// `accepted until 2027-01-31 (waiver DRG-2026-014): the vendor's fix is due in January`.
    pub(crate) fn said(&self, accepted: &Accepted, lang: Lang) -> String {
        let until = match &accepted.expires {
            Some(until) => format!("{} {}", words::ACCEPTED_UNTIL.get(lang), visible::line(until)),
            None => words::ACCEPTED_FOREVER.get(lang).to_owned(),
        };
        let head = format!(
            "{until} ({} {})",
            words::exception(accepted.kind).get(lang),
            visible::line(&accepted.id),
        );
        match self.find(accepted) {
            Some(exception) => {
                format!("{head}{}{}", words::colon(lang), visible::joined(&exception.reason))
            }
            None => head,
        }
    }
}
