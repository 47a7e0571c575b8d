use self::smbios::Structure;
use crate::facts::{Collected, Gaps, Sourced};
use crate::host::Host;
use crate::section::Section;

mod firmware;
mod machine;
mod memory;
mod network;
mod processors;
mod smbios;
mod storage;

pub(crate) use self::smbios::is_placeholder;

pub(crate) const HARDWARE: Section = Section {
    id: "hardware",
    summary: "model, firmware, processors, memory, disks, RAID, network, power supplies, Secure Boot, TPM",
    sources: &[
        "/sys/class",
        "/sys/class/dmi/id/*",
        "/sys/firmware",
        "/sys/firmware/dmi/tables/DMI",
        "/sys/firmware/acpi/tables",
        "/sys/firmware/efi",
        "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
        "/sys/firmware/efi/efivars/SetupMode-8be4df61-93ca-11d2-aa0d-00e098032b8c",
        "/sys/firmware/efi/esrt/entries",
        "/sys/firmware/efi/esrt/entries/*/*",
        "/sys/hypervisor/type",
        "/sys/class/ipmi",
        "/sys/class/ipmi/ipmi0/device/bmc/firmware_revision",
        "/sys/class/tpm",
        "/sys/class/tpm/*/tpm_version_major",
        "/sys/class/iommu",
        "/sys/kernel/iommu_groups",
        "/sys/devices/system/cpu",
        "/sys/devices/system/cpu/**",
        "/sys/devices/system/node",
        "/sys/devices/system/node/*/*",
        "/sys/devices/system/edac/mc",
        "/sys/devices/system/edac/mc/**",
        "/proc/cpuinfo",
        "/proc/meminfo",
        "/proc/swaps",
        "/sys/block",
        "/sys/block/**",
        "/sys/class/net",
        "/sys/class/net/**",
    ],
    is_opt_in: false,
    collect,
};

const DMI: &str = "/sys/class/dmi/id";
const TABLE: &str = "/sys/firmware/dmi/tables/DMI";

fn collect(host: &Host<'_>) -> Collected {
    if !host.is_live() {
        return Collected::only_live(DMI, "file");
    }
    let mut gaps = Gaps::default();
    let mut hardware = Sourced::default();
    let bytes = host.bytes(TABLE).map(|bytes| smbios::structures(&bytes));
    let table: Option<Vec<Structure>> = gaps.seen(TABLE, OF_TABLE, bytes);
    let table = table.as_deref();
    machine::put(host, table, &mut hardware, &mut gaps);
    processors::put(host, table, &mut hardware, &mut gaps);
    memory::put(host, table, &mut hardware, &mut gaps);
    if let Some(supplies) = table.map(smbios::power_supplies) {
        hardware.put_known("psu", (!supplies.is_empty()).then_some(supplies), TABLE);
    }
    firmware::put(host, &mut hardware, &mut gaps);
    storage::put(host, &mut hardware, &mut gaps);
    network::put(host, &mut hardware, &mut gaps);
    gaps.object("/sys /proc", "file", hardware)
}

/// Members that the table alone can tell.
const OF_TABLE: &[&str] = &["ecc", "dimms", "dimm_slots", "psu", "ipmi", "processors"];

#[cfg(test)]
mod tests;
