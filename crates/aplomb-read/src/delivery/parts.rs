//! Which files are no subjects of their own, because they are parts of another: those it includes,
//! its drop-ins, files of other folders that go before or after it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aplomb_model::{
    Diagnostic, DiagnosticLevel, Node, Phrase, Source, Subject, SubjectKind, Value,
};

use super::{Delivery, Held};
use crate::standing::{Standing, Turn, UnitFile, standing, unit_file};
use crate::{Files, ReadError, Root, detect};

/// Formats in which a file that another includes makes sense only together with it. A PAM stack
/// that others include is one for itself.
const INCLUDING: &[&str] = &[
    "chrony",
    "httpd",
    "logrotate",
    "mysql",
    "nginx",
    "postgresql",
    "redis",
    "rsyslog",
    "ssh_config",
    "sshd_config",
    "sudoers",
];

/// Makes files that configurations include a part of those: what such a file says takes effect
/// only there.
pub(super) fn fold_included(delivery: &mut Delivery) {
    let subjects = &delivery.subjects;
    let of_format = |subject: &&Subject| {
        let format = subject.format.as_deref();
        subject.id.kind == SubjectKind::Config
            && format.is_some_and(|format| INCLUDING.contains(&format))
    };
    let mut parts = BTreeMap::<String, Vec<String>>::new();
    let mut included = BTreeSet::new();
    for subject in subjects.iter().filter(of_format) {
        let files = included_by(delivery, subject);
        if !files.is_empty() {
            included.extend(files.iter().cloned());
            parts.insert(subject.id.name.clone(), files);
        }
    }
    let is_part = |subject: &Subject| {
        let path = subject.path.as_ref().filter(|path| included.contains(*path));
        let format = subject.format.as_deref();
        subject.id.kind == SubjectKind::Config
            && path.is_some()
            && format.is_none_or(|format| format == "text" || INCLUDING.contains(&format))
    };
    delivery.subjects.retain(|subject| !is_part(subject));
    for subject in &mut delivery.subjects {
        subject.parts.extend(parts.remove(&subject.id.name).unwrap_or_default());
    }
    let idle = delivery.subjects.iter().filter_map(|subject| idle(delivery, subject));
    let idle: Vec<_> = idle.collect();
    delivery.diagnostics.extend(idle);
}

/// Makes one subject of files that make one configuration, though none includes another.
pub(super) fn fold_layers(subjects: &mut Vec<Subject>) {
    let files: Vec<(&str, &str)> = configurations(subjects).collect();
    let sets = sets(&files);
    let folded: BTreeSet<&String> = sets.iter().flat_map(|set| &set.own).collect();
    let mut whole = Vec::new();
    for set in &sets {
        let Some((first, others)) = set.files.split_first() else { continue };
        let is_first = |subject: &&Subject| subject.path.as_ref() == Some(first);
        whole.extend(
            subjects
                .iter()
                .find(is_first)
                .map(|subject| Subject { parts: others.to_vec(), ..renamed(subject, &set.name) }),
        );
    }
    subjects.retain(|subject| {
        let path = subject.path.as_ref().filter(|_| subject.id.kind == SubjectKind::Config);
        !path.is_some_and(|path| folded.contains(path))
    });
    subjects.extend(whole);
    subjects.sort_by(|a, b| a.id.cmp(&b.id));
}

/// The files of a format that make one configuration with that at `path`, in the order in which they
/// are read; nothing where it stands alone.
pub(super) fn set_of(format: &str, path: &str, near: &[String]) -> Vec<String> {
    let of_format = |path: &&String| detect(path, "").is_some_and(|found| found.id == format);
    let files: Vec<(&str, &str)> =
        near.iter().filter(of_format).map(|path| (format, path.as_str())).collect();
    let mut sets = sets(&files).into_iter().filter(|set| set.own.iter().any(|own| own == path));
    sets.next().map(|set| set.files).unwrap_or_default()
}

/// The sets of more than one file that configurations, each with its format, make.
fn sets(files: &[(&str, &str)]) -> Vec<Set> {
    let mut sets = units(files);
    let mut groups = BTreeMap::<String, Vec<(Standing, String)>>::new();
    for (format, path) in files.iter().copied() {
        if let Some(standing) = standing(format, path) {
            let group = format!("{format} {}", standing.of);
            groups.entry(group).or_default().push((standing, path.to_owned()));
        }
    }
    sets.extend(groups.into_values().filter(|files| files.len() > 1).map(|mut files| {
        files.sort_by(|(a, _), (b, _)| a.order().cmp(&b.order()));
        let main = files.first().filter(|(standing, _)| standing.turn == Turn::Main);
        // The folder that goes before the others stands for all.
        let folder = files.iter().min_by_key(|(standing, _)| standing.rank);
        let name = match (main, folder) {
            (Some((_, path)), _) => path.clone(),
            (None, Some((standing, _))) => standing.folder.clone(),
            (None, None) => String::new(),
        };
        let files: Vec<_> = files.into_iter().map(|(_, path)| path).collect();
        Set { name, own: files.clone(), files }
    }));
    sets
}

/// The subject under another name.
fn renamed(subject: &Subject, name: &str) -> Subject {
    let mut subject = subject.clone();
    name.clone_into(&mut subject.id.name);
    if let Value::Map(members) = &mut subject.attributes.value {
        for member in members.iter_mut().filter(|member| &*member.key == "name") {
            member.value = Node::text(member.value.span, name);
        }
    }
    subject
}

/// Files that make one subject, in the order in which they are read.
struct Set {
    name: String,
    files: Vec<String>,
    /// Those that are no subjects besides.
    own: Vec<String>,
}

/// Format and path of each configuration.
fn configurations(subjects: &[Subject]) -> impl Iterator<Item = (&str, &str)> {
    let configs = subjects.iter().filter(|subject| subject.id.kind == SubjectKind::Config);
    configs.filter_map(|subject| Some((subject.format.as_deref()?, subject.path.as_deref()?)))
}

/// The units of systemd that consist of several files. A template's own file belongs to the template
/// and to each instance that has none.
fn units(files: &[(&str, &str)]) -> Vec<Set> {
    let of_systemd = files.iter().filter(|(format, _)| *format == "systemd");
    let files: Vec<(UnitFile<'_>, &str)> =
        of_systemd.filter_map(|(_, path)| Some((unit_file(path)?, *path))).collect();
    let mut by_machine = BTreeMap::<(&str, &str), Vec<&(UnitFile<'_>, &str)>>::new();
    for file in &files {
        by_machine.entry(file.0.of).or_default().push(file);
    }
    let mut sets = Vec::new();
    for files in by_machine.values() {
        let units = files.iter().map(|(file, _)| file).filter(|file| file.is_of_one());
        let units: BTreeSet<&str> = units.map(|file| file.about).collect();
        for unit in units {
            let mut own: Vec<_> = files.iter().filter(|(file, _)| file.concerns(unit)).collect();
            let has_own =
                own.iter().any(|(file, _)| file.about == unit && file.standing.turn == Turn::Main);
            own.retain(|(file, _)| {
                file.standing.turn == Turn::DropIn || file.about == unit || !has_own
            });
            if own.len() < 2 {
                continue;
            }
            own.sort_by(|(a, _), (b, _)| a.standing.order().cmp(&b.standing.order()));
            let name = match own.iter().find(|(file, _)| file.about == unit) {
                Some((file, path)) if file.standing.turn == Turn::Main => (*path).to_owned(),
                Some((file, _)) => file.standing.folder.clone(),
                None => unit.to_owned(),
            };
            let of_unit = own
                .iter()
                .filter(|(file, _)| file.standing.turn == Turn::DropIn || file.about == unit);
            let of_unit = of_unit.map(|(_, path)| (*path).to_owned()).collect();
            let files = own.iter().map(|(_, path)| (*path).to_owned()).collect();
            sets.push(Set { name, files, own: of_unit });
        }
    }
    sets
}

/// The files that a configuration includes, directly or not.
fn included_by(delivery: &Delivery, subject: &Subject) -> Vec<String> {
    let (Some(path), Held::InFolder(root)) = (&subject.path, &delivery.files) else {
        return Vec::new();
    };
    let text = root.read(path);
    let mentions =
        |text: &str| text.as_bytes().windows(6).any(|w| w.eq_ignore_ascii_case(b"nclude"));
    if !text.is_ok_and(|source| mentions(source.text())) {
        return Vec::new();
    }
    let tree = delivery.read(subject);
    let names = tree.iter().flat_map(|tree| tree.sources.iter().skip(1));
    names.map(|source| source.name().to_owned()).collect()
}

/// That a drop-in lies beside a configuration that does not include it.
fn idle(delivery: &Delivery, subject: &Subject) -> Option<Diagnostic> {
    let path = subject.path.as_deref()?;
    let (folder, _) = path.rsplit_once('/')?;
    let main = folder.strip_suffix(".d").filter(|main| {
        let name = main.rsplit('/').next().unwrap_or(main);
        matches!(name, "sshd_config" | "ssh_config")
    })?;
    let beside = |other: &&Subject| other.path.as_deref() == Some(main);
    delivery.subjects.iter().find(beside)?;
    Some(Diagnostic {
        level: DiagnosticLevel::Warning,
        code: "not-included".into(),
        message: Phrase::new(
            format!("{main} does not include it, so it has no effect; include it, or remove it"),
            format!("{main} ne l'inclut pas, il est donc sans effet ; l'inclure ou le retirer"),
        ),
        file: Some(path.to_owned()),
        position: None,
    })
}

/// The files of a delivery, as the reader of one subject sees them.
pub(super) struct Parts<'a> {
    pub(super) root: &'a Root,
    pub(super) parts: &'a [String],
}

impl Files for Parts<'_> {
    fn open(&self, from: &str, path: &str) -> Result<Arc<Source>, ReadError> {
        self.root.open(from, path)
    }

    fn matching(&self, from: &str, pattern: &str) -> Vec<String> {
        self.root.matching(from, pattern)
    }

    fn has_file(&self, path: &str) -> bool {
        self.root.has_file(path)
    }

    fn has_folder(&self, path: &str) -> bool {
        self.root.has_folder(path)
    }

    fn parts(&self) -> &[String] {
        self.parts
    }
}
