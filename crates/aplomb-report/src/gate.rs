//! The conditions of the gate in words.

use aplomb_model::{Condition, GateState, Lang, Measure, Report};

use crate::{visible, words};

/// One condition as it is told.
pub(crate) struct Told<'a> {
    pub(crate) condition: &'a Condition,
    /// What there is.
    pub(crate) measured: String,
    /// What is asked for.
    pub(crate) threshold: String,
}

/// The conditions, in order.
pub(crate) fn told(report: &Report, lang: Lang) -> impl Iterator<Item = Told<'_>> {
    report.gate.conditions.iter().map(move |condition| Told {
        condition,
        measured: match &condition.measured {
            Some(measured) => measure(measured, lang),
            None => words::UNMEASURED.get(lang).to_owned(),
        },
        threshold: threshold(&condition.threshold, lang),
    })
}

fn measure(measure: &Measure, lang: Lang) -> String {
    match measure {
        Measure::Count(count) => count.to_string(),
        Measure::Rate(rate) => words::percent(Some(*rate), lang),
        Measure::Verdict(verdict) => words::verdict(*verdict).get(lang).to_owned(),
        Measure::Severities(severities) => {
            let named = severities.iter().map(|one| words::severity_lower(*one).get(lang));
            named.collect::<Vec<_>>().join(", ")
        }
    }
}

/// `at most 3`.
fn threshold(asked: &Measure, lang: Lang) -> String {
    let how = match asked {
        Measure::Count(_) => words::AT_MOST,
        Measure::Rate(_) => words::AT_LEAST,
        Measure::Verdict(_) => words::BETTER_THAN,
        Measure::Severities(_) => words::NONE_NEW,
    };
    format!("{} {}", how.get(lang), measure(asked, lang))
}

/// What keeps it from passing: `gate red: max-open-majors 5 (at most 0)`; nothing where it passes.
pub(crate) fn stops(report: &Report, lang: Lang) -> Option<String> {
    let state = report.gate.state();
    if state == GateState::Green {
        return None;
    }
    let bad = told(report, lang).filter(|one| one.condition.state != GateState::Green);
    let bad =
        bad.map(|one| format!("{} {} ({})", one.condition.kind.id(), one.measured, one.threshold));
    Some(format!(
        "{} {}{}{}",
        words::HEADING_GATE.get(lang),
        words::gate(state).get(lang),
        words::colon(lang),
        bad.collect::<Vec<_>>().join(", ")
    ))
}

/// `compared with agora-ged 3.1.4 as of 2026-10-01: 2 new findings, 40 already known`.
pub(crate) fn compared(report: &Report, lang: Lang) -> Option<String> {
    let baseline = report.baseline.as_ref()?;
    let mut name = visible::joined(&baseline.delivery);
    if let Some(version) = &baseline.version {
        name = format!("{name} {}", visible::joined(version));
    }
    let (new, known) = (
        words::counted(baseline.new, words::NEW_FINDING, lang),
        words::counted(baseline.known, words::KNOWN_FINDING, lang),
    );
    Some(format!(
        "{} {name} {} {}{}{new}, {known}",
        words::COMPARED_WITH.get(lang),
        words::AS_OF.get(lang),
        visible::line(&baseline.as_of),
        words::colon(lang),
    ))
}
