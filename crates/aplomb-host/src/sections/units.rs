use std::collections::BTreeMap;

use self::active::Active;
use self::index::{FOLDERS, Index};
use self::install::Install;
use self::preset::Presets;
use self::settings::Settings;
use crate::access::Refusal;
use crate::facts::{Collected, Facts, Gaps};
use crate::host::{Host, has_extension};
use crate::redact;
use crate::section::Section;

mod active;
mod index;
mod install;
mod preset;
mod settings;
mod state;

pub(crate) const UNITS: Section = Section {
    id: "units",
    summary: "systemd units: whether they are enabled and run, and what files and drop-ins set",
    sources: index::SOURCES,
    is_opt_in: false,
    collect: units,
};

pub(crate) const TIMERS: Section = Section {
    id: "timers",
    summary: "systemd timers: when they start what",
    sources: index::SOURCES,
    is_opt_in: false,
    collect: timers,
};

pub(crate) const FAILED_UNITS: Section = Section {
    id: "failed_units",
    summary: "services that have failed: OpenRC notes them in files; systemd keeps them to itself, and is not asked",
    sources: &["/run/openrc/softlevel", "/run/openrc/failed"],
    is_opt_in: false,
    collect: failed,
};

/// Settings of a service that say how it is shut in.
const SANDBOX: &[&str] = &[
    "AmbientCapabilities",
    "CapabilityBoundingSet",
    "DynamicUser",
    "MemoryDenyWriteExecute",
    "NoNewPrivileges",
    "PrivateDevices",
    "PrivateTmp",
    "ProtectHome",
    "ProtectKernelModules",
    "ProtectKernelTunables",
    "ProtectSystem",
    "ReadOnlyPaths",
    "ReadWritePaths",
    "RestrictAddressFamilies",
    "SystemCallFilter",
];

/// Units above this number are not looked at.
const MOST_UNITS: usize = 20_000;

/// A unit, its file and what the files say.
struct Unit<'a> {
    name: String,
    file: String,
    state: Option<&'static str>,
    settings: Settings,
    index: &'a Index,
}

fn units(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let index = Index::read(host, &mut gaps);
    let units = each(host, &index, &mut gaps);
    if units.is_empty() {
        return gaps.nothing(FOLDERS[4], "file");
    }
    let active = Active::read(host, &mut gaps);
    let presets = Presets::read(host, &mut gaps);
    let items = units.into_iter().map(|unit| unit.into_facts(active.as_ref(), &presets)).collect();
    gaps.list("/etc/systemd/system /run/systemd/system /usr/lib/systemd/system", "file", items)
}

/// `openrc` leaves a link for each service that failed to start or died.
fn failed(host: &Host<'_>) -> Collected {
    const FAILED: &str = "/run/openrc/failed";
    if !host.is_live() || !host.has("/run/openrc/softlevel") {
        let reason = "only the manager of a running host knows them, and it is not asked";
        return Collected::refused(
            "org.freedesktop.systemd1",
            "none",
            &Refusal::Failed(reason.to_owned()),
        );
    }
    let mut gaps = Gaps::default();
    let names = gaps.names(host, FAILED, "", &[]);
    gaps.values(FAILED, "file", names)
}

fn timers(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let index = Index::read(host, &mut gaps);
    if index.names().is_empty() {
        return gaps.nothing(FOLDERS[4], "file");
    }
    let units = each(host, &index, &mut gaps);
    // A template runs only as an instance of it, an alias only as what it stands for.
    let is_timer = |unit: &&Unit<'_>| {
        has_extension(&unit.name, "timer")
            && !unit.name.contains("@.")
            && unit.state != Some("alias")
    };
    let items = units.iter().filter(is_timer).map(timer).collect();
    gaps.list("/etc/systemd/system /run/systemd/system /usr/lib/systemd/system", "file", items)
}

/// All units there are, sorted by name.
fn each<'a>(host: &Host<'_>, index: &'a Index, gaps: &mut Gaps) -> Vec<Unit<'a>> {
    let mut units = Vec::new();
    let mut files = BTreeMap::new();
    for name in index.names() {
        if units.len() >= MOST_UNITS {
            gaps.cut("/etc/systemd/system");
            break;
        }
        let Some(found) = state::discover(host, index, &name) else {
            let (file, _) = state::first(index, &name).unwrap_or_default();
            let settings = Settings::none();
            units.push(Unit { name, file, state: Some("bad"), settings, index });
            continue;
        };
        let settings = if found.is_masked {
            Settings::none()
        } else {
            settings::read(host, index, &found, &mut files, gaps)
        };
        let install = Install::of(&found.name, &settings);
        let is_understood = settings.is_understood;
        let state = is_understood.then(|| state::state(index, &name, &found, &install));
        units.push(Unit { name, file: found.file, state, settings, index });
    }
    units
}

impl Unit<'_> {
    fn into_facts(self, active: Option<&Active>, presets: &Presets) -> Facts {
        let is_service = has_extension(&self.name, "service")
            && self.settings.is_understood
            && !matches!(self.state, Some("alias" | "bad" | "masked" | "masked-runtime"));
        let service = |key| self.settings.last("Service", key).map(str::to_owned);
        let mut facts = Facts::from(self.file.as_str())
            .with("unit", self.name.as_str())
            .with_known("state", self.state);
        if matches!(self.state, Some("enabled" | "enabled-runtime" | "disabled" | "indirect")) {
            facts.put("preset", presets.of(&self.name));
        }
        if !self.settings.drop_ins.is_empty() {
            facts.put("drop_ins", self.settings.drop_ins.clone());
        }
        if is_service {
            let starts: Vec<_> =
                self.settings.all("Service", "ExecStart").map(|line| redact(line)).collect();
            facts.put("restart", service("Restart").unwrap_or_else(|| "no".to_owned()));
            facts.put_known("type", service("Type"));
            // A template is started only as an instance of it.
            if !self.name.contains("@.") {
                let remains = settings::is_true(self.settings.last("Service", "RemainAfterExit"));
                facts.put_known("active", active.and_then(|all| all.state(&self.name, remains)));
            }
            facts.put_known("user", service("User"));
            facts.put_known("group", service("Group"));
            facts.put_known("exec_start", (!starts.is_empty()).then_some(starts));
            let environment: Vec<_> =
                self.settings.all("Service", "Environment").map(|line| redact(line)).collect();
            facts.put_known("environment", (!environment.is_empty()).then_some(environment));
            let mut sandbox = Facts::default();
            for key in SANDBOX {
                sandbox.put_known(key, service(key));
            }
            if !sandbox.is_empty() {
                facts.put("sandbox", sandbox);
            }
        }
        if has_extension(&self.name, "socket") {
            let listens =
                ["ListenStream", "ListenDatagram", "ListenSequentialPacket", "ListenFIFO"];
            let listens: Vec<_> =
                listens.iter().flat_map(|key| self.settings.all("Socket", key)).collect();
            facts.put_known("listen", (!listens.is_empty()).then_some(listens));
        }
        facts
    }
}

/// When a timer elapses: systemd.timer(5). A calendar stands for itself, other times are named.
fn timer(unit: &Unit<'_>) -> Facts {
    const KEYS: &[&str] = &[
        "OnActiveSec",
        "OnBootSec",
        "OnStartupSec",
        "OnUnitActiveSec",
        "OnUnitInactiveSec",
        "OnCalendar",
    ];
    let settings = &unit.settings;
    let mut times = Vec::new();
    for key in KEYS {
        times.extend(settings.all("Timer", key).map(|value| match *key {
            "OnCalendar" => value.to_owned(),
            _ => format!("{key}={value}"),
        }));
    }
    let stem = unit.name.strip_suffix(".timer").unwrap_or(&unit.name);
    let activates = settings.last("Timer", "Unit").map(str::to_owned);
    let is_enabled = matches!(unit.state, Some("enabled" | "enabled-runtime" | "generated"))
        || unit.state != Some("masked") && unit.index.is_wanted(&unit.name);
    Facts::from(unit.file.as_str())
        .with("unit", unit.name.as_str())
        .with("enabled", is_enabled)
        .with_known("schedule", (!times.is_empty()).then(|| times.join("; ")))
        .with("activates", activates.unwrap_or_else(|| format!("{stem}.service")))
        .with_known("state", unit.state)
        .with_known("persistent", settings.last("Timer", "Persistent"))
}

#[cfg(test)]
mod tests;
