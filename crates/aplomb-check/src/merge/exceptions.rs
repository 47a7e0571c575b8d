//! What came of exceptions in all parts together.

use std::collections::BTreeMap;

use aplomb_model::{
    Exception, ExceptionKind, ExceptionState, Fingerprint, Position, Report, SubjectUsed,
};

use super::MergeError;

/// What tells exceptions apart: where they are written.
type Key<'a> = (&'a str, Position, &'a str);

fn key(exception: &Exception) -> Key<'_> {
    (&exception.file, exception.position, &exception.rule)
}

/// Each exception once, those that were granted in the order written, then suppressions in the
/// order of the subjects they stand in.
pub(super) fn joined(
    reports: &[Report],
    subjects: &[SubjectUsed],
) -> Result<Vec<Exception>, MergeError> {
    let mut order = Vec::new();
    let mut joined: BTreeMap<Key<'_>, Exception> = BTreeMap::new();
    let places = Places::of(subjects);
    for exception in reports.iter().flat_map(|report| &report.exceptions) {
        let Some(known) = joined.get_mut(&key(exception)) else {
            order.push(key(exception));
            joined.insert(key(exception), exception.clone());
            continue;
        };
        let suppression = exception.kind == ExceptionKind::Suppression;
        if !suppression && asks(known) != asks(exception) {
            let (what, one) = ("an exception", known.id.clone());
            return Err(MergeError::Differs { what, one, other: exception.id.clone() });
        }
        // A file that several subjects include is told with the first of them.
        if suppression && places.of_exception(exception) < places.of_exception(known) {
            known.scope.clone_from(&exception.scope);
        }
        join(known, exception);
    }
    let ranks = ranks(reports);
    let mut exceptions: Vec<_> = order.iter().filter_map(|key| joined.remove(key)).collect();
    exceptions.sort_by_key(|exception| {
        let suppression = exception.kind == ExceptionKind::Suppression;
        (suppression, suppression.then(|| places.of_exception(exception)))
    });
    for exception in &mut exceptions {
        exception.covers.sort_by_key(|print| ranks.get(print));
    }
    Ok(exceptions)
}

/// What an exception says, without what came of it.
fn asks(exception: &Exception) -> Exception {
    Exception {
        state: ExceptionState::Live,
        days_left: None,
        lifted: None,
        covers: Vec::new(),
        ..exception.clone()
    }
}

/// Adds what came of an exception in another part. A part without a result that the exception is
/// about knows the least.
fn join(known: &mut Exception, other: &Exception) {
    known.covers.extend(other.covers.iter().copied());
    if weight(other.state) > weight(known.state) {
        known.state = other.state;
        known.days_left = other.days_left;
        known.lifted.clone_from(&other.lifted);
    }
}

pub(super) const fn weight(state: ExceptionState) -> u8 {
    match state {
        ExceptionState::Unmatched => 0,
        ExceptionState::NotYet => 1,
        ExceptionState::Expired => 2,
        ExceptionState::ToClose => 3,
        ExceptionState::Lifted => 4,
        ExceptionState::Unevaluated => 5,
        ExceptionState::Refused => 6,
        ExceptionState::Live => 7,
    }
}

/// Where each result stands in the joined report: covers are told in that order.
fn ranks(reports: &[Report]) -> BTreeMap<Fingerprint, impl Ord> {
    let results = reports.iter().flat_map(|report| &report.results);
    let covered = results.filter(|finding| finding.accepted.is_some());
    covered
        .map(|finding| {
            let place = finding.evidence.first().map(|one| (one.file.clone(), one.start));
            (finding.fingerprint, (finding.subject.clone(), place, finding.rule.id.clone()))
        })
        .collect()
}

/// Where files stand among the subjects.
struct Places<'a>(BTreeMap<(&'a str, &'a str), (usize, usize)>);

impl<'a> Places<'a> {
    fn of(subjects: &'a [SubjectUsed]) -> Self {
        let mut places = BTreeMap::new();
        for (number, subject) in subjects.iter().enumerate() {
            for (index, file) in subject.files.iter().enumerate() {
                places.entry((&*subject.id.name, &*file.file)).or_insert((number, index));
            }
        }
        Self(places)
    }

    fn of_exception(&self, exception: &Exception) -> (Option<(usize, usize)>, Position) {
        let subject = exception.scope.first().map_or("", |(_, name)| name.as_str());
        (self.0.get(&(subject, exception.file.as_str())).copied(), exception.position)
    }
}
