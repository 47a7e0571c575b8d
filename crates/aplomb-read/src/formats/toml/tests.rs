use super::*;
use crate::proof::{at, check, positions, raw, read_source};
use crate::{ReadErrorKind, read_text};

fn says(text: &str, expected: &str) {
    check(&TOML, "a.toml", text, expected);
}

fn tree(text: &str) -> Tree {
    read_text("a.toml", text, &TOML).unwrap_or_else(|error| panic!("{text}\n{:?}", error.problems))
}

#[test]
fn the_tree_is_the_value() {
    says(
        "b = 1\na.c.d = \"x\\n\"\n[t]\nk = [1, 0xff, 1_000, {i = true, j.k = 'l'}] # c\n[[l]]\nn = 1.5\n[[l]]\n[l.m]\nd = 1979-05-27 07:32:00\nt = 07:32:00\n",
        r#"{"b": 1, "a": {"c": {"d": "x\n"}}, "t": {"k": [1, 255, 1000, {"i": true, "j": {"k": "l"}}]},
            "l": [{"n": 1.5}, {"m": {"d": "1979-05-27 07:32:00", "t": "07:32:00"}}]}"#,
    );
    says("", "{}");
    says("\"\" = 1\r\n'a b' = '''\r\nx'''\r\n", r#"{"": 1, "a b": "x"}"#);
}

#[test]
fn numbers_are_exact_or_keep_their_text() {
    let cases = [
        ("9223372036854775807", Value::Int(i64::MAX)),
        ("9223372036854775808", Value::UInt(1 << 63)),
        ("99999999999999999999", Value::Big("99999999999999999999".into())),
        ("0xffff_ffff_ffff_ffff", Value::UInt(u64::MAX)),
        ("-0o17", Value::Null),
        ("0b101", Value::Int(5)),
        ("1e400", Value::Big("1e400".into())),
        ("-inf", Value::Float(f64::NEG_INFINITY)),
        ("+1_0.5e1", Value::Float(105.0)),
    ];
    for (text, expected) in cases {
        let found = read_text("a.toml", &format!("a = {text}"), &TOML);
        match found {
            Ok(tree) => assert_eq!(at(&tree, &["a"]).value, expected, "{text}"),
            Err(_) => assert_eq!(expected, Value::Null, "{text}"),
        }
    }
}

#[test]
fn keys_stand_in_the_order_written() {
    let tree = tree("z = 1\na = 2\n[y]\n[b.x]\n[b.a]\n[c]\n");
    let keys = |path: &[&str]| -> Vec<String> {
        let members = at(&tree, path).members().iter();
        members.map(|member| member.key.to_string()).collect()
    };
    assert_eq!(keys(&[]), ["z", "a", "y", "b", "c"]);
    assert_eq!(keys(&["b"]), ["x", "a"]);
}

#[test]
fn spans_are_headers_and_values() {
    let tree = tree("[t.\"é\"]\nk = 'v' # c\nl = { a = 1 }\nm.n = 2\n[[a]]\n");
    assert_eq!(raw(&tree, &["t", "é"]), "[t.\"é\"]");
    assert_eq!(raw(&tree, &["t", "é", "k"]), "'v'");
    assert_eq!(raw(&tree, &["t", "é", "l"]), "{ a = 1 }");
    assert_eq!(raw(&tree, &["t", "é", "m"]), "m");
    assert_eq!(raw(&tree, &["a", "0"]), "[[a]]");
    assert_eq!(tree.raw(at(&tree, &["t"]).members()[0].key_span), "\"é\"");
}

#[test]
fn all_mistakes_are_reported_in_order() {
    let text = "a = \nb = 2\nb = 3\nc = x\n";
    assert_eq!(positions(&TOML, "a.toml", text), ["1:5", "3:1", "4:5"]);
    assert_eq!(positions(&TOML, "a.toml", &"a\n".repeat(100)).len(), 20);
}

#[test]
fn nesting_is_bounded() {
    for (before, after) in
        [("a = [", "]"), ("a = {a = ", "}"), ("a.", "a = 1"), ("[a.", "a]"), ("a = [[", "]]")]
    {
        let text = before.to_owned() + &before.trim_start_matches("a = ").repeat(100_000) + after;
        assert!(!positions(&TOML, "a.toml", &text).is_empty(), "{before}");
    }
}

#[test]
fn the_deepest_tables_that_are_taken_fit_a_small_stack() {
    let dotted = |parts: usize| vec!["a"; parts].join(".");
    let inline = |levels: usize| "{b = ".repeat(levels) + "1" + &"}".repeat(levels);
    let texts = [
        format!("[{}]\n{} = 1\n", dotted(40), dotted(39)),
        format!("{} = 1\n", dotted(79)),
        format!("a = {}\n", inline(38)),
        format!("a = {}1{}\n", "[".repeat(38), "]".repeat(38)),
        format!("[{}]\nb = {}\n", dotted(20), inline(28)),
    ];
    let read = move || {
        for text in texts {
            tree(&text);
        }
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(read);
    thread.expect("a thread").join().expect("no overflow");
}

#[test]
fn dots_in_text_and_numbers_are_no_nesting() {
    let dots = ".".repeat(400);
    let text = format!("a = '''\n{dots}\n''' # {dots}\nb = \"{dots}\\\"{dots}\"\n");
    assert_eq!(too_deep(&text), None);
    assert_eq!(tree(&text).documents[0].members().len(), 2);
    let numbers = "1.5, ".repeat(400);
    assert_eq!(at(&tree(&format!("a = [{numbers}]")), &["a"]).items().len(), 400);
    let lines = "a.b = 1\n[[x.y]]\n".repeat(200);
    assert_eq!(too_deep(&lines), None);
    assert!(too_deep(&"a . 'b.c'.".repeat(90)).is_some());
}

#[test]
fn other_encodings_are_refused() {
    for bytes in [&b"a = '\xe9'"[..], b"\xff\xfea\0"] {
        let source = crate::decode("a.toml", bytes.to_vec()).expect("is text");
        let error = read_source(source, &TOML).expect_err("is not UTF-8");
        assert_eq!(error.kind, ReadErrorKind::Encoding);
    }
}
