use std::fmt::{self, Write};

use aplomb_model::{Node, Span};

/// A node a path selects, and where it is in the tree.
#[derive(Clone, Debug)]
pub struct Hit<'a> {
    /// The node.
    pub node: &'a Node,
    /// Where the member's key stands, when the node is the value of a member.
    pub key_span: Option<Span>,
    /// The way from the root to the node.
    pub location: Location<'a>,
}

/// The way from the root of a tree to one of its nodes.
///
/// Displayed as a normalized path (RFC 9535 section 2.7): `$['spec']['containers'][0]`. Members
/// with the same key in one map have the same location.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location<'a> {
    pub(super) steps: Vec<Step<'a>>,
}

/// From a node to one of its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step<'a> {
    /// To the member of a map that has this key.
    Name(&'a str),
    /// To the element of a list at this place, from 0.
    Index(usize),
}

impl<'a> Location<'a> {
    /// The steps, from the root on.
    pub fn steps(&self) -> &[Step<'a>] {
        &self.steps
    }
}

impl fmt::Display for Location<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('$')?;
        self.steps.iter().try_for_each(|step| step.fmt(f))
    }
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Name(name) => {
                f.write_str("['")?;
                name.chars().try_for_each(|c| write_escaped(c, f))?;
                f.write_str("']")
            }
        }
    }
}

fn write_escaped(c: char, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match c {
        '\'' => f.write_str("\\'"),
        '\\' => f.write_str("\\\\"),
        '\u{8}' => f.write_str("\\b"),
        '\t' => f.write_str("\\t"),
        '\n' => f.write_str("\\n"),
        '\u{c}' => f.write_str("\\f"),
        '\r' => f.write_str("\\r"),
        '\0'..='\u{1f}' => write!(f, "\\u{:04x}", u32::from(c)),
        _ => f.write_char(c),
    }
}
