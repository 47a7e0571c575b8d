//! How much room text takes in columns of a terminal, and where it breaks.

use unicode_width::UnicodeWidthChar as _;

/// Columns a character takes.
pub(crate) fn of(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Columns a text takes, character by character: sequences that some terminals join into one
/// picture count in full.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(of).sum()
}

/// The text followed by spaces up to `columns`.
pub(crate) fn pad_right(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text preceded by spaces up to `columns`.
pub(crate) fn pad_left(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The end of a text, `ellipsis` before it, in at most `columns`. Of a path the end says most.
pub(crate) fn keep_end(text: &str, columns: usize, ellipsis: &str) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut room = columns.saturating_sub(width(ellipsis));
    let mut start = text.len();
    for (index, c) in text.char_indices().rev() {
        let Some(left) = room.checked_sub(of(c)) else {
            break;
        };
        room = left;
        start = index;
    }
    format!("{ellipsis}{}", text.get(start..).unwrap_or_default())
}

/// Breaks text at spaces into lines of at most `columns`; a word that is longer than a line is
/// broken where the line ends. No-break spaces hold. Never returns nothing.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = width(word);
        if used > 0 && used + 1 + length > columns {
            lines.push(std::mem::take(&mut current));
            used = 0;
        }
        if used > 0 {
            current.push(' ');
            used += 1;
        }
        for c in word.chars() {
            let step = of(c);
            if used > 0 && used + step > columns {
                lines.push(std::mem::take(&mut current));
                used = 0;
            }
            current.push(c);
            used += step;
        }
    }
    if !current.is_empty() || lines.is_empty() {
        lines.push(current);
    }
    lines
}

/// At most `most` lines; an ellipsis stands for those left out.
pub(crate) fn shortened(
    mut lines: impl Iterator<Item = String>,
    most: usize,
    ellipsis: &str,
) -> Vec<String> {
    let mut kept: Vec<_> = lines.by_ref().take(most).collect();
    if lines.next().is_some()
        && let Some(last) = kept.last_mut()
    {
        ellipsis.clone_into(last);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_never_exceed_the_width() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a bcdefghij k", 4), ["a", "bcde", "fghi", "j k"]);
        assert_eq!(wrap("数数数", 4), ["数数", "数"]);
        assert_eq!(wrap("a\u{a0}: b", 4), ["a\u{a0}:", "b"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("ab", 0), ["a", "b"]);
    }

    #[test]
    fn the_end_of_a_path_is_kept() {
        assert_eq!(keep_end("a/b/c.toml", 7, "…"), "…c.toml");
        assert_eq!(keep_end("short", 5, "…"), "short");
        assert_eq!(keep_end("数数数", 4, "…"), "…数");
    }
}
