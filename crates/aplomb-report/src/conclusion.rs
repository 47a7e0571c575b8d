//! Why the verdict is what it is, in a line, from the counts alone.

use aplomb_model::{Count, DiagnosticLevel, Lang, Report, Severity, Verdict};

use crate::words;

/// The reason of the verdict: `2 open blockers, 5 open majors`.
pub(crate) fn reason(report: &Report, lang: Lang) -> String {
    if report.summary.total.evaluated() == 0 {
        return format!("{} ({})", words::NOTHING_CHECKED.get(lang), why_nothing(report).get(lang));
    }
    let mut parts = match report.verdict {
        Verdict::NonConforming => standing(report, &[Severity::Blocker, Severity::Major], lang),
        Verdict::Undetermined => undetermined(report, lang),
        _ => standing(report, &Severity::ALL, lang),
    };
    let total = &report.summary.total;
    if parts.is_empty() {
        parts.push(words::counted(total.pass, words::DEMAND_MET, lang));
    }
    let unjudged = total.not_evaluated + total.error;
    if unjudged > 0 && report.verdict != Verdict::Undetermined {
        parts.push(words::counted(unjudged, words::UNJUDGED, lang));
    }
    if let Some(baseline) = report.baseline.as_ref().filter(|baseline| baseline.known > 0) {
        parts.push(words::counted(baseline.known, words::KNOWN_FINDING, lang));
    }
    parts.join(", ")
}

fn why_nothing(report: &Report) -> words::Words {
    let summary = &report.summary;
    if summary.rules == 0 {
        words::NO_RULE
    } else if summary.subjects == 0 {
        words::NO_SUBJECT
    } else {
        words::NO_EVIDENCE
    }
}

/// Open and accepted findings of the severities, where there are any.
fn standing(report: &Report, severities: &[Severity], lang: Lang) -> Vec<String> {
    let mut parts = Vec::new();
    for &severity in severities {
        let count = of_severity(report, severity);
        for (number, noun) in
            [(count.open(), words::open(severity)), (count.waived, words::accepted(severity))]
        {
            if number > 0 {
                parts.push(words::counted(number, noun, lang));
            }
        }
    }
    parts
}

fn undetermined(report: &Report, lang: Lang) -> Vec<String> {
    let weighty = [Severity::Blocker, Severity::Major].map(|s| of_severity(report, s));
    let unjudged: usize = weighty.iter().map(|c| c.not_evaluated + c.error).sum();
    let errors = report.diagnostics.iter();
    let errors = errors.filter(|d| d.level == DiagnosticLevel::Error).count();
    let mut parts = Vec::new();
    for (number, noun) in [(unjudged, words::UNJUDGED_WEIGHTY), (errors, words::INPUT_UNREAD)] {
        if number > 0 {
            parts.push(words::counted(number, noun, lang));
        }
    }
    parts
}

fn of_severity(report: &Report, severity: Severity) -> Count {
    let mut counts = report.summary.by_severity.iter();
    counts.find(|(of, _)| *of == severity).map_or_else(Count::default, |(_, count)| *count)
}

#[cfg(test)]
mod tests {
    use aplomb_model::Outcome::{self, Error, Fail, NotEvaluated, Pass};
    use aplomb_model::Phrase;
    use aplomb_model::Severity::{Blocker, Info, Major, Minor};
    use aplomb_model::SubjectKind;

    use super::*;
    use crate::fixtures;

    type Results = &'static [(Severity, Outcome)];

    fn report(verdict: Verdict, results: Results) -> Report {
        let subject = fixtures::subject(SubjectKind::Host, "h");
        let results = results.iter().map(|&(severity, outcome)| {
            let rule = fixtures::rule("SW-001", "named", severity).into();
            fixtures::finding(&rule, &subject, outcome, Phrase::default())
        });
        fixtures::report(verdict, results.collect())
    }

    #[test]
    fn the_reason_counts_what_decided() {
        let cases: [(Verdict, Results, &str, &str); 5] = [
            (
                Verdict::NonConforming,
                &[(Blocker, Fail), (Minor, Fail), (Major, Error)],
                "1 open blocker, 1 not evaluated",
                "1 bloquante ouverte, 1 non évalué",
            ),
            (
                Verdict::Undetermined,
                &[(Blocker, Pass), (Major, NotEvaluated), (Minor, NotEvaluated)],
                "1 blocker or major demand could not be evaluated",
                "1 exigence bloquante ou majeure n'a pas pu être évaluée",
            ),
            (
                Verdict::Undetermined,
                &[(Blocker, NotEvaluated)],
                "nothing was checked (no demand could be evaluated)",
                "rien n'a été contrôlé (aucune exigence n'a pu être évaluée)",
            ),
            (
                Verdict::ConformingWithMinorReservations,
                &[(Minor, Fail), (Minor, Fail), (Info, Fail)],
                "2 open minors, 1 remark",
                "2 mineures ouvertes, 1 remarque",
            ),
            (
                Verdict::Conforming,
                &[(Blocker, Pass), (Minor, Pass)],
                "2 demands met",
                "2 exigences satisfaites",
            ),
        ];
        for (verdict, results, en, fr) in cases {
            let report = report(verdict, results);
            assert_eq!(reason(&report, Lang::En), en);
            assert_eq!(reason(&report, Lang::Fr), fr);
        }
    }

    #[test]
    fn what_was_accepted_is_told_beside_what_is_open() {
        let mut report = report(
            Verdict::ConformingWithMajorReservations,
            &[(Blocker, Fail), (Major, Fail), (Major, Fail)],
        );
        for (_, count) in &mut report.summary.by_severity {
            count.waived = count.fail.min(1);
        }
        let expected = "1 accepted blocker, 1 open major, 1 accepted major";
        assert_eq!(reason(&report, Lang::En), expected);
    }
}
