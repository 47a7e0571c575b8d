use aplomb_model::{Member, Node, Phrase, Span, Tree, Value};

use self::cursor::{Cursor, Wrong};
use super::expand::{Expanded, Include};
use crate::piece::{Piece, list, map, named, null, quoted};
use crate::problems::Problems;
use crate::repetition::Repetition;
use crate::settings::Settings;
use crate::{Format, Input, ReadError, ReadErrorKind};

mod action;
mod cursor;

pub(crate) const RSYSLOG: Format = Format {
    id: "rsyslog",
    summary: "rsyslog's configuration, legacy lines and RainerScript alike",
    docs: "The tree is `{\"globals\": {name: value}, \"modules\": [{\"load\", …}], \"inputs\": \
        [{\"type\", …}], \"templates\": [{\"name\", \"type\", …, \"elements\": [{\"object\", …}]}], \
        \"actions\": [ACTION, …], \"objects\": [{\"object\", …}], \"directives\": [{\"name\", \
        \"value\"}], \"statements\": [text, …], \"includes\": [text, …]}`. ACTION is `{\"type\", …, \
        \"filters\": [text, …], \"ruleset\", \"text\"}`.\n\n\
        Follows rsyslog.conf(5) and rsyslog's manual. Objects have their parameters as members, \
        names in lower case (`queue.type`, `streamdrivermode`), values text, or lists where written \
        so. `globals` is all of `global(…)`. `modules` are of `module(…)` and `$ModLoad`. \
        `actions` are in order, wherever they stand: `action(…)` by its parameters, and legacy ones \
        as what they mean: `@@host:514` is `{\"type\": \"omfwd\", \"target\", \"port\", \
        \"protocol\"}`, `/var/log/x` is `{\"type\": \"omfile\", \"file\"}`, `*` and names are \
        `{\"type\": \"omusrmsg\", \"users\"}`, `|/x` is `{\"type\": \"ompipe\", \"pipe\"}`, `~` and \
        `stop` are `{\"type\": \"stop\"}`, `call x` is `{\"type\": \"call\", \"target\"}`; what \
        follows `;` is their `template`. `filters` are the selectors, property filters and \
        conditions around an action, from the outside in; that of an `else` is `not (…)`. `ruleset` \
        is the name of the one it stands in, or null.\n\n\
        `objects` are all others (`ruleset`, `main_queue`, `lookup_table`, …). `directives` are \
        the legacy `$Name value` lines, without `$`. `statements` (`set`, `foreach`, …) are as \
        written. `includes` are followed where they stand, where the line says all of it; what was \
        not delivered leaves rules that find nothing amiss not evaluated.",
    names: &["**/rsyslog.conf", "**/rsyslog.d/*.conf"],
    extensions: &[],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let expanded = Expanded::read(input, &RSYSLOG, included, &[]);
    let repetition = Repetition::new(input.limits);
    let cursor = Cursor::new(expanded.text());
    let mut reader = Reader { cursor, repetition, ..Reader::default() };
    for piece in expanded.pieces() {
        reader.cursor.enter(piece);
        while reader.cursor.next().is_some() && !reader.problems.is_full() {
            reader.repetition.check()?;
            if reader.blocks.len() > input.limits.depth.min(64) {
                let at = reader.cursor.point();
                return Err(ReadError::at(ReadErrorKind::Limit, at, too_deep()));
            }
            if let Err((span, message)) = reader.statement() {
                reader.problems.add(span, message);
                reader.cursor.skip_line();
                reader.pending.clear();
            }
        }
    }
    reader.repetition.check()?;
    if let Some(block) = reader.blocks.last() {
        reader.problems.add(block.start, unclosed());
    }
    let members = vec![
        named("globals", reader.globals.into_node(expanded.whole())),
        named("modules", list(reader.modules)),
        named("inputs", list(reader.inputs)),
        named("templates", list(reader.templates)),
        named("actions", list(reader.actions)),
        named("objects", list(reader.objects)),
        named("directives", list(reader.directives)),
        named("statements", list(reader.statements)),
        named("includes", list(reader.includes)),
    ];
    let (comments, problems) = (reader.cursor.into_comments(), reader.problems);
    expanded.finish(members, comments, problems)
}

/// What a line includes: `$IncludeConfig PATTERN` or `include(file="PATTERN" …)`. A folder stands for
/// the files in it.
fn included(from: &str) -> Box<dyn FnMut(Piece<'_>) -> Vec<Include> + '_> {
    Box::new(move |line| {
        let text = line.text();
        let begins = |word: &str| {
            text.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word))
        };
        let path = if begins("$IncludeConfig") {
            line.from("$IncludeConfig".len()).split_word().0
        } else if begins("include(") {
            let file = text.find("file=\"").map(|at| line.from(at + "file=\"".len()));
            match file.and_then(|file| file.split_once(&['"'])) {
                Some((path, _)) => path,
                None => return Vec::new(),
            }
        } else {
            return Vec::new();
        };
        if path.is_empty() {
            return Vec::new();
        }
        let all = if path.text().ends_with('/') { "*" } else { "" };
        let pattern = format!("{}{all}", path.text());
        vec![Include::new(path.node(), from, &["/etc"], &pattern)]
    })
}

#[derive(Default)]
struct Reader<'a> {
    cursor: Cursor<'a>,
    globals: Settings,
    modules: Vec<Node>,
    inputs: Vec<Node>,
    templates: Vec<Node>,
    actions: Vec<Node>,
    objects: Vec<Node>,
    directives: Vec<Node>,
    statements: Vec<Node>,
    includes: Vec<Node>,
    problems: Problems,
    repetition: Repetition,
    /// The braces that are open.
    blocks: Vec<Block>,
    /// The filters of the statement that comes next.
    pending: Vec<Node>,
    /// The filters of the statement before, which `&` and `else` go on with.
    last: Vec<Node>,
}

struct Block {
    start: Span,
    filters: Vec<Node>,
    ruleset: Option<Node>,
}

static STATEMENTS: &[&str] = &["call_indirect", "reset", "set", "unset"];

impl<'a> Reader<'a> {
    fn statement(&mut self) -> Result<(), Wrong> {
        let here = self.cursor.here();
        match self.cursor.next() {
            Some('{') => {
                self.cursor.take(1);
                self.open(here, None);
                return Ok(());
            }
            Some('}') => {
                self.cursor.take(1);
                let block = self.blocks.pop().ok_or_else(|| (here, closes_nothing()))?;
                self.last = block.filters;
                return Ok(());
            }
            Some('$') if self.pending.is_empty() => return self.directive(),
            Some('&') => {
                self.cursor.take(1);
                self.go_on(here);
                self.cursor.next();
                return Ok(());
            }
            Some(':') if self.cursor.is_property_filter() => {
                let filter = self.cursor.property_filter()?;
                self.pending.push(filter.node());
                return Ok(());
            }
            _ => {}
        }
        let word = self.cursor.word();
        if self.cursor.opens_parameters(word) {
            return self.object(word);
        }
        match word.text() {
            "if" => {
                self.cursor.take(word.text().len());
                let condition = self.cursor.condition().ok_or_else(|| (word.span(), no_then()))?;
                self.pending.push(condition.node());
                Ok(())
            }
            "else" => {
                self.cursor.take(word.text().len());
                self.go_on(here);
                let condition = self.pending.last_mut().ok_or_else(|| (word.span(), no_if()))?;
                let text = format!("not ({})", condition.as_str().unwrap_or_default());
                *condition = Node::text(condition.span, text);
                Ok(())
            }
            "foreach" => {
                let head = self.cursor.until_sign('{');
                self.statements.push(head.trim().node());
                Ok(())
            }
            text if STATEMENTS.contains(&text) => {
                let statement = self.cursor.until_sign(';');
                self.cursor.take(1);
                self.statements.push(statement.trim().node());
                self.done();
                Ok(())
            }
            "stop" | "continue" | "call" => {
                self.cursor.take(word.text().len());
                let target = (word.text() == "call").then(|| self.cursor.take_word());
                self.act(action::plain(word, target));
                Ok(())
            }
            _ if self.cursor.is_selector() => self.selector(),
            text if !text.is_empty() && self.pending.is_empty() => {
                let line = self.cursor.line();
                Err((line.span(), no_statement(line.text())))
            }
            _ => {
                let text = self.cursor.line();
                let members =
                    action::legacy(text).ok_or_else(|| (text.span(), no_statement(text.text())))?;
                self.act((text, members));
                Ok(())
            }
        }
    }

    /// Takes over the filters of the statement before.
    fn go_on(&mut self, at: Span) {
        if self.last.iter().all(|filter| self.repetition.allows_node(at, filter)) {
            self.pending.clone_from(&self.last);
        }
    }

    fn open(&mut self, start: Span, ruleset: Option<Node>) {
        let filters = std::mem::take(&mut self.pending);
        let ruleset = ruleset.or_else(|| self.ruleset(start));
        self.blocks.push(Block { start, filters, ruleset });
    }

    /// The name of the ruleset that is open.
    fn ruleset(&mut self, at: Span) -> Option<Node> {
        let name = self.blocks.last()?.ruleset.as_ref()?;
        self.repetition.allows_node(at, name).then(|| name.clone())
    }

    /// Ends a statement: its filters may go on behind it.
    fn done(&mut self) {
        self.last = std::mem::take(&mut self.pending);
    }

    fn act(&mut self, (text, mut members): (Piece<'_>, Vec<Member>)) {
        let mut filters = Vec::new();
        for filter in self.blocks.iter().flat_map(|block| &block.filters) {
            if self.repetition.allows_node(text.span(), filter) {
                filters.push(filter.clone());
            }
        }
        filters.extend(self.pending.iter().cloned());
        // Filters stand around the action: the list is where the action is.
        let filters = Node::new(text.span(), Value::List(filters));
        let ruleset = self.ruleset(text.span());
        members.extend([
            named("filters", filters),
            named("ruleset", ruleset.unwrap_or_else(|| null(text.start()))),
            named("text", text.node()),
        ]);
        self.actions.push(map(text.span(), members));
        self.done();
    }

    /// `$Name value`
    fn directive(&mut self) -> Result<(), Wrong> {
        let line = self.cursor.line();
        let (name, value) = line.from(1).split_word();
        if !name.text().starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err((line.span(), no_statement(line.text())));
        }
        match name.text().to_ascii_lowercase().as_str() {
            "includeconfig" => self.includes.push(value.node()),
            "modload" => self.modules.push(map(line.span(), vec![named("load", value.node())])),
            _ => {}
        }
        let members = vec![named("name", name.node()), named("value", value.node())];
        self.directives.push(map(line.span(), members));
        Ok(())
    }

    /// `facility.priority`, before an action.
    fn selector(&mut self) -> Result<(), Wrong> {
        let (selector, length) = self.cursor.selector();
        let start = self.cursor.point();
        self.cursor.take(length);
        let span = start.cover(self.cursor.point());
        self.pending.push(Node::text(span, selector));
        if self.cursor.ends_line() {
            return Err((span, no_action()));
        }
        Ok(())
    }

    /// `name(parameter="value" …)`
    fn object(&mut self, word: Piece<'a>) -> Result<(), Wrong> {
        let start = word.start();
        self.cursor.take(word.text().len());
        let mut members = self.cursor.parameters()?;
        let span = Span::from_range(start..self.cursor.point().end() as usize);
        let kind = word.text().to_ascii_lowercase();
        let object = named("object", Node::text(word.span(), kind.as_str()));
        match kind.as_str() {
            "action" => {
                let text = self.cursor.written(span);
                self.act((text, members));
                return Ok(());
            }
            "global" => members.into_iter().for_each(|member| self.globals.set_last(member)),
            "module" => self.modules.push(map(span, members)),
            "input" => self.inputs.push(map(span, members)),
            "include" => {
                let file = members.iter().find(|member| &*member.key == "file");
                self.includes.extend(file.map(|member| member.value.clone()));
            }
            "template" => {
                let elements = self.elements()?;
                members.push(named("elements", list(elements)));
                self.templates.push(map(span, members));
            }
            "ruleset" => {
                let name = members.iter().find(|member| &*member.key == "name");
                let name = name.map(|member| member.value.clone());
                members.insert(0, object);
                self.objects.push(map(span, members));
                if self.cursor.next() == Some('{') {
                    let here = self.cursor.here();
                    self.cursor.take(1);
                    self.open(here, name);
                }
                return Ok(());
            }
            _ if OBJECTS.contains(&&*kind) => {
                members.insert(0, object);
                self.objects.push(map(span, members));
            }
            _ => return Err((word.span(), no_statement(word.text()))),
        }
        self.done();
        Ok(())
    }

    /// The parts of a template: `{ constant(…) property(…) }`, if it has any.
    fn elements(&mut self) -> Result<Vec<Node>, Wrong> {
        let mut elements = Vec::new();
        if self.cursor.next() != Some('{') {
            return Ok(elements);
        }
        let start = self.cursor.here();
        self.cursor.take(1);
        loop {
            let word = self.cursor.word();
            match self.cursor.next() {
                Some('}') => {
                    self.cursor.take(1);
                    return Ok(elements);
                }
                Some(_) if self.cursor.opens_parameters(word) => {}
                Some(_) => return Err((self.cursor.here(), no_statement(word.text()))),
                None => return Err((start, unclosed())),
            }
            self.cursor.take(word.text().len());
            let mut members = vec![named("object", word.node())];
            members.extend(self.cursor.parameters()?);
            let span = word.span().cover(self.cursor.point());
            elements.push(map(span, members));
        }
    }
}

static OBJECTS: &[&str] = &[
    "dyn_stats",
    "lookup_table",
    "main_queue",
    "parser",
    "perctile_stats",
    "ratelimit",
    "timezone",
];

fn no_statement(text: &str) -> Phrase {
    let text = quoted(text.lines().next().unwrap_or_default());
    Phrase::new(
        format!("rsyslog does not understand `{text}`; write `selector action` or an object"),
        format!("rsyslog ne comprend pas « {text} » ; écrire « sélecteur action » ou un objet"),
    )
}

fn no_action() -> Phrase {
    Phrase::new(
        "no action follows, and rsyslog refuses the line; write a file, `@host` or an object",
        "aucune action ne suit, et rsyslog refuse la ligne ; écrire un fichier, « @hôte » ou un objet",
    )
}

fn no_then() -> Phrase {
    Phrase::new(
        "this `if` has no `then`; write `if condition then …`",
        "ce « if » n'a pas de « then » ; écrire « if condition then … »",
    )
}

fn no_if() -> Phrase {
    Phrase::new(
        "no `if` stands before this `else`; remove it",
        "aucun « if » ne précède cet « else » ; l'enlever",
    )
}

fn closes_nothing() -> Phrase {
    Phrase::new("this `}` closes nothing; remove it", "cette « } » ne ferme rien ; l'enlever")
}

fn unclosed() -> Phrase {
    Phrase::new(
        "this block is never closed; end it with `}`",
        "ce bloc n'est jamais fermé ; le terminer par « } »",
    )
}

fn too_deep() -> Phrase {
    Phrase::new(
        "blocks nest too deep to be read; flatten them",
        "les blocs sont trop imbriqués pour être lus ; les aplatir",
    )
}

#[cfg(test)]
mod tests;
