//! Files of tools that write JSON.

use aplomb_model::{Node, Phrase, Tree};
use aplomb_read::{by_id, read_text};

use super::NotUnderstood;

/// A file as a tree, under the name of its tool.
///
/// # Errors
/// When it is no JSON, saying where.
pub(super) fn tree(tool: &str, text: &str) -> Result<Tree, NotUnderstood> {
    let none = || NotUnderstood(Phrase::new("this is no JSON", "ce n'est pas du JSON"));
    read_text(tool, text, by_id("json").ok_or_else(none)?).map_err(|error| {
        let message = error.problems.into_iter().next().map(|problem| problem.message);
        message.map_or_else(none, NotUnderstood)
    })
}

/// The line a value stands on.
pub(super) fn line(tree: &Tree, node: &Node) -> usize {
    tree.source().position(node.span.start() as usize).line as usize
}
