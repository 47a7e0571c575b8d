//! Where a finding was seen, and where a rule demands it: source excerpts with the place marked.

use std::io;
use std::ops::Range;

use aplomb_model::{Demand, Evidence, Phrase, Role};

use super::page::Page;
use crate::excerpt::{self, Mark, Row, View};
use crate::{citation, columns};

/// Columns of a source line; the page wraps what is wider than it.
const WIDTH: usize = 160;

/// A place with its label, unless that stands elsewhere already.
pub(super) fn place(page: &mut Page<'_>, item: &Evidence, said: &Phrase) -> io::Result<()> {
    let label = if item.label == *said { "" } else { item.label.get(page.lang) };
    let view = excerpt::view(item, WIDTH, "…");
    let class = match item.role {
        Role::Primary => "evidence",
        Role::Related => "evidence related",
    };
    page.open("figure", &[("class", class)])?;
    page.markup("<figcaption>")?;
    page.element("code", &[], &citation::place(&item.file, item.start, item.excerpt.is_some()))?;
    if !label.is_empty() {
        page.markup(" ")?;
        page.element("span", &[("class", "label")], label)?;
    }
    page.markup("</figcaption>")?;
    if let Some(view) = view {
        lines(page, &view)?;
    }
    page.markup("</figure>\n")
}

/// The line of the standard that asks for it, beside its place.
pub(super) fn demand(page: &mut Page<'_>, demand: &Demand) -> io::Result<()> {
    let seen = Evidence {
        role: Role::Related,
        file: demand.file.clone(),
        start: demand.start,
        end: demand.end,
        excerpt: demand.excerpt.clone(),
        label: Phrase::default(),
    };
    let cited = citation::place(&seen.file, seen.start, seen.excerpt.is_some());
    page.element("code", &[], &cited)?;
    for row in excerpt::view(&seen, WIDTH, "…").into_iter().flat_map(|view| view.rows) {
        if let Row::Line { text, mark, .. } = &row {
            page.markup(" <code class=\"asked\">")?;
            line(page, text, mark, row.is_of_block())?;
            page.markup("</code>")?;
        }
    }
    Ok(())
}

fn lines(page: &mut Page<'_>, view: &View) -> io::Result<()> {
    page.markup("<pre>")?;
    for row in &view.rows {
        match row {
            Row::Gap => page.markup("<span class=\"gap\">⋮</span>")?,
            Row::Line { number, text, mark } => {
                page.markup("<span class=\"line\">")?;
                page.element("span", &[("class", "number")], &number.to_string())?;
                page.markup("<span>")?;
                line(page, text, mark, row.is_of_block())?;
                page.markup("</span></span>")?;
            }
        }
    }
    page.markup("</pre>")
}

fn line(page: &mut Page<'_>, text: &str, mark: &Mark, block: bool) -> io::Result<()> {
    match mark {
        Mark::Columns(marked) => {
            let [before, inside, after] = split(text, marked);
            page.text(before)?;
            // A place past the end of its line is a blank.
            page.element("mark", &[], if inside.is_empty() { " " } else { inside })?;
            page.text(after)
        }
        _ if block => page.element("mark", &[("class", "block")], text),
        _ => page.text(text),
    }
}

/// What is before, in and after a range of columns.
fn split<'t>(text: &'t str, marked: &Range<usize>) -> [&'t str; 3] {
    let byte = |column: usize| {
        let mut reached = 0;
        let after = text.char_indices().find(|(_, c)| {
            let here = reached >= column && columns::of(*c) > 0;
            reached += columns::of(*c);
            here
        });
        after.map_or(text.len(), |(index, _)| index)
    };
    let (before, rest) = text.split_at(byte(marked.start));
    let (inside, after) = rest.split_at(byte(marked.end.max(marked.start)) - before.len());
    [before, inside, after]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_split_at_columns_not_bytes() {
        assert_eq!(split("é数x y", &(1..3)), ["é", "数", "x y"]);
        assert_eq!(split("ab", &(5..9)), ["ab", "", ""]);
        assert_eq!(split("e\u{301}a", &(0..1)), ["", "e\u{301}", "a"]);
    }
}
