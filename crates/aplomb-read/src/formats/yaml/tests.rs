use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::proof::{at, check, positions, problem, raw, read_source};
use crate::{ReadErrorKind, read_text};

fn says(text: &str, expected: &str) {
    check(&YAML, "a.yaml", text, expected);
}

fn tree(text: &str) -> Tree {
    read_text("a.yaml", text, &YAML).unwrap_or_else(|error| panic!("{text}\n{:?}", error.problems))
}

fn value(text: &str) -> Value {
    tree(text).documents.remove(0).value
}

fn refused(text: &str) -> ReadError {
    read_text("a.yaml", text, &YAML).expect_err("must be refused")
}

#[test]
fn scalars_follow_the_core_schema() {
    let text = |text: &str| Value::Text(text.into());
    let cases = [
        ("null", Value::Null),
        ("~", Value::Null),
        ("Null", Value::Null),
        ("nULL", text("nULL")),
        ("true", Value::Bool(true)),
        ("FALSE", Value::Bool(false)),
        ("tRUE", text("tRUE")),
        ("yes", text("yes")),
        ("on", text("on")),
        ("off", text("off")),
        ("n", text("n")),
        ("0644", Value::Int(644)),
        ("0o644", Value::Int(0o644)),
        ("0o8", text("0o8")),
        ("0x1F", Value::Int(31)),
        ("-0x1F", text("-0x1F")),
        ("0b1", text("0b1")),
        ("-12", Value::Int(-12)),
        ("+12", Value::Int(12)),
        ("1_000", text("1_000")),
        ("12:30", text("12:30")),
        ("18446744073709551615", Value::UInt(u64::MAX)),
        ("18446744073709551616", Value::Big("18446744073709551616".into())),
        ("0xffffffffffffffffff", Value::Big("0xffffffffffffffffff".into())),
        ("1.5", Value::Float(1.5)),
        ("1.", Value::Float(1.0)),
        (".5", Value::Float(0.5)),
        ("-1e3", Value::Float(-1000.0)),
        ("1e400", Value::Big("1e400".into())),
        ("1e", text("1e")),
        (".", text(".")),
        ("1.2.3", text("1.2.3")),
        ("-.inf", Value::Float(f64::NEG_INFINITY)),
        ("+.INF", Value::Float(f64::INFINITY)),
        ("inf", text("inf")),
        ("nan", text("nan")),
        ("infinity", text("infinity")),
        ("2026-11-23", text("2026-11-23")),
        ("'12'", text("12")),
        ("\"true\"", text("true")),
        ("!!str 12", text("12")),
        ("! 12", text("12")),
        ("!!int \"12\"", Value::Int(12)),
        ("!!float 12", Value::Float(12.0)),
        ("!!bool 'true'", Value::Bool(true)),
        ("!!null ''", Value::Null),
        ("!vault 12", Value::Int(12)),
        ("!!binary YQ==", text("YQ==")),
    ];
    for (written, expected) in cases {
        let found = match value(&format!("k: {written}\n")) {
            Value::Map(mut members) => members.remove(0).value.value,
            other => other,
        };
        assert_eq!(found, expected, "{written}");
    }
    assert!(matches!(value(".nan"), Value::Float(nan) if nan.is_nan()));
}

#[test]
fn collections_nest_in_both_styles() {
    says(
        "a:\n- 1\n- b: [x, {y: z}]\n  c:\n- - 2\nd: {}\ne: []\n",
        r#"{"a": [1, {"b": ["x", {"y": "z"}], "c": null}, [2]], "d": {}, "e": []}"#,
    );
    says("[a: b, c]", r#"[{"a": "b"}, "c"]"#);
    says("", "[]");
    says("# only a comment\n", "[]");
}

#[test]
fn a_stream_has_several_documents() {
    says("a: 1\n---\nb: 2\n...\n---\n", r#"[{"a": 1}, {"b": 2}, null]"#);
    says("%YAML 1.2\n---\na\n", r#""a""#);
}

#[test]
fn block_scalars_and_line_ends() {
    says("a: |\n  x\n   y\n\nb: >-\n  x\n  y\n", r#"{"a": "x\n y\n", "b": "x y"}"#);
    says("a: |\r\n  x\r\n  y\r\nb: 1\r\n", r#"{"a": "x\ny\n", "b": 1}"#);
    says("a: plain\n  folded\n", r#"{"a": "plain folded"}"#);
}

#[test]
fn aliases_repeat_what_their_anchor_names() {
    says(
        "a: &x {k: [1]}\nb: *x\nc: [*x, &y 5, *y]\n*y : 1\n&z 6: *z\n",
        r#"{"a": {"k": [1]}, "b": {"k": [1]}, "c": [{"k": [1]}, 5, 5], "5": 1, "6": 6}"#,
    );
    says(
        "a: &x 1\nb: &x 2\nc: *x\n---\na: &x 3\nb: *x\n",
        r#"[{"a": 1, "b": 2, "c": 2}, {"a": 3, "b": 3}]"#,
    );
    let tree = tree("a: &x 1\nb: *x\n");
    assert_eq!(at(&tree, &["b"]).span, at(&tree, &["a"]).span);
    assert_eq!(positions(&YAML, "a.yaml", "a: *x\n"), ["1:4"]);
    assert_eq!(positions(&YAML, "a.yaml", "a: &x [*x]\n"), ["1:8"]);
}

#[test]
fn merge_keys_give_way_to_the_mapping_s_own() {
    says(
        "base: &b {a: 1, c: 2}\nx:\n  a: 9\n  <<: *b\n  d: 3\n",
        r#"{"base": {"a": 1, "c": 2}, "x": {"a": 9, "c": 2, "d": 3}}"#,
    );
    says(
        "x: {<<: [{a: 1}, {a: 2, b: 2}], c: 3}\ny: {<<: 5}\nz: {\"<<\": {a: 1}}\n",
        r#"{"x": {"a": 1, "b": 2, "c": 3}, "y": {"<<": 5}, "z": {"<<": {"a": 1}}}"#,
    );
    let tree = tree("b: &b {a: 1}\nx:\n  <<: *b\n  d: 3\n");
    let keys: Vec<_> = at(&tree, &["x"]).members().iter().map(|m| &*m.key).collect();
    assert_eq!(keys, ["a", "d"]);
    assert_eq!(tree.source().position(at(&tree, &["x", "a"]).span.start() as usize).line, 1);
}

#[test]
fn keys_that_are_no_text_are_their_raw_text() {
    says(
        "1: a\ntrue: b\n~: c\n0x1F: d\n? [x, y]\n: e\n",
        r#"{"1": "a", "true": "b", "~": "c", "0x1F": "d", "[x, y]": "e"}"#,
    );
}

#[test]
fn duplicate_keys_are_kept() {
    let tree = tree("a: 1\na: 2\n");
    assert_eq!(at(&tree, &[]).members().len(), 2);
    assert_eq!(raw(&tree, &["a"]), "2");
}

#[test]
fn spans_are_what_is_written() {
    let text = "é:  \"x\\n\" # c\nlist:\n  - 0644\n  - |\n    one\n    two\n\n\nempty:\nlast: {k: 'v'}\n\n# end\n";
    for text in [text.to_owned(), text.replace('\n', "\r\n")] {
        let tree = tree(&text);
        assert_eq!(raw(&tree, &["é"]), "\"x\\n\"");
        assert_eq!(raw(&tree, &["list", "0"]), "0644");
        assert_eq!(raw(&tree, &["list", "1"]).lines().collect::<Vec<_>>(), ["one", "    two"]);
        assert!(raw(&tree, &["list"]).ends_with("two"));
        assert_eq!(raw(&tree, &["empty"]), "");
        let colon = text.find("empty:").expect("is there") + "empty:".len();
        assert_eq!(at(&tree, &["empty"]).span.start() as usize, colon);
        assert_eq!(raw(&tree, &["last"]), "{k: 'v'}");
        assert!(tree.raw(tree.documents[0].span).ends_with("'v'}"));
        let keys = tree.documents[0].members().iter();
        let keys: Vec<_> = keys.map(|member| tree.raw(member.key_span)).collect();
        assert_eq!(keys, ["é", "list", "empty", "last"]);
        let comments: Vec<_> = tree.comments.iter().map(|c| tree.raw(c.span)).collect();
        assert_eq!(comments, [" c", " end"]);
    }
}

#[test]
fn byte_order_marks_and_other_encodings() {
    let read = |bytes: &[u8]| {
        read_source(crate::decode("a.yaml", bytes.to_vec()).expect("is text"), &YAML)
    };
    let tree = read("\u{feff}a: é".as_bytes()).expect("is YAML");
    assert_eq!(raw(&tree, &["a"]), "é");
    let utf16: Vec<u8> = "\u{feff}a: é".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(raw(&read(&utf16).expect("is YAML"), &["a"]), "é");
    let error = read(b"a: \xe9").expect_err("is not UTF-8");
    assert_eq!(error.kind, ReadErrorKind::Encoding);
}

#[test]
fn mistakes_say_where_and_what_to_do() {
    let cases = [
        ("a: [1, 2\n", "1:4", "never closed"),
        ("a: b: c\n", "1:5", "`:` is not allowed"),
        ("a: 1\n  b: 2\n", "2:4", "`:` is not allowed"),
        ("a:\n\t- 1\n", "2:2", "tab"),
        ("a: \"x\n", "1:4", "never closed"),
        ("a: @x\n", "1:4", "no value begins"),
        ("a: \"\\q\"\n", "1:", "no such escape"),
        ("a: 1\n b: 2\nc: 3\n", "2:", ""),
        ("- a\nb: 1\n", "2:1", ""),
        ("a: }\n", "1:4", ""),
        ("a: !!int x\n", "1:10", "`!!int`"),
    ];
    for (text, place, words) in cases {
        let message = problem(&YAML, "a.yaml", text);
        assert!(message.starts_with(place) && message.contains(words), "{text:?}: {message}");
    }
}

#[test]
fn every_broken_document_of_a_stream_is_reported() {
    let text = "a: [\n---\nb: 1\n---\nc: @\n---\nd: 2\n";
    assert_eq!(positions(&YAML, "a.yaml", text).len(), 2);
}

#[test]
fn a_page_of_comments_between_key_and_value_is_fine() {
    let text = format!("a:\n{}  b: 1\n", "  # c\n".repeat(2000));
    says(&text, r#"{"a": {"b": 1}}"#);
}

#[test]
fn alias_bombs_end_in_a_limit() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let before = format!("*a{}, ", level - 1).repeat(9);
        writeln!(text, "a{level}: &a{level} [{before}]").expect("memory");
    }
    assert_eq!(refused(&text).kind, ReadErrorKind::Limit);
    let mut text = String::from("a0: &a0 {k: 1}\n");
    for level in 1..2000 {
        writeln!(text, "a{level}: &a{level} [*a{}]", level - 1).expect("memory");
    }
    assert_eq!(refused(&text).kind, ReadErrorKind::Limit);
    let mut text = String::from("m0: &m0 {k: 1}\n");
    for level in 1..2000 {
        writeln!(text, "m{level}: &m{level} {{<<: *m{}, x{level}: 1}}", level - 1).expect("memory");
    }
    assert_eq!(refused(&text).kind, ReadErrorKind::Limit);
}

#[test]
fn nested_anchors_are_not_copied_for_nothing() {
    let text = format!(
        "{}{}{}\nb: *none\n",
        "a: ",
        "&x [".repeat(500),
        "1,".repeat(200_000) + &"]".repeat(500)
    );
    assert_eq!(positions(&YAML, "a.yaml", &text).len(), 1);
}

#[test]
fn nesting_is_bounded() {
    let depth = Limits::default().depth;
    let flow = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert!(read_text("a.yaml", &flow(depth), &YAML).is_ok());
    for text in [flow(depth + 1), "[".repeat(100_000), "{a: ".repeat(100_000), "- ".repeat(100_000)]
    {
        let error = refused(&text);
        assert_eq!(error.kind, ReadErrorKind::Limit, "{:?}", error.problems);
    }
}

#[test]
fn one_line_of_fifty_megabytes_is_read() {
    let text = format!("a: \"{}\"\n", "lorem ipsum ".repeat(50_000_000 / 12));
    assert_eq!(tree(&text).documents.len(), 1);
}

proptest! {
    #[test]
    fn plain_scalars_stand_where_their_span_says(
        lines in prop::collection::vec(("[a-zé]{1,6}", "[a-zéA-Z0-9./_-]{1,12}", "( # [a-zé ]*)?", "\r?\n"), 1..12)
    ) {
        let written = lines.iter().map(|(key, value, comment, end)| [key, ":  ", value, comment, end].concat());
        let text: String = written.collect();
        if let Ok(tree) = read_text("a.yaml", &text, &YAML) {
            let members = tree.documents[0].members();
            prop_assert_eq!(members.len(), lines.len());
            for (member, (key, value, _, _)) in members.iter().zip(&lines) {
                prop_assert_eq!(tree.raw(member.key_span), key);
                prop_assert_eq!(tree.raw(member.value.span), value);
            }
        }
    }
}
