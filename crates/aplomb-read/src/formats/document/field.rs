use std::ops::Range;

use aplomb_model::Node;

use super::Plain;

/// The fields in the lines of a paragraph: `key: value`, `key : value`, or several on a line with
/// ` · ` between them. What follows a `·` and is no field belongs to the value before it.
pub(super) fn fields(plain: &Plain) -> Vec<(Node, Node)> {
    let mut fields = Vec::new();
    let mut start = 0;
    for line in plain.text().split_inclusive('\n') {
        in_line(plain, start..start + line.len(), &mut fields);
        start += line.len();
    }
    fields
}

fn in_line(plain: &Plain, line: Range<usize>, fields: &mut Vec<(Node, Node)>) {
    let mut found: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for segment in segments(plain, line) {
        match (key_and_value(plain, &segment), found.last_mut()) {
            (Some(field), _) => found.push(field),
            (None, Some((_, value))) => value.end = segment.end,
            (None, None) => return,
        }
    }
    let nodes = found.into_iter().map(|(key, value)| (plain.node(key), plain.node(value)));
    fields.extend(nodes);
}

/// The parts of a line between middle dots that stand free.
fn segments(plain: &Plain, line: Range<usize>) -> Vec<Range<usize>> {
    let text = plain.text().get(line.clone()).unwrap_or_default();
    let mut segments = Vec::new();
    let mut start = line.start;
    for (at, dot) in text.match_indices('·') {
        let (before, after) = (text.get(..at), text.get(at + dot.len()..));
        let free = before.is_some_and(|text| text.ends_with(char::is_whitespace))
            && after.is_some_and(|text| text.starts_with(char::is_whitespace));
        let at = line.start + at;
        if free && !plain.is_code(at) {
            segments.push(start..at);
            start = at + dot.len();
        }
    }
    segments.push(start..line.end);
    segments
}

fn key_and_value(plain: &Plain, segment: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
    // A key has at most this many bytes, with the blanks around it.
    const MOST_BYTES: usize = 300;
    let text = plain.text().get(segment.clone())?;
    let mut depth = 0_i32;
    let mut is_colon = |&(at, byte): &(usize, u8)| {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        byte == b':' && depth <= 0 && !plain.is_code(segment.start + at)
    };
    let mut bytes = text.bytes().take(MOST_BYTES).enumerate();
    let (colon, _) = bytes.find(|found| is_colon(found))?;
    let (key, value) = (text.get(..colon)?, text.get(colon + 1..)?);
    let field =
        is_key(key.trim()) && value.starts_with(char::is_whitespace) && !value.trim().is_empty();
    let at = segment.start + colon;
    field.then_some((segment.start..at, at + 1..segment.end))
}

/// Whether this reads as the name of something, not as the start of a sentence.
fn is_key(key: &str) -> bool {
    const MOST_CHARACTERS: usize = 60;
    const MOST_WORDS: usize = 6;
    let ends_sentence = |word: &str| word.ends_with(['.', ',', ';', '!', '?', '…']);
    key.contains(char::is_alphanumeric)
        && key.chars().count() <= MOST_CHARACTERS
        && key.split_whitespace().count() <= MOST_WORDS
        && !key.split_whitespace().any(ends_sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str)]) {
        let mut plain = Plain::default();
        plain.push(text, 0..text.len());
        let found = fields(&plain);
        let shown: Vec<_> = found
            .iter()
            .map(|(key, value)| (key.as_str().unwrap_or(""), value.as_str().unwrap_or("")))
            .collect();
        assert_eq!(shown, expected, "{text}");
        for (key, value) in &found {
            for node in [key, value] {
                let raw = text.get(node.span.range()).map(super::super::one_line);
                assert_eq!(raw.as_deref(), node.as_str());
            }
        }
    }

    #[test]
    fn fields_are_lines_of_a_name_and_a_value() {
        check("RTO: 4 h", &[("RTO", "4 h")]);
        check("RTO\u{a0}: 4\u{202f}h\nRPO : 1 h", &[("RTO", "4 h"), ("RPO", "1 h")]);
        check(
            "RTO : 4 h · RPO : 1 h · Disponibilité : 99,8 %",
            &[("RTO", "4 h"), ("RPO", "1 h"), ("Disponibilité", "99,8 %")],
        );
        check(
            "Plage : Lu–Ve · hors fériés · RPO : 1 h",
            &[("Plage", "Lu–Ve · hors fériés"), ("RPO", "1 h")],
        );
        check("Heure : 12:30", &[("Heure", "12:30")]);
        check("Mémoire (Go) : 8", &[("Mémoire (Go)", "8")]);
        check("vitam-admin (GID : 3000) : oui", &[("vitam-admin (GID : 3000)", "oui")]);
    }

    #[test]
    fn sentences_addresses_and_times_are_no_fields() {
        for text in [
            "http://a.example/b",
            "à 12:30",
            "vide :",
            " : vide",
            "--- : x",
            "Ceci est une phrase qui finit par un deux-points : oui",
            "Attention, danger : oui",
            "Fini. Ensuite : oui",
            "libre · RTO : 4 h",
            "",
        ] {
            check(text, &[]);
        }
        check(&format!("{} : x", "é".repeat(61)), &[]);
    }
}
