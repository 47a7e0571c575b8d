use std::collections::BTreeMap;

use crate::access::FileKind;
use crate::facts::{Collected, Facts, Gaps};
use crate::host::Host;
use crate::section::Section;

pub(crate) const INIT_SCRIPTS: Section = Section {
    id: "init_scripts",
    summary: "services of System V init and OpenRC: in which runlevels they start, and what OpenRC says of them",
    sources: &[
        "/etc/init.d",
        "/etc/init.d/*",
        "/etc/rcS.d",
        "/etc/rc*.d",
        "/etc/rc.d/rc*.d",
        "/etc/runlevels",
        "/etc/runlevels/*",
        "/run/openrc/softlevel",
        "/run/openrc/started",
        "/run/openrc/failed",
        "/etc/systemd/system/*.service",
        "/usr/lib/systemd/system/*.service",
        "/lib/systemd/system/*.service",
    ],
    is_opt_in: false,
    collect,
};

const SCRIPTS: &str = "/etc/init.d";
const RUNLEVELS: &str = "/etc/runlevels";
/// Names in the folder that are no service: the tools of init itself.
const NO_SERVICE: &[&str] = &["README", "functions", "functions.sh", "skeleton", "rc", "rcS"];

fn collect(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let listed = host.access().list(std::path::Path::new(SCRIPTS));
    let Some(scripts) = gaps.seen(SCRIPTS, &[], listed) else {
        return gaps.nothing(SCRIPTS, "file");
    };
    let is_openrc = host.kind(RUNLEVELS) == Some(FileKind::Folder);
    let levels = if is_openrc { openrc(host, &mut gaps) } else { system_v(host, &mut gaps) };
    let state = if is_openrc { State::read(host, &mut gaps) } else { None };
    let mut items = Vec::new();
    for script in scripts {
        let Ok(name) = script.name.into_string() else { continue };
        let is_script = matches!(script.kind, FileKind::File | FileKind::Link);
        if !is_script || name.starts_with('.') || NO_SERVICE.contains(&name.as_str()) {
            continue;
        }
        let starts = levels.get(&name).cloned().unwrap_or_default();
        let facts = Facts::from(format!("{SCRIPTS}/{name}"))
            .with("name", name.as_str())
            .with("kind", if is_openrc { "openrc" } else { "sysv" })
            .with("enabled", !starts.is_empty())
            .with("runlevels", starts)
            .with_known("active", state.as_ref().map(|state| state.of(&name)))
            .with_known("unit", if is_openrc { None } else { unit(host, &name) });
        items.push(facts);
    }
    gaps.list(SCRIPTS, "file", items)
}

/// The runlevels that start each service: `/etc/rc2.d/S01cron`, in the folder of the distribution.
fn system_v(host: &Host<'_>, gaps: &mut Gaps) -> BTreeMap<String, Vec<String>> {
    let mut levels: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for level in ["S", "1", "2", "3", "4", "5"] {
        for folder in [format!("/etc/rc{level}.d"), format!("/etc/rc.d/rc{level}.d")] {
            for link in gaps.names(host, &folder, "", &["runlevels", "enabled"]) {
                let rest = link.strip_prefix('S');
                let numbered = rest.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
                let Some(numbered) = numbered else { continue };
                let name = numbered.trim_start_matches(|c: char| c.is_ascii_digit());
                let of_name = levels.entry(name.to_owned()).or_default();
                // One folder may be a link to the other.
                if of_name.last().is_none_or(|last| last != level) {
                    of_name.push(level.to_owned());
                }
            }
        }
    }
    levels
}

fn openrc(host: &Host<'_>, gaps: &mut Gaps) -> BTreeMap<String, Vec<String>> {
    let mut levels: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for level in gaps.names(host, RUNLEVELS, "", &["runlevels", "enabled"]) {
        let folder = format!("{RUNLEVELS}/{level}");
        for name in gaps.names(host, &folder, "", &["runlevels", "enabled"]) {
            levels.entry(name).or_default().push(level.clone());
        }
    }
    levels
}

/// What `openrc` notes of services while it runs.
struct State {
    started: Vec<String>,
    failed: Vec<String>,
}

impl State {
    fn read(host: &Host<'_>, gaps: &mut Gaps) -> Option<Self> {
        (host.is_live() && host.has("/run/openrc/softlevel")).then(|| Self {
            started: gaps.names(host, "/run/openrc/started", "", &["active"]),
            failed: gaps.names(host, "/run/openrc/failed", "", &["active"]),
        })
    }

    fn of(&self, name: &str) -> &'static str {
        let holds = |names: &[String]| names.iter().any(|one| one == name);
        if holds(&self.failed) {
            "failed"
        } else if holds(&self.started) {
            "active"
        } else {
            "not-active"
        }
    }
}

/// The unit of the same name: where there is one, systemd passes the script over.
fn unit(host: &Host<'_>, name: &str) -> Option<String> {
    let unit = format!("{}.service", name.strip_suffix(".sh").unwrap_or(name));
    let folders = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];
    folders.iter().any(|folder| host.has(&format!("{folder}/{unit}"))).then_some(unit)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Files, section};

    #[test]
    fn links_of_runlevels_enable_scripts() {
        let files = Files::new(&[
            ("/etc/init.d/cron", "#!/bin/sh\n"),
            ("/etc/init.d/agora", "#!/bin/sh\n"),
            ("/etc/init.d/README", ""),
            ("/etc/rc2.d/S01cron", "-> ../init.d/cron"),
            ("/etc/rc3.d/S01cron", "-> ../init.d/cron"),
            ("/etc/rc0.d/K01agora", "-> ../init.d/agora"),
            ("/usr/lib/systemd/system/cron.service", "[Service]\n"),
        ]);
        let (scripts, _) = section(files.root(), "init_scripts");
        let expected = json!([
            {"from": "/etc/init.d/agora", "name": "agora", "kind": "sysv", "enabled": false,
                "runlevels": []},
            {"from": "/etc/init.d/cron", "name": "cron", "kind": "sysv", "enabled": true,
                "runlevels": ["2", "3"], "unit": "cron.service"},
        ]);
        assert_eq!(scripts, expected);
    }

    #[test]
    fn openrc_says_what_runs_and_what_failed() {
        let files = Files::new(&[
            ("/etc/init.d/sshd", "#!/sbin/openrc-run\n"),
            ("/etc/init.d/chronyd", "#!/sbin/openrc-run\n"),
            ("/etc/runlevels/default/sshd", "-> /etc/init.d/sshd"),
            ("/etc/runlevels/boot/chronyd", "-> /etc/init.d/chronyd"),
            ("/run/openrc/softlevel", "default"),
            ("/run/openrc/started/sshd", "-> /etc/init.d/sshd"),
            ("/run/openrc/failed/chronyd", "-> /etc/init.d/chronyd"),
        ]);
        let (scripts, _) = section(files.live(&[]), "init_scripts");
        assert_eq!(scripts[0]["runlevels"], json!(["boot"]));
        assert_eq!(
            (&scripts[0]["active"], &scripts[1]["active"]),
            (&json!("failed"), &json!("active"))
        );
        let (failed, entry) = section(files.live(&[]), "failed_units");
        assert_eq!((failed, &entry["status"]), (json!(["chronyd"]), &json!("collected")));
        // A root directory runs nothing.
        let (scripts, _) = section(files.root(), "init_scripts");
        assert_eq!(scripts[0].get("active"), None);
        assert_eq!(section(files.root(), "failed_units").1["status"], "unsupported");
    }
}
