use std::collections::HashSet;

use aplomb_model::{Member, Node, Phrase, Span, Value};

use super::parser::Parser;
use crate::piece::{Piece, map, named, quoted};
use crate::{ReadError, ReadErrorKind};

/// What a file or a block holds.
#[derive(Default)]
struct Body {
    attributes: Vec<Member>,
    written: Vec<Member>,
    blocks: Vec<Node>,
}

impl Body {
    /// The members that make it a map, pointing at the whole of what holds the body.
    fn members(self, span: Span) -> [Member; 3] {
        [
            named("attributes", map(span, self.attributes)),
            named("written", map(span, self.written)),
            named("blocks", Node::new(span, Value::List(self.blocks))),
        ]
    }
}

impl<'a> Parser<'a> {
    /// The whole file. What is wrong in it is added to the problems; only limits end the reading.
    pub(super) fn file(&mut self) -> Result<Node, ReadError> {
        let body = self.body(false)?;
        let whole = Span::from_range(0..self.text.len());
        Ok(map(whole, body.members(whole).into()))
    }

    /// Attributes and blocks, each on lines of its own, up to the brace that closes the block.
    fn body(&mut self, in_block: bool) -> Result<Body, ReadError> {
        let mut body = Body::default();
        loop {
            self.skip_lines();
            match self.peek() {
                None => break,
                Some(b'}') if in_block => break,
                Some(_) => {}
            }
            let start = self.at;
            match self.item(&mut body) {
                Ok(()) => {}
                Err(error) if error.kind == ReadErrorKind::Limit => return Err(error),
                Err(error) => self.recover(start, error),
            }
        }
        self.refuse_duplicates(&body);
        Ok(body)
    }

    /// One attribute or block and the end of its line.
    fn item(&mut self, body: &mut Body) -> Result<(), ReadError> {
        let name = self.name()?;
        self.skip_blanks();
        if self.peek() == Some(b'=') && self.ahead(1) != Some(b'=') {
            self.attribute(name, body)?;
        } else {
            let block = self.block(name)?;
            body.blocks.push(block);
        }
        self.skip_blanks();
        if self.at_line_end() {
            return Ok(());
        }
        Err(self.wrong(
            "an operator or the end of the line was expected here; text needs double quotes",
            "un opérateur ou la fin de la ligne était attendu ici ; un texte se met entre guillemets doubles",
        ))
    }

    fn name(&mut self) -> Result<Piece<'a>, ReadError> {
        let start = self.at;
        if let Some(name) = self.identifier() {
            return Ok(Piece::whole(self.text).from(start).until(name.len()));
        }
        Err(match self.peek() {
            Some(b'"') => self.wrong(
                "names of attributes and blocks stand without quotes; remove them",
                "les noms d'attributs et de blocs s'écrivent sans guillemets ; les enlever",
            ),
            Some(b'}') => self.wrong(
                "this brace closes no block; remove it, or add the opening one",
                "cette accolade ne ferme aucun bloc ; l'enlever, ou ajouter l'ouvrante",
            ),
            _ => self.wrong(
                "the name of an attribute or of a block was expected here",
                "le nom d'un attribut ou d'un bloc était attendu ici",
            ),
        })
    }

    /// The value of an attribute, from the sign of equality.
    fn attribute(&mut self, name: Piece<'a>, body: &mut Body) -> Result<(), ReadError> {
        self.take(1);
        self.skip_blanks();
        let start = self.at;
        let value = self.expression()?;
        let written = Node::text(self.span(start), self.raw(start));
        body.attributes.push(name.names(value));
        body.written.push(name.names(written));
        Ok(())
    }

    /// The rest of a block, from its first label or its brace.
    fn block(&mut self, kind: Piece<'a>) -> Result<Node, ReadError> {
        let mut labels = Vec::new();
        while self.peek() != Some(b'{') {
            labels.push(self.label(labels.is_empty())?);
            self.skip_blanks();
        }
        let brace = self.at;
        let body = self.nested(true, |parser| parser.braced(brace))?;
        let span = self.span(kind.start());
        let whole_labels = labels.iter().map(|label| label.span).reduce(Span::cover);
        let labels = Node::new(whole_labels.unwrap_or(kind.span()), Value::List(labels));
        let mut members = Vec::with_capacity(5);
        members.push(named("type", kind.node()));
        members.push(named("labels", labels));
        members.extend(body.members(span));
        Ok(map(span, members))
    }

    fn label(&mut self, is_first: bool) -> Result<Node, ReadError> {
        let start = self.at;
        if let Some(label) = self.identifier() {
            return Ok(Node::text(self.span(start), label));
        }
        if self.peek() == Some(b'"') {
            let mark = self.unsettled.len();
            let label = self.quoted()?;
            if self.unsettled.len() == mark {
                return Ok(label);
            }
            return Err(ReadError::syntax(label.span, template_in_label()));
        }
        Err(if is_first {
            self.wrong(
                "`=` and a value, or the labels and `{` of a block were expected here",
                "« = » et une valeur, ou les étiquettes et « { » d'un bloc étaient attendus ici",
            )
        } else {
            self.wrong(
                "another label or `{` was expected here, on the same line",
                "une autre étiquette ou « { » était attendu ici, sur la même ligne",
            )
        })
    }

    /// A body in its braces: on lines of its own, or one attribute in one line.
    fn braced(&mut self, brace: usize) -> Result<Body, ReadError> {
        self.take(1);
        self.skip_blanks();
        if self.at_line_end() {
            let body = self.body(true)?;
            if !self.takes(b'}') && !self.problems.is_full() {
                let span = Span::from_range(brace..brace + 1);
                self.problems.add(span, unclosed_block());
            }
            return Ok(body);
        }
        let mut body = Body::default();
        if self.takes(b'}') {
            return Ok(body);
        }
        let name = self.name()?;
        self.skip_blanks();
        if self.peek() == Some(b'=') {
            self.attribute(name, &mut body)?;
            self.skip_blanks();
            if self.takes(b'}') {
                return Ok(body);
            }
        }
        Err(self.wrong(
            "a block in one line holds at most one attribute; break the line after `{` and after each attribute",
            "un bloc sur une ligne contient au plus un attribut ; aller à la ligne après « { » et après chaque attribut",
        ))
    }

    fn refuse_duplicates(&mut self, body: &Body) {
        let mut names = HashSet::with_capacity(body.attributes.len());
        for member in &body.attributes {
            if !names.insert(&*member.key) {
                self.problems.add(member.key_span, given_twice(&member.key));
            }
        }
    }

    /// Goes on after the attribute or block that began at `start`, of which `error` was found: at
    /// the end of a line outside of brackets, or at the brace that closes the block around it.
    fn recover(&mut self, start: usize, error: ReadError) {
        let mut beyond = start;
        for problem in error.problems {
            let span = problem.span.unwrap_or_default();
            beyond = beyond.max(span.start() as usize);
            self.problems.add(span, problem.message);
        }
        self.at = if self.problems.is_full() {
            self.text.len()
        } else {
            next_item(self.bytes, start, beyond)
        };
    }
}

/// Where the item that began at `start` ends, at least at `beyond`.
fn next_item(bytes: &[u8], start: usize, beyond: usize) -> usize {
    let mut at = start;
    let mut open = 0_usize;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1);
        match byte {
            b'\n' if open == 0 && at >= beyond => return at,
            b'}' if open == 0 && at > start && at >= beyond => return at,
            b'{' | b'[' | b'(' => open += 1,
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            b'"' => at = before_quote(bytes, at + 1),
            b'#' => at = before(bytes, at, b"\n"),
            b'/' if next == Some(&b'/') => at = before(bytes, at, b"\n"),
            b'/' if next == Some(&b'*') => at = before(bytes, at + 2, b"*/") + 1,
            // Where a heredoc ends that is part of a mistake cannot be told.
            b'<' if next == Some(&b'<') => return bytes.len(),
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The last byte before `end` is found, or the text ends.
fn before(bytes: &[u8], from: usize, end: &[u8]) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let found = rest.windows(end.len()).position(|window| window == end);
    (from + found.unwrap_or(rest.len())).saturating_sub(usize::from(end == b"\n"))
}

/// The quote that closes a string, or the last byte of its line.
fn before_quote(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\n' => return at - 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

fn unclosed_block() -> Phrase {
    Phrase::new(
        "this block is never closed; add `}` on a line of its own",
        "ce bloc n'est jamais fermé ; ajouter « } » sur une ligne à part",
    )
}

fn given_twice(name: &str) -> Phrase {
    let name = quoted(name);
    Phrase::new(
        format!("`{name}` is given twice in one body; keep one"),
        format!("« {name} » est donné deux fois dans le même corps ; n'en garder qu'un"),
    )
}

fn template_in_label() -> Phrase {
    Phrase::new(
        "a label is fixed text; `${…}` and `%{…}` cannot stand in it",
        "une étiquette est un texte fixe ; « ${…} » et « %{…} » ne peuvent y figurer",
    )
}
