//! The functions there are: a table in each file, one line a function.

mod amount;
mod list;
mod network;
mod text;
mod time;

use regex::Regex;

use super::EvaluationError;
use super::code::Type;
use super::value::Value;

/// The value of a call.
type Called<'a> = Result<Value<'a>, EvaluationError>;

/// What a function does. A receiver, as in `text.size()`, is the first argument. The pattern is
/// given where it was written out.
type Call = for<'a> fn(&[Value<'a>], Option<&Regex>) -> Called<'a>;

/// One function; every function may be written `f(a, b)` or `a.f(b)`.
#[derive(Debug)]
pub(super) struct Function {
    /// Its name and those of its arguments: `substring(text, from[, to])`.
    pub(super) usage: &'static str,
    /// What it gives, for people.
    pub(super) summary: &'static str,
    /// The types of each argument; none where it may be anything.
    takes: &'static [&'static [Type]],
    /// How many of the last arguments may be left out.
    optional: usize,
    pub(super) gives: Type,
    /// Which argument is a regular expression.
    pub(super) pattern: Option<usize>,
    /// Whether it looks at all that its arguments hold, not at their elements alone.
    pub(super) deep: bool,
    pub(super) call: Call,
}

impl Function {
    const fn optional(mut self, arguments: usize) -> Self {
        self.optional = arguments;
        self
    }

    const fn pattern(mut self) -> Self {
        self.pattern = Some(1);
        self
    }

    const fn deep(mut self) -> Self {
        self.deep = true;
        self
    }

    /// What it is called.
    pub(super) fn name(&self) -> &'static str {
        self.usage.split('(').next().unwrap_or(self.usage)
    }

    /// The least and the most arguments, the receiver among them.
    pub(super) const fn arity(&self) -> (usize, usize) {
        (self.takes.len() - self.optional, self.takes.len())
    }

    /// Whether an argument may be of a type.
    pub(super) fn accepts(&self, argument: usize, of_type: Type) -> bool {
        let wanted = self.takes.get(argument).copied().unwrap_or(ANY);
        of_type == Type::Any || wanted.is_empty() || wanted.contains(&of_type)
    }
}

const fn function(
    usage: &'static str,
    summary: &'static str,
    takes: &'static [&'static [Type]],
    gives: Type,
    call: Call,
) -> Function {
    Function { usage, summary, takes, optional: 0, gives, pattern: None, deep: false, call }
}

const ANY: &[Type] = &[];
const TEXT: &[Type] = &[Type::Text];
const LIST: &[Type] = &[Type::List];
const NUMBER: &[Type] = &[Type::Number];

const TABLES: [&[Function]; 5] =
    [text::FUNCTIONS, list::FUNCTIONS, amount::FUNCTIONS, time::FUNCTIONS, network::FUNCTIONS];

/// All functions.
pub(super) fn all() -> impl Iterator<Item = &'static Function> {
    TABLES.into_iter().flatten()
}

/// The function of a name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name() == name)
}

/// The text of an argument.
fn text_of<'v>(values: &'v [Value<'_>], at: usize) -> Result<&'v str, EvaluationError> {
    match values.get(at).unwrap_or(&Value::Null) {
        Value::Text(text) => Ok(text),
        other => Err(super::machine::wrong_type(other, "a string", "un texte")),
    }
}

/// The integer of an argument.
fn int_of(values: &[Value<'_>], at: usize) -> Result<i64, EvaluationError> {
    let value = values.get(at).unwrap_or(&Value::Null);
    value.integer().ok_or_else(|| super::machine::wrong_type(value, "an integer", "un entier"))
}

/// The elements of a list argument.
fn items_of<'a>(values: &[Value<'a>], at: usize) -> Result<Vec<Value<'a>>, EvaluationError> {
    let value = values.get(at).unwrap_or(&Value::Null);
    value.items().ok_or_else(|| super::machine::wrong_type(value, "a list", "une liste"))
}

/// That a text cannot be read as what a function makes of it.
fn unreadable(text: &str, en: &str, fr: &str) -> EvaluationError {
    EvaluationError::of_type(aplomb_model::Phrase::new(
        format!("“{text}” is not {en}"),
        format!("« {text} » n'est pas {fr}"),
    ))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn tables_are_sorted_and_names_are_unique() {
        for functions in TABLES {
            assert!(functions.is_sorted_by_key(Function::name), "{functions:?}");
        }
        let names: BTreeSet<_> = all().map(Function::name).collect();
        assert_eq!(names.len(), all().count());
        assert!(find("version").is_some() && find("versions").is_none());
    }

    #[test]
    fn usages_name_as_many_arguments_as_there_are() {
        for function in all() {
            let (least, most) = function.arity();
            let arguments = function.usage.split_once('(').map_or("", |(_, rest)| rest);
            let (needed, _) = arguments.split_once('[').unwrap_or((arguments, ""));
            assert_eq!(arguments.split(", ").count(), most, "{}", function.usage);
            assert_eq!(needed.split(", ").count(), least, "{}", function.usage);
        }
    }
}
