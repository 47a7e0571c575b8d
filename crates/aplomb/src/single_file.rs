//! One file that the command line names, wherever it lies.

use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use aplomb_model::{Lang, Phrase, Source, Tree};
use aplomb_read::{
    FORMATS, Files, Format, Input, Limits, NoFiles, ReadError, ReadErrorKind, Root, decode, read,
    read_around,
};

/// Why a file was not read.
pub(crate) struct Refused {
    error: ReadError,
    source: Option<Arc<Source>>,
}

impl Refused {
    /// What is wrong with the file that is shown as `name`, a line a problem.
    pub(crate) fn told(&self, name: &str, lang: Lang) -> String {
        let lines = self.error.problems.iter().map(|problem| {
            let at = problem.span.zip(self.source.as_deref()).map_or_else(
                String::new,
                |(span, source)| {
                    let at = source.position(span.start() as usize);
                    format!(":{}:{}", at.line, at.column)
                },
            );
            format!("{name}{at}: {}", problem.message.get(lang))
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// How a file is called in messages.
pub(crate) fn shown(file: &Path) -> String {
    if is_standard_input(file) { "standard input".to_owned() } else { file.display().to_string() }
}

/// Reads the file at a path, whatever folder it lies in, with all that makes one configuration with
/// it; `-` is standard input. Without a format, the detected one.
///
/// # Errors
/// When it is not there, too large, of no format that is read, or wrong.
pub(crate) fn open(file: &Path, format: Option<&'static Format>) -> Result<Tree, Refused> {
    let bare = |error| Refused { error, source: None };
    let limits = Limits::default();
    if is_standard_input(file) {
        let source = standard_input(&limits).map_err(bare)?;
        return parsed(source, format, &limits, &NoFiles);
    }
    read_around(file, format, limits).map_err(|(error, source)| match error.kind {
        ReadErrorKind::Unsupported => Refused { error: unknown_format(), source: None },
        _ => Refused { error, source },
    })
}

/// The text of the file at a path.
///
/// # Errors
/// When it is not there, too large, or no text.
pub(crate) fn text(file: &Path) -> Result<Source, Refused> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let root = Root::open(parent.unwrap_or_else(|| Path::new(".")));
    let source = root.and_then(|root| root.read(&name));
    source.map_err(|error| Refused { error, source: None })
}

fn parsed(
    source: Source,
    format: Option<&'static Format>,
    limits: &Limits,
    files: &dyn Files,
) -> Result<Tree, Refused> {
    let Some(format) = format else {
        return Err(Refused { error: unknown_format(), source: None });
    };
    let source = Arc::new(source);
    let input = Input { source: &source, limits, files };
    read(&input, format).map_err(|error| Refused { error, source: Some(source) })
}

fn unknown_format() -> ReadError {
    let known: Vec<_> = FORMATS.iter().map(|format| format.id).collect();
    let known = known.join(", ");
    let message = Phrase::new(
        format!("its format is not known; say `--as` one of {known}"),
        format!("son format est inconnu ; précisez `--as` parmi {known}"),
    );
    ReadError::new(ReadErrorKind::Unsupported, message)
}

fn is_standard_input(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// What comes in on standard input, up to the size of a file.
fn standard_input(limits: &Limits) -> Result<Source, ReadError> {
    let unreadable =
        |en: String, fr: String| ReadError::new(ReadErrorKind::Unreadable, Phrase::new(en, fr));
    let mut bytes = Vec::new();
    let taken = io::stdin().lock().take(limits.bytes.saturating_add(1)).read_to_end(&mut bytes);
    taken.map_err(|error| {
        unreadable(format!("it cannot be read: {error}"), format!("lecture impossible : {error}"))
    })?;
    if bytes.len() as u64 > limits.bytes {
        let most = limits.bytes;
        return Err(unreadable(
            format!("it has more than the {most} bytes that are read; pass a smaller extract"),
            format!("il dépasse les {most} octets qui sont lus ; fournir un extrait plus petit"),
        ));
    }
    decode("-", bytes)
}
