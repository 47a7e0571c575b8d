//! Who agrees, and to what.

use std::io;

use aplomb_model::Report;

use super::head;
use super::page::Page;
use crate::words::{self as verdicts, page as words};

/// A block to sign for each party.
pub(super) fn signatures(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    page.section("signatures", words::SIGNATURES, None)?;
    let colon = verdicts::colon(page.lang);
    let verdict = page.say(verdicts::verdict(report.verdict));
    let agreed = format!("{}{colon}{verdict}", head::line(page, report));
    page.element("p", &[("class", "agreed")], &agreed)?;
    page.element("p", &[], page.say(words::LIMITS))?;
    page.markup("<div class=\"signatures\">\n")?;
    for party in words::PARTIES {
        page.markup("<section class=\"signature\">")?;
        page.element("h3", &[], page.say(party))?;
        page.markup("<dl>")?;
        page.blank(words::NAME_AND_ROLE)?;
        page.markup("<div class=\"decision\">")?;
        page.element("dt", &[], page.say(words::DECISION))?;
        for decision in words::DECISIONS {
            page.markup("<dd><span aria-hidden=\"true\">☐</span> ")?;
            page.text(page.say(decision))?;
            page.markup("</dd>")?;
        }
        page.markup("</div>")?;
        page.blank(words::COMMENT)?;
        page.blank(words::DATE)?;
        page.blank(words::SIGNATURE)?;
        page.markup("</dl></section>\n")?;
    }
    page.markup("</div>\n</section>\n")
}

/// What made the page.
pub(super) fn footer(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    page.markup("<footer>\n")?;
    let made = format!("{} · {}", head::name(report), head::generator(report));
    page.element("p", &[], &made)?;
    page.markup("\n</footer>\n")
}

impl Page<'_> {
    /// A term and room to write by hand.
    fn blank(&mut self, term: crate::words::Words) -> io::Result<()> {
        self.markup("<div>")?;
        self.element("dt", &[], self.say(term))?;
        self.markup("<dd class=\"blank\"></dd></div>")
    }
}
