use std::ops::Range;

use aplomb_model::Span;

use super::blocks::Reader;
use super::lines::Line;

/// The lines of one cell.
type Ranges = Vec<Range<usize>>;

impl<'a> Reader<'a> {
    /// A table drawn with `+---+` and `|`.
    pub(super) fn grid_table(
        &mut self,
        at: usize,
        end: usize,
        line: Line,
        text: &'a str,
    ) -> Option<usize> {
        if !is_rule(text) {
            return None;
        }
        let drawn = |index: &usize| {
            let found = self.filled(*index, end);
            found.is_some_and(|(next, text)| {
                next.indent == line.indent && text.starts_with(['+', '|'])
            })
        };
        let next = (at..end).find(|index| !drawn(index)).unwrap_or(end);
        let mut grid = Grid::new(self.walls(at..next));
        for index in at + 1..next {
            let Some((row, text)) = self.filled(index, next) else {
                continue;
            };
            grid.line(row, text);
        }
        let last = self.line(next.saturating_sub(1)).map_or(line.end, |line| line.end);
        let rows = grid.rows(self.text.len());
        let caption = self.caption.take();
        let header = grid.header;
        self.table(Span::from_range(line.start..last), caption, rows, header);
        Some(next)
    }

    /// The columns, in characters, at which some cell ends.
    fn walls(&self, lines: Range<usize>) -> Vec<usize> {
        let end = lines.end;
        let rules = lines.filter_map(|index| self.filled(index, end));
        let rules = rules.filter(|(_, text)| is_rule(text));
        let mut walls: Vec<usize> = rules
            .flat_map(|(_, text)| text.bytes().enumerate())
            .filter_map(|(column, byte)| (byte == b'+').then_some(column))
            .collect();
        walls.sort_unstable();
        walls.dedup();
        walls
    }
}

struct Grid {
    walls: Vec<usize>,
    cells: Vec<Ranges>,
    /// The cell that each column is in.
    current: Vec<usize>,
    /// The rows so far: where they stand, and the number of the cell in each column.
    rows: Vec<(Span, Vec<usize>)>,
    span: Option<Span>,
    header: usize,
}

impl Grid {
    fn new(walls: Vec<usize>) -> Self {
        let columns = walls.len().saturating_sub(1);
        Self {
            walls,
            cells: vec![Ranges::new(); columns],
            current: (0..columns).collect(),
            rows: Vec::new(),
            span: None,
            header: 0,
        }
    }

    fn line(&mut self, line: Line, text: &str) {
        let offsets = self.offsets(text);
        let segment = |index: usize| {
            let start = offsets.get(index)? + 1;
            let end = offsets.get(index + 1).copied().unwrap_or(text.len());
            text.get(start..end).map(|inner| (start, inner))
        };
        let columns = offsets.len().min(self.current.len());
        let drawn = |inner: &str, with: u8| {
            !inner.is_empty() && inner.bytes().all(|b| b == with || b == b'+')
        };
        let is_drawn = |index: usize| {
            segment(index).is_some_and(|(_, inner)| drawn(inner, b'-') || drawn(inner, b'='))
        };
        let closes = text.contains('+')
            && (0..columns).any(|index| closes_at(text, &offsets, index) && is_drawn(index));
        if closes {
            if let Some(span) = self.span.take() {
                self.rows.push((span, self.current.iter().take(columns).copied().collect()));
            }
            if is_rule(text) && text.contains('=') {
                self.header = self.rows.len();
            }
            for index in (0..columns).filter(|&index| is_drawn(index)) {
                self.current[index] = self.cells.len();
                self.cells.push(Ranges::new());
            }
            return;
        }
        let whole = Span::from_range(line.range());
        self.span = Some(self.span.map_or(whole, |span| span.cover(whole)));
        let mut index = 0;
        while index < columns {
            // A cell goes on where no wall ends it.
            let mut last = index + 1;
            let walled = |at: usize| {
                offsets.get(at).is_none_or(|&at| {
                    text.get(at..).is_some_and(|rest| rest.starts_with(['|', '+']))
                })
            };
            while !walled(last) {
                last += 1;
            }
            let start = offsets.get(index).map_or(text.len(), |at| at + 1);
            let end = offsets.get(last).copied().unwrap_or(text.len());
            let inner = text.get(start..end).unwrap_or_default().trim_end_matches('|');
            let trimmed = inner.trim_start();
            let from = line.start + start + (inner.len() - trimmed.len());
            if let Some(cell) = self.current.get(index).and_then(|&cell| self.cells.get_mut(cell)) {
                cell.push(from..from + trimmed.trim_end().len());
            }
            index = last;
        }
    }

    /// The bytes at which the walls stand in a line, as far as the line goes.
    fn offsets(&self, text: &str) -> Vec<usize> {
        let mut walls = self.walls.iter().copied().peekable();
        let mut offsets = Vec::new();
        for (column, (at, _)) in text.char_indices().enumerate() {
            if walls.next_if_eq(&column).is_some() {
                offsets.push(at);
            }
        }
        offsets
    }

    /// The rows, each cell in every row it reaches over; at most `budget` bytes are repeated.
    fn rows(&mut self, mut budget: usize) -> Vec<(Span, Vec<Ranges>)> {
        let rows = std::mem::take(&mut self.rows);
        let mut seen = vec![false; self.cells.len()];
        let mut ranges = |cell: usize| {
            let (Some(ranges), Some(seen)) = (self.cells.get(cell), seen.get_mut(cell)) else {
                return Ranges::new();
            };
            let size = ranges.iter().map(|range| range.len() + 32).sum();
            let affordable = budget.checked_sub(size);
            match affordable {
                Some(left) if *seen => budget = left,
                None if *seen => {
                    return ranges.iter().take(1).map(|range| range.start..range.start).collect();
                }
                _ => *seen = true,
            }
            ranges.clone()
        };
        let row = |(span, cells): (Span, Vec<usize>)| {
            (span, cells.into_iter().map(&mut ranges).collect())
        };
        rows.into_iter().map(row).collect()
    }
}

/// Whether the rule over a column begins at a corner.
fn closes_at(text: &str, offsets: &[usize], index: usize) -> bool {
    let corner = offsets.get(index).and_then(|&at| text.get(at..));
    corner.is_some_and(|rest| rest.starts_with('+'))
}

/// Whether a line is drawn from wall to wall.
fn is_rule(text: &str) -> bool {
    text.len() >= 3
        && text.starts_with('+')
        && text.ends_with('+')
        && text.bytes().all(|byte| matches!(byte, b'+' | b'-' | b'='))
        && text.contains(['-', '='])
}
