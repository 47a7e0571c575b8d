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
    /// What kind of reason it is.
    pub cause: Cause,
}

/// What kind of reason a subject has not to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was declared, and nothing was delivered for it.
    Undelivered,
    /// No reader knows its format. What rules demand of it is not evaluated; a file that no rule
    /// is about does not make the run incomplete.
    Unsupported,
    /// It was delivered and cannot be read or is not valid: the run is not complete.
    Unreadable,
}
