//! Sections whose facts are the lines of configuration files that have no reader of their own.

use crate::facts::{Collected, Facts, Gaps};
use crate::host::{Host, has_extension};
use crate::redact;
use crate::section::Section;

pub(crate) const TIME_SYNC: Section = Section {
    id: "time_sync",
    summary: "what the time daemons are configured to, line by line",
    sources: &[
        "/etc/chrony.conf",
        "/etc/chrony/chrony.conf",
        "/etc/chrony/conf.d",
        "/etc/chrony/conf.d/*",
        "/etc/chrony/sources.d",
        "/etc/chrony/sources.d/*",
        "/etc/ntp.conf",
        "/etc/ntpsec/ntp.conf",
        "/etc/openntpd/ntpd.conf",
        "/etc/systemd/timesyncd.conf",
        "/etc/systemd/timesyncd.conf.d",
        "/etc/systemd/timesyncd.conf.d/*",
    ],
    is_opt_in: false,
    collect: |host| {
        let files = [
            "/etc/chrony.conf",
            "/etc/chrony/chrony.conf",
            "/etc/ntp.conf",
            "/etc/ntpsec/ntp.conf",
            "/etc/openntpd/ntpd.conf",
            "/etc/systemd/timesyncd.conf",
        ];
        let folders: [(&str, Taken<'_>); 3] = [
            ("/etc/chrony/conf.d", &is_conf),
            ("/etc/chrony/sources.d", &|name| has_extension(name, "sources")),
            ("/etc/systemd/timesyncd.conf.d", &is_conf),
        ];
        lines(host, &files, &folders)
    },
};

pub(crate) const LOGGING: Section = Section {
    id: "logging",
    summary: "what rsyslog, journald and logrotate are configured to, line by line",
    sources: &[
        "/etc/rsyslog.conf",
        "/etc/rsyslog.d",
        "/etc/rsyslog.d/*",
        "/etc/syslog-ng/syslog-ng.conf",
        "/etc/systemd/journald.conf",
        "/etc/systemd/journald.conf.d",
        "/etc/systemd/journald.conf.d/*",
        "/etc/logrotate.conf",
        "/etc/logrotate.d",
        "/etc/logrotate.d/*",
    ],
    is_opt_in: false,
    collect: |host| {
        let files = [
            "/etc/rsyslog.conf",
            "/etc/syslog-ng/syslog-ng.conf",
            "/etc/systemd/journald.conf",
            "/etc/logrotate.conf",
        ];
        let folders: [(&str, Taken<'_>); 3] = [
            ("/etc/rsyslog.d", &is_conf),
            ("/etc/systemd/journald.conf.d", &is_conf),
            ("/etc/logrotate.d", &|name| !name.contains(".dpkg-") && !name.ends_with('~')),
        ];
        lines(host, &files, &folders)
    },
};

pub(crate) const AUDIT: Section = Section {
    id: "audit",
    summary: "configuration and rules of auditd, line by line",
    sources: &[
        "/etc/audit/auditd.conf",
        "/etc/audit/audit.rules",
        "/etc/audit/rules.d",
        "/etc/audit/rules.d/*",
    ],
    is_opt_in: false,
    collect: |host| {
        let files = ["/etc/audit/auditd.conf", "/etc/audit/audit.rules"];
        lines(host, &files, &[("/etc/audit/rules.d", &|name| has_extension(name, "rules"))])
    },
};

pub(crate) const FIREWALL: Section = Section {
    id: "firewall",
    summary: "what packet filters are configured to, line by line",
    sources: &[
        "/etc/nftables.conf",
        "/etc/sysconfig/nftables.conf",
        "/etc/nftables.d",
        "/etc/nftables.d/*",
        "/etc/iptables/rules.v4",
        "/etc/iptables/rules.v6",
        "/etc/sysconfig/iptables",
        "/etc/sysconfig/ip6tables",
        "/etc/ufw/ufw.conf",
        "/etc/ufw/user.rules",
        "/etc/ufw/user6.rules",
        "/etc/firewalld/firewalld.conf",
        "/etc/firewalld/zones",
        "/etc/firewalld/zones/*",
    ],
    is_opt_in: false,
    collect: |host| {
        let files = [
            "/etc/nftables.conf",
            "/etc/sysconfig/nftables.conf",
            "/etc/iptables/rules.v4",
            "/etc/iptables/rules.v6",
            "/etc/sysconfig/iptables",
            "/etc/sysconfig/ip6tables",
            "/etc/ufw/ufw.conf",
            "/etc/ufw/user.rules",
            "/etc/ufw/user6.rules",
            "/etc/firewalld/firewalld.conf",
        ];
        let folders: [(&str, Taken<'_>); 2] = [
            ("/etc/nftables.d", &|name| has_extension(name, "nft") || is_conf(name)),
            ("/etc/firewalld/zones", &|name| has_extension(name, "xml")),
        ];
        lines(host, &files, &folders)
    },
};

pub(crate) const CONTAINERS: Section = Section {
    id: "containers",
    summary: "what container engines are configured to, line by line",
    sources: &[
        "/etc/docker/daemon.json",
        "/etc/containers/containers.conf",
        "/etc/containers/registries.conf",
        "/etc/containers/storage.conf",
        "/etc/containers/policy.json",
        "/etc/containerd/config.toml",
        "/etc/crio/crio.conf",
    ],
    is_opt_in: false,
    collect: |host| {
        let files = [
            "/etc/docker/daemon.json",
            "/etc/containers/containers.conf",
            "/etc/containers/registries.conf",
            "/etc/containers/storage.conf",
            "/etc/containers/policy.json",
            "/etc/containerd/config.toml",
            "/etc/crio/crio.conf",
        ];
        lines(host, &files, &[])
    },
};

/// Which names of a folder a program takes.
type Taken<'a> = &'a dyn Fn(&str) -> bool;

/// Lines of one section above this number are cut off.
const MOST_LINES: usize = 50_000;

fn is_conf(name: &str) -> bool {
    has_extension(name, "conf")
}

/// The lines that say something, without comments and secrets.
fn lines(host: &Host<'_>, files: &[&str], folders: &[(&str, Taken<'_>)]) -> Collected {
    let mut gaps = Gaps::default();
    let mut paths: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
    for (folder, taken) in folders {
        let names = gaps.names(host, folder, "", &[]);
        let names = names.into_iter().filter(|name| !name.starts_with('.') && taken(name));
        paths.extend(names.map(|name| format!("{folder}/{name}")));
    }
    let mut items = Vec::new();
    let mut read = Vec::new();
    for path in paths {
        let Some(text) = gaps.text(host, &path, &[]) else { continue };
        for (number, line) in text.lines() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if items.len() >= MOST_LINES {
                gaps.cut(&path);
                break;
            }
            let shown = without_database_password(&redact(line));
            items
                .push(Facts::from(text.at(number)).with("file", path.as_str()).with("line", shown));
        }
        read.push(path);
    }
    if read.is_empty() {
        return gaps.nothing(files.first().copied().unwrap_or_default(), "file");
    }
    gaps.list(&read.join(" "), "file", items)
}

/// rsyslog's old form, `:ommysql:server,database,user,password`.
fn without_database_password(line: &str) -> String {
    let action = [":ommysql:", ":ompgsql:"].iter().find_map(|action| line.find(action));
    let last = action.and_then(|_| line.rfind(',')).and_then(|at| line.get(..=at));
    last.map_or_else(|| line.to_owned(), |kept| format!("{kept}***"))
}

#[cfg(test)]
mod tests {
    use crate::fixture::{Files, section};

    #[test]
    fn secrets_in_lines_are_masked() {
        let files = Files::new(&[
            ("/etc/rsyslog.d/db.conf", "*.* :ommysql:db,Syslog,user,geheim\n"),
            ("/etc/rsyslog.conf", "action(type=\"omhttp\" password=\"geheim\" target=\"x\")\n"),
            ("/etc/docker/daemon.json", "{\n\"auth-token\": \"geheim\",\n\"debug\":true}\n"),
        ]);
        let (logging, _) = section(files.root(), "logging");
        assert_eq!(logging[0]["line"], "action(type=\"omhttp\" password=\"***\" target=\"x\")");
        assert_eq!(logging[1]["line"], "*.* :ommysql:db,Syslog,user,***");
        let (containers, _) = section(files.root(), "containers");
        assert!(!containers.to_string().contains("geheim"), "{containers}");
    }
}
