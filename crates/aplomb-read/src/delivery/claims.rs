//! Which subjects a delivery's files make, by what the manifest claims.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use aplomb_model::{
    Diagnostic, DiagnosticLevel, Member, Node, Phrase, Source, Span, Subject, SubjectKind,
    SubjectName, Value,
};

use super::manifest::{Entry, Globs, Manifest};
use super::{MANIFEST, WAIVERS};
use crate::detect;

/// Files the product knows in a delivery's folder that are not subjects.
const OWN_FILES: &[&str] = &[WAIVERS];

/// Turns what the manifest claims into subjects. A file is claimed once: a register before a
/// document, a document before a host's facts, those before a configuration.
pub(super) fn claim(
    manifest: &Manifest,
    paths: &[String],
    source: &Source,
    standards: &[String],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Subject> {
    let paths = paths.iter().map(String::as_str);
    let (excluded, paths): (Vec<_>, Vec<_>) =
        paths.partition(|path| manifest.exclude.matches(path));
    let mut claims = Claims {
        manifest,
        source,
        standards,
        paths,
        claimed: BTreeSet::from([MANIFEST]),
        subjects: vec![subject(SubjectKind::Manifest, MANIFEST, Some(MANIFEST), None)],
        diagnostics,
    };
    claims.declared(SubjectKind::Register, &manifest.registers);
    claims.declared(SubjectKind::Document, &manifest.documents);
    claims.hosts();
    claims.configs();
    claims.left_over();
    claims.excluded(&excluded);
    claims.subjects.sort_by(|a, b| a.id.cmp(&b.id));
    claims.subjects
}

/// The files of a delivery on their way to being subjects.
struct Claims<'a> {
    manifest: &'a Manifest,
    source: &'a Source,
    /// Standards inside the delivery: files and folders.
    standards: &'a [String],
    paths: Vec<&'a str>,
    claimed: BTreeSet<&'a str>,
    subjects: Vec<Subject>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Claims<'_> {
    /// The files that entries name one by one or by a pattern.
    fn declared(&mut self, kind: SubjectKind, entries: &[Entry]) {
        for entry in entries {
            let free = |path: &&str| entry.names(path) && !self.claimed.contains(*path);
            let found: Vec<_> = self.paths.iter().copied().filter(free).collect();
            if found.is_empty() {
                let delivered = self.paths.iter().any(|path| entry.names(path));
                self.diagnostics.push(without_file(self.source, entry, delivered));
                self.subjects.push(subject(kind, &entry.name, None, Some(entry)));
            }
            for path in found {
                self.claimed.insert(path);
                self.claimed_as(kind, path);
                self.subjects.push(subject(kind, path, Some(path), Some(entry)));
            }
        }
    }

    /// Snapshots, and the hosts that should have one.
    fn hosts(&mut self) {
        let hosts = &self.manifest.hosts;
        let facts =
            |path: &&str| self.manifest.facts.matches(path) && !self.claimed.contains(*path);
        let facts: Vec<_> = self.paths.iter().copied().filter(facts).collect();
        let mut recorded = BTreeMap::<String, &str>::new();
        for &path in &facts {
            let name = host_of(path);
            let entry = hosts.iter().find(|host| key_of(&host.name) == key_of(name));
            self.subjects.push(subject(SubjectKind::Host, name, Some(path), entry));
            self.claimed_as(SubjectKind::Host, path);
            if let Some(first) = recorded.get(&key_of(name)) {
                self.diagnostics.push(delivered_twice(name, first, path));
            } else {
                recorded.insert(key_of(name), path);
            }
        }
        for host in hosts.iter().filter(|host| !recorded.contains_key(&key_of(&host.name))) {
            self.subjects.push(subject(SubjectKind::Host, &host.name, None, Some(host)));
        }
        self.claimed.extend(facts);
    }

    /// Says which patterns claim a file too that is judged as `kind`.
    fn claimed_as(&mut self, kind: SubjectKind, path: &str) {
        let manifest = self.manifest;
        let patterns = [
            ("[hosts]", kind != SubjectKind::Host && manifest.facts.matches(path)),
            ("[configs]", manifest.configs.matches(path)),
        ];
        for (table, _) in patterns.into_iter().filter(|(_, claims)| *claims) {
            let kind = kind.id();
            self.diagnostics.push(Diagnostic {
                level: DiagnosticLevel::Warning,
                code: "claimed-twice".into(),
                message: Phrase::new(
                    format!(
                        "it is judged as a {kind} only, though {table} names it too; name it once"
                    ),
                    format!(
                        "il n'est jugé que comme « {kind} », bien que {table} le cite aussi ; le citer une fois"
                    ),
                ),
                file: Some(path.to_owned()),
                position: None,
            });
        }
    }

    fn configs(&mut self) {
        for &path in &self.paths {
            if self.manifest.configs.matches(path) && self.claimed.insert(path) {
                self.subjects.push(subject(SubjectKind::Config, path, Some(path), None));
            }
        }
    }

    /// Says which files nothing claims, and which patterns match nothing.
    fn left_over(&mut self) {
        let manifest = self.manifest;
        for path in &self.paths {
            let known = self.claimed.contains(path)
                || manifest.kept.matches(path)
                || OWN_FILES.contains(path)
                || self.standards.iter().any(|standard| is_of_standard(path, standard));
            if !known {
                self.diagnostics.push(Diagnostic {
                    level: DiagnosticLevel::Warning,
                    code: "unclaimed".into(),
                    message: Phrase::new(
                        "the manifest does not mention it, and it was not judged",
                        "le manifeste ne le cite pas, et il n'a pas été jugé",
                    ),
                    file: Some((*path).to_owned()),
                    position: None,
                });
            }
        }
        for globs in [&manifest.facts, &manifest.configs, &manifest.kept] {
            self.diagnostics.extend(idle(self.source, globs, &self.paths));
        }
    }

    /// Says how much the manifest keeps from being judged.
    fn excluded(&mut self, excluded: &[&str]) {
        const SHOWN: usize = 3;
        let manifest = self.manifest;
        self.diagnostics.extend(idle(self.source, &manifest.exclude, excluded));
        let (Some(first), false) = (manifest.exclude.written.first(), excluded.is_empty()) else {
            return;
        };
        let count = excluded.len();
        let names = excluded.get(..SHOWN).unwrap_or(excluded).join(", ");
        let more = if count > SHOWN { "…" } else { "" };
        let message = Phrase::new(
            format!("`exclude` keeps from being judged ({count} in all): {names}{more}"),
            format!("« exclude » soustrait au jugement ({count} au total) : {names}{more}"),
        );
        let diagnostic = at(self.source, first.1, "excluded", message);
        self.diagnostics.push(Diagnostic { level: DiagnosticLevel::Note, ..diagnostic });
    }
}

/// Says which patterns match none of the paths.
fn idle<'a>(
    source: &'a Source,
    globs: &'a Globs,
    paths: &[&str],
) -> impl Iterator<Item = Diagnostic> + use<'a> {
    globs.idle(paths).into_iter().map(|(pattern, span)| {
        let message = Phrase::new(
            format!("`{pattern}` matches no file"),
            format!("`{pattern}` ne correspond à aucun fichier"),
        );
        at(source, *span, "idle-pattern", message)
    })
}

/// Whether a path is at or below that of a standard. Of the delivery's folder as a standard, only
/// what is read as one.
fn is_of_standard(path: &str, standard: &str) -> bool {
    match standard {
        "" => Path::new(path).extension().is_some_and(|end| end == "toml"),
        _ => {
            path.strip_prefix(standard).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
    }
}

/// A snapshot is named after its host.
fn host_of(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split_once('.').map_or(file, |(stem, _)| stem)
}

/// An entry for which there is no file, or none that is not judged as something else.
fn without_file(source: &Source, entry: &Entry, delivered: bool) -> Diagnostic {
    let name = &entry.name;
    let (code, message) = if delivered {
        let message = Phrase::new(
            format!("{name} is judged as what other entries declare, not as this; declare it once"),
            format!(
                "{name} est jugé selon d'autres entrées, et non celle-ci ; le déclarer une fois"
            ),
        );
        ("claimed-twice", message)
    } else {
        let message = Phrase::new(
            format!("{name} is declared but not delivered"),
            format!("{name} est déclaré mais pas livré"),
        );
        ("not-delivered", message)
    };
    Diagnostic { level: DiagnosticLevel::Error, ..at(source, entry.span, code, message) }
}

/// What tells hosts apart: case does not.
pub(super) fn key_of(name: &str) -> String {
    name.to_lowercase()
}

fn delivered_twice(name: &str, first: &str, path: &str) -> Diagnostic {
    Diagnostic {
        level: DiagnosticLevel::Error,
        code: "duplicate-host".into(),
        message: Phrase::new(
            format!("{name} was delivered before, as {first}; deliver one snapshot of each host"),
            format!("{name} est déjà livré par {first} ; livrer un seul relevé de chaque hôte"),
        ),
        file: Some(path.to_owned()),
        position: None,
    }
}

fn at(source: &Source, span: Span, code: &'static str, message: Phrase) -> Diagnostic {
    Diagnostic {
        level: DiagnosticLevel::Warning,
        code: code.into(),
        message,
        file: Some(source.name().to_owned()),
        position: Some(source.position(span.start() as usize)),
    }
}

pub(super) fn subject(
    kind: SubjectKind,
    name: &str,
    path: Option<&str>,
    entry: Option<&Entry>,
) -> Subject {
    let declared = entry.and_then(|entry| entry.format.as_deref());
    let detected = || path.and_then(|path| detect(path, "")).map(|format| format.id);
    let format = declared.or_else(detected).map(str::to_owned);
    let doc_type = entry.and_then(|entry| entry.doc_type.clone());
    let own = [
        ("kind", Some(kind.id())),
        ("name", Some(name)),
        ("path", path),
        ("format", format.as_deref()),
        ("type", doc_type.as_deref()),
    ];
    let mut members: Vec<Member> = own
        .into_iter()
        .filter_map(|(key, value)| {
            let value = Node::text(Span::default(), value?);
            Some(Member { key: key.into(), key_span: Span::default(), value })
        })
        .collect();
    let declared = entry.map_or(&[][..], |entry| entry.node.members());
    for member in declared {
        if !members.iter().any(|own| own.key == member.key) {
            members.push(member.clone());
        }
    }
    Subject {
        id: SubjectName { kind, name: name.to_owned() },
        path: path.map(str::to_owned),
        parts: Vec::new(),
        attributes: Node::new(Span::default(), Value::Map(members)),
        format,
        doc_type,
    }
}
