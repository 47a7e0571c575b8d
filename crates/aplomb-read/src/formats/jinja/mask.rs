use std::ops::Range;

use aplomb_model::{Comment, Span};

/// Begins the stand-in of a construct that stays part of a value.
pub(super) const HEAD: char = '\u{e001}';
/// Fills the stand-in.
pub(super) const FILL: char = '\u{e000}';
/// Fills what is left of the stand-in when the construct's length is no multiple of three.
pub(super) const REST: char = 'x';

/// A `{{ … }}`, `{% … %}` or `{# … #}` of a template.
pub(super) struct Construct {
    pub(super) range: Range<usize>,
    kind: Kind,
    /// Whether blanks stand in for it, rather than text.
    pub(super) blank: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Expression,
    Statement,
    Comment,
}

impl Construct {
    /// Whether this is a statement that blanks stand in for.
    pub(super) fn is_skipped_statement(&self) -> bool {
        self.blank && self.kind == Kind::Statement
    }

    /// The comment's text, where it is one.
    pub(super) fn comment(&self) -> Option<Comment> {
        (self.kind == Kind::Comment).then(|| {
            let inner = self.range.start + 2..self.range.end - 2;
            Comment { span: Span::from_range(inner) }
        })
    }
}

/// The template with every construct replaced by as many bytes that mean nothing. `None` where the
/// text uses the characters we replace with itself.
pub(super) fn mask(text: &str) -> Option<(String, Vec<Construct>)> {
    if text.contains([HEAD, FILL]) {
        return None;
    }
    let constructs = constructs(text);
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for construct in &constructs {
        masked.push_str(text.get(at..construct.range.start)?);
        let raw = text.get(construct.range.clone())?;
        if construct.blank {
            masked.extend(raw.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        } else {
            masked.push(HEAD);
            let rest = raw.len() - HEAD.len_utf8();
            let width = FILL.len_utf8();
            masked.extend(std::iter::repeat_n(FILL, rest / width));
            masked.extend(std::iter::repeat_n(REST, rest % width));
        }
        at = construct.range.end;
    }
    masked.push_str(text.get(at..)?);
    let masked = without_blanks(&masked, text);
    Some((masked, constructs))
}

/// Lines that only blanks are left of become empty ones, since blanks at the start of a line may
/// mean something.
fn without_blanks(masked: &str, text: &str) -> String {
    let mut at = 0;
    let mut lines = String::with_capacity(masked.len());
    for line in masked.split_inclusive('\n') {
        let end = at + line.len();
        let was_blank = text.get(at..end).is_none_or(|raw| raw.trim().is_empty());
        if line.trim().is_empty() && !was_blank {
            lines.extend(std::iter::repeat_n('\n', line.len()));
        } else {
            lines.push_str(line);
        }
        at = end;
    }
    lines
}

/// The constructs of a template in order. Comments give way to blanks; so do statements where the
/// line they are on begins with one, since elsewhere they are in the middle of a value.
fn constructs(text: &str) -> Vec<Construct> {
    let mut found: Vec<Construct> = Vec::new();
    let mut unclosed = [false; 3];
    let mut line_is_statements = false;
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('{')) {
        let start = at + open;
        let (kind, close) = match text.as_bytes().get(start + 1) {
            Some(b'{') => (Kind::Expression, "}}"),
            Some(b'%') => (Kind::Statement, "%}"),
            Some(b'#') => (Kind::Comment, "#}"),
            _ => {
                at = start + 1;
                continue;
            }
        };
        let done = &mut unclosed[kind as usize];
        let inner = text.get(start + 2..).unwrap_or_default();
        let length = if *done { None } else { inner.find(close) };
        let Some(length) = length else {
            *done = true;
            at = start + 2;
            continue;
        };
        let end = start + 2 + length + 2;
        let previous = found.last().map_or(0, |last| last.range.end);
        let between = text.get(previous..start).unwrap_or_default();
        let line = between.rsplit('\n').next().unwrap_or_default();
        let begins = (between.contains('\n') || previous == 0) && line.trim().is_empty();
        if between.contains('\n') || previous == 0 {
            line_is_statements = false;
        }
        line_is_statements |= begins && kind == Kind::Statement;
        let blank = match kind {
            Kind::Expression => false,
            Kind::Statement => line_is_statements,
            Kind::Comment => true,
        };
        found.push(Construct { range: start..end, kind, blank });
        at = end;
    }
    found
}
