//! What the run says about itself.

use std::io;

use aplomb_model::{Diagnostic, Report};

use super::page::Page;
use super::plan;
use crate::citation;
use crate::words::{self, page as page_words};

/// By level and code, the worst first.
pub(super) fn diagnostics(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    if report.diagnostics.is_empty() {
        return Ok(());
    }
    let mut diagnostics: Vec<_> = report.diagnostics.iter().collect();
    diagnostics.sort_by(|a, b| (a.level, &a.code).cmp(&(b.level, &b.code)));
    page.section("run", page_words::ABOUT_RUN, Some(diagnostics.len()))?;
    for of_code in diagnostics.chunk_by(|a, b| (a.level, &a.code) == (b.level, &b.code)) {
        page.markup("<ul class=\"diagnostics\">\n")?;
        let shown = plan::first(page, of_code, plan::NAMES);
        for diagnostic in shown {
            one(page, diagnostic)?;
        }
        page.markup("</ul>\n")?;
        plan::left_out(page, of_code.len() - shown.len(), words::MORE_ALIKE)?;
    }
    page.markup("</section>\n")
}

fn one(page: &mut Page<'_>, diagnostic: &Diagnostic) -> io::Result<()> {
    page.markup("<li>")?;
    let class = format!("tag {}", diagnostic.level.id());
    page.element("span", &[("class", &class)], page.say(words::level(diagnostic.level)))?;
    page.markup(" ")?;
    page.element("code", &[], &diagnostic.code)?;
    if let Some(file) = &diagnostic.file {
        page.markup(" ")?;
        let place = diagnostic.position.map(|position| citation::place(file, position, true));
        page.element("code", &[], place.as_deref().unwrap_or(file))?;
    }
    page.lines("p", &[], diagnostic.message.get(page.lang))?;
    page.markup("</li>\n")
}
