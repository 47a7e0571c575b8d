//! The shipped standards: every rule is tested by its own cases, in both languages.

use std::collections::BTreeSet;
use std::sync::Arc;

use aplomb_check::{Cause, Estate, Settings, Unread, compile, evaluate, kind_ids};
use aplomb_model::{
    Member, Node, Outcome, Phrase, Source, Span, Subject, SubjectKind, SubjectName, Tree, Value,
};
use aplomb_read::{Root, by_id, detect, read_text};
use aplomb_standard::{Case, CaseContent, CaseSubject, FileMistakes, Policy, Rule, load};
use chrono::DateTime;

use crate::run::root;

pub(crate) fn policy() -> Policy {
    let folder = Root::open(root().join("policies")).expect("the shipped standards");
    let (entries, _) = folder.walk(&aplomb_read::Limits::default());
    let files = entries.iter().map(|entry| {
        let source = folder.read(&entry.path).expect("readable");
        Arc::new(Source::new(format!("policies/{}", entry.path), source.text()))
    });
    let loaded = load(files.collect(), &kind_ids());
    let mistakes: Vec<_> = loaded.mistakes.iter().map(|one| format!("{one}")).collect();
    assert!(mistakes.is_empty(), "{mistakes:?}");
    loaded.policy
}

/// The subjects of a case, held in memory.
struct InMemory {
    subjects: Vec<Subject>,
    texts: Vec<Option<String>>,
    delivery: Node,
}

impl Estate for InMemory {
    fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    fn delivery(&self) -> &Node {
        &self.delivery
    }

    fn read(&self, subject: &Subject) -> Result<Tree, Unread> {
        let at = self.subjects.iter().position(|other| other.id == subject.id).expect("ours");
        let unread = |cause, reason: String| Unread {
            reason: Phrase::same(reason),
            file: None,
            position: None,
            cause,
        };
        let Some(text) = &self.texts[at] else {
            return Err(unread(Cause::Undelivered, "nothing was delivered for it".into()));
        };
        let named = subject.format.as_deref().and_then(by_id);
        let format = named.or_else(|| detect(&subject.id.name, text)).expect("a known format");
        read_text(&subject.id.name, text, format)
            .map_err(|error| unread(Cause::Unreadable, error.to_string()))
    }
}

/// What a case does not say of its subject, the rule does.
fn subject(rule: &Rule, case: &CaseSubject) -> (Subject, Option<String>) {
    let filter = rule.subjects.first();
    let kind = case.kind.or_else(|| filter.and_then(|f| f.kinds.first().copied()));
    let kind = kind.unwrap_or(SubjectKind::Config);
    let format = case.format.clone().or_else(|| filter.and_then(|f| f.formats.first().cloned()));
    let format = format.or_else(|| (kind == SubjectKind::Host).then(|| "json".to_owned()));
    let doc_type = case.doc_type.clone().or_else(|| filter.and_then(|f| f.types.first().cloned()));
    let name = case.name.clone().unwrap_or_else(|| "case".to_owned());
    let text = case.content.as_ref().map(|content| match content {
        CaseContent::Text(written) => written.text.clone(),
        CaseContent::Path(path) => {
            std::fs::read_to_string(root().join("policies").join(&path.text)).expect("a case file")
        }
    });
    let own = [
        ("kind", Some(kind.id())),
        ("name", Some(name.as_str())),
        ("format", format.as_deref()),
        ("type", doc_type.as_deref()),
    ];
    let own = own.into_iter().filter_map(|(key, value)| {
        Some(Member {
            key: key.into(),
            key_span: Span::default(),
            value: Node::text(Span::default(), value?),
        })
    });
    let members = own.chain(case.attributes.members().iter().cloned()).collect();
    let subject = Subject {
        path: text.as_ref().map(|_| name.clone()),
        parts: Vec::new(),
        id: SubjectName { kind, name },
        attributes: Node::new(Span::default(), Value::Map(members)),
        format,
        doc_type,
    };
    (subject, text)
}

/// What is wrong with the outcome of a case; nothing where it comes out as it says.
fn wrong(policy: &Policy, rule: &Rule, case: &Case) -> Option<String> {
    let params = Node::new(Span::default(), Value::Map(case.params.clone()));
    let mut selection = policy.apply(None, &[], Some(&params)).expect("valid parameters");
    selection.rules.retain(|selected| selected.rule.label() == rule.label());
    let date = case.as_of.as_ref().map_or("2026-11-23", |written| &written.text);
    let now = DateTime::parse_from_rfc3339(&format!("{date}T00:00:00Z")).expect("a date");
    let compiled = match compile(&selection, now, case.tier) {
        Ok(compiled) => compiled,
        Err(mistakes) => {
            let mistakes = mistakes.iter().flat_map(FileMistakes::mistakes);
            let mistakes: Vec<_> = mistakes.map(|m| m.message.clone()).collect();
            return Some(mistakes.join("; "));
        }
    };
    let subjects = case.subjects.iter().map(|one| subject(rule, one));
    let (subjects, texts) = subjects.unzip();
    let empty = || Node::new(Span::default(), Value::Map(Vec::new()));
    let estate =
        InMemory { subjects, texts, delivery: case.delivery.clone().unwrap_or_else(empty) };
    let settings = Settings { now, share: None, on_subject: &|| {} };
    let evaluation = evaluate(&compiled, &estate, settings);
    let outcomes: BTreeSet<_> = evaluation.results.iter().map(|one| one.outcome).collect();
    let messages: Vec<_> = evaluation.results.iter().map(|one| &one.message.en).collect();
    // The worst of several results speaks for the case.
    let order = [
        Outcome::Error,
        Outcome::Fail,
        Outcome::NotEvaluated,
        Outcome::Pass,
        Outcome::NotApplicable,
    ];
    let came = order.into_iter().find(|outcome| outcomes.contains(outcome));
    if came != Some(case.outcome) {
        let came = came.map_or("nothing", Outcome::id);
        return Some(format!("comes to {came}, not {}: {messages:?}", case.outcome.id()));
    }
    let failed = evaluation.results.iter().filter(|one| one.outcome == Outcome::Fail);
    let lines: BTreeSet<u32> =
        failed.filter_map(|one| one.evidence.first()).map(|evidence| evidence.start.line).collect();
    let wanted: BTreeSet<u32> = case.at.iter().copied().collect();
    (!wanted.is_empty() && lines != wanted)
        .then(|| format!("points at lines {lines:?}, not {wanted:?}"))
}

#[test]
fn every_case_comes_out_as_it_says() {
    let policy = policy();
    let mut wrongs = Vec::new();
    let mut count = 0;
    for (_, rule) in policy.rules() {
        for case in &rule.cases {
            count += 1;
            if let Some(why) = wrong(&policy, rule, case) {
                wrongs.push(format!("{} “{}” {why}", rule.label(), case.name));
            }
        }
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
    assert!(count > 100, "{count}");
}

#[test]
fn every_rule_is_seen_to_pass_and_to_fail() {
    for (_, rule) in policy().rules() {
        for outcome in [Outcome::Pass, Outcome::Fail] {
            let seen = rule.cases.iter().any(|case| case.outcome == outcome);
            assert!(seen, "{} has no case that comes to {}", rule.label(), outcome.id());
        }
    }
}

#[test]
fn every_rule_speaks_both_languages() {
    for (_, rule) in policy().rules() {
        for (part, text) in [("title", &rule.title), ("why", &rule.why), ("remedy", &rule.remedy)] {
            assert!(!text.is_empty(), "{} has no {part}", rule.id);
            assert_ne!(text.en, text.fr, "the {part} of {} is not translated", rule.id);
        }
        assert!(!rule.references.is_empty(), "{} cites nothing", rule.id);
        if let Some(message) = &rule.message {
            let plain = message.phrase.en.replace(|c: char| !c.is_alphabetic(), "");
            let only_values = message.phrase.en.starts_with('{') && plain.len() < 40;
            assert!(
                only_values || message.phrase.en != message.phrase.fr,
                "the message of {} is not translated",
                rule.id
            );
        }
    }
}
