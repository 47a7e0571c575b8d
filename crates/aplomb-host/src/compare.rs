//! What changed between two snapshots, fact by fact.

use std::collections::{BTreeMap, BTreeSet};

use aplomb_model::Tree;
use serde_json::{Map, Value};

use crate::json::{self, compact};

/// What two snapshots have to say of each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// The facts that differ, sorted by section, then by item.
    pub changes: Vec<Change>,
    /// What one of the two, or both, could not see: nothing is said of it. Sorted.
    pub unseen: Vec<Unseen>,
}

/// One fact that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The member of the snapshot's root it lies in.
    pub section: String,
    /// Where the section is a list: the item, named by what identifies it (`openssl amd64`), never
    /// by its place.
    pub item: Option<String>,
    /// Where in the item or the section: `version`, `cpu.count`, `raid[vd0].state`. Empty for the
    /// whole of it.
    pub path: String,
    /// What it was; `None` where it was not there.
    pub before: Option<Value>,
    /// What it is now; `None` where it is gone.
    pub after: Option<Value>,
    /// The file and line the present fact was taken from; of one that is gone, the former.
    pub from: Option<String>,
}

/// A section, or members of its items, that cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unseen {
    /// The section.
    pub section: String,
    /// Its members that were withheld; none where the whole section was.
    pub members: Vec<String>,
    /// How the section came about in the first snapshot; `None` where it was not recorded.
    pub before: Option<String>,
    /// The same in the second.
    pub after: Option<String>,
}

/// Members of the root that say how a snapshot was made, not what the host is.
const OF_THE_RECORDING: &[&str] =
    &["schema", "captured_at", "collector", "content_hash", "uid", "sections"];

/// The members that tell the items of a section's list apart. Of other lists the first of
/// [`USUAL_NAMES`] that all items have does.
const IDENTITIES: &[(&str, &[&str])] = &[
    ("packages", &["name", "arch"]),
    ("listening", &["proto", "addr", "port"]),
    ("mounts", &["path"]),
    ("pseudo_mounts", &["path"]),
    ("fstab", &["path"]),
    ("cron", &["file", "user", "command"]),
    ("certificates", &["path", "subject"]),
];

/// What usually names an item.
const USUAL_NAMES: &[&[&str]] =
    &[&["name"], &["path"], &["unit"], &["key"], &["id"], &["slot"], &["address"], &["if"]];

/// Lists of lines, whose order says which of them takes effect.
const ORDERED: &[&str] = &["sudo", "time_sync", "logging", "audit", "firewall", "containers"];

/// Compares two snapshots, each read as JSON. What either could not see is not compared, and said.
pub fn compare(before: &Tree, after: &Tree) -> Comparison {
    let (before, after) = (members(before), members(after));
    let mut comparison = Comparison::default();
    for section in keys(&before, &after) {
        if !OF_THE_RECORDING.contains(&section.as_str()) {
            let sides = [&before, &after].map(|side| Side::of(side, section));
            comparison.section(section, &sides);
        }
    }
    comparison.unseen.sort();
    comparison.unseen.dedup();
    comparison
}

fn members(tree: &Tree) -> Map<String, Value> {
    match tree.documents.first().map(json::value) {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// The keys of both, each once, sorted; of the sections that only have a status, too.
fn keys<'a>(before: &'a Map<String, Value>, after: &'a Map<String, Value>) -> BTreeSet<&'a String> {
    let named = |side: &'a Map<String, Value>| {
        let statuses = side.get("sections").and_then(Value::as_object);
        side.keys().chain(statuses.into_iter().flat_map(Map::keys))
    };
    named(before).chain(named(after)).collect()
}

/// One snapshot's part in a comparison.
struct Side<'a> {
    facts: Option<&'a Value>,
    status: Option<&'a str>,
    /// Members of items that its gaps withhold.
    withheld: BTreeSet<&'a str>,
    /// Whether a source of the section as a whole was withheld.
    is_partial: bool,
}

impl<'a> Side<'a> {
    fn of(snapshot: &'a Map<String, Value>, section: &str) -> Self {
        let status = snapshot.get("sections").and_then(|sections| sections.get(section));
        let gaps = status.and_then(|status| status.get("gaps")).and_then(Value::as_array);
        let mut withheld = BTreeSet::new();
        let mut is_partial = false;
        for gap in gaps.into_iter().flatten() {
            let members = gap.get("members").and_then(Value::as_array);
            is_partial |= members.is_none_or(Vec::is_empty);
            withheld.extend(members.into_iter().flatten().filter_map(Value::as_str));
        }
        let facts = snapshot.get(section);
        let status = status.and_then(|status| status.get("status")).and_then(Value::as_str);
        Self { facts, status, withheld, is_partial }
    }

    /// Whether what is not there is known not to be there. What stands in the header, or in a
    /// snapshot that tells nothing of its sections, has no status.
    fn is_whole(&self) -> bool {
        match self.status {
            None => self.facts.is_some(),
            Some(status) => matches!(status, "collected" | "absent") && !self.is_partial,
        }
    }
}

impl Comparison {
    fn section(&mut self, section: &str, [before, after]: &[Side<'_>; 2]) {
        if let (Some(was), Some(is)) = (before.status, after.status)
            && was != is
        {
            self.changes.push(Change {
                section: "sections".to_owned(),
                item: Some(section.to_owned()),
                path: String::new(),
                before: Some(was.into()),
                after: Some(is.into()),
                from: None,
            });
        }
        let withheld: BTreeSet<&str> = before.withheld.union(&after.withheld).copied().collect();
        let is_header = before.status.or(after.status).is_none();
        let sees_all = [before, after].map(|side| is_header || side.is_whole());
        if sees_all != [true, true] || !withheld.is_empty() {
            let told = |side: &Side<'_>| side.status.map(str::to_owned);
            let members = withheld.iter().filter(|_| sees_all == [true, true]);
            self.unseen.push(Unseen {
                section: section.to_owned(),
                members: members.map(|member| (*member).to_owned()).collect(),
                before: told(before),
                after: told(after),
            });
        }
        let mut walk = Walk { section, withheld, sees_all, item: None, changes: &mut self.changes };
        match (before.facts, after.facts) {
            (Some(before), Some(after)) => walk.value("", before, after, None),
            // A host that has no such thing has an empty list of it.
            (Some(Value::Array(items)), None) => walk.items("", items, &[]),
            (None, Some(Value::Array(items))) => walk.items("", &[], items),
            (before, after) => walk.push("", before, after, None),
        }
    }
}

/// The comparison of one section's facts.
struct Walk<'a> {
    section: &'a str,
    withheld: BTreeSet<&'a str>,
    /// Whether what is missing before, and after, is known not to be there.
    sees_all: [bool; 2],
    /// The item of the section's list that is being compared.
    item: Option<String>,
    changes: &'a mut Vec<Change>,
}

impl Walk<'_> {
    fn push(&mut self, path: &str, before: Option<&Value>, after: Option<&Value>, from: From<'_>) {
        let [saw_before, sees_after] = self.sees_all;
        let is_known = match (before, after) {
            (None, None) => false,
            (None, Some(_)) => saw_before,
            (Some(_), None) => sees_after,
            (Some(_), Some(_)) => true,
        };
        if is_known {
            let own = after.or(before).and_then(|value| value.get("from")).and_then(Value::as_str);
            self.changes.push(Change {
                section: self.section.to_owned(),
                item: self.item.clone(),
                path: path.to_owned(),
                before: before.map(without_from),
                after: after.map(without_from),
                from: own.or(from).map(str::to_owned),
            });
        }
    }

    fn value(&mut self, path: &str, before: &Value, after: &Value, from: From<'_>) {
        match (before, after) {
            (Value::Object(was), Value::Object(is)) => self.members(path, was, is, from),
            (Value::Array(was), Value::Array(is)) => {
                let is_plain = |item: &Value| !item.is_object() && !item.is_array();
                if was.iter().chain(is).all(is_plain) {
                    self.plain(path, was, is, from);
                } else {
                    self.items(path, was, is);
                }
            }
            _ if before != after => self.push(path, Some(before), Some(after), from),
            _ => {}
        }
    }

    fn members(
        &mut self,
        path: &str,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
        from: From<'_>,
    ) {
        let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        for key in keys {
            // Where a fact stands moves when a line is added above it.
            if key == "from" || self.withheld.contains(key.as_str()) {
                continue;
            }
            let from = source_of(after, key).or_else(|| source_of(before, key)).or(from);
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match (before.get(key), after.get(key)) {
                (Some(was), Some(is)) => self.value(&path, was, is, from),
                (was, is) => self.push(&path, was, is, from),
            }
        }
    }

    /// Lists of texts and numbers: what came and went, or else that the order is another.
    fn plain(&mut self, path: &str, before: &[Value], after: &[Value], from: From<'_>) {
        let (gone, come) = (missing(before, after), missing(after, before));
        if gone.is_empty() && come.is_empty() {
            if before != after {
                let (was, is) = (Value::from(before), Value::from(after));
                self.push(path, Some(&was), Some(&is), from);
            }
            return;
        }
        for item in gone {
            self.within(path, label(item), |walk, path| walk.push(path, Some(item), None, from));
        }
        for item in come {
            self.within(path, label(item), |walk, path| walk.push(path, None, Some(item), from));
        }
    }

    /// Looks into an item of the list at `path`.
    fn within(&mut self, path: &str, name: String, look: impl FnOnce(&mut Self, &str)) {
        if path.is_empty() && self.item.is_none() {
            self.item = Some(name);
            look(self, "");
            self.item = None;
        } else {
            look(self, &format!("{path}[{name}]"));
        }
    }

    /// Lists of objects: items that are the same thing are compared, the others came or went.
    fn items(&mut self, path: &str, before: &[Value], after: &[Value]) {
        let identity = self.identity(path, before, after);
        let mut groups = BTreeMap::<String, [Vec<&Value>; 2]>::new();
        for (side, items) in [before, after].into_iter().enumerate() {
            for item in items {
                groups.entry(name(item, identity)).or_default()[side].push(item);
            }
        }
        for (name, [mut was, mut is]) in groups {
            was.retain(|item| {
                let same = is.iter().position(|other| without_from(other) == without_from(item));
                same.map(|at| is.remove(at)).is_none()
            });
            self.within(path, name, |walk, path| {
                if let ([was], [is]) = (&was[..], &is[..]) {
                    walk.value(path, was, is, is.get("from").and_then(Value::as_str));
                    return;
                }
                for item in was {
                    walk.push(path, Some(item), None, None);
                }
                for item in is {
                    walk.push(path, None, Some(item), None);
                }
            });
        }
        if path.is_empty() && ORDERED.contains(&self.section) {
            self.order(before, after);
        }
    }

    /// Says that lines both sides have stand in another order.
    fn order(&mut self, before: &[Value], after: &[Value]) {
        let common = |one: &[Value], other: &[Value]| {
            let names: BTreeSet<_> = other.iter().map(|item| name(item, &[])).collect();
            let kept = one.iter().map(|item| name(item, &[])).filter(|one| names.contains(one));
            Value::from(kept.collect::<Vec<_>>())
        };
        let (was, is) = (common(before, after), common(after, before));
        if was != is {
            self.push("order", Some(&was), Some(&is), None);
        }
    }

    fn identity(&self, path: &str, before: &[Value], after: &[Value]) -> &'static [&'static str] {
        let of_section = IDENTITIES.iter().find(|(section, _)| *section == self.section);
        if let Some((_, members)) = of_section.filter(|_| path.is_empty()) {
            return members;
        }
        let names_all = |members: &&&[&str]| {
            let mut items = before.iter().chain(after);
            items.all(|item| members.iter().all(|member| item.get(member).is_some()))
        };
        USUAL_NAMES.iter().find(names_all).copied().unwrap_or(&[])
    }
}

/// The file and line a fact was taken from, where one is known.
type From<'a> = Option<&'a str>;

/// Of an object whose `from` names the source of each member, that of one.
fn source_of<'a>(members: &'a Map<String, Value>, key: &str) -> From<'a> {
    members.get("from")?.get(key)?.as_str()
}

/// The items of `list` that `other` has not, counted: of two alike the second can be missing.
fn missing<'a>(list: &'a [Value], other: &[Value]) -> Vec<&'a Value> {
    let mut left = BTreeMap::<String, usize>::new();
    for item in other {
        *left.entry(compact(item)).or_default() += 1;
    }
    let is_missing = |item: &&Value| match left.get_mut(&compact(item)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    list.iter().filter(is_missing).collect()
}

/// What identifies an item, in words; without identity, all that it says.
fn name(item: &Value, identity: &[&str]) -> String {
    let words: Vec<_> = identity.iter().filter_map(|member| item.get(member)).map(label).collect();
    if words.is_empty() { label(&without_from(item)) } else { words.join(" ") }
}

/// A value in a path: a text as it is.
fn label(value: &Value) -> String {
    value.as_str().map_or_else(|| compact(value), str::to_owned)
}

/// A value without where it, and what is in it, comes from.
fn without_from(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(key, _)| *key != "from");
            Value::Object(kept.map(|(key, value)| (key.clone(), without_from(value))).collect())
        }
        Value::Array(items) => items.iter().map(without_from).collect(),
        scalar => scalar.clone(),
    }
}

#[cfg(test)]
mod tests;
