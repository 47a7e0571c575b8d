//! From a span of a tree to what a report shows of it.

use std::ops::Range;

use aplomb_model::{Demand, Evidence, Excerpt, Phrase, Role, Source, Sources};
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
    fn a_secret_span_is_blanked_whole() {
        let source = Arc::new(Source::new("a", "x: é1\n"));
        let tree = Tree::new(source, "yaml", Vec::new());
        let place = Place { span: Span::new(3, 6), role: Role::Primary, label: Phrase::default() };
        let shown = evidence(&tree.sources, &place, true);
        assert_eq!(shown.excerpt.expect("has one").lines, ["x: **"]);
        assert_eq!((shown.start.column, shown.end.column), (4, 6));
    }
}
