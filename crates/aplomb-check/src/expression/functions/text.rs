//! Functions over text.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

use super::{Called, int_of, text_of, unreadable};
use crate::expression::EvaluationError;
use crate::expression::lower::PATTERN_SIZE;
use crate::expression::value::Value;
use crate::normalise;

#[expect(clippy::unnecessary_wraps, reason = "the type of all functions")]
fn owned<'a>(text: String) -> Called<'a> {
    Ok(Value::Text(Cow::Owned(text)))
}

pub(super) fn contains<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(text_of(values, 0)?.contains(text_of(values, 1)?)))
}

pub(super) fn starts_with<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(text_of(values, 0)?.starts_with(text_of(values, 1)?)))
}

pub(super) fn ends_with<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(text_of(values, 0)?.ends_with(text_of(values, 1)?)))
}

/// With the pattern that was written out, or one compiled now.
fn with_pattern<T>(
    values: &[Value<'_>],
    pattern: Option<&Regex>,
    work: impl FnOnce(&Regex, &str) -> T,
) -> Result<T, EvaluationError> {
    let text = text_of(values, 0)?;
    if let Some(pattern) = pattern {
        return Ok(work(pattern, text));
    }
    let written = text_of(values, 1)?;
    let compiled = RegexBuilder::new(written).size_limit(PATTERN_SIZE).build();
    let compiled = compiled
        .map_err(|_| unreadable(written, "a regular expression", "une expression rationnelle"))?;
    Ok(work(&compiled, text))
}

pub(super) fn matches<'a>(values: &[Value<'a>], pattern: Option<&Regex>) -> Called<'a> {
    with_pattern(values, pattern, |pattern, text| Value::Bool(pattern.is_match(text)))
}

pub(super) fn find<'a>(values: &[Value<'a>], pattern: Option<&Regex>) -> Called<'a> {
    with_pattern(values, pattern, |pattern, text| {
        let found = pattern.find(text).map_or("", |found| found.as_str());
        Value::Text(Cow::Owned(found.to_owned()))
    })
}

pub(super) fn find_all<'a>(values: &[Value<'a>], pattern: Option<&Regex>) -> Called<'a> {
    with_pattern(values, pattern, |pattern, text| {
        Value::texts(pattern.find_iter(text).map(|found| found.as_str().to_owned()).collect())
    })
}

pub(super) fn lower_ascii<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(text_of(values, 0)?.to_ascii_lowercase())
}

pub(super) fn upper_ascii<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(text_of(values, 0)?.to_ascii_uppercase())
}

pub(super) fn trim<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(text_of(values, 0)?.trim().to_owned())
}

pub(super) fn replace<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let (text, from, to) = (text_of(values, 0)?, text_of(values, 1)?, text_of(values, 2)?);
    // What a replacement may grow to is bounded by what a program may hold.
    if text.len().saturating_mul(to.len() + 1) > PATTERN_SIZE {
        return Err(EvaluationError::too_costly());
    }
    owned(text.replace(from, to))
}

pub(super) fn split<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let (text, separator) = (text_of(values, 0)?, text_of(values, 1)?);
    Ok(Value::texts(text.split(separator).map(str::to_owned).collect()))
}

/// Characters from one index up to another, as cel-go's strings extension counts them.
pub(super) fn substring<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let text = text_of(values, 0)?;
    let length = text.chars().count();
    let start = usize::try_from(int_of(values, 1)?).unwrap_or(usize::MAX);
    let end = match values.get(2) {
        Some(_) => usize::try_from(int_of(values, 2)?).unwrap_or(usize::MAX),
        None => length,
    };
    if start > end || end > length {
        return Err(unreadable(text, "that long", "aussi long"));
    }
    owned(text.chars().skip(start).take(end - start).collect())
}

pub(super) fn char_at<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let text = text_of(values, 0)?;
    let at = usize::try_from(int_of(values, 1)?).unwrap_or(usize::MAX);
    let found = text.chars().nth(at);
    owned(found.map_or_else(String::new, String::from))
}

pub(super) fn string<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(values.first().map(Value::show).unwrap_or_default())
}

pub(super) fn type_of<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(values.first().map_or("null", |value| value.type_name()).to_owned())
}

pub(super) fn plain<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(normalise::plain(text_of(values, 0)?))
}

pub(super) fn slug<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(normalise::slug(text_of(values, 0)?))
}

pub(super) fn base<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(normalise::base(text_of(values, 0)?))
}

pub(super) fn hosts<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    each(values, normalise::hosts)
}

pub(super) fn ports<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    each(values, normalise::ports)
}

pub(super) fn protocols<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    each(values, normalise::protocols)
}

/// What a cell, or a list of cells, stands for.
#[expect(clippy::unnecessary_wraps, reason = "the type of all functions")]
fn each<'a>(values: &[Value<'a>], of: fn(&str) -> Vec<String>) -> Called<'a> {
    let value = values.first().unwrap_or(&Value::Null);
    let texts = match value.items() {
        Some(items) => items.iter().flat_map(|item| of(&item.show())).collect(),
        None => of(&value.show()),
    };
    Ok(Value::texts(texts))
}
