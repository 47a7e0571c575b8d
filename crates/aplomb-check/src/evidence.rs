//! From a span of a tree to what a report shows of it.

use std::ops::Range;
use std::sync::LazyLock;

use aplomb_model::{Demand, Evidence, Excerpt, Phrase, Role, Source, Sources, Span};
use aplomb_standard::Rule;
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
        let mut masked = mask(line);
        if let Some(range) = &hidden {
            masked = blank(line, &masked, begins, range);
        }
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
pub(crate) fn demand(source: &Source, rule: &Rule) -> Demand {
    let span = rule.check.key_span;
    let start = source.position(span.start() as usize);
    let end = source.position(span.end() as usize);
    let line = source.line(start.line).unwrap_or_default();
    Demand {
        name: rule.part.as_ref().map(|part| part.name.clone()),
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

/// Blanks what follows a password-like key, and what is a key or a token by its looks, so that an
/// excerpt shown for another reason does not give a secret away. sudo's `NOPASSWD:` is no such key.
pub(crate) fn mask(line: &str) -> String {
    let mut masked = String::with_capacity(line.len());
    let mut done = 0;
    for hidden in hidden(line) {
        masked.push_str(&line[done..hidden.start]);
        masked.extend(line[hidden.clone()].chars().map(|_| '*'));
        done = hidden.end;
    }
    masked.push_str(&line[done..]);
    masked
}

/// The secrets in the lines that are shown of a place.
pub(crate) fn secrets(sources: &Sources, span: Span) -> Vec<String> {
    let located = sources.locate(span);
    let (source, range) = (located.source, located.range);
    let first = source.position(range.start).line;
    let last = source.position(range.end).line.min(first + MAX_LINES - 1);
    let lines = (first..=last).filter_map(|number| source.line(number));
    lines.flat_map(|line| hidden(line).into_iter().map(|range| line[range].to_owned())).collect()
}

/// A text with the secrets in it blanked, and with their beginnings, where they were cut short.
pub(crate) fn without(text: &str, secrets: &[String]) -> String {
    let mut blanked = text.to_owned();
    for secret in secrets {
        let beginning: String = secret.chars().take(CUT).collect();
        for known in [secret, &beginning] {
            blanked = blanked.replace(known.as_str(), &"*".repeat(known.chars().count()));
        }
    }
    blanked
}

/// Characters of a secret that give it away in a message that cuts it short.
const CUT: usize = 56;

/// What is to be hidden in a line, from left to right.
fn hidden(line: &str) -> Vec<Range<usize>> {
    static SECRET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r#"(?ix) (?-iu: \b NOPASSWD \s* : )
             | (?: pass(?:word|wd|phrase)? | mot[ _-]de[ _-]passe | secret | token | (?:api|access|private)[_-]?key )
               [\w.-]* ["']? \s* [:=] \s*
               (?: " (?P<double> [^"]{3,} ) | ' (?P<single> [^']{3,} ) | (?P<bare> [^\s"',;}]{3,} ) )
             | -- (?: pass(?:word|wd|phrase)? | secret | token ) [\w-]* [\s=]+ (?P<option> [^\s"',;]+ )
             | \s (?: -u | --user ) [\s=]+ [^\s:]+ : (?P<user> [^\s"']+ )
             | :// [^/\s:@]+ : (?P<url> [^@\s/]+ ) @
             | -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY----- (?P<pem> (?s: .+ ) )
             | ^ \s* (?P<body> [A-Za-z0-9+/]{40,}={0,2} ) \s* $
             | (?-u: \b ) (?P<issued> (?: gh[posu] | glpat | xox[abp] ) [_-] [A-Za-z0-9_-]{16,} | AKIA[0-9A-Z]{16} )"#,
        )
        .expect("a valid pattern")
    });
    let values = ["double", "single", "bare", "option", "user", "url", "pem", "body", "issued"];
    let found = SECRET.captures_iter(line);
    let found = found.filter_map(|found| values.iter().find_map(|name| found.name(name)));
    // A reference to a secret is not the secret.
    let found = found.filter(|value| !is_reference(value.as_str()));
    found.map(|value| value.range()).collect()
}

fn is_reference(value: &str) -> bool {
    ["${", "$(", "{{", "<", "%(", "!vault"].iter().any(|begins| value.starts_with(begins))
        || value.strip_prefix('$').is_some_and(|name| {
            name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        })
}

/// `masked`, which has as many characters as `line`, without those in a range of the source.
fn blank(line: &str, masked: &str, begins: usize, range: &Range<usize>) -> String {
    let characters = line.char_indices().zip(masked.chars());
    let hide = |((index, _), char)| if range.contains(&(begins + index)) { '*' } else { char };
    characters.map(hide).collect()
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
        assert_eq!(mask("password: \"Ab;cd, 'ef\""), "password: \"**********\"");
        assert_eq!(mask("password: $ecret"), "password: ******");
        assert_eq!(mask("x --password abc -u a:def"), "x --password *** -u a:***");
        assert_eq!(
            mask("{\"password\":\"abc\",\"x\":{\"secretKey\":\"def\"}}"),
            "{\"password\":\"***\",\"x\":{\"secretKey\":\"***\"}}"
        );
        assert_eq!(mask("-----BEGIN PRIVATE KEY-----MIIE"), "-----BEGIN PRIVATE KEY-----****");
        let body = "a".repeat(64);
        assert_eq!(mask(&body), "*".repeat(64));
    }

    #[test]
    fn messages_do_not_say_what_excerpts_hide() {
        let source = Arc::new(Source::new("a", "password: hunter22\n"));
        let tree = Tree::new(source, "yaml", Vec::new());
        let secrets = secrets(&tree.sources, Span::new(10, 18));
        assert_eq!(secrets, ["hunter22"]);
        assert_eq!(
            without("\"hunter22\" does not match x", &secrets),
            "\"********\" does not match x"
        );
        let long = ["x".repeat(100)];
        let cut = format!("{}…", "x".repeat(60));
        assert_eq!(without(&cut, &long), format!("{}{}…", "*".repeat(56), "x".repeat(4)));
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
