//! Root directories that other tools made (`tests/roots`), held against what those tools say.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::access::RootDirectory;
use crate::fixture::{output, real_roots, record};

fn recorded(root: &Path, id: &str) -> Vec<Value> {
    let access = RootDirectory::open(root).expect("it opens");
    let mut value = record(access, &[id]).to_value();
    // What a root has not is no gap in what it has.
    let gaps = value["sections"][id]["gaps"].as_array().into_iter().flatten();
    let gaps: Vec<_> = gaps.filter(|gap| gap["status"] != "absent").collect();
    assert!(gaps.is_empty(), "{}: {gaps:?}", root.display());
    value[id].as_array_mut().map(std::mem::take).unwrap_or_default()
}

/// `a|b|c` an item, sorted; what an item has not is empty.
fn rows(root: &Path, id: &str, keys: &[&str]) -> Vec<String> {
    let cell = |item: &Value, key: &&str| match &item[*key] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let row = |item: &Value| keys.iter().map(|key| cell(item, key)).collect::<Vec<_>>().join("|");
    let mut rows: Vec<_> = recorded(root, id).iter().map(row).collect();
    rows.sort();
    rows
}

fn sorted(text: &str) -> Vec<String> {
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn packages_are_those_of_dpkg() {
    for root in real_roots().iter().filter(|root| root.join("var/lib/dpkg/status").is_file()) {
        let folder = format!("--admindir={}", root.join("var/lib/dpkg").display());
        let format = "-f=${Package}|${Version}|${Architecture}|${source:Package}|\
            ${db:Status-Want}|${db:Status-Status}\n";
        let Some(listed) = output("dpkg-query", &[&folder, "-W", format]) else { return };
        let row = |line: &str| {
            let fields: Vec<_> = line.split('|').collect();
            let [name, version, arch, source, want, status] = fields[..] else { panic!("{line}") };
            let state = match (want, status) {
                (_, "config-files") => return None,
                ("hold", "installed") => "hold",
                (_, "installed") => "",
                (_, other) => other,
            };
            Some(format!("{name}|{version}|{arch}|{source}|{state}"))
        };
        let theirs: Vec<_> = listed.lines().filter_map(row).collect();
        let keys = ["name", "version", "arch", "source", "state"];
        let mut ours = rows(root, "packages", &keys);
        // dpkg names the source of a package that is its own.
        for one in &mut ours {
            let fields: Vec<_> = one.split('|').collect();
            if fields[3].is_empty() {
                *one = [fields[0], fields[1], fields[2], fields[0], fields[4]].join("|");
            }
        }
        ours.sort();
        assert_eq!(ours, sorted(&theirs.join("\n")), "{}", root.display());
        assert!(recorded(root, "packages").iter().all(|one| one["installed"].is_string()));
    }
}

/// Where a root has its database of rpm, and which kind it is.
fn database(root: &Path) -> Option<(&'static str, &'static str)> {
    let kinds = [("rpmdb.sqlite", "sqlite"), ("Packages", "bdb_ro"), ("Packages.db", "ndb")];
    ["var/lib/rpm", "usr/lib/sysimage/rpm"].into_iter().find_map(|folder| {
        let is_there = |(file, _): &&(&str, &str)| root.join(folder).join(file).is_file();
        kinds.iter().find(is_there).map(|(_, kind)| (folder, *kind))
    })
}

#[test]
fn packages_are_those_of_rpm() {
    let roots = real_roots();
    for root in &roots {
        let Some((mut folder, mut kind)) = database(root) else { continue };
        let mut asked = root.clone();
        // Debian's rpm does not know this kind; the same packages are in the other one.
        if kind == "ndb" {
            (asked, folder, kind) = (root.with_file_name("rpm-sqlite"), "var/lib/rpm", "sqlite");
        }
        let folder = asked.join(folder);
        let (folder, kind) = (format!("{}", folder.display()), format!("_db_backend {kind}"));
        // What `%|EPOCH?{…}|` does where there is none: nothing.
        let format = "%{NAME}|%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}|%|ARCH?{%{ARCH}}||\
            %{INSTALLTIME}|%|VENDOR?{%{VENDOR}}||%|RSAHEADER?{%{RSAHEADER:pgpsig}}:\
            {%|DSAHEADER?{%{DSAHEADER:pgpsig}}:{%|SIGPGP?{%{SIGPGP:pgpsig}}:\
            {%|SIGGPG?{%{SIGGPG:pgpsig}}|}|}|}|\n";
        let args = ["--dbpath", &folder, "--define", &kind, "--nosignature", "-qa", "--qf", format];
        let Some(listed) = output("rpm", &args) else { return };
        let row = |line: &str| {
            let fields: Vec<_> = line.split('|').collect();
            let [name, version, arch, installed, vendor, signature] = fields[..] else {
                panic!("{line}")
            };
            let installed = crate::calendar::moment(installed.parse().expect("seconds"));
            let key = signature.rsplit_once("Key ID ").map_or("", |(_, key)| key);
            let installed = installed.unwrap_or_default();
            [name, version, arch, &installed, vendor, key].join("|")
        };
        let theirs: Vec<_> = listed.lines().map(row).collect();
        assert!(theirs.len() > 5, "{}: {listed}", root.display());
        let keys = ["name", "version", "arch", "installed", "vendor", "signed_by"];
        let ours = rows(root, "packages", &keys);
        assert_eq!(ours, sorted(&theirs.join("\n")), "{}", root.display());
    }
}

#[test]
fn packages_are_those_of_pacman() {
    for root in real_roots().iter().filter(|root| root.join("var/lib/pacman/local").is_dir()) {
        let (folder, path) = (root.join("var/lib/pacman"), root.display().to_string());
        let folder = folder.display().to_string();
        let args = ["--root", &path, "--dbpath", &folder, "-Q"];
        let Some(listed) = output("pacman", &args) else { return };
        let theirs = sorted(&listed.replace(' ', "|"));
        assert!(!theirs.is_empty());
        assert_eq!(rows(root, "packages", &["name", "version"]), theirs);
    }
}

#[test]
fn users_are_those_of_the_file() {
    for root in real_roots() {
        let text = std::fs::read_to_string(root.join("etc/passwd")).expect("accounts");
        let row = |line: &str| {
            let fields: Vec<_> = line.split(':').collect();
            [fields[0], fields[2], fields[3], fields[6]].join("|")
        };
        let theirs: Vec<_> = text.lines().map(row).collect();
        let ours = rows(&root, "users", &["name", "uid", "gid", "shell"]);
        assert_eq!(ours, sorted(&theirs.join("\n")));
    }
}

#[test]
fn file_systems_are_those_of_findmnt() {
    for root in real_roots().iter().filter(|root| root.join("etc/fstab").is_file()) {
        let file = root.join("etc/fstab").display().to_string();
        let args = ["--fstab", "--tab-file", &file, "--json", "--list", "--output"];
        let args = [&args[..], &["TARGET,SOURCE,FSTYPE,OPTIONS"]].concat();
        let Some(listed) = output("findmnt", &args) else { return };
        let listed: Value = serde_json::from_str(&listed).unwrap_or_default();
        let row = |item: &Value| {
            let cells = ["target", "source", "fstype", "options"].map(|key| item[key].as_str());
            cells.map(Option::unwrap_or_default).join("|")
        };
        let items = listed["filesystems"].as_array().into_iter().flatten();
        // Swap is mounted nowhere; findmnt shows it all the same.
        let items = items.filter(|item| item["fstype"] != "swap");
        let theirs: Vec<_> = items.map(row).collect();
        let row = |item: &Value| {
            let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
            let options = item["options"].as_array().into_iter().flatten();
            let options: Vec<_> = options.filter_map(Value::as_str).collect();
            [text("path"), text("device"), text("fstype"), options.join(",")].join("|")
        };
        let mut ours: Vec<_> = recorded(root, "fstab").iter().map(row).collect();
        ours.retain(|row| !row.contains("|swap|"));
        ours.sort();
        assert_eq!(ours, sorted(&theirs.join("\n")), "{}", root.display());
    }
}

#[test]
fn kernel_settings_are_those_of_systemd() {
    for root in real_roots().iter().filter(|root| root.join("etc/sysctl.d").is_dir()) {
        let at = format!("--root={}", root.display());
        let Some(listed) = output("systemd-analyze", &[&at, "cat-config", "sysctl.d"]) else {
            return;
        };
        let mut theirs = BTreeMap::new();
        for line in listed.lines().filter(|line| !line.trim_start().starts_with(['#', ';'])) {
            if let Some((key, value)) = line.split_once('=') {
                let key = key.trim().trim_start_matches('-').replace('/', ".");
                theirs.insert(key, value.trim().to_owned());
            }
        }
        let items = recorded(root, "sysctl").into_iter();
        let ours: BTreeMap<_, _> = items
            .map(|item| {
                let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
                (text("key"), text("configured"))
            })
            .collect();
        assert_eq!(ours, theirs, "{}", root.display());
    }
}
