use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::access::{FileKind, FileStatus, Refusal};
use crate::facts::{Collected, Facts, Gaps};
use crate::host::Host;
use crate::section::Section;

pub(crate) const FILE_AUDIT: Section = Section {
    id: "file_audit",
    summary: "files with setuid, setgid or capabilities, that everybody may write, that nobody owns, that trust other hosts; devices: one walk of the tree",
    sources: &["/**", "/etc/passwd", "/etc/group", "/proc/self/mountinfo"],
    is_opt_in: true,
    collect,
};

/// File systems that are not walked, by type: those of the kernel, and remote ones.
const NOT_WALKED: &[&str] = &[
    "9p",
    "afs",
    "autofs",
    "bpf",
    "ceph",
    "cgroup",
    "cgroup2",
    "cifs",
    "configfs",
    "debugfs",
    "devpts",
    "devtmpfs",
    "efivarfs",
    "fusectl",
    "hugetlbfs",
    "mqueue",
    "nfs",
    "nfs4",
    "nsfs",
    "overlay",
    "proc",
    "pstore",
    "rpc_pipefs",
    "securityfs",
    "selinuxfs",
    "smb3",
    "squashfs",
    "sysfs",
    "tracefs",
];

const MOST_ITEMS: usize = 100_000;
const MOST_LEVELS: usize = 256;

const SETUID: u32 = 0o4000;
const SETGID: u32 = 0o2000;
const STICKY: u32 = 0o1000;
const OTHERS_WRITE: u32 = 0o002;
const ANYBODY_STARTS: u32 = 0o111;

/// Files that let other hosts in without a password: rcmd(3), ssh(1), netrc(5).
const TRUSTING: &[&str] = &[".rhosts", ".shosts", ".netrc", "hosts.equiv", "shosts.equiv"];

fn collect(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let mut walk = Walk {
        host,
        passed_over: passed_over(host),
        users: ids(host, "/etc/passwd"),
        groups: ids(host, "/etc/group"),
        items: Vec::new(),
        is_denied: false,
        is_blind: false,
        is_cut: false,
    };
    walk.folder(Path::new("/"), MOST_LEVELS);
    if walk.is_denied {
        gaps.add("/", &Refusal::Denied, &[]);
    }
    if walk.is_blind {
        let refusal = Refusal::Failed("files would not say whether they have any".to_owned());
        gaps.add("getxattr(2)", &refusal, &["capabilities"]);
    }
    if walk.is_cut {
        gaps.cut("/");
    }
    gaps.list("/", "lstat(2)", walk.items)
}

/// Mount points that are not walked into. Of overlays only the root itself is.
fn passed_over(host: &Host<'_>) -> BTreeSet<PathBuf> {
    let kernel = ["/proc", "/sys", "/dev", "/run"].iter().map(PathBuf::from);
    let mut paths: BTreeSet<PathBuf> = kernel.collect();
    let info = if host.is_live() { host.text("/proc/self/mountinfo").ok() } else { None };
    for (_, line) in info.iter().flat_map(crate::host::Text::lines) {
        let path = line.split(' ').nth(4).unwrap_or_default();
        let of_type = line.split(" - ").nth(1).and_then(|rest| rest.split(' ').next());
        if path != "/" && of_type.is_some_and(|of_type| NOT_WALKED.contains(&of_type)) {
            paths.insert(aplomb_read::unescaped(path).into());
        }
    }
    paths
}

/// The ids that a file knows; nothing where it cannot be read, and so nobody can be said not to be.
fn ids(host: &Host<'_>, path: &str) -> Option<BTreeSet<u32>> {
    let text = host.text(path).ok()?;
    let ids = text.lines().filter_map(|(_, line)| line.split(':').nth(2)?.parse().ok());
    Some(ids.collect())
}

struct Walk<'a> {
    host: &'a Host<'a>,
    passed_over: BTreeSet<PathBuf>,
    users: Option<BTreeSet<u32>>,
    groups: Option<BTreeSet<u32>>,
    items: Vec<Facts>,
    is_denied: bool,
    /// Whether some file would not say if it has capabilities.
    is_blind: bool,
    is_cut: bool,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, levels: usize) {
        let entries = match self.host.access().list(folder) {
            Ok(entries) => entries,
            Err(refusal) => {
                self.is_denied |= refusal == Refusal::Denied;
                self.is_cut |= refusal == Refusal::TooMuch;
                return;
            }
        };
        for entry in entries {
            let path = folder.join(&entry.name);
            if self.is_cut || self.passed_over.contains(&path) {
                continue;
            }
            if let Ok(status) = self.host.access().status(&path) {
                self.look(&path, &status);
                if status.kind == FileKind::Folder && levels > 0 {
                    self.folder(&path, levels - 1);
                }
                self.is_cut |= levels == 0 || self.items.len() >= MOST_ITEMS;
            }
        }
    }

    fn has_capabilities(&mut self, path: &Path) -> bool {
        match self.host.access().has_capabilities(path) {
            Ok(has) => has,
            Err(refusal) => {
                self.is_blind |= !matches!(refusal, Refusal::Absent);
                false
            }
        }
    }

    fn look(&mut self, path: &Path, status: &FileStatus) {
        let has = |bit: u32| status.mode & bit != 0;
        let is_file = status.kind == FileKind::File;
        let is_folder = status.kind == FileKind::Folder;
        let nobody =
            |ids: &Option<BTreeSet<u32>>, id| ids.as_ref().is_some_and(|ids| !ids.contains(&id));
        let name = path.file_name().and_then(std::ffi::OsStr::to_str).unwrap_or_default();
        // Only what can be started is asked for: the others' would do nothing.
        let is_mightier = is_file && has(ANYBODY_STARTS) && self.has_capabilities(path);
        let marks = [
            ("capabilities", is_mightier),
            ("device", status.kind == FileKind::Device),
            ("trusts-hosts", is_file && TRUSTING.contains(&name)),
            ("setuid", is_file && has(SETUID)),
            ("setgid", is_file && has(SETGID)),
            ("world-writable", is_file && has(OTHERS_WRITE)),
            ("world-writable", is_folder && has(OTHERS_WRITE) && !has(STICKY)),
            ("no-owner", nobody(&self.users, status.uid)),
            ("no-group", nobody(&self.groups, status.gid)),
        ];
        let marks: Vec<&str> = marks.iter().filter(|(_, is)| *is).map(|(mark, _)| *mark).collect();
        if marks.is_empty() {
            return;
        }
        // A name that is no UTF-8 is shown as well as it can be: better than to pass it over.
        let shown = path.to_string_lossy();
        let facts = Facts::from(shown.as_ref())
            .with("path", shown.as_ref())
            .with("marks", marks)
            .with("mode", format!("{:04o}", status.mode))
            .with("uid", status.uid)
            .with("gid", status.gid)
            .with("folder", is_folder);
        self.items.push(facts);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use crate::fixture::{Files, section};

    #[test]
    fn files_that_stand_out_are_told() {
        let owner = fs::metadata("/proc/self").expect("a process").uid();
        let passwd = format!("me:x:{owner}:0::/:/bin/sh\n");
        let group = format!("me:x:{}:\n", fs::metadata("/proc/self").expect("a process").gid());
        let files = Files::new(&[
            ("/etc/passwd", &passwd),
            ("/etc/group", &group),
            ("/usr/bin/su", ""),
            ("/usr/bin/wall", ""),
            ("/usr/bin/ls", ""),
            ("/srv/open/file", ""),
            ("/tmp/sticky", ""),
            ("/link", "-> /usr/bin/su"),
            ("/proc/x", ""),
        ]);
        for (path, mode) in [
            ("usr/bin/su", 0o4755),
            ("usr/bin/wall", 0o2755),
            ("usr/bin/ls", 0o755),
            ("srv/open", 0o777),
            ("srv/open/file", 0o666),
            ("tmp", 0o1777),
            ("proc/x", 0o4755),
        ] {
            let path = files.path().join(path);
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("set");
        }
        let (audit, entry) = section(files.root(), "file_audit");
        let found: Vec<_> = audit
            .as_array()
            .expect("a list")
            .iter()
            .map(|item| {
                (
                    item["path"].as_str().unwrap_or_default(),
                    item["marks"][0].as_str().unwrap_or_default(),
                )
            })
            .collect();
        let expected = [
            ("/srv/open", "world-writable"),
            ("/srv/open/file", "world-writable"),
            ("/usr/bin/su", "setuid"),
            ("/usr/bin/wall", "setgid"),
        ];
        assert_eq!(found, expected);
        assert_eq!(entry.get("gaps"), None);
        fs::write(files.path().join("etc/passwd"), "other:x:4242:0::/:/bin/sh\n").expect("written");
        let (audit, _) = section(files.root(), "file_audit");
        assert!(audit.to_string().contains("no-owner"));
    }
}
