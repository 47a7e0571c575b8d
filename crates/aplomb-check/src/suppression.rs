//! Comments in what is judged that ask to ignore a rule: `aplomb:ignore SW-012 reason="…"
//! until=2027-01-01`.
//!
//! A comment beside a value is about that line; one that stands alone is about the next line with
//! a value on it, and, before the first value of a file, also about the file as a whole. Reading
//! them decides nothing: they go through the filter for exceptions, like what else was accepted.

use std::collections::BTreeMap;
use std::ops::Range;

use aplomb_model::{Diagnostic, DiagnosticLevel, Phrase, Position, Source, SubjectName, Tree};

use crate::secrets::mask;

/// What begins such a comment.
const MARK: &str = "aplomb:ignore";
/// More of them in one subject are not heeded.
const MOST: usize = 1_000;
/// What is left of a line when its comments are taken off and their markers stay.
const MARKERS: [&str; 15] = [
    "", "#", ";", "!", "//", "/*", "*/", "/**/", "*", "<!--", "-->", "<!---->", "..", "{#", "{##}",
];

/// One of them, well written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suppression {
    pub(crate) rule: String,
    pub(crate) reason: String,
    pub(crate) until: Option<String>,
    /// The subject it was read with.
    pub(crate) subject: String,
    pub(crate) file: String,
    /// Where it stands.
    pub(crate) position: Position,
    /// The line it is about; none where nothing follows it.
    pub(crate) line: Option<u32>,
    /// Whether it is about the file as a whole, too.
    pub(crate) of_file: bool,
}

/// Those of a subject, and what is wrong with others.
pub(crate) fn suppressions(
    subject: &SubjectName,
    tree: &Tree,
) -> (Vec<Suppression>, Vec<Diagnostic>) {
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    let mut pages: BTreeMap<*const Source, Page<'_>> = BTreeMap::new();
    for comment in &tree.comments {
        let located = tree.sources.locate(comment.span);
        let text = located.source.text().get(located.range.clone()).unwrap_or_default();
        if !text.contains(MARK) {
            continue;
        }
        let key = std::ptr::from_ref::<Source>(located.source);
        let page = pages.entry(key).or_insert_with(|| Page::of(located.source, tree));
        for (offset, directive) in directives(text) {
            let at = located.range.start + offset;
            let position = located.source.position(at);
            let file = located.source.name();
            if found.len() == MOST {
                wrong.push(diagnostic(file, position, &too_many()));
                return (found, wrong);
            }
            match read(directive) {
                Ok((rule, reason, until)) => found.push(Suppression {
                    rule,
                    reason: mask(&reason),
                    until,
                    subject: subject.name.clone(),
                    file: file.to_owned(),
                    position,
                    line: page.about(&located.range),
                    of_file: page.precedes_all(located.range.start),
                }),
                Err(problem) => wrong.push(diagnostic(file, position, &problem)),
            }
        }
    }
    (found, wrong)
}

/// The directives in a comment, which may have several lines, with their offsets.
fn directives(comment: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    comment.split_inclusive('\n').filter_map(move |line| {
        let begins = offset;
        offset += line.len();
        let text = line.trim_start_matches(|c: char| c.is_whitespace() || c == '*' || c == '#');
        let rest = text.strip_prefix(MARK)?;
        // `aplomb:ignored` is a word of somebody's.
        let is_word = rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_');
        (!is_word).then(|| (begins + line.len() - text.len(), rest.trim()))
    })
}

type Read = (String, String, Option<String>);

/// Reads what stands after the mark: the rule, then `reason` and `until`.
fn read(text: &str) -> Result<Read, Phrase> {
    let (rule, mut rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    if rule.is_empty() || rule.contains('=') {
        return Err(Phrase::new("it names no rule", "il ne nomme aucune règle"));
    }
    let (mut reason, mut until) = (None, None);
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let (key, value) = rest.split_once('=').ok_or_else(|| unexpected(rest))?;
        let (value, after) = value_of(value).ok_or_else(|| {
            Phrase::new(
                format!("the quotation of `{key}` does not end"),
                format!("les guillemets de `{key}` ne sont pas fermés"),
            )
        })?;
        let slot = match key {
            "reason" => &mut reason,
            "until" => &mut until,
            _ => return Err(unexpected(key)),
        };
        if slot.replace(value.to_owned()).is_some() {
            return Err(Phrase::new(
                format!("it says `{key}` twice"),
                format!("il dit `{key}` deux fois"),
            ));
        }
        rest = after;
    }
    let reason = reason.filter(|reason| !reason.trim().is_empty());
    let reason =
        reason.ok_or_else(|| Phrase::new("it gives no reason", "il ne donne pas de motif"))?;
    Ok((rule.to_owned(), reason, until))
}

/// The value at the beginning of a text, quoted or a word, and what follows it.
fn value_of(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => text[1..].split_once(quote),
        None => Some(text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))),
    }
}

fn unexpected(text: &str) -> Phrase {
    let word: String =
        text.split_whitespace().next().unwrap_or_default().chars().take(40).collect();
    let word = mask(&word);
    Phrase::new(
        format!("`{word}` is neither `reason=\"…\"` nor `until=…`"),
        format!("`{word}` n'est ni `reason=\"…\"` ni `until=…`"),
    )
}

fn too_many() -> Phrase {
    Phrase::new(
        format!("a subject has at most {MOST} of them; this one and those after it are not heeded"),
        format!(
            "un sujet en a {MOST} au plus ; celui-ci et les suivants ne sont pas pris en compte"
        ),
    )
}

/// That a comment means to suppress, and does not.
pub(crate) fn diagnostic(file: &str, position: Position, problem: &Phrase) -> Diagnostic {
    Diagnostic {
        level: DiagnosticLevel::Warning,
        code: "suppression-malformed".into(),
        message: Phrase::new(
            format!(
                "this comment covers nothing: {}; write `{MARK} RULE reason=\"…\" until=2027-01-01`",
                problem.en
            ),
            format!(
                "ce commentaire ne couvre rien : {} ; écrire `{MARK} RÈGLE reason=\"…\" until=2027-01-01`",
                problem.fr
            ),
        ),
        file: Some(file.to_owned()),
        position: Some(position),
    }
}

/// The lines of a source that have something other than comments on them.
struct Page<'a> {
    source: &'a Source,
    /// In order.
    values: Vec<u32>,
}

impl<'a> Page<'a> {
    fn of(source: &'a Source, tree: &Tree) -> Self {
        let located = tree.comments.iter().map(|comment| tree.sources.locate(comment.span));
        let own = located.filter(|located| std::ptr::eq(&raw const **located.source, source));
        let mut comments: Vec<_> = own.map(|located| located.range).collect();
        comments.sort_by_key(|range| range.start);
        let mut values = Vec::new();
        let mut start = 0;
        for (number, line) in (1..).zip(source.text().split_inclusive('\n')) {
            let range = start..start + line.len();
            if has_value(source.text(), range, &comments) {
                values.push(number);
            }
            start += line.len();
        }
        Self { source, values }
    }

    /// The line that a comment is about.
    fn about(&self, comment: &Range<usize>) -> Option<u32> {
        let first = self.source.position(comment.start).line;
        if self.values.binary_search(&first).is_ok() {
            return Some(first);
        }
        let last = self.source.position(comment.end).line;
        self.values.get(self.values.partition_point(|line| *line < last)).copied()
    }

    /// Whether no value stands before an offset, or beside it.
    fn precedes_all(&self, offset: usize) -> bool {
        let line = self.source.position(offset).line;
        self.values.first().is_none_or(|first| line < *first)
    }
}

/// Whether anything but comments stands on a line.
fn has_value(text: &str, line: Range<usize>, comments: &[Range<usize>]) -> bool {
    let from = comments.partition_point(|comment| comment.end < line.start);
    let mut left = String::new();
    let mut at = line.start;
    for comment in comments[from..].iter().take_while(|comment| comment.start < line.end) {
        left.push_str(text.get(at..comment.start.max(at)).unwrap_or_default());
        at = comment.end.clamp(at, line.end);
    }
    left.push_str(text.get(at..line.end).unwrap_or_default());
    left.retain(|c| !c.is_whitespace());
    !MARKERS.contains(&&*left) && !MARKERS.contains(&left.trim_end_matches('#'))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aplomb_model::{Comment, Span, SubjectKind};

    use super::*;

    /// A tree whose comments begin after `#`, or after `//`, and end with the line.
    fn tree(text: &str) -> Tree {
        let source = Arc::new(Source::new("app.conf", text));
        let mut tree = Tree::new(Arc::clone(&source), "ini", Vec::new());
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let marker = line.find('#').map(|at| at + 1).or(line.find("//").map(|at| at + 2));
            let end = offset + line.trim_end().len();
            let comment = marker.map(|at| Comment { span: Span::from_range(offset + at..end) });
            tree.comments.extend(comment);
            offset += line.len();
        }
        tree
    }

    fn told(text: &str) -> Vec<String> {
        let subject = SubjectName { kind: SubjectKind::Config, name: "app.conf".into() };
        let (found, wrong) = suppressions(&subject, &tree(text));
        let found = found.into_iter().map(|one| {
            let line = one.line.map_or("-".into(), |line| line.to_string());
            let until = one.until.unwrap_or_default();
            format!("{} {line} {} {:?} {until}", one.position.line, one.rule, one.reason)
        });
        let wrong = wrong.into_iter().map(|one| {
            let line = one.position.map_or(0, |position| position.line);
            let said = one.message.en.split(';').next().unwrap_or_default().to_owned();
            format!("{line} {said}")
        });
        found.chain(wrong).collect()
    }

    #[test]
    fn a_comment_is_about_its_line_or_the_next_with_a_value() {
        insta::assert_snapshot!(told("\
# aplomb:ignore SW-001 reason=\"the head\" until=2027-01-01
# and why

a = 1  # aplomb:ignore SW-002 reason='beside'
} // aplomb:ignore SW-003 reason=brace
## aplomb:ignore SW-004 reason=\"stacked\"
# aplomb:ignore SW-005 reason=\"stacked too\"
b = 2
# aplomb:ignore SW-006 reason=\"nothing follows\"
").join("\n"), @r#"
        1 4 SW-001 "the head" 2027-01-01
        4 4 SW-002 "beside" 
        5 5 SW-003 "brace" 
        6 8 SW-004 "stacked" 
        7 8 SW-005 "stacked too" 
        9 - SW-006 "nothing follows" 
        "#);
    }

    #[test]
    fn before_the_first_value_it_is_about_the_file_too() {
        let subject = SubjectName { kind: SubjectKind::Config, name: "app.conf".into() };
        let text =
            "# x\n# aplomb:ignore A-1 reason=x\na = 1\n# aplomb:ignore A-2 reason=x\nb = 1\n";
        let (found, _) = suppressions(&subject, &tree(text));
        assert_eq!(found.iter().map(|one| one.of_file).collect::<Vec<_>>(), [true, false]);
        let beside = "a = 1 # aplomb:ignore A-1 reason=x\n";
        assert!(!suppressions(&subject, &tree(beside)).0[0].of_file);
    }

    #[test]
    fn what_is_not_well_written_says_so_and_covers_nothing() {
        insta::assert_snapshot!(told("\
# aplomb:ignore
# aplomb:ignore SW-001
# aplomb:ignore SW-001 reason=\"\"
# aplomb:ignore reason=\"no rule\"
# aplomb:ignore SW-001 reason=\"open
# aplomb:ignore SW-001 reason=a because
# aplomb:ignore SW-001 raison=\"x\"
# aplomb:ignore SW-001 reason=a reason=b
# aplomb:ignored SW-001
# see aplomb:ignore
a = 1
").join("\n"), @r#"
        1 this comment covers nothing: it names no rule
        2 this comment covers nothing: it gives no reason
        3 this comment covers nothing: it gives no reason
        4 this comment covers nothing: it names no rule
        5 this comment covers nothing: the quotation of `reason` does not end
        6 this comment covers nothing: `because` is neither `reason="…"` nor `until=…`
        7 this comment covers nothing: `raison` is neither `reason="…"` nor `until=…`
        8 this comment covers nothing: it says `reason` twice
        "#);
    }

    #[test]
    fn there_is_an_end_to_them() {
        let many = "# aplomb:ignore A-1 reason=x\n".repeat(MOST + 5);
        let told = told(&many);
        assert_eq!(told.len(), MOST + 1);
        assert!(told[MOST].contains("at most"), "{}", told[MOST]);
    }
}
