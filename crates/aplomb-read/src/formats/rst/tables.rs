use std::ops::Range;

use aplomb_model::{Node, Span};

use super::blocks::Reader;
use super::directive::Directive;
use super::lines::Line;
use super::marker::{Marker, marker};
use crate::formats::document::Table;

/// The cells of a row, each as the ranges of its lines.
type Row = (Span, Vec<Vec<Range<usize>>>);

impl<'a> Reader<'a> {
    /// A table under lines `=====  =====`.
    pub(super) fn simple_table(
        &mut self,
        at: usize,
        end: usize,
        line: Line,
        text: &'a str,
    ) -> Option<usize> {
        let columns = columns(text)?;
        let bottom = self.table_bottom(at, end)?;
        let mut rows: Vec<Row> = Vec::new();
        let mut header = 0;
        for index in at + 1..bottom {
            let Some((row, text)) = self.filled(index, end) else {
                continue;
            };
            if is_border(text) {
                header = rows.len();
                continue;
            }
            // Lines of `-` only say which columns the cells above them take together.
            if text.bytes().all(|byte| matches!(byte, b'-' | b' ')) {
                continue;
            }
            let cells = self.cut(row, line.indent, &columns);
            let begins = cells.first().is_some_and(|cell| !cell.is_empty());
            match rows.last_mut() {
                Some((span, last)) if !begins => {
                    *span = span.cover(Span::from_range(row.range()));
                    for (cell, range) in last.iter_mut().zip(cells) {
                        cell.push(range);
                    }
                }
                _ => {
                    let cells = cells.into_iter().map(|cell| vec![cell]).collect();
                    rows.push((Span::from_range(row.range()), cells));
                }
            }
        }
        let last = self.line(bottom).map_or(line.end, |line| line.end);
        let caption = self.caption.take();
        self.table(Span::from_range(line.start..last), caption, rows, header);
        Some(bottom + 1)
    }

    /// The line that ends a simple table: a border before a blank line.
    fn table_bottom(&mut self, at: usize, end: usize) -> Option<usize> {
        if end <= self.no_table_end {
            return None;
        }
        let ends = |&index: &usize| {
            let border = self.filled(index, end).is_some_and(|(_, text)| is_border(text));
            border && self.filled(index + 1, end).is_none()
        };
        let bottom = (at + 1..end).find(ends);
        if bottom.is_none() {
            self.no_table_end = end;
        }
        bottom
    }

    /// Cuts a line at columns of characters; a text that runs over goes to the column it began in.
    fn cut(&self, line: Line, indent: usize, columns: &[Range<usize>]) -> Vec<Range<usize>> {
        // A short line says nothing in the columns after it; beyond this many, not even that.
        const PADDED: usize = 256;
        let mut starts = Vec::new();
        let first = line.indent.saturating_sub(indent);
        let mut wanted = columns.iter().map(|range| range.start).peekable();
        for (column, (offset, _)) in (first..).zip(self.raw(line.range()).char_indices()) {
            while wanted.next_if(|&start| start <= column).is_some() {
                starts.push(line.start + offset);
            }
        }
        if columns.len() <= PADDED {
            starts.resize(columns.len(), line.end);
        }
        let ends = starts.iter().skip(1).copied().chain([line.end]);
        starts.iter().zip(ends).map(|(&start, end)| self.trim(start..end)).collect()
    }

    pub(super) fn trim(&self, range: Range<usize>) -> Range<usize> {
        let raw = self.raw(range.clone());
        let start = range.start + (raw.len() - raw.trim_start().len());
        start..start + raw.trim().len()
    }

    /// A table of bullet lists in a bullet list.
    pub(super) fn list_table(&mut self, lines: Range<usize>, parts: &Directive<'a>) {
        let mut rows: Vec<Row> = Vec::new();
        let mut at = parts.content.start;
        let end = parts.content.end;
        while at < end {
            let Some((line, after)) = self.item(at, end) else {
                at += 1;
                continue;
            };
            let mut cells = Vec::new();
            let mut inner = at;
            let mut last = line.end;
            while inner < after {
                let Some((_, cell_end)) = self.item(inner, after) else {
                    inner += 1;
                    continue;
                };
                let lines = self.lines.get(inner..cell_end).unwrap_or_default();
                last = lines.iter().map(|line| line.end).fold(last, usize::max);
                cells.push(lines.iter().map(|line| line.range()).collect());
                inner = cell_end;
            }
            rows.push((Span::from_range(line.start..last), cells));
            at = after;
        }
        let caption = self.caption_of(parts);
        let header = parts.count(self, "header-rows");
        self.table(self.extent(lines), caption, rows, header);
    }

    /// Opens the bullet item at a line: the line as it was, and the line after the item.
    fn item(&mut self, at: usize, end: usize) -> Option<(Line, usize)> {
        let (line, text) = self.filled(at, end)?;
        let (_, length) = marker(text).filter(|(kind, _)| matches!(kind, Marker::Bullet(_)))?;
        self.lines[at] = line.skip(length, self.text);
        Some((line, self.dedent(at + 1, end, line.indent)))
    }

    /// From the first line that says something to the last.
    pub(super) fn extent(&self, lines: Range<usize>) -> Span {
        let lines = self.lines.get(lines).unwrap_or_default();
        let filled = lines.iter().filter(|line| !line.is_blank());
        let spans = filled.map(|line| Span::from_range(line.range()));
        spans.reduce(Span::cover).unwrap_or_default()
    }

    /// Gives a table to the document; its first `header` rows are the header.
    pub(super) fn table(
        &mut self,
        span: Span,
        caption: Option<Node>,
        rows: Vec<Row>,
        header: usize,
    ) {
        let mut table = Table { caption, ..Table::default() };
        for (number, (span, cells)) in rows.into_iter().enumerate() {
            let cells: Vec<Node> = cells.iter().map(|ranges| self.cell(ranges)).collect();
            if number < header {
                add_header(&mut table.columns, cells);
            } else {
                table.rows.push((span, cells));
            }
        }
        self.document.table(span, table);
    }
}

/// Adds a header row. A column with several header cells has all their names.
pub(super) fn add_header(columns: &mut Vec<Node>, cells: Vec<Node>) {
    for (index, cell) in cells.into_iter().enumerate() {
        match columns.get_mut(index) {
            None => columns.push(cell),
            Some(column) => {
                let (above, below) = (column.as_str(), cell.as_str());
                match (above.unwrap_or_default(), below.unwrap_or_default()) {
                    (_, "") => {}
                    ("", _) => *column = cell,
                    (above, below) => *column = Node::text(column.span, format!("{above} {below}")),
                }
            }
        }
    }
}

fn is_border(text: &str) -> bool {
    text.starts_with('=') && text.contains(' ') && text.bytes().all(|b| matches!(b, b'=' | b' '))
}

/// The columns under a border, counted in characters.
fn columns(text: &str) -> Option<Vec<Range<usize>>> {
    if !is_border(text) {
        return None;
    }
    let mut columns = Vec::new();
    let mut start = 0;
    for run in text.split(' ') {
        if !run.is_empty() {
            columns.push(start..start + run.len());
        }
        start += run.len() + 1;
    }
    Some(columns)
}
