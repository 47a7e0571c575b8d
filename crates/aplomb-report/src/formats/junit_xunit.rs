//! `junit-xunit`: XML of `JUnit` that the strict schema of Jenkins' `xUnit` plugin accepts.

use std::io::{self, Write};

use aplomb_model::Report;

use super::junit::{self, Dialect};
use crate::Options;

/// What the format is, in full.
pub(crate) const DOCS: &str = "\
The same tests as `junit`, without the attributes that the schema `junit-10.xsd` refuses: no `file` and
no `line` on test cases. The place is in the text of each failure.";

/// Writes the report as strict XML of `JUnit`.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    junit::write(Dialect::Strict, report, options.lang, out)
}
