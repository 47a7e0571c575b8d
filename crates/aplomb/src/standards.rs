//! Finding the standards to judge by, and loading them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aplomb_check::{compile, kind_ids};
use aplomb_model::Source;
use aplomb_read::{Limits, Root};
use aplomb_standard::{FileMistakes, Policy, load};
use chrono::DateTime;

use crate::cli::CheckArgs;
use crate::complaint::Complaint;
use crate::embedded;

/// How the built-in standards are named.
const BUILT_IN: &str = "aplomb:";

/// Loads the standards that were named; all built-in ones where none was. Paths are relative to
/// `base`.
///
/// # Errors
/// When one is not found or cannot be read, and with all mistakes of all files.
pub(crate) fn policy(named: &[String], base: &Path) -> Result<Policy, Complaint> {
    let all = [format!("{BUILT_IN}*")];
    let named = if named.is_empty() { &all[..] } else { named };
    let mut files: Vec<Arc<Source>> = Vec::new();
    for name in named {
        let found = match name.strip_prefix(BUILT_IN) {
            Some(id) => built_in(id)?,
            None => on_disk(&base.join(name), name)?,
        };
        for file in found {
            if !files.iter().any(|other| other.name() == file.name()) {
                files.push(file);
            }
        }
    }
    let loaded = load(files, &kind_ids());
    if loaded.mistakes.is_empty() {
        return Ok(loaded.policy);
    }
    let further = further_mistakes(&loaded.policy);
    Err(Complaint::mistakes(together(loaded.mistakes, further)))
}

/// What is wrong with the checks of rules that could be decoded: an author wants all mistakes at
/// once, not one sort after the other.
fn further_mistakes(policy: &Policy) -> Vec<FileMistakes> {
    let selection = policy.apply(None, &[], None);
    // No rule is run: any moment does.
    let compiled =
        selection.map(|selection| compile(&selection, DateTime::UNIX_EPOCH.into(), None));
    compiled.ok().and_then(Result::err).unwrap_or_default()
}

/// The mistakes of both, file by file, each place once.
fn together(first: Vec<FileMistakes>, further: Vec<FileMistakes>) -> Vec<FileMistakes> {
    let mut all = first;
    for more in further {
        let same = |known: &FileMistakes| known.file().name() == more.file().name();
        let Some(index) = all.iter().position(same) else {
            all.push(more);
            continue;
        };
        let known = &all[index];
        let mut mistakes = known.mistakes().to_vec();
        let new = more.mistakes().iter();
        let new = new.filter(|one| known.mistakes().iter().all(|other| other.span != one.span));
        mistakes.extend(new.cloned());
        all[index] = FileMistakes::new("standard", Arc::clone(known.file()), mistakes);
    }
    all
}

/// What the names of standards are relative to: the working folder for those of the command, the
/// manifest's folder for those of the manifest.
pub(crate) fn base(args: &CheckArgs) -> &Path {
    let base = match &args.manifest {
        _ if !args.standards.is_empty() => None,
        Some(manifest) => manifest.parent(),
        None if args.path.is_file() => args.path.parent(),
        None => Some(args.path.as_path()),
    };
    base.unwrap_or(Path::new(""))
}

/// The files that a policy came from, each perhaps several times.
pub(crate) fn sources(policy: &Policy) -> impl Iterator<Item = &Source> {
    let standards = policy.standards.iter().map(|standard| &standard.source);
    let profiles = policy.profiles.iter().map(|profile| &profile.source);
    let overrides = policy.overrides.iter().map(|change| &change.source);
    let catalogues = policy.catalogue_changes.iter().map(|change| &change.source);
    standards.chain(profiles).chain(overrides).chain(catalogues).map(AsRef::as_ref)
}

/// The built-in files that a name means: `*`, or the id of a standard, which is its file's name.
/// Profiles always come along, for they only select, and so do catalogues, which demand nothing.
fn built_in(id: &str) -> Result<Vec<Arc<Source>>, Complaint> {
    let files = embedded::policies();
    if id == "*" {
        return Ok(files);
    }
    let stem = |file: &Source| {
        let name = file.name().rsplit('/').next().unwrap_or_default();
        name.trim_end_matches(".toml").to_owned()
    };
    let comes_along = |file: &Source| {
        file.name().starts_with("policies/profiles/") || file.name().ends_with("-catalogues.toml")
    };
    let demanding = files.iter().filter(|file| !comes_along(file));
    let known: Vec<_> = demanding.map(|file| stem(file)).collect();
    if !known.iter().any(|stem| stem == id) {
        return Err(Complaint::plain(format!(
            "there is no built-in standard `{id}`; there are {}",
            known.join(", ")
        )));
    }
    let wanted = |file: &Arc<Source>| stem(file) == id || comes_along(file);
    Ok(files.into_iter().filter(wanted).collect())
}

fn on_disk(path: &Path, shown: &str) -> Result<Vec<Arc<Source>>, Complaint> {
    let unreadable = |error: aplomb_read::ReadError| {
        Complaint::plain(format!("the standard {shown} cannot be read: {error}"))
    };
    let limits = Limits::default();
    let (folder, only): (PathBuf, Option<String>) = if path.is_file() {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let folder = parent.unwrap_or_else(|| Path::new("."));
        (folder.to_owned(), Some(name.into_owned()))
    } else {
        (path.to_owned(), None)
    };
    let root = Root::open(&folder).map_err(unreadable)?;
    let paths = match &only {
        Some(name) => vec![name.clone()],
        None => {
            let (entries, errors) = root.walk(&limits);
            if let Some((path, error)) = errors.into_iter().next() {
                return Err(Complaint::plain(format!(
                    "the standard {path} cannot be read: {error}"
                )));
            }
            let is_toml =
                |path: &String| Path::new(path).extension().is_some_and(|end| end == "toml");
            entries.into_iter().map(|entry| entry.path).filter(is_toml).collect()
        }
    };
    if paths.is_empty() {
        return Err(Complaint::plain(format!(
            "there is no standard in {shown}: a standard is a file named *.toml"
        )));
    }
    let mut files = Vec::new();
    for path in paths {
        let source = root.read(&path).map_err(unreadable)?;
        // Named as it was asked for, so that a report says where to look, whatever the machine.
        let name = match &only {
            Some(_) => shown.to_owned(),
            None => format!("{}/{path}", shown.trim_end_matches('/')),
        };
        files.push(Arc::new(Source::new(name, source.text())));
    }
    Ok(files)
}
