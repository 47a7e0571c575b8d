use std::ops::Range;

use aplomb_model::{Node, Span};

/// Text freed of its markup, which knows where each part of it was written.
#[derive(Default)]
pub(crate) struct Plain {
    text: String,
    parts: Vec<Part>,
}

/// A part of the text, up to where the next begins.
struct Part {
    at: usize,
    source: Range<usize>,
    code: bool,
}

impl Plain {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.parts.clear();
    }

    /// Adds prose, written at `source`.
    pub(crate) fn push(&mut self, text: &str, source: Range<usize>) {
        self.add(text, source, false);
    }

    /// Adds a literal, written at `source`: nothing in it is taken for a field's punctuation.
    pub(crate) fn push_code(&mut self, text: &str, source: Range<usize>) {
        self.add(text, source, true);
    }

    fn add(&mut self, text: &str, source: Range<usize>, code: bool) {
        if !text.is_empty() {
            let at = self.text.len();
            self.parts.push(Part { at, source, code });
            self.text.push_str(text);
        }
    }

    /// Where bytes of the text were written.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        let last = range.end.saturating_sub(1).max(range.start);
        let start = self.part(range.start).map_or(0, |(part, exact)| {
            part.source.start + if exact { range.start - part.at } else { 0 }
        });
        let end = self.part(last).map_or(start, |(part, exact)| {
            if exact { part.source.start + (range.end - part.at) } else { part.source.end }
        });
        Span::from_range(start..end)
    }

    /// Where all of the text was written; `None` without text.
    pub(crate) fn whole_span(&self) -> Option<Span> {
        (!self.text.is_empty()).then(|| self.span(0..self.text.len()))
    }

    /// Whether the byte at `at` is part of a literal.
    pub(crate) fn is_code(&self, at: usize) -> bool {
        self.part(at).is_some_and(|(part, _)| part.code)
    }

    /// A part of the text, trimmed, on one line, as a value at its place.
    pub(crate) fn node(&self, range: Range<usize>) -> Node {
        let raw = self.text.get(range.clone()).unwrap_or_default();
        let start = range.start + (raw.len() - raw.trim_start().len());
        let trimmed = raw.trim();
        Node::text(self.span(start..start + trimmed.len()), one_line(trimmed))
    }

    /// The part that byte `at` belongs to, and whether its bytes are those of the source.
    fn part(&self, at: usize) -> Option<(&Part, bool)> {
        let index = self.parts.partition_point(|part| part.at <= at);
        let part = self.parts.get(index.checked_sub(1)?)?;
        let end = self.parts.get(index).map_or(self.text.len(), |next| next.at);
        Some((part, end - part.at == part.source.len()))
    }
}

/// A text on one line: breaks and the blanks around them are one space, non-breaking spaces plain
/// ones, nothing at the ends.
pub(crate) fn one_line(text: &str) -> Box<str> {
    let mut line = String::with_capacity(text.len());
    for part in text.split(['\n', '\r']).map(str::trim).filter(|part| !part.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(part);
    }
    plain_blanks(&line)
}

/// A text whose non-breaking spaces are plain ones: `4 h` is the same however it is typed.
pub(crate) fn plain_blanks(text: &str) -> Box<str> {
    if text.contains(['\u{a0}', '\u{202f}']) {
        text.replace(['\u{a0}', '\u{202f}'], " ").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_knows_where_it_was_written() {
        let mut plain = Plain::default();
        plain.push("a ", 10..12);
        plain.push("&", 12..17);
        plain.push_code("b c", 19..22);
        assert_eq!(plain.text(), "a &b c");
        assert_eq!(plain.span(0..1), Span::new(10, 11));
        assert_eq!(plain.span(2..3), Span::new(12, 17));
        assert_eq!(plain.span(2..4), Span::new(12, 20));
        assert_eq!(plain.node(1..6).span, Span::new(12, 22));
        assert!(plain.is_code(3) && !plain.is_code(2));
        assert_eq!(Plain::default().whole_span(), None);
    }

    #[test]
    fn one_line_has_plain_blanks() {
        assert_eq!(&*one_line(" a\r\n  b\u{a0}:\u{202f}c \n"), "a b : c");
    }
}
