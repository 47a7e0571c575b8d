use std::fmt;

use aplomb_model::{Phrase, Source, Span};

/// Why a file could not be read. The run goes on; the file's subject says so in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// What kind of trouble.
    pub kind: ReadErrorKind,
    /// What is wrong, at least one; several where the format allows going on after the first.
    pub problems: Vec<Problem>,
}

/// One thing wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, in the file's text; `None` where there is no text to point at.
    pub span: Option<Span>,
    /// What is wrong and what to do, as a fragment.
    pub message: Phrase,
}

/// Whose fault it is that a file could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadErrorKind {
    /// The file is not there, may not be opened, or vanished: the place it was delivered to.
    Unreadable,
    /// It lies outside the delivery's root: who wrote the path.
    OutsideRoot,
    /// A limit of ours was reached: the file is too large, too deep, or expands too far.
    Limit,
    /// It is not text in an encoding we know: who exported it.
    Encoding,
    /// It is not valid in its format: who wrote it.
    Syntax,
    /// No reader exists for its format: us.
    Unsupported,
}

impl ReadError {
    /// One problem without a place.
    pub fn new(kind: ReadErrorKind, message: Phrase) -> Self {
        let problems = vec![Problem { span: None, message }];
        Self { kind, problems }
    }

    /// One problem at a place.
    pub fn at(kind: ReadErrorKind, span: Span, message: Phrase) -> Self {
        let problems = vec![Problem { span: Some(span), message }];
        Self { kind, problems }
    }

    /// Invalid in its format, at a place.
    pub fn syntax(span: Span, message: Phrase) -> Self {
        Self::at(ReadErrorKind::Syntax, span, message)
    }

    /// A file of `size` bytes where `most` are taken.
    pub(crate) fn too_large(size: u64, most: u64) -> Self {
        Self::new(
            ReadErrorKind::Limit,
            Phrase::new(
                format!(
                    "the file has {size} bytes, and at most {most} are read; deliver a smaller extract"
                ),
                format!(
                    "le fichier fait {size} octets, et {most} au plus sont lus ; livrer un extrait plus petit"
                ),
            ),
        )
    }

    /// The first problem as `line:column: message`, or the message alone, in English.
    pub fn describe(&self, source: Option<&Source>) -> String {
        let problem = &self.problems[0];
        match (problem.span, source) {
            (Some(span), Some(source)) => {
                let at = source.position(span.start() as usize);
                format!("{}:{}: {}", at.line, at.column, problem.message.en)
            }
            _ => problem.message.en.clone(),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(None))
    }
}

impl std::error::Error for ReadError {}
