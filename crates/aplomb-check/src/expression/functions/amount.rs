//! Functions over numbers, quantities and versions.

use std::cmp::Ordering;
use std::rc::Rc;

use regex::Regex;

use super::{Called, int_of, text_of, unreadable};
use crate::expression::EvaluationError;
use crate::expression::machine::wrong_type;
use crate::expression::value::Value;
use crate::scalar::{self, Dimension, Quantity, Scheme, Version};

#[expect(clippy::cast_precision_loss, reason = "a double is what was asked for")]
pub(super) fn double<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
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

pub(super) fn int<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
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

fn quantity_of(values: &[Value<'_>], at: usize) -> Result<Quantity, EvaluationError> {
    let text = match values.get(at) {
        Some(Value::Quantity(quantity)) => return Ok(*quantity),
        Some(number @ (Value::Int(_) | Value::UInt(_) | Value::Double(_))) => number.show(),
        _ => text_of(values, at)?.to_owned(),
    };
    scalar::quantity(&text).ok_or_else(|| unreadable(&text, "a quantity", "une quantité"))
}

pub(super) fn quantity<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    quantity_of(values, 0).map(Value::Quantity)
}

pub(super) fn is_quantity<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(scalar::quantity(text_of(values, 0)?).is_some()))
}

pub(super) fn as_float<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Double(quantity_of(values, 0)?.value))
}

fn combined<'a>(values: &[Value<'a>], of: fn(f64, f64) -> f64) -> Called<'a> {
    let (a, b) = (quantity_of(values, 0)?, quantity_of(values, 1)?);
    let plain = b.dimension == Dimension::Plain;
    if a.dimension != b.dimension && !plain {
        return Err(wrong_type(&Value::Quantity(b), "the same unit", "la même unité"));
    }
    Ok(Value::Quantity(Quantity { value: of(a.value, b.value), dimension: a.dimension }))
}

pub(super) fn add<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    combined(values, |a, b| a + b)
}

pub(super) fn sub<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
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

pub(super) fn compare_to<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    order(values).map(|order| Value::Int(order as i64))
}

pub(super) fn is_less_than<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    order(values).map(|order| Value::Bool(order.is_lt()))
}

pub(super) fn is_greater_than<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    order(values).map(|order| Value::Bool(order.is_gt()))
}

pub(super) fn semver<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    read(text_of(values, 0)?, Scheme::Semver)
}

pub(super) fn is_semver<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let version = Version::parse(text_of(values, 0)?, Scheme::Semver);
    Ok(Value::Bool(version.is_some()))
}

/// A version, ordered as `generic` unless a scheme is named: `debian`, `rpm`, `semver`.
pub(super) fn version<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
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

pub(super) fn truncate<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
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

pub(super) fn major<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    number(values, 0)
}

pub(super) fn minor<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    number(values, 1)
}
