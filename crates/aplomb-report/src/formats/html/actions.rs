//! The plan of corrective actions.

use std::io;

use aplomb_model::{Action, Report};

use super::page::Page;
use super::{entry, findings, plan as shown};
use crate::actions;
use crate::words::{self, page as page_words};

/// All there is to do, the most urgent first.
pub(super) fn plan(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let Some(summary) = actions::summary(report, page.lang) else {
        return Ok(());
    };
    page.section("actions", page_words::ACTIONS, Some(report.actions.len()))?;
    page.element("p", &[], &summary)?;
    page.element("p", &[("class", "note")], page.say(page_words::ACTIONS_ABOUT))?;
    page.scrolled("actions-title")?;
    page.columns(&[
        page_words::ACTION,
        page_words::STATE,
        page_words::SUBJECT,
        page_words::OWNER_AND_DUE,
        page_words::EFFORT,
    ])?;
    page.markup("<tbody>\n")?;
    let first = shown::first(page, &report.actions, shown::ROWS);
    for action in first {
        row(page, action)?;
    }
    page.markup("</tbody></table></div>\n")?;
    shown::left_out(page, report.actions.len() - first.len(), page_words::MORE_ACTIONS)?;
    page.markup("</section>\n")
}

fn row(page: &mut Page<'_>, action: &Action) -> io::Result<()> {
    page.markup("<tr><th scope=\"row\">")?;
    page.element("code", &[], &action.id)?;
    page.markup(" ")?;
    entry::rule(page, &action.rule)?;
    page.lines("div", &[("class", "note")], actions::remedy(action, page.lang))?;
    page.markup("</th><td>")?;
    let class = format!("state {}", action.state.id());
    page.element("span", &[("class", &class)], page.say(words::of_action(action.state)))?;
    page.element("div", &[("class", "note")], page.say(words::action_kind(action.kind())))?;
    if let Some(exception) = &action.exception {
        let under = format!("{} {exception}", page.say(page_words::UNDER));
        page.lines("div", &[("class", "note")], &under)?;
    }
    if let Some(run) = &action.lifted {
        let by = format!("{} {run}", page.say(page_words::LIFTED));
        page.lines("div", &[("class", "note")], &by)?;
    }
    page.markup("</td><td>")?;
    entry::severity(page, action.rule.severity)?;
    findings::subject_name(page, &action.subject)?;
    if action.findings.len() > 1 {
        page.markup(" ")?;
        page.element("span", &[("class", "count")], &action.findings.len().to_string())?;
    }
    page.markup("</td><td>")?;
    let owner = action.owner.as_ref().map(|owner| &*owner.name);
    page.lines("div", &[], owner.unwrap_or(page.say(words::UNASSIGNED)))?;
    page.element("div", &[], action.due.as_deref().unwrap_or("–"))?;
    page.markup("</td><td>")?;
    let effort = action.effort.map(|minutes| actions::duration(minutes.into()));
    page.element("div", &[], effort.as_deref().unwrap_or("–"))?;
    if let Some(cost) = &action.cost {
        let amount = actions::amount(cost.amount, &cost.currency, page.lang);
        page.element("div", &[("class", "note")], &amount)?;
    }
    page.markup("</td></tr>\n")
}
