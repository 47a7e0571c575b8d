use std::sync::OnceLock;

/// Text with a name: a file of the delivery, a rule file, or output that was recorded.
#[derive(Debug)]
pub struct Source {
    name: Box<str>,
    text: Box<str>,
    encoding: Encoding,
    digest: Option<Digest>,
    line_starts: OnceLock<Vec<u32>>,
}

/// SHA-256 of the bytes of a file, whatever their encoding.
pub type Digest = [u8; 32];

/// How the bytes of a source were encoded before they became UTF-8 text.
///
/// Spans count bytes of the converted text. Lines and columns (in characters) are the same in the
/// original file, so what a report shows can be found there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// UTF-16, little or big endian, recognised by its byte order mark.
    Utf16,
    /// Windows-1252, the usual encoding of what Western European spreadsheets export.
    Windows1252,
}

/// A line and a column, both from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Source {
    /// UTF-8 text under a name: a path relative to the delivery's root, with `/`.
    pub fn new(name: impl Into<Box<str>>, text: impl Into<Box<str>>) -> Self {
        Self::with_encoding(name, text, Encoding::Utf8)
    }

    /// Text that was converted from another encoding.
    pub fn with_encoding(
        name: impl Into<Box<str>>,
        text: impl Into<Box<str>>,
        encoding: Encoding,
    ) -> Self {
        let (name, text) = (name.into(), text.into());
        Self { name, text, encoding, digest: None, line_starts: OnceLock::new() }
    }

    /// The same, read from a file whose bytes have this digest.
    #[must_use]
    pub fn with_digest(self, digest: Digest) -> Self {
        Self { digest: Some(digest), ..self }
    }

    /// The digest of the file it was read from, where it was read from one.
    pub const fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// The name it is reported under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the bytes were encoded in.
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Line and column of a byte offset; an offset past the end is the end.
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start as usize <= offset) - 1;
        let column = self.text[starts[line] as usize..offset].chars().count();
        Position { line: line as u32 + 1, column: column as u32 + 1 }
    }

    /// Line `number` (from 1) without its line ending; `None` past the last line.
    pub fn line(&self, number: u32) -> Option<&str> {
        let starts = self.line_starts();
        let index = (number as usize).checked_sub(1)?;
        let start = *starts.get(index)? as usize;
        let end = starts.get(index + 1).map_or(self.text.len(), |&next| next as usize);
        Some(self.text[start..end].trim_end_matches(['\n', '\r']))
    }

    /// Byte offset of the first character of line `number` (from 1).
    pub fn line_start(&self, number: u32) -> Option<usize> {
        let index = (number as usize).checked_sub(1)?;
        self.line_starts().get(index).map(|&start| start as usize)
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let bytes = self.text.bytes().enumerate();
            let after_newline = bytes.filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1);
            std::iter::once(0).chain(after_newline).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::new("a", "é=1\nclé: ü\n");
        let at = |needle: &str| source.position(source.text().find(needle).expect("in the text"));
        assert_eq!(at("="), Position { line: 1, column: 2 });
        assert_eq!(at("ü"), Position { line: 2, column: 6 });
        assert_eq!(source.position(999), Position { line: 3, column: 1 });
        assert_eq!(source.line(2), Some("clé: ü"));
        assert_eq!(source.line(3), Some(""));
        assert_eq!(source.line(4), None);
    }
}
