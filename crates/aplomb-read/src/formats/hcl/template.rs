use aplomb_model::{Node, Phrase, Span};

use super::parser::Parser;
use crate::ReadError;

/// What a `$` or `%` in text turns out to be.
enum Part {
    /// `${…}` or `%{…}`: the text is a template.
    Template,
    /// `$${` or `%%{`: the sign and brace themselves.
    Escaped(char),
    /// Itself.
    Plain(char),
}

/// A directive of a template that waits for its end, and where it began.
struct Directive {
    word: &'static str,
    at: usize,
}

impl Parser<'_> {
    /// Text in double quotes, from the opening one. Its span is what stands between them.
    pub(super) fn quoted(&mut self) -> Result<Node, ReadError> {
        let opening = self.at;
        let start = opening + 1;
        self.at = self.plain_end(start);
        if self.peek() == Some(b'"') {
            let text = self.text.get(start..self.at).unwrap_or_default();
            let node = Node::text(Span::from_range(start..self.at), text);
            self.take(1);
            return Ok(node);
        }
        self.quoted_with_escapes(opening)
    }

    /// The end of what stands for itself in quotes, from `at` on.
    fn plain_end(&self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let is_special = |&byte: &u8| matches!(byte, b'"' | b'\\' | b'$' | b'%' | b'\n');
        at + rest.iter().position(is_special).unwrap_or(rest.len())
    }

    fn quoted_with_escapes(&mut self, opening: usize) -> Result<Node, ReadError> {
        let (start, mark) = (opening + 1, self.unsettled.len());
        let mut text = String::new();
        let mut open = Vec::new();
        let mut is_template = false;
        let mut run = start;
        loop {
            text.push_str(self.text.get(run..self.at).unwrap_or_default());
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => text.push(self.escape()?),
                Some(b'$' | b'%') => match self.part(&mut open)? {
                    Part::Template => is_template = true,
                    Part::Escaped(sign) => text.extend([sign, '{']),
                    Part::Plain(sign) => text.push(sign),
                },
                _ => {
                    self.at = opening;
                    return Err(self.wrong(
                        "this text is not closed on its line; add `\"`, or write several lines as a heredoc (`<<EOT`)",
                        "ce texte n'est pas fermé sur sa ligne ; ajouter « \" », ou écrire plusieurs lignes en heredoc (`<<EOT`)",
                    ));
                }
            }
            run = self.at;
            self.at = self.plain_end(run);
        }
        all_closed(&open)?;
        let span = Span::from_range(start..self.at);
        let raw = self.text.get(start..self.at).unwrap_or_default();
        self.take(1);
        Ok(self.text_or_template(span, mark, is_template.then_some(raw), &text))
    }

    /// `text`, or the raw text of a template: an expression that is no constant.
    fn text_or_template(
        &mut self,
        span: Span,
        mark: usize,
        template: Option<&str>,
        text: &str,
    ) -> Node {
        self.unsettled.truncate(mark);
        if template.is_some() {
            self.unsettled.push(span);
        }
        Node::text(span, template.unwrap_or(text))
    }

    /// An escape, from its backslash.
    fn escape(&mut self) -> Result<char, ReadError> {
        let (character, width) = match self.ahead(1) {
            Some(b'n') => ('\n', 2),
            Some(b'r') => ('\r', 2),
            Some(b't') => ('\t', 2),
            Some(b'"') => ('"', 2),
            Some(b'\\') => ('\\', 2),
            Some(b'u') => (self.unicode(4)?, 6),
            Some(b'U') => (self.unicode(8)?, 10),
            _ => {
                return Err(self.wrong(
                    "HCL knows no such escape; a backslash itself is written `\\\\`",
                    "HCL ne connaît pas cet échappement ; la barre oblique inverse s'écrit `\\\\`",
                ));
            }
        };
        self.at += width;
        Ok(character)
    }

    fn unicode(&self, digits: usize) -> Result<char, ReadError> {
        let text = self.bytes.get(self.at + 2..self.at + 2 + digits).unwrap_or_default();
        let digit = |value: u32, &byte: &u8| Some(value << 4 | char::from(byte).to_digit(16)?);
        let code = text.iter().try_fold(0, digit).filter(|_| text.len() == digits);
        code.and_then(char::from_u32).ok_or_else(|| {
            self.wrong(
                "`\\u` needs four and `\\U` eight hexadecimal digits that name a character",
                "`\\u` demande quatre et `\\U` huit chiffres hexadécimaux qui désignent un caractère",
            )
        })
    }

    /// What begins with the `$` or `%` that comes next.
    fn part(&mut self, open: &mut Vec<Directive>) -> Result<Part, ReadError> {
        let sign = self.peek().unwrap_or_default();
        match (self.ahead(1), self.ahead(2)) {
            (Some(b'{'), _) => {
                self.nested(false, |parser| parser.sequence(sign, open))?;
                Ok(Part::Template)
            }
            (Some(next), Some(b'{')) if next == sign => {
                self.at += 3;
                Ok(Part::Escaped(char::from(sign)))
            }
            _ => {
                self.at += 1;
                Ok(Part::Plain(char::from(sign)))
            }
        }
    }

    /// `${…}` or `%{…}`, from its sign.
    fn sequence(&mut self, sign: u8, open: &mut Vec<Directive>) -> Result<(), ReadError> {
        let opening = self.at;
        self.take(2);
        self.takes(b'~');
        self.skip_blanks();
        if sign == b'$' {
            self.expression()?;
        } else {
            self.directive(opening, open)?;
        }
        self.skip_blanks();
        self.takes(b'~');
        self.close(opening, '}')
    }

    fn directive(&mut self, at: usize, open: &mut Vec<Directive>) -> Result<(), ReadError> {
        let last = open.last().map(|directive| directive.word);
        if self.takes_word("if") {
            self.skip_blanks();
            self.expression()?;
            open.push(Directive { word: "if", at });
        } else if self.takes_word("for") {
            self.for_names()?;
            self.expression()?;
            open.push(Directive { word: "for", at });
        } else if last == Some("if") && self.takes_word("else") {
            open.pop();
            open.push(Directive { word: "else", at });
        } else if matches!(last, Some("if" | "else")) && self.takes_word("endif")
            || last == Some("for") && self.takes_word("endfor")
        {
            open.pop();
        } else {
            return Err(self.wrong(
                "`if`, `for`, or the `else`, `endif` or `endfor` of what is open was expected here",
                "« if », « for », ou le « else », « endif » ou « endfor » de ce qui est ouvert était attendu ici",
            ));
        }
        Ok(())
    }

    /// Lines of text up to one that holds only their marker, from `<<`. The span is that of the
    /// lines.
    pub(super) fn heredoc(&mut self) -> Result<Node, ReadError> {
        let (opening, mark) = (self.at, self.unsettled.len());
        self.take(2);
        let is_indented = self.takes(b'-');
        let marker = self.identifier();
        let Some(marker) = marker.filter(|_| self.at_line_end()) else {
            return Err(self.wrong(
                "a marker and the end of the line were expected here, after `<<`",
                "un marqueur et la fin de la ligne étaient attendus ici, après « << »",
            ));
        };
        self.at += self.line_width();
        let start = self.at;
        let (mut lines, mut open) = (Vec::new(), Vec::new());
        let (mut is_template, mut is_escaped) = (false, false);
        loop {
            let from = self.at;
            let line = self.text.get(from..).and_then(|rest| rest.lines().next());
            let Some(line) = line else {
                let end = opening + 2 + usize::from(is_indented) + marker.len();
                return Err(ReadError::syntax(Span::from_range(opening..end), unclosed(marker)));
            };
            if line.trim() == marker {
                break;
            }
            while let Some(part) = self.part_of_line(&mut open)? {
                is_template |= matches!(part, Part::Template);
                is_escaped |= matches!(part, Part::Escaped(_));
            }
            lines.push(self.text.get(from..self.at).unwrap_or_default());
        }
        all_closed(&open)?;
        let span = Span::from_range(start..self.at);
        self.take(self.line_width() - self.line_end_width());
        let mut text = if is_indented { without_indentation(&lines) } else { lines.concat() };
        if is_escaped && !is_template {
            text = text.replace("$${", "${").replace("%%{", "%{");
        }
        let template = is_template.then_some(text.as_str());
        Ok(self.text_or_template(span, mark, template, &text))
    }

    /// The next `$` or `%` of the line of a heredoc, or its end, which is stepped over.
    fn part_of_line(&mut self, open: &mut Vec<Directive>) -> Result<Option<Part>, ReadError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let found = rest.iter().position(|byte| matches!(byte, b'$' | b'%' | b'\n'));
        self.at += found.unwrap_or(rest.len());
        match self.peek() {
            Some(b'$' | b'%') => self.part(open).map(Some),
            Some(_) => {
                self.at += 1;
                Ok(None)
            }
            None => Ok(None),
        }
    }

    /// The bytes up to and with the next line feed.
    fn line_width(&self) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        rest.split_inclusive('\n').next().unwrap_or_default().len()
    }

    /// The bytes of the ending of the line that comes next.
    fn line_end_width(&self) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        line.len() - line.lines().next().unwrap_or_default().len()
    }
}

/// Takes from each line the blanks that all lines but blank ones begin with.
fn without_indentation(lines: &[&str]) -> String {
    let indentation = |line: &&str| line.chars().take_while(|c| c.is_whitespace()).count();
    let is_blank = |line: &&str| line.trim().is_empty();
    let common = lines.iter().filter(|line| !is_blank(line)).map(indentation).min();
    let common = common.unwrap_or_default();
    let stripped = lines.iter().map(|line| match line.char_indices().nth(common) {
        Some((at, _)) if !is_blank(line) => line.get(at..).unwrap_or_default(),
        _ => line,
    });
    stripped.collect()
}

fn all_closed(open: &[Directive]) -> Result<(), ReadError> {
    let Some(Directive { word, at }) = open.last() else { return Ok(()) };
    let end = if *word == "for" { "endfor" } else { "endif" };
    Err(ReadError::syntax(
        Span::from_range(*at..at + 2),
        Phrase::new(
            format!("this `{word}` is never closed; add `%{{ {end} }}`"),
            format!("ce « {word} » n'est jamais fermé ; ajouter « %{{ {end} }} »"),
        ),
    ))
}

fn unclosed(marker: &str) -> Phrase {
    let marker = crate::piece::quoted(marker);
    Phrase::new(
        format!("this text is never closed; add a line that holds only `{marker}`"),
        format!("ce texte n'est jamais fermé ; ajouter une ligne qui ne contient que « {marker} »"),
    )
}
