//! A delivery on disk as the estate that is judged.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use aplomb_check::{Cause, Estate, Unread};
use aplomb_host::is_unaltered;
use aplomb_model::{Node, Phrase, Subject, SubjectKind, Tree};
use aplomb_read::{Delivery, ReadErrorKind};

/// A delivery, read when asked.
pub(crate) struct OnDisk<'a> {
    delivery: &'a Delivery,
    included: Mutex<BTreeSet<String>>,
}

impl<'a> OnDisk<'a> {
    pub(crate) const fn new(delivery: &'a Delivery) -> Self {
        Self { delivery, included: Mutex::new(BTreeSet::new()) }
    }

    /// The files that were read because others include them, sorted.
    pub(crate) fn included(&self) -> Vec<String> {
        let included = self.included.lock().unwrap_or_else(PoisonError::into_inner);
        included.iter().cloned().collect()
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
