//! Functions over time.

use chrono::{Datelike, Months, TimeDelta, Timelike};
use regex::Regex;

use super::{Called, int_of, text_of, unreadable};
use crate::expression::EvaluationError;
use crate::expression::value::{Value, instant};
use crate::scalar;

/// The timestamp of an argument; text is read as a date.
fn moment(values: &[Value<'_>]) -> Result<chrono::DateTime<chrono::FixedOffset>, EvaluationError> {
    if let Some(Value::Timestamp(at)) = values.first() {
        return Ok(*at);
    }
    let text = text_of(values, 0)?;
    instant(text).ok_or_else(|| unreadable(text, "a date", "une date"))
}

pub(super) fn date<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    moment(values).map(Value::Timestamp)
}

/// CEL's own: RFC 3339 only.
pub(super) fn timestamp<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    if let Some(Value::Timestamp(at)) = values.first() {
        return Ok(Value::Timestamp(*at));
    }
    let text = text_of(values, 0)?;
    let parsed = chrono::DateTime::parse_from_rfc3339(text);
    let wrong = |_| unreadable(text, "a timestamp (RFC 3339)", "un horodatage (RFC 3339)");
    parsed.map(Value::Timestamp).map_err(wrong)
}

pub(super) fn add_months<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let (at, months) = (moment(values)?, int_of(values, 1)?);
    let count = Months::new(u32::try_from(months.unsigned_abs()).unwrap_or(u32::MAX));
    let moved =
        if months < 0 { at.checked_sub_months(count) } else { at.checked_add_months(count) };
    moved
        .map(Value::Timestamp)
        .ok_or_else(|| unreadable(&months.to_string(), "in range", "possible"))
}

pub(super) fn duration<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    if let Some(Value::Duration(length)) = values.first() {
        return Ok(Value::Duration(*length));
    }
    let text = text_of(values, 0)?;
    let length = scalar::duration(text);
    length.map(Value::Duration).ok_or_else(|| unreadable(text, "a duration", "une durée"))
}

fn lasting<'a>(values: &[Value<'a>], of: fn(i64) -> Option<TimeDelta>) -> Called<'a> {
    let count = int_of(values, 0)?;
    let length = of(count);
    length
        .map(Value::Duration)
        .ok_or_else(|| unreadable(&count.to_string(), "in range", "possible"))
}

pub(super) fn minutes<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    lasting(values, TimeDelta::try_minutes)
}

pub(super) fn hours<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    lasting(values, TimeDelta::try_hours)
}

pub(super) fn days<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    lasting(values, TimeDelta::try_days)
}

pub(super) fn weeks<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    lasting(values, TimeDelta::try_weeks)
}

fn part<'a>(values: &[Value<'a>], of: fn(&chrono::DateTime<chrono::Utc>) -> i64) -> Called<'a> {
    // Without a time zone CEL counts in UTC.
    Ok(Value::Int(of(&moment(values)?.to_utc())))
}

pub(super) fn full_year<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    part(values, |at| i64::from(at.year()))
}

/// From 0, as CEL has it.
pub(super) fn month<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    part(values, |at| i64::from(at.month0()))
}

/// From 0, as CEL has it.
pub(super) fn day_of_month<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    part(values, |at| i64::from(at.day0()))
}

/// From 0, Sunday, as CEL has it.
pub(super) fn day_of_week<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    part(values, |at| i64::from(at.weekday().num_days_from_sunday()))
}

pub(super) fn hours_of<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    if let Some(Value::Duration(length)) = values.first() {
        return Ok(Value::Int(length.num_hours()));
    }
    part(values, |at| i64::from(at.hour()))
}

pub(super) fn minutes_of<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    if let Some(Value::Duration(length)) = values.first() {
        return Ok(Value::Int(length.num_minutes()));
    }
    part(values, |at| i64::from(at.minute()))
}

pub(super) fn seconds_of<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    if let Some(Value::Duration(length)) = values.first() {
        return Ok(Value::Int(length.num_seconds()));
    }
    part(values, |at| i64::from(at.second()))
}
