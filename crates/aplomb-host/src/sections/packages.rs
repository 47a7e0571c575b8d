use crate::facts::{Collected, Facts, Gaps};
use crate::host::{Host, Text, has_extension};
use crate::section::Section;

pub(crate) const PACKAGES: Section = Section {
    id: "packages",
    summary: "installed packages of dpkg, apk and pacman",
    sources: &[
        "/var/lib/dpkg/status",
        "/var/lib/dpkg/status.d",
        "/var/lib/dpkg/status.d/*",
        "/lib/apk/db/installed",
        "/usr/lib/apk/db/installed",
        "/var/lib/pacman/local",
        "/var/lib/pacman/local/*/desc",
        "/var/lib/rpm",
        "/usr/lib/sysimage/rpm",
    ],
    is_opt_in: false,
    collect,
};

/// Databases of a package manager that we do not read: what they hold is missing, not absent.
const UNREAD: &[(&str, &[&str])] = &[
    ("/var/lib/rpm", &["rpmdb.sqlite", "Packages", "Packages.db"]),
    ("/usr/lib/sysimage/rpm", &["rpmdb.sqlite", "Packages", "Packages.db"]),
];

/// Images without dpkg itself keep a file a package.
const DISTROLESS: &str = "/var/lib/dpkg/status.d";
const PACMAN: &str = "/var/lib/pacman/local";

fn collect(host: &Host<'_>) -> Collected {
    let mut found = Found::default();
    if let Some(status) = found.gaps.text(host, "/var/lib/dpkg/status", &[]) {
        found.dpkg(&status);
    }
    for name in found.gaps.names(host, DISTROLESS, "", &[]) {
        if !has_extension(&name, "md5sums")
            && let Some(status) = found.gaps.text(host, &format!("{DISTROLESS}/{name}"), &[])
        {
            found.dpkg(&status);
        }
    }
    for path in ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"] {
        // The one can be a link to the other.
        if found.sources.iter().all(|source| !source.contains("apk"))
            && let Some(installed) = found.gaps.text(host, path, &[])
        {
            found.apk(&installed);
        }
    }
    for name in found.gaps.names(host, PACMAN, "", &[]) {
        if let Some(desc) = found.gaps.text(host, &format!("{PACMAN}/{name}/desc"), &[]) {
            found.pacman(&desc);
        }
    }
    for (folder, files) in UNREAD {
        let names = found.gaps.names(host, folder, "", &[]);
        if let Some(file) = names.iter().find(|name| files.contains(&name.as_str())) {
            let reason = "the database of rpm is not read yet";
            found.gaps.not_understood(format!("{folder}/{file}"), reason);
            found.is_partial = true;
        }
    }
    found.conclude()
}

#[derive(Default)]
struct Found {
    items: Vec<Facts>,
    sources: Vec<String>,
    gaps: Gaps,
    is_partial: bool,
}

/// A package under way.
#[derive(Default)]
struct Package {
    name: String,
    version: String,
    arch: Option<String>,
    source: Option<String>,
    line: usize,
}

impl Package {
    fn at(stanza: &[(usize, &str)]) -> Self {
        Self { line: stanza.first().map_or(0, |(number, _)| *number), ..Self::default() }
    }
}

impl Found {
    fn conclude(self) -> Collected {
        if self.sources.is_empty() || self.is_partial {
            return self.gaps.nothing("/var/lib/dpkg/status", "file");
        }
        self.gaps.list(&self.sources.join(" "), "file", self.items)
    }

    fn came_from(&mut self, path: &str) {
        if !self.sources.iter().any(|source| source == path) {
            self.sources.push(path.to_owned());
        }
    }

    fn add(&mut self, text: &Text, manager: &str, package: Package, state: Option<&str>) {
        if package.name.is_empty() || package.version.is_empty() {
            let reason = "a package without name or version";
            return self.gaps.not_understood(text.at(package.line), reason);
        }
        self.items.push(
            Facts::from(text.at(package.line))
                .with("name", package.name)
                .with("version", package.version)
                .with("manager", manager)
                .with_known("arch", package.arch)
                .with_known("source", package.source)
                .with_known("state", state),
        );
    }

    /// deb822 stanzas of dpkg. A package of which only configuration is left is not installed.
    fn dpkg(&mut self, status: &Text) {
        self.came_from(&status.path);
        for stanza in stanzas(status) {
            let mut package = Package::at(&stanza);
            let mut states = Vec::new();
            for (number, line) in stanza {
                let Some((key, value)) = line.split_once(':') else { continue };
                let value = value.trim();
                match key {
                    "Package" => {
                        package.line = number;
                        value.clone_into(&mut package.name);
                    }
                    "Version" => value.clone_into(&mut package.version),
                    "Architecture" => package.arch = Some(value.to_owned()),
                    // `Source: glibc (2.36-9)`: the version only where it differs.
                    "Source" => package.source = value.split(' ').next().map(str::to_owned),
                    "Status" => states = value.split_whitespace().collect(),
                    _ => {}
                }
            }
            match states.as_slice() {
                [] | [_, _, "installed"] if !states.starts_with(&["hold"]) => {
                    self.add(status, "dpkg", package, None);
                }
                ["hold", _, "installed"] => self.add(status, "dpkg", package, Some("hold")),
                [_, _, "not-installed" | "config-files"] => {}
                [_, _, state] => self.add(status, "dpkg", package, Some(state)),
                _ => {
                    let reason = "a package whose Status is not three words";
                    self.gaps.not_understood(status.at(package.line), reason);
                }
            }
        }
    }

    /// The installed database of apk: a letter, a colon and a value a line.
    fn apk(&mut self, installed: &Text) {
        self.came_from(&installed.path);
        for stanza in stanzas(installed) {
            let mut package = Package::at(&stanza);
            for (number, line) in stanza {
                let Some((key, value)) = line.split_once(':') else { continue };
                match key {
                    "P" => {
                        package.line = number;
                        value.clone_into(&mut package.name);
                    }
                    "V" => value.clone_into(&mut package.version),
                    "A" => package.arch = Some(value.to_owned()),
                    "o" => package.source = Some(value.to_owned()),
                    _ => {}
                }
            }
            self.add(installed, "apk", package, None);
        }
    }

    /// A `desc` of pacman: `%KEY%` on a line, its values on the next ones up to an empty one.
    fn pacman(&mut self, desc: &Text) {
        self.came_from(PACMAN);
        let mut package = Package { line: 1, ..Package::default() };
        let mut key = "";
        for (number, line) in desc.lines() {
            match (key, line) {
                (_, "") => key = "",
                ("", header) => key = header,
                (_, value) => match key {
                    "%NAME%" => {
                        package.line = number;
                        value.clone_into(&mut package.name);
                    }
                    "%VERSION%" => value.clone_into(&mut package.version),
                    "%ARCH%" => package.arch = Some(value.to_owned()),
                    "%BASE%" => package.source = Some(value.to_owned()),
                    _ => {}
                },
            }
        }
        self.add(desc, "pacman", package, None);
    }
}

/// Runs of lines between empty ones.
fn stanzas(text: &Text) -> impl Iterator<Item = Vec<(usize, &str)>> {
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
