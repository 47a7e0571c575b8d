//! `aplomb merge`: the reports of parts, joined into that of the whole.

use crate::check::exit_code;
use crate::cli::{MergeArgs, Terminal};
use crate::complaint::Complaint;
use crate::{outputs, saved};

pub(crate) fn run(args: &MergeArgs, terminal: &Terminal) -> Result<u8, Complaint> {
    let precious = args.runs.iter().map(|path| ("a run it joins", path.clone()));
    outputs::refuse_overwriting(&args.rendering, &precious.collect::<Vec<_>>())?;
    let opened = args.runs.iter().map(|path| saved::open(path));
    let opened = opened.collect::<Result<Vec<_>, _>>()?;
    let lang = terminal.lang().or(opened.first().map(|saved| saved.lang)).unwrap_or_default();
    let reports = opened.into_iter().map(|saved| saved.report).collect();
    let whole =
        aplomb_check::merge(reports).map_err(|error| Complaint::plain(error.to_string()))?;
    outputs::emit(&args.rendering, terminal, lang, &whole)?;
    Ok(exit_code(args.exit_zero, whole.gate.state()))
}
