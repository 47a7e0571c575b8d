//! The suites by which the authors of a format judge its readers.

mod json;
mod toml;
mod yaml;

use aplomb_model::{Node, Source, Value};
use aplomb_read::{ReadError, by_id, read_text};

/// What a text says in a format, as JSON, a document each.
fn says(format: &str, text: &str) -> Result<Vec<serde_json::Value>, ReadError> {
    let format = by_id(format).expect("built in");
    let tree = read_text("case", text, format)?;
    Ok(tree.documents.iter().map(plain).collect())
}

/// Whether a refusal says where.
fn has_place(error: &ReadError, text: &str) -> bool {
    let source = Source::new("case", text);
    error
        .problems
        .iter()
        .any(|problem| problem.span.is_some_and(|span| source.text().get(span.range()).is_some()))
}

fn plain(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::UInt(value) => (*value).into(),
        Value::Float(value) if value.is_finite() => (*value).into(),
        Value::Float(value) => value.to_string().into(),
        Value::Big(text) | Value::Text(text) => text.to_string().into(),
        Value::List(items) => items.iter().map(plain).collect::<Vec<_>>().into(),
        Value::Map(members) => members
            .iter()
            .map(|member| (member.key.to_string(), plain(&member.value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}
