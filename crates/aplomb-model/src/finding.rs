use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::{Accepted, Phrase, Position, SubjectName};

/// What came of one rule on one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The demand is met.
    Pass,
    /// The demand is not met.
    Fail,
    /// The rule does not concern the subject, and the finding says why.
    NotApplicable,
    /// What is needed to judge is missing, and the finding says what.
    NotEvaluated,
    /// The evaluation itself went wrong (a cost limit, a type no rule foresaw).
    Error,
}

impl Outcome {
    /// All outcomes, in the order reports use.
    pub const ALL: [Self; 5] =
        [Self::Pass, Self::Fail, Self::NotApplicable, Self::NotEvaluated, Self::Error];

    /// The word used in rules and reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::NotApplicable => "not-applicable",
            Self::NotEvaluated => "not-evaluated",
            Self::Error => "error",
        }
    }

    /// The outcome a word names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.id() == id)
    }
}

/// How much a failed rule weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Production stops at it (bloquante).
    Blocker,
    /// To be corrected, or accepted with a plan (majeure).
    Major,
    /// To be corrected in time (mineure).
    Minor,
    /// For information; never weighs on the verdict.
    Info,
}

impl Severity {
    /// All severities, worst first.
    pub const ALL: [Self; 4] = [Self::Blocker, Self::Major, Self::Minor, Self::Info];

    /// The word used in rules and reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Blocker => "blocker",
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Info => "info",
        }
    }

    /// The severity a word names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.id() == id)
    }
}

/// The result of one rule on one subject or one node of it, complete enough to be reported.
///
/// A run over many subjects holds many of these, most of them passes: what is the same for all
/// results of a rule or a subject is shared.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What was demanded.
    pub rule: Arc<RuleFacts>,
    /// What was judged.
    pub subject: Arc<SubjectName>,
    /// What came of it.
    pub outcome: Outcome,
    /// What was found, or why nothing could be; empty for a plain pass.
    pub message: Phrase,
    /// Where it was seen, the main place first.
    pub evidence: Vec<Evidence>,
    /// What tells it from the rule's other findings on the subject, by name: a row's id, a join's
    /// key. Exceptions narrow their scope by it.
    pub identity: Vec<(String, String)>,
    /// The exception that covers it, if one does.
    pub accepted: Option<Arc<Accepted>>,
    /// Identity from one run to the next. Built from standard, rule, subject and the normalised
    /// locator, never from a line or a value.
    pub fingerprint: Fingerprint,
}

impl Finding {
    /// A result that says nothing yet beyond its outcome.
    pub const fn new(
        rule: Arc<RuleFacts>,
        subject: Arc<SubjectName>,
        outcome: Outcome,
        fingerprint: Fingerprint,
    ) -> Self {
        Self {
            rule,
            subject,
            outcome,
            message: Phrase { en: String::new(), fr: String::new() },
            evidence: Vec::new(),
            identity: Vec::new(),
            accepted: None,
            fingerprint,
        }
    }

    /// Whether it stands against the delivery: failed, and not accepted.
    pub const fn is_open(&self) -> bool {
        matches!(self.outcome, Outcome::Fail) && self.accepted.is_none()
    }
}

/// What a report says of a rule, the same in all its findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFacts {
    /// The rule's id: `SW-061`.
    pub id: String,
    /// The rule's name, `listening-ports-documented`; with the demand's where the rule makes
    /// several: `dockerfile-conforms/user-not-root`.
    pub name: String,
    /// Id of the standard that holds the rule.
    pub standard: String,
    /// `hardware`, `software` or `procedure`.
    pub domain: String,
    /// Severity for the delivery's tier.
    pub severity: Severity,
    /// What the rule demands, in a line.
    pub title: Phrase,
    /// Where the rule demands it.
    pub demand: Demand,
    /// What to do.
    pub remedy: Phrase,
    /// Whether a failure may be accepted at all.
    pub waivable: bool,
    /// Which texts ask for it.
    pub references: Vec<Reference>,
}

impl RuleFacts {
    /// What the demand is called by: `SW-061`, or `SW-052/user-not-root`.
    pub fn label(&self) -> Cow<'_, str> {
        match &self.demand.name {
            Some(name) => Cow::Owned(format!("{}/{name}", self.id)),
            None => Cow::Borrowed(&self.id),
        }
    }
}

/// Identity of a finding: 128 bits, shown as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 16]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A place that shows what a finding says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Its part in the finding.
    pub role: Role,
    /// File, relative to the delivery's root, with `/`.
    pub file: String,
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// The lines around it, secrets masked; `None` where the place is a whole file.
    pub excerpt: Option<Excerpt>,
    /// What is to be seen there, in a few words.
    pub label: Phrase,
}

/// What part an [`Evidence`] plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The place the finding is about.
    Primary,
    /// The other side, or context.
    Related,
}

impl Role {
    /// All parts there are.
    pub const ALL: [Self; 2] = [Self::Primary, Self::Related];

    /// The word used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Related => "related",
        }
    }
}

/// Lines of a source, kept after the source itself is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Number of the first line, from 1.
    pub first_line: u32,
    /// The lines without their endings, secrets masked, overlong ones cut.
    pub lines: Vec<String>,
    /// Characters cut off the front of each line, so that columns can be brought to what is left.
    pub cut: u32,
}

/// Where a rule states its demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Which of the rule's demands, where the rule makes several: `user-not-root`.
    pub name: Option<String>,
    /// The standard's file.
    pub file: String,
    /// First character of the check.
    pub start: Position,
    /// One past the last character of the check's heading line.
    pub end: Position,
    /// The line that states it.
    pub excerpt: Option<Excerpt>,
}

/// A clause of a published text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The text: `ISO/IEC 27001`.
    pub standard: String,
    /// Its edition: `2022`.
    pub version: Option<String>,
    /// The clause: `A.8.20`.
    pub id: String,
    /// True where nobody has checked the clause against the text yet.
    pub unverified: bool,
}
