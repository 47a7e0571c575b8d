//! The members of the format, as they are written and as they are read.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::actions::Action;
use super::gate::{Baseline, Gate};
use super::pairs::Pairs;
use super::results::Results;
use super::texts::Texts;

/// Name and version of the format.
pub(super) const SCHEMA: &str = "aplomb.report/1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Report<'a> {
    #[serde(deserialize_with = "super::read::schema")]
    pub(super) schema: Cow<'a, str>,
    pub(super) tool: Tool<'a>,
    pub(super) lang: Cow<'a, str>,
    pub(super) as_of: Cow<'a, str>,
    pub(super) delivery: Delivery<'a>,
    pub(super) standards: Vec<Standard<'a>>,
    pub(super) profile: Option<Cow<'a, str>>,
    pub(super) params: Vec<Param<'a>>,
    pub(super) tolerance: Tolerance,
    pub(super) part: Option<Part<'a>>,
    pub(super) verdict: Cow<'a, str>,
    pub(super) gate: Gate<'a>,
    pub(super) baseline: Option<Baseline<'a>>,
    pub(super) summary: Summary<'a>,
    pub(super) rules: Vec<Rule<'a>>,
    pub(super) rules_left_out: Vec<LeftOut<'a>>,
    pub(super) subjects: Vec<SubjectUsed<'a>>,
    pub(super) results: Results<'a>,
    pub(super) exceptions: Vec<Exception<'a>>,
    pub(super) corrective_actions: Vec<Action<'a>>,
    pub(super) diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tool<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) version: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Delivery<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) version: Option<Cow<'a, str>>,
    pub(super) environment: Option<Cow<'a, str>>,
    pub(super) tier: Option<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Standard<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) version: Cow<'a, str>,
    pub(super) digest: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Param<'a> {
    pub(super) standard: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) value: serde_json::Value,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tolerance {
    pub(super) open_majors: usize,
    pub(super) not_evaluated: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part<'a> {
    pub(super) number: u32,
    pub(super) of: u32,
    pub(super) selecting: Vec<RuleName<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleName<'a> {
    pub(super) standard: Cow<'a, str>,
    pub(super) rule: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Summary<'a> {
    pub(super) rules: usize,
    pub(super) subjects: usize,
    pub(super) pass: usize,
    pub(super) fail: usize,
    pub(super) not_applicable: usize,
    pub(super) not_evaluated: usize,
    pub(super) error: usize,
    pub(super) waived: usize,
    pub(super) conformity: Option<f64>,
    pub(super) coverage: Option<f64>,
    pub(super) by_severity: Pairs<'a, Count>,
    pub(super) by_domain: Pairs<'a, Count>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Count {
    pub(super) pass: usize,
    pub(super) fail: usize,
    pub(super) not_applicable: usize,
    pub(super) not_evaluated: usize,
    pub(super) error: usize,
    pub(super) waived: usize,
}

/// A rule, for all its results: what they do not repeat.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) standard: Cow<'a, str>,
    pub(super) domain: Cow<'a, str>,
    pub(super) severity: Cow<'a, str>,
    pub(super) title: Cow<'a, str>,
    pub(super) demand: Demand<'a>,
    pub(super) remedy: Cow<'a, str>,
    pub(super) waivable: bool,
    pub(super) references: Vec<Reference<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) en: Option<Texts<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fr: Option<Texts<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LeftOut<'a> {
    pub(super) rule: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) standard: Cow<'a, str>,
    pub(super) why: Cow<'a, str>,
    pub(super) reason: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) en: Option<Texts<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fr: Option<Texts<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SubjectUsed<'a> {
    pub(super) kind: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) captured: Option<Cow<'a, str>>,
    pub(super) files: Vec<FileUsed<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileUsed<'a> {
    pub(super) file: Cow<'a, str>,
    pub(super) digest: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Finding<'a> {
    pub(super) rule: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) standard: Cow<'a, str>,
    pub(super) domain: Cow<'a, str>,
    pub(super) severity: Cow<'a, str>,
    pub(super) title: Cow<'a, str>,
    pub(super) subject: Subject<'a>,
    pub(super) outcome: Cow<'a, str>,
    pub(super) message: Cow<'a, str>,
    pub(super) evidence: Vec<Evidence<'a>>,
    pub(super) demand: Place<'a>,
    pub(super) remedy: Cow<'a, str>,
    pub(super) references: Vec<Reference<'a>>,
    pub(super) identity: Pairs<'a, Cow<'a, str>>,
    pub(super) waiver: Option<Accepted<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lapsed: Option<Accepted<'a>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) known: bool,
    pub(super) fingerprint: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) en: Option<Texts<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fr: Option<Texts<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Accepted<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) kind: Cow<'a, str>,
    pub(super) expires: Option<Cow<'a, str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exception<'a> {
    pub(super) id: Cow<'a, str>,
    pub(super) kind: Cow<'a, str>,
    pub(super) rule: Cow<'a, str>,
    pub(super) scope: Pairs<'a, Cow<'a, str>>,
    pub(super) state: Cow<'a, str>,
    pub(super) reason: Cow<'a, str>,
    pub(super) risk: Option<Cow<'a, str>>,
    pub(super) compensating_measure: Option<Cow<'a, str>>,
    pub(super) requester: Option<Cow<'a, str>>,
    pub(super) approver: Option<Cow<'a, str>>,
    pub(super) approver_role: Option<Cow<'a, str>>,
    pub(super) owner: Option<Cow<'a, str>>,
    pub(super) granted: Option<Cow<'a, str>>,
    pub(super) renewals: Vec<Cow<'a, str>>,
    pub(super) expires: Option<Cow<'a, str>>,
    pub(super) days_left: Option<u32>,
    pub(super) lifted: Option<Cow<'a, str>>,
    pub(super) covers: Vec<Cow<'a, str>>,
    pub(super) file: Cow<'a, str>,
    pub(super) position: Position,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Subject<'a> {
    pub(super) kind: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Evidence<'a> {
    pub(super) role: Cow<'a, str>,
    pub(super) file: Cow<'a, str>,
    pub(super) start: Position,
    pub(super) end: Position,
    pub(super) excerpt: Option<Cow<'a, str>>,
    /// The excerpt's first line, where it is not the place's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) excerpt_line: Option<u32>,
    /// Characters cut off the front of each line, where any are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) excerpt_cut: Option<u32>,
    pub(super) label: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) en: Option<Texts<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fr: Option<Texts<'a>>,
}

/// Where a standard demands something.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) file: Cow<'a, str>,
    pub(super) start: Position,
    pub(super) end: Position,
}

/// The same, with the line that does.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Demand<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) file: Cow<'a, str>,
    pub(super) start: Position,
    pub(super) end: Position,
    pub(super) excerpt: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) excerpt_line: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) excerpt_cut: Option<u32>,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Position {
    pub(super) line: u32,
    pub(super) column: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reference<'a> {
    pub(super) standard: Cow<'a, str>,
    pub(super) version: Option<Cow<'a, str>>,
    pub(super) id: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) unverified: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Diagnostic<'a> {
    pub(super) level: Cow<'a, str>,
    pub(super) code: Cow<'a, str>,
    pub(super) message: Cow<'a, str>,
    pub(super) file: Option<Cow<'a, str>>,
    pub(super) position: Option<Position>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) en: Option<Texts<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fr: Option<Texts<'a>>,
}
