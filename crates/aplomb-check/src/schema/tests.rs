use std::sync::Arc;

use aplomb_model::{Source, Tree};

use super::*;

fn tree(format: &str, text: &str) -> Tree {
    let source = Arc::new(Source::new("t", text));
    let format = aplomb_read::by_id(format).expect("built in");
    aplomb_read::read_text(source.name(), source.text(), format).expect("valid")
}

fn compile(toml: &str) -> Result<Schema, Vec<Mistake>> {
    let now = "2026-11-23T00:00:00Z".parse().expect("a date");
    Schema::compile(&tree("toml", toml).documents[0], &Options { now })
}

fn said(toml: &str, json: &str) -> Vec<String> {
    let schema = compile(toml).expect("a valid schema");
    let tree = tree("json", json);
    let node = &tree.documents[0];
    let violations = schema.violations(node);
    assert_eq!(schema.is_valid(node), violations.is_empty(), "{toml} on {json}");
    let said = violations
        .iter()
        .map(|violation| format!("{} @ {}", violation.message.en, tree.raw(violation.node.span)));
    said.collect()
}

#[test]
fn violations_name_the_node_at_fault() {
    let cases = [
        ("const = 'no'", "\"no\"", ""),
        ("const = 'no'", "\"yes\"", "expected \"no\", found \"yes\" @ \"yes\""),
        ("required = ['a']", "{\"b\": 1}", "`a` is missing @ {\"b\": 1}"),
        ("properties.a.type = 'string'", "{\"a\": 1}", "expected type string, found integer @ 1"),
        ("items.enum = [1, 2]", "[1, 3]", "expected one of 1, 2, found 3 @ 3"),
        (
            "properties.a.items.pattern = '^x'",
            "{\"a\": [\"xy\", \"y\"]}",
            "\"y\" does not match ^x @ \"y\"",
        ),
        ("minimum = 3", "2", "2 is below 3 @ 2"),
        ("minItems = 2", "[1]", "1 here, at least 2 wanted @ [1]"),
        ("not.const = 1", "1", "1 is what must not be @ 1"),
        ("additionalProperties = false", "{\"a\": 1}", "{1} is not allowed here @ {\"a\": 1}"),
        (
            "properties.b = true\nadditionalProperties = false",
            "{\"a\": 1}",
            "not expected here: a @ {\"a\": 1}",
        ),
        ("anyOf = [{ type = 'string' }, { const = 1 }]", "2", "2 is none of what is allowed @ 2"),
        ("properties.'a/b'.const = 1", "{\"a/b\": 2}", "expected 1, found 2 @ 2"),
        ("const = 1", "1.0", ""),
        ("type = 'integer'", "123456789012345678901234567890", ""),
        ("maximum = 5", "1e400", "1e400 is above 5 @ 1e400"),
        ("properties.a.const = 2", "{\"a\": 1, \"a\": 2}", ""),
        ("format = 'ipv4'", "\"192.0.2.1\"", ""),
        ("format = 'ipv4'", "\"x\"", "\"x\" has not the format ipv4 @ \"x\""),
    ];
    for (schema, json, expected) in cases {
        assert_eq!(said(schema, json).join(" | "), expected, "{schema} on {json}");
    }
}

#[test]
fn our_keywords_read_what_people_write() {
    let cases = [
        ("minVersion = '1.12.1'", "\"1.9.2\"", "version 1.9.2 is below 1.12.1"),
        ("minVersion = '1.12.1'", "\"1.12.1\"", ""),
        ("minVersion = '1.12.1'", "\"latest\"", "“latest” is not a version"),
        ("maxVersion = { version = '1:2.0', scheme = 'debian' }", "\"1:2.0~rc1\"", ""),
        ("exclusiveMaxVersion = '2'", "\"2\"", "version 2 is not below 2"),
        ("after = 'now'", "\"2026-11-23\"", ""),
        ("after = 'now'", "\"2026-11-22\"", "2026-11-22 is before 2026-11-23"),
        ("after = 'now+60d'", "\"2027-01-21\"", "2027-01-21 is before 2027-01-22"),
        ("after = 'now-12months'", "\"2025-11-23\"", ""),
        ("before = '2027-01-01'", "\"18/09/2026\"", ""),
        ("before = '2027-01-01'", "\"soon\"", "“soon” is not a date"),
        ("maxDuration = '4h'", "\"3 h 10 min\"", ""),
        ("maxDuration = '4h'", "\"PT5H\"", "PT5H is too much"),
        ("minQuantity = '16 GiB'", "\"8 GiB\"", "8 GiB is too little"),
        ("minQuantity = 4", "8", ""),
        ("notAnyCidr = true", "\"0.0.0.0/0\"", "0.0.0.0/0 is any address"),
        ("notAnyCidr = true", "\"samehost\"", ""),
        ("withinCidr = ['192.0.2.0/24']", "\"192.0.2.7\"", ""),
        (
            "withinCidr = ['192.0.2.0/24']",
            "\"198.51.100.1\"",
            "198.51.100.1 is not within 192.0.2.0/24",
        ),
        ("format = 'any-duration'", "\"4 h\"", ""),
        ("format = 'cidr'", "\"x\"", "\"x\" has not the format cidr"),
    ];
    for (schema, json, expected) in cases {
        let said = said(schema, json);
        let message = said.first().and_then(|one| one.split(" @ ").next()).unwrap_or_default();
        assert_eq!(message, expected, "{schema} on {json}");
    }
}

#[test]
fn what_json_schema_would_pass_over_is_refused() {
    let cases = [
        ("requird = ['a']", "`requird` is no keyword of JSON Schema", "did you mean `required`?"),
        (
            "properties.a.patern = 'x'",
            "`patern` is no keyword of JSON Schema",
            "did you mean `pattern`?",
        ),
        ("format = 'ipv5'", "there is no format `ipv5`", "did you mean `ipv4`?"),
        ("'$ref' = 'https://example.org/x'", "`$ref` can only point within the schema", ""),
        ("minVersion = 'latest'", "`minVersion` must be a version, or { version, scheme }", ""),
        (
            "after = 'tomorrow'",
            "`after` must be a date, or `now` with an offset: \"now\", \"now+60d\", \"now-12months\"",
            "",
        ),
        ("allOf = []", "expected an array of schemas, found an array", ""),
    ];
    for (schema, message, help) in cases {
        let mistakes = compile(schema).expect_err(schema);
        assert_eq!(mistakes[0].message, message, "{schema}");
        if !help.is_empty() {
            assert_eq!(mistakes[0].help.as_deref(), Some(help), "{schema}");
        }
    }
    let both = compile("requird = ['a']\ntype = 'strin'\nmaxVersion = 'x'").expect_err("three");
    assert_eq!(both.len(), 2, "the crate looks only at what we let through");
    assert!(compile("type = 'strin'").is_err());
    assert!(compile("pattern = '('").is_err());
}

#[test]
fn a_pattern_that_explodes_is_never_a_match() {
    let schema = compile(r"pattern = '^(a+)+\1$'").expect("a valid schema");
    let text = format!("\"{}b\"", "a".repeat(2000));
    assert!(!schema.is_valid(&tree("json", &text).documents[0]));
}
