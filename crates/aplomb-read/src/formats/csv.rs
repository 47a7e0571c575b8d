use std::collections::HashMap;

use aplomb_model::{Node, Phrase, Span, Tree};

use crate::formats::document::{Document, Table};
use crate::piece::{character, quoted};
use crate::problems::Problems;
use crate::{Format, Input, ReadError};

pub(crate) const CSV: Format = Format {
    id: "csv",
    summary: "CSV and TSV, with a header line",
    docs: "The tree has the shape of a document with one table: `$.tables[*].rows[*]` are the \
        rows, each a map from column to text; `$.tables[0].columns` are the headers in order.\n\n\
        Quotes as in RFC 4180. Cells are separated by `,`, `;` or tab, whichever the header line \
        has most of outside quotes; a first line `sep=;` says so itself. Values are trimmed. A \
        row that is short lacks the keys of the missing cells; one with more cells than columns \
        is a mistake, as are two columns of the same name and a column without name. Blank rows, \
        and empty columns at the right edge, are left out: spreadsheets write both. The file is \
        UTF-8, UTF-16 with a byte order mark, or Windows-1252.",
    names: &[],
    extensions: &["csv", "tsv", "tab"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let (delimiter, start) = delimiter(text);
    let mut rows = Rows::new(text, delimiter, start);
    let mut problems = Problems::default();
    let mut cells = Vec::new();
    let mut columns = Vec::new();
    while columns.is_empty() {
        if rows.next_row(&mut cells, &mut problems).is_none() {
            break;
        }
        columns = header(&cells, &mut problems);
    }
    if columns.is_empty() {
        problems.add(
            character(text, start),
            Phrase::new(
                "the table has no header line; write the names of the columns on the first line",
                "le tableau n'a pas de ligne d'en-tête ; écrire le nom des colonnes sur la première ligne",
            ),
        );
    }
    let mut table = Table::default();
    while !problems.is_full() {
        let Some(span) = rows.next_row(&mut cells, &mut problems) else {
            break;
        };
        if let Some(extra) = cells.iter().skip(columns.len()).find(|cell| !cell.text.is_empty()) {
            problems.add(extra.span, too_many(cells.len(), columns.len()));
        }
        cells.truncate(columns.len());
        table.rows.push((span, cells.drain(..).map(Cell::node).collect()));
    }
    problems.or(())?;
    let header = columns.iter().map(|column| column.span);
    let rows = table.rows.iter().map(|(span, _)| *span);
    let span = header.chain(rows).reduce(Span::cover).unwrap_or_default();
    table.columns = columns.into_iter().map(Cell::node).collect();
    let mut document = Document::new(text, input.limits);
    document.table(span, table);
    let root = document.finish()?;
    Ok(Tree::new(input.source.clone(), CSV.id, vec![root]))
}

/// One cell: its trimmed text, and where that stands without quotes.
pub(crate) struct Cell {
    pub(crate) text: Box<str>,
    pub(crate) span: Span,
}

impl Cell {
    fn node(self) -> Node {
        Node::text(self.span, self.text)
    }
}

/// The columns a header line names, without the empty ones at its right end.
fn header(cells: &[Cell], problems: &mut Problems) -> Vec<Cell> {
    let named = cells.iter().rposition(|cell| !cell.text.is_empty());
    let width = named.map_or(0, |last| last + 1);
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut columns = Vec::new();
    for (number, cell) in cells.iter().take(width).enumerate() {
        let number = number + 1;
        if cell.text.is_empty() {
            problems.add(
                cell.span,
                Phrase::new(
                    format!("column {number} has no name; give it one"),
                    format!("la colonne {number} n'a pas de nom ; lui en donner un"),
                ),
            );
        } else if let Some(first) = seen.insert(&cell.text, number) {
            let name = quoted(&cell.text);
            problems.add(
                cell.span,
                Phrase::new(
                    format!("columns {first} and {number} are both named `{name}`; rename one"),
                    format!(
                        "les colonnes {first} et {number} s'appellent toutes deux « {name} » ; en renommer une"
                    ),
                ),
            );
        }
        columns.push(Cell { text: cell.text.clone(), span: cell.span });
    }
    columns
}

/// The delimiter, and where the table begins.
fn delimiter(text: &str) -> (u8, usize) {
    let start = text.len() - text.trim_start_matches(['\n', '\r']).len();
    let body = text.get(start..).unwrap_or_default();
    let line = body.lines().next().unwrap_or_default();
    let marker = line.strip_prefix("sep=").map(str::as_bytes);
    if let Some(&[delimiter @ (b',' | b';' | b'\t' | b'|')]) = marker {
        return (delimiter, start + line.len());
    }
    let mut quoted = false;
    // On a tie the later wins: `;` is chosen where commas are part of the text.
    let mut counts = [(b'\t', 0), (b',', 0), (b';', 0)];
    for byte in body.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (delimiter, count) in &mut counts {
                    *count += usize::from(*delimiter == byte);
                }
            }
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    (most.map_or(b',', |(delimiter, _)| delimiter), start)
}

/// A cursor over the rows of a table.
pub(crate) struct Rows<'a> {
    text: &'a str,
    delimiter: u8,
    at: usize,
}

impl<'a> Rows<'a> {
    /// A cursor at byte `at` of a text.
    pub(crate) const fn new(text: &'a str, delimiter: u8, at: usize) -> Self {
        Self { text, delimiter, at }
    }

    /// Reads the next row that says anything into `cells`; its span, or `None` at the end.
    pub(crate) fn next_row(
        &mut self,
        cells: &mut Vec<Cell>,
        problems: &mut Problems,
    ) -> Option<Span> {
        loop {
            if self.at >= self.text.len() {
                return None;
            }
            cells.clear();
            let start = self.at;
            let end = loop {
                cells.push(self.cell(problems));
                match self.byte(self.at) {
                    Some(byte) if byte == self.delimiter => self.at += 1,
                    _ => break self.at,
                }
            };
            self.end_of_line();
            if cells.iter().any(|cell| !cell.text.is_empty()) {
                return Some(Span::from_range(start..end));
            }
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn end_of_line(&mut self) {
        if self.byte(self.at) == Some(b'\r') {
            self.at += 1;
        }
        if self.byte(self.at) == Some(b'\n') {
            self.at += 1;
        }
    }

    /// Reads up to the delimiter or line ending that ends the cell.
    fn cell(&mut self, problems: &mut Problems) -> Cell {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let bytes = rest.as_bytes();
        let ends = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\n' | b'\r');
        let blanks = bytes.iter().take_while(|&byte| *byte == b' ').count();
        if bytes.get(blanks) == Some(&b'"') {
            return self.quoted(self.at + blanks, problems);
        }
        let length = bytes.iter().position(ends).unwrap_or(bytes.len());
        let start = self.at;
        self.at += length;
        self.trimmed(start, self.at)
    }

    /// A cell from its opening quote.
    fn quoted(&mut self, opening: usize, problems: &mut Problems) -> Cell {
        let start = opening + 1;
        let mut at = start;
        let mut doubled = false;
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let Some(quote) = rest.bytes().position(|byte| byte == b'"') else {
                problems.add(
                    character(self.text, opening),
                    Phrase::new(
                        "this quote is never closed; close it, or double it if it is part of the text",
                        "ce guillemet n'est jamais fermé ; le fermer, ou le doubler s'il fait partie du texte",
                    ),
                );
                self.at = self.text.len();
                return self.trimmed(start, self.at);
            };
            at += quote + 1;
            if self.byte(at) != Some(b'"') {
                break;
            }
            doubled = true;
            at += 1;
        }
        let mut cell = self.trimmed(start, at - 1);
        if doubled {
            cell.text = cell.text.replace("\"\"", "\"").into();
        }
        self.at = at;
        while self.byte(self.at) == Some(b' ') {
            self.at += 1;
        }
        let next = self.byte(self.at);
        if next.is_some_and(|byte| byte != self.delimiter && !matches!(byte, b'\n' | b'\r')) {
            problems.add(
                character(self.text, self.at),
                Phrase::new(
                    "text follows a closing quote; a quote inside a quoted cell is written twice",
                    "du texte suit un guillemet fermant ; dans une cellule entre guillemets, un guillemet s'écrit deux fois",
                ),
            );
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let ends = |byte: &u8| *byte == self.delimiter || matches!(byte, b'\n' | b'\r');
            self.at += rest.iter().position(ends).unwrap_or(rest.len());
        }
        cell
    }

    fn trimmed(&self, start: usize, end: usize) -> Cell {
        let raw = self.text.get(start..end).unwrap_or_default();
        let text = raw.trim_start();
        let start = end - text.len();
        let text = text.trim_end();
        Cell { text: text.into(), span: Span::from_range(start..start + text.len()) }
    }
}

fn too_many(cells: usize, columns: usize) -> Phrase {
    Phrase::new(
        format!(
            "this row has {cells} cells for {columns} columns; quote the cell that holds the delimiter, or name the column"
        ),
        format!(
            "cette ligne a {cells} cellules pour {columns} colonnes ; mettre entre guillemets la cellule qui contient le séparateur, ou nommer la colonne"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{at, check, positions, raw};
    use crate::read_text;

    /// The columns and rows of a table.
    fn table_is(text: &str, columns: &str, rows: &str) {
        let expected = format!(
            r#"{{"front_matter": null, "title": null, "sections": [],
                "tables": [{{"section": null, "sections": [], "caption": null,
                    "columns": {columns}, "rows": {rows}}}],
                "lists": [], "code": [], "links": [], "fields": []}}"#
        );
        check(&CSV, "a.csv", text, &expected);
    }

    fn refused(text: &str) -> Vec<String> {
        positions(&CSV, "a.csv", text)
    }

    #[test]
    fn rows_are_maps_by_column() {
        let rows = r#"[{"a": "1", "b": "x y"}, {"a": "2", "b": ""}]"#;
        table_is("a,b\n1,x y\n2,\n", r#"["a", "b"]"#, rows);
        table_is("a;b\r\n1;x y\r\n2;", r#"["a", "b"]"#, rows);
        table_is("a\tb\n1\tx y\n2\t", r#"["a", "b"]"#, rows);
        table_is("sep=;\na;b\n1;x y\n2;\n", r#"["a", "b"]"#, rows);
        table_is("\n\na;b\n\n 1 ;\u{a0}x y\u{a0}\n;\n2;\n", r#"["a", "b"]"#, rows);
    }

    #[test]
    fn the_delimiter_is_the_header_s() {
        table_is("\"a,b,c\";d\n1,2;3\n", r#"["a,b,c", "d"]"#, r#"[{"a,b,c": "1,2", "d": "3"}]"#);
        table_is("a,b;c\n1,2;3\n", r#"["a,b", "c"]"#, r#"[{"a,b": "1,2", "c": "3"}]"#);
        table_is("a\n1\n", r#"["a"]"#, r#"[{"a": "1"}]"#);
    }

    #[test]
    fn quotes_hold_delimiters_quotes_and_lines() {
        table_is(
            "a;b\n\"1;\"\"x\"\"\ny\";  \" z \"  \n5\" disk;\n",
            r#"["a", "b"]"#,
            r#"[{"a": "1;\"x\"\ny", "b": "z"}, {"a": "5\" disk", "b": ""}]"#,
        );
    }

    #[test]
    fn short_rows_lack_keys_and_edge_columns_go() {
        table_is("a;b;c\n1;2\n", r#"["a", "b", "c"]"#, r#"[{"a": "1", "b": "2"}]"#);
        table_is("a;b;;\n1;2;;\n", r#"["a", "b"]"#, r#"[{"a": "1", "b": "2"}]"#);
        table_is("a;b\n", r#"["a", "b"]"#, "[]");
    }

    #[test]
    fn mistakes_are_all_shown() {
        assert_eq!(refused("a;b\n1;2;3\n1;2\n1;2;;4\n"), ["2:5", "4:6"]);
        assert_eq!(refused("a;;b\n"), ["1:3"]);
        assert_eq!(refused("a;b;a\n"), ["1:5"]);
        assert_eq!(refused(""), ["1:1"]);
        assert_eq!(refused("\n \n"), ["2:1"]);
        assert_eq!(refused("a\n\"x\n"), ["2:1"]);
        assert_eq!(refused("a;b\n\"x\" y;2\n"), ["2:5"]);
        assert_eq!(refused(&format!("a;b\n{}", "1;2;3\n".repeat(90))).len(), 20);
    }

    #[test]
    fn spans_are_the_trimmed_cells() {
        let text = "clé ; b\n  é  ;\"x \"\"y\"\" \"\n";
        let tree = read_text("a.csv", text, &CSV).expect("is CSV");
        assert_eq!(raw(&tree, &["tables", "0", "rows", "0", "clé"]), "é");
        assert_eq!(raw(&tree, &["tables", "0", "rows", "0", "b"]), "x \"\"y\"\"");
        assert_eq!(raw(&tree, &["tables", "0", "rows", "0"]), "  é  ;\"x \"\"y\"\" \"");
        assert_eq!(raw(&tree, &["tables", "0", "columns", "0"]), "clé");
        let key = at(&tree, &["tables", "0", "rows", "0"]).members()[0].key_span;
        assert_eq!(tree.raw(key), "clé");
    }

    #[test]
    fn one_line_of_fifty_megabytes_is_read() {
        let text = format!("a;b\n1;{}", "lorem ".repeat(50_000_000 / 6));
        assert!(read_text("a.csv", &text, &CSV).is_ok());
        let text = format!("a;b\n1;\"{}", "\"\"".repeat(50_000_000 / 2));
        assert_eq!(refused(&text), ["2:3"]);
    }
}
