use std::ops::Range;

use aplomb_model::{Node, Phrase, Span};

use super::blocks::Reader;
use super::directive::Directive;
use super::tables::add_header;
use crate::ReadError;
use crate::formats::csv::Rows;
use crate::formats::document::Table;
use crate::piece::quoted;
use crate::problems::Problems;

impl<'a> Reader<'a> {
    /// A table in CSV: in the directive's content, or in a file.
    pub(super) fn csv_table(&mut self, lines: Range<usize>, parts: &Directive<'a>) {
        let delimiter = match parts.option(self, "delim").map(|(value, _)| value) {
            Some("tab" | "\\t") => b'\t',
            Some("space") => b' ',
            Some(value) => value.bytes().next().unwrap_or(b','),
            None => b',',
        };
        let mut table = Table { caption: self.caption_of(parts), ..Table::default() };
        if let Some((_, span)) = parts.option(self, "header") {
            for (_, cells) in self.csv_within(span, delimiter) {
                add_header(&mut table.columns, cells);
            }
        }
        let span = self.extent(lines);
        let rows = if let Some((path, at)) = parts.option(self, "file") {
            self.csv_file(path, at, delimiter)
        } else {
            let content = self.extent(parts.content.clone());
            self.csv_within(content, delimiter)
        };
        let header = parts.count(self, "header-rows");
        for (number, (span, cells)) in rows.into_iter().enumerate() {
            if number < header {
                add_header(&mut table.columns, cells);
            } else {
                table.rows.push((span, cells));
            }
        }
        self.document.table(span, table);
    }

    /// The rows of a file of the delivery, which becomes a source of the tree.
    fn csv_file(&mut self, path: &str, at: Span, delimiter: u8) -> Vec<(Span, Vec<Node>)> {
        let shown = quoted(path);
        let source = match self.input.files.open(self.input.source.name(), path) {
            Ok(source) => source,
            Err(error) => {
                for problem in error.problems {
                    self.problems.add(
                        at,
                        Phrase::new(
                            format!(
                                "the table's file {shown} cannot be read: {}",
                                problem.message.en
                            ),
                            format!(
                                "le fichier {shown} du tableau ne peut être lu : {}",
                                problem.message.fr
                            ),
                        ),
                    );
                }
                return Vec::new();
            }
        };
        let base = self.tree.sources.include(source.clone());
        let mut problems = Problems::default();
        let mut rows = Rows::new(source.text(), delimiter, 0);
        let rows = self.csv_rows(&mut rows, base, &mut problems);
        if let Err(ReadError { problems, .. }) = problems.or(()) {
            for problem in problems {
                let start = problem.span.unwrap_or_default().start() as usize;
                let line = source.position(start).line;
                self.problems.add(
                    at,
                    Phrase::new(
                        format!("{shown}, line {line}: {}", problem.message.en),
                        format!("{shown}, ligne {line} : {}", problem.message.fr),
                    ),
                );
            }
        }
        rows
    }

    /// The rows of CSV in the document itself.
    fn csv_within(&mut self, span: Span, delimiter: u8) -> Vec<(Span, Vec<Node>)> {
        let text = self.text.get(..span.end() as usize).unwrap_or_default();
        let mut rows = Rows::new(text, delimiter, span.start() as usize);
        let mut problems = std::mem::take(&mut self.problems);
        let rows = self.csv_rows(&mut rows, 0, &mut problems);
        self.problems = problems;
        rows
    }

    fn csv_rows(
        &mut self,
        rows: &mut Rows<'_>,
        base: u32,
        problems: &mut Problems,
    ) -> Vec<(Span, Vec<Node>)> {
        let mut found = Vec::new();
        let mut cells = Vec::new();
        while let Some(span) = rows.next_row(&mut cells, problems) {
            if problems.is_full() {
                break;
            }
            let nodes = cells.drain(..).map(|cell| {
                let span = cell.span.shifted(base);
                self.rich(cell.text.lines(), span, None)
            });
            let nodes = nodes.collect();
            found.push((span.shifted(base), nodes));
        }
        found
    }
}
