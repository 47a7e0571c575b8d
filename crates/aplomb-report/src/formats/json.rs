//! `json`: the canonical report, `aplomb.report/1`, fixed by `schemas/report.schema.json`.
//!
//! The shapes below mirror the model field by field, so that a change of the model cannot change
//! what other tools read without a change here. Fields come in the order they are declared in.

mod plain;
mod shape;

use std::io::{self, Write};

use aplomb_model::Report;
use serde::Serialize as _;

use crate::Options;

/// Writes the report as JSON, indented by two spaces, with a newline at the end.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let shape = shape::Report::of(report, options.lang);
    let mut buffered = io::BufWriter::new(out);
    let mut serializer =
        serde_json::Serializer::with_formatter(&mut buffered, plain::Plain::default());
    shape.serialize(&mut serializer)?;
    buffered.write_all(b"\n")?;
    buffered.flush()
}

#[cfg(test)]
mod tests;
