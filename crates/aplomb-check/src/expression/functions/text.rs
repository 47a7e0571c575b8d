//! Functions over text.

use std::borrow::Cow;

use aplomb_model::Phrase;

use regex::{Regex, RegexBuilder};

use super::{ANY, Called, Function, NUMBER, TEXT, function, int_of, text_of, unreadable};
use crate::expression::EvaluationError;
use crate::expression::code::Type;
use crate::expression::lower::PATTERN_SIZE;
use crate::expression::value::Value;
use crate::normalise::{self, TooMany};

/// Functions over text.
pub(super) const FUNCTIONS: &[Function] = &[
    function("base(text)", "the name a job or unit goes by", &[TEXT], Type::Text, base),
    function("charAt(text, index)", "the character there", &[TEXT, NUMBER], Type::Text, char_at),
    function("contains(text, part)", "whether it holds it", &[TEXT, TEXT], Type::Bool, contains),
    function("endsWith(text, part)", "whether it ends so", &[TEXT, TEXT], Type::Bool, ends_with),
    function("find(text, pattern)", "the first match, or \"\"", &[TEXT, TEXT], Type::Text, find)
        .pattern(),
    function(
        "findAll(text, pattern[, most])",
        "all matches",
        &[TEXT, TEXT, NUMBER],
        Type::List,
        find_all,
    )
    .pattern()
    .optional(1),
    function(
        "hosts(cell)",
        "the hosts it names, `web[01-03]` expanded",
        &[CELL],
        Type::List,
        hosts,
    ),
    function("lowerAscii(text)", "in small letters", &[TEXT], Type::Text, lower_ascii),
    function("matches(text, pattern)", "whether it matches", &[TEXT, TEXT], Type::Bool, matches)
        .pattern(),
    function("plain(text)", "without case, accents, surplus blanks", &[TEXT], Type::Text, plain),
    function("ports(cell)", "the ports it names, as `80`, `8000-8010`", &[CELL], Type::List, ports),
    function("protocols(cell)", "the protocols it names", &[CELL], Type::List, protocols),
    function(
        "replace(text, from, to[, most])",
        "with each `from` made `to`",
        &[TEXT, TEXT, TEXT, NUMBER],
        Type::Text,
        replace,
    )
    .optional(1),
    function("slug(text)", "a heading or column as an identifier", &[TEXT], Type::Text, slug),
    function(
        "split(text, separator[, most])",
        "its parts",
        &[TEXT, TEXT, NUMBER],
        Type::List,
        split,
    )
    .optional(1),
    function(
        "startsWith(text, part)",
        "whether it begins so",
        &[TEXT, TEXT],
        Type::Bool,
        starts_with,
    ),
    function("string(value)", "written out", &[ANY], Type::Text, string),
    function(
        "substring(text, from[, to])",
        "the characters between",
        &[TEXT, NUMBER, NUMBER],
        Type::Text,
        substring,
    )
    .optional(1),
    function("trim(text)", "without blanks at its ends", &[TEXT], Type::Text, trim),
    function("type(value)", "the name of its type", &[ANY], Type::Text, type_of),
    function("upperAscii(text)", "in capitals", &[TEXT], Type::Text, upper_ascii),
];

const CELL: &[Type] = &[Type::Text, Type::Number, Type::List];

#[expect(clippy::unnecessary_wraps, reason = "the type of all functions")]
fn owned<'a>(text: String) -> Called<'a> {
    Ok(Value::Text(Cow::Owned(text)))
}

fn contains<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(text_of(values, 0)?.contains(text_of(values, 1)?)))
}

fn starts_with<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    Ok(Value::Bool(text_of(values, 0)?.starts_with(text_of(values, 1)?)))
}

fn ends_with<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
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

fn matches<'a>(values: &[Value<'a>], pattern: Option<&Regex>) -> Called<'a> {
    with_pattern(values, pattern, |pattern, text| Value::Bool(pattern.is_match(text)))
}

fn find<'a>(values: &[Value<'a>], pattern: Option<&Regex>) -> Called<'a> {
    with_pattern(values, pattern, |pattern, text| {
        let found = pattern.find(text).map_or("", |found| found.as_str());
        Value::Text(Cow::Owned(found.to_owned()))
    })
}

fn find_all<'a>(values: &[Value<'a>], pattern: Option<&Regex>) -> Called<'a> {
    let most = most(values, 2)?;
    with_pattern(values, pattern, |pattern, text| {
        let found = pattern.find_iter(text).take(most);
        Value::texts(found.map(|found| found.as_str().to_owned()).collect())
    })
}

/// How many at most, as cel-go's extension counts: all where it is left out or negative.
fn most(values: &[Value<'_>], at: usize) -> Result<usize, EvaluationError> {
    if values.len() <= at {
        return Ok(usize::MAX);
    }
    Ok(usize::try_from(int_of(values, at)?).unwrap_or(usize::MAX))
}

fn lower_ascii<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(text_of(values, 0)?.to_ascii_lowercase())
}

fn upper_ascii<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(text_of(values, 0)?.to_ascii_uppercase())
}

fn trim<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(text_of(values, 0)?.trim().to_owned())
}

fn replace<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let (text, from, to) = (text_of(values, 0)?, text_of(values, 1)?, text_of(values, 2)?);
    // What a replacement may grow to is bounded by what a program may hold.
    if text.len().saturating_mul(to.len() + 1) > PATTERN_SIZE {
        return Err(EvaluationError::too_costly());
    }
    owned(text.replacen(from, to, most(values, 3)?))
}

fn split<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let (text, separator) = (text_of(values, 0)?, text_of(values, 1)?);
    Ok(Value::texts(match most(values, 2)? {
        0 => Vec::new(),
        most => text.splitn(most, separator).map(str::to_owned).collect(),
    }))
}

/// Characters from one index up to another, as cel-go's strings extension counts them.
fn substring<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
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

fn char_at<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let text = text_of(values, 0)?;
    let at = usize::try_from(int_of(values, 1)?).unwrap_or(usize::MAX);
    let found = text.chars().nth(at);
    owned(found.map_or_else(String::new, String::from))
}

fn string<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(values.first().map(Value::show).unwrap_or_default())
}

fn type_of<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(values.first().map_or("null", |value| value.type_name()).to_owned())
}

fn plain<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(normalise::plain(text_of(values, 0)?))
}

fn slug<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(aplomb_standard::slug(text_of(values, 0)?).into())
}

fn base<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    owned(normalise::base(text_of(values, 0)?))
}

fn hosts<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    each(values, normalise::hosts)
}

fn ports<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    each(values, normalise::ports)
}

fn protocols<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    each(values, normalise::protocols)
}

/// What a cell, or a list of cells, stands for.
fn each<'a>(values: &[Value<'a>], of: fn(&str) -> Result<Vec<String>, TooMany>) -> Called<'a> {
    /// Names that all cells of a list may stand for together.
    const MOST: usize = 65_536;
    let value = values.first().unwrap_or(&Value::Null);
    let cells = value.items().unwrap_or_else(|| vec![value.clone()]);
    let mut names = Vec::new();
    for cell in cells {
        let more = of(&cell.show()).map_err(|TooMany| too_many())?;
        names.extend(more);
        if names.len() > MOST {
            return Err(too_many());
        }
    }
    Ok(Value::texts(names))
}

fn too_many() -> EvaluationError {
    EvaluationError::other(Phrase::new(
        "the cell stands for too many names",
        "la cellule désigne trop de noms",
    ))
}
