//! Reports for other tools, of the sample delivery, as those tools see them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::run::{aplomb_in, outputs, root, skipped};
use crate::validators::{self, python};

const DELIVERY: &str = "tests/deliveries/agora-3.2.0";

/// Writes the report in all formats at once, a file a format, named by its id.
fn write_all(folder: &Path, lang: &str) {
    let mut args = vec!["check".to_owned(), DELIVERY.to_owned()];
    args.extend(["--as-of=2026-11-23", "--exit-zero"].map(str::to_owned));
    args.push(format!("--lang={lang}"));
    args.extend(
        outputs()
            .into_iter()
            .map(|id| format!("--output={id}={}", folder.join(id.clone()).display())),
    );
    let ran = aplomb_in(&root(), &args);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// The reports in English, written once for all tests.
fn written(id: &str) -> PathBuf {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = TempDir::new().expect("a temporary folder");
        write_all(folder.path(), "en");
        folder
    });
    folder.path().join(id)
}

fn text(id: &str) -> String {
    std::fs::read_to_string(written(id)).expect("written as UTF-8")
}

fn json(id: &str) -> Value {
    serde_json::from_str(&text(id)).expect("JSON")
}

#[test]
fn every_format_is_written_the_same_each_time_in_both_languages() {
    let again = TempDir::new().expect("a temporary folder");
    write_all(again.path(), "en");
    let french = TempDir::new().expect("a temporary folder");
    write_all(french.path(), "fr");
    assert!(outputs().len() >= 11);
    for id in outputs() {
        let read = |folder: &TempDir| std::fs::read(folder.path().join(&id)).expect("written");
        assert_eq!(std::fs::read(written(&id)).expect("written"), read(&again), "{id}");
        assert_ne!(read(&again), read(&french), "{id} says the same in both languages");
    }
}

#[test]
fn sarif_is_valid_and_its_places_are_files() {
    let schema = root().join("tests/vendored/sarif-2.1.0/schema.json");
    let schema = std::fs::read_to_string(schema).expect("the schema");
    // As published, the pattern of a language has a bracket too many, which strict readers refuse.
    let schema = serde_json::from_str(&schema.replace("{2}]?$", "{2}$")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let log = json("sarif");
    let errors: Vec<_> = validator.iter_errors(&log).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");

    let results = log["runs"][0]["results"].as_array().expect("results");
    let summary = &json("json")["summary"];
    let told = summary["fail"].as_u64().zip(summary["error"].as_u64());
    assert_eq!(told.map(|(fail, error)| fail + error), Some(results.len() as u64));
    for result in results {
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let place = place.as_str().expect("a URI").replace("%20", " ");
        let file = root().join(DELIVERY).join(&place);
        assert!(file.is_file(), "{}", file.display());
    }
}

#[test]
fn what_gitlab_takes_is_told() {
    let issues = json("gitlab");
    let issues = issues.as_array().expect("a list");
    let summary = &json("json")["summary"];
    let number = |key: &str| summary[key].as_u64().expect("a number");
    let open = number("fail") + number("error") - number("waived");
    assert_eq!(issues.len() as u64, open);
    for issue in issues {
        let path = issue["location"]["path"].as_str().expect("a path");
        assert!(root().join(DELIVERY).join(path).is_file(), "{path}");
    }
}

#[test]
fn tests_are_what_was_judged() {
    for id in ["junit", "junit-xunit"] {
        let text = text(id);
        let xml = roxmltree::Document::parse(&text).expect("well-formed");
        let cases = xml.descendants().filter(|node| node.has_tag_name("testcase"));
        let report = json("json");
        let results = report["results"].as_array().expect("results").iter();
        let tests: std::collections::BTreeSet<_> = results
            .map(|r| {
                [&r["standard"], &r["rule"], &r["name"], &r["subject"]].map(ToString::to_string)
            })
            .collect();
        // One more tells the verdict, and one each what could not be read.
        let diagnostics = report["diagnostics"].as_array().expect("diagnostics").iter();
        let unread = diagnostics.filter(|one| one["level"] == "error").count();
        assert_eq!(cases.count(), tests.len() + 1 + unread, "{id}");
    }
}

#[test]
fn sarif_keeps_the_rules_of_code_scanning() {
    let Some(multitool) = validators::multitool() else {
        skipped("`Sarif.Multitool` is not installed: see .ci/validators");
        return;
    };
    let folder = TempDir::new().expect("a temporary folder");
    let problems = folder.path().join("problems.sarif");
    let ran = Command::new(multitool)
        .arg("validate")
        .arg(written("sarif"))
        .args(["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "--log", "ForceOverwrite"])
        .arg("-o")
        .arg(&problems)
        .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
        .output();
    let ran = ran.expect("it starts");
    // It ends with 0 whatever it found.
    let problems = std::fs::read_to_string(&problems)
        .unwrap_or_else(|_| panic!("it says nothing: {}", String::from_utf8_lossy(&ran.stderr)));
    let problems: Value =
        serde_json::from_str(problems.trim_start_matches('\u{feff}')).expect("JSON");
    let problems = problems["runs"][0]["results"].as_array().expect("results").iter();
    // A home page is not asked for by those who take the file.
    let problems: Vec<_> = problems.filter(|problem| problem["ruleId"] != "SARIF2005").collect();
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn metrics_are_read_by_the_parsers_of_prometheus() {
    const SCRIPT: &str = "\
from prometheus_client import parser, openmetrics
import prometheus_client.openmetrics.parser
text = open(sys.argv[1], encoding='utf-8').read()
for read in (openmetrics.parser, parser):
    print(sum(len(f.samples) for f in read.text_string_to_metric_families(text)))
";
    let Some(out) = python("prometheus_client", SCRIPT, &[&written("openmetrics")]) else { return };
    let samples = text("openmetrics").lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(out, format!("{samples}\n{samples}\n"));
}

#[test]
fn assessment_results_are_valid_and_read_by_trestle() {
    const SCRIPT: &str = "\
from pathlib import Path
from trestle.oscal.assessment_results import AssessmentResults
run = AssessmentResults.oscal_read(Path(sys.argv[1])).results[0]
states = [one.target.status.state.value for one in run.findings]
print(len(run.observations), len(states), states.count('satisfied'))
";
    let schema = root().join("tests/vendored/oscal-1.1.3/schema.json");
    let schema = std::fs::read_to_string(schema).expect("the schema");
    let schema = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let document = json("oscal");
    let errors: Vec<_> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");

    // Trestle reads files by their ending.
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("run.json");
    std::fs::copy(written("oscal"), &file).expect("a copy");
    let Some(out) = python("trestle", SCRIPT, &[&file]) else { return };
    let report = json("json");
    let results = report["results"].as_array().expect("results").len();
    let number = |key: &str| report["summary"][key].as_u64().expect("a number") as usize;
    let findings = results - number("not_applicable");
    assert_eq!(out, format!("{results} {findings} {}\n", number("pass")));
}

#[test]
fn tests_are_read_by_a_parser_of_junit() {
    const SCRIPT: &str = "\
from junitparser import JUnitXml, Failure, Skipped, Error
cases = [case for suite in JUnitXml.fromfile(sys.argv[1]) for case in suite]
told = [type(one) for case in cases for one in case.result]
print(len(cases), told.count(Failure), told.count(Error), told.count(Skipped))
";
    for id in ["junit", "junit-xunit"] {
        let Some(out) = python("junitparser", SCRIPT, &[&written(id)]) else { return };
        let text = text(id);
        let count = |tag: &str| text.matches(&format!("<{tag}")).count();
        let expected =
            ["testcase", "failure", "error", "skipped"].map(|tag| count(tag).to_string());
        assert_eq!(out.trim_end(), expected.join(" "), "{id}");
    }
}
