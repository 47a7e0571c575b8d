//! A delivery on disk: its manifest, its files, and the subjects they make.

mod around;
mod claims;
mod manifest;
mod parts;
mod snapshot;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use aplomb_model::{
    Diagnostic, DiagnosticLevel, Member, Mistake, Node, Phrase, Source, Span, Subject, SubjectKind,
    Tree, Value,
};

use self::claims::{claim, subject};
use self::manifest::{Entry, Manifest};
use self::parts::{Parts, fold_included, fold_layers};
use crate::authored::parse;
use crate::{Files, Input, Limits, NoFiles, ReadError, ReadErrorKind, Root, by_id, detect, read};

pub use self::around::read_around;
pub use self::manifest::Declared;

/// Name of the manifest in the delivery's folder.
const MANIFEST: &str = "delivery.toml";

/// The exceptions that were granted for the delivery.
const WAIVERS: &str = "waivers.toml";

/// What is judged: a folder with a manifest, or plain files.
#[derive(Debug)]
pub struct Delivery {
    files: Held,
    limits: Limits,
    manifest: Option<Arc<Source>>,
    /// What the manifest declares; of plain files, next to nothing.
    pub declared: Declared,
    /// Parameters the manifest sets: a table.
    pub params: Option<Node>,
    /// The subjects, sorted by kind and name.
    pub subjects: Vec<Subject>,
    /// The variable `delivery` of expressions.
    pub node: Node,
    /// What was noticed while looking at the files: unclaimed ones, idle patterns, files that
    /// cannot be listed.
    pub diagnostics: Vec<Diagnostic>,
}

/// Where the files of a delivery are.
#[derive(Debug)]
enum Held {
    /// In a folder.
    InFolder(Root),
    /// There is but one, and it was never written: the snapshot of a host that was just recorded.
    InMemory(Arc<Source>),
}

/// Why a delivery cannot be opened at all.
#[derive(Debug)]
pub enum OpenError {
    /// The folder or file is not there or may not be read: who gave the path.
    Unreadable(ReadError),
    /// The manifest is not valid: who wrote it.
    Manifest {
        /// The manifest.
        source: Arc<Source>,
        /// All that is wrong with it.
        mistakes: Vec<Mistake>,
    },
}

impl Delivery {
    /// Opens the folder or the file at `path`. A folder with a `delivery.toml` is a delivery; any
    /// other folder, or a single file, is judged as plain files. A `manifest` given apart, which
    /// may lie anywhere, takes the place of the folder's own.
    ///
    /// # Errors
    /// When there is nothing at `path`, or the manifest is not valid.
    pub fn open(path: &Path, manifest: Option<&Path>, limits: Limits) -> Result<Self, OpenError> {
        if let Some(manifest) = manifest {
            let root = opened(path, limits)?;
            let folder = manifest.parent().filter(|folder| !folder.as_os_str().is_empty());
            let own = opened(folder.unwrap_or(Path::new(".")), limits)?;
            let name = manifest.file_name().unwrap_or_default().to_string_lossy();
            let source = own.read(&name).map_err(OpenError::Unreadable)?;
            return Self::with_manifest(root, limits, source, own.path());
        }
        let is_file = path.is_file();
        let folder = match path.parent() {
            Some(parent) if is_file && parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) if is_file => parent,
            _ => path,
        };
        let root = opened(folder, limits)?;
        let own_manifest = |root: Root| {
            let source = root.read(MANIFEST).map_err(OpenError::Unreadable)?;
            let base = root.path().to_owned();
            Self::with_manifest(root, limits, source, &base)
        };
        if is_file {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name == MANIFEST {
                return own_manifest(root);
            }
            let paths = vec![name.into_owned()];
            return Ok(Self::plain(root, limits, &paths, Vec::new()));
        }
        if path.join(MANIFEST).is_file() {
            return own_manifest(root);
        }
        let (paths, diagnostics) = listed(&root, &limits);
        Ok(Self::plain(root, limits, &paths, diagnostics))
    }

    /// The host called `name`, whose snapshot was just recorded and is in `snapshot`.
    pub fn of_host(name: &str, snapshot: Source, limits: Limits) -> Self {
        let path = snapshot.name().to_owned();
        Self {
            files: Held::InMemory(Arc::new(snapshot)),
            limits,
            manifest: None,
            declared: Declared { solution: name.to_owned(), ..Declared::default() },
            params: None,
            subjects: vec![subject(SubjectKind::Host, name, Some(&path), None)],
            node: Node::new(Span::default(), Value::Map(Vec::new())),
            diagnostics: Vec::new(),
        }
    }

    /// The manifest's text, where there is one.
    pub fn manifest(&self) -> Option<&Arc<Source>> {
        self.manifest.as_ref()
    }

    /// The delivery's own file of exceptions, where there is one. Plain files have none.
    pub fn waivers(&self) -> Option<Result<Arc<Source>, ReadError>> {
        match (&self.manifest, &self.files) {
            (Some(_), Held::InFolder(root)) => {
                root.has(WAIVERS).then(|| root.read(WAIVERS).map(Arc::new))
            }
            _ => None,
        }
    }

    /// Reads a subject.
    ///
    /// # Errors
    /// When it cannot be read; with the text where there is one, for the position.
    pub fn read(&self, subject: &Subject) -> Result<Tree, (ReadError, Option<Arc<Source>>)> {
        let Some(path) = &subject.path else {
            let message =
                Phrase::new("nothing was delivered for it", "rien n'a été livré à son sujet");
            return Err((ReadError::new(ReadErrorKind::Unreadable, message), None));
        };
        // What no reader is for is not even opened: it is often not text.
        let has_extension = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
        if subject.format.is_none() && has_extension {
            return Err((unsupported(path), None));
        }
        let source = match &self.manifest {
            Some(manifest) if subject.id.kind == SubjectKind::Manifest => Arc::clone(manifest),
            _ => match &self.files {
                Held::InFolder(root) => Arc::new(root.read(path).map_err(|error| (error, None))?),
                Held::InMemory(source) => Arc::clone(source),
            },
        };
        let format = match &subject.format {
            Some(id) => by_id(id),
            None => detect(path, source.text()),
        };
        let Some(format) = format else {
            return Err((unsupported(path), Some(source)));
        };
        let of_folder;
        let files: &dyn Files = match &self.files {
            Held::InFolder(root) => {
                of_folder = Parts { root, parts: &subject.parts };
                &of_folder
            }
            Held::InMemory(_) => &NoFiles,
        };
        let input = Input { source: &source, limits: &self.limits, files };
        let tree = read(&input, format).and_then(|tree| match subject.id.kind {
            SubjectKind::Host => self.snapshot(subject, tree),
            _ => Ok(tree),
        });
        tree.map_err(|error| (error, Some(source)))
    }

    /// What was read of a host, if it is a snapshot, and of that host. Plain files are judged
    /// under their paths, which claim nothing of whose they are.
    fn snapshot(&self, subject: &Subject, tree: Tree) -> Result<Tree, ReadError> {
        let snapshot = snapshot::root(&tree)?;
        if self.manifest.is_some() {
            snapshot::is_of(snapshot, &subject.id.name)?;
        }
        Ok(tree)
    }

    /// `base` is what the standards' paths are relative to.
    fn with_manifest(
        root: Root,
        limits: Limits,
        source: Source,
        base: &Path,
    ) -> Result<Self, OpenError> {
        let source = Arc::new(source);
        let invalid = |mistakes| OpenError::Manifest { source: Arc::clone(&source), mistakes };
        let mut mistakes = Vec::new();
        let manifest =
            parse(&source, &mut mistakes).and_then(|root| Manifest::decode(&root, &mut mistakes));
        for entry in manifest.iter().flat_map(|m| m.documents.iter().chain(&m.registers)) {
            check_format(entry, &mut mistakes);
        }
        let Some(manifest) = manifest.filter(|_| mistakes.is_empty()) else {
            return Err(invalid(mistakes));
        };
        let (paths, mut diagnostics) = listed(&root, &limits);
        let standards = standards_inside(&manifest.delivery.standards, base, &root);
        let mut subjects = claim(&manifest, &paths, &source, &standards, &mut diagnostics);
        fold_layers(&mut subjects);
        for subject in &mut subjects {
            with_digest(subject, &root);
        }
        let mut delivery = Self {
            files: Held::InFolder(root),
            limits,
            manifest: Some(source),
            declared: manifest.delivery,
            params: manifest.params,
            subjects,
            node: manifest.node,
            diagnostics,
        };
        fold_included(&mut delivery);
        Ok(delivery)
    }

    fn plain(root: Root, limits: Limits, paths: &[String], diagnostics: Vec<Diagnostic>) -> Self {
        let subjects = paths.iter().map(|path| {
            let kind = plain_kind(&root, path);
            subject(kind, path, Some(path), None)
        });
        let mut subjects: Vec<_> = subjects.collect();
        fold_layers(&mut subjects);
        let mut delivery = Self {
            declared: Declared { solution: folder_name(&root), ..Declared::default() },
            files: Held::InFolder(root),
            limits,
            manifest: None,
            params: None,
            subjects,
            node: Node::new(Span::default(), Value::Map(Vec::new())),
            diagnostics,
        };
        fold_included(&mut delivery);
        delivery
    }
}

/// Gives a configuration file the attribute `sha256`, so that it can be held against what is
/// deployed. One that cannot be read has none, and says so when it is read.
fn with_digest(subject: &mut Subject, root: &Root) {
    if subject.id.kind != SubjectKind::Config {
        return;
    }
    let digest = subject.path.as_deref().and_then(|path| root.digest(path).ok());
    if let (Some(digest), Value::Map(members)) = (digest, &mut subject.attributes.value) {
        let value = Node::text(Span::default(), digest);
        members.push(Member { key: "sha256".into(), key_span: Span::default(), value });
    }
}

fn opened(folder: &Path, limits: Limits) -> Result<Root, OpenError> {
    let root = Root::open(folder).map_err(OpenError::Unreadable)?;
    Ok(root.with_limits(limits))
}

/// Plain files are called after their folder.
fn folder_name(root: &Root) -> String {
    let name = root.path().file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Where the delivery itself holds standards it is judged by, as paths in it.
fn standards_inside(named: &[String], base: &Path, root: &Root) -> Vec<String> {
    let inside = |name: &String| {
        let path = base.join(name).canonicalize().ok()?;
        let path = path.strip_prefix(root.path()).ok()?;
        Some(path.to_str()?.to_owned())
    };
    let relative = named.iter().filter(|name| Path::new(name).is_relative());
    relative.filter_map(inside).collect()
}

fn check_format(entry: &Entry, mistakes: &mut Vec<Mistake>) {
    if let Some(format) = &entry.format
        && by_id(format).is_none()
    {
        let message = format!("there is no reader for the format `{format}`");
        let help = "`aplomb list formats` names those there are";
        mistakes.push(Mistake::new(entry.span, message, "of this").with_help(help));
    }
}

fn unsupported(path: &str) -> ReadError {
    let message = Phrase::new(
        format!("no reader knows the format of {path}"),
        format!("aucun lecteur ne connaît le format de {path}"),
    );
    ReadError::new(ReadErrorKind::Unsupported, message)
}

/// The files below the root, and a diagnostic for each that cannot be listed.
fn listed(root: &Root, limits: &Limits) -> (Vec<String>, Vec<Diagnostic>) {
    let (entries, errors) = root.walk(limits);
    let diagnostics = errors.into_iter().map(|(path, error)| {
        let message = &error.problems[0].message;
        Diagnostic {
            level: DiagnosticLevel::Error,
            code: "unreadable".into(),
            message: message.clone(),
            file: Some(path),
            position: None,
        }
    });
    let paths = entries.into_iter().map(|entry| entry.path).collect();
    (paths, diagnostics.collect())
}

/// A plain file's kind, by its name, and for JSON by how it begins: a snapshot names its schema
/// first.
fn plain_kind(root: &Root, path: &str) -> SubjectKind {
    match detect(path, "").map(|format| format.id) {
        Some("markdown" | "rst" | "csv") => SubjectKind::Document,
        Some("json") => {
            let beginning = root.read(path);
            let is_host = beginning.is_ok_and(|source| {
                let head = source.text().get(..200).unwrap_or(source.text());
                head.contains("\"aplomb.host/")
            });
            if is_host { SubjectKind::Host } else { SubjectKind::Config }
        }
        _ => SubjectKind::Config,
    }
}
