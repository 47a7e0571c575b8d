//! The functions there are.

mod amount;
mod list;
mod network;
mod text;
mod time;

use std::ops::RangeInclusive;

use regex::Regex;

use super::EvaluationError;
use super::code::Type;
use super::value::Value;

/// The value of a call.
type Called<'a> = Result<Value<'a>, EvaluationError>;

/// One function. A receiver, as in `text.size()`, is the first argument; every function may be
/// written either way.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    /// How many arguments, the receiver among them.
    pub(super) arity: RangeInclusive<usize>,
    /// The types of the first arguments; those beyond may be anything.
    takes: &'static [&'static [Type]],
    pub(super) gives: Type,
    /// Which argument is a regular expression.
    pub(super) pattern: Option<usize>,
    /// The pattern is given where it was written out.
    pub(super) call: for<'a> fn(&[Value<'a>], Option<&Regex>) -> Called<'a>,
}

impl Function {
    /// Whether an argument may be of a type.
    pub(super) fn accepts(&self, argument: usize, of_type: Type) -> bool {
        let wanted = self.takes.get(argument);
        of_type == Type::Any || wanted.is_none_or(|wanted| wanted.contains(&of_type))
    }
}

const TEXT: &[Type] = &[Type::Text];
const LIST: &[Type] = &[Type::List];
const NUMBER: &[Type] = &[Type::Number];

/// A function without a pattern.
const fn function(
    name: &'static str,
    arity: RangeInclusive<usize>,
    takes: &'static [&'static [Type]],
    gives: Type,
    call: for<'a> fn(&[Value<'a>], Option<&Regex>) -> Called<'a>,
) -> Function {
    Function { name, arity, takes, gives, pattern: None, call }
}

/// A function whose second argument is a regular expression.
const fn matching(
    name: &'static str,
    arity: RangeInclusive<usize>,
    gives: Type,
    call: for<'a> fn(&[Value<'a>], Option<&Regex>) -> Called<'a>,
) -> Function {
    Function { name, arity, takes: &[TEXT, TEXT], gives, pattern: Some(1), call }
}

/// All functions, sorted by name.
pub(super) static FUNCTIONS: &[Function] = &[
    function("add", 2..=2, &[&[Type::Quantity]], Type::Quantity, amount::add),
    function(
        "addMonths",
        2..=2,
        &[&[Type::Timestamp, Type::Text], NUMBER],
        Type::Timestamp,
        time::add_months,
    ),
    function("asApproximateFloat", 1..=1, &[&[Type::Quantity]], Type::Number, amount::as_float),
    function("base", 1..=1, &[TEXT], Type::Text, text::base),
    function("cell", 2..=9, &[&[Type::Map], TEXT, TEXT, TEXT], Type::Any, list::cell),
    function("charAt", 2..=2, &[TEXT, NUMBER], Type::Text, text::char_at),
    function("cidr", 1..=1, &[TEXT], Type::Network, network::cidr),
    function("compareTo", 2..=2, &[], Type::Number, amount::compare_to),
    function("contains", 2..=2, &[TEXT, TEXT], Type::Bool, text::contains),
    function("containsCIDR", 2..=2, &[&[Type::Network]], Type::Bool, network::contains_cidr),
    function("containsIP", 2..=2, &[&[Type::Network]], Type::Bool, network::contains_ip),
    function("date", 1..=1, &[&[Type::Text, Type::Timestamp]], Type::Timestamp, time::date),
    function("days", 1..=1, &[NUMBER], Type::Duration, time::days),
    function("distinct", 1..=1, &[LIST], Type::List, list::distinct),
    function("double", 1..=1, &[], Type::Number, amount::double),
    function("duration", 1..=1, &[&[Type::Text, Type::Duration]], Type::Duration, time::duration),
    function("endsWith", 2..=2, &[TEXT, TEXT], Type::Bool, text::ends_with),
    function("family", 1..=1, &[&[Type::Network]], Type::Number, network::family),
    matching("find", 2..=2, Type::Text, text::find),
    matching("findAll", 2..=2, Type::List, text::find_all),
    function("flatten", 1..=1, &[LIST], Type::List, list::flatten),
    function("getDayOfMonth", 1..=1, &[&[Type::Timestamp]], Type::Number, time::day_of_month),
    function("getDayOfWeek", 1..=1, &[&[Type::Timestamp]], Type::Number, time::day_of_week),
    function("getFullYear", 1..=1, &[&[Type::Timestamp]], Type::Number, time::full_year),
    function(
        "getHours",
        1..=1,
        &[&[Type::Timestamp, Type::Duration]],
        Type::Number,
        time::hours_of,
    ),
    function(
        "getMinutes",
        1..=1,
        &[&[Type::Timestamp, Type::Duration]],
        Type::Number,
        time::minutes_of,
    ),
    function("getMonth", 1..=1, &[&[Type::Timestamp]], Type::Number, time::month),
    function(
        "getSeconds",
        1..=1,
        &[&[Type::Timestamp, Type::Duration]],
        Type::Number,
        time::seconds_of,
    ),
    function("hosts", 1..=1, &[&[Type::Text, Type::List]], Type::List, text::hosts),
    function("hours", 1..=1, &[NUMBER], Type::Duration, time::hours),
    function("indexOf", 2..=2, &[&[Type::Text, Type::List]], Type::Number, list::index_of),
    function("int", 1..=1, &[], Type::Number, amount::int),
    function("ip", 1..=1, &[TEXT], Type::Network, network::ip),
    function("isCIDR", 1..=1, &[TEXT], Type::Bool, network::is_cidr),
    function("isGreaterThan", 2..=2, &[], Type::Bool, amount::is_greater_than),
    function("isIP", 1..=1, &[TEXT], Type::Bool, network::is_ip),
    function("isLessThan", 2..=2, &[], Type::Bool, amount::is_less_than),
    function("isLoopback", 1..=1, &[&[Type::Network]], Type::Bool, network::is_loopback),
    function("isQuantity", 1..=1, &[TEXT], Type::Bool, amount::is_quantity),
    function("isSemver", 1..=1, &[TEXT], Type::Bool, amount::is_semver),
    function("isSorted", 1..=1, &[LIST], Type::Bool, list::is_sorted),
    function("join", 1..=2, &[LIST, TEXT], Type::Text, list::join),
    function("lowerAscii", 1..=1, &[TEXT], Type::Text, text::lower_ascii),
    function("major", 1..=1, &[&[Type::Version]], Type::Number, amount::major),
    matching("matches", 2..=2, Type::Bool, text::matches),
    function("max", 1..=1, &[LIST], Type::Any, list::max),
    function("min", 1..=1, &[LIST], Type::Any, list::min),
    function("minor", 1..=1, &[&[Type::Version]], Type::Number, amount::minor),
    function("minutes", 1..=1, &[NUMBER], Type::Duration, time::minutes),
    function("plain", 1..=1, &[TEXT], Type::Text, text::plain),
    function("ports", 1..=1, &[&[Type::Text, Type::Number, Type::List]], Type::List, text::ports),
    function("prefixLength", 1..=1, &[&[Type::Network]], Type::Number, network::prefix_length),
    function("protocols", 1..=1, &[TEXT], Type::List, text::protocols),
    function("quantity", 1..=1, &[&[Type::Text, Type::Number]], Type::Quantity, amount::quantity),
    function("replace", 3..=3, &[TEXT, TEXT, TEXT], Type::Text, text::replace),
    function("reverse", 1..=1, &[LIST], Type::List, list::reverse),
    function("semver", 1..=1, &[TEXT], Type::Version, amount::semver),
    function("sets.contains", 2..=2, &[LIST, LIST], Type::Bool, list::sets_contains),
    function("sets.equivalent", 2..=2, &[LIST, LIST], Type::Bool, list::sets_equivalent),
    function("sets.intersects", 2..=2, &[LIST, LIST], Type::Bool, list::sets_intersects),
    function("size", 1..=1, &[&[Type::Text, Type::List, Type::Map]], Type::Number, list::size),
    function("slug", 1..=1, &[TEXT], Type::Text, text::slug),
    function("sort", 1..=1, &[LIST], Type::List, list::sort),
    function("split", 2..=2, &[TEXT, TEXT], Type::List, text::split),
    function("startsWith", 2..=2, &[TEXT, TEXT], Type::Bool, text::starts_with),
    function("string", 1..=1, &[], Type::Text, text::string),
    function("sub", 2..=2, &[&[Type::Quantity]], Type::Quantity, amount::sub),
    function("substring", 2..=3, &[TEXT, NUMBER, NUMBER], Type::Text, text::substring),
    function("sum", 1..=1, &[LIST], Type::Number, list::sum),
    function(
        "timestamp",
        1..=1,
        &[&[Type::Text, Type::Timestamp]],
        Type::Timestamp,
        time::timestamp,
    ),
    function("trim", 1..=1, &[TEXT], Type::Text, text::trim),
    function("truncate", 2..=2, &[&[Type::Version], NUMBER], Type::Version, amount::truncate),
    function("type", 1..=1, &[], Type::Text, text::type_of),
    function("upperAscii", 1..=1, &[TEXT], Type::Text, text::upper_ascii),
    function("version", 1..=2, &[TEXT, TEXT], Type::Version, amount::version),
    function("weeks", 1..=1, &[NUMBER], Type::Duration, time::weeks),
];

/// The function of a name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    let at = FUNCTIONS.binary_search_by_key(&name, |function| function.name).ok()?;
    FUNCTIONS.get(at)
}

/// The text of an argument.
fn text_of<'v>(values: &'v [Value<'_>], at: usize) -> Result<&'v str, EvaluationError> {
    match values.get(at) {
        Some(Value::Text(text)) => Ok(text),
        Some(other) => Err(super::machine::wrong_type(other, "a string", "un texte")),
        None => Err(super::machine::wrong_type(&Value::Null, "a string", "un texte")),
    }
}

/// The integer of an argument.
fn int_of(values: &[Value<'_>], at: usize) -> Result<i64, EvaluationError> {
    match values.get(at) {
        Some(Value::Int(value)) => Ok(*value),
        Some(other) => Err(super::machine::wrong_type(other, "an integer", "un entier")),
        None => Err(super::machine::wrong_type(&Value::Null, "an integer", "un entier")),
    }
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
    use super::*;

    #[test]
    fn functions_are_sorted_and_unique() {
        assert!(FUNCTIONS.is_sorted_by(|a, b| a.name < b.name));
        assert!(find("version").is_some() && find("versions").is_none());
    }
}
