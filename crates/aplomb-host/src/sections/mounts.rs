use std::collections::BTreeMap;
use std::path::Path;

use aplomb_read::unescaped;
use serde_json::Value;

use crate::access::{Refusal, Space};
use crate::facts::{Collected, Facts, Gaps};
use crate::host::{Host, Text};
use crate::redact::redact_option;
use crate::section::Section;

pub(crate) const MOUNTS: Section = Section {
    id: "mounts",
    summary: "file systems that hold files, their options and the room left; of a root directory, what fstab mounts",
    sources: &["/proc/self/mountinfo", "statvfs(2)", "/etc/fstab"],
    is_opt_in: false,
    collect: mounts,
};

pub(crate) const PSEUDO_MOUNTS: Section = Section {
    id: "pseudo_mounts",
    summary: "mounts without room of their own: those of the kernel, and images that are always full",
    sources: &["/proc/self/mountinfo"],
    is_opt_in: false,
    collect: pseudo_mounts,
};

pub(crate) const FSTAB: Section = Section {
    id: "fstab",
    summary: "file systems that are to be mounted",
    sources: &["/etc/fstab"],
    is_opt_in: false,
    collect: fstab,
};

const MOUNTINFO: &str = "/proc/self/mountinfo";
const FSTAB_FILE: &str = "/etc/fstab";

/// Types that hold no files of their own, and images that are full by nature.
const PSEUDO: &[&str] = &[
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "cramfs",
    "debugfs",
    "devpts",
    "efivarfs",
    "erofs",
    "fuse.gvfsd-fuse",
    "fuse.lxcfs",
    "fuse.portal",
    "fusectl",
    "hugetlbfs",
    "iso9660",
    "mqueue",
    "nsfs",
    "proc",
    "pstore",
    "ramfs",
    "rpc_pipefs",
    "securityfs",
    "selinuxfs",
    "smackfs",
    "squashfs",
    "sysfs",
    "tracefs",
    "udf",
];
/// Types whose server may not answer: asking for room could wait for ever.
const REMOTE: &[&str] = &[
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "fuse.glusterfs",
    "fuse.sshfs",
    "gfs2",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "ocfs2",
    "smb3",
    "smbfs",
];

fn mounts(host: &Host<'_>) -> Collected {
    if !host.is_live() {
        return fstab(host);
    }
    with_table(host, |table, gaps| {
        let kept = table.into_iter().filter(|mount| !PSEUDO.contains(&mount.fstype.as_str()));
        kept.map(|mount| with_space(host, mount, gaps)).collect()
    })
}

fn pseudo_mounts(host: &Host<'_>) -> Collected {
    with_table(host, |table, _| {
        let kept = table.into_iter().filter(|mount| PSEUDO.contains(&mount.fstype.as_str()));
        kept.map(Mount::into_facts).collect()
    })
}

fn with_table(
    host: &Host<'_>,
    list: impl FnOnce(Vec<Mount>, &mut Gaps) -> Vec<Facts>,
) -> Collected {
    let info = match host.text(MOUNTINFO) {
        Ok(info) => info,
        Err(refusal) => return Collected::refused(MOUNTINFO, "file", &refusal),
    };
    let mut gaps = Gaps::default();
    if info.is_cut {
        gaps.cut(MOUNTINFO);
    }
    let mounts = table(&info, &mut gaps);
    let items = list(mounts, &mut gaps);
    gaps.list(MOUNTINFO, "file, statvfs(2)", items)
}

struct Mount {
    from: String,
    path: String,
    device: String,
    fstype: String,
    options: Vec<String>,
}

impl Mount {
    fn into_facts(self) -> Facts {
        Facts::from(self.from)
            .with("path", self.path)
            .with("device", self.device)
            .with("fstype", self.fstype)
            .with("options", self.options)
    }
}

/// proc(5), sorted by path. Of several mounts on one path the last hides the others.
fn table(info: &Text, gaps: &mut Gaps) -> Vec<Mount> {
    let mut mounts = BTreeMap::new();
    for (number, line) in info.lines() {
        let mut halves = line.splitn(2, " - ");
        let first: Vec<&str> = halves.next().unwrap_or_default().split(' ').collect();
        let second: Vec<&str> = halves.next().unwrap_or_default().split(' ').collect();
        let ([_, _, _, _, path, options, ..], [fstype, device, of_super, ..]) =
            (first.as_slice(), second.as_slice())
        else {
            gaps.not_understood(info.at(number), "a mount is at least nine fields");
            continue;
        };
        let mount = Mount {
            // Lines come and go with every mount: the number would tell nothing.
            from: info.path.clone(),
            path: unescaped(path),
            device: unescaped(device),
            fstype: (*fstype).to_owned(),
            options: merged(options, of_super),
        };
        mounts.insert(mount.path.clone(), mount);
    }
    mounts.into_values().collect()
}

/// The options of the mount, then those of the file system that it does not repeat. A file system
/// that is read-only makes every mount of it so.
fn merged(options: &str, of_super: &str) -> Vec<String> {
    let mut merged: Vec<String> = split(options);
    for option in split(of_super) {
        if option == "ro" {
            for writable in merged.iter_mut().filter(|option| *option == "rw") {
                "ro".clone_into(writable);
            }
        } else if option != "rw" && !merged.contains(&option) {
            merged.push(option);
        }
    }
    merged
}

fn split(options: &str) -> Vec<String> {
    let options = options.split(',').filter(|option| !option.is_empty());
    options.map(|option| redact_option(&unescaped(option))).collect()
}

fn with_space(host: &Host<'_>, mount: Mount, gaps: &mut Gaps) -> Facts {
    const MEMBERS: &[&str] = &["size_gib", "free_pct", "inode_free_pct"];
    if REMOTE.contains(&mount.fstype.as_str()) {
        let refusal = Refusal::Failed("its server is not asked, it may not answer".to_owned());
        gaps.add(&mount.path, &refusal, MEMBERS);
        return mount.into_facts();
    }
    let space = host.access().space(Path::new(&mount.path));
    let space = gaps.seen(&mount.path, MEMBERS, space);
    let mut facts = mount.into_facts();
    if let Some(space) = space {
        put_space(&mut facts, space);
    }
    facts
}

/// The room as df(1) counts it: of what is used and what ordinary accounts may still use.
pub(crate) fn put_space(facts: &mut Facts, space: Space) {
    const GIB_100TH: u64 = (1 << 30) / 100;
    // Two decimals, made from a whole number so that they are the same on every machine.
    #[expect(clippy::cast_precision_loss, reason = "a size in GiB needs no more than 52 bits")]
    let size = (space.size / GIB_100TH) as f64 / 100.0;
    facts.put("size_gib", size);
    facts.put_known("free_pct", percent(space.free, space.used.saturating_add(space.free)));
    facts.put_known("inode_free_pct", percent(space.inodes_free, space.inodes));
}

fn percent(part: u64, whole: u64) -> Option<Value> {
    let percent = u128::from(part) * 100 / u128::from(Some(whole).filter(|whole| *whole > 0)?);
    u64::try_from(percent).ok().map(Value::from)
}

fn fstab(host: &Host<'_>) -> Collected {
    let text = match host.text(FSTAB_FILE) {
        Ok(text) => text,
        Err(refusal) => return Collected::refused(FSTAB_FILE, "file", &refusal),
    };
    let mut gaps = Gaps::default();
    if text.is_cut {
        gaps.cut(FSTAB_FILE);
    }
    let mut items = Vec::new();
    for (number, line) in text.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [device, path, fstype, rest @ ..] = fields.as_slice() else {
            gaps.not_understood(text.at(number), "a file system is at least three fields");
            continue;
        };
        // Swap is mounted nowhere.
        if *fstype == "swap" || *path == "none" {
            continue;
        }
        let mount = Mount {
            from: text.at(number),
            path: unescaped(path),
            device: unescaped(device),
            fstype: (*fstype).to_owned(),
            options: split(rest.first().copied().unwrap_or("defaults")),
        };
        items.push(mount.into_facts());
    }
    gaps.list(FSTAB_FILE, "file", items)
}

#[cfg(test)]
mod tests;
