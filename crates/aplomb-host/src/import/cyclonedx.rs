//! A bill of materials of `CycloneDX`, as JSON.

use aplomb_model::{Node, Phrase, Tree};
use serde_json::Value;

use super::json::{line, tree};
use super::purl::{package, text};
use super::{Imported, Importer, NotUnderstood};
use crate::facts::{Collected, Facts, Sourced};

pub(super) const IMPORTER: Importer = Importer {
    id: "cyclonedx",
    summary: "installed packages in a bill of materials of CycloneDX (JSON)",
    docs: "A bill of materials of a host, an image or a root directory, as scanners write it. Of its \
        components those become `packages` whose package URL is of the type `deb`, `rpm`, `apk` or \
        `alpm`; libraries of applications are none of the host. Each one's `from` is the line of its \
        package URL. The file seldom names the host: say which it is.\n\n\
        | CycloneDX | aplomb |\n\
        | --- | --- |\n\
        | `metadata.timestamp` | `captured_at` |\n\
        | `metadata.component`, of type `device` | `host` |\n\
        | `components[].purl`, nested ones too: name, version with `epoch`, `arch`, `upstream` | `packages`: `name`, `version`, `arch`, `source`, and the `manager` by the type |\n\
        | a component of type `operating-system`: `name`, `version` | `os.id`, `os.version_id` |\n\n\
        Whether a package is held back, when it was installed and who signed it is not said: rules on \
        that, and on every other section, are not evaluated.",
    read,
};

/// Components within components, above which none is looked at.
const MOST_LEVELS: usize = 32;

/// Members of a package that a bill of materials does not tell.
pub(super) const NOT_TOLD_OF_PACKAGES: &[&str] = &["state", "installed", "vendor", "signed_by"];

/// Members of `os` that it does not tell.
const NOT_TOLD_OF_OS: &[&str] = &[
    "codename",
    "kernel",
    "kernel_installed",
    "kernel_version",
    "timezone",
    "locale",
    "arch",
    "cmdline",
    "boot_time",
    "fips",
    "lockdown",
    "reboot_required",
    "virtualization",
    "container",
    "support_end",
    "pretty",
    "like",
];

fn read(file: &str) -> Result<Imported, NotUnderstood> {
    let tree = tree("cyclonedx", file)?;
    let root = tree.documents.first();
    let root = root.filter(|root| text(root, "bomFormat") == Some("CycloneDX"));
    let root = root.ok_or_else(|| {
        NotUnderstood(Phrase::new(
            "this is no bill of materials of CycloneDX in JSON: `bomFormat` is not `CycloneDX`",
            "ce n'est pas une nomenclature CycloneDX en JSON : « bomFormat » ne vaut pas « CycloneDX »",
        ))
    })?;
    let metadata = root.get("metadata");
    let about = metadata.and_then(|metadata| metadata.get("component"));
    let host = about.filter(|one| text(one, "type") == Some("device"));
    let mut found = Found { tree: &tree, packages: Vec::new(), os: Sourced::default() };
    found.components(root, 0);
    let mut packages = Collected::imported("cyclonedx", found.packages);
    packages.not_told("cyclonedx", NOT_TOLD_OF_PACKAGES);
    let mut sections = vec![("packages", packages)];
    if !found.os.is_empty() {
        let mut os = Collected::imported("cyclonedx", found.os.into_value());
        os.not_told("cyclonedx", NOT_TOLD_OF_OS);
        sections.push(("os", os));
    }
    Ok(Imported {
        host: host.and_then(|host| text(host, "name")).map(str::to_owned),
        fqdn: None,
        captured_at: metadata.and_then(|one| text(one, "timestamp")).map(str::to_owned),
        sections,
    })
}

struct Found<'t> {
    tree: &'t Tree,
    packages: Vec<Value>,
    os: Sourced,
}

impl Found<'_> {
    fn components(&mut self, node: &Node, level: usize) {
        if level == MOST_LEVELS {
            return;
        }
        for component in node.get("components").map_or(&[][..], Node::items) {
            let place = |key: &str| {
                let at = component.get(key).unwrap_or(component);
                format!("cyclonedx:{}", line(self.tree, at))
            };
            if let Some(facts) =
                text(component, "purl").and_then(|purl| package(purl, place("purl")))
            {
                self.packages.push(Facts::into(facts));
            }
            if text(component, "type") == Some("operating-system") && self.os.is_empty() {
                self.os.put_known(
                    "id",
                    text(component, "name").map(str::to_lowercase),
                    place("name"),
                );
                self.os.put_known("version_id", text(component, "version"), place("version"));
            }
            self.components(component, level + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::import::tests::imported;

    const BOM: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.5",
 "metadata": {"timestamp": "2026-11-22T04:10:00Z", "component": {"type": "device", "name": "db01"}},
 "components": [
  {"type": "operating-system", "name": "Debian", "version": "12"},
  {"type": "library", "name": "left-pad", "purl": "pkg:npm/left-pad@1.0.0"},
  {"type": "library", "name": "a", "components": [
   {"type": "library",
    "purl": "pkg:deb/debian/bash@5.2.15-2?arch=amd64"}]}]}"#;

    #[test]
    fn packages_of_the_host_are_taken() {
        let snapshot = imported(&IMPORTER, BOM, None);
        assert_eq!(snapshot["host"], "db01");
        assert_eq!(snapshot["captured_at"], "2026-11-22T04:10:00Z");
        assert_eq!(
            snapshot["packages"],
            json!([{"from": "cyclonedx:8", "name": "bash", "version": "5.2.15-2", "arch": "amd64",
                "manager": "dpkg"}])
        );
        assert_eq!(snapshot["os"]["id"], "debian");
        let entry = &snapshot["sections"]["packages"];
        assert_eq!((&entry["method"], &entry["source"]), (&json!("import"), &json!("cyclonedx")));
        assert_eq!(entry["gaps"][0]["members"][0], "state");
        assert!(snapshot.get("users").is_none() && snapshot["sections"].get("users").is_none());
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in ["", "[]", "{}", "{\"bomFormat\": \"x\"}", "<bom/>", "{\"bomFormat\":"] {
            assert!(IMPORTER.read(text).is_err(), "{text}");
        }
    }
}
