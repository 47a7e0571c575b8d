//! Two saved runs: what became of the findings, and why.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use aplomb_check::compare;
use aplomb_report::{COMPARISON_FORMATS, Options};

use super::DIFFERENT;
use crate::cli::{DiffArgs, Terminal};
use crate::complaint::Complaint;
use crate::{print, saved};

/// Whether a file begins as a saved run does. One that does not may still be one.
pub(super) fn begins(path: &Path) -> bool {
    let mut head = [0; 64];
    let read = File::open(path).and_then(|mut file| file.read(&mut head));
    read.is_ok_and(|read| String::from_utf8_lossy(&head[..read]).contains("\"aplomb.report/"))
}

/// Ends with 0 where nothing is worse.
pub(super) fn run(args: &DiffArgs, terminal: &Terminal) -> Result<u8, Complaint> {
    let before = saved::open(&args.before)?;
    let after = saved::open(&args.after)?;
    let comparison = compare(&before.report, &after.report);
    let options = Options {
        lang: terminal.lang().unwrap_or(after.lang),
        width: print::width(),
        color: terminal.color(print::stdout_is_terminal()),
        quiet: args.quiet,
        verbose: args.verbose,
        ..Options::default()
    };
    let format = COMPARISON_FORMATS.iter().find(|format| format.id == args.format.id());
    print::out(|out| format.map_or(Ok(()), |format| (format.render)(&comparison, &options, out)))
        .map_err(|error| Complaint::plain(format!("standard output: {error}")))?;
    Ok(if comparison.is_worse() { DIFFERENT } else { 0 })
}
