//! Expressions in CEL (the Common Expression Language), evaluated over the tree in place.
//!
//! The grammar is read by the `cel` crate's parser; what a program means is ours: its names,
//! functions, arity and evident types are checked when it is compiled, lists and maps of the tree
//! are borrowed and never copied, every step is counted against a budget, a missing key is told
//! apart from a mistake, and the functions read what people write in deliveries. Semantics follow
//! the language definition of cel-spec; functions carry Kubernetes' names where it has them.

mod code;
mod functions;
mod lower;
mod machine;
mod value;

use std::cell::Cell;

use aplomb_model::{Node, Phrase, Span};
use chrono::{DateTime, FixedOffset};

use code::Code;
use machine::Machine;
use value::Value;

/// The variables there are; which of them a program may use is said when it is compiled.
const VARIABLES: [&str; 10] =
    ["node", "root", "subject", "delivery", "params", "entry", "left", "right", "key", "now"];

/// Characters of a program.
const LONGEST: usize = 4096;

/// A compiled program.
#[derive(Debug)]
pub struct Expression {
    code: Code,
}

/// Why a text is not a program over the variables given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// What is wrong: a fragment.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The bytes of the program's text it is about.
    pub span: Span,
}

/// Why a program gives no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvaluationError {
    /// What kind of trouble.
    pub kind: EvaluationErrorKind,
    /// What is wrong, for the report.
    pub message: Phrase,
}

/// What kind of trouble an evaluation met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvaluationErrorKind {
    /// A key that is not there: evidence is missing.
    MissingKey(String),
    /// A value of a type the program cannot work with.
    Type,
    /// More steps than one evaluation may take.
    TooCostly,
    /// Anything else: a number too large, an index past the end.
    Other,
}

/// The values of the variables for one evaluation. Binding costs a pointer.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    now: DateTime<FixedOffset>,
    bound: [Option<&'a Node>; VARIABLES.len()],
    budget: Option<&'a Cell<usize>>,
}

impl<'a> Scope<'a> {
    /// Nothing but the time.
    pub const fn new(now: DateTime<FixedOffset>) -> Self {
        Self { now, bound: [None; VARIABLES.len()], budget: None }
    }

    /// With steps that all evaluations over the scope share: many that are each cheap enough can
    /// be too much together.
    #[must_use]
    pub const fn within(mut self, budget: &'a Cell<usize>) -> Self {
        self.budget = Some(budget);
        self
    }

    /// With a variable; a name that is no variable is passed over.
    #[must_use]
    pub fn with(mut self, name: &str, node: &'a Node) -> Self {
        if let Some(index) = VARIABLES.iter().position(|known| *known == name) {
            self.bound[index] = Some(node);
        }
        self
    }

    /// The value of a variable, by its place in [`VARIABLES`].
    fn value(&self, index: usize) -> Option<Value<'a>> {
        if VARIABLES[index] == "now" {
            return Some(Value::Timestamp(self.now));
        }
        self.bound[index].map(Value::of)
    }
}

/// The functions there are: how each is written, and what it gives.
pub fn functions() -> impl Iterator<Item = (&'static str, &'static str)> {
    functions::all().map(|function| (function.usage, function.summary))
}

impl Expression {
    /// Compiles a program that may use `variables`.
    ///
    /// # Errors
    /// What is not well-formed, an unknown name or function, a wrong number of arguments, types
    /// that evidently do not fit, and programs whose cost has no useful bound.
    pub fn compile(text: &str, variables: &[&'static str]) -> Result<Self, ExpressionError> {
        let (code, _) = lower::program(text, variables)?;
        Ok(Self { code })
    }

    /// Compiles a program that must be true or false.
    ///
    /// # Errors
    /// As [`compile`](Self::compile), and where the value evidently is no boolean.
    pub fn compile_condition(
        text: &str,
        variables: &[&'static str],
    ) -> Result<Self, ExpressionError> {
        let (code, of_type) = lower::program(text, variables)?;
        if !matches!(of_type, code::Type::Any | code::Type::Bool) {
            return Err(ExpressionError {
                message: format!("this gives a {of_type}, and must be true or false"),
                help: Some("compare it with something".into()),
                span: Span::from_range(0..text.len()),
            });
        }
        Ok(Self { code })
    }

    /// The program's value, as a node without a place. Timestamps and the like become text.
    ///
    /// # Errors
    /// When there is none.
    pub fn evaluate(&self, scope: &Scope<'_>) -> Result<Node, EvaluationError> {
        Machine::new(scope).run(&self.code).map(|value| value.to_node())
    }

    /// Whether the program holds.
    ///
    /// # Errors
    /// When it has no value, or one that is neither true nor false.
    pub fn holds(&self, scope: &Scope<'_>) -> Result<bool, EvaluationError> {
        match Machine::new(scope).run(&self.code)? {
            Value::Bool(value) => Ok(value),
            other => {
                let found = other.type_name();
                Err(EvaluationError::of_type(Phrase::new(
                    format!("the expression gives a {found}, not true or false"),
                    format!("l'expression donne une valeur de type {found}, ni vrai ni faux"),
                )))
            }
        }
    }
}

impl EvaluationError {
    fn of_type(message: Phrase) -> Self {
        Self { kind: EvaluationErrorKind::Type, message }
    }

    fn other(message: Phrase) -> Self {
        Self { kind: EvaluationErrorKind::Other, message }
    }

    fn missing(key: &str) -> Self {
        Self {
            kind: EvaluationErrorKind::MissingKey(key.to_owned()),
            message: Phrase::new(format!("`{key}` is missing"), format!("« {key} » est absent")),
        }
    }

    fn too_costly() -> Self {
        Self {
            kind: EvaluationErrorKind::TooCostly,
            message: Phrase::new(
                "the expression takes too many steps",
                "l'expression demande trop d'étapes",
            ),
        }
    }
}

#[cfg(test)]
mod tests;
