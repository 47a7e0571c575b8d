use super::*;
use crate::proof::{at, check, plain, positions, raw};
use crate::read_text;

#[test]
fn objects_and_legacy_lines_say_the_same() {
    check(
        &RSYSLOG,
        "etc/rsyslog.conf",
        "# c\n$ModLoad imuxsock\nmodule(load=\"imfile\" Mode=\"inotify\") /* d */\n$FileOwner root\n$IncludeConfig /etc/rsyslog.d/*.conf\n\
         include(file=\"/b\" mode=\"optional\")\nglobal(workDirectory=\"/var\"\n  x.y=[\"a\", \"b\"] # e\n)\n\
         input(type=\"imfile\" File=\"/var/log/a\\\"b\")\nmain_queue(queue.size=\"10\")\n\
         auth,authpriv.*\t-/var/log/auth.log;Format\n& @@(o)log.example:6514\n& stop\n*.emerg :omusrmsg:*\n*.* action(type=\"omfwd\" Target=\"h\")\n",
        r#"{"globals": {"workdirectory": "/var", "x.y": ["a", "b"]},
          "modules": [{"load": "imuxsock"}, {"load": "imfile", "mode": "inotify"}],
          "inputs": [{"type": "imfile", "file": "/var/log/a\"b"}], "templates": [],
          "actions": [
            {"type": "omfile", "file": "/var/log/auth.log", "template": "Format", "filters": ["auth,authpriv.*"], "ruleset": null, "text": "-/var/log/auth.log;Format"},
            {"type": "omfwd", "target": "log.example", "protocol": "tcp", "port": "6514", "options": "o", "filters": ["auth,authpriv.*"], "ruleset": null, "text": "@@(o)log.example:6514"},
            {"type": "stop", "filters": ["auth,authpriv.*"], "ruleset": null, "text": "stop"},
            {"type": "omusrmsg", "users": "*", "filters": ["*.emerg"], "ruleset": null, "text": ":omusrmsg:*"},
            {"type": "omfwd", "target": "h", "filters": ["*.*"], "ruleset": null, "text": "action(type=\"omfwd\" Target=\"h\")"}],
          "objects": [{"object": "main_queue", "queue.size": "10"}],
          "directives": [{"name": "ModLoad", "value": "imuxsock"}, {"name": "FileOwner", "value": "root"},
            {"name": "IncludeConfig", "value": "/etc/rsyslog.d/*.conf"}],
          "statements": [], "includes": ["/etc/rsyslog.d/*.conf", "/b"]}"#,
    );
    check(
        &RSYSLOG,
        "rsyslog.conf",
        "",
        r#"{"globals": {}, "modules": [], "inputs": [], "templates": [], "actions": [], "objects": [],
          "directives": [], "statements": [], "includes": []}"#,
    );
}

/// The actions as `type filters ruleset`.
fn actions(text: &str) -> Vec<String> {
    let tree = read_text("rsyslog.conf", text, &RSYSLOG).expect("is one");
    let actions = at(&tree, &["actions"]).items().iter();
    let get = |action: &Node, key: &str| action.get(key).map(plain).unwrap_or_default();
    let shown = actions.map(|action| {
        let kind = action.get("type").and_then(Node::as_str).unwrap_or_default().to_owned();
        format!("{kind} {} {}", get(action, "filters"), get(action, "ruleset"))
    });
    shown.collect()
}

#[test]
fn filters_nest_and_go_on() {
    let text = "ruleset(name=\"r\") {\n if $msg contains 'then }' and ($x == \"a\") then {\n  if $y then stop\n  action(type=\"a\")\n \
        } else if $z then /f\n else { mail.* /g\n }\n call s\n}\n:msg, contains, \"a \\\" b\" @h\n& ~\n*.info { mail.* /h\n if $w then *.err /i\n }\nset $.a = \"x;y\"; \
        foreach ($.i in $x) do { call t }\n";
    let expected = [
        r#"stop ["$msg contains 'then }' and ($x == \"a\")","$y"] "r""#,
        r#"a ["$msg contains 'then }' and ($x == \"a\")"] "r""#,
        r#"omfile ["not ($msg contains 'then }' and ($x == \"a\"))","$z"] "r""#,
        r#"omfile ["not ($msg contains 'then }' and ($x == \"a\"))","not ($z)","mail.*"] "r""#,
        r#"call [] "r""#,
        r#"omfwd [":msg, contains, \"a \\\" b\""] null"#,
        r#"stop [":msg, contains, \"a \\\" b\""] null"#,
        r#"omfile ["*.info","mail.*"] null"#,
        r#"omfile ["*.info","$w","*.err"] null"#,
        r"call [] null",
    ];
    assert_eq!(actions(text), expected);
}

#[test]
fn actions_need_no_filter_and_selectors_go_on() {
    let text = "/a\n:programname, startswith, \"x\" {\n /b\n stop\n}\ndaemon,mail.*;\\\n\tnews.=crit;*.!warn\t|/c\n*.info \\\n @d\n";
    let expected = [
        r"omfile [] null",
        r#"omfile [":programname, startswith, \"x\""] null"#,
        r#"stop [":programname, startswith, \"x\""] null"#,
        r#"ompipe ["daemon,mail.*;news.=crit;*.!warn"] null"#,
        r#"omfwd ["*.info"] null"#,
    ];
    assert_eq!(actions(text), expected);
}

#[test]
fn templates_have_elements() {
    let text = "template(name=\"t\" type=\"list\") {\n constant(value=\"é\")\n property(name=\"msg\" format=\"json\") }\n*.* /x;t\n";
    let tree = read_text("rsyslog.conf", text, &RSYSLOG).expect("is one");
    let found = plain(at(&tree, &["templates", "0", "elements"]));
    let expected = serde_json::json!([
        {"object": "constant", "value": "é"}, {"object": "property", "name": "msg", "format": "json"},
    ]);
    assert_eq!(found, expected);
    assert_eq!(raw(&tree, &["actions", "0", "file"]), "/x");
    assert_eq!(raw(&tree, &["actions", "0", "filters", "0"]), "*.*");
    assert_eq!(raw(&tree, &["templates", "0", "elements", "0"]), "constant(value=\"é\")");
}

#[test]
fn mistakes_have_positions() {
    let text = "words\n*.*\naction(type=omfwd)\n}\nelse /x\n!prog\nfoo(a=\"b\")\n*.* {\n$\ninput(type=\"x\n";
    let expected = ["1:1", "2:1", "3:13", "4:1", "5:1", "6:1", "7:1", "8:5", "9:1", "10:12"];
    assert_eq!(positions(&RSYSLOG, "rsyslog.conf", text), expected);
    assert_eq!(positions(&RSYSLOG, "rsyslog.conf", "if $x\n"), ["1:1"]);
}

#[test]
fn nesting_is_bounded() {
    let error = read_text("rsyslog.conf", &"{".repeat(100_000), &RSYSLOG).expect_err("too deep");
    assert_eq!(error.kind, ReadErrorKind::Limit);
}
