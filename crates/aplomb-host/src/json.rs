//! JSON in one form: keys sorted, whatever order the map type of `serde_json` keeps.

use std::fmt::Write as _;

use aplomb_model::{Node, Tree, Value as Read};
use serde_json::{Map, Value};

/// A value on one line, keys sorted: what `jq -cS` prints.
pub(crate) fn compact(value: &Value) -> String {
    let mut out = String::new();
    write_compact(value, &mut out);
    out
}

fn write_compact(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                out.push_str(if number == 0 { "" } else { "," });
                write_compact(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (number, (key, value)) in sorted(members).into_iter().enumerate() {
                out.push_str(if number == 0 { "" } else { "," });
                key_of(key, out);
                write_compact(value, out);
            }
            out.push('}');
        }
        // A scalar has one form. Writing to a string cannot fail.
        scalar => drop(write!(out, "{scalar}")),
    }
}

/// What was read, as a plain value. Of duplicate keys the last counts; a number that no machine
/// type holds is its text.
pub(crate) fn value(node: &Node) -> Value {
    match &node.value {
        Read::Null => Value::Null,
        Read::Bool(value) => Value::from(*value),
        Read::Int(value) => Value::from(*value),
        Read::UInt(value) => Value::from(*value),
        Read::Float(value) => Value::from(*value),
        Read::Big(text) | Read::Text(text) => Value::from(&**text),
        Read::List(items) => items.iter().map(value).collect(),
        Read::Map(members) => {
            let members = members.iter();
            Value::Object(members.map(|one| (one.key.to_string(), value(&one.value))).collect())
        }
    }
}

/// The one map a file holds, without its member `left_out`, in the form of [`compact`]. Numbers
/// are as written, duplicate keys are kept: a file that was not written by us must not come out
/// as if it was.
pub(crate) fn compact_read(tree: &Tree, left_out: &str) -> String {
    let mut out = String::new();
    if let [root] = &tree.documents[..] {
        write_read(tree, root, Some(left_out), &mut out);
    }
    out
}

fn write_read(tree: &Tree, node: &Node, left_out: Option<&str>, out: &mut String) {
    match &node.value {
        Read::List(items) => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                out.push_str(if number == 0 { "" } else { "," });
                write_read(tree, item, None, out);
            }
            out.push(']');
        }
        Read::Map(members) => {
            out.push('{');
            let kept = members.iter().filter(|one| left_out.is_none_or(|key| *one.key != *key));
            let mut members: Vec<_> = kept.collect();
            members.sort_by_key(|one| &one.key);
            for (number, member) in members.into_iter().enumerate() {
                out.push_str(if number == 0 { "" } else { "," });
                key_of(&member.key, out);
                write_read(tree, &member.value, None, out);
            }
            out.push('}');
        }
        Read::Text(text) => drop(write!(out, "{}", Value::from(&**text))),
        _ => out.push_str(tree.raw(node.span)),
    }
}

/// An object for people and line by line comparison: a line for each member, and for each item or
/// member of a member. `first` are keys that come before the others.
pub(crate) fn laid_out(members: &Map<String, Value>, first: &[&str]) -> String {
    let rank = |key: &str| first.iter().position(|one| *one == key).unwrap_or(first.len());
    let mut ordered = sorted(members);
    ordered.sort_by_key(|(key, _)| rank(key));
    let mut out = String::from("{");
    for (number, (key, value)) in ordered.into_iter().enumerate() {
        out.push_str(if number == 0 { "\n  " } else { ",\n  " });
        key_of(key, &mut out);
        out.push(' ');
        inner(value, &mut out);
    }
    out.push_str("\n}\n");
    out
}

fn inner(value: &Value, out: &mut String) {
    let separator = |number: usize| if number == 0 { "\n    " } else { ",\n    " };
    match value {
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                out.push_str(separator(number));
                write_compact(item, out);
            }
            out.push_str("\n  ]");
        }
        Value::Object(members) if !members.is_empty() => {
            out.push('{');
            for (number, (key, value)) in sorted(members).into_iter().enumerate() {
                out.push_str(separator(number));
                key_of(key, out);
                out.push(' ');
                write_compact(value, out);
            }
            out.push_str("\n  }");
        }
        other => write_compact(other, out),
    }
}

fn sorted(members: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut members: Vec<_> = members.iter().collect();
    members.sort_by_key(|(key, _)| key.as_str());
    members
}

fn key_of(key: &str, out: &mut String) {
    let _ = write!(out, "{}:", Value::from(key));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_at_every_level() {
        let value = json!({"b": [{"d": 1, "c": "é\n\u{1}"}], "a": {"z": null, "y": [true, 1.5]}});
        let expected = r#"{"a":{"y":[true,1.5],"z":null},"b":[{"c":"é\n\u0001","d":1}]}"#;
        assert_eq!(compact(&value), expected);
    }

    #[test]
    fn an_item_is_a_line() {
        let value = json!({"a": [{"x": 1}, {"y": 2}], "schema": "s", "m": {"k": [1]}, "e": []});
        let Value::Object(members) = &value else { unreachable!("an object") };
        let text = laid_out(members, &["schema"]);
        let expected = "{\n  \"schema\": \"s\",\n  \"a\": [\n    {\"x\":1},\n    {\"y\":2}\n  ],\n  \
            \"e\": [],\n  \"m\": {\n    \"k\": [1]\n  }\n}\n";
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), value);
    }
}
