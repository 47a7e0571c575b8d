//! What a check says, before it becomes a finding.

use std::cell::Cell;

use aplomb_model::{Node, Outcome, Phrase, Role, Span, Subject, Tree};
use chrono::{DateTime, FixedOffset};

use crate::Scope;

/// What a check sees of one document of one subject.
pub(crate) struct View<'a> {
    /// The subject.
    pub(crate) subject: &'a Subject,
    /// The file's tree.
    pub(crate) tree: &'a Tree,
    /// The document under judgement, one of the tree's.
    pub(crate) root: &'a Node,
    /// Everything outside the subject.
    pub(crate) surroundings: Surroundings<'a>,
    /// Steps that the rule's expressions may still take over the document.
    budget: Cell<usize>,
}

/// Steps that all expressions of one rule may take over one document together.
const MOST_STEPS: usize = 20_000_000;

/// What every expression of a rule may refer to besides its subject.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    /// The moment judged as of.
    pub(crate) now: DateTime<FixedOffset>,
    /// The delivery, as the manifest declares it.
    pub(crate) delivery: &'a Node,
    /// The parameters of the rule's standard.
    pub(crate) params: &'a Node,
}

impl<'a> Surroundings<'a> {
    /// The variables that do not depend on a subject.
    pub(crate) fn scope(&self) -> Scope<'a> {
        Scope::new(self.now).with("delivery", self.delivery).with("params", self.params)
    }
}

impl<'a> View<'a> {
    pub(crate) const fn new(
        subject: &'a Subject,
        tree: &'a Tree,
        root: &'a Node,
        surroundings: Surroundings<'a>,
    ) -> Self {
        Self { subject, tree, root, surroundings, budget: Cell::new(MOST_STEPS) }
    }

    /// The variables of the subject and its document.
    pub(crate) fn scope(&self) -> Scope<'_> {
        let scope = self.surroundings.scope().within(&self.budget);
        scope.with("subject", &self.subject.attributes).with("root", self.root)
    }

    /// The variables for one node.
    pub(crate) fn node_scope<'n>(&'n self, node: &'n Node) -> Scope<'n> {
        self.scope().with("node", node)
    }
}

/// The names every expression over a node may use.
pub(crate) const NODE_VARIABLES: &[&str] =
    &["node", "root", "subject", "delivery", "params", "now"];

/// The names an expression about a whole subject may use.
pub(crate) const SUBJECT_VARIABLES: &[&str] = &["root", "subject", "delivery", "params", "now"];

/// The names an expression about the delivery may use.
pub(crate) const DELIVERY_VARIABLES: &[&str] = &["delivery", "params", "now"];

/// One thing a check has to say about a subject.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    /// What came of it.
    pub(crate) outcome: Outcome,
    /// What was found.
    pub(crate) message: Phrase,
    /// Where.
    pub(crate) places: Vec<Place>,
    /// What tells this finding of the rule on this subject from the others, whatever the line: a
    /// normalised path, a key.
    pub(crate) locator: String,
    /// What tells it apart, by name: where it is, and what the rule's `identity` says.
    pub(crate) identity: Vec<(String, String)>,
    /// Which of the selected nodes it is about, for the rule's own message.
    pub(crate) hit: Option<usize>,
}

/// A span of the subject's tree with what is to be seen there.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) span: Span,
    pub(crate) role: Role,
    pub(crate) label: Phrase,
}

impl Judgement {
    /// A judgement without a place.
    pub(crate) fn new(outcome: Outcome, message: Phrase, locator: impl Into<String>) -> Self {
        Self {
            outcome,
            message,
            places: Vec::new(),
            locator: locator.into(),
            identity: Vec::new(),
            hit: None,
        }
    }

    /// About one of the selected nodes.
    #[must_use]
    pub(crate) fn of_hit(mut self, number: usize) -> Self {
        self.hit = Some(number);
        self
    }

    /// With the place it is about.
    #[must_use]
    pub(crate) fn at(mut self, span: Span, label: Phrase) -> Self {
        self.places.push(Place { span, role: Role::Primary, label });
        self
    }
}
