//! Functions over numbers, quantities and versions.

use std::cmp::Ordering;
use std::rc::Rc;

use regex::Regex;

use super::{ANY, Called, Function, NUMBER, TEXT, function, int_of, text_of, unreadable};
use crate::expression::EvaluationError;
use crate::expression::code::Type;
use crate::expression::machine::wrong_type;
use crate::expression::value::Value;
use crate::scalar::{self, Dimension, Quantity, Scheme, Version};

/// Functions over numbers, quantities and versions.
pub(super) const FUNCTIONS: &[Function] = &[
    function("add(quantity, other)", "both together", &[QUANTITY, ANY], Type::Quantity, add),
    function("asApproximateFloat(quantity)", "its number", &[QUANTITY], Type::Number, as_float),
    function("asInteger(quantity)", "its whole number", &[QUANTITY], Type::Number, as_integer),
    function("compareTo(a, b)", "-1, 0 or 1", &[ANY, ANY], Type::Number, compare_to),
    function("double(value)", "as a number with a fraction", &[ANY], Type::Number, double),
    function("int(value)", "as a whole number", &[ANY], Type::Number, int),
    function(
        "isGreaterThan(a, b)",
        "whether a is larger",
        &[ANY, ANY],
        Type::Bool,
        is_greater_than,
    ),
    function("isInteger(quantity)", "whether it is whole", &[QUANTITY], Type::Bool, is_integer),
    function("isLessThan(a, b)", "whether a is smaller", &[ANY, ANY], Type::Bool, is_less_than),
    function("isQuantity(text)", "whether it is one", &[TEXT], Type::Bool, is_quantity),
    function("isSemver(text)", "whether it is a semantic version", &[TEXT], Type::Bool, is_semver),
    function("major(version)", "its first number", &[VERSION], Type::Number, major),
    function("minor(version)", "its second number", &[VERSION], Type::Number, minor),
    function("patch(version)", "its third number", &[VERSION], Type::Number, patch),
    function(
        "quantity(text)",
        "an amount: `500m`, `16 GiB`, `10 Gbit/s`, `99,8 %`",
        &[&[Type::Text, Type::Number]],
        Type::Quantity,
        quantity,
    ),
    function("semver(text)", "a semantic version", &[TEXT], Type::Version, semver),
    function("sign(quantity)", "-1, 0 or 1", &[QUANTITY], Type::Number, sign),
    function("sub(quantity, other)", "less the other", &[QUANTITY, ANY], Type::Quantity, sub),
    function(
        "truncate(version, n)",
        "its first n numbers",
        &[VERSION, NUMBER],
        Type::Version,
        truncate,
    ),
    function("uint(value)", "as a whole number, not negative", &[ANY], Type::Number, uint),
    function(
        "version(text[, order])",
        "a version; the order is `generic`, `debian` (or `dpkg`), `rpm`, `apk`, `pacman` or `semver`",
        &[TEXT, TEXT],
        Type::Version,
        version,
    )
    .optional(1),
];

const QUANTITY: &[Type] = &[Type::Quantity];
const VERSION: &[Type] = &[Type::Version];

#[expect(clippy::cast_precision_loss, reason = "a double is what was asked for")]
fn double<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    match values.first().unwrap_or(&Value::Null) {
        Value::Int(value) => Ok(Value::Double(*value as f64)),
        Value::UInt(value) => Ok(Value::Double(*value as f64)),
        Value::Double(value) => Ok(Value::Double(*value)),
        Value::Text(text) => {
            let parsed = text.trim().parse();
            parsed.map(Value::Double).map_err(|_| unreadable(text, "a number", "un nombre"))
        }
        other => Err(wrong_type(other, "a number", "un nombre")),
    }
}

fn int<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    match values.first().unwrap_or(&Value::Null) {
        Value::Int(value) => Ok(Value::Int(*value)),
        Value::UInt(value) => {
            let fits = i64::try_from(*value).map(Value::Int);
            fits.map_err(|_| unreadable(&value.to_string(), "in range", "possible"))
        }
        Value::Double(value) if value.is_finite() && value.abs() < 9.2e18 => {
            Ok(Value::Int(*value as i64))
        }
        Value::Timestamp(at) => Ok(Value::Int(at.timestamp())),
        Value::Text(text) => {
            let parsed = text.trim().parse();
            parsed.map(Value::Int).map_err(|_| unreadable(text, "an integer", "un entier"))
        }
        other => Err(wrong_type(other, "a number", "un nombre")),
    }
}

fn uint<'a>(values: &[Value<'a>], pattern: Option<&Regex>) -> Called<'a> {
    let number = match values.first().unwrap_or(&Value::Null) {
        Value::UInt(value) => return Ok(Value::UInt(*value)),
        Value::Text(text) => {
            let parsed = text.trim().parse().map(Value::UInt);
            return parsed.map_err(|_| unreadable(text, "a whole number", "un nombre entier"));
        }
        _ => int(values, pattern)?.integer(),
    };
    let number = number.unwrap_or(-1);
    let found = u64::try_from(number).map(Value::UInt);
    found.map_err(|_| unreadable(&number.to_string(), "in range", "possible"))
}

fn quantity_of(values: &[Value<'_>], at: usize) -> Result<Quantity, EvaluationError> {
    let text = match values.get(at) {
        Some(Value::Quantity(quantity)) => return Ok(*quantity),
        Some(number @ (Value::Int(_) | Value::UInt(_) | Value::Double(_))) => number.show(),
        _ => text_of(values, at)?.to_owned(),
    };
    scalar::quantity(&text).ok_or_else(|| unreadable(&text, "a quantity", "une quantité"))
}

fn quantity<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    quantity_of(values, 0).map(Value::Quantity)
}

fn is_quantity<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(scalar::quantity(text_of(values, 0)?).is_some()))
}

fn as_float<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Double(quantity_of(values, 0)?.value))
}

fn as_integer<'a>(values: &[Value<'a>], pattern: Option<&Regex>) -> Called<'a> {
    let number = quantity_of(values, 0)?.value;
    if number.fract() == 0.0 {
        return int(&[Value::Double(number)], pattern);
    }
    Err(unreadable(&number.to_string(), "a whole number", "un nombre entier"))
}

fn is_integer<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(quantity_of(values, 0)?.value.fract() == 0.0))
}

fn sign<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let number = quantity_of(values, 0)?.value;
    Ok(Value::Int(i64::from(number > 0.0) - i64::from(number < 0.0)))
}

fn combined<'a>(values: &[Value<'a>], of: fn(f64, f64) -> f64) -> Called<'a> {
    let (a, b) = (quantity_of(values, 0)?, quantity_of(values, 1)?);
    let plain = b.dimension == Dimension::Plain;
    if a.dimension != b.dimension && !plain {
        return Err(wrong_type(&Value::Quantity(b), "the same unit", "la même unité"));
    }
    Ok(Value::Quantity(Quantity { value: of(a.value, b.value), dimension: a.dimension }))
}

fn add<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    combined(values, |a, b| a + b)
}

fn sub<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    combined(values, |a, b| a - b)
}

/// Order of two quantities or two versions.
fn order(values: &[Value<'_>]) -> Result<Ordering, EvaluationError> {
    let (Some(a), Some(b)) = (values.first(), values.get(1)) else {
        return Err(wrong_type(&Value::Null, "two values", "deux valeurs"));
    };
    let found = a.compare(b);
    found.ok_or_else(|| wrong_type(b, "something to compare", "de quoi comparer"))
}

fn compare_to<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    order(values).map(|order| Value::Int(order as i64))
}

fn is_less_than<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    order(values).map(|order| Value::Bool(order.is_lt()))
}

fn is_greater_than<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    order(values).map(|order| Value::Bool(order.is_gt()))
}

fn semver<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    read(text_of(values, 0)?, Scheme::Semver)
}

fn is_semver<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let version = Version::parse(text_of(values, 0)?, Scheme::Semver);
    Ok(Value::Bool(version.is_some()))
}

/// A version, ordered as `generic` unless a scheme is named.
fn version<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let scheme = match values.get(1) {
        None => Scheme::Generic,
        Some(_) => {
            let id = text_of(values, 1)?;
            let scheme = Scheme::from_id(id);
            scheme.ok_or_else(|| unreadable(id, "an order of versions", "un ordre de versions"))?
        }
    };
    read(text_of(values, 0)?, scheme)
}

fn read<'a>(text: &str, scheme: Scheme) -> Called<'a> {
    let version = Version::parse(text, scheme);
    let version = version.ok_or_else(|| unreadable(text, "a version", "une version"))?;
    Ok(Value::Version(Rc::new(version)))
}

fn version_of<'v>(values: &'v [Value<'_>]) -> Result<&'v Version, EvaluationError> {
    match values.first() {
        Some(Value::Version(version)) => Ok(version),
        other => {
            let other = other.unwrap_or(&Value::Null);
            Err(wrong_type(other, "a version", "une version"))
        }
    }
}

fn truncate<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let parts = usize::try_from(int_of(values, 1)?).unwrap_or(1);
    Ok(Value::Version(Rc::new(version_of(values)?.truncated(parts))))
}

/// One of the numbers of a version, from 0.
fn number<'a>(values: &[Value<'a>], at: usize) -> Called<'a> {
    let version = version_of(values)?.truncated(at + 1);
    let text = version.as_str().split('.').nth(at).unwrap_or("0");
    let parsed = text.parse();
    parsed.map(Value::Int).map_err(|_| unreadable(text, "a number", "un nombre"))
}

fn major<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    number(values, 0)
}

fn minor<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    number(values, 1)
}

fn patch<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    number(values, 2)
}
