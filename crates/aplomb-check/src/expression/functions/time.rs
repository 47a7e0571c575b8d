//! Functions over time.

use chrono::{Datelike, Months, TimeDelta, Timelike};
use regex::Regex;

use super::{Called, Function, NUMBER, function, int_of, text_of, unreadable};
use crate::expression::EvaluationError;
use crate::expression::code::Type;
use crate::expression::value::{Value, instant};
use crate::scalar;

/// Functions over dates and durations.
pub(super) const FUNCTIONS: &[Function] = &[
    function("addMonths(date, n)", "n months later", &[DATE, NUMBER], Type::Timestamp, add_months),
    function(
        "date(text)",
        "a date as people write it: `18/09/2026`, `18 septembre 2026`",
        &[DATE],
        Type::Timestamp,
        date,
    ),
    function("days(n)", "so many days", &[NUMBER], Type::Duration, days),
    function(
        "duration(text)",
        "a duration as people write it: `4h`, `3 h 10 min`, `35 jours`",
        &[&[Type::Text, Type::Duration]],
        Type::Duration,
        duration,
    ),
    function("getDate(date)", "the day of the month from 1", MOMENT, Type::Number, date_of),
    function(
        "getDayOfMonth(date)",
        "the day of the month from 0",
        MOMENT,
        Type::Number,
        day_of_month,
    ),
    function(
        "getDayOfWeek(date)",
        "the day of the week, Sunday 0",
        MOMENT,
        Type::Number,
        day_of_week,
    ),
    function("getDayOfYear(date)", "the day of the year from 0", MOMENT, Type::Number, day_of_year),
    function("getFullYear(date)", "the year", MOMENT, Type::Number, full_year),
    function(
        "getHours(moment)",
        "of a date the hour, of a duration all hours",
        TIME,
        Type::Number,
        hours_of,
    ),
    function(
        "getMilliseconds(moment)",
        "those beyond the second",
        TIME,
        Type::Number,
        milliseconds_of,
    ),
    function(
        "getMinutes(moment)",
        "of a date the minute, of a duration all",
        TIME,
        Type::Number,
        minutes_of,
    ),
    function("getMonth(date)", "the month from 0", MOMENT, Type::Number, month),
    function(
        "getSeconds(moment)",
        "of a date the second, of a duration all",
        TIME,
        Type::Number,
        seconds_of,
    ),
    function("hours(n)", "so many hours", &[NUMBER], Type::Duration, hours),
    function("minutes(n)", "so many minutes", &[NUMBER], Type::Duration, minutes),
    function("timestamp(text)", "a moment in RFC 3339", &[DATE], Type::Timestamp, timestamp),
    function("weeks(n)", "so many weeks", &[NUMBER], Type::Duration, weeks),
];

const DATE: &[Type] = &[Type::Timestamp, Type::Text];
const MOMENT: &[&[Type]] = &[&[Type::Timestamp]];
const TIME: &[&[Type]] = &[&[Type::Timestamp, Type::Duration]];

/// The timestamp of an argument; text is read as a date.
fn moment(values: &[Value<'_>]) -> Result<chrono::DateTime<chrono::FixedOffset>, EvaluationError> {
    if let Some(Value::Timestamp(at)) = values.first() {
        return Ok(*at);
    }
    let text = text_of(values, 0)?;
    instant(text).ok_or_else(|| unreadable(text, "a date", "une date"))
}

fn date<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    moment(values).map(Value::Timestamp)
}

/// CEL's own: RFC 3339 only.
fn timestamp<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    if let Some(Value::Timestamp(at)) = values.first() {
        return Ok(Value::Timestamp(*at));
    }
    let text = text_of(values, 0)?;
    let parsed = chrono::DateTime::parse_from_rfc3339(text);
    let wrong = |_| unreadable(text, "a timestamp (RFC 3339)", "un horodatage (RFC 3339)");
    parsed.map(Value::Timestamp).map_err(wrong)
}

fn add_months<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    let (at, months) = (moment(values)?, int_of(values, 1)?);
    let count = Months::new(u32::try_from(months.unsigned_abs()).unwrap_or(u32::MAX));
    let moved =
        if months < 0 { at.checked_sub_months(count) } else { at.checked_add_months(count) };
    moved
        .map(Value::Timestamp)
        .ok_or_else(|| unreadable(&months.to_string(), "in range", "possible"))
}

fn duration<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    if let Some(Value::Duration(length)) = values.first() {
        return Ok(Value::Duration(*length));
    }
    let text = text_of(values, 0)?;
    let (sign, unsigned) = match text.trim().strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let length = scalar::duration(unsigned).map(|length| length * sign);
    length.map(Value::Duration).ok_or_else(|| unreadable(text, "a duration", "une durée"))
}

fn lasting<'a>(values: &[Value<'a>], of: fn(i64) -> Option<TimeDelta>) -> Called<'a> {
    let count = int_of(values, 0)?;
    let length = of(count);
    length
        .map(Value::Duration)
        .ok_or_else(|| unreadable(&count.to_string(), "in range", "possible"))
}

fn minutes<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    lasting(values, TimeDelta::try_minutes)
}

fn hours<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    lasting(values, TimeDelta::try_hours)
}

fn days<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    lasting(values, TimeDelta::try_days)
}

fn weeks<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    lasting(values, TimeDelta::try_weeks)
}

fn part<'a>(values: &[Value<'a>], of: fn(&chrono::DateTime<chrono::Utc>) -> i64) -> Called<'a> {
    // Without a time zone CEL counts in UTC.
    Ok(Value::Int(of(&moment(values)?.to_utc())))
}

fn full_year<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    part(values, |at| i64::from(at.year()))
}

/// From 0, as CEL has it.
fn month<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    part(values, |at| i64::from(at.month0()))
}

/// From 0, as CEL has it.
fn day_of_month<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    part(values, |at| i64::from(at.day0()))
}

/// From 1, as CEL has it.
fn date_of<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    part(values, |at| i64::from(at.day()))
}

/// From 0, as CEL has it.
fn day_of_year<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    part(values, |at| i64::from(at.ordinal0()))
}

/// From 0, Sunday, as CEL has it.
fn day_of_week<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    part(values, |at| i64::from(at.weekday().num_days_from_sunday()))
}

fn hours_of<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    if let Some(Value::Duration(length)) = values.first() {
        return Ok(Value::Int(length.num_hours()));
    }
    part(values, |at| i64::from(at.hour()))
}

fn minutes_of<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    if let Some(Value::Duration(length)) = values.first() {
        return Ok(Value::Int(length.num_minutes()));
    }
    part(values, |at| i64::from(at.minute()))
}

fn seconds_of<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    if let Some(Value::Duration(length)) = values.first() {
        return Ok(Value::Int(length.num_seconds()));
    }
    part(values, |at| i64::from(at.second()))
}

fn milliseconds_of<'a>(values: &[Value<'a>], _: Option<&Regex>) -> Called<'a> {
    if let Some(Value::Duration(length)) = values.first() {
        return Ok(Value::Int(i64::from(length.subsec_millis())));
    }
    part(values, |at| i64::from(at.timestamp_subsec_millis()))
}
