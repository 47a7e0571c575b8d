//! What the configurations of OpenSSH's client and server share: keywords, arguments, and blocks of
//! settings in each of which the first value counts.

use aplomb_model::{Comment, Member, Node, Phrase, Span, Tree, Value};

use super::include::{Includes, named_by, places};
use crate::lines::lines_of;
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
    /// Keywords whose value is the rest of the line, quotes and all.
    pub(crate) verbatim: &'static [&'static str],
    /// Where a machine keeps its configuration, and what relative includes are relative to.
    pub(crate) homes: &'static [&'static str],
}

impl Dialect {
    /// A keyword as the manual spells it; one that the manual does not know, as written.
    fn canonical<'a>(&self, keyword: &'a str) -> &'a str
    where
        'static: 'a,
    {
        let known = self.blocks.iter().chain(self.adding_up).chain(self.single).chain([&INCLUDE]);
        let mut same = known.filter(|known| known.eq_ignore_ascii_case(keyword));
        same.next().copied().unwrap_or(keyword)
    }
}

const INCLUDE: &str = "Include";

pub(crate) fn read(
    input: &Input<'_>,
    format: &Format,
    dialect: &Dialect,
) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let whole = Span::from_range(0..text.len());
    let mut reader = Reader {
        dialect,
        main: input.source.name(),
        includes: Includes::new(input, format.id),
        listed: Vec::new(),
        directives: Vec::new(),
        blocks: vec![Block::new(dialect, whole, None, None)],
        comments: Vec::new(),
        problems: Problems::default(),
    };
    reader.file(Piece::whole(text), 0);
    let Reader { mut includes, listed, directives, blocks, comments, problems, .. } = reader;
    includes.tree().comments = comments;
    let shadowed = blocks.iter().flat_map(|block| block.settings.shadowed());
    includes.tree().shadowed = shadowed.collect();
    let says = |block: &Block| block.resumes.is_none() || !block.settings.members().is_empty();
    let effective = blocks.into_iter().filter(says).map(Block::into_node).collect();
    let members = vec![
        named("directives", list(directives)),
        named("includes", list(listed)),
        named("effective", Node::new(whole, Value::List(effective))),
    ];
    problems.or(includes.into_tree(map(whole, members)))
}

/// A configuration under way, through all the files that it includes.
struct Reader<'a, 'b> {
    dialect: &'a Dialect,
    /// The file that is read.
    main: &'b str,
    includes: Includes<'b>,
    listed: Vec<Node>,
    directives: Vec<Node>,
    blocks: Vec<Block>,
    comments: Vec<Comment>,
    problems: Problems,
}

impl Reader<'_, '_> {
    /// Reads a file that is included inside the block numbered `outer`. A block that begins in it
    /// ends with it, and holds only where the outer one does.
    fn file(&mut self, text: Piece<'_>, outer: usize) {
        let mut current = outer;
        let (lines, mut comments) = lines_of(text, &['#']);
        self.comments.append(&mut comments);
        for line in lines {
            let directive = match directive(line, self.dialect, &mut self.comments) {
                Ok(directive) => directive,
                Err((span, message)) => {
                    self.includes.problem(&mut self.problems, span, message);
                    continue;
                }
            };
            let patterns: &[Node] =
                if directive.keyword == INCLUDE { &directive.args } else { &[] };
            let patterns = patterns.to_vec();
            if self.dialect.blocks.contains(&directive.keyword) {
                let around = self.blocks.get(outer).filter(|_| outer > 0);
                let block = Block::new(self.dialect, line.span(), Some(&directive), around);
                current = self.blocks.len();
                self.blocks.push(block);
            } else if directive.keyword != INCLUDE {
                self.set(current, &directive);
            }
            self.directives.push(directive.into_node());
            for pattern in &patterns {
                current = self.include(pattern, current);
            }
        }
    }

    /// Sets a keyword in a block: in its first part that sets it, where it was resumed.
    fn set(&mut self, current: usize, directive: &Directive<'_>) {
        let mut at = current;
        let sets = |block: &Block| block.settings.get(directive.keyword).is_some();
        while let Some(before) = self.blocks.get(at).and_then(|block| block.resumes) {
            at = before;
            if self.blocks.get(at).is_some_and(sets) {
                break;
            }
        }
        let at = if self.blocks.get(at).is_some_and(sets) { at } else { current };
        if let Some(block) = self.blocks.get_mut(at) {
            block.set(self.dialect, directive);
        }
    }

    /// Reads the files that `pattern` names; the number of the block that goes on after them.
    fn include(&mut self, pattern: &Node, mut current: usize) -> usize {
        let written = pattern.as_str().unwrap_or_default();
        let own = if self.main.rsplit('/').nth(1) == Some(".ssh") { "~/.ssh/" } else { "" };
        let below = written.strip_prefix(own).unwrap_or(written);
        let places = places(self.main, self.dialect.homes, below);
        let named = self.includes.find(&places, pattern.span, &mut self.problems);
        if named.is_none() {
            self.includes.gap(pattern.span, written);
        }
        let mut files = Vec::new();
        for name in named.unwrap_or_default() {
            let entered = self.includes.enter(&name, pattern.span, &mut self.problems);
            let Some(included) = entered else { continue };
            files.push(Node::text(pattern.span, included.source.name()));
            let (comments, blocks) = (self.comments.len(), self.blocks.len());
            self.file(Piece::based(included.source.text(), included.base), current);
            if included.again {
                self.comments.truncate(comments);
            }
            self.includes.leave();
            // What is global counts last anyway; in a block, what stands first.
            if self.blocks.len() > blocks
                && let Some(block) = self.blocks.get(current).filter(|_| current > 0)
            {
                let resumed = block.resumed(current);
                current = self.blocks.len();
                self.blocks.push(resumed);
            }
        }
        self.listed.push(named_by(pattern, files));
        current
    }
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
/// argument, quotes and backslashes in arguments, `#` before a comment.
fn directive<'a>(
    line: Piece<'a>,
    dialect: &Dialect,
    comments: &mut Vec<Comment>,
) -> Result<Directive<'a>, (Span, Phrase)> {
    let text = line.text();
    let is_end = |c: char| c.is_whitespace() || c == '=' || c == '"';
    let (keyword, rest) = line.split_at(text.find(is_end).unwrap_or(text.len()));
    if keyword.is_empty() {
        return Err((line.span(), no_keyword()));
    }
    let canonical = dialect.canonical(keyword.text());
    let verbatim = dialect.verbatim.contains(&canonical);
    let rest = rest.trim_start();
    let all = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    let mut rest = all;
    let mut args = Vec::new();
    let mut end = rest.start();
    while !rest.is_empty() {
        if let Some(comment) = rest.strip_prefix('#') {
            if !verbatim {
                comments.push(Comment { span: comment.span() });
            }
            break;
        }
        let Some((arg, after)) = argument(rest) else {
            return Err((rest.span(), unclosed_quote()));
        };
        args.push(arg);
        end = after.start();
        rest = after.trim_start();
    }
    if args.is_empty() {
        return Err((line.span(), no_value(keyword.text())));
    }
    let value = match args.as_slice() {
        _ if verbatim => all.node(),
        [only] => only.clone(),
        _ => all.until(end - all.start()).node(),
    };
    Ok(Directive {
        line: line.span(),
        keyword: canonical,
        keyword_span: keyword.span(),
        value,
        args,
    })
}

/// The first argument, and what follows it; nothing where a quote is not closed. Quotes of either
/// kind may begin anywhere; a backslash stands before a quote, a backslash or, outside quotes, a
/// blank that means itself.
fn argument(piece: Piece<'_>) -> Option<(Node, Piece<'_>)> {
    let mut value = String::new();
    let mut open = None;
    let mut end = piece.text().len();
    let mut characters = piece.text().char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        match (character, open) {
            ('\\', _)
                if matches!(next, Some('\'' | '"' | '\\'))
                    || (open.is_none() && next == Some(' ')) =>
            {
                value.extend(next);
                characters.next();
            }
            (' ' | '\t', None) => {
                end = at;
                break;
            }
            ('"' | '\'', None) => open = Some(character),
            (_, Some(quote)) if quote == character => open = None,
            _ => value.push(character),
        }
    }
    if open.is_some() {
        return None;
    }
    let (word, rest) = piece.split_at(end);
    let bare = word.unquoted(&['"', '\'']).filter(|inner| inner.text() == value).unwrap_or(word);
    Some((Node::text(bare.span(), value), rest))
}

/// What is set before any block, or in one.
struct Block {
    /// The criteria of the block, by the keyword that begins it.
    criteria: Vec<Member>,
    span: Span,
    settings: Settings,
    /// The block that it goes on with, after an included file began others.
    resumes: Option<usize>,
}

impl Block {
    /// The rest of this block, which has the number `number`.
    fn resumed(&self, number: usize) -> Self {
        let (criteria, span) = (self.criteria.clone(), self.span);
        Self { criteria, span, settings: Settings::default(), resumes: Some(number) }
    }

    /// A block that `directive` begins, in a file that is included in the block `around`.
    fn new(
        dialect: &Dialect,
        span: Span,
        directive: Option<&Directive<'_>>,
        around: Option<&Self>,
    ) -> Self {
        let mut criteria = Vec::new();
        // Of a host in a host: what the outer one asks for besides.
        let mut besides = None;
        for keyword in dialect.blocks {
            let name = keyword.to_ascii_lowercase();
            let own = directive.filter(|directive| directive.keyword == *keyword);
            let outer = around.and_then(|block| block.criterion(&name)).cloned();
            let own = own.map(|directive| directive.value.clone());
            let value = match (outer, own) {
                (Some(outer), Some(own)) if *keyword == "Host" => {
                    let patterns = outer.as_str().unwrap_or_default().split_whitespace();
                    let patterns = patterns.collect::<Vec<_>>().join(",");
                    besides = Some(Node::text(outer.span, format!("originalhost {patterns}")));
                    Some(own)
                }
                (outer, own) => [besides.take(), outer, own].into_iter().flatten().reduce(both),
            };
            criteria.push(named(&name, value.unwrap_or_else(|| null(span.start() as usize))));
        }
        Self { criteria, span, settings: Settings::default(), resumes: None }
    }

    fn criterion(&self, name: &str) -> Option<&Node> {
        let mut found = self.criteria.iter().filter(|member| &*member.key == name);
        found.next().map(|member| &member.value).filter(|value| value.value != Value::Null)
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

/// The criteria of a block and of the one around it: all of them must be met.
#[expect(clippy::needless_pass_by_value, reason = "folds owned values")]
fn both(outer: Node, own: Node) -> Node {
    let [outer, inner] = [&outer, &own].map(|node| node.as_str().unwrap_or_default());
    Node::text(own.span, format!("{outer} {inner}"))
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
