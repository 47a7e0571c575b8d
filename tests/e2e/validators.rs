//! What others hold reports against, where `.ci/validators` has installed it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{root, skipped};

/// The folder that they are installed into.
fn folder() -> PathBuf {
    root().join("target/validators")
}

/// A file of an npm package.
pub(crate) fn npm(path: &str) -> Option<PathBuf> {
    Some(folder().join("node_modules").join(path)).filter(|path| path.is_file())
}

/// Microsoft's validator of SARIF, from there or from the path.
pub(crate) fn multitool() -> Option<PathBuf> {
    let name = "Sarif.Multitool";
    npm(&format!("@microsoft/sarif-multitool-linux/{name}")).or_else(|| {
        Command::new(name).arg("--version").output().is_ok().then(|| PathBuf::from(name))
    })
}

/// What a script prints that uses a Python package; nothing where there is none, and says so.
pub(crate) fn python(package: &str, script: &str, files: &[&Path]) -> Option<String> {
    /// No script of ours ends with it otherwise.
    const ABSENT: i32 = 9;
    let script = format!(
        "import sys\ntry:\n    import {package}\nexcept ImportError:\n    sys.exit({ABSENT})\n{script}"
    );
    let ran = Command::new("python3")
        .args(["-c", &script])
        .args(files)
        .env("PYTHONPATH", folder().join("python"))
        .output();
    let Some(ran) = ran.ok().filter(|ran| ran.status.code() != Some(ABSENT)) else {
        skipped(&format!("Python's `{package}` is not installed: see .ci/validators"));
        return None;
    };
    let out = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{out}{}", String::from_utf8_lossy(&ran.stderr));
    Some(out)
}
