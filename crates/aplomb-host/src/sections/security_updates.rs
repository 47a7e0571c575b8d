use std::collections::BTreeMap;

use crate::access::Refusal;
use crate::facts::{Collected, Facts, Gaps, Sourced};
use crate::host::Host;
use crate::section::Section;

pub(crate) const SECURITY_UPDATES: Section = Section {
    id: "security_updates",
    summary: "what the lists of apt's security archives, as last fetched, hold in another version than is installed",
    sources: &["/var/lib/apt/lists", "/var/lib/apt/lists/*", "/var/lib/dpkg/status"],
    is_opt_in: false,
    collect,
};

const LISTS: &str = "/var/lib/apt/lists";
const STATUS: &str = "/var/lib/dpkg/status";
const MOST_ITEMS: usize = 20_000;

fn collect(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let listed = host.names(LISTS);
    let Some(names) = gaps.seen(LISTS, &[], listed) else {
        return gaps.nothing(LISTS, "file");
    };
    let Some(status) = gaps.text(host, STATUS, &[]) else { return gaps.nothing(STATUS, "file") };
    let mut installed: BTreeMap<(String, String), String> = BTreeMap::new();
    for paragraph in status.body.split("\n\n") {
        let of = |name| field(paragraph, name);
        let is_installed = of("Status").is_some_and(|status| status.ends_with(" installed"));
        if let (true, Some(name), Some(arch), Some(version)) =
            (is_installed, of("Package"), of("Architecture"), of("Version"))
        {
            installed.insert((name.to_owned(), arch.to_owned()), version.to_owned());
        }
    }
    let mut lists = Vec::new();
    let mut differing = Vec::new();
    for name in names.iter().filter(|name| is_security(name)) {
        let path = format!("{LISTS}/{name}");
        if !name.ends_with("_Packages") {
            // Whoever keeps the lists compressed could be read by nobody but apt.
            if name.contains("_Packages.") {
                let reason = Refusal::Failed("the list is compressed".to_owned());
                gaps.add(&path, &reason, &[]);
            }
            continue;
        }
        let Some(text) = gaps.text(host, &path, &[]) else { continue };
        lists.push(list(host, name, &path, &mut gaps));
        for paragraph in text.body.split("\n\n") {
            let of = |name| field(paragraph, name);
            let (Some(name), Some(arch), Some(version)) =
                (of("Package"), of("Architecture"), of("Version"))
            else {
                continue;
            };
            let found = installed.get(&(name.to_owned(), arch.to_owned()));
            let Some(found) = found.filter(|found| *found != version) else { continue };
            if differing.len() >= MOST_ITEMS {
                gaps.cut(&path);
                break;
            }
            differing.push(
                Facts::from(path.as_str())
                    .with("name", name)
                    .with("arch", arch)
                    .with("installed", found.as_str())
                    .with("available", version),
            );
        }
    }
    if lists.is_empty() {
        return gaps.nothing(LISTS, "file");
    }
    let mut updates = Sourced::default();
    let plain =
        |items: Vec<Facts>| items.into_iter().map(Into::into).collect::<Vec<serde_json::Value>>();
    updates.put("lists", plain(lists), LISTS);
    updates.put("differing", plain(differing), LISTS);
    gaps.object(LISTS, "file", updates)
}

/// Debian, its long-term support, and Ubuntu name the archive in the list's file.
fn is_security(name: &str) -> bool {
    name.contains("security") && name.contains("_Packages")
}

/// When the archive was made, by its release file: RFC 5322, in UTC.
fn list(host: &Host<'_>, name: &str, path: &str, gaps: &mut Gaps) -> Facts {
    let stem = name.find("_dists_").and_then(|at| {
        let rest = name.get(at + "_dists_".len()..)?;
        // The suite ends where its component begins.
        let suite = rest.find("_main_").or_else(|| rest.find('_'))?;
        name.get(..at + "_dists_".len() + suite)
    });
    let date = stem.and_then(|stem| {
        ["InRelease", "Release"].iter().find_map(|kind| {
            let text = gaps.text(host, &format!("{LISTS}/{stem}_{kind}"), &["made"])?;
            text.lines().find_map(|(_, line)| line.strip_prefix("Date:").and_then(day))
        })
    });
    Facts::from(path).with("path", path).with_known("made", date)
}

/// `Sat, 21 Nov 2026 08:12:34 UTC`
fn day(written: &str) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<&str> = written.split_whitespace().collect();
    let [_, day, month, year, ..] = words.as_slice() else { return None };
    let month = MONTHS.iter().position(|name| name == month)? + 1;
    let (day, year) = (day.parse::<u8>().ok()?, year.parse::<u16>().ok()?);
    ((1..=31).contains(&day)).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

fn field<'a>(paragraph: &'a str, name: &str) -> Option<&'a str> {
    paragraph.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Files, section};

    const STATUS: &str = "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-1\n\n\
        Package: gone\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 1\n\n\
        Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 8.1\n";

    #[test]
    fn what_differs_is_told_with_the_age_of_the_list() {
        let of = "/var/lib/apt/lists/security.debian.org_debian-security_dists_bookworm-security";
        let files = Files::new(&[
            ("/var/lib/dpkg/status", STATUS),
            (
                &format!("{of}_main_binary-amd64_Packages"),
                "Package: bash\nArchitecture: amd64\nVersion: 5.2-2\n\nPackage: curl\nArchitecture: amd64\nVersion: 8.1\n\n\
                Package: gone\nArchitecture: amd64\nVersion: 2\n",
            ),
            (
                &format!("{of}_InRelease"),
                "-----BEGIN\nOrigin: Debian\nDate: Sat, 21 Nov 2026 08:12:34 UTC\n",
            ),
            (
                "/var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages",
                "Package: curl\nArchitecture: amd64\nVersion: 9\n",
            ),
        ]);
        let (updates, _) = section(files.root(), "security_updates");
        assert_eq!(updates["lists"][0]["made"], "2026-11-21");
        let path = format!("{of}_main_binary-amd64_Packages");
        assert_eq!(
            updates["differing"],
            json!([{"from": path, "name": "bash", "arch": "amd64",
            "installed": "5.2-1", "available": "5.2-2"}])
        );
        assert_eq!(section(Files::new(&[]).root(), "security_updates").1["status"], "absent");
    }

    #[test]
    fn lists_that_apt_keeps_compressed_are_told() {
        let files = Files::new(&[
            ("/var/lib/dpkg/status", STATUS),
            ("/var/lib/apt/lists/security_dists_a_main_binary-amd64_Packages.lz4", "x"),
        ]);
        assert_eq!(section(files.root(), "security_updates").1["status"], "unsupported");
    }
}
