//! Violations in words.

use aplomb_model::{Node, Phrase, Value};
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::Value as JsonValue;

use super::keywords::BOTH;

/// Characters of a value that a message quotes.
const QUOTED: usize = 60;

/// What was expected and what was found.
pub(super) fn phrase(kind: &Kind, node: &Node) -> Phrase {
    let found = quote(node);
    let than = |en: &str, fr: &str, limit: &dyn std::fmt::Display| {
        Phrase::new(format!("{found} is {en} {limit}"), format!("{found} est {fr} {limit}"))
    };
    match kind {
        Kind::Constant { expected_value } => {
            let wanted = json(expected_value);
            Phrase::new(
                format!("expected {wanted}, found {found}"),
                format!("attendu {wanted}, trouvé {found}"),
            )
        }
        Kind::Enum { options } => {
            let wanted = options.as_array().map_or_else(String::new, |options| {
                options.iter().map(json).collect::<Vec<_>>().join(", ")
            });
            Phrase::new(
                format!("expected one of {wanted}, found {found}"),
                format!("attendu l'un de {wanted}, trouvé {found}"),
            )
        }
        Kind::Type { kind } => {
            let wanted = match kind {
                TypeKind::Single(one) => one.to_string(),
                TypeKind::Multiple(several) => {
                    several.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(", ")
                }
            };
            let is = node.type_name();
            Phrase::new(
                format!("expected type {wanted}, found {is}"),
                format!("attendu le type {wanted}, trouvé {is}"),
            )
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            Phrase::new(format!("`{name}` is missing"), format!("« {name} » manque"))
        }
        Kind::AdditionalProperties { unexpected }
        | Kind::UnevaluatedProperties { unexpected }
        | Kind::UnevaluatedItems { unexpected } => {
            let names = unexpected.join(", ");
            Phrase::new(format!("not expected here: {names}"), format!("non attendu ici : {names}"))
        }
        Kind::Pattern { pattern } => Phrase::new(
            format!("{found} does not match {pattern}"),
            format!("{found} ne correspond pas à {pattern}"),
        ),
        Kind::Format { format } => Phrase::new(
            format!("{found} has not the format {format}"),
            format!("{found} n'a pas le format {format}"),
        ),
        Kind::Minimum { limit } => than("below", "en dessous de", limit),
        Kind::Maximum { limit } => than("above", "au-dessus de", limit),
        Kind::ExclusiveMinimum { limit } => than("not above", "trop bas, il faut plus de", limit),
        Kind::ExclusiveMaximum { limit } => than("not below", "trop haut, il faut moins de", limit),
        Kind::MinLength { limit } => than("shorter than", "plus court que", limit),
        Kind::MaxLength { limit } => than("longer than", "plus long que", limit),
        Kind::MinItems { limit } | Kind::MinProperties { limit } => few(node, *limit),
        Kind::MaxItems { limit } | Kind::MaxProperties { limit } => many(node, *limit),
        Kind::UniqueItems => {
            Phrase::new("an element stands here twice", "un élément figure ici deux fois")
        }
        Kind::Contains => {
            Phrase::new("no element is as demanded", "aucun élément n'est tel que demandé")
        }
        Kind::FalseSchema => Phrase::new(
            format!("{found} is not allowed here"),
            format!("{found} n'est pas admis ici"),
        ),
        Kind::Not { .. } => Phrase::new(
            format!("{found} is what must not be"),
            format!("{found} est ce qui ne doit pas être"),
        ),
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } => Phrase::new(
            format!("{found} is none of what is allowed"),
            format!("{found} n'est rien de ce qui est admis"),
        ),
        _ if gave_up(kind) => Phrase::new(
            format!("the pattern is too costly to try on {found}"),
            format!("le motif est trop coûteux à essayer sur {found}"),
        ),
        Kind::Custom { message, .. } => match message.split_once(BOTH) {
            Some((en, fr)) => Phrase::new(en, fr),
            None => Phrase::same(message),
        },
        other => {
            let keyword = other.keyword();
            Phrase::new(
                format!("{found} does not satisfy {keyword}"),
                format!("{found} ne satisfait pas {keyword}"),
            )
        }
    }
}

/// Whether the evaluation was given up, so that nothing is known.
pub(super) const fn gave_up(kind: &Kind) -> bool {
    matches!(kind, Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. })
}

fn few(node: &Node, limit: u64) -> Phrase {
    let found = node.items().len() + node.members().len();
    Phrase::new(
        format!("{found} here, at least {limit} wanted"),
        format!("{found} ici, au moins {limit} attendus"),
    )
}

fn many(node: &Node, limit: u64) -> Phrase {
    let found = node.items().len() + node.members().len();
    Phrase::new(
        format!("{found} here, at most {limit} wanted"),
        format!("{found} ici, au plus {limit} attendus"),
    )
}

fn quote(node: &Node) -> String {
    match &node.value {
        Value::List(items) => format!("[{}]", items.len()),
        Value::Map(members) => format!("{{{}}}", members.len()),
        Value::Text(text) => format!("\"{}\"", short(text)),
        _ => short(&node.scalar_text().unwrap_or_default()),
    }
}

fn json(value: &JsonValue) -> String {
    short(&value.to_string())
}

fn short(text: &str) -> String {
    if text.chars().count() <= QUOTED {
        return text.to_owned();
    }
    let kept: String = text.chars().take(QUOTED).collect();
    format!("{kept}…")
}
