//! A delivery on disk as the estate that is judged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use aplomb_check::{Cause, Estate, Unread};
use aplomb_host::is_unaltered;
use aplomb_model::{
    FileUsed, Node, Phrase, Source, Subject, SubjectKind, SubjectName, SubjectUsed, Tree,
};
use aplomb_read::{Delivery, ReadErrorKind};

/// A delivery, read when asked.
pub(crate) struct OnDisk<'a> {
    delivery: &'a Delivery,
    included: Mutex<BTreeSet<String>>,
    used: Mutex<BTreeMap<SubjectName, SubjectUsed>>,
}

impl<'a> OnDisk<'a> {
    pub(crate) fn new(delivery: &'a Delivery) -> Self {
        Self { delivery, included: Mutex::default(), used: Mutex::default() }
    }

    /// The files that were read because others include them, sorted.
    pub(crate) fn included(&self) -> Vec<String> {
        let included = self.included.lock().unwrap_or_else(PoisonError::into_inner);
        included.iter().cloned().collect()
    }

    /// The subjects, with what was read of each so far.
    pub(crate) fn used(&self) -> Vec<SubjectUsed> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |subject: &Subject| {
            let unread =
                || SubjectUsed { id: subject.id.clone(), captured: None, files: Vec::new() };
            used.get(&subject.id).cloned().unwrap_or_else(unread)
        };
        self.delivery.subjects.iter().map(of).collect()
    }

    fn note<'s>(
        &self,
        subject: &Subject,
        captured: Option<&str>,
        sources: impl Iterator<Item = &'s Source>,
    ) {
        let files = sources.filter_map(|source| {
            let (file, digest) = (source.name().to_owned(), *source.digest()?);
            Some(FileUsed { file, digest })
        });
        let (id, captured) = (subject.id.clone(), captured.map(str::to_owned));
        let read = SubjectUsed { id, captured, files: files.collect() };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.entry(subject.id.clone()).or_insert(read);
    }
}

impl Estate for OnDisk<'_> {
    fn subjects(&self) -> &[Subject] {
        &self.delivery.subjects
    }

    fn delivery(&self) -> &Node {
        &self.delivery.node
    }

    fn read(&self, subject: &Subject) -> Result<Tree, Unread> {
        let tree = self.delivery.read(subject).map_err(|(error, source)| {
            self.note(subject, None, source.as_deref().into_iter());
            let problem = &error.problems[0];
            let position = problem.span.zip(source);
            Unread {
                reason: problem.message.clone(),
                file: subject.path.clone(),
                position: position.map(|(span, source)| source.position(span.start() as usize)),
                cause: match error.kind {
                    _ if subject.path.is_none() => Cause::Undelivered,
                    ReadErrorKind::Unsupported => Cause::Unsupported,
                    _ => Cause::Unreadable,
                },
            }
        })?;
        let captured = match subject.id.kind {
            SubjectKind::Host => {
                tree.documents.first().and_then(|root| root.get("captured_at")?.as_str())
            }
            _ => None,
        };
        self.note(subject, captured, tree.sources.iter().map(AsRef::as_ref));
        if subject.id.kind == SubjectKind::Host && is_unaltered(&tree) == Some(false) {
            return Err(altered(subject, &tree));
        }
        if tree.sources.iter().count() > 1 {
            let others = tree.sources.iter().skip(1).map(|source| source.name().to_owned());
            let mut included = self.included.lock().unwrap_or_else(PoisonError::into_inner);
            included.extend(others);
        }
        Ok(tree)
    }
}

/// A snapshot that was changed after it was recorded is no evidence.
fn altered(subject: &Subject, tree: &Tree) -> Unread {
    let hash = tree.documents.first().and_then(|root| root.get("content_hash"));
    Unread {
        reason: Phrase::new(
            "this snapshot was altered after it was recorded: its content_hash is not that of its \
             contents; record the host again",
            "ce relevé a été modifié après coup : son content_hash n'est pas celui de son contenu ; \
             refaire le relevé de l'hôte",
        ),
        file: subject.path.clone(),
        position: hash.map(|hash| tree.source().position(hash.span.start() as usize)),
        cause: Cause::Unreadable,
    }
}
