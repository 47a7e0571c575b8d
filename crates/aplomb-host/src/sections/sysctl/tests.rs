use serde_json::{Value, json};

use super::*;
use crate::fixture::{Files, section};

const FILES: &[(&str, &str)] = &[
    (
        "/usr/lib/sysctl.d/50-default.conf",
        "net.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.all.rp_filter\n",
    ),
    ("/usr/lib/sysctl.d/10-masked.conf", "kernel.sysrq = 1\n"),
    ("/etc/sysctl.d/10-masked.conf", "-> /dev/null"),
    ("/usr/lib/sysctl.d/60-same.conf", "kernel.pid_max = 1\n"),
    ("/run/sysctl.d/60-same.conf", "kernel.pid_max=2\n"),
    (
        "/etc/sysctl.d/70-late.conf",
        "# c\n; c\nnet/ipv4/ip_forward = 0\n net.ipv4.ip_local_port_range = 32768\t 65535 \nbad\n",
    ),
    ("/etc/sysctl.d/99-sysctl.conf", "-> ../sysctl.conf"),
    ("/etc/sysctl.conf", "net.ipv4.ip_forward = 1\n-net.ipv4.conf.eth0/1.forwarding = 1\n"),
    ("/proc/sys/net/ipv4/ip_forward", "0\n"),
    ("/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n"),
    ("/proc/sys/net/ipv4/tcp_fastopen_key", "00000000-11111111-22222222-33333333\n"),
    ("/proc/sys/net/ipv4/conf/all/rp_filter", "1\n"),
    ("/proc/sys/net/ipv4/conf/eth0.1/rp_filter", "2\n"),
    ("/proc/sys/net/ipv4/conf/veth123/rp_filter", "2\n"),
    ("/proc/sys/kernel/random/uuid", "once\n"),
    ("/proc/sys/fs/protected_fifos", "1\n"),
    ("/proc/sys/fs/binfmt_misc/status", "enabled\n"),
];

fn by_key(list: &Value, key: &str) -> Value {
    let items = list.as_array().expect("a list");
    items.iter().find(|item| item["key"] == key).cloned().unwrap_or_default()
}

#[test]
fn the_running_value_stands_beside_the_configured_one() {
    let live = Files::new(FILES);
    let (sysctl, entry) = section(live.live(&["/proc/sys/fs/protected_fifos"]), "sysctl");
    let expected = json!([
        {"from": "/proc/sys/fs/protected_fifos", "key": "fs.protected_fifos", "denied": true},
        {"from": "/run/sysctl.d/60-same.conf:1", "key": "kernel.pid_max", "configured": "2"},
        {"from": "/proc/sys/net/ipv4/conf/all/rp_filter", "key": "net.ipv4.conf.all.rp_filter",
            "running": "1"},
        {"from": "/etc/sysctl.d/99-sysctl.conf:2", "key": "net.ipv4.conf.eth0/1.forwarding",
            "configured": "1"},
        {"from": "/usr/lib/sysctl.d/50-default.conf:1", "key": "net.ipv4.conf.eth0/1.rp_filter",
            "running": "2", "configured": "2"},
        {"from": "/etc/sysctl.d/99-sysctl.conf:1", "key": "net.ipv4.ip_forward", "running": "0",
            "configured": "1"},
        {"from": "/etc/sysctl.d/70-late.conf:4", "key": "net.ipv4.ip_local_port_range",
            "running": "32768 60999", "configured": "32768 65535"},
        {"from": "/proc/sys/net/ipv4/tcp_fastopen_key", "key": "net.ipv4.tcp_fastopen_key",
            "running": "***"},
    ]);
    assert_eq!(sysctl, expected);
    let gaps = entry["gaps"].as_array().expect("gaps");
    assert_eq!(gaps[0]["from"], "/etc/sysctl.d/70-late.conf:5");
    // One key that may not be read leaves the others as they are.
    assert_eq!(gaps.len(), 1);
}

#[test]
fn a_root_directory_has_configured_values_only() {
    let (sysctl, _) = section(Files::new(FILES).root(), "sysctl");
    assert_eq!(by_key(&sysctl, "net.ipv4.ip_forward").get("running"), None);
    assert_eq!(by_key(&sysctl, "net.ipv4.ip_forward")["configured"], "1");
    assert_eq!(by_key(&sysctl, "kernel.sysrq"), Value::Null);
}

#[test]
fn sysctl_conf_counts_where_something_reads_it() {
    let conf = ("/etc/sysctl.conf", "kernel.sysrq = 0\n");
    let (sysctl, _) = section(Files::new(&[conf]).root(), "sysctl");
    assert_eq!(by_key(&sysctl, "kernel.sysrq")["from"], "/etc/sysctl.conf:1");
    let systemd = ("/usr/lib/systemd/systemd-sysctl", "");
    let (sysctl, entry) = section(Files::new(&[conf, systemd]).root(), "sysctl");
    assert!(sysctl.is_null() && entry["status"] == "absent");
}

#[test]
fn patterns_fit_one_part_each() {
    for (pattern, key, expected) in [
        ("net.ipv4.conf.*.rp_filter", "net.ipv4.conf.eth0.rp_filter", true),
        ("net.ipv4.conf.*.rp_filter", "net.ipv4.conf.rp_filter", false),
        ("net.*", "net.ipv4.x", false),
        ("a.b?", "a.bc", true),
        ("a.b*bc", "a.bc", false),
    ] {
        assert_eq!(fits(pattern, key), expected, "{pattern} {key}");
    }
}
