use aplomb_model::{Comment, Node, Phrase, Span};

use crate::piece::{character, line_number};
use crate::problems::Problems;
use crate::{Limits, ReadError, ReadErrorKind};

/// How deep blocks, brackets and templates together may nest: reading them recurses.
pub(super) const MOST_LEVELS: usize = 128;

/// Reads HCL from left to right. Bodies, expressions and templates each have a file of methods.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    /// The next byte to look at.
    pub(super) at: usize,
    /// Where the last token ended.
    pub(super) end: usize,
    /// Whether a line break ends what is being read; inside brackets it is a blank.
    newlines: bool,
    depth: usize,
    most_levels: usize,
    pub(super) comments: Vec<Comment>,
    /// The expressions that are no constants, in the order of the text, none inside another.
    pub(super) unsettled: Vec<Span>,
    pub(super) problems: Problems,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, limits: &Limits) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            end: 0,
            newlines: true,
            depth: 0,
            most_levels: limits.depth.min(MOST_LEVELS),
            comments: Vec::new(),
            unsettled: Vec::new(),
            problems: Problems::default(),
        }
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    pub(super) fn ahead(&self, by: usize) -> Option<u8> {
        self.bytes.get(self.at + by).copied()
    }

    #[inline]
    pub(super) fn starts_with(&self, token: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(token))
    }

    /// Takes a token of so many bytes.
    #[inline]
    pub(super) fn take(&mut self, width: usize) {
        self.at += width;
        self.end = self.at;
    }

    /// Takes a one-byte token if it is next.
    pub(super) fn takes(&mut self, token: u8) -> bool {
        let found = self.peek() == Some(token);
        if found {
            self.take(1);
        }
        found
    }

    /// The text from `start` to the end of the last token.
    pub(super) fn raw(&self, start: usize) -> &'a str {
        self.text.get(start..self.end).unwrap_or_default()
    }

    pub(super) fn span(&self, start: usize) -> Span {
        Span::from_range(start..self.end)
    }

    /// What began at `start` as its own text: an expression that is no constant. Whatever in it
    /// was left open since `mark` is part of it.
    pub(super) fn unsettled(&mut self, start: usize, mark: usize) -> Node {
        let span = self.span(start);
        self.unsettled.truncate(mark);
        self.unsettled.push(span);
        Node::text(span, self.raw(start))
    }

    /// Steps over blanks and comments, and over line breaks where they mean nothing.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\n') if !self.newlines => self.at += 1,
                Some(b'\r') if !self.newlines && self.ahead(1) == Some(b'\n') => self.at += 2,
                Some(b'#') => self.line_comment(1),
                Some(b'/') if self.ahead(1) == Some(b'/') => self.line_comment(2),
                Some(b'/') if self.ahead(1) == Some(b'*') => self.block_comment(),
                _ => return,
            }
        }
    }

    /// Steps over blanks, comments and line breaks.
    pub(super) fn skip_lines(&mut self) {
        let outer = std::mem::replace(&mut self.newlines, false);
        self.skip_blanks();
        self.newlines = outer;
    }

    pub(super) fn at_line_end(&self) -> bool {
        match self.peek() {
            None | Some(b'\n') => true,
            Some(b'\r') => self.ahead(1) == Some(b'\n'),
            _ => false,
        }
    }

    fn line_comment(&mut self, marker: usize) {
        let start = self.at + marker;
        let rest = self.text.get(start..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        self.at = start + line.len();
        self.comments.push(Comment { span: Span::from_range(start..self.at) });
    }

    fn block_comment(&mut self) {
        let start = self.at + 2;
        let rest = self.text.get(start..).unwrap_or_default();
        let end = rest.find("*/");
        if end.is_none() {
            let opening = Span::from_range(self.at..start);
            self.problems.add(opening, unclosed_comment());
        }
        let span = Span::from_range(start..start + end.unwrap_or(rest.len()));
        self.at = end.map_or(self.text.len(), |end| start + end + 2);
        self.comments.push(Comment { span });
    }

    /// Reads what stands a level deeper; `newlines` says whether line breaks end things there.
    pub(super) fn nested<T>(
        &mut self,
        newlines: bool,
        read: impl FnOnce(&mut Self) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        if self.depth >= self.most_levels {
            return Err(ReadError::at(
                ReadErrorKind::Limit,
                character(self.text, self.at),
                too_deep(self.most_levels),
            ));
        }
        self.depth += 1;
        let outer = std::mem::replace(&mut self.newlines, newlines);
        let result = read(self);
        self.newlines = outer;
        self.depth -= 1;
        result
    }

    /// The same where line breaks go on meaning what they do.
    pub(super) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        self.nested(self.newlines, read)
    }

    /// A name, if one is next: letters, digits, `_` and `-`, not beginning with a digit or `-`.
    pub(super) fn identifier(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..)?;
        let ascii = rest.bytes().take_while(|&byte| is_word(byte)).count();
        let first = rest.as_bytes().first()?;
        let width = if rest.as_bytes().get(ascii).is_some_and(|byte| !byte.is_ascii()) {
            let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
            rest.find(|c| !part(c)).unwrap_or(rest.len())
        } else {
            ascii
        };
        if width == 0 || first.is_ascii_digit() || *first == b'-' {
            return None;
        }
        self.take(width);
        rest.get(..width)
    }

    /// Takes a word if it is next.
    pub(super) fn takes_word(&mut self, word: &str) -> bool {
        let ends = !self.ahead(word.len()).is_some_and(|byte| is_word(byte) || !byte.is_ascii());
        let found = ends && self.starts_with(word.as_bytes());
        if found {
            self.take(word.len());
        }
        found
    }

    /// Takes the bracket that closes the one at `opening`.
    pub(super) fn close(&mut self, opening: usize, closing: char) -> Result<(), ReadError> {
        self.skip_blanks();
        if self.takes(closing as u8) {
            return Ok(());
        }
        let line = line_number(self.text, opening);
        Err(self.problem(Phrase::new(
            format!(
                "an operator, `,` or `{closing}` was expected here; `{closing}` would close line {line}"
            ),
            format!(
                "un opérateur, « , » ou « {closing} » était attendu ici ; « {closing} » fermerait la ligne {line}"
            ),
        )))
    }

    pub(super) fn wrong(&self, en: &str, fr: &str) -> ReadError {
        self.problem(Phrase::new(en, fr))
    }

    fn problem(&self, message: Phrase) -> ReadError {
        ReadError::syntax(character(self.text, self.at), message)
    }
}

/// Whether an ASCII byte may stand in a name.
pub(super) const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn too_deep(depth: usize) -> Phrase {
    Phrase::new(
        format!("nested deeper than {depth} levels; flatten the expression or the blocks"),
        format!("plus de {depth} niveaux d'imbrication ; aplatir l'expression ou les blocs"),
    )
}

fn unclosed_comment() -> Phrase {
    Phrase::new(
        "this comment is never closed; add `*/` where it ends",
        "ce commentaire n'est jamais fermé ; ajouter « */ » là où il se termine",
    )
}
