//! What boots the machine, and what it can attest: UEFI, Secure Boot, ESRT, TPM, IOMMU.

use serde_json::Value;

use crate::access::Refusal;
use crate::facts::{Facts, Gaps, Sourced};
use crate::host::Host;

const FIRMWARE: &str = "/sys/firmware";
const EFI: &str = "/sys/firmware/efi";
const ESRT: &str = "/sys/firmware/efi/esrt/entries";
const ACPI: &str = "/sys/firmware/acpi/tables";
const CLASS: &str = "/sys/class";
const TPM: &str = "/sys/class/tpm";
const IOMMU: &str = "/sys/class/iommu";
const GROUPS: &str = "/sys/kernel/iommu_groups";

/// Puts `firmware`, `secure_boot`, `setup_mode`, `esrt`, `tpm`, `iommu` and `iommu_groups`.
pub(super) fn put(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    // A container is shown an empty folder, which says nothing about the machine.
    let is_shown = host.names(FIRMWARE).is_ok_and(|names| !names.is_empty());
    let is_x86 = host.running().is_some_and(|running| running.machine == "x86_64");
    if host.has(EFI) {
        hardware.put("firmware", "uefi", EFI);
        variable(host, "secure_boot", "SecureBoot", hardware, gaps);
        variable(host, "setup_mode", "SetupMode", hardware, gaps);
        esrt(host, hardware, gaps);
    } else if is_x86 && is_shown {
        // Firmware of the old kind cannot do it.
        hardware.put("firmware", "bios", EFI);
        hardware.put("secure_boot", false, EFI);
    }
    tpm(host, hardware, gaps);
    iommu(host, hardware);
}

/// A variable of the firmware that is a flag: four bytes of attributes, then the value.
fn variable(
    host: &Host<'_>,
    member: &'static str,
    name: &str,
    hardware: &mut Sourced,
    gaps: &mut Gaps,
) {
    let path = format!("{EFI}/efivars/{name}-8be4df61-93ca-11d2-aa0d-00e098032b8c");
    let bytes = gaps.seen(&path, &[member], host.bytes(&path));
    let is_on = bytes.and_then(|bytes| bytes.get(4).map(|byte| *byte == 1));
    hardware.put_known(member, is_on, path);
}

/// The EFI System Resource Table: firmware that can be updated from the running system.
fn esrt(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    let entries = gaps.names(host, ESRT, "", &["esrt"]);
    let mut described: Vec<Value> = Vec::new();
    for entry in &entries {
        let path = format!("{ESRT}/{entry}/fw_class");
        let class = match host.value(&path) {
            Ok(class) => class,
            Err(refusal) => {
                gaps.add(ESRT, &refusal, &["esrt"]);
                return;
            }
        };
        let of = |file: &str| host.known(&format!("{ESRT}/{entry}/{file}"));
        let number = |file: &str| of(file).and_then(|text| text.parse::<u64>().ok());
        let kind = of("fw_type").map(|kind| match kind.as_str() {
            "1" => "system",
            "2" => "device",
            "3" => "uefi-driver",
            _ => "unknown",
        });
        let facts = Facts::default()
            .with_known("class", class)
            .with_known("type", kind)
            .with_known("version", number("fw_version"))
            .with_known("lowest", number("lowest_supported_fw_version"))
            .with_known("last_attempt", number("last_attempt_version"))
            .with_known("last_status", number("last_attempt_status"));
        described.push(facts.into());
    }
    hardware.put_known("esrt", (!described.is_empty()).then_some(described), ESRT);
}

/// The major version of the TPM; 0 where neither the kernel nor the firmware's tables know one.
fn tpm(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    let devices = gaps.names(host, TPM, "", &["tpm"]);
    let version = devices.iter().find_map(|name| {
        let path = format!("{TPM}/{name}/tpm_version_major");
        Some((host.known(&path)?.parse::<u32>().ok()?, path))
    });
    if let Some((version, from)) = version {
        hardware.put("tpm", version, from);
        return;
    }
    let tables = host.names(ACPI).unwrap_or_default();
    let is_named = tables.iter().any(|table| matches!(table.as_str(), "TPM2" | "TCPA"));
    if devices.is_empty() && !tables.is_empty() && !is_named {
        hardware.put("tpm", 0, ACPI);
    }
}

fn iommu(host: &Host<'_>, hardware: &mut Sourced) {
    match host.names(IOMMU) {
        Ok(units) => hardware.put("iommu", !units.is_empty(), IOMMU),
        Err(Refusal::Absent) if host.has(CLASS) => hardware.put("iommu", false, IOMMU),
        Err(_) => {}
    }
    hardware.put_known("iommu_groups", host.names(GROUPS).ok().map(|groups| groups.len()), GROUPS);
}
