//! `csv`: every result on a row of its own, for spreadsheets.

use std::io::{self, Write};

use aplomb_model::{Finding, Lang, Outcome, Report};

use crate::place::Places;
use crate::spreadsheet::Spreadsheet;
use crate::words::{self, Words};
use crate::{Options, citation, standing};

/// What the format is, in full.
pub(crate) const DOCS: &str = "\
Every result of the run, also what passed: outcome, severity, rule, subject, what was found and where, what
to do, the clauses that ask for it, the exception that covers it, the fingerprint.

Headings and words are in the language asked for. Cells are separated by commas in English, by semicolons
in French, as spreadsheets of the language expect, and all of them are quoted; lines end in CRLF. The text
is UTF-8 with a byte order mark, without which spreadsheets misread accents. A cell that a spreadsheet
would compute (beginning with =, +, - or @) begins with an apostrophe.";

/// The columns and what stands in them.
const COLUMNS: [Words; 19] = [
    words::OUTCOME,
    words::SEVERITY,
    words::STANDARD,
    words::RULE_ID,
    words::NAME,
    words::DOMAIN,
    words::TITLE,
    words::KIND,
    words::SUBJECT_NAME,
    words::FOUND,
    words::FILE,
    words::LINE,
    words::WHAT_TO_DO,
    words::REFERENCES,
    words::EXCEPTION,
    words::UNTIL,
    words::STANDING,
    words::DEMANDED_IN,
    words::FINGERPRINT,
];

/// Writes a heading and a row a result.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let lang = options.lang;
    let mut buffered = io::BufWriter::new(out);
    let mut sheet = Spreadsheet::begin(&mut buffered, lang)?;
    let places = Places::of(report);
    sheet.row(COLUMNS.iter().map(|column| column.get(lang)))?;
    for finding in &report.results {
        let row = row(finding, &places, lang);
        sheet.row(row.iter().map(|cell| &**cell))?;
    }
    buffered.flush()
}

fn row(finding: &Finding, places: &Places<'_>, lang: Lang) -> [String; COLUMNS.len()] {
    let rule = &*finding.rule;
    let place = places.main(finding);
    let failed = finding.outcome == Outcome::Fail;
    let accepted = finding.accepted.as_deref();
    [
        words::outcome(finding.outcome).get(lang).to_owned(),
        words::severity_lower(rule.severity).get(lang).to_owned(),
        rule.standard.clone(),
        rule.id.clone(),
        rule.name.clone(),
        words::domain(&rule.domain, lang).to_owned(),
        rule.title.get(lang).to_owned(),
        words::kind(finding.subject.kind).get(lang).to_owned(),
        finding.subject.name.clone(),
        finding.message.get(lang).to_owned(),
        place.file,
        place.start.line.to_string(),
        if failed { rule.remedy.get(lang).to_owned() } else { String::new() },
        citation::cite_all(rule),
        accepted.map(|one| one.id.clone()).unwrap_or_default(),
        accepted.and_then(|one| one.expires.clone()).unwrap_or_default(),
        standing::notes(finding, lang).join(", "),
        format!("{}:{}", rule.demand.file, rule.demand.start.line),
        finding.fingerprint.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{self, render};

    #[test]
    fn a_refusal_in_both_languages() {
        let told = [Lang::En, Lang::Fr].map(|lang| {
            render("csv", &fixtures::with_waiver(), &Options { lang, ..Options::default() })
        });
        insta::assert_snapshot!(told.join("\n").replace('\u{feff}', "<BOM>").replace('\r', ""));
    }

    #[test]
    fn every_result_has_its_row() {
        for report in [fixtures::with_waiver(), fixtures::empty(), fixtures::hostile()] {
            let text = render("csv", &report, &Options::default());
            assert_eq!(text.matches("\r\n").count(), report.results.len() + 1);
            assert_eq!(text.lines().count(), report.results.len() + 1);
        }
    }
}
