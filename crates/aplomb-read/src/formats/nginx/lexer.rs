use aplomb_model::{Comment, Node, Phrase, Span};

use crate::piece::character;
use crate::problems::unclosed_quote;

/// Cuts text into words and marks as nginx's own parser does.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// What spans are shifted by.
    base: u32,
    /// The word just read was in quotes: something must part it from the next.
    after_quotes: bool,
    stopped: bool,
    pub(super) comments: Vec<Comment>,
}

#[derive(Debug)]
pub(super) enum Token {
    /// A name or an argument, without its quotes; its span is what stands between them.
    Word(Node),
    /// `;`
    End(Span),
    /// `{`
    Open(Span),
    /// `}`
    Close(Span),
    /// The text ends.
    Finish,
    /// What is there is no token; reading may go on behind it.
    Wrong(Span, Phrase),
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, base: u32) -> Self {
        Self { text, at: 0, base, after_quotes: false, stopped: false, comments: Vec::new() }
    }

    /// Gives up: the next token is the last.
    pub(super) fn stop(&mut self) {
        self.at = self.text.len();
        self.after_quotes = false;
        self.stopped = true;
    }

    pub(super) const fn is_stopped(&self) -> bool {
        self.stopped
    }

    pub(super) fn next(&mut self) -> Token {
        while let Some(byte) = self.peek() {
            let at = self.at;
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => {
                    self.at += 1;
                    self.after_quotes = false;
                }
                b';' => return Token::End(self.mark()),
                b'{' => return Token::Open(self.mark()),
                _ if self.after_quotes && byte != b')' => {
                    self.after_quotes = false;
                    let span = character(self.text, at).shifted(self.base);
                    return Token::Wrong(span, glued());
                }
                b'}' => return Token::Close(self.mark()),
                b'#' => self.comment(),
                b'"' | b'\'' => return self.in_quotes(byte),
                _ => return self.bare(),
            }
        }
        Token::Finish
    }

    /// The Lua code up to the `}` that closes the block, which is passed; nothing if none does.
    pub(super) fn lua(&mut self) -> Option<Node> {
        let start = self.at;
        let mut depth = 0;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' => depth += 1,
                b'}' if depth == 0 => {
                    let code = self.text.get(start..self.at).unwrap_or_default();
                    self.at += 1;
                    return Some(Node::text(self.span(start, start + code.len()), code));
                }
                b'}' => depth -= 1,
                b'"' | b'\'' => {
                    self.at += 1;
                    self.find_quote(byte)?;
                }
                b'-' if self.rest().starts_with("--") => {
                    self.at += 2;
                    if !self.long_bracket()? {
                        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                    }
                    continue;
                }
                b'[' if self.long_bracket()? => continue,
                _ => {}
            }
            self.at += 1;
        }
        None
    }

    /// Passes `[[…]]` or `[=[…]=]` of Lua, if one begins here; nothing if it is never closed.
    fn long_bracket(&mut self) -> Option<bool> {
        let Some(after) = self.rest().strip_prefix('[') else {
            return Some(false);
        };
        let inner = after.trim_start_matches('=');
        if !inner.starts_with('[') {
            return Some(false);
        }
        let level = after.len() - inner.len();
        let end = format!("]{}]", "=".repeat(level));
        let at = inner.find(&end)?;
        self.at += 1 + level + at + end.len();
        Some(true)
    }

    fn comment(&mut self) {
        let start = self.at + 1;
        let length = self.rest().find('\n').unwrap_or(self.rest().len());
        self.at += length;
        let text = self.text.get(start..self.at).unwrap_or_default();
        let end = start + text.trim_end_matches('\r').len();
        let span = self.span(start, end);
        self.comments.push(Comment { span });
    }

    fn in_quotes(&mut self, quote: u8) -> Token {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        match self.find_quote(quote) {
            Some(end) => {
                self.at += 1;
                self.after_quotes = true;
                self.word(start, end)
            }
            None => {
                self.stop();
                Token::Wrong(self.span(open, open + 1), unclosed_quote())
            }
        }
    }

    /// Goes to the next `quote` that no backslash stands before.
    fn find_quote(&mut self, quote: u8) -> Option<usize> {
        loop {
            match self.peek()? {
                b'\\' => self.at += 2,
                byte if byte == quote => return Some(self.at),
                _ => self.at += 1,
            }
        }
    }

    fn bare(&mut self) -> Token {
        let start = self.at;
        self.after_quotes = false;
        // `${` begins a variable's name, not a block.
        let mut variable = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' if variable => {}
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'{' => break,
                b'\\' => {
                    variable = false;
                    self.at += 1;
                }
                _ => variable = byte == b'$',
            }
            self.at += 1;
        }
        // A backslash may have escaped past the end, or into a character.
        self.at = self.at.min(self.text.len());
        self.word(start, self.at)
    }

    fn word(&self, start: usize, end: usize) -> Token {
        let raw = self.text.get(start..end).unwrap_or_default();
        let span = self.span(start, end);
        Token::Word(if raw.contains('\\') {
            Node::text(span, unescaped(raw))
        } else {
            Node::text(span, raw)
        })
    }

    fn mark(&mut self) -> Span {
        let at = self.at;
        self.at += 1;
        self.after_quotes = false;
        self.span(at, at + 1)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::from_range(start..end).shifted(self.base)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }
}

/// Only quotes, backslashes and three letters are escaped; any other backslash stays, which
/// regular expressions rely on.
fn unescaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut characters = raw.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().filter(|_| character == '\\');
        let plain = match next {
            Some(quote @ ('"' | '\'' | '\\')) => Some(quote),
            Some('t') => Some('\t'),
            Some('r') => Some('\r'),
            Some('n') => Some('\n'),
            _ => None,
        };
        if plain.is_some() {
            characters.next();
        }
        out.push(plain.unwrap_or(character));
    }
    out
}

fn glued() -> Phrase {
    Phrase::new(
        "this follows a closing quote; put a blank or a `;` between them, or escape the quote",
        "ceci suit un guillemet fermant ; les séparer par un espace ou un « ; », ou échapper le guillemet",
    )
}
