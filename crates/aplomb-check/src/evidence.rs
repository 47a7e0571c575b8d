//! From a span of a tree to what a report shows of it.

use std::ops::Range;

use aplomb_model::{Demand, Evidence, Excerpt, Node, Phrase, Role, Source, Sources, Span, Tree};
use aplomb_standard::Rule;

use crate::judgement::Place;
use crate::secrets::mask_line;

/// Lines of an excerpt; a longer span is shown by its beginning.
pub(crate) const MAX_LINES: u32 = 4;
/// Characters of a line kept before the span.
const KEEP_BEFORE: usize = 60;
/// Characters of a line kept in all.
const KEEP: usize = 240;

/// What is shown of a place. `secret` blanks the whole span, whatever it holds.
pub(crate) fn evidence(sources: &Sources, place: &Place, secret: bool) -> Evidence {
    let located = sources.locate(place.span);
    let source = located.source;
    let start = source.position(located.range.start);
    let text = &source.text()[located.range.start..located.range.end];
    // A block that ends with its line break ends, to a reader, on the line before it.
    let end = source.position(located.range.start + text.trim_end().len());
    let last = end.line.min(start.line + MAX_LINES - 1);
    let cut = (start.column as usize - 1).saturating_sub(KEEP_BEFORE);
    let hidden = secret.then(|| located.range.clone());
    let lines = (start.line..=last).map(|number| {
        let line = source.line(number).unwrap_or_default();
        let begins = source.line_start(number).unwrap_or_default();
        let mut masked = mask_line(source, number);
        if let Some(range) = &hidden {
            masked = blank(line, &masked, begins, range);
        }
        masked.chars().skip(cut).take(KEEP).collect()
    });
    Evidence {
        role: place.role,
        file: source.name().to_owned(),
        start,
        end: end.max(start),
        excerpt: Some(Excerpt { first_line: start.line, lines: lines.collect(), cut: cut as u32 }),
        label: place.label.clone(),
    }
}

/// Where on the host a fact of its snapshot comes from: `/etc/passwd:12`. Of a value within an item,
/// or within a section that is one object, what the nearest `from` says.
pub(crate) fn origin(tree: &Tree, span: Span) -> Option<&str> {
    let mut node = tree.documents.first()?;
    let mut nearest = None;
    loop {
        let from = node.get("from");
        nearest = from.and_then(Node::as_str).or(nearest);
        let inside =
            |node: &Node| node.span.start() <= span.start() && span.end() <= node.span.end();
        let mut members = node.members().iter();
        let member = members.find(|one| inside(&one.value) || one.key_span == span);
        // Where `from` is a map it names the source of each other member.
        if let Some(member) = member {
            nearest = from.and_then(|from| from.get(&member.key)?.as_str()).or(nearest);
        }
        match member.map(|one| &one.value).or_else(|| node.items().iter().find(|one| inside(one))) {
            Some(inner) => node = inner,
            None => return nearest,
        }
    }
}

/// A label that also says where the fact comes from.
pub(crate) fn from_origin(label: &Phrase, origin: &str) -> Phrase {
    let with = |label: &str, words: String| match label {
        "" => words,
        label => format!("{label} ({words})"),
    };
    Phrase::new(
        with(&label.en, format!("from {origin}")),
        with(&label.fr, format!("d'après {origin}")),
    )
}

/// A whole file as evidence: its first character, no excerpt.
pub(crate) fn whole_file(file: &str, role: Role, label: Phrase) -> Evidence {
    let start = aplomb_model::Position { line: 1, column: 1 };
    Evidence { role, file: file.to_owned(), start, end: start, excerpt: None, label }
}

/// Where a standard states a demand, with the line that states it.
pub(crate) fn demand(source: &Source, rule: &Rule) -> Demand {
    let span = rule.check.key_span;
    let start = source.position(span.start() as usize);
    let end = source.position(span.end() as usize);
    let line = source.line(start.line).unwrap_or_default();
    Demand {
        name: rule.part.as_ref().map(|part| part.name.clone()),
        file: source.name().to_owned(),
        start,
        end,
        excerpt: Some(Excerpt {
            first_line: start.line,
            lines: vec![line.chars().take(KEEP).collect()],
            cut: 0,
        }),
    }
}

/// `masked`, which has as many characters as `line`, without those in a range of the source.
fn blank(line: &str, masked: &str, begins: usize, range: &Range<usize>) -> String {
    let characters = line.char_indices().zip(masked.chars());
    let hide = |((index, _), char)| if range.contains(&(begins + index)) { '*' } else { char };
    characters.map(hide).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aplomb_model::{Span, Tree};

    use super::*;

    #[test]
    fn a_fact_is_said_to_come_from_where_its_item_or_member_says() {
        let text = r#"{"users": [{"from": "/etc/passwd:1", "name": "root", "x": {"y": 1}}, {"name": "eve"}],
            "os": {"id": "debian", "from": {"id": "/etc/os-release:3"}, "k": 2}, "host": "a"}"#;
        let json = aplomb_read::by_id("json").expect("built in");
        let tree = aplomb_read::read_text("a.json", text, json).expect("JSON");
        let at = |needle: &str| {
            let start = text.find(needle).expect("in the text");
            origin(&tree, Span::from_range(start..start + needle.len()))
        };
        assert_eq!(at("\"root\""), Some("/etc/passwd:1"));
        assert_eq!(at("1}}".trim_end_matches('}')), Some("/etc/passwd:1"));
        assert_eq!(
            at("{\"from\": \"/etc/passwd:1\", \"name\": \"root\", \"x\": {\"y\": 1}}"),
            Some("/etc/passwd:1")
        );
        assert_eq!(at("\"debian\""), Some("/etc/os-release:3"));
        assert_eq!(
            (at("\"eve\""), at("2}".trim_end_matches('}')), at("\"a\"")),
            (None, None, None)
        );
        let label = from_origin(&Phrase::new("uid 0", "uid 0"), "/etc/passwd:1");
        assert_eq!(
            label,
            Phrase::new("uid 0 (from /etc/passwd:1)", "uid 0 (d'après /etc/passwd:1)")
        );
        assert_eq!(from_origin(&Phrase::default(), "/x").fr, "d'après /x");
    }

    #[test]
    fn a_secret_span_is_blanked_whole() {
        let source = Arc::new(Source::new("a", "x: é1\n"));
        let tree = Tree::new(source, "yaml", Vec::new());
        let place = Place { span: Span::new(3, 6), role: Role::Primary, label: Phrase::default() };
        let shown = evidence(&tree.sources, &place, true);
        assert_eq!(shown.excerpt.expect("has one").lines, ["x: **"]);
        assert_eq!((shown.start.column, shown.end.column), (4, 6));
    }
}
