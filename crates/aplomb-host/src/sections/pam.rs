use aplomb_model::Node;

use super::reading;
use crate::access::{FileKind, Refusal};
use crate::facts::{Collected, Facts, Gaps};
use crate::host::{Host, Text};
use crate::redact;
use crate::section::Section;

pub(crate) const PAM: Section = Section {
    id: "pam",
    summary: "how each service lets people in: its stack of PAM modules, with what it includes",
    sources: &["/etc/pam.d", "/etc/pam.d/*", "/usr/lib/pam.d/*", "/etc/pam.conf"],
    is_opt_in: false,
    collect,
};

const FOLDER: &str = "/etc/pam.d";
const MOST_LEVELS: usize = 16;
/// Lines of all stacks together.
const MOST_ITEMS: usize = 20_000;

fn collect(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let listed = host.access().list(std::path::Path::new(FOLDER));
    let Some(entries) = gaps.seen(FOLDER, &[], listed) else {
        return gaps.nothing(FOLDER, "file");
    };
    let mut stacks = Stacks { host, gaps, items: Vec::new(), is_full: false };
    for entry in entries {
        let Ok(service) = entry.name.into_string() else { continue };
        let is_left_over =
            service.contains(".dpkg-") || service.contains(".rpm") || service.ends_with('~');
        if entry.kind == FileKind::Folder || service.starts_with('.') || is_left_over {
            continue;
        }
        stacks.file(&service, &service, None, MOST_LEVELS);
    }
    let Stacks { gaps, items, .. } = stacks;
    gaps.list(FOLDER, "file", items)
}

struct Stacks<'a> {
    host: &'a Host<'a>,
    gaps: Gaps,
    items: Vec<Facts>,
    is_full: bool,
}

impl Stacks<'_> {
    /// The lines of `file` that are of the kind `only`, as a part of the stack of `service`.
    fn file(&mut self, service: &str, file: &str, only: Option<&str>, levels: usize) {
        let paths = if file.starts_with('/') {
            vec![file.to_owned()]
        } else {
            vec![format!("{FOLDER}/{file}"), format!("/usr/lib/pam.d/{file}")]
        };
        // Only the two folders are looked into: nothing else is a stack.
        let paths = paths.iter().filter(|path| {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            matches!(folder, FOLDER | "/usr/lib/pam.d")
        });
        let mut found = None;
        for path in paths {
            found = self.gaps.text(self.host, path, &[]);
            if found.is_some() {
                break;
            }
        }
        let Some(text) = found else { return };
        for (number, line) in joined(&text) {
            self.line(service, &text, number, &line, only, levels);
        }
    }

    fn line(
        &mut self,
        service: &str,
        text: &Text,
        number: usize,
        line: &str,
        only: Option<&str>,
        levels: usize,
    ) {
        let line = line.split('#').next().unwrap_or_default().trim();
        let Some((first, rest)) = line.split_once(char::is_whitespace) else { return };
        if first == "@include" {
            return self.inner(service, text, number, rest.trim(), only, levels);
        }
        // Read alone, a line keeps its place among those that are included.
        let alone = Text { path: text.at(number), body: line.to_owned(), is_cut: false };
        let Some(tree) = reading::tree(&alone, "pam", &mut self.gaps) else { return };
        let entries = tree.documents.first().and_then(|document| document.get("entries"));
        let Some(entry) = entries.and_then(|entries| entries.items().first()) else { return };
        let of = |key| entry.get(key).and_then(Node::as_str).unwrap_or_default();
        let (kind, control, module) = (of("type"), of("control"), of("module"));
        if only.is_some_and(|only| only != kind) {
            return;
        }
        if matches!(control, "include" | "substack") {
            return self.inner(service, text, number, module, Some(kind), levels);
        }
        if self.items.len() >= MOST_ITEMS {
            if !std::mem::replace(&mut self.is_full, true) {
                self.gaps.cut(&text.path);
            }
            return;
        }
        let arguments = entry.get("args").map(Node::items).unwrap_or_default();
        let arguments = arguments.iter().filter_map(Node::as_str);
        let arguments: Vec<String> = arguments.map(|word| redact(word).into_owned()).collect();
        let facts = Facts::from(text.at(number))
            .with("service", service)
            .with("kind", kind)
            .with("control", control)
            .with("module", module.rsplit('/').next().unwrap_or(module))
            .with("arguments", arguments);
        self.items.push(facts);
    }

    fn inner(
        &mut self,
        service: &str,
        text: &Text,
        number: usize,
        file: &str,
        only: Option<&str>,
        levels: usize,
    ) {
        if levels == 0 {
            return self.gaps.add(&text.at(number), &Refusal::Circle, &[]);
        }
        if !self.is_full {
            self.file(service, file, only, levels - 1);
        }
    }
}

/// The lines, each with the number it begins on: one that ends in a backslash goes on.
fn joined(text: &Text) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (number, line) in text.lines() {
        let part = line.strip_suffix('\\');
        match lines.last_mut().filter(|_| goes_on) {
            Some((_, before)) => before.push_str(part.unwrap_or(line)),
            None => lines.push((number, part.unwrap_or(line).to_owned())),
        }
        goes_on = part.is_some();
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Files, section};

    #[test]
    fn stacks_are_whole() {
        let files = Files::new(&[
            ("/etc/pam.d/sshd", "# c\n@include common-auth\naccount required pam_nologin.so\n"),
            (
                "/etc/pam.d/common-auth",
                "auth\trequired pam_faillock.so preauth deny=3\n\
                auth [success=1 default=ignore] pam_unix.so \\\n nullok\n",
            ),
            (
                "/etc/pam.d/su",
                "auth include common-auth\n-session optional /lib/security/pam_x.so\n",
            ),
            ("/etc/pam.d/su.dpkg-old", "auth sufficient pam_permit.so\n"),
            ("/etc/pam.d/loop", "auth include loop\nauth required\n"),
        ]);
        let (pam, entry) = section(files.root(), "pam");
        let of = |service: &str| {
            let items = pam.as_array().expect("a list").iter();
            items.filter(|item| item["service"] == service).collect::<Vec<_>>()
        };
        let modules: Vec<_> = of("sshd").iter().map(|item| item["module"].clone()).collect();
        assert_eq!(modules, ["pam_faillock.so", "pam_unix.so", "pam_nologin.so"]);
        let unix = of("sshd")[1];
        assert_eq!(unix["from"], "/etc/pam.d/common-auth:2");
        assert_eq!(
            (&unix["control"], &unix["arguments"]),
            (&json!("success=1 default=ignore"), &json!(["nullok"]))
        );
        let kinds: Vec<_> = of("su").iter().map(|item| item["kind"].clone()).collect();
        assert_eq!(kinds, ["auth", "auth", "session"]);
        let places: Vec<_> =
            entry["gaps"].as_array().expect("gaps").iter().map(|gap| &gap["from"]).collect();
        assert!(
            places.contains(&&json!("/etc/pam.d/loop:1"))
                && places.contains(&&json!("/etc/pam.d/loop:2"))
        );
    }
}
