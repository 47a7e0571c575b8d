//! `json`: the canonical report, `aplomb.report/1`, fixed by `schemas/report.schema.json`.
//!
//! The shapes mirror the model field by field, so that a change of the model cannot change what
//! other tools read without a change here. Members come in the order they are declared in. What is
//! written is read back to the same report.

mod pairs;
mod read;
mod results;
mod shape;
mod texts;
mod write;

use std::io::{self, Write};

use aplomb_model::{Lang, Report};
use sha2::{Digest as _, Sha256};

pub use self::read::{NotSaved, Saved, read_saved};
use crate::{Options, plain_json};

/// What the format is, in full.
pub(crate) const DOCS: &str = "\
The whole report: every result, exception and diagnostic, in the language asked for; what the other
language says differently stands beside, under `en` or `fr`, so that `aplomb report` renders a saved run
in either. Its shape is fixed by a JSON Schema: `aplomb schema report`. The same run gives the same bytes.
Characters that act on a terminal or cannot be seen are written as escapes, and come back unchanged.";

/// Writes the report as JSON, indented by two spaces, with a newline at the end.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    plain_json::write(&shape::Report::of(report, options.lang), out)
}

/// SHA-256 of all that a report says, whichever language it is told in.
pub(crate) fn digest(report: &Report) -> io::Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    serde_json::to_writer(&mut hasher, &shape::Report::of(report, Lang::En))?;
    Ok(hasher.finalize().into())
}

#[cfg(test)]
mod tests;
