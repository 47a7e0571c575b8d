//! The database of pacman: a folder a package, with a `desc` of `%KEY%` lines, each with its values
//! on the lines below, up to an empty one.

use super::{Found, Package};
use crate::calendar;
use crate::host::{Host, Text};

const LOCAL: &str = "/var/lib/pacman/local";

pub(super) fn collect(host: &Host<'_>, found: &mut Found) {
    for name in found.gaps.names(host, LOCAL, "", &[]) {
        // The version of the database lies among the packages.
        if name == "ALPM_DB_VERSION" {
            continue;
        }
        let path = format!("{LOCAL}/{name}/desc");
        match found.gaps.text(host, &path, &[]) {
            Some(desc) => package(&desc, found),
            None => found.gaps.not_understood(path, "a package without its description"),
        }
    }
}

fn package(desc: &Text, found: &mut Found) {
    found.came_from(LOCAL);
    let mut line = 1;
    let mut package = Package::default();
    let mut key = "";
    for (number, text) in desc.lines() {
        match (key, text) {
            (_, "") => key = "",
            ("", header) => key = header,
            ("%NAME%", name) => {
                line = number;
                name.clone_into(&mut package.name);
            }
            ("%VERSION%", version) => version.clone_into(&mut package.version),
            ("%ARCH%", arch) => package.arch = Some(arch.to_owned()),
            ("%BASE%", base) => package.source = Some(base.to_owned()),
            ("%INSTALLDATE%", seconds) => {
                package.installed = seconds.parse().ok().and_then(calendar::moment);
            }
            _ => {}
        }
    }
    found.add(desc.at(line), "pacman", package);
}
