use crate::{Fingerprint, Position};

/// A departure from a rule that somebody accepted, and what came of it in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Its id: `DRG-2026-014`.
    pub id: String,
    /// What sort of acceptance it is.
    pub kind: ExceptionKind,
    /// Id of the rule.
    pub rule: String,
    /// Which of the rule's findings it covers: the subject first, then what else tells them apart.
    pub scope: Vec<(String, String)>,
    /// Why.
    pub reason: String,
    /// What is accepted thereby.
    pub risk: Option<String>,
    /// What is done instead.
    pub compensating_measure: Option<String>,
    /// Who asked.
    pub requester: Option<String>,
    /// Who decided.
    pub approver: String,
    /// As what.
    pub approver_role: Option<String>,
    /// Who mends it, for a reservation.
    pub owner: Option<String>,
    /// First day, as written.
    pub granted: Option<String>,
    /// Last day or instant, as written.
    pub expires: String,
    /// What came of it.
    pub state: ExceptionState,
    /// The findings it covers, in the report's order; nothing unless it is live.
    pub covers: Vec<Fingerprint>,
    /// The file it is written in.
    pub file: String,
    /// Where in it.
    pub position: Position,
}

/// What sort of acceptance an [`Exception`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExceptionKind {
    /// The departure may stay until it expires (dérogation).
    Waiver,
    /// The departure will be mended until it is due (réserve).
    Reservation,
}

impl ExceptionKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::Waiver, Self::Reservation];

    /// The word used in reports, and the key of the table in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Waiver => "waiver",
            Self::Reservation => "reservation",
        }
    }
}

/// What came of an [`Exception`] in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExceptionState {
    /// It covers findings.
    Live,
    /// It is not granted yet, and covers nothing.
    NotYet,
    /// Its time is over: what it covered is open again.
    Expired,
    /// What it covers passes now: it has served its purpose.
    ToClose,
    /// What it covers could not be evaluated.
    Unevaluated,
    /// No result is what it is about.
    Unmatched,
}

impl ExceptionState {
    /// All states.
    pub const ALL: [Self; 6] = [
        Self::Live,
        Self::NotYet,
        Self::Expired,
        Self::ToClose,
        Self::Unevaluated,
        Self::Unmatched,
    ];

    /// The word used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::NotYet => "not-yet",
            Self::Expired => "expired",
            Self::ToClose => "to-close",
            Self::Unevaluated => "unevaluated",
            Self::Unmatched => "unmatched",
        }
    }
}

/// The live [`Exception`] that covers a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its id.
    pub id: String,
    /// What sort it is.
    pub kind: ExceptionKind,
    /// Last day or instant, as written.
    pub expires: String,
}
