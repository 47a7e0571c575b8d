use aplomb_model::{Comment, Encoding, Member, Node, Phrase, Source, Tree, Value};

use self::scanner::{Key, Scanner};
use crate::piece::character;
use crate::{Format, Input, Limits, ReadError, ReadErrorKind};

mod scanner;

pub(crate) const JSON: Format = Format {
    id: "json",
    summary: "JSON (RFC 8259)",
    docs: "The tree is the JSON value itself.\n\n\
        Strictly RFC 8259: no comments, no trailing comma (`jsonc` takes both), no `NaN`, no single \
        quotes. Integers \
        are exact up to 64 bits; a number beyond what a machine holds (`1e400`, forty digits) \
        keeps its text. Duplicate keys are all kept, and the last one counts. Half of a surrogate \
        pair (`\\ud800`) is refused. The file is UTF-8, or UTF-16 with a byte order mark.",
    names: &[],
    extensions: &["json", "geojson", "webmanifest"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    refuse_windows_1252(input.source, "JSON")?;
    let (root, _) = parse::<false>(input.source.text(), input.limits)?;
    Ok(Tree::new(input.source.clone(), JSON.id, vec![root]))
}

/// Refuses text that had to be taken for Windows-1252, in formats that are Unicode by definition.
pub(crate) fn refuse_windows_1252(source: &Source, format: &str) -> Result<(), ReadError> {
    if source.encoding() != Encoding::Windows1252 {
        return Ok(());
    }
    let text = source.text();
    let at = text.find(|c: char| !c.is_ascii()).unwrap_or(text.len());
    Err(ReadError::at(
        ReadErrorKind::Encoding,
        character(text, at),
        Phrase::new(
            format!(
                "invalid UTF-8 here (byte {at}), and {format} is UTF-8; save the file as UTF-8"
            ),
            format!(
                "UTF-8 invalide ici (octet {at}), or {format} est en UTF-8 ; enregistrer le fichier en UTF-8"
            ),
        ),
    ))
}

/// Parses one JSON text, and lists its comments.
///
/// `COMMENTS` says whether comments, and commas before a closing bracket, are allowed; without, no
/// time is spent on them.
///
/// A container that is open waits on a stack of our own, so nesting costs heap, not call stack.
/// The content of all open containers shares two vectors, and is cut off when one closes: one
/// allocation of the right size for each.
pub(super) fn parse<const COMMENTS: bool>(
    text: &str,
    limits: &Limits,
) -> Result<(Node, Vec<Comment>), ReadError> {
    let mut scanner = Scanner::<COMMENTS>::new(text);
    let mut open: Vec<Open> = Vec::new();
    let mut items: Vec<Node> = Vec::new();
    let mut members: Vec<Member> = Vec::new();
    loop {
        scanner.skip_blanks()?;
        let start = scanner.at;
        let mut done = match scanner.peek() {
            Some(b'"') => {
                let text = scanner.string()?;
                Node::new(scanner.span(start), Value::Text(text))
            }
            Some(b'-' | b'0'..=b'9') => {
                let value = scanner.number()?;
                Node::new(scanner.span(start), value)
            }
            Some(b'{') => {
                scanner.enter(open.len(), limits)?;
                if scanner.peek() == Some(b'}') {
                    scanner.at += 1;
                    Node::new(scanner.span(start), Value::Map(Vec::new()))
                } else {
                    let key = Some(scanner.key()?);
                    let from = members.len();
                    open.push(Open { start, from, key });
                    continue;
                }
            }
            Some(b'[') => {
                scanner.enter(open.len(), limits)?;
                if scanner.peek() == Some(b']') {
                    scanner.at += 1;
                    Node::new(scanner.span(start), Value::List(Vec::new()))
                } else {
                    let from = items.len();
                    let key = None;
                    open.push(Open { start, from, key });
                    continue;
                }
            }
            _ => {
                let value = scanner.word()?;
                Node::new(scanner.span(start), value)
            }
        };
        // Hand the value to the container that waits for it, and close those it completes.
        loop {
            scanner.skip_blanks()?;
            let next = scanner.peek();
            let Some(waiting) = open.last_mut() else {
                return match next {
                    None => Ok((done, scanner.comments)),
                    Some(_) => Err(scanner.after_the_value()),
                };
            };
            let closing = if let Some(key) = &mut waiting.key {
                members.push(Member {
                    key: std::mem::take(&mut key.text),
                    key_span: key.span,
                    value: done,
                });
                b'}'
            } else {
                items.push(done);
                b']'
            };
            if next == Some(b',') {
                scanner.at += 1;
                scanner.skip_blanks()?;
                if !(COMMENTS && scanner.peek() == Some(closing)) {
                    if let Some(key) = &mut waiting.key {
                        *key = scanner.key()?;
                    }
                    break;
                }
            } else if next != Some(closing) {
                return Err(scanner.unclosed(waiting.start, char::from(closing)));
            }
            scanner.at += 1;
            let value = match waiting.key {
                Some(_) => Value::Map(members.split_off(waiting.from)),
                None => Value::List(items.split_off(waiting.from)),
            };
            done = Node::new(scanner.span(waiting.start), value);
            open.pop();
        }
    }
}

/// A container whose end has not been seen.
struct Open {
    /// Where it begins in the text.
    start: usize,
    /// Where its content begins among that of all open containers of its kind.
    from: usize,
    /// The key of a map whose value is being read; `None` in a list.
    key: Option<Key>,
}

/// A decimal integer as the smallest value that holds it exactly.
pub(crate) fn integer(text: &str) -> Value {
    if let Ok(value) = text.parse() {
        return Value::Int(value);
    }
    text.parse().map_or_else(|_| Value::Big(text.into()), Value::UInt)
}

/// A decimal fraction as a float; as its text where a float would make it infinite or nothing.
pub(crate) fn float(text: &str) -> Value {
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    match text.parse::<f64>() {
        Ok(value) if value == 0.0 && mantissa.contains(|c: char| matches!(c, '1'..='9')) => {
            Value::Big(text.into())
        }
        Ok(value) if value.is_finite() => Value::Float(value),
        _ => Value::Big(text.into()),
    }
}

#[cfg(test)]
mod tests;
