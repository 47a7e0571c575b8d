use aplomb_model::{Node, Phrase, Position, Subject, Tree};

/// All the subjects of a run, and how to get at what they say.
///
/// A subject is read when its rules run and dropped right after, so a run over very many subjects
/// holds few trees at a time.
pub trait Estate: Sync {
    /// The subjects, in the order of the report.
    fn subjects(&self) -> &[Subject];

    /// The variable `delivery` of expressions: the manifest's `[delivery]` members together with
    /// its other tables (`host`, `service`, `component`, `document` …).
    fn delivery(&self) -> &Node;

    /// Reads a subject.
    ///
    /// # Errors
    /// With the reason, when there is nothing to read or it cannot be read.
    fn read(&self, subject: &Subject) -> Result<Tree, Unread>;
}

/// Why a subject could not be read.
#[derive(Clone, Debug)]
pub struct Unread {
    /// What is missing or wrong.
    pub reason: Phrase,
    /// The file concerned, where there is one.
    pub file: Option<String>,
    /// Where in it.
    pub position: Option<Position>,
    /// True where the subject was declared but nothing was delivered for it; false where what was
    /// delivered cannot be read.
    pub undelivered: bool,
}
