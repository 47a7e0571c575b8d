use serde_json::{Map, Value};

use crate::access::Refusal;
use crate::host::{Host, Text};

/// How a section came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Collected,
    Denied,
    Absent,
    Unsupported,
    Truncated,
}

impl Status {
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Collected => "collected",
            Self::Denied => "denied",
            Self::Absent => "absent",
            Self::Unsupported => "unsupported",
            Self::Truncated => "truncated",
        }
    }

    const fn of(refusal: &Refusal) -> Self {
        match refusal {
            Refusal::Absent => Self::Absent,
            Refusal::Denied => Self::Denied,
            Refusal::TooMuch => Self::Truncated,
            Refusal::OtherKind | Refusal::Circle | Refusal::Unsupported | Refusal::Failed(_) => {
                Self::Unsupported
            }
        }
    }
}

/// What a section found.
#[derive(Clone, Debug)]
pub(crate) struct Collected {
    pub(crate) status: Status,
    pub(crate) source: String,
    pub(crate) method: &'static str,
    pub(crate) facts: Option<Value>,
    pub(crate) gaps: Vec<Gap>,
}

/// A source that could not be seen, and the members that are missing for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    pub(crate) from: String,
    pub(crate) status: Status,
    pub(crate) reason: String,
    pub(crate) members: Vec<&'static str>,
}

/// Members, with a place to put them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts(Map<String, Value>);

impl Facts {
    /// An item of a list, which says where it comes from.
    pub(crate) fn from(place: impl Into<String>) -> Self {
        Self::default().with("from", place.into())
    }

    pub(crate) fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// Puts what is known; what is not stays missing.
    pub(crate) fn put_known(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    #[must_use]
    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.put(key, value);
        self
    }

    #[must_use]
    pub(crate) fn with_known(mut self, key: &str, value: Option<impl Into<Value>>) -> Self {
        self.put_known(key, value);
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn into_members(self) -> Map<String, Value> {
        self.0
    }
}

impl From<Facts> for Value {
    fn from(facts: Facts) -> Self {
        Self::Object(facts.0)
    }
}

/// The members of a section that is one object, each with its source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sourced {
    facts: Facts,
    from: Facts,
}

impl Sourced {
    pub(crate) fn put(&mut self, key: &str, value: impl Into<Value>, from: impl Into<String>) {
        self.facts.put(key, value);
        self.from.put(key, from.into());
    }

    pub(crate) fn put_known(
        &mut self,
        key: &str,
        value: Option<impl Into<Value>>,
        from: impl Into<String>,
    ) {
        if let Some(value) = value {
            self.put(key, value, from);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    pub(crate) fn into_value(self) -> Value {
        self.facts.with("from", self.from).into()
    }
}

/// Keeps what a section could not see while it looks.
#[derive(Debug, Default)]
pub(crate) struct Gaps {
    gaps: Vec<Gap>,
    is_cut: bool,
}

impl Gaps {
    /// A file, if it is there. That it is not is no gap; that it cannot be read is, for `members`.
    pub(crate) fn text(
        &mut self,
        host: &Host<'_>,
        path: &str,
        members: &[&'static str],
    ) -> Option<Text> {
        let text = self.seen(path, members, host.text(path))?;
        if text.is_cut {
            self.cut(path);
        }
        Some(text)
    }

    /// A folder's names that end in `suffix`, under the same rule.
    pub(crate) fn names(
        &mut self,
        host: &Host<'_>,
        path: &str,
        suffix: &str,
        members: &[&'static str],
    ) -> Vec<String> {
        self.seen(path, members, host.names_ending(path, suffix)).unwrap_or_default()
    }

    /// What was looked at, if it could be seen.
    pub(crate) fn seen<T>(
        &mut self,
        path: &str,
        members: &[&'static str],
        found: Result<T, Refusal>,
    ) -> Option<T> {
        match found {
            Ok(found) => Some(found),
            Err(Refusal::Absent) => None,
            Err(refusal) => {
                self.add(path, &refusal, members);
                None
            }
        }
    }

    pub(crate) fn add(&mut self, path: &str, refusal: &Refusal, members: &[&'static str]) {
        self.gaps.push(Gap {
            from: path.to_owned(),
            status: Status::of(refusal),
            reason: refusal.to_string(),
            members: members.to_vec(),
        });
    }

    /// Something that was read and not understood.
    pub(crate) fn not_understood(&mut self, place: String, reason: &str) {
        // One bad file must not fill the snapshot.
        if self.gaps.len() < MOST_GAPS {
            self.gaps.push(Gap {
                from: place,
                status: Status::Unsupported,
                reason: reason.to_owned(),
                members: Vec::new(),
            });
        }
    }

    /// Whether all was seen.
    pub(crate) fn is_empty(&self) -> bool {
        self.gaps.is_empty()
    }

    /// A source was longer than what is taken.
    pub(crate) fn cut(&mut self, path: &str) {
        self.add(path, &Refusal::TooMuch, &[]);
        self.is_cut = true;
    }

    /// The section: a list of items.
    pub(crate) fn list(self, source: &str, method: &'static str, items: Vec<Facts>) -> Collected {
        let items = items.into_iter().map(Value::from).collect::<Vec<_>>();
        self.collected(source, method, items.into())
    }

    /// The section: a list of plain values.
    pub(crate) fn values(
        self,
        source: &str,
        method: &'static str,
        values: Vec<String>,
    ) -> Collected {
        self.collected(source, method, values.into())
    }

    /// The section: one object.
    pub(crate) fn object(self, source: &str, method: &'static str, facts: Sourced) -> Collected {
        self.collected(source, method, facts.into_value())
    }

    fn collected(self, source: &str, method: &'static str, facts: Value) -> Collected {
        let status = if self.is_cut { Status::Truncated } else { Status::Collected };
        let facts = Some(facts);
        Collected { status, source: source.to_owned(), method, facts, gaps: self.gaps }
    }

    /// The section has nothing to show: because of what could not be seen, or else because the
    /// host has no such thing.
    pub(crate) fn nothing(self, source: &str, method: &'static str) -> Collected {
        let status = self.gaps.first().map_or(Status::Absent, |gap| gap.status);
        Collected { status, source: source.to_owned(), method, facts: None, gaps: self.gaps }
    }
}

const MOST_GAPS: usize = 100;

impl Collected {
    /// A section whose only source was refused.
    pub(crate) fn refused(source: &str, method: &'static str, refusal: &Refusal) -> Self {
        let mut gaps = Gaps::default();
        match refusal {
            Refusal::Absent => {}
            other => gaps.add(source, other, &[]),
        }
        gaps.nothing(source, method)
    }

    /// A section as another tool's file has it.
    pub(crate) fn imported(tool: &str, facts: impl Into<Value>) -> Self {
        Self {
            status: Status::Collected,
            source: tool.to_owned(),
            method: "import",
            facts: Some(facts.into()),
            gaps: Vec::new(),
        }
    }

    /// Says which members the tool it was imported from does not tell: rules that rest on one of
    /// them have no evidence.
    pub(crate) fn not_told(&mut self, tool: &str, members: &[&'static str]) {
        self.gaps.push(Gap {
            from: tool.to_owned(),
            status: Status::Unsupported,
            reason: format!("{tool} does not tell it"),
            members: members.to_vec(),
        });
    }

    /// A section that only a running host has.
    pub(crate) fn only_live(source: &str, method: &'static str) -> Self {
        Self::refused(source, method, &Refusal::Unsupported)
    }
}
