use std::collections::BTreeMap;
use std::io;

use aplomb_model::{Finding, Fingerprint, Lang, Report, SubjectName};
use data_encoding::HEXLOWER;
use uuid::{Uuid, uuid};

use crate::formats::json;

/// What all names of ours are made in.
const NAMESPACE: Uuid = uuid!("6ee2a3a1-4a0c-4b8f-9d0e-7f2b51c6d3a8");

/// The identifiers of one document. Each is made of what it names (RFC 9562, version 5), so that
/// it is the same in the next run.
pub(super) struct Ids {
    /// Made of all that was found.
    content: String,
    lang: Lang,
}

impl Ids {
    pub(super) fn of(report: &Report, lang: Lang) -> io::Result<Self> {
        Ok(Self { content: HEXLOWER.encode(&json::digest(report)?), lang })
    }

    /// The run: the same whatever language it is told in.
    pub(super) fn result(&self) -> Uuid {
        named("result", &self.content)
    }

    /// This file.
    pub(super) fn document(&self) -> Uuid {
        let lang = match self.lang {
            Lang::En => "en",
            Lang::Fr => "fr",
        };
        named("document", &format!("{}:{lang}", self.content))
    }

    /// A line of the run's log, which belongs to the run.
    pub(super) fn entry(&self, index: usize) -> Uuid {
        named("entry", &format!("{}:{index}", self.content))
    }

    /// The standards, as the plan that was followed.
    pub(super) fn plan(&self) -> Uuid {
        named("plan", &self.content)
    }
}

/// A thing of a kind by its name.
pub(super) fn named(kind: &str, name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{kind}:{name}").as_bytes())
}

pub(super) fn subject(subject: &SubjectName) -> Uuid {
    named("subject", &format!("{}:{}", subject.kind.id(), subject.name))
}

/// The identifiers of results, in the order of the report. Two results that share a fingerprint,
/// which no run of ours makes, are told apart by their order.
#[derive(Default)]
pub(super) struct Occurrences(BTreeMap<Fingerprint, u32>);

/// What names one result.
pub(super) struct ResultId(String);

impl Occurrences {
    pub(super) fn next(&mut self, finding: &Finding) -> ResultId {
        let count = self.0.entry(finding.fingerprint).or_default();
        *count += 1;
        ResultId::of(finding.fingerprint, *count)
    }
}

impl ResultId {
    fn of(fingerprint: Fingerprint, occurrence: u32) -> Self {
        Self(match occurrence {
            1 => fingerprint.to_string(),
            more => format!("{fingerprint}:{more}"),
        })
    }

    /// The only result with a fingerprint.
    pub(super) fn first(fingerprint: Fingerprint) -> Self {
        Self::of(fingerprint, 1)
    }

    pub(super) fn observation(&self) -> Uuid {
        named("observation", &self.0)
    }

    pub(super) fn finding(&self) -> Uuid {
        named("finding", &self.0)
    }
}
