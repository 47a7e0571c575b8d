//! What stands against the delivery, subject by subject.

use std::io;

use aplomb_model::{Finding, Outcome, RuleFacts, SubjectName};

use super::entry::{self, Status};
use super::page::Page;
use super::{evidence, overview, plan};
use crate::grouping::{RuleGroup, SubjectGroup};
use crate::words::{self, page as page_words};
use crate::{citation, standing};

/// Open findings and those whose evaluation failed.
pub(super) fn findings(page: &mut Page<'_>, groups: &[SubjectGroup<'_>]) -> io::Result<()> {
    let shown = plan::findings(groups, page.verbose);
    let count = groups.iter().map(total).sum();
    page.section("findings", page_words::FINDINGS, Some(count))?;
    if groups.is_empty() {
        page.element("p", &[], page.say(page_words::NO_FINDING))?;
    }
    overview::overview(page, groups, &shown)?;
    let mut number = 0;
    let mut unverified = false;
    let mut hidden_subjects = 0;
    let mut hidden = 0;
    for (group, shown) in groups.iter().zip(&shown) {
        if shown.iter().all(|number| *number == 0) {
            hidden_subjects += 1;
            hidden += total(group);
            continue;
        }
        subject(page, group, shown, &mut number)?;
        unverified |=
            group.rules.iter().filter_map(|rule| rule.findings.first()).any(|finding| {
                finding.rule.references.iter().any(|reference| reference.unverified)
            });
    }
    plan::left_out(page, hidden, page_words::FINDING)?;
    plan::left_out(page, hidden_subjects, page_words::SUBJECT_WITH_FINDINGS)?;
    if unverified {
        page.element("p", &[("class", "note")], page.say(words::UNVERIFIED))?;
    }
    page.markup("</section>\n")
}

fn total(group: &SubjectGroup<'_>) -> usize {
    group.rules.iter().map(|rule| rule.findings.len()).sum()
}

fn subject(
    page: &mut Page<'_>,
    group: &SubjectGroup<'_>,
    shown: &[usize],
    number: &mut usize,
) -> io::Result<()> {
    let Some(first) = group.rules.first().and_then(|rule| rule.findings.first()) else {
        return Ok(());
    };
    page.markup("<section class=\"group\">\n<h3>")?;
    subject_name(page, &first.subject)?;
    page.markup(" ")?;
    page.element("span", &[("class", "count")], &total(group).to_string())?;
    page.markup("</h3>\n")?;
    let mut hidden = 0;
    for (rule, &shown) in group.rules.iter().zip(shown) {
        if shown == 0 {
            hidden += rule.findings.len();
        } else {
            *number += 1;
            rule_group(page, rule, shown, *number)?;
        }
    }
    plan::left_out(page, hidden, page_words::FINDING)?;
    page.markup("</section>\n")
}

pub(super) fn subject_name(page: &mut Page<'_>, subject: &SubjectName) -> io::Result<()> {
    page.element("span", &[("class", "kind")], page.say(page_words::kind(subject.kind)))?;
    page.markup(" ")?;
    page.element("code", &[], &subject.name)
}

fn rule_group(
    page: &mut Page<'_>,
    group: &RuleGroup<'_>,
    shown: usize,
    number: usize,
) -> io::Result<()> {
    let Some(first) = group.findings.first() else {
        return Ok(());
    };
    let failed = first.outcome == Outcome::Fail;
    let status = if failed { Status::Open } else { Status::Of(first.outcome) };
    entry::open(page, "article", &first.rule, status, &first.subject.name)?;
    page.markup("\n<h4>")?;
    page.open("span", &[("class", "ordinal"), ("id", &overview::id(number))])?;
    page.text(&number.to_string())?;
    page.markup("</span> ")?;
    entry::severity(page, first.rule.severity)?;
    entry::rule(page, &first.rule)?;
    if !failed {
        let note = page.say(words::EVALUATION_FAILED);
        page.markup(" ")?;
        page.element("span", &[("class", "tag error")], note)?;
    }
    page.markup("</h4>\n")?;
    for finding in group.findings.iter().take(shown) {
        one(page, finding)?;
    }
    plan::left_out(page, group.findings.len() - shown, words::MORE_ALIKE)?;
    about_rule(page, &first.rule, failed)?;
    page.markup("</article>\n")
}

/// A finding's message and where it was seen.
pub(super) fn one(page: &mut Page<'_>, finding: &Finding) -> io::Result<()> {
    let fingerprint = finding.fingerprint.to_string();
    page.open("div", &[("class", "finding"), ("id", &fingerprint)])?;
    page.markup("<p class=\"fingerprint\">")?;
    page.text(page.say(page_words::FINGERPRINT))?;
    page.markup(" ")?;
    page.open("a", &[("href", &format!("#{fingerprint}"))])?;
    page.text(&fingerprint)?;
    page.markup("</a></p>\n")?;
    page.lines("p", &[("class", "message")], finding.message.get(page.lang))?;
    for note in standing::notes(finding, page.lang) {
        page.lines("p", &[("class", "note")], &note)?;
    }
    for item in &finding.evidence {
        evidence::place(page, item, &finding.message)?;
    }
    page.markup("</div>\n")
}

/// What to do, who asks for it, and where the standard says so.
fn about_rule(page: &mut Page<'_>, rule: &RuleFacts, failed: bool) -> io::Result<()> {
    page.markup("<dl class=\"about\">")?;
    let remedy = rule.remedy.get(page.lang);
    // The remedy mends what failed; an evaluation that went wrong is not mended by it.
    if failed && !remedy.is_empty() {
        page.fact(page_words::REMEDY, remedy)?;
    }
    let cited = citation::cite_all(rule);
    if !cited.is_empty() {
        page.fact(page_words::REFERENCES, &cited)?;
    }
    page.markup("<div>")?;
    page.element("dt", &[], page.say(page_words::DEMAND))?;
    page.markup("<dd>")?;
    evidence::demand(page, &rule.demand)?;
    page.markup("</dd></div></dl>\n")
}
