use std::borrow::Cow;

use aplomb_model::{Finding, Lang, Outcome};

use crate::acceptance::Acceptances;
use crate::place::Places;
use crate::words;
use crate::{citation, visible};

/// Findings told in one test.
const MAX_TOLD: usize = 50;
/// Characters of a message; the text below it has the rest.
const MAX_MESSAGE: usize = 500;

/// What came of a test, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Failed,
    Error,
    Waived,
    NotEvaluated,
    NotApplicable,
    Passed,
}

/// One test case; texts are not escaped yet.
pub(super) struct Case {
    pub(super) class: String,
    pub(super) name: String,
    pub(super) place: Option<(String, u32)>,
    pub(super) state: State,
    pub(super) kind: Cow<'static, str>,
    pub(super) message: String,
    pub(super) text: String,
}

/// What came of a rule on a subject.
pub(super) fn state(findings: &[&Finding]) -> State {
    findings.iter().map(|finding| state_of(finding)).min().unwrap_or(State::Passed)
}

fn state_of(finding: &Finding) -> State {
    match finding.outcome {
        Outcome::Fail if finding.accepted.is_some() => State::Waived,
        Outcome::Fail => State::Failed,
        Outcome::Error => State::Error,
        Outcome::NotEvaluated => State::NotEvaluated,
        Outcome::NotApplicable => State::NotApplicable,
        Outcome::Pass => State::Passed,
    }
}

impl Case {
    /// The test of a rule on a subject; `None` without findings.
    pub(super) fn of(
        findings: &[&Finding],
        places: &Places<'_>,
        acceptances: &Acceptances<'_>,
        lang: Lang,
    ) -> Option<Self> {
        let state = state(findings);
        let deciding: Vec<_> = findings.iter().filter(|one| state_of(one) == state).collect();
        let first = deciding.first()?;
        let rule = &first.rule;
        let place = places.main(first);
        let said = |finding: &Finding| message(finding, acceptances, lang);
        let mut case = Self {
            class: format!("{}.{}", rule.standard, rule.id),
            name: format!("{} ({} {})", rule.name, first.subject.kind.id(), first.subject.name),
            place: Some((place.file, place.start.line)),
            state,
            kind: rule.severity.id().into(),
            message: String::new(),
            text: String::new(),
        };
        if state == State::Passed {
            return Some(case);
        }
        let more = deciding.len() - 1;
        case.message = visible::cut(said(first), MAX_MESSAGE);
        if more > 0 {
            let more = words::counted(more, words::MORE_ALIKE, lang);
            case.message = format!("{} (… {} {more})", case.message, words::AND.get(lang));
        }
        let told = deciding.iter().take(MAX_TOLD);
        let told = told.map(|finding| format!("{}\n{}", said(finding), evidence(finding, lang)));
        let keyed = |key: words::Words, text: &str| match text {
            "" => String::new(),
            text => format!("{}{}{text}\n", key.get(lang), words::colon(lang)),
        };
        // The remedy mends what failed, and nothing else.
        let failed = matches!(state, State::Failed | State::Waived);
        let remedy = if failed { rule.remedy.get(lang) } else { "" };
        let end = [keyed(words::REMEDY, remedy), keyed(words::WHY, &citation::cite_all(rule))];
        case.text = told.chain(end).collect();
        Some(case)
    }
}

/// What is said of a finding, and why it is no failure where it is none.
fn message(finding: &Finding, acceptances: &Acceptances<'_>, lang: Lang) -> String {
    let found = finding.message.get(lang);
    let head = match (finding.outcome, &finding.accepted) {
        (_, Some(accepted)) => acceptances.said(accepted, lang),
        (Outcome::Fail | Outcome::Pass, None) => return found.to_owned(),
        (outcome, None) => words::outcome(outcome).get(lang).to_owned(),
    };
    if found.is_empty() { head } else { format!("{head}{}{found}", words::colon(lang)) }
}

/// A line a place.
fn evidence(finding: &Finding, lang: Lang) -> String {
    let lines = finding.evidence.iter().map(|evidence| {
        let at = format!("  {}:{}:{}", evidence.file, evidence.start.line, evidence.start.column);
        match evidence.label.get(lang) {
            "" => format!("{at}\n"),
            label => format!("{at}{}{label}\n", words::colon(lang)),
        }
    });
    lines.collect()
}
