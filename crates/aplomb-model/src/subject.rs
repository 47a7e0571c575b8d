use std::fmt;

use crate::Node;

/// What kind of thing is under judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// A machine, by its snapshot.
    Host,
    /// A configuration file.
    Config,
    /// A document: a manual, a plan, a matrix.
    Document,
    /// A register kept beside the documents: inventory, certificates, people.
    Register,
    /// The delivery manifest itself.
    Manifest,
}

impl SubjectKind {
    /// All kinds, in the order reports use.
    pub const ALL: [Self; 5] =
        [Self::Host, Self::Config, Self::Document, Self::Register, Self::Manifest];

    /// The word used in rules and reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Config => "config",
            Self::Document => "document",
            Self::Register => "register",
            Self::Manifest => "manifest",
        }
    }
}

/// The identity of a subject in a report.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectName {
    /// What kind of thing.
    pub kind: SubjectKind,
    /// A host's name; for files the path relative to the delivery's root.
    pub name: String,
}

impl fmt::Display for SubjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// One thing under judgement, before it is read.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Kind and name.
    pub id: SubjectName,
    /// Where its content is, relative to the delivery's root with `/`; `None` for a subject that
    /// is declared but was not delivered (a host without snapshot).
    pub path: Option<String>,
    /// Other files that are judged as part of it: those it includes, its drop-ins.
    pub parts: Vec<String>,
    /// The reader's id, as declared or detected.
    pub format: Option<String>,
    /// For documents and registers, what the manifest says they are: `DAT`, `flow-matrix`.
    pub doc_type: Option<String>,
    /// What the manifest declares about it (the `[[host]]` or `[[document]]` entry) together with
    /// `kind`, `name`, `path`, `format` and `type`: the variable `subject` of expressions.
    pub attributes: Node,
}
