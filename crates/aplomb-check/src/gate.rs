//! May it pass? Each condition of the gate, with what was measured against it.

use aplomb_model::{
    Action, ActionState, Baseline, Condition, ConditionKind, Count, Exception, ExceptionState,
    Finding, Gate, GateState, Measure, Severity, Summary, Verdict,
};

use aplomb_standard::{ByTier, FailOn, GateTerms};

/// What a gate asks for, condition by condition, in the order of [`ConditionKind::ALL`].
pub type Asked = Vec<(ConditionKind, Measure)>;

/// What the terms ask of a delivery of a tier; `fail_on` is what the run itself asks for in their
/// place.
pub fn asked(terms: &GateTerms, fail_on: Option<FailOn>, tier: Option<u8>) -> Asked {
    let mildest = match fail_on.unwrap_or_else(|| terms.fail_on.for_tier(tier)) {
        FailOn::NonConforming => Verdict::NonConforming,
        FailOn::MajorReservations => Verdict::ConformingWithMajorReservations,
        FailOn::MinorReservations => Verdict::ConformingWithMinorReservations,
    };
    let most = |limit: ByTier<u32>| Some(Measure::Count(limit.for_tier(tier) as usize));
    // What a tier has no word on asks for nothing.
    let stated = |limit: Option<ByTier<u32>>| {
        let most = limit?.for_tier(tier);
        (most < u32::MAX).then_some(Measure::Count(most as usize))
    };
    let at_least = |share: Option<ByTier<f64>>| {
        let least = share?.for_tier(tier);
        (least > 0.0).then_some(Measure::Rate(least))
    };
    let asked = ConditionKind::ALL.into_iter().filter_map(|kind| {
        let threshold = match kind {
            ConditionKind::FailOn => Some(Measure::Verdict(mildest)),
            ConditionKind::MaxOpenMajors => most(terms.max_open_majors),
            ConditionKind::MaxOpenMinors => stated(terms.max_open_minors),
            ConditionKind::MaxNotEvaluated => most(terms.max_not_evaluated),
            ConditionKind::MinCoverage => at_least(terms.min_coverage),
            ConditionKind::MinConformity => at_least(terms.min_conformity),
            ConditionKind::NoNew if terms.no_new.is_empty() => None,
            ConditionKind::NoNew => Some(Measure::Severities(terms.no_new.clone())),
            ConditionKind::MaxWaived => stated(terms.max_waived),
            ConditionKind::MaxExpired => stated(terms.max_expired),
            ConditionKind::MaxOverdue => stated(terms.max_overdue),
        };
        Some((kind, threshold?))
    });
    asked.collect()
}

/// What a gate measures. Where there is a baseline, the verdict and the figures that count against
/// the delivery are those of what the baseline does not hold.
#[derive(Clone, Copy, Debug)]
pub struct Gated<'a> {
    /// The verdict over what gates.
    pub verdict: Verdict,
    /// The figures of what gates.
    pub summary: &'a Summary,
    /// The figures of the whole run.
    pub whole: &'a Summary,
    /// All results.
    pub results: &'a [Finding],
    /// The exceptions, with what came of them.
    pub exceptions: &'a [Exception],
    /// The plan.
    pub actions: &'a [Action],
    /// The run that findings were compared with.
    pub baseline: Option<&'a Baseline>,
}

/// Holds what is asked for against what came of a run.
pub fn gate(asked: Asked, gated: Gated<'_>) -> Gate {
    let conditions = asked.into_iter().map(|(kind, threshold)| {
        let measured = gated.measure(kind, &threshold);
        let state = state(kind, &threshold, measured.as_ref());
        Condition { kind, threshold, measured, state }
    });
    Gate { conditions: conditions.collect() }
}

impl Gated<'_> {
    fn measure(&self, kind: ConditionKind, threshold: &Measure) -> Option<Measure> {
        let count = match kind {
            ConditionKind::FailOn => return Some(Measure::Verdict(self.verdict)),
            ConditionKind::MinCoverage => return self.whole.total.coverage().map(Measure::Rate),
            ConditionKind::MinConformity => {
                return self.whole.total.conformity().map(Measure::Rate);
            }
            ConditionKind::MaxOpenMajors => self.of(Severity::Major).open(),
            ConditionKind::MaxOpenMinors => self.of(Severity::Minor).open(),
            ConditionKind::MaxNotEvaluated => {
                let weighty = [Severity::Blocker, Severity::Major].map(|one| self.of(one));
                weighty.iter().map(|count| count.not_evaluated + count.error).sum()
            }
            ConditionKind::NoNew => {
                // Without a run to compare with, everything is new or nothing: nobody can tell.
                self.baseline?;
                self.unknown(threshold)
            }
            ConditionKind::MaxWaived => self.whole.total.waived,
            ConditionKind::MaxExpired => {
                let over = |one: &&Exception| one.state == ExceptionState::Expired;
                self.exceptions.iter().filter(over).count()
            }
            ConditionKind::MaxOverdue => {
                let over = |one: &&Action| one.state == ActionState::Overdue;
                self.actions.iter().filter(over).count()
            }
        };
        // Nothing is few where nothing was looked at.
        (count > 0 || self.whole.total.evaluated() > 0).then_some(Measure::Count(count))
    }

    fn of(&self, severity: Severity) -> Count {
        let mut counts = self.summary.by_severity.iter();
        counts.find(|(of, _)| *of == severity).map_or_else(Count::default, |(_, count)| *count)
    }

    fn unknown(&self, severities: &Measure) -> usize {
        let Measure::Severities(severities) = severities else { return 0 };
        let is_new = |finding: &&Finding| {
            finding.is_open() && !finding.known && severities.contains(&finding.rule.severity)
        };
        self.results.iter().filter(is_new).count()
    }
}

fn state(kind: ConditionKind, threshold: &Measure, measured: Option<&Measure>) -> GateState {
    let holds = match (threshold, measured) {
        (_, None | Some(Measure::Verdict(Verdict::Undetermined))) => {
            return GateState::Undetermined;
        }
        (Measure::Count(most), Some(Measure::Count(found))) => found <= most,
        (Measure::Rate(least), Some(Measure::Rate(found))) => found >= least,
        (Measure::Verdict(mildest), Some(Measure::Verdict(reached))) => reached < mildest,
        (Measure::Severities(_), Some(Measure::Count(new))) => *new == 0,
        // Nothing that can be compared.
        _ => return GateState::Undetermined,
    };
    match kind {
        _ if holds => GateState::Green,
        // Missing evidence is no refusal: nothing is known to be wrong.
        ConditionKind::MaxNotEvaluated => GateState::Undetermined,
        _ => GateState::Red,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(major: Count) -> Summary {
        let by_severity = Severity::ALL.map(|severity| {
            (severity, if severity == Severity::Major { major } else { Count::default() })
        });
        Summary { total: major, by_severity: by_severity.to_vec(), ..Summary::default() }
    }

    fn judged(terms: &GateTerms, verdict: Verdict, summary: &Summary) -> Gate {
        let gated = Gated {
            verdict,
            summary,
            whole: summary,
            results: &[],
            exceptions: &[],
            actions: &[],
            baseline: None,
        };
        gate(asked(terms, None, Some(2)), gated)
    }

    fn told(gate: &Gate) -> Vec<(&'static str, &'static str)> {
        gate.conditions.iter().map(|one| (one.kind.id(), one.state.id())).collect()
    }

    #[test]
    fn a_verdict_fails_from_the_mildest_on_and_undetermined_is_no_pass() {
        for (fail_on, red) in [
            (FailOn::NonConforming, &["non-conforming"][..]),
            (FailOn::MajorReservations, &["conforming-with-major-reservations", "non-conforming"]),
            (
                FailOn::MinorReservations,
                &[
                    "conforming-with-minor-reservations",
                    "conforming-with-major-reservations",
                    "non-conforming",
                ],
            ),
        ] {
            let terms = GateTerms { fail_on: ByTier::same(fail_on), ..GateTerms::default() };
            for verdict in Verdict::ALL {
                let state = judged(&terms, verdict, &summary(Count::default())).conditions[0].state;
                let expected = match verdict {
                    Verdict::Undetermined => GateState::Undetermined,
                    verdict if red.contains(&verdict.id()) => GateState::Red,
                    _ => GateState::Green,
                };
                assert_eq!(state, expected, "{fail_on:?} {verdict:?}");
            }
        }
    }

    #[test]
    fn what_is_not_stated_is_not_asked() {
        let one = summary(Count { pass: 3, fail: 1, ..Count::default() });
        let gate = judged(&GateTerms::default(), Verdict::NonConforming, &one);
        assert_eq!(
            told(&gate),
            [("fail-on", "red"), ("max-open-majors", "red"), ("max-not-evaluated", "green")]
        );
    }

    #[test]
    fn rates_are_compared_and_what_cannot_be_measured_is_not_green() {
        let terms = GateTerms {
            min_coverage: Some(ByTier::same(0.75)),
            min_conformity: Some(ByTier::same(0.9)),
            no_new: vec![Severity::Major],
            max_waived: Some(ByTier::same(0)),
            ..GateTerms::default()
        };
        let most = summary(Count { pass: 3, not_evaluated: 1, ..Count::default() });
        assert_eq!(
            told(&judged(&terms, Verdict::Undetermined, &most)),
            [
                ("fail-on", "undetermined"),
                ("max-open-majors", "green"),
                ("max-not-evaluated", "undetermined"),
                ("min-coverage", "green"),
                ("min-conformity", "green"),
                ("no-new", "undetermined"),
                ("max-waived", "green"),
            ]
        );
        let less = summary(Count { pass: 2, not_evaluated: 1, ..Count::default() });
        assert_eq!(told(&judged(&terms, Verdict::Conforming, &less))[3], ("min-coverage", "red"));
        let nothing = judged(&terms, Verdict::Undetermined, &summary(Count::default()));
        let green = |one: &Condition| one.state == GateState::Green;
        assert!(!nothing.conditions.iter().any(green), "{nothing:?}");
    }
}
