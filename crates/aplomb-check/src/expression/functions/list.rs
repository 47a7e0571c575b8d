//! Functions over lists and maps.

use std::cmp::Ordering;

use aplomb_model::Phrase;
use aplomb_standard::slug;
use regex::Regex;

use super::{ANY, Called, Function, LIST, TEXT, function, items_of, text_of};
use crate::expression::code::Type;
use crate::expression::machine::{overflow, wrong_type};
use crate::expression::value::Value;
use crate::expression::{EvaluationError, EvaluationErrorKind};

/// Functions over lists and maps.
pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "cell(row, column[, other, other, other])",
        "the cell under the first of these columns there is",
        &[&[Type::Map], TEXT, TEXT, TEXT, TEXT],
        Type::Any,
        cell,
    )
    .optional(3),
    function("distinct(list)", "each element once", &[LIST], Type::List, distinct).deep(),
    function("flatten(list)", "with the elements of inner lists", &[LIST], Type::List, flatten),
    function(
        "indexOf(list, value)",
        "where it is first, or -1",
        &[SEARCHED, ANY],
        Type::Number,
        index_of,
    )
    .deep(),
    function("isSorted(list)", "whether it is in order", &[LIST], Type::Bool, is_sorted),
    function("join(list[, separator])", "one text", &[LIST, TEXT], Type::Text, join).optional(1),
    function(
        "lastIndexOf(list, value)",
        "where it is last, or -1",
        &[SEARCHED, ANY],
        Type::Number,
        last_index_of,
    )
    .deep(),
    function("max(list)", "the largest", &[LIST], Type::Any, max),
    function("min(list)", "the smallest", &[LIST], Type::Any, min),
    function("reverse(list)", "from the last to the first", &[LIST], Type::List, reverse),
    function(
        "sets.contains(list, part)",
        "whether all of part is in it",
        PAIR,
        Type::Bool,
        sets_contains,
    )
    .deep(),
    function(
        "sets.equivalent(a, b)",
        "whether both hold the same",
        PAIR,
        Type::Bool,
        sets_equivalent,
    )
    .deep(),
    function("sets.intersects(a, b)", "whether they share one", PAIR, Type::Bool, sets_intersects)
        .deep(),
    function("size(value)", "how many elements, keys or characters", &[SIZED], Type::Number, size),
    function("sort(list)", "in order", &[LIST], Type::List, sort),
    function("sum(list)", "all added", &[LIST], Type::Number, sum),
];

const PAIR: &[&[Type]] = &[LIST, LIST];
const SEARCHED: &[Type] = &[Type::Text, Type::List];
const SIZED: &[Type] = &[Type::Text, Type::List, Type::Map];

fn size<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let value = values.first().unwrap_or(&Value::Null);
    let size = value.size();
    let size =
        size.ok_or_else(|| wrong_type(value, "a list or a string", "une liste ou un texte"))?;
    Ok(Value::Int(i64::try_from(size).unwrap_or(i64::MAX)))
}

/// The cell of a table's row, by the column's names: the first column whose heading is one of
/// them, or begins with one of them, without regard to case, accents and remarks.
fn cell<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let row = values.first().unwrap_or(&Value::Null);
    let columns = row.range().filter(|_| row.type_name() == "map");
    let columns = columns.ok_or_else(|| wrong_type(row, "a row", "une ligne"))?;
    let mut names = Vec::new();
    for at in 1..values.len() {
        names.push(slug(text_of(values, at)?));
    }
    let exact = |column: &str, name: &str| column == name;
    let begins = |column: &str, name: &str| {
        column.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))
    };
    for fits in [exact, begins] {
        for column in &columns {
            let heading = column.show();
            let is = slug(&heading);
            if names.iter().any(|name| fits(&is, name))
                && let Ok(Some(value)) = row.field(&heading)
            {
                return Ok(value);
            }
        }
    }
    let names = names.join(", ");
    Err(EvaluationError {
        kind: EvaluationErrorKind::MissingKey(names.clone()),
        message: Phrase::new(
            format!("the row has no column {names}"),
            format!("la ligne n'a pas de colonne {names}"),
        ),
    })
}

fn index_of<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let wanted = values.get(1).unwrap_or(&Value::Null);
    place(match values.first() {
        Some(Value::Text(text)) => characters_before(text, text.find(text_of(values, 1)?)),
        _ => items_of(values, 0)?.iter().position(|item| item.equals(wanted)),
    })
}

fn last_index_of<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let wanted = values.get(1).unwrap_or(&Value::Null);
    place(match values.first() {
        Some(Value::Text(text)) => characters_before(text, text.rfind(text_of(values, 1)?)),
        _ => items_of(values, 0)?.iter().rposition(|item| item.equals(wanted)),
    })
}

fn characters_before(text: &str, at: Option<usize>) -> Option<usize> {
    at.map(|at| text[..at].chars().count())
}

#[expect(clippy::unnecessary_wraps, reason = "the type of all functions")]
fn place<'a>(at: Option<usize>) -> Called<'a> {
    Ok(Value::Int(at.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1)))
}

fn join<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let separator = if values.len() > 1 { text_of(values, 1)? } else { "" };
    let texts: Vec<_> = items_of(values, 0)?.iter().map(Value::show).collect();
    Ok(Value::Text(texts.join(separator).into()))
}

fn distinct<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let mut items: Vec<_> = items_of(values, 0)?.into_iter().enumerate().collect();
    items.sort_by(|(at, a), (other, b)| a.order(b).then(at.cmp(other)));
    items.dedup_by(|(_, b), (_, a)| a.order(b).is_eq());
    items.sort_by_key(|(at, _)| *at);
    Ok(Value::list(items.into_iter().map(|(_, item)| item).collect()))
}

fn flatten<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let mut flat = Vec::new();
    for item in items_of(values, 0)? {
        match item.items() {
            Some(items) => flat.extend(items),
            None => flat.push(item),
        }
    }
    Ok(Value::list(flat))
}

fn reverse<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let mut items = items_of(values, 0)?;
    items.reverse();
    Ok(Value::list(items))
}

/// Whole where all are, a double where one is.
#[expect(clippy::cast_precision_loss, reason = "a sum with doubles is a double")]
fn sum<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let mut whole = 0_i128;
    let mut parts = None;
    for item in items_of(values, 0)? {
        match item {
            Value::Int(value) => whole += i128::from(value),
            Value::UInt(value) => whole += i128::from(value),
            Value::Double(value) => parts = Some(parts.unwrap_or(0.0) + value),
            other => return Err(wrong_type(&other, "a number", "un nombre")),
        }
    }
    match parts {
        Some(parts) => Ok(Value::Double(parts + whole as f64)),
        None => i64::try_from(whole).map(Value::Int).map_err(|_| overflow()),
    }
}

/// The items in order.
fn ordered<'a>(values: &[Value<'a>]) -> Result<Vec<Value<'a>>, EvaluationError> {
    let mut items = items_of(values, 0)?;
    if let Some(first) = items.first().cloned()
        && let Some(odd) = items.iter().find(|item| first.compare(item).is_none())
    {
        return Err(wrong_type(odd, "something to compare", "de quoi comparer"));
    }
    items.sort_by(|a, b| a.compare(b).unwrap_or(Ordering::Equal));
    Ok(items)
}

fn empty() -> EvaluationError {
    EvaluationError::other(Phrase::new("the list is empty", "la liste est vide"))
}

fn sort<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    ordered(values).map(Value::list)
}

fn min<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    ordered(values)?.into_iter().next().ok_or_else(empty)
}

fn max<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    ordered(values)?.pop().ok_or_else(empty)
}

fn is_sorted<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let items = items_of(values, 0)?;
    let sorted =
        items.windows(2).all(|pair| pair[0].compare(&pair[1]).is_some_and(Ordering::is_le));
    Ok(Value::Bool(sorted))
}

/// Whether all of some are among others, which are in order.
fn all_in(some: &[Value<'_>], others: &[Value<'_>]) -> bool {
    some.iter().all(|one| others.binary_search_by(|other| other.order(one)).is_ok())
}

/// Both lists of a call, each in one order.
fn both_sorted<'a>(
    values: &[Value<'a>],
) -> Result<(Vec<Value<'a>>, Vec<Value<'a>>), EvaluationError> {
    let (mut a, mut b) = (items_of(values, 0)?, items_of(values, 1)?);
    a.sort_by(Value::order);
    b.sort_by(Value::order);
    Ok((a, b))
}

fn sets_contains<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let (a, b) = both_sorted(values)?;
    Ok(Value::Bool(all_in(&b, &a)))
}

fn sets_equivalent<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let (a, b) = both_sorted(values)?;
    Ok(Value::Bool(all_in(&b, &a) && all_in(&a, &b)))
}

fn sets_intersects<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let (a, b) = both_sorted(values)?;
    let meets = b.iter().any(|one| a.binary_search_by(|other| other.order(one)).is_ok());
    Ok(Value::Bool(meets))
}
