use super::*;
use crate::proof::{at, check, positions, raw};
use crate::{NoFiles, read_text};

fn rules(text: &str) -> String {
    let tree = read_text("sudoers", text, &SUDOERS).expect("is one");
    crate::proof::plain(at(&tree, &["rules"])).to_string()
}

#[test]
fn a_policy_has_four_parts() {
    check(
        &SUDOERS,
        "etc/sudoers",
        "# c\n@includedir /etc/sudoers.d\n#include \"/etc/a b\"\nDefaults env_reset, !visiblepw\n\
         Defaults:%adm,bob timestamp_timeout=5 # d\nUser_Alias ADMINS = alice, %wheel : OPS = bob\n\
         Cmnd_Alias SHELLS = /bin/sh, \\\n  /bin/bash -c \\\n  x\n\
         ADMINS ALL = (root) NOPASSWD: SHELLS\n",
        r#"{"defaults": [
            {"scope": "global", "members": [], "name": "env_reset", "operator": null, "value": null, "negated": false},
            {"scope": "global", "members": [], "name": "visiblepw", "operator": null, "value": null, "negated": true},
            {"scope": "user", "members": ["%adm", "bob"], "name": "timestamp_timeout", "operator": "=", "value": "5", "negated": false}],
          "aliases": {"user": {"ADMINS": ["alice", "%wheel"], "OPS": ["bob"]}, "runas": {}, "host": {},
            "command": {"SHELLS": ["/bin/sh", "/bin/bash -c x"]}},
          "rules": [{"users": ["ADMINS"], "hosts": ["ALL"], "runas": {"users": ["root"], "groups": []},
            "tags": ["NOPASSWD"], "options": {}, "commands": ["SHELLS"]}],
          "includes": ["/etc/sudoers.d", "/etc/a b"],
          "effective": {"defaults": {"env_reset": true, "visiblepw": false},
            "rules": [{"users": ["alice", "%wheel"], "hosts": ["ALL"], "runas": {"users": ["root"], "groups": []},
              "tags": ["NOPASSWD"], "options": {}, "commands": ["/bin/sh", "/bin/bash -c x"]}]}}"#,
    );
    check(
        &SUDOERS,
        "sudoers",
        "",
        r#"{"defaults": [], "aliases": {"user": {}, "runas": {}, "host": {}, "command": {}},
          "rules": [], "includes": [], "effective": {"defaults": {}, "rules": []}}"#,
    );
}

#[test]
fn commands_take_over_what_stands_before_them() {
    let found =
        rules("a H1 = /b, (c : d) NOPASSWD: NOEXEC: /e, PASSWD: /f, CWD=/x /g : H2 = ALL\n");
    let expected = r#"[
        {"users": ["a"], "hosts": ["H1"], "runas": null, "tags": [], "options": {}, "commands": ["/b"]},
        {"users": ["a"], "hosts": ["H1"], "runas": {"users": ["c"], "groups": ["d"]}, "tags": ["NOPASSWD", "NOEXEC"], "options": {}, "commands": ["/e"]},
        {"users": ["a"], "hosts": ["H1"], "runas": {"users": ["c"], "groups": ["d"]}, "tags": ["NOEXEC", "PASSWD"], "options": {}, "commands": ["/f"]},
        {"users": ["a"], "hosts": ["H1"], "runas": {"users": ["c"], "groups": ["d"]}, "tags": ["NOEXEC", "PASSWD"], "options": {"CWD": "/x"}, "commands": ["/g"]},
        {"users": ["a"], "hosts": ["H2"], "runas": null, "tags": [], "options": {}, "commands": ["ALL"]}]"#;
    let expected: serde_json::Value = serde_json::from_str(expected).expect("is JSON");
    assert_eq!(found, expected.to_string());
}

#[test]
fn items_are_resolved() {
    let text = "#1000, %#5, %:g\\ x, \"%a b\", !!bob, ! +net, 2001:db8::/32 ALL, !fe80::1 = () /a\\,b --c=d \\= e\\:f, !/g/ , sudoedit /h, sha224:ab+=, sha256:cd ALL, ^/i,.*$ ^j:,$, list\n";
    let tree = read_text("sudoers", text, &SUDOERS).expect("is one");
    let list = |key| crate::proof::plain(at(&tree, &["rules", "0", key])).to_string();
    assert_eq!(list("users"), r##"["#1000","%#5","%:g x","%a b","bob","!+net","2001:db8::/32"]"##);
    assert_eq!(list("hosts"), r#"["ALL","!fe80::1"]"#);
    assert_eq!(
        list("commands"),
        r#"["/a,b --c=d = e:f","!/g/","sudoedit /h","sha224:ab+= sha256:cd ALL","^/i,.*$ ^j:,$","list"]"#
    );
    assert_eq!(list("runas"), r#"{"groups":[],"users":[]}"#);
}

#[test]
fn aliases_negate_and_nest() {
    let text =
        "A = x\nUser_Alias A = b, !C\nUser_Alias C = d, !e\nHost_Alias A = h\n!A, Z A = ALL\n";
    let text = text.strip_prefix("A = x\n").expect("begins so");
    let tree = read_text("sudoers", text, &SUDOERS).expect("is one");
    let users = crate::proof::plain(at(&tree, &["effective", "rules", "0", "users"]));
    assert_eq!(users.to_string(), r#"["!b","d","!e","Z"]"#);
    assert_eq!(raw(&tree, &["effective", "rules", "0", "users", "1"]), "d");
    assert_eq!(raw(&tree, &["effective", "rules", "0", "hosts", "0"]), "h");
}

#[test]
fn defaults_that_take_effect() {
    let text = "Defaults logfile=\"/var/log/é\", !requiretty\nDefaults secure_path = /a:/b\nDefaults env_keep=\"A B\"\n\
        Defaults env_keep += \"C D\"\nDefaults env_keep -= B\nDefaults requiretty\nDefaults>root !x\nDefaults!/bin/a noexec\nDefaults@h x\n\
        Defaults badpass_message=\"a\\\"b \\\n c\"\n";
    let tree = read_text("sudoers", text, &SUDOERS).expect("is one");
    let found = crate::proof::plain(at(&tree, &["effective", "defaults"])).to_string();
    let expected = serde_json::json!({
        "logfile": "/var/log/é", "requiretty": true, "secure_path": "/a:/b",
        "env_keep": ["A", "C", "D"], "badpass_message": "a\"b  c",
    });
    assert_eq!(found, expected.to_string());
    assert_eq!(raw(&tree, &["effective", "defaults", "logfile"]), "/var/log/é");
    assert_eq!(raw(&tree, &["effective", "defaults", "env_keep", "1"]), "C");
    assert_eq!(raw(&tree, &["effective", "defaults", "requiretty"]), "requiretty");
    let scopes = at(&tree, &["defaults"]).items().iter();
    let scopes: Vec<_> = scopes.filter_map(|d| d.get("scope")?.as_str()).collect();
    assert_eq!(scopes[7..], ["runas", "command", "host", "global"]);
}

#[test]
fn spans_are_what_is_written() {
    let text = "é ALL = NOPASSWD : /bin/a  b, ! /c # e\n";
    let tree = read_text("sudoers", text, &SUDOERS).expect("is one");
    assert_eq!(raw(&tree, &["rules", "0", "users", "0"]), "é");
    assert_eq!(raw(&tree, &["rules", "0", "tags", "0"]), "NOPASSWD");
    assert_eq!(raw(&tree, &["rules", "0", "commands", "0"]), "/bin/a  b");
    assert_eq!(raw(&tree, &["rules", "0", "commands", "1"]), "! /c");
    assert_eq!(raw(&tree, &["rules", "0"]), "é ALL = NOPASSWD : /bin/a  b, ! /c");
    let comments: Vec<_> = tree.comments.iter().map(|c| tree.raw(c.span)).collect();
    assert_eq!(comments, [" e"]);
}

#[test]
fn mistakes_have_positions() {
    let text = "root ALL\nroot ALL = NOPASWD: ALL\nroot ALL = bin/x\nUser_Alias a = b\nUser_Alias A = b\n\
        User_Alias A = c\nDefaults x=\"y\nroot ALL = (a ALL\nroot ALL = ALL ALL\nroot ALL = /a, \\\n\n\
        Host_Alias C = C\nroot C = ALL\nroot = ALL\nDefaults a b\n@include\n";
    let expected = [
        "1:9", "2:24", "3:12", "4:12", "6:12", "7:12", "8:15", "9:16", "11:1", "12:12", "14:6",
        "15:12", "16:9",
    ];
    assert_eq!(positions(&SUDOERS, "sudoers", text), expected);
}

#[test]
fn alias_bombs_end_in_a_limit() {
    let mut text = String::from("User_Alias A0 = a, b\n");
    for n in 1..40 {
        let line = format!("User_Alias A{n} = A{}, A{}\n", n - 1, n - 1);
        text.push_str(&line);
    }
    text.push_str("A39 ALL = ALL\n");
    let source = &std::sync::Arc::new(aplomb_model::Source::new("sudoers", text));
    let limits = &crate::Limits::default();
    let files = &NoFiles;
    let error = read(&Input { source, limits, files }).expect_err("two to the fortieth");
    assert_eq!(error.kind, crate::ReadErrorKind::Limit);
}
