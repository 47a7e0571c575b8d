use std::collections::HashMap;
use std::ops::Range;

use aplomb_model::{Comment, Member, Node, Span, Tree};

use super::RST;
use super::inline::{Place, inline, key};
use super::lines::{Line, adornment, lines};
use super::marker::{Marker, field, marker};
use crate::formats::document::{Document, Plain, plain_blanks};
use crate::piece::map;
use crate::problems::Problems;
use crate::{Input, ReadError};

/// Named targets and the addresses they stand for.
pub(super) type Targets = HashMap<String, Box<str>>;

/// Lists and directives inside each other beyond this are taken as text.
const DEEPEST: usize = 48;

/// Goes through the lines of a document once, a block at a time; the content of list items and
/// directives is a range of lines of its own.
pub(super) struct Reader<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) text: &'a str,
    pub(super) lines: Vec<Line>,
    pub(super) document: Document,
    pub(super) tree: Tree,
    pub(super) problems: Problems,
    /// The caption that a `table` directive gives to the table inside it.
    pub(super) caption: Option<Node>,
    targets: Targets,
    /// The styles of titles in the order of first use: the character, and whether it is above too.
    styles: Vec<(u8, bool)>,
    /// The texts of the list items around the current place, once they have one.
    items: Vec<Option<Node>>,
    /// Whether nothing but a title and comments has been read: fields here are those of the
    /// document.
    at_top: bool,
    /// Up to here no simple table ends, looked for in vain before.
    pub(super) no_table_end: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(input: &'a Input<'a>) -> Self {
        let text = input.source.text();
        let lines = lines(text);
        Self {
            input,
            text,
            targets: targets(text, &lines),
            lines,
            document: Document::new(text, input.limits),
            tree: Tree::new(input.source.clone(), RST.id, Vec::new()),
            problems: Problems::default(),
            caption: None,
            styles: Vec::new(),
            items: Vec::new(),
            at_top: true,
            no_table_end: 0,
        }
    }

    pub(super) fn read(mut self) -> Result<Tree, ReadError> {
        self.blocks(0..self.lines.len(), 0);
        self.problems.or(())?;
        self.tree.documents.push(self.document.finish()?);
        Ok(self.tree)
    }

    pub(super) fn line(&self, index: usize) -> Option<Line> {
        self.lines.get(index).copied()
    }

    pub(super) fn raw(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    /// The line, where it is within `end` and says something.
    pub(super) fn filled(&self, index: usize, end: usize) -> Option<(Line, &'a str)> {
        let line = self.line(index).filter(|line| index < end && !line.is_blank())?;
        Some((line, self.raw(line.range())))
    }

    /// The first line from `from` on that is not blank and not indented beyond `indent`.
    pub(super) fn dedent(&self, from: usize, end: usize, indent: usize) -> usize {
        let ends = |line: &Line| !line.is_blank() && line.indent <= indent;
        let lines = self.lines.get(from..end).unwrap_or_default();
        lines.iter().position(ends).map_or(end.max(from), |at| from + at)
    }

    pub(super) fn blocks(&mut self, range: Range<usize>, depth: usize) {
        if depth > DEEPEST {
            let all = self.lines.get(range).unwrap_or_default();
            let mut filled = all.iter().filter(|line| !line.is_blank());
            if let Some(first) = filled.next() {
                let end = filled.next_back().unwrap_or(first).end;
                self.paragraph(first.start..end);
            }
            return;
        }
        let mut at = range.start;
        while at < range.end {
            at = match self.filled(at, range.end) {
                Some((line, text)) => self.block(at, range.end, line, text, depth).max(at + 1),
                None => at + 1,
            };
        }
    }

    /// Reads the block that begins at a line; the line after it.
    fn block(&mut self, at: usize, end: usize, line: Line, text: &'a str, depth: usize) -> usize {
        if let Some(next) = self.title(at, end, line, text) {
            return next;
        }
        if text.starts_with("..") && text.get(2..).is_some_and(starts_blank) {
            return self.explicit(at, end, line, depth);
        }
        if field(text).is_some() {
            return self.field_list(at, end, line);
        }
        self.at_top = false;
        if let Some(next) = self.grid_table(at, end, line, text) {
            return next;
        }
        if let Some(next) = self.simple_table(at, end, line, text) {
            return next;
        }
        if adornment(text).is_some() && text.len() >= 4 {
            return at + 1;
        }
        if let Some(kind) = self.opens_list(at, end, line, text) {
            return self.list(at, end, line, kind, depth);
        }
        if text == "|" || text.starts_with("| ") {
            self.paragraph(line.skip(1, self.text).range());
            return at + 1;
        }
        if text.starts_with(">>> ") {
            let blank = (at..end).find(|&index| self.filled(index, end).is_none());
            let next = blank.unwrap_or(end);
            self.code(
                at..next,
                Some(Node::text(Span::from_range(line.start..line.start + 3), "python")),
            );
            return next;
        }
        self.text_block(at, end, line)
    }

    /// A title with a line of punctuation under it, or under and above it.
    fn title(&mut self, at: usize, end: usize, line: Line, text: &str) -> Option<usize> {
        if !self.items.is_empty() {
            return None;
        }
        let above = adornment(text).filter(|_| text.len() >= 2);
        let index = at + usize::from(above.is_some());
        let (title, words) = self.filled(index, end)?;
        let (rule, under) = self.filled(index + 1, end)?;
        let below = adornment(under)?;
        let long = under.len() >= 4 || under.len() >= words.chars().count();
        let styled = match above {
            Some(above) => {
                above == below && text.len() == under.len() && title.indent >= line.indent
            }
            None => title.indent == line.indent,
        };
        if !long || !styled || rule.indent != line.indent || adornment(words).is_some() {
            return None;
        }
        let style = (below, above.is_some());
        let known = self.styles.iter().position(|known| *known == style);
        let level = known.unwrap_or_else(|| {
            self.styles.push(style);
            self.styles.len() - 1
        });
        // A title may follow the fields of the document; after a second one they are over.
        self.at_top = self.at_top && level == 0 && known.is_none();
        let plain = self.inline(title.range());
        let span = Span::from_range(title.range());
        self.document.heading(level + 1, plain.text(), span);
        Some(index + 2)
    }

    /// What begins with two dots: a comment, a target, a footnote, a substitution, a directive.
    fn explicit(&mut self, at: usize, end: usize, line: Line, depth: usize) -> usize {
        let rest = line.skip(2, self.text);
        let text = self.raw(rest.range());
        let directly = self.filled(at + 1, end).is_some();
        if text.is_empty() && !directly {
            return at + 1;
        }
        let next = self.dedent(at + 1, end, line.indent);
        if text.starts_with('_') && !text.starts_with("_ ") {
            return (at + 1..next)
                .find(|&index| self.filled(index, next).is_none())
                .unwrap_or(next);
        }
        if text.starts_with('|') && text.contains("::") {
            return next;
        }
        if let Some(label) = text.strip_prefix('[').and_then(|text| text.find("] ")) {
            self.lines[at] = rest.skip(label + 2, self.text);
            self.blocks(at..next, depth + 1);
            return next;
        }
        if self.directive(at..next, rest, text, depth) {
            return next;
        }
        let last = (at..next).rev().find_map(|index| self.filled(index, next));
        let last_end = last.map_or(rest.end, |(line, _)| line.end);
        let start = if text.is_empty() {
            self.line(at + 1).map_or(rest.start, |line| line.start)
        } else {
            rest.start
        };
        let span = Span::from_range(start..last_end);
        self.tree.comments.push(Comment { span });
        next
    }

    fn field_list(&mut self, at: usize, end: usize, first: Line) -> usize {
        let mut next = at;
        let mut members = Vec::new();
        while let Some((line, text)) = self.filled(next, end) {
            let Some((name, length)) = field(text).filter(|_| line.indent == first.indent) else {
                break;
            };
            let after = self.dedent(next + 1, end, line.indent);
            self.lines[next] = line.skip(length, self.text);
            let value = self.text_of(next..after);
            let key_span = Span::from_range(line.start + 1..line.start + 1 + name.len());
            members.push((Node::text(key_span, plain_blanks(name)), value));
            next = after;
        }
        if self.at_top {
            let span = |(key, value): &(Node, Node)| key.span.cover(value.span);
            let whole = members.iter().map(span).reduce(Span::cover).unwrap_or_default();
            let named = |(key, value): &(Node, Node)| Member {
                key: key.as_str().unwrap_or_default().into(),
                key_span: key.span,
                value: value.clone(),
            };
            self.document.front_matter(map(whole, members.iter().map(named).collect()));
            self.at_top = false;
        }
        for (key, value) in members {
            self.document.field(key, value);
        }
        next
    }

    /// The text of some lines, as that of a cell.
    pub(super) fn text_of(&mut self, range: Range<usize>) -> Node {
        let lines = self.lines.get(range).unwrap_or_default();
        let ranges: Vec<_> = lines.iter().map(|line| line.range()).collect();
        self.cell(&ranges)
    }

    /// The text of a cell that was written in these ranges, one a line. Its span is the first line
    /// that says something.
    pub(super) fn cell(&mut self, ranges: &[Range<usize>]) -> Node {
        let written = ranges.iter().find(|range| !range.is_empty());
        let span = written.or(ranges.first()).cloned().unwrap_or_default();
        let text = self.text;
        let lines = ranges.iter().map(|range| text.get(range.clone()).unwrap_or_default());
        let alone = ranges.iter().filter(|range| !range.is_empty()).count() == 1;
        let place = if alone { Some(span.start) } else { None };
        self.rich(lines, Span::from_range(span), place)
    }

    /// The text of a cell of these lines: lines are joined, except where one is an item of a list
    /// or follows a blank one.
    pub(super) fn rich<'t>(
        &mut self,
        lines: impl Iterator<Item = &'t str>,
        span: Span,
        place: Option<usize>,
    ) -> Node {
        let mut raw = String::new();
        let mut breaks = false;
        let mut items = false;
        for line in lines.map(str::trim) {
            let item = marker(line).filter(|(kind, _)| matches!(kind, Marker::Bullet(_)));
            let content =
                item.map_or(line, |(_, length)| line.get(length..).unwrap_or_default().trim());
            items |= item.is_some();
            if !raw.is_empty() && !content.is_empty() {
                raw.push(if breaks || item.is_some() { '\n' } else { ' ' });
            }
            breaks = content.is_empty() && item.is_none();
            raw.push_str(content);
        }
        let place = match place {
            Some(start) if !items => Place::From(start),
            _ => Place::Within(span),
        };
        let plain = inline(&raw, place, &self.targets, &mut self.document);
        Node::text(span, plain_blanks(plain.text().trim()))
    }

    fn inline(&mut self, range: Range<usize>) -> Plain {
        let raw = self.raw(range.clone());
        inline(raw, Place::From(range.start), &self.targets, &mut self.document)
    }

    pub(super) fn paragraph(&mut self, range: Range<usize>) {
        let plain = self.inline(range);
        let Some(span) = plain.whole_span() else {
            return;
        };
        let text = self.document.paragraph(&plain);
        if let Some(item) = self.items.last_mut() {
            item.get_or_insert_with(|| Node::text(span, text));
        }
    }

    /// The kind of list that begins here. A line that merely looks like the start of an enumeration
    /// (`M. Dupont`) goes on in the next line.
    fn opens_list(&self, at: usize, end: usize, line: Line, text: &str) -> Option<Marker> {
        let (kind, _) = marker(text)?;
        let goes_on = self.filled(at + 1, end).is_some_and(|(next, text)| {
            next.indent <= line.indent && marker(text).is_none_or(|(next, _)| next != kind)
        });
        (matches!(kind, Marker::Bullet(_)) || !goes_on).then_some(kind)
    }

    fn list(&mut self, at: usize, end: usize, first: Line, kind: Marker, depth: usize) -> usize {
        let number = self.document.open_list();
        let mut items = Vec::new();
        let mut next = at;
        let mut last_end = first.end;
        while let Some((line, text)) = self.filled(next, end) {
            let found =
                marker(text).filter(|(found, _)| *found == kind && line.indent == first.indent);
            let Some((_, length)) = found else { break };
            let after = self.dedent(next + 1, end, line.indent);
            let filled = (next..after).rev().find_map(|index| self.filled(index, after));
            last_end = filled.map_or(line.end, |(line, _)| line.end);
            self.lines[next] = line.skip(length, self.text);
            self.items.push(None);
            self.blocks(next..after, depth + 1);
            let text = self.items.pop().flatten();
            items.push(text.unwrap_or_else(|| Node::text(Span::from_range(line.range()), "")));
            next = after;
        }
        let span = Span::from_range(first.start..last_end);
        self.document.close_list(number, span, items);
        next
    }

    /// A paragraph, and the literal block it may announce.
    fn text_block(&mut self, at: usize, end: usize, first: Line) -> usize {
        let mut next = at + 1;
        let mut last = first;
        while let Some((line, _)) = self.filled(next, end) {
            if line.indent != first.indent {
                break;
            }
            last = line;
            next += 1;
        }
        let range = first.start..last.end;
        let text = self.raw(range.clone());
        let Some(before) = text.strip_suffix("::") else {
            self.paragraph(range);
            return next;
        };
        // `text::` says `text:`, `text ::` says `text`.
        let shown = before.trim_end().len();
        let colon = usize::from(shown == before.len() && shown > 0);
        self.paragraph(first.start..first.start + shown + colon);
        let after = self.dedent(next, end, first.indent);
        if (next..after).any(|index| self.filled(index, after).is_some()) {
            self.code(next..after, None);
        }
        after
    }

    /// Code in some lines, without the indentation that all of them have.
    pub(super) fn code(&mut self, range: Range<usize>, language: Option<Node>) {
        let lines = self.lines.get(range).unwrap_or_default();
        let first = lines.iter().position(|line| !line.is_blank());
        let last = lines.iter().rposition(|line| !line.is_blank());
        let (Some(first), Some(last)) = (first, last) else {
            return;
        };
        let lines = lines.get(first..=last).unwrap_or_default();
        let filled = lines.iter().filter(|line| !line.is_blank());
        let indent = filled.map(|line| line.indent).min().unwrap_or_default();
        let mut code = String::new();
        for line in lines {
            if !line.is_blank() {
                code.extend(std::iter::repeat_n(' ', line.indent - indent));
                code.push_str(self.raw(line.range()));
            }
            code.push('\n');
        }
        let (start, end) =
            (lines.first().map(|line| line.start), lines.last().map(|line| line.end));
        let span = Span::from_range(start.unwrap_or_default()..end.unwrap_or_default());
        self.document.code(span, language, Vec::new(), Node::text(span, code));
    }
}

fn starts_blank(text: &str) -> bool {
    text.is_empty() || text.starts_with(char::is_whitespace)
}

/// The addresses that `.. _name: address` gives names to; `.. _name:` names a place.
fn targets(text: &str, lines: &[Line]) -> Targets {
    let mut targets = Targets::new();
    for line in lines {
        let raw = text.get(line.range()).unwrap_or_default();
        let Some(rest) = raw.strip_prefix(".. _") else {
            continue;
        };
        let (name, after) = match rest.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
            Some((name, after)) => (name, after.strip_prefix(':')),
            None => match rest.split_once(": ").or_else(|| Some((rest.strip_suffix(':')?, ""))) {
                Some((name, after)) => (name, Some(after)),
                None => continue,
            },
        };
        let address = after.map(str::trim).unwrap_or_default();
        let target = if address.is_empty() { format!("#{}", name.trim()) } else { address.into() };
        targets.insert(key(name), target.into());
    }
    targets
}
