use std::io;

use aplomb_model::{Finding, Outcome, RuleFacts};

use super::excerpt_box;
use super::pen::{BOLD, FAINT, PLAIN, Pen, path, severity_style};
use crate::grouping::RuleGroup;
use crate::{citation, standing, visible, words};

/// More findings of one rule on one subject are folded …
const FOLDED_ABOVE: usize = 20;
/// … to this many, enough to see what they have in common.
const SHOWN_OF_FOLDED: usize = 5;

/// The findings of one rule on one subject: the heading once, each finding with its evidence, and
/// what to do once.
pub(super) fn group(pen: &mut Pen<'_>, group: &RuleGroup<'_>) -> io::Result<()> {
    let findings = &group.findings;
    let Some(first) = findings.first() else {
        return Ok(());
    };
    let shown = if findings.len() > FOLDED_ABOVE && !pen.options.verbose {
        SHOWN_OF_FOLDED
    } else {
        findings.len()
    };
    pen.gap()?;
    heading(pen, first)?;
    for finding in findings.iter().take(shown) {
        pen.paragraph("  ", "  ", PLAIN, finding.message.get(pen.lang()))?;
        for note in standing::notes(finding, pen.lang()) {
            pen.paragraph("  ", "  ", FAINT, &note)?;
        }
        excerpt_box::draw(pen, finding)?;
    }
    if shown < findings.len() {
        let more = words::counted(findings.len() - shown, words::MORE_ALIKE, pen.lang());
        let more = pen.paint(BOLD, &and_more(pen, &more));
        pen.line(&format!("  {more}"))?;
    }
    // The remedy mends what failed; an evaluation that went wrong is not mended by it.
    if first.outcome == Outcome::Fail {
        remedy(pen, &first.rule)?;
    }
    why(pen, &first.rule)
}

/// `… and 37 more like it`.
pub(super) fn and_more(pen: &Pen<'_>, counted: &str) -> String {
    let and = pen.say(words::AND);
    format!("{} {and} {counted}", pen.glyphs.ellipsis)
}

fn heading(pen: &mut Pen<'_>, finding: &Finding) -> io::Result<()> {
    let severity = pen.say(words::severity(finding.rule.severity));
    let rule = visible::line(&finding.rule.id);
    let name = visible::line(&finding.rule.name);
    let mut rest = format!(" {rule} {name}");
    if finding.outcome == Outcome::Error {
        rest = format!("{rest} ({})", pen.say(words::EVALUATION_FAILED));
    }
    let plain = format!("{severity}{rest}");
    let painted = format!(
        "{}{}",
        pen.paint(severity_style(finding.rule.severity), severity),
        pen.paint(BOLD, &rest)
    );
    let subject = visible::line(&finding.subject.name);
    pen.sides((&plain, &painted), &subject)
}

fn remedy(pen: &mut Pen<'_>, rule: &RuleFacts) -> io::Result<()> {
    pen.keyed(pen.say(words::REMEDY), rule.remedy.get(pen.lang()))
}

/// Which texts ask for it, and which line of the standard.
fn why(pen: &mut Pen<'_>, rule: &RuleFacts) -> io::Result<()> {
    let cited = citation::cite_all(rule);
    let demand = &rule.demand;
    let demand = format!("{}:{}", path(&demand.file), demand.start.line);
    let why =
        if cited.is_empty() { demand } else { format!("{cited}{}{demand}", pen.glyphs.separator) };
    pen.keyed(pen.say(words::WHY), &why)
}
