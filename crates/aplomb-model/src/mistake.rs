use crate::Span;

/// Something wrong in what a person wrote for us: a standard, a manifest, a profile.
///
/// It is the author's mistake, found before anything runs; all mistakes of a file are collected
/// and shown at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where, in the file's text.
    pub span: Span,
    /// What is wrong: a fragment, lower case, no full stop.
    pub message: String,
    /// What stands at the span, in a word or two, for the label under the excerpt.
    pub label: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Mistake {
    /// A mistake at a place.
    pub fn new(span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { span, message: message.into(), label: label.into(), help: None }
    }

    /// With advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
