//! Text as it may stand in XML 1.0.
//!
//! Most control characters are not allowed there in any form, not even as references: hidden
//! characters are shown by their number first, like everywhere.

use crate::visible;

/// Text for an attribute between double quotes, on one line.
pub(crate) fn attribute(text: &str) -> String {
    escape(&visible::joined(text))
}

/// Text between tags, with its lines.
pub(crate) fn text(text: &str) -> String {
    let lines = visible::lines(text).map(|line| escape(&line));
    lines.collect::<Vec<_>>().join("\n")
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup_and_every_character_is_allowed() {
        assert_eq!(attribute("a\"<b>&'\nc\u{1b}"), "a&quot;&lt;b&gt;&amp;&#39; c&lt;U+001B&gt;");
        assert_eq!(text("]]>\n\u{ffff}"), "]]&gt;\n&lt;U+FFFF&gt;");
    }
}
