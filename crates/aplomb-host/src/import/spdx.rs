//! A document of SPDX 2, as JSON.

use aplomb_model::{Node, Phrase};
use serde_json::Value;

use super::cyclonedx::NOT_TOLD_OF_PACKAGES;
use super::json::{line, tree};
use super::purl::{package, text};
use super::{Imported, Importer, NotUnderstood};
use crate::facts::{Collected, Facts};

pub(super) const IMPORTER: Importer = Importer {
    id: "spdx",
    summary: "installed packages in a document of SPDX 2 (JSON)",
    docs: "A document on a host, an image or a root directory, as scanners write it. Of its packages \
        those become `packages` that have a package URL of the type `deb`, `rpm`, `apk` or `alpm`; \
        libraries of applications are none of the host. Each one's `from` is the line of its package \
        URL. The document does not name the host: say which it is.\n\n\
        | SPDX | aplomb |\n\
        | --- | --- |\n\
        | `creationInfo.created` | `captured_at` |\n\
        | `packages[].externalRefs[]` of type `purl`: name, version with `epoch`, `arch`, `upstream` | `packages`: `name`, `version`, `arch`, `source`, and the `manager` by the type |\n\
        | `packages[].supplier`, where it is an organization | `packages`: `vendor` |\n\n\
        Whether a package is held back, when it was installed and who signed it is not said: rules on \
        that, and on every other section, are not evaluated.",
    read,
};

fn read(file: &str) -> Result<Imported, NotUnderstood> {
    let tree = tree("spdx", file)?;
    let root = tree.documents.first();
    let root =
        root.filter(|root| text(root, "spdxVersion").is_some_and(|v| v.starts_with("SPDX-2.")));
    let root = root.ok_or_else(|| {
        NotUnderstood(Phrase::new(
            "this is no document of SPDX 2 in JSON: `spdxVersion` does not begin with `SPDX-2.`",
            "ce n'est pas un document SPDX 2 en JSON : « spdxVersion » ne commence pas par « SPDX-2. »",
        ))
    })?;
    let mut packages = Vec::new();
    for one in root.get("packages").map_or(&[][..], Node::items) {
        let references = one.get("externalRefs").map_or(&[][..], Node::items).iter();
        let mut urls = references.filter(|one| text(one, "referenceType") == Some("purl"));
        let found = urls.find_map(|url| {
            let locator = url.get("referenceLocator")?;
            package(locator.as_str()?, format!("spdx:{}", line(&tree, locator)))
        });
        if let Some(facts) = found {
            let vendor = text(one, "supplier").and_then(|text| text.strip_prefix("Organization: "));
            packages.push(Value::from(Facts::with_known(facts, "vendor", vendor)));
        }
    }
    let mut packages = Collected::imported("spdx", packages);
    packages.not_told("spdx", NOT_TOLD_OF_PACKAGES);
    let created = root.get("creationInfo").and_then(|info| text(info, "created"));
    Ok(Imported {
        captured_at: created.map(str::to_owned),
        sections: vec![("packages", packages)],
        ..Imported::default()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::import::tests::imported;

    const DOCUMENT: &str = r#"{"spdxVersion": "SPDX-2.3",
 "creationInfo": {"created": "2026-11-22T04:10:00Z"},
 "packages": [
  {"name": "bash", "versionInfo": "5.1", "supplier": "Organization: CentOS", "externalRefs": [
   {"referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:bash:bash:5.1:*:*:*:*:*:*:*"},
   {"referenceType": "purl", "referenceLocator": "pkg:rpm/centos/bash@5.1.8-6.el9?arch=x86_64"}]},
  {"name": "app", "supplier": "NOASSERTION"}]}"#;

    #[test]
    fn packages_of_the_host_are_taken() {
        let snapshot = imported(&IMPORTER, DOCUMENT, Some("db01"));
        assert_eq!(
            snapshot["packages"],
            json!([{"from": "spdx:6", "name": "bash", "version": "5.1.8-6.el9", "arch": "x86_64",
                "manager": "rpm", "vendor": "CentOS"}])
        );
        assert_eq!(snapshot["captured_at"], "2026-11-22T04:10:00Z");
    }

    #[test]
    fn what_is_none_is_refused() {
        for text in ["", "[]", "{}", "{\"spdxVersion\": \"SPDX-3.0\"}", "{\"spdxVersion\": 2}"] {
            assert!(IMPORTER.read(text).is_err(), "{text}");
        }
    }
}
