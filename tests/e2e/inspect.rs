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
    $['é']  1:4-1:8  integer  "0644"
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
    let wrong = folder.aplomb(&["inspect", "m.csv", "--select", "$.a b"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("column"), "{}", wrong.err);
}

#[test]
fn the_format_can_be_said() {
    let folder = Folder::new(&[("thing", "a = 1\n")]);
    let unknown = folder.aplomb(&["inspect", "thing"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("--as"), "{}", unknown.err);
    let said = folder.aplomb(&["inspect", "thing", "--as=toml", "--select=$.a"]);
    assert_eq!((said.code, said.out.as_str()), (0, "1\n"));
    assert_eq!(folder.aplomb(&["inspect", "thing", "--as=nothing"]).code, 2);
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
