//! `text`: patterns that must not, or must, occur in what was written.

use aplomb_model::{Node, Outcome, Phrase, Role, Span};
use regex::{Captures, Match, Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use super::{Check, Kind, NodeCheck};
use crate::compile::Compiling;
use crate::judgement::{Judgement, Place, View};
use crate::path::{Hit, Path};

pub(crate) const KIND: Kind = Kind {
    id: "text",
    summary: "patterns that the text must not, or must, contain",
    docs: r#"`forbid` and `require` hold regular expressions (no look-around, linear time) that are tried on the
text of the selected nodes as written, the whole file by default. `except` holds JSONPaths whose spans do not
count. A group named `at` narrows a match to what is pointed at; `allow` holds expressions that excuse it
where they match it. With `secret = true` what was found is blanked in every report.

```toml
[rule.PR-004]
subjects = { kind = "document" }
text = { forbid = ['(?i)\bTODO\b', '(?i)à compléter'], except = ["$.code[*]"] }
```"#,
    compile,
};

/// Memory a compiled pattern may take, in bytes.
const PATTERN_SIZE: usize = 512 * 1024;
/// Memory all patterns of a rule may take together, in bytes.
const SET_SIZE: usize = 4 * 1024 * 1024;
/// Matches reported of one document; what is wrong everywhere is wrong once too often to list.
const MOST: usize = 200;

#[derive(Debug)]
struct Text {
    forbid: Vec<Regex>,
    /// All that is forbidden at once: most texts hold none of it, and are gone through only once.
    any: RegexSet,
    require: Vec<Regex>,
    allow: Vec<Regex>,
    except: Vec<Path>,
    secret: bool,
}

fn compile(compiling: &mut Compiling<'_>, written: &Node) -> Option<Check> {
    let known = &["allow", "except", "forbid", "require", "secret"];
    let table = compiling.table(written, "text", known)?;
    let forbid = patterns(compiling, table.get("forbid"));
    let require = patterns(compiling, table.get("require"));
    let allow = patterns(compiling, table.get("allow"));
    let except = compiling.texts(table, "except");
    let except: Vec<_> = except.iter().filter_map(|(path, _)| compiling.path(path)).collect();
    let secret = compiling.flag(table, "secret");
    if table.get("forbid").is_none() && table.get("require").is_none() {
        compiling.mistake(
            written.span,
            "neither `forbid` nor `require` is given",
            "demands nothing",
        );
        return None;
    }
    let written = forbid.iter().map(Regex::as_str);
    let any = RegexSetBuilder::new(written).size_limit(SET_SIZE).multi_line(true).build();
    let Ok(any) = any else {
        let message = "these patterns are too large together: make them two rules";
        compiling.mistake(table.span, message, "too large");
        return None;
    };
    Some(Check::Nodes(Box::new(Text { forbid, any, require, allow, except, secret })))
}

fn patterns(compiling: &mut Compiling<'_>, written: Option<&Node>) -> Vec<Regex> {
    let Some(list) = written.map(|node| compiling.with_params(node)) else {
        return Vec::new();
    };
    if list.items().is_empty() {
        compiling.mistake(list.span, "a list of regular expressions is needed", "not one");
    }
    let mut patterns = Vec::new();
    for item in list.items() {
        let Some(text) = compiling.text(item) else { continue };
        match RegexBuilder::new(text).size_limit(PATTERN_SIZE).multi_line(true).build() {
            Ok(regex) => patterns.push(regex),
            Err(error) => {
                let why = error.to_string();
                let last = why.lines().last().unwrap_or_default().trim();
                compiling.mistake(item.span, format!("not a regular expression: {last}"), "here");
            }
        }
    }
    patterns
}

impl Text {
    /// Spans of the document that do not count.
    fn excepted(&self, root: &Node) -> Vec<Span> {
        let selected = self.except.iter().filter_map(|path| path.select(root).ok());
        selected.flatten().map(|node| node.span).collect()
    }

    /// What is forbidden and found, by pattern and place.
    fn matches(&self, view: &View<'_>, hit: &Hit<'_>, excepted: &[Span]) -> Vec<(usize, Span)> {
        let stretches = Stretches::of(view, hit);
        let mut found = Vec::new();
        // Beyond ASCII the word boundaries of many patterns at once are dearer than one by one.
        let suspect = |text: &str| !text.is_ascii() || self.any.is_match(text);
        let written = stretches.written.iter().copied();
        let written: Vec<Span> = written.filter(|&span| suspect(view.tree.raw(span))).collect();
        for (number, pattern) in self.forbid.iter().enumerate() {
            for &within in &written {
                for at in self.found(pattern, view.tree.raw(within)) {
                    let span = Span::from_range(at.range()).shifted(within.start());
                    found.push((number, span));
                }
            }
            for &(value, span) in &stretches.read {
                if self.found(pattern, value).next().is_some() {
                    found.push((number, span));
                }
            }
        }
        found.retain(|(_, span)| !excepted.iter().any(|except| except.contains(*span)));
        found.sort_by_key(|(_, span)| *span);
        // One place is one finding, whichever patterns see it.
        found.dedup_by(|next, kept| kept.1.contains(next.1));
        found.truncate(MOST);
        found
    }

    /// What a pattern finds in a text and nothing allows.
    fn found<'t>(&self, pattern: &'t Regex, text: &'t str) -> impl Iterator<Item = Match<'t>> {
        let at = |captures: Captures<'t>| captures.name("at").or_else(|| captures.get(0));
        let found = pattern.captures_iter(text).filter_map(at);
        found.filter(|at| !self.allow.iter().any(|allow| allow.is_match(at.as_str())))
    }
}

/// The text that a node covers.
struct Stretches<'a> {
    /// As written, all that belongs to it, a stretch a source.
    written: Vec<Span>,
    /// Values below it that are not written as they read (escaped, folded, put together from
    /// several lines), each with its place.
    read: Vec<(&'a str, Span)>,
}

impl<'a> Stretches<'a> {
    fn of(view: &View<'_>, hit: &Hit<'a>) -> Self {
        let sources = &view.tree.sources;
        if std::ptr::eq(hit.node, view.root) && view.tree.documents.len() == 1 {
            return Self { written: sources.spans().collect(), read: Vec::new() };
        }
        let wholes: Vec<Span> = sources.spans().collect();
        let mut written: Vec<Option<Span>> = vec![None; wholes.len()];
        let mut read = Vec::new();
        let mut nodes = vec![hit.node];
        while let Some(node) = nodes.pop() {
            let index = wholes.partition_point(|whole| whole.start() <= node.span.start());
            if let Some(stretch) = written.get_mut(index.saturating_sub(1)) {
                *stretch = Some(stretch.map_or(node.span, |known| known.cover(node.span)));
            }
            if let Some(value) = node.as_str()
                && !view.tree.raw(node.span).contains(value)
            {
                read.push((value, node.span));
            }
            nodes.extend(node.items());
            nodes.extend(node.members().iter().map(|member| &member.value));
        }
        Self { written: written.into_iter().flatten().collect(), read }
    }

    /// Whether a pattern is found anywhere.
    fn hold(&self, view: &View<'_>, wanted: &Regex) -> bool {
        self.written.iter().any(|&span| wanted.is_match(view.tree.raw(span)))
            || self.read.iter().any(|(value, _)| wanted.is_match(value))
    }
}

impl NodeCheck for Text {
    fn passes(&self, _: &View<'_>, _: &[&Node]) -> bool {
        false
    }

    fn judge(&self, view: &View<'_>, hits: &[Hit<'_>]) -> Vec<Judgement> {
        let excepted = self.excepted(view.root);
        let mut judgements = Vec::new();
        for (number, hit) in hits.iter().enumerate() {
            let mut seen = vec![0_usize; self.forbid.len()];
            for (pattern, span) in self.matches(view, hit, &excepted) {
                seen[pattern] += 1;
                let locator = format!("{}~{pattern}#{}", hit.location, seen[pattern]);
                let message = if self.secret {
                    Phrase::new("a secret stands here in clear", "un secret est écrit ici en clair")
                } else {
                    let found = view.tree.raw(span);
                    Phrase::new(
                        format!("“{found}” must not be here"),
                        format!("« {found} » ne doit pas être là"),
                    )
                };
                let mut judgement = Judgement::new(Outcome::Fail, message, locator).of_hit(number);
                judgement.places.push(Place {
                    span,
                    role: Role::Primary,
                    label: Phrase::default(),
                });
                judgements.push(judgement);
            }
            let stretches = Stretches::of(view, hit);
            for (pattern, wanted) in self.require.iter().enumerate() {
                if !stretches.hold(view, wanted) {
                    let message = Phrase::new(
                        format!("nothing here matches {wanted}"),
                        format!("rien ici ne correspond à {wanted}"),
                    );
                    let locator = format!("{}!{pattern}", hit.location);
                    judgements.push(Judgement::new(Outcome::Fail, message, locator).of_hit(number));
                }
            }
        }
        judgements
    }
}
