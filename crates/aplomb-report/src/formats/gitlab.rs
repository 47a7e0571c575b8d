//! `gitlab`: a Code Quality report, as GitLab shows it in merge requests.

use std::collections::BTreeMap;
use std::io::{self, Write};

use aplomb_model::{Finding, Fingerprint, Lang, Report};
use serde::{Serialize, Serializer};

use crate::place::Places;
use crate::{Options, grouping, plain_json, sentence, visible};

/// What the format is, in full.
pub(crate) const DOCS: &str = "\
A list of failures and of evaluations that went wrong, the most important first. What a live exception
covers, what does not apply and what could not be evaluated is not told: the format has no word for it.
Severities keep their names: blocker, major, minor, info.

Paths are relative to the folder that was judged, which should be the root of the repository. Fingerprints
stay the same from one run to the next, so that a merge request shows what is new and what was mended;
keep the artifact of the target branch for as long as merge requests are compared with it.";

/// Characters of a description.
const MAX_DESCRIPTION: usize = 1_000;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// The issues, each made when it is written.
struct Issues<'a> {
    findings: Vec<&'a Finding>,
    places: Places<'a>,
    lang: Lang,
}

/// Writes the open findings as a list of issues.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut findings = grouping::most_important_first(report);
    findings.retain(|finding| finding.accepted.is_none());
    let issues = Issues { findings, places: Places::of(report), lang: options.lang };
    plain_json::write(&issues, out)
}

impl Serialize for Issues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seen = BTreeMap::new();
        serializer.collect_seq(self.findings.iter().map(|finding| self.of(finding, &mut seen)))
    }
}

impl Issues<'_> {
    fn of(&self, finding: &Finding, seen: &mut BTreeMap<Fingerprint, u32>) -> Issue {
        let rule = &finding.rule;
        let place = self.places.main(finding);
        let found = sentence::found_at(finding, &place, self.lang);
        // Of issues that share a fingerprint only one is kept.
        let count = seen.entry(finding.fingerprint).and_modify(|count| *count += 1).or_insert(1);
        let fingerprint = match count {
            1 => finding.fingerprint.to_string(),
            more => format!("{}-{more}", finding.fingerprint),
        };
        Issue {
            description: visible::cut(
                format!("{}: {found}", visible::line(&rule.id)),
                MAX_DESCRIPTION,
            ),
            check_name: visible::line(&rule.name),
            fingerprint,
            severity: rule.severity.id(),
            location: Location {
                path: visible::line(&place.file),
                lines: Lines { begin: place.start.line },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::fixtures::{self, render};

    fn gitlab(report: &Report, lang: Lang) -> Vec<Value> {
        let text = render("gitlab", report, &Options { lang, ..Options::default() });
        serde_json::from_str(&text).expect("a list")
    }

    #[test]
    fn every_issue_has_what_the_importer_asks_for() {
        for report in [fixtures::with_waiver(), fixtures::hostile(), fixtures::empty()] {
            let mut fingerprints = BTreeSet::new();
            for issue in gitlab(&report, Lang::Fr) {
                let text = |key: &str| issue[key].as_str().unwrap_or_default().to_owned();
                assert!(!text("description").is_empty() && !text("check_name").is_empty());
                assert!(["blocker", "major", "minor", "info"].contains(&&*text("severity")));
                let path = issue["location"]["path"].as_str().expect("a path");
                assert!(!path.starts_with(['.', '/']) && !path.is_empty());
                assert!(issue["location"]["lines"]["begin"].as_u64().expect("a line") > 0);
                assert!(fingerprints.insert(text("fingerprint")));
            }
        }
    }

    #[test]
    fn open_findings_are_told_the_worst_first() {
        let told: Vec<_> = gitlab(&fixtures::with_waiver(), Lang::En)
            .iter()
            .map(|issue| {
                let location = &issue["location"];
                format!("{} {} {}", issue["severity"], issue["description"], location)
            })
            .collect();
        insta::assert_snapshot!(told.join("\n"));
    }
}
