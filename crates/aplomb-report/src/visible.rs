//! Which characters of somebody else's text may be shown as they are.
//!
//! What is judged may be hostile: an escape sequence in a host name, a right-to-left override in a
//! configuration. Whatever moves the cursor, hides itself or turns the direction of reading is shown
//! by its number, `<U+001B>`, and so can be seen, searched for, and do nothing.

use std::fmt::Write as _;

use crate::columns;

/// More marks than this on one letter serve to smear over neighbouring lines.
const MAX_COMBINING: usize = 4;

/// What is shown for one character, and how many columns it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) width: usize,
}

impl Cell {
    pub(crate) fn new(text: String) -> Self {
        let width = columns::width(&text);
        Self { text, width }
    }
}

/// Whether a character acts on the terminal or reader, or cannot be seen.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Text on one line with every hidden character made visible; a tab becomes a space.
pub(crate) fn line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut combining = 0;
    for c in text.chars() {
        push(&mut shown, c, &mut combining);
    }
    shown
}

/// The lines of a text, each made visible.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = String> {
    text.lines().map(line)
}

/// Text of several lines with every hidden character made visible.
pub fn visible(text: &str) -> String {
    lines(text).collect::<Vec<_>>().join("\n")
}

/// The lines of a text on one, with a space between them, each made visible.
pub(crate) fn joined(text: &str) -> String {
    lines(text).collect::<Vec<_>>().join(" ")
}

/// The beginning of a text, with an ellipsis where it is longer than so many characters.
pub(crate) fn cut(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        None => text,
    }
}

/// One cell a character of a source line, so that columns of the source can be found in what is
/// shown. Tabs reach to the next multiple of `tab` columns.
pub(crate) fn cells(source_line: &str, tab: usize) -> Vec<Cell> {
    let mut column = 0;
    let mut combining = 0;
    let cell = |c: char| {
        let text = if c == '\t' {
            " ".repeat(tab - column % tab)
        } else {
            let mut text = String::new();
            push(&mut text, c, &mut combining);
            text
        };
        let cell = Cell::new(text);
        column += cell.width;
        cell
    };
    source_line.chars().map(cell).collect()
}

fn push(shown: &mut String, c: char, combining: &mut usize) {
    if c == '\t' {
        shown.push(' ');
    } else if is_hidden(c) {
        write!(shown, "<U+{:04X}>", u32::from(c)).expect("a string takes all that is written");
    } else if is_variation_selector(c) {
        // Chooses between two pictures of one character, which terminals disagree on the width of.
    } else if columns::of(c) == 0 {
        *combining += 1;
        if *combining <= MAX_COMBINING {
            shown.push(c);
        }
        return;
    } else {
        shown.push(c);
    }
    *combining = 0;
}

fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_shown_by_its_number() {
        assert_eq!(line("a\x1b[31mb\r\0"), "a<U+001B>[31mb<U+000D><U+0000>");
        assert_eq!(line("x\u{202e}y\u{9b}z"), "x<U+202E>y<U+009B>z");
        assert_eq!(line("one\ttwo\nthree"), "one two<U+000A>three");
        assert_eq!(line("déjà\u{a0}: 数"), "déjà\u{a0}: 数");
    }

    #[test]
    fn marks_piled_on_a_letter_are_limited() {
        let zalgo = format!("a{}b", "\u{301}".repeat(300));
        assert_eq!(line(&zalgo).chars().count(), 2 + MAX_COMBINING);
    }

    #[test]
    fn each_character_has_its_cell() {
        let cells = cells("\ta\t数\x07", 4);
        let shown: Vec<_> = cells.iter().map(|cell| (&*cell.text, cell.width)).collect();
        let expected = [("    ", 4), ("a", 1), ("   ", 3), ("数", 2), ("<U+0007>", 8)];
        assert_eq!(shown, expected);
    }
}
