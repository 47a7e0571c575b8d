//! Does it conform? Rules are [compiled](compile) once and [evaluated](evaluate) over an
//! [`Estate`]; what comes of it is weighed into a [`Verdict`](aplomb_model::Verdict).
//!
//! The crate is pure: the estate hands it trees, time is an input, and nothing is printed. What a
//! rule may demand is listed in [`KINDS`]; to add a kind, copy a neighbour under `kinds/` and add
//! its line to the slice.

mod basis;
mod comparison;
mod compile;
mod estate;
mod evaluate;
mod evidence;
mod exceptions;
mod expression;
mod gate;
mod judgement;
mod kinds;
mod merge;
mod normalise;
mod ordering;
mod path;
mod plan;
mod reads;
mod rule;
pub mod scalar;
mod schema;
mod secrets;
mod share;
mod suppression;
mod template;
mod verdict;

pub use basis::basis;
pub use comparison::compare;
pub use compile::{Compiled, compile};
pub use estate::{Cause, Estate, Unread};
pub use evaluate::{Evaluation, Settings, evaluate};
pub use exceptions::{
    Acceptance, Circumstances, Exceptions, TimeZone, doubts_of, read_exceptions, time_zone,
};
pub use expression::{Expression, ExpressionError, Scope, functions};
pub use gate::{Asked, Gated, asked, gate};
pub use kinds::{KINDS, Kind, kind_ids};
pub use merge::{MergeError, PART, merge};
pub use ordering::in_order;
pub use path::{Hit, Location, MAX_VISITS, Path, PathError, Step, TooCostly};
pub use plan::{Planning, plan};
pub use schema::{Options as SchemaOptions, Schema, Violation};
pub use verdict::{conclude, conclude_new};
