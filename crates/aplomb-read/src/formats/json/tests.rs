use aplomb_model::{Span, Value};
use proptest::prelude::*;

use super::*;
use crate::proof::{check, plain, problem, raw, read_source};
use crate::read_text;

fn value(text: &str) -> Value {
    let tree = read_text("a.json", text, &JSON).unwrap_or_else(|error| panic!("{text}: {error}"));
    tree.documents.into_iter().next().expect("one document").value
}

fn refused(text: &str) -> String {
    problem(&JSON, "a.json", text)
}

#[test]
fn the_tree_is_the_value() {
    check(
        &JSON,
        "a.json",
        " {\"a\": [1, -2, {\"b\": null}], \"c\": {}, \"d\": [ ], \"e\": true, \"f\": false}\r\n",
        r#"{"a": [1, -2, {"b": null}], "c": {}, "d": [], "e": true, "f": false}"#,
    );
    check(&JSON, "a.json", " 2 ", "2");
    check(&JSON, "a.json", "\"\"", "\"\"");
}

#[test]
fn duplicate_keys_are_kept_and_the_last_counts() {
    let tree = read_text("a.json", r#"{"a":1,"a":2}"#, &JSON).expect("is JSON");
    assert_eq!(tree.documents[0].members().len(), 2);
    assert_eq!(tree.documents[0].get("a").and_then(aplomb_model::Node::as_i64), Some(2));
}

#[test]
fn numbers_are_exact_or_keep_their_text() {
    let cases = [
        ("0", Value::Int(0)),
        ("-0", Value::Int(0)),
        ("-0.0", Value::Float(-0.0)),
        ("9223372036854775807", Value::Int(i64::MAX)),
        ("-9223372036854775808", Value::Int(i64::MIN)),
        ("9223372036854775808", Value::UInt(1 << 63)),
        ("18446744073709551615", Value::UInt(u64::MAX)),
        ("18446744073709551616", Value::Big("18446744073709551616".into())),
        ("-9223372036854775809", Value::Big("-9223372036854775809".into())),
        ("1.5", Value::Float(1.5)),
        ("1E+2", Value::Float(100.0)),
        ("0e1", Value::Float(0.0)),
        ("123.456e78", Value::Float(123.456e78)),
        ("1e400", Value::Big("1e400".into())),
        ("-1e400", Value::Big("-1e400".into())),
        ("1e-400", Value::Big("1e-400".into())),
    ];
    for (text, expected) in cases {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn escapes_are_resolved() {
    let cases = [
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u00e9\u0022""#, "é\""),
        (r#""\uD834\udd1e""#, "𝄞"),
        (r#""\u0000""#, "\0"),
        (r#""\uFFFF\u2028""#, "\u{ffff}\u{2028}"),
        ("\"\u{7f}é𝄞 longer than eight bytes\"", "\u{7f}é𝄞 longer than eight bytes"),
        (
            r#""long before the escape \\ and long after it""#,
            "long before the escape \\ and long after it",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(value(text), Value::Text(expected.into()), "{text}");
    }
}

#[test]
fn what_the_specification_forbids_is_refused_where_it_stands() {
    let cases = [
        ("", "1:1"),
        (" ", "1:2"),
        ("[", "1:2"),
        ("[1", "1:3"),
        ("[1,]", "1:4"),
        ("[,1]", "1:2"),
        ("[1 true]", "1:4"),
        ("[1]]", "1:4"),
        ("[\n1}", "2:2"),
        ("{", "1:2"),
        ("{\"a\"}", "1:5"),
        ("{\"a\" 1}", "1:6"),
        ("{\"a\":}", "1:6"),
        ("{\"a\":1,}", "1:8"),
        ("{a:1}", "1:2"),
        ("{'a':1}", "1:2"),
        ("{1:1}", "1:2"),
        ("{\"a\":1 \"b\":2}", "1:8"),
        ("{} {}", "1:4"),
        ("// x\n1", "1:1"),
        ("[1] # x", "1:5"),
        ("nul", "1:1"),
        ("True", "1:1"),
        ("NaN", "1:1"),
        ("Infinity", "1:1"),
        ("-Infinity", "1:2"),
        ("+1", "1:1"),
        (".5", "1:1"),
        ("1.", "1:3"),
        ("1.e1", "1:3"),
        ("1e", "1:3"),
        ("1e+", "1:4"),
        ("-", "1:2"),
        ("--1", "1:2"),
        ("01", "1:1"),
        ("-012", "1:2"),
        ("0x1", "1:2"),
        ("1_000", "1:2"),
        ("1a", "1:2"),
        ("\"a", "1:1"),
        ("\"\\\"", "1:1"),
        ("\"a\nb\"", "1:3"),
        ("\"\t\"", "1:2"),
        ("\"longer than eight\u{1f}\"", "1:19"),
        ("\"\\x\"", "1:2"),
        ("\"\\", "1:2"),
        ("\"\\u12g4\"", "1:2"),
        ("\"\\u12", "1:2"),
        ("\"\\u00é\"", "1:2"),
        ("\"é\\ud800\"", "1:3"),
        ("\"\\udc00\\ud800\"", "1:2"),
        ("\"\\ud800\\u0041\"", "1:2"),
        ("'a'", "1:1"),
        ("\u{a0}1", "1:1"),
        ("\u{c}1", "1:1"),
        ("1\0", "1:2"),
    ];
    for (text, position) in cases {
        let message = refused(text);
        assert!(message.starts_with(&format!("{position}: ")), "{text:?}: {message}");
    }
}

#[test]
fn keys_and_values_know_their_bytes() {
    let text = "{ \"é\" : [ 10 , \"x\\n\" ] , \"k\":{\"n\":-1.5e3} }";
    let tree = read_text("a.json", text, &JSON).expect("is JSON");
    let root = &tree.documents[0];
    assert_eq!(tree.raw(root.members()[0].key_span), "\"é\"");
    assert_eq!(raw(&tree, &["é"]), "[ 10 , \"x\\n\" ]");
    assert_eq!(raw(&tree, &["é", "1"]), "\"x\\n\"");
    assert_eq!(raw(&tree, &["k", "n"]), "-1.5e3");
    assert_eq!(tree.raw(root.span), text);
}

#[test]
fn nesting_is_bounded() {
    let depth = Limits::default().depth;
    let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert!(read_text("a.json", &nested(depth), &JSON).is_ok());
    assert!(refused(&nested(depth + 1)).contains("deeper than 512"));
    assert!(refused(&"[".repeat(100_000)).contains("deeper than 512"));
    assert!(refused(&"{\"a\":".repeat(100_000)).contains("deeper than 512"));
}

#[test]
fn one_line_of_fifty_megabytes_is_read() {
    let item = "{\"name\":\"a middling long text\",\"n\":12345},";
    let text = format!("[{}0]", item.repeat(50_000_000 / item.len()));
    let Value::List(items) = value(&text) else {
        panic!("a list");
    };
    assert_eq!(items.len(), 50_000_000 / item.len() + 1);
}

/// What RFC 8259 leaves to the implementation.
#[test]
fn implementation_defined_texts_have_a_defined_answer() {
    let accepted: [&[u8]; 4] = [
        b"\xef\xbb\xbf{}",
        b"\xff\xfe[\0]\0",
        b"\xfe\xff\0[\0]",
        b"[123123e100000, -1e9999, 0.4e00669999999999999999999999999999999999]",
    ];
    for bytes in accepted {
        let source = crate::decode("a.json", bytes.to_vec()).expect("is text");
        assert!(read_source(source, &JSON).is_ok());
    }
    for text in ["\"\\uDADA\"", "\"\\ud800\\n\"", "\"\\uDFAA\"", "\"\\uD888\\u1234\""] {
        assert!(refused(text).contains("surrogate"), "{text}");
    }
}

#[test]
fn windows_1252_is_refused() {
    let source = crate::decode("a.json", b"{\"a\":\n \"\xe9\"}".to_vec()).expect("is text");
    let error = read_source(source, &JSON).expect_err("is not UTF-8");
    assert_eq!(error.kind, ReadErrorKind::Encoding);
    assert_eq!(error.problems[0].span, Some(Span::new(8, 10)));
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_back(value in any_json()) {
        let text = value.to_string();
        let tree = read_text("a.json", &text, &JSON).expect("serde_json writes JSON");
        prop_assert_eq!(plain(&tree.documents[0]), value);
    }

    #[test]
    fn what_is_accepted_is_what_serde_json_accepts(text in r#"[\[\]{},:"\\u0-9eE.+\- dtrufalsn\n]{0,12}"#) {
        let other = serde_json::from_str::<serde_json::Value>(&text);
        // serde_json refuses numbers that overflow a float; we keep their text.
        let overflow = matches!(&other, Err(error) if error.to_string().contains("out of range"));
        prop_assert!(overflow || read_text("a.json", &text, &JSON).is_ok() == other.is_ok(), "{}", text);
    }
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    })
}
