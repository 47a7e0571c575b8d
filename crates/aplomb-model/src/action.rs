use std::sync::Arc;

use crate::{Fingerprint, RuleFacts, SubjectName};

/// What there is to do about the like findings of one rule on one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The same in every run for the same rule, subject and task: `A-3f9c01d2`.
    pub id: String,
    /// What is to be done.
    pub task: Task,
    /// How far it is.
    pub state: ActionState,
    /// The rule that asks for it; its remedy says how, and its passing proves that it worked.
    pub rule: Arc<RuleFacts>,
    /// Where.
    pub subject: Arc<SubjectName>,
    /// The findings it settles, in the report's order; none once it is lifted.
    pub findings: Vec<Fingerprint>,
    /// Who does it; `None` where nobody is named.
    pub owner: Option<Owner>,
    /// Until when: a date, or a date with a time.
    pub due: Option<String>,
    /// What it takes, in minutes, where the rule says so.
    pub effort: Option<u32>,
    /// What it costs, where the effort and a rate are known.
    pub cost: Option<Cost>,
    /// Id of the exception under which it stands, live or over.
    pub exception: Option<String>,
    /// For a reservation that is lifted, the date of the run by which.
    pub lifted: Option<String>,
}

impl Action {
    /// A demand that is not met is corrected; where nothing is known to be amiss yet, the action
    /// prevents.
    pub const fn kind(&self) -> ActionKind {
        match self.task {
            Task::Correct => ActionKind::Corrective,
            Task::Provide | Task::Mend => ActionKind::Preventive,
        }
    }
}

/// What an action consists in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// Meet the demand.
    Correct,
    /// Mend what made the evaluation go wrong.
    Mend,
    /// Provide the evidence that is missing.
    Provide,
}

impl Task {
    /// All tasks.
    pub const ALL: [Self; 3] = [Self::Correct, Self::Mend, Self::Provide];

    /// The word used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Correct => "correct",
            Self::Mend => "mend",
            Self::Provide => "provide",
        }
    }

    /// The task a word names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.id() == id)
    }
}

/// The two sorts of actions of a management system (ISO/IEC 20000-1, 10.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionKind {
    /// Removes a non-conformity.
    Corrective,
    /// Keeps one from arising, or from going unseen.
    Preventive,
}

impl ActionKind {
    /// The word used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Corrective => "corrective",
            Self::Preventive => "preventive",
        }
    }
}

/// How far an [`Action`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionState {
    /// Its due date is over.
    Overdue,
    /// To be done.
    Open,
    /// A reservation covers the findings until it is due.
    Planned,
    /// A waiver or a suppression lets the findings be.
    Accepted,
    /// Done: the rule passes now.
    Lifted,
}

impl ActionState {
    /// All states, the most urgent first.
    pub const ALL: [Self; 5] =
        [Self::Overdue, Self::Open, Self::Planned, Self::Accepted, Self::Lifted];

    /// The word used in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Open => "open",
            Self::Planned => "planned",
            Self::Accepted => "accepted",
            Self::Lifted => "lifted",
        }
    }

    /// The state a word names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.id() == id)
    }
}

/// Who does an action, and who says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// A person or a team.
    pub name: Arc<str>,
    /// Whether a reservation names the owner, rather than the manifest.
    pub of_reservation: bool,
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// How much, to the cent.
    pub amount: f64,
    /// Of what: `EUR`.
    pub currency: Arc<str>,
}
