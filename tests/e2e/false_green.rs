//! Nothing that was not looked at passes.

use serde_json::Value;

use crate::run::Folder;

/// A standard of one rule.
fn standard(rule: &str) -> String {
    format!(
        "[standard]\nid = 'h'\nversion = '1'\ndomain = 'software'\ntitle = 'H'\n\
         [rule.T-1]\nname = 'x'\ntitle = 'X'\nseverity = 'blocker'\n{rule}\n"
    )
}

/// What the one rule comes to on a file, with the exit code and the codes of the diagnostics.
fn judged(rule: &str, path: &str, text: &str) -> (i32, Vec<String>, Vec<String>) {
    let manifest = "[delivery]\nsolution = 'x'\nstandards = ['house.toml']\nexclude = ['house.toml']\n\
        [hosts]\nfacts = ['hosts/*.json']\n[configs]\nfiles = ['configs/*']\n";
    let rule = standard(rule);
    let files = [("delivery.toml", manifest), ("house.toml", &rule), (path, text)];
    let ran = Folder::new(&files).aplomb(&["check", "--format=json", "--as-of=2026-11-23"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    let texts = |list: &str, key: &str| {
        let list = report[list].as_array().expect("a list").iter();
        list.map(|one| one[key].as_str().unwrap_or_default().to_owned()).collect()
    };
    (ran.code, texts("results", "outcome"), texts("diagnostics", "code"))
}

#[test]
fn a_word_below_a_heading_belongs_to_it() {
    let markdown = "# Stop\n\nTODO write this\n";
    for (path, text, format, select) in [
        ("configs/a.md", markdown, "markdown", "$.sections[*]"),
        ("configs/a.md", markdown, "markdown", "$.sections[*].text"),
        ("configs/a.service", "[Service]\nExecStart=TODO\n", "systemd", "$.Service"),
        ("configs/a.ini", "[s]\na = TODO\n", "ini", "$.s"),
        ("configs/a.toml", "[c]\na = 'TODO'\n", "toml", "$.c"),
        ("configs/a.json", "{\"a\": \"TO\\u0044O\"}", "json", "$.a"),
    ] {
        let rule = format!(
            "subjects = {{ kind = 'config', format = '{format}' }}\nselect = '{select}'\ntext = {{ forbid = ['TODO'] }}"
        );
        let (code, outcomes, _) = judged(&rule, path, text);
        assert_eq!((code, outcomes), (1, vec!["fail".to_owned()]), "{path} {select}");
    }
}

#[test]
fn a_keyword_about_numbers_does_not_let_text_through() {
    for (expect, text) in [
        ("{ maximum = 10 }", "'9999'"),
        ("{ minItems = 1 }", "5"),
        ("{ required = ['x'] }", "5"),
        ("{ pattern = '^1' }", "25"),
        ("{ anyOf = [{ maximum = 10 }, { const = 'none' }] }", "'9999'"),
    ] {
        let rule = format!("subjects = {{ format = 'yaml' }}\nselect = '$.a'\nexpect = {expect}");
        let (code, outcomes, _) = judged(&rule, "configs/a.yaml", &format!("a: {text}\n"));
        assert_eq!((code, outcomes), (1, vec!["fail".to_owned()]), "{expect}");
    }
}

/// A snapshot whose packages are in a given state.
fn snapshot(section: &str, packages: &str) -> String {
    format!(
        "{{\"schema\": \"aplomb.host/1\", \"host\": \"a\", \"sections\": {{\"os\": \
         {{\"status\": \"collected\"}}{section}}}{packages}}}"
    )
}

#[test]
fn what_was_not_collected_is_no_evidence_however_a_rule_looks_at_it() {
    let rules = [
        "assert = \"!has(root.packages) || !root.packages.exists(p, p.name == 'telnetd')\"",
        "expect = { properties = { packages = { not = { contains = { const = 'telnetd' } } } } }",
        "text = { forbid = ['telnetd'] }",
        "select = '$.packages[*]'\nmissing = 'pass'\nabsent = { where = \"node.name == 'telnetd'\" }",
        "select = '$..name'\nmissing = 'pass'\nexpect = { const = 'ssh' }",
    ];
    for status in ["denied", "truncated", "unsupported"] {
        let section = format!(", \"packages\": {{\"status\": \"{status}\"}}");
        let snapshot = snapshot(&section, ", \"packages\": [{\"name\": \"ssh\"}]");
        for rule in rules {
            let rule = format!("subjects = {{ kind = 'host' }}\n{rule}");
            let (code, outcomes, _) = judged(&rule, "hosts/a.json", &snapshot);
            assert_eq!((code, outcomes), (3, vec!["not-evaluated".to_owned()]), "{status}: {rule}");
        }
    }
    let gap = ", \"packages\": {\"status\": \"collected\", \"gaps\": [{\"from\": \"/x\", \
        \"status\": \"denied\", \"members\": [\"held\"]}]}";
    let partial = snapshot(gap, ", \"packages\": [{\"name\": \"ssh\"}]");
    let host = "subjects = { kind = 'host' }\nselect = '$.packages[*]'\n";
    let asks = format!("{host}absent = {{ where = 'has(node.held) && node.held' }}");
    assert_eq!(judged(&asks, "hosts/a.json", &partial).0, 3, "the member that was denied");
    let other = format!("{host}absent = {{ where = \"node.name == 'telnetd'\" }}");
    assert_eq!(judged(&other, "hosts/a.json", &partial).0, 0, "another member");
    let never = snapshot("", "");
    assert_eq!(judged(&other, "hosts/a.json", &never).0, 3, "no such section");
}

#[test]
fn a_selection_that_finds_nothing_anywhere_is_said() {
    let rule = "subjects = { format = 'yaml' }\nselect = '$.pakages[*]'\nmissing = 'pass'\n\
        absent = { where = \"node == 'telnetd'\" }";
    let (_, _, said) = judged(rule, "configs/a.yaml", "packages: [telnetd]\n");
    assert!(said.contains(&"selects-nothing".to_owned()), "{said:?}");
}

#[test]
fn a_pattern_that_was_given_up_is_an_error() {
    let rule =
        "subjects = { format = 'yaml' }\nselect = '$.a'\nexpect = { pattern = '^(a|a)*(?<!b)c$' }";
    let text = format!("a: {}\n", "a".repeat(40_000));
    let (code, outcomes, _) = judged(rule, "configs/a.yaml", &text);
    assert_eq!((code, outcomes), (3, vec!["error".to_owned()]));
}

#[test]
fn expressions_that_are_dear_together_are_given_up() {
    let rule = "subjects = { format = 'yaml' }\nselect = '$.l[*]'\n\
        assert = 'root.l.exists(x, root.l.exists(y, y == 3))'";
    let text = format!("l: [{}]\n", vec!["1"; 3_000].join(", "));
    let (code, outcomes, _) = judged(rule, "configs/a.yaml", &text);
    assert_eq!(code, 3);
    assert!(outcomes.iter().all(|outcome| outcome == "error"), "{:?}", outcomes.first());
}

#[test]
fn a_blank_part_of_a_key_is_not_passed_over() {
    let rule = "[rule.T-1.join]\nleft = { subjects = { kind = 'config' }, select = '$.jobs[*]', key = ['node'] }\n\
        right = { values = \"['x']\" }\nonly_left = '{key}'";
    let (code, outcomes, _) = judged(rule, "configs/a.yaml", "jobs: [x, '']\n");
    assert_eq!((code, outcomes), (3, vec!["not-evaluated".to_owned()]));
}

#[test]
fn a_template_that_only_its_text_is_known_of_is_not_judged_as_what_it_makes() {
    let rule = "subjects = { format = 'yaml' }\nselect = '$.packages[*]'\nmissing = 'pass'\n\
        absent = { where = \"node == 'telnetd'\" }";
    let whole = "packages: [{{ first }}, telnetd]\n";
    assert_eq!(judged(rule, "configs/a.yaml.j2", whole).0, 1);
    let (code, outcomes, _) =
        judged(rule, "configs/a.yaml.j2", "packages: [telnetd\n{% if x %}]\n b: [");
    assert_eq!((code, outcomes), (3, vec!["not-evaluated".to_owned()]));
}
