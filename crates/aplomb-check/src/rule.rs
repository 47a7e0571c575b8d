//! A rule that is ready to run, and what it makes of a document.

use std::collections::BTreeSet;
use std::sync::Arc;

use aplomb_model::{Gap, Node, Outcome, Phrase, Role, RuleFacts, Severity, Subject};
use aplomb_standard::SubjectFilter;

use crate::expression::Expression;
use crate::judgement::{Judgement, Place, View};
use crate::kinds::assert::unevaluated;
use crate::kinds::{Check, NodeCheck, pointed};
use crate::path::{Hit, Path, TooCostly};
use crate::reads::Reads;
use crate::template::{Template, shown};

/// One rule ready to run.
#[derive(Debug)]
pub(crate) struct CompiledRule {
    pub(crate) facts: Arc<RuleFacts>,
    pub(crate) check: Check,
    pub(crate) no_subject: Outcome,
    /// Whether what a finding points at is a secret.
    pub(crate) secret: bool,
    pub(crate) params: Arc<Node>,
    pub(crate) subjects: Vec<SubjectFilter>,
    pub(crate) select: Path,
    pub(crate) reads: Reads,
    pub(crate) missing: Outcome,
    pub(crate) when: Vec<(Expression, String)>,
    /// Where it holds, a failure proves nothing.
    pub(crate) unsure: Option<Expression>,
    /// From a node to what its failures point at.
    pub(crate) point_at: Option<Path>,
    pub(crate) message: Option<Template>,
    /// What tells the rule's findings on one subject apart.
    pub(crate) identity: Vec<(String, Expression)>,
}

impl CompiledRule {
    /// Whether the rule compares subjects instead of judging each.
    pub(crate) fn is_join(&self) -> bool {
        matches!(self.check, Check::Join(_))
    }

    /// The path the rule selects by.
    pub(crate) const fn selection(&self) -> &Path {
        &self.select
    }

    /// Whether the rule is about a subject.
    pub(crate) fn concerns(&self, subject: &Subject) -> bool {
        self.subjects.iter().any(|filter| filter.matches(subject))
    }

    /// Whether the rule asks for formats of which what was read of a subject is none: a template
    /// whose text alone could be read.
    pub(crate) fn is_about_other_than(&self, subject: &Subject, read_as: &str) -> bool {
        let declared = subject.format.as_deref();
        let fits = |filter: &&SubjectFilter| filter.matches(subject);
        declared.is_some_and(|declared| declared != read_as)
            && self.subjects.iter().filter(fits).all(|filter| {
                let formats = &filter.formats;
                !formats.is_empty()
                    && !formats.iter().any(|one| one == read_as || Some(one.as_str()) == declared)
            })
    }

    /// The rule's facts, with another severity where a part of the rule has its own.
    pub(crate) fn facts_for(&self, severity: Option<Severity>) -> Arc<RuleFacts> {
        match severity {
            Some(severity) if severity != self.facts.severity => {
                Arc::new(RuleFacts { severity, ..(*self.facts).clone() })
            }
            _ => Arc::clone(&self.facts),
        }
    }

    /// Judges one document. At least one judgement comes back. `selected` is set where the rule
    /// selects anything in it.
    pub(crate) fn judge(
        &self,
        view: &View<'_>,
        check: &dyn NodeCheck,
        selected: &mut bool,
    ) -> Vec<Judgement> {
        let path = || self.select.to_string();
        // Before `when`: what was withheld does not tell whether the rule applies either.
        if let Some(message) = self.reads.withheld(view) {
            return vec![Judgement::new(Outcome::NotEvaluated, message, path())];
        }
        if let Some(judgement) = self.not_concerned(view) {
            return vec![judgement];
        }
        let nodes = match self.select.select(view.root) {
            Ok(nodes) => nodes,
            Err(cost) => return vec![Judgement::new(Outcome::Error, too_costly(cost), path())],
        };
        *selected |= !nodes.is_empty();
        if nodes.is_empty() && check.needs_nodes() {
            let path = path();
            let message = Phrase::new(
                format!("nothing is found at {path}"),
                format!("rien n'est trouvé à {path}"),
            );
            let mut judgement = Judgement::new(self.missing, message, path);
            self.undecided(&mut judgement, view, view.root);
            return vec![judgement];
        }
        let pass = || vec![Judgement::new(Outcome::Pass, Phrase::default(), "")];
        if check.passes(view, &nodes) {
            return pass();
        }
        let hits = match self.select.locate(view.root) {
            Ok(hits) => hits,
            Err(cost) => return vec![Judgement::new(Outcome::Error, too_costly(cost), path())],
        };
        let mut judgements = check.judge(view, &hits);
        if judgements.is_empty() {
            return pass();
        }
        for judgement in &mut judgements {
            if judgement.outcome == Outcome::Fail {
                self.tell(judgement, view, &hits);
                let hit = judgement.hit.and_then(|hit| hits.get(hit));
                let node = hit.map_or(view.root, |hit| hit.node);
                self.point(judgement, node);
                self.undecided(judgement, view, node);
            }
        }
        if self.point_at.is_some() {
            // What several contexts inherit is wrong once.
            let mut told = BTreeSet::new();
            judgements.retain(|one| {
                told.insert((one.places.first().map(|place| place.span), one.message.en.clone()))
            });
        }
        judgements
    }

    /// Takes back what rests on nothing being amiss, or on something not being there, in a subject
    /// of which a part was not delivered: that part may say it. What is seen to fail has failed.
    pub(crate) fn doubt(&self, judgement: &mut Judgement, gap: &Gap) {
        let doubtful = match judgement.outcome {
            Outcome::Pass => true,
            Outcome::Fail => judgement.hit.is_none(),
            Outcome::NotApplicable => {
                let of_subject = |(_, text): &(Expression, String)| text.contains("root");
                judgement.locator != "when" || self.when.iter().any(of_subject)
            }
            Outcome::NotEvaluated | Outcome::Error => false,
        };
        if doubtful && !self.reads.is_of_text() {
            let locator = std::mem::take(&mut judgement.locator);
            *judgement = Judgement::new(Outcome::NotEvaluated, gap.message.clone(), locator)
                .at(gap.span, Phrase::new("named here", "cité ici"));
        }
    }

    /// Says of a failure what the rule has to say: its message, and what tells it apart.
    fn tell(&self, judgement: &mut Judgement, view: &View<'_>, hits: &[Hit<'_>]) {
        let hit = judgement.hit.and_then(|hit| hits.get(hit));
        let scope = view.node_scope(hit.map_or(view.root, |hit| hit.node));
        if let Some(message) = &self.message {
            judgement.message = message.fill(&scope);
        }
        let Some(hit) = hit else {
            judgement.identity = vec![("at".to_owned(), judgement.locator.clone())];
            return;
        };
        let at = hit.location.to_string();
        let named = self.identity.iter().filter_map(|(name, expression)| {
            let value = shown(&expression.evaluate(&scope).ok()?);
            (!value.trim().is_empty()).then(|| (name.clone(), value))
        });
        let named: Vec<_> = named.collect();
        // A row keeps its identity wherever it is moved to.
        if named.len() == self.identity.len()
            && !named.is_empty()
            && let Some(within) = judgement.locator.strip_prefix(&at)
        {
            let names = named.iter().map(|(name, value)| format!("{name}={value}"));
            judgement.locator = format!("{}{within}", names.collect::<Vec<_>>().join(";"));
        }
        judgement.identity = named;
        judgement.identity.push(("at".to_owned(), at));
    }

    /// Points a failure at what decides within its node, where the rule says what that is.
    fn point(&self, judgement: &mut Judgement, node: &Node) {
        let Some(path) = &self.point_at else { return };
        let found = path.locate(node).unwrap_or_default();
        if let Some(hit) = found.first() {
            let span = pointed(hit.node, hit.key_span);
            judgement.places = vec![Place { span, role: Role::Primary, label: Phrase::default() }];
        }
    }

    /// Takes back a failure about a node that proves nothing: where the rule says so, and where
    /// what it is about is a blank of a template.
    fn undecided(&self, judgement: &mut Judgement, view: &View<'_>, node: &Node) {
        if judgement.outcome != Outcome::Fail {
            return;
        }
        let holds = |unsure: &Expression| unsure.holds(&view.node_scope(node)) == Ok(true);
        let Phrase { en, fr } = &judgement.message;
        let message = if self.unsure.as_ref().is_some_and(holds) {
            Phrase::new(
                format!("what was delivered does not decide it: {en}"),
                format!("ce qui est livré ne permet pas d'en décider : {fr}"),
            )
        } else if judgement.places.iter().any(|place| is_blank(view.tree.raw(place.span))) {
            Phrase::new(
                format!("a template is to be filled in here, deliver what it makes: {en}"),
                format!("un modèle est à remplir ici, livrer ce qu'il produit : {fr}"),
            )
        } else {
            return;
        };
        judgement.outcome = Outcome::NotEvaluated;
        judgement.message = message;
    }

    fn not_concerned(&self, view: &View<'_>) -> Option<Judgement> {
        self.when.iter().find_map(|(when, text)| match when.holds(&view.scope()) {
            Ok(true) => None,
            Ok(false) => {
                let message = Phrase::new(
                    format!("the rule applies only when {text}"),
                    format!("la règle ne s'applique que si {text}"),
                );
                Some(Judgement::new(Outcome::NotApplicable, message, "when"))
            }
            Err(error) => Some(unevaluated(error, "when")),
        })
    }
}

/// Whether a value as written holds what a template engine replaces: `{{ port }}`. A container, which
/// goes over lines, may hold some and be wrong all the same.
fn is_blank(written: &str) -> bool {
    !written.contains('\n') && written.split_once("{{").is_some_and(|(_, rest)| rest.contains("}}"))
}

/// That a selection was given up.
pub(crate) fn too_costly(cost: TooCostly) -> Phrase {
    Phrase::new(cost.to_string(), "le chemin visite trop de nœuds : restreignez-le".to_owned())
}
