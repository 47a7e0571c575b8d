use aplomb_model::{Comment, Node, Phrase, Span, Tree};

use crate::piece::{character, map};
use crate::problems::Problems;
use crate::{Format, Input, ReadError};

pub(crate) const PROPERTIES: Format = Format {
    id: "properties",
    summary: "Java properties",
    docs: "The tree is `{key: text}`, flat: a key `server.port` is one key, selected by \
        `$['server.port']`.\n\n\
        Follows the documentation of `java.util.Properties.load`: `=`, `:` or a blank ends a key, \
        `#` and `!` begin comment lines, a line with an odd number of backslashes at its end goes \
        on in the next, and `\\t`, `\\n`, `\\f`, `\\r` and `\\u0041` are escapes. Keys set twice \
        are kept twice, and the last one counts. Unlike there, half of a surrogate pair is a \
        mistake.",
    names: &[],
    extensions: &["properties"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let mut reader = Reader { text, at: 0, problems: Problems::default() };
    let mut members = Vec::new();
    let mut comments = Vec::new();
    loop {
        reader.skip(|byte| matches!(byte, b' ' | b'\t' | 0x0c | b'\n' | b'\r'));
        match reader.peek() {
            None => break,
            Some(b'#' | b'!') => {
                let start = reader.at + 1;
                reader.skip(|byte| !matches!(byte, b'\n' | b'\r'));
                let span = Span::from_range(start..reader.at);
                comments.push(Comment { span });
            }
            Some(_) => {
                let key = reader.run(true);
                reader.separator();
                let value = reader.run(false);
                members.push(aplomb_model::Member {
                    key: key.as_str().unwrap_or_default().into(),
                    key_span: key.span,
                    value,
                });
            }
        }
    }
    let root = map(Span::from_range(0..text.len()), members);
    let mut tree = Tree::new(input.source.clone(), PROPERTIES.id, vec![root]);
    tree.comments = comments;
    reader.problems.or(tree)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    problems: Problems,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips ASCII that `skipped` holds for, and anything else that it holds for byte by byte.
    fn skip(&mut self, skipped: fn(u8) -> bool) {
        while self.peek().is_some_and(skipped) {
            self.at += 1;
        }
    }

    /// Skips what is between key and value: blanks with at most one `=` or `:`.
    fn separator(&mut self) {
        self.blanks();
        if let Some(b'=' | b':') = self.peek() {
            self.at += 1;
            self.blanks();
        }
    }

    /// Blanks, and line ends that a backslash takes away.
    fn blanks(&mut self) {
        loop {
            self.skip(|byte| matches!(byte, b' ' | b'\t' | 0x0c));
            if self.peek() != Some(b'\\') || !self.join_lines() {
                return;
            }
        }
    }

    /// At a backslash: steps over it, the line end after it and the blanks after that; does
    /// nothing where no line end follows.
    fn join_lines(&mut self) -> bool {
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let width = match rest.as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            [] => 0,
            _ => return false,
        };
        self.at += 1 + width;
        self.skip(|byte| matches!(byte, b' ' | b'\t' | 0x0c));
        true
    }

    /// A key or a value with its escapes resolved.
    fn run(&mut self, key: bool) -> Node {
        let start = self.at;
        let mut end = start;
        let mut out = String::new();
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' | b'\r' => break,
                b'=' | b':' | b' ' | b'\t' | 0x0c if key => break,
                b'\\' if self.join_lines() => {}
                b'\\' => {
                    self.escape(&mut out);
                    end = self.at;
                }
                _ => {
                    let rest = self.text.get(self.at..).unwrap_or_default();
                    let Some(character) = rest.chars().next() else {
                        break;
                    };
                    out.push(character);
                    self.at += character.len_utf8();
                    end = self.at;
                }
            }
        }
        Node::text(Span::from_range(start..end), out)
    }

    /// An escape, from its backslash.
    fn escape(&mut self, out: &mut String) {
        let start = self.at;
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let Some(character) = rest.chars().next() else {
            self.at += 1;
            return;
        };
        self.at += 1 + character.len_utf8();
        let resolved = match character {
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            'u' => {
                self.at = start;
                self.unicode(out);
                return;
            }
            other => other,
        };
        out.push(resolved);
    }

    fn unicode(&mut self, out: &mut String) {
        let unit = |at: usize| {
            let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
            let valid = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            valid.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
        };
        let first = unit(self.at);
        let second = unit(self.at + 6);
        let units = [first, second].into_iter().map_while(|unit| unit);
        if let Some(Ok(character)) = char::decode_utf16(units).next() {
            out.push(character);
            self.at += 6 * character.len_utf16();
            return;
        }
        self.problems.add(
            character(self.text, self.at),
            Phrase::new(
                "`\\u` needs four hexadecimal digits that stand for a character",
                "« \\u » demande quatre chiffres hexadécimaux qui désignent un caractère",
            ),
        );
        self.at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{at, check, positions, raw};
    use crate::read_text;

    fn says(text: &str, expected: &str) {
        check(&PROPERTIES, "a.properties", text, expected);
    }

    #[test]
    fn keys_end_at_equals_colon_or_blank() {
        says(
            "a=1\n  b : 2\nc 3 4 \nd\ne=\nf==\ng\\ h\\:=x\n\nserver.port = 80",
            r#"{"a": "1", "b": "2", "c": "3 4 ", "d": "", "e": "", "f": "=", "g h:": "x", "server.port": "80"}"#,
        );
    }

    #[test]
    fn comments_continuations_and_escapes() {
        says(
            "# a\n ! b \\\nk = one \\\r\n    two\\\\\nl=\\u00e9\\t\\z\\uD834\\uDD1E\\\n\n",
            r#"{"k": "one two\\", "l": "é\tz𝄞"}"#,
        );
        says("a=1\rb=2\\", r#"{"a": "1", "b": "2"}"#);
    }

    #[test]
    fn broken_escapes_have_positions() {
        let text = "a=\\u12\nb=\\ud800x\nc=\\u+123\n";
        assert_eq!(positions(&PROPERTIES, "a.properties", text), ["1:3", "2:3", "3:3"]);
    }

    #[test]
    fn spans_are_what_is_written() {
        let text = "clé\\ x = é \\\n  b\nz=1\nz=2";
        let tree = read_text("a.properties", text, &PROPERTIES).expect("is one");
        assert_eq!(raw(&tree, &["clé x"]), "é \\\n  b");
        assert_eq!(tree.raw(at(&tree, &[]).members()[0].key_span), "clé\\ x");
        assert_eq!(raw(&tree, &["z"]), "2");
        assert_eq!(at(&tree, &[]).members().len(), 3);
    }
}
