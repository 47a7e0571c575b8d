use crate::facts::{Collected, Facts, Gaps};
use crate::host::Host;
use crate::section::Section;

mod apk;
mod dpkg;
mod pacman;
mod rpm;

pub(crate) const PACKAGES: Section = Section {
    id: "packages",
    summary: "installed packages of dpkg, rpm, apk and pacman",
    sources: &[
        "/var/lib/dpkg/status",
        "/var/lib/dpkg/status.d",
        "/var/lib/dpkg/status.d/*",
        "/var/lib/dpkg/info/*.list",
        "/var/lib/rpm",
        "/var/lib/rpm/rpmdb.sqlite",
        "/var/lib/rpm/rpmdb.sqlite-wal",
        "/var/lib/rpm/rpmdb.sqlite-journal",
        "/var/lib/rpm/Packages.db",
        "/var/lib/rpm/Packages",
        "/usr/lib/sysimage/rpm",
        "/usr/lib/sysimage/rpm/rpmdb.sqlite",
        "/usr/lib/sysimage/rpm/rpmdb.sqlite-wal",
        "/usr/lib/sysimage/rpm/rpmdb.sqlite-journal",
        "/usr/lib/sysimage/rpm/Packages.db",
        "/usr/lib/sysimage/rpm/Packages",
        "/lib/apk/db/installed",
        "/usr/lib/apk/db/installed",
        "/var/lib/pacman/local",
        "/var/lib/pacman/local/*/desc",
    ],
    is_opt_in: false,
    collect,
};

fn collect(host: &Host<'_>) -> Collected {
    let mut found = Found::default();
    dpkg::collect(host, &mut found);
    rpm::collect(host, &mut found);
    apk::collect(host, &mut found);
    pacman::collect(host, &mut found);
    found.conclude()
}

/// What was found so far.
#[derive(Default)]
struct Found {
    items: Vec<Facts>,
    sources: Vec<String>,
    gaps: Gaps,
}

/// An installed package.
#[derive(Default)]
struct Package {
    name: String,
    version: String,
    arch: Option<String>,
    source: Option<String>,
    /// Where it is not plainly installed.
    state: Option<String>,
    /// When, RFC 3339.
    installed: Option<String>,
    vendor: Option<String>,
    /// The id of the key it is signed with.
    signed_by: Option<String>,
}

impl Found {
    fn conclude(self) -> Collected {
        if self.sources.is_empty() {
            return self.gaps.nothing("/var/lib/dpkg/status", "file");
        }
        self.gaps.list(&self.sources.join(" "), "file", self.items)
    }

    fn came_from(&mut self, path: &str) {
        if !self.sources.iter().any(|source| source == path) {
            self.sources.push(path.to_owned());
        }
    }

    fn add(&mut self, place: String, manager: &str, package: Package) {
        if package.name.is_empty() || package.version.is_empty() {
            return self.gaps.not_understood(place, "a package without name or version");
        }
        self.items.push(
            Facts::from(place)
                .with("name", package.name)
                .with("version", package.version)
                .with("manager", manager)
                .with_known("arch", package.arch)
                .with_known("source", package.source)
                .with_known("state", package.state)
                .with_known("installed", package.installed)
                .with_known("vendor", package.vendor)
                .with_known("signed_by", package.signed_by),
        );
    }
}

/// Runs of lines between empty ones.
fn stanzas(text: &crate::host::Text) -> impl Iterator<Item = Vec<(usize, &str)>> {
    let mut lines = text.lines();
    std::iter::from_fn(move || {
        let mut stanza = Vec::new();
        for (number, line) in lines.by_ref() {
            if !line.trim().is_empty() {
                stanza.push((number, line));
            } else if !stanza.is_empty() {
                break;
            }
        }
        (!stanza.is_empty()).then_some(stanza)
    })
}

#[cfg(test)]
mod tests;
