use serde_json::json;

use super::*;
use crate::fixture::{Files, section};

const INFO: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
23 22 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw
24 22 0:22 / /tmp rw,nosuid,nodev - tmpfs tmpfs rw,size=1024k
25 22 8:2 / /mnt/with\\040blank rw,relatime - ext4 /dev/sda2 ro
26 22 0:50 / /mnt/nfs rw,relatime shared:3 master:1 - nfs4 nas:/export rw,vers=4.2
27 22 0:51 / /mnt/share rw - cifs //nas/share rw,username=u,password=geheim
28 22 0:23 / /tmp rw - tmpfs second rw
29 22 7:0 / /snap ro - squashfs /dev/loop0 ro
bad line
";

#[test]
fn a_running_host_tells_the_room_left() {
    let (mounts, entry) =
        section(Files::new(&[("/proc/self/mountinfo", INFO)]).live(&[]), "mounts");
    let from = "/proc/self/mountinfo";
    let expected = json!([
        {"from": from, "path": "/", "device": "/dev/sda1", "fstype": "ext4", "size_gib": 20.0,
            "free_pct": 26, "inode_free_pct": 90,
            "options": ["rw", "relatime", "errors=remount-ro"]},
        {"from": from, "path": "/mnt/nfs", "device": "nas:/export", "fstype": "nfs4",
            "options": ["rw", "relatime", "vers=4.2"]},
        {"from": from, "path": "/mnt/share", "device": "//nas/share", "fstype": "cifs",
            "options": ["rw", "username=u", "password=***"]},
        {"from": from, "path": "/mnt/with blank", "device": "/dev/sda2", "fstype": "ext4",
            "size_gib": 20.0, "free_pct": 26, "inode_free_pct": 90, "options": ["ro", "relatime"]},
        {"from": from, "path": "/tmp", "device": "second", "fstype": "tmpfs", "size_gib": 20.0,
            "free_pct": 26, "inode_free_pct": 90, "options": ["rw"]},
    ]);
    assert_eq!(mounts, expected);
    let gaps: Vec<_> =
        entry["gaps"].as_array().expect("gaps").iter().map(|gap| &gap["from"]).collect();
    assert_eq!(gaps, ["/proc/self/mountinfo:9", "/mnt/nfs", "/mnt/share"]);
    let files = Files::new(&[("/proc/self/mountinfo", INFO)]);
    let (pseudo, _) = section(files.live(&[]), "pseudo_mounts");
    let paths: Vec<_> = pseudo.as_array().expect("a list").iter().map(|one| &one["path"]).collect();
    assert_eq!(paths, ["/proc", "/snap"]);
}

#[test]
fn a_root_directory_tells_what_is_to_be_mounted() {
    let fstab = "# <fs> <mp>\nUUID=a-b / ext4 errors=remount-ro 0 1\nUUID=s none swap sw 0 0\n\
        //nas/s /mnt/a\\040b cifs credentials=/etc/c,password=geheim 0 0\n/dev/sdb1 /data xfs\nbad\n";
    let files = Files::new(&[("/etc/fstab", fstab)]);
    let expected = json!([
        {"from": "/etc/fstab:2", "path": "/", "device": "UUID=a-b", "fstype": "ext4",
            "options": ["errors=remount-ro"]},
        {"from": "/etc/fstab:4", "path": "/mnt/a b", "device": "//nas/s", "fstype": "cifs",
            "options": ["credentials=***", "password=***"]},
        {"from": "/etc/fstab:5", "path": "/data", "device": "/dev/sdb1", "fstype": "xfs",
            "options": ["defaults"]},
    ]);
    assert_eq!(section(files.root(), "mounts").0, expected);
    assert_eq!(section(files.root(), "fstab").0, expected);
    assert_eq!(section(files.root(), "fstab").1["gaps"][0]["from"], "/etc/fstab:6");
    assert_eq!(section(files.root(), "pseudo_mounts").1["status"], "unsupported");
    assert_eq!(section(Files::new(&[]).root(), "fstab").1["status"], "absent");
}

#[test]
fn escapes_that_are_none_are_kept() {
    for (text, expected) in [("a\\040b", "a b"), ("a\\", "a\\"), ("\\09é\\777", "\\09é\\777")] {
        assert_eq!(unescaped(text), expected);
    }
}
