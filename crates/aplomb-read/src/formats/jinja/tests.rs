use proptest::prelude::*;

use super::{JINJA, inner_format};
use crate::formats::TEXT;
use crate::formats::document::outline::survives;
use crate::proof::{at, check, raw};
use crate::read_text;

#[test]
fn a_template_is_read_as_its_inner_format() {
    check(
        &JINJA,
        "a.yml.j2",
        "{# managed #}\na: {{ x.y }}\nb: '{{ é }}-{{b}}'\n{% if c %}\nc: [1, \"{{ c | default(\"z\") }}\"]\n{% endif %}\nd{{ n }}: 2\n",
        r#"{"a": "{{ x.y }}", "b": "{{ é }}-{{b}}", "c": [1, "{{ c | default(\"z\") }}"], "d{{ n }}": 2}"#,
    );
    check(
        &JINJA,
        "a.json.j2",
        "{\"a\": \"{{ a }}\", \"b\": \"{% if x %}y{% endif %}\"}",
        r#"{"a": "{{ a }}", "b": "{% if x %}y{% endif %}"}"#,
    );
    check(
        &JINJA,
        "a.yml.j2",
        "{% for x in y %}\n- {{ x }}\n{% endfor %}\n- {{ {'a': 1}.a }} # {#c#}\n",
        r#"["{{ x }}", "{{ {'a': 1}.a }}"]"#,
    );
}

#[test]
fn positions_are_those_of_the_template() {
    let text = "{# é #}\na: \"{{ b }}\" # c\n";
    let tree = read_text("a.yml.j2", text, &JINJA).expect("is a template");
    assert_eq!(tree.format, "yaml");
    assert!(raw(&tree, &["a"]).contains("{{ b }}"));
    let comments: Vec<_> =
        tree.comments.iter().map(|comment| tree.raw(comment.span).trim()).collect();
    assert_eq!(comments, ["é", "c"]);
}

#[test]
fn what_cannot_be_read_so_is_text() {
    for (name, text) in [
        ("a.yml.j2", "a: 1\n{{ b | to_nice_yaml }}\n"),
        ("a.json.j2", "{\"a\": {{ a }}}"),
        ("a.unknown.j2", "a {{ b }}"),
        ("a.j2", "a {{ b }}"),
        ("j2", "a"),
        ("a.j2.j2", "a"),
        ("a.yml.j2", "a: \u{e001}"),
    ] {
        let tree = read_text(name, text, &JINJA).expect("any text is");
        assert_eq!(tree.format, TEXT.id, "{name}");
        assert_eq!(at(&tree, &["lines", "0"]).as_str(), text.lines().next());
    }
}

#[test]
fn the_inner_format_is_that_of_the_name() {
    let inner = |path: &str| inner_format(path, "jinja").map(|format| format.id);
    assert_eq!(inner("a/x.yaml.j2"), Some("yaml"));
    assert_eq!(inner("etc/nginx/nginx.conf.jinja"), Some("nginx"));
    assert_eq!(inner("Dockerfile.j2"), Some("dockerfile"));
    assert_eq!(inner("x.unknown.j2"), None);
    assert_eq!(inner("x.j2.j2"), None);
    assert!(inner_format("x.yaml.j2", "text").is_none());
}

#[test]
fn a_statement_left_out_of_a_value_shows() {
    let text = "a: |\n  b\n  {% if c %}\n  d\n  {% endif %}\n";
    let tree = read_text("a.yml.j2", text, &JINJA).expect("any text is");
    assert!(at(&tree, &["a"]).as_str().expect("text").contains("{% if c %}"));
    check(
        &JINJA,
        "a.yml.j2",
        "{% if c %}\na: |\n  b\n{% endif %}\nd: e\n",
        r#"{"a": "b\n", "d": "e"}"#,
    );
}

#[test]
fn the_blanks_for_a_comment_do_not_part_its_characters() {
    for inner in ["yml", "ini", "service", "properties"] {
        survives(&JINJA, &format!("a.{inner}.j2"), "{#\n {{é#}{{").expect("spans hold");
    }
}

#[test]
fn unclosed_constructs_are_searched_for_once() {
    for open in ["{{", "{%", "{#", "{{ }", "{"] {
        let text = open.repeat(1_000_000);
        assert!(read_text("a.txt.j2", &text, &JINJA).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(
        text in r#"(\{\{|\}\}|\{%|%\}|\{#|#\}|[-:|=.,"'<\[\]{}*]|[a-z]{1,3}|é|\n|\r\n| |\n  |\n- |\u{e001}|\u{e000}){0,40}"#
    ) {
        for inner in ["yml", "json", "toml", "md", "rst", "csv", "service", "properties", "ini"] {
            survives(&JINJA, &format!("a.{inner}.j2"), &text)?;
        }
    }
}

#[test]
fn keys_that_the_inner_format_makes_stay() {
    let text = "Port 22\nPermitRootLogin {{ root }}\n";
    let tree = crate::read_text("sshd_config.j2", text, &JINJA).expect("read");
    let effective = tree.documents[0].get("effective").expect("the key");
    let value = effective.items()[0].get("PermitRootLogin").expect("the keyword");
    assert_eq!(value.as_str(), Some("{{ root }}"));
}
