//! What to tell the author of a path about the mistakes people make most.

use std::ops::Range;

use super::{Parser, is_blank, is_name, is_name_first};
use crate::path::PathError;
use crate::path::location::Step;

impl Parser<'_> {
    /// The character here, or the point at the end.
    pub(super) fn here(&self) -> Range<usize> {
        self.at..self.at + self.peek().map_or(0, char::len_utf8)
    }

    fn found(&self) -> String {
        match self.peek() {
            Some(c) if c.is_control() => format!("found U+{:04X}", u32::from(c)),
            Some(c) => format!("found `{c}`"),
            None => "the path ends here".to_owned(),
        }
    }

    /// The text up to the next blank or sign of the grammar: what somebody meant as one word.
    fn meant(&self, start: usize) -> Range<usize> {
        let rest = self.slice(start..self.text.len());
        let ends = |c: char| is_blank(c) || ".,[]()=!<>&|'\"".contains(c);
        start..start + rest.find(ends).unwrap_or(rest.len())
    }

    pub(super) fn no_root(&self) -> PathError {
        let text = self.text;
        let all = 0..text.len();
        let trimmed = text.trim_matches(is_blank);
        let range = self.meant(0);
        let first = if range.is_empty() { self.here() } else { range };
        if trimmed.is_empty() {
            return Self::error(all, "the path is empty: `$` is the whole document");
        }
        if trimmed.starts_with('$') {
            let blanks = text.len() - text.trim_start_matches(is_blank).len();
            return Self::error(0..blanks, "remove the blank before the path");
        }
        let advice = match trimmed.chars().next() {
            Some('@') => "outside a filter there is no `@`: start with `$`".to_owned(),
            Some('/') => {
                let path: String = trimmed.split('/').skip(1).map(step).collect();
                format!("a path is not a JSON pointer: write `${}`", short(&path))
            }
            Some('.' | '[') => format!("a path starts with `$`: write `${}`", short(trimmed)),
            Some(c) if is_name_first(c) => {
                format!("a path starts with `$`: write `$.{}`", short(trimmed))
            }
            _ => "a path starts with `$`".to_owned(),
        };
        Self::error(first, advice)
    }

    pub(super) fn after_path(&self) -> PathError {
        let rest = self.rest();
        if rest.trim_matches(is_blank).is_empty() {
            let all = self.at..self.text.len();
            return Self::error(all, "remove the blank after the path");
        }
        let skipped = rest.len() - rest.trim_start_matches(is_blank).len();
        let start = self.at + skipped;
        let c = self.slice(start..self.text.len()).chars().next();
        let range = start..start + c.map_or(0, char::len_utf8);
        let message = match c {
            Some('=' | '!' | '<' | '>' | '&' | '|') => {
                "a path selects, and tests only within a filter: write `[?@.name == 'a']`"
            }
            Some('(') => "functions stand only within a filter, as in `[?count(@.*) > 1]`",
            Some(']' | ')') => "this closes nothing: remove it",
            Some('^') => "there is no way up to the parent: filter the parent instead",
            _ => "after this point only `.name`, `..name` or `[…]` can follow",
        };
        Self::error(range, message)
    }

    /// Nothing that can follow a dot is here.
    pub(super) fn no_name(&self, dots: &str) -> PathError {
        let range = self.meant(self.at);
        let word = self.slice(range.clone());
        let advice = match self.peek() {
            None => format!("a name or `*` must follow `{dots}`"),
            Some(c) if is_blank(c) => format!("remove the blank after `{dots}`"),
            Some('[') => "write `[` right after the name, without a dot".to_owned(),
            Some('.') => {
                "one dot leads to a member and two to all below; three mean nothing".into()
            }
            Some(quote @ ('\'' | '"')) => {
                format!("a name in quotes stands in brackets: write `[{quote}name{quote}]`")
            }
            Some('0'..='9') if word.bytes().all(|byte| byte.is_ascii_digit()) => format!(
                "a number after a dot is no name: write `[{word}]` for the element of a list, or \
                 `['{word}']` for the member of a map"
            ),
            Some('-' | '0'..='9') => {
                format!("a name that starts like this needs quotes: write `{}`", Step::Name(word))
            }
            Some('~') => "there is no operator for names: select the members instead".to_owned(),
            Some('(' | '?') => "a filter stands in brackets, as in `[?@.name == 'a']`".to_owned(),
            Some(_) => format!("a name or `*` must follow `{dots}`; {}", self.found()),
        };
        let range = if range.is_empty() { self.here() } else { range };
        Self::error(range, advice)
    }

    /// Refuses a name that goes on with a character that needs quotes.
    pub(super) fn name_ends(&self, start: usize) -> Result<(), PathError> {
        let needs_quotes = |c| "-/:@$+%#*~\\{};?^`".contains(c);
        if !self.peek().is_some_and(needs_quotes) {
            return Ok(());
        }
        let range = self.meant(start);
        let word = self.slice(range.clone());
        let brackets = Step::Name(word);
        let advice = match self.peek() {
            Some('*') => format!(
                "`*` stands alone, for all members: to match part of a name there is no way, to \
                 name `{word}` itself write `{brackets}`"
            ),
            Some(c) => format!(
                "a name with `{c}` needs quotes and brackets, without the dot: write `{brackets}`"
            ),
            None => return Ok(()),
        };
        Err(Self::error(range, advice))
    }

    /// Nothing that can stand between brackets is here.
    pub(super) fn no_selector(&self, open: &Range<usize>) -> PathError {
        let range = self.meant(self.at);
        let advice = match self.peek() {
            None => return Self::error(open.clone(), "this `[` is never closed"),
            Some(']') if open.end == self.at => {
                "the brackets are empty: write `[*]` for all".into()
            }
            Some(']') => "remove the `,`, or write a selector after it".to_owned(),
            Some(',') => "a selector must stand before `,`".to_owned(),
            Some('(') => "there are no scripts in JSONPath (RFC 9535): use a filter `[?…]`, or \
                          `[-1]` for the last element"
                .to_owned(),
            Some('@' | '$') => "a query in brackets is a filter: write `[?@.name]`".to_owned(),
            Some('+') => "write the number without `+`".to_owned(),
            Some(c) if is_name_first(c) => {
                let word = Step::Name(self.slice(range.clone()));
                format!("a name in brackets needs quotes: write `{word}`")
            }
            Some(_) => format!(
                "a name in quotes, a number, a slice, `*` or a filter `?…` must stand here; {}",
                self.found()
            ),
        };
        let range = if range.is_empty() { self.here() } else { range };
        Self::error(range, advice)
    }

    /// Neither more of what a bracket or parenthesis holds nor its end is here.
    pub(super) fn not_closed(&self, open: Range<usize>, close: &str) -> PathError {
        if self.peek().is_none() {
            let sign = self.slice(open.clone());
            return Self::error(open, format!("this `{sign}` is never closed"));
        }
        let range = self.meant(self.at);
        let word = self.slice(range.clone());
        let range = if range.is_empty() { self.here() } else { range };
        let between = match word {
            "and" | "AND" => Some("&&"),
            "or" | "OR" => Some("||"),
            "is" | "eq" => Some("=="),
            "ne" => Some("!="),
            _ => None,
        };
        let advice = match (between, word, self.peek()) {
            (Some(sign), _, _) => format!("`{word}` is written `{sign}`"),
            (_, "in" | "nin" | "subsetof" | "contains", _) => {
                format!("there is no operator `{word}`: join comparisons with `||`, or use `match`")
            }
            (_, _, Some('&')) => "\"and\" is written `&&`".to_owned(),
            (_, _, Some('|')) => "\"or\" is written `||`".to_owned(),
            (_, _, Some('+' | '-' | '*' | '/' | '%')) => {
                "there is no arithmetic in JSONPath".to_owned()
            }
            (_, _, Some('=' | '!' | '<' | '>')) => {
                "comparisons do not chain: join them with `&&`".to_owned()
            }
            _ if close == "]" => format!("`,` or `]` must stand here; {}", self.found()),
            _ => format!("`{close}` must stand here; {}", self.found()),
        };
        Self::error(range, advice)
    }

    /// Nothing that can start a test is here.
    pub(super) fn no_expression(&self) -> PathError {
        let advice = match self.peek() {
            Some('.' | '[') => "in a filter the node itself is `@`: write `@.name`".to_owned(),
            Some('!') => "write `!(…)` around what the second `!` negates".to_owned(),
            Some('/') => {
                "there are no patterns between slashes: use `match(@.a, 'a.*')`".to_owned()
            }
            _ => format!(
                "a test must stand here, such as `@.name`, `@.name == 'a'` or `match(…)`; {}",
                self.found()
            ),
        };
        Self::error(self.here(), advice)
    }

    /// Nothing that can be a value is here.
    pub(super) fn no_value(&self) -> PathError {
        let advice = match self.peek() {
            Some('/') => {
                "there are no patterns between slashes: use `match(@.a, 'a.*')`".to_owned()
            }
            Some('[' | '{') => "there are no lists or maps to compare with: compare one by one, \
                                joined with `||`"
                .to_owned(),
            Some('+' | '.') => "a number starts with a digit or `-`".to_owned(),
            Some('(') => "a value stands without parentheses".to_owned(),
            _ => format!(
                "a value must stand here: text in quotes, a number, `true`, `false`, `null`, or a \
                 query such as `@.name`; {}",
                self.found()
            ),
        };
        Self::error(self.here(), advice)
    }

    /// A bare word in a filter that is neither a literal nor a function.
    pub(super) fn unknown_word(&self, word: &str, start: usize) -> PathError {
        let range = self.meant(start);
        let meant = self.slice(range.clone());
        let advice = match word {
            "True" | "False" | "Null" | "TRUE" | "FALSE" | "NULL" => {
                format!("`{word}` is written `{}`", word.to_ascii_lowercase())
            }
            "None" | "nil" => format!("`{word}` is written `null`"),
            "not" => "\"not\" is written `!`".to_owned(),
            "length" | "count" | "match" | "search" | "value" => {
                format!("the parenthesis of a function stands right after its name: `{word}(`")
            }
            _ => format!(
                "text needs quotes, a member of the node needs `@`: write `'{0}'` or `@.{0}`",
                short(meant)
            ),
        };
        Self::error(range, advice)
    }

    /// Refuses what other languages write as an operator, after `eaten` of it.
    pub(super) fn check_operator(&self, eaten: &str) -> Result<(), PathError> {
        let advice = match (eaten, self.peek()) {
            ("==" | "!=", Some('=')) => "there is no `===`: write `==`",
            ("<", Some('>')) => "\"not equal\" is written `!=`",
            ("", Some('=')) if self.rest().starts_with("=~") => {
                "there is no `=~`: use `match(@.a, 'a.*')` for the whole text, `search` for a part"
            }
            ("", Some('=')) => "\"equal\" is written `==`",
            ("", Some('~')) => "there is no `~`: use `match(@.a, 'a.*')`",
            _ => return Ok(()),
        };
        let start = self.at - eaten.len();
        Err(Self::error(start..self.here().end, advice))
    }
}

/// The segment for a name or an index, as short as it can be written.
fn step(word: &str) -> String {
    if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("[{word}]")
    } else if word.starts_with(is_name_first) && word.chars().all(is_name) {
        format!(".{word}")
    } else {
        Step::Name(word).to_string()
    }
}

/// The beginning of a text, when it is long.
fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
