//! How much of a long report is shown, so that the page stays usable.

use std::io;

use aplomb_model::Severity;

use super::page::Page;
use crate::grouping::SubjectGroup;
use crate::words::{self, Noun, page as page_words};

/// Findings shown in full in the whole page, …
const FINDINGS: usize = 2_000;
/// … of one rule on one subject, …
const OF_RULE: usize = 20;
/// … rows of a list or table, …
pub(super) const ROWS: usize = 500;
/// … rules under one reason, …
pub(super) const RULES: usize = 100;
/// … and names in a line.
pub(super) const NAMES: usize = 20;

/// How many findings of each rule group are shown, subject by subject. The weightiest are, whichever
/// subject they are of.
pub(super) fn findings(groups: &[SubjectGroup<'_>], everything: bool) -> Vec<Vec<usize>> {
    let of_rule = if everything { usize::MAX } else { OF_RULE };
    let mut left = if everything { usize::MAX } else { FINDINGS };
    let mut shown: Vec<Vec<usize>> =
        groups.iter().map(|group| vec![0; group.rules.len()]).collect();
    for severity in Severity::ALL {
        for (group, shown) in groups.iter().zip(&mut shown) {
            for (rule, shown) in group.rules.iter().zip(shown) {
                if rule.findings.first().is_some_and(|first| first.rule.severity == severity) {
                    *shown = rule.findings.len().min(of_rule).min(left);
                    left -= *shown;
                }
            }
        }
    }
    shown
}

/// The first of several, unless everything is asked for.
pub(super) fn first<'i, T>(page: &Page<'_>, items: &'i [T], most: usize) -> &'i [T] {
    let most = if page.verbose { items.len() } else { most };
    items.get(..most).unwrap_or(items)
}

/// Says how many are not shown, where some are not.
pub(super) fn left_out(page: &mut Page<'_>, number: usize, noun: Noun) -> io::Result<()> {
    if number == 0 {
        return Ok(());
    }
    let counted = words::counted(number, noun, page.lang);
    let colon = words::colon(page.lang);
    let text = format!("{}{colon}{counted}", page.say(page_words::NOT_SHOWN));
    page.element("p", &[("class", "left-out")], &text)?;
    page.markup("\n")
}
