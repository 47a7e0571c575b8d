//! The run: every subject is read once, its rules are applied, its join keys are taken, and its
//! tree is dropped; then the joins are concluded.

mod joins;

use std::collections::BTreeMap;
use std::sync::Arc;

use aplomb_model::{
    Diagnostic, DiagnosticLevel, Evidence, Finding, Fingerprint, Outcome, Phrase, Role, Share,
    Sources, Subject, SubjectKind, SubjectName, Tree,
};
use chrono::{DateTime, FixedOffset};
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use self::joins::Room;
use crate::compile::Compiled;
use crate::estate::{Cause, Estate, Unread};
use crate::evidence::{MAX_LINES, evidence, from_origin, origin, whole_file};
use crate::judgement::{Judgement, Place, Surroundings, View};
use crate::kinds::join::Gathered;
use crate::kinds::{Check, NodeCheck};
use crate::ordering::of_result;
use crate::rule::CompiledRule;
use crate::secrets;
use crate::share::{holds_rule, holds_subject};
use crate::suppression::{Suppression, suppressions};

/// What a run is given besides rules and subjects.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// The moment judged as of; no other clock is read.
    pub now: DateTime<FixedOffset>,
    /// The share of the run that is judged; all of it where there is none.
    pub share: Option<Share>,
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
    /// Standards and labels of the demands that selected something, or could not look.
    pub selecting: Vec<(String, String)>,
    /// The comments that ask to ignore a rule, in the order of the subjects.
    pub(crate) suppressions: Vec<Suppression>,
}

/// Applies all rules to all subjects. Subjects are worked on in parallel; the result does not
/// depend on how many threads there are.
pub fn evaluate<E: Estate>(compiled: &Compiled, estate: &E, settings: Settings<'_>) -> Evaluation {
    let run = Run { compiled, estate, settings, room: Room::default() };
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
    let mut selecting = Vec::new();
    let mut suppressions = Vec::new();
    let mut gathered: Vec<Gathered> = compiled.rules.iter().map(|_| Gathered::default()).collect();
    let mut texts = BTreeMap::new();
    let mut seen = vec![Seen::Nothing; compiled.rules.len()];
    for (index, one) in judged.into_iter().enumerate() {
        texts.extend(one.sources.map(|sources| (index, sources)));
        results.extend(one.results);
        diagnostics.extend(one.diagnostics);
        suppressions.extend(one.suppressions);
        for (rule, of_subject) in one.rules {
            seen[rule] = of_subject.max(seen[rule]);
        }
        for (rule, part) in one.gathered {
            gathered[rule].merge(part);
        }
    }
    let mut seen = seen.into_iter();
    for demands in compiled.by_rule() {
        let demands = demands.iter().zip(seen.by_ref());
        let demands: Vec<_> = demands.filter(|(rule, _)| !rule.is_join()).collect();
        // What a rule demands of Apache is not missed where it found nginx to judge. Its subjects
        // may be in other shares.
        if let Some((rule, _)) = demands.first()
            && demands.iter().all(|(rule, seen)| *seen == Seen::Nothing && run.speaks(rule))
        {
            results.push(run.without_subject(rule));
            diagnostics.push(no_subject(rule));
        }
        for (rule, seen) in demands {
            match seen {
                Seen::Nothing => {}
                Seen::Subject => diagnostics.push(selects_nothing(rule)),
                Seen::Nodes => {
                    let label = rule.facts.label().into_owned();
                    selecting.push((rule.facts.standard.clone(), label));
                }
            }
        }
    }
    results.extend(run.conclude(gathered, &texts));
    for result in &mut results {
        if let Some(name) = &result.rule.demand.name {
            result.identity.push(("demand".to_owned(), name.clone()));
        }
    }
    results.sort_by(|a, b| of_result(a).cmp(&of_result(b)));
    Evaluation { results, diagnostics, selecting, suppressions }
}

fn no_subject(rule: &CompiledRule) -> Diagnostic {
    Diagnostic {
        level: DiagnosticLevel::Note,
        code: "no-subject".into(),
        message: Phrase::new(
            format!("{} concerns no subject of this delivery", rule.facts.id),
            format!("{} ne concerne aucun sujet de cette livraison", rule.facts.id),
        ),
        file: Some(rule.facts.demand.file.clone()),
        position: Some(rule.facts.demand.start),
    }
}

/// That a selection finds nothing anywhere: a path mistyped looks just like that.
fn selects_nothing(rule: &CompiledRule) -> Diagnostic {
    let (id, path) = (rule.facts.label(), rule.selection());
    Diagnostic {
        level: DiagnosticLevel::Note,
        code: "selects-nothing".into(),
        message: Phrase::new(
            format!("{id} selects nothing in any of its subjects, at {path}"),
            format!("{id} ne sélectionne rien dans aucun de ses sujets, à {path}"),
        ),
        file: Some(rule.facts.demand.file.clone()),
        position: Some(rule.facts.demand.start),
    }
}

/// How far a rule got with the subjects there are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    /// It concerns none of them.
    Nothing,
    /// It concerns some, and selects nothing in them.
    Subject,
    /// It selects something, or could not look.
    Nodes,
}

struct Run<'a, E> {
    compiled: &'a Compiled,
    estate: &'a E,
    settings: Settings<'a>,
    room: Room,
}

/// What came of one subject.
#[derive(Default)]
struct Judged {
    results: Vec<Finding>,
    diagnostics: Vec<Diagnostic>,
    suppressions: Vec<Suppression>,
    /// The rules that concern the subject.
    rules: Vec<(usize, Seen)>,
    gathered: Vec<(usize, Gathered)>,
    /// Its texts, where joins may have to show them and there is room.
    sources: Option<Sources>,
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
        let share = self.settings.share;
        let own = holds_subject(share, &subject.id);
        let joins = |rule: &CompiledRule| match &rule.check {
            Check::Join(join) => holds_rule(share, &rule.facts) && join.concerns(subject),
            Check::Nodes(_) => false,
        };
        if !own && !self.compiled.rules.iter().any(joins) {
            return judged;
        }
        let name = Arc::new(subject.id.clone());
        let read = self.estate.read(subject);
        match &read {
            Ok(tree) => {
                // Those of a file that is read for a join are for the join, and told with its
                // subject, too.
                let (found, wrong) = suppressions(&subject.id, tree);
                judged.suppressions = found;
                judged.diagnostics.extend(wrong);
            }
            Err(unread) if own => judged.diagnostics.push(unread_diagnostic(subject, unread)),
            Err(_) => {}
        }
        let mut numbers = 0..;
        for demands in self.compiled.by_rule() {
            let mut of_rule = Vec::new();
            for (rule, number) in demands.iter().zip(numbers.by_ref()) {
                match &rule.check {
                    Check::Join(_) if !holds_rule(share, &rule.facts) => {}
                    Check::Join(join) => {
                        let surroundings = self.surroundings(rule);
                        let part = match &read {
                            Ok(tree) => join.gather(index, subject, tree, surroundings),
                            Err(unread) => join.unseen(index, subject, unread, surroundings),
                        };
                        judged.gathered.extend(part.map(|part| (number, part)));
                    }
                    Check::Nodes(_) if !own || !rule.concerns(subject) => {}
                    Check::Nodes(check) => {
                        let (seen, findings) = match &read {
                            Ok(tree) if rule.is_about_other_than(subject, tree.format) => {
                                (Seen::Nodes, vec![unfilled(rule, &name, tree)])
                            }
                            Ok(tree) => self.apply(rule, &**check, subject, &name, tree),
                            Err(unread) => (Seen::Nodes, vec![not_read(rule, &name, unread)]),
                        };
                        judged.rules.push((number, seen));
                        of_rule.extend(findings);
                    }
                }
            }
            // A rule none of whose demands concerns the subject says so once.
            if of_rule.iter().all(|finding| finding.outcome == Outcome::NotApplicable) {
                of_rule.truncate(1);
            }
            judged.results.extend(of_rule);
        }
        if let Ok(tree) = &read
            && !judged.gathered.is_empty()
            && self.room.take(&tree.sources)
        {
            judged.sources = Some(tree.sources.clone());
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
    ) -> (Seen, Vec<Finding>) {
        let mut selected = false;
        let mut judgements = Vec::new();
        let several = tree.documents.len() > 1;
        for (number, root) in tree.documents.iter().enumerate() {
            let view = View::new(subject, tree, root, self.surroundings(rule));
            let mut of_document = rule.judge(&view, check, &mut selected);
            if let Some(gap) = tree.gaps.first() {
                for judgement in &mut of_document {
                    rule.doubt(judgement, gap);
                }
            }
            if several {
                for judgement in &mut of_document {
                    judgement.locator = format!("#{number}{}", judgement.locator);
                    // An exception for a place in one document covers none in another.
                    for (_, at) in judgement.identity.iter_mut().filter(|(name, _)| name == "at") {
                        at.insert_str(0, &format!("#{number}"));
                    }
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
        // What was withheld, or does not apply, was not looked at.
        let looked = judgements
            .iter()
            .any(|one| !matches!(one.outcome, Outcome::NotEvaluated | Outcome::NotApplicable));
        let seen = if selected || !looked { Seen::Nodes } else { Seen::Subject };
        let findings =
            judgements.into_iter().map(|judgement| found(rule, name, judgement, tree)).collect();
        (seen, findings)
    }

    /// Whether it is said here of a rule that there is nothing it concerns.
    fn speaks(&self, rule: &CompiledRule) -> bool {
        let mut subjects = self.estate.subjects().iter();
        holds_rule(self.settings.share, &rule.facts) && !subjects.any(|one| rule.concerns(one))
    }

    fn without_subject(&self, rule: &CompiledRule) -> Finding {
        let subject = Arc::new(self.delivery_name());
        Finding {
            message: Phrase::new(
                "nothing in the delivery is what this rule is about",
                "rien dans la livraison n'est ce dont parle cette règle",
            ),
            ..result(rule, subject, rule.no_subject, "")
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
}

fn found(
    rule: &CompiledRule,
    subject: &Arc<SubjectName>,
    judgement: Judgement,
    tree: &Tree,
) -> Finding {
    let secret = rule.secret;
    let shown = judgement.places.iter().map(|place| evidence(&tree.sources, place, secret));
    let mut shown: Vec<Evidence> = shown.collect();
    if subject.kind == SubjectKind::Host {
        for (evidence, place) in shown.iter_mut().zip(&judgement.places) {
            if let Some(origin) = origin(tree, place.span) {
                evidence.label = from_origin(&evidence.label, origin);
            }
        }
    }
    if shown.is_empty() && judgement.outcome != Outcome::Pass {
        let file = tree.source().name();
        shown.push(whole_file(file, Role::Primary, Phrase::default()));
    }
    let finding = Finding {
        message: judgement.message,
        evidence: shown,
        identity: judgement.identity,
        ..result(rule, Arc::clone(subject), judgement.outcome, &judgement.locator)
    };
    // What does not apply speaks of the rule alone.
    if finding.outcome == Outcome::NotApplicable {
        return finding;
    }
    let known = |place: &Place| secrets::known(&tree.sources, place.span, MAX_LINES);
    let known: Vec<_> = judgement.places.iter().flat_map(known).collect();
    silenced(finding, &known)
}

/// Leaves out of what a finding says the secrets that are known, and what looks like one: an
/// exception names a place by what the report shows of it.
fn silenced(mut finding: Finding, known: &[String]) -> Finding {
    let labels = finding.evidence.iter_mut().map(|evidence| &mut evidence.label);
    let said = labels.chain([&mut finding.message]).flat_map(|said| [&mut said.en, &mut said.fr]);
    let names = finding.identity.iter_mut().map(|(_, value)| value);
    for text in said.chain(names).filter(|text| !text.is_empty()) {
        *text = secrets::mask(&secrets::without(text, known));
    }
    finding
}

/// What a rule comes to on a subject, without anything said about it.
fn result(
    rule: &CompiledRule,
    subject: Arc<SubjectName>,
    outcome: Outcome,
    locator: &str,
) -> Finding {
    let fingerprint = fingerprint(rule, &subject, locator);
    Finding::new(Arc::clone(&rule.facts), subject, outcome, fingerprint)
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
        message: reason(unread),
        evidence: evidence.collect(),
        ..result(rule, Arc::clone(subject), Outcome::NotEvaluated, "")
    }
}

/// That a template says nothing of the format the rule is about before it is filled in.
fn unfilled(rule: &CompiledRule, subject: &Arc<SubjectName>, tree: &Tree) -> Finding {
    let file = tree.source().name();
    Finding {
        message: Phrase::new(
            "this template cannot be read before it is filled in: deliver what it makes",
            "ce modèle ne se lit pas avant d'être rempli : livrer ce qu'il produit",
        ),
        evidence: vec![whole_file(file, Role::Primary, Phrase::default())],
        ..result(rule, Arc::clone(subject), Outcome::NotEvaluated, "")
    }
}

/// Why it could not be read; a reader may quote what it stumbled over.
fn reason(unread: &Unread) -> Phrase {
    Phrase::new(secrets::mask(&unread.reason.en), secrets::mask(&unread.reason.fr))
}

fn unread_diagnostic(subject: &Subject, unread: &Unread) -> Diagnostic {
    let name = &subject.id.name;
    let (level, code) = match unread.cause {
        Cause::Undelivered => (DiagnosticLevel::Error, "undelivered"),
        Cause::Unsupported => (DiagnosticLevel::Warning, "unsupported"),
        Cause::Unreadable => (DiagnosticLevel::Error, "unreadable"),
    };
    Diagnostic {
        level,
        code: code.into(),
        // A file is named beside its message; what has none must be named in it.
        message: match &unread.file {
            Some(_) => reason(unread),
            None => {
                let Phrase { en, fr } = reason(unread);
                Phrase::new(format!("{name}: {en}"), format!("{name} : {fr}"))
            }
        },
        file: unread.file.clone(),
        position: unread.position,
    }
}

fn fingerprint(rule: &CompiledRule, subject: &SubjectName, locator: &str) -> Fingerprint {
    let mut hash = Sha256::new();
    let parts = [
        rule.facts.standard.as_str(),
        &*rule.facts.label(),
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
