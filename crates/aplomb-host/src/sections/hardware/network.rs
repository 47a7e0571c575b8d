//! Network interfaces and bonds of them.

use serde_json::Value;

use crate::facts::{Facts, Gaps, Sourced};
use crate::host::Host;

const NET: &str = "/sys/class/net";

/// Puts `nics`, those that are hardware, and `bonds`.
pub(super) fn put(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    let names = gaps.names(host, NET, "", &["nics", "bonds"]);
    let is_hardware = |name: &&String| host.has(&format!("{NET}/{name}/device"));
    let nics: Vec<Value> = names.iter().filter(is_hardware).map(|name| nic(host, name)).collect();
    let is_bond = |name: &&String| host.has(&format!("{NET}/{name}/bonding"));
    let bonds: Vec<Value> = names.iter().filter(is_bond).map(|name| bond(host, name)).collect();
    if !names.is_empty() {
        hardware.put("nics", nics, NET);
        hardware.put("bonds", bonds, NET);
    }
}

/// Speed in Mbit/s. Without a link the kernel says -1, or refuses.
fn speed(host: &Host<'_>, name: &str) -> Option<u32> {
    host.known(&format!("{NET}/{name}/speed"))?.parse().ok()
}

fn nic(host: &Host<'_>, name: &str) -> Value {
    let of = |file: &str| host.known(&format!("{NET}/{name}/{file}"));
    Facts::default()
        .with("name", name)
        .with_known("mac", of("address"))
        .with_known("mtu", of("mtu").and_then(|mtu| mtu.parse::<u32>().ok()))
        .with_known("speed", speed(host, name))
        .with_known("duplex", of("duplex"))
        .with_known("state", of("operstate"))
        .with_known("driver", host.link_name(&format!("{NET}/{name}/device/driver")))
        .into()
}

fn bond(host: &Host<'_>, name: &str) -> Value {
    let of = |file: &str| host.known(&format!("{NET}/{name}/bonding/{file}"));
    let slaves = of("slaves").unwrap_or_default();
    let slaves = slaves.split_whitespace().map(|slave| {
        let mii = host.known(&format!("{NET}/{slave}/bonding_slave/mii_status"));
        let facts = Facts::default().with("if", slave).with_known("mii", mii);
        Value::from(facts.with_known("speed", speed(host, slave)))
    });
    // `802.3ad 4`: the number says the same again.
    let mode = of("mode").and_then(|mode| mode.split(' ').next().map(str::to_owned));
    Facts::default()
        .with("name", name)
        .with_known("mode", mode)
        .with("slaves", slaves.collect::<Vec<_>>())
        .with_known("active", of("active_slave"))
        .into()
}
