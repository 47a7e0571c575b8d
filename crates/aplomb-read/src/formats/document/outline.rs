//! A document's tree in a few lines, for the tests of its readers.

use std::fmt::Write;

use aplomb_model::{Node, Tree};

use proptest::prelude::*;

use crate::proof::{plain, wrong_span};
use crate::{Format, read_text};

/// The outline of a text in a format; every span is checked to cut it.
pub(crate) fn outline(format: &Format, text: &str) -> String {
    let tree =
        read_text("a", text, format).unwrap_or_else(|error| panic!("{text}\n{:?}", error.problems));
    show(&tree)
}

pub(crate) fn show(tree: &Tree) -> String {
    let [root] = &*tree.documents else {
        panic!("one document, not {}", tree.documents.len());
    };
    let mut out = String::new();
    let list = |key| root.get(key).map_or(&[][..], Node::items);
    let title = root.get("title").expect("is always there");
    line(&mut out, "title", &[title]);
    let front_matter = root.get("front_matter").expect("is always there");
    if front_matter.as_str().is_some() || !front_matter.members().is_empty() {
        line(&mut out, "front", &[front_matter]);
    }
    for section in list("sections") {
        let keys = ["level", "path", "title", "text", "words"];
        line(&mut out, "#", &keys.map(|key| get(section, key)));
    }
    for table in list("tables") {
        line(&mut out, "table", &["sections", "caption", "columns"].map(|key| get(table, key)));
        for row in get(table, "rows").items() {
            let cells: Vec<&Node> = row.members().iter().map(|member| &member.value).collect();
            line(&mut out, "  row", &cells);
        }
    }
    for (kind, key, keys) in [
        ("list", "lists", &["sections", "items"][..]),
        ("code", "code", &["sections", "language", "tags", "text"]),
        ("link", "links", &["sections", "text", "target"]),
        ("field", "fields", &["sections", "key", "value"]),
    ] {
        for entry in list(key) {
            let values: Vec<&Node> = keys.iter().map(|key| get(entry, key)).collect();
            line(&mut out, kind, &values);
        }
    }
    for comment in &tree.comments {
        let _ = writeln!(out, "comment {:?}", tree.raw(comment.span).replace('\r', ""));
    }
    out
}

fn get<'a>(node: &'a Node, key: &str) -> &'a Node {
    node.get(key).unwrap_or_else(|| panic!("no {key} in {}", plain(node)))
}

fn line(out: &mut String, kind: &str, values: &[&Node]) {
    out.push_str(kind);
    for value in values {
        let _ = match value.items() {
            [] => write!(out, " {}", plain(value)),
            items => {
                let shown: Vec<String> = items.iter().map(|item| plain(item).to_string()).collect();
                write!(out, " [{}]", shown.join(", "))
            }
        };
    }
    out.push('\n');
}

/// Reads hostile text: it may be refused, but every position is inside it.
pub(crate) fn survives(format: &Format, name: &str, text: &str) -> Result<(), TestCaseError> {
    match read_text(name, text, format) {
        Ok(tree) => prop_assert_eq!(wrong_span(&tree), None, "{:?}", text),
        Err(error) => {
            for problem in &error.problems {
                let span = problem.span.unwrap_or_default();
                prop_assert!(text.get(span.range()).is_some(), "{:?} in {:?}", span, text);
            }
        }
    }
    Ok(())
}
