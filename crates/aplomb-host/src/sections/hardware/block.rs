//! Disks, and NVM Express controllers.

use serde_json::Value;

use crate::facts::{Facts, Gaps, Sourced};
use crate::host::Host;
use crate::sections::os::chosen;

pub(super) const BLOCK: &str = "/sys/block";
const NVME: &str = "/sys/class/nvme";

/// Devices that hold nothing of their own.
const VIRTUAL: &[&str] = &["loop", "ram", "zram", "dm-", "md", "sr", "fd", "nbd", "drbd", "bcache"];

/// What the way through the machine to a disk says of how it is attached: the first that is found.
const TRANSPORTS: &[(&str, &str)] = &[
    ("/usb", "usb"),
    ("/nvme", "nvme"),
    ("/mmc_host/", "mmc"),
    ("/rport-", "fc"),
    ("/session", "iscsi"),
    ("/end_device-", "sas"),
    ("/ata", "sata"),
    ("/virtio", "virtio"),
    ("/vmbus", "hyperv"),
    ("/VMBUS", "hyperv"),
    ("/vbd-", "xen"),
    // None of the above: behind a controller that shows volumes of its own.
    ("/target", "scsi"),
];

/// Puts `disks` and `nvme`.
pub(super) fn put(host: &Host<'_>, names: &[String], hardware: &mut Sourced, gaps: &mut Gaps) {
    let is_disk = |name: &&String| !VIRTUAL.iter().any(|kind| name.starts_with(kind));
    let disks: Vec<Value> =
        names.iter().filter(is_disk).map(|name| disk(host, name).into()).collect();
    if !names.is_empty() {
        hardware.put("disks", disks, BLOCK);
    }
    let controllers = gaps.names(host, NVME, "", &["nvme"]);
    let controllers: Vec<Value> = controllers.iter().map(|name| nvme(host, name)).collect();
    hardware.put_known("nvme", (!controllers.is_empty()).then_some(controllers), NVME);
}

/// How a disk is attached, where the way to it tells.
pub(super) fn transport(host: &Host<'_>, name: &str) -> Option<&'static str> {
    let way = host.link(&format!("{BLOCK}/{name}"))?;
    TRANSPORTS.iter().find(|(sign, _)| way.contains(sign)).map(|(_, transport)| *transport)
}

/// Size of a block device in GiB.
pub(super) fn size_gib(host: &Host<'_>, name: &str) -> Option<u64> {
    const SECTORS_PER_GIB: u64 = 2 * 1024 * 1024;
    let sectors = host.known(&format!("{BLOCK}/{name}/size"))?.parse::<u64>().ok()?;
    Some(sectors / SECTORS_PER_GIB)
}

fn disk(host: &Host<'_>, name: &str) -> Facts {
    let of = |file: &str| host.known(&format!("{BLOCK}/{name}/{file}"));
    let number = |file: &str| of(file).and_then(|text| text.parse::<u64>().ok());
    let flag = |file: &str| of(file).map(|value| value == "1");
    let scheduler = of("queue/scheduler");
    let udev = of("dev").map(|number| Udev::of(host, &number)).unwrap_or_default();
    let wwn = of("device/wwid").or_else(|| of("wwid")).or_else(|| udev.value("ID_WWN"));
    Facts::default()
        .with("name", name)
        .with_known("size_gib", size_gib(host, name))
        // Of a paravirtual disk it is the number of a maker of devices.
        .with_known("vendor", of("device/vendor").filter(|vendor| !vendor.starts_with("0x")))
        .with_known("model", of("device/model").or_else(|| udev.value("ID_MODEL")))
        .with_known("serial", serial(host, name).or_else(|| udev.value("ID_SERIAL_SHORT")))
        .with_known("wwid", wwn)
        .with_known("firmware", of("device/firmware_rev").or_else(|| of("device/rev")))
        .with_known("transport", transport(host, name))
        .with_known("rotational", flag("queue/rotational"))
        .with_known("removable", flag("removable"))
        .with_known("read_only", flag("ro"))
        .with_known("logical_sector", number("queue/logical_block_size"))
        .with_known("physical_sector", number("queue/physical_block_size"))
        .with_known("scheduler", scheduler.as_deref().and_then(chosen))
        // Of a volume that a controller made; those of few makers tell.
        .with_known("raid_level", of("device/raid_level").filter(|level| level != "N/A"))
        .with_known("state", of("device/state"))
}

/// The serial number: in a file of its own, or in page 80 of the vital product data.
fn serial(host: &Host<'_>, name: &str) -> Option<String> {
    const HEADER: usize = 4;
    let own = host.known(&format!("{BLOCK}/{name}/device/serial"));
    own.or_else(|| host.known(&format!("{BLOCK}/{name}/serial"))).or_else(|| {
        let page = host.bytes(&format!("{BLOCK}/{name}/device/vpd_pg80")).ok()?;
        let text = std::str::from_utf8(page.get(HEADER..)?).ok()?;
        let text = text.trim_matches([' ', '\0']);
        (!text.is_empty()).then(|| text.to_owned())
    })
}

/// What udev noted of a device.
#[derive(Default)]
struct Udev(Vec<(String, String)>);

impl Udev {
    fn of(host: &Host<'_>, number: &str) -> Self {
        // `MAJOR:MINOR`, and nothing that could lead elsewhere.
        if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b':') {
            return Self::default();
        }
        let Ok(text) = host.text(&format!("/run/udev/data/b{number}")) else {
            return Self::default();
        };
        let entries = text.lines().filter_map(|(_, line)| {
            let (key, value) = line.strip_prefix("E:")?.split_once('=')?;
            Some((key.to_owned(), value.to_owned()))
        });
        Self(entries.collect())
    }

    fn value(&self, key: &str) -> Option<String> {
        let found = self.0.iter().find(|(known, _)| known == key)?;
        (!found.1.is_empty()).then(|| found.1.clone())
    }
}

fn nvme(host: &Host<'_>, name: &str) -> Value {
    let of = |file: &str| host.known(&format!("{NVME}/{name}/{file}"));
    Facts::default()
        .with("name", name)
        .with_known("model", of("model"))
        .with_known("serial", of("serial"))
        .with_known("firmware", of("firmware_rev"))
        .with_known("transport", of("transport"))
        .with_known("address", of("address"))
        .with_known("state", of("state"))
        .into()
}
