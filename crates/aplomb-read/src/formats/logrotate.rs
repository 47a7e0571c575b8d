use aplomb_model::{Comment, Member, Node, Phrase, Shadowed, Span, Tree, Value};

use self::keywords::{Takes, keyword};
use super::expand::{Expanded, Include};
use crate::piece::{Piece, list, map, named, null, quoted};
use crate::problems::{Problems, unclosed_quote};
use crate::repetition::Repetition;
use crate::settings::Settings;
use crate::{Format, Input, ReadError};

mod keywords;

pub(crate) const LOGROTATE: Format = Format {
    id: "logrotate",
    summary: "logrotate's configuration, and what takes effect for each group of logs",
    docs: "The tree is `{\"directives\": [DIRECTIVE, …], \"effective\": {name: value}, \"logs\": \
        [{\"paths\": [text, …], \"directives\": [DIRECTIVE, …], \"effective\": {name: value}, \
        \"scripts\": {name: text}}], \"includes\": [text, …]}`; DIRECTIVE is `{\"keyword\", \
        \"value\"}`, of which the value is null where none is written.\n\n\
        Follows logrotate.conf(5). `directives` are as written, outside of any group and in one. A \
        group's `effective` holds what was set globally before it and what it sets itself, the \
        last one counting: `frequency` is `hourly`, `daily`, `weekly`, `monthly` or `yearly` (and \
        absent where `size` decides); a flag (`compress`, `missingok`, `sharedscripts`, …) is true, \
        or false where its opposite is written (`nocompress`; `notifempty` is `ifempty`: false); \
        other values are text, or false where `nocreate`, `nomail` and `noolddir` turn them off. \
        What is not written is absent. `scripts` are by name (`postrotate`, …), without \
        `endscript`. `includes` are followed where they stand; what was not delivered leaves rules \
        that find nothing amiss not evaluated.",
    names: &["**/logrotate.conf", "**/logrotate.d/*"],
    extensions: &["logrotate"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    let mut expanded = Expanded::read(input, &LOGROTATE, included, &[]);
    let mut reader = Reader { repetition: Repetition::new(input.limits), ..Reader::default() };
    for line in expanded.pieces().flat_map(Piece::lines) {
        if reader.problems.is_full() || reader.repetition.is_exceeded() {
            break;
        }
        reader.line(line);
    }
    reader.repetition.check()?;
    let whole = expanded.whole();
    reader.end(whole.end() as usize);
    let Reader { global, logs, includes, comments, problems, shadowed, .. } = reader;
    let Section { directives, effective, .. } = global;
    expanded.tree().shadowed = effective.shadowed().chain(shadowed).collect();
    let members = vec![
        named("directives", list(directives)),
        named("effective", effective.into_node(whole)),
        named("logs", list(logs)),
        named("includes", list(includes)),
    ];
    expanded.finish(members, comments, problems)
}

/// Endings of files that logrotate passes over in a folder.
const TABOO: [&str; 13] = [
    ",v",
    ".bak",
    ".cfsaved",
    ".disabled",
    ".dpkg-dist",
    ".dpkg-new",
    ".dpkg-old",
    ".rpmnew",
    ".rpmorig",
    ".rpmsave",
    ".swp",
    ".ucf-old",
    "~",
];

/// What a line includes: a file, or all of a folder. What stands in a script is none.
fn included(from: &str) -> Box<dyn FnMut(Piece<'_>) -> Vec<Include> + '_> {
    let mut in_script = false;
    Box::new(move |line| {
        let (word, rest) = line.split_word();
        if in_script {
            in_script = word.text() != "endscript";
            return Vec::new();
        }
        in_script = keyword(word.text()).is_some_and(|(_, takes)| takes == Takes::Script);
        let path = rest.strip_prefix('=').map_or(rest, Piece::trim_start);
        if word.text() != "include" || path.is_empty() {
            return Vec::new();
        }
        let folder = format!("{}/*", path.text().trim_end_matches('/'));
        let mut include = Include::new(path.node(), from, &["/etc"], &folder);
        include.places.extend(Include::new(path.node(), from, &["/etc"], path.text()).places);
        include.skips = |name| TABOO.iter().any(|end| name.ends_with(end));
        vec![include]
    })
}

#[derive(Default)]
struct Reader<'a> {
    global: Section,
    /// Paths whose group has not begun yet.
    paths: Vec<Node>,
    group: Option<Section>,
    script: Option<Script<'a>>,
    logs: Vec<Node>,
    includes: Vec<Node>,
    comments: Vec<Comment>,
    problems: Problems,
    repetition: Repetition,
    shadowed: Vec<Shadowed>,
}

/// What is set globally or for a group of logs.
#[derive(Default)]
struct Section {
    start: Span,
    paths: Vec<Node>,
    directives: Vec<Node>,
    effective: Settings,
    scripts: Vec<Member>,
}

struct Script<'a> {
    keyword: Piece<'a>,
    lines: Vec<Piece<'a>>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, line: Piece<'a>) {
        if let Some(script) = &mut self.script {
            if line.split_word().0.text() == "endscript" {
                self.end_script();
            } else {
                script.lines.push(line);
            }
            return;
        }
        let mut rest = line.trim();
        while let Some(first) = rest.text().chars().next() {
            let (here, after) = rest.split_at(first.len_utf8());
            rest = match first {
                '#' => {
                    let span = after.span();
                    self.comments.push(Comment { span });
                    return;
                }
                '{' => self.begin(here, after),
                '}' => self.finish(here, after),
                '/' | '~' | '"' | '\'' => self.path(rest),
                _ if first.is_ascii_alphabetic() => self.directive(rest),
                _ => {
                    self.problems.add(rest.span(), no_directive(rest.text()));
                    return;
                }
            }
            .trim_start();
        }
    }

    fn begin(&mut self, here: Piece<'a>, after: Piece<'a>) -> Piece<'a> {
        if self.paths.is_empty() || self.group.is_some() {
            self.problems.add(here.span(), no_paths());
        }
        let paths = std::mem::take(&mut self.paths);
        let start = paths.first().map_or(here.span(), |path| path.span);
        let inherited = self.global.effective.members();
        let may = |member: &Member| self.repetition.allows_node(start, &member.value);
        let effective = if inherited.iter().all(may) {
            self.global.effective.clone()
        } else {
            Settings::default()
        };
        self.group = Some(Section { start, paths, effective, ..Section::default() });
        after
    }

    fn finish(&mut self, here: Piece<'a>, after: Piece<'a>) -> Piece<'a> {
        match self.group.take() {
            Some(group) => {
                self.shadowed.extend(group.effective.shadowed());
                self.logs.push(group.into_node(here.span()));
            }
            None => self.problems.add(here.span(), closes_nothing()),
        }
        after
    }

    fn path(&mut self, rest: Piece<'a>) -> Piece<'a> {
        if self.group.is_some() {
            self.problems.add(rest.span(), path_in_group());
            return rest.from(rest.text().len());
        }
        for quote in ['"', '\''] {
            let Some(inner) = rest.strip_prefix(quote) else { continue };
            let Some((path, after)) = inner.split_once(&[quote]) else {
                self.problems.add(rest.span(), unclosed_quote());
                return rest.from(rest.text().len());
            };
            self.paths.push(path.node());
            return after;
        }
        let end = rest.text().find(|c: char| c.is_whitespace() || c == '{');
        let (path, after) = rest.split_at(end.unwrap_or(rest.text().len()));
        self.paths.push(path.node());
        after
    }

    fn directive(&mut self, rest: Piece<'a>) -> Piece<'a> {
        let text = rest.text();
        let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        let (name, after) = rest.split_at(end);
        let Some((known, takes)) = keyword(name.text()) else {
            self.problems.add(name.span(), unknown(name.text()));
            return after.from(after.text().len());
        };
        let value = after.trim_start();
        let value = value.strip_prefix('=').map_or(value, Piece::trim_start);
        match takes {
            Takes::Nothing | Takes::Frequency => {
                let weekday = known == "frequency"
                    && name.text() == "weekly"
                    && value.text().starts_with(|c: char| c.is_ascii_digit());
                let (weekday, after) =
                    if weekday { value.split_at(1) } else { (after.until(0), after) };
                let value = (!weekday.is_empty()).then_some(weekday);
                let set = if takes == Takes::Frequency {
                    name.node()
                } else {
                    Node::new(name.span(), Value::Bool(name.text() == known))
                };
                self.set(name, value, known, set);
                after.strip_prefix('=').unwrap_or(after)
            }
            Takes::Script => {
                self.script = Some(Script { keyword: name, lines: Vec::new() });
                after.from(after.text().len())
            }
            Takes::Value if value.is_empty() => {
                self.problems.add(name.span(), no_value(name.text()));
                value
            }
            Takes::Value if known == "include" => {
                self.includes.push(value.node());
                value.from(value.text().len())
            }
            Takes::Value | Takes::Maybe => {
                self.set(name, (!value.is_empty()).then_some(value), known, value.node());
                value.from(value.text().len())
            }
        }
    }

    fn set(&mut self, name: Piece<'_>, value: Option<Piece<'_>>, known: &str, set: Node) {
        let section = self.group.as_mut().unwrap_or(&mut self.global);
        let written = value.map_or_else(|| null(name.end()), Piece::node);
        let span = name.span().cover(written.span);
        let members = vec![named("keyword", name.node()), named("value", written)];
        section.directives.push(map(span, members));
        // How much and how often exclude one another.
        match known {
            "frequency" => section.effective.remove("size"),
            "size" => section.effective.remove("frequency"),
            _ => {}
        }
        section.effective.set_last(Member { key: known.into(), key_span: name.span(), value: set });
    }

    fn end_script(&mut self) {
        let Some(Script { keyword, lines }) = self.script.take() else { return };
        let spans = lines.iter().map(|line| line.span());
        let span =
            spans.reduce(Span::cover).unwrap_or_else(|| keyword.from(keyword.text().len()).span());
        let lines: Vec<_> = lines.iter().map(|line| line.text()).collect();
        let section = self.group.as_mut().unwrap_or(&mut self.global);
        section.scripts.push(keyword.names(Node::text(span, lines.join("\n"))));
    }

    /// Refuses what is not closed at the end of the text.
    fn end(&mut self, at: usize) {
        if let Some(script) = &self.script {
            self.problems.add(script.keyword.span(), no_endscript(script.keyword.text()));
        } else if let Some(group) = &self.group {
            self.problems.add(group.start, unclosed_group());
        } else if let Some(path) = self.paths.first() {
            self.problems.add(path.span.cover(Span::from_range(at..at)), paths_alone());
        }
    }
}

impl Section {
    fn into_node(self, end: Span) -> Node {
        let span = self.start.cover(end);
        let members = vec![
            named("paths", list(self.paths)),
            named("directives", list(self.directives)),
            named("effective", self.effective.into_node(span)),
            named("scripts", map(span, self.scripts)),
        ];
        map(span, members)
    }
}

fn unknown(keyword: &str) -> Phrase {
    let keyword = quoted(keyword);
    Phrase::new(
        format!("logrotate knows no `{keyword}` and passes over the line; correct or remove it"),
        format!(
            "logrotate ne connaît pas « {keyword} » et ignore la ligne ; la corriger ou l'enlever"
        ),
    )
}

fn no_value(keyword: &str) -> Phrase {
    let keyword = quoted(keyword);
    Phrase::new(
        format!("`{keyword}` has no value, and logrotate skips these logs; give it one"),
        format!(
            "« {keyword} » n'a pas de valeur, et logrotate saute ces journaux ; lui en donner une"
        ),
    )
}

fn no_directive(text: &str) -> Phrase {
    let text = quoted(text);
    Phrase::new(
        format!("`{text}` is neither a keyword nor a path; put a pattern in quotes"),
        format!("« {text} » n'est ni un mot-clé ni un chemin ; mettre un motif entre guillemets"),
    )
}

fn no_paths() -> Phrase {
    Phrase::new(
        "no path stands before this `{`; write the logs it is for",
        "aucun chemin ne précède cette « { » ; écrire les journaux concernés",
    )
}

fn path_in_group() -> Phrase {
    Phrase::new(
        "a path stands inside a group; close the group with `}` before it",
        "un chemin se trouve dans un groupe ; fermer le groupe par « } » avant lui",
    )
}

fn closes_nothing() -> Phrase {
    Phrase::new("this `}` closes nothing; remove it", "cette « } » ne ferme rien ; l'enlever")
}

fn unclosed_group() -> Phrase {
    Phrase::new(
        "this group is never closed; end it with `}`",
        "ce groupe n'est jamais fermé ; le terminer par « } »",
    )
}

fn no_endscript(keyword: &str) -> Phrase {
    Phrase::new(
        format!("this `{keyword}` never ends; write `endscript` on a line of its own after it"),
        format!(
            "ce « {keyword} » ne finit jamais ; écrire « endscript » seul sur une ligne après lui"
        ),
    )
}

fn paths_alone() -> Phrase {
    Phrase::new(
        "nothing is said of these logs; write `{ … }` after the paths",
        "rien n'est dit de ces journaux ; écrire « { … } » après les chemins",
    )
}

#[cfg(test)]
mod tests;
