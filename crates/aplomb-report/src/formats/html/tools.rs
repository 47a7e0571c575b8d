//! What helps on a screen: the head with its buttons, the contents, the filters. All but the
//! contents need the script, which shows them.

use std::io;

use aplomb_model::{Report, Severity};

use super::entry::Status;
use super::head;
use super::page::Page;
use crate::words::{self, Words, page as page_words};

/// Title, buttons and contents.
pub(super) fn masthead(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    page.open("a", &[("class", "skip"), ("href", "#content")])?;
    page.text(page.say(page_words::SKIP))?;
    page.markup("</a>\n<header>\n<div><h1>")?;
    page.text(page.say(page_words::TITLE))?;
    page.markup("</h1>\n<p>")?;
    page.text(&head::line(page, report))?;
    page.markup("</p></div>\n<div class=\"buttons\" data-scripted hidden>")?;
    let theme = [("type", "button"), ("id", "theme"), ("aria-pressed", "false")];
    page.element("button", &theme, page.say(page_words::DARK))?;
    page.element("button", &[("type", "button"), ("id", "print")], page.say(page_words::PRINT))?;
    page.markup("</div>\n</header>\n")?;
    contents(page, report)
}

fn contents(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let total = &report.summary.total;
    let counted =
        total.fail + total.pass + total.not_applicable + total.not_evaluated + total.error;
    let accepted = report.results.iter().any(|finding| finding.accepted.is_some());
    let parts: [(bool, &str, Words); 13] = [
        (true, "#verdict", page_words::VERDICT),
        (!report.gate.conditions.is_empty(), "#gate", page_words::GATE),
        (true, "#identification", page_words::IDENTIFICATION),
        (counted > 0, "#summary", page_words::SUMMARY),
        (true, "#findings", page_words::FINDINGS),
        (accepted, "#accepted", page_words::ACCEPTED_TITLE),
        (total.not_evaluated > 0, "#not-evaluated", page_words::NOT_EVALUATED_TITLE),
        (!report.exceptions.is_empty(), "#exceptions", page_words::EXCEPTIONS),
        (!report.actions.is_empty(), "#actions", page_words::ACTIONS),
        (true, "#signatures", page_words::SIGNATURES),
        (!report.diagnostics.is_empty(), "#run", page_words::ABOUT_RUN),
        (true, "#rules", page_words::RULES),
        (total.not_applicable > 0, "#not-applicable", page_words::NOT_APPLICABLE_TITLE),
    ];
    page.open("nav", &[("aria-label", page.say(page_words::CONTENTS))])?;
    page.markup("<ul>")?;
    for (_, target, title) in parts.into_iter().filter(|(there, ..)| *there) {
        page.markup("<li>")?;
        page.element("a", &[("href", target)], page.say(title))?;
        page.markup("</li>")?;
    }
    page.markup("</ul></nav>\n")
}

/// The form that shows and hides entries. What it shows of how many is filled in by the script.
pub(super) fn filters(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let label = page.say(page_words::FILTERS);
    page.open(
        "form",
        &[
            ("id", "filters"),
            ("role", "search"),
            ("aria-label", label),
            ("data-scripted", ""),
            ("hidden", ""),
        ],
    )?;
    page.markup("\n")?;
    written(page, "text", page_words::SEARCH, None)?;
    let severities = Severity::ALL;
    let severities = severities.map(|s| (s.id(), page.say(words::severity_lower(s))));
    chosen(page, "severity", page_words::SEVERITY, &severities)?;
    let statuses = Status::FILTERED.map(|status| (status.id(), page.say(status.words())));
    chosen(page, "status", page_words::OUTCOME, &statuses)?;
    let domains = report.summary.by_domain.iter();
    let domains = domains.map(|(domain, _)| (&**domain, words::domain(domain, page.lang)));
    chosen(page, "domain", page_words::DOMAIN, &domains.collect::<Vec<_>>())?;
    written(page, "subject", page_words::SUBJECT, Some("subjects"))?;
    written(page, "rule", page_words::RULE, Some("rule-names"))?;
    page.element("button", &[("type", "reset")], page.say(page_words::RESET))?;
    let shown = [("role", "status"), ("data-text", page.say(page_words::SHOWN_OF))];
    page.open("p", &[("id", "shown"), shown[0], shown[1]])?;
    page.markup("</p>")?;
    let note = [("id", "not-searched"), ("class", "note"), ("hidden", "")];
    page.element("p", &note, page.say(page_words::NOT_SEARCHED))?;
    page.markup("\n</form>\n")
}

fn written(
    page: &mut Page<'_>,
    name: &'static str,
    label: Words,
    list: Option<&str>,
) -> io::Result<()> {
    page.markup("<label>")?;
    page.text(page.say(label))?;
    let mut attributes = vec![("type", "search"), ("name", name), ("autocomplete", "off")];
    attributes.extend(list.map(|list| ("list", list)));
    page.open("input", &attributes)?;
    page.markup("</label>")?;
    if let Some(list) = list {
        page.open("datalist", &[("id", list)])?;
        page.markup("</datalist>")?;
    }
    page.markup("\n")
}

fn chosen(
    page: &mut Page<'_>,
    name: &'static str,
    label: Words,
    options: &[(&str, &str)],
) -> io::Result<()> {
    page.markup("<label>")?;
    page.text(page.say(label))?;
    page.open("select", &[("name", name)])?;
    page.element("option", &[("value", "")], page.say(page_words::ANY))?;
    for (value, text) in options {
        page.element("option", &[("value", value)], text)?;
    }
    page.markup("</select></label>\n")
}
