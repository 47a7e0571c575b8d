//! A host's own configuration, read by the readers of deliveries.

use aplomb_model::{Node, Source, Tree, Value};
use aplomb_read::{by_id, read_text};

use crate::facts::Gaps;
use crate::host::Text;

/// What a reader says of a file; where it refuses, a gap that says where and why.
pub(super) fn tree(text: &Text, format: &str, gaps: &mut Gaps) -> Option<Tree> {
    match read_text(&text.path, &text.body, by_id(format)?) {
        Ok(tree) => Some(tree),
        Err(error) => {
            let source = Source::new(&*text.path, &*text.body);
            gaps.not_understood(text.path.clone(), &error.describe(Some(&source)));
            None
        }
    }
}

/// The line of the tree's own source on which a value stands.
pub(super) fn line(tree: &Tree, node: &Node) -> usize {
    tree.source().position(node.span.start() as usize).line as usize
}

/// A text or a list of texts as JSON; other values do not occur in configuration of this kind.
pub(super) fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Text(text) => text.as_ref().into(),
        Value::List(items) => items.iter().map(json).collect::<Vec<_>>().into(),
        _ => serde_json::Value::Null,
    }
}
