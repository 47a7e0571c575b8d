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

/// What is judged and judged by, for tests that try to write over it.
fn judged() -> Folder {
    let manifest = "[delivery]\nsolution = \"s\"\nstandards = [\"../s/house.toml\"]\n\
                    [configs]\nfiles = [\"*.json\"]\n";
    Folder::new(&[
        ("s/house.toml", STANDARD),
        ("d/delivery.toml", manifest),
        ("d/a.json", "{\"port\": 443}"),
        ("d/waivers.toml", ""),
        ("w.toml", ""),
    ])
}

#[test]
fn a_report_never_overwrites_what_is_judged_or_judged_by() {
    let folder = judged();
    let before = |name: &str| std::fs::read(folder.path().join(name)).expect("is there");
    for name in ["d/a.json", "d/../d/a.json", "d/delivery.toml", "d/waivers.toml", "s/house.toml"] {
        let text = before(name);
        let ran = folder.aplomb(&["check", "d", &format!("--output=json={name}")]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{name}");
        assert!(ran.err.contains(name) && ran.err.contains("elsewhere"), "{}", ran.err);
        assert_eq!(before(name), text, "{name}");
    }
    for args in [
        ["check", "d/a.json", "--standard=s/house.toml", "--output=json=d/a.json"],
        ["check", "d", "--standard=s", "--output=json=s/house.toml"],
        ["check", "d", "--waivers=w.toml", "--output=json=w.toml"],
        ["check", "d", "--manifest=d/delivery.toml", "--output=json=d/delivery.toml"],
    ] {
        let ran = folder.aplomb(&args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.contains("elsewhere"), "{args:?}: {}", ran.err);
    }
    assert_eq!(folder.aplomb(&["check", "d", "--output=json=d/run.json"]).code, 0);
}

#[cfg(unix)]
#[test]
fn links_do_not_hide_what_a_report_would_overwrite() {
    let folder = judged();
    let at = |name: &str| folder.path().join(name);
    std::os::unix::fs::symlink("d/a.json", at("soft")).expect("a link");
    std::fs::hard_link(at("d/a.json"), at("hard")).expect("a link");
    std::os::unix::fs::symlink("out", at("dangling")).expect("a link");
    for name in ["soft", "hard"] {
        let ran = folder.aplomb(&["check", "d", &format!("--output=json={name}")]);
        assert_eq!(ran.code, 2, "{name}: {}", ran.err);
    }
    let ran = folder.aplomb(&["check", "d", "--output=json=out", "--output=text=dangling"]);
    assert_eq!(ran.code, 2, "{}", ran.err);
}

#[test]
fn two_reports_are_not_written_to_one_file() {
    let folder = judged();
    for second in ["run", "./run", "d/../run"] {
        let second = format!("--output=text={second}");
        let ran = folder.aplomb(&["check", "d", "--output=json=run", &second]);
        assert_eq!(ran.code, 2, "{second}");
        assert!(ran.err.contains("two reports"), "{}", ran.err);
    }
    let ran = folder.aplomb(&["check", "d", "--output=json=-"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--format"), "{}", ran.err);
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
    let all = [
        "rules",
        "standards",
        "profiles",
        "params",
        "kinds",
        "formats",
        "importers",
        "outputs",
        "schemas",
    ];
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
fn the_prose_of_explanations_fits_eighty_columns() {
    let list = |what| aplomb(&["list", what]).out;
    for id in [list("kinds"), list("formats"), list("rules")].concat().lines() {
        let id = id.split(' ').next().unwrap_or_default();
        let told = aplomb(&["explain", id, "--lang=fr"]).out;
        // Code is told apart by its fence, a rule's check and its cases by their headings.
        let prose = told.split("```").step_by(2).collect::<String>();
        let prose = prose.split("\nContrôle\n").next().unwrap_or_default();
        let long: Vec<_> = prose.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(long.is_empty(), "{id}: {long:#?}");
    }
}

#[test]
fn what_is_missing_is_told_in_the_order_of_the_list() {
    const WANTED: [&str; 6] = ["PRA", "DAT", "DEX", "SLA", "MCO", "CGU"];
    let demand = format!(
        "present = {{ across = \"delivery\", each = '{WANTED:?}', key = \"subject.type\" }}\n\
         message = \"no {{key}}\"\n"
    );
    let standard = STANDARD
        .replace("kind = \"config\"", "kind = \"document\"")
        .replace("select = \"$.port\"\nexpect = { const = 443 }\n", &demand);
    let manifest = "[delivery]\nsolution = \"s\"\n[[document]]\ntype = \"RA\"\npath = \"a.md\"\n";
    let folder =
        Folder::new(&[("house.toml", &standard), ("delivery.toml", manifest), ("a.md", "# A")]);
    let ran = folder.aplomb(&["check", "--standard=house.toml"]);
    let places = WANTED.map(|one| ran.out.find(&format!("no {one}")));
    let told = places.iter().all(Option::is_some) && places.is_sorted();
    assert!(told, "{places:?}\n{}{}", ran.out, ran.err);
}

#[test]
fn completions_are_printed() {
    for shell in ["bash", "zsh", "fish"] {
        assert!(aplomb(&["completions", shell]).out.contains("aplomb"));
    }
}
