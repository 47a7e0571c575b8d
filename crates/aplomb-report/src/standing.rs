use aplomb_model::{Accepted, ExceptionKind, Finding, Lang};

use crate::{visible, words};

/// What else is to be known of a failure that nobody accepts: which exception no longer covers it,
/// and that the baseline holds it already.
pub(crate) fn notes(finding: &Finding, lang: Lang) -> Vec<String> {
    let lapsed = finding.lapsed.as_deref().map(|lapsed| over(lapsed, lang));
    let known = finding.known.then(|| words::KNOWN.get(lang).to_owned());
    lapsed.into_iter().chain(known).collect()
}

/// `waiver DRG-2026-009 expired on 2026-10-31`.
fn over(lapsed: &Accepted, lang: Lang) -> String {
    let over = match lapsed.kind {
        ExceptionKind::Reservation => words::WAS_DUE,
        _ => words::HAS_EXPIRED,
    };
    format!(
        "{} {} {} {}",
        words::exception(lapsed.kind).get(lang),
        visible::line(&lapsed.id),
        over.get(lang),
        visible::line(lapsed.expires.as_deref().unwrap_or_default()),
    )
}
