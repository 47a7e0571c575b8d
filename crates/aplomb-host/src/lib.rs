//! What is the host? Its facts, recorded once into a snapshot that is judged anywhere.
//!
//! [`collect`] asks each [`Section`] of [`SECTIONS`] for its facts through an [`Access`]: this
//! machine ([`Live`]), or the root directory of one that does not run ([`RootDirectory`]). Nothing
//! is written, run or sent; what is read is bounded, and secrets stay where they are (see
//! [`redact`]).
//!
//! # Where a fact comes from
//!
//! An item of a list says it itself: `"from": "/etc/passwd:12"`. A section that is one object has
//! a member `from` that names the source of each other member: `"from": {"id": "/etc/os-release"}`.
//! The number is the line, counted from 1.
//!
//! # What could not be seen
//!
//! A section's `status` says how it came about, and a section that is not `collected` carries no
//! facts: its member is missing, never empty. Where a section was collected but one of its sources
//! was not, `gaps` names the source, the reason and the members that are missing for it.
//!
//! To add a section, copy a neighbour under `sections/` and add its line to [`SECTIONS`].

mod access;
mod calendar;
mod compare;
mod facts;
#[cfg(test)]
#[expect(clippy::print_stderr, reason = "a test that skips says so")]
mod fixture;
mod host;
mod import;
mod json;
mod redact;
mod section;
mod sections;
mod snapshot;

pub use access::{
    Access, Content, Entry, FileKind, FileStatus, Live, MOST_ENTRIES, Recording, Refusal,
    RootDirectory, Running, Space, Touch,
};
pub use compare::{Change, Comparison, Unseen, compare};
pub use import::{IMPORTERS, Imported, Importer, NotUnderstood, import, importer};
pub use redact::redact;
pub use section::{SECTIONS, Section, by_id};
pub use snapshot::{HEADER_SOURCES, Order, Snapshot, collect, is_unaltered};
