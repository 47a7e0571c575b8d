use aplomb_model::{Comment, Node, Phrase, Span};

use crate::piece::Piece;
use crate::problems::{Problems, unclosed_quote};

/// The words of a line: blanks part them, quotes and backslashes keep together, `#` begins a
/// comment. Nothing where `HAProxy` refuses the line.
pub(super) fn words(
    line: Piece<'_>,
    comments: &mut Vec<Comment>,
    problems: &mut Problems,
) -> Option<Vec<Node>> {
    let mut words = Vec::new();
    let mut rest = trimmed(line);
    while !rest.is_empty() {
        if let Some(comment) = rest.strip_prefix('#') {
            comments.push(Comment { span: comment.span() });
            break;
        }
        match word(rest) {
            Ok((word, after)) => {
                words.push(word);
                rest = trimmed(after);
            }
            Err((span, message)) => {
                problems.add(span, message);
                return None;
            }
        }
    }
    Some(words)
}

fn trimmed(piece: Piece<'_>) -> Piece<'_> {
    let text = piece.text();
    piece.from(text.len() - text.trim_start_matches([' ', '\t']).len())
}

/// The first word and what follows it.
fn word(piece: Piece<'_>) -> Result<(Node, Piece<'_>), (Span, Phrase)> {
    let text = piece.text();
    let mut out = String::new();
    let mut quote: Option<(char, usize)> = None;
    let mut end = text.len();
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match (character, quote) {
            ('\'' | '"', None) => quote = Some((character, place)),
            ('\'' | '"', Some((open, _))) if open == character => quote = None,
            (' ' | '\t' | '#', None) => {
                end = place;
                break;
            }
            ('\\', None | Some(('"', _))) => {
                let rest = text.get(place + 1..).unwrap_or_default();
                let Some((plain, length)) = escaped(rest, quote.is_some()) else {
                    return Err((piece.until(place + 2).from(place).span(), no_byte()));
                };
                out.push(plain);
                for _ in 0..length {
                    characters.next();
                }
            }
            _ => out.push(character),
        }
    }
    if let Some((_, open)) = quote {
        return Err((piece.until(open + 1).from(open).span(), unclosed_quote()));
    }
    let (word, after) = piece.split_at(end);
    let bare = word.unquoted(&['"', '\'']).unwrap_or(word);
    Ok((Node::text(bare.span(), out), after))
}

/// What a backslash before `rest` makes, and how much of `rest` it takes. A backslash that escapes
/// nothing is itself; nothing where a byte is to follow and does not.
fn escaped(rest: &str, in_quotes: bool) -> Option<(char, usize)> {
    match rest.chars().next() {
        Some(plain @ (' ' | '#' | '\\' | '"' | '\'')) => Some((plain, 1)),
        Some('$') if in_quotes => Some(('$', 1)),
        Some('n') => Some(('\n', 1)),
        Some('r') => Some(('\r', 1)),
        Some('t') => Some(('\t', 1)),
        Some('x') => {
            let digits = rest.get(1..3).filter(|digits| !digits.starts_with('+'))?;
            let byte = u8::from_str_radix(digits, 16).ok()?;
            Some((char::from(byte), 3))
        }
        _ => Some(('\\', 0)),
    }
}

fn no_byte() -> Phrase {
    Phrase::new(
        "`\\x` needs two hexadecimal digits after it; add them, or double the backslash",
        "« \\x » veut deux chiffres hexadécimaux à sa suite ; les ajouter, ou doubler la barre oblique inverse",
    )
}
