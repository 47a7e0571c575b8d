use aplomb_model::{Finding, Lang, Outcome};

use crate::place::Place;
use crate::{standing, visible, words};

/// What was found, in a line that is never empty: where a finding says nothing, what its rule demands.
pub(crate) fn found(finding: &Finding, lang: Lang) -> String {
    let rule = &finding.rule;
    let choice = [finding.message.get(lang), rule.title.get(lang), &rule.id];
    let mut shown = choice.into_iter().map(visible::joined);
    let mut said = shown.find(|text| !text.trim().is_empty()).unwrap_or_else(|| "-".to_owned());
    let notes = standing::notes(finding, lang);
    if !notes.is_empty() {
        said = format!("{said} ({})", notes.join(", "));
    }
    match finding.outcome {
        Outcome::Error => {
            format!("{}{}{said}", words::EVALUATION_FAILED.get(lang), words::colon(lang))
        }
        _ => said,
    }
}

/// The same, beginning with the subject where neither it nor the file it is shown beside names it.
pub(crate) fn found_at(finding: &Finding, place: &Place, lang: Lang) -> String {
    let found = found(finding, lang);
    let subject = visible::joined(&finding.subject.name);
    if finding.subject.name == place.file || found.contains(&subject) {
        return found;
    }
    format!("{subject}{}{found}", words::colon(lang))
}
