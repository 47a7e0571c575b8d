use aplomb_model::{Node, Phrase, Span, Tree};

use self::defines::Defines;
use self::statements::{End, Mark, Statement, Statements};
use crate::piece::{Piece, list, map, named, null, quoted};
use crate::problems::{Problems, unclosed_quote};
use crate::{Format, Input, ReadError};

mod defines;
mod rule;
mod statements;

pub(crate) const NFTABLES: Format = Format {
    id: "nftables",
    summary: "nftables rulesets, and what their rules match",
    docs: "The tree is `{\"tables\": [{\"family\", \"name\", \"comment\", \"chains\": [CHAIN, …], \
        \"sets\": [{\"kind\", \"name\", \"type\", \"flags\": [text, …], \"elements\": [text, …], \
        \"other\": [text, …]}], \"objects\": [{\"kind\", \"name\", \"text\"}], \
        \"flags\": [text, …]}], \
        \"defines\": {name: [text, …]}, \"includes\": [text, …], \"commands\": [text, …]}`. CHAIN is \
        `{\"name\", \"type\", \"hook\", \"device\", \"priority\", \"policy\", \"comment\", \
        \"rules\": [RULE, …]}`; a chain that no hook calls has null there, and a `policy` that is \
        not written (null) is accept. RULE is `{\"text\", \"matches\": [{\"key\", \"operator\", \
        \"values\": [text, …]}], \"protocol\", \"saddr\", \"daddr\", \"sport\", \"dport\", \"iif\", \
        \"oif\", \"verdict\", \"target\", \"comment\", \"understood\"}`.\n\n\
        Follows nft(8). `matches` are the conditions in order: `key` is `ip saddr`, `tcp dport`, \
        `ct state`, …; `operator` is `==` where none is written. Variables are replaced by their \
        values where this file defines them; `@set` is not. `protocol` to `oif` are lists of what \
        the `==` conditions ask for, empty where nothing does (`iif` and `oif` also of the \
        interface's name). `verdict` is `accept`, `drop`, `reject`, `jump`, … and `target` what \
        follows it. `understood` is false where a rule has a part that this reader cannot tell \
        apart (concatenations, maps, bitwise masks): what comes before that part is in `matches`, \
        and `verdict` is null.\n\n\
        `commands` are lines outside of tables, such as `flush ruleset` or `add rule …`, as \
        written. `includes` are not followed. A table that is written twice is listed twice.",
    names: &["**/nftables.conf", "**/nftables/*.conf", "**/nftables.d/*.conf"],
    extensions: &["nft"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let mut reader = Reader {
        statements: Statements::new(input.source.text()),
        defines: Defines::new(input.limits),
        includes: Vec::new(),
        problems: Problems::default(),
    };
    let mut tables = Vec::new();
    let mut commands = Vec::new();
    while let Some(statement) = reader.next(&["table"]) {
        let first = statement.word(0);
        match first {
            "" => {}
            "table" => tables.push(reader.table(&statement)),
            _ if COMMANDS.contains(&first) => commands.push(statement.node()),
            _ => {
                let at = statement.tokens.first().map_or_else(Span::default, |t| t.piece.span());
                reader.problems.add(at, unknown_command(first));
            }
        }
        if statement.end == End::Closed {
            reader.problems.add(statement.end_span, closes_nothing());
        }
    }
    reader.defines.check()?;
    let members = vec![
        named("tables", list(tables)),
        named("defines", reader.defines.into_node()),
        named("includes", list(reader.includes)),
        named("commands", list(commands)),
    ];
    input.tree(&NFTABLES, members, reader.statements.into_comments(), reader.problems)
}

static COMMANDS: &[&str] = &[
    "add", "create", "delete", "describe", "destroy", "export", "flush", "get", "import", "insert",
    "list", "monitor", "rename", "replace", "reset",
];

struct Reader<'a> {
    statements: Statements<'a>,
    defines: Defines,
    includes: Vec<Node>,
    problems: Problems,
}

impl<'a> Reader<'a> {
    /// The next statement that is no definition and no inclusion. Those that begin with one of
    /// `blocks` end where their block begins.
    fn next(&mut self, blocks: &[&str]) -> Option<Statement<'a>> {
        while !self.problems.is_full() {
            let statement = self.statements.next(blocks)?;
            if let Some(span) = statement.unclosed_quote {
                self.problems.add(span, unclosed_quote());
            } else if statement.end == End::Missing {
                self.problems.add(statement.end_span, unclosed_brace());
            }
            match (statement.word(0), statement.tokens.get(1)) {
                ("include", Some(file)) => self.includes.push(file.piece.node()),
                ("define" | "redefine", Some(name)) => {
                    if let Err((span, message)) = self.defines.define(name.piece, &statement) {
                        self.problems.add(span, message);
                    }
                }
                ("undefine", Some(_)) => {}
                ("", None) if statement.end != End::Closed => {}
                _ => return Some(statement),
            }
            if statement.end == End::Closed {
                return Some(Statement { tokens: Vec::new(), ..statement });
            }
        }
        None
    }

    /// The statements of a block up to its end, each given to `take`.
    fn block(&mut self, blocks: &[&str], mut take: impl FnMut(&mut Self, &Statement<'a>)) -> Span {
        let mut told = false;
        while let Some(statement) = self.next(blocks) {
            told |= statement.end == End::Missing;
            if !statement.tokens.is_empty() {
                take(self, &statement);
            }
            if statement.end == End::Closed {
                return statement.end_span;
            }
        }
        let end = self.statements.point();
        if !told {
            self.problems.add(end, unclosed_brace());
        }
        end
    }

    fn table(&mut self, head: &Statement<'a>) -> Node {
        let families = ["ip", "ip6", "inet", "arp", "bridge", "netdev"];
        let (family, name) = match (head.piece(1), head.piece(2)) {
            (family, Some(name)) => (family, Some(name)),
            (Some(family), None) if families.contains(&family.text()) => (Some(family), None),
            (name, None) => (None, name),
        };
        let mut span = head.span();
        let Some(name) = name else {
            self.problems.add(span, no_name("table"));
            return null(span.start() as usize);
        };
        let family = family.map_or_else(|| Node::text(name.until(0).span(), "ip"), Piece::node);
        let mut table = Table::default();
        if head.end == End::Block {
            let end = self.block(BLOCKS, |reader, statement| table.take(reader, statement));
            span = span.cover(end);
        }
        let members = vec![
            named("family", family),
            named("name", name.node()),
            named("comment", table.comment.unwrap_or_else(|| null(name.end()))),
            named("chains", list(table.chains)),
            named("sets", list(table.sets)),
            named("objects", list(table.objects)),
            named("flags", list(table.flags)),
        ];
        map(span, members)
    }

    fn chain(&mut self, head: &Statement<'a>) -> Node {
        let Some(name) = head.piece(1).filter(|_| head.end == End::Block) else {
            self.problems.add(head.span(), no_name("chain"));
            return null(head.span().start() as usize);
        };
        let mut chain = Chain::new(name);
        let end = self.block(&[], |reader, statement| chain.take(reader, statement));
        chain.into_node(name, head.span().cover(end))
    }

    fn set(&mut self, head: &Statement<'a>) -> Node {
        let Some(name) = head.piece(1).filter(|_| head.end == End::Block) else {
            self.problems.add(head.span(), no_name("set"));
            return null(head.span().start() as usize);
        };
        let mut kind = null(name.end());
        let mut flags = Vec::new();
        let mut elements = Vec::new();
        let mut other = Vec::new();
        let end = self.block(&[], |reader, statement| match statement.word(0) {
            "type" | "typeof" => kind = statement.after(1),
            "flags" => flags = reader.defines.values(statement.from(1)),
            "elements" => {
                elements = reader.defines.values(statement.from(2));
            }
            _ => other.push(statement.node()),
        });
        let members = vec![
            named("kind", head.piece(0).unwrap_or(name).node()),
            named("name", name.node()),
            named("type", kind),
            named("flags", list(flags)),
            named("elements", list(elements)),
            named("other", list(other)),
        ];
        map(head.span().cover(end), members)
    }

    /// A counter, a quota, a flowtable, …: its content as written.
    fn object(&mut self, head: &Statement<'a>) -> Node {
        let mut content: Option<Span> = None;
        let mut end = head.span();
        if head.end == End::Block {
            end = self.block(&[], |_, statement| {
                let span = statement.span();
                content = Some(content.map_or(span, |known| known.cover(span)));
            });
        }
        let name = head.tokens.last().map(|token| token.piece);
        let kind = head.tokens.len().saturating_sub(1).max(1);
        let at = content.unwrap_or_else(|| Span::new(end.end(), end.end()));
        let text = self.statements.text(at);
        let members = vec![
            named("kind", head.until(kind)),
            named("name", name.map_or_else(|| null(0), Piece::node)),
            named("text", Node::text(at, text)),
        ];
        map(head.span().cover(end), members)
    }
}

static BLOCKS: &[&str] =
    &["chain", "counter", "ct", "flowtable", "limit", "map", "quota", "secmark", "set", "synproxy"];

#[derive(Default)]
struct Table {
    comment: Option<Node>,
    chains: Vec<Node>,
    sets: Vec<Node>,
    objects: Vec<Node>,
    flags: Vec<Node>,
}

impl Table {
    fn take<'a>(&mut self, reader: &mut Reader<'a>, statement: &Statement<'a>) {
        match statement.word(0) {
            "chain" => self.chains.push(reader.chain(statement)),
            "set" | "map" => self.sets.push(reader.set(statement)),
            "comment" => self.comment = Some(statement.after(1)),
            "flags" => self.flags = reader.defines.values(statement.from(1)),
            word if BLOCKS.contains(&word) => self.objects.push(reader.object(statement)),
            word => reader.problems.add(statement.span(), unknown_in_table(word)),
        }
    }
}

struct Chain {
    hook: [Node; 4],
    policy: Node,
    comment: Node,
    rules: Vec<Node>,
}

impl Chain {
    /// What a line that begins with `type` may say, each word before its value.
    const HOOK: [&str; 4] = ["type", "hook", "device", "priority"];

    fn new(name: Piece<'_>) -> Self {
        let none = || null(name.end());
        Self {
            hook: [none(), none(), none(), none()],
            policy: none(),
            comment: none(),
            rules: Vec::new(),
        }
    }

    fn take<'a>(&mut self, reader: &mut Reader<'a>, statement: &Statement<'a>) {
        match statement.word(0) {
            "type" if statement.tokens.iter().any(|token| token.piece.text() == "hook") => {
                self.hook(statement);
            }
            "policy" => self.policy = statement.after(1),
            "comment" => self.comment = statement.after(1),
            _ => self.rules.push(rule::rule(statement, &mut reader.defines)),
        }
    }

    fn hook(&mut self, statement: &Statement<'_>) {
        let starts = |word: &str| {
            let same = |token: &statements::Token<'_>| {
                token.mark == Mark::Word
                    && (token.piece.text() == word
                        || (word == "device" && token.piece.text() == "devices"))
            };
            statement.tokens.iter().position(same)
        };
        for (word, value) in Self::HOOK.into_iter().zip(&mut self.hook) {
            let Some(start) = starts(word) else { continue };
            let all = Self::HOOK.into_iter().filter_map(starts);
            let end = all.filter(|next| *next > start).min().unwrap_or(statement.tokens.len());
            *value = statement.between(start + 1, end);
        }
    }

    fn into_node(self, name: Piece<'_>, span: Span) -> Node {
        let mut members = vec![named("name", name.node())];
        members.extend(Self::HOOK.into_iter().zip(self.hook).map(|(key, value)| named(key, value)));
        members.extend([
            named("policy", self.policy),
            named("comment", self.comment),
            named("rules", list(self.rules)),
        ]);
        map(span, members)
    }
}

fn unknown_command(word: &str) -> Phrase {
    let word = quoted(word);
    Phrase::new(
        format!("nft knows no command `{word}`; write `table`, `define`, `include`, `add`, …"),
        format!(
            "nft ne connaît pas la commande « {word} » ; écrire « table », « define », « include », « add », …"
        ),
    )
}

fn unknown_in_table(word: &str) -> Phrase {
    let word = quoted(word);
    Phrase::new(
        format!("a table has no `{word}`; write chains, sets and maps, and rules inside chains"),
        format!(
            "une table n'a pas de « {word} » ; écrire des chaînes, des ensembles, et les règles dans les chaînes"
        ),
    )
}

fn no_name(what: &str) -> Phrase {
    Phrase::new(
        format!("this {what} is not complete; write `{what} NAME {{ … }}`"),
        format!("cette définition est incomplète ; écrire « {what} NOM {{ … }} »"),
    )
}

fn unclosed_brace() -> Phrase {
    Phrase::new(
        "a `}` is missing before this place; close the block",
        "une « } » manque avant cet endroit ; fermer le bloc",
    )
}

fn closes_nothing() -> Phrase {
    Phrase::new("this `}` closes nothing; remove it", "cette « } » ne ferme rien ; l'enlever")
}

#[cfg(test)]
mod tests;
