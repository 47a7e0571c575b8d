//! Devices on PCI, by the numbers that name their makers and models.

use serde_json::Value;

use crate::facts::{Facts, Gaps, Sourced};
use crate::host::Host;

const PCI: &str = "/sys/bus/pci/devices";

/// Puts `pci`.
pub(super) fn put(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    let names = gaps.names(host, PCI, "", &["pci"]);
    let devices: Vec<Value> = names.iter().map(|name| device(host, name)).collect();
    hardware.put_known("pci", (!devices.is_empty()).then_some(devices), PCI);
}

fn device(host: &Host<'_>, address: &str) -> Value {
    let of = |file: &str| host.known(&format!("{PCI}/{address}/{file}"));
    let number = |file: &str| of(file).map(|text| text.trim_start_matches("0x").to_owned());
    // `0x020000`: class, kind, and the programming interface, which names nothing.
    let class = number("class").map(|class| class.chars().take(4).collect::<String>());
    let subsystem = number("subsystem_vendor").zip(number("subsystem_device"));
    // Where there is no link, its speed is unknown and its width 0 or 255.
    let width = |file: &str| {
        of(file).and_then(|text| text.parse::<u8>().ok()).filter(|width| !matches!(*width, 0 | 255))
    };
    let speed = |file: &str| of(file).filter(|speed| !speed.starts_with("Unknown"));
    let is_link = width("current_link_width").is_some();
    let numa = of("numa_node").and_then(|node| node.parse::<u32>().ok());
    Facts::default()
        .with("address", address)
        .with_known("class", class)
        .with_known("vendor", number("vendor"))
        .with_known("device", number("device"))
        .with_known("subsystem", subsystem.map(|(vendor, device)| format!("{vendor}:{device}")))
        .with_known("driver", host.link_name(&format!("{PCI}/{address}/driver")))
        .with_known("link_width", width("current_link_width"))
        .with_known("link_speed", speed("current_link_speed").filter(|_| is_link))
        .with_known("max_link_width", width("max_link_width").filter(|_| is_link))
        .with_known("max_link_speed", speed("max_link_speed").filter(|_| is_link))
        .with_known("numa", numa)
        .into()
}
