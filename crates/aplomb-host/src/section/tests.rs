use std::collections::BTreeSet;

use super::*;
use crate::fixture::{Files, record};

mod real_roots;

/// A host that keeps a secret wherever hosts keep them.
const SECRET: &str = "Geh31mN1s";
const WITH_SECRETS: &[(&str, &str)] = &[
    ("/etc/passwd", "root:x:0:0::/root:/bin/sh\nold:$1$Geh31mN1s$Geh31mN1s:1:1::/:/bin/sh\n"),
    ("/etc/shadow", "root:$6$Geh31mN1s$Geh31mN1s:20000::::::\n"),
    ("/etc/group", "root:Geh31mN1s:0:\n"),
    ("/etc/fstab", "//nas/x /mnt cifs username=a,password=Geh31mN1s 0 0\n"),
    ("/proc/self/mountinfo", "1 0 0:1 / /mnt rw - cifs //nas/x rw,password=Geh31mN1s\n"),
    ("/proc/cmdline", "ro db_password=Geh31mN1s url=https://u:Geh31mN1s@h/ quiet\n"),
    ("/proc/sys/net/ipv4/tcp_fastopen_key", "Geh31mN1s\n"),
    ("/etc/sysctl.d/a.conf", "net.ipv6.conf.all.stable_secret = Geh31mN1s\n"),
    (
        "/etc/systemd/system/a.service",
        "[Service]\nExecStart=/bin/a --password Geh31mN1s --token=Geh31mN1s\n\
            Environment=\"API_KEY=Geh31mN1s\" DB_PASSWORD=Geh31mN1s\n",
    ),
    ("/etc/cron.d/a", "0 1 * * * root MYSQL_PWD=Geh31mN1s mysqldump -pGeh31mN1s db\n"),
    ("/etc/ssl/a.pem", "-----BEGIN PRIVATE KEY-----\nGeh31mN1s\n-----END PRIVATE KEY-----\n"),
    ("/etc/ssl/private/a.pem", "-----BEGIN PRIVATE KEY-----\nGeh31mN1s\n"),
    ("/etc/sudoers", "Defaults secret=Geh31mN1s\n"),
    ("/etc/rsyslog.conf", "action(type=\"ompgsql\" pass=\"Geh31mN1s\")\n"),
    ("/etc/rsyslog.d/a.conf", ":ommysql:h,d,u,Geh31mN1s\n"),
    ("/etc/docker/daemon.json", "{\"http-proxy\": \"http://u:Geh31mN1s@p:1\"}\n"),
    ("/etc/machine-id", "Geh31mN1s\n"),
    ("/etc/ssh/ssh_host_rsa_key", "Geh31mN1s\n"),
    ("/etc/ssh/ssh_host_rsa_key.pub", "ssh-rsa R2VoMzFtTjFz Geh31mN1s\n"),
    (
        "/root/.ssh/authorized_keys",
        "command=\"x --token Geh31mN1s\" ssh-rsa R2VoMzFtTjFz Geh31mN1s\n",
    ),
    ("/etc/apt/sources.list", "deb https://u:Geh31mN1s@mirror/debian a b\n"),
    ("/etc/yum.repos.d/a.repo", "[a]\nbaseurl=https://u:Geh31mN1s@m/\npassword=Geh31mN1s\n"),
    ("/etc/apk/repositories", "https://u:Geh31mN1s@m/x\n"),
    ("/etc/pam.d/a", "auth required pam_mysql.so passwd=Geh31mN1s\n"),
    ("/etc/environment", "DB_PASSWORD=Geh31mN1s\nTMOUT=1\n"),
    ("/etc/security/faillock.conf", "admin_password = Geh31mN1s\n"),
    ("/etc/default/grub", "GRUB_CMDLINE_LINUX=\"db_password=Geh31mN1s\"\n"),
    ("/boot/grub/grub.cfg", "password_pbkdf2 root grub.pbkdf2.Geh31mN1s\n"),
    ("/etc/chrony/chrony.keys", "1 SHA1 Geh31mN1s\n"),
    ("/etc/chrony/chrony.conf", "server a key 1\n"),
];

#[test]
fn no_secret_leaves_the_host() {
    let files = Files::new(WITH_SECRETS);
    let ids: Vec<_> = SECTIONS.iter().map(|section| section.id).collect();
    for text in [record(files.live(&[]), &ids).to_text(), record(files.root(), &ids).to_text()] {
        let line = text.lines().find(|line| line.contains(SECRET));
        assert_eq!(line, None);
        assert!(text.contains("password=***") && text.contains("--token=***"), "{text}");
    }
}

#[test]
fn sections_are_unique_documented_and_in_the_schema() {
    let schema = include_str!("../../../../schemas/host-facts.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).expect("JSON");
    let mut ids = BTreeSet::new();
    for section in SECTIONS {
        assert!(ids.insert(section.id), "{} is there twice", section.id);
        assert!(section.summary.len() > 10, "{}", section.id);
        let described = schema["properties"].get(section.id);
        assert!(described.is_some(), "{} is not in the schema", section.id);
        assert!(by_id(section.id).is_some_and(|found| found.id == section.id));
    }
    assert!(by_id("nothing").is_none());
}

#[test]
fn an_empty_host_is_survived() {
    let ids: Vec<_> = SECTIONS.iter().map(|section| section.id).collect();
    let snapshot = record(Files::new(&[]).root(), &ids).to_value();
    for id in ids {
        let status = snapshot["sections"][id]["status"].as_str().unwrap_or_default();
        let has_facts = snapshot.get(id).is_some();
        assert_eq!(has_facts, status == "collected", "{id} is {status}");
    }
}

/// What the words of real files look like to a parser, and what they do not.
const SCRAPS: &[&str] = &[
    "",
    " ",
    "\n",
    "\t",
    "=",
    ":",
    "::::::",
    "[",
    "]",
    "{",
    "}",
    ";",
    "\\\n",
    "\"",
    "#",
    "@include a",
    "include \"/etc/nftables.d/*\"",
    "chain a {",
    "type filter hook input",
    "policy drop",
    "deb [",
    "URIs: a\nTypes: b\nSuites: c\n\n",
    "auth [",
    "root",
    "ssh-rsa AAAA",
    "-----BEGIN CERTIFICATE-----",
    "é",
    "\u{fffd}",
    "\0",
    "4294967295",
    "-1",
    "%",
    "*",
    ":INPUT",
    "-A INPUT -j DROP",
    "target=\"",
    "nameserver 127.0.0.53",
    "TMOUT=",
    "umask",
    "Package: a\nStatus: a installed\n\n",
    "Date: , ,",
    "ffffffffffffffffffffffffffffffff",
    "|-- 1.2.3.4\n/32 host LOCAL",
    " - ",
    "linux /boot/vmlinuz-",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_stands_in_its_files_a_host_is_recorded(
        scraps in proptest::collection::vec(proptest::sample::select(SCRAPS), 0..24),
    ) {
        let content = scraps.concat();
        // A link could be made of it.
        let content = content.trim_start_matches("-> ");
        let more = [
            "/etc/nftables.conf", "/etc/nftables.d/a.nft", "/etc/iptables/rules.v4", "/etc/ufw/ufw.conf",
            "/etc/default/ufw", "/etc/firewalld/firewalld.conf", "/usr/lib/firewalld/zones/public.xml",
            "/proc/net/fib_trie", "/proc/net/if_inet6", "/proc/net/route", "/proc/net/ipv6_route",
            "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/login.defs",
            "/etc/security/limits.conf", "/etc/profile", "/var/log/lastlog", "/var/log/wtmp",
            "/var/lib/dpkg/status", "/var/lib/apt/lists/security_dists_a_main_Packages",
            "/var/lib/apt/lists/security_dists_a_InRelease", "/etc/systemd/timesyncd.conf",
            "/run/openrc/softlevel", "/etc/apt/sources.list.d/a.sources", "/run/systemd/units/a",
        ];
        let paths = WITH_SECRETS.iter().map(|(path, _)| *path).chain(more);
        let files: Vec<_> = paths.map(|path| (path, content)).collect();
        let files = Files::new(&files);
        let ids: Vec<_> = SECTIONS.iter().map(|section| section.id).collect();
        record(files.live(&[]), &ids);
        record(files.root(), &ids);
    }
}
