mod network;
mod storage;

use std::fs;

use serde_json::json;

use super::smbios::built;
use crate::fixture::{Files, section};

const SERVER: &[(&str, &str)] = &[
    ("/sys/class/dmi/id/sys_vendor", "Dell Inc.\n"),
    ("/sys/class/dmi/id/product_name", "PowerEdge R650\n"),
    ("/sys/class/dmi/id/product_serial", "7XK2P14\n"),
    ("/sys/class/dmi/id/bios_version", "1.9.2\n"),
    ("/sys/firmware/efi/systab", ""),
    (
        "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
        "\u{6}\0\0\0\u{1}",
    ),
    ("/sys/class/tpm/tpm0/tpm_version_major", "2\n"),
    ("/sys/devices/system/cpu/vulnerabilities/meltdown", "Not affected\n"),
    ("/sys/devices/system/edac/mc/mc0/ce_count", "2\n"),
    ("/sys/devices/system/edac/mc/mc0/ue_count", "0\n"),
    ("/sys/devices/system/edac/mc/mc1/ce_count", "1\n"),
    (
        "/proc/cpuinfo",
        "processor\t: 0\nmodel name\t: X\nphysical id\t: 0\nflags\t\t: smep nx\n\nprocessor\t: 1\nphysical id\t: 1\nflags\t\t: smep nx\n",
    ),
    ("/proc/meminfo", "MemTotal:       131510272 kB\nSwapTotal:             0 kB\n"),
    ("/sys/block/sda/size", "1953525168\n"),
    ("/sys/block/sda/device/model", "SSD\n"),
    ("/sys/block/sda/queue/rotational", "0\n"),
    ("/sys/block/sda/queue/scheduler", "[mq-deadline] none\n"),
    ("/sys/block/loop0/size", "8\n"),
    ("/sys/block/md0/md/level", "raid1\n"),
    ("/sys/block/md0/md/array_state", "clean\n"),
    ("/sys/block/md0/md/degraded", "1\n"),
    ("/sys/block/md0/md/sync_action", "idle\n"),
    ("/sys/class/net/eno1/address", "00:00:5e:00:53:01\n"),
    ("/sys/class/net/eno1/device/driver", "-> ../../drivers/ixgbe"),
    ("/sys/class/net/eno1/speed", "25000\n"),
    ("/sys/class/net/eno1/bonding_slave/mii_status", "up\n"),
    ("/sys/class/net/eno2/device/vendor", "x\n"),
    ("/sys/class/net/eno2/speed", "-1\n"),
    ("/sys/class/net/bond0/bonding/mode", "802.3ad 4\n"),
    ("/sys/class/net/bond0/bonding/slaves", "eno1 eno2\n"),
    ("/sys/class/net/lo/mtu", "65536\n"),
];

fn server() -> Files {
    let files = Files::new(SERVER);
    let mut array = vec![3, 3, 6];
    array.resize(11, 0);
    let mut table = built(16, &array, &[]);
    let mut dimm = vec![0_u8; 0x24];
    // Widths 72 and 64, 32 GiB in the extended field, 3200 MT/s, strings by number.
    for (at, bytes) in [
        (0x08, &[72, 0, 64, 0][..]),
        (0x0c, &[0xff, 0x7f]),
        (0x10, &[1, 2]),
        (0x15, &[0x80, 0x0c]),
        (0x17, &[3]),
        (0x1c, &32_768_u32.to_le_bytes()),
    ] {
        dimm[at - 4..at - 4 + bytes.len()].copy_from_slice(bytes);
    }
    table.extend(built(17, &dimm, &["A1", "Bank 0", "Maker"]));
    table.extend(built(17, &[0; 0x24], &["A2"]));
    for characteristics in [0b01_1000_0010_u16, 0b00_0000_0000] {
        let mut psu = vec![0_u8; 0x0c];
        psu[0x0a..].copy_from_slice(&characteristics.to_le_bytes());
        psu[1] = 1;
        table.extend(built(39, &psu, &["Bay"]));
    }
    let folder = files.path().join("sys/firmware/dmi/tables");
    fs::create_dir_all(&folder).expect("made");
    fs::write(folder.join("DMI"), table).expect("written");
    files
}

#[test]
fn a_server_is_told_as_rules_look_at_it() {
    let files = server();
    let (hardware, entry) = section(files.live(&[]), "hardware");
    let from = hardware["from"].clone();
    let mut facts = hardware;
    facts.as_object_mut().expect("an object").remove("from");
    let expected = json!({
        "vendor": "Dell Inc.", "product": "PowerEdge R650", "serial": "7XK2P14", "bios": "1.9.2",
        "virtual": false, "hypervisor": "none", "firmware": "uefi", "secure_boot": true, "tpm": 2,
        "cpu": {"count": 2, "arch": "x86_64", "flags": ["nx", "smep"], "model": "X", "sockets": 2,
            "vulnerabilities": {"meltdown": "Not affected"}},
        "mem_mib": 128_428, "swap_mib": 0,
        "ecc": {"type": "Multi-bit ECC", "ce": 3, "ue": 0},
        "edac": [{"controller": "mc0", "ce": 2, "ue": 0}, {"controller": "mc1", "ce": 1}],
        "dimms": [{"slot": "A1", "bank": "Bank 0", "size_mib": 32768, "speed_mts": 3200,
            "ecc": true, "manufacturer": "Maker"}], "iommu": false,
        "psu": [{"id": 1, "status": "ok", "location": "Bay"},
            {"id": 2, "status": "absent", "location": "Bay"}],
        "disks": [{"name": "sda", "size_gib": 931, "model": "SSD", "rotational": false,
            "scheduler": "mq-deadline"}],
        "raid": [{"name": "md0", "level": "raid1", "state": "degraded", "array_state": "clean",
            "missing": 1, "sync_action": "idle"}],
        "nics": [
            {"name": "eno1", "mac": "00:00:5e:00:53:01", "speed": 25000, "driver": "ixgbe"},
            {"name": "eno2"}],
        "bonds": [{"name": "bond0", "mode": "802.3ad", "slaves": [
            {"if": "eno1", "mii": "up", "speed": 25000}, {"if": "eno2"}]}],
    });
    assert_eq!(facts, expected);
    assert_eq!(from["bios"], "/sys/class/dmi/id/bios_version");
    assert_eq!(from["mem_mib"], "/proc/meminfo:1");
    assert_eq!(entry.get("gaps"), None);
}

#[test]
fn without_root_serials_and_modules_are_denied() {
    let files = server();
    let denied = files.live(&["/sys/class/dmi/id/product_serial", "/sys/firmware/dmi/tables/DMI"]);
    let (hardware, entry) = section(denied, "hardware");
    assert!(hardware.get("serial").is_none() && hardware.get("psu").is_none());
    assert_eq!(hardware["ecc"], json!({"ce": 3, "ue": 0}));
    assert_eq!(entry["gaps"][1]["members"], json!(["serial"]));
    assert_eq!(
        entry["gaps"][0]["members"],
        json!(["ecc", "dimms", "dimm_slots", "psu", "ipmi", "processors"])
    );
    assert_eq!(section(files.root(), "hardware").1["status"], "unsupported");
}
