//! Reads any bytes in the format this target is named after: no panic, no hang, and no place
//! outside the text.
#![no_main]

use std::sync::Arc;

use aplomb_model::{Node, Tree};
use aplomb_read::{Input, Limits, NoFiles, ReadError, by_id, decode, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let format = by_id(env!("CARGO_BIN_NAME")).expect("targets are named after formats");
    let Ok(source) = decode("case", bytes.to_vec()) else { return };
    let source = Arc::new(source);
    let limits = Limits::default();
    let input = Input { source: &source, limits: &limits, files: &NoFiles };
    match read(&input, format) {
        Ok(tree) => lies_within(&tree, source.text()),
        Err(error) => says_where(&error, source.text()),
    }
});

/// Every key, value and comment slices the text.
fn lies_within(tree: &Tree, text: &str) {
    let mut nodes: Vec<&Node> = tree.documents.iter().collect();
    while let Some(node) = nodes.pop() {
        assert!(text.get(node.span.range()).is_some(), "{:?}", node.span);
        for member in node.members() {
            assert!(text.get(member.key_span.range()).is_some(), "{:?}", member.key_span);
            nodes.push(&member.value);
        }
        nodes.extend(node.items());
    }
    for comment in &tree.comments {
        assert!(text.get(comment.span.range()).is_some(), "{:?}", comment.span);
    }
}

/// A refusal says what is wrong, at places in the text.
fn says_where(error: &ReadError, text: &str) {
    assert!(!error.problems.is_empty());
    for problem in &error.problems {
        let inside = problem.span.is_none_or(|span| text.get(span.range()).is_some());
        assert!(inside, "{:?}", problem.span);
        assert!(!problem.message.en.is_empty() && !problem.message.fr.is_empty());
    }
}
