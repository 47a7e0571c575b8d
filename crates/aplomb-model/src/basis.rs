use std::sync::Arc;

use crate::{Digest, Part, Phrase, RuleFacts, SubjectName};

/// What a report rests on: what was demanded, and with which values. Two reports that rest on the
/// same can be joined; where they differ, a comparison says why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// The rules that were applied, in the order of their standards; each demand of one that makes
    /// several.
    pub rules: Vec<Arc<RuleFacts>>,
    /// Rules of the same standards that were not applied, each with its reason.
    pub left_out: Vec<LeftOut>,
    /// The parameters of the standards and what they were set to.
    pub params: Vec<ParamUsed>,
    /// How much the verdict tolerates.
    pub tolerance: Tolerance,
    /// What was judged, in the order of the report.
    pub subjects: Vec<SubjectUsed>,
    /// Which share of the run it is, where it is not all of it.
    pub part: Option<Part>,
}

impl Basis {
    /// How many rules were applied; one that makes several demands counts once.
    pub fn rule_count(&self) -> usize {
        self.rules.chunk_by(|a, b| a.id == b.id).count()
    }
}

/// A subject, and the content it had when it was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectUsed {
    /// Its kind and name.
    pub id: SubjectName,
    /// When the facts of a host were recorded, as its snapshot says.
    pub captured: Option<String>,
    /// The files it was read from, its own first; none where none could be read.
    pub files: Vec<FileUsed>,
}

/// A file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileUsed {
    /// Relative to the delivery's root, with `/`.
    pub file: String,
    /// SHA-256 of its bytes.
    pub digest: Digest,
}

/// How many unresolved results of weight a tier bears before the verdict changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tolerance {
    /// Open majors a delivery may have without being non-conforming.
    pub open_majors: usize,
    /// Blocker and major results that may stay without evaluation before the verdict is
    /// undetermined.
    pub unevaluated: usize,
}

/// A rule of a standard that was judged by, which was not applied itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The rule's id.
    pub rule: String,
    /// The rule's name.
    pub name: String,
    /// Id of its standard.
    pub standard: String,
    /// What kind of reason there is.
    pub why: WhyLeftOut,
    /// The reason.
    pub reason: Phrase,
}

/// What kind of reason a rule is [left out](LeftOut) for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WhyLeftOut {
    /// The profile does not take it in.
    Profile,
    /// It is not made for deliveries of this tier.
    Tier,
    /// An override switches it off.
    Disabled,
}

impl WhyLeftOut {
    /// All kinds of reasons.
    pub const ALL: [Self; 3] = [Self::Profile, Self::Tier, Self::Disabled];

    /// The word used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Tier => "tier",
            Self::Disabled => "disabled",
        }
    }
}

/// A parameter with the value it had in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamUsed {
    /// Id of the standard that declares it.
    pub standard: String,
    /// Its name.
    pub name: String,
    /// Its value, as JSON on one line.
    pub value: String,
}
