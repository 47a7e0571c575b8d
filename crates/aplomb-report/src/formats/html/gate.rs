//! Whether it may pass, condition by condition.

use std::io;

use aplomb_model::Report;

use super::page::Page;
use crate::gate as told;
use crate::words::{self, page as page_words};

/// The state of the gate, and its conditions with what was measured.
pub(super) fn gate(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    if report.gate.conditions.is_empty() {
        return Ok(());
    }
    page.section("gate", page_words::GATE, None)?;
    page.markup("<p>")?;
    state(page, report.gate.state())?;
    if let Some(compared) = told::compared(report, page.lang) {
        page.markup(" ")?;
        page.text(&compared)?;
    }
    page.markup("</p>\n")?;
    page.scrolled("gate-title")?;
    page.columns(&[
        page_words::CONDITION,
        page_words::STATE,
        page_words::MEASURED,
        page_words::THRESHOLD,
    ])?;
    page.markup("<tbody>\n")?;
    for one in told::told(report, page.lang) {
        page.markup("<tr><th scope=\"row\">")?;
        page.element("code", &[], one.condition.kind.id())?;
        page.markup("</th><td>")?;
        state(page, one.condition.state)?;
        page.markup("</td>")?;
        page.element("td", &[], &one.measured)?;
        page.element("td", &[], &one.threshold)?;
        page.markup("</tr>\n")?;
    }
    page.markup("</tbody></table></div>\n</section>\n")
}

fn state(page: &mut Page<'_>, state: aplomb_model::GateState) -> io::Result<()> {
    let class = format!("state {}", state.id());
    page.element("span", &[("class", &class)], page.say(words::gate(state)))
}
