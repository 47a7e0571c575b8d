//! What is wrong with a schema as its author wrote it.

use aplomb_model::{Member, Mistake, Node, Value};
use aplomb_standard::authored::{suggest, wrong_type};

use serde_json::Value as JsonValue;

use super::keywords::{FORMATS, KEYWORDS};
use super::{Options, representation};

/// Keywords of draft 2020-12 that hold no schema.
const PLAIN: &[&str] = &[
    "$comment",
    "const",
    "default",
    "dependentRequired",
    "deprecated",
    "description",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "required",
    "title",
    "type",
    "uniqueItems",
];
/// Keywords that hold a schema.
const SCHEMA: &[&str] = &[
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords that hold a map of schemas.
const MAP: &[&str] = &["$defs", "dependentSchemas", "patternProperties", "properties"];
/// Keywords that hold a list of schemas.
const LIST: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];

/// The keywords that are about one type of value only.
const TYPES: &[(&str, &[&str])] = &[
    ("array", &["contains", "items", "maxItems", "minItems", "prefixItems", "uniqueItems"]),
    ("number", &["exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"]),
    (
        "object",
        &[
            "additionalProperties",
            "dependentRequired",
            "dependentSchemas",
            "maxProperties",
            "minProperties",
            "patternProperties",
            "properties",
            "propertyNames",
            "required",
        ],
    ),
    ("string", &["format", "maxLength", "minLength", "pattern"]),
];

/// Formats of the specification.
const STANDARD_FORMATS: &[&str] = &[
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

/// Collects what is wrong. JSON Schema passes over keywords it does not know; a rule must not.
pub(super) fn check(schema: &Node, options: &Options, mistakes: &mut Vec<Mistake>) {
    match &schema.value {
        Value::Bool(_) => {}
        Value::Map(members) => {
            for member in members {
                check_keyword(member, options, mistakes);
            }
        }
        _ => mistakes.push(wrong_type(schema, "a schema (a table, true or false)")),
    }
}

fn check_keyword(member: &Member, options: &Options, mistakes: &mut Vec<Mistake>) {
    let key = &*member.key;
    let value = &member.value;
    if SCHEMA.contains(&key) {
        check(value, options, mistakes);
    } else if MAP.contains(&key) {
        if !matches!(value.value, Value::Map(_)) {
            mistakes.push(wrong_type(value, "a table of schemas"));
        }
        for member in value.members() {
            check(&member.value, options, mistakes);
        }
    } else if LIST.contains(&key) {
        if value.items().is_empty() {
            mistakes.push(wrong_type(value, "an array of schemas"));
        }
        for item in value.items() {
            check(item, options, mistakes);
        }
    } else if let Some(own) = KEYWORDS.iter().find(|keyword| keyword.name == key) {
        if !own.accepts(&representation::value(value), *options) {
            let message = format!("`{key}` must be {}", own.wants);
            mistakes.push(Mistake::new(value.span, message, "not this"));
        }
    } else if key == "format" {
        check_format(value, mistakes);
    } else if key == "$ref" {
        let local = value.as_str().is_some_and(|target| target.starts_with('#'));
        if !local {
            let message = "`$ref` can only point within the schema";
            let mistake = Mistake::new(value.span, message, "elsewhere");
            mistakes
                .push(mistake.with_help("put the schema under `$defs`, and write \"#/$defs/…\""));
        }
    } else if !PLAIN.contains(&key) {
        let own = KEYWORDS.iter().map(|keyword| keyword.name);
        let known = PLAIN.iter().chain(SCHEMA).chain(MAP).chain(LIST).copied().chain(own);
        let help = match suggest(key, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "`aplomb explain expect` names those of ours; the others are JSON Schema's".into()
            }
        };
        let message = format!("`{key}` is no keyword of JSON Schema");
        mistakes.push(Mistake::new(member.key_span, message, "unknown keyword").with_help(help));
    }
}

/// JSON Schema passes over a keyword that is not about the value's type: `maximum` lets any text
/// through. A demand that says nothing is no demand: where a schema names no type, its keywords say
/// which it is about. What is negated or asked as a question (`not`, `if`) stays as it is.
pub(super) fn type_by_keywords(schema: &mut JsonValue) {
    let JsonValue::Object(members) = schema else { return };
    for (key, value) in members.iter_mut() {
        match key.as_str() {
            "not" | "if" => {}
            key if SCHEMA.contains(&key) => type_by_keywords(value),
            key if MAP.contains(&key) => {
                value
                    .as_object_mut()
                    .into_iter()
                    .flatten()
                    .for_each(|(_, one)| type_by_keywords(one));
            }
            key if LIST.contains(&key) => {
                value.as_array_mut().into_iter().flatten().for_each(type_by_keywords);
            }
            _ => {}
        }
    }
    if !members.contains_key("type") {
        let about = TYPES
            .iter()
            .filter(|(_, keywords)| keywords.iter().any(|keyword| members.contains_key(*keyword)));
        let about: Vec<JsonValue> = about.map(|(name, _)| JsonValue::from(*name)).collect();
        if !about.is_empty() {
            members.insert("type".to_owned(), JsonValue::Array(about));
        }
    }
}

fn check_format(value: &Node, mistakes: &mut Vec<Mistake>) {
    let Some(name) = value.as_str() else {
        mistakes.push(wrong_type(value, "a string"));
        return;
    };
    let known = || STANDARD_FORMATS.iter().copied().chain(FORMATS.iter().map(|(name, _)| *name));
    if known().any(|format| format == name) {
        return;
    }
    let mistake = Mistake::new(value.span, format!("there is no format `{name}`"), "unknown");
    mistakes.push(match suggest(name, known()) {
        Some(near) => mistake.with_help(format!("did you mean `{near}`?")),
        None => mistake,
    });
}
