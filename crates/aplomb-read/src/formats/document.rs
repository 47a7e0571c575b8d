//! The one shape all documents share, whatever they are written in.
//!
//! Readers of documents tell a [`Document`] what they come across, in order; it knows in which
//! section that is, and makes the tree.

use aplomb_model::{Member, Node, Phrase, Span, Value};

use crate::piece::{map, named};
use crate::{Limits, ReadError, ReadErrorKind};

mod columns;
mod field;
#[cfg(test)]
pub(crate) mod outline;
mod plain;
mod slug;

use self::columns::Columns;

pub(crate) use self::plain::{Plain, one_line, plain_blanks};
pub use self::slug::slug;

/// A document under construction.
pub(crate) struct Document {
    whole: Span,
    front_matter: Option<Node>,
    title: Option<Node>,
    sections: Vec<Section>,
    /// The sections around the current place, outermost first, as indexes.
    open: Vec<usize>,
    tables: Vec<Node>,
    lists: Vec<Node>,
    code: Vec<Node>,
    links: Vec<Node>,
    fields: Vec<Node>,
    /// Bytes that may still be spent on what the shape repeats: the names of columns in every row,
    /// the sections around everything.
    budget: u64,
    overdrawn: Option<Span>,
}

struct Section {
    level: usize,
    span: Span,
    title: Box<str>,
    path: Vec<Node>,
    text: String,
}

/// A table of a document, cell by cell.
#[derive(Default)]
pub(crate) struct Table {
    /// What stands above or below it as its title.
    pub(crate) caption: Option<Node>,
    /// The header cells; without any, columns are named by their number.
    pub(crate) columns: Vec<Node>,
    /// The rows: where each stands, and its cells.
    pub(crate) rows: Vec<(Span, Vec<Node>)>,
}

impl Document {
    pub(crate) fn new(text: &str, limits: &Limits) -> Self {
        Self {
            whole: Span::from_range(0..text.len()),
            front_matter: None,
            title: None,
            sections: Vec::new(),
            open: Vec::new(),
            tables: Vec::new(),
            lists: Vec::new(),
            code: Vec::new(),
            links: Vec::new(),
            fields: Vec::new(),
            budget: limits.bytes.saturating_mul(4),
            overdrawn: None,
        }
    }

    /// What stands before everything else as data, where that is a map.
    pub(crate) fn front_matter(&mut self, node: Node) {
        if matches!(node.value, Value::Map(_)) {
            self.front_matter = Some(node);
        }
    }

    /// A heading: a section begins, and those of its level and below end.
    pub(crate) fn heading(&mut self, level: usize, title: &str, span: Span) {
        let title = one_line(title);
        if level == 1 && self.title.is_none() {
            self.title = Some(Node::text(span, title.clone()));
        }
        while self.current().is_some_and(|section| section.level >= level) {
            self.open.pop();
        }
        let mut path = self.path();
        path.push(Node::text(span, slug(&title)));
        self.open.push(self.sections.len());
        self.sections.push(Section { level, span, title, path, text: String::new() });
    }

    /// A paragraph of the current section, or an item of a list: one line of the section's text.
    pub(crate) fn prose(&mut self, text: &str) {
        let index = self.open.last().copied();
        let section = index.and_then(|index| self.sections.get_mut(index));
        if let Some(section) = section.filter(|_| !text.is_empty()) {
            if !section.text.is_empty() {
                section.text.push('\n');
            }
            section.text.push_str(text);
        }
    }

    /// A paragraph as it was written: prose, and the fields its lines hold.
    pub(crate) fn paragraph(&mut self, plain: &Plain) -> Box<str> {
        let text = one_line(plain.text());
        self.prose(&text);
        for (key, value) in field::fields(plain) {
            self.field(key, value);
        }
        text
    }

    /// A key and its value, both text.
    pub(crate) fn field(&mut self, key: Node, value: Node) {
        let span = key.span.cover(value.span);
        let node = self.placed(span, [("key", key), ("value", value)]);
        self.fields.push(node);
    }

    /// Opens a list; its number, to be given when it ends. Lists inside it come after it.
    pub(crate) fn open_list(&mut self) -> usize {
        let node = self.placed(Span::default(), []);
        self.lists.push(node);
        self.lists.len() - 1
    }

    /// Ends a list with the text of its items.
    pub(crate) fn close_list(&mut self, number: usize, span: Span, items: Vec<Node>) {
        if let Some(list) = self.lists.get_mut(number) {
            list.span = span;
            if let Value::Map(members) = &mut list.value {
                members.push(named("items", Node::new(span, Value::List(items))));
            }
        }
    }

    /// A block of code: its language and the words beside it, and what it says.
    pub(crate) fn code(&mut self, span: Span, language: Option<Node>, tags: Vec<Node>, text: Node) {
        let start = span.start();
        let language = language.unwrap_or(absent(start));
        let tags = listed(tags, start);
        let members = [("language", language), ("tags", tags), ("text", text)];
        let node = self.placed(span, members);
        self.code.push(node);
    }

    /// A reference to something else.
    pub(crate) fn link(&mut self, span: Span, text: Node, target: Node) {
        let node = self.placed(span, [("text", text), ("target", target)]);
        self.links.push(node);
    }

    /// A table.
    pub(crate) fn table(&mut self, span: Span, table: Table) {
        let start = span.start();
        let mut columns = table.columns;
        if columns.is_empty() {
            let width = table.rows.iter().map(|(_, cells)| cells.len()).max();
            let number = |n: usize| Node::text(Span::new(start, start), n.to_string());
            columns = (1..=width.unwrap_or_default()).map(number).collect();
        }
        let columns = Columns::new(columns);
        let mut rows = Vec::with_capacity(table.rows.len());
        for (row, cells) in table.rows {
            let members = self.row(row, cells, &columns);
            rows.push(map(row, members));
        }
        let caption = table.caption.unwrap_or(absent(start));
        let columns = listed(columns.into_nodes(), start);
        let rows = listed(rows, start);
        let members = [("caption", caption), ("columns", columns), ("rows", rows)];
        let node = self.placed(span, members);
        self.tables.push(node);
    }

    /// A row as a map.
    fn row(&mut self, row: Span, cells: Vec<Node>, columns: &Columns) -> Vec<Member> {
        let mut members = Vec::with_capacity(cells.len());
        for (index, cell) in cells.into_iter().enumerate() {
            let (key, key_span) = columns.key(index, cell.span);
            if !self.spend(key.len(), row) {
                break;
            }
            members.push(Member { key, key_span, value: cell });
        }
        members
    }

    /// The document as a tree.
    ///
    /// # Errors
    /// When what the shape repeats would take far more memory than the file has bytes.
    pub(crate) fn finish(self) -> Result<Node, ReadError> {
        if let Some(span) = self.overdrawn {
            return Err(ReadError::at(ReadErrorKind::Limit, span, too_much()));
        }
        let whole = self.whole;
        let all = |nodes: Vec<Node>| Node::new(whole, Value::List(nodes));
        let front_matter = self.front_matter.unwrap_or(absent(0));
        let declared = front_matter.get("title").filter(|title| title.as_str().is_some());
        let title = self.title.or_else(|| declared.cloned()).unwrap_or(absent(0));
        let sections = self.sections.into_iter().map(Section::node).collect();
        let members = vec![
            named("front_matter", front_matter),
            named("title", title),
            named("sections", all(sections)),
            named("tables", all(self.tables)),
            named("lists", all(self.lists)),
            named("code", all(self.code)),
            named("links", all(self.links)),
            named("fields", all(self.fields)),
        ];
        Ok(map(whole, members))
    }

    fn current(&self) -> Option<&Section> {
        self.sections.get(*self.open.last()?)
    }

    fn path(&self) -> Vec<Node> {
        self.current().map_or_else(Vec::new, |section| section.path.clone())
    }

    /// Takes from the budget; whether it sufficed.
    fn spend(&mut self, bytes: usize, span: Span) -> bool {
        match self.budget.checked_sub(bytes as u64) {
            Some(left) => self.budget = left,
            None => self.overdrawn = self.overdrawn.or(Some(span)),
        }
        self.overdrawn.is_none()
    }

    /// A map that says in which section it stands.
    fn placed<const N: usize>(&mut self, span: Span, members: [(&str, Node); N]) -> Node {
        // What a map of this shape takes, about.
        const ENTRY: usize = 200;
        let path = self.current().map_or(&[][..], |section| &section.path);
        let names: usize = path.iter().filter_map(Node::as_str).map(|name| 64 + name.len()).sum();
        let path = if self.spend(ENTRY + names, span) { self.path() } else { Vec::new() };
        let section = path.last().cloned().unwrap_or(absent(span.start()));
        let mut all = Vec::with_capacity(N + 3);
        all.push(named("section", section));
        all.push(named("sections", listed(path, span.start())));
        all.extend(members.into_iter().map(|(key, value)| named(key, value)));
        map(span, all)
    }
}

impl Section {
    fn node(self) -> Node {
        let Self { span, text, .. } = self;
        let is_word = |word: &&str| word.contains(char::is_alphanumeric);
        let words = text.split_whitespace().filter(is_word).count();
        let slug = self.path.last().cloned().unwrap_or(absent(span.start()));
        let number = |n| Node::new(span, Value::Int(i64::try_from(n).unwrap_or(i64::MAX)));
        let members = vec![
            named("title", Node::text(span, self.title)),
            named("slug", slug),
            named("level", number(self.level)),
            named("path", listed(self.path, span.start())),
            named("text", Node::text(span, text)),
            named("words", number(words)),
        ];
        map(span, members)
    }
}

/// Nothing, where something could have stood.
const fn absent(at: u32) -> Node {
    Node::new(Span::new(at, at), Value::Null)
}

/// A list that reaches from its first item to its last, or stands empty at a place.
fn listed(items: Vec<Node>, at: u32) -> Node {
    let span = match items.first() {
        Some(first) => first.span,
        None => Span::new(at, at),
    };
    let span = items.last().map_or(span, |last| span.cover(last.span));
    Node::new(span, Value::List(items))
}

fn too_much() -> Phrase {
    Phrase::new(
        "the document has too many rows, links or lines, or too long header cells, to be read as a whole; split it here",
        "le document a trop de lignes de tableau, de liens ou de champs, ou des en-têtes trop longs, pour être lu d'un bloc ; le scinder ici",
    )
}
