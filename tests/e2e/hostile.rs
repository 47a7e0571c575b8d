//! Broken, huge and hostile input: a precise message, the run goes on, and never exit code 0.

use std::fmt::Write;
use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::run::{Folder, STANDARD, aplomb_in, outputs, skipped};

/// A standard with a rule for each kind of file, so that everything is looked into.
const ANY: &str = r#"
[standard]
id = "any"
version = "1"
domain = "software"
title = "Any"

[rule.T-1]
name = "no-secrets"
title = "No secrets"
severity = "blocker"
subjects = { kind = ["config", "document", "host", "register"] }
text = { forbid = ["hunter2"] }
"#;

/// Judges a folder in which one good file lies beside the bad ones; returns the report.
fn judged(folder: &Folder) -> (i32, Value, String) {
    let standard = Folder::new(&[("any.toml", ANY)]);
    let standard = standard.path().join("any.toml");
    folder.write("good.json", b"{\"a\": 1}");
    let started = Instant::now();
    let args = [
        "check".as_ref(),
        ".".as_ref(),
        "--format=json".as_ref(),
        "--standard".as_ref(),
        standard.as_os_str(),
    ];
    let ran = aplomb_in(folder.path(), &args);
    // The machine may be busy and the build unoptimised; a hang is far beyond this.
    assert!(started.elapsed() < Duration::from_mins(1), "{:?}", started.elapsed());
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_default();
    (ran.code, report, ran.err)
}

/// That the bad file is in the report with a word of why, the good one was judged, and the exit
/// code is 3.
fn refused(folder: &Folder, file: &str, why: &str) {
    let (code, report, err) = judged(folder);
    assert_eq!(code, 3, "{file}: {report:#} {err}");
    let diagnostics = report["diagnostics"].as_array().expect("a list");
    let about = diagnostics.iter().find(|one| one["file"] == file);
    let about = about.unwrap_or_else(|| panic!("{file} is not in the report: {diagnostics:#?}"));
    let message = about["message"].as_str().expect("a text");
    assert!(message.contains(why), "{file}: {message}");
    let results = report["results"].as_array().expect("a list");
    let good = results.iter().find(|one| one["subject"]["name"] == "good.json");
    assert_eq!(good.expect("judged")["outcome"], "pass");
}

fn with(file: &str, bytes: &[u8]) -> Folder {
    let folder = Folder::new(&[]);
    folder.write(file, bytes);
    folder
}

#[test]
fn damaged_utf8_is_refused_with_the_place() {
    refused(
        &with("a.json", b"{\"a\": \"\xff\xfe caf\xc3\xa9 \xc3\xa9\xc3\xa9\xc3\xa9\"}"),
        "a.json",
        "byte",
    );
}

#[test]
fn binary_is_no_text() {
    refused(&with("a.yaml", b"a: \0\0\0\x01"), "a.yaml", "text");
}

#[test]
fn truncated_files_are_refused() {
    refused(&with("a.json", b"{\"a\": [1, 2"), "a.json", "");
    refused(&with("a.yaml", b"a: [1, 2"), "a.yaml", "");
    refused(&with("a.toml", b"a = [1, 2"), "a.toml", "");
}

#[test]
fn bottomless_nesting_is_refused() {
    let deep = "[".repeat(100_000);
    refused(&with("a.json", deep.as_bytes()), "a.json", "deep");
    refused(&with("a.yaml", deep.as_bytes()), "a.yaml", "");
    refused(&with("a.toml", format!("a = {deep}").as_bytes()), "a.toml", "");
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let before = level - 1;
        let items = vec![format!("*a{before}"); 10].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{items}]");
    }
    refused(&with("a.yaml", bomb.as_bytes()), "a.yaml", "alias");
}

#[test]
fn a_line_of_fifty_megabytes_is_read() {
    let mut line = b"a;b\n".to_vec();
    line.resize(50 * 1024 * 1024, b'x');
    let folder = with("a.csv", &line);
    let (code, report, _) = judged(&folder);
    assert_eq!(code, 0, "{:#}", report["diagnostics"]);
}

#[test]
fn a_file_above_the_limit_is_refused() {
    refused(&with("a.csv", &vec![b'x'; 65 * 1024 * 1024]), "a.csv", "64");
}

#[test]
fn links_in_circles_and_to_nothing_are_reported() {
    let folder = Folder::new(&[("sub/b.json", "{}")]);
    symlink(folder.path(), folder.path().join("sub/loop")).expect("a link");
    refused(&folder, "sub/loop", "");
    let folder = Folder::new(&[]);
    symlink("absent.json", folder.path().join("a.json")).expect("a link");
    refused(&folder, "a.json", "");
}

#[test]
fn a_link_out_of_the_root_is_not_followed() {
    let outside = Folder::new(&[("secret.json", "{\"password\": \"hunter2\"}")]);
    let folder = Folder::new(&[]);
    symlink(outside.path().join("secret.json"), folder.path().join("a.json")).expect("a link");
    refused(&folder, "a.json", "outside");
    let (_, mut report, _) = judged(&folder);
    // The rule itself names it, on the line that demands.
    report["rules"].take();
    assert!(!report.to_string().contains("hunter2"));
}

#[test]
fn a_pipe_is_not_waited_for() {
    let folder = Folder::new(&[]);
    let made = Command::new("mkfifo").arg(folder.path().join("a.json")).status();
    if !made.is_ok_and(|status| status.success()) {
        skipped("no mkfifo here");
        return;
    }
    refused(&folder, "a.json", "regular file");
}

#[test]
fn a_file_that_may_not_be_read_is_reported() {
    let folder = Folder::new(&[("a.json", "{}")]);
    let path = folder.path().join("a.json");
    std::fs::set_permissions(&path, Permissions::from_mode(0o000)).expect("ours");
    if std::fs::read(&path).is_ok() {
        skipped("this user may read everything");
        return;
    }
    refused(&folder, "a.json", "permission");
}

#[test]
fn a_path_out_of_the_root_in_a_manifest_is_not_opened() {
    let manifest =
        "[delivery]\nsolution = \"x\"\n[[document]]\ntype = \"DEX\"\npath = \"../../etc/passwd\"\n";
    let folder = Folder::new(&[("delivery.toml", manifest), ("house.toml", STANDARD)]);
    let ran = folder.aplomb(&["check", "--standard=house.toml"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(!ran.out.contains("root:x:") && !ran.err.contains("root:x:"));
    assert!(ran.err.contains("../../etc/passwd"), "{}", ran.err);
}

#[test]
fn an_include_out_of_the_root_is_not_opened() {
    let rst = "Title\n=====\n\n.. csv-table:: x\n   :file: ../../../../etc/passwd\n";
    refused(&with("a.rst", rst.as_bytes()), "a.rst", "");
}

#[test]
fn a_standard_full_of_traps_ends_in_mistakes() {
    let deep = format!("x = {}", "[".repeat(100_000));
    let chain = format!("{STANDARD}\nwhen = \"{}\"", vec!["1"; 2000].join("+"));
    let wide = STANDARD.replace("const = 443", "pattern = '(((((a{1,999}){1,999}){1,999}))))'");
    for standard in [deep.as_str(), &chain, &wide, "\u{0}", "[standard]\nid = 1"] {
        let folder = Folder::new(&[("house.toml", standard), ("app/a.json", "{}")]);
        let ran = folder.aplomb(&["check", "app", "--standard=house.toml"]);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(!ran.err.is_empty());
    }
}

#[test]
fn control_characters_of_what_is_judged_do_not_reach_the_terminal() {
    let standard = STANDARD.replace("const = 443", "const = 'x'");
    let json = "{\"port\": \"\\u001b]0;owned\\u0007\u{202e}\"}";
    let folder = Folder::new(&[("house.toml", &standard), ("app/\u{1b}[2Ja.json", json)]);
    let ran = folder.aplomb(&["check", "app", "--standard=house.toml"]);
    assert_eq!(ran.code, 1);
    assert!(!ran.out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{}", ran.out);
}

#[test]
fn arguments_do_not_reach_the_terminal_as_escape_sequences() {
    let folder = Folder::new(&[("house.toml", STANDARD), ("a.json", "{}")]);
    let hostile = "x\u{1b}[31m\u{202e}";
    for args in [
        &["inspect", hostile][..],
        &["inspect", "a.json", "--as", hostile],
        &["inspect", "a.json", "--select", hostile],
        &["explain", hostile],
        &["schema", hostile],
        &["list", hostile],
        &["check", hostile],
        &["check", "a.json", "--standard", hostile],
        &["check", "a.json", "--standard=house.toml", "--param", &format!("{hostile}=1")],
        &["check", "a.json", "--standard=house.toml", "--profile", hostile],
        &["check", "a.json", "--as-of", hostile],
        &[hostile],
    ] {
        let ran = folder.aplomb(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(!ran.err.contains(['\u{1b}', '\u{202e}']), "{args:?}: {:?}", ran.err);
        assert!(ran.err.contains("<U+202E>"), "{args:?}: {}", ran.err);
    }
}

/// Secrets where they hide best: over several lines, in a cell, glued to an option, in a join's key.
const LEAKS: &str = r#"
[standard]
id = "leaks"
version = "1"
domain = "software"
title = "Leaks"

[rule.T-1]
name = "is-42"
title = "Everything is 42"
severity = "blocker"
subjects = { kind = "config" }
select = "$..*"
expect = { const = 42 }

[rule.T-2]
name = "cells-are-42"
title = "Every cell is 42"
severity = "blocker"
subjects = { kind = "document" }
select = "$.tables[*].rows[*][*]"
expect = { const = 42 }

[rule.T-3]
name = "the-same-on-both-sides"
title = "The same on both sides"
severity = "blocker"
[rule.T-3.join]
reference = "right"
only_left = "{key} is on the left alone"
only_right = "{key} is on the right alone"
left = { subjects = { kind = "config", format = "yaml" }, select = "$.keys[*]", key = ["node.password"] }
right = { subjects = { kind = "config", format = "json" }, select = "$.keys[*]", key = ["node.password"] }
"#;

#[test]
fn secrets_are_in_no_format_wherever_they_stand() {
    let yaml = "password: |\n  hunter2-one\n  hunter2-two\nkeys:\n  - password: hunter2-three\n\
        tokens:\n  - hunter2-four\njob: mysqldump -phunter2-five base\n";
    let manual = "# Manual\n\n| Account | Password |\n| --- | --- |\n| app | hunter2-six |\n";
    let register = "account;mot de passe\napp;hunter2-seven\n";
    let manifest = "[delivery]\nsolution = 'x'\nstandards = ['leaks.toml']\nexclude = ['leaks.toml']\n\
        [configs]\nfiles = ['*.yaml', '*.json']\n[[document]]\ntype = 'DEX'\npath = 'dex.md'\n\
        [[document]]\ntype = 'accounts'\npath = 'accounts.csv'\n";
    let folder = Folder::new(&[
        ("delivery.toml", manifest),
        ("leaks.toml", LEAKS),
        ("app.yaml", yaml),
        ("app.json", "{\"keys\": [{\"password\": \"hunter2-eight\"}]}"),
        ("dex.md", manual),
        ("accounts.csv", register),
    ]);
    for format in outputs() {
        let ran = folder.aplomb(&["check", "--verbose", "--format", &format]);
        assert_eq!(ran.code, 1, "{}", ran.err);
        let leak = ran.out.lines().find(|line| line.contains("hunter2"));
        assert_eq!(leak, None, "{format}");
    }
    let report = folder.aplomb(&["check", "--format=json"]).out;
    for told in ["T-1", "T-2", "is on the left alone", "app.yaml", "dex.md", "accounts.csv"] {
        assert!(report.contains(told), "{told}");
    }
}
