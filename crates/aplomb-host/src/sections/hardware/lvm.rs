//! Volume groups of LVM, as it last wrote them down: lvm.conf(5), vgcfgbackup(8).
//!
//! The metadata itself lies on the disks, which are not read. A group that another host of a cluster
//! has changed since, or that was never backed up, is not as it says here, or not here.

use serde_json::Value;

use crate::facts::{Facts, Gaps, Sourced};
use crate::host::{Host, Text};

const BACKUP: &str = "/etc/lvm/backup";

/// Puts `lvm`.
pub(super) fn put(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    let names = gaps.names(host, BACKUP, "", &["lvm"]);
    let mut groups: Vec<Value> = Vec::new();
    for name in &names {
        let Some(text) = gaps.text(host, &format!("{BACKUP}/{name}"), &["lvm"]) else { continue };
        match Part::read(&text).as_ref().and_then(|file| group(file, &text)) {
            Some(facts) => groups.push(facts.into()),
            None => gaps.not_understood(text.path.clone(), "this is no backup of a volume group"),
        }
    }
    hardware.put_known("lvm", (!groups.is_empty()).then_some(groups), BACKUP);
}

/// Sectors of 512 bytes in a MiB.
const SECTORS: u64 = 2048;

fn group(file: &Part, text: &Text) -> Option<Facts> {
    let (name, line, group) = file.parts.iter().find(|(_, _, part)| part.value("id").is_some())?;
    let extent = group.number("extent_size")?;
    let size = |extents: u64| extents.saturating_mul(extent) / SECTORS;
    let mut total = 0_u64;
    let physical = group.parts_of("physical_volumes").map(|(_, _, part)| {
        let extents = part.number("pe_count").unwrap_or(0);
        total = total.saturating_add(extents);
        let missing = part.value("status").is_some_and(|status| status.contains("MISSING"));
        let facts = Facts::default()
            .with_known("device", part.value("device"))
            .with("size_mib", size(extents));
        Value::from(facts.with_known("missing", missing.then_some(true)))
    });
    let physical: Vec<Value> = physical.collect();
    let mut used = 0_u64;
    let logical = group.parts_of("logical_volumes").map(|(name, _, part)| {
        let mut extents = 0_u64;
        let mut kinds: Vec<&str> = Vec::new();
        for (_, _, segment) in part.parts.iter().filter(|(name, ..)| name.starts_with("segment")) {
            let count = segment.number("extent_count").unwrap_or(0);
            extents = extents.saturating_add(count);
            let kind = segment.value("type").unwrap_or("unknown");
            // Others lie on volumes that are listed, and counted, themselves.
            if kind == "striped" {
                used = used.saturating_add(count);
            }
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        // A segment on one stripe is linear, whatever its type is called.
        let facts = Facts::default().with("name", name.as_str()).with("size_mib", size(extents));
        Value::from(facts.with("types", kinds))
    });
    let logical: Vec<Value> = logical.collect();
    let facts = Facts::from(text.at(*line))
        .with("vg", name.as_str())
        .with_known("written", file.number("creation_time"))
        .with("size_mib", size(total))
        .with("free_mib", size(total.saturating_sub(used)))
        .with("pvs", physical)
        .with("lvs", logical);
    Some(facts)
}

/// A part of the file: `NAME { … }`, with what it sets and the parts in it.
#[derive(Default)]
struct Part {
    values: Vec<(String, String)>,
    parts: Vec<(String, usize, Part)>,
}

/// How deep parts may lie in each other; LVM makes four levels.
const MOST_DEPTH: usize = 16;

impl Part {
    /// Reads a file line by line, as LVM writes it; `None` where its braces do not match.
    fn read(text: &Text) -> Option<Self> {
        let mut open: Vec<(String, usize, Self)> = vec![(String::new(), 0, Self::default())];
        for (number, line) in text.lines() {
            let line = uncommented(line).trim();
            if line == "}" {
                let (name, at, part) = open.pop()?;
                open.last_mut()?.2.parts.push((name, at, part));
            } else if let Some(name) = line.strip_suffix('{') {
                if open.len() > MOST_DEPTH {
                    return None;
                }
                open.push((name.trim().to_owned(), number, Self::default()));
            } else if let Some((key, value)) = line.split_once('=') {
                let value = value.trim().trim_matches('"').to_owned();
                open.last_mut()?.2.values.push((key.trim().to_owned(), value));
            }
        }
        let (_, _, file) = open.pop()?;
        open.is_empty().then_some(file)
    }

    fn value(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.value(key)?.parse().ok()
    }

    fn parts_of(&self, name: &str) -> impl Iterator<Item = &(String, usize, Self)> {
        let found = self.parts.iter().find(|(known, ..)| known == name);
        found.into_iter().flat_map(|(_, _, part)| &part.parts)
    }
}

/// A line without its comment; within quotes `#` begins none.
fn uncommented(line: &str) -> &str {
    let mut is_quoted = false;
    for (at, character) in line.char_indices() {
        match character {
            '"' => is_quoted = !is_quoted,
            '#' if !is_quoted => return &line[..at],
            _ => {}
        }
    }
    line
}
