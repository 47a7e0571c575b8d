use super::*;
use crate::proof::{check, positions, raw};
use crate::read_text;

#[test]
fn groups_take_over_what_is_global() {
    check(
        &LOGROTATE,
        "etc/logrotate.conf",
        "# c\nweekly\nrotate 4\ncompress\nsu a b\ninclude /etc/logrotate.d\n/var/a.log \"/var/b c\"\n/var/d\n{\n  daily\n\
         \tnocompress # e\n  rotate=30\n  notifempty\n create 0640 root adm\n  postrotate\n    kill } {\n\n    # x\n  endscript\n}\n\
         nocreate\nmonthly\n/x { size 10k\n weekly 1 }\n'/y' { create\n}\n",
        r#"{"directives": [{"keyword": "weekly", "value": null}, {"keyword": "rotate", "value": "4"},
            {"keyword": "compress", "value": null}, {"keyword": "su", "value": "a b"},
            {"keyword": "nocreate", "value": null}, {"keyword": "monthly", "value": null}],
          "effective": {"frequency": "monthly", "rotate": "4", "compress": true, "su": "a b", "create": false},
          "logs": [
            {"paths": ["/var/a.log", "/var/b c", "/var/d"], "directives": [
              {"keyword": "daily", "value": null}, {"keyword": "nocompress", "value": null},
              {"keyword": "rotate", "value": "30"}, {"keyword": "notifempty", "value": null},
              {"keyword": "create", "value": "0640 root adm"}],
             "effective": {"frequency": "daily", "rotate": "30", "compress": false, "su": "a b", "ifempty": false, "create": "0640 root adm"},
             "scripts": {"postrotate": "    kill } {\n\n    # x"}},
            {"paths": ["/x"], "directives": [{"keyword": "size", "value": "10k"}, {"keyword": "weekly", "value": "1"}],
             "effective": {"rotate": "4", "compress": true, "su": "a b", "create": false, "frequency": "weekly"}, "scripts": {}},
            {"paths": ["/y"], "directives": [{"keyword": "create", "value": null}],
             "effective": {"frequency": "monthly", "rotate": "4", "compress": true, "su": "a b", "create": ""}, "scripts": {}}],
          "includes": ["/etc/logrotate.d"]}"#,
    );
    check(
        &LOGROTATE,
        "logrotate.conf",
        "",
        r#"{"directives": [], "effective": {}, "logs": [], "includes": []}"#,
    );
}

#[test]
fn spans_are_those_of_the_winning_line() {
    let text = "rotate 4\n/é {\n rotate  5 \n postrotate\n é\n endscript\n}\n";
    let tree = read_text("logrotate.conf", text, &LOGROTATE).expect("is one");
    assert_eq!(raw(&tree, &["logs", "0", "effective", "rotate"]), "5");
    assert_eq!(raw(&tree, &["logs", "0", "paths", "0"]), "/é");
    assert_eq!(raw(&tree, &["logs", "0", "scripts", "postrotate"]), " é");
    assert_eq!(raw(&tree, &["logs", "0"]), text[9..].trim_end());
}

#[test]
fn mistakes_have_positions() {
    let text = "Rotate 3\n{\n}\n}\n/x {\n rotate\n /y {\n compress=yes\n}\n*.log {\n}\n\"/z\n/y\n";
    let expected = ["1:1", "2:1", "4:1", "6:2", "7:2", "8:11", "10:1", "11:1", "12:1", "13:1"];
    assert_eq!(positions(&LOGROTATE, "logrotate.conf", text), expected);
    assert_eq!(positions(&LOGROTATE, "logrotate.conf", "/x {\n"), ["1:1"]);
    assert_eq!(positions(&LOGROTATE, "logrotate.conf", "/x {\nprerotate\n}\n"), ["2:1"]);
}
