//! `markdown`: a comment on a merge request, or the summary page of a job.

pub(crate) mod page;
mod sections;

use std::io::{self, Write};

use aplomb_model::Report;

use crate::Options;
use page::Page;

/// What the format is, in full.
pub(crate) const DOCS: &str = "\
The verdict and its reason, the figures, then failures rule by rule, the worst first, each with what to
do; folded below, what could not be evaluated, what was accepted, and what the run says about itself.

The text fits the smallest limit of the forges, 65,536 characters; with `--verbose` the largest, 1,000,000,
and no finding is folded. What finds no room is the least important, and the last line says how much it is.

Text from what was judged does nothing: all but plain words stands in code spans, where no mention,
reference, link, markup or command acts.";

/// Bytes, of which there are never fewer than characters, with some to spare for who posts it.
pub(crate) const SMALL: usize = 65_000;
pub(crate) const LARGE: usize = 999_000;

/// Writes the comment.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut buffered = io::BufWriter::new(out);
    let limit = if options.verbose { LARGE } else { SMALL };
    let mut page = Page::new(&mut buffered, options.lang, limit);
    sections::head(&mut page, report)?;
    sections::figures(&mut page, report)?;
    if !options.quiet {
        sections::failed(&mut page, report, options.verbose)?;
        sections::unjudged(&mut page, report)?;
        sections::accepted(&mut page, report)?;
        sections::diagnostics(&mut page, report)?;
    }
    page.end()?;
    buffered.flush()
}

#[cfg(test)]
mod tests;
