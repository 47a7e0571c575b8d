//! Results: what was observed of a subject, and what that means for the rule.

use std::collections::BTreeMap;

use aplomb_model::{Accepted, Evidence, Exception, Finding, Lang, Outcome, Report, SubjectKind};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::exceptions;
use super::ids::{Occurrences, ResultId};
use super::inventory::SubjectReference;
use super::text::{self, Property, properties, prose};
use crate::{citation, markdown, place, sentence};

/// All results as observations, each given its shape when it is written.
pub(super) struct Observations<'a> {
    pub(super) results: &'a [Finding],
    pub(super) collected: String,
    pub(super) lang: Lang,
}

/// All results but those that do not apply as findings, likewise.
pub(super) struct Findings<'a> {
    results: &'a [Finding],
    risks: BTreeMap<&'a str, Uuid>,
    lang: Lang,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Observation<'a> {
    uuid: Uuid,
    description: String,
    props: Vec<Property>,
    methods: [&'static str; 1],
    types: [&'static str; 1],
    subjects: [SubjectReference; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relevant_evidence: Vec<RelevantEvidence>,
    collected: &'a str,
}

#[derive(Serialize)]
struct RelevantEvidence {
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remarks: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Told {
    uuid: Uuid,
    title: String,
    description: String,
    props: Vec<Property>,
    target: Target,
    related_observations: [RelatedObservation; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    related_risks: Option<[RelatedRisk; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remarks: Option<String>,
}

#[derive(Serialize)]
struct Target {
    r#type: &'static str,
    #[serde(rename = "target-id")]
    id: String,
    status: Status,
}

#[derive(Serialize)]
struct Status {
    state: &'static str,
    reason: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct RelatedObservation {
    pub(super) observation_uuid: Uuid,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct RelatedRisk {
    risk_uuid: Uuid,
}

impl Serialize for Observations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut occurrences = Occurrences::default();
        let results = self.results.iter();
        serializer.collect_seq(results.map(|one| self.of(one, &occurrences.next(one))))
    }
}

impl Observations<'_> {
    fn of(&self, finding: &Finding, id: &ResultId) -> Observation<'_> {
        let rule = &*finding.rule;
        Observation {
            uuid: id.observation(),
            description: prose(&[&sentence::found(finding, self.lang)]),
            props: properties([
                ("outcome", Some(finding.outcome.id())),
                ("rule", Some(&rule.id)),
                ("standard", Some(&rule.standard)),
            ]),
            methods: [match finding.subject.kind {
                SubjectKind::Host => "TEST",
                _ => "EXAMINE",
            }],
            types: ["control-objective"],
            subjects: [SubjectReference::of(&finding.subject)],
            relevant_evidence: finding.evidence.iter().map(|one| seen(one, self.lang)).collect(),
            collected: &self.collected,
        }
    }
}

fn seen(evidence: &Evidence, lang: Lang) -> RelevantEvidence {
    let cited = citation::place(&evidence.file, evidence.start, evidence.excerpt.is_some());
    let label = markdown::prose(evidence.label.get(lang));
    let description = format!("{} {label}", markdown::code(&cited));
    RelevantEvidence {
        href: place::seen(evidence).map(|place| place::uri(&place.file)),
        description: description.trim().to_owned(),
        remarks: evidence.excerpt.as_ref().and_then(text::block),
    }
}

impl<'a> Findings<'a> {
    /// Nothing where there is nothing to list, for which the schema has no room.
    pub(super) fn of(report: &'a Report, lang: Lang) -> Option<Self> {
        let told = report.results.iter().any(|one| state(one.outcome).is_some());
        let risks = exceptions::ids(&report.exceptions);
        let first = |(one, uuid): (&'a Exception, Uuid)| (&*one.id, uuid);
        // Of several with one name the first counts.
        let risks = report.exceptions.iter().zip(risks).rev().map(first).collect();
        told.then_some(Self { results: &report.results, risks, lang })
    }

    fn one(&self, finding: &Finding, id: &ResultId) -> Option<Told> {
        let (state, reason) = state(finding.outcome)?;
        let rule = &*finding.rule;
        let fingerprint = finding.fingerprint.to_string();
        let failed = finding.outcome == Outcome::Fail;
        let remedy = markdown::prose(if failed { rule.remedy.get(self.lang) } else { "" });
        let cited = markdown::prose(&citation::cite_all(rule));
        let remarks: Vec<_> = [remedy, cited].into_iter().filter(|text| !text.is_empty()).collect();
        Some(Told {
            uuid: id.finding(),
            title: prose(&[rule.title.get(self.lang), &rule.name, &rule.id]),
            description: prose(&[&sentence::found(finding, self.lang)]),
            props: properties([
                ("rule", Some(&*rule.id)),
                ("name", Some(&rule.name)),
                ("standard", Some(&rule.standard)),
                ("domain", Some(&rule.domain)),
                ("severity", Some(rule.severity.id())),
                ("outcome", Some(finding.outcome.id())),
                ("fingerprint", Some(&fingerprint)),
            ]),
            target: Target {
                r#type: "objective-id",
                id: text::token(&rule.id),
                status: Status { state, reason },
            },
            related_observations: [RelatedObservation { observation_uuid: id.observation() }],
            related_risks: finding.accepted.as_deref().and_then(|one| self.risk(one)),
            remarks: (!remarks.is_empty()).then(|| remarks.join("\n\n")),
        })
    }

    fn risk(&self, accepted: &Accepted) -> Option<[RelatedRisk; 1]> {
        self.risks.get(&*accepted.id).map(|uuid| [RelatedRisk { risk_uuid: *uuid }])
    }
}

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut occurrences = Occurrences::default();
        let results = self.results.iter();
        serializer.collect_seq(results.filter_map(|one| self.one(one, &occurrences.next(one))))
    }
}

/// What a result says of the rule, and why: whatever could not be judged is not satisfied.
const fn state(outcome: Outcome) -> Option<(&'static str, &'static str)> {
    match outcome {
        Outcome::Pass => Some(("satisfied", "pass")),
        Outcome::Fail => Some(("not-satisfied", "fail")),
        Outcome::NotEvaluated | Outcome::Error => Some(("not-satisfied", "other")),
        Outcome::NotApplicable => None,
    }
}
