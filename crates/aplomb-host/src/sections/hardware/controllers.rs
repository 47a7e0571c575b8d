//! Controllers of storage: of SCSI and RAID, and the ports of Fibre Channel.

use serde_json::Value;

use crate::facts::{Facts, Gaps, Sourced};
use crate::host::Host;

const SCSI: &str = "/sys/class/scsi_host";
const FC: &str = "/sys/class/fc_host";

/// Files in which drivers tell the model, each in its own words.
const MODEL: &[&str] = &["board_name", "model_name", "modelname", "model"];
/// The same of the firmware.
const FIRMWARE: &[&str] =
    &["firmware_version", "fw_version", "version_fw", "firmware_revision", "fwrev"];

/// Puts `controllers` and `fc`.
pub(super) fn put(host: &Host<'_>, hardware: &mut Sourced, gaps: &mut Gaps) {
    let names = gaps.names(host, SCSI, "", &["controllers"]);
    let controllers: Vec<Value> = names.iter().map(|name| controller(host, name)).collect();
    hardware.put_known("controllers", (!controllers.is_empty()).then_some(controllers), SCSI);
    let names = gaps.names(host, FC, "", &["fc"]);
    let ports: Vec<Value> = names.iter().map(|name| port(host, name)).collect();
    hardware.put_known("fc", (!ports.is_empty()).then_some(ports), FC);
}

fn controller(host: &Host<'_>, name: &str) -> Value {
    let of = |file: &str| host.known(&format!("{SCSI}/{name}/{file}"));
    let driver = of("proc_name").filter(|driver| driver != "(null)" && driver != "<NULL>");
    let version = driver
        .as_ref()
        .filter(|driver| is_plain(driver))
        .and_then(|driver| host.known(&format!("/sys/module/{driver}/version")));
    // `…/0000:65:00.0/host0/scsi_host/host0`
    let way = host.link(&format!("{SCSI}/{name}")).unwrap_or_default();
    let pci = way.split('/').rfind(|part| is_pci_address(part)).map(str::to_owned);
    Facts::default()
        .with("name", name)
        .with_known("driver", driver)
        .with_known("driver_version", version)
        .with_known("model", MODEL.iter().find_map(|file| of(file)))
        .with_known("firmware", FIRMWARE.iter().find_map(|file| of(file)))
        .with_known("pci", pci)
        .with_known("state", of("state"))
        .into()
}

fn port(host: &Host<'_>, name: &str) -> Value {
    let of = |file: &str| host.known(&format!("{FC}/{name}/{file}"));
    Facts::default()
        .with("name", name)
        .with_known("port", of("port_name"))
        .with_known("fabric", of("fabric_name"))
        .with_known("speed", of("speed"))
        .with_known("state", of("port_state"))
        .into()
}

/// Whether a name that a file gave leads nowhere but to a module.
pub(super) fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// `0000:31:00.1`: domain, bus, slot and function.
pub(super) fn is_pci_address(text: &str) -> bool {
    let parts: Vec<&str> = text.split([':', '.']).collect();
    let is_hex = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    parts.len() == 4
        && text.matches(':').count() == 2
        && parts.iter().all(is_hex)
        && parts[0].len() >= 4
        && parts[1..].iter().map(|part| part.len()).eq([2, 2, 1])
}
