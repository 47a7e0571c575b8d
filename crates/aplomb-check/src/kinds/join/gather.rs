//! What a join keeps of each subject while its tree is held: keys, values and spans.

use aplomb_model::{Gap, Node, Outcome, Phrase, Span, Subject, Tree};

use super::key::{self, Key};
use super::{Join, Side, SideSource};
use crate::estate::{Cause, Unread};
use crate::expression::EvaluationError;
use crate::judgement::{Surroundings, View};
use crate::kinds::assert::unevaluated;
use crate::kinds::pointed;
use crate::path::Hit;
use crate::template::shown;

/// What was kept, of one subject or of many.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(super) left: Kept,
    pub(super) right: Kept,
}

/// One side of it.
#[derive(Debug, Default)]
pub(in crate::kinds) struct Kept {
    /// Indices of the subjects that were read.
    pub(super) subjects: Vec<usize>,
    pub(super) entries: Vec<Entry>,
    /// Indices of the subjects in which nodes were left out, for the side's `where` or their keys.
    pub(super) left_out: Vec<usize>,
    /// Subjects that could not be read, with the reason, and whether keys of the side would name
    /// them.
    pub(super) unseen: Vec<(usize, Unread, bool)>,
    /// Subjects that were read and withhold what is selected, with the reason, and whether keys of
    /// the side would name them.
    pub(super) withheld: Vec<(usize, Phrase, bool)>,
    /// Nodes whose key or value could not be taken.
    pub(super) troubles: Vec<Trouble>,
}

/// One node of a side.
#[derive(Debug)]
pub(in crate::kinds) struct Entry {
    /// Index of the subject; `None` for a value of the delivery or the parameters.
    pub(in crate::kinds) subject: Option<usize>,
    pub(super) span: Span,
    pub(super) keys: Vec<Key>,
    /// How the key reads in messages.
    pub(in crate::kinds) shown: Box<str>,
    pub(in crate::kinds) value: Option<Box<str>>,
}

/// A node that could not be compared.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) subject: usize,
    pub(super) span: Span,
    pub(super) outcome: Outcome,
    pub(super) message: Phrase,
    pub(super) locator: String,
}

impl Gathered {
    /// Adds what was kept of another subject.
    pub(crate) fn merge(&mut self, other: Self) {
        for (kept, more) in [(&mut self.left, other.left), (&mut self.right, other.right)] {
            kept.subjects.extend(more.subjects);
            kept.entries.extend(more.entries);
            kept.left_out.extend(more.left_out);
            kept.unseen.extend(more.unseen);
            kept.withheld.extend(more.withheld);
            kept.troubles.extend(more.troubles);
        }
    }
}

/// A part of a subject that was not delivered.
fn unread(tree: &Tree, gap: &Gap) -> Unread {
    let at = tree.sources.locate(gap.span);
    Unread {
        reason: gap.message.clone(),
        file: Some(at.source.name().to_owned()),
        position: Some(at.source.position(at.range.start)),
        cause: Cause::Undelivered,
    }
}

impl Join {
    /// Whether a side takes anything of a subject.
    pub(crate) fn concerns(&self, subject: &Subject) -> bool {
        let mut sources = self.left.sources.iter().chain(&self.right.sources);
        sources.any(|source| source.concerns(subject))
    }

    /// Takes the keys of a subject; `None` where no side concerns it.
    pub(crate) fn gather(
        &self,
        index: usize,
        subject: &Subject,
        tree: &Tree,
        surroundings: Surroundings<'_>,
    ) -> Option<Gathered> {
        let take = |side: &Side| {
            let mut kept = Kept::default();
            for source in &side.sources {
                if source.concerns(subject) {
                    kept.subjects = vec![index];
                    for root in &tree.documents {
                        let view = View::new(subject, tree, root, surroundings);
                        source.take(index, &view, &mut kept);
                    }
                    // What was not delivered of it may hold keys too.
                    if let Some(gap) = tree.gaps.first().filter(|_| !source.about_subject) {
                        let unread = unread(tree, gap);
                        kept.unseen.push((index, unread, source.keyed_by_subject));
                    }
                }
            }
            kept
        };
        let (left, right) = (take(&self.left), take(&self.right));
        let concerned = !left.subjects.is_empty() || !right.subjects.is_empty();
        concerned.then_some(Gathered { left, right })
    }

    /// Notes that a subject could not be seen; `None` where no side concerns it.
    pub(crate) fn unseen(
        &self,
        index: usize,
        subject: &Subject,
        unread: &Unread,
        surroundings: Surroundings<'_>,
    ) -> Option<Gathered> {
        let note = |side: &Side| {
            let mut kept = Kept::default();
            let concerned = side.sources.iter().filter(|s| s.concerns(subject));
            let (whole, within): (Vec<_>, Vec<_>) = concerned
                .partition(|source| source.about_subject && unread.cause != Cause::Undelivered);
            for source in &whole {
                kept.subjects = vec![index];
                kept.entries.extend(source.entry_of_subject(index, subject, surroundings));
            }
            if !within.is_empty() {
                let keyed = within.iter().all(|source| source.keyed_by_subject);
                kept.unseen.push((index, unread.clone(), keyed));
            }
            kept
        };
        let (left, right) = (note(&self.left), note(&self.right));
        let silent = |kept: &Kept| kept.unseen.is_empty() && kept.subjects.is_empty();
        let concerned = !silent(&left) || !silent(&right);
        concerned.then_some(Gathered { left, right })
    }
}

impl SideSource {
    fn concerns(&self, subject: &Subject) -> bool {
        self.subjects.iter().any(|filter| filter.matches(subject))
    }

    fn take(&self, index: usize, view: &View<'_>, kept: &mut Kept) {
        if let Some(message) = self.reads.withheld(view) {
            kept.withheld.push((index, message.clone(), self.keyed_by_subject));
            kept.troubles.push(Trouble {
                subject: index,
                span: view.root.span,
                outcome: Outcome::NotEvaluated,
                message,
                locator: self.select.to_string(),
            });
            return;
        }
        let hits = match self.select.locate(view.root) {
            Ok(hits) => hits,
            Err(cost) => {
                kept.troubles.push(Trouble {
                    subject: index,
                    span: view.root.span,
                    outcome: Outcome::Error,
                    message: crate::rule::too_costly(cost),
                    locator: self.select.to_string(),
                });
                return;
            }
        };
        for hit in &hits {
            match self.entry(index, view, hit) {
                Ok(Some(entry)) => kept.entries.push(entry),
                Ok(None) => kept.left_out.push(index),
                Err(trouble) => kept.troubles.push(trouble),
            }
        }
    }

    /// The entry of a subject that was delivered and cannot be read.
    fn entry_of_subject(
        &self,
        index: usize,
        subject: &Subject,
        surroundings: Surroundings<'_>,
    ) -> Option<Entry> {
        let scope = surroundings.scope().with("subject", &subject.attributes);
        let values = self.key.iter().map(|part| part.evaluate(&scope));
        let values: Vec<Node> = values.collect::<Result<_, _>>().ok()?;
        let keys = key::keys(&values).filter(|keys| !keys.is_empty())?;
        Some(Entry {
            subject: Some(index),
            span: Span::default(),
            shown: key::display(&keys[0]).into(),
            keys,
            value: None,
        })
    }

    fn entry(
        &self,
        index: usize,
        view: &View<'_>,
        hit: &Hit<'_>,
    ) -> Result<Option<Entry>, Trouble> {
        let scope = view.node_scope(hit.node);
        let span = pointed(hit.node, hit.key_span);
        let trouble = |error: EvaluationError| {
            let judgement = unevaluated(error, hit.location.to_string());
            Trouble {
                subject: index,
                span,
                outcome: judgement.outcome,
                message: judgement.message,
                locator: judgement.locator,
            }
        };
        if let Some(condition) = &self.condition
            && !condition.holds(&scope).map_err(trouble)?
        {
            return Ok(None);
        }
        let values = self.key.iter().map(|part| part.evaluate(&scope));
        let values: Vec<Node> = values.collect::<Result<_, _>>().map_err(trouble)?;
        if values.iter().any(|value| value.as_str().is_some_and(|text| text.trim().is_empty())) {
            return Err(Trouble {
                subject: index,
                span,
                outcome: Outcome::NotEvaluated,
                message: Phrase::new(
                    "a part of the key is blank here: fill it in, so that it can be compared",
                    "une partie de la clé est vide ici : la renseigner, pour qu'elle soit comparée",
                ),
                locator: hit.location.to_string(),
            });
        }
        let Some(keys) = key::keys(&values) else {
            return Err(Trouble {
                subject: index,
                span,
                outcome: Outcome::Error,
                message: Phrase::new(
                    "this stands for too many keys to compare",
                    "ceci désigne trop de clés pour être comparé",
                ),
                locator: hit.location.to_string(),
            });
        };
        if keys.is_empty() {
            return Ok(None);
        }
        let text = |expression: &crate::Expression| {
            expression.evaluate(&scope).map(|node| shown(&node).into())
        };
        let label = match &self.show {
            Some(show) => text(show).map_err(trouble)?,
            None => key::display(&keys[0]).into(),
        };
        let value = match &self.value {
            Some(value) => Some(text(value).map_err(trouble)?),
            None => None,
        };
        Ok(Some(Entry { subject: Some(index), span, keys, shown: label, value }))
    }
}
