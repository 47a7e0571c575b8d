//! Which file a finding is pinned to.
//!
//! Tools that show findings beside files refuse a whole report for one finding without a file, so
//! each gets one: where it was seen; else the file that was judged; else, for a host nobody recorded,
//! the manifest that declares it; else the standard that asks.

use std::fmt::Write as _;

use aplomb_model::{Evidence, Finding, Position, Report, SubjectKind};

/// The manifest's usual name, where a report knows of no file at all.
const MANIFEST: &str = "delivery.toml";

/// A part of a file: lines and columns from 1, the end never before the start.
pub(crate) struct Place {
    /// Relative to the delivery's root, with `/`, never going up; the characters are those of the
    /// path, hidden ones too.
    pub(crate) file: String,
    pub(crate) start: Position,
    pub(crate) end: Position,
}

/// Finds the places of a report's findings.
pub(crate) struct Places<'a> {
    manifest: Option<&'a str>,
}

impl<'a> Places<'a> {
    pub(crate) fn of(report: &'a Report) -> Self {
        let mut manifests =
            report.results.iter().filter(|f| f.subject.kind == SubjectKind::Manifest);
        Self { manifest: manifests.next().map(|finding| &*finding.subject.name) }
    }

    /// The one place that stands for a finding.
    pub(crate) fn main(&self, finding: &Finding) -> Place {
        if let Some(place) = finding.evidence.first().and_then(seen) {
            return place;
        }
        let subject = &finding.subject;
        let own = (subject.kind != SubjectKind::Host).then_some(&*subject.name);
        let demand = &finding.rule.demand;
        own.and_then(whole)
            .or_else(|| self.manifest.and_then(whole))
            .or_else(|| place(&demand.file, demand.start, demand.end))
            .unwrap_or_else(|| Place { file: MANIFEST.to_owned(), start: FIRST, end: FIRST })
    }
}

/// Where evidence was seen; `None` where its path names no file.
pub(crate) fn seen(evidence: &Evidence) -> Option<Place> {
    place(&evidence.file, evidence.start, evidence.end)
}

/// A file, at its beginning.
pub(crate) fn whole(file: &str) -> Option<Place> {
    place(file, FIRST, FIRST)
}

/// A relative path as a URI reference: nothing in it is taken for a scheme, a query or a fragment.
pub(crate) fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            write!(uri, "%{byte:02X}").expect("a string takes all that is written");
        }
    }
    uri
}

const FIRST: Position = Position { line: 1, column: 1 };

fn place(file: &str, start: Position, end: Position) -> Option<Place> {
    let steps = file.split('/').filter(|step| !matches!(*step, "" | "." | ".."));
    let file = steps.collect::<Vec<_>>().join("/");
    let at_least_one = |at: Position| Position { line: at.line.max(1), column: at.column.max(1) };
    let start = at_least_one(start);
    let end = at_least_one(end).max(start);
    (!file.is_empty()).then_some(Place { file, start, end })
}

#[cfg(test)]
mod tests {
    use aplomb_model::{Outcome, Phrase, Severity, Verdict};

    use super::*;
    use crate::fixtures;

    #[test]
    fn every_finding_has_a_file_below_the_root() {
        let rule = fixtures::rule("SW-001", "named", Severity::Major).into();
        let of = |kind, name| {
            let subject = fixtures::subject(kind, name);
            fixtures::finding(&rule, &subject, Outcome::Fail, Phrase::same("x"))
        };
        let host = of(SubjectKind::Host, "db01");
        let document = of(SubjectKind::Document, "/../docs/./a.md");
        let manifest = of(SubjectKind::Manifest, "project.toml");
        let mut zero = of(SubjectKind::Host, "db02");
        zero.evidence = vec![fixtures::seen("a", [0, 0, 0, 0], "", Phrase::default())];

        let without = fixtures::report(Verdict::NonConforming, vec![host.clone()]);
        assert_eq!(Places::of(&without).main(&host).file, "policies/software/network.toml");
        let report = fixtures::report(Verdict::NonConforming, vec![host.clone(), manifest]);
        let places = Places::of(&report);
        assert_eq!(places.main(&host).file, "project.toml");
        assert_eq!(places.main(&document).file, "docs/a.md");
        assert_eq!(places.main(&zero).start, FIRST);
    }
}
