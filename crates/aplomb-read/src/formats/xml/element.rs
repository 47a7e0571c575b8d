use std::collections::HashSet;

use aplomb_model::{Member, Node, Phrase, Span, Value};

use super::scanner::Scanner;
use super::text::{self, Text};
use crate::piece::{Piece, character, line_number, map, named, quoted};
use crate::{Limits, ReadError, ReadErrorKind};

/// How deep elements may nest: each is two levels of the tree.
const MOST_LEVELS: usize = 256;

/// An element whose end has not been seen.
struct Open<'a> {
    name: Piece<'a>,
    /// The whole of its start tag.
    tag: Span,
    attributes: Vec<Member>,
    text: Text,
    children: Vec<Node>,
}

impl Open<'_> {
    /// The element that ends before byte `end`.
    fn into_node(self, end: usize) -> Node {
        let span = self.tag.cover(Span::from_range(end..end));
        // Without text, the place where it would stand.
        let inside = Span::new(self.tag.end(), self.tag.end());
        let members = vec![
            named("element", self.name.node()),
            named("attributes", map(self.tag, self.attributes)),
            named("text", self.text.into_node(inside)),
            named("children", Node::new(span, Value::List(self.children))),
        ];
        map(span, members)
    }
}

impl<'a> Scanner<'a> {
    /// The root element and all in it, from its `<`.
    ///
    /// Elements that are open wait on a stack of our own, so nesting costs heap, not call stack.
    pub(super) fn root(&mut self, limits: &Limits) -> Result<Node, ReadError> {
        let most_levels = MOST_LEVELS.min(limits.depth / 2);
        let mut open: Vec<Open<'a>> = Vec::new();
        loop {
            if let Some(element) = open.last_mut() {
                let data = self.character_data(element.name, element.tag)?;
                element.text.add(data, false)?;
            }
            let mut closed = None;
            if self.starts_with("</") {
                closed = open.pop();
                self.end_tag(closed.as_ref().map(|element| element.name))?;
            } else if self.starts_with("<!--") {
                self.comment()?;
            } else if self.starts_with("<?") {
                self.instruction()?;
            } else if let (true, Some(element)) = (self.starts_with("<![CDATA["), open.last_mut()) {
                element.text.add(self.cdata()?, true)?;
            } else {
                if open.len() >= most_levels {
                    let span = character(self.text, self.at);
                    return Err(ReadError::at(ReadErrorKind::Limit, span, too_deep(most_levels)));
                }
                let (element, is_empty) = self.start_tag()?;
                if is_empty {
                    closed = Some(element);
                } else {
                    open.push(element);
                }
            }
            if let Some(element) = closed {
                let node = element.into_node(self.at);
                match open.last_mut() {
                    Some(parent) => parent.children.push(node),
                    None => return Ok(node),
                }
            }
        }
    }

    /// The text up to the next tag inside an element.
    fn character_data(&mut self, name: Piece<'_>, tag: Span) -> Result<Piece<'a>, ReadError> {
        let data = self.run(|byte| byte == b'<');
        if let Some(at) = data.text().find("]]>") {
            self.at = data.start() + at;
            return Err(self.wrong(
                "`]]>` may stand in a CDATA section only, as its end; write `]]&gt;`",
                "« ]]> » ne figure que dans une section CDATA, pour la fermer ; écrire « ]]&gt; »",
            ));
        }
        if self.peek().is_none() {
            let name = name.text();
            return Err(Self::never_closed(tag, &format!("<{name}>"), &format!("</{name}>")));
        }
        Ok(data)
    }

    /// The content of a CDATA section, from its `<![CDATA[`.
    fn cdata(&mut self) -> Result<Piece<'a>, ReadError> {
        let opening = self.at;
        self.at += "<![CDATA[".len();
        let marker = self.piece(opening).span();
        self.until("]]>").ok_or_else(|| Self::never_closed(marker, "<![CDATA[", "]]>"))
    }

    /// The end tag of the element of a name, from its `</`.
    fn end_tag(&mut self, open: Option<Piece<'_>>) -> Result<(), ReadError> {
        let start = self.at;
        self.at += "</".len();
        let name = self.name();
        let found = name.map_or("", Piece::text);
        let Some(expected) = open.filter(|open| open.text() == found) else {
            let span = self.piece(start).span();
            return Err(match open {
                Some(open) => ReadError::syntax(span, self.mismatch(open, found)),
                None => ReadError::syntax(span, closes_nothing(found)),
            });
        };
        self.skip_blanks();
        if self.takes(">") {
            return Ok(());
        }
        let expected = quoted(expected.text());
        Err(self.problem(Phrase::new(
            format!("`>` was expected here, to end `</{expected}`"),
            format!("« > » était attendu ici, pour terminer « </{expected} »"),
        )))
    }

    /// An element without its content, from its `<`, and whether it has none.
    fn start_tag(&mut self) -> Result<(Open<'a>, bool), ReadError> {
        let start = self.at;
        self.at += 1;
        let Some(name) = self.name() else {
            self.at = start;
            return Err(self.wrong(
                "`<` begins a tag, and no name follows; write `&lt;` for the sign itself",
                "« < » commence une balise, et aucun nom ne suit ; écrire « &lt; » pour le signe lui-même",
            ));
        };
        let mut attributes = Vec::new();
        let is_empty = loop {
            let blanks = self.skip_blanks();
            if self.takes(">") {
                break false;
            }
            if self.takes("/>") {
                break true;
            }
            if self.peek().is_none() {
                let span = Span::from_range(start..name.end());
                return Err(Self::never_closed(span, &format!("<{}", name.text()), ">"));
            }
            if !blanks {
                return Err(self.wrong(
                    "a blank, `>` or `/>` was expected here",
                    "un blanc, « > » ou « /> » était attendu ici",
                ));
            }
            let attribute = self.attribute()?;
            attributes.push(attribute.name.names(text::attribute(attribute.value)?));
        };
        refuse_duplicates(&attributes)?;
        let tag = self.piece(start).span();
        let (text, children) = (Text::default(), Vec::new());
        Ok((Open { name, tag, attributes, text, children }, is_empty))
    }

    fn mismatch(&self, open: Piece<'_>, found: &str) -> Phrase {
        let line = line_number(self.text, open.start());
        let (open, found) = (quoted(open.text()), quoted(found));
        Phrase::new(
            format!("`</{found}` stands where `</{open}>` was expected, for line {line}"),
            format!(
                "« </{found} » se trouve là où « </{open}> » était attendu, pour la ligne {line}"
            ),
        )
    }
}

fn refuse_duplicates(attributes: &[Member]) -> Result<(), ReadError> {
    let mut names = HashSet::with_capacity(attributes.len());
    let mut others = attributes.iter().skip_while(|member| names.insert(&*member.key));
    let Some(twice) = others.next() else { return Ok(()) };
    let name = quoted(&twice.key);
    Err(ReadError::syntax(
        twice.key_span,
        Phrase::new(
            format!("the attribute `{name}` is given twice; keep one"),
            format!("l'attribut « {name} » est donné deux fois ; n'en garder qu'un"),
        ),
    ))
}

fn closes_nothing(name: &str) -> Phrase {
    let name = quoted(name);
    Phrase::new(
        format!("`</{name}` closes nothing; remove it, or add the start tag"),
        format!("« </{name} » ne ferme rien ; l'enlever, ou ajouter la balise ouvrante"),
    )
}

fn too_deep(depth: usize) -> Phrase {
    Phrase::new(
        format!("elements nested deeper than {depth} levels; flatten the data"),
        format!("plus de {depth} niveaux d'éléments imbriqués ; aplatir les données"),
    )
}
