//! What the sample delivery becomes: corrected, six months later, or small.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use walkdir::WalkDir;

use crate::policies::policy;
use crate::run::{Folder, root};
use crate::schemas::toml;

const BASE: &str = "tests/deliveries/agora-3.2.0";
const CORRECTED: &str = "tests/deliveries/agora-3.2.0-corrige";
const PRESENTED: &str = "2026-11-23";

fn copy(from: &Path, to: &Folder) {
    for entry in WalkDir::new(from).into_iter().map(|entry| entry.expect("readable")) {
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(from).expect("below it");
            let bytes = std::fs::read(entry.path()).expect("a file");
            to.write(path.to_str().expect("UTF-8"), &bytes);
        }
    }
}

/// The delivery as it was presented again: see `corrections.toml` there.
fn corrected() -> Folder {
    let folder = Folder::new(&[]);
    copy(&root().join(BASE), &folder);
    copy(&root().join(CORRECTED), &folder);
    let at = |path: &str| folder.path().join(path);
    std::fs::remove_file(at("corrections.toml")).expect("was copied");
    let corrections = toml(&root().join(CORRECTED).join("corrections.toml"));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    for removed in corrections["removed"].as_array().expect("a list") {
        std::fs::remove_file(at(&text(removed))).expect("was there");
    }
    for (to, from) in corrections["copied"].as_object().expect("a table") {
        std::fs::copy(at(&text(from)), at(to)).expect("a copy");
    }
    for (file, edits) in corrections["correct"].as_object().expect("a table") {
        let mut content = std::fs::read_to_string(at(file)).expect("UTF-8");
        for (why, edit) in edits.as_object().expect("a table") {
            let [of, to] = [0, 1].map(|index| text(&edit[index]));
            assert_eq!(content.matches(&of).count(), 1, "{file}: {why}");
            content = content.replace(&of, &to);
        }
        std::fs::write(at(file), content).expect("ours");
    }
    folder
}

fn judged(folder: &Folder, as_of: &str) -> (i32, Value) {
    let ran = folder.aplomb(&["check", "--format=json", "--lang=en", "--as-of", as_of]);
    let report = serde_json::from_str(&ran.out);
    (ran.code, report.unwrap_or_else(|error| panic!("{error}: {}", ran.err)))
}

fn results<'r>(report: &'r Value, outcome: &str) -> Vec<&'r Value> {
    let results = report["results"].as_array().expect("a list").iter();
    results.filter(|one| one["outcome"] == outcome).collect()
}

/// The results of an outcome, each by a word of its own.
fn told(report: &Value, outcome: &str) -> BTreeSet<String> {
    let word = |one: &Value| {
        let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let parts = [&one["rule"], &one["subject"]["name"], &one["fingerprint"], &one["message"]];
        parts.map(of).join(" ")
    };
    results(report, outcome).into_iter().map(word).collect()
}

/// A profile of the rules that have something planted for them.
fn of_planted() -> String {
    let path = root().join(BASE).join("expected.tsv");
    let planted = std::fs::read_to_string(path).expect("the list of planted defects");
    let shipped = policy();
    let shipped: BTreeSet<_> = shipped.rules().map(|(_, rule)| rule.id.as_str()).collect();
    let rules = planted.lines().skip(1).filter_map(|line| line.split('\t').next());
    let rules: BTreeSet<_> = rules.filter(|rule| shipped.contains(rule)).collect();
    let rules: Vec<_> = rules.into_iter().collect();
    format!("[profile.planted]\ntitle = 'Planted'\nrules = ['{}']\n", rules.join("', '"))
}

#[test]
fn what_was_corrected_conforms() {
    let folder = corrected();
    let profile = Folder::new(&[("planted.toml", &of_planted())]);
    let standard = profile.path().join("planted.toml");
    let standard = format!("--standard={}", standard.display());
    let ran = folder.aplomb(&[
        "check",
        "--format=json",
        "--as-of",
        PRESENTED,
        "--standard=aplomb:*",
        &standard,
        "--profile=planted",
    ]);
    let report: Value = serde_json::from_str(&ran.out).expect("JSON");
    for outcome in ["fail", "error", "not-evaluated"] {
        assert_eq!(told(&report, outcome), BTreeSet::new(), "{outcome}");
    }
    assert_eq!((ran.code, &report["verdict"]), (0, &"conforming".into()));
    assert!(results(&report, "pass").len() > 150);
    assert_eq!(report["summary"]["coverage"], 1.0);
}

#[test]
fn other_rules_find_nothing_in_what_was_corrected() {
    let (_, report) = judged(&corrected(), PRESENTED);
    let failed = results(&report, "fail").into_iter();
    let weighty = failed.filter(|one| ["blocker", "major"].iter().any(|of| one["severity"] == *of));
    assert_eq!(weighty.collect::<Vec<_>>(), [&Value::Null; 0]);
    // A snapshot that lacks what a rule asks for, or a history that nobody delivered, is no failure
    // and no success.
    let unjudged = results(&report, "not-evaluated");
    let lean = |one: &&Value| ["host", "manifest"].iter().any(|of| one["subject"]["kind"] == *of);
    let lean = unjudged.iter().all(lean);
    assert!(lean, "{:#?}", told(&report, "not-evaluated"));
    assert_eq!(report["verdict"] == "conforming", unjudged.is_empty());
}

/// The text of a rule in the standards that are shipped.
fn source(result: &Value) -> String {
    let file = result["demand"]["file"].as_str().expect("a file");
    let text = std::fs::read_to_string(root().join(file)).expect("a standard");
    let begin = format!("[rule.{}]", result["rule"].as_str().expect("an id"));
    let start = text.find(&begin).expect("the rule");
    let rest = &text[start + begin.len()..];
    let end = rest.find("\n[rule.").into_iter().chain(rest.find("\n[[rule.")).min();
    rest[..end.unwrap_or(rest.len())].to_owned()
}

#[test]
fn six_months_later_only_time_has_found_something() {
    let folder = corrected();
    let (_, before) = judged(&folder, PRESENTED);
    let (code, after) = judged(&folder, "2027-05-24");
    assert_eq!((code, &after["verdict"]), (1, &"non-conforming".into()));
    let late = results(&after, "fail");
    let rules: BTreeSet<_> = late.iter().filter_map(|one| one["rule"].as_str()).collect();
    for expected in ["PR-008", "PR-051"] {
        assert!(rules.contains(expected), "{expected}: {rules:?}");
    }
    for one in late {
        let source = source(one);
        let of_time = ["now", "status", "catalogue"].iter().any(|word| source.contains(word));
        assert!(of_time, "nothing in {} passes with time: {one:#}", one["rule"]);
    }
    // Nothing else is lost or found: what time says nothing about is told as before.
    let count = |report: &Value| report["summary"]["not_evaluated"].clone();
    assert_eq!(count(&before), count(&after));
    // The delivery as it was first presented keeps all that was found in it.
    let base = Folder::new(&[]);
    copy(&root().join(BASE), &base);
    let found = |as_of| -> BTreeSet<_> {
        let (_, report) = judged(&base, as_of);
        let failed = results(&report, "fail");
        failed.iter().filter_map(|one| one["fingerprint"].as_str().map(str::to_owned)).collect()
    };
    let (first, later) = (found(PRESENTED), found("2027-05-24"));
    assert!(first.is_subset(&later) && later.len() > first.len());
}

const SMALL: &str = r#"
[delivery]
solution = "petit-outil"
version = "1.0.0"
environment = "production"
tier = 4
lang = "fr"
timezone = "Europe/Paris"
owner = "equipe-ged"
operations_owner = "production-n2"
go_live = 2026-12-07T20:00:00+01:00
standards = ["aplomb:*"]
profile = "gate"

[hosts]
facts = ["hosts/*.json"]

[[host]]
name = "prd-agora-app01"
role = "app"

[[document]]
type = "DEX"
path = "docs/DEX-AGORA.md"
version = "2.1"
"#;

/// A manifest, a host and an operations manual.
fn small(tier: u8) -> Value {
    let whole = corrected();
    let folder = Folder::new(&[]);
    for file in ["hosts/prd-agora-app01.json", "docs/DEX-AGORA.md"] {
        let bytes = std::fs::read(whole.path().join(file)).expect("a file");
        folder.write(file, &bytes);
    }
    let manifest = SMALL.replace("tier = 4", &format!("tier = {tier}"));
    folder.write("delivery.toml", manifest.as_bytes());
    judged(&folder, PRESENTED).1
}

/// Severities, the worst first.
const WORST: [&str; 4] = ["blocker", "major", "minor", "info"];

#[test]
fn of_a_small_thing_little_is_asked() {
    let (small, critical) = (small(4), small(1));
    let missing = |report: &Value| {
        let failed = results(report, "fail").into_iter();
        failed.filter(|one| one["rule"] == "PR-002").count()
    };
    assert!(missing(&small) < 4 && missing(&critical) > 7, "{}", missing(&small));
    // Nothing weighs more there than where much depends on it.
    let severities = |report: &Value| -> std::collections::BTreeMap<String, usize> {
        let all = report["results"].as_array().expect("a list").iter();
        let weight = |one: &Value| WORST.iter().position(|word| one["severity"] == *word);
        let all = all.filter_map(|one| Some((one["rule"].as_str()?.to_owned(), weight(one)?)));
        all.collect()
    };
    let (light, heavy) = (severities(&small), severities(&critical));
    let lighter = light.iter().filter(|(rule, weight)| heavy.get(*rule) < Some(*weight)).count();
    let heavier: Vec<_> =
        light.iter().filter(|(rule, weight)| heavy.get(*rule) > Some(*weight)).collect();
    assert!(heavier.is_empty(), "{heavier:?}");
    assert!(lighter > 10, "{lighter}");
    // What could not be judged is not passed over for its size.
    assert_ne!(small["verdict"], "conforming");
}
