//! What the repository promises of itself: its arrows, its licences, its lints, its lists.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::run::{aplomb, root};

/// What a build on this machine draws in. Other platforms' packages were never fetched, and a test
/// asks no network.
fn metadata() -> Value {
    let rustc = Command::new("rustc").arg("-vV").output().expect("rustc runs");
    let version = String::from_utf8(rustc.stdout).expect("text");
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version=1",
            "--locked",
            "--offline",
            "--filter-platform",
            host,
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn the_arrows_are_those_of_the_architecture() {
    let metadata = metadata();
    let mut arrows = BTreeMap::<String, BTreeSet<String>>::new();
    for package in metadata["packages"].as_array().expect("a list") {
        let name = package["name"].as_str().expect("a name");
        if !package["source"].is_null() {
            continue;
        }
        let uses = package["dependencies"].as_array().expect("a list").iter();
        let uses = uses.filter(|one| one["kind"].is_null());
        let uses = uses.filter_map(|one| one["name"].as_str());
        let ours = uses.filter(|name| name.starts_with("aplomb")).map(str::to_owned);
        arrows.insert(name.to_owned(), ours.collect());
    }
    let expected = [
        ("aplomb", "check host model read report standard"),
        ("aplomb-check", "model standard"),
        ("aplomb-host", "model read"),
        ("aplomb-model", ""),
        ("aplomb-read", "model"),
        ("aplomb-report", "model"),
        ("aplomb-standard", "model read"),
    ];
    let expected = expected.map(|(name, uses)| {
        let uses = uses.split_whitespace().map(|name| format!("aplomb-{name}"));
        (name.to_owned(), uses.collect::<BTreeSet<_>>())
    });
    assert_eq!(arrows, BTreeMap::from(expected));
}

/// Licences that ask for nothing but attribution. Of `A OR B` one must be among them, of `A AND B`
/// both.
const PERMISSIVE: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn permissive(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let expression = expression.replace(['(', ')'], "");
    expression
        .split(" AND ")
        .all(|all| all.split(" OR ").any(|one| PERMISSIVE.contains(&one.trim())))
}

#[test]
fn every_dependency_is_permissively_licensed() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("a list");
    let wrong: Vec<_> = packages
        .iter()
        .filter(|package| !permissive(package["license"].as_str().unwrap_or_default()))
        .map(|package| format!("{}: {}", package["name"], package["license"]))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(
        !permissive("GPL-3.0-only")
            && !permissive("MIT AND LGPL-3.0")
            && permissive("MIT/Apache-2.0")
    );
}

#[test]
fn every_crate_takes_the_workspace_lints() {
    let crates = std::fs::read_dir(root().join("crates")).expect("crates");
    for one in crates {
        let manifest = one.expect("readable").path().join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).expect("a manifest");
        assert!(text.contains("[lints]\nworkspace = true"), "{}", manifest.display());
    }
}

fn is_rust(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == "rs")
}

#[test]
fn no_file_is_a_drawer() {
    let folder = aplomb_read::Root::open(root()).expect("the repository");
    let mut long = Vec::new();
    for part in ["crates", "tests"] {
        let inner = aplomb_read::Root::open(folder.path().join(part)).expect("a folder");
        let (entries, _) = inner.walk(&aplomb_read::Limits::default());
        for entry in entries.into_iter().filter(|entry| is_rust(&entry.path)) {
            let text = std::fs::read_to_string(inner.path().join(&entry.path)).expect("a file");
            if text.lines().count() > 800 {
                long.push(entry.path);
            }
        }
    }
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn the_schema_knows_the_kinds_there_are() {
    let text = std::fs::read_to_string(root().join("schemas/standard.schema.json")).expect("it");
    let kinds = aplomb(&["list", "kinds"]).out;
    let kinds: Vec<_> = kinds.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(kinds.len() >= 9);
    for kind in kinds {
        assert!(text.contains(&format!("\"{kind}\"")), "{kind} is not in the schema");
    }
}

#[test]
fn every_reader_has_a_fuzz_target() {
    let manifest = std::fs::read_to_string(root().join("fuzz/Cargo.toml")).expect("a manifest");
    let targets = manifest.split("[[bin]]").skip(1);
    let names = targets.filter_map(|one| one.lines().find_map(|line| line.strip_prefix("name = ")));
    let names: Vec<_> = names.map(|name| name.trim_matches('"')).collect();
    let formats: Vec<_> = aplomb_read::FORMATS.iter().map(|format| format.id).collect();
    assert_eq!(names, formats);
}
