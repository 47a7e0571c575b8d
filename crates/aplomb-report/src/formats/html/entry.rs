//! What findings look like wherever they are told: their tags, and what filters know them by.

use std::io;

use aplomb_model::{Outcome, RuleFacts, Severity};

use super::page::Page;
use crate::words::{self, page as page_words};

/// What a filter asks for beside severity, domain, subject and rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Failed, and nobody accepted it.
    Open,
    /// Failed, and covered by an exception.
    Accepted,
    /// Any other outcome.
    Of(Outcome),
}

impl Status {
    /// Those that have entries of their own.
    pub(super) const FILTERED: [Self; 5] = [
        Self::Open,
        Self::Accepted,
        Self::Of(Outcome::NotEvaluated),
        Self::Of(Outcome::Error),
        Self::Of(Outcome::NotApplicable),
    ];

    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Of(outcome) => outcome.id(),
        }
    }

    pub(super) const fn words(self) -> words::Words {
        match self {
            Self::Open => page_words::OPEN,
            Self::Accepted => page_words::ACCEPTED,
            Self::Of(Outcome::NotApplicable) => page_words::NOT_APPLICABLE,
            Self::Of(outcome) => words::column(outcome),
        }
    }
}

/// Opens an entry about a rule that filters can show and hide.
pub(super) fn open(
    page: &mut Page<'_>,
    tag: &'static str,
    rule: &RuleFacts,
    status: Status,
    subjects: &str,
) -> io::Result<()> {
    let rule_name = format!("{} {}", rule.id, rule.name);
    let class = format!("entry {}", rule.severity.id());
    page.open(
        tag,
        &[
            ("class", &class),
            ("data-severity", rule.severity.id()),
            ("data-status", status.id()),
            ("data-domain", &rule.domain),
            ("data-rule", &rule_name),
            ("data-subject", subjects),
        ],
    )
}

/// The severity as a tag.
pub(super) fn severity(page: &mut Page<'_>, severity: Severity) -> io::Result<()> {
    let class = format!("tag {}", severity.id());
    page.element("span", &[("class", &class)], page.say(words::severity(severity)))?;
    page.markup(" ")
}

/// A rule by its id and what it demands.
pub(super) fn rule(page: &mut Page<'_>, rule: &RuleFacts) -> io::Result<()> {
    page.element("code", &[], &rule.id)?;
    page.markup(" ")?;
    page.element("span", &[("class", "title")], rule.title.get(page.lang))
}
