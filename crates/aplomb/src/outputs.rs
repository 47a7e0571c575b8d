//! Where a report is written, and where it must not be.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use aplomb_model::{Lang, Report};
use aplomb_report::Options;

use crate::cli::{Rendering, Terminal};
use crate::complaint::Complaint;
use crate::print;

/// Links in a row that are followed to a file that does not exist yet.
const MOST_LINKS: usize = 8;

/// Refuses to write a report over a file that is read, each given with what it is to the run, and
/// two reports to one file.
///
/// # Errors
/// When an output names such a file, be it through links.
pub(crate) fn refuse_overwriting(
    rendering: &Rendering,
    precious: &[(&'static str, PathBuf)],
) -> Result<(), Complaint> {
    if rendering.outputs.is_empty() {
        return Ok(());
    }
    let precious: Vec<_> = precious.iter().map(|(what, path)| (what, Place::of(path))).collect();
    let mut taken: Vec<Place> = Vec::new();
    for (_, path) in &rendering.outputs {
        let place = Place::of(path);
        let shown = path.display();
        if let Some((what, _)) = precious.iter().find(|(_, other)| *other == place) {
            return Err(Complaint::plain(format!(
                "--output would overwrite {shown}, {what}; write the report elsewhere"
            )));
        }
        if taken.contains(&place) {
            return Err(Complaint::plain(format!(
                "two reports would be written to {shown}; give each `--output` a file of its own"
            )));
        }
        taken.push(place);
    }
    Ok(())
}

/// A file, whatever it is called: what two names of one file have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// A file that exists: its device and its number there.
    #[cfg(unix)]
    Existing(u64, u64),
    /// A path with all links followed.
    Path(PathBuf),
}

impl Place {
    fn of(path: &Path) -> Self {
        #[cfg(unix)]
        if let Ok(found) = path.metadata() {
            use std::os::unix::fs::MetadataExt as _;
            return Self::Existing(found.dev(), found.ino());
        }
        Self::Path(resolved(path, MOST_LINKS))
    }
}

/// Where a file would come to lie that does not exist, as far as that can be said.
fn resolved(path: &Path, links: usize) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    match path.read_link() {
        Ok(target) if links > 0 => resolved(&parent.join(target), links - 1),
        _ => {
            let parent = parent.canonicalize().unwrap_or_else(|_| parent.to_owned());
            parent.join(path.file_name().unwrap_or_default())
        }
    }
}

/// Writes the report everywhere it was asked for. Files are written before standard output, so
/// that a closed pipe does not cost them.
///
/// # Errors
/// When a place cannot be written to.
pub(crate) fn emit(
    rendering: &Rendering,
    terminal: &Terminal,
    lang: Lang,
    report: &Report,
) -> Result<(), Complaint> {
    let options = |color: bool, width: usize| Options {
        lang,
        width,
        color,
        quiet: rendering.quiet,
        verbose: rendering.verbose,
        ..Options::default()
    };
    for (id, path) in &rendering.outputs {
        let Some(format) = aplomb_report::by_id(id) else {
            continue;
        };
        let write = || -> io::Result<()> {
            let mut file = BufWriter::new(File::create(path)?);
            (format.render)(report, &options(false, 80), &mut file)?;
            file.flush()
        };
        write().map_err(|error| cannot_write(&path.display().to_string(), &error))?;
    }
    let Some(format) = aplomb_report::by_id(&rendering.format) else {
        return Ok(());
    };
    let color = terminal.color(print::stdout_is_terminal());
    let options = options(color, print::width());
    print::out(|out| (format.render)(report, &options, out))
        .map_err(|error| cannot_write("standard output", &error))
}

fn cannot_write(place: &str, error: &io::Error) -> Complaint {
    Complaint::plain(format!("the report cannot be written to {place}: {error}"))
}
