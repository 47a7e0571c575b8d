//! An earlier run that findings are compared with.

use std::collections::BTreeMap;

use aplomb_model::{
    Baseline, Delivery, Diagnostic, DiagnosticLevel, Exception, ExceptionState, Finding,
    Fingerprint, Phrase, Report, Severity, StandardUsed,
};
use chrono::{DateTime, FixedOffset};

use super::{Circumstances, instant};

/// Marks the open findings that the run holds too: open there as well, and no milder. What was not
/// evaluated then, or accepted, is new when it fails now.
pub(super) fn mark(results: &mut [Finding], run: &Report) -> Baseline {
    let mut open: BTreeMap<Fingerprint, Vec<Severity>> = BTreeMap::new();
    for finding in run.results.iter().filter(|finding| finding.is_open()) {
        open.entry(finding.fingerprint).or_default().push(finding.rule.severity);
    }
    let (mut known, mut new) = (0, 0);
    for result in results.iter_mut().filter(|result| result.is_open()) {
        let severity = result.rule.severity;
        // Each finding of then stands for one of now.
        let of_then = open.get_mut(&result.fingerprint);
        let taken = of_then.and_then(|severities| {
            let as_grave = severities.iter().position(|then| *then <= severity)?;
            Some(severities.swap_remove(as_grave))
        });
        result.known = taken.is_some();
        if result.known {
            known += 1;
        } else {
            new += 1;
        }
    }
    Baseline {
        as_of: run.as_of.clone(),
        delivery: run.delivery.id.clone(),
        version: run.delivery.version.clone(),
        known,
        new,
    }
}

/// The date of the run by which a reservation is lifted: the baseline's word where it was already.
pub(super) fn lifted(exception: &Exception, under: Circumstances<'_>) -> String {
    let before = under.baseline.into_iter().flat_map(|run| &run.exceptions);
    let same = |one: &&Exception| {
        one.id == exception.id && one.kind == exception.kind && one.state == ExceptionState::Lifted
    };
    let before = before.filter(same).find_map(|one| one.lifted.clone());
    before.unwrap_or_else(|| under.as_of.to_owned())
}

/// What is odd about a baseline: that it is of something else, or of long ago.
pub fn doubts_of(
    run: &Report,
    delivery: &Delivery,
    standards: &[StandardUsed],
    profile: Option<&str>,
    now: DateTime<FixedOffset>,
    most_days: u32,
) -> Vec<Diagnostic> {
    let mut doubts = Vec::new();
    let then = &run.as_of;
    if run.delivery.id != delivery.id {
        let (other, own) = (&run.delivery.id, &delivery.id);
        doubts.push((
            "baseline-of-another-delivery",
            Phrase::new(
                format!(
                    "the baseline is a run of {other}, not of {own}: what it holds says little"
                ),
                format!(
                    "la référence est un contrôle de {other}, non de {own} : elle dit peu de chose"
                ),
            ),
        ));
    }
    let same = |one: &StandardUsed| run.standards.iter().any(|other| is_same(one, other));
    let others: Vec<_> = standards.iter().filter(|one| !same(one)).map(|one| &*one.id).collect();
    if !others.is_empty() {
        let others = others.join(", ");
        doubts.push((
            "baseline-of-other-standards",
            Phrase::new(
                format!("the baseline was not judged by the same text of {others}: findings may be new because the rules are"),
                format!("la référence n'a pas été jugée selon le même texte de {others} : des écarts peuvent être nouveaux parce que les règles le sont"),
            ),
        ));
    }
    if run.profile.as_deref() != profile {
        let shown = |profile: Option<&str>| profile.unwrap_or("-").to_owned();
        let (other, own) = (shown(run.profile.as_deref()), shown(profile));
        doubts.push((
            "baseline-of-another-profile",
            Phrase::new(
                format!("the baseline was judged with the profile {other}, this run with {own}"),
                format!("la référence a été jugée avec le profil {other}, ce contrôle avec {own}"),
            ),
        ));
    }
    let age = instant(then).map(|then| now.signed_duration_since(then).num_days());
    let aged = match age {
        Some(days) if days < 0 => Some(Phrase::new(
            format!("the baseline is of {then}, which is after the date judged as of"),
            format!("la référence est du {then}, après la date du contrôle"),
        )),
        Some(days) if days > i64::from(most_days) => Some(Phrase::new(
            format!("the baseline is {days} days old ({then}); more than {most_days} are too many"),
            format!("la référence a {days} jours ({then}) ; plus de {most_days}, c'est trop"),
        )),
        Some(_) => None,
        None => Some(Phrase::new(
            format!("the baseline does not say of when it is: `{then}` is no date"),
            format!("la référence ne dit pas de quand elle est : `{then}` n'est pas une date"),
        )),
    };
    doubts.extend(aged.map(|message| ("baseline-of-another-time", message)));
    let diagnostics = doubts.into_iter().map(|(code, message)| Diagnostic {
        level: DiagnosticLevel::Warning,
        code: code.into(),
        message,
        file: None,
        position: None,
    });
    diagnostics.collect()
}

/// A digest may or may not say which it is.
fn is_same(one: &StandardUsed, other: &StandardUsed) -> bool {
    fn bare(digest: &str) -> &str {
        digest.strip_prefix("sha256:").unwrap_or(digest)
    }
    one.id == other.id && bare(&one.digest) == bare(&other.digest)
}
