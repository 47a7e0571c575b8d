use aplomb_model::Tree;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::access::Access;
use crate::facts::{Collected, Facts, Gap};
use crate::host::Host;
use crate::json::{compact, compact_read, laid_out};
use crate::section::Section;

/// What to record, and what the recording cannot know by itself.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The sections to collect.
    pub sections: Vec<&'static Section>,
    /// Files of which the hash is wanted, besides those that are always hashed: absolute paths.
    pub files: &'a [String],
    /// The moment, RFC 3339.
    pub captured_at: &'a str,
    /// The version of whoever records.
    pub version: &'a str,
}

impl std::fmt::Debug for Section {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Section").field(&self.id).finish()
    }
}

/// The facts of one host at one moment: `aplomb.host/1`.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    members: Map<String, Value>,
}

/// Members that stand before the sections, in this order; the others are sorted.
const HEADER: &[&str] = &[
    "schema",
    "captured_at",
    "host",
    "fqdn",
    "root",
    "uid",
    "boot_id",
    "machine_id_sha256",
    "collector",
    "content_hash",
    "sections",
];

/// What a snapshot's header is made from, whatever sections are collected.
pub static HEADER_SOURCES: &[&str] = &[
    "uname(2)",
    "geteuid(2)",
    "/etc/hostname",
    "/etc/hosts",
    "/etc/machine-id",
    "/proc/sys/kernel/random/boot_id",
];

/// Records a host. Nothing of it is changed, run or sent.
pub fn collect(access: &dyn Access, order: &Order<'_>) -> Snapshot {
    let host = Host::new(access, order.files);
    let header = header(&host, order);
    let sections = order.sections.iter().map(|section| (section.id, (section.collect)(&host)));
    Snapshot::sealed(header, sections)
}

fn header(host: &Host<'_>, order: &Order<'_>) -> Facts {
    let running = host.running();
    let (name, fqdn) = names(host, running.map(|running| running.host.as_str()));
    let machine_id = host.known("/etc/machine-id").filter(|id| id != "uninitialized");
    let root = if running.is_some() { "live" } else { "directory" };
    whose(&name, fqdn.as_deref(), root, order.captured_at, order.version)
        .with_known("uid", running.map(|running| running.uid))
        .with_known("boot_id", host.known("/proc/sys/kernel/random/boot_id"))
        .with_known("machine_id_sha256", machine_id.map(|id| hex(id.as_bytes())))
}

/// What every snapshot says of itself.
fn whose(name: &str, fqdn: Option<&str>, root: &str, captured_at: &str, version: &str) -> Facts {
    Facts::default()
        .with("schema", "aplomb.host/1")
        .with("captured_at", captured_at)
        .with("host", name)
        .with_known("fqdn", fqdn)
        .with("root", root)
        .with("collector", json!({"name": "aplomb", "version": version}))
}

/// The short and the full name, as `hostname` and `hostname -f` find them without asking a name
/// server. systemd's fallback stands in for a host without a name.
fn names(host: &Host<'_>, running: Option<&str>) -> (String, Option<String>) {
    let configured = || host.known("/etc/hostname");
    let name = running.map(str::to_owned).filter(|name| name != "(none)").or_else(configured);
    let name = name.unwrap_or_else(|| "localhost".to_owned());
    let Some((short, _)) = name.split_once('.') else {
        let fqdn = canonical_name(host, &name);
        return (name, fqdn);
    };
    (short.to_owned(), Some(name.clone()))
}

/// The first name of the line of `/etc/hosts` that knows `name`, where it has a domain.
fn canonical_name(host: &Host<'_>, name: &str) -> Option<String> {
    let hosts = host.text("/etc/hosts").ok()?;
    let canonical = hosts.lines().find_map(|(_, line)| {
        let line = line.split('#').next().unwrap_or_default();
        let mut names = line.split_whitespace().skip(1);
        let first = names.next()?;
        (first == name || names.any(|alias| alias == name)).then(|| first.to_owned())
    })?;
    canonical.starts_with(&format!("{name}.")).then_some(canonical)
}

fn status(collected: &Collected) -> Value {
    let gaps = collected.gaps.iter().map(gap).collect::<Vec<_>>();
    Facts::default()
        .with("status", collected.status.id())
        .with("source", collected.source.as_str())
        .with("method", collected.method)
        .with_known("gaps", (!gaps.is_empty()).then_some(gaps))
        .into()
}

fn gap(gap: &Gap) -> Value {
    let members = gap.members.clone();
    Facts::from(gap.from.as_str())
        .with("status", gap.status.id())
        .with("reason", gap.reason.as_str())
        .with_known("members", (!members.is_empty()).then_some(members))
        .into()
}

/// SHA-256 in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

impl Snapshot {
    /// What other tools recorded.
    pub(crate) fn imported(
        name: &str,
        fqdn: Option<&str>,
        captured_at: &str,
        version: &str,
        sections: Vec<(&'static str, Collected)>,
    ) -> Self {
        Self::sealed(whose(name, fqdn, "import", captured_at, version), sections.into_iter())
    }

    /// Header and sections, with the hash over both.
    fn sealed(header: Facts, found: impl Iterator<Item = (&'static str, Collected)>) -> Self {
        let mut members = header.into_members();
        let mut sections = Map::new();
        for (id, collected) in found {
            sections.insert(id.to_owned(), status(&collected));
            if let Some(facts) = collected.facts {
                members.insert(id.to_owned(), facts);
            }
        }
        members.insert("sections".to_owned(), Value::Object(sections));
        let mut snapshot = Self { members };
        let hash = snapshot.computed_hash();
        snapshot.members.insert("content_hash".to_owned(), hash.into());
        snapshot
    }

    /// The snapshot as a value.
    pub fn to_value(&self) -> Value {
        Value::Object(self.members.clone())
    }

    /// The snapshot as text: JSON with a line for each item, always in the same order.
    pub fn to_text(&self) -> String {
        laid_out(&self.members, HEADER)
    }

    /// The short name of the host.
    pub fn host(&self) -> &str {
        self.members.get("host").and_then(Value::as_str).unwrap_or_default()
    }

    /// The hash that the snapshot carries.
    pub fn content_hash(&self) -> &str {
        self.members.get("content_hash").and_then(Value::as_str).unwrap_or_default()
    }

    /// The hash it should carry: SHA-256 over the snapshot without its hash, as JSON on one line
    /// with sorted keys (`jq -cSj 'del(.content_hash)'`).
    fn computed_hash(&self) -> String {
        let mut members = self.members.clone();
        members.remove("content_hash");
        format!("sha256:{}", hex(compact(&Value::Object(members)).as_bytes()))
    }
}

/// Whether a snapshot that was read is as it was recorded, by the hash it carries. `None` where it
/// carries none: one that was written by hand, say.
pub fn is_unaltered(tree: &Tree) -> Option<bool> {
    let carried = tree.documents.first()?.get("content_hash")?;
    let computed = format!("sha256:{}", hex(compact_read(tree, "content_hash").as_bytes()));
    Some(carried.as_str() == Some(computed.as_str()))
}

#[cfg(test)]
mod tests;
