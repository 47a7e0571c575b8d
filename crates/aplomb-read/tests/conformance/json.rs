//! JSON by `JSONTestSuite` (Nicolas Seriot, "Parsing JSON is a Minefield").

use serde::Deserialize;
use serde_json::Value;

use crate::{has_place, says};

const SUITE: &str = include_str!("../../../../tests/vendored/json-test-suite/parsing.json");

#[derive(Deserialize)]
struct Case {
    name: String,
    input: String,
}

/// Whether a value is the only document; `-0` is 0.
fn same(documents: &[Value], expected: &Value) -> bool {
    let number = |value: &Value| value.get(0).and_then(Value::as_f64);
    match documents {
        [said] => said == expected || number(said).is_some_and(|n| Some(n) == number(expected)),
        _ => false,
    }
}

#[test]
fn what_must_be_accepted_is_and_what_must_be_refused_is_refused_with_a_place() {
    let cases: Vec<Case> = serde_json::from_str(SUITE).expect("the suite");
    let (mut accepted, mut refused) = (0, 0);
    let mut wrong = Vec::new();
    for case in &cases {
        let said = says("json", &case.input);
        match (case.name.split_once('_').map(|(kind, _)| kind), said) {
            (Some("y"), Ok(documents)) => {
                let expected = serde_json::from_str(&case.input).expect("it must be accepted");
                accepted += 1;
                if !same(&documents, &expected) {
                    wrong.push(format!("{}: says {documents:?}", case.name));
                }
            }
            (Some("y"), Err(error)) => wrong.push(format!("{}: {error}", case.name)),
            (Some("n"), Ok(_)) => wrong.push(format!("{}: is accepted", case.name)),
            (Some("n"), Err(error)) => {
                refused += 1;
                if !has_place(&error, &case.input) {
                    wrong.push(format!("{}: no place: {error}", case.name));
                }
            }
            // Either will do; what counts is that there is an answer.
            (Some("i"), _) => {}
            (kind, _) => panic!("{kind:?}: {}", case.name),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(accepted > 90 && refused > 170, "{accepted} accepted, {refused} refused");
}
