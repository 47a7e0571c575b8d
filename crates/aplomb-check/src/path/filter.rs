use aplomb_model::{Member, Node, Value};

use super::ast::{Logic, Match, Origin, Pattern, Query, Term};
use super::compare::{self, Operand};
use super::evaluate::{Evaluation, Sink, Stop};

impl<'a> Evaluation<'a> {
    /// Whether an expression is true of a node.
    pub(super) fn holds(&mut self, logic: &Logic, node: &'a Node) -> Result<bool, Stop> {
        match logic {
            Logic::Or(parts) => {
                for part in parts {
                    if self.holds(part, node)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Logic::And(parts) => {
                for part in parts {
                    if !self.holds(part, node)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Logic::Not(inner) => Ok(!self.holds(inner, node)?),
            Logic::Exists(query) => Ok(self.tally(query, node, 1)?.count > 0),
            Logic::Compare(comparison) => {
                let left = self.term(&comparison.left, node)?;
                let right = self.term(&comparison.right, node)?;
                compare::holds(comparison.operator, left, right, &mut self.budget)
            }
            Logic::Match(expression) => self.matches(expression, node),
        }
    }

    fn matches(&mut self, expression: &Match, node: &'a Node) -> Result<bool, Stop> {
        let Operand::Value(Value::Text(text)) = self.term(&expression.text, node)? else {
            return Ok(false);
        };
        self.budget.read(text.len())?;
        match &expression.pattern {
            Pattern::Fixed(regex) => Ok(regex.is_match(text)),
            Pattern::Computed(term) => {
                let Operand::Value(Value::Text(pattern)) = self.term(term, node)? else {
                    return Ok(false);
                };
                let whole = expression.whole;
                let regex = self.patterns.get(pattern, whole, &mut self.budget)?;
                Ok(regex.is_some_and(|regex| regex.is_match(text)))
            }
        }
    }

    /// The value an expression has for a node.
    fn term<'v>(&mut self, term: &'v Term, node: &'a Node) -> Result<Operand<'v>, Stop>
    where
        'a: 'v,
    {
        match term {
            Term::Literal(value) => Ok(Operand::Value(value)),
            Term::Query(query) => Ok(Operand::of(self.tally(query, node, 1)?.first)),
            Term::Length(inner) => {
                let inner = self.term(inner, node)?;
                self.length(inner)
            }
            Term::Count(query) => Ok(Operand::Number(self.tally(query, node, usize::MAX)?.count)),
            Term::Value(query) => {
                let tally = self.tally(query, node, 2)?;
                Ok(Operand::of(tally.first.filter(|_| tally.count == 1)))
            }
        }
    }

    /// Characters of a text, elements of a list, members of a map as written; of anything
    /// else nothing.
    fn length(&mut self, operand: Operand<'_>) -> Result<Operand<'static>, Stop> {
        let Operand::Value(value) = operand else {
            return Ok(Operand::Nothing);
        };
        match value {
            Value::Text(text) => {
                self.budget.read(text.len())?;
                Ok(Operand::Number(text.chars().count()))
            }
            Value::List(items) => Ok(Operand::Number(items.len())),
            Value::Map(members) => Ok(Operand::Number(members.len())),
            _ => Ok(Operand::Nothing),
        }
    }

    /// Runs a query until `enough` nodes are found.
    fn tally(&mut self, query: &Query, node: &'a Node, enough: usize) -> Result<Tally<'a>, Stop> {
        let start = match query.origin {
            Origin::Root => self.root,
            Origin::Current => node,
        };
        let mut tally = Tally { first: None, count: 0, enough };
        match self.walk(start, (), &query.segments, &mut tally) {
            Ok(()) | Err(Stop::Enough) => Ok(tally),
            Err(Stop::TooCostly) => Err(Stop::TooCostly),
        }
    }
}

/// Counts nodes and keeps the first.
struct Tally<'a> {
    first: Option<&'a Node>,
    count: usize,
    enough: usize,
}

impl<'a> Sink<'a> for Tally<'a> {
    type At = ();
    const ROOT: () = ();

    #[inline]
    fn member(&mut self, (): (), _: &'a Member) {}

    #[inline]
    fn item(&mut self, (): (), _: usize) {}

    #[inline]
    fn back(&mut self, (): ()) {}

    #[inline]
    fn expect(&mut self, _: usize) {}

    #[inline]
    fn cost(&self, (): ()) -> usize {
        0
    }

    #[inline]
    fn take(&mut self, (): (), node: &'a Node) -> Result<(), Stop> {
        self.first.get_or_insert(node);
        self.count += 1;
        if self.count >= self.enough {
            return Err(Stop::Enough);
        }
        Ok(())
    }
}
