//! A program ready to run.

use std::fmt;

use regex::Regex;

use super::functions::Function;

/// One step of a program and those below it.
#[derive(Debug)]
pub(super) enum Code {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Double(f64),
    Text(Box<str>),
    /// A variable, by its place among all.
    Variable(usize),
    /// A variable of a comprehension, by depth from the outermost.
    Local(usize),
    List(Vec<Code>),
    Map(Vec<(Code, Code)>),
    /// A key of a map, as `a.key`.
    Select(Box<Code>, Box<str>),
    /// Whether a map has a key, as `has(a.key)`.
    Has(Box<Code>, Box<str>),
    /// An element or entry, as `a[b]`.
    Index(Box<Code>, Box<Code>),
    Not(Box<Code>),
    Negate(Box<Code>),
    And(Box<Code>, Box<Code>),
    Or(Box<Code>, Box<Code>),
    If(Box<[Code; 3]>),
    Binary(Operator, Box<[Code; 2]>),
    Call {
        function: &'static Function,
        arguments: Vec<Code>,
        /// The pattern argument, where it is written out.
        pattern: Option<Regex>,
    },
    Comprehension(Comprehension, Box<[Code; 2]>),
    /// `list.map(x, condition, value)`.
    MapIf(Box<[Code; 3]>),
}

/// The macros that go through a list: over the first code, with the second for each element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comprehension {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

/// Operators of two operands that both are always evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
}

/// What is known of a value's type before it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Any,
    Null,
    Bool,
    Number,
    Text,
    List,
    Map,
    Timestamp,
    Duration,
    Version,
    Quantity,
    Network,
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "value",
            Self::Null => "null",
            Self::Bool => "boolean",
            Self::Number => "number",
            Self::Text => "string",
            Self::List => "list",
            Self::Map => "map",
            Self::Timestamp => "timestamp",
            Self::Duration => "duration",
            Self::Version => "version",
            Self::Quantity => "quantity",
            Self::Network => "network or address",
        })
    }
}
