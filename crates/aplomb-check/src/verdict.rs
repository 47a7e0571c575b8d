//! Weighing results into a verdict.

use std::collections::BTreeMap;

use aplomb_model::{
    Count, Diagnostic, DiagnosticLevel, Finding, Outcome, Severity, Summary, Tolerance, Verdict,
};

/// The verdict and the figures of a run. The first that holds, as the design orders them:
/// non-conforming, undetermined, with major reservations, with minor reservations, conforming.
///
/// `rules` and `subjects` are how many were applied and judged. A diagnostic of level error means
/// that part of the input was not judged, which no conforming verdict survives.
pub fn conclude(
    results: &[Finding],
    diagnostics: &[Diagnostic],
    rules: usize,
    subjects: usize,
    tolerance: Tolerance,
) -> (Verdict, Summary) {
    let mut total = Count::default();
    let mut by_severity = Severity::ALL.map(|severity| (severity, Count::default()));
    let mut by_domain = BTreeMap::<&str, Count>::new();
    for result in results {
        add(&mut total, result);
        let of_severity =
            by_severity.iter_mut().find(|(severity, _)| *severity == result.rule.severity);
        if let Some((_, count)) = of_severity {
            add(count, result);
        }
        add(by_domain.entry(&result.rule.domain).or_default(), result);
    }
    let count = |severity: Severity| by_severity[severity as usize].1;
    let (blocker, major, minor) =
        (count(Severity::Blocker), count(Severity::Major), count(Severity::Minor));
    let unevaluated =
        [blocker, major].iter().map(|count| count.not_evaluated + count.error).sum::<usize>();
    let incomplete =
        diagnostics.iter().any(|diagnostic| diagnostic.level == DiagnosticLevel::Error);
    let verdict = if blocker.open() > 0 || major.open() > tolerance.open_majors {
        Verdict::NonConforming
    } else if total.evaluated() == 0 || incomplete || unevaluated > tolerance.unevaluated {
        Verdict::Undetermined
    } else if blocker.fail > 0 || major.fail > 0 {
        Verdict::ConformingWithMajorReservations
    } else if minor.fail > 0 {
        Verdict::ConformingWithMinorReservations
    } else {
        Verdict::Conforming
    };
    let summary = Summary {
        rules,
        subjects,
        total,
        by_severity: by_severity.to_vec(),
        by_domain: by_domain
            .into_iter()
            .map(|(domain, count)| (domain.to_owned(), count))
            .collect(),
    };
    (verdict, summary)
}

fn add(count: &mut Count, result: &Finding) {
    if result.outcome == Outcome::Fail && result.accepted.is_some() {
        count.waived += 1;
    }
    let slot = match result.outcome {
        Outcome::Pass => &mut count.pass,
        Outcome::Fail => &mut count.fail,
        Outcome::NotApplicable => &mut count.not_applicable,
        Outcome::NotEvaluated => &mut count.not_evaluated,
        Outcome::Error => &mut count.error,
    };
    *slot += 1;
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aplomb_model::{
        Demand, Fingerprint, Phrase, Position, RuleFacts, SubjectKind, SubjectName,
    };

    use super::*;

    fn finding(severity: Severity, outcome: Outcome) -> Finding {
        let at = Position { line: 1, column: 1 };
        let rule = RuleFacts {
            id: "SW-001".into(),
            name: "a-rule".into(),
            standard: "s".into(),
            domain: "software".into(),
            severity,
            title: Phrase::default(),
            demand: Demand { name: None, file: "s.toml".into(), start: at, end: at, excerpt: None },
            remedy: Phrase::default(),
            waivable: true,
            references: Vec::new(),
        };
        let subject = SubjectName { kind: SubjectKind::Host, name: "h".into() };
        Finding::new(Arc::new(rule), Arc::new(subject), outcome, Fingerprint([0; 16]))
    }

    fn verdict(results: &[(Severity, Outcome)], open_majors: usize) -> Verdict {
        let results: Vec<_> = results.iter().map(|&(s, o)| finding(s, o)).collect();
        let tolerance = Tolerance { open_majors, unevaluated: 0 };
        conclude(&results, &[], 1, 1, tolerance).0
    }

    #[test]
    fn the_first_that_holds_is_the_verdict() {
        use Outcome::{Error, Fail, NotApplicable, NotEvaluated, Pass};
        use Severity::{Blocker, Info, Major, Minor};
        type Case = (&'static [(Severity, Outcome)], usize, Verdict);
        let cases: &[Case] = &[
            (&[], 0, Verdict::Undetermined),
            (&[(Blocker, NotApplicable)], 0, Verdict::Undetermined),
            (&[(Minor, NotEvaluated)], 0, Verdict::Undetermined),
            (&[(Blocker, Pass)], 0, Verdict::Conforming),
            (&[(Blocker, Pass), (Info, Fail)], 0, Verdict::Conforming),
            (&[(Blocker, Pass), (Minor, NotEvaluated)], 0, Verdict::Conforming),
            (&[(Blocker, Pass), (Minor, Fail)], 0, Verdict::ConformingWithMinorReservations),
            (&[(Blocker, Pass), (Major, NotEvaluated)], 0, Verdict::Undetermined),
            (&[(Blocker, Pass), (Major, Error)], 0, Verdict::Undetermined),
            (&[(Blocker, Pass), (Major, Fail)], 0, Verdict::NonConforming),
            (&[(Blocker, Pass), (Major, Fail)], 1, Verdict::ConformingWithMajorReservations),
            (&[(Blocker, Fail), (Major, NotEvaluated)], 9, Verdict::NonConforming),
        ];
        for (results, open_majors, expected) in cases {
            assert_eq!(verdict(results, *open_majors), *expected, "{results:?}");
        }
    }

    #[test]
    fn a_file_that_was_not_judged_is_never_conforming() {
        let results = [finding(Severity::Blocker, Outcome::Pass)];
        let unread = Diagnostic {
            level: DiagnosticLevel::Error,
            code: "unreadable".into(),
            message: Phrase::default(),
            file: Some("a.json".into()),
            position: None,
        };
        let (verdict, _) = conclude(&results, &[unread], 1, 1, Tolerance::default());
        assert_eq!(verdict, Verdict::Undetermined);
    }
}
