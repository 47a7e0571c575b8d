use std::fmt::Write as _;

use aplomb_read::{by_id, read_text};
use serde_json::json;

use super::*;

fn compared(before: &Value, after: &Value) -> Comparison {
    let tree = |value: &Value| {
        let json = by_id("json").expect("built in");
        read_text("a.json", &value.to_string(), json).expect("JSON")
    };
    compare(&tree(before), &tree(after))
}

/// `packages|a|version -1 +2 (/x:1)`, a line a change.
fn told(before: &Value, after: &Value) -> Vec<String> {
    let mut comparison = compared(before, after);
    let line = |change: Change| {
        let parts = [Some(change.section), change.item, Some(change.path)];
        let parts = parts.into_iter().flatten().filter(|part| !part.is_empty());
        let mut line = parts.collect::<Vec<_>>().join("|");
        for (sign, value) in [("-", change.before), ("+", change.after)] {
            if let Some(value) = value {
                let _ = write!(line, " {sign}{}", compact(&value));
            }
        }
        line.extend(change.from.map(|from| format!(" ({from})")));
        line
    };
    let mut lines: Vec<_> = comparison.changes.drain(..).map(line).collect();
    for unseen in comparison.unseen {
        let side = |status: &Option<String>| status.clone().unwrap_or_else(|| "-".to_owned());
        let (before, after) = (side(&unseen.before), side(&unseen.after));
        lines.push(format!("? {} {:?} {before} {after}", unseen.section, unseen.members));
    }
    lines
}

fn collected(section: &str, facts: &Value) -> Value {
    json!({"schema": "aplomb.host/1", "host": "a", section: facts,
        "sections": {section: {"status": "collected"}}})
}

#[test]
fn items_are_matched_by_what_they_are() {
    let before = json!([
        {"name": "a", "arch": "amd64", "version": "1", "from": "/s:1"},
        {"name": "a", "arch": "i386", "version": "1", "from": "/s:9"},
        {"name": "gone", "version": "1", "from": "/s:20"},
    ]);
    let after = json!([
        {"name": "come", "version": "3", "from": "/s:1"},
        {"name": "a", "arch": "i386", "version": "1", "from": "/s:8"},
        {"name": "a", "arch": "amd64", "version": "2", "state": "hold", "from": "/s:30"},
    ]);
    let lines = told(&collected("packages", &before), &collected("packages", &after));
    assert_eq!(
        lines,
        [
            r#"packages|a amd64|state +"hold" (/s:30)"#,
            r#"packages|a amd64|version -"1" +"2" (/s:30)"#,
            r#"packages|come +{"name":"come","version":"3"} (/s:1)"#,
            r#"packages|gone -{"name":"gone","version":"1"} (/s:20)"#,
        ]
    );
}

#[test]
fn of_several_alike_only_those_that_differ_are_told() {
    let kernel = |version: &str| json!({"name": "kernel", "arch": "x86_64", "version": version});
    let before = collected("packages", &json!([kernel("1"), kernel("2")]));
    let after = collected("packages", &json!([kernel("2"), kernel("3")]));
    assert_eq!(told(&before, &after), [r#"packages|kernel x86_64|version -"1" +"3""#]);
    let after = collected("packages", &json!([kernel("2"), kernel("3"), kernel("4")]));
    assert_eq!(told(&before, &after).len(), 3);
    assert_eq!(told(&before, &before), [""; 0]);
}

#[test]
fn objects_are_compared_member_by_member_with_their_sources() {
    let before = json!({"id": "debian", "version_id": "12", "like": ["a", "b"], "cpu": {"n": 1},
        "from": {"id": "/etc/os-release:1"}});
    let after = json!({"id": "debian", "version_id": "13", "like": ["b", "c"], "cpu": {"n": 2},
        "from": {"version_id": "/etc/os-release:4"}});
    assert_eq!(
        told(&collected("os", &before), &collected("os", &after)),
        [
            "os|cpu.n -1 +2",
            r#"os|like[a] -"a""#,
            r#"os|like[c] +"c""#,
            r#"os|version_id -"12" +"13" (/etc/os-release:4)"#,
        ]
    );
    let (before, after) = (json!({"like": ["a", "b"]}), json!({"like": ["b", "a"]}));
    let lines = told(&collected("os", &before), &collected("os", &after));
    assert_eq!(lines, [r#"os|like -["a","b"] +["b","a"]"#], "another order is another fact");
}

#[test]
fn the_order_of_lines_that_decide_is_a_fact() {
    let line = |text: &str, at: u32| json!({"text": text, "from": format!("/etc/sudoers:{at}")});
    let before = collected("sudo", &json!([line("a", 1), line("b", 2)]));
    let after = collected("sudo", &json!([line("b", 1), line("x", 2), line("a", 3)]));
    let lines = told(&before, &after);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines[1].starts_with("sudo|order"), "{lines:#?}");
    let after = collected("sudo", &json!([line("a", 4), line("b", 9)]));
    assert_eq!(told(&before, &after), [""; 0]);
}

#[test]
fn what_was_not_seen_is_neither_gone_nor_come() {
    let seen = collected("users", &json!([{"name": "root", "password": "set", "from": "/p:1"}]));
    let mut denied = json!({"schema": "aplomb.host/1", "host": "a",
        "sections": {"users": {"status": "denied"}}});
    let status = r#"sections|users -"collected" +"denied""#;
    assert_eq!(told(&seen, &denied), [status, "? users [] collected denied"]);
    assert_eq!(told(&denied, &denied), ["? users [] denied denied"]);
    denied["sections"]["users"]["status"] = "absent".into();
    let lines = told(&seen, &denied);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(lines[1].starts_with("users|root -"), "a host without it has none: {lines:#?}");
    let never = json!({"schema": "aplomb.host/1", "host": "a", "sections": {}});
    assert_eq!(told(&seen, &never), ["? users [] collected -"]);
    assert_eq!(told(&never, &seen), ["? users [] - collected"]);
    let mut ordinary = collected("users", &json!([{"name": "root"}, {"name": "eve"}]));
    ordinary["sections"]["users"]["gaps"] = json!([{"from": "/etc/shadow", "status": "denied",
        "reason": "", "members": ["password"]}]);
    assert_eq!(
        told(&seen, &ordinary),
        [r#"users|eve +{"name":"eve"}"#, r#"? users ["password"] collected collected"#]
    );
    let mut cut = collected("users", &json!([{"name": "eve"}]));
    cut["sections"]["users"]["status"] = "truncated".into();
    let lines = told(&seen, &cut);
    assert!(lines.contains(&r#"users|eve +{"name":"eve"}"#.to_owned()), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("root")), "{lines:#?}");
}

#[test]
fn how_it_was_recorded_is_no_fact_and_whose_it_is_is_one() {
    let one = json!({"schema": "aplomb.host/1", "host": "a", "captured_at": "1", "uid": 0,
        "boot_id": "x", "content_hash": "1", "sections": {}});
    let other = json!({"schema": "aplomb.host/1", "host": "b", "captured_at": "2", "uid": 7,
        "boot_id": "y", "content_hash": "2", "sections": {}});
    assert_eq!(told(&one, &other), [r#"boot_id -"x" +"y""#, r#"host -"a" +"b""#]);
}

#[test]
fn anything_that_is_json_is_compared() {
    let odd = [
        json!([]),
        json!(null),
        json!({}),
        json!({"packages": 1, "sections": 2}),
        json!({"packages": [1, {"name": []}, []], "sections": {"packages": {"gaps": [3]}}}),
    ];
    for before in &odd {
        for after in &odd {
            compared(before, after);
        }
    }
}
