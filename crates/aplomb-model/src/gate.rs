use crate::{Severity, Verdict};

/// Whether what was judged may pass, condition by condition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gate {
    /// What has to hold, each with what was measured.
    pub conditions: Vec<Condition>,
}

impl Gate {
    /// Red where a condition is, else undetermined where one is or where there is none at all.
    pub fn state(&self) -> GateState {
        let states = self.conditions.iter().map(|condition| condition.state);
        states.max().unwrap_or(GateState::Undetermined)
    }
}

/// One condition of a [`Gate`].
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Which.
    pub kind: ConditionKind,
    /// What is demanded.
    pub threshold: Measure,
    /// What there is; `None` where it cannot be measured.
    pub measured: Option<Measure>,
    /// Whether it holds.
    pub state: GateState,
}

/// A figure that a condition compares.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// So many.
    Count(usize),
    /// A share between 0 and 1.
    Rate(f64),
    /// A conclusion.
    Verdict(Verdict),
    /// Findings of these severities.
    Severities(Vec<Severity>),
}

/// Whether a condition, or a whole gate, holds; from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GateState {
    /// It holds.
    Green,
    /// It cannot be measured, which is no pass.
    Undetermined,
    /// It does not hold.
    Red,
}

impl GateState {
    /// All states, best first.
    pub const ALL: [Self; 3] = [Self::Green, Self::Undetermined, Self::Red];

    /// The word used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Undetermined => "undetermined",
            Self::Red => "red",
        }
    }

    /// The state a word names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.id() == id)
    }
}

/// What a gate may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConditionKind {
    /// The verdict is milder than the threshold.
    FailOn,
    /// At most so many open majors.
    MaxOpenMajors,
    /// At most so many open minors.
    MaxOpenMinors,
    /// At most so many blocker and major results without evaluation.
    MaxNotEvaluated,
    /// At least this share of what applies is evaluated.
    MinCoverage,
    /// At least this share of what is evaluated passes.
    MinConformity,
    /// No finding of these severities that the baseline does not hold.
    NoNew,
    /// At most so many accepted findings.
    MaxWaived,
    /// At most so many exceptions whose time is over.
    MaxExpired,
    /// At most so many corrective actions past their due date.
    MaxOverdue,
}

impl ConditionKind {
    /// All kinds, in the order reports use.
    pub const ALL: [Self; 10] = [
        Self::FailOn,
        Self::MaxOpenMajors,
        Self::MaxOpenMinors,
        Self::MaxNotEvaluated,
        Self::MinCoverage,
        Self::MinConformity,
        Self::NoNew,
        Self::MaxWaived,
        Self::MaxExpired,
        Self::MaxOverdue,
    ];

    /// The key in `[gate]`, and the word used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::FailOn => "fail-on",
            Self::MaxOpenMajors => "max-open-majors",
            Self::MaxOpenMinors => "max-open-minors",
            Self::MaxNotEvaluated => "max-not-evaluated",
            Self::MinCoverage => "min-coverage",
            Self::MinConformity => "min-conformity",
            Self::NoNew => "no-new",
            Self::MaxWaived => "max-waived",
            Self::MaxExpired => "max-expired",
            Self::MaxOverdue => "max-overdue",
        }
    }

    /// The kind a word names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

/// An earlier run that findings are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// The date it was judged as of.
    pub as_of: String,
    /// Id of what was judged then.
    pub delivery: String,
    /// Its version.
    pub version: Option<String>,
    /// Open findings that it holds too.
    pub known: usize,
    /// Open findings that it does not hold.
    pub new: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_condition_decides_and_no_condition_is_no_pass() {
        use GateState::{Green, Red, Undetermined};
        let condition = |state| Condition {
            kind: ConditionKind::MaxWaived,
            threshold: Measure::Count(0),
            measured: None,
            state,
        };
        let gate = |states: &[GateState]| Gate {
            conditions: states.iter().map(|state| condition(*state)).collect(),
        };
        assert_eq!(gate(&[]).state(), Undetermined);
        assert_eq!(gate(&[Green, Green]).state(), Green);
        assert_eq!(gate(&[Green, Undetermined]).state(), Undetermined);
        assert_eq!(gate(&[Undetermined, Red, Green]).state(), Red);
    }
}
