//! What is built on disks: the device mapper's volumes, multipath, and what `/` stands on.

use std::collections::BTreeSet;

use serde_json::Value;

use super::arrays::level;
use super::block::{BLOCK, size_gib, transport};
use crate::facts::{Facts, Sourced};
use crate::host::Host;

/// Puts `volumes`, `multipath` and `system_volume`.
pub(super) fn put(host: &Host<'_>, names: &[String], hardware: &mut Sourced) {
    let mapped: Vec<Mapped> = names.iter().filter_map(|name| Mapped::of(host, name)).collect();
    let volumes: Vec<Value> = mapped.iter().map(|one| one.facts(host)).collect();
    hardware.put_known("volumes", (!volumes.is_empty()).then_some(volumes), BLOCK);
    let many = mapped.iter().filter(|one| one.kind == "multipath");
    let multipath: Vec<Value> = many.map(|one| one.paths(host)).collect();
    hardware.put_known("multipath", (!multipath.is_empty()).then_some(multipath), BLOCK);
    if let Some((facts, from)) = system_volume(host, names) {
        hardware.put("system_volume", facts, from);
    }
}

/// A device of the device mapper.
struct Mapped {
    device: String,
    name: Option<String>,
    uuid: String,
    kind: &'static str,
    on: Vec<String>,
}

/// What the first part of a device's uuid says of who made it.
const KINDS: &[(&str, &str)] = &[
    ("LVM-", "lvm"),
    ("mpath-", "multipath"),
    ("CRYPT-LUKS2-", "luks2"),
    ("CRYPT-LUKS1-", "luks1"),
    ("CRYPT-", "crypt"),
    ("DMRAID-", "dmraid"),
    ("part", "partition"),
];

impl Mapped {
    fn of(host: &Host<'_>, device: &str) -> Option<Self> {
        device.strip_prefix("dm-")?;
        let uuid = host.known(&format!("{BLOCK}/{device}/dm/uuid")).unwrap_or_default();
        let kind = KINDS.iter().find(|(sign, _)| uuid.starts_with(sign));
        Some(Self {
            device: device.to_owned(),
            name: host.known(&format!("{BLOCK}/{device}/dm/name")),
            kind: kind.map_or("other", |(_, kind)| kind),
            on: host.names(&format!("{BLOCK}/{device}/slaves")).unwrap_or_default(),
            uuid,
        })
    }

    fn facts(&self, host: &Host<'_>) -> Value {
        Facts::default()
            .with("device", self.device.as_str())
            .with_known("name", self.name.as_deref())
            .with("kind", self.kind)
            .with_known("size_gib", size_gib(host, &self.device))
            .with("on", self.on.as_slice())
            .into()
    }

    /// The paths of a multipath device, in the state in which the SCSI layer has them. What the
    /// path selector makes of them the kernel tells to a system call only.
    fn paths(&self, host: &Host<'_>) -> Value {
        let mut hosts = BTreeSet::new();
        let mut active = 0;
        let mut paths: Vec<Value> = Vec::new();
        for device in &self.on {
            let of = |file: &str| host.known(&format!("{BLOCK}/{device}/device/{file}"));
            // `HOST:CHANNEL:TARGET:LUN`
            let place = host.link_name(&format!("{BLOCK}/{device}/device"));
            let number = place.as_deref().and_then(|place| place.split(':').next());
            let state = of("state");
            if state.as_deref() == Some("running") {
                active += 1;
                hosts.extend(number.map(str::to_owned));
            }
            let facts = Facts::default()
                .with("device", device.as_str())
                .with_known("state", state)
                .with_known("access", of("access_state"))
                .with_known("host", number.map(|number| format!("host{number}")))
                .with_known("hctl", place.as_deref())
                .with_known("transport", transport(host, device));
            paths.push(facts.into());
        }
        Facts::default()
            .with_known("name", self.name.as_deref())
            .with("device", self.device.as_str())
            .with("wwid", self.uuid.trim_start_matches("mpath-"))
            .with("active", active)
            .with("hosts", hosts.len())
            .with("paths", paths)
            .into()
    }
}

/// What `/` stands on, layer by layer, and whether it is mirrored where that can be told: arrays
/// that a controller or a SAN makes look like one disk.
fn system_volume(host: &Host<'_>, names: &[String]) -> Option<(Facts, String)> {
    const MOUNTS: &str = "/proc/self/mountinfo";
    let mounts = host.text(MOUNTS).ok()?;
    // `ID PARENT MAJOR:MINOR ROOT POINT …`; the last of one place hides the others.
    let (line, number, fstype) = mounts
        .lines()
        .filter_map(|(line, text)| {
            let (mount, rest) = text.split_once(" - ")?;
            let fields: Vec<&str> = mount.split(' ').collect();
            (*fields.get(4)? == "/").then_some((line, *fields.get(2)?, rest.split(' ').next()?))
        })
        .last()?;
    let target = host.link(&format!("/sys/dev/block/{number}"))?;
    let mut walk = Walk { host, names, on: Vec::new(), disks: BTreeSet::new(), raid: Vec::new() };
    let device = target.rsplit('/').next()?.to_owned();
    walk.down(&device, &target);
    let mirrored = walk.mirrored(fstype);
    let facts = Facts::default()
        .with("device", device)
        .with("fstype", fstype)
        .with("on", walk.on)
        .with("disks", walk.disks.into_iter().collect::<Vec<_>>())
        .with("raid", walk.raid)
        .with_known("mirrored", mirrored);
    Some((facts, mounts.at(line)))
}

struct Walk<'a> {
    host: &'a Host<'a>,
    names: &'a [String],
    on: Vec<String>,
    disks: BTreeSet<String>,
    raid: Vec<String>,
}

/// Layers under a file system above which no real host has any.
const MOST_LAYERS: usize = 256;

impl Walk<'_> {
    /// Follows a device, whose link leads to `target`, down to its disks.
    fn down(&mut self, device: &str, target: &str) {
        if self.on.len() >= MOST_LAYERS || self.on.iter().any(|seen| seen == device) {
            return;
        }
        self.on.push(device.to_owned());
        let is_whole = self.names.iter().any(|name| name == device);
        if !is_whole {
            // A partition lies in the folder of its disk: `…/block/sda/sda2`.
            let disk = target.rsplit('/').nth(1).unwrap_or_default().to_owned();
            if self.names.contains(&disk) {
                let way = format!("{target}/..");
                self.down(&disk, &way);
            }
            return;
        }
        if let Some(level) = level(self.host, device) {
            self.raid.push(level);
        }
        let folder = format!("{BLOCK}/{device}/slaves");
        let below = self.host.names(&folder).unwrap_or_default();
        if below.is_empty() {
            self.disks.insert(device.to_owned());
        }
        for one in below {
            let target = self.host.link(&format!("{folder}/{one}")).unwrap_or_default();
            self.down(&one, &target);
        }
    }

    fn mirrored(&mut self, fstype: &str) -> Option<bool> {
        // Disks that are disks: no controller makes one of several that it would show like this.
        const PLAIN: &[&str] = &["sata", "nvme", "mmc", "usb"];
        let is_mirror = |level: &String| matches!(level.as_str(), "raid1" | "raid10");
        if self.raid.iter().any(is_mirror) {
            return Some(true);
        }
        for disk in &self.disks {
            self.raid.extend(self.host.known(&format!("{BLOCK}/{disk}/device/raid_level")));
        }
        // `RAID-1`, `RAID 1(1+0)`
        let says = |level: &String| level.starts_with("RAID-1") || level.starts_with("RAID 1");
        if self.raid.iter().any(says) {
            return Some(true);
        }
        let is_plain = |disk: &String| {
            transport(self.host, disk).is_some_and(|transport| PLAIN.contains(&transport))
        };
        // File systems and volumes that mirror by themselves do not say so here.
        let could_mirror = matches!(fstype, "btrfs" | "zfs" | "bcachefs")
            || self.on.iter().filter(|one| one.starts_with("dm-")).count() > 2;
        (!could_mirror && !self.disks.is_empty() && self.disks.iter().all(is_plain))
            .then_some(false)
    }
}
