//! The words the whole product uses, and nothing that acts on the world.
//!
//! A [`Source`] is text with a name. A reader turns sources into a [`Tree`] whose every key and
//! value ([`Node`]) knows its byte range ([`Span`]). A [`Subject`] is one thing under judgement.
//! Evaluation yields [`Finding`]s, each with an [`Outcome`] and [`Evidence`]; all of them, weighed,
//! make a [`Report`] with a [`Verdict`].
//!
//! No input or output, no command line, no file format and no rendering live here.

mod action;
mod basis;
mod comparison;
mod exception;
mod finding;
mod gate;
mod mistake;
mod node;
mod part;
mod phrase;
mod report;
mod source;
mod span;
mod subject;
mod tree;

pub use action::{Action, ActionKind, ActionState, Cost, Owner, Task};
pub use basis::{Basis, FileUsed, LeftOut, ParamUsed, SubjectUsed, Tolerance, WhyLeftOut};
pub use comparison::{Cause, CauseKind, Change, ChangeKind, Comparison, RunHead, State};
pub use exception::{Accepted, Exception, ExceptionKind, ExceptionState};
pub use finding::{
    Demand, Evidence, Excerpt, Finding, Fingerprint, Outcome, Reference, Role, RuleFacts, Severity,
};
pub use gate::{Baseline, Condition, ConditionKind, Gate, GateState, Measure};
pub use mistake::Mistake;
pub use node::{Member, Node, Value};
pub use part::{Part, Share};
pub use phrase::{Lang, Phrase};
pub use report::{
    Count, Delivery, Diagnostic, DiagnosticLevel, Report, StandardUsed, Summary, Verdict,
};
pub use source::{Digest, Encoding, Position, Source};
pub use span::Span;
pub use subject::{Subject, SubjectKind, SubjectName};
pub use tree::{Comment, Gap, Located, Shadowed, Sources, Tree};
