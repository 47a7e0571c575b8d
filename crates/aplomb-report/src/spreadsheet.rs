//! Rows that spreadsheet programs open as they are meant, and in which nothing is computed.
//!
//! Spreadsheets take a cell that begins with one of a few characters for a formula. An apostrophe
//! before it makes it text. Programs set to another language split lines at another separator: what
//! would begin a cell then is treated likewise.

use std::io::{self, Write};

use aplomb_model::Lang;

use crate::visible;

/// Without it, programs of the office take UTF-8 for the code page of the machine.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// What a program may split cells at.
const SEPARATORS: &[char] = &[',', ';', '|'];
/// What makes a formula, also in the wide forms of East Asian input.
const FORMULA: &[char] = &['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Writes rows of cells.
pub(crate) struct Spreadsheet<'a> {
    out: &'a mut dyn Write,
    separator: char,
}

impl<'a> Spreadsheet<'a> {
    /// Begins a sheet. French uses the comma in numbers, and so the semicolon between cells.
    pub(crate) fn begin(out: &'a mut dyn Write, lang: Lang) -> io::Result<Self> {
        write!(out, "{BYTE_ORDER_MARK}")?;
        let separator = match lang {
            Lang::En => ',',
            Lang::Fr => ';',
        };
        Ok(Self { out, separator })
    }

    /// Writes a row.
    pub(crate) fn row<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) -> io::Result<()> {
        for (index, cell) in cells.into_iter().enumerate() {
            if index > 0 {
                write!(self.out, "{}", self.separator)?;
            }
            write!(self.out, "\"{}\"", quoted(cell))?;
        }
        write!(self.out, "\r\n")
    }
}

/// A text for between quotes, on one line and never a formula.
fn quoted(text: &str) -> String {
    let text = visible::joined(text);
    let mut quoted = String::with_capacity(text.len());
    let mut begins = true;
    for c in text.chars() {
        if begins && FORMULA.contains(&c) {
            quoted.push('\'');
        }
        // Quotes and spaces before a formula are dropped by some programs.
        if !c.is_whitespace() && c != '"' {
            begins = SEPARATORS.contains(&c);
        }
        quoted.push(c);
        if c == '"' {
            quoted.push('"');
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_whatever_it_is_split_at() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            (" \"@SUM(A1)", " \"\"'@SUM(A1)"),
            ("a;=cmd|'/c calc'!A1", "a;'=cmd|'/c calc'!A1"),
            ("x, -1", "x, '-1"),
            ("＝1", "'＝1"),
            ("\t=1", " '=1"),
            ("a-b=c", "a-b=c"),
            ("two\nlines\r", "two lines<U+000D>"),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }

    #[test]
    fn the_separator_is_that_of_the_language() {
        let sheet = |lang| {
            let mut out = Vec::new();
            let mut sheet = Spreadsheet::begin(&mut out, lang).expect("a vector");
            sheet.row(["a", "b\"c"]).expect("a vector");
            String::from_utf8(out).expect("text")
        };
        assert_eq!(sheet(Lang::En), "\u{feff}\"a\",\"b\"\"c\"\r\n");
        assert_eq!(sheet(Lang::Fr), "\u{feff}\"a\";\"b\"\"c\"\r\n");
    }
}
