use aplomb_model::Tree;
use serde_json::{Value, json};

use super::HAPROXY;
use crate::proof::{at, check, plain, positions, problem, raw};
use crate::read_text;

fn tree(text: &str) -> Tree {
    read_text("haproxy.cfg", text, &HAPROXY).unwrap_or_else(|e| panic!("{text}\n{:?}", e.problems))
}

fn settings(text: &str, section: usize) -> Value {
    plain(at(&tree(text), &["effective", &section.to_string(), "settings"]))
}

#[test]
fn sections_hold_lines_and_what_takes_effect() {
    check(
        &HAPROXY,
        "haproxy.cfg",
        "global\n  daemon\ndefaults # c\n  mode http\n  timeout client 5s\n\nfrontend www\n\tbind :80\n\tbind :443 ssl crt /a\n",
        r#"{"sections": [
            {"section": "global", "name": null, "from": null, "args": [], "lines": [
              {"keyword": "daemon", "args": [], "value": ""}]},
            {"section": "defaults", "name": null, "from": null, "args": [], "lines": [
              {"keyword": "mode", "args": ["http"], "value": "http"},
              {"keyword": "timeout", "args": ["client", "5s"], "value": "client 5s"}]},
            {"section": "frontend", "name": "www", "from": null, "args": ["www"], "lines": [
              {"keyword": "bind", "args": [":80"], "value": ":80"},
              {"keyword": "bind", "args": [":443", "ssl", "crt", "/a"], "value": ":443 ssl crt /a"}]}],
          "effective": [
            {"section": "global", "name": null, "from": null, "settings": {"daemon": ""}},
            {"section": "defaults", "name": null, "from": null,
              "settings": {"mode": "http", "timeout": {"client": "5s"}}},
            {"section": "frontend", "name": "www", "from": null,
              "settings": {"mode": "http", "timeout": {"client": "5s"}, "bind": [":80", ":443 ssl crt /a"]}}]}"#,
    );
    check(&HAPROXY, "haproxy.cfg", "# é\n\n", r#"{"sections": [], "effective": []}"#);
}

/// What `HAProxy` 2.6 itself makes of these words, as it tells in its messages.
#[test]
fn words_are_those_of_haproxy() {
    let cases = [
        (r"a\ b", "a b"),
        (r"a\#b", "a#b"),
        ("a#b", "a"),
        (r"a\\b", r"a\b"),
        (r#"a\"b"#, "a\"b"),
        (r"a\nb\x41", "a\nbA"),
        (r"a\1b\", r"a\1b\"),
        (r#""a b"c"#, "a bc"),
        (r#""a\"b\1\ \#""#, "a\"b\\1 #"),
        (r#"'a\ \"b'"#, r#"a\ \"b"#),
        (r#""a\$b${C}""#, "a$b${C}"),
        (r"a\$b", r"a\$b"),
        ("x'y z'w", "xy zw"),
        ("\"it's\"", "it's"),
        ("''a", "a"),
        (r"a\é", r"a\é"),
    ];
    for (written, expected) in cases {
        let tree = tree(&format!("global\n {written}\n"));
        let keyword = at(&tree, &["sections", "0", "lines", "0", "keyword"]);
        assert_eq!(keyword.as_str(), Some(expected), "{written}");
    }
}

#[test]
fn proxies_inherit_from_the_defaults_before_them_or_named() {
    let text = "defaults a\n mode tcp\n log global\ndefaults b from a\n retries 2\n\
                frontend c\n mode http\nlisten d from a\n log stdout\nbackend e from b\n no log\n";
    assert_eq!(settings(text, 1), json!({"mode": "tcp", "log": ["global"], "retries": "2"}));
    assert_eq!(settings(text, 2), json!({"mode": "http", "log": ["global"], "retries": "2"}));
    assert_eq!(settings(text, 3), json!({"mode": "tcp", "log": ["global", "stdout"]}));
    assert_eq!(settings(text, 4), json!({"mode": "tcp", "retries": "2"}));
    let text = "defaults\n mode tcp\ndefaults\n retries 1\nbackend a\n";
    assert_eq!(settings(text, 2), json!({"retries": "1"}));
    assert_eq!(settings("defaults\n mode tcp\npeers a\n", 1), json!({}));
}

#[test]
fn some_keywords_are_maps() {
    let text = "defaults\n option httplog\n option forwardfor except 127.0.0.0/8\n stats enable\n stats auth a:b\n stats auth c:d\n\
                frontend a\n no option httplog\n option httplog clf\n errorfile 503 /a\nbackend b\n no option forwardfor\n stats uri /s\n";
    let stats = json!({"enable": "", "auth": ["a:b", "c:d"]});
    assert_eq!(
        settings(text, 1),
        json!({
            "option": {"httplog": "clf", "forwardfor": "except 127.0.0.0/8"},
            "stats": stats, "errorfile": {"503": "/a"}
        })
    );
    assert_eq!(settings(text, 2), json!({"option": {"httplog": ""}, "stats": {"uri": "/s"}}));
}

#[test]
fn the_parts_of_global_are_one() {
    let text = "global\n user a\n log x\nuserlist u\n user b\n user c\nglobal\n user d\n log y\n";
    assert_eq!(settings(text, 0), json!({"user": "d", "log": ["x", "y"]}));
    assert_eq!(settings(text, 1), json!({"user": ["b", "c"]}));
    assert_eq!(at(&tree(text), &["sections"]).items().len(), 3);
    assert_eq!(at(&tree(text), &["effective"]).items().len(), 2);
}

#[test]
fn spans_are_those_of_the_line_that_counts() {
    let tree = tree("defaults\n mode 'é' # é\n timeout client \"5s\"\nbackend b\n mode x\n");
    assert_eq!(raw(&tree, &["effective", "0", "settings", "mode"]), "é");
    assert_eq!(raw(&tree, &["effective", "1", "settings", "mode"]), "x");
    assert_eq!(raw(&tree, &["effective", "1", "settings", "timeout", "client"]), "5s");
    assert_eq!(raw(&tree, &["effective", "1"]), "backend b");
    let key = at(&tree, &["effective", "1", "settings"]).member("mode").expect("is set").key_span;
    assert_eq!(tree.source().position(key.start() as usize).line, 5);
    assert_eq!(tree.raw(tree.comments[0].span), " é");
}

#[test]
fn mistakes_have_positions() {
    let text = "daemon\n.if 1\nfrontend\nbackend a from b\n a 'b\n c \\xz\nglobal\n";
    assert_eq!(positions(&HAPROXY, "haproxy.cfg", text), ["1:1", "3:1", "4:16", "5:4", "6:4"]);
    let text = format!("defaults\n a {}\n{}", "x".repeat(1_000_000), "backend b\n".repeat(200));
    assert!(problem(&HAPROXY, "haproxy.cfg", &text).contains("inherited"));
}
