//! What the tests of all sections need: a host made of files, and what a section says of it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::access::{Access, Content, Entry, FileStatus, Recording, Refusal, RootDirectory};
use crate::access::{Running, Space, Touch};
use crate::section::Section;
use crate::{Order, Snapshot, by_id, collect};

/// Files of a host. Content that begins with `-> ` makes a symbolic link.
pub(crate) struct Files(tempfile::TempDir);

impl Files {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, content) in files {
            let path = folder.path().join(path.trim_start_matches('/'));
            fs::create_dir_all(path.parent().expect("below the root")).expect("made");
            match content.strip_prefix("-> ") {
                Some(target) => symlink(target, &path).expect("a link"),
                None => fs::write(&path, content).expect("written"),
            }
        }
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The host as a root directory.
    pub(crate) fn root(&self) -> RootDirectory {
        RootDirectory::open(self.path()).expect("it opens")
    }

    /// The host as one that runs: its `/proc` and `/sys` are read, and what `denied` names is
    /// refused.
    pub(crate) fn live(&self, denied: &'static [&'static str]) -> Pretended {
        Pretended { root: self.path().to_owned(), denied }
    }
}

/// A host that pretends to run.
pub(crate) struct Pretended {
    root: PathBuf,
    denied: &'static [&'static str],
}

impl Pretended {
    fn at(&self, path: &Path) -> Result<RootDirectory, Refusal> {
        if self.denied.iter().any(|denied| Path::new(denied) == path) {
            return Err(Refusal::Denied);
        }
        Ok(RootDirectory::open(&self.root)?.with_kernel())
    }
}

impl Access for Pretended {
    fn read(&self, path: &Path, most: u64) -> Result<Content, Refusal> {
        self.at(path)?.read(path, most)
    }

    fn list(&self, path: &Path) -> Result<Vec<Entry>, Refusal> {
        self.at(path)?.list(path)
    }

    fn status(&self, path: &Path) -> Result<FileStatus, Refusal> {
        self.at(path)?.status(path)
    }

    fn link(&self, path: &Path) -> Result<PathBuf, Refusal> {
        self.at(path)?.link(path)
    }

    fn space(&self, _: &Path) -> Result<Space, Refusal> {
        const GIB: u64 = 1 << 30;
        Ok(Space { size: 20 * GIB, used: 14 * GIB, free: 5 * GIB, inodes: 1000, inodes_free: 900 })
    }

    fn running(&self) -> Option<Running> {
        Some(Running {
            host: "db01".to_owned(),
            release: "6.1.0-40-amd64".to_owned(),
            version: "#1 SMP".to_owned(),
            machine: "x86_64".to_owned(),
            uid: 1000,
        })
    }
}

/// What all sections named say of a host. They may look at nothing that they do not declare.
pub(crate) fn record(access: impl Access, ids: &[&str]) -> Snapshot {
    let access = Recording::new(access);
    let host = crate::host::Host::new(&access, &[]);
    access.take();
    for id in ids {
        let section = by_id(id).expect("a section");
        (section.collect)(&host);
        for touch in access.take() {
            assert!(is_declared(section, &touch), "{id} looks at {touch:?}");
        }
    }
    let sections = ids.iter().filter_map(|id| by_id(id)).collect();
    let captured_at = "2026-11-22T04:10:00+01:00";
    let order = Order { sections, files: &[], captured_at, version: "0.0.0" };
    let snapshot = collect(&access, &order);
    validate(&snapshot);
    snapshot
}

/// One section's facts, and its entry under `sections`.
pub(crate) fn section(access: impl Access, id: &str) -> (Value, Value) {
    let value = record(access, &[id]).to_value();
    (value[id].clone(), value["sections"][id].clone())
}

pub(crate) fn validate(snapshot: &Snapshot) {
    let schema = include_str!("../../../schemas/host-facts.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let value = snapshot.to_value();
    let errors: Vec<_> = schema
        .iter_errors(&value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Root directories made by others, to compare with the tools that made them: the folders in the
/// one that `APLOMB_ROOTS` names.
pub(crate) fn real_roots() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("APLOMB_ROOTS") else {
        eprintln!("skipped: APLOMB_ROOTS names no folder of root directories");
        return Vec::new();
    };
    let roots = fs::read_dir(folder).expect("APLOMB_ROOTS names a folder");
    let roots = roots.map(|entry| entry.expect("readable").path());
    let mut roots: Vec<_> = roots.filter(|path| path.join("etc").is_dir()).collect();
    roots.sort();
    roots
}

/// What a command prints; nothing, and a word about it, where there is no such command.
pub(crate) fn output(program: &str, args: &[&str]) -> Option<String> {
    match std::process::Command::new(program).args(args).env("LC_ALL", "C").output() {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(error) => {
            eprintln!("skipped: {program}: {error}");
            None
        }
    }
}

fn is_declared(section: &Section, touch: &Touch) -> bool {
    section.sources.iter().any(|source| match touch {
        Touch::Call(name) => source.strip_suffix("(2)") == Some(name),
        Touch::Path(path) => {
            let path = path.to_str().expect("fixtures have plain names");
            let path: Vec<&str> = path.split('/').collect();
            matches(&source.split('/').collect::<Vec<_>>(), &path)
        }
    })
}

fn matches(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        (["**"], _) | ([], []) => true,
        (["**", rest @ ..], path) => (0..path.len()).any(|at| matches(rest, &path[at..])),
        ([name, pattern @ ..], [part, path @ ..]) => {
            let fits = match name.split_once('*') {
                None => name == part,
                Some((before, after)) => {
                    part.len() >= before.len() + after.len()
                        && part.starts_with(before)
                        && part.ends_with(after)
                }
            };
            fits && matches(pattern, path)
        }
        _ => false,
    }
}
