//! What the README shows is what happens.

use crate::run::{Folder, aplomb, root};

/// The fenced blocks of the README in a language.
fn blocks(language: &str) -> Vec<String> {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("a README");
    let fence = format!("```{language}\n");
    let begun = readme.split(&fence).skip(1);
    let blocks: Vec<_> =
        begun.filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect();
    assert!(!blocks.is_empty(), "{language}");
    blocks
}

#[test]
fn the_report_shown_is_the_report_made() {
    let command = blocks("sh")[0].lines().next().expect("a command").to_owned();
    let args = command.strip_prefix("cargo run --release -- ").expect("it runs the checkout");
    let args: Vec<_> = args.split(' ').chain(["--as-of", "2026-11-23"]).collect();
    let ran = aplomb(&args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // The report, cut where the README says so.
    for part in blocks("text")[0].split("\n…\n") {
        assert!(ran.out.contains(part.trim_matches('\n')), "{part}\nis not in\n{}", ran.out);
    }
}

#[test]
fn what_people_write_works_as_shown() {
    let shown = blocks("toml");
    let [manifest, waivers, rule] = shown.as_slice() else { panic!("{shown:?}") };
    let folder = Folder::new(&[
        ("delivery.toml", manifest),
        ("waivers.toml", waivers),
        ("house.toml", rule),
        ("hosts/a.json", "{\"schema\": \"aplomb.host/1\", \"host\": \"a\"}"),
        ("configs/web.yaml", "kind: Deployment\nspec:\n  replicas: 1\n"),
        ("configs/values.yaml", "replicas: 1\n"),
        ("docs/matrice-flux.csv", "source;port\na;443\n"),
    ]);
    let ran = folder.aplomb(&["check", "--standard", "house.toml"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("HOUSE-001 deployments-have-replicas"), "{}", ran.out);
    assert!(ran.out.contains("DRG-2026-014 ne correspond à rien"), "{}", ran.out);
    assert!(ran.out.contains("configs/web.yaml:3:13"), "{}", ran.out);
    let all = folder.aplomb(&["check", "--standard", "house.toml", "--format=json"]);
    let report: serde_json::Value = serde_json::from_str(&all.out).expect("JSON");
    let results = report["results"].as_array().expect("results");
    let other = results.iter().find(|one| one["subject"]["name"] == "configs/values.yaml");
    assert_eq!(other.expect("is judged")["outcome"], "not-applicable", "{}", all.out);
}
