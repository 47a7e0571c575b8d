//! What people see: the text report, help, lists and explanations.

use crate::run::{Folder, STANDARD, aplomb};

fn small() -> Folder {
    let standard = format!(
        "{STANDARD}fr = {{ title = \"Le port est 443\", remedy = \"Passer le port à 443.\" }}\n\
         references = [{{ standard = \"House\", id = \"1.2\" }}]\n"
    );
    Folder::new(&[
        ("house.toml", &standard),
        ("app/a.json", "{\n  \"port\": 80\n}\n"),
        ("app/b.json", "{\"port\": 443}\n"),
        ("app/c.json", "{\"port\": \n"),
        ("app/d.json", "{}\n"),
    ])
}

#[test]
fn the_text_report_in_english() {
    let ran = small().aplomb(&["check", "app", "--standard=house.toml", "--as-of=2026-11-23"]);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn the_text_report_in_french() {
    let ran = small().aplomb(&[
        "check",
        "app",
        "--standard=house.toml",
        "--as-of=2026-11-23",
        "--lang=fr",
    ]);
    insta::assert_snapshot!(ran.out);
}

#[test]
fn quiet_prints_the_summary_only() {
    let ran = small().aplomb(&["check", "app", "--standard=house.toml", "--quiet"]);
    assert!(ran.out.lines().count() < 20, "{}", ran.out);
    assert!(ran.out.contains("NON-CONFORMING"));
}

#[test]
fn several_outputs_are_written_at_once() {
    let folder = small();
    let ran = folder.aplomb(&[
        "check",
        "app",
        "--standard=house.toml",
        "--output=json=run.json",
        "--output=text=run.txt",
        "--format=json",
        "--as-of=2026-11-23",
    ]);
    assert_eq!(ran.code, 1);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("written");
    assert_eq!(read("run.json"), ran.out);
    assert!(read("run.txt").contains("BLOCKER T-1"));
    let nowhere = folder.aplomb(&["check", "app", "--standard=house.toml", "--output=json=no/x"]);
    assert_eq!(nowhere.code, 2);
}

#[test]
fn lines_fit_eighty_columns() {
    let ran = aplomb(&["check", "tests/deliveries/agora-3.2.0", "--as-of=2026-11-23"]);
    let long: Vec<_> = ran.out.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn help_is_worth_reading() {
    insta::assert_snapshot!("help", aplomb(&["--help"]).out);
    insta::assert_snapshot!("help_check", aplomb(&["check", "--help"]).out);
}

#[test]
fn what_there_is_can_be_listed() {
    let list = |what| aplomb(&["list", what]).out;
    let all =
        ["rules", "standards", "profiles", "params", "kinds", "formats", "outputs", "schemas"];
    let all = all.map(|what| format!("{what}:\n{}", list(what)));
    insta::assert_snapshot!("lists", all.join("\n"));
}

#[test]
fn a_rule_a_kind_and_a_format_can_be_explained() {
    insta::assert_snapshot!("explain_rule", aplomb(&["explain", "SW-061"]).out);
    let by_name = aplomb(&["explain", "listening-ports-documented", "--lang=fr"]);
    assert!(by_name.out.contains("Tout port en écoute"), "{}", by_name.out);
    for id in ["join", "expect", "csv", "markdown", "sarif", "junit-xunit"] {
        let ran = aplomb(&["explain", id]);
        assert_eq!(ran.code, 0);
        assert!(ran.out.lines().count() > 3, "{}", ran.out);
    }
    // Read and written under one id.
    let both = aplomb(&["explain", "csv"]).out;
    assert!(both.starts_with("csv: ") && both.contains("\noutput csv: "), "{both}");
}

#[test]
fn completions_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        assert!(aplomb(&["completions", shell]).out.contains("aplomb"));
    }
}
