use aplomb_model::{Node, Phrase, Span};

use super::scanner::{Attribute, Scanner};
use crate::ReadError;
use crate::piece::{Piece, map, named, null};

impl<'a> Scanner<'a> {
    /// The XML declaration, if the file begins with one.
    pub(super) fn declaration(&mut self) -> Result<Option<Node>, ReadError> {
        let rest = self.text.strip_prefix("<?xml").unwrap_or_default();
        if !rest.starts_with([' ', '\t', '\n', '\r']) {
            return Ok(None);
        }
        self.at = "<?xml".len();
        let mut attributes = Vec::new();
        while self.skip_blanks() && !self.starts_with("?>") {
            attributes.push(self.attribute()?);
        }
        if !self.takes("?>") {
            return Err(self.wrong(
                "`?>` was expected here: the XML declaration ends with it",
                "« ?> » était attendu ici : la déclaration XML se termine ainsi",
            ));
        }
        let span = self.piece(0).span();
        let mut members = Vec::new();
        let mut written = attributes.into_iter().peekable();
        for name in ["version", "encoding", "standalone"] {
            let value = written.next_if(|attribute| attribute.name.text() == name);
            let value = value.map(|Attribute { value, .. }| value);
            if !value.map_or(name != "version", |value| is_allowed(name, value.text())) {
                let span = value.map_or(span, Piece::span);
                return Err(ReadError::syntax(span, wrong_declaration()));
            }
            members.push(named(name, value.map_or(null(0), Piece::node)));
        }
        match written.next() {
            Some(attribute) => Err(ReadError::syntax(attribute.name.span(), wrong_declaration())),
            None => Ok(Some(map(span, members))),
        }
    }

    /// What stands between the declaration and the first element; the document type, if any.
    pub(super) fn before_the_root(&mut self) -> Result<Option<Node>, ReadError> {
        let mut doctype = None;
        self.skip_misc()?;
        if self.starts_with("<!DOCTYPE") {
            doctype = Some(self.doctype()?);
            self.skip_misc()?;
        }
        match self.peek() {
            Some(b'<') => Ok(doctype),
            None => Err(self.wrong(
                "the file ends before its first element: it is empty or truncated",
                "le fichier se termine avant son premier élément : il est vide ou tronqué",
            )),
            Some(_) => Err(self.wrong(
                "an element was expected here; text stands inside elements only",
                "un élément était attendu ici ; du texte ne figure que dans un élément",
            )),
        }
    }

    /// What may follow the root element.
    pub(super) fn after_the_root(&mut self) -> Result<(), ReadError> {
        self.skip_misc()?;
        match self.peek() {
            None => Ok(()),
            Some(b'<') => Err(self.wrong(
                "the document ended before this; a file has one root element",
                "le document se termine avant ceci ; un fichier a un seul élément racine",
            )),
            Some(_) => Err(self.wrong(
                "text after the root element; it must stand inside it",
                "du texte après l'élément racine ; il doit figurer dedans",
            )),
        }
    }

    /// A processing instruction, from its `<?`.
    pub(super) fn instruction(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        let node = self.unlisted_instruction()?;
        let span = self.piece(start).span();
        self.instructions.push(map(span, node.into()));
        Ok(())
    }

    fn unlisted_instruction(&mut self) -> Result<[aplomb_model::Member; 2], ReadError> {
        let opening = self.at;
        self.at += "<?".len();
        let Some(target) = self.name() else {
            return Err(self.wrong(
                "the name of an instruction was expected here, after `<?`",
                "le nom d'une instruction était attendu ici, après « <? »",
            ));
        };
        if target.text().eq_ignore_ascii_case("xml") {
            return Err(ReadError::syntax(target.span(), misplaced_declaration()));
        }
        let blanks = self.skip_blanks();
        if !blanks && !self.starts_with("?>") {
            return Err(self.wrong(
                "a blank or `?>` was expected here, after the name of the instruction",
                "un blanc ou « ?> » était attendu ici, après le nom de l'instruction",
            ));
        }
        let Some(data) = self.until("?>") else {
            let span = Span::from_range(opening..target.end());
            return Err(Self::never_closed(span, "<?", "?>"));
        };
        Ok([named("target", target.node()), named("data", data.node())])
    }

    /// The document type, from its `<!DOCTYPE`. What it declares is stepped over.
    fn doctype(&mut self) -> Result<Node, ReadError> {
        let opening = self.at;
        self.at += "<!DOCTYPE".len();
        let blanks = self.skip_blanks();
        let Some(name) = self.name().filter(|_| blanks) else {
            return Err(self.wrong(
                "the name of the root element was expected here, after `<!DOCTYPE`",
                "le nom de l'élément racine était attendu ici, après « <!DOCTYPE »",
            ));
        };
        self.skip_blanks();
        let mut public = null(name.end());
        let mut system = null(name.end());
        let is_public = self.takes("PUBLIC");
        if is_public {
            self.skip_blanks();
            public = self.literal()?.node();
        }
        if is_public || self.takes("SYSTEM") {
            self.skip_blanks();
            system = self.literal()?.node();
            self.skip_blanks();
        }
        let subset = if self.takes("[") { self.subset(opening)?.node() } else { null(name.end()) };
        self.skip_blanks();
        if !self.takes(">") {
            return Err(self.wrong(
                "`>` was expected here: the document type ends with it",
                "« > » était attendu ici : le type de document se termine ainsi",
            ));
        }
        let members = vec![
            named("name", name.node()),
            named("public", public),
            named("system", system),
            named("subset", subset),
        ];
        Ok(map(self.piece(opening).span(), members))
    }

    /// What a document type declares in place, up to its `]`, which is taken.
    fn subset(&mut self, opening: usize) -> Result<Piece<'a>, ReadError> {
        let start = self.at;
        loop {
            self.skip_blanks();
            if self.starts_with("]") {
                let subset = self.piece(start);
                self.at += 1;
                return Ok(subset);
            }
            if self.starts_with("<!--") {
                self.comment()?;
            } else if self.starts_with("<?") {
                self.unlisted_instruction()?;
            } else if ["<!ELEMENT", "<!ATTLIST", "<!ENTITY", "<!NOTATION"]
                .iter()
                .any(|word| self.takes(word))
            {
                self.markup_declaration()?;
            } else if self.takes("%") {
                if self.name().is_none() || !self.takes(";") {
                    return Err(self.wrong(
                        "a name and `;` were expected here, after `%`",
                        "un nom et « ; » étaient attendus ici, après « % »",
                    ));
                }
            } else if self.peek().is_none() {
                let span = Span::from_range(opening..opening + "<!DOCTYPE".len());
                return Err(Self::never_closed(span, "<!DOCTYPE", "]>"));
            } else {
                return Err(self.wrong(
                    "a declaration (`<!ELEMENT`, `<!ATTLIST`, `<!ENTITY`, `<!NOTATION`) or `]` was expected here",
                    "une déclaration (`<!ELEMENT`, `<!ATTLIST`, `<!ENTITY`, `<!NOTATION`) ou « ] » était attendue ici",
                ));
            }
        }
    }

    /// The rest of a declaration in a document type, which is not looked into.
    fn markup_declaration(&mut self) -> Result<(), ReadError> {
        loop {
            self.run(|byte| matches!(byte, b'>' | b'<' | b'"' | b'\''));
            match self.peek() {
                Some(b'>') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'"' | b'\'') => {
                    self.literal()?;
                }
                _ => {
                    return Err(self.wrong(
                        "`>` was expected before this: the declaration is not closed",
                        "« > » était attendu avant ceci : la déclaration n'est pas fermée",
                    ));
                }
            }
        }
    }
}

/// Whether a part of the XML declaration may have a value.
fn is_allowed(name: &str, value: &str) -> bool {
    match name {
        "version" => value.strip_prefix("1.").is_some_and(|minor| {
            !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit())
        }),
        "encoding" => {
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
            value.starts_with(|c: char| c.is_ascii_alphabetic()) && value.chars().all(is_part)
        }
        _ => matches!(value, "yes" | "no"),
    }
}

fn wrong_declaration() -> Phrase {
    Phrase::new(
        "the XML declaration reads `<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>`, in this order, the last two left out if need be",
        "la déclaration XML s'écrit `<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>`, dans cet ordre, les deux derniers facultatifs",
    )
}

fn misplaced_declaration() -> Phrase {
    Phrase::new(
        "the XML declaration stands at the very start of a file only; remove what is before it",
        "la déclaration XML ne figure qu'au tout début d'un fichier ; enlever ce qui la précède",
    )
}
