//! `sarif`: SARIF 2.1.0, as code scanning takes it.
//!
//! A consumer refuses a whole file for one result without a place, and keeps so many results of a
//! run only: every result has a place, and what is cut is the least important, and said.

mod notifications;
mod shape;

use std::io::{self, Write};

use aplomb_model::Report;

use crate::{Options, plain_json};

/// What the format is, in full.
pub(crate) const DOCS: &str = "\
Failures and evaluations that went wrong are results; what could not be evaluated, and what the run
has to say about itself, are notifications of the tool. What passed or does not apply is not told.

Severities: blocker and major are `error`, minor is `warning`, info is `note`; the word itself is in
the properties. Findings under a live exception carry it as an accepted suppression; with a baseline, the
others say whether they are new.

Every result has a place: where it was seen, else the file judged, else the manifest. Paths are
relative to the folder that was judged. `partialFingerprints` stay the same from one run to the
next. Of more than 5,000 findings the most important are kept, and a notification says how many were
left out.";

/// What consumers keep of one run.
const MAX_RESULTS: usize = 5_000;
/// Above this many rules the whole file is refused.
const MAX_RULES: usize = 25_000;

/// Writes the report as a SARIF log of one run.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    plain_json::write(&shape::Log::of(report, options.lang), out)
}

#[cfg(test)]
mod tests;
