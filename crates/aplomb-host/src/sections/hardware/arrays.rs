//! Arrays and pools of disks that the kernel makes: md, ZFS, btrfs.

use serde_json::Value;

use super::block::BLOCK;
use crate::facts::{Facts, Gaps, Sourced};
use crate::host::Host;

const ZFS: &str = "/proc/spl/kstat/zfs";
const BTRFS: &str = "/sys/fs/btrfs";

/// Puts `raid`, `zfs` and `btrfs`.
pub(super) fn put(host: &Host<'_>, names: &[String], hardware: &mut Sourced, gaps: &mut Gaps) {
    let arrays = names.iter().filter(|name| name.starts_with("md"));
    let raid: Vec<Value> = arrays.filter_map(|name| array(host, name)).collect();
    // Arrays that a controller makes are not seen here: an empty list would say there are none.
    hardware.put_known("raid", (!raid.is_empty()).then_some(raid), BLOCK);
    let pools = gaps.names(host, ZFS, "", &["zfs"]);
    let pools = pools.iter().filter_map(|pool| {
        let state = host.known(&format!("{ZFS}/{pool}/state"))?;
        let facts = Facts::default().with("name", pool.as_str()).with("level", "zfs");
        Some(Value::from(facts.with("state", state.to_ascii_lowercase())))
    });
    let pools: Vec<Value> = pools.collect();
    hardware.put_known("zfs", (!pools.is_empty()).then_some(pools), ZFS);
    let systems = gaps.names(host, BTRFS, "", &["btrfs"]);
    // Beside the file systems there is a folder of features.
    let systems = systems.iter().filter(|name| name.contains('-'));
    let systems: Vec<Value> = systems.map(|uuid| btrfs(host, uuid)).collect();
    hardware.put_known("btrfs", (!systems.is_empty()).then_some(systems), BTRFS);
}

/// The level of an array of md(4).
pub(super) fn level(host: &Host<'_>, name: &str) -> Option<String> {
    host.known(&format!("{BLOCK}/{name}/md/level"))
}

fn array(host: &Host<'_>, name: &str) -> Option<Value> {
    let of = |file: &str| host.known(&format!("{BLOCK}/{name}/md/{file}"));
    let level = level(host, name)?;
    let state = of("array_state")?;
    let degraded = of("degraded");
    let missing = degraded.as_deref().and_then(|count| count.parse::<u32>().ok());
    let action = of("sync_action");
    let members = members(host, name);
    let has = |word: &str| members.iter().filter(|member| member.is(word)).count();
    let (spares, faulty) = (has("spare"), has("faulty"));
    let word = match (state.as_str(), missing.unwrap_or(0), action.as_deref()) {
        ("clear" | "inactive", ..) => "inactive",
        ("broken", ..) => "failed",
        (_, _, Some("recover")) => "rebuilding",
        (_, 1.., _) => "degraded",
        (_, _, Some("resync")) => "resyncing",
        (_, _, Some("reshape")) => "reshaping",
        _ if faulty > 0 => "degraded",
        _ if degraded.is_some() && missing.is_none() => "unknown",
        _ => "optimal",
    };
    let members: Vec<Value> = members.into_iter().map(|member| member.facts.into()).collect();
    let facts = Facts::default()
        .with("name", name)
        .with("level", level)
        .with("state", word)
        .with("array_state", state)
        .with_known("disks", of("raid_disks").and_then(|count| count.parse::<u32>().ok()))
        .with_known("missing", missing)
        .with_known("sync_action", action);
    if members.is_empty() {
        return Some(facts.into());
    }
    Some(facts.with("spares", spares).with("faulty", faulty).with("members", members).into())
}

struct ArrayMember {
    state: String,
    facts: Facts,
}

impl ArrayMember {
    /// Whether one of the words of its state, set apart by commas, is this.
    fn is(&self, word: &str) -> bool {
        self.state.split(',').any(|one| one == word)
    }
}

fn members(host: &Host<'_>, name: &str) -> Vec<ArrayMember> {
    let folder = format!("{BLOCK}/{name}/md");
    let names = host.names(&folder).unwrap_or_default();
    let members = names.iter().filter_map(|entry| {
        let device = entry.strip_prefix("dev-")?;
        let of = |file: &str| host.known(&format!("{folder}/{entry}/{file}"));
        let state = of("state").unwrap_or_default();
        let slot = of("slot").and_then(|slot| slot.parse::<u32>().ok());
        let facts = Facts::default()
            .with("device", device)
            .with("state", state.as_str())
            .with_known("slot", slot);
        Some(ArrayMember { state, facts })
    });
    members.collect()
}

fn btrfs(host: &Host<'_>, uuid: &str) -> Value {
    let folder = format!("{BTRFS}/{uuid}");
    let profile = |kind: &str| {
        // A folder for each profile in use, among files that count.
        const PROFILES: &[&str] =
            &["single", "dup", "raid0", "raid1", "raid1c3", "raid1c4", "raid10", "raid5", "raid6"];
        let names = host.names(&format!("{folder}/allocation/{kind}")).unwrap_or_default();
        let found = names.into_iter().filter(|name| PROFILES.contains(&name.as_str()));
        Some(found.collect::<Vec<_>>()).filter(|found| !found.is_empty())
    };
    let devinfo = format!("{folder}/devinfo");
    let missing = host.names(&devinfo).map(|devices| {
        let gone = |device: &&String| {
            host.known(&format!("{devinfo}/{device}/missing")).as_deref() == Some("1")
        };
        devices.iter().filter(gone).count()
    });
    Facts::default()
        .with("uuid", uuid)
        .with_known("label", host.known(&format!("{folder}/label")))
        .with("devices", host.names(&format!("{folder}/devices")).unwrap_or_default())
        .with_known("data", profile("data"))
        .with_known("metadata", profile("metadata"))
        .with_known("missing", missing.ok())
        .into()
}
