//! `aplomb inspect`: what a rule will see of a file.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::Arc;

use aplomb_check::{Hit, Path};
use aplomb_model::{Lang, Node, Tree, Value};
use aplomb_read::by_id;

use crate::cli::{InspectArgs, InspectFormat};
use crate::complaint::Complaint;
use crate::{print, single_file};

mod effective;

/// Characters of a text shown in a line of the tree.
const SHOWN: usize = 100;

pub(crate) fn run(args: &InspectArgs) -> Result<u8, Complaint> {
    let path = match &args.select {
        Some(text) => Some(Path::parse(text).map_err(|error| {
            let column = error.span.start() + 1;
            Complaint::plain(format!("--select, column {column}: {error}"))
        })?),
        None => None,
    };
    let shown = single_file::shown(&args.file);
    let format = args.read_as.as_deref().and_then(by_id);
    let tree = single_file::open(&args.file, format);
    let tree = tree.map_err(|refused| Complaint::plain(refused.told(&shown, Lang::En)))?;
    if args.effective {
        return take_effect(&tree, &shown, args.format);
    }
    for gap in &tree.gaps {
        print::warn(&format!("{shown}: {}", gap.message.en));
    }
    let whole = Path::parse("$").map_err(|error| Complaint::plain(error.to_string()))?;
    let select = path.as_ref().unwrap_or(&whole);
    let mut hits = Vec::new();
    for (number, document) in tree.documents.iter().enumerate() {
        let found = select.locate(document);
        let found = found.map_err(|error| Complaint::plain(error.to_string()))?;
        hits.extend(found.into_iter().map(|hit| (number, hit)));
    }
    if let Some(text) = args.select.as_ref().filter(|_| hits.is_empty()) {
        print::warn(&format!("--select: `{text}` selects nothing in {shown}"));
    }
    let printed = print::out(|out| match args.format {
        InspectFormat::Json => {
            // One document is laid out for reading, several are a line each for other tools.
            let pretty = path.is_none() && tree.documents.len() == 1;
            for (_, hit) in &hits {
                json(hit.node, pretty.then_some(0), out)?;
                writeln!(out)?;
            }
            Ok(())
        }
        InspectFormat::Tree => {
            for (number, hit) in &hits {
                let several = tree.documents.len() > 1;
                let prefix = if several { format!("#{number}") } else { String::new() };
                branch(&tree, &prefix, hit, out)?;
            }
            Ok(())
        }
    });
    printed.map_err(|error| Complaint::plain(format!("standard output: {error}")))?;
    Ok(0)
}

/// Shows what takes effect.
fn take_effect(tree: &Tree, shown: &str, format: InspectFormat) -> Result<u8, Complaint> {
    if tree.documents.iter().all(|document| document.get("effective").is_none()) {
        let format = tree.format;
        print::warn(&format!(
            "{shown}: in {format} nothing overrides anything: what is written takes effect"
        ));
    }
    let printed = print::out(|out| match format {
        InspectFormat::Json => effective::json(tree, out),
        InspectFormat::Tree => effective::text(tree, out),
    });
    printed.map_err(|error| Complaint::plain(format!("standard output: {error}")))?;
    Ok(0)
}

/// A value as JSON, on one line or indented.
fn json(node: &Node, indent: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    match &node.value {
        Value::Null => out.write_all(b"null"),
        Value::Bool(value) => write!(out, "{value}"),
        Value::Int(value) => write!(out, "{value}"),
        Value::UInt(value) => write!(out, "{value}"),
        Value::Big(text) => out.write_all(text.as_bytes()),
        // JSON has no infinities; the words of YAML and TOML stand for them.
        Value::Float(value) if value.is_finite() => write!(out, "{value:?}"),
        Value::Float(value) => write!(out, "\"{value}\""),
        Value::Text(text) => string(text, out),
        Value::List(items) => {
            let inner = indent.map(|indent| indent + 1);
            sequence(items.iter(), ['[', ']'], indent, out, |item, out| json(item, inner, out))
        }
        Value::Map(members) => {
            let inner = indent.map(|indent| indent + 1);
            // Of duplicate keys the last counts, for us and for whoever reads this.
            let last = |(number, member): &(usize, &aplomb_model::Member)| {
                let later = &members[number + 1..];
                !later.iter().any(|other| other.key == member.key)
            };
            let kept = members.iter().enumerate().filter(last).map(|(_, member)| member);
            sequence(kept, ['{', '}'], indent, out, |member, out| {
                string(&member.key, out)?;
                out.write_all(if indent.is_some() { b": " } else { b":" })?;
                json(&member.value, inner, out)
            })
        }
    }
}

fn sequence<T>(
    parts: impl Iterator<Item = T>,
    [open, close]: [char; 2],
    indent: Option<usize>,
    out: &mut dyn Write,
    mut part: impl FnMut(T, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    write!(out, "{open}")?;
    let mut any = false;
    for one in parts {
        if any {
            out.write_all(b",")?;
        }
        any = true;
        if let Some(indent) = indent {
            write!(out, "\n{:1$}", "", (indent + 1) * 2)?;
        }
        part(one, out)?;
    }
    if let Some(indent) = indent.filter(|_| any) {
        write!(out, "\n{:1$}", "", indent * 2)?;
    }
    write!(out, "{close}")
}

fn string(text: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"\"")?;
    for char in text.chars() {
        match char {
            '"' => out.write_all(b"\\\"")?,
            '\\' => out.write_all(b"\\\\")?,
            '\n' => out.write_all(b"\\n")?,
            '\r' => out.write_all(b"\\r")?,
            '\t' => out.write_all(b"\\t")?,
            // Besides what JSON demands: DEL, C1 and bidirectional controls, which a terminal
            // would obey.
            '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                write!(out, "\\u{:04x}", u32::from(char))?;
            }
            other => write!(out, "{other}")?,
        }
    }
    out.write_all(b"\"")
}

/// A node and all below it: path, position, type, and the text as written.
fn branch(tree: &Tree, prefix: &str, hit: &Hit<'_>, out: &mut dyn Write) -> io::Result<()> {
    leaf(tree, &format!("{prefix}{}", hit.location), hit.node, out)
}

fn leaf(tree: &Tree, path: &str, node: &Node, out: &mut dyn Write) -> io::Result<()> {
    let located = tree.sources.locate(node.span);
    let start = located.source.position(located.range.start);
    let end = located.source.position(located.range.end);
    let included = !Arc::ptr_eq(located.source, tree.source());
    let file = if included { format!("{}:", located.source.name()) } else { String::new() };
    write!(
        out,
        "{path}  {file}{}:{}-{}:{}  {}",
        start.line,
        start.column,
        end.line,
        end.column,
        node.type_name()
    )?;
    match &node.value {
        Value::List(items) => {
            writeln!(out, " of {}", items.len())?;
            for (index, item) in items.iter().enumerate() {
                leaf(tree, &format!("{path}[{index}]"), item, out)?;
            }
            Ok(())
        }
        Value::Map(members) => {
            writeln!(out, " of {}", members.len())?;
            for member in members {
                leaf(tree, &format!("{path}[{}]", quoted(&member.key)), &member.value, out)?;
            }
            Ok(())
        }
        _ => {
            let raw = tree.raw(node.span);
            out.write_all(b"  ")?;
            string(&beginning(raw), out)?;
            if !says_itself(raw, node) {
                out.write_all(b" = ")?;
                scalar(node, out)?;
            }
            writeln!(out)
        }
    }
}

/// Whether the text as written says what a rule sees: but for quotes around it, it is the value.
fn says_itself(raw: &str, node: &Node) -> bool {
    let bare = ['"', '\'', '`'].iter().find_map(|&mark| raw.strip_prefix(mark)?.strip_suffix(mark));
    match &node.value {
        // Where nothing stands there is no value to show either.
        Value::Null => true,
        Value::Text(text) => raw == &**text || bare == Some(text),
        _ => node.scalar_text().as_deref() == Some(raw),
    }
}

/// A value that is no list and no map, as JSON; the beginning of a long text.
fn scalar(node: &Node, out: &mut dyn Write) -> io::Result<()> {
    match &node.value {
        Value::Text(text) => string(&beginning(text), out),
        _ => json(node, None, out),
    }
}

/// A text on one line, without what a terminal would obey.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control()).collect()
}

fn beginning(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}

/// A key as RFC 9535 writes it in a normalised path.
fn quoted(key: &str) -> String {
    let mut quoted = String::from("'");
    for char in key.chars() {
        match char {
            '\'' => quoted.push_str("\\'"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}
