use aplomb_model::{Node, Phrase, Span};

use crate::ReadError;
use crate::piece::{Piece, quoted};

/// The character data of an element, as far as it has been read.
#[derive(Default)]
pub(super) struct Text {
    content: String,
    /// The length of the content without the blanks at its end.
    solid: usize,
    span: Option<Span>,
}

impl Text {
    /// Adds what stands between two tags, or in a CDATA section.
    pub(super) fn add(&mut self, piece: Piece<'_>, is_cdata: bool) -> Result<(), ReadError> {
        let content = trim(piece);
        if content.is_empty() && self.content.is_empty() {
            return Ok(());
        }
        let (blanks, rest) = piece.split_at(content.start() - piece.start());
        if !self.content.is_empty() {
            push_lines(&mut self.content, blanks.text());
        }
        let (_, after) = rest.split_at(content.end() - rest.start());
        if !content.is_empty() {
            if is_cdata {
                push_lines(&mut self.content, content.text());
            } else {
                resolve(content, Place::Content, &mut self.content)?;
            }
            self.solid = self.content.len();
            let span = content.span();
            self.span = Some(self.span.map_or(span, |known| known.cover(span)));
        }
        push_lines(&mut self.content, after.text());
        Ok(())
    }

    /// The text as a value, which stands at `place` if it is empty.
    pub(super) fn into_node(mut self, place: Span) -> Node {
        self.content.truncate(self.solid);
        Node::text(self.span.unwrap_or(place), self.content)
    }
}

/// The piece without the blanks around it, as XML knows blanks.
fn trim(piece: Piece<'_>) -> Piece<'_> {
    let blanks = [' ', '\t', '\n', '\r'];
    let text = piece.text();
    let start = text.len() - text.trim_start_matches(blanks).len();
    let (_, rest) = piece.split_at(start);
    rest.until(rest.text().trim_end_matches(blanks).len())
}

/// Adds text with each of its line endings as a line feed.
fn push_lines(into: &mut String, text: &str) {
    let mut parts = text.split('\r');
    into.push_str(parts.next().unwrap_or_default());
    for part in parts {
        into.push('\n');
        into.push_str(part.strip_prefix('\n').unwrap_or(part));
    }
}

/// Where text stands, and so what becomes of its line breaks and tabs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Attribute,
    Content,
}

/// The value of an attribute.
pub(super) fn attribute(piece: Piece<'_>) -> Result<Node, ReadError> {
    let text = piece.text();
    let is_special = |byte: u8| matches!(byte, b'&' | b'<' | b'\t' | b'\n' | b'\r');
    if !text.bytes().any(is_special) {
        return Ok(piece.node());
    }
    if let Some(at) = text.find('<') {
        return Err(ReadError::syntax(
            piece.from(at).until(1).span(),
            Phrase::new(
                "`<` may not stand in the value of an attribute; write `&lt;`, or add the quote that is missing before it",
                "« < » ne peut figurer dans la valeur d'un attribut ; écrire « &lt; », ou ajouter le guillemet qui manque avant",
            ),
        ));
    }
    let mut value = String::with_capacity(text.len());
    resolve(piece, Place::Attribute, &mut value)?;
    Ok(Node::text(piece.span(), value))
}

/// Adds text with its references and line endings resolved.
fn resolve(piece: Piece<'_>, place: Place, into: &mut String) -> Result<(), ReadError> {
    let mut rest = piece;
    while let Some(at) = rest.text().find('&') {
        let (before, reference) = rest.split_at(at);
        push_plain(into, before.text(), place);
        let (character, after) = self::reference(reference)?;
        into.push(character);
        rest = after;
    }
    push_plain(into, rest.text(), place);
    Ok(())
}

fn push_plain(into: &mut String, text: &str, place: Place) {
    let start = into.len();
    push_lines(into, text);
    if place == Place::Attribute
        && into.get(start..).is_some_and(|text| text.contains(['\t', '\n']))
    {
        let blank = into.split_off(start).replace(['\t', '\n'], " ");
        into.push_str(&blank);
    }
}

/// The character that the reference stands for with which the piece begins, and what follows it.
fn reference(piece: Piece<'_>) -> Result<(char, Piece<'_>), ReadError> {
    let inner = piece.from(1);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '#' | '_' | '-' | '.' | ':');
    let width = inner.text().find(|c| !is_part(c)).unwrap_or(inner.text().len());
    let (name, rest) = inner.split_at(width);
    let Some(rest) = rest.strip_prefix(';').filter(|_| !name.is_empty()) else {
        return Err(ReadError::syntax(piece.until(1).span(), bare_ampersand()));
    };
    let character = match name.text() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "apos" => '\'',
        "quot" => '"',
        text => {
            let span = piece.until(width + 2).span();
            match text.strip_prefix('#') {
                Some(number) => {
                    numbered(number).ok_or_else(|| ReadError::syntax(span, no_character(text)))?
                }
                None => return Err(ReadError::syntax(span, entity(text))),
            }
        }
    };
    Ok((character, rest))
}

/// The character with a number, decimal or `x` and hexadecimal.
fn numbered(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    let is_number = digits.chars().all(|c| c.is_digit(radix));
    let code = u32::from_str_radix(digits, radix).ok().filter(|_| is_number)?;
    let is_allowed = |&c: &char| {
        c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}') || matches!(c, '\t' | '\n' | '\r')
    };
    char::from_u32(code).filter(is_allowed)
}

fn bare_ampersand() -> Phrase {
    Phrase::new(
        "`&` begins a reference such as `&amp;`; write `&amp;` for the sign itself",
        "« & » commence une référence comme « &amp; » ; écrire « &amp; » pour le signe lui-même",
    )
}

fn no_character(name: &str) -> Phrase {
    let name = quoted(name);
    Phrase::new(
        format!("`&{name};` stands for no character that XML allows"),
        format!("« &{name}; » ne désigne aucun caractère admis en XML"),
    )
}

fn entity(name: &str) -> Phrase {
    let name = quoted(name);
    Phrase::new(
        format!(
            "the entity `&{name};` is not one of XML's own five, and others are never expanded; write its text here"
        ),
        format!(
            "l'entité « &{name}; » n'est pas l'une des cinq de XML, et les autres ne sont jamais développées ; écrire son texte ici"
        ),
    )
}
