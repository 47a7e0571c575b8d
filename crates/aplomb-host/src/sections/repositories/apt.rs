//! sources.list(5), in both of its forms.

use aplomb_model::{Node, Value};

use super::super::reading;
use super::Found;
use crate::facts::Facts;
use crate::host::{Host, Text};
use crate::redact;

pub(super) fn read(host: &Host<'_>, found: &mut Found) {
    let insecure = allows_insecure(host, found);
    let mut files = vec!["/etc/apt/sources.list".to_owned()];
    files.extend(found.files(host, "/etc/apt/sources.list.d", &["list", "sources"]));
    for file in files {
        if let Some(text) = found.text(host, &file) {
            sources(&text, insecure, found);
        }
    }
}

/// Whether apt itself is told to take what is not signed.
fn allows_insecure(host: &Host<'_>, found: &mut Found) -> bool {
    const OPTIONS: &[&str] = &[
        "apt::get::allowunauthenticated",
        "acquire::allowinsecurerepositories",
        "acquire::allowdowngradetoinsecurerepositories",
    ];
    let mut files = vec!["/etc/apt/apt.conf".to_owned()];
    let names = found.gaps.names(host, "/etc/apt/apt.conf.d", "", &["signed"]);
    files.extend(names.into_iter().map(|name| format!("/etc/apt/apt.conf.d/{name}")));
    files.iter().any(|file| {
        let Some(text) = found.gaps.text(host, file, &["signed"]) else { return false };
        text.lines().any(|(_, line)| {
            let mut words = line.split_whitespace();
            let name = words.next().unwrap_or_default().to_ascii_lowercase();
            let value = words.next().unwrap_or_default().trim_matches(['"', ';']);
            OPTIONS.contains(&name.as_str()) && is_yes(value)
        })
    })
}

fn is_yes(value: &str) -> bool {
    ["yes", "true", "1", "on", "enable"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Each source stands for every combination of its types, addresses and suites.
fn sources(text: &Text, insecure: bool, found: &mut Found) {
    let Some(tree) = reading::tree(text, "apt_sources", &mut found.gaps) else { return };
    let sources = tree.documents.first().and_then(|document| document.get("sources"));
    for source in sources.map(Node::items).unwrap_or_default() {
        let option = |name: &str| source.get("options").and_then(|options| options.get(name));
        let may_be_unsigned = ["trusted", "allow-insecure"]
            .iter()
            .any(|name| option(name).is_some_and(|values| texts(Some(values)).any(is_yes)));
        let signed_by = option("signed-by").map(|keys| {
            // A key may stand in the file itself.
            let is_inline =
                texts(Some(keys)).any(|key| key.contains('\n') || key.starts_with("-----"));
            if is_inline {
                "inline".to_owned()
            } else {
                texts(Some(keys)).collect::<Vec<_>>().join(" ")
            }
        });
        let components: Vec<&str> = texts(source.get("components")).collect();
        let is_enabled = source.get("enabled").is_none_or(|node| node.value != Value::Bool(false));
        for kind in texts(source.get("types")) {
            for uri in texts(source.get("uris")) {
                for suite in texts(source.get("suites")) {
                    let facts = Facts::from(text.at(reading::line(&tree, source)))
                        .with("manager", "apt")
                        .with("kind", kind)
                        .with("uri", redact(uri))
                        .with("suite", suite)
                        .with("components", components.clone())
                        .with("enabled", is_enabled)
                        .with("signed", !insecure && !may_be_unsigned)
                        .with_known("signed_by", signed_by.as_deref());
                    found.items.push(facts);
                }
            }
        }
    }
}

fn texts(list: Option<&Node>) -> impl Iterator<Item = &str> {
    list.map(Node::items).unwrap_or_default().iter().filter_map(Node::as_str)
}
