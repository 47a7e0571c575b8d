//! What became of the findings of one run in another, told for people and for other tools.

mod json;
mod markdown;
#[cfg(test)]
mod tests;
mod text;
mod words;

use std::io::{self, Write};

use aplomb_model::{Cause, Change, Comparison, Lang, RunHead, State};

use crate::{Options, visible};

/// A way of telling a comparison.
pub struct ComparisonFormat {
    /// What it is called on the command line.
    pub id: &'static str,
    /// Writes the whole comparison. The only errors are those of the writer.
    pub render: fn(&Comparison, &Options, &mut dyn Write) -> io::Result<()>,
}

/// All ways of telling a comparison, sorted by id.
pub static COMPARISON_FORMATS: &[ComparisonFormat] = &[
    ComparisonFormat { id: "json", render: json::render },
    ComparisonFormat { id: "markdown", render: markdown::render },
    ComparisonFormat { id: "text", render: text::render },
];

/// `a`, or `a → b` where they differ.
fn both(before: &str, after: &str) -> String {
    if before == after { after.to_owned() } else { format!("{before} → {after}") }
}

/// What was judged, and as of when; `shown` makes the texts of others harmless.
fn head(comparison: &Comparison, lang: Lang, shown: fn(&str) -> String) -> String {
    let named = |run: &RunHead| {
        let version = run.delivery.version.iter().map(|version| format!(" {version}"));
        shown(&format!("{}{}", run.delivery.id, version.collect::<String>()))
    };
    let (before, after) = (&comparison.before, &comparison.after);
    let name = both(&named(before), &named(after));
    let as_of = both(&shown(&before.as_of), &shown(&after.as_of));
    format!("{name} · {} {as_of}", crate::words::AS_OF.get(lang))
}

/// What it came to in either run.
fn verdicts(comparison: &Comparison, lang: Lang) -> String {
    let said = |run: &RunHead| crate::words::verdict(run.verdict).get(lang);
    both(said(&comparison.before), said(&comparison.after))
}

/// How many there are of each kind, in a line.
fn counts(comparison: &Comparison, lang: Lang) -> String {
    let counted = aplomb_model::ChangeKind::ALL.map(|kind| {
        let number = comparison.of(kind).count();
        crate::words::counted(number, words::counted(kind), lang)
    });
    counted.join(", ")
}

/// What a finding was before and is now, where that is not plain from what became of it.
fn turn(change: &Change, lang: Lang) -> Option<String> {
    let (before, after) = (change.before.as_ref()?, change.after.as_ref()?);
    (before != after).then(|| format!("{} → {}", said(before, lang), said(after, lang)))
}

fn said(state: &State, lang: Lang) -> String {
    let outcome = crate::words::outcome(state.outcome).get(lang);
    let mut said = outcome.to_owned();
    if state.outcome == aplomb_model::Outcome::Fail {
        said = format!("{said} ({})", crate::words::severity_lower(state.severity).get(lang));
    }
    if let Some(id) = &state.accepted {
        said = format!("{said}, {} {}", words::ACCEPTED_BY.get(lang), visible::line(id));
    }
    said
}

/// A cause in a line: what sort it is, and what exactly.
fn cause(cause: &Cause, lang: Lang) -> String {
    let kind = words::cause(cause.kind).get(lang);
    let detail = visible::joined(cause.detail.get(lang));
    if detail.is_empty() {
        return kind.to_owned();
    }
    format!("{kind}{}{detail}", crate::words::colon(lang))
}
