//! What lies in the folders that systemd searches for units.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::access::{FileKind, Refusal};
use crate::facts::Gaps;
use crate::host::Host;

/// systemd.unit(5), the folder that wins first.
pub(super) const FOLDERS: &[&str] = &[
    "/etc/systemd/system.control",
    "/run/systemd/system.control",
    "/run/systemd/transient",
    "/run/systemd/generator.early",
    PERSISTENT,
    "/etc/systemd/system.attached",
    "/run/systemd/system",
    "/run/systemd/system.attached",
    "/run/systemd/generator",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
    "/run/systemd/generator.late",
];

/// Where `systemctl enable` puts its links.
pub(super) const PERSISTENT: &str = "/etc/systemd/system";

pub(super) const SOURCES: &[&str] = &[
    "/lib",
    "/etc/systemd/system",
    "/etc/systemd/system/**",
    "/etc/systemd/system.control",
    "/etc/systemd/system.control/**",
    "/etc/systemd/system.attached",
    "/etc/systemd/system.attached/**",
    "/run/systemd/**",
    "/usr/local/lib/systemd/system",
    "/usr/local/lib/systemd/system/**",
    "/usr/lib/systemd/system",
    "/usr/lib/systemd/system/**",
    "/lib/systemd/system",
    "/lib/systemd/system/**",
    // What is wanted, and what runs.
    "/etc/systemd/system-preset",
    "/etc/systemd/system-preset/*",
    "/usr/local/lib/systemd/system-preset",
    "/usr/local/lib/systemd/system-preset/*",
    "/usr/lib/systemd/system-preset",
    "/usr/lib/systemd/system-preset/*",
    "/lib/systemd/system-preset",
    "/lib/systemd/system-preset/*",
    "/sys/fs/cgroup",
    "/sys/fs/cgroup/**",
    // Units that are linked from elsewhere.
    "/**/*.mount",
    "/**/*.path",
    "/**/*.service",
    "/**/*.socket",
    "/**/*.target",
    "/**/*.timer",
];

const SUFFIXES: &[&str] = &[
    "automount",
    "device",
    "mount",
    "path",
    "scope",
    "service",
    "slice",
    "socket",
    "swap",
    "target",
    "timer",
];

/// One folder that is searched.
pub(super) struct Folder {
    pub(super) path: &'static str,
    pub(super) files: BTreeSet<String>,
    /// Links and their targets as written.
    pub(super) links: BTreeMap<String, String>,
    /// The links in the folder's `.wants`, `.requires` and `.upholds` folders.
    pub(super) wanted: BTreeSet<String>,
    /// Files in `NAME.d` folders, by that folder's name.
    pub(super) drop_ins: BTreeMap<String, Vec<String>>,
}

/// All of them.
pub(super) struct Index {
    pub(super) folders: Vec<Folder>,
    /// Whether `/lib` is a link to `/usr/lib`.
    is_merged: bool,
}

impl Index {
    pub(super) fn read(host: &Host<'_>, gaps: &mut Gaps) -> Self {
        let is_merged = host.kind("/lib") == Some(FileKind::Link);
        let mut folders = Vec::new();
        for path in FOLDERS {
            if !(is_merged && path.starts_with("/lib/")) {
                folders.extend(Folder::read(host, path, gaps));
            }
        }
        Self { folders, is_merged }
    }

    /// The names of all units, and of the instances that are wanted.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for folder in &self.folders {
            names.extend(folder.files.iter().chain(folder.links.keys()).cloned());
            let instances = folder
                .wanted
                .iter()
                .filter(|name| template(name).is_some_and(|template| self.has(&template)));
            names.extend(instances.cloned());
        }
        names
    }

    fn has(&self, name: &str) -> bool {
        self.folders.iter().any(|one| one.files.contains(name) || one.links.contains_key(name))
    }

    /// Whether some unit wants this one.
    pub(super) fn is_wanted(&self, name: &str) -> bool {
        self.folders.iter().any(|folder| folder.wanted.contains(name))
    }

    /// A link's target as a path without `.` and `..`, where `/lib` is what it leads to.
    pub(super) fn target(&self, folder: &str, written: &str) -> String {
        let whole = if written.starts_with('/') {
            written.to_owned()
        } else {
            format!("{folder}/{written}")
        };
        let mut parts: Vec<&str> = Vec::new();
        for part in whole.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                name => parts.push(name),
            }
        }
        let path = format!("/{}", parts.join("/"));
        if self.is_merged && path.starts_with("/lib/") { format!("/usr{path}") } else { path }
    }

    /// The folder that is searched and holds `path`.
    pub(super) fn holder(&self, path: &str) -> Option<&Folder> {
        let (folder, _) = path.rsplit_once('/')?;
        self.folders.iter().find(|one| one.path == folder)
    }
}

impl Folder {
    fn read(host: &Host<'_>, path: &'static str, gaps: &mut Gaps) -> Option<Self> {
        let listed = host.access().list(Path::new(path));
        let entries = gaps.seen(path, &["state"], listed)?;
        let mut folder = Self {
            path,
            files: BTreeSet::new(),
            links: BTreeMap::new(),
            wanted: BTreeSet::new(),
            drop_ins: BTreeMap::new(),
        };
        for entry in entries {
            let Ok(name) = entry.name.into_string() else { continue };
            let inner = format!("{path}/{name}");
            match entry.kind {
                FileKind::Link if is_unit(&name) => {
                    folder.links.extend(host.link(&inner).map(|target| (name, target)));
                }
                // A drop-in folder may itself be linked.
                FileKind::Folder | FileKind::Link => folder.inner(host, &name, &inner, gaps),
                FileKind::File if is_unit(&name) => drop(folder.files.insert(name)),
                _ => {}
            }
        }
        Some(folder)
    }

    fn inner(&mut self, host: &Host<'_>, name: &str, path: &str, gaps: &mut Gaps) {
        match name.rsplit_once('.') {
            Some((_, "wants" | "requires" | "upholds")) => {
                let listed = match host.access().list(Path::new(path)) {
                    Err(Refusal::OtherKind) => return,
                    listed => gaps.seen(path, &["state"], listed).unwrap_or_default(),
                };
                let links = listed.into_iter().filter(|entry| entry.kind == FileKind::Link);
                self.wanted.extend(links.filter_map(|entry| entry.name.into_string().ok()));
            }
            Some((unit, "d")) if is_unit(unit) || SUFFIXES.contains(&unit) => {
                let files = gaps.names(host, path, ".conf", &[]);
                self.drop_ins.insert(name.to_owned(), files);
            }
            _ => {}
        }
    }
}

/// Whether a name is one of a unit.
pub(super) fn is_unit(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, suffix)| {
        !stem.is_empty() && !stem.starts_with('@') && SUFFIXES.contains(&suffix)
    })
}

/// `getty@.service` of `getty@tty1.service`; nothing of what is no instance.
pub(super) fn template(name: &str) -> Option<String> {
    let (stem, suffix) = name.rsplit_once('.')?;
    let (prefix, instance) = stem.split_once('@')?;
    (!instance.is_empty()).then(|| format!("{prefix}@.{suffix}"))
}

/// The instance of a template.
pub(super) fn instance_of(template: &str, instance: &str) -> String {
    template.replacen("@.", &format!("@{instance}."), 1)
}

/// `tty1` of `getty@tty1.service`.
pub(super) fn instance(name: &str) -> Option<&str> {
    let (stem, _) = name.rsplit_once('.')?;
    let (_, instance) = stem.split_once('@')?;
    (!instance.is_empty()).then_some(instance)
}
