use aplomb_model::{Comment, Member, Node, Phrase, Span};

use crate::piece::{Piece, character, list};
use crate::problems::unclosed_quote;

/// What is wrong, and where.
pub(super) type Wrong = (Span, Phrase);

/// Goes through a configuration.
pub(super) struct Cursor<'a> {
    whole: Piece<'a>,
    rest: Piece<'a>,
    comments: Vec<Comment>,
}

impl Default for Cursor<'_> {
    fn default() -> Self {
        Self::new("")
    }
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let whole = Piece::whole(text);
        Self { whole, rest: whole, comments: Vec::new() }
    }

    /// Goes to a piece of the text, which is read to its end.
    pub(super) const fn enter(&mut self, piece: Piece<'a>) {
        self.rest = piece;
    }

    pub(super) fn into_comments(self) -> Vec<Comment> {
        self.comments
    }

    /// Skips blanks, line ends, joined or not, and comments; the character that comes next.
    pub(super) fn next(&mut self) -> Option<char> {
        loop {
            self.rest = self.rest.trim_start();
            if let Some(after) = self.rest.strip_prefix('\\').filter(|p| ends_line(p.text())) {
                self.rest = after;
                continue;
            }
            let (comment, length) = if let Some(comment) = self.rest.strip_prefix('#') {
                let line = comment.lines().next().unwrap_or(comment);
                (line, line.text().len())
            } else if self.rest.text().starts_with("/*") {
                let comment = self.rest.from(2);
                match comment.text().find("*/") {
                    Some(end) => (comment.until(end), end + 3),
                    None => (comment, comment.text().len() + 1),
                }
            } else {
                return self.rest.text().chars().next();
            };
            self.comments.push(Comment { span: comment.span() });
            self.rest = self.rest.from(1 + length);
        }
    }

    /// Goes on by some bytes.
    pub(super) fn take(&mut self, bytes: usize) {
        self.rest = self.rest.from(bytes.min(self.rest.text().len()));
    }

    pub(super) fn point(&self) -> Span {
        self.rest.until(0).span()
    }

    /// The character that comes next.
    pub(super) fn here(&mut self) -> Span {
        self.next();
        character(self.whole.text(), self.rest.start())
    }

    /// What stands at a span.
    pub(super) fn written(&self, span: Span) -> Piece<'a> {
        self.whole.until(span.end() as usize).from(span.start() as usize)
    }

    /// The word that comes next, without taking it.
    pub(super) fn word(&mut self) -> Piece<'a> {
        self.next();
        let text = self.rest.text();
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        self.rest.until(end.unwrap_or(text.len()))
    }

    pub(super) fn take_word(&mut self) -> Piece<'a> {
        self.next();
        let (word, _) = self.rest.split_word();
        self.take(word.text().len());
        word
    }

    /// Whether `(` follows a word that begins an object.
    pub(super) fn opens_parameters(&self, word: Piece<'_>) -> bool {
        let after = self.rest.from(word.text().len());
        let opens = after.text().trim_start_matches([' ', '\t']).starts_with('(');
        opens && !matches!(word.text(), "" | "foreach" | "if" | "reset" | "set" | "unset")
    }

    /// The rest of the line, trimmed.
    pub(super) fn line(&mut self) -> Piece<'a> {
        let line = self.rest.lines().next().unwrap_or(self.rest);
        self.take(line.text().len());
        line.trim()
    }

    pub(super) fn skip_line(&mut self) {
        self.line();
    }

    /// Whether nothing follows on the line.
    pub(super) fn ends_line(&self) -> bool {
        ends_line(self.rest.text().trim_start_matches([' ', '\t']))
    }

    /// Whether facilities and priorities come next.
    pub(super) fn is_selector(&self) -> bool {
        let begins = |c: char| c.is_ascii_alphanumeric() || c == '*';
        self.rest.text().starts_with(begins) && self.selector().0.contains('.')
    }

    /// What could be a selector, its joined lines without what joins them, and its length, without
    /// taking it.
    pub(super) fn selector(&self) -> (String, usize) {
        let within = |c: char| c.is_ascii_alphanumeric() || "*.,;!=_-".contains(c);
        let mut selector = String::new();
        let mut rest = self.rest;
        loop {
            let text = rest.text();
            let (part, after) = rest.split_at(text.find(|c| !within(c)).unwrap_or(text.len()));
            selector.push_str(part.text());
            match after.strip_prefix('\\').filter(|p| ends_line(p.text())) {
                Some(joined) if part.text().ends_with([';', ',']) => rest = joined.trim_start(),
                _ => return (selector, after.start() - self.rest.start()),
            }
        }
    }

    /// `:property, operation, "value"`, and not `:omusrmsg:*`.
    pub(super) fn is_property_filter(&self) -> bool {
        let after = self.rest.from(1);
        let sign = after.text().find([',', ':', '\n']);
        sign.is_some_and(|at| after.from(at).text().starts_with(','))
    }

    pub(super) fn property_filter(&mut self) -> Result<Piece<'a>, Wrong> {
        let text = self.rest.text();
        let open = text.find(['"', '\n']).unwrap_or(text.len());
        let (before, quote) = self.rest.split_at(open);
        let inner = quote.strip_prefix('"').ok_or_else(|| (before.span(), unclosed_quote()))?;
        let end = end_of_quote(inner.text(), '"')
            .ok_or_else(|| (quote.until(1).span(), unclosed_quote()))?;
        let filter = self.rest.until(open + 1 + end + 1);
        self.take(filter.text().len());
        Ok(filter)
    }

    /// What stands before `then`.
    pub(super) fn condition(&mut self) -> Option<Piece<'a>> {
        let start = self.rest;
        let mut last_was_word = false;
        loop {
            let next = self.next()?;
            match next {
                '"' | '\'' => {
                    let inner = self.rest.from(1);
                    self.take(end_of_quote(inner.text(), next)? + 2);
                    last_was_word = false;
                }
                _ => {
                    let word = self.word();
                    if word.text() == "then" && !last_was_word {
                        let end = word.start() - start.start();
                        self.take(word.text().len());
                        return Some(start.until(end).trim());
                    }
                    // `$then` and `x.then` are names.
                    last_was_word = word.is_empty() && matches!(next, '$' | '!' | '.');
                    self.take(word.text().len().max(next.len_utf8()));
                }
            }
        }
    }

    /// What stands before a sign outside of quotes; all the rest where it is missing.
    pub(super) fn until_sign(&mut self, sign: char) -> Piece<'a> {
        let start = self.rest;
        while let Some(next) = self.next().filter(|next| *next != sign) {
            let inside = self.rest.from(next.len_utf8()).text();
            let length = match next {
                '"' | '\'' => end_of_quote(inside, next).map_or(usize::MAX, |end| end + 2),
                _ => next.len_utf8(),
            };
            self.take(length);
        }
        start.until(self.rest.start() - start.start())
    }

    /// `(name="value" name=["a", "b"] …)`, names in lower case.
    pub(super) fn parameters(&mut self) -> Result<Vec<Member>, Wrong> {
        let start = self.here();
        self.take(1);
        let mut members = Vec::new();
        loop {
            match self.next() {
                Some(')') => {
                    self.take(1);
                    return Ok(members);
                }
                // Commas between parameters are tolerated.
                Some(',') => {
                    self.take(1);
                    continue;
                }
                Some(_) => {}
                None => return Err((start, unclosed_parameters())),
            }
            let text = self.rest.text();
            let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c));
            let name = self.rest.until(end.unwrap_or(text.len()));
            let here = self.here();
            self.take(name.text().len());
            if name.is_empty() || self.next() != Some('=') {
                return Err((here, no_parameter()));
            }
            self.take(1);
            let value = self.value()?;
            let key = name.text().to_ascii_lowercase().into();
            members.push(Member { key, key_span: name.span(), value });
        }
    }

    fn value(&mut self) -> Result<Node, Wrong> {
        if self.next() != Some('[') {
            return self.string();
        }
        let start = self.here();
        self.take(1);
        let mut items = Vec::new();
        loop {
            match self.next() {
                Some(']') => {
                    let span = start.cover(self.here());
                    self.take(1);
                    return Ok(Node { span, ..list(items) });
                }
                Some(',') => self.take(1),
                Some(_) => items.push(self.string()?),
                None => return Err((start, unclosed_parameters())),
            }
        }
    }

    fn string(&mut self) -> Result<Node, Wrong> {
        let here = self.here();
        let quote = self.next().filter(|c| matches!(c, '"' | '\'' | '`'));
        let Some(quote) = quote else { return Err((here, no_parameter())) };
        let inner = self.rest.from(1);
        let end = end_of_quote(inner.text(), quote).ok_or_else(|| (here, unclosed_quote()))?;
        self.take(end + 2);
        let raw = inner.until(end);
        Ok(Node::text(raw.span(), unescaped(raw.text())))
    }
}

fn ends_line(text: &str) -> bool {
    text.is_empty() || text.starts_with(['\n', '\r'])
}

/// Where the quote that closes a text stands.
fn end_of_quote(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    text.find(|c: char| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some(next @ ('"' | '\'' | '\\' | '$' | '`')) => out.push(next),
                Some(next) => out.extend(['\\', next]),
                None => out.push('\\'),
            },
            (character, false) => out.push(character),
        }
    }
    out
}

fn unclosed_parameters() -> Phrase {
    Phrase::new(
        "these parameters never end; close them with `)`",
        "ces paramètres ne finissent jamais ; les fermer par « ) »",
    )
}

fn no_parameter() -> Phrase {
    Phrase::new(
        "this is no parameter; write `name=\"value\"`, the value in quotes",
        "ce n'est pas un paramètre ; écrire « nom=\"valeur\" », la valeur entre guillemets",
    )
}
