use aplomb_read::unescaped;

use crate::facts::{Collected, Facts, Gaps};
use crate::host::{Host, Text, has_extension};
use crate::redact;
use crate::section::Section;

mod apt;
mod yum;

pub(crate) const REPOSITORIES: Section = Section {
    id: "repositories",
    summary: "where packages come from, and whether what comes is checked against a signature",
    sources: &[
        "/etc/apt/sources.list",
        "/etc/apt/sources.list.d",
        "/etc/apt/sources.list.d/*",
        "/etc/apt/apt.conf",
        "/etc/apt/apt.conf.d",
        "/etc/apt/apt.conf.d/*",
        "/etc/dnf/dnf.conf",
        "/etc/yum.conf",
        "/etc/yum.repos.d",
        "/etc/yum.repos.d/*",
        "/etc/zypp/zypp.conf",
        "/etc/zypp/repos.d",
        "/etc/zypp/repos.d/*",
        "/etc/apk/repositories",
        "/etc/apk/repositories.d",
        "/etc/apk/repositories.d/*",
    ],
    is_opt_in: false,
    collect,
};

fn collect(host: &Host<'_>) -> Collected {
    let mut found = Found { gaps: Gaps::default(), items: Vec::new(), read: Vec::new() };
    apt::read(host, &mut found);
    yum::read(host, &mut found);
    found.apk(host);
    if found.read.is_empty() {
        return found.gaps.nothing("/etc/apt/sources.list", "file");
    }
    found.gaps.list(&found.read.join(" "), "file", found.items)
}

struct Found {
    gaps: Gaps,
    items: Vec<Facts>,
    read: Vec<String>,
}

impl Found {
    fn text(&mut self, host: &Host<'_>, path: &str) -> Option<Text> {
        let text = self.gaps.text(host, path, &[])?;
        self.read.push(path.to_owned());
        Some(text)
    }

    /// The files in a folder that end in one of `extensions`.
    fn files(&mut self, host: &Host<'_>, folder: &str, extensions: &[&str]) -> Vec<String> {
        let names = self.gaps.names(host, folder, "", &[]);
        let is_taken =
            |name: &String| extensions.iter().any(|extension| has_extension(name, extension));
        names.into_iter().filter(is_taken).map(|name| format!("{folder}/{name}")).collect()
    }

    /// apk-repositories(5). apk takes nothing that is not signed by a key of `/etc/apk/keys`,
    /// whatever its files say.
    fn apk(&mut self, host: &Host<'_>) {
        let mut files = vec!["/etc/apk/repositories".to_owned()];
        files.extend(self.files(host, "/etc/apk/repositories.d", &["list"]));
        for file in files {
            let Some(text) = self.text(host, &file) else { continue };
            for (number, line) in text.lines() {
                let line = line.trim();
                if line.is_empty() || line.starts_with('#') {
                    continue;
                }
                let mut words = line.split_whitespace();
                let first = words.next().unwrap_or_default();
                let tag = first.strip_prefix('@');
                let uri = if tag.is_some() { words.next().unwrap_or_default() } else { first };
                let facts = Facts::from(text.at(number))
                    .with("manager", "apk")
                    .with("uri", redact(&unescaped(uri)))
                    .with("enabled", true)
                    .with("signed", true)
                    .with_known("id", tag);
                self.items.push(facts);
            }
        }
    }
}

#[cfg(test)]
mod tests;
