use crate::{Fingerprint, Position};

/// A departure from a rule that somebody accepted, and what came of it in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Its id: `DRG-2026-014`; for a suppression its place, `configs/app.yaml:12`.
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
    /// Who decided; nobody did for a suppression.
    pub approver: Option<String>,
    /// As what.
    pub approver_role: Option<String>,
    /// Who mends it, for a reservation.
    pub owner: Option<String>,
    /// First day, as written.
    pub granted: Option<String>,
    /// The days on which it was renewed, as written, in order.
    pub renewals: Vec<String>,
    /// Last day or instant, as written; only a suppression may have none.
    pub expires: Option<String>,
    /// Whole days left of it, where it is live and ends.
    pub days_left: Option<u32>,
    /// What came of it.
    pub state: ExceptionState,
    /// For a reservation that is lifted, the date of the run by which: the first known.
    pub lifted: Option<String>,
    /// The findings it covers, in the report's order; nothing unless it is live.
    pub covers: Vec<Fingerprint>,
    /// The file it is written in.
    pub file: String,
    /// Where in it.
    pub position: Position,
}

/// What sort of acceptance an [`Exception`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExceptionKind {
    /// The departure may stay until it expires (dérogation).
    Waiver,
    /// The departure will be mended until it is due (réserve).
    Reservation,
    /// A comment in what is judged says to ignore the rule there.
    Suppression,
}

impl ExceptionKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Waiver, Self::Reservation, Self::Suppression];

    /// The word used in reports, and the key of the table in files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Waiver => "waiver",
            Self::Reservation => "reservation",
            Self::Suppression => "suppression",
        }
    }

    /// The kind a word names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
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
    /// A reservation whose rule passes now: what was promised is done.
    Lifted,
    /// What it covers could not be evaluated.
    Unevaluated,
    /// No result is what it is about.
    Unmatched,
    /// A suppression that the rule or the standards do not allow: it covers nothing.
    Refused,
}

impl ExceptionState {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Live,
        Self::NotYet,
        Self::Expired,
        Self::ToClose,
        Self::Lifted,
        Self::Unevaluated,
        Self::Unmatched,
        Self::Refused,
    ];

    /// The word used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::NotYet => "not-yet",
            Self::Expired => "expired",
            Self::ToClose => "to-close",
            Self::Lifted => "lifted",
            Self::Unevaluated => "unevaluated",
            Self::Unmatched => "unmatched",
            Self::Refused => "refused",
        }
    }

    /// The state a word names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.id() == id)
    }
}

/// The [`Exception`] that covers a finding, or covered it until its time was over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its id.
    pub id: String,
    /// What sort it is.
    pub kind: ExceptionKind,
    /// Last day or instant, as written; a suppression may have none.
    pub expires: Option<String>,
}
