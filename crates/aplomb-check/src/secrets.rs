//! What must not be shown of a source: secrets, by what names them and by their looks.
//!
//! A line is judged with what stands around it: the key above a block, the heading above a cell.
//! Better once too often: a reference to a secret is shown, everything else a name of a secret is
//! given is not.

mod context;

use std::ops::Range;
use std::sync::LazyLock;

use aplomb_model::{Source, Sources, Span};
use regex::Regex;

/// Blanks the secrets of a text that stands by itself.
pub(crate) fn mask(text: &str) -> String {
    blank(text, &hidden(text))
}

/// A line of a source without its secrets, as long as it is.
pub(crate) fn mask_line(source: &Source, number: u32) -> String {
    let line = source.line(number).unwrap_or_default();
    blank(line, &hidden_in(source, number))
}

/// The secrets in lines of the place a span is.
pub(crate) fn known(sources: &Sources, span: Span, most_lines: u32) -> Vec<String> {
    let located = sources.locate(span);
    let (source, range) = (located.source, located.range);
    let first = source.position(range.start).line;
    let last = source.position(range.end).line.min(first + most_lines - 1);
    let of_line = |number| {
        let line = source.line(number).unwrap_or_default();
        hidden_in(source, number).into_iter().map(|range| line[range].to_owned())
    };
    (first..=last).flat_map(of_line).collect()
}

/// A text with known secrets in it blanked, and with their beginnings, where they were cut short.
pub(crate) fn without(text: &str, secrets: &[String]) -> String {
    let mut blanked = text.to_owned();
    // One or two characters are part of every other word.
    for secret in secrets.iter().filter(|secret| secret.chars().nth(2).is_some()) {
        let beginning: String = secret.chars().take(CUT).collect();
        for known in [secret, &beginning] {
            blanked = blanked.replace(known.as_str(), &"*".repeat(known.chars().count()));
        }
    }
    blanked
}

/// Characters of a secret that give it away in a message that cuts it short.
const CUT: usize = 56;

fn blank(line: &str, hidden: &[Range<usize>]) -> String {
    let mut blanked = String::with_capacity(line.len());
    let mut done = 0;
    for hidden in hidden {
        // What two reasons hide is hidden once.
        let range = hidden.start.max(done)..hidden.end.max(done);
        blanked.push_str(&line[done..range.start]);
        blanked.extend(line[range.clone()].chars().map(|_| '*'));
        done = range.end;
    }
    blanked.push_str(&line[done..]);
    blanked
}

/// What is to be hidden in a line of a source, from left to right.
fn hidden_in(source: &Source, number: u32) -> Vec<Range<usize>> {
    let line = source.line(number).unwrap_or_default();
    let mut found = hidden(line);
    let around = context::hidden(source, number).into_iter();
    found.extend(around.filter(|range| !is_reference(&line[range.clone()])));
    found.sort_by_key(|range| range.start);
    found
}

/// What is to be hidden in a line by itself, from left to right. sudo's `NOPASSWD:` names no secret.
fn hidden(line: &str) -> Vec<Range<usize>> {
    static SECRET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r#"(?ix) (?-iu: \b NOPASSWD \s* : )
             | (?: pass(?:word|wd|phrase)? | mot[ _-]de[ _-]passe | secret | token | (?:api|access|private)[_-]?key )
               [\w.-]* ["']? \s* [:=] \s*
               (?: " (?P<double> [^"]{3,} ) | ' (?P<single> [^']{3,} ) | (?P<bare> [^\s"',;}]{3,} ) )
             | (?: identified \s+ by | password ) \s+ ["'] (?P<sql> [^"']{3,} )
             | ^ \s* (?: requirepass | masterauth | bindpw | rootpw ) \s+ (?P<directive> \S+ )
             | -- (?: pass(?:word|wd|phrase)? | secret | token ) [\w-]* [\s=]+ (?P<option> [^\s"',;]+ )
             | (?-u: \b ) (?: mysql | mariadb | sshpass | mongo | 7z ) [^|;&]*? \s (?-i: -p ) (?P<glued> [^\s"']+ )
             | (?-u: \b ) sshpass \s+ (?-i: -p ) \s+ (?P<sshpass> \S+ )
             | \s (?: -u | --user ) [\s=]+ [^\s:]+ : (?P<user> [^\s"']+ )
             | :// [^/\s:@]* : (?P<url> [^@\s/]+ ) @
             | (?-u: \b ) (?: bearer | basic ) \s+ (?P<bearer> [a-z0-9+/=._~-]{8,} )
             | -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY----- (?P<pem> (?s: .+ ) )
             | ^ \s* (?P<body> [a-z0-9+/]{40,}={0,2} ) \s* $
             | (?-u: \b ) (?P<issued>
                   (?: gh[posu] | glpat | xox[abp] ) [_-] [a-z0-9_-]{16,}
                 | AKIA[0-9A-Z]{16}
                 | eyJ[a-z0-9_-]{8,} \. [a-z0-9_-]{8,} (?: \. [a-z0-9_-]+ )? )
             | (?P<crypt> \$ (?: 1 | 2[aby] | 5 | 6 | 7 | y ) \$ [./a-z0-9$=,]{8,} )"#,
        )
        .expect("a valid pattern")
    });
    const VALUES: [&str; 15] = [
        "double",
        "single",
        "bare",
        "sql",
        "directive",
        "option",
        "glued",
        "sshpass",
        "user",
        "url",
        "bearer",
        "pem",
        "body",
        "issued",
        "crypt",
    ];
    let found = SECRET.captures_iter(line);
    // Words follow `basic` too; a credential has a digit in it.
    let found = found.filter_map(|found| {
        let value = VALUES.iter().find_map(|name| found.name(name))?;
        let is_word = found.name("bearer").is_some()
            && !value.as_str().bytes().any(|byte| byte.is_ascii_digit());
        (!is_word).then_some(value)
    });
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

#[cfg(test)]
mod tests;
