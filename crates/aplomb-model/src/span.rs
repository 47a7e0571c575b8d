use std::fmt;
use std::ops::Range;

/// A byte range in the text of a [`Tree`](crate::Tree).
///
/// Offsets count bytes from the start of the tree's first source; the text of a source that was
/// included by another follows it in the same number space, so eight bytes name a place in any of
/// them. [`Sources::locate`](crate::Sources::locate) says which source a span lies in. Line and column
/// are derived from offsets only when something is shown.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`; an `end` before `start` is taken as
    /// `start`.
    #[inline]
    pub const fn new(start: u32, end: u32) -> Self {
        let end = if end < start { start } else { end };
        Self { start, end }
    }

    /// The same from `usize` offsets, as parsers count them. Sources are limited far below 4 GiB;
    /// an offset beyond saturates.
    #[inline]
    pub fn from_range(range: Range<usize>) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self::new(clamp(range.start), clamp(range.end))
    }

    /// First byte.
    #[inline]
    pub const fn start(self) -> u32 {
        self.start
    }

    /// One past the last byte.
    #[inline]
    pub const fn end(self) -> u32 {
        self.end
    }

    /// Length in bytes.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the span covers nothing: a point between two bytes.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The range to slice a text with.
    #[inline]
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// Whether `other` lies entirely inside.
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The span moved `by` bytes to the right.
    #[must_use]
    pub const fn shifted(self, by: u32) -> Self {
        Self { start: self.start.saturating_add(by), end: self.end.saturating_add(by) }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}
