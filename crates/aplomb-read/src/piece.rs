use aplomb_model::{Member, Node, Span, Value};

/// A part of a text that knows where it stands: what line-oriented readers cut files into.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> Piece<'a> {
    /// A whole text.
    pub(crate) const fn whole(text: &'a str) -> Self {
        Self { text, start: 0 }
    }

    /// A whole text whose places are counted from `base`: that of an included file.
    pub(crate) const fn based(text: &'a str, base: u32) -> Self {
        Self { text, start: base as usize }
    }

    pub(crate) const fn text(self) -> &'a str {
        self.text
    }

    pub(crate) const fn start(self) -> usize {
        self.start
    }

    pub(crate) const fn end(self) -> usize {
        self.start + self.text.len()
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    pub(crate) fn span(self) -> Span {
        Span::from_range(self.start..self.end())
    }

    /// From byte `at` of this piece on; nothing where that is no place in it.
    pub(crate) fn from(self, at: usize) -> Self {
        let text = self.text.get(at..).unwrap_or_default();
        let start = self.end() - text.len();
        Self { text, start }
    }

    /// Up to byte `at` of this piece; all of it where that is no place in it.
    pub(crate) fn until(self, at: usize) -> Self {
        let text = self.text.get(..at).unwrap_or(self.text);
        Self { text, ..self }
    }

    pub(crate) fn split_at(self, at: usize) -> (Self, Self) {
        (self.until(at), self.from(at))
    }

    pub(crate) fn trim_start(self) -> Self {
        self.from(self.text.len() - self.text.trim_start().len())
    }

    pub(crate) fn trim_end(self) -> Self {
        self.until(self.text.trim_end().len())
    }

    pub(crate) fn trim(self) -> Self {
        self.trim_end().trim_start()
    }

    /// What follows `prefix`, where the piece begins with it.
    pub(crate) fn strip_prefix(self, prefix: char) -> Option<Self> {
        self.text.starts_with(prefix).then(|| self.from(prefix.len_utf8()))
    }

    /// The parts before and after the first of the `separators` (ASCII).
    pub(crate) fn split_once(self, separators: &[char]) -> Option<(Self, Self)> {
        let at = self.text.find(separators)?;
        Some((self.until(at), self.from(at + 1)))
    }

    /// The first word and what follows the blanks after it.
    pub(crate) fn split_word(self) -> (Self, Self) {
        let piece = self.trim_start();
        let end = piece.text.find(char::is_whitespace);
        let (word, rest) = piece.split_at(end.unwrap_or(piece.text.len()));
        (word, rest.trim_start())
    }

    /// The words, which blanks part.
    pub(crate) fn words(self) -> impl Iterator<Item = Self> {
        let mut rest = self.trim_start();
        std::iter::from_fn(move || {
            let (word, after) = rest.split_word();
            rest = after;
            (!word.is_empty()).then_some(word)
        })
    }

    /// The parts that a separator (ASCII) parts, those without content left out.
    pub(crate) fn parts(self, separator: char) -> impl Iterator<Item = Self> {
        let mut rest = Some(self);
        let next = move || {
            let piece = rest?;
            let (part, after) = match piece.split_once(&[separator]) {
                Some((part, after)) => (part, Some(after)),
                None => (piece, None),
            };
            rest = after;
            Some(part)
        };
        std::iter::from_fn(next).filter(|part| !part.is_empty())
    }

    /// The content of a pair of equal quotes, where the piece is nothing else.
    pub(crate) fn unquoted(self, quotes: &[char]) -> Option<Self> {
        let quote = self.text.chars().next().filter(|c| quotes.contains(c))?;
        let inner = self.strip_prefix(quote)?;
        let inner = inner.until(inner.text.len().checked_sub(1)?);
        let closes = self.text.ends_with(quote) && !inner.text.contains(quote);
        closes.then_some(inner)
    }

    /// What follows the line ending that the piece begins with, if it does.
    pub(crate) fn trim_line_end(self) -> Self {
        let text = self.text.strip_prefix('\r').unwrap_or(self.text);
        let text = text.strip_prefix('\n').unwrap_or(text);
        self.from(self.text.len() - text.len())
    }

    /// The lines, without their endings (line feed, with or without carriage return).
    pub(crate) fn lines(self) -> impl Iterator<Item = Self> {
        let mut at = self.start;
        self.text.split_inclusive('\n').map(move |line| {
            let start = at;
            at += line.len();
            let text = line.strip_suffix('\n').unwrap_or(line);
            let text = text.strip_suffix('\r').unwrap_or(text);
            Self { text, start }
        })
    }

    /// The piece as a text value.
    pub(crate) fn node(self) -> Node {
        Node::text(self.span(), self.text)
    }

    /// The piece as the key of `value`.
    pub(crate) fn names(self, value: Node) -> Member {
        Member { key: self.text.into(), key_span: self.span(), value }
    }
}

/// A member whose key is ours, not written in the file: the key stands where its value does.
pub(crate) fn named(key: &str, value: Node) -> Member {
    Member { key: key.into(), key_span: value.span, value }
}

/// A list whose span reaches from its first item to its last.
pub(crate) fn list(items: Vec<Node>) -> Node {
    let spans = items.iter().map(|item| item.span);
    let span = spans.reduce(Span::cover).unwrap_or_default();
    Node::new(span, Value::List(items))
}

/// The arguments of a directive as one text, a blank between them; nothing at `end`, where the
/// directive ends, if it has none.
pub(crate) fn joined(args: &[Node], end: u32) -> Node {
    match args {
        [only] => only.clone(),
        [first, .., last] => {
            let texts: Vec<_> = args.iter().filter_map(Node::as_str).collect();
            Node::text(first.span.cover(last.span), texts.join(" "))
        }
        [] => Node::text(Span::new(end, end), ""),
    }
}

pub(crate) const fn map(span: Span, members: Vec<Member>) -> Node {
    Node::new(span, Value::Map(members))
}

pub(crate) const fn null(at: usize) -> Node {
    let at = at as u32;
    Node::new(Span::new(at, at), Value::Null)
}

/// The span of the character at byte `at`, or the point at the end of `text`.
pub(crate) fn character(text: &str, at: usize) -> Span {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let width = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Span::from_range(at..at + width)
}

/// The number of the line that byte `at` is on: for messages that name a second place.
pub(crate) fn line_number(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.bytes().filter(|&byte| byte == b'\n').count() + 1
}

/// What a message quotes of a text: the beginning, if it is long.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_keep_their_place() {
        let text = "é = b \r\n\n x";
        let lines: Vec<_> = Piece::whole(text).lines().collect();
        let shown: Vec<_> = lines.iter().map(|line| line.text()).collect();
        assert_eq!(shown, ["é = b ", "", " x"]);
        for piece in lines.iter().flat_map(|line| [*line, line.trim()]) {
            assert_eq!(text.get(piece.span().range()), Some(piece.text()));
        }
        let (key, value) = lines[0].split_once(&['=']).expect("has one");
        assert_eq!((key.text(), value.trim().text()), ("é ", "b"));
        assert_eq!(value.trim().start(), 5);
        let (word, rest) = Piece::whole("  a  b c").split_word();
        assert_eq!((word.text(), rest.text(), rest.start()), ("a", "b c", 5));
    }

    #[test]
    fn quotes_come_off_in_pairs() {
        let quotes = ['"', '\''];
        let inner = |text| Piece::whole(text).unquoted(&quotes).map(Piece::text);
        assert_eq!(inner("\"a b\""), Some("a b"));
        assert_eq!(inner("''"), Some(""));
        assert_eq!(inner("\""), None);
        assert_eq!(inner("\"a\" \"b\""), None);
        assert_eq!(inner("'a\""), None);
    }
}
