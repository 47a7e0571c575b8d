use aplomb_model::{Node, Phrase, Span};

use crate::{Limits, ReadError, ReadErrorKind};

/// How much a reader may still repeat of what a file says once: members of aliases, values of
/// variables, filters around each action. Few bytes can ask for very much of it.
#[derive(Default)]
pub(crate) struct Repetition {
    left: usize,
    most: usize,
    refused: Option<Span>,
}

impl Repetition {
    /// So many bytes of text count as one node.
    const BYTES: usize = 64;

    pub(crate) const fn new(limits: &Limits) -> Self {
        Self { left: limits.alias_nodes, most: limits.alias_nodes, refused: None }
    }

    /// Whether text of this length may be repeated, for what stands at `at`.
    pub(crate) fn allows(&mut self, at: Span, bytes: usize) -> bool {
        let left = self.left.checked_sub(1 + bytes / Self::BYTES);
        match left {
            Some(left) => self.left = left,
            None => self.refused = self.refused.or(Some(at)),
        }
        left.is_some()
    }

    /// Whether a node, or a list of nodes, may be repeated.
    pub(crate) fn allows_node(&mut self, at: Span, node: &Node) -> bool {
        self.allows(at, node.as_str().map_or(0, str::len))
            && node.items().iter().all(|item| self.allows_node(at, item))
    }

    /// Whether something was refused.
    pub(crate) const fn is_exceeded(&self) -> bool {
        self.refused.is_some()
    }

    /// An error where something was refused.
    pub(crate) fn check(&self) -> Result<(), ReadError> {
        match self.refused {
            None => Ok(()),
            Some(at) => Err(ReadError::at(ReadErrorKind::Limit, at, too_much(self.most))),
        }
    }
}

fn too_much(most: usize) -> Phrase {
    Phrase::new(
        format!("written out in full, this file says more than {most} values again; flatten it"),
        format!("écrit en entier, ce fichier répète plus de {most} valeurs ; l'aplatir"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_and_bytes_count() {
        let limits = Limits { alias_nodes: 3, ..Limits::default() };
        let mut repetition = Repetition::new(&limits);
        assert!(repetition.allows(Span::default(), 64));
        assert!(!repetition.allows(Span::new(1, 2), 64) && repetition.is_exceeded());
        let error = repetition.check().expect_err("four");
        assert_eq!(error.problems[0].span, Some(Span::new(1, 2)));
    }
}
