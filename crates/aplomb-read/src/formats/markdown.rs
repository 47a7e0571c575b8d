use std::ops::Range;

use aplomb_model::{Comment, Node, Span, Tree};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::formats::document::{Document, Plain, Table, one_line, plain_blanks};
use crate::{Format, Input, ReadError};

mod front_matter;
#[cfg(test)]
mod tests;

pub(crate) const MARKDOWN: Format = Format {
    id: "markdown",
    summary: "Markdown with tables and front matter",
    docs: "The tree is flat, and its keys are always there: `front_matter` (a map or null), \
        `title`, and the lists `sections` (`title`, `slug`, `level`, `path`, `text`, `words`), \
        `tables` (`caption`, `columns`, `rows`: maps from column to text), `lists` (`items`), \
        `code` (`language`, `tags`, `text`), `links` (`text`, `target`) and `fields` (`key`, \
        `value`). All but the sections name the section they stand in: `section`, its slug, and \
        `sections`, the slugs from the outermost section to it.\n\n\
        Follows CommonMark 0.31 with the tables, footnotes, strikethrough and task lists of \
        GitHub. Front matter stands between lines `---` (YAML) or `+++` (TOML) at the very \
        beginning. Text is free of markup and its non-breaking spaces are plain ones; `<br>` in a \
        cell is a line feed. The text of a section is its paragraphs and list items, one a line, \
        without code blocks, tables and subsections. A field is a line `key: value`, \
        `**key** : value`, or several with ` · ` between them; the key is short and is no \
        sentence. Of columns with the same name, the second is called `NAME-2`; cells beyond the \
        header are kept as written, under `column-N`. HTML comments are comments; other HTML is left out.",
    names: &[],
    extensions: &["md", "markdown"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let mut document = Document::new(text, input.limits);
    let start = front_matter::read(input, &mut document)?;
    let body = text.get(start..).unwrap_or_default();
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let mut reader = Reader::new(text, document);
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        reader.take(event, range.start + start..range.end + start);
    }
    let root = reader.document.finish()?;
    let mut tree = Tree::new(input.source.clone(), MARKDOWN.id, vec![root]);
    tree.comments = reader.comments;
    Ok(tree)
}

/// What is open while the events of a document go by. Nothing here recurses: nesting costs an
/// entry in a vector.
struct Reader<'a> {
    text: &'a str,
    document: Document,
    comments: Vec<Comment>,
    /// The text of the paragraph, heading or cell that is being read.
    leaf: Plain,
    lists: Vec<List>,
    quotes: usize,
    links: Vec<Link>,
    code: Option<Code>,
    table: Table,
    row: Vec<Node>,
    /// Where the last cell ended.
    cell_end: usize,
}

struct List {
    number: usize,
    items: Vec<Node>,
    /// The text of the item that is being read, once it has some.
    item: Option<Node>,
}

struct Link {
    /// Where its text begins in the leaf.
    at: usize,
    target: Box<str>,
}

struct Code {
    language: Option<Node>,
    tags: Vec<Node>,
    text: String,
    span: Option<Span>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, document: Document) -> Self {
        Self {
            text,
            document,
            comments: Vec::new(),
            leaf: Plain::default(),
            lists: Vec::new(),
            quotes: 0,
            links: Vec::new(),
            code: None,
            table: Table::default(),
            row: Vec::new(),
            cell_end: 0,
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => match &mut self.code {
                Some(code) => code.push(&text, range),
                None => self.leaf.push(&text, range),
            },
            Event::Code(text) => self.leaf.push_code(&text, range),
            Event::SoftBreak | Event::HardBreak => self.leaf.push("\n", range),
            Event::InlineHtml(html) if is_break(&html) => self.leaf.push("\n", range),
            Event::InlineHtml(_) => self.comments_in(range),
            Event::Rule => self.end_paragraph(),
            Event::Html(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let at = self.leaf.text().len();
                let target = dest_url.as_ref().into();
                self.links.push(Link { at, target });
            }
            Tag::TableCell => self.leaf.clear(),
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::TableRow | Tag::TableHead => {}
            _ => {
                self.end_paragraph();
                self.start_block(tag, range);
            }
        }
    }

    fn start_block(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::List(_) => {
                let number = self.document.open_list();
                self.lists.push(List { number, items: Vec::new(), item: None });
            }
            Tag::Item => {
                if let Some(list) = self.lists.last_mut() {
                    list.item = None;
                }
            }
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::CodeBlock(kind) => self.code = Some(Code::new(&kind, self.text, &range)),
            Tag::HtmlBlock => self.comments_in(range),
            Tag::Table(_) => self.table = Table::default(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Link | TagEnd::Image => self.end_link(range),
            TagEnd::TableCell => self.end_cell(range),
            TagEnd::TableHead => self.table.columns = std::mem::take(&mut self.row),
            TagEnd::TableRow => {
                self.surplus_cells(range.end);
                let span = trimmed(self.text, range);
                self.table.rows.push((span, std::mem::take(&mut self.row)));
            }
            TagEnd::Table => {
                let table = std::mem::take(&mut self.table);
                self.document.table(trimmed(self.text, range), table);
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {}
            TagEnd::Heading(level) if self.quotes == 0 && self.lists.is_empty() => {
                let title = std::mem::take(&mut self.leaf);
                let span = title.whole_span().unwrap_or_else(|| trimmed(self.text, range));
                self.document.heading(level as usize, title.text(), span);
            }
            _ => {
                self.end_paragraph();
                self.end_block(tag, range);
            }
        }
    }

    fn end_block(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Item => {
                if let Some(list) = self.lists.last_mut() {
                    let empty = || Node::text(trimmed(self.text, range), "");
                    list.items.push(list.item.take().unwrap_or_else(empty));
                }
            }
            TagEnd::List(_) => {
                if let Some(list) = self.lists.pop() {
                    let span = trimmed(self.text, range);
                    self.document.close_list(list.number, span, list.items);
                }
            }
            TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    let whole = trimmed(self.text, range);
                    let text = Node::text(code.span.unwrap_or(whole), code.text);
                    self.document.code(whole, code.language, code.tags, text);
                }
            }
            _ => {}
        }
    }

    /// Ends the paragraph that is being read, if any. The text of a tight list item has no
    /// paragraph of its own: what comes next ends it.
    fn end_paragraph(&mut self) {
        let Some(span) = self.leaf.whole_span() else {
            return;
        };
        let text = self.document.paragraph(&self.leaf);
        if let Some(list) = self.lists.last_mut() {
            list.item.get_or_insert_with(|| Node::text(span, text));
        }
        self.leaf.clear();
    }

    fn end_cell(&mut self, range: Range<usize>) {
        let raw = self.text.get(range.clone()).unwrap_or_default();
        let inner = raw.strip_suffix('|').unwrap_or(raw);
        let span = trimmed(self.text, range.start..range.start + inner.len());
        let text = plain_blanks(self.leaf.text().trim());
        self.row.push(Node::text(span, text));
        self.cell_end = range.start + inner.len();
        self.leaf.clear();
    }

    /// The cells of a row that go beyond the header, which the parser passes over.
    fn surplus_cells(&mut self, row_end: usize) {
        let rest = self.text.get(self.cell_end..row_end).unwrap_or_default().trim_end();
        let Some(cells) = rest.strip_prefix('|') else {
            return;
        };
        let mut escaped = false;
        let ends = |c: char| {
            let ends = c == '|' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        };
        let header = self.row.len();
        let mut start = self.cell_end + 1;
        for cell in cells.split_terminator(ends) {
            let span = trimmed(self.text, start..start + cell.len());
            let text = cell.trim().replace("\\|", "|");
            self.row.push(Node::text(span, plain_blanks(&text)));
            start += cell.len() + 1;
        }
        // An empty one says nothing, unless it keeps the place of the next.
        let kept = self.row.iter().rposition(|cell| cell.as_str() != Some(""));
        self.row.truncate(header.max(kept.map_or(0, |last| last + 1)));
    }

    fn end_link(&mut self, range: Range<usize>) {
        // Images nest without end, and each has the text of all inside it.
        const DEEPEST: usize = 16;
        let Some(link) = self.links.pop().filter(|_| self.links.len() < DEEPEST) else {
            return;
        };
        let whole = Span::from_range(range);
        let end = self.leaf.text().len();
        let text = self.leaf.text().get(link.at..).unwrap_or_default();
        let empty = text.is_empty();
        let text_span = if empty { whole } else { self.leaf.span(link.at..end) };
        let text = Node::text(text_span, one_line(text));
        let after = if empty { whole.start() } else { text_span.end() } as usize;
        let rest = self.text.get(after..whole.end() as usize).unwrap_or_default();
        let written = rest.find(&*link.target).filter(|_| !link.target.is_empty());
        let target_span = match written {
            Some(at) => Span::from_range(after + at..after + at + link.target.len()),
            None => whole,
        };
        let target = Node::text(target_span, link.target);
        self.document.link(whole, text, target);
    }

    /// Notes the comments in a stretch of HTML.
    fn comments_in(&mut self, range: Range<usize>) {
        let end = range.end;
        let mut at = range.start;
        while let Some(rest) = self.text.get(at..end) {
            let Some(start) = rest.find("<!--") else {
                break;
            };
            let start = at + start + 4;
            let inside = self.text.get(start..end).unwrap_or_default();
            let length = inside.find("-->").unwrap_or(inside.len());
            let span = trimmed(self.text, start..start + length);
            self.comments.push(Comment { span });
            at = (start + length + 3).min(end);
        }
    }
}

impl Code {
    fn new(kind: &CodeBlockKind<'_>, text: &str, range: &Range<usize>) -> Self {
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.as_ref(),
            CodeBlockKind::Indented => "",
        };
        let line = text.get(range.clone()).and_then(|block| block.lines().next());
        let line = line.unwrap_or_default();
        let mut at = 0;
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}');
        let words = info.split(ends).filter(|word| !word.is_empty());
        let mut nodes = words.map(|word| {
            let rest = line.get(at..).unwrap_or_default();
            let span = match rest.find(word) {
                Some(found) => {
                    let start = range.start + at + found;
                    at += found + word.len();
                    Span::from_range(start..start + word.len())
                }
                None => Span::from_range(range.start..range.start + line.len()),
            };
            Node::text(span, word)
        });
        Self { language: nodes.next(), tags: nodes.collect(), text: String::new(), span: None }
    }

    fn push(&mut self, text: &str, range: Range<usize>) {
        self.text.push_str(text);
        let span = Span::from_range(range);
        self.span = Some(self.span.map_or(span, |whole| whole.cover(span)));
    }
}

/// Whether a tag breaks the line.
fn is_break(html: &str) -> bool {
    let name = html.trim_start_matches('<').trim_end_matches(['>', '/', ' ']);
    name.eq_ignore_ascii_case("br")
}

/// A range without the blanks at its ends.
fn trimmed(text: &str, range: Range<usize>) -> Span {
    let raw = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (raw.len() - raw.trim_start().len());
    Span::from_range(start..start + raw.trim().len())
}
