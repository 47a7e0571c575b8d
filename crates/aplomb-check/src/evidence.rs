//! From a span of a tree to what a report shows of it.

use std::sync::LazyLock;

use aplomb_model::{Demand, Evidence, Excerpt, Phrase, Role, Source, Sources, Span};
use regex::Regex;

use crate::judgement::Place;

/// Lines of an excerpt; a longer span is shown by its beginning.
const MAX_LINES: u32 = 4;
/// Characters of a line kept before the span.
const KEEP_BEFORE: usize = 60;
/// Characters of a line kept in all.
const KEEP: usize = 240;

/// What is shown of a place. `secret` blanks the whole span, whatever it holds.
pub(crate) fn evidence(sources: &Sources, place: &Place, secret: bool) -> Evidence {
    let located = sources.locate(place.span);
    let source = located.source;
    let start = source.position(located.range.start);
    let text = &source.text()[located.range.start..located.range.end];
    // A block that ends with its line break ends, to a reader, on the line before it.
    let end = source.position(located.range.start + text.trim_end().len());
    let last = end.line.min(start.line + MAX_LINES - 1);
    let cut = (start.column as usize - 1).saturating_sub(KEEP_BEFORE);
    let hidden = secret.then(|| located.range.clone());
    let lines = (start.line..=last).map(|number| {
        let line = source.line(number).unwrap_or_default();
        let begins = source.line_start(number).unwrap_or_default();
        let masked = match &hidden {
            Some(range) => blank(line, begins, range.start, range.end),
            None => mask(line),
        };
        masked.chars().skip(cut).take(KEEP).collect()
    });
    Evidence {
        role: place.role,
        file: source.name().to_owned(),
        start,
        end: end.max(start),
        excerpt: Some(Excerpt { first_line: start.line, lines: lines.collect(), cut: cut as u32 }),
        label: place.label.clone(),
    }
}

/// A whole file as evidence: its first character, no excerpt.
pub(crate) fn whole_file(file: &str, role: Role, label: Phrase) -> Evidence {
    let start = aplomb_model::Position { line: 1, column: 1 };
    Evidence { role, file: file.to_owned(), start, end: start, excerpt: None, label }
}

/// Where a standard states a demand, with the line that states it.
pub(crate) fn demand(source: &Source, span: Span) -> Demand {
    let start = source.position(span.start() as usize);
    let end = source.position(span.end() as usize);
    let line = source.line(start.line).unwrap_or_default();
    Demand {
        file: source.name().to_owned(),
        start,
        end,
        excerpt: Some(Excerpt {
            first_line: start.line,
            lines: vec![line.chars().take(KEEP).collect()],
            cut: 0,
        }),
    }
}

/// Blanks what follows a password-like key, so that an excerpt shown for another reason does not
/// give a secret away. sudo's `NOPASSWD:` is no such key.
pub(crate) fn mask(line: &str) -> String {
    static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?ix) (?-i: \b NOPASSWD \s* : )
             | (?: pass(?:word|wd|phrase)? | mot[ _-]de[ _-]passe | secret | token | api[_-]?key | private[_-]?key )
               [\w.-]* ["']? \s* [:=] \s* ["']? (?P<value> [^\s"',;}]{3,} )
             | :// [^/\s:@]+ : (?P<url> [^@\s/]+ ) @"#,
        )
        .ok()
    });
    let Some(secret) = &*SECRET else {
        return line.to_owned();
    };
    let mut masked = String::with_capacity(line.len());
    let mut done = 0;
    for found in secret.captures_iter(line) {
        let Some(value) = found.name("value").or_else(|| found.name("url")) else {
            continue;
        };
        // A reference to a secret is not the secret.
        if value.as_str().starts_with(['$', '{', '<', '%']) {
            continue;
        }
        masked.push_str(&line[done..value.start()]);
        masked.extend(value.as_str().chars().map(|_| '*'));
        done = value.end();
    }
    masked.push_str(&line[done..]);
    masked
}

fn blank(line: &str, begins: usize, from: usize, to: usize) -> String {
    line.char_indices()
        .map(|(index, char)| {
            let hidden = (from..to).contains(&(begins + index));
            if hidden { '*' } else { char }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aplomb_model::Tree;

    use super::*;

    #[test]
    fn secrets_are_masked_and_references_to_secrets_are_not() {
        assert_eq!(mask("password: \"Gr4nd\""), "password: \"*****\"");
        assert_eq!(mask("smtp_password=abc123 # x"), "smtp_password=****** # x");
        assert_eq!(mask("url: amqp://u:hunter2@h"), "url: amqp://u:*******@h");
        assert_eq!(mask("password: ${DB_PASSWORD}"), "password: ${DB_PASSWORD}");
        assert_eq!(mask("passwordauthentication no"), "passwordauthentication no");
        assert_eq!(mask("a ALL=(ALL) NOPASSWD: ALL"), "a ALL=(ALL) NOPASSWD: ALL");
        assert_eq!(mask("nopasswd: hunter2"), "nopasswd: *******");
    }

    #[test]
    fn a_secret_span_is_blanked_whole() {
        let source = Arc::new(Source::new("a", "x: é1\n"));
        let tree = Tree::new(source, "yaml", Vec::new());
        let place = Place { span: Span::new(3, 6), role: Role::Primary, label: Phrase::default() };
        let shown = evidence(&tree.sources, &place, true);
        assert_eq!(shown.excerpt.expect("has one").lines, ["x: **"]);
        assert_eq!((shown.start.column, shown.end.column), (4, 6));
    }
}
