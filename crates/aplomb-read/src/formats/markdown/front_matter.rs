use std::sync::Arc;

use aplomb_model::{Node, Phrase, Source, Span};

use crate::formats::document::Document;
use crate::formats::{TOML, YAML};
use crate::{Format, Input, ReadError};

/// Reads the front matter into the document, and says where the text after it begins.
///
/// # Errors
/// What is wrong in it; that it never ends.
pub(super) fn read(input: &Input<'_>, document: &mut Document) -> Result<usize, ReadError> {
    let text = input.source.text();
    let Some((format, start, end, after)) = find(text) else {
        return Ok(0);
    };
    let inner = text.get(start..end).unwrap_or_default();
    if let Some(mut root) = parse(input, format, inner).map_err(|error| shifted(error, start))? {
        root.shift(start as u32);
        document.front_matter(root);
    }
    Ok(after)
}

/// The format of the front matter, where its content begins and ends, and where the text goes on.
/// A rule `---` that nothing closes is a rule.
fn find(text: &str) -> Option<(&'static Format, usize, usize, usize)> {
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    let (format, closing): (&'static Format, &[&str]) = match first.trim_end() {
        "---" => (&YAML, &["---", "..."]),
        "+++" => (&TOML, &["+++"]),
        _ => return None,
    };
    let start = first.len();
    let mut at = start;
    for line in lines {
        if closing.contains(&line.trim_end()) {
            return Some((format, start, at, at + line.len()));
        }
        // A rule is followed by a blank line, front matter by a key.
        if at == start && line.trim().is_empty() {
            return None;
        }
        at += line.len();
    }
    None
}

fn parse(input: &Input<'_>, format: &Format, text: &str) -> Result<Option<Node>, ReadError> {
    let source =
        Arc::new(Source::with_encoding(input.source.name(), text, input.source.encoding()));
    let inner = Input { source: &source, ..*input };
    let tree = (format.read)(&inner)?;
    Ok(tree.documents.into_iter().next())
}

fn shifted(mut error: ReadError, by: usize) -> ReadError {
    for problem in &mut error.problems {
        problem.span = problem.span.map(|span: Span| span.shifted(by as u32));
        problem.message = Phrase::new(
            format!("in the front matter: {}", problem.message.en),
            format!("dans l'en-tête de métadonnées : {}", problem.message.fr),
        );
    }
    error
}
