//! What line-oriented formats share: lines that are neither blank nor comments, and tables whose
//! columns blanks part.

use aplomb_model::{Comment, Span};

use crate::piece::Piece;
use crate::problems::{Problems, unclosed_quote};

/// The trimmed lines that say something, and the comments: the lines that begin with one of the
/// `markers` (ASCII).
pub(crate) fn lines<'a>(text: &'a str, markers: &[char]) -> (Vec<Piece<'a>>, Vec<Comment>) {
    lines_of(Piece::whole(text), markers)
}

/// The same of a piece, such as the text of an included file.
pub(crate) fn lines_of<'a>(text: Piece<'a>, markers: &[char]) -> (Vec<Piece<'a>>, Vec<Comment>) {
    let mut said = Vec::new();
    let mut comments = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        if line.text().starts_with(markers) {
            let span = line.from(1).span();
            comments.push(Comment { span });
        } else if !line.is_empty() {
            said.push(line);
        }
    }
    (said, comments)
}

/// How a table is written whose columns blanks part.
pub(crate) struct Layout {
    /// Whether a `#` begins a comment anywhere, not only at the beginning of a line.
    pub(crate) remarks: bool,
    /// What opens and closes text in which blanks part nothing.
    pub(crate) pairs: &'static [(char, char)],
    /// Whether a backslash at the end of a line joins the next line to it.
    pub(crate) joins: bool,
}

/// What a table says.
#[derive(Default)]
pub(crate) struct Table<'a> {
    /// The lines that have cells.
    pub(crate) rows: Vec<Row<'a>>,
    /// The comments.
    pub(crate) comments: Vec<Comment>,
    /// What is wrong so far.
    pub(crate) problems: Problems,
}

/// One line, with those joined to it: at least one cell.
pub(crate) struct Row<'a> {
    /// The cells as written, what pairs them included.
    pub(crate) cells: Vec<Piece<'a>>,
}

impl Row<'_> {
    /// From the first cell to the last.
    pub(crate) fn span(&self) -> Span {
        self.cells.iter().map(|cell| cell.span()).reduce(Span::cover).unwrap_or_default()
    }
}

impl Layout {
    /// Cuts a text into rows.
    pub(crate) fn read<'a>(&self, text: &'a str) -> Table<'a> {
        let mut table = Table::default();
        self.read_into(Piece::whole(text), &mut table);
        table
    }

    /// Cuts a piece into rows that follow those of a table.
    pub(crate) fn read_into<'a>(&self, text: Piece<'a>, table: &mut Table<'a>) {
        let mut cells = Vec::new();
        for line in text.lines() {
            let joined = self.joins && line.text().ends_with('\\');
            let line = line.until(line.text().len() - usize::from(joined)).trim();
            self.cut(line, &mut cells, table);
            if !joined && !cells.is_empty() {
                let cells = std::mem::take(&mut cells);
                table.rows.push(Row { cells });
            }
        }
        if !cells.is_empty() {
            table.rows.push(Row { cells });
        }
    }

    fn cut<'a>(&self, line: Piece<'a>, cells: &mut Vec<Piece<'a>>, table: &mut Table<'a>) {
        let mut rest = line;
        while !rest.is_empty() {
            let begins = rest.start() == line.start() && cells.is_empty();
            if let Some(comment) = rest.strip_prefix('#')
                && (begins || self.remarks)
            {
                let span = comment.span();
                table.comments.push(Comment { span });
                return;
            }
            let Some(end) = self.end(rest.text()) else {
                table.problems.add(rest.span(), unclosed_quote());
                cells.clear();
                return;
            };
            let (cell, after) = rest.split_at(end);
            cells.push(cell);
            rest = after.trim_start();
        }
    }

    /// Where the cell that a text begins with ends; nothing where a pair is never closed.
    fn end(&self, text: &str) -> Option<usize> {
        let mut closing = None;
        let mut before = ' ';
        for (at, character) in text.char_indices() {
            match closing {
                Some(close) if character == close && (close != ']' || before != '\\') => {
                    closing = None;
                }
                Some(_) => {}
                None if character.is_whitespace() => return Some(at),
                None if character == '#' && self.remarks => return Some(at),
                None => {
                    let opens =
                        |pair: &&(char, char)| pair.0 == character && (pair.0 == pair.1 || at == 0);
                    closing = self.pairs.iter().find(opens).map(|pair| pair.1);
                }
            }
            before = character;
        }
        closing.is_none().then_some(text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells<'a>(layout: &Layout, text: &'a str) -> Vec<Vec<&'a str>> {
        let rows = layout.read(text).rows.into_iter();
        rows.map(|row| row.cells.iter().map(|cell| cell.text()).collect()).collect()
    }

    #[test]
    fn rows_are_cut_at_blanks() {
        let plain = Layout { remarks: false, pairs: &[], joins: false };
        assert_eq!(cells(&plain, "a  b\\\r\n\n# c\n\tc #d\n"), [vec!["a", "b\\"], vec!["c", "#d"]]);
        let rich = Layout { remarks: true, pairs: &[('"', '"'), ('[', ']')], joins: true };
        let text = "a \"b # c\"#d\n[e \\] f] g[h \\\n i\\";
        assert_eq!(cells(&rich, text), [vec!["a", "\"b # c\""], vec!["[e \\] f]", "g[h", "i"]]);
        assert!(rich.read("a \"b\nc\n").problems.or(()).is_err());
    }

    #[test]
    fn lines_part_from_comments() {
        let (said, comments) = lines(" a \n\n ; b\n#c", &['#', ';']);
        assert_eq!(said.len(), 1);
        assert_eq!(comments.len(), 2);
    }
}
