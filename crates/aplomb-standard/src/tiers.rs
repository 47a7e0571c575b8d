use aplomb_model::{Mistake, Node, Severity, Value};
use aplomb_read::authored::{Table, choice, wrong_type, wrong_value};

const TIERS: usize = 5;
const KEYS: [&str; TIERS] = ["tier1", "tier2", "tier3", "tier4", "tier5"];

/// A value that may depend on the criticality tier of what is judged (1 to 5, 1 the most critical).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByTier<T> {
    default: T,
    tiers: [Option<T>; TIERS],
}

/// A severity that may depend on the tier.
pub type SeverityByTier = ByTier<Severity>;

impl<T: Copy> ByTier<T> {
    /// The same value for every tier.
    pub const fn same(value: T) -> Self {
        Self { default: value, tiers: [None; TIERS] }
    }

    /// The value for a tier; the default for a tier that has none of its own, and where the tier
    /// is not known.
    pub fn for_tier(&self, tier: Option<u8>) -> T {
        let index = tier.and_then(|tier| usize::from(tier).checked_sub(1));
        let own = index.and_then(|index| self.tiers.get(index).copied().flatten());
        own.unwrap_or(self.default)
    }

    /// The tiers (1 to 5) that have a value of their own, with it.
    pub fn tiers(&self) -> impl Iterator<Item = (u8, T)> {
        let tiers = (1..).zip(self.tiers);
        tiers.filter_map(|(tier, value)| value.map(|value| (tier, value)))
    }

    /// This with what `change` says put over it.
    pub(crate) fn changed(mut self, change: &Change<T>) -> Self {
        if let Some(default) = change.default {
            self = Self::same(default);
        }
        for (own, new) in self.tiers.iter_mut().zip(change.tiers) {
            *own = new.or(*own);
        }
        self
    }
}

/// What an author wrote for a value that may depend on the tier: a plain value, which replaces all
/// there was; a table with `default`, which does too; a table without, which changes the tiers it
/// names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change<T> {
    default: Option<T>,
    tiers: [Option<T>; TIERS],
}

impl<T: Copy> Change<T> {
    /// Decodes a value or a table of values.
    pub(crate) fn read(
        node: &Node,
        what: &str,
        value: impl Fn(&Node) -> Result<T, Mistake>,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Self> {
        if !matches!(node.value, Value::Map(_)) {
            let value = value(node).map_err(|mistake| mistakes.push(mistake)).ok()?;
            return Some(Self { default: Some(value), tiers: [None; TIERS] });
        }
        let mut table = Table::new(node, what, mistakes)?;
        let mut one = |key: &str| {
            let read = value(table.node(key)?);
            read.map_err(|mistake| table.mistake(mistake)).ok()
        };
        let change = Self { default: one("default"), tiers: KEYS.map(one) };
        table.finish();
        Some(change)
    }

    /// The value for a first statement, which has nothing to fall back on.
    pub(crate) fn complete(
        &self,
        node: &Node,
        what: &str,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<ByTier<T>> {
        if self.default.is_none() {
            let mistake =
                Mistake::new(node.span, format!("{what} has no `default`"), "`default` is missing");
            mistakes.push(mistake.with_help("say what holds for the tiers that are not named"));
        }
        let default = self.default?;
        Some(ByTier::same(default).changed(self))
    }
}

/// A severity by its word.
pub(crate) fn severity(node: &Node) -> Result<Severity, Mistake> {
    let word = choice(node, &Severity::ALL.map(Severity::id))?;
    Severity::from_id(word).ok_or_else(|| wrong_type(node, "a severity"))
}

/// A count, from 0.
pub(crate) fn count(node: &Node) -> Result<u32, Mistake> {
    let count = node.as_i64().and_then(|count| u32::try_from(count).ok());
    count.ok_or_else(|| wrong_value(node, "a count from 0"))
}
