use super::*;
use crate::fixture::{Files, record};

#[test]
fn the_header_says_whose_facts_these_are() {
    let files = Files::new(&[
        ("/etc/hostname", "ignored\n"),
        ("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 db01.example.org db01 # us\n"),
        ("/etc/machine-id", "0123456789abcdef0123456789abcdef\n"),
        ("/proc/sys/kernel/random/boot_id", "b-b\n"),
    ]);
    let value = record(files.live(&[]), &[]).to_value();
    assert_eq!(value["host"], "db01");
    assert_eq!(value["fqdn"], "db01.example.org");
    assert_eq!(value["root"], "live");
    assert_eq!(value["uid"], 1000);
    assert_eq!(value["boot_id"], "b-b");
    assert_eq!(value["machine_id_sha256"], hex(b"0123456789abcdef0123456789abcdef"));
    let value = record(files.root(), &[]).to_value();
    assert_eq!(value["host"], "ignored");
    assert_eq!(value["root"], "directory");
    assert!(value.get("uid").is_none() && value.get("boot_id").is_none());
    let value = record(Files::new(&[("/etc/hostname", "a.b.c\n")]).root(), &[]).to_value();
    assert_eq!((value["host"].as_str(), value["fqdn"].as_str()), (Some("a"), Some("a.b.c")));
    assert_eq!(record(Files::new(&[]).root(), &[]).host(), "localhost");
}

#[test]
fn the_same_host_gives_the_same_bytes_and_their_hash() {
    let files = Files::new(&[("/etc/passwd", "root:x:0:0::/root:/bin/sh\n")]);
    let ids = ["os", "packages", "users", "groups"];
    let first = record(files.root(), &ids);
    assert_eq!(first.to_text(), record(files.root(), &ids).to_text());
    assert_eq!(first.content_hash(), first.computed_hash());
    assert!(first.to_text().starts_with("{\n  \"schema\": \"aplomb.host/1\",\n"));
    std::fs::write(files.path().join("etc/passwd"), "toor:x:0:0::/root:/bin/sh\n")
        .expect("written");
    assert_ne!(record(files.root(), &ids).content_hash(), first.content_hash());
}

#[test]
fn a_snapshot_that_was_altered_is_told_from_one_that_was_not() {
    let files = Files::new(&[
        ("/etc/passwd", "root:x:0:0:Ren\u{e9}e \"x\"\\\u{7}:/root:/bin/sh\n"),
        ("/etc/os-release", "ID=debian\n"),
    ]);
    let text = record(files.live(&[]), &["os", "users", "mounts", "hardware"]).to_text();
    let verdict = |text: &str| {
        let json = aplomb_read::by_id("json").expect("built in");
        is_unaltered(&aplomb_read::read_text("a.json", text, json).expect("JSON"))
    };
    assert_eq!(verdict(&text), Some(true));
    assert_eq!(verdict(&text.replace("\n  ", "\n\t ")), Some(true), "layout is no fact");
    assert_eq!(verdict(&text.replace("/bin/sh", "/bin/no")), Some(false));
    assert_eq!(verdict(&text.replace("\"uid\":0", "\"uid\":0,\"uid\":0")), Some(false));
    assert_eq!(verdict(&text.replace("\"uid\":0", "\"uid\":0.0")), Some(false));
    assert_eq!(verdict("{\"schema\":\"aplomb.host/1\"}"), None);
    assert_eq!(verdict("{\"content_hash\":7}"), Some(false));
}
