//! Waivers and reservations as risks, and who approved them.

use std::collections::{BTreeMap, BTreeSet};

use aplomb_model::{Exception, ExceptionKind, ExceptionState, Lang, Report};
use serde::Serialize;
use uuid::Uuid;

use super::findings::RelatedObservation;
use super::ids::{self, ResultId};
use super::text::{self, Property, properties, prose};
use crate::markdown;
use crate::words::{self, oscal as oscal_words};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Risk {
    uuid: Uuid,
    title: String,
    description: String,
    statement: String,
    props: Vec<Property>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mitigating_factors: Option<[Factor; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remediations: Option<[Remediation; 1]>,
    #[serde(rename = "risk-log", skip_serializing_if = "Option::is_none")]
    log: Option<RiskLog>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_observations: Vec<RelatedObservation>,
}

#[derive(Serialize)]
struct Factor {
    uuid: Uuid,
    description: String,
}

#[derive(Serialize)]
struct Remediation {
    uuid: Uuid,
    lifecycle: &'static str,
    title: String,
    description: String,
}

#[derive(Serialize)]
struct RiskLog {
    entries: [Entry; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Entry {
    uuid: Uuid,
    title: String,
    start: String,
    props: [Property; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    logged_by: Option<[LoggedBy; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_change: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct LoggedBy {
    party_uuid: Uuid,
    role_id: &'static str,
}

#[derive(Serialize)]
pub(super) struct Role {
    id: &'static str,
    title: &'static str,
}

#[derive(Serialize)]
pub(super) struct Party {
    uuid: Uuid,
    r#type: &'static str,
    name: String,
}

const APPROVER: &str = "approver";

/// The identifiers of exceptions, in their order.
pub(super) fn ids(exceptions: &[Exception]) -> Vec<Uuid> {
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    let named = exceptions.iter().map(|one| {
        let count = seen.entry(&one.id).or_default();
        *count += 1;
        match count {
            1 => ids::named("risk", &one.id),
            more => ids::named("risk", &format!("{}:{more}", one.id)),
        }
    });
    named.collect()
}

/// Who approved something.
pub(super) fn parties(report: &Report) -> Vec<Party> {
    let names = report.exceptions.iter().filter_map(|one| text::value_of(&one.approver));
    let names: BTreeSet<_> = names.collect();
    let party = |name: String| Party { uuid: ids::named("party", &name), r#type: "person", name };
    names.into_iter().map(party).collect()
}

/// The role of those parties; none where there are none.
pub(super) fn roles(report: &Report, lang: Lang) -> Vec<Role> {
    let role = Role { id: APPROVER, title: oscal_words::APPROVER.get(lang) };
    if parties(report).is_empty() { Vec::new() } else { vec![role] }
}

pub(super) fn risks(report: &Report, lang: Lang) -> Vec<Risk> {
    let ids = ids(&report.exceptions);
    report.exceptions.iter().zip(ids).map(|(one, uuid)| risk(one, uuid, lang)).collect()
}

fn risk(exception: &Exception, uuid: Uuid, lang: Lang) -> Risk {
    let measure = exception.compensating_measure.as_deref().and_then(text::value_of);
    let observations = exception.covers.iter().map(|fingerprint| RelatedObservation {
        observation_uuid: ResultId::first(*fingerprint).observation(),
    });
    let kind = words::exception(exception.kind).get(lang);
    let title = format!("{kind} {}", markdown::code(&exception.id)).trim().to_owned();
    Risk {
        uuid,
        description: prose(&[&exception.reason]),
        statement: match &exception.risk {
            Some(risk) => prose(&[risk]),
            None => oscal_words::NO_RISK.get(lang).to_owned(),
        },
        props: about(exception),
        status: status(exception),
        mitigating_factors: measure.map(|measure| {
            [Factor { uuid: of(uuid, "measure"), description: markdown::prose(&measure) }]
        }),
        deadline: text::deadline(&exception.expires),
        remediations: (exception.kind == ExceptionKind::Reservation).then(|| {
            [Remediation {
                uuid: of(uuid, "remediation"),
                lifecycle: "planned",
                title: title.clone(),
                description: prose(&[&exception.reason]),
            }]
        }),
        log: granted(exception, uuid, lang),
        related_observations: observations.collect(),
        title,
    }
}

/// Something that belongs to a risk.
fn of(risk: Uuid, what: &str) -> Uuid {
    ids::named(what, &risk.to_string())
}

fn about(exception: &Exception) -> Vec<Property> {
    let mut props = properties([
        ("exception", Some(&*exception.id)),
        ("kind", Some(exception.kind.id())),
        ("state", Some(exception.state.id())),
        ("rule", Some(&exception.rule)),
        ("requester", exception.requester.as_deref()),
        ("approver", Some(&exception.approver)),
        ("approver-role", exception.approver_role.as_deref()),
        ("owner", exception.owner.as_deref()),
        ("granted", exception.granted.as_deref()),
        ("expires", Some(&exception.expires)),
    ]);
    for (name, value) in &exception.scope {
        props.extend(properties([("scope", Some(&*format!("{name} = {value}")))]));
    }
    props
}

/// What OSCAL calls the state: whatever covers nothing leaves its risk open.
const fn status(exception: &Exception) -> &'static str {
    match (exception.state, exception.kind) {
        (ExceptionState::Live, ExceptionKind::Waiver) => "deviation-approved",
        (ExceptionState::Live, ExceptionKind::Reservation) => "remediating",
        (ExceptionState::NotYet | ExceptionState::Expired, _) => "open",
        (ExceptionState::ToClose, _) => "closed",
        (ExceptionState::Unevaluated | ExceptionState::Unmatched, _) => "investigating",
    }
}

/// When it was granted, and by whom; nothing where that is not known.
fn granted(exception: &Exception, risk: Uuid, lang: Lang) -> Option<RiskLog> {
    let start = text::instant(exception.granted.as_deref()?)?;
    let approver = text::value_of(&exception.approver);
    let (kind, change) = match exception.kind {
        ExceptionKind::Waiver => ("dr-approved", "deviation-approved"),
        ExceptionKind::Reservation => ("status-update", "remediating"),
    };
    let entry = Entry {
        uuid: of(risk, "granted"),
        title: oscal_words::GRANTED.get(lang).to_owned(),
        start,
        props: [Property::of_oscal("type", kind)],
        logged_by: approver
            .map(|name| [LoggedBy { party_uuid: ids::named("party", &name), role_id: APPROVER }]),
        status_change: Some(change),
    };
    Some(RiskLog { entries: [entry] })
}
