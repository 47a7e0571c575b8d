//! sources.list(5), in both of its forms.

use super::Found;
use crate::facts::Facts;
use crate::host::{Host, Text};
use crate::redact;

pub(super) fn read(host: &Host<'_>, found: &mut Found) {
    let before = found.read.len();
    let insecure = allows_insecure(host, found);
    // Options of apt are no repository: that they are there says nothing yet.
    found.read.truncate(before);
    let mut files = vec!["/etc/apt/sources.list".to_owned()];
    files.extend(found.files(host, "/etc/apt/sources.list.d", &["list", "sources"]));
    for file in files {
        let Some(text) = found.text(host, &file) else { continue };
        if file.ends_with(".sources") {
            paragraphs(&text, insecure, found)
        } else {
            lines(&text, insecure, found)
        }
    }
}

/// Whether apt itself is told to take what is not signed.
fn allows_insecure(host: &Host<'_>, found: &mut Found) -> bool {
    const OPTIONS: &[&str] = &[
        "apt::get::allowunauthenticated",
        "acquire::allowinsecurerepositories",
        "acquire::allowdowngradetoinsecurerepositories",
    ];
    let mut files = vec!["/etc/apt/apt.conf".to_owned()];
    let names = found.gaps.names(host, "/etc/apt/apt.conf.d", "", &["signed"]);
    files.extend(names.into_iter().map(|name| format!("/etc/apt/apt.conf.d/{name}")));
    files.iter().any(|file| {
        let Some(text) = found.gaps.text(host, file, &["signed"]) else { return false };
        text.lines().any(|(_, line)| {
            let mut words = line.split_whitespace();
            let name = words.next().unwrap_or_default().to_ascii_lowercase();
            let value = words.next().unwrap_or_default().trim_matches(['"', ';']);
            OPTIONS.contains(&name.as_str()) && is_yes(value)
        })
    })
}

fn is_yes(value: &str) -> bool {
    ["yes", "true", "1", "on", "enable"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// `deb [option=value …] uri suite component …`, a line each.
fn lines(text: &Text, insecure: bool, found: &mut Found) {
    for (number, line) in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let (kind, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim_start();
        let (options, rest) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((options, rest)) => (options, rest),
            None => ("", rest),
        };
        let mut words = rest.split_whitespace();
        let (Some(uri), Some(suite)) = (words.next(), words.next()) else {
            found.gaps.not_understood(text.at(number), "a source is a type, a URI and a suite");
            continue;
        };
        let option = |name: &str| {
            let mut options = options.split_whitespace().filter_map(|one| one.split_once('='));
            options.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
        };
        let source = Source {
            place: text.at(number),
            is_enabled: true,
            is_signed: !insecure
                && !["trusted", "allow-insecure"]
                    .iter()
                    .any(|name| option(name).is_some_and(is_yes)),
            signed_by: option("signed-by").map(str::to_owned),
            components: words.map(str::to_owned).collect(),
        };
        found.items.push(source.into_facts(kind, uri, suite));
    }
}

/// Paragraphs of fields, each of which stands for every combination of its types, URIs and suites.
fn paragraphs(text: &Text, insecure: bool, found: &mut Found) {
    let mut fields: Vec<(String, String, usize)> = Vec::new();
    let lines = text.lines().chain(std::iter::once((0, "")));
    for (number, line) in lines {
        if line.starts_with('#') {
            continue;
        }
        if line.trim().is_empty() {
            paragraph(text, &std::mem::take(&mut fields), insecure, found);
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value, _)) = fields.last_mut() {
                value.push('\n');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned(), number));
        } else {
            found.gaps.not_understood(text.at(number), "a field is `Name: value`");
        }
    }
}

fn paragraph(text: &Text, fields: &[(String, String, usize)], insecure: bool, found: &mut Found) {
    let field = |name: &str| fields.iter().find(|(key, _, _)| key == name);
    let value = |name: &str| field(name).map(|(_, value, _)| value.as_str());
    let words = |name: &str| value(name).unwrap_or_default().split_whitespace();
    let Some((_, _, number)) = field("uris") else { return };
    for kind in words("types") {
        for uri in words("uris") {
            for suite in words("suites") {
                let source = Source {
                    place: text.at(*number),
                    is_enabled: !value("enabled").is_some_and(|value| !is_yes(value)),
                    is_signed: !insecure
                        && !["trusted", "allow-insecure"]
                            .iter()
                            .any(|name| value(name).is_some_and(is_yes)),
                    // A key may stand in the file itself.
                    signed_by: value("signed-by").map(|key| {
                        if key.contains('\n') { "inline".to_owned() } else { key.to_owned() }
                    }),
                    components: words("components").map(str::to_owned).collect(),
                };
                found.items.push(source.into_facts(kind, uri, suite));
            }
        }
    }
}

struct Source {
    place: String,
    is_enabled: bool,
    is_signed: bool,
    signed_by: Option<String>,
    components: Vec<String>,
}

impl Source {
    fn into_facts(self, kind: &str, uri: &str, suite: &str) -> Facts {
        Facts::from(self.place)
            .with("manager", "apt")
            .with("kind", kind)
            .with("uri", redact(uri))
            .with("suite", suite)
            .with("components", self.components)
            .with("enabled", self.is_enabled)
            .with("signed", self.is_signed)
            .with_known("signed_by", self.signed_by)
    }
}
