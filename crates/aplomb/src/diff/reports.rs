//! Two saved runs: what became of the findings, and why.

use aplomb_check::compare;
use aplomb_report::{COMPARISON_FORMATS, Options};

use super::DIFFERENT;
use crate::cli::{DiffArgs, Terminal};
use crate::complaint::Complaint;
use crate::{print, saved};

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
