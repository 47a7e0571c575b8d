//! YAML by yaml-test-suite, the suite of the specification's authors.

use serde::Deserialize;
use serde_json::{Deserializer, Value};

use crate::{has_place, says};

const SUITE: &str = include_str!("../../../../tests/vendored/yaml-test-suite/cases.json");

#[derive(Deserialize)]
struct Case {
    id: String,
    yaml: String,
    #[serde(default)]
    fail: bool,
    json: Option<String>,
}

/// What must be refused and is not: continuation lines of a flow collection or a quoted scalar that
/// are indented less than the specification asks, or by a tab. libyaml takes them too, so files in
/// the field have them, and they can be understood in one way only.
const ACCEPTED: [&str; 3] = ["9C9N", "DK95/01", "QB6E"];

/// Whether two streams are one; `450.00` is 450.
fn same(said: &[Value], expected: &[Value]) -> bool {
    said.len() == expected.len() && said.iter().zip(expected).all(|(a, b)| same_value(a, b))
}

fn same_value(said: &Value, expected: &Value) -> bool {
    match (said, expected) {
        (Value::Array(a), Value::Array(b)) => same(a, b),
        (Value::Object(a), Value::Object(b)) => {
            let of = |(key, b)| a.get(key).is_some_and(|a| same_value(a, b));
            a.len() == b.len() && b.iter().all(of)
        }
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => said == expected,
    }
}

#[test]
fn streams_say_what_they_should_and_broken_ones_are_refused_with_a_place() {
    let cases: Vec<Case> = serde_json::from_str(SUITE).expect("the suite");
    let mut wrong = Vec::new();
    let (mut said, mut refused) = (0, 0);
    for case in &cases {
        let is_known = ACCEPTED.contains(&&*case.id);
        let problem = match (says("yaml", &case.yaml), case.fail, &case.json) {
            (Ok(documents), true, _) => Some(format!("is accepted: {documents:?}")),
            (Err(error), true, _) => {
                refused += 1;
                (!has_place(&error, &case.yaml)).then(|| format!("no place: {error}"))
            }
            (Err(error), false, _) => Some(format!("is refused: {error}")),
            (Ok(documents), false, Some(json)) => {
                said += 1;
                let expected: Result<Vec<Value>, _> =
                    Deserializer::from_str(json).into_iter().collect();
                let expected = expected.expect("JSON");
                (!same(&documents, &expected)).then(|| format!("{documents:?} is not {expected:?}"))
            }
            (Ok(_), false, None) => None,
        };
        assert!(!(is_known && problem.is_none()), "{} does not differ", case.id);
        if let Some(problem) = problem.filter(|_| !is_known) {
            wrong.push(format!("{}: {problem}", case.id));
        }
    }
    assert!(wrong.is_empty(), "{} {wrong:#?}", wrong.len());
    assert!(said > 250 && refused > 80, "{said} said, {refused} refused");
}
