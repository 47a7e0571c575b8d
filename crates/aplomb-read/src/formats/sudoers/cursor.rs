use std::net::Ipv6Addr;

use aplomb_model::{Comment, Node, Phrase, Span};

use crate::piece::{Piece, character, quoted};
use crate::problems::unclosed_quote;

/// What is wrong in a line, and where.
pub(super) type Wrong = (Span, Phrase);

/// One member of a list: who, where, or what.
#[derive(Clone)]
pub(super) struct Item {
    /// Whether an odd number of `!` stands before it.
    pub(super) negated: bool,
    /// What it says, without `!`, quotes and backslashes.
    pub(super) text: String,
    pub(super) span: Span,
    /// Whether it is a bare word, as the name of an alias is.
    pub(super) bare: bool,
}

impl Item {
    pub(super) fn node(&self) -> Node {
        let mark = if self.negated { "!" } else { "" };
        Node::text(self.span, format!("{mark}{}", self.text))
    }

    /// Whether it is written as the name of an alias is. `ALL` is none.
    pub(super) fn may_be_alias(&self) -> bool {
        let word = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let begins = self.text.starts_with(|c: char| c.is_ascii_uppercase());
        self.bare && begins && self.text.chars().all(word) && self.text != "ALL"
    }
}

/// Goes through a policy, line by line, where a backslash at the end of a line joins the next.
pub(super) struct Cursor<'a> {
    text: &'a str,
    rest: Piece<'a>,
    comments: Vec<Comment>,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, rest: Piece::whole(text), comments: Vec::new() }
    }

    /// Goes to a piece of the text, which is read to its end.
    pub(super) const fn enter(&mut self, piece: Piece<'a>) {
        self.rest = piece;
    }

    pub(super) fn into_comments(self) -> Vec<Comment> {
        self.comments
    }

    /// Goes to the next line that says something.
    pub(super) fn next_line(&mut self) -> bool {
        loop {
            self.blanks();
            if self.rest.is_empty() {
                return false;
            }
            let after = self.rest.trim_line_end();
            if after.start() == self.rest.start() {
                return true;
            }
            self.rest = after;
        }
    }

    /// Goes to the end of this line and of those joined to it.
    pub(super) fn skip_line(&mut self) {
        loop {
            let line = self.rest.lines().next().unwrap_or(self.rest);
            self.rest = self.rest.from(line.text().len());
            if !line.text().ends_with('\\') || self.rest.is_empty() {
                return;
            }
            self.rest = self.rest.trim_line_end();
        }
    }

    /// The next character of this line that is no blank.
    pub(super) fn peek(&mut self) -> Option<char> {
        self.blanks();
        let next = self.rest.text().chars().next();
        next.filter(|c| !matches!(c, '\r' | '\n'))
    }

    pub(super) fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.rest = self.rest.from(wanted.len_utf8());
        }
        found
    }

    /// Takes a keyword that a blank or a sign follows.
    pub(super) fn eat_keyword(&mut self, keyword: &str) -> bool {
        let Some(after) = self.rest.text().strip_prefix(keyword) else { return false };
        let goes_on = after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'));
        if !goes_on {
            self.rest = self.rest.from(keyword.len());
        }
        !goes_on
    }

    pub(super) fn expect(&mut self, wanted: char, after: &Item) -> Result<(), Wrong> {
        if self.eat(wanted) {
            return Ok(());
        }
        Err((self.here(), expected(wanted, &after.text)))
    }

    /// Takes the sign that closes what was opened.
    pub(super) fn close(&mut self, sign: char) -> Result<(), Wrong> {
        if self.eat(sign) {
            return Ok(());
        }
        Err((self.here(), unclosed(sign)))
    }

    /// Whether the line goes on with `text`, after blanks.
    pub(super) fn goes_on_with(&mut self, text: &str) -> bool {
        self.blanks();
        self.rest.text().starts_with(text)
    }

    /// The name of a setting, with the `!` before it.
    pub(super) fn parameter(&mut self) -> Result<Item, Wrong> {
        let (negated, _) = self.negation();
        self.blanks();
        let text = self.rest.text();
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (name, rest) = self.rest.split_at(end.unwrap_or(text.len()));
        if name.is_empty() {
            return Err((self.here(), no_item()));
        }
        self.rest = rest;
        Ok(Item { negated, text: name.text().to_owned(), span: name.span(), bare: true })
    }

    /// Refuses what is left of the line.
    pub(super) fn end(&mut self) -> Result<(), Wrong> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err((self.here(), unexpected(self.rest.text().lines().next()))),
        }
    }

    /// The next character, or the end of the line.
    pub(super) fn here(&mut self) -> Span {
        match self.peek() {
            Some(_) => character(self.text, self.rest.start()),
            None => self.point(),
        }
    }

    /// The point where the cursor stands.
    pub(super) fn point(&self) -> Span {
        self.rest.until(0).span()
    }

    /// Items with commas between them.
    pub(super) fn separated(
        &mut self,
        item: impl Fn(&mut Self) -> Result<Item, Wrong>,
    ) -> Result<Vec<Item>, Wrong> {
        let mut items = vec![item(self)?];
        while self.eat(',') {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// A user, a group, a host, an address or an alias.
    pub(super) fn name(&mut self) -> Result<Item, Wrong> {
        let (negated, start) = self.negation();
        if self.peek() == Some('"') {
            let (text, inner) = self.quoted()?;
            let span = if negated { start.cover(inner) } else { inner };
            return Ok(Item { negated, text, span, bare: false });
        }
        let (text, span) = match self.address() {
            Some(address) => (address.text().to_owned(), address.span()),
            None => self.word("#>!=:,()\"", true),
        };
        if text.is_empty() {
            return Err((self.here(), no_item()));
        }
        let bare = span.len() as usize == text.len();
        let span = if negated { start.cover(span) } else { span };
        Ok(Item { negated, text, span, bare })
    }

    /// A command with its digests and arguments, or an alias.
    pub(super) fn command(&mut self) -> Result<Item, Wrong> {
        let mut command = self.program()?;
        if command.text.ends_with('/') || command.bare {
            return Ok(command);
        }
        while let Some(next) = self.peek().filter(|c| !matches!(c, ',' | ':')) {
            let (argument, at) = if next == '^' { self.pattern() } else { self.word(",:#", false) };
            if argument.is_empty() {
                break;
            }
            command.text.push(' ');
            command.text.push_str(&argument);
            command.span = command.span.cover(at);
        }
        Ok(command)
    }

    /// A command with its digests but without arguments, or an alias.
    pub(super) fn program(&mut self) -> Result<Item, Wrong> {
        let mut text = String::new();
        let mut start = self.digests(&mut text);
        let (negated, sign) = self.negation();
        if text.is_empty() {
            start = sign;
        }
        let (name, span) =
            if self.peek() == Some('^') { self.pattern() } else { self.word(",:=#()\"!", false) };
        let word = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        let known = name.starts_with(['/', '^']) || matches!(&*name, "sudoedit" | "list") || word;
        if name.is_empty() {
            return Err((self.here(), no_item()));
        }
        if !known {
            return Err((span, no_command(&name)));
        }
        let span = if negated || !text.is_empty() { start.cover(span) } else { span };
        text.push_str(&name);
        Ok(Item { negated, text, span, bare: word })
    }

    /// A capital word and the sign after it: a tag (`NOPASSWD:`) or an option (`CWD=`).
    pub(super) fn prefix(&mut self, sign: char, known: &[&'static str]) -> Option<Piece<'a>> {
        self.blanks();
        let text = self.rest.text();
        let end = text.find(|c: char| !c.is_ascii_uppercase() && c != '_')?;
        let (word, after) = self.rest.split_at(end);
        let after =
            after.from(after.text().len() - after.text().trim_start_matches([' ', '\t']).len());
        let rest = after.strip_prefix(sign).filter(|_| known.contains(&word.text()))?;
        self.rest = rest;
        Some(word)
    }

    /// The path of an included file, in quotes or not.
    pub(super) fn path(&mut self) -> Result<Node, Wrong> {
        self.value("#").map(|(text, span)| Node::text(span, text))
    }

    /// A value in quotes, or up to a blank or one of `stops`.
    pub(super) fn value(&mut self, stops: &str) -> Result<(String, Span), Wrong> {
        if self.peek() == Some('"') {
            return self.quoted();
        }
        let (text, span) = self.word(stops, false);
        if text.is_empty() {
            return Err((self.here(), no_item()));
        }
        Ok((text, span))
    }

    /// Skips blanks, joined line ends and a comment.
    fn blanks(&mut self) {
        loop {
            let text = self.rest.text();
            let trimmed = text.trim_start_matches([' ', '\t', '\u{b}', '\u{c}']);
            self.rest = self.rest.from(text.len() - trimmed.len());
            let joined = self.rest.strip_prefix('\\').filter(|after| is_line_end(after.text()));
            if let Some(after) = joined {
                self.rest = after.trim_line_end();
                continue;
            }
            if let Some(comment) = self.rest.strip_prefix('#')
                && !is_number(comment.text())
                && !is_include(comment.text())
            {
                let comment = comment.lines().next().unwrap_or(comment);
                self.comments.push(Comment { span: comment.span() });
                self.rest = self.rest.from(comment.end() - self.rest.start());
            }
            return;
        }
    }

    /// Any number of `!`, and where the first stands.
    fn negation(&mut self) -> (bool, Span) {
        let start = self.here();
        let mut negated = false;
        while self.eat('!') {
            negated = !negated;
        }
        (negated, start)
    }

    /// A word up to a blank or one of `stops`, its backslashes resolved.
    fn word(&mut self, stops: &str, of_user: bool) -> (String, Span) {
        self.blanks();
        let mut out = String::new();
        let mut end = self.rest.text().len();
        let mut characters = self.rest.text().char_indices();
        while let Some((at, character)) = characters.next() {
            // `#0` is a user by number, `%:name` a group of another directory.
            let sign = of_user
                && match character {
                    '#' => matches!(&*out, "" | "%" | "%:"),
                    ':' => out == "%",
                    _ => false,
                };
            if character == '\\' {
                match characters.next() {
                    Some((_, '\r' | '\n')) | None => {
                        end = at;
                        break;
                    }
                    Some((_, next)) if " \t,:=#\\\"@!()%".contains(next) => out.push(next),
                    Some((_, next)) => out.extend(['\\', next]),
                }
            } else if character.is_whitespace() || (stops.contains(character) && !sign) {
                end = at;
                break;
            } else {
                out.push(character);
            }
        }
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (out, word.span())
    }

    /// A regular expression from `^` to the `$` that ends it; up to the line's end without one.
    fn pattern(&mut self) -> (String, Span) {
        let text = self.rest.text();
        let ends = |(at, sign): &(usize, &str)| {
            let after = text.get(at + 1..).unwrap_or_default();
            *sign == "\n"
                || after.is_empty()
                || after.starts_with([' ', '\t', ',', ':', '\\', '\r', '\n'])
        };
        let found = text.match_indices(['$', '\n']).find(ends);
        let end = found.map_or(text.len(), |(at, sign)| at + usize::from(sign == "$"));
        let (pattern, rest) = self.rest.split_at(end);
        self.rest = rest;
        (pattern.text().to_owned(), pattern.span())
    }

    /// What stands between double quotes, line ends joined.
    fn quoted(&mut self) -> Result<(String, Span), Wrong> {
        let inner = self.rest.from(1);
        let mut out = String::new();
        let mut characters = inner.text().char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    let (value, rest) = inner.split_at(at);
                    self.rest = rest.from(1);
                    return Ok((out, value.span()));
                }
                '\\' => match characters.next().map(|(_, next)| next) {
                    Some('\r') if characters.next_if(|(_, c)| *c == '\n').is_some() => {}
                    Some('\n') | None => {}
                    Some(next @ '"') => out.push(next),
                    Some(next) => out.extend(['\\', next]),
                },
                '\n' => break,
                _ => out.push(character),
            }
        }
        Err((character(self.text, self.rest.start()), unclosed_quote()))
    }

    /// `sha256:…, sha512:…` before a command, as written, a blank after each.
    fn digests(&mut self, out: &mut String) -> Span {
        let start = self.here();
        let kinds = ["sha224", "sha256", "sha384", "sha512"];
        loop {
            self.blanks();
            let (kind, after) = self.rest.split_at(6);
            let Some(after) = after.trim_start().strip_prefix(':') else { return start };
            if !kinds.contains(&kind.text()) {
                return start;
            }
            self.rest = after;
            let (digest, _) = self.word(",:#", false);
            out.push_str(kind.text());
            out.push(':');
            out.push_str(&digest);
            out.push(' ');
            self.eat(',');
        }
    }

    /// An IPv6 address, whose colons part nothing.
    fn address(&mut self) -> Option<Piece<'a>> {
        let text = self.rest.text();
        let within = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.' | '/');
        let (word, rest) = self.rest.split_at(text.find(|c| !within(c)).unwrap_or(text.len()));
        let address = word.text().split('/').next().unwrap_or_default();
        address.parse::<Ipv6Addr>().ok()?;
        self.rest = rest;
        Some(word)
    }
}

/// Whether what follows a `#` makes it the number of a user.
fn is_number(text: &str) -> bool {
    text.strip_prefix('-').unwrap_or(text).starts_with(|c: char| c.is_ascii_digit())
}

/// Whether what follows a `#` makes it an include.
fn is_include(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(text.len());
    let (word, after) = text.split_at(end);
    matches!(word, "include" | "includedir") && after.starts_with([' ', '\t', '"'])
}

fn is_line_end(text: &str) -> bool {
    text.is_empty() || text.starts_with(['\n', '\r'])
}

fn expected(wanted: char, after: &str) -> Phrase {
    let after = quoted(after);
    Phrase::new(
        format!("`{wanted}` must stand here, after `{after}`, and sudo refuses the line; add it"),
        format!("« {wanted} » doit suivre « {after} » ici, et sudo refuse la ligne ; l'ajouter"),
    )
}

fn unclosed(sign: char) -> Phrase {
    Phrase::new(
        format!("`{sign}` is missing here, and sudo refuses the line; add it"),
        format!("« {sign} » manque ici, et sudo refuse la ligne ; l'ajouter"),
    )
}

fn unexpected(text: Option<&str>) -> Phrase {
    let text = quoted(text.unwrap_or_default());
    Phrase::new(
        format!("sudo does not understand `{text}` here; put commas between items, or remove it"),
        format!(
            "sudo ne comprend pas « {text} » ici ; séparer les éléments par des virgules, ou l'enlever"
        ),
    )
}

fn no_item() -> Phrase {
    Phrase::new(
        "something is missing here, and sudo refuses the line; complete it",
        "il manque quelque chose ici, et sudo refuse la ligne ; la compléter",
    )
}

fn no_command(name: &str) -> Phrase {
    let name = quoted(name);
    Phrase::new(
        format!("`{name}` is no command; write a path that begins with `/`, `ALL` or an alias"),
        format!("« {name} » n'est pas une commande ; écrire un chemin absolu, « ALL » ou un alias"),
    )
}
