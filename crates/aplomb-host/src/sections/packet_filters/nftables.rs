//! nft(8): the base chains of a ruleset, and what they do with packets that no rule names.

use aplomb_model::{Node, Value};

use super::super::reading;
use super::{Found, Text, has_extension};
use crate::host::Host;

/// Files that include each other.
const MOST_FILES: usize = 100;

pub(super) fn read(host: &Host<'_>, found: &mut Found) {
    let mut ahead =
        vec!["/etc/nftables.conf".to_owned(), "/etc/sysconfig/nftables.conf".to_owned()];
    ahead.reverse();
    let mut files = 0;
    while let Some(file) = ahead.pop() {
        files += 1;
        if files > MOST_FILES {
            return found.gaps.cut(&file);
        }
        let Some(text) = found.text(host, &file) else { continue };
        let mut included = chains(&text, host, found);
        included.reverse();
        ahead.extend(included);
    }
}

/// Takes the base chains of a file, and says what it includes.
fn chains(text: &Text, host: &Host<'_>, found: &mut Found) -> Vec<String> {
    let Some(tree) = reading::tree(text, "nftables", &mut found.gaps) else { return Vec::new() };
    let Some(document) = tree.documents.first() else { return Vec::new() };
    let items = |node: &Node, key| node.get(key).map(Node::items).unwrap_or_default().to_vec();
    for table in items(document, "tables") {
        let family = word(&table, "family").unwrap_or("ip");
        for chain in items(&table, "chains") {
            let Some(hook) =
                word(&chain, "hook").filter(|_| word(&chain, "type") == Some("filter"))
            else {
                continue;
            };
            // What has no policy accepts.
            let mut default = word(&chain, "policy").unwrap_or("accept").to_owned();
            let mut loopback = false;
            for rule in items(&chain, "rules") {
                let verdict = word(&rule, "verdict").unwrap_or_default();
                let is_understood =
                    rule.get("understood").is_some_and(|node| node.value == Value::Bool(true));
                // A rule without conditions takes all that is left.
                if is_understood
                    && items(&rule, "matches").is_empty()
                    && matches!(verdict, "drop" | "reject")
                {
                    verdict.clone_into(&mut default);
                }
                let names_it = items(&rule, "iif").iter().any(|name| name.as_str() == Some("lo"));
                loopback |= names_it && verdict == "accept";
            }
            let place = text.at(reading::line(&tree, &chain));
            found.items.push(super::chain(place, "nftables", family, hook, &default, loopback));
        }
    }
    let includes = items(document, "includes");
    let patterns = includes.iter().filter_map(Node::as_str);
    patterns.flat_map(|pattern| matching(host, pattern, found)).collect()
}

fn word<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key).and_then(Node::as_str)
}

/// The files an `include` names. Only the name may hold a `*`.
fn matching(host: &Host<'_>, pattern: &str, found: &mut Found) -> Vec<String> {
    let pattern = pattern.trim_matches(['"', '\'']);
    let whole =
        if pattern.starts_with('/') { pattern.to_owned() } else { format!("/etc/{pattern}") };
    let (folder, name) = whole.rsplit_once('/').unwrap_or(("", &whole));
    let is_known = matches!(folder, "/etc" | "/etc/nftables.d" | "/etc/nftables");
    if !is_known || name.is_empty() || folder.contains('*') {
        found.gaps.not_understood(whole.clone(), "what lies elsewhere is not included");
        return Vec::new();
    }
    match name.split_once('*') {
        None => vec![whole.clone()],
        Some((before, after)) => {
            let names = found.gaps.names(host, folder, after, &[]);
            let fits = |name: &String| {
                name.starts_with(before)
                    && !name.starts_with('.')
                    && (after.is_empty() || has_extension(name, after.trim_start_matches('.')))
            };
            names.into_iter().filter(fits).map(|name| format!("{folder}/{name}")).collect()
        }
    }
}
