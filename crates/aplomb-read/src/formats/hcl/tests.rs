use super::*;
use crate::proof::{at, check, plain, positions, problem, raw};
use crate::read_text;

/// Checks what the attribute `a` of a file that holds nothing else says.
fn says(expression: &str, expected: &str) {
    let text = format!("a = {expression}\n");
    let tree = read_text("a.tf", &text, &HCL)
        .unwrap_or_else(|error| panic!("{text}\n{:?}", error.problems));
    let expected: serde_json::Value = serde_json::from_str(expected).expect("is JSON");
    assert_eq!(plain(at(&tree, &["attributes", "a"])), expected, "{text}");
    let written = plain(at(&tree, &["written", "a"]));
    assert_eq!(written, expression, "{text}");
    assert_eq!(raw(&tree, &["written", "a"]), expression, "{text}");
}

fn is_itself(expression: &str) {
    says(expression, &serde_json::Value::from(expression).to_string());
}

#[test]
fn a_body_holds_attributes_and_blocks() {
    check(
        &HCL,
        "a.tf",
        "terraform {\n  required_version = \">= 1\"\n  backend \"s3\" {}\n}\n\
         resource aws_x \"é\" { size = 1 }\r\n# c\nz = [1, // d\n 2,\n]\n",
        r#"{"attributes": {"z": [1, 2]}, "written": {"z": "[1, // d\n 2,\n]"}, "blocks": [
            {"type": "terraform", "labels": [], "attributes": {"required_version": ">= 1"},
             "written": {"required_version": "\">= 1\""}, "blocks": [
               {"type": "backend", "labels": ["s3"], "attributes": {}, "written": {}, "blocks": []}]},
            {"type": "resource", "labels": ["aws_x", "é"], "attributes": {"size": 1},
             "written": {"size": "1"}, "blocks": []}]}"#,
    );
    check(&HCL, "a.tf", "", r#"{"attributes": {}, "written": {}, "blocks": []}"#);
    check(&HCL, "a.tf", " # c", r#"{"attributes": {}, "written": {}, "blocks": []}"#);
}

#[test]
fn constants_are_values() {
    let cases = [
        ("1", "1"),
        ("-1.5", "-1.5"),
        ("- 1", "-1"),
        ("--1", "1"),
        ("1e3", "1000.0"),
        ("18446744073709551616", r#""18446744073709551616""#),
        ("-9223372036854775808", "-9223372036854775808"),
        ("true", "true"),
        ("!true", "false"),
        ("!(false)", "true"),
        ("null", "null"),
        ("((2))", "2"),
        (r#""""#, r#""""#),
        (r#""a \"b\" \\ \n\t\r \u00e9 \U0001F600""#, r#""a \"b\" \\ \n\t\r é 😀""#),
        (r#""$${a} %%{b} $ % $a 100%""#, r#""${a} %{b} $ % $a 100%""#),
        ("[]", "[]"),
        ("[ 1, \"a\" , ]", r#"[1, "a"]"#),
        ("{}", "{}"),
        (
            "{ a = 1, \"b c\" : 2\n d = {}\n\n e-f = [[]], 1 = 2 }",
            r#"{"a": 1, "b c": 2, "d": {}, "e-f": [[]], "1": 2}"#,
        ),
        ("{ (\"a\") = 1, (true) = 2, null = 3 }", r#"{"a": 1, "true": 2, "null": 3}"#),
        ("[\n  # c\n  1 /* d */,\n  2\n]", "[1, 2]"),
        ("(\n1\n)", "1"),
    ];
    for (expression, expected) in cases {
        says(expression, expected);
    }
}

#[test]
fn heredocs_are_their_lines() {
    let cases = [
        ("<<EOT\nEOT", r#""""#),
        ("<<EOT\n  a\n\n b \\n\n  EOT", r#""  a\n\n b \\n\n""#),
        ("<<-EOT\n    a\n      b\n\n \n    c\n  EOT", r#""a\n  b\n\n \nc\n""#),
        ("<<-E-1\n\ta $${b}\n\t\tE-1x\nE-1", r#""a ${b}\n\tE-1x\n""#),
        (
            "<<-EOT\n  a ${b} $${c}\n    %{ if d }\n  %{ endif }\n  EOT",
            r#""a ${b} $${c}\n  %{ if d }\n%{ endif }\n""#,
        ),
        ("<<-EOT\n  ${a(\n1)} b\n   c\n  EOT", r#""${a(\n1)} b\n c\n""#),
        ("[<<A\na\nA\n, <<B\nb\nB\n]", r#"["a\n", "b\n"]"#),
    ];
    for (expression, expected) in cases {
        says(expression, expected);
    }
    let tree = read_text("a.tf", "a = <<-E\r\n  b\r\n  E\r\nc = 1", &HCL).expect("is HCL");
    assert_eq!(plain(at(&tree, &["attributes", "a"])), "b\r\n");
    assert_eq!(raw(&tree, &["attributes", "a"]), "  b\r\n");
    assert_eq!(raw(&tree, &["written", "a"]), "<<-E\r\n  b\r\n  E");
}

#[test]
fn other_expressions_are_their_text() {
    let expressions = [
        "b",
        "var.x",
        "a-b.c_d",
        "1 + 2 * -3 % 4 / 5 - a",
        "a == b && c != d || !e",
        "a >= 1 && b<=2 && c > 3 && d < 4",
        "a ? b : c ? \"d\" : e",
        "a ? b ? 1 : 2 : 3",
        "a.b.0.c[0][\"k\"][*].d.*.e",
        "f()",
        "f(1, [2], {a = 3},)",
        "f(a...)",
        "f(\n  1,\n  2\n)",
        "provider::ns::f(1)",
        "jsonencode({\n  a = 1\n  \"b\" = [\n    c,\n  ]\n})",
        "[for a in b : a.c]",
        "[for k, v in b : v if k != \"x\"]",
        "{for k, v in b : k => v}",
        "{\n  for k in b : k.a => k... if k.b\n}",
        "-a",
        "-\"a\"",
        "!f(a)",
        "{a = 1}.a",
        "[1, 2][0]",
        "\"a\" == \"b\"",
        "null == a",
        "é.ü",
        "a /* b */ + c",
    ];
    for expression in expressions {
        is_itself(expression);
    }
    says("[a, 1, b + 1]", r#"["a", 1, "b + 1"]"#);
    says("{ (a) = 1, \"${b}c\" = 2, f(1) = d.e }", r#"{"(a)": 1, "${b}c": 2, "f(1)": "d.e"}"#);
    says("(a +\n b)", r#""a +\n b""#);
    says("(a) + b", r#""(a) + b""#);
}

#[test]
fn templates_are_the_text_between_the_quotes() {
    let templates = [
        "${a}",
        "a-${b.c}-$${d}\\n",
        "${f(\"${g}\")}",
        "${~ a ~}",
        "%{ if a }b%{ else }c%{ endif }",
        "%{~ for a, b in c ~}${a}%{~ endfor ~}",
        "%{ if a }%{ for b in c }d%{ endfor }%{ endif }",
        "${a ? \"b\" : \"c\"}",
        "${{a = 1}.a}",
        "${\n  a\n}",
    ];
    for template in templates {
        says(&format!("\"{template}\""), &serde_json::Value::from(template).to_string());
    }
}

#[test]
fn constant_variables_and_locals_are_put_in_place() {
    let text = "\
        variable \"cidr\" {\n  type = list(string)\n  default = [\"0.0.0.0/0\"]\n}\n\
        variable \"n\" { default = 3 }\n\
        variable \"text\" {\n  type = string\n  default = 3\n}\n\
        variable \"unset\" {}\n\
        variable \"twice\" { default = 1 }\n\
        variable \"twice\" { default = 2 }\n\
        locals {\n  tags = { env = local.env, n = var.n }\n  env = var.env\n  loop = local.pool\n  pool = local.loop\n}\n\
        variable \"env\" { default = \"prod\" }\n\
        x {\n  a = var.cidr\n  b = [var.n, -var.n, (var.n)]\n  c = local.tags\n  d = \"${var.env}\"\n\
          e = \"${var.env}-x\"\n  f = var.unset\n  g = var.twice\n  h = local.loop\n  i = var.text\n\
          j = var.n + 1\n  k = \"var.n\"\n  l = { m = var.n, (var.env) = 1 }\n  y {\n    z = var.env\n  }\n}\n";
    let tree = read_text("a.tf", text, &HCL).expect("is HCL");
    let block = at(&tree, &["blocks"]).items().last().expect("the last one");
    let expected = serde_json::json!({
        "a": ["0.0.0.0/0"], "b": [3, -3, 3], "c": {"env": "prod", "n": 3}, "d": "prod",
        "e": "${var.env}-x", "f": "var.unset", "g": "var.twice", "h": "local.loop", "i": "var.text",
        "j": "var.n + 1", "k": "var.n", "l": {"m": 3, "(var.env)": 1},
    });
    assert_eq!(plain(block.get("attributes").expect("has some")), expected);
    let inner = &block.get("blocks").expect("has one").items()[0];
    assert_eq!(plain(inner.get("attributes").expect("has one")), serde_json::json!({"z": "prod"}));
    // All of what is put in place stands where the reference does.
    let number = block.get("attributes").and_then(|a| a.get("c")?.get("n")).expect("is there");
    assert_eq!(tree.raw(number.span), "local.tags");
    let written = block.get("written").and_then(|w| w.get("c")?.as_str());
    assert_eq!(written, Some("local.tags"));
}

#[test]
fn defaults_of_another_type_stay_references() {
    let cases = [
        ("string", "\"a\"", true),
        ("string", "1", false),
        ("bool", "\"true\"", false),
        ("number", "1.5", true),
        ("any", "[1]", true),
        ("list(number)", "[1]", true),
        ("list(string)", "[1]", false),
        ("set(string)", "[\"a\"]", true),
        ("map(list(bool))", "{ a = [true] }", true),
        ("map(list(bool))", "{ a = [1] }", false),
        ("object({ a = number })", "{ a = 1 }", true),
        ("object({ a = optional(number, 2) })", "{}", false),
        ("tuple([number])", "[1]", true),
        ("map", "{ a = 1 }", true),
        ("string", "null", true),
        ("string", "f()", false),
    ];
    for (kind, default, is_taken) in cases {
        let text =
            format!("variable x {{\n  type = {kind}\n  default = {default}\n}}\na = var.x\n");
        let tree = read_text("a.tf", &text, &HCL).expect("is HCL");
        let found = plain(at(&tree, &["attributes", "a"]));
        assert_eq!(found != "var.x", is_taken, "{text}{found}");
    }
}

#[test]
fn keys_values_and_comments_know_their_bytes() {
    let text =
        "# é\na \"l\" {\n  key = \"v\\\"é\" // c\n  n = -1.5 /* d */\n  o = { \"k\" = var.x }\n}\n";
    let tree = read_text("a.tf", text, &HCL).expect("is HCL");
    let attributes = ["blocks", "0", "attributes"];
    let value = |key| raw(&tree, &[&attributes[..], &[key]].concat()).to_owned();
    assert_eq!(value("key"), "v\\\"é");
    assert_eq!(value("n"), "-1.5");
    assert_eq!(raw(&tree, &["blocks", "0", "attributes", "o", "k"]), "var.x");
    let object = at(&tree, &["blocks", "0", "attributes", "o"]);
    assert_eq!(tree.raw(object.members()[0].key_span), "k");
    let keys = at(&tree, &attributes).members();
    assert_eq!(tree.raw(keys[0].key_span), "key");
    assert_eq!(raw(&tree, &["blocks", "0", "labels", "0"]), "l");
    assert_eq!(raw(&tree, &["blocks", "0", "type"]), "a");
    assert_eq!(raw(&tree, &["blocks", "0"]), text[5..].trim_end());
    let comments: Vec<_> = tree.comments.iter().map(|c| tree.raw(c.span)).collect();
    assert_eq!(comments, [" é", " c", " d "]);
}

#[test]
fn mistakes_are_refused_where_they_stand() {
    let cases = [
        ("a = ", "1:5"),
        ("a =\n 1", "1:4"),
        ("a", "1:2"),
        ("= 1", "1:1"),
        ("\"a\" = 1", "1:1"),
        ("1 = 1", "1:1"),
        ("a = 1 b = 2", "1:7"),
        ("a = 10GB", "1:7"),
        ("a = 1e", "1:7"),
        ("a = 'b'", "1:5"),
        ("a = \"b", "1:5"),
        ("a = \"b\nc\"", "1:5"),
        ("a = \"\\x\"", "1:6"),
        ("a = \"\\u12\"", "1:6"),
        ("a = \"\\UFFFFFFFF\"", "1:6"),
        ("a = \"${b\"", "1:9"),
        ("a = \"${}\"", "1:8"),
        ("a = \"%{ if b }\"", "1:6"),
        ("a = \"%{ endif }\"", "1:9"),
        ("a = \"%{ for b in c }%{ endif }\"", "1:24"),
        ("a = [1, 2", "1:10"),
        ("a = [1 2]", "1:8"),
        ("a = [,]", "1:6"),
        ("a = (1", "1:7"),
        ("a = {b}", "1:7"),
        ("a = {b = 1 c = 2}", "1:12"),
        ("a = {b.c = 1}", "1:6"),
        ("a = {b = 1", "1:11"),
        ("a = f(1", "1:8"),
        ("a = f(1 2)", "1:9"),
        ("a = b.", "1:7"),
        ("a = b[", "1:7"),
        ("a = b[1", "1:8"),
        ("a = 1 +", "1:8"),
        ("a = * 1", "1:5"),
        ("a = 1 & 2", "1:7"),
        ("a = b ? c", "1:10"),
        ("a = [for b c : d]", "1:12"),
        ("a = [for b in c d]", "1:17"),
        ("a = {for b in c : d}", "1:20"),
        ("a = x::y", "1:9"),
        ("a = <<", "1:7"),
        ("a = <<E F\nE\n", "1:8"),
        ("a = <<E\nb\n", "1:5"),
        ("a = <<E\n${b\nE\n", "3:1"),
        ("a {", "1:3"),
        ("a {\nb = 1", "1:3"),
        ("a {\nb = 1 }", "2:7"),
        ("a { b = 1, c = 2 }", "1:10"),
        ("a { b {} }", "1:7"),
        ("a \"b\" c\n{}", "1:8"),
        ("a \"${b}\" {}", "1:4"),
        ("a {}}", "1:5"),
        ("}", "1:1"),
        ("a = 1 /* b", "1:7"),
        ("a = 1 =\n", "1:7"),
        ("a: 1", "1:2"),
        ("a = 1;", "1:6"),
        ("a = 1\na = 2\n", "2:1"),
        ("a {\n b = 1\n b = 2\n}", "3:2"),
    ];
    let wrong = cases.into_iter().filter_map(|(text, expected)| {
        let found = positions(&HCL, "a.tf", text).remove(0);
        (found != expected).then(|| (text, expected, problem(&HCL, "a.tf", text)))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn reading_goes_on_after_a_mistake() {
    let text = "a = \nb {\n  c = [1 2,\n    3]\n  d = 'x'\n}\ne f = 1\ng = 1\ng = 2\n";
    assert_eq!(positions(&HCL, "a.tf", text), ["1:5", "3:10", "5:7", "7:5", "9:1"]);
    let many = "= 1\n".repeat(100);
    assert_eq!(positions(&HCL, "a.tf", &many).len(), 20);
}

#[test]
fn nesting_and_repetition_are_bounded() {
    let nested = |n: usize| format!("a = {}1{}", "[".repeat(n), "]".repeat(n));
    assert!(read_text("a.tf", &nested(128), &HCL).is_ok());
    let openings =
        ["a = [", "a = (", "a = -", "a = {b=", "a = b ? ", "a = \"${", "a = f(", "b {\n"];
    for opening in openings {
        let (head, repeated) = opening.split_once(' ').expect("has one");
        let text = match head {
            "a" => format!("a = {}", repeated.trim_start_matches("= ").repeat(100_000)),
            _ => opening.repeat(100_000),
        };
        assert!(problem(&HCL, "a.tf", &text).contains("deeper than 128"), "{opening}");
    }
    // Each local repeats the one before ten times.
    let lines = (1..9).map(|n| format!("x{n} = [{}]\n", format!("local.x{},", n - 1).repeat(10)));
    let text = format!("locals {{\nx0 = 1\n{}}}\n", lines.collect::<String>());
    assert!(problem(&HCL, "a.tf", &text).contains("repeat or nest too much"));
    let deep =
        format!("locals {{\nx = {}1{}\ny = [local.x]\n}}\n", "[".repeat(120), "]".repeat(120));
    assert!(read_text("a.tf", &deep, &HCL).is_ok());
    let deep = deep.replace("[local.x]", "[[[[[[[[[[local.x]]]]]]]]]]");
    assert!(problem(&HCL, "a.tf", &deep).contains("repeat or nest too much"));
}

#[test]
fn windows_1252_is_refused() {
    let source = crate::decode("a.tf", b"a = \"\xe9\"".to_vec()).expect("is text");
    let error = crate::proof::read_source(source, &HCL).expect_err("is not UTF-8");
    assert_eq!(error.kind, crate::ReadErrorKind::Encoding);
}

#[test]
fn real_files_are_read() {
    let corpus =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/terraform");
    let entries = walkdir::WalkDir::new(corpus).into_iter().filter_map(Result::ok);
    for entry in entries.filter(|entry| entry.path().extension().is_some_and(|e| e == "tf")) {
        let path = entry.path().to_string_lossy();
        let text = std::fs::read_to_string(entry.path()).expect("is text");
        if let Err(error) = read_text(&path, &text, &HCL) {
            panic!("{path}: {}", error.describe(Some(&aplomb_model::Source::new(&*path, text))));
        }
    }
}
