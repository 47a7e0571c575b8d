//! Selection of nodes by `JSONPath` (RFC 9535).
//!
//! A [`Path`] is parsed once, with its functions checked for types and its literal patterns
//! compiled, and then evaluated over any number of trees, in place. Where a key is written twice
//! in a map, a name selects the last one; wildcards and filters visit every member.
//!
//! `match` and `search` take I-Regexp patterns (RFC 9485): `.` matches neither line feed nor
//! carriage return, and sets are plain sets. Beyond the RFC, `^` and `$` anchor and the escapes
//! and flags of the `regex` crate are understood. A pattern written in the path that does not
//! compile is an error of the path; one found in the document is, as the RFC says, no match.

mod ast;
mod budget;
mod compare;
mod evaluate;
mod filter;
mod location;
mod parse;
mod regexp;

#[cfg(test)]
mod tests;

use std::fmt;

use aplomb_model::{Node, Span};

use ast::{Query, Segment, Selector};
use budget::Budget;
use evaluate::{Evaluation, Hits, Nodes, Sink, Stop};

pub use location::{Hit, Location, Step};

/// How many nodes one evaluation may visit. Comparisons of large values, look-ups in wide maps and
/// patterns count as several visits.
pub const MAX_VISITS: usize = 10_000_000;

/// A compiled `JSONPath` query.
#[derive(Clone, Debug)]
pub struct Path {
    text: Box<str>,
    query: Query,
}

/// Why a text is not a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PathError {
    /// What is wrong and what to write instead: a fragment, lower case, no full stop.
    pub message: String,
    /// The bytes of the path's text it is about.
    pub span: Span,
}

/// An evaluation that was given up after [`MAX_VISITS`] visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the path visits more than {MAX_VISITS} nodes: narrow it, or use fewer `..` and nested filters"
)]
pub struct TooCostly;

impl Path {
    /// Compiles a path.
    ///
    /// # Errors
    ///
    /// What is not well-formed or not well-typed by RFC 9535, a literal pattern that does not
    /// compile, and paths beyond our limits of length and nesting.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        Ok(Self { text: text.into(), query: parse::path(text)? })
    }

    /// The nodes the path selects, in the RFC's order; a node selected twice is there twice.
    ///
    /// # Errors
    ///
    /// [`TooCostly`] after [`MAX_VISITS`] visits.
    pub fn select<'a>(&self, root: &'a Node) -> Result<Vec<&'a Node>, TooCostly> {
        self.select_within(root, MAX_VISITS)
    }

    /// The nodes the path selects, as [`select`](Self::select) gives them, each with where it is.
    ///
    /// # Errors
    ///
    /// [`TooCostly`] after [`MAX_VISITS`] visits.
    pub fn locate<'a>(&self, root: &'a Node) -> Result<Vec<Hit<'a>>, TooCostly> {
        self.locate_within(root, MAX_VISITS)
    }

    /// The name the path starts with (`a` of `$.a[*].b`), when it starts with a single one: all it
    /// can select lies under that member of the root.
    pub fn first_name(&self) -> Option<&str> {
        match self.query.segments.first() {
            Some(Segment::One(Selector::Name(name))) => Some(name),
            _ => None,
        }
    }

    fn select_within<'a>(&self, root: &'a Node, visits: usize) -> Result<Vec<&'a Node>, TooCostly> {
        let mut nodes = Nodes::default();
        self.run(root, visits, &mut nodes)?;
        Ok(nodes.found)
    }

    fn locate_within<'a>(&self, root: &'a Node, visits: usize) -> Result<Vec<Hit<'a>>, TooCostly> {
        let mut hits = Hits::default();
        self.run(root, visits, &mut hits)?;
        Ok(hits.found)
    }

    fn run<'a, S: Sink<'a>>(
        &self,
        root: &'a Node,
        visits: usize,
        sink: &mut S,
    ) -> Result<(), TooCostly> {
        let mut evaluation = Evaluation::new(root, Budget::new(visits));
        match evaluation.walk(root, S::ROOT, &self.query.segments, sink) {
            Ok(()) | Err(Stop::Enough) => Ok(()),
            Err(Stop::TooCostly) => Err(TooCostly),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
