use aplomb_model::{Comment, Node, Phrase, Span, Tree};

use crate::piece::{Piece, character, map};
use crate::problems::{Problems, unclosed_quote};
use crate::{Format, Input, ReadError};

pub(crate) const DOTENV: Format = Format {
    id: "dotenv",
    summary: "Environment files: `NAME=value` lines",
    docs: "The tree is `{name: text}`; a name set twice is kept twice, and the last one counts.\n\n\
        There is no specification; this is what the tools that read `.env` agree on. `export` \
        before a name is skipped. In single quotes everything stands for itself; in double quotes \
        `\\n`, `\\t`, `\\r`, `\\\"`, `\\\\` and `\\$` are escapes; both may span lines. Without \
        quotes a value ends at the line's end or at a blank and `#`. Variables (`${OTHER}`) are \
        not replaced.",
    names: &["**/.env", "**/.env.*", "**/.envrc"],
    extensions: &["env"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let mut members = Vec::new();
    let mut comments = Vec::new();
    let mut problems = Problems::default();
    let mut rest = Piece::whole(text);
    while !rest.is_empty() && !problems.is_full() {
        let line = rest.lines().next().unwrap_or(rest);
        let next = rest.from(line.text().len()).trim_line_end();
        let line = line.trim();
        if line.is_empty() {
            rest = next;
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            let span = comment.span();
            comments.push(Comment { span });
            rest = next;
            continue;
        }
        let Some((name, value)) = assignment(line) else {
            problems.add(line.span(), no_assignment());
            rest = next;
            continue;
        };
        let whole = rest.from(value.start() - rest.start());
        match quoted(whole) {
            Quoted::No => {
                let value = bare(value, &mut comments);
                members.push(name.names(value.node()));
                rest = next;
            }
            Quoted::Yes(value, after) => {
                members.push(name.names(value));
                let tail = after.lines().next().unwrap_or(after);
                rest = after.from(tail.text().len()).trim_line_end();
                let tail = tail.trim();
                match tail.strip_prefix('#') {
                    Some(comment) => comments.push(Comment { span: comment.span() }),
                    None if tail.is_empty() => {}
                    None => problems.add(tail.span(), after_quote()),
                }
            }
            Quoted::Unclosed => {
                problems.add(character(text, value.start()), unclosed_quote());
                rest = next;
            }
        }
    }
    let root = map(Span::from_range(0..text.len()), members);
    let mut tree = Tree::new(input.source.clone(), DOTENV.id, vec![root]);
    tree.comments = comments;
    problems.or(tree)
}

/// The name and the trimmed value of a line.
fn assignment(line: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let (name, value) = line.split_once(&['='])?;
    let name = name.trim();
    let name = match name.split_word() {
        (word, rest) if word.text() == "export" && !rest.is_empty() => rest,
        _ => name,
    };
    let valid = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    let is_name = !name.is_empty() && name.text().chars().all(valid);
    is_name.then(|| (name, value.trim()))
}

enum Quoted<'a> {
    No,
    /// The value, and what follows its closing quote.
    Yes(Node, Piece<'a>),
    Unclosed,
}

/// A quoted value from its opening quote on, over as many lines as it takes.
fn quoted(piece: Piece<'_>) -> Quoted<'_> {
    let Some(quote @ ('"' | '\'')) = piece.text().chars().next() else {
        return Quoted::No;
    };
    let inner = piece.from(1);
    let mut out = String::new();
    let mut characters = inner.text().char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            _ if character == quote => {
                let (value, _) = inner.split_at(at);
                return Quoted::Yes(Node::text(value.span(), out), inner.from(at + 1));
            }
            '\\' if quote == '"' => match characters.next().map(|(_, next)| next) {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some(next @ ('"' | '\\' | '$')) => out.push(next),
                Some(other) => out.extend(['\\', other]),
                None => {}
            },
            _ => out.push(character),
        }
    }
    Quoted::Unclosed
}

/// A value without quotes, up to its comment.
fn bare<'a>(value: Piece<'a>, comments: &mut Vec<Comment>) -> Piece<'a> {
    let text = value.text();
    let starts = |at: &usize| {
        let before = text.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with(char::is_whitespace)
    };
    let comment = text.match_indices('#').map(|(at, _)| at).find(starts);
    let Some(at) = comment else { return value };
    let span = value.from(at + 1).span();
    comments.push(Comment { span });
    value.until(at).trim_end()
}

fn no_assignment() -> Phrase {
    Phrase::new(
        "this line is no assignment; write `NAME=value`",
        "cette ligne n'est pas une affectation ; écrire « NOM=valeur »",
    )
}

fn after_quote() -> Phrase {
    Phrase::new(
        "text follows a closing quote; put all of the value inside the quotes",
        "du texte suit un guillemet fermant ; mettre toute la valeur entre guillemets",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{check, positions, raw};
    use crate::read_text;

    fn says(text: &str, expected: &str) {
        check(&DOTENV, ".env", text, expected);
    }

    #[test]
    fn values_are_bare_or_quoted() {
        says(
            "A=1\r\nexport B = two words # c\nC='a # $b \\n'\nD=\"x\\n\\\"\\$y\\q\" # d\nE=\nF=a#b\nG=\"\"\n",
            r#"{"A": "1", "B": "two words", "C": "a # $b \\n", "D": "x\n\"$y\\q", "E": "", "F": "a#b", "G": ""}"#,
        );
        says("\n# only\n", "{}");
        says("A='one\ntwo'\nB=1", r#"{"A": "one\ntwo", "B": "1"}"#);
        says("export=1\nA=#x\n", r#"{"export": "1", "A": ""}"#);
    }

    #[test]
    fn mistakes_have_positions() {
        let text = "words\nA B=1\nC=\"x\" y\nD='x\n=1\n";
        assert_eq!(positions(&DOTENV, ".env", text), ["1:1", "2:1", "3:7", "4:3", "5:1"]);
    }

    #[test]
    fn spans_are_inside_the_quotes() {
        let tree = read_text(".env", "A = 'é\nx' # c\nB=é # d", &DOTENV).expect("is one");
        assert_eq!(raw(&tree, &["A"]), "é\nx");
        assert_eq!(raw(&tree, &["B"]), "é");
        let comments: Vec<_> = tree.comments.iter().map(|c| tree.raw(c.span)).collect();
        assert_eq!(comments, [" c", " d"]);
    }

    #[test]
    fn an_unclosed_quote_on_every_line_does_not_cost_the_square() {
        let text = "A='x\n".repeat(20_001) + "B=\"";
        assert!(!positions(&DOTENV, ".env", &text).is_empty());
    }
}
