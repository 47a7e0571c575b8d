use std::io;

use anstyle::Style;
use aplomb_model::{Count, Outcome, Report};

use super::pen::{BOLD, FAINT, PLAIN, Pen, gate_style, severity_style, verdict_style};
use crate::{actions as plan, columns, conclusion, gate as conditions, visible, words};

/// Domains are named by those who write standards: a name too long for the page loses its beginning,
/// but not more than this is left.
const MIN_NAME: usize = 8;

/// One line of the table.
struct Line {
    style: Style,
    name: String,
    cells: Vec<String>,
}

/// Counts by domain and by severity, and the two rates.
pub(super) fn table(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    let summary = &report.summary;
    if summary.total == Count::default() {
        return Ok(());
    }
    title(pen, report)?;
    let parts = parts(pen, report);
    let headings = headings(pen);
    let mut widths: Vec<_> = headings.iter().map(|heading| columns::width(heading)).collect();
    for line in parts.iter().flatten() {
        for (width, cell) in widths.iter_mut().zip(&line.cells) {
            *width = columns::width(cell).max(*width);
        }
    }
    let numbers_width: usize = widths.iter().map(|width| width + 2).sum();
    let names = parts.iter().flatten().map(|line| columns::width(&line.name));
    let room = pen.width.saturating_sub(2 + numbers_width).max(MIN_NAME);
    let name_width = names.max().unwrap_or(0).min(room);

    let blank = columns::pad_right("", name_width);
    let head = pen.paint(FAINT, &row(&blank, &headings, &widths));
    pen.line(&head)?;
    let rule = std::iter::repeat_n(pen.glyphs.rule, name_width + numbers_width);
    let rule = pen.paint(FAINT, &format!("  {}", rule.collect::<String>()));
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            pen.line(&rule)?;
        }
        for line in part {
            let name = columns::keep_end(&line.name, name_width, pen.glyphs.ellipsis);
            let name = pen.paint(line.style, &columns::pad_right(&name, name_width));
            pen.line(&row(&name, &line.cells, &widths))?;
        }
    }
    let rates = pen.paint(FAINT, &format!("  {}", pen.say(words::RATES)));
    pen.line(&rates)
}

/// How many actions there are, and how far.
pub(super) fn actions(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    let Some(summary) = plan::summary(report, pen.lang()) else {
        return Ok(());
    };
    pen.gap()?;
    let title = format!("{} ({})", pen.say(words::ACTIONS), report.actions.len());
    let colon = words::colon(pen.lang());
    let first = format!("{}{colon}", pen.paint(BOLD, &title));
    pen.paragraph(&first, "  ", PLAIN, &summary)
}

/// Whether it may pass, condition by condition.
pub(super) fn gate(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    if report.gate.conditions.is_empty() {
        return Ok(());
    }
    pen.gap()?;
    let state = report.gate.state();
    let colon = words::colon(pen.lang());
    let title = pen.paint(BOLD, pen.say(words::GATE));
    let said = pen.paint(gate_style(state), pen.say(words::gate(state)));
    match conditions::compared(report, pen.lang()) {
        Some(compared) => {
            let first = format!("{title}{colon}{said}{}", pen.glyphs.separator);
            pen.paragraph(&first, "  ", PLAIN, &compared)?;
        }
        None => pen.line(&format!("{title}{colon}{said}"))?,
    }
    let told: Vec<_> = conditions::told(report, pen.lang()).collect();
    let width =
        |texts: &mut dyn Iterator<Item = &str>| texts.map(columns::width).max().unwrap_or(0);
    let states = width(&mut told.iter().map(|one| pen.say(words::gate(one.condition.state))));
    let names = width(&mut told.iter().map(|one| one.condition.kind.id()));
    for one in told {
        let state = columns::pad_right(pen.say(words::gate(one.condition.state)), states);
        let state = pen.paint(gate_style(one.condition.state), &state);
        let name = columns::pad_right(one.condition.kind.id(), names);
        let first = format!("  {state}  {name}  ");
        let rest = " ".repeat(2 + states + 2 + names + 2);
        let said = format!("{} ({})", one.measured, one.threshold);
        pen.paragraph(&first, &rest, PLAIN, &said)?;
    }
    Ok(())
}

/// The conclusion and its reason.
pub(super) fn verdict(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    pen.gap()?;
    let lang = pen.lang();
    let verdict = pen.say(words::verdict(report.verdict));
    let reason = conclusion::reason(report, lang);
    let whole = format!("{verdict}{}{reason}", words::colon(lang));
    let style = verdict_style(report.verdict);
    for line in columns::wrap(&whole, pen.width - 2) {
        let line = match line.strip_prefix(verdict) {
            Some(rest) => format!("{}{rest}", pen.paint(style, verdict)),
            None => format!("  {line}"),
        };
        pen.line(&line)?;
    }
    Ok(())
}

fn title(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    let lang = pen.lang();
    let summary = &report.summary;
    let of = [
        words::counted(summary.rules, words::RULE, lang),
        words::counted(summary.subjects, words::SUBJECT, lang),
    ];
    let title = pen.paint(BOLD, pen.say(words::SUMMARY));
    pen.gap()?;
    pen.line(&format!("{title}{}{}", words::colon(lang), of.join(", ")))
}

fn parts(pen: &Pen<'_>, report: &Report) -> [Vec<Line>; 3] {
    let summary = &report.summary;
    let domains = summary.by_domain.iter().map(|(domain, count)| Line {
        style: PLAIN,
        name: visible::line(words::domain(domain, pen.lang())),
        cells: cells(pen, count),
    });
    let severities = summary.by_severity.iter().map(|(severity, count)| Line {
        style: severity_style(*severity),
        name: pen.say(words::severity_lower(*severity)).to_owned(),
        cells: cells(pen, count),
    });
    let all = Line {
        style: BOLD,
        name: pen.say(words::ALL).to_owned(),
        cells: cells(pen, &summary.total),
    };
    [domains.collect(), severities.collect(), vec![all]]
}

/// In the order of the columns: what was judged, then what was not.
const OUTCOMES: [Outcome; 5] =
    [Outcome::Pass, Outcome::Fail, Outcome::NotEvaluated, Outcome::NotApplicable, Outcome::Error];

fn headings(pen: &Pen<'_>) -> Vec<String> {
    let outcomes = OUTCOMES.map(words::column).into_iter();
    let all = outcomes.chain([words::CONFORMITY, words::COVERAGE]);
    all.map(|heading| pen.say(heading).to_owned()).collect()
}

fn cells(pen: &Pen<'_>, count: &Count) -> Vec<String> {
    let counted = OUTCOMES.map(|outcome| match outcome {
        Outcome::Pass => count.pass,
        Outcome::Fail => count.fail,
        Outcome::NotApplicable => count.not_applicable,
        Outcome::NotEvaluated => count.not_evaluated,
        Outcome::Error => count.error,
    });
    let shown = counted.into_iter().map(|number| match number {
        0 => "-".to_owned(),
        some => some.to_string(),
    });
    let rates = [count.conformity(), count.coverage()];
    let rates = rates.map(|rate| words::percent(rate, pen.lang()));
    shown.chain(rates).collect()
}

fn row(name: &str, cells: &[String], widths: &[usize]) -> String {
    let mut line = format!("  {name}");
    for (cell, width) in cells.iter().zip(widths) {
        line.push_str("  ");
        line.push_str(&columns::pad_left(cell, *width));
    }
    line
}
