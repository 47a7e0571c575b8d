//! The machine: maker, model, serial numbers, firmware, and whether it is one.

use super::smbios::{self, Structure, is_placeholder};
use super::{DMI, TABLE};
use crate::facts::{Gaps, Sourced};
use crate::host::Host;
use crate::sections::virtualization::hypervisor;

/// What the kernel lays out of DMI. Serial numbers are for root only.
const MEMBERS: &[(&str, &str)] = &[
    ("vendor", "sys_vendor"),
    ("product", "product_name"),
    ("version", "product_version"),
    ("family", "product_family"),
    ("sku", "product_sku"),
    ("serial", "product_serial"),
    ("uuid", "product_uuid"),
    ("board_vendor", "board_vendor"),
    ("board", "board_name"),
    ("board_serial", "board_serial"),
    ("chassis_serial", "chassis_serial"),
    ("asset_tag", "chassis_asset_tag"),
    ("bios", "bios_version"),
    ("bios_vendor", "bios_vendor"),
    ("bios_date", "bios_date"),
    ("bios_release", "bios_release"),
];

/// Puts what DMI says, `virtual`, `hypervisor`, `bmc_present` and `bmc`.
pub(super) fn put(
    host: &Host<'_>,
    table: Option<&[Structure]>,
    hardware: &mut Sourced,
    gaps: &mut Gaps,
) {
    for (member, file) in MEMBERS {
        let path = format!("{DMI}/{file}");
        let value = gaps.seen(&path, &[member], host.value(&path)).flatten();
        hardware.put_known(member, value.filter(|value| !is_placeholder(value)), path);
    }
    let path = format!("{DMI}/chassis_type");
    let shape = host.known(&path).and_then(|code| code.parse().ok()).and_then(smbios::chassis);
    hardware.put_known("chassis", shape, path);
    if let Some((kind, from)) = hypervisor(host) {
        hardware.put("virtual", kind != "none", from);
        hardware.put("hypervisor", kind, from);
    }
    controller(host, table, hardware);
}

/// The management controller. That neither kernel nor firmware tells of one does not say that there
/// is none.
fn controller(host: &Host<'_>, table: Option<&[Structure]>, hardware: &mut Sourced) {
    const IPMI: &str = "/sys/class/ipmi";
    let version = "/sys/class/ipmi/ipmi0/device/bmc/firmware_revision";
    let bmc = host.known(version);
    let interface = table.and_then(smbios::ipmi);
    let is_seen = bmc.is_some() || host.names(IPMI).is_ok_and(|devices| !devices.is_empty());
    if is_seen || interface.is_some() {
        hardware.put("bmc_present", true, if is_seen { IPMI } else { TABLE });
    }
    hardware.put_known("bmc", bmc, version);
    hardware.put_known("ipmi", interface, TABLE);
}
