use super::reading;
use crate::access::FileKind;
use crate::facts::{Collected, Facts, Gaps};
use crate::host::Host;
use crate::redact;
use crate::section::Section;

pub(crate) const CRON: Section = Section {
    id: "cron",
    summary: "jobs of cron: system tables, tables of accounts, and scripts that run by the hour, day, week and month",
    sources: &[
        "/etc/crontab",
        "/etc/cron.d",
        "/etc/cron.d/*",
        "/etc/debian_version",
        "/var/spool/cron",
        "/var/spool/cron/*",
        "/var/spool/cron/crontabs",
        "/var/spool/cron/crontabs/*",
        "/etc/cron.hourly",
        "/etc/cron.hourly/*",
        "/etc/cron.daily",
        "/etc/cron.daily/*",
        "/etc/cron.weekly",
        "/etc/cron.weekly/*",
        "/etc/cron.monthly",
        "/etc/cron.monthly/*",
        "/etc/periodic/*",
        "/etc/periodic/*/*",
    ],
    is_opt_in: false,
    collect,
};

/// Folders of scripts and when they run.
const SCRIPTS: &[(&str, &str)] = &[
    ("/etc/cron.hourly", "@hourly"),
    ("/etc/cron.daily", "@daily"),
    ("/etc/cron.weekly", "@weekly"),
    ("/etc/cron.monthly", "@monthly"),
    ("/etc/periodic/15min", "*/15 * * * *"),
    ("/etc/periodic/hourly", "@hourly"),
    ("/etc/periodic/daily", "@daily"),
    ("/etc/periodic/weekly", "@weekly"),
    ("/etc/periodic/monthly", "@monthly"),
];

fn collect(host: &Host<'_>) -> Collected {
    let mut found = Found { gaps: Gaps::default(), items: Vec::new(), is_there: false };
    found.table(host, "/etc/crontab", None);
    let is_debian = host.has("/etc/debian_version");
    for name in found.names(host, "/etc/cron.d") {
        if is_read(&name, is_debian) {
            found.table(host, &format!("/etc/cron.d/{name}"), None);
        }
    }
    for folder in ["/var/spool/cron/crontabs", "/var/spool/cron"] {
        for name in found.names(host, folder) {
            let path = format!("{folder}/{name}");
            if host.kind(&path) == Some(FileKind::File) {
                found.table(host, &path, Some(&name));
            }
        }
    }
    for (folder, schedule) in SCRIPTS {
        for name in found.names(host, folder) {
            let path = format!("{folder}/{name}");
            if is_read(&name, is_debian) && host.kind(&path) != Some(FileKind::Folder) {
                let facts = Facts::from(path.as_str())
                    .with("file", path.as_str())
                    .with("schedule", *schedule)
                    .with("user", "root")
                    .with("command", path.as_str());
                found.items.push(facts);
            }
        }
    }
    // That a table may not be read is no reason to say that there are no jobs.
    if !found.is_there {
        return found.gaps.nothing("/etc/crontab", "file");
    }
    found.gaps.list("/etc/crontab /etc/cron.d /var/spool/cron", "file", found.items)
}

/// Names that cron and run-parts take: Debian's take letters, digits, `_` and `-` only.
fn is_read(name: &str, is_debian: bool) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let is_left_over = [".rpmsave", ".rpmorig", ".rpmnew", ".swp", "~", ",v"]
        .iter()
        .any(|suffix| name.ends_with(suffix));
    !name.starts_with('.') && !is_left_over && (!is_debian || name.bytes().all(plain))
}

struct Found {
    gaps: Gaps,
    items: Vec<Facts>,
    is_there: bool,
}

impl Found {
    fn names(&mut self, host: &Host<'_>, folder: &str) -> Vec<String> {
        let names = match host.names(folder) {
            Err(crate::Refusal::Absent) => return Vec::new(),
            names => self.gaps.seen(folder, &[], names),
        };
        self.is_there |= names.is_some();
        names.unwrap_or_default()
    }

    /// A table, of one account or of the system.
    fn table(&mut self, host: &Host<'_>, path: &str, user: Option<&str>) {
        let Some(text) = self.gaps.text(host, path, &[]) else { return };
        self.is_there = true;
        let Some(tree) = reading::tree(&text, "crontab", &mut self.gaps) else { return };
        let jobs = tree.documents.first().and_then(|document| document.get("jobs"));
        for job in jobs.map(aplomb_model::Node::items).unwrap_or_default() {
            let of = |key| job.get(key).and_then(|node| node.as_str());
            let command = of("command").unwrap_or_default();
            let facts = Facts::from(text.at(reading::line(&tree, job)))
                .with("file", path)
                .with("schedule", of("schedule").unwrap_or_default())
                .with_known("user", user.or_else(|| of("user")))
                .with("command", redact(command));
            self.items.push(facts);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Files, section};

    const FILES: &[(&str, &str)] = &[
        ("/etc/debian_version", "12\n"),
        (
            "/etc/crontab",
            "# c\nSHELL=/bin/sh\n17 * * * * root cd / && run-parts /etc/cron.hourly\n",
        ),
        ("/etc/cron.d/dump", "0 */2 * * * postgres PGPASSWORD=geheim /usr/local/bin/dump.sh\n"),
        ("/etc/cron.d/dump.dpkg-old", "0 1 * * * root old\n"),
        ("/etc/cron.d/.placeholder", "# none\n"),
        ("/etc/cron.d/bad", "0 1 * * root\n@daily root ok\n"),
        ("/etc/cron.daily/logrotate", "#!/bin/sh\n"),
        ("/etc/cron.daily/.placeholder", ""),
        ("/var/spool/cron/crontabs/app", "@reboot /opt/app/start\n"),
    ];

    #[test]
    fn jobs_are_those_of_all_tables_and_folders() {
        let (cron, entry) = section(Files::new(FILES).root(), "cron");
        let expected = json!([
            {"from": "/etc/crontab:3", "file": "/etc/crontab", "schedule": "17 * * * *",
                "user": "root", "command": "cd / && run-parts /etc/cron.hourly"},
            {"from": "/etc/cron.d/dump:1", "file": "/etc/cron.d/dump", "schedule": "0 */2 * * *",
                "user": "postgres", "command": "PGPASSWORD=*** /usr/local/bin/dump.sh"},
            {"from": "/var/spool/cron/crontabs/app:1", "file": "/var/spool/cron/crontabs/app",
                "schedule": "@reboot", "user": "app", "command": "/opt/app/start"},
            {"from": "/etc/cron.daily/logrotate", "file": "/etc/cron.daily/logrotate",
                "schedule": "@daily", "user": "root", "command": "/etc/cron.daily/logrotate"},
        ]);
        assert_eq!(cron, expected);
        assert_eq!(entry["gaps"][0]["from"], "/etc/cron.d/bad");
    }

    #[test]
    fn tables_that_may_not_be_read_are_told() {
        let files = Files::new(FILES);
        let denied = files.live(&["/var/spool/cron/crontabs"]);
        let (_, entry) = section(denied, "cron");
        let gaps = entry["gaps"].as_array().expect("gaps");
        assert!(
            gaps.iter()
                .any(|gap| gap["from"] == "/var/spool/cron/crontabs" && gap["status"] == "denied")
        );
        assert_eq!(section(Files::new(&[]).root(), "cron").1["status"], "absent");
    }
}
