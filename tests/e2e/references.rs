//! Readers say what the programs themselves say of the same files. Where a program is not
//! installed, its test says that it skips.

mod includes;
mod openssh;
mod systemd;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use aplomb_model::Tree;
use aplomb_read::{Delivery, Limits};

use crate::run::skipped;

/// What a program prints; `None`, and said, where it is not installed or cannot run here.
fn printed(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).env("LC_ALL", "C").output();
    match output {
        Ok(output) if output.status.success() => {
            Some(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            skipped(&format!("{program} cannot run here: {said}"));
            None
        }
        Err(error) => {
            skipped(&format!("{program}: {error}"));
            None
        }
    }
}

/// The subject that is called `name` among those of the files in a folder, and what it says.
fn read(folder: &Path, name: &str) -> Tree {
    let delivery = Delivery::open(folder, None, Limits::default()).expect("a folder");
    let subject = delivery.subjects.iter().find(|subject| subject.id.name == name);
    let names: Vec<_> = delivery.subjects.iter().map(|subject| &subject.id.name).collect();
    let subject = subject.unwrap_or_else(|| panic!("no {name} among {names:?}"));
    let read = delivery.read(subject);
    read.unwrap_or_else(|(error, source)| panic!("{}", error.describe(source.as_deref())))
}

/// Settings by name, in lower case, each as the words of all its values.
type Words = BTreeMap<String, Vec<String>>;

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().map(str::to_lowercase)
}
