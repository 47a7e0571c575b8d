//! The check kinds: what a rule may demand, one file a kind.

pub(crate) mod absent;
pub(crate) mod agree;
pub(crate) mod assert;
pub(crate) mod catalogue;
pub(crate) mod cover;
pub(crate) mod expect;
pub(crate) mod join;
pub(crate) mod outline;
pub(crate) mod present;
pub(crate) mod text;

use std::fmt::Debug;

use aplomb_model::{Node, Span};

pub(crate) use self::join::Place;
use crate::compile::Compiling;
use crate::judgement::{Judgement, View};
use crate::path::Hit;

/// A check kind, as rules name it.
pub struct Kind {
    /// The key of a rule that holds the check: `expect`.
    pub id: &'static str,
    /// What it demands, in a line.
    pub summary: &'static str,
    /// How it is written, in Markdown with an example.
    pub docs: &'static str,
    /// Compiles what the author wrote under the key; mistakes go to the compilation.
    pub(crate) compile: fn(&mut Compiling<'_>, &Node) -> Option<Check>,
}

/// All check kinds, sorted by id.
pub static KINDS: &[Kind] = &[
    absent::KIND,
    agree::KIND,
    assert::KIND,
    catalogue::KIND,
    cover::KIND,
    expect::KIND,
    join::KIND,
    outline::KIND,
    present::KIND,
    text::KIND,
];

/// The ids of all check kinds, for the loader of standards.
pub fn kind_ids() -> Vec<&'static str> {
    KINDS.iter().map(|kind| kind.id).collect()
}

/// A compiled check.
#[derive(Debug)]
pub(crate) enum Check {
    /// Judges the nodes that a rule selects in one subject.
    Nodes(Box<dyn NodeCheck>),
    /// Compares keys taken from many subjects.
    Join(Box<join::Join>),
}

/// A check on the nodes selected in one document.
pub(crate) trait NodeCheck: Send + Sync + Debug {
    /// Whether a document in which nothing is selected cannot be judged. True for demands on
    /// nodes; false for demands that something be, or not be, among them.
    fn needs_nodes(&self) -> bool {
        true
    }

    /// Whether all nodes plainly conform: the quick answer, given without locating anything.
    /// False means only that [`judge`](Self::judge) must look.
    fn passes(&self, view: &View<'_>, nodes: &[&Node]) -> bool;

    /// Judges the nodes. Nothing said means that all is well.
    fn judge(&self, view: &View<'_>, hits: &[Hit<'_>]) -> Vec<Judgement>;
}

/// The span that shows a node best: a scalar itself, a list or map by its key where it has one.
pub(crate) fn pointed(node: &Node, key_span: Option<Span>) -> Span {
    let container = !node.items().is_empty() || !node.members().is_empty();
    match key_span {
        Some(key) if container => key,
        _ => node.span,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_sorted_and_documented() {
        assert!(KINDS.is_sorted_by_key(|kind| kind.id));
        for kind in KINDS {
            assert!(!kind.summary.is_empty() && kind.docs.contains("```toml"), "{}", kind.id);
        }
    }
}
