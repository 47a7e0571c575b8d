//! Disks, what is built on them, and what hosts do to those who look.

use serde_json::{Value, json};

use crate::fixture::{Files, section};

fn hardware(files: &[(&str, &str)]) -> (Value, Value) {
    section(Files::new(files).live(&[]), "hardware")
}

#[test]
fn disks_tell_how_they_are_attached() {
    let (facts, _) = hardware(&[
        (
            "/sys/block/sda",
            "-> ../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda",
        ),
        (
            "/sys/devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda/size",
            "41943040\n",
        ),
        (
            "/sys/devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda/dev",
            "8:0\n",
        ),
        (
            "/sys/devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda/device/vpd_pg80",
            "\0\u{1}\0\u{8}S3R1AL  ",
        ),
        ("/run/udev/data/b8:0", "E:ID_WWN=0x5002538e\nE:ID_MODEL=SSD\nE:ID_SERIAL_SHORT=other\n"),
        ("/sys/block/nvme0n1", "-> ../devices/pci0000:00/0000:00:1d.0/nvme/nvme0/nvme0n1"),
        ("/sys/devices/pci0000:00/0000:00:1d.0/nvme/nvme0/nvme0n1/wwid", "eui.0025\n"),
        (
            "/sys/block/sdb",
            "-> ../devices/pci0000:64/0000:65:00.0/host0/target0:3:111/0:3:111:0/block/sdb",
        ),
        ("/sys/devices/pci0000:64/0000:65:00.0/host0/target0:3:111/0:3:111:0/block/sdb/ro", "0\n"),
        ("/sys/block/vda", "-> ../devices/pci0000:00/0000:00:02.0/virtio1/block/vda"),
        ("/sys/devices/pci0000:00/0000:00:02.0/virtio1/block/vda/device/vendor", "0x1af4\n"),
        ("/sys/class/nvme/nvme0/model", "PM1735\n"),
        ("/sys/class/nvme/nvme0/serial", "S1\n"),
        ("/sys/class/nvme/nvme0/firmware_rev", "EPK9CB5Q\n"),
        ("/sys/class/nvme/nvme0/state", "live\n"),
    ]);
    assert_eq!(
        facts["disks"],
        json!([
            {"name": "nvme0n1", "wwid": "eui.0025", "transport": "nvme"},
            {"name": "sda", "size_gib": 20, "model": "SSD", "serial": "S3R1AL", "wwid": "0x5002538e",
                "transport": "sata"},
            {"name": "sdb", "read_only": false, "transport": "scsi"},
            {"name": "vda", "transport": "virtio"},
        ])
    );
    assert_eq!(
        facts["nvme"],
        json!([{"name": "nvme0", "model": "PM1735", "serial": "S1", "firmware": "EPK9CB5Q", "state": "live"}])
    );
}

fn array(name: &str, more: &[(&str, &str)]) -> Value {
    let path = |file: &str| format!("/sys/block/{name}/md/{file}");
    let mut files = vec![(path("level"), "raid1\n"), (path("array_state"), "clean\n")];
    files.extend(more.iter().map(|(file, text)| (path(file), *text)));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    hardware(&files).0["raid"][0].clone()
}

#[test]
fn arrays_tell_their_state_and_their_members() {
    let member = |state: &'static str| [("dev-sda1/state", state), ("dev-sda1/slot", "0\n")];
    for (more, state) in [
        (vec![("degraded", "0\n"), ("sync_action", "idle\n")], "optimal"),
        (vec![("degraded", "0\n"), ("sync_action", "check\n")], "optimal"),
        (vec![("degraded", "1\n"), ("sync_action", "idle\n")], "degraded"),
        (vec![("degraded", "1\n"), ("sync_action", "recover\n")], "rebuilding"),
        (vec![("degraded", "0\n"), ("sync_action", "resync\n")], "resyncing"),
        (vec![("degraded", "0\n"), ("sync_action", "reshape\n")], "reshaping"),
        (member("faulty\n").to_vec(), "degraded"),
        (member("in_sync,write_mostly\n").to_vec(), "optimal"),
        (vec![("degraded", "99999999999999999999\n")], "unknown"),
    ] {
        assert_eq!(array("md0", &more)["state"], state, "{more:?}");
    }
    let spare = array("md0", &[("dev-sdc1/state", "spare\n"), ("dev-sda1/state", "in_sync\n")]);
    assert_eq!((&spare["spares"], &spare["faulty"]), (&json!(1), &json!(0)));
    assert_eq!(spare["members"][1], json!({"device": "sdc1", "state": "spare"}));
}

#[test]
fn paths_to_the_san_are_counted() {
    let mut files = vec![
        ("/sys/block/dm-0/dm/uuid".to_owned(), "mpath-3600508b4\n".to_owned()),
        ("/sys/block/dm-0/dm/name".to_owned(), "mpatha\n".to_owned()),
    ];
    for (disk, way, number, state) in [
        ("sdb", "0000:3b:00.0/host1/rport-1:0-2/target1:0:0", "1:0:0:1", "running\n"),
        ("sdc", "0000:5e:00.0/host2/rport-2:0-2/target2:0:0", "2:0:0:1", "running\n"),
        ("sdd", "0000:5e:00.0/host3/rport-3:0-2/target3:0:0", "3:0:0:1", "offline\n"),
    ] {
        let device = format!("/sys/devices/{way}/{number}");
        files.extend([
            (format!("/sys/block/dm-0/slaves/{disk}"), "x".to_owned()),
            (format!("{device}/state"), state.to_owned()),
            (format!("{device}/access_state"), "active/optimized\n".to_owned()),
            (format!("{device}/block/{disk}/size"), "8\n".to_owned()),
            (format!("{device}/block/{disk}/device"), format!("-> ../../../{number}")),
            (format!("/sys/block/{disk}"), format!("-> ../devices/{way}/{number}/block/{disk}")),
        ]);
    }
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let multipath = hardware(&files).0["multipath"][0].clone();
    assert_eq!((&multipath["active"], &multipath["hosts"]), (&json!(2), &json!(2)));
    assert_eq!(multipath["wwid"], "3600508b4");
    assert_eq!(
        multipath["paths"][2],
        json!({"device": "sdd", "state": "offline", "access": "active/optimized", "host": "host3",
            "hctl": "3:0:0:1", "transport": "fc"})
    );
}

const MOUNTS: &str = "22 1 0:21 / /proc rw - proc proc rw\n27 1 253:0 / / rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw\n";

/// A system on LVM on an array of two disks, or on one of them.
fn system(arrayed: bool) -> Value {
    let mut files = vec![
        ("/proc/self/mountinfo", MOUNTS),
        ("/sys/dev/block/253:0", "-> ../../devices/virtual/block/dm-0"),
        ("/sys/block/dm-0/dm/uuid", "LVM-abc\n"),
        ("/sys/block/dm-0/dm/name", "vg-root\n"),
        ("/sys/block/sda", "-> ../devices/pci0000:00/ata1/block/sda"),
        ("/sys/devices/pci0000:00/ata1/block/sda/size", "8\n"),
        ("/sys/block/sdb", "-> ../devices/pci0000:00/ata2/block/sdb"),
        ("/sys/devices/pci0000:00/ata2/block/sdb/size", "8\n"),
    ];
    if arrayed {
        files.extend([
            ("/sys/block/dm-0/slaves/md0", "-> ../../../../devices/virtual/block/md0"),
            ("/sys/block/md0/md/level", "raid1\n"),
            ("/sys/block/md0/md/array_state", "clean\n"),
            ("/sys/block/md0/slaves/sda3", "-> ../../../pci0000:00/ata1/block/sda/sda3"),
            ("/sys/block/md0/slaves/sdb3", "-> ../../../pci0000:00/ata2/block/sdb/sdb3"),
        ]);
    } else {
        files.push(("/sys/block/dm-0/slaves/sda3", "-> ../../../pci0000:00/ata1/block/sda/sda3"));
    }
    let (facts, _) = hardware(&files);
    assert_eq!(facts["from"]["system_volume"], "/proc/self/mountinfo:2");
    assert_eq!(facts["volumes"][0]["kind"], "lvm");
    facts["system_volume"].clone()
}

#[test]
fn the_system_is_followed_down_to_its_disks() {
    assert_eq!(
        system(true),
        json!({"device": "dm-0", "fstype": "ext4", "on": ["dm-0", "md0", "sda3", "sda", "sdb3", "sdb"],
            "disks": ["sda", "sdb"], "raid": ["raid1"], "mirrored": true})
    );
    let alone = system(false);
    assert_eq!((&alone["mirrored"], &alone["disks"]), (&json!(false), &json!(["sda"])));
}

#[test]
fn what_a_controller_may_mirror_unseen_is_not_known() {
    let mounts = "27 1 8:2 / / rw - ext4 /dev/sda2 rw\n";
    let of = |way: &str, more: &[(&str, &str)]| {
        let link = format!("-> ../devices/{way}/block/sda");
        let part = format!("-> ../../devices/{way}/block/sda/sda2");
        let size = format!("/sys/devices/{way}/block/sda/size");
        let mut files = vec![
            ("/proc/self/mountinfo", mounts),
            ("/sys/block/sda", link.as_str()),
            ("/sys/dev/block/8:2", part.as_str()),
            (size.as_str(), "8\n"),
        ];
        files.extend(more);
        hardware(&files).0["system_volume"].get("mirrored").cloned()
    };
    assert_eq!(of("0000:65:00.0/host0/target0:3:111", &[]), None);
    let level = "/sys/devices/0000:65:00.0/host0/block/sda/device/raid_level";
    assert_eq!(of("0000:65:00.0/host0", &[(level, "RAID-1(1+0)\n")]), Some(json!(true)));
    assert_eq!(of("0000:00:1f.2/ata1", &[]), Some(json!(false)));
}

#[test]
fn links_that_lead_in_a_circle_end() {
    let (facts, _) = hardware(&[
        ("/proc/self/mountinfo", "27 1 253:0 / / rw - ext4 /dev/dm-0 rw\n"),
        ("/sys/dev/block/253:0", "-> ../../devices/virtual/block/dm-0"),
        ("/sys/block/dm-0/slaves/dm-1", "-> ../../dm-1"),
        ("/sys/block/dm-1/slaves/dm-0", "-> ../../dm-0"),
        ("/sys/block/sdz", "-> sdz"),
        ("/sys/class/net/eth9", "-> eth9"),
    ]);
    assert_eq!(facts["system_volume"]["on"], json!(["dm-0", "dm-1"]));
    assert_eq!(facts["system_volume"].get("mirrored"), None);
}

const BACKUP: &str = r#"# Generated by LVM2 version 2.03.16(2) (2022-05-18): Mon Nov  2 10:00:00 2026

contents = "Text Format Volume Group"
version = 1
description = "Created *after* executing '/sbin/vgs # {'"
creation_host = "db01"
creation_time = 1793610000	# Mon Nov  2 10:00:00 2026

vg0 {
	id = "a"
	seqno = 5
	status = ["RESIZEABLE", "READ", "WRITE"]
	extent_size = 8192		# 4 Megabytes

	physical_volumes {

		pv0 {
			id = "b"
			device = "/dev/md1"	# Hint only
			status = ["ALLOCATABLE"]
			pe_count = 1000	# 3,9 Gigabytes
		}
		pv1 {
			id = "c"
			device = "/dev/sdz1"
			status = ["ALLOCATABLE", "MISSING"]
			pe_count = 500
		}
	}

	logical_volumes {

		root {
			id = "d"
			segment_count = 2

			segment1 {
				start_extent = 0
				extent_count = 200
				type = "striped"
				stripe_count = 1	# linear
			}
			segment2 {
				start_extent = 200
				extent_count = 50
				type = "striped"
			}
		}
	}
}
"#;

#[test]
fn volume_groups_are_those_that_lvm_wrote_down() {
    let files = [("/etc/lvm/backup/vg0", BACKUP), ("/etc/lvm/backup/other", "}\n")];
    let (facts, entry) = hardware(&files);
    assert_eq!(
        facts["lvm"],
        json!([{"from": "/etc/lvm/backup/vg0:9", "vg": "vg0", "written": 1_793_610_000,
            "size_mib": 6000, "free_mib": 5000,
            "pvs": [{"device": "/dev/md1", "size_mib": 4000},
                {"device": "/dev/sdz1", "size_mib": 2000, "missing": true}],
            "lvs": [{"name": "root", "size_mib": 1000, "types": ["striped"]}]}])
    );
    assert_eq!(entry["gaps"][0]["from"], "/etc/lvm/backup/other");
    let denied = Files::new(&files);
    let (facts, entry) = section(denied.live(&["/etc/lvm/backup"]), "hardware");
    assert_eq!(facts.get("lvm"), None);
    assert_eq!(entry["gaps"][0]["members"], json!(["lvm"]));
}

#[test]
fn absurd_numbers_and_bytes_are_survived() {
    let huge = "18446744073709551615\n";
    let (facts, _) = hardware(&[
        ("/sys/block/sda/size", huge),
        ("/sys/block/sda/dev", "../../etc/shadow\n"),
        ("/sys/block/sda/device/model", "\u{fffd}\u{0}\u{7}\n"),
        ("/sys/block/md0/md/level", huge),
        ("/sys/block/md0/md/array_state", "\n"),
        ("/sys/class/net/eth0/device/driver", "-> ../../../../../etc"),
        ("/sys/class/net/eth0/speed", huge),
        ("/sys/class/net/eth0/mtu", "-5\n"),
        ("/sys/class/scsi_host/host0/proc_name", "../../../etc/passwd\n"),
        ("/sys/devices/system/edac/mc/mc0/ce_count", huge),
        ("/sys/devices/system/edac/mc/mc1/ce_count", huge),
        ("/sys/devices/system/node/node9/meminfo", "Node 9 MemTotal: 99999999999999999999 kB\n"),
        ("/proc/meminfo", "MemTotal: 18446744073709551615 kB\nHugePages_Total: -1\n"),
        ("/proc/swaps", "Filename\n\u{fffd}\n/dev/x partition -1 0 0\n"),
        ("/proc/self/mountinfo", "27 1 0:0\n / / - \n"),
        ("/proc/net/vlan/config", "a\nb\neth0.1 | 99999 | eth0\nx\n"),
        ("/proc/cpuinfo", "physical id: 0\nphysical id: 1\ncore id: 0\nprocessor\n:::\n"),
        (
            "/etc/lvm/backup/vg",
            "a {\nid = \"x\"\nextent_size = 18446744073709551615\nphysical_volumes {\np {\npe_count = 18446744073709551615\n}\nq {\npe_count = 2\n}\n}\n}\n",
        ),
        ("/etc/lvm/backup/deep", &"a {\n".repeat(100_000)),
    ]);
    assert_eq!(facts["ecc"]["ce"], u64::MAX);
    assert_eq!(facts["disks"][0]["name"], "sda");
    assert_eq!(facts["nics"][0], json!({"name": "eth0", "driver": "etc"}));
    assert_eq!(facts["controllers"][0], json!({"name": "host0", "driver": "../../../etc/passwd"}));
}
