use std::ops::Range;

use aplomb_model::{Node, Span};

use super::blocks::Reader;
use super::lines::Line;
use super::marker::field;
use crate::formats::document::one_line;

/// A directive taken apart: what it is given on its first lines, its options, its content.
pub(super) struct Directive<'a> {
    /// The argument, on one or several lines.
    pub(super) argument: Range<usize>,
    /// The options: name, value, and where the value stands.
    pub(super) options: Vec<(&'a str, Line)>,
    /// The lines of the content.
    pub(super) content: Range<usize>,
}

impl<'a> Directive<'a> {
    /// The value of an option, and where it stands.
    pub(super) fn option(&self, reader: &Reader<'a>, name: &str) -> Option<(&'a str, Span)> {
        let (_, line) = self.options.iter().find(|(found, _)| *found == name)?;
        Some((reader.raw(line.range()), Span::from_range(line.range())))
    }

    /// How many rows or columns an option says.
    pub(super) fn count(&self, reader: &Reader<'a>, name: &str) -> usize {
        let option = self.option(reader, name);
        option.and_then(|(value, _)| value.parse().ok()).unwrap_or_default()
    }
}

/// The name of the directive that this text begins with, and the length of name and colons.
fn name(text: &str) -> Option<(&str, usize)> {
    let colons = text.find("::")?;
    let name = text.get(..colons)?;
    let after = text.get(colons + 2..)?;
    let name = name.strip_suffix(' ').unwrap_or(name);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '+' | ':');
    let is_directive = name.starts_with(char::is_alphanumeric)
        && name.chars().all(is_name)
        && (after.is_empty() || after.starts_with(char::is_whitespace));
    is_directive.then_some((name, colons + 2))
}

impl<'a> Reader<'a> {
    /// Reads a directive that stands in these lines; whether there is one. `rest` is the first line
    /// after the two dots.
    pub(super) fn directive(
        &mut self,
        range: Range<usize>,
        rest: Line,
        text: &'a str,
        depth: usize,
    ) -> bool {
        let Some((name, length)) = name(text) else {
            return false;
        };
        let first = rest.skip(length, self.text);
        let name = name.to_ascii_lowercase();
        let name = name.rsplit(':').next().unwrap_or(&name);
        match name {
            "code-block" | "code" | "sourcecode" | "raw" => {
                let parts = self.parts(range, first, false);
                let language = (!first.is_blank()).then(|| self.cell(&[first.range()]));
                self.code(parts.content, language);
            }
            "parsed-literal" | "math" | "graphviz" | "uml" | "plantuml" | "mermaid" | "prompt"
            | "productionlist" => {
                let parts = self.parts(range, first, false);
                let span = Span::from_range(rest.start..rest.start + name.len());
                let language = (name != "parsed-literal").then(|| Node::text(span, name));
                self.code(parts.content, language);
            }
            "literalinclude" | "include" | "image" | "figure" => {
                let parts = self.parts(range, first, true);
                self.reference(&parts);
                if name == "figure" {
                    self.blocks(parts.content, depth + 1);
                }
            }
            "toctree" => {
                let parts = self.parts(range, first, false);
                self.toctree(parts.content);
            }
            "csv-table" => {
                let parts = self.parts(range.clone(), first, true);
                self.csv_table(range, &parts);
            }
            "list-table" => {
                let parts = self.parts(range.clone(), first, true);
                self.list_table(range, &parts);
            }
            "table" => {
                let parts = self.parts(range, first, true);
                self.caption = self.caption_of(&parts);
                self.blocks(parts.content, depth + 1);
                self.caption = None;
            }
            "only" | "ifconfig" | "container" | "class" | "rst-class" | "highlight"
            | "cssclass" => {
                let parts = self.parts(range, first, false);
                self.blocks(parts.content, depth + 1);
            }
            "contents" | "sectnum" | "tabularcolumns" | "index" | "role" | "default-role"
            | "meta" | "title" | "date" | "header" | "footer" => {}
            _ => self.admonition(range, first, depth),
        }
        true
    }

    /// Text set apart, and directives we do not know: what they say is prose.
    fn admonition(&mut self, range: Range<usize>, first: Line, depth: usize) {
        let start = range.start;
        let directly = self.filled(start + 1, range.end);
        let option = directly.is_some_and(|(_, text)| field(text).is_some());
        if first.is_blank() || option {
            let parts = self.parts(range, first, false);
            self.paragraph(parts.argument);
            self.blocks(parts.content, depth + 1);
        } else if let Some(line) = self.lines.get_mut(start) {
            let indent = directly.map_or(first.indent, |(line, _)| line.indent);
            *line = Line { indent, ..first };
            self.blocks(range, depth + 1);
        }
    }

    /// Takes a directive apart. `long`: its argument may go on in the following lines.
    fn parts(&self, range: Range<usize>, first: Line, long: bool) -> Directive<'a> {
        let mut argument = first.range();
        let mut next = range.start + 1;
        let mut options: Vec<(&str, Line)> = Vec::new();
        let mut indent = usize::MAX;
        while let Some((line, text)) = self.filled(next, range.end) {
            match field(text) {
                Some((name, length)) if line.indent <= indent => {
                    options.push((name, line.skip(length, self.text)));
                    indent = line.indent;
                }
                // An option's value goes on.
                _ if line.indent > indent => {
                    if let Some((_, value)) = options.last_mut() {
                        if value.is_blank() {
                            *value = line;
                        }
                        value.end = line.end;
                    }
                }
                _ if long && options.is_empty() => {
                    if argument.is_empty() {
                        argument.start = line.start;
                    }
                    argument.end = line.end;
                }
                _ => break,
            }
            next += 1;
        }
        Directive { argument, options, content: next..range.end }
    }

    /// The argument of a table as its caption.
    pub(super) fn caption_of(&mut self, parts: &Directive<'a>) -> Option<Node> {
        let range = parts.argument.clone();
        (!range.is_empty()).then(|| self.cell(&[range]))
    }

    /// A directive that names a file.
    fn reference(&mut self, parts: &Directive<'a>) {
        let range = parts.argument.clone();
        let target = self.raw(range.clone());
        if target.is_empty() {
            return;
        }
        let span = Span::from_range(range);
        let label = parts.option(self, "alt").filter(|(text, _)| !text.is_empty());
        let (text, text_span) = label.unwrap_or((target, span));
        let text = Node::text(text_span, one_line(text));
        self.document.link(span, text, Node::text(span, one_line(target)));
    }

    /// The entries of a table of contents: `target`, or `title <target>`.
    fn toctree(&mut self, content: Range<usize>) {
        for index in content.clone() {
            let Some((line, text)) = self.filled(index, content.end) else {
                continue;
            };
            let whole = Span::from_range(line.range());
            let entry = text.strip_suffix('>').and_then(|text| text.rsplit_once('<'));
            let (label, target) = match entry {
                Some((label, target)) => {
                    let start = line.end - 1 - target.len();
                    let span = Span::from_range(start..start + target.len());
                    let label = label.trim_end();
                    let label_span = Span::from_range(line.start..line.start + label.len());
                    (Node::text(label_span, one_line(label)), Node::text(span, target))
                }
                None => (Node::text(whole, text), Node::text(whole, text)),
            };
            self.document.link(whole, label, target);
        }
    }
}
