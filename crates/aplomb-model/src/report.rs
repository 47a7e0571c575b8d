use std::borrow::Cow;

use crate::{Basis, Exception, Finding, Phrase, Position, Severity};

/// Everything a run found, ready to be rendered.
#[derive(Clone, Debug)]
pub struct Report {
    /// Version of the tool.
    pub tool_version: String,
    /// The date judged as of: `2026-11-23`, or a full RFC 3339 date-time where one was given.
    pub as_of: String,
    /// What was judged.
    pub delivery: Delivery,
    /// By which standards.
    pub standards: Vec<StandardUsed>,
    /// Id of the profile applied, if any.
    pub profile: Option<String>,
    /// What it rests on besides.
    pub basis: Basis,
    /// The conclusion.
    pub verdict: Verdict,
    /// The conclusion's figures.
    pub summary: Summary,
    /// One result a rule and subject, or a failing node; sorted.
    pub results: Vec<Finding>,
    /// The exceptions that were given, in the order written, each with what came of it.
    pub exceptions: Vec<Exception>,
    /// What the run has to say about itself: unread files, unused parameters, idle selectors.
    pub diagnostics: Vec<Diagnostic>,
}

/// The delivery in a report's head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// The solution's id.
    pub id: String,
    /// Its version.
    pub version: Option<String>,
    /// Where it goes: `production`.
    pub environment: Option<String>,
    /// Criticality tier, from 1, the most critical.
    pub tier: Option<u8>,
}

/// A standard in a report's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandardUsed {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its text, in hexadecimal.
    pub digest: String,
}

/// The conclusion of a run, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing stands against it.
    Conforming,
    /// Minor findings only.
    ConformingWithMinorReservations,
    /// A major or blocking finding was accepted, or open majors stay within the tier's limit.
    ConformingWithMajorReservations,
    /// Something needed could not be evaluated, or nothing was checked.
    Undetermined,
    /// An open blocker, or more open majors than the tier allows.
    NonConforming,
}

impl Verdict {
    /// All verdicts, best first.
    pub const ALL: [Self; 5] = [
        Self::Conforming,
        Self::ConformingWithMinorReservations,
        Self::ConformingWithMajorReservations,
        Self::Undetermined,
        Self::NonConforming,
    ];

    /// The word used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Conforming => "conforming",
            Self::ConformingWithMinorReservations => "conforming-with-minor-reservations",
            Self::ConformingWithMajorReservations => "conforming-with-major-reservations",
            Self::Undetermined => "undetermined",
            Self::NonConforming => "non-conforming",
        }
    }

    /// The verdict a word names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.id() == id)
    }
}

/// Figures of a run. Results are counted, not rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Rules that were applied.
    pub rules: usize,
    /// Subjects that were judged.
    pub subjects: usize,
    /// All results by outcome.
    pub total: Count,
    /// Results by severity, worst first; every severity is present.
    pub by_severity: Vec<(Severity, Count)>,
    /// Results by domain, sorted by name.
    pub by_domain: Vec<(String, Count)>,
}

/// How many results of each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Demands met.
    pub pass: usize,
    /// Demands not met.
    pub fail: usize,
    /// Not concerned.
    pub not_applicable: usize,
    /// Evidence missing.
    pub not_evaluated: usize,
    /// Evaluation failed.
    pub error: usize,
    /// Of `fail`, those covered by a live exception.
    pub waived: usize,
}

impl Count {
    /// Failures that stand against the delivery.
    pub const fn open(&self) -> usize {
        self.fail.saturating_sub(self.waived)
    }

    /// Results that say something: met or not met.
    pub const fn evaluated(&self) -> usize {
        self.pass + self.fail
    }

    /// Results that ought to say something.
    pub const fn applicable(&self) -> usize {
        self.evaluated() + self.not_evaluated + self.error
    }

    /// Pass over evaluated, between 0 and 1; `None` where nothing was evaluated.
    pub fn conformity(&self) -> Option<f64> {
        ratio(self.pass, self.evaluated())
    }

    /// Evaluated over applicable, between 0 and 1; `None` where nothing applied.
    pub fn coverage(&self) -> Option<f64> {
        ratio(self.evaluated(), self.applicable())
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Something a run says about itself rather than about the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How serious.
    pub level: DiagnosticLevel,
    /// Stable id of the kind of diagnostic: `unreadable`, `unused-param`.
    pub code: Cow<'static, str>,
    /// What is to be known, and what to do.
    pub message: Phrase,
    /// The file concerned.
    pub file: Option<String>,
    /// Where in it.
    pub position: Option<Position>,
}

/// How serious a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiagnosticLevel {
    /// Part of the input was not judged: the run is not complete, and its verdict never
    /// conforming.
    Error,
    /// Something is odd and should be mended.
    Warning,
    /// Good to know.
    Note,
}

impl DiagnosticLevel {
    /// All levels, the most serious first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Note];

    /// The word used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}
