//! A run divided into parts, and joined again.

use std::path::PathBuf;

use serde_json::Value;

use crate::run::{Folder, Ran, STANDARD, aplomb, root, skipped};

/// Runs `check` on a delivery, whole or in part, and returns the saved report's path.
fn check(folder: &Folder, delivery: &str, more: &[&str], name: &str) -> String {
    let path = folder.path().join(name).display().to_string();
    let output = format!("--output=json={path}");
    let args = ["check", delivery, "--as-of=2026-11-23", "--quiet", "--exit-zero", &output];
    let ran = aplomb(&[&args[..], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    path
}

fn merge(runs: &[&str], more: &[&str]) -> Ran {
    aplomb(&[&["merge"], runs, &["--format=json", "--exit-zero"], more].concat())
}

fn text(path: &str) -> String {
    std::fs::read_to_string(path).expect("written")
}

/// Whether a delivery that is judged in parts is judged as at once, in whatever order the parts
/// come.
fn comes_together(delivery: &str, numbers: &[usize], more: &[&str]) {
    let folder = Folder::new(&[]);
    let whole = text(&check(&folder, delivery, more, "whole.json"));
    for &of in numbers {
        let parts: Vec<_> = (1..=of)
            .map(|number| {
                let part = format!("--part={number}/{of}");
                let name = format!("{number}-{of}.json");
                check(&folder, delivery, &[more, &[&part]].concat(), &name)
            })
            .collect();
        let mut parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        for turn in 0..3 {
            let ran = merge(&parts, &[]);
            assert_eq!(ran.code, 0, "{}", ran.err);
            let differs = ran.out.lines().zip(whole.lines()).find(|(a, b)| a != b);
            assert!(ran.out == whole, "{of} parts, turn {turn}: {differs:?}");
            parts.rotate_left(1);
            parts.reverse();
        }
    }
}

#[test]
fn parts_of_the_sample_delivery_are_the_whole_to_the_byte() {
    comes_together("tests/deliveries/agora-3.2.0", &[1, 2, 3, 7], &[]);
    comes_together("tests/deliveries/agora-3.2.0", &[2], &["--lang=en"]);
}

#[test]
fn parts_of_a_real_delivery_are_the_whole_to_the_byte() {
    let corpus: PathBuf = root().join("../shared/corpora/vitam");
    if !corpus.is_dir() {
        skipped("the corpus VITAM is not beside the checkout");
        return;
    }
    let manifest = root().join("tests/deliveries/vitam/delivery.toml").display().to_string();
    let manifest = format!("--manifest={manifest}");
    comes_together(&corpus.display().to_string(), &[3], &[&manifest]);
}

/// Rules on one file, on none, on several, with what comes of waivers and of comments.
fn delivery() -> Folder {
    let standard = format!(
        "{STANDARD}\n[rule.T-2]\nname = 'nothing-there'\ntitle = 'x'\nseverity = 'minor'\n\
         subjects = {{ kind = 'config' }}\nselect = '$.nowhere'\nexpect = {{ const = 1 }}\nremedy = 'y'\n\
         [rule.T-3]\nname = 'no-subject'\ntitle = 'x'\nseverity = 'minor'\nsubjects = {{ kind = 'host' }}\n\
         expect = {{ const = 1 }}\nremedy = 'y'\n\
         [rule.T-4]\nname = 'names-agree'\ntitle = 'x'\nseverity = 'major'\nremedy = 'y'\n\
         [rule.T-4.join]\nleft = {{ subjects = {{ kind = 'config' }}, select = '$.peer', key = 'node' }}\n\
         right = {{ subjects = {{ kind = 'config' }}, select = '$.name', key = 'node' }}\n\
         only_left = '{{key}} is no name'\n\
         [rule.T-5]\nname = 'some-select'\ntitle = 'x'\nseverity = 'info'\nsubjects = {{ kind = 'config' }}\n\
         select = '$.peer'\nexpect = {{ type = 'string' }}\nremedy = 'y'\n"
    );
    let manifest = "[delivery]\nsolution = 'x'\nversion = '1'\ntier = 2\nstandards = ['house.toml']\n\
        exclude = ['house.toml', 'waivers.toml']\n[configs]\nfiles = ['conf/*']\n";
    let waiver = |id: &str, rule: &str, subject: &str, expires: &str| {
        format!(
            "[[waiver]]\nid = '{id}'\nrule = '{rule}'\nreason = 'x'\nrequester = 'ada'\napprover = 'grace'\napprover_role = 'RSSI'\n\
             scope = {{ subject = '{subject}' }}\nexpires = {expires}\n"
        )
    };
    let waivers = [
        waiver("W-1", "T-1", "conf/a.json", "2027-01-01"),
        waiver("W-2", "T-1", "conf/b.json", "2026-01-01"),
        waiver("W-3", "T-1", "conf/none.json", "2027-01-01"),
        waiver("W-4", "T-9", "conf/a.json", "2027-01-01"),
        waiver("W-5", "T-4", "conf/c.json", "2027-01-01"),
        waiver("W-6", "T-1", "conf/d.yaml", "2027-01-01"),
        waiver("W-7", "T-2", "conf/f.yaml", "2027-01-01"),
    ];
    Folder::new(&[
        ("delivery.toml", manifest),
        ("house.toml", &standard),
        ("waivers.toml", &waivers.concat()),
        ("conf/a.json", "{\"port\": 80, \"name\": \"a\"}"),
        ("conf/b.json", "{\"port\": 80, \"peer\": \"a\"}"),
        ("conf/c.json", "{\"port\": 443, \"peer\": \"z\"}"),
        ("conf/d.yaml", "port: 443\npeer: 3 # aplomb:ignore T-5 reason=\"number\"\n"),
        ("conf/e.json", "{\"port\": "),
        ("conf/f.yaml", "port: 8443\nname: f # aplomb:ignore T-1\n"),
        ("stray.txt", "?"),
    ])
}

#[test]
fn exceptions_and_what_a_run_says_of_itself_come_together() {
    let folder = delivery();
    comes_together(&folder.path().display().to_string(), &[1, 2, 3, 5, 40], &[]);
}

#[test]
fn a_part_is_never_green_and_a_missing_one_is_missed() {
    let folder = Folder::new(&[("house.toml", STANDARD), ("app.json", "{\"port\": 443}")]);
    let on = |date: &str, part: &str| {
        let output = format!("--output=json={}.json", part.replace('/', "-"));
        let part = format!("--part={part}");
        let args = ["check", "app.json", "--standard=house.toml", "--as-of", date, &part, &output];
        folder.aplomb(&args)
    };
    let part = |part: &str| on("2026-06-01", part);
    for name in ["1/2", "2/2", "1/3"] {
        let ran = part(name);
        assert_eq!(ran.code, 3, "{}{}", ran.out, ran.err);
    }
    let whole = folder.aplomb(&["merge", "2-2.json", "1-2.json"]);
    assert_eq!(whole.code, 0, "{}{}", whole.out, whole.err);
    let refused: [(&[&str], &str); 5] = [
        (&["1-2.json"], "part 2/2 is missing"),
        (&["1-2.json", "1-2.json", "2-2.json"], "part 1/2 is there twice"),
        (&["1-2.json", "1-3.json"], "the number of parts differs"),
        (&["nowhere.json"], "nowhere.json"),
        (&[], "required"),
    ];
    for (runs, says) in refused {
        let ran = folder.aplomb(&[&["merge"], runs].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{says}");
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
    }
    for wrong in ["0/2", "3/2", "1", "1/99999999", "x/y"] {
        assert_eq!(part(wrong).code, 2, "{wrong}");
    }
    // Another moment, another content: not the same run.
    on("2026-06-02", "2/2");
    let ran = folder.aplomb(&["merge", "1-2.json", "2-2.json"]);
    assert!(ran.code == 2 && !ran.err.is_empty(), "{}", ran.err);
    folder.write("app.json", b"{\"port\":  443}");
    let holds: Vec<_> = ["1/2", "2/2"]
        .into_iter()
        .filter(|name| {
            part(name);
            let text = std::fs::read_to_string(
                folder.path().join(format!("{}.json", name.replace('/', "-"))),
            );
            let run: Value = serde_json::from_str(&text.expect("written")).expect("JSON");
            run["subjects"][0]["files"].as_array().is_some_and(|files| !files.is_empty())
        })
        .collect();
    assert_eq!(holds.len(), 1, "one share reads the file");
}

#[test]
fn groups_of_hosts_give_their_union_and_the_worse_stands() {
    let standard = format!(
        "{STANDARD}\n[rule.T-2]\nname = 'a-host'\ntitle = 'x'\nseverity = 'major'\nsubjects = {{ kind = 'host' }}\n\
         select = '$.os'\nexpect = {{ type = 'object' }}\nremedy = 'y'\n"
    );
    let manifest = "[delivery]\nsolution = 'x'\nstandards = ['house.toml']\nexclude = ['house.toml']\n\
        [configs]\nfiles = ['*.json']\n";
    let group = |name: &str, port: &str| {
        let file = format!("{name}.json");
        let json = format!("{{\"port\": {port}}}");
        Folder::new(&[
            ("delivery.toml", manifest),
            ("house.toml", &standard),
            ("shared.json", "{\"port\": 443}"),
            (&file, &json),
        ])
    };
    let (a, b) = (group("a", "443"), group("b", "80"));
    let saved = Folder::new(&[]);
    let save = |folder: &Folder, name: &str| {
        let path = saved.path().join(name);
        let output = format!("--output=json={}", path.display());
        folder.aplomb(&["check", "--as-of=2026-06-01", "--exit-zero", &output]);
        path
    };
    let runs = [save(&a, "a"), save(&b, "b")];
    let args = runs.each_ref().map(|path| path.display().to_string());
    let ran = a.aplomb(&["merge", &args[1], &args[0], "--format=json"]);
    let told: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    assert_eq!(ran.code, 1);
    let names = |of: &Value| -> Vec<String> {
        let list = of.as_array().expect("a list").iter();
        list.map(|one| one["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(names(&told["subjects"]), ["a.json", "b.json", "shared.json", "delivery.toml"]);
    assert_eq!(told["summary"]["fail"], 1);
    assert_eq!(told["summary"]["pass"], 2, "what both judged is there once");
}
