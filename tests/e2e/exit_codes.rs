//! Every exit code, and what leads to it. Code 70, a defect of ours, cannot be had from outside:
//! the mapping is one line in `main`, and every run here checks that nothing panicked.

use crate::run::{Folder, STANDARD, aplomb};

/// A folder with the house's standard and one file to judge.
fn folder(json: &str) -> Folder {
    Folder::new(&[("house.toml", STANDARD), ("app/a.json", json)])
}

fn check(json: &str, more: &[&str]) -> i32 {
    let mut args = vec!["check", "app", "--standard=house.toml"];
    args.extend(more);
    folder(json).aplomb(&args).code
}

fn with_severity(severity: &str, json: &str, more: &[&str]) -> i32 {
    let standard = STANDARD.replace("\"blocker\"", &format!("\"{severity}\""));
    let folder = Folder::new(&[("house.toml", &standard), ("app/a.json", json)]);
    let mut args = vec!["check", "app", "--standard=house.toml"];
    args.extend(more);
    folder.aplomb(&args).code
}

#[test]
fn zero_is_conforming() {
    assert_eq!(check("{\"port\": 443}", &[]), 0);
}

#[test]
fn zero_is_also_conforming_with_reservations() {
    assert_eq!(with_severity("minor", "{\"port\": 80}", &[]), 0);
    assert_eq!(with_severity("info", "{\"port\": 80}", &[]), 0);
}

#[test]
fn one_is_non_conforming() {
    assert_eq!(check("{\"port\": 80}", &[]), 1);
    assert_eq!(with_severity("major", "{\"port\": 80}", &[]), 1);
}

#[test]
fn two_is_a_wrong_command() {
    assert_eq!(check("{\"port\": 443}", &["--nonsense"]), 2);
    assert_eq!(check("{\"port\": 443}", &["--as-of=tomorrow"]), 2);
    assert_eq!(check("{\"port\": 443}", &["--profile=nothing"]), 2);
    assert_eq!(check("{\"port\": 443}", &["--param=nothing=1"]), 2);
    assert_eq!(check("{\"port\": 443}", &["--format=pdf"]), 2);
    assert_eq!(check("{\"port\": 443}", &["--standard=absent.toml"]), 2);
    assert_eq!(aplomb(&["check", "absent"]).code, 2);
    assert_eq!(aplomb(&["explain", "SW-000"]).code, 2);
}

#[test]
fn what_cannot_be_found_is_named_as_given() {
    let folder = folder("{}");
    for args in [
        &["check", "no/such"][..],
        &["check", "app", "--manifest=no/such"],
        &["check", "app", "--standard=no/such"],
        &["check", "app", "--waivers=no/such"],
        &["check", "no/such", "--manifest=house.toml"],
        &["inspect", "no/such"],
    ] {
        let ran = folder.aplomb(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.contains("no/such"), "{args:?}: {}", ran.err);
    }
}

#[test]
fn the_nearest_name_is_offered() {
    for (asked, near) in [
        (["explain", "SW-0611"], "did you mean `SW-061`?"),
        (["explain", "listening-port-documented"], "did you mean `listening-ports-documented`?"),
        (["explain", "jion"], "did you mean `join`?"),
        (["explain", "markdwon"], "did you mean `markdown`?"),
        (["schema", "reprot"], "did you mean `report`?"),
        (["list", "rulez"], "'rules'"),
    ] {
        let ran = aplomb(&asked);
        assert_eq!(ran.code, 2, "{asked:?}");
        assert!(ran.err.contains(near), "{asked:?}: {}", ran.err);
    }
}

#[test]
fn a_file_of_profiles_is_no_standard() {
    let folder = folder("{}");
    for name in ["nope", "gates"] {
        let ran = folder.aplomb(&["check", "app", &format!("--standard=aplomb:{name}")]);
        assert_eq!(ran.code, 2);
        let (asked, offered) = ran.err.split_once(';').expect("says what there is");
        assert!(asked.contains(name) && !offered.contains("gates"), "{}", ran.err);
    }
}

/// A delivery that names a profile and is judged by the house's own standard.
fn with_profile() -> Folder {
    let manifest =
        "[delivery]\nsolution = \"s\"\nprofile = \"gate\"\n[configs]\nfiles = [\"*.json\"]\n";
    Folder::new(&[
        ("house.toml", STANDARD),
        ("d/delivery.toml", manifest),
        ("d/a.json", "{\"port\": 443}"),
    ])
}

#[test]
fn a_profile_of_the_manifest_does_not_forbid_another_standard() {
    let ran = with_profile().aplomb(&["check", "d", "--standard=house.toml", "--format=json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("profile-not-applied"), "{}", ran.out);
}

#[test]
fn an_unknown_profile_says_who_named_it() {
    let folder = with_profile();
    let asked = folder.aplomb(&["check", "d", "--standard=house.toml", "--profile=gate"]);
    assert_eq!(asked.code, 2);
    assert!(asked.err.contains("--profile: there is no profile `gate`"), "{}", asked.err);
    let manifest = "[delivery]\nsolution = \"s\"\nprofile = \"gaet\"\n";
    folder.write("d/delivery.toml", manifest.as_bytes());
    let named = folder.aplomb(&["check", "d"]);
    assert_eq!(named.code, 2);
    assert!(named.err.contains("delivery.toml: there is no profile `gaet`"), "{}", named.err);
}

#[test]
fn threads_are_bounded() {
    for jobs in ["0", "257", "100000", "-1", "all"] {
        assert_eq!(check("{\"port\": 443}", &[&format!("--jobs={jobs}")]), 2, "{jobs}");
    }
    let ran = aplomb(&["check", "--jobs=0"]);
    assert!(ran.err.contains("1..=256"), "{}", ran.err);
    assert_eq!(check("{\"port\": 443}", &["--jobs=1"]), 0);
    assert_eq!(check("{\"port\": 443}", &["--jobs=256"]), 0);
}

#[test]
fn two_is_an_invalid_standard_with_all_its_mistakes() {
    let standard = STANDARD
        .replace("severity =", "serverity =")
        .replace("$.port", "$..[")
        .replace("const = 443", "cosnt = 443");
    let folder = Folder::new(&[("house.toml", &standard), ("app/a.json", "{}")]);
    let ran = folder.aplomb(&["check", "app", "--standard=house.toml"]);
    assert_eq!(ran.code, 2);
    let all =
        ["did you mean `severity`?", "has no `severity`", "did you mean `const`?", "in this path"];
    for mistake in all {
        assert!(ran.err.contains(mistake), "{mistake}: {}", ran.err);
    }
    assert!(ran.out.is_empty());
}

#[test]
fn two_is_an_invalid_manifest() {
    let manifest = "[delivery]\nsolution = 1\ntier = 9\nteir = 2\n";
    let folder = Folder::new(&[("delivery.toml", manifest)]);
    let ran = folder.aplomb(&["check"]);
    assert_eq!(ran.code, 2);
    for mistake in ["expected a string", "from 1 to 5", "did you mean `tier`?"] {
        assert!(ran.err.contains(mistake), "{}", ran.err);
    }
}

#[test]
fn two_is_a_manifest_that_leads_out_of_the_delivery() {
    let manifest = "[delivery]\nsolution = \"s\"\n[configs]\nfiles = [\"../other/**\"]\n";
    let folder = Folder::new(&[("delivery.toml", manifest)]);
    let ran = folder.aplomb(&["check"]);
    assert_eq!(ran.code, 2);
    for part in ["`../other/**` leads out", "delivery.toml:4", "relative to the delivery"] {
        assert!(ran.err.contains(part), "{}", ran.err);
    }
}

#[test]
fn three_is_missing_evidence() {
    assert_eq!(check("{\"host\": 1}", &[]), 3, "the key is not there");
    assert_eq!(check("{\"port\": ", &[]), 3, "the file is not valid");
}

#[test]
fn three_is_nothing_checked() {
    let folder = Folder::new(&[("house.toml", STANDARD), ("app/a.md", "# A")]);
    let ran = folder.aplomb(&["check", "app", "--standard=house.toml"]);
    assert_eq!(ran.code, 3, "{}", ran.out);
    let empty = Folder::new(&[("house.toml", STANDARD), ("app/.keep", "")]);
    assert_eq!(empty.aplomb(&["check", "app", "--standard=house.toml"]).code, 3);
}

#[test]
fn fail_on_tightens() {
    let port = "{\"port\": 80}";
    assert_eq!(with_severity("minor", port, &["--fail-on=minor-reservations"]), 1);
    assert_eq!(with_severity("minor", port, &["--fail-on=major-reservations"]), 0);
    assert_eq!(check("{\"port\": 443}", &["--fail-on=minor-reservations"]), 0);
    assert_eq!(check("{\"host\": 1}", &["--fail-on=minor-reservations"]), 3);
}

#[test]
fn exit_zero_never_gates_but_still_refuses_mistakes() {
    assert_eq!(check("{\"port\": 80}", &["--exit-zero"]), 0);
    assert_eq!(check("{\"host\": 1}", &["--exit-zero"]), 0);
    assert_eq!(check("{}", &["--exit-zero", "--profile=nothing"]), 2);
}
