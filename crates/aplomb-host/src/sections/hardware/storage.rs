//! Disks and arrays of disks.

use serde_json::Value;

use crate::facts::{Facts, Gaps, Sourced};
use crate::host::Host;

const BLOCK: &str = "/sys/block";

/// Devices that hold nothing of their own.
const VIRTUAL: &[&str] = &["loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd"];

/// Puts `disks` and `raid`.
pub(super) fn put(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    let names = gaps.names(host, BLOCK, "", &["disks", "raid"]);
    let is_disk = |name: &&String| !VIRTUAL.iter().any(|kind| name.starts_with(kind));
    let disks: Vec<Value> = names.iter().filter(is_disk).map(|name| disk(host, name)).collect();
    let arrays = names.iter().filter(|name| name.starts_with("md"));
    let raid: Vec<Value> = arrays.filter_map(|name| array(host, name)).collect();
    if !names.is_empty() {
        hardware.put("disks", disks, BLOCK);
    }
    // Arrays that a controller makes are not seen here: an empty list would say there are none.
    hardware.put_known("raid", (!raid.is_empty()).then_some(raid), BLOCK);
}

fn disk(host: &Host<'_>, name: &str) -> Value {
    const SECTORS_PER_GIB: u64 = 2 * 1024 * 1024;
    let of = |file: &str| host.known(&format!("{BLOCK}/{name}/{file}"));
    let sectors = of("size").and_then(|sectors| sectors.parse::<u64>().ok());
    let scheduler = of("queue/scheduler");
    let scheduler = scheduler.as_deref().and_then(super::super::os::chosen);
    Facts::default()
        .with("name", name)
        .with_known("size_gib", sectors.map(|sectors| sectors / SECTORS_PER_GIB))
        .with_known("vendor", of("device/vendor"))
        .with_known("model", of("device/model"))
        .with_known("serial", of("device/serial"))
        .with_known("wwid", of("device/wwid").or_else(|| of("wwid")))
        .with_known("firmware", of("device/firmware_rev").or_else(|| of("device/rev")))
        .with_known("rotational", of("queue/rotational").map(|value| value == "1"))
        .with_known("removable", of("removable").map(|value| value == "1"))
        .with_known("scheduler", scheduler)
        .into()
}

/// An array of md(4).
fn array(host: &Host<'_>, name: &str) -> Option<Value> {
    let of = |file: &str| host.known(&format!("{BLOCK}/{name}/md/{file}"));
    let level = of("level")?;
    let state = of("array_state")?;
    let missing = of("degraded").and_then(|count| count.parse::<u32>().ok());
    let action = of("sync_action");
    let word = match (state.as_str(), missing.unwrap_or(0), action.as_deref()) {
        ("clear" | "inactive", ..) => "inactive",
        (_, _, Some("recover")) => "rebuilding",
        (_, 1.., _) => "degraded",
        _ => "optimal",
    };
    let facts = Facts::default()
        .with("name", name)
        .with("level", level)
        .with("state", word)
        .with("array_state", state)
        .with_known("disks", of("raid_disks").and_then(|count| count.parse::<u32>().ok()))
        .with_known("missing", missing)
        .with_known("sync_action", action);
    Some(facts.into())
}
