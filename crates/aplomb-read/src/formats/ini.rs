use std::collections::HashMap;

use aplomb_model::{Comment, Member, Node, Phrase, Span, Tree};

use crate::piece::{Piece, map, null};
use crate::problems::Problems;
use crate::{Format, Input, ReadError};

pub(crate) const INI: Format = Format {
    id: "ini",
    summary: "INI: sections of `key = value` lines",
    docs: "The tree is `{section: {key: text}}`; keys before the first section stand beside the \
        sections.\n\n\
        There is no specification; this is what most programs agree on. A section that occurs \
        twice is one section; a key that occurs twice is kept twice, and the last one counts. `=` \
        or `:` ends a key; a key without either is `null`. Lines that begin with `;` or `#` are \
        comments, as is the rest of a line after a blank and `;` or `#`, outside quotes. A pair of \
        quotes around a whole value is not part of it. A line without `=` or `:` that is indented \
        deeper than the key before it continues that key's value, as a line of its own. All values \
        are text.",
    names: &[
        "**/.gitconfig",
        "**/.editorconfig",
        "**/.npmrc",
        "**/ansible.cfg",
        "**/php.ini",
        "**/php-fpm.d/*.conf",
        "**/pgbouncer.ini",
        "**/supervisord.conf",
    ],
    extensions: &["ini", "cfg", "cnf"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let mut sections = Sections::default();
    let mut comments = Vec::new();
    let mut problems = Problems::default();
    let mut pending: Option<Pending<'_>> = None;
    for line in Piece::whole(text).lines() {
        let indent = line.trim_start().start() - line.start();
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if line.text().starts_with([';', '#']) {
            let span = line.from(1).span();
            comments.push(Comment { span });
            continue;
        }
        if line.text().starts_with('[') {
            sections.finish(pending.take());
            match section_name(line) {
                Some(name) => sections.enter(name, line),
                None => problems.add(line.span(), unclosed_section()),
            }
            continue;
        }
        let (line, comment) = without_comment(line);
        comments.extend(comment);
        let Some((key, value)) = split_key(line) else {
            match &mut pending {
                Some(pending) if indent > pending.indent => pending.go_on(line),
                _ => {
                    sections.finish(pending.take());
                    sections.add(line.names(null(line.end())));
                }
            }
            continue;
        };
        sections.finish(pending.take());
        if key.is_empty() {
            problems.add(line.span(), no_key());
            continue;
        }
        let value = value.unquoted(&['"', '\'']).unwrap_or(value);
        pending = Some(Pending { indent, key, text: value.text().to_owned(), span: value.span() });
    }
    sections.finish(pending);
    let root = sections.into_root(text);
    let mut tree = Tree::new(input.source.clone(), INI.id, vec![root]);
    tree.comments = comments;
    problems.or(tree)
}

/// A key whose value may go on in the next line.
struct Pending<'a> {
    indent: usize,
    key: Piece<'a>,
    text: String,
    span: Span,
}

impl Pending<'_> {
    fn go_on(&mut self, line: Piece<'_>) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line.text());
        self.span = self.span.cover(line.span());
    }
}

/// Sections as they fill up, each once, and the keys before the first.
#[derive(Default)]
pub(crate) struct Sections {
    before: Vec<Member>,
    list: Vec<Section>,
    numbers: HashMap<Box<str>, usize>,
    current: Option<usize>,
}

struct Section {
    name: Box<str>,
    name_span: Span,
    header: Span,
    members: Vec<Member>,
}

impl Sections {
    /// Begins the section `name`, or goes on with it. `header` is its whole header line.
    pub(crate) fn enter(&mut self, name: Piece<'_>, header: Piece<'_>) {
        let known = self.numbers.get(name.text()).copied();
        self.current = known.or_else(|| {
            let number = self.list.len();
            self.numbers.insert(name.text().into(), number);
            self.list.push(Section {
                name: name.text().into(),
                name_span: name.span(),
                header: header.span(),
                members: Vec::new(),
            });
            Some(number)
        });
    }

    /// Leaves the section: another file begins.
    pub(crate) const fn leave(&mut self) {
        self.current = None;
    }

    pub(crate) fn add(&mut self, member: Member) {
        self.here().push(member);
    }

    fn here(&mut self) -> &mut Vec<Member> {
        let section = self.current.and_then(|at| self.list.get_mut(at));
        section.map_or(&mut self.before, |section| &mut section.members)
    }

    fn finish(&mut self, pending: Option<Pending<'_>>) {
        if let Some(pending) = pending {
            let value = Node::text(pending.span, pending.text);
            self.add(pending.key.names(value));
        }
    }

    pub(crate) fn into_root(self, text: &str) -> Node {
        map(Span::from_range(0..text.len()), self.into_members())
    }

    /// The keys before the first section, and the sections.
    pub(crate) fn into_members(self) -> Vec<Member> {
        let mut members = self.before;
        members.extend(self.list.into_iter().map(|section| Member {
            key: section.name,
            key_span: section.name_span,
            value: map(section.header, section.members),
        }));
        members
    }
}

/// The name in a section's header line, which a comment may follow.
pub(crate) fn section_name(line: Piece<'_>) -> Option<Piece<'_>> {
    let (name, rest) = line.strip_prefix('[')?.split_once(&[']'])?;
    let rest = rest.trim();
    let ends = rest.is_empty() || rest.text().starts_with([';', '#']);
    ends.then(|| name.trim())
}

/// Splits at `=`, or at a `:` that comes before it and a blank or the line's end comes after;
/// without `=`, at any `:`.
fn split_key(line: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let text = line.text();
    let equals = text.find('=');
    let colon = text.find(':').filter(|&at| {
        let follows = text.get(at + 1..).unwrap_or_default();
        equals.is_none_or(|equals| at < equals)
            && (equals.is_none() || follows.is_empty() || follows.starts_with([' ', '\t']))
    });
    let at = colon.or(equals)?;
    let key = line.until(at).trim();
    let value = line.from(at + 1).trim();
    Some((key, value))
}

/// Cuts a comment off the end of a line: a blank and `;` or `#`, outside quotes.
fn without_comment(line: Piece<'_>) -> (Piece<'_>, Option<Comment>) {
    let mut quote = None;
    let mut before = ' ';
    for (at, character) in line.text().char_indices() {
        match character {
            '"' | '\'' if quote == Some(character) => quote = None,
            '"' | '\'' if quote.is_none() && !before.is_alphanumeric() => quote = Some(character),
            ';' | '#' if quote.is_none() && before.is_whitespace() && at > 0 => {
                let span = line.from(at + 1).span();
                return (line.until(at).trim_end(), Some(Comment { span }));
            }
            _ => {}
        }
        before = character;
    }
    (line, None)
}

pub(crate) fn unclosed_section() -> Phrase {
    Phrase::new(
        "this section header is not closed; write `[name]` on a line of its own",
        "cet en-tête de section n'est pas fermé ; écrire « [nom] » seul sur sa ligne",
    )
}

pub(crate) fn no_key() -> Phrase {
    Phrase::new(
        "this line has a value without a key; write `key = value`",
        "cette ligne a une valeur sans clé ; écrire « clé = valeur »",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{at, check, positions, raw};
    use crate::read_text;

    fn says(text: &str, expected: &str) {
        check(&INI, "a.ini", text, expected);
    }

    #[test]
    fn sections_hold_keys() {
        says(
            "top = 1\r\n[a b]\r\nx=1\ny : two words \nz\n[c]\n[a b]\nw = \"q ; r\"\n",
            r#"{"top": "1", "a b": {"x": "1", "y": "two words", "z": null, "w": "q ; r"}, "c": {}}"#,
        );
        says("", "{}");
        says(
            "[a]\nurl = http://h:1/?a=b\nC:\\x = 1\nk:v\n",
            r#"{"a": {"url": "http://h:1/?a=b", "C:\\x": "1", "k": "v"}}"#,
        );
        says("a = \nb = ''\n", r#"{"a": "", "b": ""}"#);
    }

    #[test]
    fn comments_are_kept_apart() {
        let text = "; one\n# two\n[a] ; three\nb = 1 ; four\nc = a;b#c\nd = 'x # y' # five\n";
        says(text, r#"{"a": {"b": "1", "c": "a;b#c", "d": "x # y"}}"#);
        let tree = read_text("a.ini", text, &INI).expect("is INI");
        let comments: Vec<_> = tree.comments.iter().map(|c| tree.raw(c.span)).collect();
        assert_eq!(comments, [" one", " two", " four", " five"]);
    }

    #[test]
    fn indented_lines_without_key_continue() {
        says("[a]\nb =\n  1\n  2\n\tc = 3\n", r#"{"a": {"b": "1\n2", "c": "3"}}"#);
        says("[a]\n  b = 1\n  quick\n  c\n", r#"{"a": {"b": "1", "quick": null, "c": null}}"#);
    }

    #[test]
    fn duplicate_keys_are_kept() {
        let tree = read_text("a.ini", "[a]\nb=1\nb=2\n", &INI).expect("is INI");
        assert_eq!(at(&tree, &["a"]).members().len(), 2);
        assert_eq!(raw(&tree, &["a", "b"]), "2");
    }

    #[test]
    fn mistakes_have_positions() {
        assert_eq!(positions(&INI, "a.ini", "[a\n = 1\n[b] c\n"), ["1:1", "2:2", "3:1"]);
    }

    #[test]
    fn spans_are_keys_and_values() {
        let text = "[sé]\n clé = \"é x\" ; c\n";
        let tree = read_text("a.ini", text, &INI).expect("is INI");
        assert_eq!(raw(&tree, &["sé", "clé"]), "é x");
        assert_eq!(raw(&tree, &["sé"]), "[sé]");
        assert_eq!(tree.raw(at(&tree, &["sé"]).members()[0].key_span), "clé");
        assert_eq!(tree.raw(at(&tree, &[]).members()[0].key_span), "sé");
    }
}
