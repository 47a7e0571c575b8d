use std::collections::HashMap;

use aplomb_model::{Member, Node, Phrase, Span, Value};

use super::statements::{Mark, Statement, Token};
use crate::piece::{Piece, map};
use crate::repetition::Repetition;
use crate::{Limits, ReadError};

/// The variables of a ruleset, each with the values that it stands for.
pub(super) struct Defines {
    members: Vec<Member>,
    numbers: HashMap<Box<str>, usize>,
    repetition: Repetition,
}

impl Defines {
    pub(super) fn new(limits: &Limits) -> Self {
        let repetition = Repetition::new(limits);
        Self { members: Vec::new(), numbers: HashMap::new(), repetition }
    }

    /// `define name = value`
    pub(super) fn define(
        &mut self,
        name: Piece<'_>,
        statement: &Statement<'_>,
    ) -> Result<(), (Span, Phrase)> {
        let tokens = statement.from(3);
        if statement.word(2) != "=" || tokens.is_empty() {
            return Err((statement.span(), no_value()));
        }
        let values = self.values(tokens);
        let span = tokens.iter().map(|token| token.piece.span()).reduce(Span::cover);
        let value = Node::new(span.unwrap_or_default(), Value::List(values));
        self.numbers.insert(name.text().into(), self.members.len());
        self.members.push(name.names(value));
        Ok(())
    }

    /// The values that tokens with commas between them name, variables replaced. Values of several
    /// words are joined by blanks.
    pub(super) fn values(&mut self, tokens: &[Token<'_>]) -> Vec<Node> {
        let mut values = Vec::new();
        for part in tokens.split(|token| token.mark == Mark::Sign && is_between(token)) {
            match part {
                [] => {}
                [only] => self.value(only, &mut values),
                [first, .., last] => {
                    let words: Vec<_> = part.iter().map(|token| token.piece.text()).collect();
                    let span = first.piece.span().cover(last.piece.span());
                    values.push(Node::text(span, words.join(" ")));
                }
            }
        }
        values
    }

    fn value(&mut self, token: &Token<'_>, values: &mut Vec<Node>) {
        let known = token.piece.strip_prefix('$').and_then(|name| self.numbers.get(name.text()));
        let known = known.and_then(|number| self.members.get(*number));
        let Some(known) = known else {
            values.push(token.piece.node());
            return;
        };
        for item in known.value.items() {
            if !self.repetition.allows_node(token.piece.span(), item) {
                return;
            }
            values.push(item.clone());
        }
    }

    /// Whether the variables have brought in too much.
    pub(super) fn check(&self) -> Result<(), ReadError> {
        self.repetition.check()
    }

    pub(super) fn into_node(self) -> Node {
        let spans = self.members.iter().map(|member| member.value.span);
        let span = spans.reduce(Span::cover).unwrap_or_default();
        map(span, self.members)
    }
}

/// Whether a sign only separates or encloses values.
fn is_between(token: &Token<'_>) -> bool {
    matches!(token.piece.text(), "," | "{" | "}")
}

fn no_value() -> Phrase {
    Phrase::new(
        "this variable has no value; write `define NAME = value`",
        "cette variable n'a pas de valeur ; écrire « define NOM = valeur »",
    )
}
