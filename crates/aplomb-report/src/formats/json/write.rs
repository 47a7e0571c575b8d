//! From the model to the members of the format.

use std::borrow::Cow;

use aplomb_model::{self as model, Lang};
use data_encoding::HEXLOWER;

use super::actions::Action;
use super::gate::{Baseline, Gate};
use super::pairs::Pairs;
use super::results::Results;
use super::shape::{
    Accepted, Count, Delivery, Demand, Diagnostic, Evidence, Exception, FileUsed, Finding, LeftOut,
    Param, Part, Place, Position, Reference, Report, Rule, RuleName, SCHEMA, Standard, Subject,
    SubjectUsed, Summary, Tolerance, Tool,
};
use super::texts::{Texts, differing, translated};

impl<'a> Report<'a> {
    pub(super) fn of(report: &'a model::Report, lang: Lang) -> Self {
        let delivery = &report.delivery;
        let basis = &report.basis;
        Self {
            schema: SCHEMA.into(),
            tool: Tool { name: "aplomb".into(), version: text(&report.tool_version) },
            lang: lang.id().into(),
            as_of: text(&report.as_of),
            delivery: Delivery {
                id: text(&delivery.id),
                version: optional(delivery.version.as_ref()),
                environment: optional(delivery.environment.as_ref()),
                tier: delivery.tier,
            },
            standards: report.standards.iter().map(Standard::of).collect(),
            profile: optional(report.profile.as_ref()),
            params: basis.params.iter().map(Param::of).collect(),
            tolerance: Tolerance {
                open_majors: basis.tolerance.open_majors,
                not_evaluated: basis.tolerance.unevaluated,
            },
            part: basis.part.as_ref().map(Part::of),
            verdict: report.verdict.id().into(),
            gate: Gate::of(&report.gate),
            baseline: report.baseline.as_ref().map(Baseline::of),
            summary: Summary::of(&report.summary),
            rules: basis.rules.iter().map(|rule| Rule::of(rule, lang)).collect(),
            rules_left_out: basis.left_out.iter().map(|one| LeftOut::of(one, lang)).collect(),
            subjects: basis.subjects.iter().map(SubjectUsed::of).collect(),
            results: Results::Given(&report.results, lang),
            exceptions: report.exceptions.iter().map(Exception::of).collect(),
            corrective_actions: report.actions.iter().map(|one| Action::of(one, lang)).collect(),
            diagnostics: report.diagnostics.iter().map(|one| Diagnostic::of(one, lang)).collect(),
        }
    }
}

fn text(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

fn optional(text: Option<&String>) -> Option<Cow<'_, str>> {
    text.map(|text| Cow::Borrowed(text.as_str()))
}

/// Names and values, in their order.
fn pairs(pairs: &[(String, String)]) -> Pairs<'_, Cow<'_, str>> {
    Pairs(pairs.iter().map(|(name, value)| (text(name), text(value))).collect())
}

impl<'a> Standard<'a> {
    fn of(standard: &'a model::StandardUsed) -> Self {
        // The model says bare hexadecimal; a digest that already names its algorithm keeps it.
        let digest = if standard.digest.contains(':') {
            text(&standard.digest)
        } else {
            format!("sha256:{}", standard.digest).into()
        };
        Self { id: text(&standard.id), version: text(&standard.version), digest }
    }
}

impl<'a> Param<'a> {
    fn of(param: &'a model::ParamUsed) -> Self {
        let value = serde_json::from_str(&param.value);
        Self {
            standard: text(&param.standard),
            name: text(&param.name),
            // What is no JSON is told as the text it is.
            value: value.unwrap_or_else(|_| param.value.as_str().into()),
        }
    }
}

impl<'a> Part<'a> {
    fn of(part: &'a model::Part) -> Self {
        let selecting = part.selecting.iter();
        let selecting = selecting
            .map(|(standard, rule)| RuleName { standard: text(standard), rule: text(rule) });
        Self { number: part.share.number(), of: part.share.of(), selecting: selecting.collect() }
    }
}

impl<'a> Summary<'a> {
    fn of(summary: &'a model::Summary) -> Self {
        let severities = summary.by_severity.iter();
        let domains = summary.by_domain.iter();
        let total = &summary.total;
        Self {
            rules: summary.rules,
            subjects: summary.subjects,
            pass: total.pass,
            fail: total.fail,
            not_applicable: total.not_applicable,
            not_evaluated: total.not_evaluated,
            error: total.error,
            waived: total.waived,
            conformity: total.conformity().map(rounded),
            coverage: total.coverage().map(rounded),
            by_severity: Pairs(severities.map(|(s, c)| (s.id().into(), Count::of(c))).collect()),
            by_domain: Pairs(domains.map(|(d, c)| (text(d), Count::of(c))).collect()),
        }
    }
}

/// Four decimals: a hundredth of a percent.
pub(super) fn rounded(rate: f64) -> f64 {
    (rate * 10_000.0).round() / 10_000.0
}

impl Count {
    const fn of(count: &model::Count) -> Self {
        Self {
            pass: count.pass,
            fail: count.fail,
            not_applicable: count.not_applicable,
            not_evaluated: count.not_evaluated,
            error: count.error,
            waived: count.waived,
        }
    }
}

impl<'a> Rule<'a> {
    fn of(rule: &'a model::RuleFacts, lang: Lang) -> Self {
        let texts = Texts {
            title: differing(&rule.title, lang),
            remedy: differing(&rule.remedy, lang),
            ..Texts::default()
        };
        let (en, fr) = translated(texts, lang);
        let (excerpt, excerpt_line, excerpt_cut) =
            excerpt(rule.demand.excerpt.as_ref(), rule.demand.start);
        Self {
            id: text(&rule.id),
            name: text(&rule.name),
            standard: text(&rule.standard),
            domain: text(&rule.domain),
            severity: rule.severity.id().into(),
            title: text(rule.title.get(lang)),
            demand: Demand {
                name: optional(rule.demand.name.as_ref()),
                file: text(&rule.demand.file),
                start: Position::of(rule.demand.start),
                end: Position::of(rule.demand.end),
                excerpt,
                excerpt_line,
                excerpt_cut,
            },
            remedy: text(rule.remedy.get(lang)),
            waivable: rule.waivable,
            references: rule.references.iter().map(Reference::of).collect(),
            en,
            fr,
        }
    }
}

/// The lines of an excerpt, where they begin if not with the place at `start`, and what is cut off.
fn excerpt(
    excerpt: Option<&model::Excerpt>,
    start: model::Position,
) -> (Option<Cow<'_, str>>, Option<u32>, Option<u32>) {
    let Some(excerpt) = excerpt.filter(|excerpt| !excerpt.lines.is_empty()) else {
        return (None, None, None);
    };
    (
        Some(excerpt.lines.join("\n").into()),
        (excerpt.first_line != start.line).then_some(excerpt.first_line),
        (excerpt.cut > 0).then_some(excerpt.cut),
    )
}

impl<'a> LeftOut<'a> {
    fn of(left_out: &'a model::LeftOut, lang: Lang) -> Self {
        let texts = Texts { reason: differing(&left_out.reason, lang), ..Texts::default() };
        let (en, fr) = translated(texts, lang);
        Self {
            rule: text(&left_out.rule),
            name: text(&left_out.name),
            standard: text(&left_out.standard),
            why: left_out.why.id().into(),
            reason: text(left_out.reason.get(lang)),
            en,
            fr,
        }
    }
}

impl<'a> SubjectUsed<'a> {
    fn of(subject: &'a model::SubjectUsed) -> Self {
        let files = subject.files.iter().map(|one| FileUsed {
            file: text(&one.file),
            digest: format!("sha256:{}", HEXLOWER.encode(&one.digest)).into(),
        });
        Self {
            kind: subject.id.kind.id().into(),
            name: text(&subject.id.name),
            captured: optional(subject.captured.as_ref()),
            files: files.collect(),
        }
    }
}

impl<'a> Finding<'a> {
    pub(super) fn of(finding: &'a model::Finding, lang: Lang) -> Self {
        let evidence = finding.evidence.iter();
        let rule = &*finding.rule;
        let texts = Texts { message: differing(&finding.message, lang), ..Texts::default() };
        let (en, fr) = translated(texts, lang);
        Self {
            rule: text(&rule.id),
            name: text(&rule.name),
            standard: text(&rule.standard),
            domain: text(&rule.domain),
            severity: rule.severity.id().into(),
            title: text(rule.title.get(lang)),
            subject: Subject {
                kind: finding.subject.kind.id().into(),
                name: text(&finding.subject.name),
            },
            outcome: finding.outcome.id().into(),
            message: text(finding.message.get(lang)),
            evidence: evidence.map(|e| Evidence::of(e, lang)).collect(),
            demand: Place {
                name: optional(rule.demand.name.as_ref()),
                file: text(&rule.demand.file),
                start: Position::of(rule.demand.start),
                end: Position::of(rule.demand.end),
            },
            remedy: text(rule.remedy.get(lang)),
            references: rule.references.iter().map(Reference::of).collect(),
            identity: pairs(&finding.identity),
            waiver: finding.accepted.as_deref().map(Accepted::of),
            lapsed: finding.lapsed.as_deref().map(Accepted::of),
            known: finding.known,
            fingerprint: finding.fingerprint.to_string().into(),
            en,
            fr,
        }
    }
}

impl<'a> Accepted<'a> {
    fn of(accepted: &'a model::Accepted) -> Self {
        Self {
            id: text(&accepted.id),
            kind: accepted.kind.id().into(),
            expires: optional(accepted.expires.as_ref()),
        }
    }
}

impl<'a> Exception<'a> {
    fn of(exception: &'a model::Exception) -> Self {
        Self {
            id: text(&exception.id),
            kind: exception.kind.id().into(),
            rule: text(&exception.rule),
            scope: pairs(&exception.scope),
            state: exception.state.id().into(),
            reason: text(&exception.reason),
            risk: optional(exception.risk.as_ref()),
            compensating_measure: optional(exception.compensating_measure.as_ref()),
            requester: optional(exception.requester.as_ref()),
            approver: optional(exception.approver.as_ref()),
            approver_role: optional(exception.approver_role.as_ref()),
            owner: optional(exception.owner.as_ref()),
            granted: optional(exception.granted.as_ref()),
            renewals: exception.renewals.iter().map(|one| text(one)).collect(),
            expires: optional(exception.expires.as_ref()),
            days_left: exception.days_left,
            lifted: optional(exception.lifted.as_ref()),
            covers: exception.covers.iter().map(|one| one.to_string().into()).collect(),
            file: text(&exception.file),
            position: Position::of(exception.position),
        }
    }
}

impl<'a> Evidence<'a> {
    fn of(evidence: &'a model::Evidence, lang: Lang) -> Self {
        let texts = Texts { label: differing(&evidence.label, lang), ..Texts::default() };
        let (en, fr) = translated(texts, lang);
        let (excerpt, excerpt_line, excerpt_cut) =
            excerpt(evidence.excerpt.as_ref(), evidence.start);
        Self {
            role: evidence.role.id().into(),
            file: text(&evidence.file),
            start: Position::of(evidence.start),
            end: Position::of(evidence.end),
            excerpt,
            excerpt_line,
            excerpt_cut,
            label: text(evidence.label.get(lang)),
            en,
            fr,
        }
    }
}

impl Position {
    const fn of(position: model::Position) -> Self {
        Self { line: position.line, column: position.column }
    }
}

impl<'a> Reference<'a> {
    fn of(reference: &'a model::Reference) -> Self {
        Self {
            standard: text(&reference.standard),
            version: optional(reference.version.as_ref()),
            id: text(&reference.id),
            unverified: reference.unverified,
        }
    }
}

impl<'a> Diagnostic<'a> {
    fn of(diagnostic: &'a model::Diagnostic, lang: Lang) -> Self {
        let texts = Texts { message: differing(&diagnostic.message, lang), ..Texts::default() };
        let (en, fr) = translated(texts, lang);
        Self {
            level: diagnostic.level.id().into(),
            code: text(&diagnostic.code),
            message: text(diagnostic.message.get(lang)),
            file: optional(diagnostic.file.as_ref()),
            position: diagnostic.position.map(Position::of),
            en,
            fr,
        }
    }
}
