use std::cmp::Reverse;
use std::io;

use aplomb_model::{Count, Diagnostic, Finding, Lang, Outcome, Report};

use super::page::Page;
use crate::acceptance::Acceptances;
use crate::markdown::{code, prose};
use crate::place::Places;
use crate::words::{self, Words};
use crate::{citation, conclusion, grouping, sentence, visible};

/// Findings of one rule that are told, unless all are asked for.
const MAX_ALIKE: usize = 10;
/// Characters of what is said of one finding.
const MAX_SAID: usize = 500;
/// Standards named in the head.
const MAX_STANDARDS: usize = 20;

/// The verdict, why, and what was judged by what.
pub(super) fn head(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let delivery = &report.delivery;
    let verdict = page.say(words::verdict(report.verdict));
    let mut name = short(&delivery.id);
    if let Some(version) = &delivery.version {
        name = format!("{name} {}", short(version));
    }
    let mut parts: Vec<_> = delivery.environment.as_deref().map(short).into_iter().collect();
    parts.extend(delivery.tier.map(|tier| format!("{} {tier}", page.say(words::TIER))));
    parts.push(format!("{} {}", page.say(words::AS_OF), short(&report.as_of)));
    let standards = report.standards.iter().take(MAX_STANDARDS);
    let standards: Vec<_> = standards.map(|s| short(&format!("{} {}", s.id, s.version))).collect();
    let by = if standards.is_empty() {
        page.say(words::NO_STANDARD).to_owned()
    } else {
        standards.join(", ")
    };
    parts.push(format!("{} {by}", page.say(words::JUDGED_BY)));
    if let Some(profile) = &report.profile {
        parts.push(format!("{} {}", page.say(words::PROFILE), short(profile)));
    }
    let reason = conclusion::reason(report, page.lang);
    let colon = words::colon(page.lang);
    let parts = parts.join(" · ");
    page.add(&format!("## {verdict}{colon}{name}\n\n{reason}\n\n{parts}\n"))?;
    Ok(())
}

/// The figures by severity.
pub(super) fn figures(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let summary = &report.summary;
    if summary.total == Count::default() {
        return Ok(());
    }
    let outcomes = [Outcome::NotEvaluated, Outcome::Error, Outcome::Pass, Outcome::NotApplicable];
    let headings = [words::COLUMN_OPEN, words::COLUMN_ACCEPTED].into_iter();
    let headings = headings.chain(outcomes.map(words::column));
    let headings: Vec<_> = headings.map(|heading| page.say(heading)).collect();
    let rows = summary.by_severity.iter();
    let rows = rows.map(|(severity, count)| (words::severity_lower(*severity), count));
    let rows = rows.chain([(words::ALL, &summary.total)]).map(|(name, count)| {
        let judged = [count.open(), count.waived, count.not_evaluated, count.error];
        let numbers = judged.into_iter().chain([count.pass, count.not_applicable]);
        let numbers = numbers.map(|number| match number {
            0 => "-".to_owned(),
            number => number.to_string(),
        });
        let numbers: Vec<_> = numbers.collect();
        format!("| {} | {} |\n", page.say(name), numbers.join(" | "))
    });
    let rows: String = rows.collect();
    let table = format!(
        "\n| | {} |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n{rows}",
        headings.join(" | ")
    );
    page.add(&table)?;
    Ok(())
}

/// What stands against the delivery, rule by rule.
pub(super) fn failed(page: &mut Page<'_>, report: &Report, all: bool) -> io::Result<()> {
    let mut findings = grouping::most_important_first(report);
    findings.retain(|finding| finding.accepted.is_none());
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    if findings.is_empty() {
        return Ok(());
    }
    let heading = page.say(words::HEADING_FAILED);
    page.add(&format!("\n### {heading} ({})\n", findings.len()))?;
    let places = Places::of(report);
    for alike in findings.chunk_by(|a, b| key(a) == key(b)) {
        let most = if all { alike.len() } else { MAX_ALIKE };
        let told = of_rule(page, alike, most, &places)?;
        page.leave_out(alike.len() - told);
    }
    Ok(())
}

fn key(finding: &Finding) -> impl Ord + '_ {
    let rule = &*finding.rule;
    (rule.severity, finding.outcome, &*rule.id, &*rule.name, &*rule.standard)
}

/// The findings of a rule, at most so many, the others counted; returns how many were told or
/// counted.
fn of_rule(
    page: &mut Page<'_>,
    alike: &[&Finding],
    most: usize,
    places: &Places<'_>,
) -> io::Result<usize> {
    let Some(first) = alike.first() else {
        return Ok(0);
    };
    if !page.add(&rule(page, first))? {
        return Ok(0);
    }
    for (told, finding) in alike.iter().take(most).enumerate() {
        let line = said(page, finding, places);
        if !page.add(&line)? {
            return Ok(told);
        }
    }
    let folded = alike.len().saturating_sub(most);
    if folded > 0 {
        let counted = words::counted(folded, words::MORE_ALIKE, page.lang);
        let line = format!("- … {} {counted}\n", page.say(words::AND));
        if !page.add(&line)? {
            return Ok(most);
        }
    }
    Ok(alike.len())
}

/// What is demanded, and what to do.
fn rule(page: &Page<'_>, finding: &Finding) -> String {
    let rule = &*finding.rule;
    let severity = page.say(words::severity(rule.severity));
    let title = format!("**{severity}** {} {}", short(&rule.id), short(&rule.name));
    let colon = words::colon(page.lang);
    let keyed = |key: Words, text: String| match &*text {
        "" => String::new(),
        text => format!("<br>{}{colon}{text}", page.say(key)),
    };
    // The remedy mends what failed; an evaluation that went wrong is not mended by it.
    let remedy = match finding.outcome {
        Outcome::Fail => sentence_of(rule.remedy.get(page.lang)),
        _ => String::new(),
    };
    let cited = citation::cite_all(rule);
    let cited = if cited.is_empty() { cited } else { short(&cited) };
    let what_to_do = keyed(words::WHAT_TO_DO, remedy);
    format!("\n{title}{what_to_do}{}\n\n", keyed(words::WHY, cited))
}

fn said(page: &Page<'_>, finding: &Finding, places: &Places<'_>) -> String {
    let place = places.main(finding);
    let found = sentence_of(&sentence::found(finding, page.lang));
    let subject = short(&finding.subject.name);
    let head = if found.starts_with(&subject) {
        String::new()
    } else {
        format!("{subject}{}", words::colon(page.lang))
    };
    let at = code(&visible::cut(format!("{}:{}", place.file, place.start.line), MAX_SAID));
    format!("- {head}{found} ({at})\n")
}

/// What could not be evaluated, by what is missing for it, what weighs most first.
pub(super) fn unjudged(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let lang = page.lang;
    let unjudged = report.results.iter().filter(|f| f.outcome == Outcome::NotEvaluated);
    let mut unjudged: Vec<_> = unjudged.collect();
    unjudged.sort_by(|a, b| by_reason(a, lang).cmp(&by_reason(b, lang)));
    let reasons = unjudged.chunk_by(|a, b| a.message.get(lang) == b.message.get(lang));
    let mut reasons: Vec<_> = reasons.collect();
    reasons.sort_by_key(|alike| (alike.first().map(|one| one.rule.severity), Reverse(alike.len())));
    let items = reasons.into_iter().filter_map(|alike| {
        let first = alike.first()?;
        let severity = words::severity_lower(first.rule.severity).get(lang);
        let mut rules: Vec<_> = alike.iter().map(|one| &*one.rule.id).collect();
        rules.dedup();
        let count = rules.len();
        let rules = rules.into_iter().take(MAX_ALIKE).map(short).collect::<Vec<_>>().join(", ");
        let more = if count > MAX_ALIKE { ", …" } else { "" };
        let reason = sentence_of(first.message.get(lang));
        Some(format!("{severity}{}{reason} ({rules}{more})", words::colon(lang)))
    });
    page.folded(words::HEADING_UNJUDGED, unjudged.len(), items)
}

fn by_reason(finding: &Finding, lang: Lang) -> impl Ord + '_ {
    (finding.message.get(lang), finding.rule.severity, &*finding.rule.id)
}

/// What failed and was accepted, and by what.
pub(super) fn accepted(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let lang = page.lang;
    let acceptances = Acceptances::of(report);
    let mut findings = grouping::most_important_first(report);
    findings.retain(|finding| finding.accepted.is_some());
    let items = findings.iter().filter_map(|finding| {
        let accepted = acceptances.said(finding.accepted.as_deref()?, lang);
        let severity = words::severity_lower(finding.rule.severity).get(lang);
        let rule = short(&finding.rule.id);
        let subject = short(&finding.subject.name);
        Some(format!("{severity} {rule} {subject}{}{}", words::colon(lang), sentence_of(&accepted)))
    });
    page.folded(words::HEADING_ACCEPTED, findings.len(), items)
}

/// What the run says about itself, the worst first.
pub(super) fn diagnostics(page: &mut Page<'_>, report: &Report) -> io::Result<()> {
    let lang = page.lang;
    let mut diagnostics: Vec<_> = report.diagnostics.iter().collect();
    diagnostics.sort_by(|a, b| (a.level, &a.code).cmp(&(b.level, &b.code)));
    let items = diagnostics.iter().map(|diagnostic: &&Diagnostic| {
        let level = words::level(diagnostic.level).get(lang);
        let mut head = format!("{level} {}", code(&diagnostic.code));
        if let Some(file) = &diagnostic.file {
            head = format!("{head} {}", short(file));
        }
        let message = sentence_of(diagnostic.message.get(lang));
        format!("{head}{}{message}", words::colon(lang))
    });
    page.folded(words::HEADING_RUN, diagnostics.len(), items)
}

/// A name or path as code, not too long.
fn short(text: &str) -> String {
    code(&visible::cut(visible::joined(text), MAX_SAID))
}

/// A sentence, not too long.
fn sentence_of(text: &str) -> String {
    prose(&visible::cut(visible::joined(text), MAX_SAID))
}
