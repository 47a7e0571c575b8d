use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use aplomb_model::{self as model, Finding, Lang, RuleFacts, Severity, SubjectName};
use serde::{Serialize, Serializer};

use super::notifications::Invocation;
use super::{MAX_RESULTS, MAX_RULES};
use crate::acceptance::Acceptances;
use crate::place::{self, Place, Places};
use crate::{citation, conclusion, grouping, sentence, visible};

/// Texts of rules above this length make consumers refuse the whole file.
const MAX_TEXT: usize = 1_024;
/// Places of a result beside its own.
const MAX_RELATED: usize = 20;

#[derive(Serialize)]
pub(super) struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    automation_details: AutomationDetails,
    language: &'static str,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    properties: RunProperties,
    results: Results<'a>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
struct Driver<'a> {
    name: &'static str,
    version: &'a str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct AutomationDetails {
    id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunProperties {
    verdict: &'static str,
    reason: String,
    as_of: String,
}

#[derive(Serialize)]
pub(super) struct Message {
    pub(super) text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    name: String,
    short_description: Message,
    full_description: Message,
    help: Message,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    tags: BTreeSet<String>,
    #[serde(rename = "problem.severity")]
    problem_severity: &'static str,
    severity: &'static str,
}

/// The results, each made when it is written.
struct Results<'a> {
    told: Vec<&'a Finding>,
    rules: BTreeMap<RuleKey<'a>, usize>,
    places: Places<'a>,
    acceptances: Acceptances<'a>,
    lang: Lang,
}

/// Two standards may use one id.
type RuleKey<'a> = (Cow<'a, str>, &'a str);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    rule_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
    suppressions: Vec<Suppression>,
    properties: ResultProperties,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fingerprints {
    primary_location_line_hash: String,
    #[serde(rename = "aplomb/v1")]
    ours: String,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
}

#[derive(Serialize)]
struct ResultProperties {
    severity: &'static str,
    outcome: &'static str,
    standard: String,
}

#[derive(Serialize)]
pub(super) struct Location {
    #[serde(rename = "physicalLocation")]
    physical: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde(rename = "logicalLocations")]
    logical: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct LogicalLocation {
    name: String,
    kind: &'static str,
}

impl<'a> Log<'a> {
    pub(super) fn of(report: &'a model::Report, lang: Lang) -> Self {
        let mut told = grouping::most_important_first(report);
        let left_out = told.len().saturating_sub(MAX_RESULTS);
        told.truncate(MAX_RESULTS);
        let mut rules = BTreeMap::new();
        for finding in told.iter().copied().chain(&report.results) {
            if rules.len() < MAX_RULES {
                rules.entry(key(&finding.rule)).or_insert(&*finding.rule);
            }
        }
        let indices = rules.keys().enumerate().map(|(index, key)| (key.clone(), index)).collect();
        let run = Run {
            tool: Tool {
                driver: Driver {
                    name: "aplomb",
                    version: &report.tool_version,
                    rules: rules.into_values().map(|rule| Rule::of(rule, lang)).collect(),
                },
            },
            automation_details: AutomationDetails { id: category(&report.delivery.id) },
            language: match lang {
                Lang::En => "en",
                Lang::Fr => "fr",
            },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation::of(report, left_out, lang)],
            properties: RunProperties {
                verdict: report.verdict.id(),
                reason: conclusion::reason(report, lang),
                as_of: text(&[&report.as_of]),
            },
            results: Results {
                told,
                rules: indices,
                places: Places::of(report),
                acceptances: Acceptances::of(report),
                lang,
            },
        };
        let schema = "https://json.schemastore.org/sarif-2.1.0.json";
        Self { schema, version: "2.1.0", runs: [run] }
    }
}

fn key(rule: &RuleFacts) -> RuleKey<'_> {
    (rule.label(), &rule.standard)
}

/// What tells this run's results from those of other runs over the same commit: what stands before
/// the last slash, the same for every version of a solution.
fn category(delivery: &str) -> String {
    format!("aplomb/{}/", text(&[delivery]).replace('/', "-"))
}

impl Rule {
    fn of(rule: &RuleFacts, lang: Lang) -> Self {
        let title = rule.title.get(lang);
        let cited = citation::cite_all(rule);
        let full = if cited.is_empty() { title.to_owned() } else { format!("{title} ({cited})") };
        let level = level(rule.severity);
        Self {
            id: text(&[&rule.label()]),
            name: visible::cut(text(&[&rule.name, &rule.id]), 255),
            short_description: Message { text: text(&[title, &rule.name, &rule.id]) },
            full_description: Message { text: text(&[&full]) },
            help: Message { text: text(&[rule.remedy.get(lang), title, &rule.id]) },
            default_configuration: Configuration { level },
            properties: RuleProperties {
                tags: [&rule.domain, &rule.standard].map(|tag| text(&[tag])).into(),
                problem_severity: if level == "note" { "recommendation" } else { level },
                severity: rule.severity.id(),
            },
        }
    }
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seen = BTreeMap::new();
        serializer.collect_seq(self.told.iter().map(|finding| {
            let count: &mut u32 = seen.entry(finding.fingerprint).or_default();
            *count += 1;
            self.of(finding, *count)
        }))
    }
}

impl Results<'_> {
    fn of(&self, finding: &Finding, occurrence: u32) -> Told {
        let rule = &finding.rule;
        let lang = self.lang;
        let place = self.places.main(finding);
        let related = finding.evidence.iter().skip(1).take(MAX_RELATED);
        let related = related.filter_map(|evidence| {
            let place = place::seen(evidence)?;
            Some(Location::at(&place, None).saying(evidence.label.get(lang)))
        });
        let accepted = finding.accepted.iter().map(|accepted| Suppression {
            kind: "external",
            status: "accepted",
            justification: text(&[&self.acceptances.said(accepted, lang)]),
        });
        let fingerprint = finding.fingerprint.to_string();
        let half = fingerprint.get(..16).unwrap_or_default();
        Told {
            rule_id: text(&[&rule.label()]),
            rule_index: self.rules.get(&key(rule)).copied(),
            level: level(rule.severity),
            message: Message { text: text(&[&sentence::found_at(finding, &place, lang)]) },
            locations: [Location::at(&place, Some(&finding.subject))],
            related_locations: related.collect(),
            partial_fingerprints: Fingerprints {
                primary_location_line_hash: format!("{half}:{occurrence}"),
                ours: fingerprint,
            },
            suppressions: accepted.collect(),
            properties: ResultProperties {
                severity: rule.severity.id(),
                outcome: finding.outcome.id(),
                standard: text(&[&rule.standard]),
            },
        }
    }
}

impl Location {
    pub(super) fn at(place: &Place, subject: Option<&SubjectName>) -> Self {
        let subject = subject.iter().map(|subject| LogicalLocation {
            name: text(&[&subject.name]),
            kind: subject.kind.id(),
        });
        Self {
            physical: PhysicalLocation {
                artifact_location: ArtifactLocation { uri: place::uri(&place.file) },
                region: Region {
                    start_line: place.start.line,
                    start_column: place.start.column,
                    end_line: place.end.line,
                    end_column: place.end.column,
                },
            },
            logical: subject.collect(),
            message: None,
        }
    }

    fn saying(self, label: &str) -> Self {
        let message = (!label.is_empty()).then(|| Message { text: text(&[label]) });
        Self { message, ..self }
    }
}

/// The first text that says something, on one line, not too long, every hidden character visible.
/// `[text](address)` makes a link of plain text in this format; a space unmakes it.
pub(super) fn text(choice: &[&str]) -> String {
    let mut shown = choice.iter().map(|text| visible::joined(text));
    let first = shown.find(|text| !text.trim().is_empty());
    visible::cut(first.unwrap_or_else(|| "-".to_owned()).replace("](", "] ("), MAX_TEXT)
}

/// The level of a severity in this format.
const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker | Severity::Major => "error",
        Severity::Minor => "warning",
        Severity::Info => "note",
    }
}
