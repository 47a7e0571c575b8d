//! What was not judged, by the reason why not.

use std::io;

use aplomb_model::{Finding, Outcome, Report};

use super::entry::{self, Status};
use super::page::Page;
use super::plan;
use crate::grouping::{self, ReasonGroup};
use crate::words::{self, page as page_words};

/// The results of an outcome that is no judgement: not evaluated, or not applicable.
pub(super) fn section(page: &mut Page<'_>, report: &Report, outcome: Outcome) -> io::Result<()> {
    let groups = grouping::by_reason(report, outcome, page.lang);
    if groups.is_empty() {
        return Ok(());
    }
    let count = groups.iter().map(ReasonGroup::count).sum();
    let (id, title, about) = match outcome {
        Outcome::NotApplicable => {
            ("not-applicable", page_words::NOT_APPLICABLE_TITLE, page_words::NOT_APPLICABLE_ABOUT)
        }
        _ => ("not-evaluated", page_words::NOT_EVALUATED_TITLE, page_words::NOT_EVALUATED_ABOUT),
    };
    page.section(id, title, Some(count))?;
    page.element("p", &[], page.say(about))?;
    page.markup("\n")?;
    let mut left = if page.verbose { usize::MAX } else { plan::ROWS };
    let mut hidden = 0;
    for group in &groups {
        if left == 0 {
            hidden += group.count();
        } else {
            left -= reason(page, group, outcome, left)?;
        }
    }
    plan::left_out(page, hidden, page_words::RESULT)?;
    page.markup("</section>\n")
}

/// One reason with at most so many rules; how many they were.
fn reason(
    page: &mut Page<'_>,
    group: &ReasonGroup<'_>,
    outcome: Outcome,
    most: usize,
) -> io::Result<usize> {
    page.markup("<section class=\"group\">\n")?;
    page.lines("h3", &[], group.reason)?;
    page.markup("<ul class=\"rules\">\n")?;
    let shown = plan::first(page, &group.rules, plan::RULES.min(most));
    for findings in shown {
        rule(page, findings, Status::Of(outcome))?;
    }
    page.markup("</ul>\n")?;
    plan::left_out(page, group.rules.len() - shown.len(), words::MORE_RULES)?;
    page.markup("</section>\n")?;
    Ok(shown.len())
}

/// A rule and the subjects it was applied to.
pub(super) fn rule(page: &mut Page<'_>, findings: &[&Finding], status: Status) -> io::Result<()> {
    let Some(first) = findings.first() else {
        return Ok(());
    };
    let mut subjects: Vec<_> = findings.iter().map(|finding| &*finding.subject.name).collect();
    subjects.dedup();
    let shown = plan::first(page, &subjects, plan::NAMES);
    entry::open(page, "li", &first.rule, status, &shown.join(" "))?;
    entry::severity(page, first.rule.severity)?;
    entry::rule(page, &first.rule)?;
    page.markup("<span class=\"subjects\">")?;
    for name in shown {
        page.element("code", &[], name)?;
        page.markup(" ")?;
    }
    page.markup("</span>")?;
    plan::left_out(page, subjects.len() - shown.len(), page_words::MORE_SUBJECTS)?;
    page.markup("</li>\n")
}
