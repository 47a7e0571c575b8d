use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::precedence;
use crate::access::{FileKind, Refusal};
use crate::facts::{Collected, Facts, Gaps};
use crate::host::{Host, Text};
use crate::redact::redact_value;
use crate::section::Section;

pub(crate) const SYSCTL: Section = Section {
    id: "sysctl",
    summary: "kernel settings, running and configured; the last file that sets one counts",
    sources: &[
        "/proc/sys/**",
        "/etc/sysctl.d",
        "/etc/sysctl.d/*.conf",
        "/run/sysctl.d",
        "/run/sysctl.d/*.conf",
        "/usr/local/lib/sysctl.d",
        "/usr/local/lib/sysctl.d/*.conf",
        "/usr/lib/sysctl.d",
        "/usr/lib/sysctl.d/*.conf",
        "/etc/sysctl.conf",
        "/usr/lib/systemd/systemd-sysctl",
        "/lib/systemd/systemd-sysctl",
    ],
    is_opt_in: false,
    collect,
};

/// sysctl.d(5), the folder that wins first.
const FOLDERS: &[&str] =
    &["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d"];

/// Keys that count or draw lots: they differ at every look.
const VOLATILE: &[&str] = &[
    "fs.aio-nr",
    "fs.dentry-state",
    "fs.file-nr",
    "fs.inode-nr",
    "fs.inode-state",
    "kernel.ns_last_pid",
    "kernel.pty.nr",
    "kernel.random.boot_id",
    "kernel.random.entropy_avail",
    "kernel.random.uuid",
    "net.netfilter.nf_conntrack_count",
];
/// Folders that are not walked: other file systems, one folder a processor or a device.
const LEFT_OUT: &[&str] = &["debug", "dev", "fs/binfmt_misc", "kernel/sched_domain", "sunrpc"];
/// Deeper than any key.
const MOST_LEVELS: usize = 8;
/// More than any kernel has, many interfaces included.
const MOST_KEYS: usize = 20_000;

fn collect(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let configured = configured(host, &mut gaps);
    let mut running =
        Running { host, gaps: &mut gaps, keys: BTreeMap::new(), denied: BTreeSet::new() };
    if host.is_live() {
        running.walk("", MOST_LEVELS);
    }
    let Running { keys: running, denied, .. } = running;
    let known = running.keys().chain(&denied).map(String::as_str);
    let keys: BTreeSet<&str> = known.chain(configured.keys()).collect();
    if keys.is_empty() {
        return gaps.nothing("/proc/sys", "file");
    }
    let items = keys.into_iter().map(|key| {
        let value = running.get(key);
        let is_denied = denied.contains(key);
        let set = configured.of(key, value.is_some() || is_denied);
        let from =
            set.map_or_else(|| format!("/proc/sys/{}", path_of(key)), |set| set.from.clone());
        Facts::from(from)
            .with("key", key)
            .with_known("running", value.map(|value| redact_value(key, value)))
            .with_known("denied", is_denied.then_some(true))
            .with_known("configured", set.map(|set| redact_value(key, &set.value)))
    });
    let items = items.collect();
    gaps.list("/proc/sys /etc/sysctl.d /usr/lib/sysctl.d", "file", items)
}

struct Running<'a> {
    host: &'a Host<'a>,
    gaps: &'a mut Gaps,
    keys: BTreeMap<String, String>,
    /// Keys whose value may not be read: each is missing for itself, and not for the others.
    denied: BTreeSet<String>,
}

impl Running<'_> {
    fn walk(&mut self, below: &str, levels: usize) {
        let folder = format!("/proc/sys{}{below}", if below.is_empty() { "" } else { "/" });
        let listed = self.host.access().list(Path::new(&folder));
        let Some(entries) = self.gaps.seen(&folder, &["running"], listed) else { return };
        for entry in entries {
            let Some(name) = entry.name.to_str() else { continue };
            let path = if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
            match entry.kind {
                FileKind::Folder if levels > 0 && is_walked(below, name, &path) => {
                    self.walk(&path, levels - 1);
                }
                FileKind::File => self.key(&path),
                _ => {}
            }
        }
    }

    fn key(&mut self, path: &str) {
        let key = key_of(path);
        if VOLATILE.contains(&key.as_str()) || self.keys.len() >= MOST_KEYS {
            return;
        }
        let file = format!("/proc/sys/{path}");
        match self.host.text(&file) {
            Ok(text) => drop(self.keys.insert(key, normalised(&text.body))),
            Err(Refusal::Denied) if self.is_write_only(&file) => {}
            Err(Refusal::Denied) => drop(self.denied.insert(key)),
            // Many keys answer with an error where there is nothing to tell.
            Err(_) => {}
        }
    }

    fn is_write_only(&self, file: &str) -> bool {
        let status = self.host.access().status(Path::new(file));
        status.is_ok_and(|status| status.mode & 0o444 == 0)
    }
}

/// Of the interfaces, those that containers come and go with are left out.
fn is_walked(below: &str, name: &str, path: &str) -> bool {
    let of_container = ["veth", "cali", "lxc", "cilium"].iter().any(|kind| name.starts_with(kind));
    let of_interface = below.starts_with("net/ipv") && below.ends_with("/conf");
    let of_neighbours = below.starts_with("net/ipv") && below.ends_with("/neigh");
    let is_left_out = of_interface && of_container || of_neighbours && name != "default";
    !is_left_out && !LEFT_OUT.contains(&path)
}

/// Blanks between values are one space, whatever the kernel or a file writes.
fn normalised(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `net/ipv4/conf/eth0.1/rp_filter` is the key `net.ipv4.conf.eth0/1.rp_filter`, and back.
fn key_of(path: &str) -> String {
    path.chars()
        .map(|c| {
            if c == '/' {
                '.'
            } else if c == '.' {
                '/'
            } else {
                c
            }
        })
        .collect()
}

fn path_of(key: &str) -> String {
    key_of(key)
}

/// What the files set.
#[derive(Default)]
struct Configured {
    exact: BTreeMap<String, Set>,
    /// Patterns in the order read; the last that fits counts.
    patterns: Vec<(String, Set)>,
    excluded: BTreeSet<String>,
}

#[derive(Clone)]
struct Set {
    value: String,
    from: String,
}

impl Configured {
    fn keys(&self) -> impl Iterator<Item = &str> {
        self.exact.keys().map(String::as_str)
    }

    /// What is set for a key; a pattern sets only what the running kernel has.
    fn of(&self, key: &str, is_running: bool) -> Option<&Set> {
        let by_pattern = || {
            let fits = |(pattern, _): &&(String, Set)| fits(pattern, key);
            self.patterns.iter().rev().find(fits).map(|(_, set)| set)
        };
        let may = is_running && !self.excluded.contains(key);
        self.exact.get(key).or_else(|| may.then(by_pattern).flatten())
    }

    /// One file, in the syntax of sysctl.d(5).
    fn read(&mut self, text: &Text, gaps: &mut Gaps) {
        for (number, line) in text.lines() {
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            let may_fail = line.strip_prefix('-');
            let assignment = may_fail.unwrap_or(line);
            match assignment.split_once('=') {
                Some((key, value)) => {
                    let set = Set { value: normalised(value), from: text.at(number) };
                    let key = written_key(key.trim());
                    if key.contains(['*', '?']) {
                        self.patterns.push((key, set));
                    } else {
                        self.exact.insert(key, set);
                    }
                }
                None if may_fail.is_some() => {
                    self.excluded.insert(written_key(assignment.trim()));
                }
                None => gaps.not_understood(text.at(number), "a setting is `key = value`"),
            }
        }
    }
}

/// A key as written, in dots: where a slash comes first, slashes separate.
fn written_key(key: &str) -> String {
    match key.find(['.', '/']).and_then(|at| key.get(at..)) {
        Some(rest) if rest.starts_with('/') => key_of(key.trim_start_matches('/')),
        _ => key.to_owned(),
    }
}

/// glob(7) within one part of a key, without brackets: the only kind found in the field.
fn fits(pattern: &str, key: &str) -> bool {
    let mut parts = key.split('.');
    let all =
        pattern.split('.').all(|pattern| parts.next().is_some_and(|part| fits_part(pattern, part)));
    all && parts.next().is_none()
}

fn fits_part(pattern: &str, part: &str) -> bool {
    match pattern.split_once('*') {
        None => {
            let same = |(p, c): (char, char)| p == '?' || p == c;
            pattern.chars().count() == part.chars().count()
                && pattern.chars().zip(part.chars()).all(same)
        }
        Some((before, after)) => {
            part.len() >= before.len() + after.len()
                && part.starts_with(before)
                && part.ends_with(after)
        }
    }
}

fn configured(host: &Host<'_>, gaps: &mut Gaps) -> Configured {
    const MEMBERS: &[&str] = &["configured"];
    const CONF: &str = "/etc/sysctl.conf";
    let mut configured = Configured::default();
    let files = precedence::files(host, gaps, FOLDERS, ".conf", MEMBERS);
    for file in &files {
        if let Some(text) = gaps.text(host, file, MEMBERS) {
            configured.read(&text, gaps);
        }
    }
    // Debian links it into the folder; systemd itself does not read it, procps reads it last.
    let linked = |file: &String| host.link(file).is_some_and(|to| to.ends_with("sysctl.conf"));
    let by_systemd = ["/usr/lib/systemd/systemd-sysctl", "/lib/systemd/systemd-sysctl"]
        .iter()
        .any(|program| host.has(program));
    if !by_systemd
        && !files.iter().any(linked)
        && let Some(text) = gaps.text(host, CONF, MEMBERS)
    {
        configured.read(&text, gaps);
    }
    configured
}

#[cfg(test)]
mod tests;
