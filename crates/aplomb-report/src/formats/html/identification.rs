//! What was judged, by what, and the conclusion.

use std::io;

use aplomb_model::{Report, Severity, StandardUsed};

use super::page::Page;
use super::{head, plan};
use crate::conclusion;
use crate::words::{self, page as page_words};

/// The conclusion, its reason, and the figures that people ask for first.
pub(super) fn verdict(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    page.section("verdict", page_words::VERDICT, None)?;
    page.open("div", &[("class", &format!("verdict {}", report.verdict.id()))])?;
    page.element("p", &[("class", "conclusion")], page.say(words::verdict(report.verdict)))?;
    page.element("p", &[("class", "reason")], &conclusion::reason(report, page.lang))?;
    page.markup("</div>\n<dl class=\"figures\">")?;
    let total = &report.summary.total;
    page.fact(words::CONFORMITY, &words::percent(total.conformity(), page.lang))?;
    page.fact(words::COVERAGE, &words::percent(total.coverage(), page.lang))?;
    for (severity, count) in &report.summary.by_severity {
        if *severity != Severity::Info {
            page.fact(page_words::open(*severity), &count.open().to_string())?;
        }
    }
    page.fact(page_words::ACCEPTED_TITLE, &total.waived.to_string())?;
    let unjudged = total.not_evaluated + total.error;
    page.fact(page_words::NOT_EVALUATED_TITLE, &unjudged.to_string())?;
    page.markup("</dl>\n</section>\n")
}

/// The delivery, the perimeter and the standards.
pub(super) fn identification(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let delivery = &report.delivery;
    page.section("identification", page_words::IDENTIFICATION, None)?;
    page.markup("<dl class=\"identity\">")?;
    page.fact(page_words::DELIVERY, &delivery.id)?;
    page.known(page_words::VERSION, delivery.version.as_deref())?;
    page.known(page_words::ENVIRONMENT, delivery.environment.as_deref())?;
    let tier = delivery.tier.map(|tier| tier.to_string());
    page.known(page_words::TIER, tier.as_deref())?;
    page.fact(page_words::AS_OF, &report.as_of)?;
    let perimeter = [
        words::counted(report.summary.rules, words::RULE, page.lang),
        words::counted(report.summary.subjects, words::SUBJECT, page.lang),
    ];
    page.fact(page_words::PERIMETER, &perimeter.join(", "))?;
    page.known(page_words::PROFILE, report.profile.as_deref())?;
    page.fact(page_words::TOOL, &head::generator(report))?;
    page.markup("</dl>\n")?;
    standards(page, &report.standards)?;
    page.markup("</section>\n")
}

fn standards(page: &mut Page<'_>, standards: &[StandardUsed]) -> io::Result<()> {
    if standards.is_empty() {
        return page.element("p", &[], page.say(words::NO_STANDARD));
    }
    page.scrolled("identification-title")?;
    page.columns(&[page_words::STANDARD, page_words::VERSION, page_words::DIGEST])?;
    page.markup("<tbody>\n")?;
    let shown = plan::first(page, standards, plan::ROWS);
    for standard in shown {
        page.markup("<tr>")?;
        page.element("th", &[("scope", "row")], &standard.id)?;
        page.element("td", &[], &standard.version)?;
        page.markup("<td>")?;
        page.element("code", &[("class", "digest")], &standard.digest)?;
        page.markup("</td></tr>\n")?;
    }
    page.markup("</tbody></table></div>\n")?;
    plan::left_out(page, standards.len() - shown.len(), page_words::MORE_STANDARDS)
}
