use aplomb_model::{Encoding, Member, Node, Phrase, Span, Tree, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::formats::json::{float, integer};
use crate::piece::character;
use crate::problems::Problems;
use crate::{Format, Input, ReadError, ReadErrorKind};

pub(crate) const TOML: Format = Format {
    id: "toml",
    summary: "TOML 1.1",
    docs: "The tree is the TOML value; dates and times are text as written.\n\n\
        Follows the specification of TOML 1.1, which takes in 1.0. Keys stand in the order in \
        which they were written. The position of a table is its header or its inline value; that \
        of a table which only dotted keys make is the key. All mistakes of a file are reported at \
        once. The file is UTF-8.",
    names: &["**/Cargo.lock", "**/poetry.lock", "**/uv.lock", "**/Pipfile"],
    extensions: &["toml"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    if input.source.encoding() != Encoding::Utf8 {
        return Err(ReadError::new(
            ReadErrorKind::Encoding,
            Phrase::new(
                "the file is not UTF-8, and TOML always is; save it as UTF-8",
                "le fichier n'est pas en UTF-8, or TOML l'est toujours ; l'enregistrer en UTF-8",
            ),
        ));
    }
    if let Some(at) = too_deep(text) {
        return Err(ReadError::at(
            ReadErrorKind::Limit,
            character(text, at),
            Phrase::new(
                format!("tables nested deeper than {MOST_LEVELS} levels; flatten the data"),
                format!("plus de {MOST_LEVELS} niveaux de tables imbriquées ; aplatir les données"),
            ),
        ));
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    let root = explain(text, &errors).or(root.into_inner())?;
    let whole = Span::from_range(0..text.len());
    let mut problems = Problems::default();
    let root = Node::new(whole, table(root, text, &mut problems));
    problems.or(Tree::new(input.source.clone(), TOML.id, vec![root]))
}

/// The parser's complaints in the order of the text, each once.
fn explain(text: &str, errors: &[toml::de::Error]) -> Problems {
    let place = |error: &toml::de::Error| {
        let range = error.span().unwrap_or(text.len()..text.len());
        match text.get(range.clone()) {
            Some(part) if !part.is_empty() => Span::from_range(range),
            _ => character(text, range.start),
        }
    };
    let mut found: Vec<_> = errors.iter().map(|error| (place(error), error.message())).collect();
    found.sort_unstable();
    found.dedup();
    let mut problems = Problems::default();
    for (span, detail) in found {
        let message = Phrase::new(
            format!("this is not TOML: {detail}"),
            format!("ce n'est pas du TOML (message de l'analyseur, en anglais : {detail})"),
        );
        problems.add(span, message);
    }
    problems
}

/// How deep brackets and dotted keys together may nest. The parser bounds each alone, and both it
/// and the tables it makes recurse.
const MOST_LEVELS: usize = 80;

/// Where tables nest too deep, going by brackets and by the dots of keys outside of strings.
fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    // Levels that each open bracket adds: itself, and the parts of the key before it.
    let mut open: Vec<usize> = Vec::new();
    let (mut header, mut nested, mut parts) = (0, 0, 1);
    let mut in_header = false;
    let mut line_begins = true;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let begins = std::mem::replace(&mut line_begins, false);
        match byte {
            b'\n' => {
                if in_header {
                    (header, in_header) = (parts, false);
                }
                (parts, line_begins) = (1, true);
            }
            b' ' | b'\t' | b'\r' => line_begins = begins,
            b'#' => {
                let rest = bytes.get(at..).unwrap_or_default();
                at += rest.iter().take_while(|&&byte| byte != b'\n').count();
                continue;
            }
            b'"' | b'\'' => {
                at = after_string(bytes, at);
                continue;
            }
            b'[' if begins && open.is_empty() => (in_header, header) = (true, 0),
            b'[' | b'{' if !in_header => {
                open.push(parts + 1);
                nested += parts + 1;
                parts = 1;
            }
            b']' | b'}' if !in_header => {
                nested -= open.pop().unwrap_or_default();
                parts = 1;
            }
            b',' => parts = 1,
            b'.' => parts += 1,
            _ => {}
        }
        if header + nested + parts > MOST_LEVELS {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// What follows the string that begins at `at`, in one line or several.
fn after_string(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let quote = rest.first().copied().unwrap_or_default();
    let long = rest.starts_with(&[quote; 3]);
    let width = if long { 3 } else { 1 };
    let mut end = at + width;
    while let Some(&byte) = bytes.get(end) {
        let rest = bytes.get(end..).unwrap_or_default();
        match byte {
            b'\\' if quote == b'"' => end += 1,
            b'\n' if !long => return end,
            _ if byte == quote && (!long || rest.starts_with(&[quote; 3])) => return end + width,
            _ => {}
        }
        end += 1;
    }
    bytes.len()
}

fn table(table: DeTable<'_>, text: &str, problems: &mut Problems) -> Value {
    let mut members: Vec<Member> = table
        .into_iter()
        .map(|(key, value)| Member {
            key_span: Span::from_range(key.span()),
            key: key.into_inner().into(),
            value: node(value, text, problems),
        })
        .collect();
    // The parser's map sorts by key; what was written has an order of its own.
    members.sort_by_key(|member| member.key_span);
    Value::Map(members)
}

fn node(value: Spanned<DeValue<'_>>, text: &str, problems: &mut Problems) -> Node {
    let span = Span::from_range(value.span());
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into()),
        // The parser leaves it to its caller to see whether the digits are digits.
        DeValue::Integer(value) if !is_integer(value.as_str(), value.radix()) => {
            let message = Phrase::new(
                "this is not a TOML integer: its prefix must be followed by ASCII digits of its base",
                "ce n'est pas un entier TOML : le préfixe doit être suivi de chiffres ASCII de sa base",
            );
            problems.add(span, message);
            Value::Null
        }
        DeValue::Integer(value) if value.radix() == 10 => integer(value.as_str()),
        DeValue::Integer(value) => match i64::from_str_radix(value.as_str(), value.radix()) {
            Ok(number) => Value::Int(number),
            Err(_) => u64::from_str_radix(value.as_str(), value.radix())
                .map_or_else(|_| Value::Big(value.to_string().into()), Value::UInt),
        },
        DeValue::Float(value) => match value.as_str().parse::<f64>() {
            Ok(number) if value.as_str().ends_with(['f', 'n']) => Value::Float(number),
            _ => float(value.as_str()),
        },
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Datetime(_) => Value::Text(text.get(span.range()).unwrap_or_default().into()),
        DeValue::Array(items) => {
            Value::List(items.into_iter().map(|item| node(item, text, problems)).collect())
        }
        DeValue::Table(members) => table(members, text, problems),
    };
    Node::new(span, value)
}

fn is_integer(text: &str, radix: u32) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix))
}

#[cfg(test)]
mod tests;
