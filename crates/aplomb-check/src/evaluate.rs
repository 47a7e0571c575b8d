//! The run: every subject is read once, its rules are applied, its join keys are taken, and its
//! tree is dropped; then the joins are concluded.

use std::sync::Arc;

use aplomb_model::{
    Diagnostic, DiagnosticLevel, Evidence, Finding, Fingerprint, Outcome, Phrase, Role, Subject,
    SubjectKind, SubjectName, Tree,
};
use chrono::{DateTime, FixedOffset};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use crate::compile::{Compiled, CompiledRule};
use crate::estate::{Cause, Estate, Unread};
use crate::evidence::{evidence, whole_file};
use crate::judgement::{Judgement, Surroundings, View};
use crate::kinds::join::Gathered;
use crate::kinds::{Check, NodeCheck, Place as Remote};

/// What a run is given besides rules and subjects.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// The moment judged as of; no other clock is read.
    pub now: DateTime<FixedOffset>,
    /// Called once a subject is done, from any thread: for progress.
    pub on_subject: &'a (dyn Fn() + Sync),
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// The results, sorted by subject, position and rule.
    pub results: Vec<Finding>,
    /// What could not be read, and what the rules found nothing to apply to.
    pub diagnostics: Vec<Diagnostic>,
}

/// Applies all rules to all subjects. Subjects are worked on in parallel; the result does not
/// depend on how many threads there are.
pub fn evaluate<E: Estate>(compiled: &Compiled, estate: &E, settings: Settings<'_>) -> Evaluation {
    let run = Run { compiled, estate, settings };
    let subjects = estate.subjects();
    let judged: Vec<Judged> = subjects
        .par_iter()
        .enumerate()
        .map(|(index, subject)| {
            let judged = run.judge(index, subject);
            (settings.on_subject)();
            judged
        })
        .collect();
    let mut results = Vec::new();
    let mut diagnostics = Vec::new();
    let mut gathered: Vec<Gathered> = compiled.rules.iter().map(|_| Gathered::default()).collect();
    let mut seen = vec![false; compiled.rules.len()];
    for one in judged {
        results.extend(one.results);
        diagnostics.extend(one.diagnostics);
        for rule in one.rules {
            seen[rule] = true;
        }
        for (rule, part) in one.gathered {
            gathered[rule].merge(part);
        }
    }
    for (index, rule) in compiled.rules.iter().enumerate() {
        match &rule.check {
            Check::Join(join) => {
                let part = std::mem::take(&mut gathered[index]);
                results.extend(run.conclude(rule, join, part));
            }
            Check::Nodes(_) if !seen[index] => {
                results.push(run.without_subject(rule));
                diagnostics.push(no_subject(rule));
            }
            Check::Nodes(_) => {}
        }
    }
    results.sort_by(|a, b| order(a).cmp(&order(b)));
    Evaluation { results, diagnostics }
}

fn order(finding: &Finding) -> impl Ord + '_ {
    let primary = finding.evidence.first();
    (
        &*finding.subject,
        primary.map(|evidence| (evidence.file.as_str(), evidence.start)),
        &finding.rule.id,
        finding.fingerprint,
    )
}

fn no_subject(rule: &CompiledRule) -> Diagnostic {
    Diagnostic {
        level: DiagnosticLevel::Note,
        code: "no-subject",
        message: Phrase::new(
            format!("{} concerns no subject of this delivery", rule.facts.id),
            format!("{} ne concerne aucun sujet de cette livraison", rule.facts.id),
        ),
        file: Some(rule.facts.demand.file.clone()),
        position: Some(rule.facts.demand.start),
    }
}

struct Run<'a, E> {
    compiled: &'a Compiled,
    estate: &'a E,
    settings: Settings<'a>,
}

/// What came of one subject.
#[derive(Default)]
struct Judged {
    results: Vec<Finding>,
    diagnostics: Vec<Diagnostic>,
    /// The rules that concern the subject.
    rules: Vec<usize>,
    gathered: Vec<(usize, Gathered)>,
}

impl<E: Estate> Run<'_, E> {
    fn surroundings<'s>(&'s self, rule: &'s CompiledRule) -> Surroundings<'s> {
        Surroundings {
            now: self.settings.now,
            delivery: self.estate.delivery(),
            params: &rule.params,
        }
    }

    fn judge(&self, index: usize, subject: &Subject) -> Judged {
        let mut judged = Judged::default();
        let name = Arc::new(subject.id.clone());
        let read = self.estate.read(subject);
        if let Err(unread) = &read {
            judged.diagnostics.push(unread_diagnostic(subject, unread));
        }
        for (number, rule) in self.compiled.rules.iter().enumerate() {
            match &rule.check {
                Check::Join(join) => {
                    let surroundings = self.surroundings(rule);
                    let part = match &read {
                        Ok(tree) => join.gather(index, subject, tree, surroundings),
                        Err(unread) => join.unseen(index, subject, unread, surroundings),
                    };
                    if let Some(part) = part {
                        judged.gathered.push((number, part));
                    }
                }
                Check::Nodes(_) if !rule.concerns(subject) => {}
                Check::Nodes(check) => {
                    judged.rules.push(number);
                    let findings = match &read {
                        Ok(tree) => self.apply(rule, &**check, subject, &name, tree),
                        Err(unread) => vec![not_read(rule, &name, unread)],
                    };
                    judged.results.extend(findings);
                }
            }
        }
        judged
    }

    /// One rule on one subject: its judgements, or a single pass.
    fn apply(
        &self,
        rule: &CompiledRule,
        check: &dyn NodeCheck,
        subject: &Subject,
        name: &Arc<SubjectName>,
        tree: &Tree,
    ) -> Vec<Finding> {
        let mut judgements = Vec::new();
        let several = tree.documents.len() > 1;
        for (number, root) in tree.documents.iter().enumerate() {
            let view = View { subject, tree, root, surroundings: self.surroundings(rule) };
            let mut of_document = rule.judge(&view, check);
            if several {
                for judgement in &mut of_document {
                    judgement.locator = format!("#{number}{}", judgement.locator);
                }
            }
            judgements.append(&mut of_document);
        }
        if judgements.is_empty() {
            let outcome = Outcome::NotEvaluated;
            let message = Phrase::new("the file is empty", "le fichier est vide");
            judgements.push(Judgement::new(outcome, message, "$"));
        }
        // A document that is not concerned says nothing beside one that is.
        let concerned =
            judgements.iter().any(|judgement| judgement.outcome != Outcome::NotApplicable);
        if concerned {
            judgements.retain(|judgement| judgement.outcome != Outcome::NotApplicable);
        }
        let speaking = judgements.iter().any(|judgement| judgement.outcome != Outcome::Pass);
        if speaking {
            judgements.retain(|judgement| judgement.outcome != Outcome::Pass);
        } else {
            judgements.truncate(1);
        }
        if !concerned {
            judgements.truncate(1);
        }
        judgements.into_iter().map(|judgement| found(rule, name, judgement, tree)).collect()
    }

    fn without_subject(&self, rule: &CompiledRule) -> Finding {
        let subject = Arc::new(self.delivery_name());
        Finding {
            fingerprint: fingerprint(rule, &subject, ""),
            rule: Arc::clone(&rule.facts),
            subject,
            outcome: rule.no_subject,
            message: Phrase::new(
                "nothing in the delivery is what this rule is about",
                "rien dans la livraison n'est ce dont parle cette règle",
            ),
            evidence: Vec::new(),
        }
    }

    /// The subject that stands for the delivery as a whole: its manifest.
    fn delivery_name(&self) -> SubjectName {
        let subjects = self.estate.subjects().iter();
        let mut manifests = subjects.filter(|subject| subject.id.kind == SubjectKind::Manifest);
        manifests.next().map_or_else(
            || SubjectName { kind: SubjectKind::Manifest, name: "delivery".into() },
            |manifest| manifest.id.clone(),
        )
    }

    fn conclude(
        &self,
        rule: &CompiledRule,
        join: &crate::kinds::join::Join,
        gathered: Gathered,
    ) -> Vec<Finding> {
        let subjects = self.estate.subjects();
        let surroundings = self.surroundings(rule);
        let concluded = join.conclude(gathered, subjects, surroundings, rule.no_subject);
        if concluded.is_empty() {
            let subject = Arc::new(self.delivery_name());
            return vec![Finding {
                fingerprint: fingerprint(rule, &subject, ""),
                rule: Arc::clone(&rule.facts),
                subject,
                outcome: Outcome::Pass,
                message: Phrase::default(),
                evidence: Vec::new(),
            }];
        }
        let mut wanted: Vec<usize> = concluded
            .iter()
            .flat_map(|one| one.places.iter().map(|place: &Remote| place.subject))
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        // Trees are gone by now; only those that findings point into are read again.
        let mut shown: Vec<Vec<(usize, Evidence)>> = wanted
            .par_iter()
            .map(|&index| {
                let tree = self.estate.read(&subjects[index]).ok();
                let mut shown = Vec::new();
                for (number, one) in concluded.iter().enumerate() {
                    for (order, place) in one.places.iter().enumerate() {
                        if place.subject == index {
                            let key = number * crate::kinds::join::MAX_PLACES + order;
                            let evidence = place.evidence(&subjects[index], tree.as_ref());
                            shown.push((key, evidence));
                        }
                    }
                }
                shown
            })
            .collect();
        let mut by_key: Vec<(usize, Evidence)> = shown.drain(..).flatten().collect();
        by_key.sort_by_key(|(key, _)| *key);
        let mut by_key = by_key.into_iter().peekable();
        let mut findings = Vec::with_capacity(concluded.len());
        for (number, one) in concluded.into_iter().enumerate() {
            let subject = Arc::new(match one.subject {
                Some(index) => subjects[index].id.clone(),
                None => self.delivery_name(),
            });
            let mut evidence = Vec::new();
            while let Some((_, shown)) =
                by_key.next_if(|(key, _)| key / crate::kinds::join::MAX_PLACES == number)
            {
                evidence.push(shown);
            }
            if evidence.is_empty() && one.subject.is_none() && one.outcome == Outcome::Fail {
                evidence.push(whole_file(&subject.name, Role::Primary, Phrase::default()));
            }
            let facts = rule.facts_for(one.severity);
            findings.push(Finding {
                fingerprint: fingerprint(rule, &subject, &one.locator),
                rule: facts,
                subject,
                outcome: one.outcome,
                message: one.message,
                evidence,
            });
        }
        findings
    }
}

fn found(
    rule: &CompiledRule,
    subject: &Arc<SubjectName>,
    judgement: Judgement,
    tree: &Tree,
) -> Finding {
    let secret = rule.secret;
    let shown = judgement.places.iter().map(|place| evidence(tree, place, secret));
    let mut shown: Vec<Evidence> = shown.collect();
    if shown.is_empty() && judgement.outcome != Outcome::Pass {
        let file = tree.source().name();
        shown.push(whole_file(file, Role::Primary, Phrase::default()));
    }
    Finding {
        fingerprint: fingerprint(rule, subject, &judgement.locator),
        rule: Arc::clone(&rule.facts),
        subject: Arc::clone(subject),
        outcome: judgement.outcome,
        message: judgement.message,
        evidence: shown,
    }
}

fn not_read(rule: &CompiledRule, subject: &Arc<SubjectName>, unread: &Unread) -> Finding {
    let evidence = unread.file.iter().map(|file| {
        let mut evidence = whole_file(file, Role::Primary, Phrase::default());
        if let Some(position) = unread.position {
            (evidence.start, evidence.end) = (position, position);
        }
        evidence
    });
    Finding {
        rule: Arc::clone(&rule.facts),
        subject: Arc::clone(subject),
        outcome: Outcome::NotEvaluated,
        message: unread.reason.clone(),
        evidence: evidence.collect(),
        fingerprint: fingerprint(rule, subject, ""),
    }
}

fn unread_diagnostic(subject: &Subject, unread: &Unread) -> Diagnostic {
    let name = &subject.id.name;
    let (level, code) = match unread.cause {
        Cause::Undelivered => (DiagnosticLevel::Warning, "undelivered"),
        Cause::Unsupported => (DiagnosticLevel::Warning, "unsupported"),
        Cause::Unreadable => (DiagnosticLevel::Error, "unreadable"),
    };
    Diagnostic {
        level,
        code,
        // A file is named beside its message; what has none must be named in it.
        message: match &unread.file {
            Some(_) => unread.reason.clone(),
            None => Phrase::new(
                format!("{name}: {}", unread.reason.en),
                format!("{name} : {}", unread.reason.fr),
            ),
        },
        file: unread.file.clone(),
        position: unread.position,
    }
}

fn fingerprint(rule: &CompiledRule, subject: &SubjectName, locator: &str) -> Fingerprint {
    let mut hash = Sha256::new();
    let parts = [
        rule.facts.standard.as_str(),
        rule.facts.id.as_str(),
        subject.kind.id(),
        subject.name.as_str(),
        locator,
    ];
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    let mut short = [0; 16];
    short.copy_from_slice(&digest[..16]);
    Fingerprint(short)
}
