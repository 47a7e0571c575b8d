use std::sync::Arc;

use aplomb_model::{Node, Source, Tree};

use super::NGINX;
use crate::proof::{at, check, folder, plain, positions, problem, raw};
use crate::{Input, Limits, ReadError, Root, read, read_text};

fn tree(text: &str) -> Tree {
    read_text("nginx.conf", text, &NGINX).unwrap_or_else(|e| panic!("{text}\n{:?}", e.problems))
}

/// What the words of a text are: each directive's name and arguments.
fn words(text: &str) -> Vec<Vec<String>> {
    let tree = tree(text);
    let text = |node: &Node| node.as_str().expect("a text").to_owned();
    let words = |directive: &Node| {
        let args = directive.get("args").expect("has some").items().iter();
        let name = directive.get("name").into_iter();
        name.chain(args).map(text).collect()
    };
    at(&tree, &["directives"]).items().iter().map(words).collect()
}

/// The settings of the contexts at `path`, as JSON.
fn settings(tree: &Tree, path: &str) -> Vec<serde_json::Value> {
    let contexts = at(tree, &["effective"]).items().iter();
    let here = contexts.filter(|node| node.get("path").and_then(Node::as_str) == Some(path));
    here.map(|node| plain(node.get("settings").expect("has some"))).collect()
}

#[test]
fn directives_are_as_written_and_contexts_say_what_holds() {
    check(
        &NGINX,
        "nginx.conf",
        "user www;\nhttp {\n  root /a; # c\n  server { listen 80 default_server; }\n}\n",
        r#"{"directives": [
            {"name": "user", "args": ["www"], "value": "www"},
            {"name": "http", "args": [], "value": "", "block": [
              {"name": "root", "args": ["/a"], "value": "/a"},
              {"name": "server", "args": [], "value": "", "block": [
                {"name": "listen", "args": ["80", "default_server"], "value": "80 default_server"}]}]}],
          "includes": [],
          "effective": [
            {"context": "main", "args": [], "path": "main", "settings": {"user": "www"}},
            {"context": "http", "args": [], "path": "http", "settings": {"root": "/a"}},
            {"context": "server", "args": [], "path": "http/server",
              "settings": {"listen": ["80 default_server"], "root": "/a"}}]}"#,
    );
    check(
        &NGINX,
        "a.nginx",
        "",
        r#"{"directives": [], "includes": [],
          "effective": [{"context": "fragment", "args": [], "path": "fragment", "settings": {}}]}"#,
    );
}

#[test]
fn words_are_those_of_nginx() {
    let says = |text: &str, expected: &[&[&str]]| assert_eq!(words(text), expected, "{text}");
    says("a 'b c' \"d;{}\" e#f;g;", &[&["a", "b c", "d;{}", "e#f"], &["g"]]);
    says("a ${b}c $d{}", &[&["a", "${b}c", "$d"]]);
    says(
        "a \"it's\" 'a \"b\"' '\\'' \"\\\"\\t\\r\\n\\\\\\d\";",
        &[&["a", "it's", "a \"b\"", "'", "\"\t\r\n\\\\d"]],
    );
    says("location ~ \\.php$ {}", &[&["location", "~", "\\.php$"]]);
    says("location ~ \"^/a{2}$\" {}", &[&["location", "~", "^/a{2}$"]]);
    says("if ($a = \"b\") { }", &[&["if", "($a", "=", "b", ")"]]);
    says("a b\\;c \\#d;", &[&["a", "b\\;c", "\\#d"]]);
    says("a b} c\"d\";", &[&["a", "b}", "c\"d\""]]);
    says("a\r\n'b\r\nc'\r\n;\r\n", &[&["a", "b\r\nc"]]);
    says("\"a\" \"\";", &[&["a", ""]]);
    says("a # ;\n b;", &[&["a", "b"]]);
}

#[test]
fn lua_is_one_argument() {
    let code = "\n local s = \"}\" .. '\\'}' -- }\n --[==[ } ]] ]==] t = {[[ } ]]}\n";
    let text = format!("content_by_lua_block {{{code}}} a;");
    assert_eq!(words(&text), [vec!["content_by_lua_block", code], vec!["a"]]);
    assert_eq!(
        words("set_by_lua_block $b { return 1 }"),
        [["set_by_lua_block", "$b", " return 1 "]]
    );
    assert_eq!(raw(&tree(&text), &["directives", "0", "value"]), code);
}

#[test]
fn simple_directives_are_inherited_until_they_are_set() {
    let tree = tree(
        "http { server_tokens off; ssl_protocols TLSv1.2;
           server { server_tokens on; listen 80; return 444;
             location / { location /b { } } }
           server { }
           client_max_body_size 1m; }",
    );
    let server = settings(&tree, "http/server");
    assert_eq!(server[0]["server_tokens"], "on");
    assert_eq!(server[1]["server_tokens"], "off");
    assert_eq!(server[1]["client_max_body_size"], "1m");
    let inner = &settings(&tree, "http/server/location/location")[0];
    assert_eq!(inner["server_tokens"], "on");
    assert_eq!(inner["ssl_protocols"], "TLSv1.2");
    assert_eq!((inner.get("listen"), inner.get("return")), (None, None));
}

#[test]
fn lists_are_inherited_all_or_none() {
    let tree = tree(
        "http { add_header A 1; add_header B 2; access_log off; unknown 1; unknown 2;
           server { location /a { add_header C \"3 4\" always; } location /b { } } }",
    );
    let locations = settings(&tree, "http/server/location");
    assert_eq!(locations[0]["add_header"], serde_json::json!(["C 3 4 always"]));
    assert_eq!(locations[1]["add_header"], serde_json::json!(["A 1", "B 2"]));
    assert_eq!(locations[1]["access_log"], serde_json::json!(["off"]));
    assert_eq!(locations[1]["unknown"], serde_json::json!(["1", "2"]));
}

#[test]
fn some_directives_replace_others() {
    let tree = tree(
        "http { server { root /a; deny all; allow 10.0.0.1;
           location /b { alias /c; } location /d { allow all; } } }",
    );
    let locations = settings(&tree, "http/server/location");
    assert_eq!(
        locations[0],
        serde_json::json!({"alias": "/c", "deny": ["all"], "allow": ["10.0.0.1"]})
    );
    assert_eq!(locations[1], serde_json::json!({"root": "/a", "allow": ["all"]}));
}

#[test]
fn a_part_of_a_location_answers_as_it_does() {
    let tree = tree("location / { proxy_pass http://a; if ($b) { set $c 1; } location /d { } }");
    assert_eq!(
        settings(&tree, "location/if"),
        [serde_json::json!({"set": ["$c 1"], "proxy_pass": "http://a"})]
    );
    assert_eq!(settings(&tree, "location/location"), [serde_json::json!({})]);
}

#[test]
fn only_the_log_leaves_main_and_upstreams_stand_alone() {
    let tree = tree(
        "user a; error_log /b; events { worker_connections 1; }
         http { proxy_read_timeout 1s; upstream c { server d; server e; } map $a $b { default 1; } }",
    );
    assert_eq!(settings(&tree, "events"), [serde_json::json!({"worker_connections": "1"})]);
    assert_eq!(settings(&tree, "http")[0]["error_log"], serde_json::json!(["/b"]));
    assert_eq!(settings(&tree, "http")[0].get("user"), None);
    assert_eq!(settings(&tree, "http/upstream"), [serde_json::json!({"server": ["d", "e"]})]);
    assert_eq!(settings(&tree, "http/map"), [serde_json::json!({"default": "1"})]);
}

#[test]
fn a_fragment_hands_all_down() {
    let tree = tree("ssl_protocols TLSv1.3; server { listen 443 ssl; }");
    assert_eq!(at(&tree, &["effective", "0", "context"]).as_str(), Some("fragment"));
    assert_eq!(
        settings(&tree, "server"),
        [serde_json::json!({"listen": ["443 ssl"], "ssl_protocols": "TLSv1.3"})]
    );
}

#[test]
fn spans_are_those_of_the_line_that_sets() {
    let tree = tree("http { # é\n  a \"é\";\n  a_log 'x' y;\n  server { }\n}\n");
    assert_eq!(raw(&tree, &["effective", "2", "settings", "a"]), "é");
    assert_eq!(raw(&tree, &["effective", "2", "settings", "a_log"]), "x' y");
    assert_eq!(raw(&tree, &["effective", "2"]), "server");
    let key = at(&tree, &["effective", "2", "settings"]).members()[0].key_span;
    assert_eq!(tree.source().position(key.start() as usize).line, 2);
    assert_eq!(tree.raw(tree.comments[0].span), " é");
}

#[test]
fn mistakes_have_positions() {
    let all = |text: &str| positions(&NGINX, "nginx.conf", text);
    assert_eq!(all("a {\n b\n}\n}\n; {}\n\"c\"d;\n"), ["2:2", "4:1", "5:1", "5:3", "6:4"]);
    assert_eq!(all("a {\n b {\n c;\n"), ["1:3", "2:4"]);
    assert_eq!(all("a {\n b 'c;\n}"), ["2:4"]);
    assert_eq!(all("a b"), ["1:1"]);
    assert_eq!(all("a_by_lua_block { [[ }\n"), ["1:16"]);
    assert!(problem(&NGINX, "nginx.conf", &("a{".repeat(600) + &"}".repeat(600))).contains("512"));
}

fn read_in(files: &Root, name: &str) -> Result<Tree, ReadError> {
    let source: &Arc<Source> = &Arc::new(files.read(name).expect("is there"));
    let limits = &Limits::default();
    read(&Input { source, limits, files }, &NGINX)
}

#[test]
fn includes_are_followed_and_keep_their_places() {
    let (_guard, root) = folder(&[
        (
            "web/nginx.conf",
            "http { include /etc/nginx/mime.types; include sites/*.conf; include /etc/nginx/one; include /etc/none; }",
        ),
        ("web/sites/a.conf", "# é\nserver { include one; }"),
        ("web/sites/b.conf", "server { listen 81; }"),
        ("web/one", "listen 80; # c"),
    ]);
    let tree = read_in(&root, "web/nginx.conf").expect("is one");
    assert_eq!(
        plain(at(&tree, &["includes"])),
        serde_json::json!([
            {"path": "/etc/nginx/mime.types", "found": false, "files": []},
            {"path": "sites/*.conf", "found": true, "files": ["web/sites/a.conf", "web/sites/b.conf"]},
            {"path": "one", "found": true, "files": ["web/one"]},
            {"path": "/etc/nginx/one", "found": true, "files": ["web/one"]},
            {"path": "/etc/none", "found": false, "files": []}
        ])
    );
    let servers = settings(&tree, "http/server");
    assert_eq!(servers[0]["listen"], serde_json::json!(["80"]));
    assert_eq!(servers[1]["listen"], serde_json::json!(["81"]));
    let listen = at(&tree, &["effective", "2", "settings", "listen", "0"]);
    assert_eq!(tree.raw(listen.span), "80");
    assert_eq!(tree.sources.locate(listen.span).source.name(), "web/one");
    let block = at(&tree, &["directives", "0", "block", "1", "block"]).items();
    assert_eq!(block.len(), 2);
    let comments: Vec<_> = tree.comments.iter().map(|c| tree.raw(c.span)).collect();
    assert_eq!(comments, [" c", " é"]);
}

#[test]
fn a_part_finds_its_includes_where_the_whole_would() {
    let (_guard, root) = folder(&[
        ("web/nginx.conf", ""),
        ("web/snippets/a", "b;"),
        ("web/sites/a/b.conf", "include snippets/a;"),
        ("alone/b.conf", "include a/c;"),
        ("alone/a/c", "d;"),
    ]);
    let tree = read_in(&root, "web/sites/a/b.conf").expect("is one");
    assert_eq!(at(&tree, &["includes", "0", "files", "0"]).as_str(), Some("web/snippets/a"));
    let tree = read_in(&root, "alone/b.conf").expect("is one");
    assert_eq!(at(&tree, &["includes", "0", "files", "0"]).as_str(), Some("alone/a/c"));
}

#[test]
fn mistakes_in_included_files_are_told_where_they_are_included() {
    let (_guard, root) = folder(&[
        ("nginx.conf", "a;\ninclude b;\ninclude c;\n"),
        ("b", "include d;"),
        ("d", "\n}"),
        ("c", "include nginx.conf; include c;"),
    ]);
    let error = read_in(&root, "nginx.conf").expect_err("three mistakes");
    let source = root.read("nginx.conf").expect("is there");
    let told: Vec<_> = error
        .problems
        .iter()
        .map(|p| {
            let at = source.position(p.span.expect("a place").start() as usize);
            format!("{}:{} {}", at.line, at.column, p.message.en.split(';').next().expect("one"))
        })
        .collect();
    assert_eq!(
        told,
        [
            "2:9 d, line 2: no block is open here",
            "3:9 c, line 1: nginx.conf ends up including itself",
            "3:9 c, line 1: c ends up including itself",
        ]
    );
}

#[test]
fn includes_that_multiply_are_refused() {
    let mut files: Vec<(String, String)> =
        (0..20).map(|n| (format!("f{n}"), format!("include f{0}; include f{0};", n + 1))).collect();
    files.push(("f20".to_owned(), "a b;".to_owned()));
    files.push(("nginx.conf".to_owned(), "include f0;".to_owned()));
    let files: Vec<_> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let (_guard, root) = folder(&files);
    let error = read_in(&root, "nginx.conf").expect_err("a million files");
    assert!(error.describe(None).contains("too much is included"), "{error}");
    assert_eq!(error.problems.len(), 1);
}

#[test]
fn includes_that_never_end_are_refused_once() {
    let text = "include a*;".repeat(20_000);
    assert_eq!(positions(&NGINX, "nginx.conf", &text), ["1:110009"]);
    let text = "include a;".repeat(20_000);
    assert_eq!(positions(&NGINX, "nginx.conf", &text), ["1:100009"]);
}

#[test]
fn settings_that_multiply_are_refused() {
    let long = "x".repeat(1_000_000);
    let text = format!("a {long}; {}", "b { } ".repeat(200));
    assert!(problem(&NGINX, "nginx.conf", &text).contains("inherit"));
}
