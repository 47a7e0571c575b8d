use aplomb_model::{Member, Node, Phrase, Span, Value};

use super::parser::Parser;
use crate::ReadError;
use crate::formats::json::{float, integer};
use crate::piece::map;

impl Parser<'_> {
    /// One expression: a constant as its value, tuples and objects as lists and maps of what
    /// stands in them, anything else as its text.
    pub(super) fn expression(&mut self) -> Result<Node, ReadError> {
        let (start, mark) = (self.at, self.unsettled.len());
        let mut value = self.operand()?;
        let mut is_operation = false;
        loop {
            self.skip_blanks();
            if self.takes(b'?') {
                self.skip_blanks();
                self.deeper(Self::expression)?;
                self.skip_blanks();
                if !self.takes(b':') {
                    return Err(self.wrong(
                        "`:` and the value for the other case were expected here",
                        "« : » et la valeur de l'autre cas étaient attendus ici",
                    ));
                }
            } else if let Some(width) = self.operator()? {
                self.take(width);
            } else {
                break;
            }
            is_operation = true;
            self.skip_blanks();
            self.operand()?;
        }
        if is_operation {
            value = self.unsettled(start, mark);
        }
        Ok(value)
    }

    /// How wide the operator between two operands is that comes next, if one does.
    fn operator(&self) -> Result<Option<usize>, ReadError> {
        let (Some(first), second) = (self.peek(), self.ahead(1)) else { return Ok(None) };
        Ok(match (first, second) {
            (b'=' | b'!' | b'<' | b'>', Some(b'=')) | (b'&', Some(b'&')) | (b'|', Some(b'|')) => {
                Some(2)
            }
            (b'<' | b'>' | b'+' | b'-' | b'*' | b'/' | b'%', _) => Some(1),
            (b'&' | b'|', _) => {
                return Err(self.wrong(
                    "HCL has no such operator; write `&&` or `||`",
                    "HCL ne connaît pas cet opérateur ; écrire « && » ou « || »",
                ));
            }
            _ => None,
        })
    }

    /// A term with what stands before and after it: `-`, `!`, `.name`, `[index]`.
    fn operand(&mut self) -> Result<Node, ReadError> {
        let (start, mark) = (self.at, self.unsettled.len());
        if let Some(sign @ (b'-' | b'!')) = self.peek() {
            self.take(1);
            self.skip_blanks();
            let operand = self.deeper(Self::operand)?;
            let folded = if self.unsettled.len() == mark { fold(sign, &operand) } else { None };
            return Ok(match folded {
                Some(value) => Node::new(self.span(start), value),
                None => self.unsettled(start, mark),
            });
        }
        let term = self.term()?;
        let end = self.end;
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(b'.') if !self.starts_with(b"...") => self.step()?,
                Some(b'[') => {
                    let opening = self.at;
                    self.nested(false, |parser| parser.index(opening))?;
                }
                _ => break,
            }
        }
        Ok(if self.end == end { term } else { self.unsettled(start, mark) })
    }

    /// `.name`, `.0` or `.*`
    fn step(&mut self) -> Result<(), ReadError> {
        self.take(1);
        self.skip_blanks();
        if self.takes(b'*') || self.identifier().is_some() {
            return Ok(());
        }
        if self.digits() {
            return Ok(());
        }
        Err(self.wrong(
            "a name, a number or `*` was expected here, after the dot",
            "un nom, un nombre ou « * » était attendu ici, après le point",
        ))
    }

    /// `[value]` or `[*]`
    fn index(&mut self, opening: usize) -> Result<(), ReadError> {
        self.take(1);
        self.skip_blanks();
        if !self.takes(b'*') {
            self.expression()?;
        }
        self.close(opening, ']')
    }

    fn term(&mut self) -> Result<Node, ReadError> {
        let opening = self.at;
        match self.peek() {
            Some(b'"') => self.quoted(),
            Some(b'0'..=b'9') => self.number(),
            Some(b'(') => self.nested(false, |parser| {
                parser.take(1);
                parser.skip_blanks();
                let value = parser.expression()?;
                parser.close(opening, ')')?;
                Ok(value)
            }),
            Some(b'[') => self.nested(false, |parser| parser.tuple(opening)),
            Some(b'{') => self.nested(true, |parser| parser.object(opening)),
            Some(b'<') if self.ahead(1) == Some(b'<') => self.nested(false, Self::heredoc),
            _ => self.named_value(),
        }
    }

    fn number(&mut self) -> Result<Node, ReadError> {
        let start = self.at;
        self.digits();
        let mut is_whole = true;
        if self.peek() == Some(b'.') && self.ahead(1).is_some_and(|b| b.is_ascii_digit()) {
            is_whole = false;
            self.take(1);
            self.digits();
        }
        if let Some(b'e' | b'E') = self.peek() {
            is_whole = false;
            self.take(1);
            if let Some(b'+' | b'-') = self.peek() {
                self.take(1);
            }
            if !self.digits() {
                return Err(self.wrong(
                    "a digit was expected here; text needs double quotes",
                    "un chiffre était attendu ici ; un texte se met entre guillemets doubles",
                ));
            }
        }
        let raw = self.raw(start);
        let value = if is_whole { integer(raw) } else { float(raw) };
        Ok(Node::new(self.span(start), value))
    }

    fn digits(&mut self) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let width = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.take(width);
        width > 0
    }

    /// A keyword, a variable, or a call of a function.
    fn named_value(&mut self) -> Result<Node, ReadError> {
        let (start, mark) = (self.at, self.unsettled.len());
        let Some(name) = self.identifier() else { return Err(self.no_value()) };
        let span = self.span(start);
        self.skip_blanks();
        let mut is_call = self.peek() == Some(b'(');
        while self.starts_with(b"::") {
            is_call = true;
            self.take(2);
            if self.identifier().is_none() || !matches!(self.peek(), Some(b':' | b'(')) {
                return Err(self.wrong(
                    "a function's name and `(` were expected here",
                    "le nom d'une fonction et « ( » étaient attendus ici",
                ));
            }
        }
        if is_call {
            let opening = self.at;
            self.nested(false, |parser| parser.arguments(opening))?;
            return Ok(self.unsettled(start, mark));
        }
        Ok(match name {
            "true" => Node::new(span, Value::Bool(true)),
            "false" => Node::new(span, Value::Bool(false)),
            "null" => Node::new(span, Value::Null),
            _ => self.unsettled(start, mark),
        })
    }

    fn no_value(&self) -> ReadError {
        if self.at_line_end() {
            return self.wrong(
                "a value was expected before the end of the line; an expression goes on in a new line only inside brackets",
                "une valeur était attendue avant la fin de la ligne ; une expression ne continue à la ligne qu'entre parenthèses ou crochets",
            );
        }
        match self.peek() {
            Some(b'\'') => self.wrong(
                "HCL has no single quotes; write text in double quotes",
                "HCL ne connaît pas les guillemets simples ; mettre le texte entre guillemets doubles",
            ),
            _ => self.wrong(
                "a value was expected here: text in double quotes, a number, a name, `[`, `{` or `(`",
                "une valeur était attendue ici : texte entre guillemets doubles, nombre, nom, « [ », « { » ou « ( »",
            ),
        }
    }

    /// The arguments of a call, in parentheses.
    fn arguments(&mut self, opening: usize) -> Result<(), ReadError> {
        self.take(1);
        loop {
            self.skip_blanks();
            if self.is_last(opening, ')')? {
                return Ok(());
            }
            self.expression()?;
            self.skip_blanks();
            let spreads = self.starts_with(b"...");
            if spreads {
                self.take(3);
            }
            if spreads || !self.takes(b',') {
                return self.close(opening, ')');
            }
        }
    }

    fn tuple(&mut self, opening: usize) -> Result<Node, ReadError> {
        let mark = self.unsettled.len();
        self.take(1);
        self.skip_blanks();
        if self.takes_word("for") {
            self.for_expression(opening, ']')?;
            return Ok(self.unsettled(opening, mark));
        }
        let mut items = Vec::new();
        loop {
            self.skip_blanks();
            if self.is_last(opening, ']')? {
                break;
            }
            items.push(self.expression()?);
            self.skip_blanks();
            if !self.takes(b',') {
                self.close(opening, ']')?;
                break;
            }
        }
        Ok(Node::new(self.span(opening), Value::List(items)))
    }

    fn object(&mut self, opening: usize) -> Result<Node, ReadError> {
        let mark = self.unsettled.len();
        self.take(1);
        self.skip_lines();
        if self.takes_word("for") {
            self.nested(false, |parser| parser.for_expression(opening, '}'))?;
            return Ok(self.unsettled(opening, mark));
        }
        let mut members = Vec::new();
        loop {
            self.skip_lines();
            if self.is_last(opening, '}')? {
                break;
            }
            members.push(self.member()?);
            self.skip_blanks();
            if !self.takes(b',') && !self.at_line_end() {
                self.close(opening, '}')?;
                break;
            }
        }
        Ok(map(self.span(opening), members))
    }

    /// Takes the closing bracket if it is next; refuses the end of the file.
    fn is_last(&mut self, opening: usize, closing: char) -> Result<bool, ReadError> {
        if self.peek().is_some_and(|next| char::from(next) != closing) {
            return Ok(false);
        }
        self.close(opening, closing)?;
        Ok(true)
    }

    fn member(&mut self) -> Result<Member, ReadError> {
        let (key, key_span) = self.key()?;
        self.skip_blanks();
        if !matches!(self.peek(), Some(b'=' | b':')) {
            return Err(self.wrong(
                "`=` or `:` and a value were expected here, after the key",
                "« = » ou « : » et une valeur étaient attendus ici, après la clé",
            ));
        }
        self.take(1);
        self.skip_blanks();
        let value = self.expression()?;
        Ok(Member { key, key_span, value })
    }

    /// The key of an object's member: a name, text, or any other expression as its text.
    fn key(&mut self) -> Result<(Box<str>, Span), ReadError> {
        let (start, mark) = (self.at, self.unsettled.len());
        let is_group = self.peek() == Some(b'(');
        let node = self.expression()?;
        let is_constant = self.unsettled.len() == mark;
        self.unsettled.truncate(mark);
        let raw = self.raw(start);
        let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        if !is_constant && raw.contains('.') && raw.chars().all(is_path) {
            return Err(ReadError::syntax(node.span, put_in_parentheses()));
        }
        let written = self.span(start);
        let is_name = raw.chars().all(is_path);
        let (key, span) = match node.value {
            Value::Text(text) if is_constant || !is_group => (text, node.span),
            _ => match node.scalar_text().filter(|_| is_constant) {
                Some(text) => (text.into(), node.span),
                None => (raw.into(), written),
            },
        };
        if !is_constant && !is_name {
            self.unsettled.push(span);
        }
        Ok((key, span))
    }

    /// `for` in a tuple or an object, from after that word.
    fn for_expression(&mut self, opening: usize, closing: char) -> Result<(), ReadError> {
        self.for_names()?;
        self.expression()?;
        self.skip_blanks();
        if !self.takes(b':') {
            return Err(self.wrong(
                "`:` was expected here, before what `for` makes of each item",
                "« : » était attendu ici, avant ce que « for » fait de chaque élément",
            ));
        }
        self.skip_blanks();
        self.expression()?;
        self.skip_blanks();
        if closing == '}' {
            if !self.starts_with(b"=>") {
                return Err(self.wrong(
                    "`=>` and a value were expected here, after the key",
                    "« => » et une valeur étaient attendus ici, après la clé",
                ));
            }
            self.take(2);
            self.skip_blanks();
            self.expression()?;
            self.skip_blanks();
            if self.starts_with(b"...") {
                self.take(3);
                self.skip_blanks();
            }
        }
        if self.takes_word("if") {
            self.skip_blanks();
            self.expression()?;
        }
        self.close(opening, closing)
    }

    /// The names that `for` gives to each item, up to `in` and the blanks after it.
    pub(super) fn for_names(&mut self) -> Result<(), ReadError> {
        for is_first in [true, false] {
            self.skip_blanks();
            if self.identifier().is_none() {
                return Err(self.wrong(
                    "a name for each item was expected here, after `for`",
                    "un nom pour chaque élément était attendu ici, après « for »",
                ));
            }
            self.skip_blanks();
            if !(is_first && self.takes(b',')) {
                break;
            }
        }
        if !self.takes_word("in") {
            return Err(self.wrong(
                "`in` and what to go through were expected here",
                "« in » et ce qui est à parcourir étaient attendus ici",
            ));
        }
        self.skip_blanks();
        Ok(())
    }
}

/// What a sign makes of a constant, where it makes something of it.
pub(super) fn fold(sign: u8, operand: &Node) -> Option<Value> {
    Some(match (sign, &operand.value) {
        (b'!', Value::Bool(value)) => Value::Bool(!value),
        (b'-', Value::Float(value)) => Value::Float(-value),
        (b'-', Value::Int(value)) => Value::Int(value.checked_neg()?),
        (b'-', Value::UInt(value)) => integer(&format!("-{value}")),
        (b'-', Value::Big(text)) => match text.strip_prefix('-') {
            Some(text) => Value::Big(text.into()),
            None => Value::Big(format!("-{text}").into()),
        },
        _ => return None,
    })
}

fn put_in_parentheses() -> Phrase {
    Phrase::new(
        "a key that is a reference stands in parentheses, and one that is text in double quotes",
        "une clé qui est une référence se met entre parenthèses, un texte entre guillemets doubles",
    )
}
