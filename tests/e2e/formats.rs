//! The sample delivery told in every format, by a handful of its rules: enough for all that a report
//! can say, and little enough to be read.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::run::{aplomb_in, root};

/// Rules over hosts, configurations, documents and what joins them; findings of each severity but
/// one, a waiver, a secret, a host without snapshot.
const SAMPLE: &str = r#"
[profile.sample]
title = "A sample"
fr = { title = "Un échantillon" }
rules = ["HW-021", "PR-004", "PR-020", "PR-035", "SW-003", "SW-012", "SW-049", "SW-059", "SW-061"]
"#;

/// Writes the report of the sample in a format.
pub(crate) fn write(format: &str, lang: &str, to: &Path) {
    let folder = TempDir::new().expect("a temporary folder");
    let profiles = folder.path().join("sample.toml");
    std::fs::write(&profiles, SAMPLE).expect("ours");
    let more = [
        format!("--standard={}", profiles.display()),
        format!("--lang={lang}"),
        format!("--output={format}={}", to.display()),
    ];
    let args = [
        "check",
        "tests/deliveries/agora-3.2.0",
        "--as-of=2026-11-23",
        "--exit-zero",
        "--profile=sample",
        "--standard=aplomb:*",
    ];
    let args: Vec<_> = args.into_iter().chain(more.iter().map(String::as_str)).collect();
    let ran = aplomb_in(&root(), &args);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// The report in a format, without what changes with every other rule of a standard: its digest,
/// and the lines of the file.
fn told(format: &str, lang: &str) -> String {
    let folder = TempDir::new().expect("a temporary folder");
    let output = folder.path().join("told");
    write(format, lang, &output);
    let text = std::fs::read_to_string(output).expect("written as UTF-8");
    without_lines(&without_digests(&text))
}

fn without_lines(text: &str) -> String {
    let mut parts = text.split(".toml:");
    let mut told = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let before = told.rsplit(['"', '\'', ' ', '>', '\n', '`', '(']).next().unwrap_or_default();
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
        let is_policy = before.contains("policies/");
        told.push_str(if is_policy { ".toml:N" } else { ".toml:" });
        told.push_str(if is_policy { rest } else { part });
    }
    told
}

fn without_digests(text: &str) -> String {
    let is_hex = |c: char| c.is_ascii_hexdigit();
    let words = text.split_inclusive(|c: char| !is_hex(c));
    let told = words.map(|word| match word.trim_end_matches(|c: char| !is_hex(c)) {
        digest if digest.len() == 64 => word.replace(digest, "<sha256>"),
        _ => word.to_owned(),
    });
    told.collect()
}

#[test]
fn the_text_reports() {
    insta::assert_snapshot!("sample_text_fr", told("text", "fr"));
    insta::assert_snapshot!("sample_text_en", told("text", "en"));
}

#[test]
fn the_comments_on_a_merge_request() {
    insta::assert_snapshot!("sample_markdown_fr", told("markdown", "fr"));
    insta::assert_snapshot!("sample_markdown_en", told("markdown", "en"));
}

/// A page as a reader sees it, a line an element.
fn readable(page: &str) -> String {
    let body = page.split_once("<body>").expect("a body").1;
    let body = body.split_once("<script>").expect("a script").0;
    let mut text = String::new();
    for part in body.split('<') {
        let (tag, after) = part.split_once('>').unwrap_or(("", part));
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
        let inline = ["a", "b", "code", "mark", "option", "span", "td", "th"].contains(&name);
        let cell = matches!(name, "option" | "td" | "th") && !tag.starts_with('/');
        text.push_str(if cell {
            " | "
        } else if inline {
            ""
        } else {
            "\n"
        });
        text.push_str(after);
    }
    for (entity, char) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#96;", "`"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, char);
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_pages() {
    insta::assert_snapshot!("sample_html_fr", readable(&told("html", "fr")));
    insta::assert_snapshot!("sample_html_en", readable(&told("html", "en")));
}

/// The lines that tell of something else than a pass.
fn not_passed(text: &str, pass: &str) -> String {
    let lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.starts_with(pass));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_sheets() {
    insta::assert_snapshot!("sample_csv_fr", not_passed(&told("csv", "fr"), "\"conforme\""));
    let actions = told("csv-actions", "fr");
    insta::assert_snapshot!("sample_csv_actions_fr", not_passed(&actions, "\u{feff}\u{feff}"));
}

#[test]
fn what_machines_take_as_text() {
    let cases = told("junit", "fr");
    let told_cases =
        cases.lines().filter(|line| !line.trim().ends_with("/>") || line.contains("suite"));
    insta::assert_snapshot!("sample_junit_fr", told_cases.collect::<Vec<_>>().join("\n"));
    insta::assert_snapshot!("sample_github_en", told("github", "en"));
    insta::assert_snapshot!("sample_gitlab_fr", told("gitlab", "fr"));
    insta::assert_snapshot!("sample_openmetrics_en", told("openmetrics", "en"));
}

fn items<'v>(value: &'v Value, pointer: &str) -> impl Iterator<Item = &'v Value> {
    value.pointer(pointer).and_then(Value::as_array).expect("a list").iter()
}

/// Some members of a value on a line.
fn line(value: &Value, pointers: &[&str]) -> String {
    let told = pointers.iter().map(|pointer| match value.pointer(pointer) {
        Some(Value::String(text)) => text.replace('\n', "⏎"),
        Some(Value::Null) | None => "–".to_owned(),
        Some(other) => other.to_string(),
    });
    told.collect::<Vec<_>>().join(" · ")
}

#[test]
fn what_machines_take_as_json() {
    let of = |format: &str| -> Value { serde_json::from_str(&told(format, "fr")).expect("JSON") };
    let mut lines = vec!["json".to_owned()];
    let report = of("json");
    let results = items(&report, "/results").filter(|one| one["outcome"] != "pass");
    lines.extend(results.map(|one| {
        let of = ["/outcome", "/severity", "/rule", "/subject/name", "/evidence/0/file"];
        let more = ["/evidence/0/start/line", "/evidence/0/excerpt", "/message", "/waiver/id"];
        line(one, &[&of[..], &more, &["/fingerprint"]].concat())
    }));
    lines.push("\nsarif".to_owned());
    let log = of("sarif");
    lines.extend(items(&log, "/runs/0/results").map(|one| {
        let place = "/locations/0/physicalLocation";
        let uri = format!("{place}/artifactLocation/uri");
        let start = format!("{place}/region/startLine");
        let accepted = "/suppressions/0/justification";
        line(one, &["/level", "/ruleId", &uri, &start, "/message/text", accepted])
    }));
    lines.push("\noscal".to_owned());
    let document = of("oscal");
    let run = "/assessment-results/results/0";
    let (findings, risks) = (format!("{run}/findings"), format!("{run}/risks"));
    let findings = items(&document, &findings);
    let findings = findings.filter(|one| one["target"]["status"]["state"] != "satisfied");
    lines.extend(findings.map(|one| {
        let status = ["/target/status/state", "/target/status/reason", "/target/target-id"];
        line(
            one,
            &[&status[..], &["/description", "/remarks", "/related-risks/0/risk-uuid"]].concat(),
        )
    }));
    lines.extend(
        items(&document, &risks)
            .map(|one| line(one, &["/uuid", "/status", "/title", "/deadline", "/statement"])),
    );
    insta::assert_snapshot!("sample_json_fr", lines.join("\n"));
}
