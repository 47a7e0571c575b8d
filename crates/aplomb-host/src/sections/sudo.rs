use crate::access::Refusal;
use crate::facts::{Collected, Facts, Gaps};
use crate::host::Host;
use crate::redact;
use crate::section::Section;

pub(crate) const SUDO: Section = Section {
    id: "sudo",
    summary: "what sudoers files say, line by line, with what they include",
    sources: &["/etc/sudoers", "/etc/sudoers.d", "/etc/sudoers.d/*", "/etc/**"],
    is_opt_in: false,
    collect,
};

const MAIN: &str = "/etc/sudoers";
/// Includes in a row, as sudoers(5) counts them.
const MOST_LEVELS: usize = 128;
const MOST_LINES: usize = 50_000;

fn collect(host: &Host<'_>) -> Collected {
    let mut lines = Lines { host, gaps: Gaps::default(), items: Vec::new(), read: Vec::new() };
    lines.file(MAIN, MOST_LEVELS);
    if lines.read.is_empty() {
        return lines.gaps.nothing(MAIN, "file");
    }
    lines.gaps.list(&lines.read.join(" "), "file", lines.items)
}

struct Lines<'a> {
    host: &'a Host<'a>,
    gaps: Gaps,
    items: Vec<Facts>,
    read: Vec<String>,
}

impl Lines<'_> {
    fn file(&mut self, path: &str, levels: usize) {
        let Some(text) = self.gaps.text(self.host, path, &[]) else { return };
        self.read.push(path.to_owned());
        let mut begun: Option<(usize, String)> = None;
        for (number, line) in text.lines() {
            let (first, before) = begun.take().unwrap_or((number, String::new()));
            // One that ends in a backslash goes on.
            if let Some(part) = line.strip_suffix('\\') {
                begun = Some((first, before + part));
                continue;
            }
            let line = before + line;
            let line = line.trim();
            // What includes may begin with a comment's sign.
            let is_include = ["#include ", "#includedir ", "@include ", "@includedir "]
                .iter()
                .any(|word| line.starts_with(word));
            if line.is_empty() || line.starts_with('#') && !is_include {
                continue;
            }
            if self.items.len() >= MOST_LINES {
                return self.gaps.cut(path);
            }
            let facts = Facts::from(text.at(first)).with("file", path).with("line", redact(line));
            self.items.push(facts);
            if is_include {
                self.include(line, &text.at(first), path, levels);
            }
        }
    }

    fn include(&mut self, line: &str, place: &str, from: &str, levels: usize) {
        let (word, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let name = name.trim().trim_matches('"');
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let whole =
            if name.starts_with('/') { name.to_owned() } else { format!("{folder}/{name}") };
        if levels == 0 {
            return self.gaps.add(place, &Refusal::Circle, &[]);
        }
        if !whole.starts_with("/etc/") || whole.contains("..") || whole.contains('%') {
            return self.gaps.not_understood(place.to_owned(), "what lies elsewhere is not read");
        }
        if !word.ends_with("dir") {
            return self.file(&whole, levels - 1);
        }
        // Names with a dot, or that end in `~`, are passed over.
        for name in self.gaps.names(self.host, &whole, "", &[]) {
            if !name.contains('.') && !name.ends_with('~') {
                self.file(&format!("{whole}/{name}"), levels - 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Files, section};

    #[test]
    fn lines_that_say_something_are_kept() {
        let files = Files::new(&[
            ("/etc/sudoers", "# c\nDefaults env_reset\n\n#includedir /etc/sudoers.d\n"),
            ("/etc/sudoers.d/ops", "ops ALL=(ALL) NOPASSWD: ALL\n"),
            ("/etc/sudoers.d/old.dpkg-old", "x ALL=(ALL) ALL\n"),
            ("/etc/sudoers.d/README", "# nothing\n"),
        ]);
        let (sudo, _) = section(files.root(), "sudo");
        let expected = json!([
            {"from": "/etc/sudoers:2", "file": "/etc/sudoers", "line": "Defaults env_reset"},
            {"from": "/etc/sudoers:4", "file": "/etc/sudoers", "line": "#includedir /etc/sudoers.d"},
            {"from": "/etc/sudoers.d/ops:1", "file": "/etc/sudoers.d/ops",
                "line": "ops ALL=(ALL) NOPASSWD: ALL"},
        ]);
        assert_eq!(sudo, expected);
        let (sudo, entry) = section(files.live(&["/etc/sudoers", "/etc/sudoers.d"]), "sudo");
        assert!(sudo.is_null() && entry["status"] == "denied");
    }

    #[test]
    fn includes_are_followed_and_lines_joined() {
        let files = Files::new(&[
            (
                "/etc/sudoers",
                "@include local\n#include /etc/x\nops ALL = \\\n  /bin/a\n@include /opt/x\n",
            ),
            ("/etc/local", "@include local\n"),
            ("/etc/x", "x ALL=(ALL) ALL\n"),
            ("/etc/sudoers.d/unread", "y ALL=(ALL) ALL\n"),
        ]);
        let (sudo, entry) = section(files.root(), "sudo");
        let lines: Vec<_> = sudo
            .as_array()
            .expect("a list")
            .iter()
            .filter(|one| one["file"] != "/etc/local")
            .collect();
        assert_eq!(
            lines[1],
            &json!({"from": "/etc/sudoers:2", "file": "/etc/sudoers", "line": "#include /etc/x"})
        );
        assert_eq!(lines[2]["line"], "x ALL=(ALL) ALL");
        assert_eq!(
            (&lines[3]["from"], &lines[3]["line"]),
            (&json!("/etc/sudoers:3"), &json!("ops ALL =   /bin/a"))
        );
        let gaps = entry["gaps"].as_array().expect("gaps");
        assert_eq!(gaps.len(), 2);
        assert!(!sudo.to_string().contains("unread"));
    }
}
