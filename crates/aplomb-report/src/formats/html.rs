//! `html`: one page to read, filter, print and sign, the conformity report (procès-verbal de
//! conformité).
//!
//! The file needs nothing beside it and asks nobody for anything; its policy allows the one style
//! and the one script it holds. Without the script it can be read and printed all the same. What was
//! judged is text in it, never markup: see `page`. A page for people cannot hold a million findings:
//! what is left out of a part is counted there (`plan`). Like the report for
//! machines it is whole also where the terminal is asked to be quiet.

mod actions;
mod diagnostics;
mod entry;
mod evidence;
mod exceptions;
mod figures;
mod findings;
mod gate;
mod head;
mod identification;
mod overview;
mod page;
mod plan;
mod reasons;
mod rules;
mod signatures;
mod tools;

use std::io::{self, Write};

use aplomb_model::{Outcome, Report};

use crate::words::page as words;
use crate::{Options, grouping};
use page::Page;

pub(crate) const DOCS: &str = "\
One self-contained page: verdict with its reason, the gate, identification, figures, an overview, findings by
subject with both ends of their evidence, what was accepted and by whom, what could not be evaluated, the
exceptions, the plan of corrective actions, places to sign; then what the run says of itself and the rules
applied. It filters and searches on screen, prints on A4 as the procès-verbal, and asks nobody for anything:
its policy allows the one style and the one script it holds.
Long parts are cut, and say by how much; `--verbose` cuts nothing.";

/// Writes the report as a page.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut buffered = io::BufWriter::new(out);
    let mut page = Page::new(&mut buffered, options.lang, options.verbose);
    let page = &mut page;
    head::begin(page, report)?;
    tools::masthead(page, report)?;
    page.markup("<main id=\"content\">\n")?;
    identification::verdict(page, report)?;
    gate::gate(page, report)?;
    identification::identification(page, report)?;
    figures::summary(page, report)?;
    tools::filters(page, report)?;
    findings::findings(page, &grouping::by_subject(report))?;
    exceptions::accepted(page, &grouping::accepted(report))?;
    reasons::section(page, report, Outcome::NotEvaluated)?;
    exceptions::register(page, &report.exceptions)?;
    actions::plan(page, report)?;
    signatures::signatures(page, report)?;
    annexes(page, report)?;
    page.markup("</main>\n")?;
    signatures::footer(page, report)?;
    head::end(page)?;
    buffered.flush()
}

/// What is looked up rather than read, after the place where people sign.
fn annexes(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    diagnostics::diagnostics(page, report)?;
    rules::rules(page, report)?;
    reasons::section(page, report, Outcome::NotApplicable)?;
    if page.verbose {
        rules::passed(page, report)?;
    }
    page.element("p", &[("id", "nothing-left"), ("hidden", "")], page.say(words::NOTHING_MATCHES))
}

#[cfg(test)]
mod tests;
