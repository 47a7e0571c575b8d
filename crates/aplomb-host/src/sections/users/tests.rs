use serde_json::json;

use super::*;
use crate::fixture::{Files, record, section};

const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\nwww:x:33:33::/var/www:/usr/sbin/nologin\n\
    open::1000:1000:A B,,,:/home/open:\nold:HASHHASHHASH1:1001:1001::/:/bin/sh\n\
    gone:x:1002:1002::/:/bin/sh\n";
const SHADOW: &str = "root:$y$j9T$SALTSALT$HASHHASH:20780:0:90:7:14::\nwww:*:19000:0:99999:7:::\n\
    www:$6$second$line:1::::::\n";

#[test]
fn accounts_carry_the_state_of_their_password_and_nothing_of_it() {
    let files = Files::new(&[("/etc/passwd", PASSWD), ("/etc/shadow", SHADOW)]);
    let snapshot = record(files.root(), &["users"]);
    let users = snapshot.to_value()["users"].clone();
    let expected = json!([
        {"from": "/etc/passwd:1", "name": "root", "uid": 0, "gid": 0, "gecos": "root",
            "home": "/root", "shell": "/bin/bash", "password": "set", "hash": "yescrypt",
            "password_changed": "2026-11-23", "password_min_days": 0, "password_max_days": 90,
            "password_warn_days": 7, "password_inactive_days": 14},
        {"from": "/etc/passwd:2", "name": "www", "uid": 33, "gid": 33, "home": "/var/www",
            "shell": "/usr/sbin/nologin", "password": "locked", "password_changed": "2022-01-08",
            "password_min_days": 0, "password_max_days": 99999, "password_warn_days": 7},
        {"from": "/etc/passwd:3", "name": "open", "uid": 1000, "gid": 1000, "gecos": "A B,,,",
            "home": "/home/open", "shell": "/bin/sh", "password": "empty"},
        {"from": "/etc/passwd:4", "name": "old", "uid": 1001, "gid": 1001, "home": "/",
            "shell": "/bin/sh", "password": "set", "hash": "descrypt"},
        {"from": "/etc/passwd:5", "name": "gone", "uid": 1002, "gid": 1002, "home": "/",
            "shell": "/bin/sh"},
    ]);
    assert_eq!(users, expected);
    let text = snapshot.to_text();
    assert!(!text.contains("SALT") && !text.contains("HASH"), "{text}");
}

#[test]
fn a_denied_shadow_leaves_passwords_unknown() {
    let files = Files::new(&[("/etc/passwd", PASSWD), ("/etc/shadow", SHADOW)]);
    let (users, entry) = section(files.live(&["/etc/shadow"]), "users");
    assert_eq!(users[0].get("password"), None);
    assert_eq!(users[0]["uid"], 0);
    assert_eq!(entry["status"], "collected");
    assert_eq!(entry["gaps"][0]["status"], "denied");
    assert_eq!(entry["gaps"][0]["members"][0], "password");
}

#[test]
fn hashes_are_named_by_their_prefix() {
    let cases = [
        ("$1$a$b", "set", Some("md5crypt")),
        ("$2y$10$abc", "set", Some("bcrypt")),
        ("$5$rounds=5000$a$b", "set", Some("sha256crypt")),
        ("!$6$a$b", "locked", Some("sha512crypt")),
        ("$gy$j9T$a$b", "set", Some("gost-yescrypt")),
        ("$md5,rounds=5$a$b", "set", Some("sunmd5")),
        ("_J9..K0AyUubDrfOgO4s", "set", Some("bsdicrypt")),
        ("plain text", "set", Some("unknown")),
        ("$", "set", Some("unknown")),
        ("!!", "locked", None),
        ("!*", "locked", None),
    ];
    for (field, status, hash) in cases {
        let mut user = Facts::default();
        of_password(&mut user, field);
        let user = serde_json::Value::from(user);
        assert_eq!(user["password"], status, "{field}");
        assert_eq!(user.get("hash").and_then(|hash| hash.as_str()), hash, "{field}");
    }
}

#[test]
fn groups_list_their_members() {
    let group = "root:x:0:\nsudo:x:27:a,b,\n+:::\nbad\nworse:x:y:\n";
    let (groups, entry) = section(Files::new(&[("/etc/group", group)]).root(), "groups");
    let expected = json!([
        {"from": "/etc/group:1", "name": "root", "gid": 0, "members": []},
        {"from": "/etc/group:2", "name": "sudo", "gid": 27, "members": ["a", "b"]},
    ]);
    assert_eq!(groups, expected);
    assert_eq!(entry["gaps"][0]["from"], "/etc/group:4");
    assert_eq!(entry["gaps"][1]["from"], "/etc/group:5");
    let (groups, entry) = section(Files::new(&[]).root(), "groups");
    assert!(groups.is_null() && entry["status"] == "absent");
}
