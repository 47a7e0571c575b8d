use aplomb_model::{Phrase, Span};

use crate::{Problem, ReadError, ReadErrorKind};

/// What a reader that goes on after a mistake has found wrong so far.
#[derive(Default)]
pub(crate) struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    /// A file of the wrong kind is wrong on every line; nobody reads more than a few of them.
    const MOST: usize = 20;

    pub(crate) fn add(&mut self, span: Span, message: Phrase) {
        if !self.is_full() {
            let span = Some(span);
            self.list.push(Problem { span, message });
        }
    }

    /// Adds those that were found elsewhere.
    pub(crate) fn append(&mut self, mut others: Self) {
        self.list.append(&mut others.list);
        self.list.truncate(Self::MOST);
    }

    /// Whether looking for more is of no use.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= Self::MOST
    }

    /// `value`, unless something is wrong.
    pub(crate) fn or<T>(mut self, value: T) -> Result<T, ReadError> {
        if self.list.is_empty() {
            return Ok(value);
        }
        self.list.sort_by_key(|problem| problem.span.map(Span::start));
        Err(ReadError { kind: ReadErrorKind::Syntax, problems: self.list })
    }
}

/// What is wrong with a quote without its partner, in any format.
pub(crate) fn unclosed_quote() -> Phrase {
    Phrase::new(
        "this quote is never closed; add the missing quote",
        "ce guillemet n'est jamais fermé ; ajouter le guillemet manquant",
    )
}
