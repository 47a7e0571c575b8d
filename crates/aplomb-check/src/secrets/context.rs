use std::ops::Range;
use std::sync::LazyLock;

use aplomb_model::Source;
use regex::Regex;

/// Lines looked at above a line.
const LOOK_BACK: u32 = 100;

/// What is to be hidden in a line because of what stands around it.
pub(super) fn hidden(source: &Source, number: u32) -> Vec<Range<usize>> {
    let line = source.line(number).unwrap_or_default();
    let whole = trimmed(line, 0..line.len());
    if whole.is_empty() {
        return Vec::new();
    }
    if in_block(source, number, line) {
        // The mark of a list's item is none of the item.
        let item = line[whole.clone()].strip_prefix("- ").map_or(0, |_| "- ".len());
        return vec![trimmed(line, whole.start + item..whole.end)];
    }
    cells(source, number, line)
}

/// The lines above one, the nearest first.
fn above(source: &Source, number: u32) -> impl Iterator<Item = (u32, &str)> {
    let first = number.saturating_sub(LOOK_BACK).max(1);
    (first..number).rev().filter_map(|above| Some((above, source.line(above)?)))
}

/// Whether a line is part of the value of a key above it: a private key, a block or list of YAML,
/// a text between triple quotes.
fn in_block(source: &Source, number: u32, line: &str) -> bool {
    in_private_key(source, number, line)
        || in_quotes(source, number, line)
        || in_value(source, number, line)
}

fn in_private_key(source: &Source, number: u32, line: &str) -> bool {
    if line.contains("-----") {
        return false;
    }
    let mark = above(source, number).find(|(_, above)| above.contains("-----"));
    mark.is_some_and(|(_, mark)| mark.contains("-----BEGIN ") && mark.contains("PRIVATE KEY-----"))
}

fn in_quotes(source: &Source, number: u32, line: &str) -> bool {
    const QUOTES: [&str; 2] = ["\"\"\"", "'''"];
    QUOTES.iter().any(|quotes| {
        let opening = above(source, number).find(|(_, above)| above.contains(quotes));
        let opened = opening.is_some_and(|(_, opening)| {
            let (key, value) = opening.split_once(quotes).unwrap_or_default();
            !value.contains(quotes) && key.trim_end().ends_with('=') && names_secret(key)
        });
        opened && line.trim() != *quotes
    })
}

/// In YAML and JSON, by indentation.
fn in_value(source: &Source, number: u32, line: &str) -> bool {
    static OPENS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?x) ^ \s* (?: -\s+ )? (?P<key> ["']? [\w.\ -]+ ["']? ) \s* : \s* (?P<block> [|>][+-]?\d* | \[ )? \s* (?: \#.* )? $"#)
            .expect("a valid pattern")
    });
    let mut depth = indentation(line);
    for (_, above) in above(source, number) {
        if above.trim().is_empty() || indentation(above) >= depth {
            continue;
        }
        depth = indentation(above);
        let Some(opens) = OPENS.captures(above) else { continue };
        if names_secret(&opens["key"]) {
            // Under a key alone may stand a map that says where the secret is kept.
            return opens.name("block").is_some() || !is_member(line);
        }
        if depth == 0 {
            break;
        }
    }
    false
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Whether a line is a member of a map: `name: …`.
fn is_member(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches("- ");
    line.split_once(':').is_some_and(|(_, value)| value.is_empty() || value.starts_with(' '))
}

/// The cells of a row that hold a secret: below a heading or beside a cell that names one.
fn cells(source: &Source, number: u32, line: &str) -> Vec<Range<usize>> {
    let (heading, separator) = if line.trim_start().starts_with('|') {
        let table =
            above(source, number).take_while(|(_, above)| above.trim_start().starts_with('|'));
        (table.last().map(|(number, _)| number), '|')
    } else if is_register(source.name()) {
        let first = source.line(1).unwrap_or_default();
        let count = |separator: &char| first.matches(*separator).count();
        let separator = [';', '\t', ','].into_iter().max_by_key(count);
        ((number > 1).then_some(1), separator.unwrap_or(';'))
    } else {
        return Vec::new();
    };
    let Some(heading) = heading.and_then(|number| source.line(number)) else {
        return Vec::new();
    };
    let named = split(heading, separator).into_iter().map(|cell| names_secret(&heading[cell]));
    let named: Vec<_> = named.collect();
    let row = split(line, separator);
    let beside = |index: usize| {
        let before = index.checked_sub(1).and_then(|before| row.get(before));
        before.is_some_and(|before| names_secret(&line[before.clone()]))
    };
    let hidden = row
        .iter()
        .enumerate()
        .filter(|(index, _)| named.get(*index).copied().unwrap_or_default() || beside(*index));
    let hidden = hidden.map(|(_, cell)| trimmed(line, cell.clone()));
    // A rule between rows, or a cell that says there is nothing.
    hidden.filter(|cell| line[cell.clone()].contains(char::is_alphanumeric)).collect()
}

fn is_register(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    ["csv", "tsv"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// The cells of a row.
fn split(line: &str, separator: char) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut start = 0;
    let mut quoted = false;
    for (at, char) in line.char_indices() {
        if char == '"' {
            quoted = !quoted;
        } else if char == separator && !quoted {
            cells.push(start..at);
            start = at + char.len_utf8();
        }
    }
    cells.push(start..line.len());
    cells
}

/// A range without the blanks, quotes and commas at its ends.
fn trimmed(line: &str, range: Range<usize>) -> Range<usize> {
    let text = &line[range.clone()];
    let blank = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',');
    let start = range.start + text.len() - text.trim_start_matches(blank).len();
    let end = range.end - (text.len() - text.trim_end_matches(blank).len());
    start..end.max(start)
}

/// Whether a name, a heading or a cell is the name of a secret: `DB password`, `Mot de passe initial`.
fn names_secret(name: &str) -> bool {
    static NAMES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?ix) pass(?:word|wd|phrase) | mots?[\ _-]de[\ _-]passe | (?-u: \b ) mdp (?-u: \b ) | secret (?-u: \b ) | secrets? $
              | token | jeton | (?:api|access|private)[\ _-]?key | cl[ée][\ _-](?:priv|secr|api|d.api)",
        )
        .expect("a valid pattern")
    });
    // What says something about secrets is a sentence, or has one of these words.
    const ABOUT: [&str; 14] = [
        "rotation",
        "durée",
        "duree",
        "longueur",
        "politique",
        "gestion",
        "validité",
        "age",
        "file",
        "length",
        "policy",
        "expir",
        "store",
        "coffre",
    ];
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    let lower = name.to_lowercase();
    name.split_whitespace().count() <= 5
        && NAMES.is_match(name)
        && !ABOUT.iter().any(|about| lower.contains(about))
}
