use std::sync::Arc;

use aplomb_model::{Node, Tree};
use serde_json::{Value, json};

use super::HTTPD;
use crate::proof::{at, check, folder, plain, positions, problem, raw};
use crate::{Input, Limits, Root, read, read_text};

fn tree(text: &str) -> Tree {
    read_text("httpd.conf", text, &HTTPD).unwrap_or_else(|e| panic!("{text}\n{:?}", e.problems))
}

fn settings(tree: &Tree, path: &str) -> Vec<Value> {
    let contexts = at(tree, &["effective"]).items().iter();
    let here = contexts.filter(|node| node.get("path").and_then(Node::as_str) == Some(path));
    here.map(|node| plain(node.get("settings").expect("has some"))).collect()
}

#[test]
fn directives_nest_and_contexts_say_what_holds() {
    check(
        &HTTPD,
        "httpd.conf",
        "# é\nservertokens Prod\n<IfModule ssl.c>\n Listen 443\n</IfModule>\n<VirtualHost *:443>\n  ServerName \"a b\"\n</virtualhost>\n",
        r#"{"directives": [
            {"name": "ServerTokens", "args": ["Prod"], "value": "Prod"},
            {"name": "IfModule", "args": ["ssl.c"], "value": "ssl.c", "block": [
              {"name": "Listen", "args": ["443"], "value": "443"}]},
            {"name": "VirtualHost", "args": ["*:443"], "value": "*:443", "block": [
              {"name": "ServerName", "args": ["a b"], "value": "a b"}]}],
          "includes": [],
          "effective": [
            {"context": "server", "args": [], "path": "server", "settings": {"ServerTokens": "Prod", "Listen": ["443"]}},
            {"context": "VirtualHost", "args": ["*:443"], "path": "VirtualHost",
              "settings": {"ServerName": "a b", "ServerTokens": "Prod"}}]}"#,
    );
}

#[test]
fn words_are_those_of_the_server() {
    let cases: [(&str, &[&str]); 9] = [
        ("A b  'c d' \"e'f\"", &["A", "b", "c d", "e'f"]),
        ("A \"b \\\"c\\\" \\d \\\\\"", &["A", "b \"c\" \\d \\"]),
        ("A b\\\\c it's \\.php$", &["A", "b\\c", "it's", "\\.php$"]),
        ("A \"b\"c", &["A", "b", "c"]),
        ("A \"b c", &["A", "b c"]),
        ("A b \\\n  c\\\nd # e", &["A", "b", "cd", "#", "e"]),
        ("A b \\\r\n  c", &["A", "b", "c"]),
        ("A b \\\n\n", &["A", "b"]),
        ("\\\n A", &["A"]),
    ];
    for (text, expected) in cases {
        let tree = tree(text);
        let directive = at(&tree, &["directives", "0"]);
        let args = directive.get("args").expect("has some").items().iter();
        let words: Vec<_> =
            directive.get("name").into_iter().chain(args).map(Node::as_str).collect();
        assert_eq!(words, expected.iter().copied().map(Some).collect::<Vec<_>>(), "{text}");
        assert_eq!(at(&tree, &["directives"]).items().len(), 1, "{text}");
    }
    assert_eq!(tree("# a \\\nB c\n").comments.len(), 1);
    assert_eq!(
        raw(&tree("<If \"%{A} > 'b'\">\n</If>"), &["directives", "0", "value"]),
        "%{A} > 'b'"
    );
}

#[test]
fn virtual_hosts_hold_what_the_server_sets() {
    let tree = tree(
        "Header set A 1\nCustomLog /a b\nTimeOut 60\nRewriteRule a b\n\
         <VirtualHost *>\nHeader set B 2\nCustomLog /c d\n<Directory />\nRequire all denied\nRequire ip ::1\n</Directory>\n</VirtualHost>\n\
         <VirtualHost *>\n</VirtualHost>\nKeepAlive Off\nKeepAlive On\n",
    );
    let hosts = settings(&tree, "VirtualHost");
    assert_eq!(
        hosts[0],
        json!({"Header": ["set B 2", "set A 1"], "CustomLog": ["/c d"], "TimeOut": "60", "KeepAlive": "On"})
    );
    assert_eq!(
        hosts[1],
        json!({"Header": ["set A 1"], "CustomLog": ["/a b"], "TimeOut": "60", "KeepAlive": "On"})
    );
    let inner = settings(&tree, "VirtualHost/Directory");
    assert_eq!(inner, [json!({"Require": ["all denied", "ip ::1"]})]);
}

#[test]
fn includes_are_followed_from_the_server_root() {
    let (_guard, root) = folder(&[
        (
            "a/conf/httpd.conf",
            "Include conf.d/*.conf\nIncludeOptional /etc/httpd/none\nInclude x/\n",
        ),
        ("a/conf.d/b.conf", "Listen \"80\"\nInclude conf.d/c\n"),
        ("a/conf.d/c", "User é\n"),
        ("a/x/y", "Group z\n"),
    ]);
    let source = &Arc::new(root.read("a/conf/httpd.conf").expect("is there"));
    let limits = &Limits::default();
    let files: &Root = &root;
    let tree = read(&Input { source, limits, files }, &HTTPD).expect("is one");
    assert_eq!(
        plain(at(&tree, &["includes"])),
        json!([
            {"path": "conf.d/*.conf", "found": true, "files": ["a/conf.d/b.conf"]},
            {"path": "conf.d/c", "found": true, "files": ["a/conf.d/c"]},
            {"path": "/etc/httpd/none", "found": false, "files": []},
            {"path": "x/", "found": true, "files": ["a/x/y"]}
        ])
    );
    assert_eq!(settings(&tree, "server"), [json!({"Listen": ["80"], "User": "é", "Group": "z"})]);
    let user = at(&tree, &["effective", "0", "settings", "User"]);
    assert_eq!(
        (tree.raw(user.span), tree.sources.locate(user.span).source.name()),
        ("é", "a/conf.d/c")
    );
}

#[test]
fn spans_are_those_of_the_line_that_counts() {
    let tree = tree("# é\nTimeOut 1\n<VirtualHost *>\ntimeout \"é\"\n</VirtualHost>\n");
    assert_eq!(raw(&tree, &["effective", "1", "settings", "TimeOut"]), "é");
    assert_eq!(raw(&tree, &["effective", "1"]), "VirtualHost *");
    let key = at(&tree, &["effective", "1", "settings"]).members()[0].key_span;
    assert_eq!(tree.raw(key), "timeout");
    assert_eq!(tree.raw(tree.comments[0].span), " é");
}

#[test]
fn mistakes_have_positions() {
    let text = "</A>\n<B\n<C d>\n<E>\n</C>\n<>\n<F>\n";
    assert_eq!(positions(&HTTPD, "httpd.conf", text), ["1:3", "2:1", "4:2", "6:1", "7:2"]);
    let deep = read_text("httpd.conf", &"<A>\n".repeat(600), &HTTPD).expect_err("too deep");
    assert!(deep.problems.iter().any(|problem| problem.message.en.contains("512")));
    let host = "<VirtualHost *>\n</VirtualHost>\n".repeat(200);
    let text = format!("A {}\n{host}", "x".repeat(1_000_000));
    assert!(problem(&HTTPD, "httpd.conf", &text).contains("inherited"));
}
