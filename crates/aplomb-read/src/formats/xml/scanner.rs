use aplomb_model::{Comment, Node, Phrase, Span};

use crate::ReadError;
use crate::piece::{Piece, character, quoted};

/// Reads XML from left to right. The prolog and the elements each have a file of methods.
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) comments: Vec<Comment>,
    pub(super) instructions: Vec<Node>,
}

/// An attribute as it is written: its name, and what stands between the quotes.
pub(super) struct Attribute<'a> {
    pub(super) name: Piece<'a>,
    pub(super) value: Piece<'a>,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        Self { text, bytes, at: 0, comments: Vec::new(), instructions: Vec::new() }
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    pub(super) fn starts_with(&self, token: &str) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(token.as_bytes()))
    }

    /// Takes a token if it is next.
    pub(super) fn takes(&mut self, token: &str) -> bool {
        let found = self.starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    /// What stands from `start` to here.
    pub(super) fn piece(&self, start: usize) -> Piece<'a> {
        Piece::whole(self.text).until(self.at).from(start)
    }

    /// Steps over blanks; says whether there were any.
    pub(super) fn skip_blanks(&mut self) -> bool {
        let start = self.at;
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
        self.at > start
    }

    /// Blanks, comments and instructions.
    pub(super) fn skip_misc(&mut self) -> Result<(), ReadError> {
        loop {
            self.skip_blanks();
            if self.starts_with("<!--") {
                self.comment()?;
            } else if self.starts_with("<?") {
                self.instruction()?;
            } else {
                return Ok(());
            }
        }
    }

    /// The bytes before the first that is one of those wanted.
    #[inline]
    pub(super) fn run(&mut self, is_wanted: impl Fn(u8) -> bool) -> Piece<'a> {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        self.at += rest.iter().position(|&byte| is_wanted(byte)).unwrap_or(rest.len());
        self.piece(start)
    }

    /// What stands before `end`, which is taken; `None`, and nothing taken, where the file ends
    /// first.
    pub(super) fn until(&mut self, end: &str) -> Option<Piece<'a>> {
        let start = self.at;
        let width = self.text.get(start..)?.find(end)?;
        self.at += width;
        let piece = self.piece(start);
        self.at += end.len();
        Some(piece)
    }

    /// A name, with its prefix.
    #[inline]
    pub(super) fn name(&mut self) -> Option<Piece<'a>> {
        let start = self.at;
        let rest = self.text.get(start..)?;
        let is_end =
            |byte: &u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b':' | b'_' | b'-' | b'.');
        let mut width = rest.bytes().position(|byte| is_end(&byte)).unwrap_or(rest.len());
        if rest.as_bytes().get(width).is_some_and(|byte| !byte.is_ascii()) {
            width = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        }
        let begins = rest.chars().next().is_some_and(is_name_start);
        if !begins {
            return None;
        }
        self.at += width;
        Some(self.piece(start))
    }

    /// An attribute, from its name.
    pub(super) fn attribute(&mut self) -> Result<Attribute<'a>, ReadError> {
        let Some(name) = self.name() else {
            return Err(self.wrong(
                "the name of an attribute or the end of the tag was expected here",
                "le nom d'un attribut ou la fin de la balise était attendu ici",
            ));
        };
        self.skip_blanks();
        if !self.takes("=") {
            return Err(self.wrong(
                "`=` and a value in quotes were expected here, after the attribute's name",
                "« = » et une valeur entre guillemets étaient attendus ici, après le nom de l'attribut",
            ));
        }
        self.skip_blanks();
        let value = self.literal()?;
        Ok(Attribute { name, value })
    }

    /// What stands between two equal quotes.
    pub(super) fn literal(&mut self) -> Result<Piece<'a>, ReadError> {
        let opening = self.at;
        let Some(quote @ (b'"' | b'\'')) = self.peek() else {
            return Err(self.wrong(
                "a value in quotes was expected here",
                "une valeur entre guillemets était attendue ici",
            ));
        };
        self.at += 1;
        let value = self.run(|byte| byte == quote);
        if self.peek().is_none() {
            self.at = opening;
            return Err(self.wrong(
                "this quote is never closed; add the missing quote",
                "ce guillemet n'est jamais fermé ; ajouter le guillemet manquant",
            ));
        }
        self.at += 1;
        Ok(value)
    }

    /// A comment, from its `<!--`.
    pub(super) fn comment(&mut self) -> Result<(), ReadError> {
        let opening = self.at;
        self.at += "<!--".len();
        let Some(content) = self.until("--") else {
            self.at = opening;
            return Err(self.wrong(
                "this comment is never closed; add `-->` where it ends",
                "ce commentaire n'est jamais fermé ; ajouter « --> » là où il se termine",
            ));
        };
        if !self.takes(">") {
            self.at -= "--".len();
            return Err(self.wrong(
                "`--` may not stand inside a comment; remove it, or end the comment with `-->`",
                "« -- » ne peut figurer dans un commentaire ; l'enlever, ou terminer par « --> »",
            ));
        }
        self.comments.push(Comment { span: content.span() });
        Ok(())
    }

    pub(super) fn wrong(&self, en: &str, fr: &str) -> ReadError {
        self.problem(Phrase::new(en, fr))
    }

    pub(super) fn problem(&self, message: Phrase) -> ReadError {
        ReadError::syntax(character(self.text, self.at), message)
    }

    /// What began at a place and never ends.
    pub(super) fn never_closed(span: Span, what: &str, end: &str) -> ReadError {
        let what = quoted(what);
        let end = quoted(end);
        ReadError::syntax(
            span,
            Phrase::new(
                format!("`{what}` is never closed: `{end}` is missing, or the file is truncated"),
                format!(
                    "« {what} » n'est jamais fermé : « {end} » manque, ou le fichier est tronqué"
                ),
            ),
        )
    }
}

/// Whether a name may begin with a character.
const fn is_name_start(c: char) -> bool {
    matches!(c,
        ':' | 'A'..='Z' | '_' | 'a'..='z'
        | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
        | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}'
        | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

/// Whether a character may stand in a name.
const fn is_name(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}
