//! The results, each given its shape when it is written and taken from it when it is read: there
//! may be a million.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use aplomb_model::{
    Accepted, Demand, Finding, Fingerprint, Lang, Outcome, RuleFacts, Severity, SubjectKind,
    SubjectName,
};
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::read::{self, known};
use super::shape;
use super::texts::{Heard, phrase, turned};

pub(super) enum Results<'a> {
    Given(&'a [Finding], Lang),
    Read(Read),
}

/// Results as read, each with what the file says of its rule beside it, in one language.
#[derive(Default)]
pub(super) struct Read {
    findings: Vec<Finding>,
    rules: BTreeMap<(DemandKey, Severity), Arc<RuleFacts>>,
    subjects: BTreeMap<SubjectName, Arc<SubjectName>>,
    accepted: Vec<Arc<Accepted>>,
    heard: Heard,
}

/// What tells demands apart: the standard, the rule, and which of its demands.
type DemandKey = (String, String, Option<String>);

fn key(rule: &RuleFacts) -> DemandKey {
    (rule.standard.clone(), rule.id.clone(), rule.demand.name.clone())
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (findings, lang) = match self {
            Self::Given(findings, lang) => (*findings, *lang),
            // Nothing that was read is written before it is a report again.
            Self::Read(_) => (&[][..], Lang::En),
        };
        serializer.collect_seq(findings.iter().map(|finding| shape::Finding::of(finding, lang)))
    }
}

impl<'de> Deserialize<'de> for Results<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(OneByOne).map(Self::Read)
    }
}

struct OneByOne;

impl<'de> Visitor<'de> for OneByOne {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of results")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut results: A) -> Result<Read, A::Error> {
        let mut read = Read::default();
        while let Some(result) = results.next_element()? {
            let number = read.findings.len();
            let finding = read.finding(result);
            let finding = finding
                .map_err(|error| A::Error::custom(format_args!("results[{number}]: {error}")))?;
            read.findings.push(finding);
        }
        Ok(read)
    }
}

impl Read {
    /// The results with the rules they are of, once the report's language is known.
    pub(super) fn settle(
        self,
        rules: &[Arc<RuleFacts>],
        lang: Lang,
    ) -> Result<Vec<Finding>, String> {
        self.heard.fits(lang)?;
        let by_id: BTreeMap<_, _> = rules.iter().map(|rule| (key(rule), rule)).collect();
        let mut settled = BTreeMap::new();
        for ((key, severity), said) in &self.rules {
            let id = said.label();
            let rule = by_id.get(key).ok_or_else(|| {
                format!("there are results of {id}, which is not among the `rules`")
            })?;
            if !says_the_same(said, rule, lang) {
                return Err(format!("results of {id} do not say of it what `rules` says"));
            }
            let rule = if rule.severity == *severity {
                Arc::clone(rule)
            } else {
                Arc::new(RuleFacts { severity: *severity, ..(***rule).clone() })
            };
            settled.insert(Arc::as_ptr(said), rule);
        }
        let mut findings = self.findings;
        for finding in &mut findings {
            if let Some(rule) = settled.get(&Arc::as_ptr(&finding.rule)) {
                finding.rule = Arc::clone(rule);
            }
            turned(&mut finding.message, lang);
            for evidence in &mut finding.evidence {
                turned(&mut evidence.label, lang);
            }
        }
        Ok(findings)
    }

    fn finding(&mut self, result: shape::Finding<'_>) -> Result<Finding, String> {
        let mut texts = self.heard.other(result.en, result.fr)?;
        let severity = known(&result.severity, &Severity::ALL, Severity::id)?;
        let said = RuleFacts {
            id: result.rule.into_owned(),
            name: result.name.into_owned(),
            standard: result.standard.into_owned(),
            domain: result.domain.into_owned(),
            severity,
            title: phrase(result.title, &mut None),
            demand: Demand {
                name: result.demand.name.map(Cow::into_owned),
                file: result.demand.file.into_owned(),
                start: read::position(result.demand.start)?,
                end: read::position(result.demand.end)?,
                excerpt: None,
            },
            remedy: phrase(result.remedy, &mut None),
            waivable: true,
            references: result.references.into_iter().map(read::reference).collect(),
        };
        let evidence = result.evidence.into_iter();
        let evidence: Result<_, _> =
            evidence.map(|one| read::evidence(one, &mut self.heard)).collect();
        let finding = Finding {
            message: phrase(result.message, &mut texts.message),
            evidence: evidence?,
            identity: read::pairs(result.identity),
            accepted: result.waiver.map(|waiver| self.accepted(waiver)).transpose()?,
            ..Finding::new(
                self.rule(said)?,
                self.subject(result.subject)?,
                known(&result.outcome, &Outcome::ALL, Outcome::id)?,
                fingerprint(&result.fingerprint)?,
            )
        };
        texts.finish()?;
        Ok(finding)
    }

    /// What is said of a rule, shared by all results that say the same.
    fn rule(&mut self, said: RuleFacts) -> Result<Arc<RuleFacts>, String> {
        let key = (key(&said), said.severity);
        match self.rules.get(&key) {
            Some(first) if **first == said => Ok(Arc::clone(first)),
            Some(_) => Err(format!("it does not say of {} what an earlier result does", said.id)),
            None => {
                let first = Arc::new(said);
                self.rules.insert(key, Arc::clone(&first));
                Ok(first)
            }
        }
    }

    fn subject(&mut self, subject: shape::Subject<'_>) -> Result<Arc<SubjectName>, String> {
        let kind = known(&subject.kind, &SubjectKind::ALL, SubjectKind::id)?;
        let name = SubjectName { kind, name: subject.name.into_owned() };
        if let Some(shared) = self.subjects.get(&name) {
            return Ok(Arc::clone(shared));
        }
        let shared = Arc::new(name.clone());
        self.subjects.insert(name, Arc::clone(&shared));
        Ok(shared)
    }

    fn accepted(&mut self, waiver: shape::Accepted<'_>) -> Result<Arc<Accepted>, String> {
        let accepted = Accepted {
            id: waiver.id.into_owned(),
            kind: read::exception_kind(&waiver.kind)?,
            expires: waiver.expires.into_owned(),
        };
        // Results of one exception lie close to each other; there are few exceptions anyway.
        if let Some(shared) = self.accepted.iter().rev().take(16).find(|one| ***one == accepted) {
            return Ok(Arc::clone(shared));
        }
        let shared = Arc::new(accepted);
        self.accepted.push(Arc::clone(&shared));
        Ok(shared)
    }
}

/// Whether what results say of a rule, in the report's language, is what the rule says.
fn says_the_same(said: &RuleFacts, rule: &RuleFacts, lang: Lang) -> bool {
    let place = |demand: &Demand| (demand.file.clone(), demand.start, demand.end);
    said.name == rule.name
        && said.domain == rule.domain
        && said.title.en == rule.title.get(lang)
        && said.remedy.en == rule.remedy.get(lang)
        && place(&said.demand) == place(&rule.demand)
        && said.references == rule.references
}

pub(super) fn fingerprint(text: &str) -> Result<Fingerprint, String> {
    let decoded = data_encoding::HEXLOWER.decode(text.as_bytes()).ok();
    let bytes = decoded.and_then(|bytes| bytes.try_into().ok());
    let no_such = || format!("`{text}` is no fingerprint: 32 hexadecimal digits");
    bytes.map(Fingerprint).ok_or_else(no_such)
}
