use std::collections::HashMap;

use aplomb_model::{Comment, Member, Node, Phrase, Span, Tree, Value};

use crate::piece::{Piece, list, map, named, null, quoted};
use crate::problems::{Problems, unclosed_quote};
use crate::{Format, Input, ReadError};

mod keywords;

pub(crate) const SSHD_CONFIG: Format = Format {
    id: "sshd_config",
    summary: "OpenSSH server configuration, and what of it takes effect",
    docs: "The tree is `{\"directives\": [{\"keyword\", \"value\", \"args\": [text, …]}], \
        \"effective\": [{\"match\", KEYWORD: value, …}, …]}`.\n\n\
        `directives` are the lines as written. `effective` follows sshd_config(5): its first entry \
        (`match` is null) holds the global settings, each further one what a `Match` block sets \
        (`match` is its criteria). So `$.effective[*].PermitRootLogin` finds the global value and \
        every block that changes it. The first value of a keyword wins. Keywords are case-insensitive \
        and spelled as the manual does; `yes`, `no` and their kin are in lower case. Keywords that \
        add up (`Port`, `ListenAddress`, `HostKey`, `AllowUsers`, `AcceptEnv`, `Subsystem`, …) are \
        lists, of one element a line. `Include` is not followed: each file is judged by itself.",
    names: &["**/sshd_config", "**/sshd_config.d/*.conf"],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let text = input.source.text();
    let mut directives = Vec::new();
    let mut blocks = vec![Block {
        criteria: null(0),
        span: Span::from_range(0..text.len()),
        settings: Vec::new(),
        numbers: HashMap::new(),
    }];
    let mut comments = Vec::new();
    let mut problems = Problems::default();
    for line in Piece::whole(text).lines() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            let span = comment.span();
            comments.push(Comment { span });
            continue;
        }
        let Some(directive) = directive(line, &mut comments, &mut problems) else {
            continue;
        };
        if keywords::canonical(directive.keyword.text()) == "Match" {
            blocks.push(Block {
                criteria: directive.value.clone(),
                span: line.span(),
                settings: Vec::new(),
                numbers: HashMap::new(),
            });
        } else if let Some(block) = blocks.last_mut() {
            block.set(&directive);
        }
        directives.push(directive.into_node());
    }
    let effective = blocks.into_iter().map(Block::into_node).collect();
    let whole = Span::from_range(0..text.len());
    let root = map(
        whole,
        vec![
            named("directives", list(directives)),
            named("effective", Node::new(whole, Value::List(effective))),
        ],
    );
    let mut tree = Tree::new(input.source.clone(), SSHD_CONFIG.id, vec![root]);
    tree.comments = comments;
    problems.or(tree)
}

/// One line that is no comment.
struct Directive<'a> {
    line: Span,
    keyword: Piece<'a>,
    value: Node,
    args: Vec<Node>,
}

impl Directive<'_> {
    fn into_node(self) -> Node {
        let keyword = keywords::canonical(self.keyword.text());
        let members = vec![
            named("keyword", Node::text(self.keyword.span(), keyword)),
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
    Some(Directive { line: line.span(), keyword, value, args })
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

/// What is set globally, or in one `Match` block.
struct Block {
    criteria: Node,
    span: Span,
    settings: Vec<Member>,
    numbers: HashMap<Box<str>, usize>,
}

impl Block {
    fn set(&mut self, directive: &Directive<'_>) {
        let keyword = keywords::canonical(directive.keyword.text());
        let value = normalised(&directive.value);
        let known = self.numbers.get(keyword).copied();
        let known = known.and_then(|number| self.settings.get_mut(number));
        match known.map(|member| &mut member.value) {
            None => {
                self.numbers.insert(keyword.into(), self.settings.len());
                let value = if keywords::adds_up(keyword) { list(vec![value]) } else { value };
                self.settings.push(Member {
                    key: keyword.into(),
                    key_span: directive.keyword.span(),
                    value,
                });
            }
            Some(Node { span, value: Value::List(values) }) => {
                *span = span.cover(value.span);
                values.push(value);
            }
            // The first value wins.
            Some(_) => {}
        }
    }

    fn into_node(self) -> Node {
        let mut members = vec![named("match", self.criteria)];
        members.extend(self.settings);
        map(self.span, members)
    }
}

/// The words that sshd compares without regard to case, in lower case.
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
        format!("`{keyword}` has no value, and sshd will not start; give it one"),
        format!("« {keyword} » n'a pas de valeur, et sshd ne démarrera pas ; lui en donner une"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::{at, check, positions, raw};
    use crate::read_text;

    fn says(text: &str, expected: &str) {
        check(&SSHD_CONFIG, "sshd_config", text, expected);
    }

    #[test]
    fn the_first_value_wins_and_match_blocks_stand_apart() {
        says(
            "permitrootlogin NO\nPermitRootLogin yes\n\nMatch Address 192.0.2.0/24 User a\n  PermitRootLogin=yes # c\nMatch all\n",
            r#"{"directives": [
                {"keyword": "PermitRootLogin", "value": "NO", "args": ["NO"]},
                {"keyword": "PermitRootLogin", "value": "yes", "args": ["yes"]},
                {"keyword": "Match", "value": "Address 192.0.2.0/24 User a", "args": ["Address", "192.0.2.0/24", "User", "a"]},
                {"keyword": "PermitRootLogin", "value": "yes", "args": ["yes"]},
                {"keyword": "Match", "value": "all", "args": ["all"]}],
              "effective": [
                {"match": null, "PermitRootLogin": "no"},
                {"match": "Address 192.0.2.0/24 User a", "PermitRootLogin": "yes"},
                {"match": "all"}]}"#,
        );
        says("", r#"{"directives": [], "effective": [{"match": null}]}"#);
    }

    #[test]
    fn some_keywords_add_up() {
        says(
            "PORT 22\nPort 2222\nCiphers a,b\nBanner \"/etc/my banner\"\nSomething New\n",
            r#"{"directives": [
                {"keyword": "Port", "value": "22", "args": ["22"]},
                {"keyword": "Port", "value": "2222", "args": ["2222"]},
                {"keyword": "Ciphers", "value": "a,b", "args": ["a,b"]},
                {"keyword": "Banner", "value": "/etc/my banner", "args": ["/etc/my banner"]},
                {"keyword": "Something", "value": "New", "args": ["New"]}],
              "effective": [{"match": null, "Port": ["22", "2222"], "Ciphers": "a,b",
                "Banner": "/etc/my banner", "Something": "New"}]}"#,
        );
    }

    #[test]
    fn spans_are_those_of_the_winning_line() {
        let text = "# é\nUsePAM  Yes # c\nusepam no\nMatch User \"é\"\n\tUsePAM no\n";
        let tree = read_text("sshd_config", text, &SSHD_CONFIG).expect("is one");
        assert_eq!(raw(&tree, &["effective", "0", "UsePAM"]), "Yes");
        assert_eq!(raw(&tree, &["effective", "1", "UsePAM"]), "no");
        assert_eq!(raw(&tree, &["effective", "1", "match"]), "User \"é\"");
        assert_eq!(raw(&tree, &["effective", "1"]), "Match User \"é\"");
        let key = at(&tree, &["effective", "1"]).members()[1].key_span;
        assert_eq!(tree.source().position(key.start() as usize).line, 5);
        let comments: Vec<_> = tree.comments.iter().map(|c| tree.raw(c.span)).collect();
        assert_eq!(comments, [" é", " c"]);
    }

    #[test]
    fn mistakes_have_positions() {
        let text = "UsePAM\n= yes\nBanner \"x\nPort 22\n";
        assert_eq!(positions(&SSHD_CONFIG, "sshd_config", text), ["1:1", "2:1", "3:8"]);
    }
}
