use aplomb_model::{Member, Node, Span, Value};

use super::mask::{Construct, FILL, HEAD, REST};

/// Puts the template's own words back into the texts that were read from its stand-ins.
pub(super) fn restore(documents: &mut [Node], text: &str, constructs: &[Construct]) {
    let mut open: Vec<&mut Node> = documents.iter_mut().collect();
    while let Some(node) = open.pop() {
        node.span = whole_characters(node.span, text);
        let span = node.span;
        match &mut node.value {
            Value::Text(value) => {
                if let Some(restored) = restored(value, span, text, constructs) {
                    *value = restored;
                }
            }
            Value::List(items) => open.extend(items),
            Value::Map(members) => {
                for Member { key, key_span, value } in members {
                    *key_span = whole_characters(*key_span, text);
                    // A key that the format made (`directives`) stands for what it names as a
                    // whole, and is no word of the template.
                    if key.contains(HEAD)
                        && let Some(restored) = restored(key, *key_span, text, constructs)
                    {
                        *key = restored;
                    }
                    open.push(value);
                }
            }
            _ => {}
        }
    }
}

/// A span that does not cut characters: the blanks that stand in for one can be parted.
pub(super) fn whole_characters(span: Span, text: &str) -> Span {
    let range = span.range();
    if range.end > text.len() {
        // It lies in a file that the template's inner format includes.
        return span;
    }
    Span::from_range(text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end))
}

/// A text with the stand-ins in it replaced by what they stand for; as written, where a statement
/// inside it was left out or the stand-ins do not add up. `None` where nothing is to be done.
fn restored(value: &str, span: Span, text: &str, constructs: &[Construct]) -> Option<Box<str>> {
    let range = span.range();
    let first = constructs.partition_point(|construct| construct.range.end <= range.start);
    let inside = constructs.get(first..).unwrap_or_default();
    let count = inside.partition_point(|construct| construct.range.start < range.end);
    let inside = inside.get(..count).unwrap_or_default();
    let mut expressions = inside.iter().filter(|construct| !construct.blank);
    let skips = skips(inside, text, range.end);
    if skips || value.matches(HEAD).count() != expressions.clone().count() {
        let raw = text.get(range).filter(|_| !inside.is_empty());
        return raw.map(Box::from);
    }
    if !value.contains(HEAD) {
        return None;
    }
    let mut parts = value.split(HEAD);
    let mut whole = String::from(parts.next().unwrap_or_default());
    for (part, construct) in parts.zip(&mut expressions) {
        let raw = text.get(construct.range.clone()).unwrap_or_default();
        whole.push_str(raw);
        let rest = part.trim_start_matches(FILL);
        let left = (raw.len() - HEAD.len_utf8()) % FILL.len_utf8();
        let fill = rest.bytes().take(left).take_while(|&byte| byte == REST as u8).count();
        whole.push_str(rest.get(fill..).unwrap_or_default());
    }
    Some(whole.into())
}

/// Whether a statement was left out before the end of a text: after one, more of it follows.
fn skips(inside: &[Construct], text: &str, end: usize) -> bool {
    let mut end = end;
    let mut follows = false;
    for construct in inside.iter().rev() {
        let after = text.get(construct.range.end..end).unwrap_or_default();
        follows |= !construct.blank || !after.trim().is_empty();
        if follows && construct.is_skipped_statement() {
            return true;
        }
        end = construct.range.start;
    }
    false
}
