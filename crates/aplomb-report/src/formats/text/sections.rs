use std::io;

use aplomb_model::{Diagnostic, DiagnosticLevel, Finding, Outcome, Report};

use super::finding::and_more;
use super::pen::{BOLD, FAINT, PLAIN, Pen, level_style, path, severity_style};
use crate::grouping::{self, ReasonGroup};
use crate::words::{self, Words};
use crate::{columns, visible};

/// Rules named under one reason.
const MAX_RULES: usize = 8;
/// Diagnostics of one code; notes, which ask for nothing, sooner.
const MAX_DIAGNOSTICS: usize = 20;
const MAX_NOTES: usize = 5;

/// What was judged, as of when, and by what.
pub(super) fn head(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    let delivery = &report.delivery;
    let mut name = visible::line(&delivery.id);
    if let Some(version) = &delivery.version {
        name = format!("{name} {}", visible::line(version));
    }
    let mut parts = vec![name];
    parts.extend(delivery.environment.as_deref().map(visible::line));
    let tier = |tier| format!("{} {tier}", pen.say(words::TIER));
    parts.extend(delivery.tier.map(tier));
    parts.push(format!("{} {}", pen.say(words::AS_OF), visible::line(&report.as_of)));
    parts.retain(|part| !part.is_empty());
    pen.paragraph("", "  ", BOLD, &parts.join(pen.glyphs.separator))?;

    let standards = report.standards.iter();
    let named = standards.map(|s| format!("{}\u{a0}{}", s.id, s.version));
    let mut by = named.collect::<Vec<_>>().join(", ");
    if by.is_empty() {
        by.push_str(pen.say(words::NO_STANDARD));
    }
    if let Some(profile) = &report.profile {
        by = format!("{by}{}{} {profile}", pen.glyphs.separator, pen.say(words::PROFILE));
    }
    let by = format!("{} {by}", pen.say(words::JUDGED_BY));
    pen.paragraph("", "  ", FAINT, &by)
}

/// The results of one outcome, grouped by what they say.
pub(super) fn reasons(
    pen: &mut Pen<'_>,
    report: &Report,
    outcome: Outcome,
    title: Words,
    about: Option<Words>,
) -> io::Result<()> {
    let groups = grouping::by_reason(report, outcome, pen.lang());
    if groups.is_empty() {
        return Ok(());
    }
    let count = groups.iter().map(ReasonGroup::count).sum();
    section(pen, title, count, about)?;
    for group in &groups {
        pen.paragraph("  ", "  ", PLAIN, group.reason)?;
        let shown = if pen.options.verbose { usize::MAX } else { MAX_RULES };
        for findings in group.rules.iter().take(shown) {
            rule_line(pen, findings)?;
        }
        let hidden = group.rules.len().saturating_sub(shown);
        if hidden > 0 {
            let more = words::counted(hidden, words::MORE_RULES, pen.lang());
            let more = and_more(pen, &more);
            pen.line(&format!("    {more}"))?;
        }
    }
    Ok(())
}

/// What failed and was accepted, under the exception that covers it.
pub(super) fn accepted(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    let live = grouping::accepted(report);
    if live.is_empty() {
        return Ok(());
    }
    let count = live.iter().map(|(_, findings)| findings.len()).sum();
    section(pen, words::ACCEPTED, count, Some(words::ACCEPTED_ABOUT))?;
    for (exception, findings) in &live {
        let head = format!(
            "{} {} {} {}{}{}",
            pen.say(words::exception(exception.kind)),
            visible::line(&exception.id),
            pen.say(words::UNTIL),
            visible::line(&exception.expires),
            words::colon(pen.lang()),
            exception.reason,
        );
        pen.paragraph("  ", "  ", PLAIN, &head)?;
        for of_subject in findings.chunk_by(|a, b| a.subject == b.subject) {
            rule_line(pen, of_subject)?;
        }
    }
    Ok(())
}

/// What passed, a line a rule.
pub(super) fn passed(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    let rules = grouping::passed(report);
    if rules.is_empty() {
        return Ok(());
    }
    let count = rules.iter().map(Vec::len).sum();
    section(pen, words::PASSED, count, None)?;
    for findings in &rules {
        rule_line(pen, findings)?;
    }
    Ok(())
}

fn section(pen: &mut Pen<'_>, title: Words, count: usize, about: Option<Words>) -> io::Result<()> {
    pen.gap()?;
    let mut line = pen.paint(BOLD, &format!("{} ({count})", pen.say(title)));
    if let Some(about) = about {
        line = format!("{line}{}{}", words::colon(pen.lang()), pen.say(about));
    }
    pen.line(&line)
}

/// A rule and the subject it was applied to, or how many.
fn rule_line(pen: &mut Pen<'_>, findings: &[&Finding]) -> io::Result<()> {
    let Some(first) = findings.first() else {
        return Ok(());
    };
    let severity = pen.say(words::severity(first.rule.severity));
    let widest = aplomb_model::Severity::ALL.map(|s| columns::width(pen.say(words::severity(s))));
    let severity = columns::pad_right(severity, widest.into_iter().max().unwrap_or(0));
    let rule = format!(" {} {}", visible::line(&first.rule.id), visible::line(&first.rule.name));
    let plain = format!("    {severity}{rule}");
    let painted =
        format!("    {}{rule}", pen.paint(severity_style(first.rule.severity), &severity));
    let subject = match findings.len() {
        1 => visible::line(&first.subject.name),
        many => words::counted(many, words::SUBJECT, pen.lang()),
    };
    pen.sides((&plain, &painted), &subject)
}

/// What the run says about itself, the worst first.
pub(super) fn diagnostics(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    if report.diagnostics.is_empty() {
        return Ok(());
    }
    let mut diagnostics: Vec<_> = report.diagnostics.iter().collect();
    diagnostics.sort_by(|a, b| (a.level, &a.code).cmp(&(b.level, &b.code)));
    section(pen, words::ABOUT_RUN, diagnostics.len(), None)?;
    for of_code in diagnostics.chunk_by(|a, b| (a.level, &a.code) == (b.level, &b.code)) {
        let notes = of_code.iter().any(|one| one.level == DiagnosticLevel::Note);
        let shown = match (pen.options.verbose, notes) {
            (true, _) => usize::MAX,
            (false, true) => MAX_NOTES,
            (false, false) => MAX_DIAGNOSTICS,
        };
        for diagnostic in of_code.iter().take(shown) {
            one(pen, diagnostic)?;
        }
        let hidden = of_code.len().saturating_sub(shown);
        if hidden > 0 {
            let more = words::counted(hidden, words::MORE_ALIKE, pen.lang());
            let more = and_more(pen, &more);
            pen.line(&format!("  {more}"))?;
        }
    }
    Ok(())
}

fn one(pen: &mut Pen<'_>, diagnostic: &Diagnostic) -> io::Result<()> {
    let level = pen.say(words::level(diagnostic.level));
    let level = pen.paint(level_style(diagnostic.level), level);
    let mut line = format!("  {level} {}", diagnostic.code);
    if let Some(file) = &diagnostic.file {
        line = format!("{line} {}", path(file));
        if let Some(position) = diagnostic.position {
            line = format!("{line}:{}:{}", position.line, position.column);
        }
    }
    pen.line(&line)?;
    pen.paragraph("    ", "    ", PLAIN, diagnostic.message.get(pen.lang()))
}

/// What the marks in the findings above mean.
pub(super) fn footnotes(pen: &mut Pen<'_>, report: &Report) -> io::Result<()> {
    let mut told = report.results.iter();
    let told = told.any(|finding| {
        matches!(finding.outcome, Outcome::Fail | Outcome::Error)
            && finding.rule.references.iter().any(|reference| reference.unverified)
    });
    if !told {
        return Ok(());
    }
    pen.gap()?;
    let note = pen.paint(FAINT, pen.say(words::UNVERIFIED));
    pen.line(&note)
}
