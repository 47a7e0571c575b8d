//! Text of others in Markdown, where it does nothing.
//!
//! Forges act on more than Markdown: mentions, references to issues and commits, emoji, bare
//! addresses, commands. None of them acts in a code span. So only plain words are told as prose, and
//! all else stands in code spans.

use crate::visible;

/// A name, a path or a value as a code span, on one line.
pub(crate) fn code(text: &str) -> String {
    let text = visible::joined(text);
    if text.trim().is_empty() {
        return String::new();
    }
    let ticks = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(ticks + 1);
    if ticks > 0 { format!("{fence} {text} {fence}") } else { format!("{fence}{text}{fence}") }
}

/// A sentence: its plain words as they are, everything else in code spans.
pub(crate) fn prose(text: &str) -> String {
    let text = visible::joined(text);
    let text = text.trim();
    let parts: Vec<_> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        // A backtick without its partner.
        return code(text);
    }
    let parts = parts.into_iter().enumerate();
    // What the author has put between backticks is code already.
    let told = parts.map(|(index, part)| if index % 2 == 1 { code(part) } else { words(part) });
    told.collect()
}

/// Words without backticks, those that are not plain in code spans, neighbours in one.
fn words(text: &str) -> String {
    let words: Vec<_> = text.split(' ').collect();
    let alike = words.chunk_by(|a, b| is_plain(a) == is_plain(b)).map(|alike| {
        let plain = alike.first().is_none_or(|word| is_plain(word));
        let joined = alike.join(" ");
        if plain { joined } else { code_between_marks(&joined) }
    });
    alike.collect::<Vec<_>>().join(" ")
}

/// Code, and outside of it the marks of the sentence around it.
fn code_between_marks(text: &str) -> String {
    let mut bare = text.strip_prefix('(').unwrap_or(text);
    let open = &text[..text.len() - bare.len()];
    while let Some(rest) = bare.strip_suffix([',', ';', '.', ':', '?', ')', '\u{a0}']) {
        // Of brackets only the one whose partner is not in the code.
        if bare.ends_with(')') && rest.contains('(') {
            break;
        }
        bare = rest;
    }
    let close = &text[open.len() + bare.len()..];
    if bare.is_empty() { code(text) } else { format!("{open}{}{close}", code(bare)) }
}

/// Letters, with what may stand before, within and after a word; a short number; a mark alone.
fn is_plain(word: &str) -> bool {
    let bare = word.trim_start_matches(['(', '"', '«', '“', '\u{a0}']);
    let bare = bare.trim_end_matches([')', '"', '»', '”', '\u{a0}', ',', '.', ';', ':', '?', '…']);
    let is_inner = |c: char| c.is_alphabetic() || matches!(c, '\'' | '’' | '-' | '\u{a0}');
    let is_digits = bare.len() <= 6 && bare.bytes().all(|byte| byte.is_ascii_digit());
    // `1.` and `1)` begin lists.
    let is_sign = matches!(word, "→" | "·");
    let is_number = is_digits && !word.ends_with(['.', ')']);
    // Forges take a long run of such letters for the number of a commit.
    let is_hash = bare.len() >= 7 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_name = bare.starts_with(char::is_alphabetic) && bare.chars().all(is_inner) && !is_hash;
    is_number || is_name || is_sign
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_are_prose_and_all_else_is_code() {
        for (text, expected) in [
            (
                "8008/tcp listens on prd-db01, and nothing (really) allows it.",
                "`8008/tcp` listens on `prd-db01`, and nothing (really) allows it.",
            ),
            ("no document of type PRA is delivered", "no document of type PRA is delivered"),
            ("set `PermitRootLogin no`, and reload", "set `PermitRootLogin no`, and reload"),
            ("ping @all #12 now", "ping `@all #12` now"),
            ("<b>a</b> ![x](y) www.example.org", "`<b>a</b> ![x](y) www.example.org`"),
            ("one ` only", "`` one ` only ``"),
            ("deadbeef beef", "`deadbeef` beef"),
            ("attendu « non », 12 fois", "attendu « non », 12 fois"),
            ("1. a (2) 3", "`1`. a (`2`) 3"),
            ("(DRG-14)\u{a0}: in f(x), y", "(`DRG-14`)\u{a0}: in `f(x)`, y"),
            ("", ""),
        ] {
            assert_eq!(prose(text), expected);
        }
    }

    #[test]
    fn code_ends_where_it_should() {
        assert_eq!(code("a`b``c"), "``` a`b``c ```");
        assert_eq!(code("a\n\u{1b}b"), "`a <U+001B>b`");
        assert_eq!(code("`"), "`` ` ``");
    }
}
