//! Network interfaces, and what is made of them.

use serde_json::Value;

use super::controllers::{is_pci_address, is_plain};
use crate::facts::{Facts, Gaps, Sourced};
use crate::host::Host;

const NET: &str = "/sys/class/net";
const BONDING: &str = "/proc/net/bonding";
const VLANS: &str = "/proc/net/vlan/config";

/// Puts `nics`, those that are hardware, `bonds`, `bridges` and `vlans`.
pub(super) fn put(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    let names = gaps.names(host, NET, "", &["nics", "bonds", "bridges"]);
    let with = |part: &str| {
        let has = |name: &&String| host.has(&format!("{NET}/{name}/{part}"));
        names.iter().filter(has).collect::<Vec<_>>()
    };
    let nics: Vec<Value> = with("device").into_iter().map(|name| nic(host, name)).collect();
    let bonds: Vec<Value> = with("bonding").into_iter().map(|name| bond(host, name)).collect();
    let bridges: Vec<Value> = with("bridge").into_iter().map(|name| bridge(host, name)).collect();
    if !names.is_empty() {
        hardware.put("nics", nics, NET);
        hardware.put("bonds", bonds, NET);
        hardware.put_known("bridges", (!bridges.is_empty()).then_some(bridges), NET);
    }
    vlans(host, hardware, gaps);
}

/// Speed in Mbit/s. Without a link the kernel says -1, or refuses.
fn speed(host: &Host<'_>, name: &str) -> Option<u32> {
    host.known(&format!("{NET}/{name}/speed"))?.parse().ok()
}

/// Whether an interface goes half or full duplex; `unknown` is no answer.
fn duplex(host: &Host<'_>, name: &str) -> Option<String> {
    host.known(&format!("{NET}/{name}/duplex")).filter(|duplex| duplex != "unknown")
}

/// The place of an interface on PCI; of a paravirtual one, of what carries it.
fn pci_address(host: &Host<'_>, name: &str) -> Option<String> {
    let device = format!("{NET}/{name}/device");
    let own = host.link_name(&device).filter(|place| is_pci_address(place));
    own.or_else(|| {
        let way = host.link(&format!("{NET}/{name}"))?;
        way.split('/').rfind(|part| is_pci_address(part)).map(str::to_owned)
    })
}

fn nic(host: &Host<'_>, name: &str) -> Value {
    let of = |file: &str| host.known(&format!("{NET}/{name}/{file}"));
    let number = |file: &str| of(file).and_then(|text| text.parse::<u32>().ok());
    let driver = host.link_name(&format!("{NET}/{name}/device/driver"));
    let version = driver
        .as_ref()
        .filter(|driver| is_plain(driver))
        .and_then(|driver| host.known(&format!("/sys/module/{driver}/version")));
    let vfs = number("device/sriov_totalvfs").map(|total| {
        Facts::default().with("total", total).with_known("enabled", number("device/sriov_numvfs"))
    });
    let is_vf = host.has(&format!("{NET}/{name}/device/physfn")).then_some(true);
    Facts::default()
        .with("name", name)
        .with_known("mac", of("address"))
        .with_known("mtu", number("mtu"))
        .with_known("speed", speed(host, name))
        .with_known("duplex", duplex(host, name))
        .with_known("carrier", of("carrier").map(|carrier| carrier == "1"))
        .with_known("state", of("operstate"))
        .with_known("driver", driver)
        .with_known("driver_version", version)
        .with_known("firmware", firmware(host, name))
        .with_known("pci", pci_address(host, name))
        .with_known("numa", number("device/numa_node"))
        .with_known("master", host.link_name(&format!("{NET}/{name}/master")))
        .with_known("sriov", vfs)
        .with_known("virtual_function", is_vf)
        .into()
}

/// The firmware of an adapter that does InfiniBand too. Others tell it to a system call only.
fn firmware(host: &Host<'_>, name: &str) -> Option<String> {
    let folder = format!("{NET}/{name}/device/infiniband");
    let devices = host.names(&folder).ok()?;
    devices.iter().find_map(|device| host.known(&format!("{folder}/{device}/fw_ver")))
}

fn bond(host: &Host<'_>, name: &str) -> Value {
    let of = |file: &str| host.known(&format!("{NET}/{name}/bonding/{file}"));
    let number = |file: &str| of(file).and_then(|text| text.parse::<u32>().ok());
    // `802.3ad 4`: the number says the same again.
    let word = |file: &str| of(file).and_then(|text| text.split(' ').next().map(str::to_owned));
    let told = host.text(&format!("{BONDING}/{name}")).map(|text| text.body).unwrap_or_default();
    let slaves = of("slaves").unwrap_or_default();
    let slaves = slaves.split_whitespace().map(|slave| Value::from(member(host, slave, &told)));
    Facts::default()
        .with("name", name)
        .with_known("mode", word("mode"))
        .with_known("mii", of("mii_status"))
        .with("slaves", slaves.collect::<Vec<_>>())
        .with_known("active", of("active_slave"))
        .with_known("primary", word("primary"))
        .with_known(
            "mtu",
            host.known(&format!("{NET}/{name}/mtu")).and_then(|t| t.parse::<u32>().ok()),
        )
        .with_known("speed", speed(host, name))
        .with_known("miimon_ms", number("miimon"))
        .with_known("min_links", number("min_links"))
        .with_known("hash", word("xmit_hash_policy"))
        .with_known("lacp_rate", word("lacp_rate"))
        .into()
}

/// One member of a bond; `told` is what `/proc/net/bonding` says of all of them.
fn member(host: &Host<'_>, slave: &str, told: &str) -> Facts {
    let of = |file: &str| host.known(&format!("{NET}/{slave}/bonding_slave/{file}"));
    let number = |text: Option<String>| text.and_then(|text| text.parse::<u32>().ok());
    let pci = pci_address(host, slave);
    // Ports of one card differ in their function only.
    let card = pci.as_deref().and_then(|pci| pci.rsplit_once('.')).map(|(card, _)| card.to_owned());
    let mii = of("mii_status").or_else(|| said(told, slave, "MII Status"));
    Facts::default()
        .with("if", slave)
        .with_known("mii", mii)
        .with_known("speed", speed(host, slave))
        .with_known("duplex", duplex(host, slave))
        .with_known("state", of("state"))
        .with_known(
            "failures",
            number(of("link_failure_count").or_else(|| said(told, slave, "Link Failure Count"))),
        )
        .with_known("aggregator", number(of("ad_aggregator_id")))
        .with_known("partner", said(told, slave, "system mac address"))
        .with_known("pci", pci)
        .with_known("card", card)
}

/// What `/proc/net/bonding` says of one member: the last value of a field in its part, for the
/// partner's comes after its own.
fn said(told: &str, slave: &str, field: &str) -> Option<String> {
    let mut is_own = false;
    let mut found = None;
    for line in told.lines() {
        let Some((key, value)) = line.split_once(':') else { continue };
        let (key, value) = (key.trim(), value.trim());
        if key == "Slave Interface" {
            is_own = value == slave;
        } else if is_own && key == field {
            found = Some(value.to_owned());
        }
    }
    found
}

fn bridge(host: &Host<'_>, name: &str) -> Value {
    let ports = host.names(&format!("{NET}/{name}/brif")).unwrap_or_default();
    let stp = host.known(&format!("{NET}/{name}/bridge/stp_state"));
    Facts::default()
        .with("name", name)
        .with("ports", ports)
        .with_known("stp", stp.map(|state| state != "0"))
        .into()
}

/// `NAME | ID | ON`, below two lines of heading.
fn vlans(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    let Some(text) = gaps.text(host, VLANS, &["vlans"]) else { return };
    let vlans = text.lines().skip(2).filter_map(|(number, line)| {
        let mut fields = line.split('|').map(str::trim);
        let facts = Facts::from(text.at(number))
            .with("name", fields.next()?)
            .with("id", fields.next()?.parse::<u16>().ok()?)
            .with("on", fields.next()?);
        Some(Value::from(facts))
    });
    let vlans: Vec<Value> = vlans.collect();
    hardware.put_known("vlans", (!vlans.is_empty()).then_some(vlans), VLANS);
}
