use std::sync::Arc;

use super::*;
use crate::load;

fn policy() -> Policy {
    let complete = include_str!("../../tests/policies/complete.toml");
    let house = include_str!("../../tests/policies/house.toml");
    let files = [("complete.toml", complete), ("house.toml", house)];
    let files = files.map(|(name, text)| Arc::new(Source::new(name, text)));
    let loaded = load(files.to_vec(), &["assert", "expect", "join"]);
    assert!(loaded.mistakes.is_empty(), "{:?}", loaded.mistakes);
    loaded.policy
}

fn ids(selection: &Selection<'_>) -> Vec<String> {
    let rules = selection.rules.iter();
    rules.map(|one| one.rule.id.clone()).collect()
}

fn told(diagnostics: &[Diagnostic]) -> String {
    let lines = diagnostics.iter().map(|one| {
        let place = one.position.map_or(0, |at| at.line);
        let file = one.file.as_deref().unwrap_or("-");
        format!("{} {file}:{place} {}", one.code, one.message.en)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn without_a_profile_all_rules_run_with_defaults() {
    let policy = policy();
    let selection = policy.apply(None, &[], None).expect("applied");
    assert_eq!(ids(&selection), ["SW-012"]);
    let params = selection.params("ssh-server").expect("params");
    let networks = params.get("admin-networks").expect("a value");
    assert_eq!(networks.items()[0].as_str(), Some("192.0.2.0/24"));
    assert_eq!(selection.terms, Terms::default());
    insta::assert_snapshot!(told(&selection.diagnostics), @"
    idle-override house.toml:11 the override of SW-999 changes nothing: no such rule is loaded
    disabled-rule complete.toml:70 SW-061 is switched off by an override: The matrix is kept elsewhere until January
    ");
}

#[test]
fn a_profile_builds_on_what_it_extends() {
    let policy = policy();
    let gate = policy.apply(Some("gate"), &[], None).expect("applied");
    assert_eq!(gate.rules[0].severity.for_tier(Some(3)).id(), "minor");
    assert_eq!(gate.rules[0].severity.for_tier(Some(1)).id(), "blocker");
    assert_eq!(gate.terms.gate.max_open_majors.for_tier(Some(3)), 2);
    let house = policy.apply(Some("house"), &[], None).expect("applied");
    assert_eq!(house.profile, Some("house"));
    assert_eq!(house.rules[0].severity.for_tier(Some(1)).id(), "minor");
    assert_eq!(house.terms.gate.max_open_majors.for_tier(Some(3)), 3);
    assert_eq!(house.terms.gate.max_not_evaluated.for_tier(None), 1);
    insta::assert_snapshot!(told(&house.diagnostics), @"
    idle-rule-glob house.toml:16 profile house: `HW-*` matches no rule that is loaded
    unknown-param house.toml:17 profile house sets `nobody`, a parameter of no standard loaded
    idle-override house.toml:11 the override of SW-999 changes nothing: no such rule is loaded
    disabled-rule complete.toml:70 SW-061 is switched off by an override: The matrix is kept elsewhere until January
    ");
}

#[test]
fn who_judges_outranks_who_is_judged() {
    let policy = policy();
    let span = Span::default();
    let list = Value::List(vec![Node::text(span, "10.0.0.0/8")]);
    let member =
        Member { key: "admin-networks".into(), key_span: span, value: Node::new(span, list) };
    let manifest = Node::new(span, Value::Map(vec![member]));
    let first = |profile, set: &[(String, String)]| {
        let selection = policy.apply(profile, set, Some(&manifest)).expect("applied");
        let params = selection.params("ssh-server").expect("params");
        let value = params.get("admin-networks").expect("a value");
        assert_eq!(
            policy.standards[0].source.text().get(value.items()[0].span.range()),
            Some("admin-networks")
        );
        let text = value.items()[0].as_str().expect("text").to_owned();
        let aside = selection.diagnostics.iter().any(|one| one.code == "param-set-aside");
        (text, aside)
    };
    assert_eq!(first(None, &[]), ("10.0.0.0/8".into(), false));
    let set = [("ssh-server:admin-networks".to_owned(), "10.1.0.0/16, ::1/128".to_owned())];
    assert_eq!(first(None, &set).0, "10.1.0.0/16");
    assert_eq!(first(Some("gate"), &[]), ("203.0.113.0/24".into(), true));
}

#[test]
fn what_cannot_be_applied_is_told_at_once() {
    let policy = policy();
    let span = Span::default();
    let member = |key: &str| Member {
        key: key.into(),
        key_span: span,
        value: Node::new(span, Value::Int(1)),
    };
    let manifest = Node::new(span, Value::Map(vec![member("horizn"), member("horizon")]));
    let set = [("horizont", "x"), ("horizon", "2026-02-30"), ("zzz", "")];
    let set = set.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let errors = policy.apply(Some("gaet"), &set, Some(&manifest)).expect_err("refused");
    let lines = errors.iter().map(ToString::to_string);
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
    there is no profile `gaet`; did you mean `gate`?
    unknown key `horizn` in the parameters of the standards
    expected a date such as "2026-11-23" or "2026-11-23T20:00:00+01:00", found an integer
    there is no parameter `horizont`; did you mean `horizon`?
    parameter `horizon`: `2026-02-30` is not a date; write a date such as "2026-11-23" or "2026-11-23T20:00:00+01:00"
    there is no parameter `zzz`; there are `admin-networks`, `patch-delay`, `horizon`
    "#);
}
