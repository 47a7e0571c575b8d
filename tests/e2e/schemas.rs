//! What is shipped and what is emitted validates against the published schemas.

use std::path::Path;

use aplomb_model::{Node, Value as Own};
use aplomb_read::{by_id, read_text};
use serde_json::Value;

use crate::run::{aplomb, root};

/// A published schema.
pub(crate) fn schema_text(name: &str) -> Value {
    let path = root().join("schemas").join(format!("{name}.schema.json"));
    let text = std::fs::read_to_string(path).expect("a schema");
    serde_json::from_str(&text).expect("JSON")
}

pub(crate) fn schema(name: &str) -> jsonschema::Validator {
    let schema = schema_text(name);
    assert!(jsonschema::draft202012::meta::is_valid(&schema), "{name}");
    jsonschema::draft202012::new(&schema).expect("a valid schema")
}

fn validates(schema: &jsonschema::Validator, what: &str, value: &Value) {
    let errors: Vec<_> =
        schema.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{what}\n{}", errors.join("\n"));
}

/// What was read, as the schemas see it.
pub(crate) fn plain(node: &Node) -> Value {
    match &node.value {
        Own::Null => Value::Null,
        Own::Bool(value) => Value::from(*value),
        Own::Int(value) => Value::from(*value),
        Own::UInt(value) => Value::from(*value),
        Own::Float(value) => Value::from(*value),
        Own::Big(text) | Own::Text(text) => Value::from(&**text),
        Own::List(items) => items.iter().map(plain).collect(),
        Own::Map(members) => {
            Value::Object(members.iter().map(|m| (m.key.to_string(), plain(&m.value))).collect())
        }
    }
}

/// A TOML file, as the schemas see it.
pub(crate) fn toml(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a file");
    let tree = read_text("t.toml", &text, by_id("toml").expect("built in")).expect("TOML");
    plain(&tree.documents[0])
}

/// Files with an ending below a folder of the repository.
fn files(folder: &str, ending: &str) -> Vec<std::path::PathBuf> {
    let root = aplomb_read::Root::open(root().join(folder)).expect("a folder");
    let (entries, _) = root.walk(&aplomb_read::Limits::default());
    let paths = entries.into_iter().map(|entry| root.path().join(entry.path));
    let paths: Vec<_> = paths.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    assert!(!paths.is_empty(), "{folder} has files *{ending}");
    paths
}

#[test]
fn shipped_standards_validate() {
    let schema = schema("standard");
    for path in files("policies", ".toml") {
        validates(&schema, &path.display().to_string(), &toml(&path));
    }
}

#[test]
fn deliveries_validate() {
    let manifest = schema("delivery");
    for path in files("tests/deliveries", "delivery.toml") {
        validates(&manifest, &path.display().to_string(), &toml(&path));
    }
    let waivers = schema("waivers");
    for path in files("tests/deliveries", "waivers.toml") {
        validates(&waivers, &path.display().to_string(), &toml(&path));
    }
    let facts = schema("host-facts");
    for path in files("tests/deliveries/agora-3.2.0/hosts", ".json") {
        let text = std::fs::read_to_string(&path).expect("a snapshot");
        let value = serde_json::from_str(&text).expect("JSON");
        validates(&facts, &path.display().to_string(), &value);
    }
}

#[test]
fn reports_validate() {
    let schema = schema("report");
    for lang in ["en", "fr"] {
        let ran = aplomb(&[
            "check",
            "tests/deliveries/agora-3.2.0",
            "--as-of=2026-11-23",
            "--format=json",
            "--lang",
            lang,
        ]);
        validates(&schema, lang, &serde_json::from_str(&ran.out).expect("JSON"));
    }
}

#[test]
fn toml_files_point_their_editor_to_a_schema_that_exists() {
    let shipped = files("policies", ".toml").into_iter();
    let deliveries = files("tests/deliveries", ".toml").into_iter();
    // What a test makes of a delivery is no file of it.
    let written = shipped.chain(deliveries).filter(|path| !path.ends_with("corrections.toml"));
    for path in written {
        let text = std::fs::read_to_string(&path).expect("a file");
        let first = text.lines().next().unwrap_or_default();
        let target = first.strip_prefix("#:schema ").expect("an editor directive");
        let folder = path.parent().expect("in a folder");
        assert!(folder.join(target).is_file(), "{} points to {target}", path.display());
    }
}

#[test]
fn the_command_prints_the_schemas() {
    for name in ["standard", "delivery", "waivers", "report", "host-facts", "diff"] {
        let ran = aplomb(&["schema", name]);
        assert_eq!(ran.code, 0);
        let on_disk = root().join("schemas").join(format!("{name}.schema.json"));
        assert_eq!(ran.out, std::fs::read_to_string(on_disk).expect("a schema"));
    }
    assert_eq!(aplomb(&["schema", "nothing"]).code, 2);
}
