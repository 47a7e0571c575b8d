//! Texts and times as the schema takes them.

use aplomb_model::Excerpt;
use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::{markdown, visible};

/// Whose properties ours are.
const NAMESPACE: &str = "urn:aplomb:oscal";

/// What OSCAL has no word for, or, without a namespace, has this word for.
#[derive(Serialize)]
pub(super) struct Property {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ns: Option<&'static str>,
    value: String,
}

impl Property {
    pub(super) fn of_oscal(name: &'static str, value: &str) -> Self {
        Self { name, ns: None, value: value_of(value).unwrap_or_else(|| NOTHING.to_owned()) }
    }
}

/// Properties of ours; those without a value are left out, as the schema has no empty ones.
pub(super) fn properties<'a>(
    known: impl IntoIterator<Item = (&'static str, Option<&'a str>)>,
) -> Vec<Property> {
    let known = known.into_iter();
    let told = known.filter_map(|(name, text)| {
        Some(Property { name, ns: Some(NAMESPACE), value: value_of(text?)? })
    });
    told.collect()
}

/// A text on one line, nothing hidden in it, no space at its ends; nothing where it says nothing.
pub(super) fn value_of(text: &str) -> Option<String> {
    let text = visible::joined(text);
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Stands for nothing; a hyphen alone would be a list in Markdown.
pub(super) const NOTHING: &str = "…";

/// The first text that says something, as Markdown in which nothing of it acts.
pub(super) fn prose(choice: &[&str]) -> String {
    let mut told = choice.iter().map(|text| markdown::prose(text));
    told.find(|text| !text.trim().is_empty()).unwrap_or_else(|| NOTHING.to_owned())
}

/// Lines of a source as a block of code.
pub(super) fn block(excerpt: &Excerpt) -> Option<String> {
    let lines: Vec<_> = excerpt.lines.iter().map(|line| visible::line(line)).collect();
    if lines.iter().all(|line| line.trim().is_empty()) {
        return None;
    }
    let ticks = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max();
    let fence = "`".repeat(ticks.unwrap_or(0).max(2) + 1);
    Some(format!("{fence}\n{}\n{fence}", lines.join("\n")))
}

/// An identifier as a token: what may not stand in one is a low line.
pub(super) fn token(id: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let token: String = id.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
    if token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        token
    } else {
        format!("_{token}")
    }
}

/// A moment in UTC; of a date its first instant.
pub(super) fn instant(text: &str) -> Option<String> {
    moment(text, NaiveTime::MIN)
}

/// A moment in UTC; of a date its last second.
pub(super) fn deadline(text: &str) -> Option<String> {
    moment(text, NaiveTime::from_hms_opt(23, 59, 59)?)
}

fn moment(text: &str, time: NaiveTime) -> Option<String> {
    let moment = match text.parse::<NaiveDate>() {
        Ok(date) => date.and_time(time).and_utc(),
        Err(_) => DateTime::parse_from_rfc3339(text).ok()?.to_utc(),
    };
    // A leap second has no place in the schema, nor has a year outside of these.
    let moment = DateTime::<Utc>::from_timestamp(moment.timestamp(), 0)?;
    let text = moment.to_rfc3339_opts(SecondsFormat::Secs, true);
    ("1900".."3000").contains(&text.get(..4)?).then_some(text).filter(|text| text.len() == 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_zone_and_the_shape_of_the_schema() {
        for (text, expected) in [
            ("2026-11-23", Some("2026-11-23T00:00:00Z")),
            ("2026-11-23T08:00:00.5+01:00", Some("2026-11-23T07:00:00Z")),
            ("2026-11-23T08:00:00+05:20", Some("2026-11-23T02:40:00Z")),
            ("2016-12-31T23:59:60Z", Some("2016-12-31T23:59:59Z")),
            ("soon", None),
            ("0001-01-01", None),
            ("+12345-01-01", None),
            ("", None),
        ] {
            assert_eq!(instant(text).as_deref(), expected, "{text}");
        }
        assert_eq!(deadline("2027-03-31").as_deref(), Some("2027-03-31T23:59:59Z"));
        assert_eq!(deadline("2027-03-31T12:00:00Z").as_deref(), Some("2027-03-31T12:00:00Z"));
    }

    #[test]
    fn tokens_begin_with_a_letter_and_values_stay_on_a_line() {
        assert_eq!(token("SW-061"), "SW-061");
        assert_eq!(token("1é b"), "_1__b");
        assert_eq!(token(""), "_");
        assert_eq!(value_of("\u{a0} a\nb \t"), Some("a b".to_owned()));
        assert_eq!(value_of(" \n "), None);
    }

    #[test]
    fn a_block_outlasts_the_ticks_in_it() {
        let lines = vec!["a ```` b".to_owned(), "\u{1b}c".to_owned()];
        let excerpt = Excerpt { first_line: 1, lines, cut: 0 };
        let expected = "`````\na ```` b\n<U+001B>c\n`````";
        assert_eq!(block(&excerpt).as_deref(), Some(expected));
    }
}
