//! What somebody accepted: the findings under it, and the register of all exceptions.

use std::io;

use aplomb_model::{Exception, ExceptionKind, Finding};

use super::entry::{self, Status};
use super::page::Page;
use super::{findings, plan};
use crate::citation;
use crate::words::{self, page as page_words};

/// Failures under the exception that covers them.
pub(super) fn accepted(
    page: &mut Page<'_>,
    covered: &[(&Exception, Vec<&Finding>)],
) -> io::Result<()> {
    if covered.is_empty() {
        return Ok(());
    }
    let count = covered.iter().map(|(_, findings)| findings.len()).sum();
    page.section("accepted", page_words::ACCEPTED_TITLE, Some(count))?;
    page.element("p", &[], page.say(page_words::ACCEPTED_ABOUT))?;
    page.markup("\n")?;
    let shown = plan::first(page, covered, plan::ROWS);
    for (exception, findings) in shown {
        one(page, exception, findings)?;
    }
    let hidden = covered.iter().skip(shown.len()).map(|(_, findings)| findings.len()).sum();
    plan::left_out(page, hidden, page_words::FINDING)?;
    page.markup("</section>\n")
}

fn one(page: &mut Page<'_>, exception: &Exception, covered: &[&Finding]) -> io::Result<()> {
    let Some(first) = covered.first() else {
        return Ok(());
    };
    let shown = plan::first(page, covered, plan::NAMES);
    let mut subjects: Vec<_> = shown.iter().map(|finding| &*finding.subject.name).collect();
    subjects.dedup();
    entry::open(page, "article", &first.rule, Status::Accepted, &subjects.join(" "))?;
    page.markup("\n<h3>")?;
    entry::severity(page, first.rule.severity)?;
    page.text(page.say(words::exception(exception.kind)))?;
    page.markup(" ")?;
    page.element("code", &[], &exception.id)?;
    let until = match &exception.expires {
        Some(expires) => format!(" {} {expires}", page.say(words::UNTIL)),
        None => format!(" {}", page.say(words::EXCEPTION_FOREVER)),
    };
    page.text(&until)?;
    page.markup("</h3>\n<p>")?;
    entry::rule(page, &first.rule)?;
    page.markup("</p>\n")?;
    for finding in shown {
        page.markup("<h4>")?;
        findings::subject_name(page, &finding.subject)?;
        page.markup("</h4>\n")?;
        findings::one(page, finding)?;
    }
    plan::left_out(page, covered.len() - shown.len(), words::MORE_ALIKE)?;
    page.markup("<dl class=\"about\">")?;
    page.fact(page_words::REASON, &exception.reason)?;
    page.known(page_words::RISK, exception.risk.as_deref())?;
    page.known(page_words::MEASURE, exception.compensating_measure.as_deref())?;
    page.known(page_words::REQUESTER, exception.requester.as_deref())?;
    page.fact(page_words::APPROVER, &approver(page, exception))?;
    page.known(page_words::OWNER, exception.owner.as_deref())?;
    page.known(page_words::GRANTED, exception.granted.as_deref())?;
    page.known(expiry(exception.kind), exception.expires.as_deref())?;
    page.markup("</dl>\n</article>\n")
}

/// A waiver expires; a reservation is due.
const fn expiry(kind: ExceptionKind) -> words::Words {
    match kind {
        ExceptionKind::Reservation => page_words::DUE,
        ExceptionKind::Waiver | ExceptionKind::Suppression => page_words::EXPIRES,
    }
}

/// `s.gardien (RSSI)`.
fn approver(page: &Page<'_>, exception: &Exception) -> String {
    match (&exception.approver, &exception.approver_role) {
        (Some(approver), Some(role)) => format!("{approver} ({role})"),
        (Some(approver), None) => approver.clone(),
        (None, _) => page.say(page_words::NOBODY).to_owned(),
    }
}

/// All exceptions that were given, and what came of each.
pub(super) fn register(page: &mut Page<'_>, exceptions: &[Exception]) -> io::Result<()> {
    if exceptions.is_empty() {
        return Ok(());
    }
    page.section("exceptions", page_words::EXCEPTIONS, Some(exceptions.len()))?;
    page.scrolled("exceptions-title")?;
    page.columns(&[
        page_words::EXCEPTION,
        page_words::STATE,
        page_words::SCOPE,
        page_words::REASON,
        page_words::EXPIRES,
    ])?;
    page.markup("<tbody>\n")?;
    let shown = plan::first(page, exceptions, plan::ROWS);
    for exception in shown {
        row(page, exception)?;
    }
    page.markup("</tbody></table></div>\n")?;
    plan::left_out(page, exceptions.len() - shown.len(), page_words::MORE_EXCEPTIONS)?;
    page.markup("</section>\n")
}

fn row(page: &mut Page<'_>, exception: &Exception) -> io::Result<()> {
    page.markup("<tr><th scope=\"row\">")?;
    page.text(page.say(words::exception(exception.kind)))?;
    page.markup(" ")?;
    page.element("code", &[], &exception.id)?;
    let place = citation::place(&exception.file, exception.position, true);
    page.element("div", &[("class", "note")], &place)?;
    page.markup("</th><td>")?;
    let class = format!("state {}", exception.state.id());
    page.element("span", &[("class", &class)], page.say(page_words::state(exception.state)))?;
    detail(page, page_words::LIFTED, exception.lifted.as_deref())?;
    detail(page, page_words::COVERS, Some(&exception.covers.len().to_string()))?;
    page.markup("</td><td>")?;
    page.element("code", &[], &exception.rule)?;
    let scope = exception.scope.iter().map(|(name, value)| format!("{name} = {value}"));
    page.lines("div", &[], &scope.collect::<Vec<_>>().join("\n"))?;
    page.markup("</td><td>")?;
    page.lines("div", &[], &exception.reason)?;
    detail(page, page_words::RISK, exception.risk.as_deref())?;
    detail(page, page_words::MEASURE, exception.compensating_measure.as_deref())?;
    page.markup("</td><td>")?;
    let expires = exception.expires.as_deref();
    page.element("div", &[], expires.unwrap_or(page.say(words::EXCEPTION_FOREVER)))?;
    let left = exception.days_left.map(|days| days.to_string());
    detail(page, page_words::DAYS_LEFT, left.as_deref())?;
    detail(page, page_words::GRANTED, exception.granted.as_deref())?;
    let renewed = exception.renewals.join(", ");
    detail(page, page_words::RENEWED, Some(&*renewed).filter(|text| !text.is_empty()))?;
    detail(page, page_words::APPROVER, Some(&approver(page, exception)))?;
    detail(page, page_words::REQUESTER, exception.requester.as_deref())?;
    detail(page, page_words::OWNER, exception.owner.as_deref())?;
    page.markup("</td></tr>\n")
}

/// What else is known, below what a cell is about.
fn detail(page: &mut Page<'_>, term: words::Words, text: Option<&str>) -> io::Result<()> {
    let Some(text) = text else {
        return Ok(());
    };
    let detail = format!("{}{}{text}", page.say(term), words::colon(page.lang));
    page.lines("div", &[("class", "note")], &detail)
}
