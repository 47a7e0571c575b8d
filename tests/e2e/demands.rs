//! Rules that make several demands: one id, one result each.

use serde_json::Value;

use crate::run::Folder;

const MANIFEST: &str = "[delivery]\nsolution = 'x'\ntier = 2\ntimezone = 'Europe/Paris'\n\
    standards = ['house.toml']\nexclude = ['house.toml']\n[configs]\nfiles = ['*.json']\n";

const STANDARD: &str = r#"
[standard]
id = "t"
version = "1"
domain = "software"
title = "t"

[rule.T-1]
name = "listens-well"
title = "It listens well"
severity = "blocker"
subjects = { kind = "config", format = "json" }
when = "has(root.port)"
remedy = "mend it"

[rule.T-1.demand.port]
title = "On 443"
select = "$.port"
expect = { const = 443 }

[rule.T-1.demand.host]
title = "On one address"
severity = "major"
when = "has(root.host)"
select = "$.host"
expect.not.const = "*"
remedy = "name it"

[rule.T-1.demand.of-yaml]
title = "In YAML too"
subjects = { kind = "config", format = "yaml" }
select = "$.port"
expect = { const = 443 }
"#;

fn run(app: &str, more: &[(&str, &str)], args: &[&str]) -> (i32, Value) {
    let files = [("delivery.toml", MANIFEST), ("house.toml", STANDARD), ("app.json", app)];
    let folder = Folder::new(&[&files[..], more].concat());
    let ran = folder.aplomb(&[&["check", "--format=json"], args].concat());
    let report = serde_json::from_str(&ran.out);
    (ran.code, report.unwrap_or_else(|error| panic!("{error}: {}", ran.err)))
}

fn told(report: &Value) -> Vec<String> {
    let results = report["results"].as_array().expect("results").iter();
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let told = results.map(|one| {
        let demand = word(&one["demand"]["name"]);
        format!(
            "{demand} {} {} {}",
            word(&one["outcome"]),
            word(&one["severity"]),
            word(&one["remedy"])
        )
    });
    told.collect()
}

#[test]
fn each_demand_has_a_result_of_its_own() {
    let (code, report) = run(r#"{"port": 80, "host": "*"}"#, &[], &[]);
    assert_eq!(told(&report), ["port fail blocker mend it", "host fail major name it"]);
    assert_eq!(code, 1);
    let results = &report["results"];
    assert_eq!(results[0]["name"], "listens-well/port");
    assert_eq!(results[0]["rule"], results[1]["rule"]);
    assert_eq!(results[0]["identity"]["demand"], "port");
    assert_ne!(results[0]["fingerprint"], results[1]["fingerprint"]);
    assert_eq!(report["summary"]["rules"], 1);
    // What it demands of YAML is not missed: it found JSON to judge.
    let diagnostics = report["diagnostics"].as_array().expect("diagnostics").iter();
    let codes: Vec<_> = diagnostics.map(|one| one["code"].as_str()).collect();
    assert_eq!(codes, [Some("excluded")]);
}

#[test]
fn the_rules_condition_and_the_demands_must_both_hold() {
    let (_, report) = run(r#"{"port": 443}"#, &[], &[]);
    assert_eq!(told(&report), ["port pass blocker mend it", "host not-applicable major name it"],);
    // A rule that concerns nothing says so once.
    let (_, report) = run("{}", &[], &[]);
    assert_eq!(told(&report), ["port not-applicable blocker mend it"]);
}

#[test]
fn a_waiver_covers_the_demand_that_its_scope_names() {
    let waiver = |demand: &str| {
        format!(
            "[[waiver]]\nid = 'W-1'\nrule = 'T-1'\nreason = 'r'\nrequester = 'ada'\napprover = 'grace'\n\
             approver_role = 'RSSI'\nexpires = 2099-01-01\n\
             scope = {{ subject = 'app.json', demand = '{demand}' }}\n"
        )
    };
    let app = r#"{"port": 80, "host": "*"}"#;
    let host = waiver("host");
    let (_, report) = run(app, &[("waivers.toml", &host)], &["--as-of=2026-11-23"]);
    let waived = report["results"].as_array().expect("results").iter();
    let waived: Vec<_> = waived.map(|one| !one["waiver"].is_null()).collect();
    assert_eq!(waived, [false, true]);
    let files = [
        ("delivery.toml", MANIFEST),
        ("house.toml", STANDARD),
        ("app.json", app),
        ("waivers.toml", &waiver("hsot")),
    ];
    let ran = Folder::new(&files).aplomb(&["check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("T-1 has no demand `hsot`"), "{}", ran.err);
    assert!(ran.err.contains("it has `port`, `host`"), "{}", ran.err);
}

#[test]
fn profiles_and_overrides_mean_one_demand_or_all() {
    let app = r#"{"port": 80, "host": "*"}"#;
    let profile = "[profile.p]\nwithout = ['T-1/port']\n\
        [override.'T-1/host']\nseverity = 'minor'\n";
    let (_, report) = run(
        app,
        &[("p.toml", profile)],
        &["--standard=house.toml", "--standard=p.toml", "--profile=p"],
    );
    assert_eq!(told(&report), ["host fail minor name it"]);
    let off = "[override.T-1]\nenabled = false\nreason = 'elsewhere'\n";
    let files =
        [("delivery.toml", MANIFEST), ("house.toml", STANDARD), ("p.toml", off), ("app.json", app)];
    let ran = Folder::new(&files).aplomb(&["check", "--standard=house.toml", "--standard=p.toml"]);
    assert_eq!(ran.code, 3, "{}", ran.out);
    assert!(ran.out.contains("T-1/port is switched off"), "{}", ran.out);
}

#[test]
fn a_rule_in_parts_is_listed_and_explained_part_by_part() {
    let folder = Folder::new(&[("house.toml", STANDARD)]);
    let listed = folder.aplomb(&["list", "rules", "--standard=house.toml"]);
    assert!(listed.out.contains("T-1/host     major   On one address"), "{}", listed.out);
    let standards = folder.aplomb(&["list", "standards", "--standard=house.toml"]);
    assert!(standards.out.contains("1 rule:"), "{}", standards.out);
    let all = folder.aplomb(&["explain", "T-1", "--standard=house.toml"]);
    assert!(all.out.contains("T-1/port") && all.out.contains("T-1/of-yaml"), "{}", all.out);
    let one = folder.aplomb(&["explain", "T-1/host", "--standard=house.toml"]);
    assert!(one.out.contains("On one address") && !one.out.contains("On 443"), "{}", one.out);
    assert!(
        folder.aplomb(&["explain", "demand"]).out.contains("[rule.SW-052.demand.user-not-root]")
    );
}

#[test]
fn what_was_delivered_may_leave_it_undecided() {
    let standard = STANDARD.replace(
        "expect = { const = 443 }\n\n[rule.T-1.demand.host]",
        "expect = { const = 443 }\nunsure = \"has(root.generated) && root.generated\"\n\n[rule.T-1.demand.host]",
    );
    assert_ne!(standard, STANDARD);
    let outcome = |app: &str| {
        let files = [("delivery.toml", MANIFEST), ("house.toml", &*standard), ("app.json", app)];
        let ran = Folder::new(&files).aplomb(&["check", "--format=json", "--lang=en"]);
        let report: Value = serde_json::from_str(&ran.out).expect("JSON");
        let results = report["results"].as_array().expect("results").iter();
        let mut of_port = results.filter(|one| one["demand"]["name"] == "port");
        let first = of_port.next().expect("a result");
        format!(
            "{}: {}",
            first["outcome"].as_str().unwrap_or("-"),
            first["message"].as_str().unwrap_or("-")
        )
    };
    assert_eq!(outcome(r#"{"port": 80}"#), "fail: expected 443, found 80");
    assert_eq!(
        outcome(r#"{"port": 80, "generated": true}"#),
        "not-evaluated: what was delivered does not decide it: expected 443, found 80"
    );
    assert_eq!(outcome(r#"{"port": 443, "generated": true}"#), "pass: ");
    assert_eq!(
        outcome(r#"{"port": "{{ port }}"}"#),
        "not-evaluated: a template is to be filled in here, deliver what it makes: expected 443, \
         found \"{{ port }}\""
    );
}
