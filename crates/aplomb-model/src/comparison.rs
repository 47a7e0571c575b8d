use crate::{Count, Delivery, Finding, Outcome, Phrase, Severity, Verdict};

/// Two runs held against each other.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The earlier run.
    pub before: RunHead,
    /// The later one.
    pub after: RunHead,
    /// What else differs between what they rest on, whether it changed a result or not.
    pub grounds: Vec<Cause>,
    /// The findings and gaps of either run, those that are worse first.
    pub changes: Vec<Change>,
}

/// What a run was, and what it came to.
#[derive(Clone, Debug)]
pub struct RunHead {
    /// The date judged as of.
    pub as_of: String,
    /// What was judged.
    pub delivery: Delivery,
    /// The conclusion.
    pub verdict: Verdict,
    /// All its results.
    pub total: Count,
}

/// What became of a finding, or of a gap: a demand that could not be judged.
#[derive(Clone, Debug)]
pub struct Change {
    /// What became of it.
    pub kind: ChangeKind,
    /// As the later run has it; as the earlier one does where the later has none.
    pub finding: Finding,
    /// What it was; `None` where there was nothing of the kind.
    pub before: Option<State>,
    /// What it is; `None` where there is nothing of the kind any more.
    pub after: Option<State>,
    /// What may have changed it: one of these, or several together. Empty where nothing changed.
    pub causes: Vec<Cause>,
}

/// What became of a finding. The order is that of reports, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// It was not there before.
    New,
    /// It weighs more: a higher severity, a gap that turned out to be a failure, an exception that
    /// covers it no longer.
    Worsened,
    /// It was judged before, and could not be now.
    NoLongerEvaluated,
    /// It is still there.
    Persisting,
    /// It is not there any more, and its rule was evaluated.
    Fixed,
}

impl ChangeKind {
    /// All kinds, in the order of reports.
    pub const ALL: [Self; 5] =
        [Self::New, Self::Worsened, Self::NoLongerEvaluated, Self::Persisting, Self::Fixed];

    /// The word used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Worsened => "worsened",
            Self::NoLongerEvaluated => "no-longer-evaluated",
            Self::Persisting => "persisting",
            Self::Fixed => "fixed",
        }
    }
}

/// What a finding came to in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Its outcome.
    pub outcome: Outcome,
    /// What a failure weighs.
    pub severity: Severity,
    /// The exception that covers it, if one does.
    pub accepted: Option<String>,
}

/// Something that differs between two runs, and may be why a result does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What sort of thing.
    pub kind: CauseKind,
    /// What exactly; empty where there is no more to say.
    pub detail: Phrase,
}

/// What sort of thing a [`Cause`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseKind {
    /// What was judged: its content, or whether it was delivered.
    Target,
    /// What was demanded.
    Standard,
    /// Profile and parameters.
    Parameters,
    /// What was accepted.
    Exceptions,
    /// The version of the tool.
    Tool,
    /// The date judged as of.
    Time,
    /// Nothing that the reports record.
    Unknown,
}

impl CauseKind {
    /// All sorts.
    pub const ALL: [Self; 7] = [
        Self::Target,
        Self::Standard,
        Self::Parameters,
        Self::Exceptions,
        Self::Tool,
        Self::Time,
        Self::Unknown,
    ];

    /// The word used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Standard => "standard",
            Self::Parameters => "parameters",
            Self::Exceptions => "exceptions",
            Self::Tool => "tool",
            Self::Time => "time",
            Self::Unknown => "unknown",
        }
    }
}

impl Change {
    /// Whether it makes the later run worse: something that weighs and is open, or is not judged
    /// any more.
    pub fn is_worse(&self) -> bool {
        let worse = match self.kind {
            ChangeKind::New => self.after.as_ref().is_some_and(|state| state.accepted.is_none()),
            ChangeKind::Worsened | ChangeKind::NoLongerEvaluated => true,
            ChangeKind::Persisting | ChangeKind::Fixed => false,
        };
        worse && self.finding.rule.severity != Severity::Info
    }
}

impl Comparison {
    /// The changes of one kind.
    pub fn of(&self, kind: ChangeKind) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.kind == kind)
    }

    /// Whether the later run is worse: by a change that weighs, or by its verdict.
    pub fn is_worse(&self) -> bool {
        self.after.verdict > self.before.verdict || self.changes.iter().any(Change::is_worse)
    }
}
