//! Waivers and reservations, from the file to the exit code.

use serde_json::Value;

use crate::run::{Folder, Ran, STANDARD};

const MANIFEST: &str = "[delivery]\nsolution = 'x'\ntier = 2\ntimezone = 'Europe/Paris'\n\
    standards = ['house.toml']\nexclude = ['house.toml']\n[configs]\nfiles = ['*.json']\n";

/// A delivery whose one file fails the one rule, with a file of exceptions.
fn delivery(standard: &str, waivers: &str) -> Folder {
    Folder::new(&[
        ("delivery.toml", MANIFEST),
        ("house.toml", standard),
        ("app.json", "{\"port\": 80}"),
        ("waivers.toml", waivers),
    ])
}

fn waiver(more: &str) -> String {
    format!(
        "[[waiver]]\nid = 'W-1'\nrule = 'T-1'\nreason = 'no certificate yet'\nrequester = 'ada'\n\
         approver = 'grace'\napprover_role = 'RSSI'\nscope = {{ subject = 'app.json' }}\n{more}\n"
    )
}

fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err))
}

fn judged(standard: &str, waivers: &str, as_of: &str) -> (i32, Value) {
    let folder = delivery(standard, waivers);
    let ran = folder.aplomb(&["check", "--format=json", "--as-of", as_of]);
    (ran.code, report(&ran))
}

#[test]
fn a_waived_blocker_is_a_major_reservation_until_the_end_of_its_last_day() {
    let waivers = waiver("granted = 2026-01-01\nexpires = 2026-12-31");
    for (as_of, code, verdict, state) in [
        ("2026-06-01", 0, "conforming-with-major-reservations", "live"),
        // The day ends in Paris an hour before it does in Greenwich.
        ("2026-12-31T22:59:59Z", 0, "conforming-with-major-reservations", "live"),
        ("2026-12-31T23:00:00Z", 1, "non-conforming", "expired"),
        ("2025-12-31T22:59:59Z", 1, "non-conforming", "not-yet"),
    ] {
        let (came, report) = judged(STANDARD, &waivers, as_of);
        assert_eq!((came, report["verdict"].as_str()), (code, Some(verdict)), "{as_of}");
        assert_eq!(report["exceptions"][0]["state"], state, "{as_of}");
        let waived = !report["results"][0]["waiver"].is_null();
        assert_eq!(waived, state == "live", "{as_of}");
        assert_eq!(report["results"][0]["outcome"], "fail", "a waiver rewrites no result");
    }
}

#[test]
fn a_plan_covers_until_it_is_due_and_never_a_blocker() {
    let plan = "[[reservation]]\nid = 'R-1'\nrule = 'T-1'\nreason = 'in the next release'\nowner = 'ada'\n\
        requester = 'ada'\napprover = 'grace'\napprover_role = 'RSSI'\nscope = { subject = 'app.json' }\ndue = 2026-12-31\n";
    let major = STANDARD.replace("blocker", "major");
    let (code, report) = judged(&major, plan, "2026-06-01");
    assert_eq!((code, &report["verdict"]), (0, &"conforming-with-major-reservations".into()));
    assert_eq!(judged(&major, plan, "2027-01-01").0, 1);
    let minor = STANDARD.replace("blocker", "minor");
    let (_, report) = judged(&minor, plan, "2026-06-01");
    assert_eq!(report["verdict"], "conforming-with-minor-reservations");
    let ran = delivery(STANDARD, plan).aplomb(&["check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("T-1 is a blocker, which no plan for later covers"), "{}", ran.err);
}

#[test]
fn what_covers_nothing_is_said() {
    let expires = "expires = 2027-01-01";
    let elsewhere = waiver(expires).replace("app.json", "web.json");
    let other = waiver(expires).replace("T-1", "T-9");
    for (waivers, says) in [
        (elsewhere, "W-1 matches nothing: T-1 has no result for subject = web.json"),
        (other, "W-1 matches nothing: T-9 is not among the rules applied"),
    ] {
        let folder = delivery(STANDARD, &waivers);
        let ran = folder.aplomb(&["check", "--format=json", "--as-of=2026-06-01"]);
        let report = report(&ran);
        assert_eq!((ran.code, &report["exceptions"][0]["state"]), (1, &"unmatched".into()));
        let said = report["diagnostics"].as_array().expect("a list").iter();
        let mut said = said.filter(|one| one["level"] == "warning");
        let found = said.any(|one| one["message"].as_str().is_some_and(|m| m.starts_with(says)));
        assert!(found, "{says}: {}", report["diagnostics"]);
    }
    let folder = delivery(STANDARD, &waiver(expires));
    folder.write("app.json", b"{\"port\": 443}");
    let ran = folder.aplomb(&["check", "--format=json", "--as-of=2026-06-01"]);
    assert_eq!(report(&ran)["exceptions"][0]["state"], "to-close");
    folder.write("app.json", b"{}");
    let ran = folder.aplomb(&["check", "--format=json", "--as-of=2026-06-01"]);
    assert_eq!(report(&ran)["exceptions"][0]["state"], "unevaluated");
    assert_eq!(ran.code, 3);
}

#[test]
fn a_scope_narrows_to_one_finding() {
    let standard = STANDARD.replace("$.port", "$.ports[*]");
    let of_second = waiver("expires = 2027-01-01")
        .replace("'app.json' }", "'app.json', at = \"$['ports'][1]\" }");
    let folder = delivery(&standard, &of_second);
    folder.write("app.json", b"{\"ports\": [80, 8080]}");
    let ran = folder.aplomb(&["check", "--format=json", "--as-of=2026-06-01"]);
    let report = report(&ran);
    let waived = report["results"].as_array().expect("a list").iter();
    let waived: Vec<_> = waived.map(|one| !one["waiver"].is_null()).collect();
    assert_eq!(waived, [false, true]);
    assert_eq!(ran.code, 1, "the other is open");
}

#[test]
fn a_place_in_one_document_is_none_in_another() {
    for (at, accepted) in [("$['port']", [false, false]), ("#1$['port']", [false, true])] {
        let scope = format!("'app.yaml', at = \"{at}\" }}");
        let waivers = waiver("expires = 2027-01-01").replace("'app.json' }", &scope);
        let folder = delivery(STANDARD, &waivers);
        folder.write("delivery.toml", MANIFEST.replace("*.json", "*.yaml").as_bytes());
        folder.write("app.yaml", b"port: 80\n---\nport: 80\n");
        let ran = folder.aplomb(&["check", "--format=json", "--as-of=2026-06-01"]);
        let report = report(&ran);
        let results = report["results"].as_array().expect("a list").iter();
        let waived: Vec<_> = results.map(|one| !one["waiver"].is_null()).collect();
        assert_eq!(waived, accepted, "{at}");
        assert_eq!(ran.code, 1);
    }
}

#[test]
fn two_is_an_invalid_file_of_exceptions_with_all_its_mistakes() {
    let waivers = "[[waiver]]\nid = 'W-1'\nrule = 'T-1'\nreason = ''\nrequester = 'Ada'\napprover = 'ada'\n\
        scope = { subject = 'app.json', flow = 'F05' }\ngranted = 2026-05-01\nexpires = 2026-04-01\nexipres = 1\n\
        [[waiver]]\nid = 'W-1'\nrule = 'T-1'\nreason = 'x'\napprover = 'y'\nscope = { subject = 'a' }\nexpires = 'soon'\n";
    let ran = delivery(STANDARD, waivers).aplomb(&["check"]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    for says in [
        "`reason` is empty",
        "approved by ada, who asked for it",
        "the waiver has no `approver_role`",
        "the waiver has no `requester`",
        "not told apart by `flow`",
        "over by then",
        "unknown key `exipres`",
        "this is no date",
    ] {
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
    }
    let standard = STANDARD.replace("[rule.T-1]\n", "[rule.T-1]\nwaivable = false\n");
    let ran = delivery(&standard, &waiver("expires = 2027-01-01")).aplomb(&["check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("T-1 allows no exception"), "{}", ran.err);
}

#[test]
fn files_named_on_the_command_line_stand_in_for_the_deliverys_own() {
    let folder = delivery(STANDARD, "");
    folder.write("elsewhere/granted.toml", waiver("expires = 2027-01-01").as_bytes());
    let args = ["check", "--as-of=2026-06-01", "--waivers", "elsewhere/granted.toml"];
    assert_eq!(folder.aplomb(&args[..2]).code, 1);
    assert_eq!(folder.aplomb(&args).code, 0);
    assert_eq!(folder.aplomb(&["check", "--waivers", "nowhere.toml"]).code, 2);
    folder.write("delivery.toml", MANIFEST.replace("Paris", "Pariss").as_bytes());
    let ran = folder.aplomb(&["check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`Europe/Pariss` is no time zone"), "{}", ran.err);
}

#[test]
fn who_asked_does_not_approve_however_the_name_is_written() {
    for (requester, approver) in [("Éloïse Bénard", "eloise  BENARD"), ("s.gardien", "S. Gardien")]
    {
        let waivers = waiver("expires = 2027-01-01").replace("'ada'", &format!("'{requester}'"));
        let waivers = waivers.replace("'grace'", &format!("'{approver}'"));
        let ran = delivery(STANDARD, &waivers).aplomb(&["check"]);
        assert_eq!(ran.code, 2, "{approver}: {}", ran.out);
        assert!(ran.err.contains("who asked for it"), "{}", ran.err);
    }
}

#[test]
fn renewals_are_in_order_and_not_more_than_the_house_allows() {
    let renewed =
        waiver("granted = 2025-01-01\nrenewals = [2025-07-01, 2026-01-01]\nexpires = 2027-01-01");
    let (code, report) = judged(STANDARD, &renewed, "2026-06-01");
    assert_eq!(code, 0);
    assert_eq!(
        report["exceptions"][0]["renewals"],
        serde_json::json!(["2025-07-01", "2026-01-01"])
    );
    let strict = format!("{STANDARD}\n[exceptions]\nmax-renewals = 1\n");
    let ran = delivery(&strict, &renewed).aplomb(&["check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("W-1 was renewed 2 times, and may be 1 at most"), "{}", ran.err);
    let disordered = renewed.replace("2025-07-01", "2026-07-01");
    let ran = delivery(STANDARD, &disordered).aplomb(&["check"]);
    assert!(ran.err.contains("is not after 2026-07-01"), "{}", ran.err);
}

#[test]
fn the_end_is_warned_of_in_time() {
    let waivers = waiver("expires = 2026-12-31");
    let warned = |standard: &str, as_of: &str| {
        let (_, report) = judged(standard, &waivers, as_of);
        let diagnostics = report["diagnostics"].as_array().expect("a list").iter();
        let mut expiring = diagnostics.filter(|one| one["code"] == "exception-expiring");
        (report["exceptions"][0]["days_left"].clone(), expiring.next().is_some())
    };
    assert_eq!(warned(STANDARD, "2026-12-02"), (29.into(), true));
    assert_eq!(warned(STANDARD, "2026-12-01"), (30.into(), false));
    let sooner = format!("{STANDARD}\n[exceptions]\nwarn-days = {{ tier2 = 90 }}\n");
    assert_eq!(warned(&sooner, "2026-11-01"), (60.into(), true));
    let ran = delivery(STANDARD, &waivers).aplomb(&["check", "--as-of=2026-12-30", "--lang=fr"]);
    assert!(ran.out.contains("W-1 expire le 2026-12-31, dans un jour"), "{}", ran.out);
}

#[test]
fn a_finding_that_is_back_says_which_waiver_is_over() {
    let folder = delivery(STANDARD, &waiver("expires = 2026-10-31"));
    for (lang, says) in [
        ("--lang=en", "waiver W-1 expired on 2026-10-31"),
        ("--lang=fr", "dérogation W-1 expirée le 2026-10-31"),
    ] {
        for format in ["text", "html", "markdown", "csv", "github", "gitlab", "junit", "sarif"] {
            let format = format!("--format={format}");
            let ran = folder.aplomb(&["check", "--as-of=2026-11-23", lang, &format]);
            assert_eq!(ran.code, 1);
            let told = ran.out.replace('`', "");
            assert!(told.contains(says), "{format}: {}", ran.out);
        }
    }
}
