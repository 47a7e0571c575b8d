use crate::facts::{Collected, Facts, Gaps, Sourced};
use crate::host::{Host, Text, has_extension};
use crate::redact;
use crate::section::Section;

use super::os::assignment;

pub(crate) const BOOT: Section = Section {
    id: "boot",
    summary: "what the kernel is to be started with, and whether the boot loader asks for a password",
    sources: &[
        "/etc/default/grub",
        "/etc/default/grub.d",
        "/etc/default/grub.d/*",
        "/etc/kernel/cmdline",
        "/boot/loader/entries",
        "/boot/loader/entries/*",
        "/boot/efi/loader/entries",
        "/boot/efi/loader/entries/*",
        "/efi/loader/entries",
        "/efi/loader/entries/*",
        "/boot/grub/grub.cfg",
        "/boot/grub/user.cfg",
        "/boot/grub2/grub.cfg",
        "/boot/grub2/user.cfg",
    ],
    is_opt_in: false,
    collect,
};

fn collect(host: &Host<'_>) -> Collected {
    let mut gaps = Gaps::default();
    let mut arguments = Vec::new();
    of_grub_defaults(host, &mut gaps, &mut arguments);
    if let Some(text) = gaps.text(host, "/etc/kernel/cmdline", &["arguments"]) {
        let line = text.body.split_whitespace().collect::<Vec<_>>().join(" ");
        arguments.push(argument(text.at(1), "kernel-cmdline", &line));
    }
    of_entries(host, &mut gaps, &mut arguments);
    let mut boot = Sourced::default();
    grub(host, &mut gaps, &mut arguments, &mut boot);
    if !arguments.is_empty() {
        let arguments: Vec<serde_json::Value> = arguments.into_iter().map(Into::into).collect();
        boot.put("arguments", arguments, "/etc/default/grub");
    }
    if boot.is_empty() {
        return gaps.nothing("/etc/default/grub", "file");
    }
    gaps.object("/etc/default/grub", "file", boot)
}

fn argument(place: String, kind: &str, line: &str) -> Facts {
    Facts::from(place).with("kind", kind).with("line", redact(line))
}

/// What `grub-mkconfig` will write next. A file of the folder may add to what is set before it.
fn of_grub_defaults(host: &Host<'_>, gaps: &mut Gaps, arguments: &mut Vec<Facts>) {
    const MAIN: &str = "/etc/default/grub";
    const FOLDER: &str = "/etc/default/grub.d";
    const KEYS: [&str; 2] = ["GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT"];
    let mut files = vec![MAIN.to_owned()];
    let names = gaps.names(host, FOLDER, ".cfg", &["arguments"]);
    files.extend(names.into_iter().map(|name| format!("{FOLDER}/{name}")));
    let mut values: [Option<(String, String)>; 2] = [None, None];
    for file in files {
        let Some(text) = gaps.text(host, &file, &["arguments"]) else { continue };
        for (key, value) in KEYS.iter().zip(&mut values) {
            let Some((written, place)) = assignment(&text, key) else { continue };
            let before = value.take().map(|(value, _)| value).unwrap_or_default();
            let whole = written
                .replace(&format!("${{{key}}}"), &before)
                .replace(&format!("${key}"), &before);
            *value = Some((whole.trim().to_owned(), place));
        }
    }
    for (value, place) in values.into_iter().flatten() {
        arguments.push(argument(place, "grub-default", &value));
    }
}

/// Entries of the Boot Loader Specification.
fn of_entries(host: &Host<'_>, gaps: &mut Gaps, arguments: &mut Vec<Facts>) {
    for folder in ["/boot/loader/entries", "/boot/efi/loader/entries", "/efi/loader/entries"] {
        for name in gaps.names(host, folder, ".conf", &["arguments"]) {
            let path = format!("{folder}/{name}");
            let Some(text) = gaps.text(host, &path, &["arguments"]) else { continue };
            for (number, line) in text.lines() {
                if let Some(options) = line.trim().strip_prefix("options ") {
                    arguments.push(argument(text.at(number), "loader-entry", options.trim()));
                }
            }
        }
    }
}

/// grub's own file: who may write it, whether it asks for a password, and what it starts.
fn grub(host: &Host<'_>, gaps: &mut Gaps, arguments: &mut Vec<Facts>, boot: &mut Sourced) {
    for folder in ["/boot/grub", "/boot/grub2"] {
        let path = format!("{folder}/grub.cfg");
        let status = host.access().status(std::path::Path::new(&path));
        let Some(status) = gaps.seen(&path, &["grub"], status) else { continue };
        let file = Facts::from(path.as_str())
            .with("path", path.as_str())
            .with("mode", format!("{:04o}", status.mode))
            .with("uid", status.uid)
            .with("gid", status.gid);
        boot.put("grub", file, path.as_str());
        let Some(text) = gaps.text(host, &path, &["password", "arguments"]) else { continue };
        let user = gaps.text(host, &format!("{folder}/user.cfg"), &["password"]);
        let asks = asks_password(&text)
            || user.as_ref().is_some_and(|user| {
                user.lines().any(|(_, line)| line.trim_start().starts_with("GRUB2_PASSWORD="))
            });
        boot.put("password", asks, path.as_str());
        for (number, line) in text.lines() {
            let mut words = line.split_whitespace();
            let is_linux = matches!(words.next(), Some("linux" | "linux16" | "linuxefi"));
            let Some(image) = words.next().filter(|_| is_linux) else { continue };
            let rest = words.collect::<Vec<_>>().join(" ");
            let release = image.rsplit('/').next().unwrap_or(image);
            let release =
                release.strip_prefix("vmlinuz-").filter(|name| !has_extension(name, "old"));
            let facts = argument(text.at(number), "grub", &rest);
            arguments.push(facts.with_known("kernel", release));
        }
    }
}

/// Both a superuser and a password of one are needed.
fn asks_password(text: &Text) -> bool {
    let starts = |word: &str| text.lines().any(|(_, line)| line.trim_start().starts_with(word));
    starts("set superusers=") && (starts("password_pbkdf2 ") || starts("password "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Files, section};

    #[test]
    fn arguments_are_those_of_every_place_they_are_set_in() {
        let files = Files::new(&[
            ("/etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\nGRUB_CMDLINE_LINUX=''\n"),
            (
                "/etc/default/grub.d/50-x.cfg",
                "GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT audit=1 luks_key=geheim\"\n",
            ),
            ("/boot/loader/entries/a.conf", "title a\noptions root=/dev/sda1 ro\n"),
            (
                "/boot/grub/grub.cfg",
                "set superusers=\"root\"\npassword_pbkdf2 root grub.pbkdf2.geheim\n\
                \tlinux /boot/vmlinuz-6.1.0-40-amd64 root=/dev/sda1 ro quiet\n",
            ),
        ]);
        let (boot, _) = section(files.root(), "boot");
        let expected = json!([
            {"from": "/etc/default/grub:2", "kind": "grub-default", "line": ""},
            {"from": "/etc/default/grub.d/50-x.cfg:1", "kind": "grub-default",
                "line": "quiet audit=1 luks_key=***"},
            {"from": "/boot/loader/entries/a.conf:2", "kind": "loader-entry",
                "line": "root=/dev/sda1 ro"},
            {"from": "/boot/grub/grub.cfg:3", "kind": "grub", "line": "root=/dev/sda1 ro quiet",
                "kernel": "6.1.0-40-amd64"},
        ]);
        assert_eq!(boot["arguments"], expected);
        assert_eq!(boot["password"], true);
        assert!(!boot.to_string().contains("geheim"), "{boot}");
        assert_eq!(section(Files::new(&[]).root(), "boot").1["status"], "absent");
    }
}
