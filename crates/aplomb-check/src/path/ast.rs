use aplomb_model::Value;
use regex::Regex;

/// A query: where it starts and the segments that lead on from there.
#[derive(Clone, Debug)]
pub(super) struct Query {
    pub(super) origin: Origin,
    pub(super) segments: Vec<Segment>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// `$`
    Root,
    /// `@`
    Current,
}

/// One step from nodes to nodes.
#[derive(Clone, Debug)]
pub(super) enum Segment {
    /// A child segment with one selector, by far the most frequent.
    One(Selector),
    /// A child segment with several selectors.
    Several(Vec<Selector>),
    /// A descendant segment.
    Deep(Vec<Selector>),
}

#[derive(Clone, Debug)]
pub(super) enum Selector {
    Name(Box<str>),
    Index(i64),
    Wildcard,
    Slice(Slice),
    Filter(Logic),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Slice {
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
    pub(super) step: i64,
}

/// An expression that is true or false of a node.
#[derive(Clone, Debug)]
pub(super) enum Logic {
    Or(Vec<Logic>),
    And(Vec<Logic>),
    Not(Box<Logic>),
    Exists(Query),
    Compare(Box<Comparison>),
    Match(Box<Match>),
}

#[derive(Clone, Debug)]
pub(super) struct Comparison {
    pub(super) left: Term,
    pub(super) operator: Operator,
    pub(super) right: Term,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// An expression that is a value, or nothing.
#[derive(Clone, Debug)]
pub(super) enum Term {
    Literal(Value),
    /// A singular query: at most one node.
    Query(Query),
    /// `length(…)`
    Length(Box<Term>),
    /// `count(…)`
    Count(Query),
    /// `value(…)`
    Value(Query),
}

/// `match(…)` or `search(…)`.
#[derive(Clone, Debug)]
pub(super) struct Match {
    pub(super) text: Term,
    pub(super) pattern: Pattern,
    /// Whether the whole text has to match, as `match` wants it.
    pub(super) whole: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// Written in the path, compiled with it.
    Fixed(Regex),
    /// Computed for each node.
    Computed(Term),
}

impl Query {
    /// Whether the query selects at most one node, by its form.
    pub(super) fn is_singular(&self) -> bool {
        self.segments.iter().all(Segment::is_singular)
    }
}

impl Segment {
    pub(super) const fn is_singular(&self) -> bool {
        matches!(self, Self::One(Selector::Name(_) | Selector::Index(_)))
    }
}

impl Slice {
    /// The indices the slice selects from a list of `len` elements (RFC 9535 section 2.3.4.2).
    pub(super) fn indices(self, len: usize) -> impl Iterator<Item = usize> {
        let len = i64::try_from(len).unwrap_or(i64::MAX);
        let from_end = |index: i64| if index < 0 { len + index } else { index };
        let forward = self.step > 0;
        // The lowest and the highest place a bound may take: past the end going up, before the
        // start going down.
        let (lowest, highest) = if forward { (0, len) } else { (-1, len - 1) };
        let bound = |index: Option<i64>, default: i64| {
            index.map_or(default, |index| from_end(index).clamp(lowest, highest.max(lowest)))
        };
        let (first, last) = if forward {
            (bound(self.start, lowest), bound(self.end, highest))
        } else {
            (bound(self.start, highest), bound(self.end, lowest))
        };
        let step = self.step;
        let within = move |index: &i64| {
            if step > 0 { *index < last } else { step < 0 && *index > last }
        };
        std::iter::successors(Some(first), move |index| index.checked_add(step))
            .take_while(within)
            .filter_map(|index| usize::try_from(index).ok())
    }
}

/// The index an index selector means in a list of `len` elements, counted from the end when
/// negative; may lie outside.
pub(super) fn position(index: i64, len: usize) -> Option<usize> {
    match usize::try_from(index) {
        Ok(index) => Some(index),
        Err(_) => len.checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
    }
}
