//! The official compliance suite (jsonpath-standard/jsonpath-compliance-test-suite).

use aplomb_model::{Member, Node, Span, Value};
use serde_json::Value as Json;

use crate::path::Path;

const SUITE: &str = include_str!("../../../tests/data/jsonpath-cts.json");

/// A tree of the same content; nothing has a place.
pub(super) fn node(json: &Json) -> Node {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), _, _) => Value::Int(number),
            (_, Some(number), _) => Value::UInt(number),
            (_, _, Some(number)) => Value::Float(number),
            _ => Value::Big(number.to_string().into()),
        },
        Json::String(text) => Value::Text(text.as_str().into()),
        Json::Array(items) => Value::List(items.iter().map(node).collect()),
        Json::Object(members) => Value::Map(
            members
                .iter()
                .map(|(key, value)| Member {
                    key: key.as_str().into(),
                    key_span: Span::default(),
                    value: node(value),
                })
                .collect(),
        ),
    };
    Node::new(Span::default(), value)
}

#[test]
fn the_whole_compliance_suite_passes() {
    let suite: Json = serde_json::from_str(SUITE).expect("the suite is JSON");
    let cases = suite["tests"].as_array().expect("the suite holds cases");
    assert_eq!(cases.len(), 703);
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| check(case).err().map(|why| format!("{}: {why}", case["name"])))
        .collect();
    assert!(failures.is_empty(), "{} failed:\n{}", failures.len(), failures.join("\n"));
}

fn check(case: &Json) -> Result<(), String> {
    let selector = case["selector"].as_str().expect("a case has a selector");
    let parsed = Path::parse(selector);
    if case["invalid_selector"] == Json::Bool(true) {
        let Err(error) = parsed else {
            return Err(format!("`{selector}` is accepted"));
        };
        assert!(selector.get(error.span.range()).is_some(), "{selector}: {error:?}");
        return Ok(());
    }
    let path = parsed.map_err(|error| format!("`{selector}` is refused: {error}"))?;
    let root = node(&case["document"]);
    let selected = path.select(&root).expect("within the budget");
    let hits = path.locate(&root).expect("within the budget");
    let located: Vec<String> = hits.iter().map(|hit| hit.location.to_string()).collect();
    assert!(
        selected.iter().eq(hits.iter().map(|hit| &hit.node)),
        "{selector}: select and locate differ"
    );
    for (hit, location) in hits.iter().zip(&located) {
        let back = Path::parse(location).map_err(|error| format!("{location}: {error}"))?;
        let found = back.select(&root).expect("within the budget");
        assert!(
            matches!(found.as_slice(), [node] if std::ptr::eq(*node, hit.node)),
            "{location} does not lead back"
        );
    }
    let alternatives = |one: &str, many: &str| -> Vec<Json> {
        match case.get(one) {
            Some(only) => vec![only.clone()],
            None => case[many].as_array().cloned().expect("results"),
        }
    };
    let results = alternatives("result", "results");
    let paths = alternatives("result_paths", "results_paths");
    let agrees = results.iter().zip(&paths).any(|(result, paths)| {
        let nodes: Vec<Node> = result.as_array().into_iter().flatten().map(node).collect();
        nodes.iter().eq(selected.iter().copied()) && *paths == Json::from(located.clone())
    });
    if agrees { Ok(()) } else { Err(format!("`{selector}` selects {located:?}")) }
}
