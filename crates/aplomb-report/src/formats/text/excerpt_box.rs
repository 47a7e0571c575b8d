//! Source excerpts in a box, the place underlined and labelled.

use std::io;
use std::ops::Range;

use anstyle::Style;
use aplomb_model::{Evidence, Finding};

use super::pen::{FAINT, PLAIN, Pen, path, severity_style};
use crate::excerpt::{self, Mark, Row, View};
use crate::{citation, columns, visible, words};

/// A label that has less room than this beside its hook is set elsewhere.
const MIN_LABEL: usize = 16;
const MAX_LABEL_LINES: usize = 4;

/// Draws the evidence of a finding: excerpts, then the places that have none.
pub(crate) fn draw(pen: &mut Pen<'_>, finding: &Finding) -> io::Result<()> {
    let evidence = &finding.evidence;
    let style = severity_style(finding.rule.severity);
    let digits = number_width(evidence);
    // "  ", the number, " │ ".
    let room = pen.width.saturating_sub(digits + 5);
    let mut boxed = Vec::new();
    let mut bare = Vec::new();
    for item in evidence {
        match excerpt::view(item, room, pen.glyphs.ellipsis) {
            Some(view) => boxed.push((item, view)),
            None => bare.push(item),
        }
    }
    if boxed.is_empty() {
        return unboxed(pen, &bare);
    }
    let margin = Margin::new(pen, digits);
    for (index, (item, view)) in boxed.iter().enumerate() {
        let corner = if index == 0 { pen.glyphs.top } else { pen.glyphs.branch };
        let head = format!("{}{corner}{}]", margin.blank, location(item));
        let head = pen.paint(FAINT, &head);
        pen.line(&head)?;
        let mut label = visible::line(item.label.get(pen.lang()));
        if item.label == finding.message {
            // It stands right above already.
            label.clear();
        }
        body(pen, &margin, view, &label, style)?;
    }
    let Some((last, others)) = bare.split_last() else {
        let bottom = pen.paint(FAINT, &format!("{}{}", margin.blank, pen.glyphs.bottom));
        return pen.line(&bottom);
    };
    for item in others {
        note(pen, &margin, pen.glyphs.note, item)?;
    }
    note(pen, &margin, pen.glyphs.last_note, last)
}

/// What stands left of the excerpt's text.
struct Margin {
    digits: usize,
    /// Up to the bar, exclusive.
    blank: String,
    /// Before rows that are no source lines.
    dotted: String,
}

impl Margin {
    fn new(pen: &Pen<'_>, digits: usize) -> Self {
        let blank = " ".repeat(digits + 3);
        let dotted = format!("{blank}{} ", pen.glyphs.dot);
        Self { digits, dotted: pen.paint(FAINT, &dotted), blank }
    }
}

fn number_width(evidence: &[Evidence]) -> usize {
    let excerpts = evidence.iter().filter_map(|item| item.excerpt.as_ref());
    let last = excerpts.map(|e| e.first_line.saturating_add(e.lines.len() as u32));
    last.max().unwrap_or(0).to_string().len().max(2)
}

fn body(
    pen: &mut Pen<'_>,
    margin: &Margin,
    view: &View,
    label: &str,
    style: Style,
) -> io::Result<()> {
    let block = view.rows.iter().any(Row::is_of_block);
    let goes_on = matches!(view.rows.last(), Some(Row::Gap));
    let mut underlined = false;
    let mut inside = false;
    for row in &view.rows {
        let Row::Line { number, text, mark } = row else {
            let bar = if inside { pen.glyphs.block_inside } else { "" };
            let line = format!("{}{} {bar}", margin.blank, pen.glyphs.gap);
            let line = pen.paint(FAINT, line.trim_end());
            pen.line(&line)?;
            continue;
        };
        let bar = match mark {
            Mark::First => pen.glyphs.block_first,
            // Where a label follows or the place goes on, the bar leads there.
            Mark::Last if label.is_empty() && !goes_on => pen.glyphs.block_last,
            Mark::Inside | Mark::Last => pen.glyphs.block_inside,
            Mark::None | Mark::Columns(_) if block => "  ",
            Mark::None | Mark::Columns(_) => "",
        };
        inside = row.is_of_block() && (goes_on || *mark != Mark::Last);
        source_line(pen, margin, *number, (bar, style), text)?;
        if let Mark::Columns(marked) = mark {
            underline(pen, margin, marked, label, style)?;
            underlined = true;
        }
    }
    if underlined || label.is_empty() {
        return Ok(());
    }
    let hook = if block { pen.glyphs.hook } else { "" };
    let rest = " ".repeat(columns::width(hook));
    hooked(pen, margin, hook, &rest, label, style)
}

/// `  34 │ text`, without blanks at its end.
fn source_line(
    pen: &mut Pen<'_>,
    margin: &Margin,
    number: u32,
    (bar, style): (&str, Style),
    text: &str,
) -> io::Result<()> {
    let digits = margin.digits;
    let mut numbered = format!("  {number:>digits$} {} ", pen.glyphs.bar);
    let mut bar = bar;
    if text.is_empty() {
        bar = bar.trim_end();
        if bar.is_empty() {
            numbered.truncate(numbered.trim_end().len());
        }
    }
    let line = format!("{}{}{text}", pen.paint(FAINT, &numbered), pen.paint(style, bar));
    pen.line(&line)
}

/// The line under a place, and its label hanging from it: from its middle where there is room, from
/// its beginning, to the left of it, or below.
fn underline(
    pen: &mut Pen<'_>,
    margin: &Margin,
    marked: &Range<usize>,
    label: &str,
    style: Style,
) -> io::Result<()> {
    let hook = columns::width(pen.glyphs.hook);
    let room = pen.width.saturating_sub(margin.digits + 5);
    let needed = hook + columns::width(label);
    let middle = marked.start + (marked.len().max(1) - 1) / 2;
    let last = marked.end.max(marked.start + 1) - 1;
    let beside = |column: usize| column + needed <= room;
    let to_the_left = !beside(marked.start) && needed <= last + 1;
    let wrapped = !beside(marked.start) && !to_the_left;
    let tee = if beside(middle) {
        middle
    } else if to_the_left {
        last
    } else {
        marked.start
    };
    let hangs = !label.is_empty() && (!wrapped || tee + hook + MIN_LABEL <= room);
    let line: String = (marked.start..=last)
        .map(|column| if hangs && column == tee { pen.glyphs.tee } else { pen.glyphs.under })
        .collect();
    let line = pen.paint(style, &line);
    pen.line(&format!("{}{}{line}", margin.dotted, " ".repeat(marked.start)))?;
    if label.is_empty() {
        return Ok(());
    }
    if to_the_left {
        let text = format!("{label}{}", pen.glyphs.hook_left);
        let text = columns::pad_left(&text, last + 1);
        return hooked(pen, margin, &text, "", "", style);
    }
    if !hangs {
        return hooked(pen, margin, "", "", label, style);
    }
    let first = format!("{}{}", " ".repeat(tee), pen.glyphs.hook);
    hooked(pen, margin, &first, &" ".repeat(tee + hook), label, style)
}

/// A label after `first`, wrapped after `rest`, behind the margin.
fn hooked(
    pen: &mut Pen<'_>,
    margin: &Margin,
    first: &str,
    rest: &str,
    label: &str,
    style: Style,
) -> io::Result<()> {
    if label.is_empty() {
        let text = pen.paint(style, first.trim_end());
        return pen.line(&format!("{}{text}", margin.dotted));
    }
    let room = pen.width.saturating_sub(margin.digits + 5 + columns::width(rest));
    let mut prefix = first;
    let wrapped = columns::wrap(label, room).into_iter();
    for part in columns::shortened(wrapped, MAX_LABEL_LINES, pen.glyphs.ellipsis) {
        let text = pen.paint(style, &format!("{prefix}{part}"));
        pen.line(&format!("{}{text}", margin.dotted))?;
        prefix = rest;
    }
    Ok(())
}

/// A place without excerpt, at the bottom of the box.
fn note(pen: &mut Pen<'_>, margin: &Margin, corner: &str, item: &Evidence) -> io::Result<()> {
    let first = pen.paint(FAINT, &format!("{}{corner}", margin.blank));
    let rest = " ".repeat(columns::width(&margin.blank) + columns::width(corner));
    let text = bare_text(pen, item);
    pen.paragraph(&first, &rest, PLAIN, &text)
}

fn unboxed(pen: &mut Pen<'_>, bare: &[&Evidence]) -> io::Result<()> {
    let mut key = pen.say(words::AT);
    for item in bare {
        let text = bare_text(pen, item);
        pen.keyed(key, &text)?;
        key = "";
    }
    Ok(())
}

/// `docs/matrix.csv: compared with this (9 entries)`.
fn bare_text(pen: &Pen<'_>, item: &Evidence) -> String {
    let label = visible::line(item.label.get(pen.lang()));
    if label.is_empty() {
        return location(item);
    }
    format!("{}{}{label}", location(item), words::colon(pen.lang()))
}

/// `hosts/db01.json:34:5`; a whole file without its beginning.
fn location(item: &Evidence) -> String {
    citation::place(&path(&item.file), item.start, item.excerpt.is_some())
}
