//! The database of apk: stanzas of lines, each a letter, a colon and a value (apk-package(5),
//! *Installed database*).

use super::{Found, Package, stanzas};
use crate::host::{Host, Text};

/// The one can be a link to the other; the second is that of Alpine 3.23.
const INSTALLED: [&str; 2] = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];

pub(super) fn collect(host: &Host<'_>, found: &mut Found) {
    for path in INSTALLED {
        if let Some(installed) = found.gaps.text(host, path, &[]) {
            stanzas_of(&installed, found);
            return;
        }
    }
}

fn stanzas_of(installed: &Text, found: &mut Found) {
    found.came_from(&installed.path);
    for stanza in stanzas(installed) {
        let mut line = stanza.first().map_or(0, |(number, _)| *number);
        let mut package = Package::default();
        for (number, text) in stanza {
            let Some((key, value)) = text.split_once(':') else { continue };
            match key {
                "P" => {
                    line = number;
                    value.clone_into(&mut package.name);
                }
                "V" => value.clone_into(&mut package.version),
                "A" => package.arch = Some(value.to_owned()),
                "o" => package.source = Some(value.to_owned()),
                // What of it could not be put in place: files, scripts, attributes.
                "f" if !value.is_empty() => package.state = Some("broken".to_owned()),
                _ => {}
            }
        }
        found.add(installed.at(line), "apk", package);
    }
}
