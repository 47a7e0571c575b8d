use aplomb_model::{Node, Phrase, Span, Tree, Value};

use self::aliases::{Aliases, Kind};
use self::cursor::{Cursor, Item, Wrong};
use self::defaults::Defaults;
use self::rule::{Rule, rules};
use super::expand::{Expanded, Include};
use crate::piece::{Piece, list, map, named, quoted};
use crate::problems::Problems;
use crate::repetition::Repetition;
use crate::{Format, Input, ReadError};

mod aliases;
mod cursor;
mod defaults;
mod rule;

pub(crate) const SUDOERS: Format = Format {
    id: "sudoers",
    summary: "sudo's policy (sudoers, sudoers.d), its aliases expanded",
    docs: "The tree is `{\"defaults\": [{\"scope\", \"members\": [text, …], \"name\", \"operator\", \
        \"value\", \"negated\"}], \"aliases\": {\"user\": {name: [text, …]}, \"runas\": …, \
        \"host\": …, \"command\": …}, \"rules\": [{\"users\": [text, …], \"hosts\": [text, …], \
        \"runas\": {\"users\": [text, …], \"groups\": [text, …]} or null, \"tags\": [text, …], \
        \"options\": {name: text}, \"commands\": [text, …]}], \"includes\": [text, …], \
        \"effective\": {\"defaults\": {name: value}, \"rules\": […]}}`.\n\n\
        Follows sudoers(5). `rules` has one entry for each group of commands that share who, where, \
        as whom and under which tags; what a command takes over from the one before it is written \
        out, so that `$.rules[*].tags[*]` misses nothing. An item that `!` negates begins with `!`; \
        quotes and backslashes of names are resolved; commands have one blank between words. \
        `scope` is `global`, `host`, `user`, `runas` or `command`, and `members` whom it names; \
        `operator` is `=`, `+=`, `-=` or null; `value` is null for a flag.\n\n\
        `effective.rules` are the rules with every alias that is defined replaced by its \
        members, negated where the alias is. `effective.defaults` are the global ones: a flag is \
        true or false, the last value wins, `+=` and `-=` make lists of words. `includes` are the \
        files that `@include`, `@includedir` and their `#` forms name; they are followed where they \
        stand, so that aliases of one file count in the others. What was not delivered leaves rules \
        that find nothing amiss not evaluated.",
    names: &["**/sudoers", "**/sudoers.d/*"],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let mut files = Expanded::read(input, &SUDOERS, included, &[]);
    let mut policy = Policy { repetition: Repetition::new(input.limits), ..Policy::default() };
    let mut problems = Problems::default();
    let mut cursor = Cursor::new(files.text());
    for piece in files.pieces() {
        cursor.enter(piece);
        while cursor.next_line() && !problems.is_full() && !policy.repetition.is_exceeded() {
            if let Err((span, message)) = policy.line(&mut cursor) {
                problems.add(span, message);
                cursor.skip_line();
            }
        }
    }
    let comments = cursor.into_comments();
    let whole = files.whole();
    let mut repetition = policy.repetition;
    let expanded = policy.aliases.expand(&policy.rules, &mut repetition, &mut problems);
    let (defaults, shadowed) = policy.defaults.effective(whole, &mut repetition);
    files.tree().shadowed = shadowed;
    repetition.check()?;
    let effective = vec![
        named("defaults", defaults),
        named("rules", list(expanded.iter().map(Rule::node).collect())),
    ];
    let members = vec![
        named("defaults", policy.defaults.into_node()),
        named("aliases", policy.aliases.node(whole)),
        named("rules", list(policy.rules.iter().map(Rule::node).collect())),
        named("includes", list(policy.includes)),
        named("effective", map(whole, effective)),
    ];
    files.finish(members, comments, problems)
}

/// What a line includes: a file, or those of a folder whose names have no dot and no `~` at the end.
/// A path that is not absolute starts where the including file is.
fn included(from: &str) -> Box<dyn FnMut(Piece<'_>) -> Vec<Include> + '_> {
    let mut goes_on = false;
    Box::new(move |line| {
        let is_joined = std::mem::replace(&mut goes_on, line.text().ends_with('\\'));
        let directive = line.text().strip_prefix(['@', '#']).filter(|_| !is_joined);
        let Some(directive) = directive.filter(|text| text.starts_with("include")) else {
            return Vec::new();
        };
        let name = directive.split_whitespace().next().unwrap_or_default();
        let path = line.from(1 + name.len()).trim_start();
        let path = path.unquoted(&['"']).unwrap_or(path);
        let (all, skips): (&str, fn(&str) -> bool) = match name {
            "include" => ("", |_| false),
            "includedir" => ("/*", |name| name.contains('.') || name.ends_with('~')),
            _ => return Vec::new(),
        };
        if path.is_empty() {
            return Vec::new();
        }
        let pattern = format!("{}{all}", path.text().trim_end_matches('/'));
        vec![Include { skips, ..Include::new(path.node(), from, &["/etc"], &pattern) }]
    })
}

#[derive(Default)]
struct Policy {
    defaults: Defaults,
    aliases: Aliases,
    rules: Vec<Rule>,
    includes: Vec<Node>,
    repetition: Repetition,
}

impl Policy {
    fn line(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Wrong> {
        let include = ["@includedir", "@include", "#includedir", "#include"];
        if include.into_iter().any(|directive| cursor.eat_keyword(directive)) {
            self.includes.push(cursor.path()?);
            return cursor.end();
        }
        if cursor.eat_keyword("Defaults") {
            return self.defaults.line(cursor, &mut self.repetition);
        }
        for (keyword, kind) in ALIASES {
            if cursor.eat_keyword(keyword) {
                return self.alias(*kind, cursor);
            }
        }
        rules(cursor, &mut self.rules, &mut self.repetition)
    }

    /// `NAME = item, … : NAME = item, …`
    fn alias(&mut self, kind: Kind, cursor: &mut Cursor<'_>) -> Result<(), Wrong> {
        loop {
            let name = cursor.name()?;
            if name.negated || !name.may_be_alias() {
                return Err((name.span, no_alias_name(&name.text)));
            }
            cursor.expect('=', &name)?;
            let items = match kind {
                Kind::Command => cursor.separated(Cursor::command)?,
                Kind::User | Kind::Runas | Kind::Host => cursor.separated(Cursor::name)?,
            };
            self.aliases.define(kind, name, items)?;
            if !cursor.eat(':') {
                return cursor.end();
            }
        }
    }
}

static ALIASES: &[(&str, Kind)] = &[
    ("User_Alias", Kind::User),
    ("Runas_Alias", Kind::Runas),
    ("Host_Alias", Kind::Host),
    ("Cmnd_Alias", Kind::Command),
    ("Cmd_Alias", Kind::Command),
];

/// A list that stands, with or without items, where its span says.
fn items(span: Span, items: &[Item]) -> Node {
    let nodes: Vec<_> = items.iter().map(Item::node).collect();
    let spans = items.iter().map(|item| item.span);
    // Members of aliases stand elsewhere: the list does not reach from one to the other.
    let inside = |item: Span| item.start() >= span.start() && item.end() <= span.end();
    let span = spans.filter(|item| inside(*item)).reduce(Span::cover).unwrap_or(span);
    Node::new(span, Value::List(nodes))
}

fn no_alias_name(name: &str) -> Phrase {
    let name = quoted(name);
    Phrase::new(
        format!("`{name}` is no name of an alias; write capitals, digits and `_`"),
        format!("« {name} » n'est pas un nom d'alias ; écrire majuscules, chiffres et « _ »"),
    )
}

#[cfg(test)]
mod tests;
