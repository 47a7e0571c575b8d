use aplomb_model::{Comment, Node, Span};

use crate::piece::{Piece, null};

/// One token.
#[derive(Clone, Copy)]
pub(super) struct Token<'a> {
    /// What it says, without quotes.
    pub(super) piece: Piece<'a>,
    pub(super) mark: Mark,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Word,
    Quoted,
    /// `==`, `!=`, `<`, …
    Operator,
    /// Any other sign.
    Sign,
}

/// What ends a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The line's end or a semicolon.
    Line,
    /// `{`: a block follows.
    Block,
    /// `}` of the block it stands in.
    Closed,
    /// The end of the text, inside braces.
    Missing,
}

/// What stands between two ends.
pub(super) struct Statement<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token<'a>>,
    pub(super) end: End,
    pub(super) end_span: Span,
    pub(super) unclosed_quote: Option<Span>,
}

impl<'a> Statement<'a> {
    /// The text of a token; nothing where there is none.
    pub(super) fn word(&self, at: usize) -> &'a str {
        self.piece(at).map_or("", Piece::text)
    }

    pub(super) fn piece(&self, at: usize) -> Option<Piece<'a>> {
        self.tokens.get(at).map(|token| token.piece)
    }

    /// The tokens from one on.
    pub(super) fn from(&self, at: usize) -> &[Token<'a>] {
        self.tokens.get(at..).unwrap_or_default()
    }

    pub(super) fn span(&self) -> Span {
        let spans = self.tokens.iter().map(|token| token.piece.span());
        spans.reduce(Span::cover).unwrap_or(self.end_span)
    }

    /// All of it as text.
    pub(super) fn node(&self) -> Node {
        self.between(0, self.tokens.len())
    }

    pub(super) fn after(&self, from: usize) -> Node {
        self.between(from, self.tokens.len())
    }

    pub(super) fn until(&self, to: usize) -> Node {
        self.between(0, to)
    }

    /// The tokens of a range as they are written, on one line.
    pub(super) fn between(&self, from: usize, to: usize) -> Node {
        let tokens = self.tokens.get(from..to).unwrap_or_default();
        written(self.text, tokens).unwrap_or_else(|| null(self.span().end() as usize))
    }
}

/// Tokens as they are written, but on one line.
pub(super) fn written(text: &str, tokens: &[Token<'_>]) -> Option<Node> {
    if let [only] = tokens {
        return Some(only.piece.node());
    }
    let (first, last) = (tokens.first()?, tokens.last()?);
    // The quotes of the outermost tokens are part of what is written.
    let before = usize::from(first.mark == Mark::Quoted);
    let after = usize::from(last.mark == Mark::Quoted);
    let span = Span::from_range(first.piece.start() - before..last.piece.end() + after);
    let raw = text.get(span.range()).unwrap_or_default();
    if !raw.contains(['\n', '\\']) {
        return Some(Node::text(span, raw));
    }
    let words = tokens.iter().map(|token| match token.mark {
        Mark::Quoted => format!("\"{}\"", token.piece.text()),
        _ => token.piece.text().to_owned(),
    });
    Some(Node::text(span, words.collect::<Vec<_>>().join(" ")))
}

/// Cuts a ruleset into statements.
pub(super) struct Statements<'a> {
    text: &'a str,
    rest: Piece<'a>,
    comments: Vec<Comment>,
}

impl<'a> Statements<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, rest: Piece::whole(text), comments: Vec::new() }
    }

    pub(super) fn into_comments(self) -> Vec<Comment> {
        self.comments
    }

    pub(super) fn text(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Where it stands.
    pub(super) fn point(&self) -> Span {
        self.rest.until(0).span()
    }

    pub(super) fn next(&mut self, blocks: &[&str]) -> Option<Statement<'a>> {
        let mut tokens: Vec<Token<'a>> = Vec::new();
        let mut open = 0_usize;
        let mut unclosed_quote = None;
        loop {
            let Some(next) = self.character() else {
                let end = if open > 0 { End::Missing } else { End::Line };
                let said = !tokens.is_empty() || unclosed_quote.is_some();
                return said.then(|| self.statement(tokens, end, self.point(), unclosed_quote));
            };
            let here = self.rest.until(next.len_utf8());
            match next {
                '\n' | ';' => {
                    self.rest = self.rest.from(1);
                    if open == 0 && (!tokens.is_empty() || unclosed_quote.is_some()) {
                        return Some(self.statement(
                            tokens,
                            End::Line,
                            here.span(),
                            unclosed_quote,
                        ));
                    }
                }
                '{' if open == 0
                    && tokens.first().is_some_and(|word| blocks.contains(&word.piece.text())) =>
                {
                    self.rest = self.rest.from(1);
                    return Some(self.statement(tokens, End::Block, here.span(), unclosed_quote));
                }
                '}' if open == 0 => {
                    self.rest = self.rest.from(1);
                    return Some(self.statement(tokens, End::Closed, here.span(), unclosed_quote));
                }
                '{' | '}' | ',' | '(' | ')' | '&' | '|' | '^' => {
                    match next {
                        '{' => open += 1,
                        '}' => open -= 1,
                        _ => {}
                    }
                    self.rest = self.rest.from(1);
                    tokens.push(Token { piece: here, mark: Mark::Sign });
                }
                '"' => match self.quoted() {
                    Some(piece) => tokens.push(Token { piece, mark: Mark::Quoted }),
                    None => {
                        unclosed_quote = unclosed_quote.or(Some(here.span()));
                        let line = self.rest.lines().next().unwrap_or(self.rest);
                        self.rest = self.rest.from(line.text().len());
                    }
                },
                '=' | '!' | '<' | '>' => {
                    let piece = self.take(|c| matches!(c, '=' | '!' | '<' | '>'));
                    tokens.push(Token { piece, mark: Mark::Operator });
                }
                _ => {
                    let piece =
                        self.take(|c| !c.is_whitespace() && !"{};,()&|^\"=!<>#\\".contains(c));
                    let piece = if piece.is_empty() { self.take_one() } else { piece };
                    tokens.push(Token { piece, mark: Mark::Word });
                }
            }
        }
    }

    fn statement(
        &self,
        tokens: Vec<Token<'a>>,
        end: End,
        end_span: Span,
        unclosed_quote: Option<Span>,
    ) -> Statement<'a> {
        Statement { text: self.text, tokens, end, end_span, unclosed_quote }
    }

    /// The next character that is no blank, no joined line end and in no comment.
    fn character(&mut self) -> Option<char> {
        loop {
            let text = self.rest.text();
            let blanks = text.find(|c: char| c == '\n' || !c.is_whitespace());
            self.rest = self.rest.from(blanks.unwrap_or(text.len()));
            let text = self.rest.text();
            if let Some(after) = text.strip_prefix('\\')
                && after.starts_with(['\n', '\r'])
            {
                self.rest = self.rest.from(1).trim_line_end();
            } else if let Some(comment) = self.rest.strip_prefix('#') {
                let comment = comment.lines().next().unwrap_or(comment);
                let span = comment.span();
                self.comments.push(Comment { span });
                self.rest = self.rest.from(comment.end() - self.rest.start());
            } else {
                return text.chars().next();
            }
        }
    }

    fn take(&mut self, within: impl Fn(char) -> bool) -> Piece<'a> {
        let text = self.rest.text();
        let (piece, rest) = self.rest.split_at(text.find(|c| !within(c)).unwrap_or(text.len()));
        self.rest = rest;
        piece
    }

    fn take_one(&mut self) -> Piece<'a> {
        let width = self.rest.text().chars().next().map_or(0, char::len_utf8);
        let (piece, rest) = self.rest.split_at(width);
        self.rest = rest;
        piece
    }

    fn quoted(&mut self) -> Option<Piece<'a>> {
        let inner = self.rest.strip_prefix('"')?;
        let end = inner.text().find(['"', '\n'])?;
        let (piece, rest) = inner.split_at(end);
        self.rest = rest.strip_prefix('"')?;
        Some(piece)
    }
}
