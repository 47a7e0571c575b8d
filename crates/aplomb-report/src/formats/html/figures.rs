//! The figures: bars to see them, a table to read them.

use std::collections::BTreeMap;
use std::io;

use aplomb_model::{Count, Finding, Outcome, Report};

use super::entry::Status;
use super::page::Page;
use crate::words::{self, page as page_words};

/// What results are counted by, in the order of columns and of the parts of a bar.
pub(super) const COLUMNS: [Status; 6] = [
    Status::Of(Outcome::Pass),
    Status::Open,
    Status::Accepted,
    Status::Of(Outcome::NotEvaluated),
    Status::Of(Outcome::Error),
    Status::Of(Outcome::NotApplicable),
];

/// Tenths of a percent along a bar; a part that is there is at least `SLIVER` long, so that it can be seen.
const BAR: usize = 1000;
const SLIVER: usize = 8;

const fn number(count: &Count, of: Status) -> usize {
    match of {
        Status::Open => count.open(),
        Status::Accepted => count.waived,
        Status::Of(Outcome::Pass) => count.pass,
        Status::Of(Outcome::Fail) => count.fail,
        Status::Of(Outcome::NotApplicable) => count.not_applicable,
        Status::Of(Outcome::NotEvaluated) => count.not_evaluated,
        Status::Of(Outcome::Error) => count.error,
    }
}

/// Results by severity, by domain and by standard, and the two rates.
pub(super) fn summary(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let summary = &report.summary;
    if summary.total == Count::default() {
        return Ok(());
    }
    let severities = summary.by_severity.iter();
    let severities =
        severities.map(|(severity, count)| (page.say(words::severity_lower(*severity)), *count));
    let severities: Vec<_> = severities.collect();
    let domains = summary.by_domain.iter();
    let domains: Vec<_> =
        domains.map(|(domain, count)| (words::domain(domain, page.lang), *count)).collect();

    page.section("summary", page_words::SUMMARY, None)?;
    legend(page)?;
    page.markup("<div class=\"charts\">\n")?;
    chart(page, page_words::BY_SEVERITY, &severities)?;
    chart(page, page_words::BY_DOMAIN, &domains)?;
    page.markup("</div>\n")?;
    page.scrolled("summary-title")?;
    let mut headings = vec![page_words::RESULTS];
    headings.extend(COLUMNS.map(Status::words));
    headings.extend([words::CONFORMITY, words::COVERAGE]);
    page.columns(&headings)?;
    body(page, &severities)?;
    body(page, &domains)?;
    let standards = by_standard(report);
    if standards.len() > 1 {
        body(page, &standards)?;
    }
    body(page, &[(page.say(words::ALL), summary.total)])?;
    page.markup("</table></div>\n")?;
    page.element("p", &[("class", "note")], page.say(words::RATES))?;
    page.markup("</section>\n")
}

/// Results counted by the standard that asked, sorted by id.
fn by_standard(report: &Report) -> Vec<(&str, Count)> {
    let mut standards: BTreeMap<&str, Count> = BTreeMap::new();
    for finding in &report.results {
        add(standards.entry(&finding.rule.standard).or_default(), finding);
    }
    standards.into_iter().collect()
}

/// Counts a result.
pub(super) fn add(count: &mut Count, finding: &Finding) {
    count.waived += usize::from(finding.accepted.is_some());
    *match finding.outcome {
        Outcome::Pass => &mut count.pass,
        Outcome::Fail => &mut count.fail,
        Outcome::NotApplicable => &mut count.not_applicable,
        Outcome::NotEvaluated => &mut count.not_evaluated,
        Outcome::Error => &mut count.error,
    } += 1;
}

/// The cells of a row of counts.
pub(super) fn cells(page: &mut Page<'_>, count: &Count) -> io::Result<()> {
    for column in COLUMNS {
        let shown = match number(count, column) {
            0 => none(),
            some => some.to_string(),
        };
        page.element("td", &[("class", "number")], &shown)?;
    }
    Ok(())
}

/// What stands in a cell that has nothing to tell.
fn none() -> String {
    "–".to_owned()
}

fn body(page: &mut Page<'_>, rows: &[(&str, Count)]) -> io::Result<()> {
    page.markup("<tbody>\n")?;
    for (name, count) in rows {
        page.markup("<tr>")?;
        page.element("th", &[("scope", "row")], name)?;
        cells(page, count)?;
        for rate in [count.conformity(), count.coverage()] {
            let shown = rate.map_or_else(none, |_| words::percent(rate, page.lang));
            page.element("td", &[("class", "number")], &shown)?;
        }
        page.markup("</tr>\n")?;
    }
    page.markup("</tbody>\n")
}

fn legend(page: &mut Page<'_>) -> io::Result<()> {
    // The patterns stand here once and are used by every bar: what colour tells, hatching tells too.
    page.markup(
        "<svg class=\"patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>\
         <pattern id=\"hatch\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect class=\"paper\" width=\"8\" height=\"8\"/>\
         <rect class=\"accepted\" width=\"5\" height=\"8\"/></pattern>\
         <pattern id=\"dots\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <rect class=\"paper\" width=\"6\" height=\"6\"/>\
         <circle class=\"not-evaluated\" cx=\"3\" cy=\"3\" r=\"1.8\"/></pattern></defs></svg>\n",
    )?;
    page.markup("<ul class=\"legend\">")?;
    for part in drawn() {
        page.markup("<li><svg width=\"14\" height=\"14\" aria-hidden=\"true\">")?;
        page.open("rect", &[("class", &format!("part {}", part.id())), SQUARE[0], SQUARE[1]])?;
        page.markup("</rect></svg> ")?;
        page.text(page.say(part.words()))?;
        page.markup("</li>")?;
    }
    page.markup("</ul>\n")
}

const SQUARE: [super::page::Attribute<'static>; 2] = [("width", "14"), ("height", "14")];

/// What a bar shows: what ought to say something.
fn drawn() -> impl Iterator<Item = Status> {
    COLUMNS.into_iter().filter(|column| *column != Status::Of(Outcome::NotApplicable))
}

fn chart(page: &mut Page<'_>, title: words::Words, rows: &[(&str, Count)]) -> io::Result<()> {
    page.markup("<figure class=\"chart\">")?;
    page.element("figcaption", &[], page.say(title))?;
    page.markup("\n")?;
    for (name, count) in rows {
        page.markup("<div class=\"bar\">")?;
        page.element("span", &[("class", "name")], name)?;
        bar(page, name, count)?;
        page.element("span", &[("class", "number")], &count.applicable().to_string())?;
        page.markup("</div>\n")?;
    }
    page.markup("</figure>\n")
}

fn bar(page: &mut Page<'_>, name: &str, count: &Count) -> io::Result<()> {
    let parts = drawn().map(|part| (part, number(count, part))).filter(|(_, many)| *many > 0);
    let parts: Vec<_> = parts.collect();
    let told = parts.iter().map(|(part, many)| format!("{} {many}", page.say(part.words())));
    let told = told.collect::<Vec<_>>().join(", ");
    let colon = words::colon(page.lang);
    let told = format!("{name}{colon}{}", if told.is_empty() { "0" } else { &told });
    page.open("svg", &[("role", "img"), ("aria-label", &told)])?;
    page.element("title", &[], &told)?;
    let mut from = 0;
    let lengths = lengths(parts.iter().map(|(_, many)| *many));
    for ((part, _), length) in parts.iter().zip(lengths) {
        let class = format!("part {}", part.id());
        let percent = |length: usize| format!("{}.{}%", length / 10, length % 10);
        let (x, width) = (percent(from), percent(length));
        let place = [("x", &*x), ("width", &*width), ("height", "100%"), ("class", &*class)];
        page.open("rect", &place)?;
        page.markup("</rect>")?;
        from += length;
    }
    page.markup("</svg>")
}

/// Shares of a bar, none of them invisible.
fn lengths(numbers: impl Iterator<Item = usize> + Clone) -> Vec<usize> {
    let all = numbers.clone().sum::<usize>().max(1);
    let wanted: Vec<_> = numbers.map(|number| (number * BAR / all).max(SLIVER)).collect();
    let used: usize = wanted.iter().sum();
    wanted.into_iter().map(|length| length * BAR / used.max(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_among_a_million_is_seen() {
        let lengths = lengths([999_999, 1].into_iter());
        assert!(lengths.iter().sum::<usize>() <= BAR);
        assert!(lengths[1] >= SLIVER - 1, "{lengths:?}");
    }
}
