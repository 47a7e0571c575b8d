use std::sync::Arc;

use aplomb_model::{Mistake, Source};
use miette::{Diagnostic, MietteError, MietteSpanContents, SourceCode, SourceSpan};
use thiserror::Error;

/// The mistakes in one file that a person wrote for us. The author's fault, found before anything
/// runs; rendered by miette with an excerpt for each.
#[derive(Debug, Error, Diagnostic)]
#[error("{title}")]
pub struct FileMistakes {
    title: String,
    file: Arc<Source>,
    mistakes: Vec<Mistake>,
    #[source_code]
    excerpts: Excerpts,
    #[related]
    places: Vec<Place>,
}

/// One mistake as miette shows it.
#[derive(Debug, Error, Diagnostic)]
#[error("{message}")]
struct Place {
    message: String,
    label: String,
    #[label("{label}")]
    span: SourceSpan,
    #[help]
    help: Option<String>,
}

impl FileMistakes {
    /// The mistakes of `file`, which is called `what` in the title: `standard`, `manifest`. They
    /// are put in the order in which they stand in the file.
    pub fn new(what: &str, file: Arc<Source>, mut mistakes: Vec<Mistake>) -> Self {
        mistakes.sort_by_key(|mistake| mistake.span);
        let count = match mistakes.len() {
            1 => "1 mistake".to_owned(),
            several => format!("{several} mistakes"),
        };
        let places = mistakes.iter().map(|mistake| Place::new(mistake, &file));
        Self {
            title: format!("the {what} {} has {count}", file.name()),
            places: places.collect(),
            excerpts: Excerpts(file.clone()),
            file,
            mistakes,
        }
    }

    /// The file they are in.
    pub const fn file(&self) -> &Arc<Source> {
        &self.file
    }

    /// The mistakes, in the order in which they stand in the file.
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }
}

impl Place {
    fn new(mistake: &Mistake, file: &Source) -> Self {
        Self {
            message: mistake.message.clone(),
            label: mistake.label.clone(),
            span: first_line(mistake, file.text()),
            help: mistake.help.clone(),
        }
    }
}

/// The part of a mistake's span on its first line: a text of forty lines is not underlined whole.
fn first_line(mistake: &Mistake, text: &str) -> SourceSpan {
    let range = mistake.span.range();
    let start = range.start.min(text.len());
    let end = range.end.clamp(start, text.len());
    let line = text.as_bytes().get(start..end).unwrap_or_default();
    let length = line.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    SourceSpan::new(start.into(), length.unwrap_or(end - start))
}

/// Lends a source's text to miette under its name.
#[derive(Debug)]
struct Excerpts(Arc<Source>);

impl SourceCode for Excerpts {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn miette::SpanContents<'a> + 'a>, MietteError> {
        let contents = self.0.text().read_span(span, before, after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.0.name().to_owned(),
            contents.data(),
            *contents.span(),
            contents.line(),
            contents.column(),
            contents.line_count(),
        )))
    }
}
