//! `aplomb inspect --effective`: what takes effect, where it is written, and what it shadows.

use std::collections::BTreeMap;
use std::io::{self, Write};

use aplomb_model::{Node, Shadowed, Span, Tree, Value};
use serde_json::{Value as Json, json};

use super::{one_line, quoted};

/// Columns of a line.
const WIDTH: usize = 80;
/// Columns of the name of a setting, before its value.
const NAME: usize = 30;

/// One setting that takes effect.
struct Setting<'a> {
    /// Where it is in the tree, as RFC 9535 writes it.
    path: String,
    /// How it is called, in the part of the configuration it is in.
    name: String,
    /// What part of the configuration that is.
    part: String,
    node: &'a Node,
}

/// What is written of a value.
fn value(node: &Node) -> String {
    match &node.value {
        Value::List(items) if items.is_empty() => "(none)".to_owned(),
        _ => node.scalar_text().unwrap_or_default(),
    }
}

/// The settings that take effect: the scalars below `effective`, or below the whole of a document in
/// a format in which what is written takes effect.
fn settings(tree: &Tree) -> Vec<Setting<'_>> {
    let mut found = Vec::new();
    for (number, document) in tree.documents.iter().enumerate() {
        let several = tree.documents.len() > 1;
        let prefix = if several { format!("#{number}$") } else { "$".to_owned() };
        if let Some(node) = document.get("effective") {
            walk(node, &format!("{prefix}['effective']"), "", "", &mut found);
        }
    }
    found
}

fn walk<'a>(node: &'a Node, path: &str, part: &str, name: &str, found: &mut Vec<Setting<'a>>) {
    let is_scalar = |node: &Node| !matches!(node.value, Value::List(_) | Value::Map(_));
    match &node.value {
        Value::Map(members) => {
            for member in members {
                let path = format!("{path}[{}]", quoted(&member.key));
                let inner = match name {
                    "" => member.key.to_string(),
                    _ => format!("{name}.{}", member.key),
                };
                walk(&member.value, &path, part, &inner, found);
            }
        }
        // Nothing is written of what is empty and nowhere.
        Value::List(items) if items.is_empty() && node.span == Span::default() => {}
        Value::List(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                let path = format!("{path}[{index}]");
                if is_scalar(item) {
                    walk(item, &path, part, name, found);
                } else {
                    let inner = if name.is_empty() { "" } else { name };
                    let part = format!("{part}{inner}[{index}]");
                    walk(item, &path, &part, "", found);
                }
            }
        }
        _ => found.push(Setting {
            path: path.to_owned(),
            name: name.to_owned(),
            part: part.to_owned(),
            node,
        }),
    }
}

/// Where a span is, as `file:line`.
fn place(tree: &Tree, span: Span) -> String {
    let located = tree.sources.locate(span);
    let line = located.source.position(located.range.start).line;
    format!("{}:{line}", located.source.name())
}

/// What does not count, by what does.
type ByWinner<'a> = BTreeMap<Span, Vec<&'a Shadowed>>;

fn by_winner(tree: &Tree) -> ByWinner<'_> {
    let mut by_winner = ByWinner::new();
    for one in &tree.shadowed {
        by_winner.entry(one.by).or_default().push(one);
    }
    by_winner
}

/// As text, for people.
pub(super) fn text(tree: &Tree, out: &mut dyn Write) -> io::Result<()> {
    let settings = settings(tree);
    let mut losers = by_winner(tree);
    let longest = settings.iter().map(|one| one.name.chars().count()).max().unwrap_or(0);
    let name = longest.clamp(8, NAME);
    let mut part = "";
    let mut before: Option<&Setting<'_>> = None;
    for setting in &settings {
        if setting.part != part {
            if before.is_some() {
                writeln!(out)?;
            }
            part = &setting.part;
        }
        let again = before.is_some_and(|one| one.name == setting.name && one.part == setting.part);
        let shown = if again { "" } else { &setting.name };
        before = Some(setting);
        // What nobody wrote has no place: the criteria of what holds everywhere.
        if setting.node.value == Value::Null && setting.node.span.is_empty() {
            line(out, name, shown, "-", "")?;
            continue;
        }
        line(out, name, shown, &value(setting.node), &place(tree, setting.node.span))?;
        for one in losers.remove(&setting.node.span).unwrap_or_default() {
            let place = place(tree, one.span);
            line(out, name, "  shadows", tree.raw(one.span), &place)?;
        }
    }
    let others: Vec<_> = losers.into_values().flatten().collect();
    if !others.is_empty() {
        writeln!(out, "\nwithout effect")?;
        for one in others {
            line(out, 0, "", tree.raw(one.span), &place(tree, one.span))?;
            line(out, 0, "", "  taken back or masked at", &place(tree, one.by))?;
        }
    }
    if !tree.gaps.is_empty() {
        writeln!(out, "\nnot delivered, so what takes effect is not certain")?;
        for gap in &tree.gaps {
            line(out, 0, "", &gap.message.en, &place(tree, gap.span))?;
        }
    }
    Ok(())
}

/// A name, a value and a place: the place at the right, on a line of its own where they are too long.
fn line(
    out: &mut dyn Write,
    column: usize,
    name: &str,
    value: &str,
    place: &str,
) -> io::Result<()> {
    let (value, place) = (one_line(value), one_line(place));
    let shown = one_line(name);
    let name = if name.starts_with(' ') { format!("  {shown}") } else { shown };
    let indent = if column == 0 { 2 } else { column + 2 };
    let begin = if column == 0 { "  ".to_owned() } else { format!("{name:<column$}  ") };
    // A long name has its line to itself.
    if begin.chars().count() > indent {
        writeln!(out, "{}", begin.trim_end())?;
        write!(out, "{:indent$}", "")?;
    } else {
        write!(out, "{begin}")?;
    }
    let room = WIDTH.saturating_sub(indent);
    let length = value.chars().count();
    if length + 2 + place.chars().count() <= room {
        let gap = room - length;
        return writeln!(out, "{}", format!("{value}{place:>gap$}").trim_end());
    }
    let mut rest = value.as_str();
    let mut first = true;
    while first || !rest.is_empty() {
        let end = rest.char_indices().nth(room).map_or(rest.len(), |(at, _)| {
            rest[..at].rfind(' ').filter(|blank| *blank > 0).unwrap_or(at)
        });
        let (shown, after) = rest.split_at(end);
        if !first {
            write!(out, "{:indent$}", "")?;
        }
        writeln!(out, "{shown}")?;
        rest = after.trim_start();
        first = false;
    }
    writeln!(out, "{place:>WIDTH$}")
}

/// As JSON, for other tools.
pub(super) fn json(tree: &Tree, out: &mut dyn Write) -> io::Result<()> {
    let at = |span: Span| {
        let located = tree.sources.locate(span);
        let start = located.source.position(located.range.start);
        json!({"file": located.source.name(), "line": start.line, "column": start.column})
    };
    let settings = settings(tree);
    let mut losers = by_winner(tree);
    let in_effect = settings.iter().map(|setting| {
        let shadows = losers.remove(&setting.node.span).unwrap_or_default().into_iter();
        let shadows = shadows.map(|one| json!({"text": tree.raw(one.span), "at": at(one.span)}));
        let value = match &setting.node.value {
            Value::Null => Json::Null,
            Value::Bool(value) => (*value).into(),
            Value::Int(value) => (*value).into(),
            Value::List(_) => json!([]),
            _ => setting.node.scalar_text().into(),
        };
        json!({
            "path": setting.path,
            "value": value,
            "at": at(setting.node.span),
            "shadows": shadows.collect::<Vec<_>>(),
        })
    });
    let in_effect: Vec<_> = in_effect.collect();
    let others = losers.into_values().flatten();
    let others = others
        .map(|one| json!({"text": tree.raw(one.span), "at": at(one.span), "by": at(one.by)}))
        .collect::<Vec<_>>();
    let gaps = tree.gaps.iter();
    let gaps: Vec<_> =
        gaps.map(|gap| json!({"message": gap.message.en, "at": at(gap.span)})).collect();
    let all = json!({"effective": in_effect, "without_effect": others, "not_delivered": gaps});
    serde_json::to_writer_pretty(&mut *out, &all)?;
    writeln!(out)
}
