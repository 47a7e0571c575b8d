use serde_json::json;

use crate::fixture::{Files, section};

fn filters(files: &[(&str, &str)]) -> serde_json::Value {
    section(Files::new(files).root(), "packet_filters").0
}

#[test]
fn chains_of_nftables_say_what_becomes_of_the_rest() {
    let found = filters(&[
        (
            "/etc/nftables.conf",
            "#!/usr/sbin/nft -f\nflush ruleset\ninclude \"/etc/nftables.d/*.nft\"\n\
            table inet filter {\n  set x { type ipv4_addr; }\n  chain input {\n    \
            type filter hook input priority 0; policy drop;\n    iif lo accept\n    tcp dport { 22, 443 } accept\n  }\n  \
            chain output { type filter hook output priority 0; }\n  chain own { drop }\n}\n",
        ),
        (
            "/etc/nftables.d/a.nft",
            "table ip6 six {\n chain in {\n  type filter hook input priority filter\n  \
            iifname \"lo\" counter accept\n  counter drop # all else\n }\n}\n",
        ),
    ]);
    let main = "/etc/nftables.conf";
    assert_eq!(
        found,
        json!([
            {"from": format!("{main}:6"), "tool": "nftables", "family": "inet", "hook": "input",
                "default": "drop", "loopback": true},
            {"from": format!("{main}:11"), "tool": "nftables", "family": "inet", "hook": "output",
                "default": "accept", "loopback": false},
            {"from": "/etc/nftables.d/a.nft:2", "tool": "nftables", "family": "ip6",
                "hook": "input", "default": "drop", "loopback": true},
        ])
    );
}

#[test]
fn a_rule_with_conditions_is_no_default() {
    let found = filters(&[(
        "/etc/nftables.conf",
        "table inet f {\n chain i {\n type filter hook input priority 0; policy accept;\n \
        ct state invalid drop\n ip saddr { 192.0.2.1 } drop\n tcp dport 1 \\\n drop\n }\n}\n",
    )]);
    assert_eq!(found[0]["default"], "accept");
    let found = filters(&[(
        "/etc/nftables.conf",
        "table inet f { chain i { type filter hook input priority 0; iif lo accept; drop; }; }\n",
    )]);
    assert_eq!((&found[0]["default"], &found[0]["loopback"]), (&json!("drop"), &json!(true)));
    let found = filters(&[(
        "/etc/iptables/rules.v4",
        "*nat\n:INPUT DROP [0:0]\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n\
        -A INPUT -i lo -j ACCEPT\n-A INPUT -p tcp -j DROP\n-A INPUT -j REJECT --reject-with x\nCOMMIT\n",
    )]);
    assert_eq!((&found[0]["default"], &found[0]["loopback"]), (&json!("reject"), &json!(true)));
    assert_eq!((&found[1]["hook"], &found[1]["default"]), (&json!("forward"), &json!("drop")));
}

#[test]
fn ufw_and_firewalld_say_it_in_their_own_words() {
    let found = filters(&[
        ("/etc/ufw/ufw.conf", "ENABLED=no\n"),
        ("/etc/default/ufw", "IPV6=yes\nDEFAULT_INPUT_POLICY=\"DROP\"\n"),
        ("/etc/firewalld/firewalld.conf", "DefaultZone=trusted\n"),
        ("/usr/lib/firewalld/zones/trusted.xml", "<zone target=\"ACCEPT\">\n</zone>\n"),
    ]);
    assert_eq!((&found[0]["default"], &found[0]["enabled"]), (&json!("drop"), &json!(false)));
    assert_eq!(found[1]["default"], "accept");
    assert_eq!(found[1]["from"], "/usr/lib/firewalld/zones/trusted.xml:1");
}

#[test]
fn what_an_include_names_elsewhere_is_told() {
    let files = Files::new(&[("/etc/nftables.conf", "include \"/opt/x.nft\"\n")]);
    let (_, entry) = section(files.root(), "packet_filters");
    assert_eq!(entry["gaps"][0]["from"], "/opt/x.nft");
}
