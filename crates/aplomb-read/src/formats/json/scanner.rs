use aplomb_model::{Comment, Phrase, Span, Value};

use super::{float, integer};
use crate::piece::{character, line_number};
use crate::{Limits, ReadError, ReadErrorKind};

/// The key whose value is being read.
pub(super) struct Key {
    pub(super) text: Box<str>,
    pub(super) span: Span,
}

/// Reads JSON from left to right.
pub(super) struct Scanner<'a, const COMMENTS: bool> {
    text: &'a str,
    bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) comments: Vec<Comment>,
}

impl<'a, const COMMENTS: bool> Scanner<'a, COMMENTS> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, comments: Vec::new() }
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    pub(super) fn span(&self, start: usize) -> Span {
        Span::from_range(start..self.at)
    }

    #[inline]
    pub(super) fn skip_blanks(&mut self) -> Result<(), ReadError> {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(b'/') if COMMENTS => self.comment()?,
                _ => return Ok(()),
            }
        }
    }

    /// A comment, from its slash: to the end of the line, or between `/*` and `*/`.
    fn comment(&mut self) -> Result<(), ReadError> {
        let start = self.at + 2;
        let rest = self.text.get(start..).unwrap_or_default();
        let (width, end) = match self.bytes.get(self.at + 1) {
            Some(b'/') => (rest.find(['\n', '\r']).unwrap_or(rest.len()), 0),
            Some(b'*') => match rest.find("*/") {
                Some(width) => (width, 2),
                None => {
                    return Err(self.wrong(
                        "this comment is never closed; add `*/` where it ends",
                        "ce commentaire n'est jamais fermé ; ajouter « */ » là où il se termine",
                    ));
                }
            },
            _ => {
                return Err(self.wrong(
                    "a comment begins with `//` or `/*`",
                    "un commentaire commence par « // » ou « /* »",
                ));
            }
        };
        self.at = start + width + end;
        self.comments.push(Comment { span: Span::from_range(start..start + width) });
        Ok(())
    }

    /// Steps into a container from its bracket.
    pub(super) fn enter(&mut self, depth: usize, limits: &Limits) -> Result<(), ReadError> {
        if depth >= limits.depth {
            return Err(self.too_deep(limits.depth));
        }
        self.at += 1;
        self.skip_blanks()
    }

    /// A key and its colon.
    pub(super) fn key(&mut self) -> Result<Key, ReadError> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.wrong(
                "a key in double quotes was expected here",
                "une clé entre guillemets doubles était attendue ici",
            ));
        }
        let text = self.string()?;
        let span = self.span(start);
        self.skip_blanks()?;
        if self.peek() != Some(b':') {
            return Err(self.wrong(
                "`:` was expected here, after the key",
                "« : » était attendu ici, après la clé",
            ));
        }
        self.at += 1;
        Ok(Key { text, span })
    }

    /// A string, from its opening quote.
    pub(super) fn string(&mut self) -> Result<Box<str>, ReadError> {
        let opening = self.at;
        let start = opening + 1;
        self.at = plain_run(self.bytes, start);
        if self.peek() == Some(b'"') {
            let text = self.text.get(start..self.at).unwrap_or_default();
            self.at += 1;
            return Ok(text.into());
        }
        let mut text = String::new();
        let mut run = start;
        loop {
            text.push_str(self.text.get(run..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text.into());
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => {
                    return Err(self.wrong(
                        "a control character inside a string; write it as an escape such as `\\n`",
                        "un caractère de contrôle dans une chaîne ; l'écrire en échappement, comme `\\n`",
                    ));
                }
                None => {
                    self.at = opening;
                    return Err(self
                        .wrong("this string is never closed", "cette chaîne n'est jamais fermée"));
                }
            }
            run = self.at;
            self.at = plain_run(self.bytes, run);
        }
    }

    /// An escape, from its backslash.
    fn escape(&mut self) -> Result<char, ReadError> {
        let character = match self.bytes.get(self.at + 1) {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => {
                return Err(self.wrong(
                    "JSON knows no such escape; a backslash itself is written `\\\\`",
                    "JSON ne connaît pas cet échappement ; la barre oblique inverse s'écrit `\\\\`",
                ));
            }
        };
        self.at += 2;
        Ok(character)
    }

    fn unicode_escape(&mut self) -> Result<char, ReadError> {
        let unit = |at: usize| {
            let digits = self.bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
            digits
                .iter()
                .try_fold(0_u32, |value, &digit| Some(value * 16 + char::from(digit).to_digit(16)?))
        };
        let Some(first) = unit(self.at) else {
            return Err(self.wrong(
                "`\\u` needs four hexadecimal digits",
                "`\\u` demande quatre chiffres hexadécimaux",
            ));
        };
        if let Some(character) = char::from_u32(first) {
            self.at += 6;
            return Ok(character);
        }
        let pair = match (first, unit(self.at + 6)) {
            (0xd800..0xdc00, Some(second @ 0xdc00..0xe000)) => {
                char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00))
            }
            _ => None,
        };
        let Some(character) = pair else {
            return Err(self.wrong(
                "half of a surrogate pair: this escape stands for no character",
                "moitié d'une paire de substitution : cet échappement ne désigne aucun caractère",
            ));
        };
        self.at += 12;
        Ok(character)
    }

    /// A number, from its sign or first digit.
    #[inline]
    pub(super) fn number(&mut self) -> Result<Value, ReadError> {
        let start = self.at;
        let negative = self.peek() == Some(b'-');
        self.at += usize::from(negative);
        let first = self.at;
        let mut small = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            small = small.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        let digits = self.at - first;
        if digits == 0 {
            return Err(self.wrong("a digit was expected here", "un chiffre était attendu ici"));
        }
        if digits > 1 && self.bytes.get(first) == Some(&b'0') {
            self.at = first;
            return Err(self
                .wrong("a number may not begin with 0", "un nombre ne peut pas commencer par 0"));
        }
        if matches!(self.peek(), Some(b'.' | b'e' | b'E')) {
            return self.fraction(start);
        }
        // Eighteen digits fit any 64-bit integer; only longer ones need looking at.
        if digits <= 18 {
            let value = small.cast_signed();
            return Ok(Value::Int(if negative { -value } else { value }));
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        Ok(integer(text))
    }

    /// The rest of a number that has a fraction or an exponent.
    fn fraction(&mut self, start: usize) -> Result<Value, ReadError> {
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(float(self.text.get(start..self.at).unwrap_or_default()))
    }

    fn digits(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.wrong("a digit was expected here", "un chiffre était attendu ici"));
        }
        Ok(())
    }

    pub(super) fn word(&mut self) -> Result<Value, ReadError> {
        let words =
            [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)];
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        for (word, value) in words {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(match rest.first() {
            None => self.wrong(
                "the file ends where a value was expected: it is empty or truncated",
                "le fichier s'arrête là où une valeur était attendue : il est vide ou tronqué",
            ),
            Some(b']' | b'}') => self.wrong(
                "a value was expected here; JSON allows no comma before a closing bracket",
                "une valeur était attendue ici ; JSON n'admet pas de virgule avant une fermeture",
            ),
            Some(_) => self.wrong(
                "a JSON value was expected here: text in double quotes, a number, true, false, null, `{` or `[`",
                "une valeur JSON était attendue ici : texte entre guillemets doubles, nombre, true, false, null, « { » ou « [ »",
            ),
        })
    }

    pub(super) fn after_the_value(&self) -> ReadError {
        self.wrong(
            "the JSON value ends before this; a file holds one value",
            "la valeur JSON se termine avant ceci ; un fichier contient une seule valeur",
        )
    }

    pub(super) fn unclosed(&self, start: usize, closing: char) -> ReadError {
        let line = line_number(self.text, start);
        self.problem(Phrase::new(
            format!("`,` or `{closing}` was expected here; it would close line {line}"),
            format!("« , » ou « {closing} » était attendu ici, pour fermer la ligne {line}"),
        ))
    }

    fn too_deep(&self, depth: usize) -> ReadError {
        ReadError::at(
            ReadErrorKind::Limit,
            character(self.text, self.at),
            Phrase::new(
                format!("nested deeper than {depth} levels; flatten the data"),
                format!("plus de {depth} niveaux d'imbrication ; aplatir les données"),
            ),
        )
    }

    fn wrong(&self, en: &str, fr: &str) -> ReadError {
        self.problem(Phrase::new(en, fr))
    }

    fn problem(&self, message: Phrase) -> ReadError {
        ReadError::syntax(character(self.text, self.at), message)
    }
}

/// The end of the bytes from `at` that stand for themselves in a string: up to a quote, a
/// backslash or a control character. Eight at a time; the usual trick with borrows marks every
/// byte that is wanted, and possibly some above it, so the lowest mark is right.
#[inline]
fn plain_run(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let zero_where = |pattern: u64| pattern.wrapping_sub(ONES) & !pattern;
        let quote = zero_where(word ^ (ONES * u64::from(b'"')));
        let backslash = zero_where(word ^ (ONES * u64::from(b'\\')));
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let marks = (quote | backslash | control) & HIGH;
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let end = rest.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\');
    at + end.unwrap_or(rest.len())
}
