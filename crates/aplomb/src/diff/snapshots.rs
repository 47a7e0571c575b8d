//! Two snapshots of hosts.

use std::fmt::Write as _;

use aplomb_host::{Change, Comparison, Unseen, compare, is_unaltered};
use aplomb_model::{Lang, Phrase};
use serde_json::{Value, json};

use super::{Side, Told};
use crate::cli::DiffFormat;
use crate::complaint::Complaint;
use crate::print;

/// Characters of a value shown to people.
const SHOWN: usize = 60;

pub(super) fn tell(
    sides: &[Side<'_>; 2],
    format: DiffFormat,
    lang: Lang,
) -> Result<Told, Complaint> {
    for side in sides {
        if is_unaltered(&side.tree) == Some(false) {
            print::warn(altered(&side.path.display().to_string()).get(lang));
        }
    }
    let [before, after] = sides;
    let comparison = compare(&before.tree, &after.tree);
    let text = match format {
        DiffFormat::Text => for_people(sides, &comparison, lang),
        DiffFormat::Json => for_machines(sides, &comparison),
        DiffFormat::Markdown => {
            let text = "facts of hosts are told as text or json; markdown is for saved runs";
            return Err(Complaint::plain(text));
        }
    };
    Ok(Told { text, is_different: !comparison.changes.is_empty() })
}

fn altered(path: &str) -> Phrase {
    Phrase::new(
        format!("warning: {path} was altered after it was recorded: its content_hash is another"),
        format!(
            "avertissement : {path} a été modifié après le relevé : son content_hash ne correspond \
             pas"
        ),
    )
}

/// `+` for what came, `-` for what went, `~` for what changed, section by section.
fn for_people(sides: &[Side<'_>; 2], comparison: &Comparison, lang: Lang) -> String {
    let words = |en: &'static str, fr: &'static str| if lang == Lang::Fr { fr } else { en };
    let mut text = String::new();
    // Writing to a string cannot fail, here and below.
    for (sign, side) in ["---", "+++"].into_iter().zip(sides) {
        let path = side.path.display();
        let _ =
            writeln!(text, "{sign} {path}  {}  {}", side.text("host"), side.text("captured_at"));
    }
    let mut section = "";
    for change in &comparison.changes {
        if change.section != section {
            section = &change.section;
            let _ = write!(text, "\n{section}\n");
        }
        line(change, &mut text);
    }
    if !comparison.unseen.is_empty() {
        let _ = write!(text, "\n{}\n", words("not compared", "non comparé"));
        for unseen in &comparison.unseen {
            let _ = writeln!(text, "  ? {}", not_compared(unseen, lang));
        }
    }
    let [added, removed, changed] = counts(comparison);
    let _ = match (comparison.changes.is_empty(), lang) {
        (true, Lang::Fr) => write!(text, "\nAucun fait n'a changé.\n"),
        (true, Lang::En) => write!(text, "\nNo fact changed.\n"),
        (false, Lang::Fr) => {
            write!(text, "\nFaits ajoutés : {added} ; retirés : {removed} ; modifiés : {changed}\n")
        }
        (false, Lang::En) => {
            write!(text, "\nFacts added: {added}, removed: {removed}, changed: {changed}\n")
        }
    };
    // Facts are somebody else's text.
    format!("{}\n", aplomb_report::visible(&text))
}

fn line(change: &Change, text: &mut String) {
    let item = change.item.as_deref().unwrap_or_default();
    let parts = [item, &change.path].into_iter().filter(|part| !part.is_empty());
    let name = parts.collect::<Vec<_>>().join(" ");
    let shown = |value: &Value| shown(value, item);
    let _ = match (&change.before, &change.after) {
        (Some(was), Some(is)) => write!(text, "  ~ {name}: {} -> {}", shown(was), shown(is)),
        (Some(gone), None) => write!(text, "  - {name}: {}", shown(gone)),
        (None, Some(come)) => write!(text, "  + {name}: {}", shown(come)),
        (None, None) => Ok(()),
    };
    if let Some(from) = &change.from {
        let _ = write!(text, "  ({from})");
    }
    text.push('\n');
}

/// A value on one line, its end left out where it is long.
fn shown(value: &Value, item: &str) -> String {
    let whole = match value {
        Value::String(text) => text.clone(),
        Value::Object(members) => {
            // What the item is called by is said already.
            let members = members.iter().map(|(key, value)| (key, inner(value)));
            let members = members.filter(|(_, value)| !item.contains(value.as_str()));
            members.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    };
    cut(&whole)
}

fn inner(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn not_compared(unseen: &Unseen, lang: Lang) -> String {
    let section = &unseen.section;
    if !unseen.members.is_empty() {
        let members = unseen.members.join(", ");
        return match lang {
            Lang::En => format!("{section}: {members} (withheld)"),
            Lang::Fr => format!("{section} : {members} (non communiqués)"),
        };
    }
    let none = if lang == Lang::Fr { "non relevée" } else { "not recorded" };
    let status = |status: &Option<String>| status.clone().unwrap_or_else(|| none.to_owned());
    let (was, is) = (status(&unseen.before), status(&unseen.after));
    let both = if was == is { was } else { format!("{was} -> {is}") };
    match lang {
        Lang::En => format!("{section}: {both}"),
        Lang::Fr => format!("{section} : {both}"),
    }
}

/// How many facts were added, removed and changed.
fn counts(comparison: &Comparison) -> [usize; 3] {
    let mut counts = [0; 3];
    for change in &comparison.changes {
        counts[match kind(change) {
            "added" => 0,
            "removed" => 1,
            _ => 2,
        }] += 1;
    }
    counts
}

const fn kind(change: &Change) -> &'static str {
    match (&change.before, &change.after) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    }
}

/// `aplomb.diff/1`.
fn for_machines(sides: &[Side<'_>; 2], comparison: &Comparison) -> String {
    let [before, after] = sides.each_ref().map(|side| {
        json!({
            "file": side.path.display().to_string(),
            "schema": side.schema(),
            "host": side.text("host"),
            "captured_at": side.text("captured_at"),
            "content_hash": side.text("content_hash"),
            "altered": is_unaltered(&side.tree) == Some(false),
        })
    });
    let changes = comparison.changes.iter().map(|change| {
        let mut value = json!({
            "kind": kind(change),
            "section": change.section,
            "item": change.item,
            "path": change.path,
        });
        let parts = [("before", &change.before), ("after", &change.after)];
        for (key, part) in parts {
            if let Some(part) = part {
                value[key] = part.clone();
            }
        }
        if let Some(from) = &change.from {
            value["from"] = from.as_str().into();
        }
        value
    });
    let unseen = comparison.unseen.iter().map(|unseen| {
        json!({
            "section": unseen.section,
            "members": unseen.members,
            "before": unseen.before,
            "after": unseen.after,
        })
    });
    let [added, removed, changed] = counts(comparison);
    let whole = json!({
        "schema": "aplomb.diff/1",
        "before": before,
        "after": after,
        "summary": {"added": added, "removed": removed, "changed": changed},
        "changes": changes.collect::<Vec<_>>(),
        "not_compared": unseen.collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}
