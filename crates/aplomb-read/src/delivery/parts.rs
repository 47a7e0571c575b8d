//! Which files are no subjects of their own, because they are parts of another: those it includes.

use std::collections::{BTreeMap, BTreeSet};

use aplomb_model::{Diagnostic, DiagnosticLevel, Phrase, Subject, SubjectKind};

use super::Delivery;

/// Formats in which a file that another includes makes sense only together with it. A PAM stack
/// that others include is one for itself.
const INCLUDING: &[&str] = &["httpd", "nginx", "ssh_config", "sshd_config"];

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

/// The files that a configuration includes, directly or not.
fn included_by(delivery: &Delivery, subject: &Subject) -> Vec<String> {
    let Some(path) = &subject.path else {
        return Vec::new();
    };
    let text = delivery.root.read(path);
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
        code: "not-included",
        message: Phrase::new(
            format!("{main} does not include it, so it has no effect; include it, or remove it"),
            format!("{main} ne l'inclut pas, il est donc sans effet ; l'inclure ou le retirer"),
        ),
        file: Some(path.to_owned()),
        position: None,
    })
}
