//! What part of a source is shown with a finding, and what is marked in it.
//!
//! Formats draw a [`View`] in their own way. It is already safe to show (see `visible`), its lines
//! fit a given width, and its marks count columns of what is shown, not of the source.

use std::ops::Range;

use aplomb_model::{Evidence, Excerpt};

use crate::visible::{self, Cell};

/// Lines shown of one excerpt. Of a longer one: where the place begins, and where it ends.
const MAX_LINES: usize = 8;
const TAB: usize = 4;
/// Less room than this shows nothing of use.
const MIN_WIDTH: usize = 16;

/// The lines to show of one piece of evidence.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) rows: Vec<Row>,
}

/// One row of a view.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// A line of the source.
    Line { number: u32, text: String, mark: Mark },
    /// Lines left out.
    Gap,
}

impl Row {
    /// Whether it is a line of a place over several lines.
    pub(crate) const fn is_of_block(&self) -> bool {
        matches!(self, Self::Line { mark: Mark::First | Mark::Inside | Mark::Last, .. })
    }
}

/// What of a line belongs to the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nothing: context.
    None,
    /// These columns, at least one; the place is on this line only.
    Columns(Range<usize>),
    /// The line is the first of a place over several lines.
    First,
    /// The line is inside a place over several lines.
    Inside,
    /// The line is the last shown of a place over several lines.
    Last,
}

/// The place on the lines of an excerpt: indices of lines and, from 0, of characters.
struct Place {
    lines: Range<usize>,
    characters: Range<usize>,
}

/// What to show of a piece of evidence in lines of at most `width` columns, `ellipsis` where
/// something is cut off. `None` where there is no excerpt.
pub(crate) fn view(evidence: &Evidence, width: usize, ellipsis: &str) -> Option<View> {
    let excerpt = evidence.excerpt.as_ref()?;
    if excerpt.lines.is_empty() {
        return None;
    }
    let place = place(evidence, excerpt);
    let block = place.as_ref().is_some_and(|place| place.lines.len() > 1);
    // Two columns for the bar along a place over several lines.
    let width = if block { width.saturating_sub(2) } else { width }.max(MIN_WIDTH);

    let kept = kept_lines(excerpt.lines.len(), place.as_ref());
    let mut lines: Vec<(usize, Vec<Cell>)> =
        kept.iter().map(|&index| (index, line_cells(excerpt, index, ellipsis))).collect();
    let marked = place.as_ref().filter(|_| !block).and_then(|place| {
        let shift = usize::from(excerpt.cut > 0);
        let (_, cells) = lines.iter_mut().find(|(i, _)| *i == place.lines.start)?;
        Some(columns_of(cells, &place.characters, shift))
    });
    let window = Window::around(marked.clone(), &lines, width, ellipsis);

    let mut rows = Vec::with_capacity(lines.len() + 1);
    let mut previous = None;
    for (index, cells) in &lines {
        if previous.is_some_and(|previous| previous + 1 < *index) {
            rows.push(Row::Gap);
        }
        previous = Some(*index);
        let mark = match (&place, &marked) {
            (Some(place), Some(marked)) if place.lines.start == *index => {
                Mark::Columns(window.columns(marked))
            }
            (Some(place), None) => block_mark(&place.lines, *index),
            _ => Mark::None,
        };
        rows.push(Row::Line {
            number: excerpt.first_line.saturating_add(*index as u32),
            text: window.cut(cells),
            mark,
        });
    }
    if block && past_excerpt(evidence, excerpt) {
        rows.push(Row::Gap);
    }
    Some(View { rows })
}

/// Whether the place goes on after the last line there is.
fn past_excerpt(evidence: &Evidence, excerpt: &Excerpt) -> bool {
    let beyond = excerpt.first_line.saturating_add(excerpt.lines.len() as u32);
    evidence.end.line >= beyond && !(evidence.end.line == beyond && evidence.end.column <= 1)
}

/// Where the place lies on the lines there are; `None` where it begins on none of them.
fn place(evidence: &Evidence, excerpt: &Excerpt) -> Option<Place> {
    let (start, mut end) = (evidence.start, evidence.end);
    let first = start.line.checked_sub(excerpt.first_line)? as usize;
    let first_line = excerpt.lines.get(first)?;
    let mut to_line_end = false;
    if end.line > start.line && end.column <= 1 {
        // The place includes the line's ending.
        end.line -= 1;
        to_line_end = true;
    }
    let index = |column: u32| (column.saturating_sub(1)).saturating_sub(excerpt.cut) as usize;
    let from = index(start.column);
    let to = if to_line_end { first_line.chars().count() } else { index(end.column) };
    let last = (end.line.max(start.line) - excerpt.first_line) as usize;
    Some(Place {
        lines: first..last.min(excerpt.lines.len() - 1) + 1,
        characters: from..to.max(from.saturating_add(1)),
    })
}

fn kept_lines(count: usize, place: Option<&Place>) -> Vec<usize> {
    if count <= MAX_LINES {
        return (0..count).collect();
    }
    let (start, end) = place.map_or((0, 0), |place| (place.lines.start, place.lines.end - 1));
    let from = start.saturating_sub(1).min(count - MAX_LINES);
    let to = from + MAX_LINES;
    if end < to {
        return (from..to).collect();
    }
    (from..to - 1).chain([end]).collect()
}

fn line_cells(excerpt: &Excerpt, index: usize, ellipsis: &str) -> Vec<Cell> {
    let line = excerpt.lines.get(index).map_or("", |line| line.trim_end());
    let mut cells = visible::cells(line, TAB);
    if excerpt.cut > 0 {
        cells.insert(0, Cell::new(ellipsis.to_owned()));
    }
    cells
}

/// Columns of a range of characters. The line is lengthened by a blank where the range begins past
/// its end, so that there is something to mark.
fn columns_of(cells: &mut Vec<Cell>, characters: &Range<usize>, shift: usize) -> Range<usize> {
    let start = (characters.start + shift).min(cells.len());
    if start == cells.len() {
        cells.push(Cell::new(" ".to_owned()));
    }
    let end = (characters.end + shift).clamp(start + 1, cells.len());
    let columns = |cells: &[Cell]| cells.iter().map(|cell| cell.width).sum::<usize>();
    let (before, rest) = cells.split_at(start);
    let from = columns(before);
    let inside = columns(rest.get(..end - start).unwrap_or_default());
    from..from + inside.max(1)
}

fn block_mark(lines: &Range<usize>, index: usize) -> Mark {
    if !lines.contains(&index) {
        Mark::None
    } else if index == lines.start {
        Mark::First
    } else if index + 1 == lines.end {
        Mark::Last
    } else {
        Mark::Inside
    }
}

/// The columns of the source that are shown, the same on every line so that they stay aligned.
struct Window<'a> {
    shown: Range<usize>,
    ellipsis: &'a str,
}

impl<'a> Window<'a> {
    fn around(
        marked: Option<Range<usize>>,
        lines: &[(usize, Vec<Cell>)],
        width: usize,
        ellipsis: &'a str,
    ) -> Self {
        let length = |cells: &[Cell]| cells.iter().map(|cell| cell.width).sum::<usize>();
        let longest = lines.iter().map(|(_, cells)| length(cells)).max().unwrap_or(0);
        let marked = marked.unwrap_or(0..1);
        let edge = crate::columns::width(ellipsis);
        let shown = if longest <= width {
            0..longest
        } else if marked.end <= width - edge {
            0..width - edge
        } else {
            let room = width - 2 * edge;
            let beside = room.saturating_sub(marked.len());
            let start = marked.start.saturating_sub(beside / 2);
            if start + room + edge >= longest {
                longest - (width - edge)..longest
            } else {
                start..start + room
            }
        };
        Self { shown, ellipsis }
    }

    /// What is shown of a line, without blanks at its end.
    fn cut(&self, cells: &[Cell]) -> String {
        let mut text = String::new();
        if self.shown.start > 0 && !cells.is_empty() {
            text.push_str(self.ellipsis);
        }
        let mut column = 0;
        for cell in cells {
            let (from, to) = (column, column + cell.width);
            column = to;
            if to <= self.shown.start || (cell.width == 0 && to > self.shown.end) {
                continue;
            }
            if from >= self.shown.end && cell.width > 0 {
                text.push_str(self.ellipsis);
                break;
            }
            if from >= self.shown.start && to <= self.shown.end {
                text.push_str(&cell.text);
            } else {
                // A wide character on the edge: as many blanks, so that the rest stays aligned.
                let blanks = to.min(self.shown.end) - from.max(self.shown.start);
                text.extend(std::iter::repeat_n(' ', blanks));
            }
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// Columns of the source as columns of what is shown.
    fn columns(&self, marked: &Range<usize>) -> Range<usize> {
        let edge = match self.shown.start {
            0 => 0,
            _ => crate::columns::width(self.ellipsis),
        };
        let place = |column: usize| {
            column.clamp(self.shown.start, self.shown.end.max(1)) - self.shown.start + edge
        };
        let start = place(marked.start);
        start..place(marked.end).max(start + 1)
    }
}

#[cfg(test)]
mod tests;
