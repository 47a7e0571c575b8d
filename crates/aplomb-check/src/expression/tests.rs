use std::sync::Arc;

use aplomb_model::Source;
use chrono::DateTime;

use super::*;

const ALL: &[&str] = &["node", "root", "subject", "delivery", "params", "now"];

fn tree(text: &str) -> aplomb_model::Tree {
    let format = aplomb_read::by_id("json").expect("built in");
    let source = Arc::new(Source::new("t.json", text));
    aplomb_read::read_text(source.name(), source.text(), format).expect("valid")
}

fn scope(node: &Node) -> Scope<'_> {
    let now = DateTime::parse_from_rfc3339("2026-11-23T00:00:00Z").expect("a date");
    Scope::new(now).with("node", node).with("root", node)
}

const NODE: &str = r#"{"name": "app", "port": 8080, "ratio": 0.5, "tags": ["a", "b"], "empty": [],
    "nested": {"x": {"y": 1}}, "not_after": "2027-06-01", "version": "1:16.9-1.pgdg12+1",
    "Mémoire (Go)": "32", "Hôtes": "web[01-02]", "big": 18446744073709551615, "none": null}"#;

fn value(text: &str) -> Result<String, String> {
    let tree = tree(NODE);
    let expression =
        Expression::compile(text, ALL).map_err(|e| format!("compile: {}", e.message))?;
    let value = expression.evaluate(&scope(&tree.documents[0]));
    value.map(|node| crate::template::shown(&node)).map_err(|e| format!("{:?}", e.kind))
}

#[test]
fn expressions_have_the_values_cel_gives_them() {
    let cases = [
        ("1 + 2 * 3", "7"),
        ("7 / 2", "3"),
        ("-7 % 3", "-1"),
        ("1.5 + 1.5", "3"),
        ("'a' + 'b'", "ab"),
        ("[1] + [2, 3]", "1, 2, 3"),
        ("node.tags + ['c']", "a, b, c"),
        ("node.port == 8080", "true"),
        ("node.port == 8080.0", "true"),
        ("node.port > 80u", "true"),
        ("node.big > 9223372036854775807", "true"),
        ("node.none == null", "true"),
        ("node.tags == ['a', 'b']", "true"),
        ("['a', 'b'] == node.tags", "true"),
        ("{'y': 1} == node.nested.x", "true"),
        ("node.nested.x == {'y': 1}", "true"),
        ("node.nested['x'].y", "1"),
        ("node.tags[1]", "b"),
        ("'a' in node.tags", "true"),
        ("'x' in node.nested", "true"),
        ("has(node.nested.x)", "true"),
        ("has(node.nested.z)", "false"),
        ("has(node['Mémoire (Go)'])", "true"),
        ("node.tags.all(t, t.size() == 1)", "true"),
        ("node.tags.exists(t, t == 'b')", "true"),
        ("node.tags.exists_one(t, t == 'b')", "true"),
        ("node.tags.map(t, t + '!')", "a!, b!"),
        ("node.tags.map(t, t == 'b', t + '!')", "b!"),
        ("node.tags.filter(t, t != 'a')", "b"),
        ("node.empty.all(t, false)", "true"),
        ("node.nested.all(k, k == 'x')", "true"),
        ("node.tags.map(t, node.tags.filter(u, u == t).size())", "1, 1"),
        ("size(node.name) + node.tags.size()", "5"),
        ("true ? 'yes' : 'no'", "yes"),
        ("false && node.missing", "false"),
        ("node.missing || true", "true"),
        ("node.name.matches('^a.p$')", "true"),
        ("'a-b'.split('-')", "a, b"),
        ("sets.contains(node.tags, ['a'])", "true"),
        ("string(node.port) + '/tcp'", "8080/tcp"),
        ("node.not_after > now + days(60)", "true"),
        ("now + days(365) > node.not_after", "true"),
        ("date('18/09/2026') < now", "true"),
        ("addMonths(date('2026-01-31'), 1) == date('2026-02-28')", "true"),
        ("duration('3 h 10 min') < duration('4h')", "true"),
        ("date('2026-12-07 23:00') - date('2026-12-07 20:00') == hours(3)", "true"),
        ("version('1.9.2') < version('1.12.1')", "true"),
        ("version(node.version).truncate(2) == version('16.9')", "true"),
        ("version('1.0~rc1', 'debian') < version('1.0', 'debian')", "true"),
        ("semver('1.2.3').isLessThan(semver('1.10.0'))", "true"),
        ("version(node.version).major()", "16"),
        ("quantity('500m').isLessThan(quantity('1'))", "true"),
        ("quantity('1Gi').isGreaterThan(quantity('1G'))", "true"),
        ("cidr('192.0.2.0/24').containsIP('192.0.2.7')", "true"),
        ("isIP('2001:db8::1') && !isCIDR('x')", "true"),
        ("plain('  Décision ')", "decision"),
        ("slug('3.2 Arrêt / démarrage')", "arret-demarrage"),
        ("cell(node, 'memoire')", "32"),
        ("cell(node, 'serveurs', 'hotes')", "web[01-02]"),
        ("hosts(cell(node, 'hotes'))", "web01, web02"),
        ("ports(443)", "443"),
        ("base('/usr/local/bin/dump.sh')", "dump"),
        ("[3, 1, 2].max()", "3"),
        ("[1, 2].sum()", "3"),
        ("timestamp('2026-11-23T00:00:00Z') == now", "true"),
        // Not every whole number is a double.
        ("9007199254740993 == 9007199254740992.0", "false"),
        ("9007199254740993 > 9007199254740992.0", "true"),
        ("-1 < -0.5 && 1 > 0.5 && 0u < 1e300", "true"),
        ("[node.big, 1.5].sum() > 1e19", "true"),
        ("[1, 2, 1, 1.0, 'a', 'a'].distinct()", "1, 2, a"),
        ("sets.equivalent([3, 1, 1], [1, 3])", "true"),
        ("sets.intersects([{'a': 1}], [{'a': 1.0}])", "true"),
        ("{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "true"),
        ("[1, 2, 1].lastIndexOf(1) - 'abab'.lastIndexOf('b')", "-1"),
        ("'a,b,c'.split(',', 2)", "a, b,c"),
        ("'aaa'.replace('a', 'b', 2)", "bba"),
        ("duration('-90s') + duration('1.5h')", "5310s"),
        ("duration('100ms')", "0.1s"),
        ("date('2026-11-23').getDayOfYear() + date('2026-11-23').getDate()", "349"),
        ("url('https://[2001:db8::1]:8443/a?b').getHost()", "[2001:db8::1]:8443"),
        ("url('https://[2001:db8::1]:8443/a?b').getHostname()", "2001:db8::1"),
        ("'https://a.example/b%20c'.getEscapedPath()", "/b%20c"),
        ("isURL('https://a.example') && !isURL('a.example') && !isURL('../a')", "true"),
        ("semver('1.2.3').patch()", "3"),
        ("quantity('2k').asInteger() + quantity('-1').sign()", "1999"),
        ("ip('10.0.0.1').isGlobalUnicast() && ip('0.0.0.0').isUnspecified()", "true"),
    ];
    for (text, expected) in cases {
        assert_eq!(value(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn what_has_no_value_says_why() {
    let cases = [
        ("node.missing == 1", "MissingKey(\"missing\")"),
        ("node.nested.x.z", "MissingKey(\"z\")"),
        ("cell(node, 'serveurs')", "MissingKey(\"serveurs\")"),
        ("node.tags[7]", "MissingKey(\"[7]\")"),
        ("node.name.x", "Type"),
        ("node.name > 1", "Type"),
        ("node.name + 1", "Type"),
        ("node.name < now", "Type"),
        ("date(node.name) < now", "Type"),
        ("version('latest') > version('1')", "Type"),
        ("9223372036854775807 + node.port", "Other"),
        ("1 / (node.port - 8080)", "Other"),
    ];
    for (text, expected) in cases {
        assert_eq!(value(text), Err(expected.to_owned()), "{text}");
    }
}

#[test]
fn an_authors_mistakes_are_refused_when_compiled() {
    let cases = [
        ("nod.port == 1", "there is no variable `nod` here", Some("did you mean `node`?")),
        (
            "node.name.startWith('a')",
            "there is no function `startWith()`",
            Some("did you mean `startsWith()`?"),
        ),
        ("size()", "`size(value)` takes 1 argument, not 0", None),
        ("'a' == 1", "a string and a number do not go together here", None),
        ("1 + 'a'", "a number and a string do not go together here", None),
        ("!'a'", "a boolean is needed here, this is a string", None),
        ("node.name.matches('(')", "not a regular expression: unclosed group", None),
        ("days('x') == now", "`days()` does not take a string here", None),
        ("'a'.map(x, x)", "a list or a map is needed here, this is a string", None),
        (
            "node.a.all(x, node.b.all(y, node.c.all(z, true)))",
            "at most 2 of these may stand within one another",
            None,
        ),
        ("b'x' == b'x'", "bytes are not supported; use a string", None),
    ];
    for (text, message, help) in cases {
        let error = Expression::compile(text, ALL).expect_err(text);
        assert_eq!(error.message, message, "{text}");
        if help.is_some() {
            assert_eq!(error.help.as_deref(), help, "{text}");
        }
    }
    let error = Expression::compile("node['é'] == nod.x", ALL).expect_err("a typo");
    assert_eq!(&"node['é'] == nod.x"[error.span.range()], "nod");
    let error = Expression::compile_condition("node.port + 1", ALL);
    assert!(error.is_ok(), "the type of a sum over the tree is not evident");
    let error = Expression::compile_condition("size(node.tags)", ALL).expect_err("a number");
    assert_eq!(error.message, "this gives a number, and must be true or false");
    assert!(Expression::compile("node ==", ALL).is_err());
    assert!(Expression::compile("", ALL).is_err());
    assert!(Expression::compile("entry.x", ALL).is_err(), "not among the variables given");
}

#[test]
fn what_is_no_expression_is_told_without_the_parsers_words() {
    let texts = ["node ==", "", "[1, 2", "a b", "1 + * 2", "node.#x", "'open", "node.port == 1)"];
    let told = texts.map(|text| {
        let error = Expression::compile(text, ALL).expect_err(text);
        let span = error.span.range();
        format!("{text:?} {}..{} {}", span.start, span.end, error.message)
    });
    insta::assert_snapshot!(told.join("\n"), @r#"
    "node ==" 7..7 the expression ends too early
    "" 0..0 the expression ends too early
    "[1, 2" 5..5 the expression ends too early
    "a b" 2..3 not an expression: unexpected `b`
    "1 + * 2" 4..5 not an expression: unexpected `*`
    "node.#x" 5..6 not an expression: unexpected `#`
    "'open" 0..1 not an expression: the text after this ' is never closed
    "node.port == 1)" 14..15 not an expression: unexpected `)`
    "#);
}

#[test]
fn hostile_programs_are_refused_and_hostile_data_is_bounded() {
    let chain = vec!["1"; 100_000].join("+");
    assert!(Expression::compile(&chain, ALL).is_err());
    let chain = vec!["1"; 2000].join("+");
    assert!(Expression::compile(&chain, ALL).is_err());
    let nested = format!("{}1{}", "(".repeat(1500), ")".repeat(1500));
    assert!(Expression::compile(&nested, ALL).is_err());
    let many = format!("[{}]", vec!["1"; 2000].join(","));
    let tree = tree(&many);
    let expression = Expression::compile("node.all(a, node.all(b, a == b))", ALL).expect("valid");
    let error = expression.holds(&scope(&tree.documents[0])).expect_err("four million steps");
    assert_eq!(error.kind, EvaluationErrorKind::TooCostly);
}

/// Lists that need more looking at than one evaluation may take.
#[test]
fn comparing_what_is_judged_is_counted() {
    let numbers: Vec<_> = (0..400).map(|n| n.to_string()).collect();
    let row = format!("[{}]", numbers.join(","));
    let tree = tree(&format!("[{}]", vec![row; 400].join(",")));
    for text in [
        "node.all(a, node.all(b, a == b))",
        "node.all(a, !sets.equivalent(a, node))",
        "node.all(a, node.indexOf(a) >= 0)",
        "node.all(a, a.all(n, !'x'.matches('y' + string(n))))",
    ] {
        let compiled = Expression::compile(text, ALL).expect("well-formed");
        let error = compiled.evaluate(&scope(&tree.documents[0])).expect_err(text);
        assert_eq!(error.kind, EvaluationErrorKind::TooCostly, "{text}");
    }
}
