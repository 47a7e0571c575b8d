//! Functions over lists and maps.

use std::cmp::Ordering;

use aplomb_model::Phrase;
use regex::Regex;

use super::{Called, items_of, text_of};
use crate::expression::machine::wrong_type;
use crate::expression::value::Value;
use crate::expression::{EvaluationError, EvaluationErrorKind};
use crate::normalise::slug;

pub(super) fn size<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let value = values.first().unwrap_or(&Value::Null);
    let size = value.size();
    let size =
        size.ok_or_else(|| wrong_type(value, "a list or a string", "une liste ou un texte"))?;
    Ok(Value::Int(i64::try_from(size).unwrap_or(i64::MAX)))
}

/// The cell of a table's row, by the column's names: the first column whose heading is one of
/// them, or begins with one of them, without regard to case, accents and remarks.
pub(super) fn cell<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
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

pub(super) fn index_of<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let wanted = values.get(1).unwrap_or(&Value::Null);
    let found = match values.first() {
        Some(Value::Text(text)) => {
            let at = text.find(text_of(values, 1)?);
            at.map(|at| text[..at].chars().count())
        }
        _ => items_of(values, 0)?.iter().position(|item| item.equals(wanted)),
    };
    let found = found.and_then(|at| i64::try_from(at).ok());
    Ok(Value::Int(found.unwrap_or(-1)))
}

pub(super) fn join<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let separator = if values.len() > 1 { text_of(values, 1)? } else { "" };
    let texts: Vec<_> = items_of(values, 0)?.iter().map(Value::show).collect();
    Ok(Value::Text(texts.join(separator).into()))
}

pub(super) fn distinct<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let mut kept: Vec<Value<'a>> = Vec::new();
    let items = items_of(values, 0)?;
    bounded(items.len(), items.len())?;
    for item in items {
        if !kept.iter().any(|known| known.equals(&item)) {
            kept.push(item);
        }
    }
    Ok(Value::list(kept))
}

pub(super) fn flatten<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let mut flat = Vec::new();
    for item in items_of(values, 0)? {
        match item.items() {
            Some(items) => flat.extend(items),
            None => flat.push(item),
        }
    }
    Ok(Value::list(flat))
}

pub(super) fn reverse<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let mut items = items_of(values, 0)?;
    items.reverse();
    Ok(Value::list(items))
}

pub(super) fn sum<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let mut whole = 0_i64;
    let mut parts = 0.0;
    let mut is_whole = true;
    for item in items_of(values, 0)? {
        match item {
            Value::Int(value) => {
                whole = whole.checked_add(value).ok_or_else(EvaluationError::too_costly)?;
            }
            Value::Double(value) => {
                is_whole = false;
                parts += value;
            }
            other => return Err(wrong_type(&other, "a number", "un nombre")),
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a sum with doubles is a double")]
    let total = parts + whole as f64;
    Ok(if is_whole { Value::Int(whole) } else { Value::Double(total) })
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

pub(super) fn sort<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    ordered(values).map(Value::list)
}

pub(super) fn min<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    ordered(values)?.into_iter().next().ok_or_else(empty)
}

pub(super) fn max<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    ordered(values)?.pop().ok_or_else(empty)
}

pub(super) fn is_sorted<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let items = items_of(values, 0)?;
    let sorted =
        items.windows(2).all(|pair| pair[0].compare(&pair[1]).is_some_and(Ordering::is_le));
    Ok(Value::Bool(sorted))
}

/// Comparing each with each is bounded: lists come from what is judged.
fn bounded(a: usize, b: usize) -> Result<(), EvaluationError> {
    if a.saturating_mul(b) > 4_000_000 {
        return Err(EvaluationError::too_costly());
    }
    Ok(())
}

fn all_in(some: &[Value<'_>], others: &[Value<'_>]) -> bool {
    some.iter().all(|one| others.iter().any(|other| other.equals(one)))
}

pub(super) fn sets_contains<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let (a, b) = (items_of(values, 0)?, items_of(values, 1)?);
    bounded(a.len(), b.len())?;
    Ok(Value::Bool(all_in(&b, &a)))
}

pub(super) fn sets_equivalent<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let (a, b) = (items_of(values, 0)?, items_of(values, 1)?);
    bounded(a.len(), b.len())?;
    Ok(Value::Bool(all_in(&b, &a) && all_in(&a, &b)))
}

pub(super) fn sets_intersects<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let (a, b) = (items_of(values, 0)?, items_of(values, 1)?);
    bounded(a.len(), b.len())?;
    let meets = a.iter().any(|one| b.iter().any(|other| other.equals(one)));
    Ok(Value::Bool(meets))
}
