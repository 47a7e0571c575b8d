/// What opens an item of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Bullet(char),
    /// An enumerator, by what stands before and after its number or letter.
    Enumerator {
        parenthesis: bool,
        end: u8,
    },
}

/// The marker a line begins with, and its length in bytes.
pub(super) fn marker(text: &str) -> Option<(Marker, usize)> {
    let first = text.chars().next()?;
    if matches!(first, '*' | '+' | '-' | '•' | '‣' | '⁃') {
        let length = first.len_utf8();
        return ends_there(text, length).then_some((Marker::Bullet(first), length));
    }
    let parenthesis = first == '(';
    let body = text.get(usize::from(parenthesis)..)?;
    let digits = body.bytes().take(10).take_while(u8::is_ascii_digit).count();
    let number = match body.as_bytes().first()? {
        b'#' => 1,
        byte if byte.is_ascii_alphabetic() => 1,
        _ => digits,
    };
    let end = *body.as_bytes().get(number)?;
    let length = usize::from(parenthesis) + number + 1;
    let closed = end == b')' || (end == b'.' && !parenthesis);
    let found = number > 0 && closed && ends_there(text, length);
    found.then_some((Marker::Enumerator { parenthesis, end }, length))
}

fn ends_there(text: &str, length: usize) -> bool {
    text.get(length..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// The name of the field that a line begins with (`:name: body`), and how long both colons and
/// the name are. A role (`` :term:`x` ``) is no field.
pub(super) fn field(text: &str) -> Option<(&str, usize)> {
    const LONGEST: usize = 200;
    let inner = text.strip_prefix(':')?;
    let mut at = 0;
    while let Some(colon) = inner.get(at..)?.bytes().take(LONGEST).position(|b| b == b':') {
        at += colon;
        let (name, rest) = (inner.get(..at)?, inner.get(at + 1..)?);
        let closes = rest.is_empty() || rest.starts_with(char::is_whitespace);
        if closes && !name.ends_with('\\') {
            let is_name = !name.is_empty() && name.trim() == name && !name.contains('`');
            return is_name.then_some((name, at + 2));
        }
        at += 1;
        if at > LONGEST {
            break;
        }
    }
    None
}
