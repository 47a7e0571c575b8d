//! The gate, the baseline and the plan of actions, from the policy to the exit code.

use serde_json::Value;

use crate::run::{Folder, Ran, STANDARD};

const MANIFEST: &str = "[delivery]\nsolution = 'x'\nversion = '2'\ntier = 2\ntimezone = 'Europe/Paris'\n\
    go_live = 2026-12-07T20:00:00+01:00\nowner = 'team-x'\nstandards = ['house.toml']\n\
    exclude = ['house.toml', '*.run']\n[configs]\nfiles = ['*.json']\n";

fn delivery(standard: &str, app: &str) -> Folder {
    Folder::new(&[("delivery.toml", MANIFEST), ("house.toml", standard), ("app.json", app)])
}

fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err))
}

fn judged(folder: &Folder, more: &[&str]) -> (i32, Value) {
    let args = ["check", "--format=json", "--as-of=2026-11-23"];
    let ran = folder.aplomb(&[&args[..], more].concat());
    (ran.code, report(&ran))
}

fn conditions(report: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let told = |one: &Value| {
        let [name, state, measured, threshold] =
            ["name", "state", "measured", "threshold"].map(|key| text(&one[key]));
        format!("{name} {state} {measured} {threshold}")
    };
    report["gate"]["conditions"].as_array().expect("conditions").iter().map(told).collect()
}

const TWO: &str = r#"{"ports": [443, 80]}"#;

fn standard(terms: &str) -> String {
    let standard = STANDARD.replace("$.port", "$.ports[*]").replace("blocker", "major");
    format!("{standard}\n{terms}\n")
}

#[test]
fn each_condition_is_measured_and_the_worst_decides() {
    let folder = delivery(&standard("[gate]\nmax-open-majors = 1"), TWO);
    let (code, report) = judged(&folder, &[]);
    assert_eq!((code, &report["verdict"]), (0, &"conforming-with-major-reservations".into()));
    assert_eq!(
        conditions(&report),
        [
            "fail-on green conforming-with-major-reservations non-conforming",
            "max-open-majors green 1 1",
            "max-not-evaluated green 0 0",
        ]
    );
    // Any condition is enough to stop what the verdict lets pass.
    for (terms, code, condition) in [
        ("min-conformity = 0.75", 1, "min-conformity red 0 0.75"),
        ("min-coverage = 0.75", 0, "min-coverage green 1.0 0.75"),
        ("max-overdue = 0", 0, "max-overdue green 0 0"),
        ("max-waived = 0", 0, "max-waived green 0 0"),
        ("no-new = ['major']", 3, "no-new undetermined null [\"major\"]"),
        (
            "fail-on = { default = 'non-conforming', tier2 = 'major-reservations' }",
            1,
            "fail-on red conforming-with-major-reservations conforming-with-major-reservations",
        ),
        ("max-open-minors = { tier1 = 0 }", 0, "max-not-evaluated green 0 0"),
    ] {
        let folder = delivery(&standard(&format!("[gate]\nmax-open-majors = 1\n{terms}")), TWO);
        let (came, report) = judged(&folder, &[]);
        assert_eq!(came, code, "{terms}: {}", report["gate"]);
        let conditions = conditions(&report);
        let rates = |text: &String| text.replace(" 0.0 ", " 0 ");
        let told: Vec<_> = conditions.iter().map(rates).collect();
        assert!(told.iter().any(|one| one == condition), "{condition}: {told:?}");
    }
    // Who runs it has the last word.
    let (code, _) = judged(&folder, &["--fail-on=minor-reservations"]);
    assert_eq!(code, 1);
}

#[test]
fn a_profile_puts_its_conditions_over_those_of_the_house_and_a_delivery_sets_none() {
    let terms = "[gate]\nmax-open-majors = 0\n[profile.lenient]\ngate = { max-open-majors = 5 }";
    let folder = delivery(&standard(terms), TWO);
    assert_eq!(judged(&folder, &[]).0, 1);
    assert_eq!(judged(&folder, &["--profile=lenient"]).0, 0);
    folder.write("delivery.toml", format!("{MANIFEST}[gate]\nmax-open-majors = 9\n").as_bytes());
    let ran = folder.aplomb(&["check"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("unknown key `gate`"), "{}", ran.err);
}

#[test]
fn a_gate_that_is_mistaken_is_refused_in_full() {
    let terms = "[gate]\nmax-open-majors = -1\nmin-coverage = 80\nno-new = ['mojor']\n\
        fail_on = 'x'\n[exceptions]\nsuppressions = 'all'\n[plan]\ndue-days = { major = '30d' }\nhourly-rate = -1";
    let ran = delivery(&standard(terms), TWO).aplomb(&["check"]);
    assert_eq!(ran.code, 2);
    for says in [
        "expected a count from 0, found -1",
        "80 % is written `0.8`",
        "`mojor` is not one of the words",
        "did you mean `fail-on`?",
        "`all` is not one of the words",
        "expected a count from 0",
        "an amount from 0",
    ] {
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
    }
}

#[test]
fn only_what_the_baseline_does_not_hold_gates() {
    let folder = delivery(&standard("[gate]\nno-new = ['major']"), TWO);
    let ran = folder.aplomb(&["check", "--output=json=before.run", "--as-of=2026-11-20", "-q"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let (code, same) = judged(&folder, &["--baseline=before.run"]);
    assert_eq!((code, &same["verdict"]), (0, &"non-conforming".into()), "the verdict stays");
    assert_eq!((&same["baseline"]["known"], &same["baseline"]["new"]), (&1.into(), &0.into()));
    assert_eq!(same["results"][0]["known"], true);
    assert!(conditions(&same).contains(&"no-new green 0 [\"major\"]".to_owned()));
    // It is told in every format that it is known.
    for format in ["text", "html", "markdown", "csv", "github", "gitlab", "junit", "sarif"] {
        let format = format!("--format={format}");
        let args = ["check", "--as-of=2026-11-23", "--baseline=before.run", "-v", &format];
        let ran = folder.aplomb(&args);
        assert!(ran.out.contains("already in the baseline"), "{format}: {}", ran.out);
        let french = folder.aplomb(&[&args[..], &["--lang=fr"]].concat());
        assert!(french.out.contains("déjà connu"), "{format}: {}", french.out);
    }
    folder.write("app.json", br#"{"ports": [443, 80, 8080]}"#);
    let (code, more) = judged(&folder, &["--baseline=before.run"]);
    assert_eq!(code, 1);
    let known: Vec<_> = more["results"].as_array().expect("results").iter().collect();
    let known: Vec<_> = known.iter().map(|one| one["known"] == true).collect();
    assert_eq!(known, [true, false]);
}

#[test]
fn what_could_not_be_evaluated_then_is_new_when_it_fails_now() {
    let folder = delivery(&standard(""), "{}");
    let ran = folder.aplomb(&["check", "--output=json=before.run", "--as-of=2026-11-20", "-q"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    folder.write("app.json", TWO.as_bytes());
    let (code, report) = judged(&folder, &["--baseline=before.run"]);
    assert_eq!((code, &report["baseline"]["new"]), (1, &1.into()));
    // Nor does what is still not evaluated become green by being known.
    folder.write("app.json", b"{}");
    assert_eq!(judged(&folder, &["--baseline=before.run"]).0, 3);
}

#[test]
fn a_baseline_of_something_else_is_doubted_and_a_broken_one_refused() {
    let folder = delivery(&standard(""), TWO);
    folder.aplomb(&["check", "--output=json=before.run", "--as-of=2026-01-20", "-q"]);
    folder.write("delivery.toml", MANIFEST.replace("'x'", "'y'").as_bytes());
    folder.write("house.toml", standard("# another text").as_bytes());
    let (_, report) = judged(&folder, &["--baseline=before.run"]);
    let codes = report["diagnostics"].as_array().expect("a list").iter();
    let codes: Vec<_> = codes.filter_map(|one| one["code"].as_str()).collect();
    for code in
        ["baseline-of-another-delivery", "baseline-of-other-standards", "baseline-of-another-time"]
    {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
    folder.write("before.run", b"{}");
    assert_eq!(folder.aplomb(&["check", "--baseline=before.run"]).code, 2);
    assert_eq!(folder.aplomb(&["check", "--baseline=nowhere.run"]).code, 2);
    let over = ["check", "--baseline=before.run", "--output=json=before.run"];
    assert_eq!(folder.aplomb(&over).code, 2, "a baseline is not written over");
}

#[test]
fn a_saved_gate_that_was_painted_green_is_refused() {
    let folder = delivery(&standard(""), TWO);
    folder.aplomb(&["check", "--output=json=run.run", "--as-of=2026-11-23", "-q"]);
    let path = folder.path().join("run.run");
    let saved = std::fs::read_to_string(&path).expect("a report");
    let painted = saved.replace("\"red\"", "\"green\"");
    assert_ne!(saved, painted);
    folder.write("run.run", painted.as_bytes());
    let ran = folder.aplomb(&["report", "run.run"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("it was changed"), "{}", ran.err);
}

#[test]
fn the_plan_says_who_until_when_and_for_how_much() {
    let effort =
        standard("[plan]\nhourly-rate = 90").replace("severity", "effort = '30m'\nseverity");
    let folder = delivery(&effort, TWO);
    let (_, report) = judged(&folder, &[]);
    let action = &report["corrective_actions"][0];
    assert_eq!(action["owner"], serde_json::json!({"name": "team-x", "named_by": "manifest"}));
    assert_eq!((&action["due"], &action["state"]), (&"2026-12-23".into(), &"open".into()));
    assert_eq!((&action["effort_minutes"], &action["cost"]["amount"]), (&30.into(), &45.0.into()));
    assert_eq!(action["efficacy"], "T-1 passes for app.json in a later run");
    let ran = folder.aplomb(&["check", "--as-of=2026-11-23", "--lang=fr"]);
    let says = "ACTIONS (1) : 1 ouverte ; charge 30 min (45,00 EUR)";
    assert!(ran.out.replace('\u{a0}', " ").contains(says), "{}", ran.out);
    let wrong = effort.replace("30m", "soon");
    let ran = delivery(&wrong, TWO).aplomb(&["check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("this is no length of time"), "{}", ran.err);
}

#[test]
fn a_reservation_is_lifted_by_the_run_in_which_its_rule_passes() {
    let plan = "[[reservation]]\nid = 'R-1'\nrule = 'T-1'\nreason = 'next release'\nowner = 'ada'\n\
        requester = 'ada'\napprover = 'grace'\napprover_role = 'RSSI'\nscope = { subject = 'app.json' }\ndue = 2026-12-31\n";
    let folder = delivery(&standard("[gate]\nmax-overdue = 0"), TWO);
    folder.write("waivers.toml", plan.as_bytes());
    let (code, planned) = judged(&folder, &[]);
    let action = &planned["corrective_actions"][0];
    assert_eq!(
        (code, &action["state"], &action["due"]),
        (0, &"planned".into(), &"2026-12-31".into())
    );
    assert_eq!(action["owner"]["named_by"], "reservation");
    // Past its date it is open again, by itself, and says so where the finding is told.
    let late = ["check", "--as-of=2027-01-01"];
    let ran = folder.aplomb(&late);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("reservation R-1 was due on 2026-12-31"), "{}", ran.out);
    let overdue = report(&folder.aplomb(&[&late[..], &["--format=json"]].concat()));
    assert_eq!(overdue["corrective_actions"][0]["state"], "overdue");
    assert!(conditions(&overdue).contains(&"max-overdue red 1 0".to_owned()));
    // Lifted, even late; and which run did it is kept from one run to the next.
    folder.write("app.json", br#"{"ports": [443]}"#);
    let lift = ["check", "--as-of=2027-01-05", "--output=json=lifted.run", "-q"];
    assert_eq!(folder.aplomb(&lift).code, 0);
    let again = ["check", "--as-of=2027-02-01", "--format=json", "--baseline=lifted.run"];
    let again = report(&folder.aplomb(&again));
    assert_eq!(again["exceptions"][0]["state"], "lifted");
    assert_eq!(again["exceptions"][0]["lifted"], "2027-01-05");
    assert_eq!(again["corrective_actions"][0]["state"], "lifted");
    assert_eq!(again["corrective_actions"][0]["id"], action["id"]);
    // A rule that could not look lifts nothing.
    folder.write("app.json", b"{}");
    let (code, unknown) = judged(&folder, &[]);
    assert_eq!((code, &unknown["exceptions"][0]["state"]), (3, &"unevaluated".into()));
}
