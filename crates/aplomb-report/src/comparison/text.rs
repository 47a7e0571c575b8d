//! For people at a terminal: what is worse first and in full, what persists in a line each.

use std::io::{self, Write};

use aplomb_model::{Change, ChangeKind, Comparison, Outcome};

use super::{cause, counts, head, turn, verdicts, words};
use crate::formats::text::excerpt_box;
use crate::formats::text::pen::{BOLD, FAINT, PLAIN, Pen, severity_style, verdict_style};
use crate::{Options, columns, sentence, visible};

/// Changes of one kind that are told.
const MOST: usize = 50;

pub(super) fn render(
    comparison: &Comparison,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut buffered = io::BufWriter::new(out);
    let mut pen = Pen::new(&mut buffered, options);
    let lang = pen.lang();
    pen.paragraph("", "  ", BOLD, &head(comparison, lang, visible::line))?;
    if !options.quiet {
        grounds(&mut pen, comparison)?;
        for kind in ChangeKind::ALL {
            section(&mut pen, comparison, kind)?;
        }
    }
    pen.gap()?;
    let (worse, style) = if comparison.is_worse() {
        (words::WORSE, verdict_style(aplomb_model::Verdict::NonConforming))
    } else {
        (words::NOT_WORSE, verdict_style(aplomb_model::Verdict::Conforming))
    };
    let told =
        format!("{}{}{}", pen.say(worse), crate::words::colon(lang), counts(comparison, lang));
    pen.paragraph("", "  ", style, &told)?;
    pen.paragraph("", "  ", BOLD, &verdicts(comparison, lang))?;
    buffered.flush()
}

/// What differs between the runs, whether it changed a result or not.
fn grounds(pen: &mut Pen<'_>, comparison: &Comparison) -> io::Result<()> {
    if comparison.grounds.is_empty() {
        return pen.paragraph("  ", "  ", FAINT, pen.say(words::NOTHING_DIFFERS));
    }
    let title = format!("{}{}", pen.say(words::GROUNDS), crate::words::colon(pen.lang()));
    pen.line(title.trim_end())?;
    for ground in &comparison.grounds {
        let told = cause(ground, pen.lang());
        pen.paragraph("  ", "    ", FAINT, &told)?;
    }
    Ok(())
}

fn section(pen: &mut Pen<'_>, comparison: &Comparison, kind: ChangeKind) -> io::Result<()> {
    let changes: Vec<_> = comparison.of(kind).collect();
    if changes.is_empty() {
        return Ok(());
    }
    pen.gap()?;
    let title = format!("{} ({})", pen.say(words::heading(kind)), changes.len());
    let title = pen.paint(BOLD, &title);
    pen.line(&title)?;
    let most = if pen.options.verbose { usize::MAX } else { MOST };
    // What was there and still is needs no telling again.
    let in_full = kind != ChangeKind::Persisting || pen.options.verbose;
    for change in changes.iter().take(most) {
        if in_full {
            pen.gap()?;
        }
        one(pen, change, in_full)?;
    }
    let hidden = changes.len().saturating_sub(most);
    if hidden > 0 {
        let more = crate::words::counted(hidden, crate::words::MORE, pen.lang());
        let (ellipsis, and) = (pen.glyphs.ellipsis, pen.say(crate::words::AND));
        pen.line(&format!("  {ellipsis} {and} {more}"))?;
    }
    Ok(())
}

fn one(pen: &mut Pen<'_>, change: &Change, in_full: bool) -> io::Result<()> {
    let (finding, lang) = (&change.finding, pen.lang());
    let rule = &finding.rule;
    let severity = pen.say(crate::words::severity(rule.severity));
    let rest = format!(" {} {}", visible::line(&rule.id), visible::line(&rule.name));
    let indent = if in_full { "" } else { "  " };
    let plain = format!("{indent}{severity}{rest}");
    let style = severity_style(rule.severity);
    let painted = format!("{indent}{}{}", pen.paint(style, severity), pen.paint(BOLD, &rest));
    pen.sides((&plain, &painted), &visible::line(&finding.subject.name))?;
    if !in_full {
        return Ok(());
    }
    pen.paragraph("  ", "  ", PLAIN, &sentence::found(finding, lang))?;
    let stands = matches!(change.kind, ChangeKind::New | ChangeKind::Worsened);
    if stands && finding.outcome == Outcome::Fail {
        excerpt_box::draw(pen, finding)?;
    }
    if let Some(turn) = turn(change, lang) {
        keyed(pen, words::TURN, &turn)?;
    }
    let mut key = words::CAUSE;
    for one in &change.causes {
        keyed(pen, key, &cause(one, lang))?;
        key = words::AND_OR;
    }
    Ok(())
}

fn keyed(pen: &mut Pen<'_>, key: crate::words::Words, text: &str) -> io::Result<()> {
    let keys = [words::TURN, words::CAUSE, words::AND_OR];
    let column = keys.map(|key| columns::width(pen.say(key)) + 2).into_iter().max().unwrap_or(0);
    let key = columns::pad_right(pen.say(key), column);
    let first = format!("  {}", pen.paint(BOLD, &key));
    pen.paragraph(&first, &" ".repeat(column + 2), PLAIN, text)
}
