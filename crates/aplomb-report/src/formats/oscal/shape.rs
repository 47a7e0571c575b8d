use std::collections::BTreeSet;

use aplomb_model::{self as model, DiagnosticLevel, Lang, Report};
use serde::Serialize;
use uuid::Uuid;

use super::exceptions::{self, Party, Risk, Role};
use super::findings::{Findings, Observations};
use super::ids::Ids;
use super::inventory::{BackMatter, LocalDefinitions};
use super::text::{self, Property, properties, prose};
use crate::words::{self, oscal as oscal_words};
use crate::{conclusion, visible};

/// Stands for a date that is none, which no run of ours gives.
const NO_TIME: &str = "1970-01-01T00:00:00Z";

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Document<'a> {
    assessment_results: AssessmentResults<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct AssessmentResults<'a> {
    uuid: Uuid,
    metadata: Metadata,
    import_ap: Import,
    results: [Run<'a>; 1],
    back_matter: BackMatter,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Metadata {
    title: String,
    last_modified: String,
    version: String,
    oscal_version: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<Role>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parties: Vec<Party>,
}

#[derive(Serialize)]
struct Import {
    href: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Run<'a> {
    uuid: Uuid,
    title: String,
    description: String,
    start: String,
    props: Vec<Property>,
    local_definitions: LocalDefinitions,
    reviewed_controls: ReviewedControls,
    #[serde(skip_serializing_if = "Option::is_none")]
    assessment_log: Option<Log>,
    #[serde(skip_serializing_if = "Option::is_none")]
    observations: Option<Observations<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    risks: Vec<Risk>,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Findings<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ReviewedControls {
    control_selections: [Controls; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    control_objective_selections: Option<[Objectives; 1]>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Controls {
    description: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    include_controls: Vec<Control>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Control {
    control_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Objectives {
    include_objectives: Vec<Objective>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Objective {
    objective_id: String,
}

/// What the run says about itself.
#[derive(Serialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    uuid: Uuid,
    title: String,
    description: String,
    start: String,
    props: Vec<Property>,
}

impl<'a> Document<'a> {
    pub(super) fn of(report: &'a Report, ids: &Ids, lang: Lang) -> Self {
        let as_of = text::instant(&report.as_of).unwrap_or_else(|| NO_TIME.to_owned());
        let delivery = &report.delivery;
        let name = [Some(&*delivery.id), delivery.version.as_deref()];
        let name = name.into_iter().flatten().map(visible::joined).collect::<Vec<_>>().join(" ");
        let title = format!("{}{}{name}", words::page::TITLE.get(lang), words::colon(lang));
        Self {
            assessment_results: AssessmentResults {
                uuid: ids.document(),
                metadata: Metadata {
                    title: prose(&[&title]),
                    last_modified: as_of.clone(),
                    version: text::value_of(&report.as_of)
                        .unwrap_or_else(|| text::NOTHING.to_owned()),
                    oscal_version: "1.1.3",
                    roles: exceptions::roles(report, lang),
                    parties: exceptions::parties(report),
                },
                import_ap: Import { href: format!("#{}", ids.plan()) },
                results: [Run::of(report, ids, as_of, lang)],
                back_matter: BackMatter::of(report, ids, lang),
            },
        }
    }
}

impl<'a> Run<'a> {
    fn of(report: &'a Report, ids: &Ids, start: String, lang: Lang) -> Self {
        let verdict = words::verdict(report.verdict).get(lang);
        let reason = conclusion::reason(report, lang);
        let observations =
            Observations { results: &report.results, collected: start.clone(), lang };
        Self {
            uuid: ids.result(),
            title: prose(&[&report.delivery.id]),
            description: prose(&[&format!("{verdict}{}{reason}", words::colon(lang))]),
            props: conclusion(report),
            local_definitions: LocalDefinitions::of(report, lang),
            reviewed_controls: ReviewedControls::of(report, lang),
            assessment_log: Log::of(report, ids, &start, lang),
            observations: (!report.results.is_empty()).then_some(observations),
            risks: exceptions::risks(report, lang),
            findings: Findings::of(report, lang),
            start,
        }
    }
}

/// The verdict and its figures, and what the run was of.
fn conclusion(report: &Report) -> Vec<Property> {
    let delivery = &report.delivery;
    let summary = &report.summary;
    let rate = |rate: Option<f64>| rate.map(|rate| format!("{rate:.4}"));
    let (conformity, coverage) = (summary.total.conformity(), summary.total.coverage());
    let known = [
        ("verdict", Some(report.verdict.id().to_owned())),
        ("solution", Some(delivery.id.clone())),
        ("version", delivery.version.clone()),
        ("environment", delivery.environment.clone()),
        ("tier", delivery.tier.map(|tier| tier.to_string())),
        ("profile", report.profile.clone()),
        ("as-of", Some(report.as_of.clone())),
        ("rules", Some(summary.rules.to_string())),
        ("subjects", Some(summary.subjects.to_string())),
        ("conformity", rate(conformity)),
        ("coverage", rate(coverage)),
    ];
    properties(known.iter().map(|(name, value)| (*name, value.as_deref())))
}

impl ReviewedControls {
    /// Each rule that was applied is a control, and its own objective.
    fn of(report: &Report, lang: Lang) -> Self {
        let rules: BTreeSet<_> = report.results.iter().map(|finding| &*finding.rule.id).collect();
        // Rules whose names differ in what a token has no room for are one.
        let rules: BTreeSet<_> = rules.into_iter().map(text::token).collect();
        let objectives = rules.iter().cloned().map(|objective_id| Objective { objective_id });
        let objectives: Vec<_> = objectives.collect();
        let about = if rules.is_empty() { words::NO_RULE } else { oscal_words::CONTROLS };
        let controls = rules.into_iter().map(|control_id| Control { control_id }).collect();
        Self {
            control_selections: [Controls {
                description: about.get(lang),
                include_controls: controls,
            }],
            control_objective_selections: (!objectives.is_empty())
                .then_some([Objectives { include_objectives: objectives }]),
        }
    }
}

impl Log {
    fn of(report: &Report, ids: &Ids, start: &str, lang: Lang) -> Option<Self> {
        let entry = |(index, diagnostic): (usize, &model::Diagnostic)| Entry {
            uuid: ids.entry(index),
            title: level(diagnostic.level, lang),
            description: prose(&[diagnostic.message.get(lang), &diagnostic.code]),
            start: start.to_owned(),
            props: properties([
                ("level", Some(diagnostic.level.id())),
                ("code", Some(&diagnostic.code)),
                ("file", diagnostic.file.as_deref()),
            ]),
        };
        let entries: Vec<_> = report.diagnostics.iter().enumerate().map(entry).collect();
        (!entries.is_empty()).then_some(Self { entries })
    }
}

fn level(level: DiagnosticLevel, lang: Lang) -> String {
    words::level(level).get(lang).to_owned()
}
