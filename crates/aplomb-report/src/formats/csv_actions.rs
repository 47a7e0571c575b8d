//! `csv-actions`: the plan of corrective actions, for spreadsheets.

use std::io::{self, Write};

use aplomb_model::{Accepted, Finding, Lang, Outcome, Report};

use crate::acceptance::Acceptances;
use crate::place::Places;
use crate::spreadsheet::Spreadsheet;
use crate::words::{self, Words};
use crate::{Options, citation, sentence};

/// What the format is, in full.
pub(crate) const DOCS: &str = "\
One action a row: what a rule asks of a subject, with the number of findings it settles, the worst first.
Failures are to be corrected, by the remedy of the rule; what could not be evaluated is to be made
evaluable, and an evaluation that went wrong mended. Actions under a live exception come last, with the
exception, until when it holds, who mends it and what is done meanwhile.

Written like `csv`: separated by commas in English and semicolons in French, UTF-8 with a byte order mark,
nothing in it computed.";

/// Places named of an action; the format `csv` has them all.
const MAX_PLACES: usize = 10;

/// The columns and what stands in them.
const COLUMNS: [Words; 18] = [
    words::NUMBER,
    words::ACTION,
    words::STATE,
    words::SEVERITY,
    words::STANDARD,
    words::RULE_ID,
    words::NAME,
    words::KIND,
    words::SUBJECT_NAME,
    words::FINDINGS,
    words::FOUND,
    words::WHERE,
    words::WHAT_TO_DO,
    words::REFERENCES,
    words::EXCEPTION,
    words::UNTIL,
    words::OWNER,
    words::MEASURE,
];

/// Writes a heading and a row an action.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let lang = options.lang;
    let mut buffered = io::BufWriter::new(out);
    let mut sheet = Spreadsheet::begin(&mut buffered, lang)?;
    let places = Places::of(report);
    let acceptances = Acceptances::of(report);
    sheet.row(COLUMNS.iter().map(|column| column.get(lang)))?;
    let findings = actionable(report);
    let actions = findings.chunk_by(|a, b| key(a) == key(b));
    for (index, findings) in actions.enumerate() {
        let row = row(index + 1, findings, &places, &acceptances, lang);
        sheet.row(row.iter().map(|cell| &**cell))?;
    }
    buffered.flush()
}

/// The findings that call for an action, those of the most important first.
fn actionable(report: &Report) -> Vec<&Finding> {
    let called = [Outcome::Fail, Outcome::Error, Outcome::NotEvaluated];
    let findings = report.results.iter().filter(|finding| called.contains(&finding.outcome));
    let mut findings: Vec<_> = findings.collect();
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    findings
}

/// What makes an action, by importance.
fn key(finding: &Finding) -> impl Ord + '_ {
    let rule = &*finding.rule;
    let accepted = finding.accepted.as_deref().map(|one| &*one.id);
    let importance = (accepted.is_some(), rule.severity, finding.outcome);
    (importance, &*rule.id, &*rule.name, &*rule.standard, &*finding.subject, accepted)
}

fn row(
    number: usize,
    findings: &[&Finding],
    places: &Places<'_>,
    acceptances: &Acceptances<'_>,
    lang: Lang,
) -> [String; COLUMNS.len()] {
    let Some(first) = findings.first() else {
        return Default::default();
    };
    let rule = &*first.rule;
    let accepted = first.accepted.as_deref();
    let exception = accepted.and_then(|one| acceptances.find(one));
    let state = if accepted.is_some() { words::STATE_ACCEPTED } else { words::STATE_OPEN };
    let remedy = match first.outcome {
        Outcome::Fail => rule.remedy.get(lang).to_owned(),
        _ => String::new(),
    };
    [
        number.to_string(),
        action(first.outcome).get(lang).to_owned(),
        state.get(lang).to_owned(),
        words::severity_lower(rule.severity).get(lang).to_owned(),
        rule.standard.clone(),
        rule.id.clone(),
        rule.name.clone(),
        words::kind(first.subject.kind).get(lang).to_owned(),
        first.subject.name.clone(),
        findings.len().to_string(),
        sentence::found(first, lang),
        named(findings, places),
        remedy,
        citation::cite_all(rule),
        accepted.map(|one| covered(one, lang)).unwrap_or_default(),
        accepted.map(|one| one.expires.clone()).unwrap_or_default(),
        exception.and_then(|one| one.owner.clone()).unwrap_or_default(),
        exception.and_then(|one| one.compensating_measure.clone()).unwrap_or_default(),
    ]
}

/// What sort of action an outcome calls for.
const fn action(outcome: Outcome) -> Words {
    match outcome {
        Outcome::NotEvaluated => words::ACTION_PROVIDE,
        Outcome::Error => words::ACTION_MEND,
        _ => words::ACTION_CORRECT,
    }
}

fn covered(accepted: &Accepted, lang: Lang) -> String {
    format!("{} {}", words::exception(accepted.kind).get(lang), accepted.id)
}

fn named(findings: &[&Finding], places: &Places<'_>) -> String {
    let mut named: Vec<_> = findings
        .iter()
        .map(|finding| places.main(finding))
        .map(|place| format!("{}:{}", place.file, place.start.line))
        .take(MAX_PLACES)
        .collect();
    if findings.len() > MAX_PLACES {
        named.push("…".to_owned());
    }
    named.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{self, render};

    #[test]
    fn a_plan_in_both_languages() {
        let told = [Lang::En, Lang::Fr].map(|lang| {
            render("csv-actions", &fixtures::with_waiver(), &Options { lang, ..Options::default() })
        });
        insta::assert_snapshot!(told.join("\n").replace('\u{feff}', "<BOM>").replace('\r', ""));
    }

    #[test]
    fn every_finding_calls_for_an_action() {
        for report in [fixtures::with_waiver(), fixtures::empty(), fixtures::hostile()] {
            let total = &report.summary.total;
            let called = total.fail + total.error + total.not_evaluated;
            assert_eq!(actionable(&report).len(), called);
        }
    }
}
