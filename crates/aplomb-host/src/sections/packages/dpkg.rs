//! The database of dpkg: stanzas of deb822(5).

use super::{Found, Package, stanzas};
use crate::calendar;
use crate::host::{Host, Text, has_extension};

const STATUS: &str = "/var/lib/dpkg/status";

/// Images without dpkg itself keep a file a package.
const DISTROLESS: &str = "/var/lib/dpkg/status.d";

pub(super) fn collect(host: &Host<'_>, found: &mut Found) {
    if let Some(status) = found.gaps.text(host, STATUS, &[]) {
        stanzas_of(host, &status, found);
    }
    for name in found.gaps.names(host, DISTROLESS, "", &[]) {
        if !has_extension(&name, "md5sums")
            && let Some(status) = found.gaps.text(host, &format!("{DISTROLESS}/{name}"), &[])
        {
            stanzas_of(host, &status, found);
        }
    }
}

/// A package of which only configuration is left is not installed.
fn stanzas_of(host: &Host<'_>, status: &Text, found: &mut Found) {
    found.came_from(&status.path);
    for stanza in stanzas(status) {
        let mut line = stanza.first().map_or(0, |(number, _)| *number);
        let mut package = Package::default();
        let mut states = Vec::new();
        let mut is_one_of_several = false;
        for (number, text) in stanza {
            let Some((key, value)) = text.split_once(':') else { continue };
            let value = value.trim();
            match key {
                "Package" => {
                    line = number;
                    value.clone_into(&mut package.name);
                }
                "Version" => value.clone_into(&mut package.version),
                "Architecture" => package.arch = Some(value.to_owned()),
                // `Source: glibc (2.36-9)`: the version only where it differs.
                "Source" => package.source = value.split(' ').next().map(str::to_owned),
                "Status" => states = value.split_whitespace().collect(),
                "Multi-Arch" => is_one_of_several = value == "same",
                _ => {}
            }
        }
        package.state = match states.as_slice() {
            ["hold", _, "installed"] => Some("hold".to_owned()),
            [] | [_, _, "installed"] => None,
            [_, _, "not-installed" | "config-files"] => continue,
            [_, _, state] => Some((*state).to_owned()),
            _ => {
                let reason = "a package whose Status is not three words";
                found.gaps.not_understood(status.at(line), reason);
                continue;
            }
        };
        package.installed = installed(host, &package, is_one_of_several);
        found.add(status.at(line), "dpkg", package);
    }
}

/// When the package was unpacked: dpkg writes the list of its files then, and keeps no other record
/// of it that lasts.
fn installed(host: &Host<'_>, package: &Package, is_one_of_several: bool) -> Option<String> {
    let name = &package.name;
    // What stands in the database is a part of a path here.
    if name.contains('/') {
        return None;
    }
    let list = match package.arch.as_deref().filter(|arch| !arch.contains('/')) {
        Some(arch) if is_one_of_several => format!("/var/lib/dpkg/info/{name}:{arch}.list"),
        _ => format!("/var/lib/dpkg/info/{name}.list"),
    };
    calendar::moment(host.modified(&list)?)
}
