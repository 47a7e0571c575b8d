//! Reports that were saved as JSON, read again; and `aplomb report`, which renders one.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use aplomb_check::conclude;
use aplomb_model::{Report, Source};
use aplomb_report::{NotSaved, Saved, read_saved};

use crate::cli::{ReportArgs, Terminal};
use crate::complaint::Complaint;
use crate::outputs;

/// Bytes of a file, at most, of which the line at fault is shown.
const SHOWN: u64 = 16 << 20;
/// Characters of that line, around the place.
const AROUND: usize = 60;

/// Renders a saved run. How it ends says nothing of the verdict: `check` did.
pub(crate) fn run(args: &ReportArgs, terminal: &Terminal) -> Result<u8, Complaint> {
    let saved = open(&args.run)?;
    let rendering = &args.rendering;
    outputs::refuse_overwriting(rendering, &[("the run it renders", args.run.clone())])?;
    let lang = terminal.lang().unwrap_or(saved.lang);
    outputs::emit(rendering, terminal, lang, &saved.report)?;
    Ok(0)
}

/// A saved report. `-` is standard input.
///
/// # Errors
/// When it cannot be read, is none, or draws another conclusion than its results do.
pub(crate) fn open(path: &Path) -> Result<Saved, Complaint> {
    let piped = path == Path::new("-");
    let shown = if piped { "standard input".to_owned() } else { path.display().to_string() };
    let complaint = |text: String| Complaint::plain(format!("{shown}: {text}"));
    let read = if piped {
        read_saved(io::stdin().lock())
    } else {
        let file = File::open(path).map_err(|error| complaint(error.to_string()))?;
        read_saved(file)
    };
    let saved = read.map_err(|error| match error {
        NotSaved::Shape { message, line, column } => {
            let excerpt = line_at(path, line, column).unwrap_or_default();
            complaint(format!("line {line}, column {column}: {message}{excerpt}"))
        }
        other => complaint(format!("{other}; `aplomb check --output json=FILE` saves a run")),
    })?;
    follows(&saved.report).map_err(complaint)?;
    Ok(saved)
}

/// Whether verdict and figures are what the results come to.
fn follows(report: &Report) -> Result<(), String> {
    let (summary, tolerance) = (&report.summary, report.basis.tolerance);
    let (rules, subjects) = (report.basis.rule_count(), report.basis.subjects.len());
    let (verdict, counted) =
        conclude(&report.results, &report.diagnostics, rules, subjects, tolerance);
    if counted != *summary {
        return Err("its summary is not what its results count up to: it was changed".into());
    }
    if verdict != report.verdict {
        let (says, is) = (report.verdict.id(), verdict.id());
        return Err(format!("it says {says}, and its results come to {is}: it was changed"));
    }
    Ok(())
}

/// The line at fault, cut to what is around the place.
fn line_at(path: &Path, line: usize, column: usize) -> Option<String> {
    let mut text = String::new();
    File::open(path).ok()?.take(SHOWN).read_to_string(&mut text).ok()?;
    let source = Source::new("", text);
    let line = source.line(u32::try_from(line).ok()?)?;
    let before = line.get(..column.min(line.len()))?.chars().count();
    let cut = before.saturating_sub(AROUND);
    let shown: String = line.chars().skip(cut).take(2 * AROUND).collect();
    Some(format!("\n  {}\n  {}^", shown, " ".repeat((before - cut).saturating_sub(1))))
}
