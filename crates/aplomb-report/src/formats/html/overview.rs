//! What stands against the delivery on a page: a line a rule, and which findings are about it.

use std::collections::BTreeMap;
use std::io;

use aplomb_model::RuleFacts;

use super::page::Page;
use super::{entry, plan};
use crate::grouping::SubjectGroup;
use crate::words::{self, page as page_words};

/// A rule, the numbers of its entries and how many findings they are.
struct Line<'a> {
    rule: &'a RuleFacts,
    numbers: Vec<usize>,
    findings: usize,
}

/// The name of the entry with a number.
pub(super) fn id(number: usize) -> String {
    format!("entry-{number}")
}

/// A table of the rules that are not met, the weightiest first; `shown` says how many findings of
/// each entry the page has.
pub(super) fn overview(
    page: &mut Page<'_>,
    groups: &[SubjectGroup<'_>],
    shown: &[Vec<usize>],
) -> io::Result<()> {
    let lines = lines(groups, shown);
    if lines.is_empty() {
        return Ok(());
    }
    page.markup("<div class=\"overview\">\n")?;
    page.scrolled("findings-title")?;
    page.columns(&[
        page_words::SEVERITY,
        page_words::RULE,
        page_words::FINDINGS,
        page_words::ENTRIES,
    ])?;
    page.markup("<tbody>\n")?;
    let told = plan::first(page, &lines, plan::ROWS);
    for line in told {
        row(page, line)?;
    }
    page.markup("</tbody></table></div>\n")?;
    plan::left_out(page, lines.len() - told.len(), words::MORE_RULES)?;
    page.markup("</div>\n")
}

fn lines<'a>(groups: &[SubjectGroup<'a>], shown: &[Vec<usize>]) -> Vec<Line<'a>> {
    let mut lines = BTreeMap::new();
    let mut number = 0;
    for (group, shown) in groups.iter().zip(shown) {
        for (of_rule, shown) in group.rules.iter().zip(shown) {
            let Some(first) = of_rule.findings.first() else { continue };
            let rule = &*first.rule;
            let key = (rule.severity, &*rule.id, &*rule.standard);
            let line =
                lines.entry(key).or_insert_with(|| Line { rule, numbers: Vec::new(), findings: 0 });
            line.findings += of_rule.findings.len();
            if *shown > 0 {
                number += 1;
                line.numbers.push(number);
            }
        }
    }
    lines.into_values().collect()
}

fn row(page: &mut Page<'_>, line: &Line<'_>) -> io::Result<()> {
    page.markup("<tr><td>")?;
    entry::severity(page, line.rule.severity)?;
    page.markup("</td><th scope=\"row\">")?;
    entry::rule(page, line.rule)?;
    page.markup("</th>")?;
    page.element("td", &[("class", "number")], &line.findings.to_string())?;
    page.markup("<td>")?;
    let told = plan::first(page, &line.numbers, plan::NAMES);
    for number in told {
        page.open("a", &[("href", &format!("#{}", id(*number)))])?;
        page.text(&number.to_string())?;
        page.markup("</a> ")?;
    }
    if told.len() < line.numbers.len() {
        page.text("…")?;
    }
    page.markup("</td></tr>\n")
}
