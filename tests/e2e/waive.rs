//! `aplomb waive`: what it writes, and what it refuses to write.

use crate::run::{Folder, Ran, STANDARD};

const MANIFEST: &str = "[delivery]\nsolution = 'x'\ntier = 2\nstandards = ['house.toml']\n\
    exclude = ['house.toml', '*.run']\n[configs]\nfiles = ['*.json']\n";
const OLD: &str = "# kept as it is\n[[waiver]]\nid = 'DRG-009'   # the ninth\nrule = 'T-1'\nreason = 'x'\n\
    requester = 'ada'\napprover = 'grace'\napprover_role = 'RSSI'\nscope = { subject = 'web.json' }\n\
    expires = 2099-01-01";

fn delivery() -> Folder {
    Folder::new(&[
        ("delivery.toml", MANIFEST),
        ("house.toml", STANDARD),
        ("app.json", "{\"port\": 80}"),
        ("waivers.toml", OLD),
    ])
}

const BY: [&str; 4] = [
    "--requester=b.sauval",
    "--approver=s.gardien",
    "--approver-role=RSSI",
    "--reason=an \"old\" client",
];

fn waive(folder: &Folder, more: &[&str]) -> Ran {
    folder.aplomb(&[&["waive"][..], more, &BY[..]].concat())
}

fn file(folder: &Folder) -> String {
    std::fs::read_to_string(folder.path().join("waivers.toml")).expect("the file")
}

#[test]
fn one_is_added_and_the_rest_stays_as_it_was() {
    let folder = delivery();
    assert_eq!(folder.aplomb(&["check"]).code, 1);
    let ran = waive(&folder, &["T-1", "--subject=app.json", "--expires=2099-03-31", "--risk=none"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.out, "DRG-010 is added to ./waivers.toml\n");
    let text = file(&folder);
    assert!(text.starts_with(OLD), "{text}");
    insta::assert_snapshot!(&text[OLD.len()..], @r#"


    [[waiver]]
    id = "DRG-010"
    rule = "T-1"
    reason = "an \"old\" client"
    risk = "none"
    requester = "b.sauval"
    approver = "s.gardien"
    approver_role = "RSSI"
    expires = "2099-03-31"
    scope = { subject = "app.json" }
    "#);
    assert_eq!(folder.aplomb(&["check"]).code, 0);
}

#[test]
fn a_finding_of_a_run_gives_rule_and_scope_and_what_is_covered_is_told() {
    let folder = delivery();
    folder.write("house.toml", STANDARD.replace("blocker", "major").as_bytes());
    folder.aplomb(&["check", "-q", "--output=json=run.run", "--as-of=2026-11-23"]);
    let saved = std::fs::read_to_string(folder.path().join("run.run")).expect("a run");
    let run: serde_json::Value = serde_json::from_str(&saved).expect("JSON");
    let fingerprint = run["results"][0]["fingerprint"].as_str().expect("one").to_owned();
    let finding = format!("--finding={}", &fingerprint[..8]);
    let plan = ["--owner=d.base", "--due=2099-01-31", "--run=run.run", "--lang=fr"];
    let ran = waive(&folder, &[&plan[..], &[&finding]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("R-1 est ajoutée à ./waivers.toml"), "{}", ran.out);
    assert!(ran.out.contains("du contrôle du 2026-11-23 elle couvre 1"), "{}", ran.out);
    assert!(ran.out.contains(&fingerprint), "{}", ran.out);
    let text = file(&folder);
    assert!(text.contains("[[reservation]]\nid = \"R-1\"\nrule = \"T-1\""), "{text}");
    assert!(text.contains("scope = { subject = \"app.json\", at = \"$['port']\" }"), "{text}");
    let ran = waive(&folder, &["--run=run.run", "--finding=ffffffffffff", "--expires=2099-01-01"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no open finding"), "{}", ran.err);
}

#[test]
fn nothing_is_written_that_would_be_refused() {
    let folder = delivery();
    let subject = "--subject=app.json";
    let never = STANDARD.replace("[rule.T-1]\n", "[rule.T-1]\nwaivable = false\n");
    for (standard, args, says) in [
        (STANDARD, &["T-1", subject, "--expires=soon"][..], "this is no date"),
        (STANDARD, &["T-11", subject, "--expires=2099-01-01"], "did you mean T-1?"),
        (
            STANDARD,
            &["T-1", subject, "--expires=2099-01-01", "--id=DRG-009"],
            "two exceptions `DRG-009`",
        ),
        (
            STANDARD,
            &["T-1", subject, "--scope=flow=F05", "--expires=2099-01-01"],
            "not told apart by `flow`",
        ),
        (STANDARD, &["T-1", subject, "--due=2099-01-01", "--owner=ada"], "T-1 is a blocker"),
        (STANDARD, &["T-1"], "what is missing: --subject, --expires"),
        (&never, &["T-1", subject, "--expires=2099-01-01"], "T-1 allows no exception"),
    ] {
        folder.write("house.toml", standard.as_bytes());
        let ran = waive(&folder, args);
        assert_eq!(ran.code, 2, "{says}: {}", ran.out);
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
        assert_eq!(file(&folder), OLD, "{says}");
    }
    folder.write("house.toml", STANDARD.as_bytes());
    let own = [
        "waive",
        "T-1",
        subject,
        "--expires=2099-01-01",
        "--reason=x",
        "--requester=s.gardien",
        "--approver=S. Gardien",
        "--approver-role=RSSI",
    ];
    let ran = folder.aplomb(&own);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("who asked for it"), "{}", ran.err);
    assert_eq!(file(&folder), OLD);
}
