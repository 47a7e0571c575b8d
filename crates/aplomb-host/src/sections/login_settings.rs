use crate::facts::{Collected, Facts, Gaps};
use crate::host::{Host, Text, has_extension};
use crate::redact::redact_value;
use crate::section::Section;

pub(crate) const LOGIN_SETTINGS: Section = Section {
    id: "login_settings",
    summary: "passwords, lockout, limits, session timeout and umask, as login.defs, pwquality, faillock, limits and shells set them",
    sources: &[
        "/etc/login.defs",
        "/etc/default/useradd",
        "/etc/security/pwquality.conf",
        "/etc/security/pwquality.conf.d",
        "/etc/security/pwquality.conf.d/*",
        "/etc/security/faillock.conf",
        "/etc/security/limits.conf",
        "/etc/security/limits.d",
        "/etc/security/limits.d/*",
        "/etc/profile",
        "/etc/profile.d",
        "/etc/profile.d/*",
        "/etc/bash.bashrc",
        "/etc/bashrc",
        "/etc/environment",
    ],
    is_opt_in: false,
    collect,
};

fn collect(host: &Host<'_>) -> Collected {
    let mut found = Found { gaps: Gaps::default(), items: Vec::new(), read: Vec::new() };
    for (file, of, sign) in [
        ("/etc/login.defs", "login.defs", None),
        ("/etc/default/useradd", "useradd", Some('=')),
        ("/etc/security/pwquality.conf", "pwquality", Some('=')),
        ("/etc/security/faillock.conf", "faillock", Some('=')),
    ] {
        found.settings(host, file, of, sign);
    }
    for file in found.files(host, "/etc/security/pwquality.conf.d", "conf") {
        found.settings(host, &file, "pwquality", Some('='));
    }
    found.limits(host, "/etc/security/limits.conf");
    for file in found.files(host, "/etc/security/limits.d", "conf") {
        found.limits(host, &file);
    }
    let mut shells = vec!["/etc/environment".to_owned(), "/etc/profile".to_owned()];
    shells.extend(found.files(host, "/etc/profile.d", "sh"));
    shells.extend(["/etc/bash.bashrc".to_owned(), "/etc/bashrc".to_owned()]);
    for file in shells {
        found.shell(host, &file);
    }
    if found.read.is_empty() {
        return found.gaps.nothing("/etc/login.defs", "file");
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

    fn files(&mut self, host: &Host<'_>, folder: &str, extension: &str) -> Vec<String> {
        let mut names = self.gaps.names(host, folder, "", &[]);
        names.retain(|name| has_extension(name, extension));
        names.into_iter().map(|name| format!("{folder}/{name}")).collect()
    }

    fn item(&mut self, place: String, of: &str, key: &str, value: &str) {
        let facts = Facts::from(place).with("of", of).with("key", key);
        self.items.push(facts.with("value", redact_value(key, value)));
    }

    /// `KEY value` or `key = value`; a key alone is switched on.
    fn settings(&mut self, host: &Host<'_>, path: &str, of: &str, sign: Option<char>) {
        let Some(text) = self.text(host, path) else { return };
        for (number, line) in text.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            let split = match sign {
                Some(sign) => line.split_once(sign),
                None => line.split_once(char::is_whitespace),
            };
            let (key, value) = split.unwrap_or((line, ""));
            if !key.is_empty() {
                self.item(text.at(number), of, key.trim(), value.trim().trim_matches('"'));
            }
        }
    }

    /// limits.conf(5): the domain, `soft`, `hard` or `-`, the item and its value.
    fn limits(&mut self, host: &Host<'_>, path: &str) {
        let Some(text) = self.text(host, path) else { return };
        for (number, line) in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                [] => {}
                [domain, kind, item, value] => {
                    let facts = Facts::from(text.at(number))
                        .with("of", "limits")
                        .with("domain", *domain)
                        .with("kind", *kind)
                        .with("key", *item)
                        .with("value", *value);
                    self.items.push(facts);
                }
                _ => self.gaps.not_understood(text.at(number), "a limit is four words"),
            }
        }
    }

    /// What shells set for everybody: the session timeout, whether it may be changed, and the umask.
    fn shell(&mut self, host: &Host<'_>, path: &str) {
        let Some(text) = self.text(host, path) else { return };
        for (number, line) in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            // Several commands may share a line.
            for command in line.split([';', '&', '|']) {
                let mut words = command.split_whitespace().peekable();
                let mut is_final = false;
                while let Some(word) = words.peek() {
                    let is_readonly = matches!(*word, "readonly" | "declare" | "typeset");
                    if !is_readonly
                        && !matches!(
                            *word,
                            "export" | "-r" | "-x" | "-xr" | "-rx" | "then" | "else" | "{"
                        )
                    {
                        break;
                    }
                    is_final |= matches!(*word, "readonly" | "-r" | "-xr" | "-rx");
                    words.next();
                }
                let Some(word) = words.next() else { continue };
                match word.split_once('=') {
                    Some(("TMOUT", value)) => self.item(
                        text.at(number),
                        "shell",
                        "TMOUT",
                        value.trim_matches(['"', '\'']),
                    ),
                    None if word == "umask" => {
                        let mask = words
                            .next()
                            .filter(|mask| mask.bytes().all(|byte| byte.is_ascii_digit()));
                        if let Some(mask) = mask {
                            self.item(text.at(number), "shell", "umask", mask);
                        }
                    }
                    _ => {}
                }
                let names_it = word == "TMOUT"
                    || word.starts_with("TMOUT=")
                    || words.any(|word| word == "TMOUT");
                if is_final && names_it {
                    self.item(text.at(number), "shell", "TMOUT readonly", "yes");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{Files, section};

    #[test]
    fn settings_are_told_with_their_places() {
        let files = Files::new(&[
            ("/etc/login.defs", "# c\nUMASK\t\t027\nENCRYPT_METHOD yescrypt # c\n"),
            ("/etc/security/pwquality.conf", "minlen = 12\nenforce_for_root\n"),
            ("/etc/security/limits.d/a.conf", "* hard core 0\nbad line\n"),
            (
                "/etc/profile.d/timeout.sh",
                "TMOUT=600; readonly TMOUT\nexport TMOUT\numask 027\numask\n",
            ),
            ("/etc/bash.bashrc", "declare -xr TMOUT=300\n"),
        ]);
        let (found, entry) = section(files.root(), "login_settings");
        let found: Vec<String> = found
            .as_array()
            .expect("a list")
            .iter()
            .map(|item| {
                let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
                format!("{} {} {}={}", text("from"), text("of"), text("key"), text("value"))
            })
            .collect();
        let expected = [
            "/etc/login.defs:2 login.defs UMASK=027",
            "/etc/login.defs:3 login.defs ENCRYPT_METHOD=yescrypt",
            "/etc/security/pwquality.conf:1 pwquality minlen=12",
            "/etc/security/pwquality.conf:2 pwquality enforce_for_root=",
            "/etc/security/limits.d/a.conf:1 limits core=0",
            "/etc/profile.d/timeout.sh:1 shell TMOUT=600",
            "/etc/profile.d/timeout.sh:1 shell TMOUT readonly=yes",
            "/etc/profile.d/timeout.sh:3 shell umask=027",
            "/etc/bash.bashrc:1 shell TMOUT=300",
            "/etc/bash.bashrc:1 shell TMOUT readonly=yes",
        ];
        assert_eq!(found, expected);
        assert_eq!(entry["gaps"][0]["from"], "/etc/security/limits.d/a.conf:2");
    }
}
