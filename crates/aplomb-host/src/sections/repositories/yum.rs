//! Files of dnf(8), yum(8) and zypper(8): sections of keys.

use super::Found;
use crate::facts::Facts;
use crate::host::{Host, Text};
use crate::redact;

pub(super) fn read(host: &Host<'_>, found: &mut Found) {
    // dnf.conf(5) and yum.conf(5) check nothing unless they are told to; zypp.conf(5) does.
    for (manager, mains, folder, otherwise) in [
        ("yum", ["/etc/dnf/dnf.conf", "/etc/yum.conf"].as_slice(), "/etc/yum.repos.d", false),
        ("zypp", ["/etc/zypp/zypp.conf"].as_slice(), "/etc/zypp/repos.d", true),
    ] {
        let checks = mains.iter().find_map(|main| {
            let text = found.gaps.text(host, main, &["signed"])?;
            let sections = sections(&text);
            let main = sections.iter().find(|section| section.name == "main")?;
            main.get("gpgcheck").map(is_true)
        });
        for file in found.files(host, folder, &["repo"]) {
            let Some(text) = found.text(host, &file) else { continue };
            for section in sections(&text) {
                if section.name != "main" {
                    found.items.push(repository(
                        &text,
                        manager,
                        &section,
                        checks.unwrap_or(otherwise),
                    ));
                }
            }
        }
    }
}

fn repository(text: &Text, manager: &str, section: &Section, checks: bool) -> Facts {
    let location = ["baseurl", "mirrorlist", "metalink"];
    let uri = location.iter().find_map(|key| section.get(key)).unwrap_or_default();
    Facts::from(text.at(section.line))
        .with("manager", manager)
        .with("id", section.name.as_str())
        .with("uri", redact(uri))
        .with("enabled", section.get("enabled").is_none_or(is_true))
        .with("signed", section.get("gpgcheck").map_or(checks, is_true))
        .with_known("signed_by", section.get("gpgkey").map(redact))
        .with_known("metadata_signed", section.get("repo_gpgcheck").map(is_true))
}

fn is_true(value: &str) -> bool {
    ["1", "yes", "true", "on", "enabled"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

struct Section {
    name: String,
    line: usize,
    keys: Vec<(String, String)>,
}

impl Section {
    /// Of a key that is there twice the last counts.
    fn get(&self, key: &str) -> Option<&str> {
        let found = self.keys.iter().rev().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    }
}

fn sections(text: &Text) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for (line, written) in text.lines() {
        let trimmed = written.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push(Section { name: name.to_owned(), line, keys: Vec::new() });
        } else if let Some(section) = sections.last_mut() {
            match trimmed.split_once('=') {
                Some((key, value)) if !written.starts_with([' ', '\t']) => {
                    section.keys.push((key.trim().to_ascii_lowercase(), value.trim().to_owned()));
                }
                // A value goes on in lines that are set in.
                _ => {
                    if let Some((_, value)) = section.keys.last_mut() {
                        value.push_str(if value.is_empty() { "" } else { " " });
                        value.push_str(trimmed);
                    }
                }
            }
        }
    }
    sections
}
