use std::ops::Range;

use aplomb_model::{Node, Span};

use super::blocks::Targets;
use crate::formats::document::{Document, Plain, one_line, slug};

/// Where the text that is parsed was written.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// Byte for byte from here on.
    From(usize),
    /// Somewhere in here: a cell was put together from several lines.
    Within(Span),
}

/// Frees a text from its markup; its links go to the document.
pub(super) fn inline(raw: &str, place: Place, targets: &Targets, document: &mut Document) -> Plain {
    let mut parser = Inline {
        raw,
        place,
        targets,
        document,
        plain: Plain::default(),
        at: 0,
        kept: 0,
        unclosed: Vec::new(),
    };
    while parser.at < raw.len() {
        parser.step();
    }
    parser.keep();
    parser.plain
}

struct Inline<'a> {
    raw: &'a str,
    place: Place,
    targets: &'a Targets,
    document: &'a mut Document,
    plain: Plain,
    at: usize,
    /// Up to here the text is done with.
    kept: usize,
    /// What never ends from here on, so that it is looked for only once.
    unclosed: Vec<&'static str>,
}

impl<'a> Inline<'a> {
    fn step(&mut self) {
        let rest = self.raw.get(self.at..).unwrap_or_default();
        let taken = match rest.as_bytes().first() {
            Some(b'\\') => self.escape(rest),
            Some(b'`') if rest.starts_with("``") => self.literal(),
            Some(b'`') => self.interpreted(self.at, None),
            Some(b':') => self.role(rest),
            Some(b'*') if rest.starts_with("**") => self.marked("**"),
            Some(b'*') => self.marked("*"),
            Some(b'_') => self.underscore(rest),
            _ => false,
        };
        if !taken {
            self.at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }

    /// Takes the text up to here as it is.
    fn keep(&mut self) {
        let range = self.kept..self.at;
        self.plain.push(self.raw.get(range.clone()).unwrap_or_default(), self.source(range));
        self.kept = self.at;
    }

    /// Goes on at `at`; what was before it is done with.
    fn skip_to(&mut self, at: usize) -> bool {
        self.at = at;
        self.kept = at;
        true
    }

    fn source(&self, range: Range<usize>) -> Range<usize> {
        match self.place {
            Place::From(base) => base + range.start..base + range.end,
            Place::Within(span) => span.range(),
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::from_range(self.source(range))
    }

    fn text(&self, range: Range<usize>) -> &'a str {
        self.raw.get(range).unwrap_or_default()
    }

    fn escape(&mut self, rest: &str) -> bool {
        self.keep();
        let width = rest.chars().nth(1).map_or(0, char::len_utf8);
        let blank = rest.chars().nth(1).is_none_or(char::is_whitespace);
        let next = self.at + 1;
        if !blank {
            self.plain.push(self.text(next..next + width), self.source(next..next + width));
        }
        self.skip_to(next + width)
    }

    fn literal(&mut self) -> bool {
        let start = self.at + 2;
        let Some(end) = self.closing("``", start) else {
            return false;
        };
        self.keep();
        self.plain.push_code(self.text(start..end), self.source(start..end));
        self.skip_to(end + 2)
    }

    /// `**strong**` and `*emphasis*`.
    fn marked(&mut self, marker: &'static str) -> bool {
        let start = self.at + marker.len();
        let before = self.text(0..self.at).chars().next_back();
        let opens = before.is_none_or(|c| !c.is_alphanumeric() && c != '*');
        let end = if opens { self.closing(marker, start) } else { None };
        let Some(end) = end else {
            // The second asterisk opens nothing either.
            self.at += marker.len() - 1;
            return false;
        };
        self.keep();
        self.plain.push(self.text(start..end), self.source(start..end));
        self.skip_to(end + marker.len())
    }

    /// `` :role:`text` ``
    fn role(&mut self, rest: &'a str) -> bool {
        const LONGEST: usize = 60;
        let is_name =
            |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'+' | b':');
        let bytes = rest.as_bytes();
        let length = bytes.iter().take(LONGEST).take_while(|b| is_name(b)).count();
        let name = rest.get(1..length.saturating_sub(1)).unwrap_or_default();
        let role = length > 2 && rest.get(..length).is_some_and(|name| name.ends_with(':'));
        role && bytes.get(length) == Some(&b'`') && self.interpreted(self.at + length, Some(name))
    }

    /// `` `text` ``, `` `text <target>`_ ``, `` `name`_ `` and the text of a role.
    fn interpreted(&mut self, quote: usize, role: Option<&str>) -> bool {
        let start = quote + 1;
        let Some(end) = self.closing("`", start) else {
            return false;
        };
        self.keep();
        let after = self.text(end + 1..self.raw.len());
        let underscores = after.bytes().take(2).take_while(|&b| b == b'_').count();
        let refers =
            underscores > 0 || matches!(role, Some("doc" | "ref" | "download" | "numref" | "any"));
        let content = self.text(start..end);
        let named = content.strip_suffix('>').and_then(|content| content.rfind('<'));
        let (label, target) = match named {
            Some(angle) if refers || role.is_some() => {
                (start..start + angle, Some(start + angle + 1..end - 1))
            }
            _ => (start..end, None),
        };
        let label = if self.text(label.clone()).trim().is_empty() {
            target.clone().unwrap_or(label)
        } else {
            label
        };
        let trimmed = label.start..label.start + self.text(label.clone()).trim_end().len();
        self.plain.push(self.text(trimmed.clone()), self.source(trimmed.clone()));
        if refers {
            let whole = self.span(self.at..end + 1 + underscores);
            let target = self.target(&trimmed, target.as_ref(), role.is_some());
            let text = Node::text(self.span(trimmed.clone()), one_line(self.text(trimmed)));
            self.document.link(whole, text, target);
        }
        self.skip_to(end + 1 + underscores)
    }

    /// What a reference leads to: the address it names, that of the target it names, or the
    /// section of its title.
    fn target(&self, label: &Range<usize>, written: Option<&Range<usize>>, role: bool) -> Node {
        let range = written.unwrap_or(label).clone();
        let span = self.span(range.clone());
        let text = self.text(range);
        let name = match (written.is_some(), text.strip_suffix('_')) {
            (true, None) => return Node::text(span, one_line(text)),
            (true, Some(name)) => name,
            (false, _) if role => return Node::text(span, one_line(text)),
            (false, _) => text,
        };
        match self.targets.get(&*key(name)) {
            Some(target) => Node::text(span, &**target),
            None => Node::text(span, format!("#{}", slug(name))),
        }
    }

    /// `` _`inline target` ``, `name_`, `[1]_`.
    fn underscore(&mut self, rest: &str) -> bool {
        const LONGEST: usize = 60;
        if rest.starts_with("_`") {
            self.keep();
            self.skip_to(self.at + 1);
            return self.interpreted(self.at, None);
        }
        let before = self.text(self.kept..self.at);
        let ends = rest
            .get(1..)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
        if !ends {
            return false;
        }
        if before.ends_with(']') {
            self.keep();
            return self.skip_to(self.at + 1);
        }
        let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
        let length = before.bytes().rev().take(LONGEST).take_while(|&b| is_name(b)).count();
        let start = self.at - length;
        let name = self.text(start..self.at);
        let Some(target) = self.targets.get(&*key(name)).filter(|_| !name.is_empty()) else {
            return false;
        };
        self.keep();
        let span = self.span(start..self.at);
        let text = Node::text(span, name);
        self.document.link(self.span(start..self.at + 1), text, Node::text(span, &**target));
        self.skip_to(self.at + 1)
    }

    /// Where what began at `start` ends: at a marker after a character that is no blank and before
    /// one that is no part of a word.
    fn closing(&mut self, marker: &'static str, start: usize) -> Option<usize> {
        if self.unclosed.contains(&marker) {
            return None;
        }
        let rest = self.text(start..self.raw.len());
        if rest.starts_with(char::is_whitespace) {
            return None;
        }
        let closes = |&(at, _): &(usize, &str)| {
            let before = rest.get(..at).and_then(|text| text.chars().next_back());
            let after = rest.get(at + marker.len()..).and_then(|text| text.chars().next());
            let inside = before.is_some_and(|c| !c.is_whitespace());
            inside && after.is_none_or(|c| !c.is_alphanumeric())
        };
        let end = rest.match_indices(marker).find(closes);
        if end.is_none() {
            self.unclosed.push(marker);
        }
        end.map(|(at, _)| start + at)
    }
}

/// A name as references to it are compared: in lower case, blanks joined.
pub(super) fn key(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}
