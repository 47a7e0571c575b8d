use std::collections::BTreeMap;

use super::precedence;
use crate::facts::{Collected, Facts, Gaps};
use crate::host::Host;
use crate::section::Section;

pub(crate) const KERNEL_MODULES: Section = Section {
    id: "kernel_modules",
    summary: "kernel modules that are loaded, and those that may not be",
    sources: &[
        "/proc/modules",
        "/etc/modprobe.d",
        "/etc/modprobe.d/*",
        "/run/modprobe.d",
        "/run/modprobe.d/*",
        "/usr/local/lib/modprobe.d",
        "/usr/local/lib/modprobe.d/*",
        "/usr/lib/modprobe.d",
        "/usr/lib/modprobe.d/*",
        "/lib/modprobe.d",
        "/lib/modprobe.d/*",
    ],
    is_opt_in: false,
    collect,
};

/// modprobe.d(5), the folder that wins first.
const FOLDERS: &[&str] = &[
    "/etc/modprobe.d",
    "/run/modprobe.d",
    "/usr/local/lib/modprobe.d",
    "/usr/lib/modprobe.d",
    "/lib/modprobe.d",
];

#[derive(Default)]
struct Module {
    from: String,
    is_loaded: bool,
    is_blacklisted: bool,
    install: Option<String>,
    size: Option<u64>,
}

fn collect(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let mut modules: BTreeMap<String, Module> = BTreeMap::new();
    let mut is_loaded_known = false;
    if host.is_live()
        && let Some(loaded) = gaps.text(host, "/proc/modules", &["loaded"])
    {
        is_loaded_known = true;
        for (_, line) in loaded.lines() {
            let mut fields = line.split(' ');
            let Some(name) = fields.next().filter(|name| !name.is_empty()) else { continue };
            let module = modules.entry(name.to_owned()).or_default();
            module.from.clone_from(&loaded.path);
            module.is_loaded = true;
            module.size = fields.next().and_then(|size| size.parse().ok());
        }
    }
    let files = precedence::files(host, &mut gaps, FOLDERS, ".conf", &["blacklisted", "install"]);
    for file in &files {
        let Some(text) = gaps.text(host, file, &["blacklisted", "install"]) else { continue };
        for (number, line) in text.lines() {
            let mut words = line.split_whitespace();
            let (command, name) = (words.next(), words.next());
            let Some(name) = name.map(|name| name.replace('-', "_")) else { continue };
            let from = text.at(number);
            match command {
                Some("blacklist") => {
                    let module = modules.entry(name).or_default();
                    *module = Module { from, is_blacklisted: true, ..std::mem::take(module) };
                }
                Some("install") => {
                    let install = Some(words.collect::<Vec<_>>().join(" "));
                    let module = modules.entry(name).or_default();
                    *module = Module { from, install, ..std::mem::take(module) };
                }
                _ => {}
            }
        }
    }
    if modules.is_empty() && files.is_empty() && !is_loaded_known {
        return gaps.nothing("/etc/modprobe.d", "file");
    }
    let items = modules.into_iter().map(|(name, module)| {
        Facts::from(module.from)
            .with("name", name)
            .with_known("loaded", is_loaded_known.then_some(module.is_loaded))
            .with("blacklisted", module.is_blacklisted)
            .with_known("install", module.install)
            .with_known("size", module.size)
    });
    let items = items.collect();
    gaps.list("/proc/modules /etc/modprobe.d /usr/lib/modprobe.d", "file", items)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Files, section};

    #[test]
    fn loaded_and_forbidden_modules_are_told() {
        let files = Files::new(&[
            ("/proc/modules", "ext4 1000 1 - Live 0x0\nusb_storage 80 0 - Live 0x0\n"),
            ("/etc/modprobe.d/a.conf", "# c\nblacklist usb-storage\ninstall cramfs /bin/false\n"),
            ("/usr/lib/modprobe.d/a.conf", "blacklist hidden\n"),
            ("/usr/lib/modprobe.d/b.conf", "options x y=1\nblacklist\n"),
        ]);
        let (modules, _) = section(files.live(&[]), "kernel_modules");
        let expected = json!([
            {"from": "/etc/modprobe.d/a.conf:3", "name": "cramfs", "loaded": false,
                "blacklisted": false, "install": "/bin/false"},
            {"from": "/proc/modules", "name": "ext4", "loaded": true, "blacklisted": false,
                "size": 1000},
            {"from": "/etc/modprobe.d/a.conf:2", "name": "usb_storage", "loaded": true,
                "blacklisted": true, "size": 80},
        ]);
        assert_eq!(modules, expected);
        let (modules, _) = section(files.root(), "kernel_modules");
        assert_eq!(modules[0].get("loaded"), None);
        assert_eq!(section(Files::new(&[]).root(), "kernel_modules").1["status"], "absent");
    }
}
