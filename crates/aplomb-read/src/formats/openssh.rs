//! What the configurations of OpenSSH's client and server share: keywords, arguments, and blocks of
//! settings in each of which the first value counts.

use aplomb_model::{Comment, Member, Node, Phrase, Span, Tree, Value};

use crate::lines::lines;
use crate::piece::{Piece, list, map, named, null, quoted};
use crate::problems::{Problems, unclosed_quote};
use crate::settings::Settings;
use crate::{Format, Input, ReadError};

/// What one of the programs knows.
pub(crate) struct Dialect {
    /// Keywords that begin a block.
    pub(crate) blocks: &'static [&'static str],
    /// Keywords of which every value counts.
    pub(crate) adding_up: &'static [&'static str],
    /// Keywords of which the first value counts.
    pub(crate) single: &'static [&'static str],
}

impl Dialect {
    /// A keyword as the manual spells it; one that the manual does not know, as written.
    fn canonical<'a>(&self, keyword: &'a str) -> &'a str
    where
        'static: 'a,
    {
        let known = self.blocks.iter().chain(self.adding_up).chain(self.single);
        let mut same = known.filter(|known| known.eq_ignore_ascii_case(keyword));
        same.next().copied().unwrap_or(keyword)
    }
}

pub(crate) fn read(
    input: &Input<'_>,
    format: &Format,
    dialect: &Dialect,
) -> Result<Tree, ReadError> {
    let whole = Span::from_range(0..input.source.text().len());
    let mut directives = Vec::new();
    let mut blocks = vec![Block::new(dialect, whole, None)];
    let mut problems = Problems::default();
    let (lines, mut comments) = lines(input.source.text(), &['#']);
    for line in lines {
        let Some(directive) = directive(line, dialect, &mut comments, &mut problems) else {
            continue;
        };
        if dialect.blocks.contains(&directive.keyword) {
            blocks.push(Block::new(dialect, line.span(), Some(&directive)));
        } else if let Some(block) = blocks.last_mut() {
            block.set(dialect, &directive);
        }
        directives.push(directive.into_node());
    }
    let effective = blocks.into_iter().map(Block::into_node).collect();
    let members = vec![
        named("directives", list(directives)),
        named("effective", Node::new(whole, Value::List(effective))),
    ];
    input.tree(format, members, comments, problems)
}

/// One line that is no comment.
struct Directive<'a> {
    line: Span,
    /// As the manual spells it.
    keyword: &'a str,
    keyword_span: Span,
    value: Node,
    args: Vec<Node>,
}

impl Directive<'_> {
    fn into_node(self) -> Node {
        let members = vec![
            named("keyword", Node::text(self.keyword_span, self.keyword)),
            named("value", self.value),
            named("args", list(self.args)),
        ];
        map(self.line, members)
    }
}

/// Splits a line into keyword and arguments: blanks, at most one `=` between keyword and first
/// argument, double quotes around arguments, `#` before a comment.
fn directive<'a>(
    line: Piece<'a>,
    dialect: &Dialect,
    comments: &mut Vec<Comment>,
    problems: &mut Problems,
) -> Option<Directive<'a>> {
    let text = line.text();
    let is_end = |c: char| c.is_whitespace() || c == '=' || c == '"';
    let (keyword, rest) = line.split_at(text.find(is_end).unwrap_or(text.len()));
    if keyword.is_empty() {
        problems.add(line.span(), no_keyword());
        return None;
    }
    let rest = rest.trim_start();
    let mut rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    let mut args = Vec::new();
    let start = rest.start();
    let mut end = start;
    while !rest.is_empty() {
        if let Some(comment) = rest.strip_prefix('#') {
            let span = comment.span();
            comments.push(Comment { span });
            break;
        }
        let Some((arg, after)) = argument(rest) else {
            problems.add(rest.span(), unclosed_quote());
            return None;
        };
        args.push(arg.node());
        end = after.start();
        rest = after.trim_start();
    }
    if args.is_empty() {
        problems.add(line.span(), no_value(keyword.text()));
        return None;
    }
    let written = Piece::whole(text).until(end - line.start()).from(start - line.start());
    let value = match args.as_slice() {
        [only] => only.clone(),
        _ => Node::text(Span::from_range(start..end), written.text()),
    };
    Some(Directive {
        line: line.span(),
        keyword: dialect.canonical(keyword.text()),
        keyword_span: keyword.span(),
        value,
        args,
    })
}

/// The first argument without its quotes, and what follows it.
fn argument(piece: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    if let Some(inner) = piece.strip_prefix('"') {
        let (arg, rest) = inner.split_once(&['"'])?;
        return Some((arg, rest));
    }
    let text = piece.text();
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        c.is_whitespace() && !quoted
    });
    Some(piece.split_at(end.unwrap_or(text.len())))
}

/// What is set before any block, or in one.
struct Block {
    /// The criteria of the block, by the keyword that begins it.
    criteria: Vec<Member>,
    span: Span,
    settings: Settings,
}

impl Block {
    fn new(dialect: &Dialect, span: Span, begun_by: Option<&Directive<'_>>) -> Self {
        let criteria = dialect.blocks.iter().map(|keyword| {
            let begun = begun_by.filter(|directive| directive.keyword == *keyword);
            let value = begun.map_or_else(|| null(span.start() as usize), |d| d.value.clone());
            named(&keyword.to_ascii_lowercase(), value)
        });
        Self { criteria: criteria.collect(), span, settings: Settings::default() }
    }

    fn set(&mut self, dialect: &Dialect, directive: &Directive<'_>) {
        let member = Member {
            key: directive.keyword.into(),
            key_span: directive.keyword_span,
            value: normalised(&directive.value),
        };
        if dialect.adding_up.contains(&directive.keyword) {
            self.settings.add(member);
        } else {
            self.settings.set_first(member);
        }
    }

    fn into_node(self) -> Node {
        let mut members = self.criteria;
        members.extend(self.settings.into_members());
        map(self.span, members)
    }
}

/// The words that OpenSSH compares without regard to case, in lower case.
fn normalised(value: &Node) -> Node {
    let text = value.as_str().unwrap_or_default();
    let words = [
        "yes",
        "no",
        "none",
        "any",
        "all",
        "local",
        "remote",
        "delayed",
        "clientspecified",
        "prohibit-password",
        "without-password",
        "forced-commands-only",
        "ask",
        "accept-new",
        "auto",
        "always",
        "confirm",
        "off",
        "force",
    ];
    let word = words.into_iter().find(|word| word.eq_ignore_ascii_case(text));
    Node::text(value.span, word.unwrap_or(text))
}

fn no_keyword() -> Phrase {
    Phrase::new(
        "this line has no keyword; write `Keyword value`",
        "cette ligne n'a pas de mot-clé ; écrire « MotClé valeur »",
    )
}

fn no_value(keyword: &str) -> Phrase {
    let keyword = quoted(keyword);
    Phrase::new(
        format!("`{keyword}` has no value, and OpenSSH refuses the file; give it one"),
        format!(
            "« {keyword} » n'a pas de valeur, et OpenSSH refuse le fichier ; lui en donner une"
        ),
    )
}
