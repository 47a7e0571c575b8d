//! From the members of the format to the model: a saved report, read to be rendered again, compared
//! or joined. Nothing of it is believed that can be checked.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{BufReader, Read};
use std::sync::Arc;

use aplomb_model::{
    self as model, Basis, DiagnosticLevel, ExceptionKind, ExceptionState, Lang, Phrase, Role,
    RuleFacts, Severity, SubjectKind, Verdict, WhyLeftOut,
};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Deserializer, de};
use thiserror::Error;

use super::pairs::Pairs;
use super::results::{Results, fingerprint};
use super::shape::{self, SCHEMA};
use super::texts::{Heard, Texts, phrase, turned};
use super::write::rounded;

/// Bytes of a saved report that are read: some four million results.
const MOST_BYTES: u64 = 4 << 30;

/// A report as it was saved.
#[derive(Debug)]
pub struct Saved {
    /// The report.
    pub report: model::Report,
    /// The language it was saved in.
    pub lang: Lang,
}

/// Why a file is no saved report.
#[derive(Debug, Error)]
pub enum NotSaved {
    /// It is no JSON of the format's shape.
    #[error("{message}")]
    Shape {
        /// What is wrong.
        message: String,
        /// Line, from 1; 0 where nothing was read.
        line: usize,
        /// Column in bytes, from 1; 0 before the first of a line.
        column: usize,
    },
    /// It has the shape, and contradicts itself.
    #[error("{0}")]
    Content(String),
    /// There is more of it than is read.
    #[error("it is larger than {} GiB", MOST_BYTES >> 30)]
    TooLarge,
    /// It could not be read to its end.
    #[error("{0}")]
    Unreadable(std::io::Error),
}

/// Reads what the format `json` writes, in whatever language.
///
/// # Errors
/// When it is something else, or says one thing twice and differently.
pub fn read_saved(from: impl Read) -> Result<Saved, NotSaved> {
    let mut bounded = BufReader::new(from.take(MOST_BYTES));
    let shape: Result<shape::Report<'_>, _> = serde_json::from_reader(&mut bounded);
    match shape {
        Ok(shape) => saved(shape).map_err(NotSaved::Content),
        Err(_) if bounded.get_ref().limit() == 0 => Err(NotSaved::TooLarge),
        Err(error) if error.is_io() => Err(NotSaved::Unreadable(error.into())),
        Err(error) => {
            let place = format!(" at line {} column {}", error.line(), error.column());
            Err(NotSaved::Shape {
                message: error.to_string().replace(&place, ""),
                line: error.line(),
                column: error.column(),
            })
        }
    }
}

/// The name of the format, so that any other file is refused as such.
pub(super) fn schema<'de, D: Deserializer<'de>>(from: D) -> Result<Cow<'static, str>, D::Error> {
    let schema = String::deserialize(from)?;
    if schema == SCHEMA {
        return Ok(Cow::Borrowed(SCHEMA));
    }
    Err(de::Error::custom(format_args!("this is `{schema}`, and no saved report (`{SCHEMA}`)")))
}

fn saved(shape: shape::Report<'_>) -> Result<Saved, String> {
    let lang = known(&shape.lang, &Lang::ALL, Lang::id)?;
    if shape.tool.name != "aplomb" {
        return Err(format!("it was made by `{}`, not by aplomb", shape.tool.name));
    }
    let mut heard = Heard::default();
    let rules = all("rules", shape.rules, |one| rule(one, &mut heard, lang))?;
    let left_out =
        all("rules_left_out", shape.rules_left_out, |one| left_out(one, &mut heard, lang))?;
    let diagnostics =
        all("diagnostics", shape.diagnostics, |one| diagnostic(one, &mut heard, lang))?;
    heard.fits(lang)?;
    let Results::Read(results) = shape.results else {
        return Err("it has no results".into());
    };
    let results = results.settle(&rules, lang)?;
    let exceptions = all("exceptions", shape.exceptions, exception)?;
    covered(&results, &exceptions)?;
    let actions =
        all("corrective_actions", shape.corrective_actions, |one| one.read(&rules, lang))?;
    let delivery = shape.delivery;
    let report = model::Report {
        tool_version: shape.tool.version.into_owned(),
        as_of: shape.as_of.into_owned(),
        delivery: model::Delivery {
            id: delivery.id.into_owned(),
            version: delivery.version.map(Cow::into_owned),
            environment: delivery.environment.map(Cow::into_owned),
            tier: delivery.tier,
        },
        standards: all("standards", shape.standards, standard)?,
        profile: shape.profile.map(Cow::into_owned),
        basis: Basis {
            rules,
            left_out,
            params: shape.params.into_iter().map(param).collect(),
            subjects: all("subjects", shape.subjects, subject)?,
            part: shape.part.map(part).transpose()?,
            tolerance: model::Tolerance {
                open_majors: shape.tolerance.open_majors,
                unevaluated: shape.tolerance.not_evaluated,
            },
        },
        verdict: known(&shape.verdict, &Verdict::ALL, Verdict::id)?,
        gate: shape.gate.read()?,
        baseline: shape.baseline.map(super::gate::Baseline::read),
        summary: summary(shape.summary)?,
        results,
        exceptions,
        actions,
        diagnostics,
    };
    Ok(Saved { report, lang })
}

/// Whether each failure that is said to be accepted is covered by an exception that says so.
fn covered(results: &[model::Finding], exceptions: &[model::Exception]) -> Result<(), String> {
    let covers: BTreeSet<_> = exceptions
        .iter()
        .flat_map(|exception| exception.covers.iter().map(|one| (exception.id.as_str(), *one)))
        .collect();
    for finding in results {
        if let Some(accepted) = &finding.accepted
            && !covers.contains(&(accepted.id.as_str(), finding.fingerprint))
        {
            let (fingerprint, id) = (finding.fingerprint, &accepted.id);
            return Err(format!("{fingerprint} is accepted by {id}, which does not cover it"));
        }
    }
    Ok(())
}

/// What each of a member's items says; with its name and number where one says something wrong.
fn all<S, T>(
    name: &str,
    items: Vec<S>,
    mut read: impl FnMut(S) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    let items = items.into_iter().enumerate();
    let said = |number, error| format!("{name}[{number}]: {error}");
    items.map(|(number, item)| read(item).map_err(|error| said(number, error))).collect()
}

/// The value that a word stands for.
pub(super) fn known<T: Copy>(
    word: &str,
    all: &[T],
    id: fn(T) -> &'static str,
) -> Result<T, String> {
    all.iter().copied().find(|one| id(*one) == word).ok_or_else(|| {
        let words: Vec<_> = all.iter().map(|one| id(*one)).collect();
        format!("`{word}` is none of {}", words.join(", "))
    })
}

pub(super) fn exception_kind(word: &str) -> Result<ExceptionKind, String> {
    known(word, &ExceptionKind::ALL, ExceptionKind::id)
}

pub(super) fn position(position: shape::Position) -> Result<model::Position, String> {
    if position.line == 0 || position.column == 0 {
        return Err("lines and columns are counted from 1".into());
    }
    Ok(model::Position { line: position.line, column: position.column })
}

pub(super) fn pairs(pairs: Pairs<'_, Cow<'_, str>>) -> Vec<(String, String)> {
    pairs.0.into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

pub(super) fn reference(reference: shape::Reference<'_>) -> model::Reference {
    model::Reference {
        standard: reference.standard.into_owned(),
        version: reference.version.map(Cow::into_owned),
        id: reference.id.into_owned(),
        unverified: reference.unverified,
    }
}

pub(super) fn evidence(
    evidence: shape::Evidence<'_>,
    heard: &mut Heard,
) -> Result<model::Evidence, String> {
    let mut texts = heard.other(evidence.en, evidence.fr)?;
    let start = position(evidence.start)?;
    let read = model::Evidence {
        role: known(&evidence.role, &Role::ALL, Role::id)?,
        file: evidence.file.into_owned(),
        start,
        end: position(evidence.end)?,
        excerpt: excerpt(evidence.excerpt, evidence.excerpt_line, evidence.excerpt_cut, start),
        label: phrase(evidence.label, &mut texts.label),
    };
    texts.finish()?;
    Ok(read)
}

fn excerpt(
    lines: Option<Cow<'_, str>>,
    line: Option<u32>,
    cut: Option<u32>,
    start: model::Position,
) -> Option<model::Excerpt> {
    let lines = lines?.split('\n').map(str::to_owned).collect();
    Some(model::Excerpt { first_line: line.unwrap_or(start.line), lines, cut: cut.unwrap_or(0) })
}

fn digest(text: &str) -> Result<model::Digest, String> {
    let hex = text.strip_prefix("sha256:").unwrap_or_default();
    let bytes = HEXLOWER.decode(hex.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| format!("`{text}` is no digest: `sha256:` and 64 hexadecimal digits"))
}

fn subject(subject: shape::SubjectUsed<'_>) -> Result<model::SubjectUsed, String> {
    let files = subject.files.into_iter().map(|one| {
        let digest = digest(&one.digest)?;
        Ok::<_, String>(model::FileUsed { file: one.file.into_owned(), digest })
    });
    Ok(model::SubjectUsed {
        files: files.collect::<Result<_, _>>()?,
        id: model::SubjectName {
            kind: known(&subject.kind, &SubjectKind::ALL, SubjectKind::id)?,
            name: subject.name.into_owned(),
        },
        captured: subject.captured.map(Cow::into_owned),
    })
}

fn standard(standard: shape::Standard<'_>) -> Result<model::StandardUsed, String> {
    Ok(model::StandardUsed {
        digest: HEXLOWER.encode(&digest(&standard.digest)?),
        id: standard.id.into_owned(),
        version: standard.version.into_owned(),
    })
}

fn part(part: shape::Part<'_>) -> Result<model::Part, String> {
    let (number, of) = (part.number, part.of);
    let share = model::Share::new(number, of)
        .ok_or_else(|| format!("part: {number} of {of} is no share of a run"))?;
    let selecting = part.selecting.into_iter();
    let selecting = selecting.map(|one| (one.standard.into_owned(), one.rule.into_owned()));
    Ok(model::Part { share, selecting: selecting.collect() })
}

fn param(param: shape::Param<'_>) -> model::ParamUsed {
    model::ParamUsed {
        standard: param.standard.into_owned(),
        name: param.name.into_owned(),
        value: param.value.to_string(),
    }
}

/// The phrases of one item, in the report's language and the other.
struct Phrases<'a> {
    texts: Texts<'a>,
    lang: Lang,
}

impl<'a> Phrases<'a> {
    fn phrase(
        &mut self,
        own: Cow<'a, str>,
        other: for<'t> fn(&'t mut Texts<'a>) -> &'t mut Option<Cow<'a, str>>,
    ) -> Phrase {
        let mut phrase = phrase(own, other(&mut self.texts));
        turned(&mut phrase, self.lang);
        phrase
    }
}

fn rule(rule: shape::Rule<'_>, heard: &mut Heard, lang: Lang) -> Result<Arc<RuleFacts>, String> {
    let mut phrases = Phrases { texts: heard.other(rule.en, rule.fr)?, lang };
    let demand = rule.demand;
    let start = position(demand.start)?;
    let facts = RuleFacts {
        id: rule.id.into_owned(),
        name: rule.name.into_owned(),
        standard: rule.standard.into_owned(),
        domain: rule.domain.into_owned(),
        severity: known(&rule.severity, &Severity::ALL, Severity::id)?,
        title: phrases.phrase(rule.title, |texts| &mut texts.title),
        demand: model::Demand {
            name: demand.name.map(Cow::into_owned),
            file: demand.file.into_owned(),
            start,
            end: position(demand.end)?,
            excerpt: excerpt(demand.excerpt, demand.excerpt_line, demand.excerpt_cut, start),
        },
        remedy: phrases.phrase(rule.remedy, |texts| &mut texts.remedy),
        waivable: rule.waivable,
        references: rule.references.into_iter().map(reference).collect(),
    };
    phrases.texts.finish()?;
    Ok(Arc::new(facts))
}

fn left_out(
    one: shape::LeftOut<'_>,
    heard: &mut Heard,
    lang: Lang,
) -> Result<model::LeftOut, String> {
    let mut phrases = Phrases { texts: heard.other(one.en, one.fr)?, lang };
    let left_out = model::LeftOut {
        rule: one.rule.into_owned(),
        name: one.name.into_owned(),
        standard: one.standard.into_owned(),
        why: known(&one.why, &WhyLeftOut::ALL, WhyLeftOut::id)?,
        reason: phrases.phrase(one.reason, |texts| &mut texts.reason),
    };
    phrases.texts.finish()?;
    Ok(left_out)
}

fn diagnostic(
    one: shape::Diagnostic<'_>,
    heard: &mut Heard,
    lang: Lang,
) -> Result<model::Diagnostic, String> {
    let mut phrases = Phrases { texts: heard.other(one.en, one.fr)?, lang };
    let diagnostic = model::Diagnostic {
        level: known(&one.level, &DiagnosticLevel::ALL, DiagnosticLevel::id)?,
        code: Cow::Owned(one.code.into_owned()),
        message: phrases.phrase(one.message, |texts| &mut texts.message),
        file: one.file.map(Cow::into_owned),
        position: one.position.map(position).transpose()?,
    };
    phrases.texts.finish()?;
    Ok(diagnostic)
}

/// The subject comes first, whatever another tool made of the order.
fn scope(scope: Pairs<'_, Cow<'_, str>>) -> Vec<(String, String)> {
    let mut scope = pairs(scope);
    scope.sort_by_key(|(name, _)| name != "subject");
    scope
}

fn exception(exception: shape::Exception<'_>) -> Result<model::Exception, String> {
    let optional = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
    let covers: Result<_, _> = exception.covers.iter().map(|one| fingerprint(one)).collect();
    Ok(model::Exception {
        id: exception.id.into_owned(),
        kind: exception_kind(&exception.kind)?,
        rule: exception.rule.into_owned(),
        scope: scope(exception.scope),
        reason: exception.reason.into_owned(),
        risk: optional(exception.risk),
        compensating_measure: optional(exception.compensating_measure),
        requester: optional(exception.requester),
        approver: optional(exception.approver),
        approver_role: optional(exception.approver_role),
        owner: optional(exception.owner),
        granted: optional(exception.granted),
        renewals: exception.renewals.into_iter().map(Cow::into_owned).collect(),
        expires: optional(exception.expires),
        days_left: exception.days_left,
        lifted: optional(exception.lifted),
        state: known(&exception.state, &ExceptionState::ALL, ExceptionState::id)?,
        covers: covers?,
        file: exception.file.into_owned(),
        position: position(exception.position)?,
    })
}

fn summary(summary: shape::Summary<'_>) -> Result<model::Summary, String> {
    let total = count(&shape::Count {
        pass: summary.pass,
        fail: summary.fail,
        not_applicable: summary.not_applicable,
        not_evaluated: summary.not_evaluated,
        error: summary.error,
        waived: summary.waived,
    })?;
    let rates = (total.conformity().map(rounded), total.coverage().map(rounded));
    if rates != (summary.conformity, summary.coverage) {
        return Err("summary: its rates do not follow from its counts".into());
    }
    let mut by_severity = Vec::new();
    for (word, count) in summary.by_severity.0 {
        by_severity.push((known(&word, &Severity::ALL, Severity::id)?, self::count(&count)?));
    }
    let mut by_domain = Vec::new();
    for (name, count) in summary.by_domain.0 {
        by_domain.push((name.into_owned(), self::count(&count)?));
    }
    // Other tools may have sorted the members.
    by_severity.sort_by_key(|(severity, _)| *severity);
    by_domain.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(model::Summary {
        rules: summary.rules,
        subjects: summary.subjects,
        total,
        by_severity,
        by_domain,
    })
}

fn count(count: &shape::Count) -> Result<model::Count, String> {
    let all = [count.pass, count.fail, count.not_applicable, count.not_evaluated, count.error];
    // Sums of such counts do not overflow.
    if all.iter().any(|count| *count > u32::MAX as usize) {
        return Err("summary: it counts more results than any report has".into());
    }
    Ok(model::Count {
        pass: count.pass,
        fail: count.fail,
        not_applicable: count.not_applicable,
        not_evaluated: count.not_evaluated,
        error: count.error,
        waived: count.waived,
    })
}

#[cfg(test)]
mod tests;
