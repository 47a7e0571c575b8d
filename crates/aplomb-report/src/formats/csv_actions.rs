//! `csv-actions`: the plan of corrective actions, for spreadsheets.

use std::collections::BTreeMap;
use std::io::{self, Write};

use aplomb_model::{Action, Exception, Finding, Fingerprint, Lang, Outcome, Report};

use crate::place::Places;
use crate::spreadsheet::Spreadsheet;
use crate::words::{self, Words};
use crate::{Options, actions, citation, sentence};

/// What the format is, in full.
pub(crate) const DOCS: &str = "\
One action a row: what a rule asks of a subject, with the number of findings it settles, the most urgent
first: overdue, open, planned by a reservation, accepted by a waiver, lifted. Failures are to be corrected,
by the remedy of the rule; what could not be evaluated is to be made evaluable, and an evaluation that went
wrong mended. Each has an id that stays from run to run, who does it, until when, what it takes and costs
where that is known, by what one sees that it worked, and the exception it stands under.

Written like `csv`: separated by commas in English and semicolons in French, UTF-8 with a byte order mark,
nothing in it computed.";

/// Places named of an action; the format `csv` has them all.
const MAX_PLACES: usize = 10;

/// The columns and what stands in them.
const COLUMNS: [Words; 23] = [
    words::NUMBER,
    words::ACTION_ID,
    words::ACTION,
    words::NATURE,
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
    words::OWNER,
    words::DUE,
    words::EFFORT,
    words::COST,
    words::EFFICACY,
    words::EXCEPTION,
    words::MEASURE,
];

/// Writes a heading and a row an action.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let lang = options.lang;
    let mut buffered = io::BufWriter::new(out);
    let mut sheet = Spreadsheet::begin(&mut buffered, lang)?;
    let places = Places::of(report);
    let exceptions: BTreeMap<&str, &Exception> =
        report.exceptions.iter().map(|one| (&*one.id, one)).collect();
    let mut findings: BTreeMap<Fingerprint, &Finding> = BTreeMap::new();
    for finding in report.results.iter().filter(|finding| finding.outcome != Outcome::Pass) {
        findings.entry(finding.fingerprint).or_insert(finding);
    }
    sheet.row(COLUMNS.iter().map(|column| column.get(lang)))?;
    for (index, action) in report.actions.iter().enumerate() {
        let settled = action.findings.iter().filter_map(|one| findings.get(one).copied());
        let settled: Vec<_> = settled.take(MAX_PLACES).collect();
        let exception = action.exception.as_deref().and_then(|id| exceptions.get(id).copied());
        let row = row(index + 1, action, &settled, exception, &places, lang);
        sheet.row(row.iter().map(|cell| &**cell))?;
    }
    buffered.flush()
}

fn row(
    number: usize,
    action: &Action,
    settled: &[&Finding],
    exception: Option<&Exception>,
    places: &Places<'_>,
    lang: Lang,
) -> [String; COLUMNS.len()] {
    let rule = &*action.rule;
    let owner = action.owner.as_ref().map(|owner| owner.name.to_string());
    let cost = action.cost.as_ref();
    [
        number.to_string(),
        action.id.clone(),
        words::task(action.task).get(lang).to_owned(),
        words::action_kind(action.kind()).get(lang).to_owned(),
        words::of_action(action.state).get(lang).to_owned(),
        words::severity_lower(rule.severity).get(lang).to_owned(),
        rule.standard.clone(),
        rule.id.clone(),
        rule.name.clone(),
        words::kind(action.subject.kind).get(lang).to_owned(),
        action.subject.name.clone(),
        action.findings.len().to_string(),
        settled.first().map(|first| sentence::found(first, lang)).unwrap_or_default(),
        named(action, settled, places),
        actions::remedy(action, lang).to_owned(),
        citation::cite_all(rule),
        owner.unwrap_or_else(|| words::UNASSIGNED.get(lang).to_owned()),
        action.due.clone().unwrap_or_default(),
        action.effort.map(|minutes| actions::duration(minutes.into())).unwrap_or_default(),
        cost.map(|one| actions::amount(one.amount, &one.currency, lang)).unwrap_or_default(),
        actions::efficacy(action, lang),
        action.exception.as_deref().map(|id| covered(id, exception, lang)).unwrap_or_default(),
        exception.and_then(|one| one.compensating_measure.clone()).unwrap_or_default(),
    ]
}

fn covered(id: &str, exception: Option<&Exception>, lang: Lang) -> String {
    match exception {
        Some(one) => format!("{} {id}", words::exception(one.kind).get(lang)),
        None => id.to_owned(),
    }
}

fn named(action: &Action, settled: &[&Finding], places: &Places<'_>) -> String {
    let mut named: Vec<_> = settled
        .iter()
        .map(|finding| places.main(finding))
        .map(|place| format!("{}:{}", place.file, place.start.line))
        .collect();
    if action.findings.len() > settled.len() {
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
    fn every_action_has_its_row() {
        for report in [fixtures::with_waiver(), fixtures::empty(), fixtures::hostile()] {
            let text = render("csv-actions", &report, &Options::default());
            assert_eq!(text.matches("\r\n").count(), report.actions.len() + 1);
        }
    }
}
