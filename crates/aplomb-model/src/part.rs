use std::fmt;

/// Which share of a run a report is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The share.
    pub share: Share,
    /// Standards and [labels](crate::RuleFacts::label) of the demands that select something in the
    /// share, or could not look: what the whole run must know to say that one selects nothing
    /// anywhere.
    pub selecting: Vec<(String, String)>,
}

/// One of several equal shares of a run, by number from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share {
    number: u32,
    of: u32,
}

impl Share {
    /// As many shares as a run is divided into at most.
    pub const MOST: u32 = 10_000;

    /// Share `number` of so many; `None` where there is no such share.
    pub const fn new(number: u32, of: u32) -> Option<Self> {
        if number == 0 || number > of || of > Self::MOST {
            return None;
        }
        Some(Self { number, of })
    }

    /// Which it is, from 1.
    pub const fn number(self) -> u32 {
        self.number
    }

    /// How many there are.
    pub const fn of(self) -> u32 {
        self.of
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}
