use serde_json::json;

use super::*;
use crate::fixture::{Files, section};

const HEAD: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

fn files(tcp: &str, tcp6: &str) -> Files {
    Files::new(&[
        ("/proc/net/tcp", &format!("{HEAD}{tcp}")),
        ("/proc/net/tcp6", &format!("{HEAD}{tcp6}")),
        (
            "/proc/net/udp",
            &format!("{HEAD}  1: 0100007F:0035 00000000:0000 07 0:0 0:0 0 101 0 104 2\n"),
        ),
        ("/proc/1/fd/3", "-> socket:[101]"),
        ("/proc/1/fd/4", "-> /dev/null"),
        ("/proc/1/comm", "sshd\n"),
        ("/proc/20/fd/3", "-> socket:[102]"),
        ("/proc/20/fd/9", "-> socket:[101]"),
        ("/proc/20/comm", "prometheus-post\n"),
        ("/proc/20/cmdline", "/usr/bin/prometheus-postgres-exporter\0--web\0"),
        ("/proc/self", "-> 1"),
    ])
}

#[test]
fn listening_sockets_have_a_process_and_a_scope() {
    if cfg!(target_endian = "big") {
        return;
    }
    let tcp = "   0: 00000000:0016 00000000:0000 0A 0:0 0:0 0 0 0 101 1\n\
        \x20  1: 1F0200C0:1538 00000000:0000 0A 0:0 0:0 0 105 0 102 1\n\
        \x20  2: 1F0200C0:1538 00000000:0000 0A 0:0 0:0 0 105 0 102 1\n\
        \x20  3: 0100007F:0016 0100007F:9999 01 0:0 0:0 0 0 0 103 1\n";
    let tcp6 = "   0: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 0:0 0:0 0 5 0 0 1\n\
        \x20  1: 00000000000000000000000001000000:0019 00000000000000000000000000000000:0000 0A 0:0 0:0 0 5 0 0 1\n";
    let (listening, entry) = section(files(tcp, tcp6).live(&[]), "listening");
    let expected = json!([
        {"from": "/proc/net/tcp", "proto": "tcp", "addr": "0.0.0.0", "port": 22, "scope": "any",
            "uid": 0, "process": "sshd"},
        {"from": "/proc/net/tcp6", "proto": "tcp6", "addr": "::1", "port": 25,
            "scope": "loopback", "uid": 5},
        {"from": "/proc/net/udp", "proto": "udp", "addr": "127.0.0.1", "port": 53,
            "scope": "loopback", "uid": 101},
        {"from": "/proc/net/tcp", "proto": "tcp", "addr": "192.0.2.31", "port": 5432,
            "scope": "address", "uid": 105, "process": "prometheus-postgres-exporter"},
        {"from": "/proc/net/tcp6", "proto": "tcp6", "addr": "::ffff:127.0.0.1", "port": 8080,
            "scope": "loopback", "uid": 5},
    ]);
    assert_eq!(listening, expected);
    assert_eq!(entry.get("gaps"), None);
}

#[test]
fn a_process_that_may_not_be_looked_at_is_unknown() {
    let tcp = "   0: 00000000:0016 00000000:0000 0A 0:0 0:0 0 0 0 101 1\n";
    let files = files(tcp, "");
    let denied = files.live(&["/proc/1/fd", "/proc/20/fd"]);
    let (listening, entry) = section(denied, "listening");
    assert_eq!(listening[0].get("process"), None);
    assert_eq!(
        entry["gaps"][0],
        json!({"from": "/proc/*/fd", "status": "denied",
        "reason": "permission denied", "members": ["process"]})
    );
}

#[test]
fn tables_that_are_none_are_told() {
    let tcp = "garbage\n 0: XX:0016 0:0 0A 0 0 0 0 0 1 1\n 0: 00000000:FFFFF 0:0 0A 0 0 0 0 0 1\n";
    let (listening, entry) = section(files(tcp, "").live(&[]), "listening");
    assert_eq!(listening.as_array().map(Vec::len), Some(1));
    assert_eq!(entry["gaps"].as_array().map(Vec::len), Some(3));
    assert_eq!(section(Files::new(&[]).live(&[]), "listening").1["status"], "absent");
    assert_eq!(section(Files::new(&[]).root(), "listening").1["status"], "unsupported");
}

#[test]
fn addresses_of_other_lengths_are_none() {
    for text in ["", "0", "0100007", "0100007F0", "é00007F", "0000000000000000FFFF00000100007"] {
        assert_eq!(address(text), None, "{text}");
    }
}
