//! What the binary carries: the shipped standards and the schemas.

use std::sync::Arc;

use aplomb_model::Source;
use include_dir::{Dir, include_dir};

static POLICIES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../policies");
static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../schemas");

/// The shipped policy files, sorted by path, each named as in the repository:
/// `policies/software/network.toml`.
pub(crate) fn policies() -> Vec<Arc<Source>> {
    let mut files = Vec::new();
    collect(&POLICIES, &mut files);
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let source = |(path, text): (String, &str)| Arc::new(Source::new(path, text));
    files.into_iter().map(source).collect()
}

fn collect<'a>(dir: &'a Dir<'a>, files: &mut Vec<(String, &'a str)>) {
    for file in dir.files() {
        let path = file.path();
        let is_toml = path.extension().is_some_and(|extension| extension == "toml");
        if is_toml && let Some(text) = file.contents_utf8() {
            let path = path.to_string_lossy().replace('\\', "/");
            files.push((format!("policies/{path}"), text));
        }
    }
    for inner in dir.dirs() {
        collect(inner, files);
    }
}

/// The names of the schemas, sorted.
pub(crate) fn schema_names() -> Vec<String> {
    let names = SCHEMAS.files().filter_map(|file| {
        let name = file.path().file_name()?.to_str()?;
        Some(name.strip_suffix(".schema.json")?.to_owned())
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// The text of a schema.
pub(crate) fn schema(name: &str) -> Option<&'static str> {
    SCHEMAS.get_file(format!("{name}.schema.json"))?.contents_utf8()
}
