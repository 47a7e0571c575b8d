use self::smbios::Structure;
use crate::facts::{Collected, Gaps, Sourced};
use crate::host::Host;
use crate::section::Section;

mod arrays;
mod block;
mod controllers;
mod firmware;
mod lvm;
mod machine;
mod memory;
mod network;
mod pci;
mod processors;
mod smbios;
mod volumes;

pub(crate) use self::smbios::is_placeholder;

pub(crate) const HARDWARE: Section = Section {
    id: "hardware",
    summary: "model, firmware, processors, memory, disks and what is built on them, network, power supplies, PCI, Secure Boot, TPM",
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
        "/sys/dev/block/*",
        "/run/udev/data/*",
        "/proc/self/mountinfo",
        "/sys/class/nvme",
        "/sys/class/nvme/*/*",
        "/sys/class/scsi_host",
        "/sys/class/scsi_host/**",
        "/sys/class/fc_host",
        "/sys/class/fc_host/*/*",
        "/sys/module/*/version",
        "/proc/spl/kstat/zfs",
        "/proc/spl/kstat/zfs/*/state",
        "/sys/fs/btrfs",
        "/sys/fs/btrfs/**",
        "/etc/lvm/backup",
        "/etc/lvm/backup/*",
        "/sys/class/net",
        "/sys/class/net/**",
        "/proc/net/bonding/*",
        "/proc/net/vlan/config",
        "/sys/bus/pci/devices",
        "/sys/bus/pci/devices/*/*",
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
    storage(host, &mut hardware, &mut gaps);
    network::put(host, &mut hardware, &mut gaps);
    pci::put(host, &mut hardware, &mut gaps);
    gaps.object("/sys /proc", "file", hardware)
}

fn storage(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    let members = &["disks", "raid", "volumes", "multipath", "system_volume"];
    let names = gaps.names(host, block::BLOCK, "", members);
    block::put(host, &names, hardware, gaps);
    arrays::put(host, &names, hardware, gaps);
    volumes::put(host, &names, hardware);
    lvm::put(host, hardware, gaps);
    controllers::put(host, hardware, gaps);
}

/// Members that the table alone can tell.
const OF_TABLE: &[&str] = &["ecc", "dimms", "dimm_slots", "psu", "ipmi", "processors"];

#[cfg(test)]
mod tests;
