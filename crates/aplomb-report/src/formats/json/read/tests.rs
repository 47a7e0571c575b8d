use aplomb_model::{Lang, Report};
use serde_json::Value;

use super::{NotSaved, Saved, read_saved};
use crate::fixtures::{self, render};
use crate::{FORMATS, Options};

fn options(lang: Lang) -> Options {
    Options { lang, verbose: true, ..Options::default() }
}

fn read(text: &str) -> Result<Saved, String> {
    read_saved(text.as_bytes()).map_err(|error| match error {
        NotSaved::Shape { message, line, column } => format!("{line}:{column}: {message}"),
        other => other.to_string(),
    })
}

/// Reports such as runs make: their exceptions cover what they are said to, and positions count
/// from 1.
fn reports() -> Vec<Report> {
    let mut hostile = fixtures::hostile();
    hostile.results.retain(|finding| {
        let places = finding.evidence.iter();
        let lines = |e: &aplomb_model::Evidence| e.excerpt.iter().any(|e| e.lines.is_empty());
        places.clone().all(|e| e.start.line > 0) && !places.clone().any(lines)
    });
    hostile.summary = fixtures::summary(&hostile.results);
    vec![fixtures::refused(), fixtures::empty(), fixtures::with_waiver(), hostile]
}

#[test]
fn a_saved_report_is_rendered_as_if_at_once_in_every_format_and_language() {
    for report in reports() {
        for saved_in in Lang::ALL {
            let saved = read(&render("json", &report, &options(saved_in))).expect("reads back");
            assert_eq!(saved.lang, saved_in);
            for format in FORMATS {
                for lang in Lang::ALL {
                    let (direct, again) = (
                        render(format.id, &report, &options(lang)),
                        render(format.id, &saved.report, &options(lang)),
                    );
                    assert!(direct == again, "{}: {direct}\n{again}", format.id);
                }
            }
        }
    }
}

#[test]
fn members_may_come_in_any_order() {
    let report = fixtures::with_waiver();
    let text = render("json", &report, &options(Lang::Fr));
    // As `jq -S` leaves it: the results before the rules, the language before both.
    let sorted: Value = serde_json::from_str(&text).expect("JSON");
    let Value::Object(members) = sorted else { panic!("an object") };
    let mut members: Vec<_> = members.into_iter().collect();
    members.sort_by(|a, b| b.0.cmp(&a.0));
    let members = members.iter().map(|(name, value)| format!("\"{name}\": {value}"));
    let reversed = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
    let saved = read(&reversed).expect("reads back");
    assert_eq!(render("json", &saved.report, &options(Lang::Fr)), text);
}

/// A change to a saved report, and what is said of it.
type Change = (fn(&mut Value), &'static str);

#[test]
fn what_contradicts_itself_is_refused() {
    let changes: &[Change] = &[
        (|r| r["schema"] = "aplomb.host/1".into(), "this is `aplomb.host/1`, and no saved report"),
        (|r| r["tool"]["name"] = "other".into(), "made by `other`"),
        (|r| r["lang"] = "de".into(), "`de` is none of en, fr"),
        (|r| r["lang"] = "fr".into(), "the report is in `fr`"),
        (|r| r["verdict"] = "perfect".into(), "`perfect` is none of conforming"),
        (|r| r["colour"] = "red".into(), "unknown field `colour`"),
        (|r| drop(r.as_object_mut().map(|r| r.remove("results"))), "missing field `results`"),
        (|r| r["results"][1]["outcome"] = "passed".into(), "results[1]: `passed` is none of pass"),
        (|r| r["results"][1]["colour"] = "red".into(), "unknown field `colour`"),
        (|r| r["results"][0]["fingerprint"] = "12".into(), "`12` is no fingerprint"),
        (|r| r["results"][0]["evidence"][0]["start"]["line"] = 0.into(), "counted from 1"),
        (|r| r["results"][0]["title"] = "x".into(), "an earlier result"),
        (|r| r["results"][0]["rule"] = "SW-999".into(), "SW-999, which is not among the `rules`"),
        (|r| r["rules"][0]["remedy"] = "x".into(), "do not say of it what `rules` says"),
        (|r| r["standards"][0]["digest"] = "sha256:12".into(), "standards[0]: `sha256:12` is no"),
        (|r| r["summary"]["conformity"] = 1.into(), "its rates do not follow"),
        (|r| r["summary"]["pass"] = u64::MAX.into(), "more results than any report has"),
        (|r| r["exceptions"][0]["covers"] = Value::Array(Vec::new()), "which does not cover it"),
        (
            |r| r["results"][0]["fr"]["label"] = "x".into(),
            "a translation stands beside nothing it translates",
        ),
        (|r| r["corrective_actions"] = vec![1].into(), "trailing characters"),
    ];
    let text = render("json", &fixtures::with_waiver(), &options(Lang::En));
    for (change, says) in changes {
        let mut report: Value = serde_json::from_str(&text).expect("JSON");
        change(&mut report);
        let error = read(&report.to_string()).expect_err(says);
        assert!(error.contains(says), "{says}: {error}");
    }
}

#[test]
fn no_beginning_of_a_report_is_one() {
    let text = render("json", &fixtures::with_waiver(), &options(Lang::En));
    for end in (0..text.trim_end().len()).step_by(97) {
        let Some(beginning) = text.get(..end) else { continue };
        assert!(read(beginning).is_err(), "{end}");
    }
    let deep = format!("{{\"schema\": \"aplomb.report/1\", \"tool\": {}", "[".repeat(10_000));
    assert!(read(&deep).is_err());
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let param =
        format!("\"params\": [{{\"standard\": \"a\", \"name\": \"b\", \"value\": {deep}}}]");
    let error = read(&text.replacen("\"params\": []", &param, 1)).expect_err("is too deep");
    assert!(error.contains("recursion limit"), "{error}");
}
