//! The grammar of RFC 9535, read by recursive descent.

mod advice;
mod filter;
mod function;
mod literal;

use std::ops::Range;

use aplomb_model::Span;

use super::PathError;
use super::ast::{Origin, Query, Segment, Selector, Slice};

/// Longest path, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

/// How deep a path may be: what is open at one place, a segment that can select several nodes
/// counting 1, and a filter, a parenthesis or a function [`NESTED`]. Parsing and evaluation recurse
/// that deep.
const MAX_LEVEL: usize = 256;
const NESTED: usize = 4;

/// How many literal patterns a path may hold; each is compiled.
const MAX_PATTERNS: usize = 32;

/// Parses a whole path.
pub(super) fn path(text: &str) -> Result<Query, PathError> {
    let mut parser = Parser { text, at: 0, level: 0, patterns: 0 };
    if text.len() > MAX_LENGTH {
        return parser.fail(
            0..text.len(),
            format!("the path is {} bytes long; {MAX_LENGTH} is the limit", text.len()),
        );
    }
    if !parser.eat("$") {
        return Err(parser.no_root());
    }
    let segments = parser.segments()?;
    if parser.at < text.len() {
        return Err(parser.after_path());
    }
    Ok(Query { origin: Origin::Root, segments })
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    level: usize,
    patterns: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.slice(self.at..self.text.len())
    }

    fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn eat_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn blanks(&mut self) {
        self.eat_while(is_blank);
    }

    fn error(range: Range<usize>, message: impl Into<String>) -> PathError {
        PathError { message: message.into(), span: Span::from_range(range) }
    }

    #[expect(clippy::unused_self, reason = "reads better at its many callers")]
    fn fail<T>(&self, range: Range<usize>, message: impl Into<String>) -> Result<T, PathError> {
        Err(Self::error(range, message))
    }

    /// Goes `by` levels deeper; the caller sets the level back.
    fn deepen(&mut self, by: usize) -> Result<(), PathError> {
        self.level += by;
        if self.level > MAX_LEVEL {
            return self.fail(
                self.here(),
                "the path is nested too deeply here: split it into several rules",
            );
        }
        Ok(())
    }

    fn segments(&mut self) -> Result<Vec<Segment>, PathError> {
        let level = self.level;
        let mut segments = Vec::new();
        loop {
            let before = self.at;
            self.blanks();
            let segment = if self.eat("..") {
                Segment::Deep(match self.peek() {
                    Some('[') => self.brackets()?,
                    _ => vec![self.after_dot("..")?],
                })
            } else if self.eat(".") {
                Segment::One(self.after_dot(".")?)
            } else if self.peek() == Some('[') {
                let mut selectors = self.brackets()?;
                match selectors.pop() {
                    Some(only) if selectors.is_empty() => Segment::One(only),
                    last => {
                        selectors.extend(last);
                        Segment::Several(selectors)
                    }
                }
            } else {
                self.at = before;
                self.level = level;
                return Ok(segments);
            };
            if !segment.is_singular() {
                self.deepen(1)?;
            }
            segments.push(segment);
        }
    }

    /// A wildcard, or a name without quotes.
    fn after_dot(&mut self, dots: &str) -> Result<Selector, PathError> {
        if self.eat("*") {
            return Ok(Selector::Wildcard);
        }
        let start = self.at;
        if !self.peek().is_some_and(is_name_first) {
            return Err(self.no_name(dots));
        }
        let name = self.eat_while(is_name);
        self.name_ends(start)?;
        Ok(Selector::Name(name.into()))
    }

    /// The selectors between brackets; there is at least one.
    fn brackets(&mut self) -> Result<Vec<Selector>, PathError> {
        let open = self.at..self.at + 1;
        self.at += 1;
        let mut selectors = Vec::new();
        loop {
            self.blanks();
            selectors.push(self.selector(&open)?);
            self.blanks();
            if self.eat("]") {
                return Ok(selectors);
            }
            if !self.eat(",") {
                return Err(self.not_closed(open, "]"));
            }
        }
    }

    fn selector(&mut self, open: &Range<usize>) -> Result<Selector, PathError> {
        match self.peek() {
            Some('\'' | '"') => Ok(Selector::Name(self.string()?.into())),
            Some('*') => {
                self.at += 1;
                Ok(Selector::Wildcard)
            }
            Some('?') => {
                self.at += 1;
                self.blanks();
                let level = self.level;
                self.deepen(NESTED)?;
                let logic = self.logic()?;
                self.level = level;
                Ok(Selector::Filter(logic))
            }
            Some('-' | ':' | '0'..='9') => self.index_or_slice(),
            _ => Err(self.no_selector(open)),
        }
    }

    fn index_or_slice(&mut self) -> Result<Selector, PathError> {
        let start = self.whole_number()?;
        let after = self.at;
        self.blanks();
        if !self.eat(":") {
            self.at = after;
            // The caller saw a hyphen, a digit or a colon.
            return Ok(Selector::Index(start.unwrap_or_default()));
        }
        self.blanks();
        let end = self.whole_number()?;
        self.blanks();
        let mut step = None;
        if self.eat(":") {
            self.blanks();
            step = self.whole_number()?;
        }
        Ok(Selector::Slice(Slice { start, end, step: step.unwrap_or(1) }))
    }
}

const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

const fn is_name_first(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || !c.is_ascii()
}

const fn is_name(c: char) -> bool {
    is_name_first(c) || c.is_ascii_digit()
}
