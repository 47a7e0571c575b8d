use aplomb_model::Span;

use crate::piece::Piece;

/// One word of the shell.
pub(super) struct Word {
    /// What it says, without quotes and backslashes.
    pub(super) text: String,
    /// Where it stands; inside the quotes, where one pair encloses all of it.
    pub(super) span: Span,
    /// Whether it holds variables or commands.
    pub(super) expands: bool,
}

/// The word that a text begins with and what follows it; nothing where a quote is never closed.
pub(super) fn word(piece: Piece<'_>) -> Option<(Word, Piece<'_>)> {
    let mut scan = Scan { text: piece.text(), at: 0, out: String::new(), expands: false };
    while let Some(next) = scan.peek() {
        match next {
            _ if next.is_whitespace() || "#;&|<>()".contains(next) => {
                if next != '#' || scan.at == 0 {
                    break;
                }
                scan.push();
            }
            '\'' => scan.single()?,
            '"' => scan.double()?,
            '\\' => scan.escaped(),
            '$' | '`' => scan.expansion()?,
            _ => scan.push(),
        }
    }
    let (raw, after) = piece.split_at(scan.at);
    let span = raw.unquoted(&['"', '\'']).unwrap_or(raw).span();
    Some((Word { text: scan.out, span, expands: scan.expands }, after))
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    out: String,
    expands: bool,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self) {
        if let Some(next) = self.peek() {
            self.out.push(next);
            self.at += next.len_utf8();
        }
    }

    /// A backslash and what it protects; a line end that it joins is left out.
    fn escaped(&mut self) {
        self.at += 1;
        if self.join() {
            return;
        }
        match self.peek() {
            Some(_) => self.push(),
            None => self.out.push('\\'),
        }
    }

    fn join(&mut self) -> bool {
        let rest = self.rest();
        let after = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'));
        self.at += after.map_or(0, |after| rest.len() - after.len());
        after.is_some()
    }

    fn single(&mut self) -> Option<()> {
        let inner = self.text.get(self.at + 1..)?;
        let end = inner.find('\'')?;
        self.out.push_str(inner.get(..end)?);
        self.at += end + 2;
        Some(())
    }

    fn double(&mut self) -> Option<()> {
        self.at += 1;
        loop {
            match self.peek()? {
                '"' => {
                    self.at += 1;
                    return Some(());
                }
                '\\' => {
                    let after = self.text.get(self.at + 1..)?;
                    if after.starts_with(['"', '\\', '$', '`', '\n', '\r']) {
                        self.escaped();
                    } else {
                        self.push();
                    }
                }
                '$' | '`' => self.expansion()?,
                _ => self.push(),
            }
        }
    }

    /// A variable or a command, as written.
    fn expansion(&mut self) -> Option<()> {
        let rest = self.rest();
        let length = if let Some(inner) = rest.strip_prefix('`') {
            Some(1 + closing_backtick(inner)? + 1)
        } else if rest.starts_with("$(") || rest.starts_with("${") {
            Some(1 + closing_bracket(rest.get(1..)?)?)
        } else {
            None
        };
        let begins = |c: char| c.is_ascii_alphanumeric() || "_?#@*!$-".contains(c);
        let named = rest.get(1..).is_some_and(|name| name.starts_with(begins));
        self.expands |= length.is_some() || named;
        match length {
            Some(length) => {
                self.out.push_str(rest.get(..length)?);
                self.at += length;
            }
            None => self.push(),
        }
        Some(())
    }
}

fn closing_backtick(inner: &str) -> Option<usize> {
    let mut escaped = false;
    inner.find(|c: char| {
        let ends = c == '`' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })
}

/// The length of what brackets enclose, quotes inside respected.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut single = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if !single => escaped = true,
            '\'' => single = !single,
            _ if single => {}
            '(' | '{' => depth += 1,
            ')' | '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}
