//! Values of parameters as people type them on a command line.

use std::sync::Arc;

use aplomb_model::{Mistake, Node, Phrase, Source, Span, Value};
use aplomb_read::{Input, Limits, NoFiles};

use super::ParamType;

pub(super) fn parse(kind: &ParamType, text: &str) -> Result<Node, Phrase> {
    let node = value(kind, text.trim()).ok_or_else(|| refused(kind, text))?;
    let mut mistakes: Vec<Mistake> = Vec::new();
    kind.check(&node, &mut mistakes);
    if mistakes.is_empty() { Ok(node) } else { Err(refused(kind, text)) }
}

fn value(kind: &ParamType, text: &str) -> Option<Node> {
    let value = match kind {
        ParamType::Bool => Value::Bool(text.parse().ok()?),
        ParamType::Int => Value::Int(text.parse().ok()?),
        ParamType::Number => match text.parse() {
            Ok(integer) => Value::Int(integer),
            Err(_) => Value::Float(text.parse().ok().filter(|number: &f64| number.is_finite())?),
        },
        ParamType::Map(_) => return toml(text),
        ParamType::List(_) if text.starts_with('[') => return toml(text),
        ParamType::List(inner) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Value::List(items.map(|item| value(inner, item)).collect::<Option<_>>()?)
        }
        _ => Value::Text(text.into()),
    };
    Some(Node::new(Span::default(), value))
}

/// A value in TOML's notation.
fn toml(text: &str) -> Option<Node> {
    let source = Arc::new(Source::new("", format!("value = {text}")));
    let input = Input { source: &source, limits: &Limits::default(), files: &NoFiles };
    let tree = aplomb_read::read(&input, aplomb_read::by_id("toml")?).ok()?;
    let root = tree.documents.into_iter().next()?;
    // A line break in the text could otherwise bring in keys of its own.
    (root.members().len() == 1).then(|| root.get("value").cloned())?
}

fn refused(kind: &ParamType, text: &str) -> Phrase {
    let (en, fr) = match kind {
        ParamType::List(_) => (
            "values separated by commas, or an array as in TOML",
            "des valeurs séparées par des virgules, ou un tableau comme en TOML",
        ),
        ParamType::Map(_) => {
            ("a table as in TOML: { key = value }", "une table comme en TOML : { clé = valeur }")
        }
        plain => (plain.described(), ""),
    };
    let fr = if fr.is_empty() { described_fr(kind) } else { fr };
    Phrase::new(
        format!("`{text}` is not a {kind}; write {en}"),
        format!("`{text}` n'est pas du type {kind} ; écrire {fr}"),
    )
}

const fn described_fr(kind: &ParamType) -> &'static str {
    match kind {
        ParamType::Bool => "true ou false",
        ParamType::Int => "un entier",
        ParamType::Number => "un nombre",
        ParamType::Date => "une date telle que \"2026-11-23\" ou \"2026-11-23T20:00:00+01:00\"",
        ParamType::Duration => "une durée telle que \"90d\" ou \"1h30m\"",
        ParamType::Version => "une version telle que \"15.4\"",
        ParamType::Quantity => "une quantité telle que \"500m\" ou \"2Gi\"",
        ParamType::Cidr => "un réseau tel que \"192.0.2.0/24\"",
        ParamType::String | ParamType::List(_) | ParamType::Map(_) => "un texte",
    }
}
