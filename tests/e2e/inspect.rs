//! `aplomb inspect`: what a rule will see.

use crate::run::Folder;

#[test]
fn one_document_is_laid_out_and_several_are_lines() {
    let folder = Folder::new(&[
        ("a.yaml", "a: 1\nb: [x, 'y']\n"),
        ("s.yaml", "a: 1\n---\nb: yes\n---\n- 0.5\n"),
    ]);
    let one = folder.aplomb(&["inspect", "a.yaml"]);
    assert_eq!(one.out, "{\n  \"a\": 1,\n  \"b\": [\n    \"x\",\n    \"y\"\n  ]\n}\n");
    let several = folder.aplomb(&["inspect", "s.yaml"]);
    assert_eq!(several.out, "{\"a\":1}\n{\"b\":\"yes\"}\n[0.5]\n");
}

#[test]
fn the_tree_shows_places_and_text_as_written() {
    let folder = Folder::new(&[("a.yaml", "é: 0644\nl:\n  - 'x'\n")]);
    let ran = folder.aplomb(&["inspect", "a.yaml", "--format=tree"]);
    insta::assert_snapshot!(ran.out, @r#"
    $  1:1-3:8  object of 2
    $['é']  1:4-1:8  integer  "0644" = 644
    $['l']  3:3-3:8  array of 1
    $['l'][0]  3:5-3:8  string  "'x'"
    "#);
}

#[test]
fn a_selection_is_printed_alone() {
    let folder = Folder::new(&[("m.csv", "nom;port\nweb;443\ndb;5432\n")]);
    let ran =
        folder.aplomb(&["inspect", "m.csv", "--select", "$.tables[*].rows[?@.port > '5'].nom"]);
    assert_eq!(ran.out, "\"db\"\n");
    let tree = folder.aplomb(&["inspect", "m.csv", "--format=tree", "--select", "$..port"]);
    assert!(tree.out.contains("2:5-2:8"), "{}", tree.out);
    let none = folder.aplomb(&["inspect", "m.csv", "--select", "$.nothing"]);
    assert_eq!((none.code, none.out.as_str()), (0, ""));
    assert!(none.err.contains("`$.nothing` selects nothing in m.csv"), "{}", none.err);
    assert_eq!(tree.err, "");
    let wrong = folder.aplomb(&["inspect", "m.csv", "--select", "$.a b"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("column"), "{}", wrong.err);
}

#[test]
fn the_tree_shows_what_a_rule_sees_where_the_text_does_not_say_it() {
    let folder =
        Folder::new(&[("a.md", "# Un titre\n\n## *Deux*\n"), ("a.json", r#"["\u00e9", "e"]"#)]);
    let ran = folder.aplomb(&["inspect", "a.md", "--format=tree", "--select=$.sections[1]"]);
    insta::assert_snapshot!(ran.out, @r#"
    $['sections'][1]  3:5-3:9  object of 6
    $['sections'][1]['title']  3:5-3:9  string  "Deux"
    $['sections'][1]['slug']  3:5-3:9  string  "Deux" = "deux"
    $['sections'][1]['level']  3:5-3:9  integer  "Deux" = 2
    $['sections'][1]['path']  1:3-3:9  array of 2
    $['sections'][1]['path'][0]  1:3-1:11  string  "Un titre" = "un-titre"
    $['sections'][1]['path'][1]  3:5-3:9  string  "Deux" = "deux"
    $['sections'][1]['text']  3:5-3:9  string  "Deux" = ""
    $['sections'][1]['words']  3:5-3:9  integer  "Deux" = 0
    "#);
    let json = folder.aplomb(&["inspect", "a.json", "--format=tree", "--select=$[*]"]);
    insta::assert_snapshot!(json.out, @r#"
    $[0]  1:2-1:10  string  "\"\\u00e9\"" = "é"
    $[1]  1:12-1:15  string  "\"e\""
    "#);
}

#[test]
fn standard_input_can_be_inspected() {
    let folder = Folder::new(&[]);
    let ran = folder.aplomb_reading(&["inspect", "-", "--as=json", "--select=$.a"], b"{\"a\": 1}");
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "1\n", ""));
    let wrong = folder.aplomb_reading(&["inspect", "-", "--as=json"], b"{");
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("standard input:1:"), "{}", wrong.err);
    let bare = folder.aplomb_reading(&["inspect", "-"], b"{}");
    assert_eq!(bare.code, 2);
    assert!(bare.err.contains("--as"), "{}", bare.err);
    let large = vec![b' '; 64 * 1024 * 1024 + 1];
    let large = folder.aplomb_reading(&["inspect", "-", "--as=json"], &large);
    assert_eq!(large.code, 2);
    assert!(large.err.contains("67108864 bytes"), "{}", large.err);
}

#[test]
fn the_format_can_be_said() {
    let folder = Folder::new(&[("thing", "a = 1\n")]);
    let unknown = folder.aplomb(&["inspect", "thing"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("--as"), "{}", unknown.err);
    let said = folder.aplomb(&["inspect", "thing", "--as=toml", "--select=$.a"]);
    assert_eq!((said.code, said.out.as_str()), (0, "1\n"));
    let wrong = folder.aplomb(&["inspect", "thing", "--as=nothing"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("'nothing'") && wrong.err.contains("there are"), "{}", wrong.err);
    let near = folder.aplomb(&["inspect", "thing", "--as=ymal"]);
    assert!(near.err.contains("did you mean `yaml`?"), "{}", near.err);
}

#[test]
fn what_is_not_valid_exits_with_2_and_a_position() {
    let folder = Folder::new(&[
        ("a.json", "{\"a\": 1,}\n"),
        ("a.yaml", "a: [1\nb: 2\n"),
        ("a.toml", "a = \nb = \n"),
    ]);
    for (file, place) in
        [("a.json", "a.json:1:9"), ("a.yaml", "a.yaml:2:"), ("a.toml", "a.toml:1:")]
    {
        let ran = folder.aplomb(&["inspect", file]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{file}");
        assert!(ran.err.contains(place), "{}", ran.err);
    }
    assert_eq!(folder.aplomb(&["inspect", "absent.json"]).code, 2);
}

#[test]
fn numbers_and_hostile_text_come_out_as_json() {
    let text = "[1e400, 123456789012345678901234567890, -0.0, 18446744073709551615, \"\\u001b[31m\\u202e\"]";
    let folder = Folder::new(&[("a.json", text)]);
    let ran = folder.aplomb(&["inspect", "a.json"]);
    assert!(ran.out.contains("1e400") && ran.out.contains("123456789012345678901234567890"));
    assert!(ran.out.contains("18446744073709551615"));
    assert!(!ran.out.contains('\u{1b}') && !ran.out.contains('\u{202e}'));
    let json: serde_json::Value =
        serde_json::from_str(&ran.out.replace("1e400", "1")).expect("JSON");
    assert_eq!(json[4], "\u{1b}[31m\u{202e}");
}

#[test]
fn what_takes_effect_is_shown_with_what_it_shadows() {
    let folder = Folder::new(&[
        (
            "etc/ssh/sshd_config",
            "Include /etc/ssh/sshd_config.d/*.conf\nInclude none\nPermitRootLogin yes\nAllowUsers a\n\
             AllowUsers b\nMatch User é\n  Banner /a/long/path/that/does/not/fit/beside/its/place\n",
        ),
        ("etc/ssh/sshd_config.d/50-x.conf", "PermitRootLogin no\n"),
        ("usr/lib/systemd/system/a.service", "[Service]\nExecStart=/bin/a\nUser=root\n"),
        ("etc/systemd/system/a.service.d/x.conf", "[Service]\nExecStart=\nUser=b\n"),
        ("usr/lib/systemd/system/a.service.d/x.conf", "[Service]\nUser=c\n"),
        ("a.json", "{}"),
    ]);
    let ran = folder.aplomb(&["inspect", "--effective", "etc/ssh/sshd_config"]);
    insta::assert_snapshot!(ran.out, @r"
    match            -
    PermitRootLogin  no                            etc/ssh/sshd_config.d/50-x.conf:1
      shadows        PermitRootLogin yes                       etc/ssh/sshd_config:3
    AllowUsers       a                                         etc/ssh/sshd_config:4
                     b                                         etc/ssh/sshd_config:5

    match            User é                                    etc/ssh/sshd_config:6
    Banner           /a/long/path/that/does/not/fit/beside/its/place
                                                               etc/ssh/sshd_config:7

    not delivered, so what takes effect is not certain
      what none says was not delivered, and it may change what takes effect;
      deliver it
                                                               etc/ssh/sshd_config:2
    ");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
    let unit = "etc/systemd/system/a.service.d/x.conf";
    let ran = folder.aplomb(&["inspect", "--effective", unit]);
    insta::assert_snapshot!(ran.out, @r"
    Service.ExecStart  (none)                etc/systemd/system/a.service.d/x.conf:2
    Service.User       b                     etc/systemd/system/a.service.d/x.conf:3
      shadows          User=root                  usr/lib/systemd/system/a.service:3

    without effect
      [Service] User=c                   usr/lib/systemd/system/a.service.d/x.conf:1
      taken back or masked at                etc/systemd/system/a.service.d/x.conf:1
      /bin/a                                      usr/lib/systemd/system/a.service:2
      taken back or masked at                etc/systemd/system/a.service.d/x.conf:2
    ");
    let ran = folder.aplomb(&["inspect", "--effective", "--format=json", unit]);
    let shown: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(shown["effective"][1]["value"], "b");
    assert_eq!(shown["effective"][1]["shadows"][0]["text"], "User=root");
    assert_eq!(shown["without_effect"].as_array().map(Vec::len), Some(2));
    let ran = folder.aplomb(&["inspect", "--effective", "a.json"]);
    assert_eq!(ran.out, "");
    assert!(ran.err.contains("nothing overrides anything"), "{}", ran.err);
    let ran = folder.aplomb(&["inspect", "etc/ssh/sshd_config", "--select=$.includes[1].found"]);
    assert_eq!(ran.out, "false\n");
    assert!(ran.err.contains("what none says was not delivered"), "{}", ran.err);
}
