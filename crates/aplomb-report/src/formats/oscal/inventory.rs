//! What was judged, by what, and by which standards.

use std::collections::BTreeSet;

use aplomb_model::{Lang, Report, StandardUsed, SubjectKind, SubjectName};
use serde::Serialize;
use uuid::Uuid;

use super::ids::{self, Ids};
use super::text::{self, Property, properties};
use crate::words::{self, oscal as oscal_words};
use crate::{markdown, place};

/// Hosts, and the tool.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct LocalDefinitions {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inventory_items: Vec<InventoryItem>,
    assessment_assets: Assets,
}

#[derive(Serialize)]
struct InventoryItem {
    uuid: Uuid,
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    props: Vec<Property>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Assets {
    components: [Component; 1],
    assessment_platforms: [Platform; 1],
}

#[derive(Serialize)]
struct Component {
    uuid: Uuid,
    r#type: &'static str,
    title: &'static str,
    description: &'static str,
    props: [Property; 1],
    status: State,
}

#[derive(Serialize)]
struct State {
    state: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Platform {
    uuid: Uuid,
    uses_components: [Uses; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Uses {
    component_uuid: Uuid,
}

/// The standards that were followed, and the files that were judged.
#[derive(Serialize)]
pub(super) struct BackMatter {
    resources: Vec<Resource>,
}

#[derive(Serialize)]
struct Resource {
    uuid: Uuid,
    title: String,
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    props: Vec<Property>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rlinks: Vec<Link>,
}

#[derive(Serialize)]
struct Link {
    href: String,
}

/// A subject where it is spoken of.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct SubjectReference {
    subject_uuid: Uuid,
    r#type: &'static str,
    title: String,
}

impl SubjectReference {
    pub(super) fn of(subject: &SubjectName) -> Self {
        Self {
            subject_uuid: ids::subject(subject),
            r#type: match subject.kind {
                SubjectKind::Host => "inventory-item",
                _ => "resource",
            },
            title: called(subject),
        }
    }
}

/// The subject's name, which is nobody's Markdown.
fn called(subject: &SubjectName) -> String {
    match markdown::code(&subject.name) {
        name if name.is_empty() => text::NOTHING.to_owned(),
        name => name,
    }
}

fn subjects(report: &Report) -> BTreeSet<&SubjectName> {
    report.results.iter().map(|finding| &*finding.subject).collect()
}

impl LocalDefinitions {
    pub(super) fn of(report: &Report, lang: Lang) -> Self {
        let hosts = subjects(report).into_iter().filter(|one| one.kind == SubjectKind::Host);
        let hosts = hosts.map(|host| InventoryItem {
            uuid: ids::subject(host),
            description: called(host),
            props: properties([("name", Some(&*host.name))]),
        });
        let tool = ids::named("tool", &report.tool_version);
        Self {
            inventory_items: hosts.collect(),
            assessment_assets: Assets {
                components: [Component {
                    uuid: tool,
                    r#type: "software",
                    title: "aplomb",
                    description: oscal_words::TOOL.get(lang),
                    props: [Property::of_oscal("version", &report.tool_version)],
                    status: State { state: "operational" },
                }],
                assessment_platforms: [Platform {
                    uuid: ids::named("platform", &report.tool_version),
                    uses_components: [Uses { component_uuid: tool }],
                }],
            },
        }
    }
}

impl BackMatter {
    pub(super) fn of(report: &Report, ids: &Ids, lang: Lang) -> Self {
        let demands: BTreeSet<_> =
            report.results.iter().map(|finding| &*finding.rule.demand.file).collect();
        let plan = Resource {
            uuid: ids.plan(),
            title: oscal_words::PLAN.get(lang).to_owned(),
            description: if report.standards.is_empty() {
                words::NO_STANDARD.get(lang).to_owned()
            } else {
                oscal_words::PLAN_ABOUT.get(lang).to_owned()
            },
            props: report.standards.iter().flat_map(standard).collect(),
            rlinks: demands.into_iter().filter_map(link).collect(),
        };
        let files = subjects(report).into_iter().filter(|one| one.kind != SubjectKind::Host);
        let files = files.map(|file| Resource {
            uuid: ids::subject(file),
            title: called(file),
            description: words::kind(file.kind).get(lang).to_owned(),
            props: properties([("kind", Some(file.kind.id()))]),
            rlinks: link(&file.name).into_iter().collect(),
        });
        Self { resources: std::iter::once(plan).chain(files).collect() }
    }
}

fn link(file: &str) -> Option<Link> {
    place::whole(file).map(|place| Link { href: place::uri(&place.file) })
}

fn standard(standard: &StandardUsed) -> Vec<Property> {
    let digest = standard.digest.strip_prefix("sha256:").unwrap_or(&standard.digest);
    let value = format!("{} {} sha256:{digest}", standard.id, standard.version);
    properties([("standard", text::value_of(&value).as_deref())])
}
