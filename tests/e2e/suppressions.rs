//! Comments in what is judged that ask to ignore a rule.

use serde_json::Value;

use crate::run::{Folder, STANDARD};

const MANIFEST: &str = "[delivery]\nsolution = 'x'\ntier = 2\ntimezone = 'Europe/Paris'\n\
    standards = ['house.toml']\nexclude = ['house.toml']\n[configs]\nfiles = ['app.*']\n";

/// A rule on every port of a file, of a severity.
fn standard(severity: &str, terms: &str) -> String {
    let standard = STANDARD.replace("$.port", "$.ports[*]").replace("blocker", severity);
    format!("{standard}\n{terms}\n")
}

fn folder(standard: &str, file: &str, text: &str) -> Folder {
    Folder::new(&[("delivery.toml", MANIFEST), ("house.toml", standard), (file, text)])
}

fn judged(folder: &Folder) -> (i32, Value) {
    let ran = folder.aplomb(&["check", "--format=json", "--as-of=2026-11-23"]);
    let report = serde_json::from_str(&ran.out);
    (ran.code, report.unwrap_or_else(|error| panic!("{error}: {}", ran.err)))
}

fn states(report: &Value) -> Vec<String> {
    let exceptions = report["exceptions"].as_array().expect("a list").iter();
    exceptions
        .map(|one| {
            assert_eq!((&one["kind"], &one["approver"]), (&"suppression".into(), &Value::Null));
            [&one["id"], &one["state"]].map(|text| text.as_str().unwrap_or_default()).join(" ")
        })
        .collect()
}

fn codes(report: &Value) -> Vec<String> {
    let diagnostics = report["diagnostics"].as_array().expect("a list").iter();
    let code = |one: &Value| {
        let line = &one["position"]["line"];
        format!("{} {line}", one["code"].as_str().unwrap_or_default())
    };
    diagnostics.map(code).collect()
}

#[test]
fn a_comment_covers_the_value_beside_it_or_the_next() {
    let text = "ports:\n  - 80 # aplomb:ignore T-1 reason=\"an old client\" until=2027-06-30\n  \
        # aplomb:ignore T-1 reason='the probe' until=2027-06-30\n  # which is internal\n  - 81\n  - 82\n";
    let folder = folder(&standard("major", ""), "app.yaml", text);
    let (code, report) = judged(&folder);
    let waived = report["results"].as_array().expect("results").iter();
    let waived: Vec<_> = waived.map(|one| one["waiver"]["id"].clone()).collect();
    assert_eq!(waived, [Value::from("app.yaml:2"), "app.yaml:3".into(), Value::Null]);
    assert_eq!(
        (code, states(&report)),
        (1, vec!["app.yaml:2 live".into(), "app.yaml:3 live".into()])
    );
    assert_eq!(report["exceptions"][0]["reason"], "an old client");
    // They stay visible everywhere.
    for format in ["text", "html", "markdown", "sarif", "csv-actions"] {
        let ran = folder.aplomb(&["check", "--as-of=2026-11-23", &format!("--format={format}")]);
        assert!(ran.out.contains("app.yaml:2"), "{format}: {}", ran.out);
    }
    let ran = folder.aplomb(&["check", "--as-of=2026-11-23", "--lang=fr"]);
    assert!(ran.out.contains("commentaire app.yaml:2 jusqu'au 2027-06-30"), "{}", ran.out);
}

#[test]
fn a_blocker_is_not_silenced_unless_the_house_says_so_and_a_house_may_silence_less() {
    let text = "ports: [80] # aplomb:ignore T-1 reason=x until=2027-06-30\n";
    let allow = |up_to: &str| format!("[exceptions]\nsuppressions = '{up_to}'");
    for (severity, terms, state, code) in [
        ("blocker", String::new(), "refused", 1),
        ("blocker", allow("blocker"), "live", 0),
        ("major", String::new(), "live", 0),
        ("major", allow("minor"), "refused", 1),
        ("minor", allow("none"), "refused", 0),
    ] {
        let folder = folder(&standard(severity, &terms), "app.yaml", text);
        let (came, report) = judged(&folder);
        assert_eq!(
            (states(&report), came),
            (vec![format!("app.yaml:1 {state}")], code),
            "{severity}"
        );
        let said = codes(&report).contains(&"suppression-refused 1".to_owned());
        assert_eq!(said, state == "refused", "{:?}", codes(&report));
        assert_eq!(report["results"][0]["outcome"], "fail", "it rewrites no result");
    }
    let never = standard("minor", "").replace("[rule.T-1]\n", "[rule.T-1]\nwaivable = false\n");
    let (_, report) = judged(&folder(&never, "app.yaml", text));
    assert_eq!(states(&report), ["app.yaml:1 refused"]);
}

#[test]
fn what_covers_nothing_is_said_with_its_place() {
    let text = "# aplomb:ignore T-1\n# aplomb:ignore T-1 reason=x until=soon\nports:\n\
        - 443 # aplomb:ignore T-1 reason='unused' until=2027-06-30\n\
        - 444 # aplomb:ignore T-1 reason='over' until=2026-11-22\n\
        - 445 # aplomb:ignore T-11 reason='mistyped' until=2027-06-30\n\
        - 446 # aplomb:ignore T-1 reason='for ever'\n";
    let (code, report) = judged(&folder(&standard("major", ""), "app.yaml", text));
    assert_eq!(code, 1);
    assert_eq!(
        states(&report),
        ["app.yaml:4 to-close", "app.yaml:5 expired", "app.yaml:6 unmatched", "app.yaml:7 live"]
    );
    let codes = codes(&report);
    for code in [
        "suppression-malformed 1",
        "suppression-malformed 2",
        "suppression-unused 4",
        "suppression-expired 5",
        "suppression-unused 6",
        "suppression-without-end 7",
    ] {
        assert!(codes.iter().any(|one| one == code), "{code}: {codes:?}");
    }
    let messages = report["diagnostics"].to_string();
    assert!(messages.contains("did you mean T-1?"), "{messages}");
    assert_eq!(report["results"][0]["lapsed"]["id"], "app.yaml:5");
}

#[test]
fn before_the_first_value_a_comment_covers_what_is_said_of_the_file() {
    let standard = standard("major", "")
        .replace("$.ports[*]", "$.port")
        .replace("expect = { const = 443 }", "missing = 'fail'\nexpect = { const = 443 }");
    let text = "# aplomb:ignore T-1 reason='has no port' until=2027-06-30\nname: x\n";
    let (code, report) = judged(&folder(&standard, "app.yaml", text));
    assert_eq!((code, states(&report)), (0, vec!["app.yaml:1 live".into()]));
    let text = "name: x\n# aplomb:ignore T-1 reason='has no port' until=2027-06-30\nb: 1\n";
    let (code, report) = judged(&folder(&standard, "app.yaml", text));
    assert_eq!((code, states(&report)), (1, vec!["app.yaml:2 to-close".into()]));
}

#[test]
fn a_secret_in_a_reason_is_masked_and_hostile_ones_are_inert() {
    let text = "ports: [80] # aplomb:ignore T-1 reason=\"password=hunter2secret \u{202e}<script>\" until=2027-06-30\n";
    let folder = folder(&standard("major", ""), "app.yaml", text);
    for format in ["text", "json", "html", "markdown", "csv", "csv-actions", "junit", "sarif"] {
        let ran = folder.aplomb(&["check", "--as-of=2026-11-23", &format!("--format={format}")]);
        assert!(!ran.out.contains("hunter2secret"), "{format}: {}", ran.out);
        assert!(!ran.out.contains('\u{202e}'), "{format}");
    }
    let html = folder.aplomb(&["check", "--as-of=2026-11-23", "--format=html"]).out;
    assert!(html.contains("&lt;script&gt;"), "the reason is told");
}
