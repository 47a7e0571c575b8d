//! Saved runs: what was told once is told again, in any format and language.

use serde_json::Value;

use crate::run::{Folder, STANDARD, aplomb, root};

const DELIVERY: &str = "tests/deliveries/agora-3.2.0";

fn formats() -> Vec<String> {
    let listed = aplomb(&["list", "outputs"]).out;
    let ids = listed.lines().filter_map(|line| line.split_whitespace().next());
    ids.map(str::to_owned).collect()
}

/// The delivery's report in all formats, a file a format, and the last as told on standard output.
fn told(folder: &Folder, command: &[&str], lang: &str, into: &str) -> (i32, String) {
    let path = |id: &str| folder.path().join(format!("{into}-{id}")).display().to_string();
    let outputs = formats().into_iter().map(|id| format!("--output={id}={}", path(&id)));
    let outputs: Vec<_> = outputs.collect();
    let mut args = command.to_vec();
    args.extend(outputs.iter().map(String::as_str));
    args.extend(["--lang", lang]);
    let ran = aplomb(&args);
    assert!(ran.err.is_empty(), "{}", ran.err);
    (ran.code, ran.out)
}

#[test]
fn a_saved_run_is_told_as_at_once_in_every_format_and_language() {
    let folder = Folder::new(&[]);
    let check = ["check", DELIVERY, "--as-of=2026-11-23"];
    for lang in ["en", "fr"] {
        assert_eq!(told(&folder, &check, lang, lang).0, 1);
    }
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("written");
    for saved_in in ["en", "fr"] {
        let run = folder.path().join(format!("{saved_in}-json")).display().to_string();
        for lang in ["en", "fr"] {
            let (code, _) = told(&folder, &["report", &run], lang, "again");
            assert_eq!(code, 0, "how it is told again says nothing of the verdict");
            for id in formats() {
                let (once, again) = (read(&format!("{lang}-{id}")), read(&format!("again-{id}")));
                assert!(once == again, "{id} in {lang}, saved in {saved_in}");
            }
        }
    }
}

#[test]
fn a_saved_run_is_told_in_its_own_language_unless_asked() {
    let folder = Folder::new(&[]);
    let run = folder.path().join("run.json").display().to_string();
    let output = format!("--output=json={run}");
    let once = aplomb(&["check", DELIVERY, "--as-of=2026-11-23", &output]).out;
    assert!(once.contains("NON CONFORME"));
    assert_eq!(aplomb(&["report", &run]).out, once);
    let piped =
        folder.aplomb_reading(&["report", "-", "--quiet"], &std::fs::read(&run).expect("written"));
    assert!(piped.out.contains("NON CONFORME"), "{}", piped.err);
}

/// A run of one rule on one file, saved.
fn saved() -> (Folder, Value) {
    let folder = Folder::new(&[("house.toml", STANDARD), ("app.json", "{\"port\": 80}")]);
    let check = ["check", "app.json", "--standard=house.toml", "--as-of=2026-06-01"];
    let ran = folder.aplomb(&[&check[..], &["--output=json=run.json"]].concat());
    assert_eq!(ran.code, 1, "{}", ran.err);
    let text = std::fs::read_to_string(folder.path().join("run.json")).expect("written");
    (folder, serde_json::from_str(&text).expect("JSON"))
}

#[test]
fn a_verdict_that_was_changed_is_no_verdict() {
    type Change = (fn(&mut Value), &'static str);
    let changes: [Change; 6] = [
        (|run| run["verdict"] = "conforming".into(), "its results come to non-conforming"),
        (|run| run["results"][0]["outcome"] = "pass".into(), "not what its results count up to"),
        (|run| run["results"] = Value::Array(Vec::new()), "not what its results count up to"),
        (|run| run["tolerance"]["open_majors"] = Value::from(-1), "invalid value"),
        (|run| run["schema"] = "aplomb.report/2".into(), "`aplomb.report/2`, and no saved report"),
        (|run| run["results"][0]["severity"] = "minor".into(), "not what its results count up to"),
    ];
    let (folder, run) = saved();
    assert_eq!(folder.aplomb(&["report", "run.json"]).code, 0);
    for (change, says) in changes {
        let mut changed = run.clone();
        change(&mut changed);
        folder.write("changed.json", changed.to_string().as_bytes());
        let ran = folder.aplomb(&["report", "changed.json"]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{says}");
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
    }
}

#[test]
fn what_is_no_saved_run_is_refused_with_its_place() {
    let (folder, _) = saved();
    let hostile = "{\"schema\": \"aplomb.report/1\", \"\u{1b}[31m\": 1}";
    let files: [(&str, &[u8], &str); 6] = [
        ("empty.json", b"", "line 1, column 0"),
        ("host.json", br#"{"schema": "aplomb.host/1"}"#, "this is `aplomb.host/1`"),
        ("list.json", b"[]", "line 1, column"),
        ("text.json", b"{\n  \"schema\": \"aplomb.report/1\",\n  tool", "line 3, column 3"),
        ("bytes.json", b"{\"schema\": \"\xff\"}", "invalid unicode"),
        ("hostile.json", hostile.as_bytes(), "<U+001B>[31m"),
    ];
    for (name, bytes, says) in files {
        folder.write(name, bytes);
        let ran = folder.aplomb(&["report", name]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{name}");
        assert!(ran.err.contains(says) && !ran.err.contains('\u{1b}'), "{says}: {}", ran.err);
    }
    let ran = folder.aplomb(&["report", "nowhere.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("nowhere.json"), "{}", ran.err);
    let ran = folder.aplomb(&["report", "run.json", "--output", "html=run.json"]);
    assert!(ran.code == 2 && ran.err.contains("the run it renders"), "{}", ran.err);
    assert!(root().is_dir());
}

#[test]
fn what_a_run_rests_on_is_in_its_report() {
    let standard = format!(
        "{STANDARD}\n[rule.T-2]\nname = 'of-tier-1'\ntitle = 'x'\nseverity = 'minor'\ntiers = [1]\n\
         subjects = {{ kind = 'config' }}\nassert = 'size(root) < params.most'\nremedy = 'y'\n\
         [param.most]\ntype = 'int'\ndefault = 3\n[param.db-password]\ntype = 'string'\ndefault = 'hunter22'\n\
         [rule.T-3]\nname = 'left-out'\ntitle = 'x'\nseverity = 'minor'\nsubjects = {{ kind = 'config' }}\n\
         assert = \"params['db-password'] != ''\"\nremedy = 'y'\n\
         [profile.gate]\ntitle = 'Gate'\nwithout = ['T-3']\nmax-open-majors = 2\n"
    );
    let manifest = "[delivery]\nsolution = 'x'\ntier = 2\nstandards = ['house.toml']\nprofile = 'gate'\n\
         exclude = ['house.toml']\n[configs]\nfiles = ['*.json']\n[params]\nmost = 7\n";
    let files =
        [("delivery.toml", manifest), ("house.toml", &standard), ("a.json", "{\"port\": 443}")];
    let ran = Folder::new(&files).aplomb(&["check", "--format=json", "--as-of=2026-06-01"]);
    let run: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    let left_out = run["rules_left_out"].as_array().expect("a list").iter();
    let left_out: Vec<_> = left_out.map(|one| [&one["rule"], &one["why"]]).collect();
    assert_eq!(
        left_out,
        [[&Value::from("T-2"), &"tier".into()], [&"T-3".into(), &"profile".into()]]
    );
    assert_eq!(run["tolerance"]["open_majors"], 2);
    assert_eq!(run["params"][0]["value"], 7);
    assert_eq!(run["params"][1]["value"], "********");
    assert_eq!(run["rules"][0]["id"], "T-1");
}
