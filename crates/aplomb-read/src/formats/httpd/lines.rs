use std::iter;

use aplomb_model::{Node, Phrase, Span};

use super::directives::canonical;
use crate::formats::nested::Directive;
use crate::piece::Piece;

/// A line, with those that continue it.
pub(super) enum Line {
    /// What follows `#`.
    Comment(Span),
    /// `Name args`
    Simple(Directive),
    /// `<Name args>`
    Begin(Directive),
    /// `</Name>`
    End(Node),
    /// What the server refuses.
    Wrong(Span, Phrase),
}

/// The lines of a text, empty ones left out; all spans are shifted by `base`.
pub(super) fn lines(text: &str, base: u32) -> impl Iterator<Item = Line> {
    let mut rest = Piece::whole(text);
    iter::from_fn(move || {
        while !rest.is_empty() {
            let (whole, after) = rest.split_at(length(rest.text()));
            rest = after;
            let trimmed = trim(whole);
            if !trimmed.is_empty() {
                return Some(line(trimmed, base));
            }
        }
        None
    })
}

/// The bytes of the first line and those that continue it.
fn length(text: &str) -> usize {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        if !line.strip_suffix('\r').unwrap_or(line).ends_with('\\') {
            break;
        }
    }
    end
}

fn line(piece: Piece<'_>, base: u32) -> Line {
    if let Some(comment) = piece.strip_prefix('#') {
        return Line::Comment(comment.span().shifted(base));
    }
    let Some(inside) = piece.strip_prefix('<') else {
        return Line::Simple(directive(piece, base));
    };
    let Some(end) = inside.text().rfind('>') else {
        return Line::Wrong(piece.span().shifted(base), no_end());
    };
    let inside = inside.until(end);
    let name = inside.strip_prefix('/').unwrap_or(inside);
    if name.trim().is_empty() {
        return Line::Wrong(piece.span().shifted(base), no_name());
    }
    if inside.text().starts_with('/') {
        let name = name.trim();
        return Line::End(Node::text(name.span().shifted(base), name.text()));
    }
    Line::Begin(directive(trim(inside), base))
}

fn directive(piece: Piece<'_>, base: u32) -> Directive {
    let mut words = words(piece, base).into_iter();
    let name = words.next().unwrap_or_else(|| piece.node());
    let known = canonical(name.as_str().unwrap_or_default());
    Directive::new(
        known.map_or_else(|| name.clone(), |k| Node::text(name.span, k)),
        words.collect(),
    )
}

/// The words of a line: blanks part them, quotes hold them together. The end of a line that is
/// continued counts for nothing.
fn words(piece: Piece<'_>, base: u32) -> Vec<Node> {
    let mut words = Vec::new();
    let mut rest = piece;
    while !rest.is_empty() {
        let (word, after) = word(rest);
        words.push(Node::text(word.0.span().shifted(base), word.1));
        rest = trim(after);
    }
    words
}

/// The first word, as written and as meant, and what follows it. A quote that is never closed holds
/// the rest of the line, as the server takes it.
fn word(piece: Piece<'_>) -> ((Piece<'_>, String), Piece<'_>) {
    let text = piece.text();
    let quote = text.chars().next().filter(|first| matches!(first, '"' | '\''));
    let start = quote.map_or(0, char::len_utf8);
    let mut out = String::new();
    let mut characters = text.char_indices().skip(start);
    while let Some((at, character)) = characters.next() {
        let rest = text.get(at..).unwrap_or_default();
        if let Some(length) = continuation(rest) {
            for _ in 1..length {
                characters.next();
            }
            continue;
        }
        let next = rest.chars().nth(1).filter(|_| character == '\\');
        if let Some(escaped) = next.filter(|next| *next == '\\' || Some(*next) == quote) {
            out.push(escaped);
            characters.next();
        } else if quote == Some(character) {
            return ((piece.until(at).from(start), out), piece.from(at + 1));
        } else if quote.is_none() && is_blank(character) {
            return ((piece.until(at), out), piece.from(at));
        } else {
            out.push(character);
        }
    }
    ((piece.from(start), out), piece.from(text.len()))
}

/// The bytes of the backslash and the line's end that `text` begins with.
fn continuation(text: &str) -> Option<usize> {
    let ends = ["\\\n", "\\\r\n"];
    ends.into_iter().find(|end| text.starts_with(end)).map(str::len)
}

/// Without blanks, and without continued lines that hold nothing else, around it.
fn trim(piece: Piece<'_>) -> Piece<'_> {
    let mut piece = piece;
    loop {
        let text = piece.text();
        let kept = text.trim_end_matches(is_blank).len();
        let continued = text.get(..kept).unwrap_or_default().ends_with('\\')
            && text
                .get(kept..)
                .is_some_and(|blanks| blanks.trim_start_matches('\r').starts_with('\n'));
        piece = piece.until(kept - usize::from(continued));
        if !continued {
            break;
        }
    }
    loop {
        let text = piece.text();
        let blanks = text.len() - text.trim_start_matches(is_blank).len();
        let length = blanks + continuation(text.get(blanks..).unwrap_or_default()).unwrap_or(0);
        if length == 0 {
            return piece;
        }
        piece = piece.from(length);
    }
}

fn is_blank(character: char) -> bool {
    character.is_ascii_whitespace()
}

fn no_end() -> Phrase {
    Phrase::new(
        "this section has no `>` at its end, and the server will not start; add it",
        "cette section n'a pas de « > » à la fin, et le serveur ne démarrera pas ; l'ajouter",
    )
}

fn no_name() -> Phrase {
    Phrase::new(
        "this section has no name; write `<Name arguments>`",
        "cette section n'a pas de nom ; écrire « <Nom arguments> »",
    )
}
