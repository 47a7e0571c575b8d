use aplomb_model::{Node, Phrase, Span, Tree};

use self::keywords::{begins_section, may_be_nameless};
use crate::piece::{Piece, joined, list, map, named, null};
use crate::problems::Problems;
use crate::{Format, Input, ReadError};

mod effective;
mod keywords;
#[cfg(test)]
mod tests;
mod words;

pub(crate) const HAPROXY: Format = Format {
    id: "haproxy",
    summary: "HAProxy configuration, and what of it takes effect in each section",
    docs: "The tree is `{\"sections\": [{\"section\", \"name\", \"from\", \"args\": [text, …], \"lines\": \
        [{\"keyword\", \"args\": [text, …], \"value\"}]}], \"effective\": [{\"section\", \"name\", \"from\", \
        \"settings\": {keyword: value, …}}, …]}`.\n\n\
        Words, quotes and escapes follow chapter 2.2 of HAProxy's configuration manual; \
        environment variables are not replaced. `value` is all arguments joined by one blank. \
        `name` is null where a section has none, `from` where it names no `defaults` section.\n\n\
        `effective` has an entry for each section; those called `global` are one. A `frontend`, \
        `backend` or `listen` holds what it inherits too, whether that kind of section uses it or \
        not: from the `defaults` section that `from` names, else from the last one before it. \
        Keywords that add up (`bind`, `server`, `acl`, `http-request`, `log`, …) are lists, one \
        value a line, inherited ones first. `option`, `timeout`, `errorfile`, `stats`, `compression` and their \
        kin are maps by their first argument, so that `$.effective[*].settings.timeout.client` is \
        a value; `stats` is inherited all or not at all, and its `socket`, `auth`, `admin` and `http-request` are \
        lists. Of any other keyword the last line counts. `no` takes away what \
        the words after it name, inherited or not. The branches of `.if` are all taken.",
    names: &["**/haproxy.cfg", "**/haproxy/**/*.cfg", "**/haproxy*.cfg"],
    extensions: &["haproxy"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let mut sections: Vec<Section> = Vec::new();
    let mut comments = Vec::new();
    let mut problems = Problems::default();
    for line in Piece::whole(text).lines() {
        let Some(words) = words::words(line, &mut comments, &mut problems) else {
            continue;
        };
        let Some(line) = Line::new(words) else {
            continue;
        };
        if begins_section(line.keyword()) {
            sections.push(Section::new(line, &mut problems));
        } else if let Some(section) = sections.last_mut() {
            section.lines.push(line);
        } else if !line.keyword().starts_with('.') {
            problems.add(line.span, before_sections());
        }
    }
    let effective = effective::sections(&sections, &mut problems);
    let sections = sections.into_iter().map(Section::into_node).collect();
    let members = vec![named("sections", list(sections)), named("effective", effective)];
    let root = map(Span::from_range(0..text.len()), members);
    let mut tree = Tree::new(input.source.clone(), HAPROXY.id, vec![root]);
    tree.comments = comments;
    problems.or(tree)
}

/// A line that is no comment.
struct Line {
    span: Span,
    keyword: Node,
    args: Vec<Node>,
}

impl Line {
    fn new(words: Vec<Node>) -> Option<Self> {
        let mut words = words.into_iter();
        let keyword = words.next()?;
        let args: Vec<_> = words.collect();
        let span = args.last().map_or(keyword.span, |last| keyword.span.cover(last.span));
        Some(Self { span, keyword, args })
    }

    fn keyword(&self) -> &str {
        self.keyword.as_str().unwrap_or_default()
    }

    fn value(&self) -> Node {
        joined(&self.args, self.keyword.span.end())
    }

    fn into_node(self) -> Node {
        let value = self.value();
        let members = vec![
            named("keyword", self.keyword),
            named("args", list(self.args)),
            named("value", value),
        ];
        map(self.span, members)
    }
}

/// A section: its first line, and those below it.
struct Section {
    header: Line,
    name: Node,
    from: Node,
    lines: Vec<Line>,
}

impl Section {
    fn new(header: Line, problems: &mut Problems) -> Self {
        let end = header.span.end() as usize;
        let is_from = |word: Option<&Node>| word.and_then(Node::as_str) == Some("from");
        let mut args = header.args.iter().peekable();
        let name = args.next_if(|word| !is_from(Some(word)));
        let from = if is_from(args.next()) { args.next() } else { None };
        if name.is_none() && !may_be_nameless(header.keyword()) {
            problems.add(header.span, no_name(header.keyword()));
        }
        let name = name.cloned().unwrap_or_else(|| null(end));
        let from = from.cloned().unwrap_or_else(|| null(end));
        Self { header, name, from, lines: Vec::new() }
    }

    fn keyword(&self) -> &str {
        self.header.keyword()
    }

    fn into_node(self) -> Node {
        let lines = self.lines.into_iter().map(Line::into_node).collect();
        let members = vec![
            named("section", self.header.keyword),
            named("name", self.name),
            named("from", self.from),
            named("args", list(self.header.args)),
            named("lines", list(lines)),
        ];
        map(self.header.span, members)
    }
}

fn before_sections() -> Phrase {
    Phrase::new(
        "this line stands before the first section, and HAProxy will not start; begin one, such as `global`",
        "cette ligne précède la première section, et HAProxy ne démarrera pas ; en commencer une, par exemple « global »",
    )
}

fn no_name(section: &str) -> Phrase {
    Phrase::new(
        format!("this `{section}` has no name, and HAProxy will not start; give it one"),
        format!("ce « {section} » n'a pas de nom, et HAProxy ne démarrera pas ; lui en donner un"),
    )
}
