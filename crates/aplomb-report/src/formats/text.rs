//! `text`: for people at a terminal.
//!
//! What failed comes first, subject by subject, each finding with both ends of it and what to do;
//! then what could not be judged, what the run says about itself, the figures, and on the last line
//! the verdict, where the eye is when the prompt comes back.

pub(crate) mod excerpt_box;
mod finding;
pub(crate) mod pen;
mod sections;
mod summary;

use std::io::{self, Write};

use aplomb_model::{Outcome, Report};

use crate::grouping;
use crate::{Options, words};
use pen::Pen;

/// What the format is, in full.
pub(crate) const DOCS: &str = "\
Failures subject by subject, the worst first, each with its evidence and what to do; what was accepted;
what could not be evaluated; what the run has to say about itself; the figures, and the verdict on the
last line. `--quiet` tells the figures only; `--verbose` also what passed, and folds nothing.
Characters that act on a terminal or cannot be seen are shown by their number, `<U+001B>`.";

/// Writes the report as text.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut buffered = io::BufWriter::new(out);
    let mut pen = Pen::new(&mut buffered, options);
    if !options.quiet {
        sections::head(&mut pen, report)?;
        for subject in grouping::by_subject(report) {
            for rule in &subject.rules {
                finding::group(&mut pen, rule)?;
            }
        }
        sections::footnotes(&mut pen, report)?;
        sections::accepted(&mut pen, report)?;
        let title = words::NOT_EVALUATED;
        let about = Some(words::NOT_EVALUATED_ABOUT);
        sections::reasons(&mut pen, report, Outcome::NotEvaluated, title, about)?;
        if options.verbose {
            let title = words::NOT_APPLICABLE;
            sections::reasons(&mut pen, report, Outcome::NotApplicable, title, None)?;
            sections::passed(&mut pen, report)?;
        }
        sections::diagnostics(&mut pen, report)?;
    }
    summary::table(&mut pen, report)?;
    summary::verdict(&mut pen, report)?;
    buffered.flush()
}

#[cfg(test)]
mod tests;
