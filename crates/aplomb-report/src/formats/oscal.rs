//! `oscal`: assessment results of NIST's Open Security Controls Assessment Language, 1.1.3.
//!
//! The schema takes only UUIDs of version 4 and 5, refuses lists without items, times without zone
//! and values over several lines, and its titles and descriptions are Markdown: see `ids`, `text` and
//! `markdown`. Results are written one by one, in three passes: there may be a million.

mod exceptions;
mod findings;
mod ids;
mod inventory;
mod shape;
mod text;

use std::io::{self, Write};

use aplomb_model::Report;

use crate::{Options, plain_json};
use ids::Ids;

/// What the format is, in full.
pub(crate) const DOCS: &str = "\
Assessment results of OSCAL 1.1.3, for tools of auditors. Every result that is not `not-applicable` is an
observation and a finding about its rule as the objective: `satisfied` where it passed, `not-satisfied`
otherwise, with the reason `fail`, or `other` where nothing could be judged. What does not apply is an
observation alone. Waivers and reservations are risks, linked to the findings they cover: a live waiver is
an approved deviation, a live reservation a planned remediation. Diagnostics stand in the assessment log.

Hosts are inventory items, files are resources of the back matter. What OSCAL has no word for stands in
properties of the namespace `urn:aplomb:oscal`. Findings and observations keep their UUID from one run to
the next; that of the result is made of the whole content, so that the same run gives the same bytes.
A date without a time is its first instant in UTC, the last day of an exception its last second.";

/// Writes the report as one assessment-results document.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let ids = Ids::of(report, options.lang)?;
    plain_json::write(&shape::Document::of(report, &ids, options.lang), out)
}

#[cfg(test)]
mod tests;
