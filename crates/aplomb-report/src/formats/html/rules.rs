//! The rules that were applied, and what came of each.

use std::collections::BTreeMap;
use std::io;

use aplomb_model::{Count, Finding, Outcome, Report, RuleFacts};

use super::entry::{self, Status};
use super::page::Page;
use super::{figures, plan, reasons};
use crate::citation;
use crate::grouping;
use crate::words::{self, page as page_words};

/// One row a rule: what it demands, where, and its results.
pub(super) fn rules(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let rules = by_rule(&report.results);
    page.section("rules", page_words::RULES, Some(rules.len()))?;
    page.scrolled("rules-title")?;
    let mut headings = vec![page_words::SEVERITY, page_words::RULE];
    headings.extend(figures::COLUMNS.map(Status::words));
    page.columns(&headings)?;
    page.markup("<tbody>\n")?;
    let shown = plan::first(page, &rules, plan::ROWS);
    for (rule, count) in shown {
        page.markup("<tr><td>")?;
        entry::severity(page, rule.severity)?;
        page.markup("</td><th scope=\"row\">")?;
        entry::rule(page, rule)?;
        page.markup(" ")?;
        let place = citation::place(&rule.demand.file, rule.demand.start, true);
        page.element("code", &[("class", "note")], &place)?;
        page.markup("</th>")?;
        figures::cells(page, count)?;
        page.markup("</tr>\n")?;
    }
    page.markup("</tbody></table></div>\n")?;
    plan::left_out(page, rules.len() - shown.len(), words::MORE_RULES)?;
    page.markup("</section>\n")
}

/// Results counted by rule, sorted by id.
fn by_rule(results: &[Finding]) -> Vec<(&RuleFacts, Count)> {
    let mut rules: BTreeMap<_, (&RuleFacts, Count)> = BTreeMap::new();
    for finding in results {
        let rule = &*finding.rule;
        let key = (&*rule.id, &*rule.name, &*rule.standard, rule.severity);
        let (_, count) = rules.entry(key).or_insert((rule, Count::default()));
        figures::add(count, finding);
    }
    rules.into_values().collect()
}

/// What passed, for those who ask for everything.
pub(super) fn passed(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let rules = grouping::passed(report);
    page.section("passed", page_words::PASSED, Some(rules.iter().map(Vec::len).sum()))?;
    page.markup("<ul class=\"rules\">\n")?;
    for findings in &rules {
        reasons::rule(page, findings, Status::Of(Outcome::Pass))?;
    }
    page.markup("</ul>\n</section>\n")
}
