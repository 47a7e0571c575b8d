use aplomb_model::{Diagnostic, DiagnosticLevel, Lang, Outcome, Report};
use serde::Serialize;

use super::shape::{Location, Message, text};
use crate::place::{self, Place};
use crate::words;

/// Notifications of one run; what else it had to say is in the other formats.
const MAX_DIAGNOSTICS: usize = 500;

/// What the tool says about the run.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
}

impl Invocation {
    /// Says that so many findings were left out, that so much could not be evaluated, and what the
    /// run says itself, the worst first.
    pub(super) fn of(report: &Report, left_out: usize, lang: Lang) -> Self {
        let mut told = Vec::new();
        if left_out > 0 {
            let counted = words::counted(left_out, words::LEFT_OUT, lang);
            told.push(warning(format!("{counted}, {}", words::IN_FULL.get(lang))));
        }
        let unjudged = report.results.iter();
        let unjudged = unjudged.filter(|f| f.outcome == Outcome::NotEvaluated).count();
        if unjudged > 0 {
            let counted = words::counted(unjudged, words::UNJUDGED, lang);
            told.push(warning(format!("{counted}, {}", words::IN_FULL.get(lang))));
        }
        let mut diagnostics: Vec<_> = report.diagnostics.iter().collect();
        diagnostics.sort_by_key(|diagnostic| diagnostic.level);
        let complete = diagnostics.first().is_none_or(|d| d.level != DiagnosticLevel::Error);
        told.extend(diagnostics.into_iter().take(MAX_DIAGNOSTICS).map(|d| said(d, lang)));
        Self { execution_successful: complete, tool_execution_notifications: told }
    }
}

const fn warning(text: String) -> Notification {
    Notification { level: "warning", message: Message { text }, locations: Vec::new() }
}

fn said(diagnostic: &Diagnostic, lang: Lang) -> Notification {
    let place = diagnostic.file.as_deref().and_then(place::whole);
    let place = place.map(|whole| match diagnostic.position {
        Some(at) => Place { start: at.max(whole.start), end: at.max(whole.start), ..whole },
        None => whole,
    });
    let message = format!("{}: {}", diagnostic.code, diagnostic.message.get(lang));
    Notification {
        level: diagnostic.level.id(),
        message: Message { text: text(&[&message]) },
        locations: place.map(|place| Location::at(&place, None)).into_iter().collect(),
    }
}
