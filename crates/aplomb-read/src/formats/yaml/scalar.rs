use std::borrow::Cow;

use aplomb_model::Value;
use granit_parser::Tag;

use crate::formats::json::{float, integer};

/// The value of a scalar, under its tag. The error is the name of a core tag that the text does
/// not fit.
pub(super) fn value(
    text: Cow<'_, str>,
    plain: bool,
    tag: Option<&Tag>,
) -> Result<Value, &'static str> {
    let Some(tag) = tag else {
        return Ok(if plain { resolve(text) } else { Value::Text(text.into()) });
    };
    let fits = |value: Value, name, fit: fn(&Value) -> bool| {
        if fit(&value) { Ok(value) } else { Err(name) }
    };
    match tag.core_suffix() {
        Some("str") => Ok(Value::Text(text.into())),
        Some("null") => fits(resolve(text), "!!null", |v| matches!(v, Value::Null)),
        Some("bool") => fits(resolve(text), "!!bool", |v| matches!(v, Value::Bool(_))),
        Some("int") => {
            let decimal = is_decimal(&text);
            fits(resolve(text), "!!int", |v| {
                matches!(v, Value::Int(_) | Value::UInt(_) | Value::Big(_))
            })
            .and_then(|value| match value {
                Value::Big(_) if !decimal => Err("!!int"),
                value => Ok(value),
            })
        }
        Some("float") => match resolve(text) {
            Value::Int(value) => Ok(float(&value.to_string())),
            Value::UInt(value) => Ok(float(&value.to_string())),
            value @ (Value::Float(_) | Value::Big(_)) => Ok(value),
            _ => Err("!!float"),
        },
        // `!` alone asks for the text as it stands.
        None if tag.parts() == ("", "!") || tag.parts() == ("!", "") => {
            Ok(Value::Text(text.into()))
        }
        _ if plain => Ok(resolve(text)),
        _ => Ok(Value::Text(text.into())),
    }
}

/// A plain scalar by the core schema (YAML 1.2.2, section 10.3.2).
fn resolve(text: Cow<'_, str>) -> Value {
    let first = text.bytes().next().unwrap_or_default();
    let value = match first {
        0 => Some(Value::Null),
        b'n' | b'N' | b'~' => {
            matches!(&*text, "null" | "Null" | "NULL" | "~").then_some(Value::Null)
        }
        b't' | b'T' => matches!(&*text, "true" | "True" | "TRUE").then_some(Value::Bool(true)),
        b'f' | b'F' => matches!(&*text, "false" | "False" | "FALSE").then_some(Value::Bool(false)),
        b'0'..=b'9' | b'+' | b'-' | b'.' => number(&text),
        _ => None,
    };
    value.unwrap_or_else(|| Value::Text(text.into()))
}

fn number(text: &str) -> Option<Value> {
    let based = |digits: &str, radix| {
        let valid = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        valid.then(|| match u64::from_str_radix(digits, radix) {
            Ok(value) => i64::try_from(value).map_or(Value::UInt(value), Value::Int),
            Err(_) => Value::Big(text.into()),
        })
    };
    if let Some(digits) = text.strip_prefix("0o") {
        return based(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return based(digits, 16);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        let negative = text.starts_with('-');
        return Some(Value::Float(if negative { f64::NEG_INFINITY } else { f64::INFINITY }));
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Value::Float(f64::NAN));
    }
    if is_decimal(text) {
        return Some(integer(text));
    }
    let mantissa_end = unsigned.find(['e', 'E']).unwrap_or(unsigned.len());
    let (mantissa, exponent) = unsigned.split_at(mantissa_end);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent = exponent.get(1..).map(|e| e.strip_prefix(['+', '-']).unwrap_or(e));
    let valid = digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|e| !e.is_empty() && digits(e));
    valid.then(|| float(text))
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
