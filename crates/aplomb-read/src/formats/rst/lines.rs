use std::ops::Range;

use crate::piece::Piece;

/// A line: where its content stands, and how far it is indented.
///
/// The line that opens a list item or a directive is shortened, once its marker is read, to what
/// comes after it.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// First byte that is no blank.
    pub(super) start: usize,
    /// One past the last byte that is no blank.
    pub(super) end: usize,
    /// Column of the first byte, from 0; tab stops are every eight.
    pub(super) indent: usize,
}

impl Line {
    pub(super) const fn is_blank(self) -> bool {
        self.start >= self.end
    }

    pub(super) const fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The line without its first `bytes` bytes and the blanks after them.
    pub(super) fn skip(self, bytes: usize, text: &str) -> Self {
        let rest = text.get(self.start + bytes..self.end).unwrap_or_default();
        let start = self.end - rest.trim_start().len();
        let indent = self.indent + (start - self.start);
        Self { start, indent, ..self }
    }
}

pub(super) fn lines(text: &str) -> Vec<Line> {
    let line = |piece: Piece<'_>| {
        let mut indent = 0;
        for character in piece.text().chars() {
            match character {
                '\t' => indent += 8 - indent % 8,
                c if c.is_whitespace() => indent += 1,
                _ => break,
            }
        }
        let content = piece.trim();
        Line { start: content.start(), end: content.end(), indent }
    };
    Piece::whole(text).lines().map(line).collect()
}

/// The character a line is a rule of, where it is nothing else.
pub(super) fn adornment(text: &str) -> Option<u8> {
    let first = *text.as_bytes().first()?;
    let rule = first.is_ascii_punctuation() && text.bytes().all(|byte| byte == first);
    rule.then_some(first)
}
