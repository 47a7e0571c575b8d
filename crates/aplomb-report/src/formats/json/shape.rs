use std::borrow::Cow;

use aplomb_model::{self as model, Lang};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

#[derive(Serialize)]
pub(crate) struct Report<'a> {
    schema: &'static str,
    tool: Tool<'a>,
    as_of: &'a str,
    delivery: Delivery<'a>,
    standards: Vec<Standard<'a>>,
    profile: Option<&'a str>,
    verdict: &'static str,
    summary: Summary<'a>,
    results: Results<'a>,
    exceptions: Vec<Exception<'a>>,
    // Actions have their field in the format already; no run makes any yet.
    corrective_actions: [(); 0],
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct Delivery<'a> {
    id: &'a str,
    version: Option<&'a str>,
    environment: Option<&'a str>,
    tier: Option<u8>,
}

#[derive(Serialize)]
struct Standard<'a> {
    id: &'a str,
    version: &'a str,
    digest: Cow<'a, str>,
}

#[derive(Serialize)]
struct Summary<'a> {
    rules: usize,
    subjects: usize,
    #[serde(flatten)]
    total: Count,
    conformity: Option<f64>,
    coverage: Option<f64>,
    by_severity: Counts<'a>,
    by_domain: Counts<'a>,
}

#[derive(Serialize)]
struct Count {
    pass: usize,
    fail: usize,
    not_applicable: usize,
    not_evaluated: usize,
    error: usize,
    waived: usize,
}

/// A map in the order of the model.
struct Counts<'a>(Vec<(&'a str, Count)>);

/// The findings, each given its shape when it is written: there may be a million.
struct Results<'a> {
    findings: &'a [model::Finding],
    lang: Lang,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'a str,
    name: &'a str,
    standard: &'a str,
    domain: &'a str,
    severity: &'static str,
    title: &'a str,
    subject: Subject<'a>,
    outcome: &'static str,
    message: &'a str,
    evidence: Vec<Evidence<'a>>,
    demand: Demand<'a>,
    remedy: &'a str,
    references: Vec<Reference<'a>>,
    #[serde(serialize_with = "as_map")]
    identity: &'a [(String, String)],
    waiver: Option<Accepted<'a>>,
    fingerprint: String,
}

#[derive(Serialize)]
struct Accepted<'a> {
    id: &'a str,
    kind: &'static str,
    expires: &'a str,
}

#[derive(Serialize)]
struct Exception<'a> {
    id: &'a str,
    kind: &'static str,
    rule: &'a str,
    #[serde(serialize_with = "as_map")]
    scope: &'a [(String, String)],
    state: &'static str,
    reason: &'a str,
    risk: Option<&'a str>,
    compensating_measure: Option<&'a str>,
    requester: Option<&'a str>,
    approver: &'a str,
    approver_role: Option<&'a str>,
    owner: Option<&'a str>,
    granted: Option<&'a str>,
    expires: &'a str,
    covers: Vec<String>,
    file: &'a str,
    position: Position,
}

#[derive(Serialize)]
struct Subject<'a> {
    kind: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
struct Evidence<'a> {
    role: &'static str,
    file: &'a str,
    start: Position,
    end: Position,
    excerpt: Option<String>,
    label: &'a str,
}

#[derive(Serialize)]
struct Demand<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    file: &'a str,
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Reference<'a> {
    standard: &'a str,
    version: Option<&'a str>,
    id: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unverified: bool,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    level: &'static str,
    code: &'static str,
    message: &'a str,
    file: Option<&'a str>,
    position: Option<Position>,
}

impl<'a> Report<'a> {
    pub(crate) fn of(report: &'a model::Report, lang: Lang) -> Self {
        let delivery = &report.delivery;
        let diagnostics = report.diagnostics.iter();
        Self {
            schema: "aplomb.report/1",
            tool: Tool { name: "aplomb", version: &report.tool_version },
            as_of: &report.as_of,
            delivery: Delivery {
                id: &delivery.id,
                version: delivery.version.as_deref(),
                environment: delivery.environment.as_deref(),
                tier: delivery.tier,
            },
            standards: report.standards.iter().map(Standard::of).collect(),
            profile: report.profile.as_deref(),
            verdict: report.verdict.id(),
            summary: Summary::of(&report.summary),
            results: Results { findings: &report.results, lang },
            exceptions: report.exceptions.iter().map(Exception::of).collect(),
            corrective_actions: [],
            diagnostics: diagnostics.map(|d| Diagnostic::of(d, lang)).collect(),
        }
    }
}

impl<'a> Standard<'a> {
    fn of(standard: &'a model::StandardUsed) -> Self {
        // The model says bare hexadecimal; a digest that already names its algorithm keeps it.
        let digest = if standard.digest.contains(':') {
            Cow::Borrowed(&*standard.digest)
        } else {
            Cow::Owned(format!("sha256:{}", standard.digest))
        };
        Self { id: &standard.id, version: &standard.version, digest }
    }
}

impl<'a> Summary<'a> {
    fn of(summary: &'a model::Summary) -> Self {
        let severities = summary.by_severity.iter();
        let domains = summary.by_domain.iter();
        Self {
            rules: summary.rules,
            subjects: summary.subjects,
            total: Count::of(&summary.total),
            conformity: summary.total.conformity().map(rounded),
            coverage: summary.total.coverage().map(rounded),
            by_severity: Counts(severities.map(|(s, c)| (s.id(), Count::of(c))).collect()),
            by_domain: Counts(domains.map(|(d, c)| (&**d, Count::of(c))).collect()),
        }
    }
}

/// Four decimals: a hundredth of a percent.
fn rounded(rate: f64) -> f64 {
    (rate * 10_000.0).round() / 10_000.0
}

impl Count {
    fn of(count: &model::Count) -> Self {
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

impl Serialize for Counts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, count) in &self.0 {
            map.serialize_entry(name, count)?;
        }
        map.end()
    }
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.findings.iter().map(|finding| Finding::of(finding, self.lang)))
    }
}

impl<'a> Finding<'a> {
    fn of(finding: &'a model::Finding, lang: Lang) -> Self {
        let evidence = finding.evidence.iter();
        let rule = &*finding.rule;
        Self {
            rule: &rule.id,
            name: &rule.name,
            standard: &rule.standard,
            domain: &rule.domain,
            severity: rule.severity.id(),
            title: rule.title.get(lang),
            subject: Subject { kind: finding.subject.kind.id(), name: &finding.subject.name },
            outcome: finding.outcome.id(),
            message: finding.message.get(lang),
            evidence: evidence.map(|e| Evidence::of(e, lang)).collect(),
            demand: Demand {
                name: rule.demand.name.as_deref(),
                file: &rule.demand.file,
                start: Position::of(rule.demand.start),
                end: Position::of(rule.demand.end),
            },
            remedy: rule.remedy.get(lang),
            references: rule.references.iter().map(Reference::of).collect(),
            identity: &finding.identity,
            waiver: finding.accepted.as_deref().map(|accepted| Accepted {
                id: &accepted.id,
                kind: accepted.kind.id(),
                expires: &accepted.expires,
            }),
            fingerprint: finding.fingerprint.to_string(),
        }
    }
}

impl<'a> Exception<'a> {
    fn of(exception: &'a model::Exception) -> Self {
        Self {
            id: &exception.id,
            kind: exception.kind.id(),
            rule: &exception.rule,
            scope: &exception.scope,
            state: exception.state.id(),
            reason: &exception.reason,
            risk: exception.risk.as_deref(),
            compensating_measure: exception.compensating_measure.as_deref(),
            requester: exception.requester.as_deref(),
            approver: &exception.approver,
            approver_role: exception.approver_role.as_deref(),
            owner: exception.owner.as_deref(),
            granted: exception.granted.as_deref(),
            expires: &exception.expires,
            covers: exception.covers.iter().map(ToString::to_string).collect(),
            file: &exception.file,
            position: Position::of(exception.position),
        }
    }
}

/// Names and values as an object, in their order.
fn as_map<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, value)| (name, value)))
}

impl<'a> Evidence<'a> {
    fn of(evidence: &'a model::Evidence, lang: Lang) -> Self {
        Self {
            role: evidence.role.id(),
            file: &evidence.file,
            start: Position::of(evidence.start),
            end: Position::of(evidence.end),
            excerpt: evidence.excerpt.as_ref().map(|e| e.lines.join("\n")),
            label: evidence.label.get(lang),
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
            standard: &reference.standard,
            version: reference.version.as_deref(),
            id: &reference.id,
            unverified: reference.unverified,
        }
    }
}

impl<'a> Diagnostic<'a> {
    fn of(diagnostic: &'a model::Diagnostic, lang: Lang) -> Self {
        Self {
            level: diagnostic.level.id(),
            code: diagnostic.code,
            message: diagnostic.message.get(lang),
            file: diagnostic.file.as_deref(),
            position: diagnostic.position.map(Position::of),
        }
    }
}
