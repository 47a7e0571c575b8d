//! Configuration that lies in several folders, the first of which wins.

use std::collections::BTreeMap;

use crate::facts::Gaps;
use crate::host::Host;

/// The files in `folders` that end in `suffix`, sorted by name. Of the same name in several
/// folders only the first counts, and one that is linked to `/dev/null` says that none does.
pub(super) fn files(
    host: &Host<'_>,
    gaps: &mut Gaps,
    folders: &[&str],
    suffix: &str,
    members: &[&'static str],
) -> Vec<String> {
    let mut chosen = BTreeMap::new();
    for folder in folders {
        for name in gaps.names(host, folder, suffix, members) {
            chosen.entry(name).or_insert(*folder);
        }
    }
    let paths = chosen.into_iter().map(|(name, folder)| format!("{folder}/{name}"));
    paths.filter(|path| !is_masked(host, path)).collect()
}

/// Whether a path is linked to `/dev/null`.
pub(super) fn is_masked(host: &Host<'_>, path: &str) -> bool {
    host.link(path).is_some_and(|target| target == "/dev/null")
}
