//! The sample delivery told in every format, by a handful of rules: enough for all that a report
//! can say, and little enough to be read. They are the tests' own: see `sample/`.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::run::{aplomb_in, root};

/// Writes the report of the sample in a format.
pub(crate) fn write(format: &str, lang: &str, to: &Path) {
    let lang = format!("--lang={lang}");
    let output = format!("--output={format}={}", to.display());
    let delivery = "tests/deliveries/agora-3.2.0";
    let mut args = vec!["check", delivery, "--as-of=2026-11-23", "--exit-zero", &lang, &output];
    args.push("--standard=tests/e2e/sample");
    let ran = aplomb_in(&root(), &args);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

/// The report in a format, without the digests of its standards.
fn told(format: &str, lang: &str) -> String {
    let folder = TempDir::new().expect("a temporary folder");
    let output = folder.path().join("told");
    write(format, lang, &output);
    without_digests(&std::fs::read_to_string(output).expect("written as UTF-8"))
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
