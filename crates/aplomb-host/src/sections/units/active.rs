//! Which services run, as far as the control groups of the kernel and the files that systemd leaves
//! for journald tell it. The manager itself is not asked.

use std::collections::BTreeSet;

use crate::access::{FileKind, Refusal};
use crate::facts::Gaps;
use crate::host::{Host, has_extension};

/// Exists where systemd is the manager: `sd_booted(3)`.
const BOOTED: &str = "/run/systemd/system";
/// Links `invocation:UNIT` of units that were started and have not ended.
const INVOCATIONS: &str = "/run/systemd/units";
/// Slices in slices.
const MOST_LEVELS: usize = 8;
/// Groups below one service that are looked into.
const MOST_GROUPS: usize = 10_000;

/// What is known of the services of a running host.
#[derive(Debug)]
pub(super) struct Active {
    /// Those that have a process.
    running: BTreeSet<String>,
    /// Those that were started and have not ended; those without a process may be between two
    /// attempts.
    started: BTreeSet<String>,
}

impl Active {
    /// Nothing where no systemd runs, or where what it leaves behind could not be seen.
    pub(super) fn read(host: &Host<'_>, gaps: &mut Gaps) -> Option<Self> {
        const MEMBERS: &[&str] = &["active"];
        if !host.is_live() {
            return None;
        }
        if host.kind(BOOTED) != Some(FileKind::Folder) {
            let refusal = Refusal::Failed("systemd does not run here".to_owned());
            gaps.add(BOOTED, &refusal, MEMBERS);
            return None;
        }
        let links = match host.names(INVOCATIONS) {
            Ok(links) => links,
            Err(refusal) => {
                gaps.add(INVOCATIONS, &refusal, MEMBERS);
                return None;
            }
        };
        let started = links.iter().filter_map(|link| link.strip_prefix("invocation:"));
        let mut groups = Groups { host, running: BTreeSet::new(), left: MOST_GROUPS };
        groups.slice(root(host), MOST_LEVELS);
        if groups.left == 0 {
            gaps.add("/sys/fs/cgroup", &Refusal::TooMuch, MEMBERS);
            return None;
        }
        Some(Self { running: groups.running, started: started.map(str::to_owned).collect() })
    }

    /// The state of a service: `active` where it has a process, or needs none once it was started;
    /// `not-active` where it was not started, or has ended or failed. Nothing where it was started
    /// and has no process, though it should: it may be starting again and again.
    pub(super) fn state(&self, service: &str, remains: bool) -> Option<&'static str> {
        if self.running.contains(service) {
            return Some("active");
        }
        if !self.started.contains(service) {
            return Some("not-active");
        }
        remains.then_some("active")
    }
}

/// Where systemd keeps its tree: the only one, or the one named after it.
fn root(host: &Host<'_>) -> &'static str {
    let candidates = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd"];
    let found = candidates.into_iter().find(|folder| host.has(&format!("{folder}/cgroup.procs")));
    found.unwrap_or("/sys/fs/cgroup")
}

struct Groups<'a> {
    host: &'a Host<'a>,
    running: BTreeSet<String>,
    left: usize,
}

impl Groups<'_> {
    fn slice(&mut self, folder: &str, levels: usize) {
        for name in self.folders(folder) {
            let inner = format!("{folder}/{name}");
            if has_extension(&name, "slice") && levels > 0 {
                self.slice(&inner, levels - 1);
            } else if has_extension(&name, "service") && self.has_process(&inner, levels) {
                self.running.insert(name);
            }
        }
    }

    /// Whether the group, or one below it, holds a process.
    fn has_process(&mut self, folder: &str, levels: usize) -> bool {
        if let Some(events) = self.host.known(&format!("{folder}/cgroup.events")) {
            return events.lines().any(|line| line.trim() == "populated 1");
        }
        if self.host.known(&format!("{folder}/cgroup.procs")).is_some() {
            return true;
        }
        let inner = if levels > 0 { self.folders(folder) } else { Vec::new() };
        inner.iter().any(|name| self.has_process(&format!("{folder}/{name}"), levels - 1))
    }

    fn folders(&mut self, folder: &str) -> Vec<String> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return Vec::new();
        }
        let entries = self.host.access().list(std::path::Path::new(folder)).unwrap_or_default();
        let folders = entries.into_iter().filter(|entry| entry.kind == FileKind::Folder);
        folders.filter_map(|entry| entry.name.into_string().ok()).collect()
    }
}
