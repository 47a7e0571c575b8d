//! Running the command, and folders to run it in.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).expect("the crate lies two folders deep").to_owned()
}

/// What a run printed and how it ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the command in a folder, with an environment that says nothing.
pub(crate) fn aplomb_in<S: AsRef<OsStr>>(folder: &Path, args: &[S]) -> Ran {
    ran(&command(folder, args).output().expect("the command starts"))
}

/// The command, to be run in a folder.
pub(crate) fn command<S: AsRef<OsStr>>(folder: &Path, args: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aplomb"));
    command.args(args).current_dir(folder).env_clear().env("PATH", "");
    command
}

fn ran(output: &Output) -> Ran {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it prints UTF-8");
    let ran = Ran {
        code: output.status.code().expect("it ends by itself"),
        out: text(&output.stdout),
        err: text(&output.stderr),
    };
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
    ran
}

/// Runs the command in the repository's root.
pub(crate) fn aplomb(args: &[&str]) -> Ran {
    aplomb_in(&root(), args)
}

/// The ids of all formats of a report.
pub(crate) fn outputs() -> Vec<String> {
    let listed = aplomb(&["list", "outputs"]).out;
    let ids = listed.lines().filter_map(|line| line.split_whitespace().next());
    ids.map(str::to_owned).collect()
}

/// Says that a test does not test, and why.
pub(crate) fn skipped(why: &str) {
    // Straight to the stream: a test runner keeps what passes through `print!` to itself.
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// A folder with files in it, gone when dropped.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(TempDir::new().expect("a temporary folder"));
        for (path, text) in files {
            folder.write(path, text.as_bytes());
        }
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }

    /// Runs the command in it.
    pub(crate) fn aplomb(&self, args: &[&str]) -> Ran {
        aplomb_in(self.path(), args)
    }

    /// Runs the command in it, with something on standard input.
    pub(crate) fn aplomb_reading(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut command = command(self.path(), args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        // A command that refuses does not read.
        let _ = child.stdin.take().expect("is piped").write_all(input);
        ran(&child.wait_with_output().expect("the command ends"))
    }
}

/// A standard of one rule on JSON files, for tests of everything around rules.
pub(crate) const STANDARD: &str = r#"
[standard]
id = "house"
version = "1"
domain = "software"
title = "House"

[rule.T-1]
name = "port-is-443"
title = "The port is 443"
severity = "blocker"
subjects = { kind = "config" }
select = "$.port"
expect = { const = 443 }
remedy = "Set the port to 443."
"#;
