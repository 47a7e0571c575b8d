use aplomb_model::Value;

use super::function::Call;
use super::{NESTED, Parser, is_name, is_name_first};
use crate::path::PathError;
use crate::path::ast::{Comparison, Logic, Operator, Origin, Query, Term};

impl Parser<'_> {
    /// `a || b`
    pub(super) fn logic(&mut self) -> Result<Logic, PathError> {
        let mut parts = vec![self.conjunction()?];
        while self.operator_between("||") {
            parts.push(self.conjunction()?);
        }
        Ok(only(parts).unwrap_or_else(Logic::Or))
    }

    /// `a && b`
    fn conjunction(&mut self) -> Result<Logic, PathError> {
        let mut parts = vec![self.basic()?];
        while self.operator_between("&&") {
            parts.push(self.basic()?);
        }
        Ok(only(parts).unwrap_or_else(Logic::And))
    }

    fn operator_between(&mut self, operator: &str) -> bool {
        let before = self.at;
        self.blanks();
        if self.eat(operator) {
            self.blanks();
            return true;
        }
        self.at = before;
        false
    }

    fn basic(&mut self) -> Result<Logic, PathError> {
        let start = self.at;
        if self.eat("!") {
            self.blanks();
            return Ok(Logic::Not(Box::new(self.negated(start)?)));
        }
        match self.peek() {
            Some('(') => self.parentheses(),
            Some('@' | '$') => {
                let query = self.query()?;
                match self.comparison_operator()? {
                    None => Ok(Logic::Exists(query)),
                    Some(operator) => {
                        let left = self.singular(query, start)?;
                        self.comparison(left, operator)
                    }
                }
            }
            Some(c) if is_name_first(c) => match self.word()? {
                Word::Literal(value) => self.compare_literal(value, start),
                Word::Call(call) => self.after_call(call, start),
            },
            _ => match self.literal()? {
                Some(value) => self.compare_literal(value, start),
                None => Err(self.no_expression()),
            },
        }
    }

    /// What `!` negates: a parenthesis, or a test without comparison.
    fn negated(&mut self, start: usize) -> Result<Logic, PathError> {
        let logic = match self.peek() {
            Some('(') => return self.parentheses(),
            Some('@' | '$') => Logic::Exists(self.query()?),
            Some(c) if is_name_first(c) => match self.word()? {
                Word::Call(Call::Logic(logic)) => logic,
                _ => return self.fail(start..self.at, "`!` negates tests only: use `!=`"),
            },
            _ => return Err(self.no_expression()),
        };
        if self.comparison_operator()?.is_some() {
            return self.fail(
                start..self.at,
                "`!` does not reach over a comparison: write `!(…)` around it, or use `!=`",
            );
        }
        Ok(logic)
    }

    fn parentheses(&mut self) -> Result<Logic, PathError> {
        let open = self.at..self.at + 1;
        self.at += 1;
        let level = self.level;
        self.deepen(NESTED)?;
        self.blanks();
        let logic = self.logic()?;
        self.blanks();
        if !self.eat(")") {
            return Err(self.not_closed(open, ")"));
        }
        self.level = level;
        if self.comparison_operator()?.is_some() {
            return self.fail(
                open.start..self.at,
                "a parenthesis is true or false and cannot be compared: remove the parentheses \
                 around the value",
            );
        }
        Ok(logic)
    }

    /// A filter's query, of any kind.
    pub(super) fn query(&mut self) -> Result<Query, PathError> {
        let origin = if self.eat("$") {
            Origin::Root
        } else {
            self.at += 1;
            Origin::Current
        };
        let segments = self.segments()?;
        Ok(Query { origin, segments })
    }

    fn singular(&self, query: Query, start: usize) -> Result<Term, PathError> {
        if query.is_singular() {
            return Ok(Term::Query(query));
        }
        self.fail(
            start..self.at,
            "this can select several nodes, where one value is needed: use `count(…)` or \
             `value(…)`, or test within a filter such as `@.items[?@.name == 'a']`",
        )
    }

    fn comparison(&mut self, left: Term, operator: Operator) -> Result<Logic, PathError> {
        self.blanks();
        let right = self.value()?;
        Ok(Logic::Compare(Box::new(Comparison { left, operator, right })))
    }

    fn compare_literal(&mut self, value: Value, start: usize) -> Result<Logic, PathError> {
        let end = self.at;
        match self.comparison_operator()? {
            Some(operator) => self.comparison(Term::Literal(value), operator),
            None => self
                .fail(start..end, "a value alone tests nothing: compare it, as in `@.name == 'a'`"),
        }
    }

    fn after_call(&mut self, call: Call, start: usize) -> Result<Logic, PathError> {
        let end = self.at;
        match (call, self.comparison_operator()?) {
            (Call::Logic(logic), None) => Ok(logic),
            (Call::Term(term), Some(operator)) => self.comparison(term, operator),
            (Call::Logic(_), Some(_)) => self.fail(
                start..self.at,
                "this function is already true or false: drop the comparison, or negate with `!`",
            ),
            (Call::Term(_), None) => self.fail(
                start..end,
                "this function gives a value: compare it, as in `count(@.*) > 1`",
            ),
        }
    }

    /// A value: a literal, a singular query, or a function that gives one.
    pub(super) fn value(&mut self) -> Result<Term, PathError> {
        let start = self.at;
        match self.peek() {
            Some('@' | '$') => {
                let query = self.query()?;
                self.singular(query, start)
            }
            Some(c) if is_name_first(c) => match self.word()? {
                Word::Literal(value) => Ok(Term::Literal(value)),
                Word::Call(Call::Term(term)) => Ok(term),
                Word::Call(Call::Logic(_)) => self.fail(
                    start..self.at,
                    "this function is true or false and gives no value: test it on its own",
                ),
            },
            _ => match self.literal()? {
                Some(value) => Ok(Term::Literal(value)),
                None => Err(self.no_value()),
            },
        }
    }

    /// A number or a text, if one stands here.
    fn literal(&mut self) -> Result<Option<Value>, PathError> {
        match self.peek() {
            Some('-' | '0'..='9') => self.number().map(Some),
            Some('\'' | '"') => Ok(Some(Value::Text(self.string()?.into()))),
            _ => Ok(None),
        }
    }

    /// A literal or a function, both of which start with a letter.
    fn word(&mut self) -> Result<Word, PathError> {
        let start = self.at;
        let word = self.eat_while(is_name);
        if self.peek() == Some('(') {
            return self.call(word, start).map(Word::Call);
        }
        match word {
            "true" => Ok(Word::Literal(Value::Bool(true))),
            "false" => Ok(Word::Literal(Value::Bool(false))),
            "null" => Ok(Word::Literal(Value::Null)),
            _ => Err(self.unknown_word(word, start)),
        }
    }

    fn comparison_operator(&mut self) -> Result<Option<Operator>, PathError> {
        let before = self.at;
        self.blanks();
        for (token, operator) in [
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ] {
            if self.eat(token) {
                self.check_operator(token)?;
                return Ok(Some(operator));
            }
        }
        self.check_operator("")?;
        self.at = before;
        Ok(None)
    }
}

enum Word {
    Literal(Value),
    Call(Call),
}

/// The single part, or all of them back.
fn only(mut parts: Vec<Logic>) -> Result<Logic, Vec<Logic>> {
    match parts.pop() {
        Some(part) if parts.is_empty() => Ok(part),
        last => {
            parts.extend(last);
            Err(parts)
        }
    }
}
