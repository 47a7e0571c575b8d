use aplomb_model::{Span, Tree};

use crate::piece::{Piece, list, map, named};
use crate::{Format, Input, ReadError};

pub(crate) const TEXT: Format = Format {
    id: "text",
    summary: "Any text, line by line",
    docs: "The tree is `{\"lines\": [text, …]}`: every line without its ending, in order, blank \
        ones included.\n\n\
        For files whose format no reader knows: select lines with \
        `$.lines[?search(@, 'pattern')]`.",
    names: &[
        "**/Makefile",
        "**/README",
        "**/LICENSE",
        "**/sudoers",
        "**/sudoers.d/*",
        "**/logrotate.d/*",
    ],
    extensions: &["txt", "text", "conf", "log", "out", "sh", "bash", "ksh", "sql"],
    read,
};

#[expect(clippy::unnecessary_wraps, reason = "the type of all readers")]
fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let lines = Piece::whole(text).lines().map(Piece::node).collect();
    let whole = Span::from_range(0..text.len());
    let root = map(whole, vec![named("lines", list(lines))]);
    Ok(Tree::new(input.source.clone(), TEXT.id, vec![root]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, raw};
    use crate::read_text;

    #[test]
    fn every_line_is_a_value() {
        check(&TEXT, "a.txt", "a\r\n\n é \nend", r#"{"lines": ["a", "", " é ", "end"]}"#);
        check(&TEXT, "a.txt", "", r#"{"lines": []}"#);
        let tree = read_text("a.txt", "a\r\né\n", &TEXT).expect("any text is");
        assert_eq!(raw(&tree, &["lines", "1"]), "é");
    }

    #[test]
    fn one_line_of_fifty_megabytes_is_read() {
        let text = "x".repeat(50_000_000);
        assert!(read_text("a.txt", &text, &TEXT).is_ok());
    }
}
