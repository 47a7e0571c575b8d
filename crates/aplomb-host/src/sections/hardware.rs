use serde_json::json;

use self::smbios::Structure;
use super::virtualization::hypervisor;
use crate::facts::{Collected, Facts, Gaps, Sourced};
use crate::host::Host;
use crate::section::Section;

mod network;
mod smbios;
mod storage;

pub(crate) const HARDWARE: Section = Section {
    id: "hardware",
    summary: "model, firmware, processors, memory, disks, RAID, network, power supplies, Secure Boot, TPM",
    sources: &[
        "/sys/class/dmi/id/*",
        "/sys/firmware/dmi/tables/DMI",
        "/sys/firmware/efi",
        "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
        "/sys/hypervisor/type",
        "/sys/class/ipmi/ipmi0/device/bmc/firmware_revision",
        "/sys/class/tpm/tpm0/tpm_version_major",
        "/sys/class/iommu",
        "/sys/devices/system/cpu/vulnerabilities",
        "/sys/devices/system/cpu/vulnerabilities/*",
        "/sys/devices/system/cpu/smt/active",
        "/sys/devices/system/edac/mc",
        "/sys/devices/system/edac/mc/*/*",
        "/proc/cpuinfo",
        "/proc/meminfo",
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
    machine(host, &mut hardware, &mut gaps);
    processors(host, &mut hardware, &mut gaps);
    memory(host, &mut hardware, &mut gaps);
    firmware(host, &mut hardware, &mut gaps);
    storage::put(host, &mut hardware, &mut gaps);
    network::put(host, &mut hardware, &mut gaps);
    gaps.object("/sys /proc", "file", hardware)
}

/// DMI as the kernel lays it out. Serial numbers are for root only.
fn machine(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    const MEMBERS: &[(&str, &str)] = &[
        ("vendor", "sys_vendor"),
        ("product", "product_name"),
        ("serial", "product_serial"),
        ("sku", "product_sku"),
        ("uuid", "product_uuid"),
        ("board", "board_name"),
        ("asset_tag", "chassis_asset_tag"),
        ("bios", "bios_version"),
        ("bios_vendor", "bios_vendor"),
        ("bios_date", "bios_date"),
    ];
    for (member, file) in MEMBERS {
        let path = format!("{DMI}/{file}");
        let value = gaps.seen(&path, &[member], host.value(&path)).flatten();
        hardware.put_known(member, value, path);
    }
    if let Some((kind, from)) = hypervisor(host) {
        hardware.put("virtual", kind != "none", from);
    }
    let bmc = "/sys/class/ipmi/ipmi0/device/bmc/firmware_revision";
    hardware.put_known("bmc", host.known(bmc), bmc);
}

fn processors(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    const CPUINFO: &str = "/proc/cpuinfo";
    const FLAWS: &str = "/sys/devices/system/cpu/vulnerabilities";
    let Some(cpuinfo) = gaps.text(host, CPUINFO, &["cpu"]) else { return };
    let of = |key: &'static str| {
        cpuinfo.lines().filter_map(move |(_, line)| {
            let (found, value) = line.split_once(':')?;
            (found.trim() == key).then(|| value.trim())
        })
    };
    let distinct = |key| {
        let mut found: Vec<&str> = of(key).collect();
        found.sort_unstable();
        found.dedup();
        Some(found.len()).filter(|count| *count > 0)
    };
    let flags = of("flags").next().or_else(|| of("Features").next());
    let mut flags: Vec<&str> = flags.unwrap_or_default().split_whitespace().collect();
    flags.sort_unstable();
    let mut flaws = Facts::default();
    for name in gaps.names(host, FLAWS, "", &["cpu"]) {
        flaws.put_known(&name, host.known(&format!("{FLAWS}/{name}")));
    }
    let smt = host.known("/sys/devices/system/cpu/smt/active");
    let cpu = Facts::default()
        .with("count", of("processor").count())
        .with_known("arch", host.running().map(|running| running.machine.as_str()))
        .with("flags", flags)
        .with_known("model", of("model name").next())
        .with_known("microcode", of("microcode").next())
        .with_known("sockets", distinct("physical id"))
        .with_known("smt", smt.map(|active| active == "1"))
        .with_known("vulnerabilities", (!flaws.is_empty()).then_some(flaws));
    hardware.put("cpu", cpu, CPUINFO);
}

fn memory(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    const MEMINFO: &str = "/proc/meminfo";
    if let Some(meminfo) = gaps.text(host, MEMINFO, &["mem_mib", "swap_mib"]) {
        for (member, key) in [("mem_mib", "MemTotal:"), ("swap_mib", "SwapTotal:")] {
            let kib = meminfo.lines().find_map(|(number, line)| {
                let value = line.strip_prefix(key)?.trim().strip_suffix(" kB")?;
                Some((value.parse::<u64>().ok()?, meminfo.at(number)))
            });
            if let Some((kib, from)) = kib {
                hardware.put(member, kib / 1024, from);
            }
        }
    }
    let table = host.bytes(TABLE).map(|bytes| smbios::structures(&bytes));
    let table = gaps.seen(TABLE, &["ecc", "dimms", "psu"], table).unwrap_or_default();
    ecc(host, &table, hardware);
    let dimms = described(&table, smbios::dimm);
    hardware.put_known("dimms", (!dimms.is_empty()).then_some(dimms), TABLE);
    let mut id = 0;
    let psu = described(&table, |structure| {
        smbios::power_supply(structure).map(|facts| {
            id += 1;
            facts.with("id", id)
        })
    });
    hardware.put_known("psu", (!psu.is_empty()).then_some(psu), TABLE);
}

fn described(
    table: &[Structure],
    describe: impl FnMut(&Structure) -> Option<Facts>,
) -> Vec<serde_json::Value> {
    table.iter().filter_map(describe).map(serde_json::Value::from).collect()
}

/// The kind of correction as firmware says it; errors as the kernel counts them.
fn ecc(host: &Host<'_>, table: &[Structure], hardware: &mut Sourced) {
    const EDAC: &str = "/sys/devices/system/edac/mc";
    let kind = table.iter().find_map(smbios::error_correction);
    let controllers = host.names(EDAC).unwrap_or_default();
    let sum = |file: &str| {
        let controllers = controllers.iter().filter(|name| name.starts_with("mc"));
        let counts = controllers.filter_map(|name| host.known(&format!("{EDAC}/{name}/{file}")));
        let counts: Vec<u64> = counts.filter_map(|count| count.parse().ok()).collect();
        (!counts.is_empty()).then(|| counts.iter().fold(0_u64, |sum, one| sum.saturating_add(*one)))
    };
    let ecc = Facts::default()
        .with_known("type", kind)
        .with_known("ce", sum("ce_count"))
        .with_known("ue", sum("ue_count"));
    if !ecc.is_empty() {
        hardware.put("ecc", ecc, if kind.is_some() { TABLE } else { EDAC });
    }
}

fn firmware(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    const EFI: &str = "/sys/firmware/efi";
    const SECURE_BOOT: &str =
        "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    const TPM: &str = "/sys/class/tpm/tpm0/tpm_version_major";
    let is_x86 = host.running().is_some_and(|running| running.machine == "x86_64");
    if host.has(EFI) {
        hardware.put("firmware", "uefi", EFI);
        // Four bytes of attributes, then the value.
        let variable = gaps.seen(SECURE_BOOT, &["secure_boot"], host.bytes(SECURE_BOOT));
        let is_on = variable.and_then(|bytes| bytes.get(4).map(|byte| *byte == 1));
        hardware.put_known("secure_boot", is_on, SECURE_BOOT);
    } else if is_x86 {
        // Firmware of the old kind cannot do it.
        hardware.put("firmware", "bios", EFI);
        hardware.put("secure_boot", false, EFI);
    }
    let tpm = host.known(TPM).and_then(|version| version.parse::<u32>().ok());
    hardware.put_known("tpm", tpm, TPM);
    let iommu = host.names("/sys/class/iommu").ok().map(|units| json!(!units.is_empty()));
    hardware.put_known("iommu", iommu, "/sys/class/iommu");
}

#[cfg(test)]
mod tests;
