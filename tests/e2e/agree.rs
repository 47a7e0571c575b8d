//! The kind `agree`, over several hosts.

use std::fmt::Write as _;

use serde_json::Value;

use crate::run::Folder;

/// What a rule says of each host of one role, by name: outcome and message. A host without facts is
/// declared and not delivered.
fn judged(agree: &str, hosts: &[(&str, &str)]) -> Vec<(String, String, String)> {
    let standard = format!(
        "[standard]\nid = 'h'\nversion = '1'\ndomain = 'hardware'\ntitle = 'H'\n\
         [rule.T-1]\nname = 'x'\ntitle = 'X'\nseverity = 'major'\nagree = {agree}\n"
    );
    let mut manifest = "[delivery]\nsolution = 'x'\nstandards = ['house.toml']\n\
        exclude = ['house.toml']\n[hosts]\nfacts = ['hosts/*.json']\n"
        .to_owned();
    let folder = Folder::new(&[("house.toml", &standard)]);
    for (name, facts) in hosts {
        write!(manifest, "[[host]]\nname = '{name}'\nrole = 'db'\n").expect("room");
        if !facts.is_empty() {
            let text = format!("{{\"schema\": \"aplomb.host/1\", \"host\": \"{name}\", {facts}}}");
            folder.write(&format!("hosts/{name}.json"), text.as_bytes());
        }
    }
    folder.write("delivery.toml", manifest.as_bytes());
    let ran = folder.aplomb(&["check", "--format=json", "--as-of=2026-11-23"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let results = report["results"].as_array().expect("a list").iter();
    let told = results
        .map(|one| (text(&one["subject"]["name"]), text(&one["outcome"]), text(&one["message"])));
    told.collect()
}

const BIOS: &str = "{ of = { subjects = { kind = 'host' }, select = '$.hardware.bios', \
    key = 'subject.role', value = 'node' }, compare = { as = 'version', precision = 'full' }, \
    differs = '{left.subject} {left.value}, {right.subject} {right.value}' }";

fn bios(version: &str) -> String {
    format!("\"hardware\": {{\"bios\": \"{version}\"}}")
}

/// The outcomes with what they are about, of hosts `a`, `b` … with these versions.
fn of_versions(agree: &str, versions: &[&str]) -> Vec<String> {
    let names = ["a", "b", "c", "d"];
    let facts: Vec<_> = versions.iter().map(|version| bios(version)).collect();
    let hosts: Vec<_> = names.into_iter().zip(facts.iter().map(String::as_str)).collect();
    let told = judged(agree, &hosts);
    told.into_iter().map(|(_, outcome, message)| format!("{outcome}: {message}")).collect()
}

#[test]
fn the_odd_one_out_is_reported() {
    assert_eq!(of_versions(BIOS, &["1.12.1", "1.12.1"]), ["pass: "]);
    // Two that differ: the newer one is presumed right, by number and not by letter.
    assert_eq!(of_versions(BIOS, &["1.9.2", "1.12.1"]), ["fail: a 1.9.2, b 1.12.1"]);
    assert_eq!(of_versions(BIOS, &["1.12.1", "1.9.2"]), ["fail: b 1.9.2, a 1.12.1"]);
    // Most of them outweigh the newest.
    assert_eq!(of_versions(BIOS, &["1.9", "1.9", "2.0"]), ["fail: c 2.0, a 1.9"]);
    let highest = BIOS.replace("compare", "presumed = 'highest', compare");
    assert_eq!(
        of_versions(&highest, &["1.9", "1.9", "2.0"]),
        ["fail: a 1.9, c 2.0", "fail: b 1.9, c 2.0"]
    );
    let lowest = BIOS.replace("compare", "presumed = 'lowest', compare");
    assert_eq!(of_versions(&lowest, &["1.9", "2.0"]), ["fail: b 2.0, a 1.9"]);
    // 1.2 and 1.2.0 are one version, and together the most.
    assert_eq!(of_versions(BIOS, &["1.2", "1.3", "1.2.0"]), ["fail: b 1.3, a 1.2"]);
}

#[test]
fn one_alone_has_nothing_to_agree_with() {
    let told = of_versions(BIOS, &["1.9.2"]);
    assert!(told[0].starts_with("not-applicable: no group has two members"), "{told:?}");
}

#[test]
fn what_cannot_be_compared_is_no_agreement_and_no_difference() {
    let told = of_versions(BIOS, &["1.9.2", "none yet"]);
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("not-evaluated: “none yet”"), "{told:?}");
}

#[test]
fn what_was_not_seen_is_told() {
    let fact = bios("1.9.2");
    let told = judged(BIOS, &[("a", &fact), ("b", &fact), ("c", "\"hardware\": {}"), ("d", "")]);
    let told: Vec<_> = told.iter().map(|(name, outcome, _)| (&**name, &**outcome)).collect();
    assert_eq!(told, [("c", "not-evaluated"), ("d", "not-evaluated")]);
    let denied = "\"sections\": {\"hardware\": {\"status\": \"denied\"}}";
    let told = judged(BIOS, &[("a", &fact), ("b", denied)]);
    assert_eq!((told.len(), &*told[0].1), (1, "not-evaluated"), "{told:?}");
    let lenient = BIOS.replace("compare", "missing = 'not-applicable', compare");
    let told = judged(&lenient, &[("a", &fact), ("b", &fact), ("c", "\"hardware\": {}")]);
    assert_eq!(told.iter().map(|one| &*one.1).collect::<Vec<_>>(), ["pass"]);
    // Nothing anywhere is no agreement.
    let told = judged(&lenient, &[("a", "\"hardware\": {}"), ("b", "\"hardware\": {}")]);
    assert_eq!(told.iter().map(|one| &*one.1).collect::<Vec<_>>(), ["not-evaluated"]);
}

#[test]
fn what_is_left_out_leaves_nothing_to_judge() {
    let physical = BIOS.replace("key =", "where = '!root.hardware.virtual', key =");
    let machine = "\"hardware\": {\"virtual\": true, \"bios\": \"1\"}";
    let told = judged(&physical, &[("a", machine), ("b", machine)]);
    assert_eq!(told.iter().map(|one| &*one.1).collect::<Vec<_>>(), ["not-applicable"]);
}

#[test]
fn members_that_must_differ_are_told_where_they_do_not() {
    let apart = "{ of = { subjects = { kind = 'host' }, select = '$.rack', key = 'subject.role', \
        value = 'node' }, values = 'different', \
        differs = '{left.subject} is in {left.value}, where {right.subject} is' }";
    let in_rack = |rack: &str| format!("\"rack\": \"{rack}\"");
    let (one, two) = (in_rack("A1"), in_rack("B2"));
    let told = judged(apart, &[("a", &one), ("b", &two)]);
    assert_eq!(told.iter().map(|one| &*one.1).collect::<Vec<_>>(), ["pass"]);
    let told = judged(apart, &[("a", &one), ("b", &two), ("c", &in_rack("a1"))]);
    let told: Vec<_> =
        told.iter().map(|(_, outcome, message)| format!("{outcome}: {message}")).collect();
    assert_eq!(told, ["fail: c is in a1, where a is"]);
}

#[test]
fn what_a_join_cannot_conclude_it_can_say() {
    let standard = "[standard]\nid = 'h'\nversion = '1'\ndomain = 'hardware'\ntitle = 'H'\n\
        [rule.T-1]\nname = 'x'\ntitle = 'X'\nseverity = 'major'\n[rule.T-1.join]\n\
        left = { subjects = { kind = 'host' }, select = '$.b', key = 'node' }\n\
        right = { values = \"['1', '2']\" }\nonly_right = { message = 'no {key}', outcome = 'not-evaluated' }\n";
    let host = "{\"schema\": \"aplomb.host/1\", \"host\": \"a\", \"b\": \"1\"}";
    let manifest = "[delivery]\nsolution = 'x'\nstandards = ['house.toml']\n\
        exclude = ['house.toml']\n[hosts]\nfacts = ['hosts/*.json']\n";
    let files = [("delivery.toml", manifest), ("house.toml", standard), ("hosts/a.json", host)];
    let ran = Folder::new(&files).aplomb(&["check", "--format=json", "--as-of=2026-11-23"]);
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(report["results"][0]["outcome"], "not-evaluated");
    assert_eq!(report["results"][0]["message"], "no 2");
    assert_eq!(ran.code, 3);
}
