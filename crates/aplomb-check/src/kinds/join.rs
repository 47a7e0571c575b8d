//! `join`: two sets, taken from any subjects, agree.

mod compare;
mod compile;
mod conclude;
mod gather;
pub(super) mod key;

use aplomb_model::{Evidence, Outcome, Phrase, Role, Severity, Sources, Span, Subject};
use aplomb_standard::SubjectFilter;

pub(super) use self::compare::Comparison;
pub(crate) use self::compile::compile_presence;
pub(super) use self::compile::{saying, side};
pub(super) use self::conclude::{Known, MOST_PAIRS, Telling, Together, whole};
pub(super) use self::gather::Entry;
pub(crate) use self::gather::Gathered;
use super::Kind;
use super::agree::Agreement;
use crate::evidence::{MAX_LINES, evidence, whole_file};
use crate::expression::Expression;
use crate::judgement;
use crate::path::Path;
use crate::reads::Reads;
use crate::secrets;
use crate::template::Template;

pub(crate) const KIND: Kind = Kind {
    id: "join",
    summary: "two sets taken from any subjects agree: hosts with a matrix, jobs with a manual",
    docs: r#"`left` and `right` each say which `subjects`, what to `select` in them, and the `key` of each node:
CEL expressions whose values are compared part by part, without regard to case and accents. A part that is a
list (`hosts()`, `ports()`, `protocols()`) stands for each of its items, `8000-8010` for a range, `*` for
anything. A side may be a list of such tables, or `values` (CEL over `delivery` and `params`). `where`
narrows, `show` says how a key reads in messages, `value` is compared by `differs`.

`only_left`, `only_right` and `differs` say what is wrong, as a text or as `{ message, severity, outcome }`, where
`outcome = "not-evaluated"` says that nothing can be concluded from it; what is not said is not demanded. `reference` names the side presumed right. `compare = { as, precision, tolerance }` tells
how values are compared. A side from which nothing is selected leaves the rule not evaluated, unless
`may_be_empty = true`; of the left side, the rule's `missing` may say what it comes to. A subject of a side that cannot be seen puts in doubt what the other side alone has;
`unseen = "ignore"` on that side takes what is seen for all there is.

```toml
[rule.SW-061.join]
reference = "right"
left  = { subjects = { kind = "host" }, select = "$.listening[?@.scope != 'loopback']", key = ["subject.name", "node.proto", "node.port"] }
right = { subjects = { kind = "document", type = "flow-matrix" }, select = "$.tables[*].rows[*]", key = ["hosts(node.destination)", "protocols(node.protocole)", "ports(node.port)"] }
only_left = "{key} listens on {left.subject}, and no flow of the matrix allows it"
```"#,
    compile: compile::compile,
};

/// Places shown of one finding at most.
pub(crate) const MAX_PLACES: usize = 8;

/// A compiled join.
#[derive(Debug)]
pub(crate) struct Join {
    left: Side,
    right: Side,
    /// The side presumed right, if one is.
    reference: Option<Which>,
    only_left: Option<Saying>,
    only_right: Option<Saying>,
    differs: Option<(Comparison, Saying)>,
    /// Set where entries of the left side are held against each other; the right one is empty then.
    agreement: Option<Agreement>,
}

impl Join {
    /// A join of a side with itself.
    pub(super) fn within(left: Side, agreement: Agreement) -> Self {
        Self {
            left,
            right: Side::default(),
            reference: None,
            only_left: None,
            only_right: None,
            differs: None,
            agreement: Some(agreement),
        }
    }
}

/// One of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Left,
    Right,
}

/// Where one side's entries come from.
#[derive(Debug, Default)]
pub(super) struct Side {
    pub(super) sources: Vec<SideSource>,
    /// Entries that come from the delivery or the parameters instead.
    pub(super) values: Option<Expression>,
    may_be_empty: bool,
    ignore_unseen: bool,
}

/// One selection of entries.
#[derive(Debug)]
pub(super) struct SideSource {
    subjects: Vec<SubjectFilter>,
    select: Path,
    reads: Reads,
    condition: Option<Expression>,
    key: Vec<Expression>,
    show: Option<Expression>,
    pub(super) value: Option<Expression>,
    /// Whether keys name the subject they come from, so that a subject that was not seen can only
    /// concern keys that name it.
    keyed_by_subject: bool,
    /// Whether the key is all about the subject and nothing in it, so that a file that was
    /// delivered counts even where it cannot be read.
    about_subject: bool,
}

/// What is said of a disagreement.
#[derive(Debug)]
pub(super) struct Saying {
    pub(super) message: Option<Template>,
    pub(super) severity: Option<Severity>,
    /// What it comes to: a failure, unless the rule says that nothing can be concluded.
    outcome: Outcome,
}

impl Default for Saying {
    fn default() -> Self {
        Self { message: None, severity: None, outcome: Outcome::Fail }
    }
}

/// What a join concludes about one key or one subject.
#[derive(Debug)]
pub(crate) struct Concluded {
    /// Index of the subject; `None` for the delivery as a whole.
    pub(crate) subject: Option<usize>,
    pub(crate) outcome: Outcome,
    /// Where it differs from the rule's.
    pub(crate) severity: Option<Severity>,
    pub(crate) message: Phrase,
    pub(crate) places: Vec<Place>,
    /// The key it is about, for a disagreement.
    pub(crate) locator: String,
}

/// A place in a subject whose tree is no longer held.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// Index of the subject.
    pub(crate) subject: usize,
    /// Where in it; `None` for the whole file.
    span: Option<Span>,
    role: Role,
    label: Phrase,
}

impl Place {
    /// What is shown of the place, given the texts of the subject, and the secrets that are hidden
    /// in it.
    pub(crate) fn evidence(
        &self,
        subject: &Subject,
        sources: Option<&Sources>,
    ) -> (Evidence, Vec<String>) {
        match (self.span, sources) {
            (Some(span), Some(sources)) => {
                let place = judgement::Place { span, role: self.role, label: self.label.clone() };
                (evidence(sources, &place, false), secrets::known(sources, span, MAX_LINES))
            }
            _ => {
                let file = subject.path.as_deref().unwrap_or(&subject.id.name);
                (whole_file(file, self.role, self.label.clone()), Vec::new())
            }
        }
    }
}
