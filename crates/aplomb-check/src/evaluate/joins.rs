//! The end of the run: joins are concluded, and what they point at is shown.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aplomb_model::{Evidence, Finding, Outcome, Phrase, Role, Sources};
use rayon::prelude::*;

use super::{Run, result, silenced};
use crate::estate::Estate;
use crate::evidence::whole_file;
use crate::kinds::join::{Concluded, Gathered};
use crate::kinds::{Check, Place};
use crate::rule::CompiledRule;
use crate::share::holds_rule;

/// Bytes of text held until the joins are concluded. What finds no room is read again where a
/// finding points into it, so that memory does not grow with the delivery.
const HELD: usize = 16 * 1024 * 1024;

/// How much room for texts is left.
pub(super) struct Room(AtomicUsize);

impl Default for Room {
    fn default() -> Self {
        Self(AtomicUsize::new(HELD))
    }
}

impl Room {
    /// Takes room for the texts of a subject, where there is enough.
    pub(super) fn take(&self, sources: &Sources) -> bool {
        let size = sources.iter().map(|source| source.text().len()).sum();
        let take = |left: usize| left.checked_sub(size);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }
}

/// A place of a conclusion: which rule, which of its conclusions, which of its places.
type Address = (usize, usize, usize);

impl<E: Estate> Run<'_, E> {
    /// Concludes all joins from what was gathered for each rule. Files that findings point into
    /// and that are not among `texts` are read again, each once.
    pub(super) fn conclude(
        &self,
        gathered: Vec<Gathered>,
        texts: &BTreeMap<usize, Sources>,
    ) -> Vec<Finding> {
        let subjects = self.estate.subjects();
        let parts: Vec<_> = self.compiled.rules.iter().zip(gathered).collect();
        let concluded: Vec<(&CompiledRule, Vec<Concluded>)> = parts
            .into_par_iter()
            .filter_map(|(rule, part)| {
                let Check::Join(join) = &rule.check else { return None };
                if !holds_rule(self.settings.share, &rule.facts) {
                    return None;
                }
                let surroundings = self.surroundings(rule);
                let outcomes = (rule.no_subject, rule.missing);
                Some((rule, join.conclude(part, subjects, surroundings, outcomes)))
            })
            .collect();
        let mut pointed: BTreeMap<usize, Vec<(Address, &Place)>> = BTreeMap::new();
        for (rule, (_, conclusions)) in concluded.iter().enumerate() {
            for (number, one) in conclusions.iter().enumerate() {
                for (order, place) in one.places.iter().enumerate() {
                    pointed.entry(place.subject).or_default().push(((rule, number, order), place));
                }
            }
        }
        let show = |(index, places): (&usize, &Vec<(Address, &Place)>)| {
            let subject = &subjects[*index];
            let reread = || self.estate.read(subject).ok().map(|tree| tree.sources);
            let sources = texts.get(index).cloned().or_else(reread);
            let shown = |(address, place): &(Address, &Place)| {
                (*address, place.evidence(subject, sources.as_ref()))
            };
            places.iter().map(shown).collect::<Vec<_>>()
        };
        let mut shown: BTreeMap<Address, (Evidence, Vec<String>)> =
            pointed.par_iter().flat_map_iter(show).collect();
        let mut findings = Vec::new();
        for (number, (rule, conclusions)) in concluded.into_iter().enumerate() {
            if conclusions.is_empty() {
                findings.push(result(rule, Arc::new(self.delivery_name()), Outcome::Pass, ""));
            }
            for (order, one) in conclusions.into_iter().enumerate() {
                let places = (0..one.places.len()).map(|place| (number, order, place));
                let seen = places.filter_map(|address| shown.remove(&address));
                let (evidence, known): (Vec<_>, Vec<_>) = seen.unzip();
                findings.push(self.told(rule, one, evidence, &known.concat()));
            }
        }
        findings
    }

    /// `known` are the secrets that the evidence hides.
    fn told(
        &self,
        rule: &CompiledRule,
        one: Concluded,
        mut evidence: Vec<Evidence>,
        known: &[String],
    ) -> Finding {
        let subject = Arc::new(match one.subject {
            Some(index) => self.estate.subjects()[index].id.clone(),
            None => self.delivery_name(),
        });
        if evidence.is_empty() && one.subject.is_none() && one.outcome == Outcome::Fail {
            evidence.push(whole_file(&subject.name, Role::Primary, Phrase::default()));
        }
        let finding = Finding {
            rule: rule.facts_for(one.severity),
            message: one.message,
            evidence,
            identity: match one.outcome {
                Outcome::Fail => vec![("key".to_owned(), one.locator.clone())],
                _ => Vec::new(),
            },
            ..result(rule, subject, one.outcome, &one.locator)
        };
        silenced(finding, known)
    }
}
