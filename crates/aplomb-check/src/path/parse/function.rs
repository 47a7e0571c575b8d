use std::ops::Range;

use aplomb_model::Value;

use super::{MAX_PATTERNS, NESTED, Parser};
use crate::path::PathError;
use crate::path::ast::{Logic, Match, Pattern, Query, Term};
use crate::path::regexp;

/// A function applied to its arguments, by the type of its result (RFC 9535 section 2.4).
pub(super) enum Call {
    Term(Term),
    Logic(Logic),
}

impl Parser<'_> {
    /// The arguments of the function `name`; the caller saw the opening parenthesis.
    pub(super) fn call(&mut self, name: &str, start: usize) -> Result<Call, PathError> {
        let open = self.at..self.at + 1;
        self.at += 1;
        let level = self.level;
        self.deepen(NESTED)?;
        self.blanks();
        let call = match name {
            "length" => Call::Term(Term::Length(Box::new(self.value_argument(name, "(@.a)")?))),
            "count" => Call::Term(Term::Count(self.nodes_argument(name)?)),
            "value" => Call::Term(Term::Value(self.nodes_argument(name)?)),
            "match" => Call::Logic(self.pattern_arguments(name, &open, true)?),
            "search" => Call::Logic(self.pattern_arguments(name, &open, false)?),
            _ => {
                return self.fail(
                    start..start + name.len(),
                    format!(
                        "unknown function `{name}`: there are `length`, `count`, `match`, \
                         `search` and `value`"
                    ),
                );
            }
        };
        self.blanks();
        if self.peek() == Some(',') {
            let wanted =
                if matches!(name, "match" | "search") { "two arguments" } else { "one argument" };
            return self.fail(self.here(), format!("`{name}` takes {wanted}"));
        }
        if !self.eat(")") {
            return Err(self.not_closed(open, ")"));
        }
        self.level = level;
        Ok(call)
    }

    fn value_argument(&mut self, name: &str, example: &str) -> Result<Term, PathError> {
        if self.peek() == Some(')') {
            return self
                .fail(self.here(), format!("`{name}` needs an argument, as in `{name}{example}`"));
        }
        self.value()
    }

    fn nodes_argument(&mut self, name: &str) -> Result<Query, PathError> {
        if !matches!(self.peek(), Some('@' | '$')) {
            return self.fail(self.here(), format!("`{name}` takes a query, as in `{name}(@.*)`"));
        }
        self.query()
    }

    fn pattern_arguments(
        &mut self,
        name: &str,
        open: &Range<usize>,
        whole: bool,
    ) -> Result<Logic, PathError> {
        const EXAMPLE: &str = "(@.a, 'a.*')";
        let text = self.value_argument(name, EXAMPLE)?;
        self.blanks();
        if !self.eat(",") {
            if self.peek() == Some(')') {
                return self.fail(
                    self.here(),
                    format!("`{name}` needs a pattern as well, as in `{name}{EXAMPLE}`"),
                );
            }
            return Err(self.not_closed(open.clone(), ")"));
        }
        self.blanks();
        let start = self.at;
        let pattern = match self.value_argument(name, EXAMPLE)? {
            Term::Literal(Value::Text(pattern)) => {
                Pattern::Fixed(self.pattern(&pattern, whole, start)?)
            }
            term => Pattern::Computed(term),
        };
        Ok(Logic::Match(Box::new(Match { text, pattern, whole })))
    }

    fn pattern(
        &mut self,
        pattern: &str,
        whole: bool,
        start: usize,
    ) -> Result<regex::Regex, PathError> {
        let range = start..self.at;
        self.patterns += 1;
        if self.patterns > MAX_PATTERNS {
            return self.fail(
                range,
                format!("a path holds at most {MAX_PATTERNS} patterns: join some with `|`"),
            );
        }
        regexp::fixed(pattern, whole)
            .map_err(|reason| Self::error(range, format!("the pattern is not valid: {reason}")))
    }
}
