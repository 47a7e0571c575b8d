use super::reading;
use crate::access::Refusal;
use crate::facts::{Collected, Facts, Gaps, Sourced};
use crate::host::{Host, Text};
use crate::section::Section;

pub(crate) const SSHD: Section = Section {
    id: "sshd",
    summary: "what the SSH server is configured to, with Include followed",
    sources: &[
        "/etc/ssh/sshd_config",
        "/etc/ssh/sshd_config.d",
        "/etc/ssh/sshd_config.d/*",
        "/etc/ssh/**",
    ],
    is_opt_in: false,
    collect,
};

const CONFIG: &str = "/etc/ssh/sshd_config";
/// Includes in a row, as sshd counts them.
const MOST_INCLUDES: usize = 16;
/// Files in all.
const MOST_FILES: usize = 1000;

fn collect(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let main = match host.text(CONFIG) {
        Ok(main) => main,
        Err(refusal) => return Collected::refused(CONFIG, "file", &refusal),
    };
    let mut merged = Merged { host, gaps: &mut gaps, blocks: vec![Block::default()], files: 0 };
    merged.file(&main, 0, MOST_INCLUDES);
    let (text, places) = written(&merged.blocks);
    let whole = Text { path: CONFIG.to_owned(), body: text, is_cut: false };
    let Some(tree) = reading::tree(&whole, "sshd_config", &mut gaps) else {
        return gaps.nothing(CONFIG, "file");
    };
    let effective = tree.documents.first().and_then(|document| document.get("effective"));
    let mut blocks = Vec::new();
    for block in effective.map(aplomb_model::Node::items).unwrap_or_default() {
        let mut facts = Facts::default();
        let mut from = Facts::default();
        for member in block.members() {
            facts.put(&member.key, reading::json(&member.value));
            let place = places.get(reading::line(&tree, &member.value).saturating_sub(1));
            // The criteria of what is global stand nowhere.
            let is_written = member.value.value != aplomb_model::Value::Null;
            if let Some(place) = place.filter(|_| is_written) {
                from.put(&member.key, place.as_str());
            }
        }
        blocks.push(serde_json::Value::from(facts.with("from", from)));
    }
    let mut sshd = Sourced::default();
    sshd.put("effective", blocks, CONFIG);
    gaps.object(CONFIG, "file", sshd)
}

/// The global settings, or a `Match` block.
#[derive(Default)]
struct Block {
    criteria: Option<(String, String)>,
    lines: Vec<(String, String)>,
}

/// All files as one: global settings first, then every block. What a block sets overrides what is
/// global wherever it stands, and a `Match` ends with the file it stands in.
struct Merged<'a> {
    host: &'a Host<'a>,
    gaps: &'a mut Gaps,
    blocks: Vec<Block>,
    files: usize,
}

impl Merged<'_> {
    fn file(&mut self, text: &Text, outer: usize, levels: usize) {
        let mut current = outer;
        for (number, line) in text.lines() {
            let place = text.at(number);
            match keyword(line) {
                ("include", rest) => self.include(rest, &place, current, levels),
                ("match", rest) => {
                    let around = self.blocks.get(outer).and_then(|block| block.criteria.as_ref());
                    let around =
                        around.map_or(String::new(), |(criteria, _)| format!("{criteria} "));
                    let criteria = Some((format!("{around}{rest}"), place));
                    self.blocks.push(Block { criteria, lines: Vec::new() });
                    current = self.blocks.len() - 1;
                }
                ("" | "#", _) => {}
                _ => {
                    if let Some(block) = self.blocks.get_mut(current) {
                        block.lines.push((line.trim().to_owned(), place));
                    }
                }
            }
        }
    }

    fn include(&mut self, patterns: &str, place: &str, current: usize, levels: usize) {
        if levels == 0 {
            return self.gaps.add(place, &Refusal::Circle, &["effective"]);
        }
        for pattern in patterns.split_whitespace() {
            let pattern = pattern.trim_matches('"');
            let whole = if pattern.starts_with('/') {
                pattern.into()
            } else {
                format!("/etc/ssh/{pattern}")
            };
            for path in self.matching(&whole, place) {
                self.files += 1;
                if self.files > MOST_FILES {
                    return self.gaps.add(place, &Refusal::TooMuch, &["effective"]);
                }
                if let Some(text) = self.gaps.text(self.host, &path, &["effective"]) {
                    self.file(&text, current, levels - 1);
                }
            }
        }
    }

    /// The files that fit a pattern, sorted. Only the name may be one, as everywhere in the field.
    fn matching(&mut self, pattern: &str, place: &str) -> Vec<String> {
        let (folder, name) = pattern.rsplit_once('/').unwrap_or(("", pattern));
        let is_glob = |text: &str| text.contains(['*', '?', '[']);
        if !is_glob(pattern) {
            return vec![pattern.to_owned()];
        }
        let parts = name.split_once('*').filter(|(_, after)| !is_glob(after));
        let (Some((before, after)), false) = (parts, is_glob(folder)) else {
            self.gaps
                .not_understood(place.to_owned(), "a pattern with more than one `*` in the name");
            return Vec::new();
        };
        let mut names = self.gaps.names(self.host, folder, after, &["effective"]);
        let fits = |name: &String| {
            let long_enough = name.len() >= before.len() + after.len();
            long_enough
                && name.starts_with(before)
                && (!name.starts_with('.') || before.starts_with('.'))
        };
        names.retain(fits);
        names.into_iter().map(|name| format!("{folder}/{name}")).collect()
    }
}

/// The keyword of a line in lower case, and the rest.
fn keyword(line: &str) -> (&str, &str) {
    let line = line.trim();
    if line.starts_with('#') {
        return ("#", "");
    }
    let end = line.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=').trim_end();
    for known in ["include", "match"] {
        if word.eq_ignore_ascii_case(known) {
            return (known, rest);
        }
    }
    (word, rest)
}

/// The blocks as one file, and where each of its lines comes from.
fn written(blocks: &[Block]) -> (String, Vec<String>) {
    let mut text = String::new();
    let mut places = Vec::new();
    for block in blocks {
        let head = block.criteria.as_ref().map(|(criteria, at)| (format!("Match {criteria}"), at));
        let lines = block.lines.iter().map(|(line, place)| (line.clone(), place));
        for (line, place) in head.into_iter().chain(lines) {
            text.push_str(&line);
            text.push('\n');
            places.push(place.clone());
        }
    }
    (text, places)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Files, section};

    #[test]
    fn includes_are_followed_and_the_first_value_wins() {
        let files = Files::new(&[
            (
                "/etc/ssh/sshd_config",
                "# c\nInclude /etc/ssh/sshd_config.d/*.conf\nPort 22\npermitrootlogin yes\n\
                Match User legacy\n  PasswordAuthentication yes\n  Include extra\n",
            ),
            ("/etc/ssh/sshd_config.d/20-b.conf", "Port 2222\nPermitRootLogin no\n"),
            (
                "/etc/ssh/sshd_config.d/10-a.conf",
                "PermitRootLogin prohibit-password\nMatch Group admins\nAllowTcpForwarding yes\n",
            ),
            ("/etc/ssh/sshd_config.d/readme", "not read\n"),
            ("/etc/ssh/extra", "X11Forwarding no\nMatch Address 192.0.2.0/24\nPermitTTY no\n"),
        ]);
        let (sshd, entry) = section(files.root(), "sshd");
        let main = "/etc/ssh/sshd_config";
        let a = "/etc/ssh/sshd_config.d/10-a.conf";
        let expected = json!([
                    {"match": null, "PermitRootLogin": "prohibit-password", "Port": ["2222", "22"],
                        "from": {"PermitRootLogin": format!("{a}:1"),
                            "Port": "/etc/ssh/sshd_config.d/20-b.conf:1",
        }},
                    {"match": "Group admins", "AllowTcpForwarding": "yes",
                        "from": {"match": format!("{a}:2"), "AllowTcpForwarding": format!("{a}:3")}},
                    {"match": "User legacy", "PasswordAuthentication": "yes", "X11Forwarding": "no",
                        "from": {"match": format!("{main}:5"),
                            "PasswordAuthentication": format!("{main}:6"),
                            "X11Forwarding": "/etc/ssh/extra:1"}},
                    {"match": "User legacy Address 192.0.2.0/24", "PermitTTY": "no",
                        "from": {"match": "/etc/ssh/extra:2", "PermitTTY": "/etc/ssh/extra:3"}},
                ]);
        assert_eq!(sshd["effective"], expected);
        assert_eq!(entry.get("gaps"), None);
    }

    #[test]
    fn includes_that_lead_in_a_circle_end() {
        let files = Files::new(&[("/etc/ssh/sshd_config", "Port 1\nInclude sshd_config\n")]);
        let (sshd, entry) = section(files.root(), "sshd");
        assert_eq!(sshd["effective"][0]["Port"].as_array().map(Vec::len), Some(17));
        assert_eq!(entry["gaps"][0]["members"], json!(["effective"]));
        assert_eq!(section(Files::new(&[]).root(), "sshd").1["status"], "absent");
        let files = Files::new(&[("/etc/ssh/sshd_config", "Port\n")]);
        assert_eq!(section(files.root(), "sshd").1["status"], "unsupported");
    }
}
