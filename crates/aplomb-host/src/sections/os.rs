use serde_json::Value;

use crate::access::FileKind;
use crate::facts::{Collected, Gaps, Sourced};
use crate::host::{Host, Text, has_extension};
use crate::redact;
use crate::section::Section;

pub(crate) const OS: Section = Section {
    id: "os",
    summary: "operating system, kernel, time zone, locale, virtualisation",
    sources: &[
        "/etc/os-release",
        "/usr/lib/os-release",
        "uname(2)",
        "/boot",
        "/lib/modules",
        "/lib/modules/*/vmlinuz",
        "/proc/cmdline",
        "/proc/stat",
        "/proc/sys/crypto/fips_enabled",
        "/sys/kernel/security/lockdown",
        "/etc/localtime",
        "/etc/timezone",
        "/etc/locale.conf",
        "/etc/default/locale",
        "/run/systemd/container",
        "/run/.containerenv",
        "/.dockerenv",
        "/run/reboot-required",
        "/run/reboot-required.pkgs",
        "/sys/hypervisor/type",
        "/proc/cpuinfo",
        "/sys/class/dmi/id/sys_vendor",
        "/sys/class/dmi/id/product_name",
    ],
    is_opt_in: false,
    collect,
};

fn collect(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let mut os = Sourced::default();
    let members = ["id", "version_id", "codename"];
    let release = gaps.text(host, "/etc/os-release", &members);
    let release = release.or_else(|| gaps.text(host, "/usr/lib/os-release", &members));
    if let Some(release) = &release {
        identity(release, &mut os);
    }
    kernel(host, &mut os, &mut gaps);
    zone(host, &mut os);
    locale(host, &mut os, &mut gaps);
    super::virtualization::put_container(host, &mut os);
    if host.is_live() {
        state(host, &mut os);
        super::virtualization::put_hypervisor(host, &mut os);
    }
    if os.is_empty() {
        return gaps.nothing("/etc/os-release", "file");
    }
    gaps.object("/etc/os-release", "file", os)
}

/// os-release(5).
fn identity(release: &Text, os: &mut Sourced) {
    for (number, line) in release.lines() {
        let Some((key, value)) = line.split_once('=') else { continue };
        let member = match key.trim() {
            "ID" => "id",
            "VERSION_ID" => "version_id",
            "VERSION_CODENAME" => "codename",
            "PRETTY_NAME" => "pretty",
            "ID_LIKE" => "like",
            "SUPPORT_END" => "support_end",
            _ => continue,
        };
        os.put(member, shell_value(value), release.at(number));
    }
}

/// A value as a shell would take it from an assignment: without quotes and backslashes.
pub(super) fn shell_value(written: &str) -> String {
    let mut value = String::new();
    let mut quote = None;
    let mut chars = written.trim().chars();
    while let Some(char) = chars.next() {
        match (char, quote) {
            ('\\', Some('\'')) => value.push(char),
            ('\\', _) => value.extend(chars.next()),
            ('"' | '\'', None) => quote = Some(char),
            (char, Some(open)) if char == open => quote = None,
            (' ' | '\t' | '#', None) => break,
            (char, _) => value.push(char),
        }
    }
    value
}

/// The value of the last assignment to `key` in a file of shell assignments.
pub(super) fn assignment(text: &Text, key: &str) -> Option<(String, String)> {
    let assigned = text.lines().filter_map(|(number, line)| {
        let line = line.trim_start();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let value = line.strip_prefix(key)?.strip_prefix('=')?;
        Some((shell_value(value), text.at(number)))
    });
    assigned.last()
}

fn kernel(host: &Host<'_>, os: &mut Sourced, gaps: &mut Gaps) {
    if let Some(running) = host.running() {
        os.put("kernel", running.release.as_str(), "uname(2)");
        os.put("kernel_version", running.version.as_str(), "uname(2)");
        os.put("arch", running.machine.as_str(), "uname(2)");
    }
    let members = ["kernel_installed"];
    let boot = gaps.names(host, "/boot", "", &members);
    let mut installed: Vec<String> = boot
        .iter()
        .filter_map(|name| name.strip_prefix("vmlinuz-"))
        .filter(|release| !release.contains("rescue") && !has_extension(release, "old"))
        .map(str::to_owned)
        .collect();
    let mut from = "/boot";
    if installed.is_empty() {
        let modules = gaps.names(host, "/lib/modules", "", &members);
        let has_image = |release: &String| host.has(&format!("/lib/modules/{release}/vmlinuz"));
        installed = modules.into_iter().filter(has_image).collect();
        from = "/lib/modules";
    }
    // An empty list is a fact as well: a container brings no kernel.
    os.put("kernel_installed", installed, from);
}

/// localtime(5): the link is what programs go by; `/etc/timezone` is Debian's note of it.
fn zone(host: &Host<'_>, os: &mut Sourced) {
    let linked = host.link("/etc/localtime");
    let linked = linked.as_deref().and_then(|target| target.split_once("zoneinfo/"));
    if let Some((_, zone)) = linked {
        os.put("timezone", zone, "/etc/localtime");
    } else if let Some(zone) = host.known("/etc/timezone") {
        os.put("timezone", zone, "/etc/timezone");
    } else if host.kind("/etc/localtime").is_none() {
        // What the manual says of a host without the link.
        os.put("timezone", "UTC", "/etc/localtime");
    }
}

fn locale(host: &Host<'_>, os: &mut Sourced, gaps: &mut Gaps) {
    for path in ["/etc/locale.conf", "/etc/default/locale"] {
        let text = gaps.text(host, path, &["locale"]);
        if let Some((value, from)) = text.and_then(|text| assignment(&text, "LANG")) {
            return os.put("locale", value, from);
        }
    }
}

/// What a running kernel says of itself.
fn state(host: &Host<'_>, os: &mut Sourced) {
    let cmdline = host.known("/proc/cmdline");
    os.put_known("cmdline", cmdline.map(|line| redact(&line).into_owned()), "/proc/cmdline");
    let boot = host.text("/proc/stat").ok().and_then(|stat| {
        let time = stat.lines().find_map(|(_, line)| line.strip_prefix("btime "));
        time.and_then(|time| time.trim().parse::<u64>().ok())
    });
    os.put_known("boot_time", boot, "/proc/stat");
    let fips = "/proc/sys/crypto/fips_enabled";
    os.put_known("fips", host.known(fips).map(|value| value == "1"), fips);
    let lockdown = "/sys/kernel/security/lockdown";
    os.put_known("lockdown", host.known(lockdown).as_deref().and_then(chosen), lockdown);
    let reboot = "/run/reboot-required";
    os.put("reboot_required", host.kind(reboot) == Some(FileKind::File), reboot);
    let packages = "/run/reboot-required.pkgs";
    let asking = host.known(packages).map(|names| {
        let names: std::collections::BTreeSet<&str> = names.split_whitespace().collect();
        names.into_iter().map(str::to_owned).collect::<Vec<_>>()
    });
    os.put_known("reboot_required_by", asking, packages);
}

/// The one in brackets: `none [integrity] confidentiality`.
pub(super) fn chosen(choices: &str) -> Option<Value> {
    let (_, after) = choices.split_once('[')?;
    after.split_once(']').map(|(chosen, _)| chosen.into())
}

#[cfg(test)]
mod tests;
