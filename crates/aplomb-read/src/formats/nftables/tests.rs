use super::*;
use crate::proof::{at, check, plain, positions, raw};
use crate::read_text;

const RULESET: &str = r#"#!/usr/sbin/nft -f
flush ruleset
include "/etc/nftables.d/*.nft"
define web = { 192.0.2.11, 192.0.2.12 } # c
define all = { $web, 192.0.2.13 }

table inet filter {
    set ports {
        type inet_service; flags interval
        elements = { 22, 8000-8100 }
    }
    counter hits { packets 0 bytes 0 }
    chain input {
        type filter hook input priority 0; policy drop;
        ip saddr $all tcp dport { 443, 8443 } accept comment "F01"
    }
    chain other { jump input; }
}
table x { comment "y"; flags dormant; }
"#;

#[test]
fn a_ruleset_has_tables_of_chains_of_rules() {
    check(
        &NFTABLES,
        "nftables.conf",
        RULESET,
        r#"{"tables": [
            {"family": "inet", "name": "filter", "comment": null, "chains": [
              {"name": "input", "type": "filter", "hook": "input", "device": null, "priority": "0", "policy": "drop", "comment": null, "rules": [
                {"text": "ip saddr $all tcp dport { 443, 8443 } accept comment \"F01\"",
                 "matches": [
                   {"key": "ip saddr", "operator": "==", "values": ["192.0.2.11", "192.0.2.12", "192.0.2.13"]},
                   {"key": "tcp dport", "operator": "==", "values": ["443", "8443"]}],
                 "protocol": ["tcp"], "saddr": ["192.0.2.11", "192.0.2.12", "192.0.2.13"], "daddr": [], "sport": [],
                 "dport": ["443", "8443"], "iif": [], "oif": [], "verdict": "accept", "target": null, "comment": "F01", "understood": true}]},
              {"name": "other", "type": null, "hook": null, "device": null, "priority": null, "policy": null, "comment": null, "rules": [
                {"text": "jump input", "matches": [], "protocol": [], "saddr": [], "daddr": [], "sport": [], "dport": [], "iif": [], "oif": [],
                 "verdict": "jump", "target": "input", "comment": null, "understood": true}]}],
             "sets": [{"kind": "set", "name": "ports", "type": "inet_service", "flags": ["interval"], "elements": ["22", "8000-8100"], "other": []}],
             "objects": [{"kind": "counter", "name": "hits", "text": "packets 0 bytes 0"}], "flags": []},
            {"family": "ip", "name": "x", "comment": "y", "chains": [], "sets": [], "objects": [], "flags": ["dormant"]}],
          "defines": {"web": ["192.0.2.11", "192.0.2.12"], "all": ["192.0.2.11", "192.0.2.12", "192.0.2.13"]},
          "includes": ["/etc/nftables.d/*.nft"], "commands": ["flush ruleset"]}"#,
    );
    check(
        &NFTABLES,
        "nftables.conf",
        "",
        r#"{"tables": [], "defines": {}, "includes": [], "commands": []}"#,
    );
}

/// A rule as `matches | flat values | verdict target | understood`.
fn rule(text: &str) -> String {
    let text = format!("table x {{\n chain y {{\n{text}\n}}\n}}\n");
    let tree = read_text("nftables.conf", &text, &NFTABLES).expect("is one");
    let rule = at(&tree, &["tables", "0", "chains", "0", "rules", "0"]);
    let get = |key: &str| rule.get(key).map(plain).unwrap_or_default();
    let matches = rule.get("matches").expect("is there").items().iter().map(|m| {
        let text = |key: &str| m.get(key).and_then(Node::as_str).unwrap_or_default();
        let values = m.get("values").map(plain).unwrap_or_default();
        format!("{} {} {values}", text("key"), text("operator"))
    });
    let flat = ["protocol", "saddr", "daddr", "sport", "dport", "iif", "oif"];
    let flat = flat.into_iter().filter(|key| get(key) != serde_json::json!([]));
    let flat: Vec<_> = flat.map(|key| format!("{key}{}", get(key))).collect();
    let matches = matches.collect::<Vec<_>>().join("; ");
    format!(
        "{matches} | {} | {} {} | {}",
        flat.join(" "),
        get("verdict"),
        get("target"),
        get("understood")
    )
}

#[test]
fn rules_are_told_apart_as_far_as_is_certain() {
    let cases = [
        ("iif \"lo\" accept", r#"iif == ["lo"] | iif["lo"] | "accept" null | true"#),
        (
            "ct state established,related accept",
            r#"ct state == ["established","related"] |  | "accept" null | true"#,
        ),
        (
            "ip protocol icmp icmp type { echo-request, time-exceeded } limit rate 10/second burst 5 packets accept",
            r#"ip protocol == ["icmp"]; icmp type == ["echo-request","time-exceeded"] | protocol["icmp"] | "accept" null | true"#,
        ),
        (
            "limit rate over 10 mbytes/second log prefix \"x: \" level info flags tcp sequence,options counter drop",
            r#" |  | "drop" null | true"#,
        ),
        (
            "tcp dport != { 22, \\\n 80 } counter packets 1 bytes 2 reject with icmpx type port-unreachable comment \"c\"",
            r#"tcp dport != ["22","80"] | protocol["tcp"] | "reject" "with icmpx type port-unreachable" | true"#,
        ),
        (
            "meta l4proto { tcp, udp } th dport eq 53 oifname eth* goto z",
            r#"meta l4proto == ["tcp","udp"]; th dport == ["53"]; oifname == ["eth*"] | protocol["tcp","udp"] dport["53"] oif["eth*"] | "goto" "z" | true"#,
        ),
        (
            "ip6 daddr @s udp sport 1024-65535 dnat to 10.0.0.1:80",
            r#"ip6 daddr == ["@s"]; udp sport == ["1024-65535"] | protocol["udp"] daddr["@s"] sport["1024-65535"] | "dnat" "to 10.0.0.1:80" | true"#,
        ),
        (
            "tcp dport 22 ct state vmap { new : accept }",
            r#"tcp dport == ["22"] | protocol["tcp"] dport["22"] | null null | false"#,
        ),
        ("ip saddr . tcp dport @s accept", r" |  | null null | false"),
        ("tcp flags & (fin|syn) == syn drop", r" |  | null null | false"),
        ("meta mark set 1 accept", r" |  | null null | false"),
        ("tcp dport", r" |  | null null | false"),
    ];
    for (text, expected) in cases {
        assert_eq!(rule(text), expected, "{text}");
    }
}

#[test]
fn comments_are_found_in_rules_that_are_not_understood() {
    let text = "table x {\n chain y { fib saddr type local drop comment \"F 1\"; }\n}\n";
    let tree = read_text("nftables.conf", text, &NFTABLES).expect("is one");
    let rule = ["tables", "0", "chains", "0", "rules", "0"];
    assert_eq!(raw(&tree, &[&rule[..], &["comment"]].concat()), "F 1");
    assert_eq!(
        raw(&tree, &[&rule[..], &["text"]].concat()),
        "fib saddr type local drop comment \"F 1\""
    );
}

#[test]
fn spans_are_what_is_written() {
    let tree = read_text("nftables.conf", RULESET, &NFTABLES).expect("is one");
    let rule = ["tables", "0", "chains", "0", "rules", "0"];
    let deep = |path: &[&'static str]| [&rule[..], path].concat();
    assert_eq!(raw(&tree, &deep(&["dport", "1"])), "8443");
    assert_eq!(raw(&tree, &deep(&["saddr", "2"])), "192.0.2.13");
    assert_eq!(raw(&tree, &deep(&["matches", "0", "values"])), "$all");
    assert_eq!(raw(&tree, &["tables", "0", "chains", "0", "policy"]), "drop");
    assert_eq!(raw(&tree, &["tables", "0", "chains", "1"]), "chain other { jump input; }");
    let comments: Vec<_> = tree.comments.iter().map(|c| tree.raw(c.span)).collect();
    assert_eq!(comments, ["!/usr/sbin/nft -f", " c"]);
}

#[test]
fn mistakes_have_positions() {
    let text = "foo x\ndefine a\n}\ntable y {\n foo bar\n chain\n}\ntable x {\n chain y { \"a\n";
    let expected = ["1:1", "2:1", "3:1", "5:2", "6:2", "9:12", "10:1", "10:1"];
    assert_eq!(positions(&NFTABLES, "nftables.conf", text), expected);
    assert_eq!(positions(&NFTABLES, "nftables.conf", "define a = { 1,\n"), ["2:1"]);
}

#[test]
fn variable_bombs_end_in_a_limit() {
    let mut text = String::from("define a0 = { 1, 2 }\n");
    for n in 1..40 {
        let line = format!("define a{n} = {{ $a{}, $a{} }}\n", n - 1, n - 1);
        text.push_str(&line);
    }
    let error = read_text("nftables.conf", &text, &NFTABLES).expect_err("two to the fortieth");
    assert_eq!(error.kind, crate::ReadErrorKind::Limit);
}
