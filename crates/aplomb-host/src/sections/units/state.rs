//! Whether a unit is enabled, as `systemctl is-enabled` finds it in the files alone.

use super::index::{Index, PERSISTENT, instance, instance_of, template};
use super::install::Install;
use crate::access::{FileKind, Refusal};
use crate::host::Host;

/// The file that a name leads to.
#[derive(Debug)]
pub(super) struct Found {
    /// The unit's own name, once aliases are followed.
    pub(super) name: String,
    /// Its file.
    pub(super) file: String,
    pub(super) is_masked: bool,
}

/// Aliases in a row, as systemd counts them.
const MOST_ALIASES: usize = 64;

/// Follows a name to its file; nothing where a link on the way leads nowhere or in a circle, which
/// systemd calls a bad unit.
pub(super) fn discover(host: &Host<'_>, index: &Index, name: &str) -> Option<Found> {
    let mut name = name.to_owned();
    for _ in 0..MOST_ALIASES {
        let templated = template(&name);
        let names = std::iter::once(&name).chain(templated.as_ref());
        let (path, target) = names.into_iter().find_map(|name| first(index, name))?;
        let Some(target) = target else {
            let is_masked = is_empty(host, &path);
            return Some(Found { name, file: path, is_masked });
        };
        if target == "/dev/null" || is_empty(host, &target) {
            return Some(Found { name, file: path, is_masked: true });
        }
        let base = target.rsplit('/').next().unwrap_or_default();
        if index.holder(&target).is_none() {
            // Linked from elsewhere: the name stays, the file is that one.
            return exists(host, &target).then_some(Found { name, file: target, is_masked: false });
        }
        name = match instance(&name) {
            Some(instance) if base.contains("@.") => instance_of(base, instance),
            // A link to its own name in a folder that is searched leads in a circle.
            _ if base == name => return None,
            _ => base.to_owned(),
        };
    }
    None
}

/// The first folder that has a name: its path there, and the target if that is a link.
pub(super) fn first(index: &Index, name: &str) -> Option<(String, Option<String>)> {
    index.folders.iter().find_map(|folder| {
        let path = || format!("{}/{name}", folder.path);
        if let Some(written) = folder.links.get(name) {
            return Some((path(), Some(index.target(folder.path, written))));
        }
        folder.files.contains(name).then(|| (path(), None))
    })
}

fn exists(host: &Host<'_>, path: &str) -> bool {
    host.kind(path).is_some_and(|kind| kind != FileKind::Folder)
}

/// An empty file masks like a link to `/dev/null`.
fn is_empty(host: &Host<'_>, path: &str) -> bool {
    let content = host.access().read(std::path::Path::new(path), 1);
    match content {
        Ok(content) => content.bytes.is_empty(),
        Err(Refusal::OtherKind) => host.kind(path) == Some(FileKind::Device),
        Err(_) => false,
    }
}

/// The state of the unit `asked` for, which was found as `found`.
pub(super) fn state(index: &Index, asked: &str, found: &Found, install: &Install) -> &'static str {
    let folder = found.file.rsplit_once('/').map_or("", |(folder, _)| folder);
    if found.is_masked {
        return if folder.starts_with("/run") { "masked-runtime" } else { "masked" };
    }
    let base = found.file.rsplit('/').next().unwrap_or_default();
    if asked != base && instance(&found.name).is_none() {
        return "alias";
    }
    if folder.starts_with("/run/systemd/generator") {
        return "generated";
    }
    if folder == "/run/systemd/transient" {
        return "transient";
    }
    let known = |link: &str| install.knows(&found.name, link);
    if let Some(state) = linked(index, found, folder, known) {
        return state;
    }
    if linked(index, found, folder, |_| true).is_some() {
        return "indirect";
    }
    if install.has_rules() {
        "disabled"
    } else if install.has_also {
        "indirect"
    } else {
        "static"
    }
}

/// Whether links in the folders enable the unit: those whose name `counts`.
fn linked(
    index: &Index,
    found: &Found,
    own: &str,
    counts: impl Fn(&str) -> bool,
) -> Option<&'static str> {
    let mut is_below = false;
    let mut in_runtime = false;
    let mut anywhere = false;
    let mut same_name = None;
    for folder in &index.folders {
        let mut is_linked_here = false;
        let wants = |link: &&String| {
            **link == found.name || template(link).is_some_and(|template| template == found.name)
        };
        if folder.wanted.iter().filter(wants).any(|link| counts(link)) {
            is_linked_here = true;
        } else {
            for (link, target) in &folder.links {
                // A link of the unit's own name below its file is hidden by that file.
                let by_path = !is_below && *link == found.name;
                let by_target = target.rsplit('/').next() == Some(found.name.as_str());
                if by_path && by_target {
                    let of_runtime = folder.path.starts_with("/run");
                    let state = if of_runtime { "linked-runtime" } else { "linked" };
                    let is_better = same_name.is_none() || folder.path == PERSISTENT;
                    if (of_runtime || folder.path == PERSISTENT) && is_better {
                        same_name = Some(state);
                    }
                } else if (by_path || by_target) && counts(link) {
                    is_linked_here = true;
                }
            }
        }
        if is_linked_here {
            if folder.path == PERSISTENT {
                return Some("enabled");
            }
            in_runtime |= folder.path.starts_with("/run");
            anywhere |= !folder.path.starts_with("/run");
        }
        is_below |= folder.path == own;
    }
    if in_runtime {
        return Some("enabled-runtime");
    }
    if anywhere && instance(&found.name).is_some() {
        return Some("static");
    }
    same_name
}
