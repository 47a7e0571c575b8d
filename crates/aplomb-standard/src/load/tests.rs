use std::fmt::Write as _;
use std::sync::LazyLock;

use aplomb_model::Value;

use miette::{GraphicalReportHandler, GraphicalTheme};

use super::*;
use crate::{CaseContent, Domain};

const KINDS: [&str; 3] = ["assert", "expect", "join"];
const COMPLETE: &str = include_str!("../../tests/policies/complete.toml");
const HOUSE: &str = include_str!("../../tests/policies/house.toml");

fn loaded(files: &[(&str, &str)]) -> Loaded {
    let sources = files.iter().map(|&(name, text)| Arc::new(Source::new(name, text)));
    let loaded = load(sources.collect(), &KINDS);
    for (name, text) in files {
        let mistaken = loaded.mistakes.iter().any(|file| file.file().name() == *name);
        if !mistaken {
            assert_eq!(schema_errors(text), [""; 0], "{name}");
        }
    }
    loaded
}

/// What the published schema finds wrong with a policy file.
fn schema_errors(text: &str) -> Vec<String> {
    static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema = include_str!("../../../../schemas/standard.schema.json");
        let schema = serde_json::from_str(schema).expect("JSON");
        jsonschema::draft202012::new(&schema).expect("a schema")
    });
    let format = aplomb_read::by_id("toml").expect("a reader");
    let tree = aplomb_read::read_text("x.toml", text, format).expect("TOML");
    let value = json(&tree.documents[0]);
    let errors = VALIDATOR.iter_errors(&value);
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::UInt(value) => (*value).into(),
        Value::Float(_) | Value::Big(_) => node.as_f64().into(),
        Value::Text(text) => (**text).into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(members) => {
            let members =
                members.iter().map(|member| (member.key.to_string(), json(&member.value)));
            serde_json::Value::Object(members.collect())
        }
    }
}

#[test]
fn the_schema_refuses_what_the_loader_refuses() {
    let mistaken = include_str!("../../tests/policies/mistaken.toml");
    insta::assert_snapshot!(schema_errors(mistaken).join("\n"));
}

fn shown(loaded: &Loaded) -> String {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor());
    let handler = handler.with_width(80);
    let mut shown = String::new();
    for mistakes in &loaded.mistakes {
        handler.render_report(&mut shown, mistakes).expect("rendered");
    }
    shown
}

/// The messages of all mistakes, one a line, with the text they point at.
fn listed_mistakes(loaded: &Loaded) -> String {
    let mut lines = String::new();
    for file in &loaded.mistakes {
        for mistake in file.mistakes() {
            let text = file.file().text().get(mistake.span.range()).unwrap_or("?");
            writeln!(lines, "[{text}] {}", mistake.message).expect("written");
        }
    }
    lines
}

#[test]
fn a_complete_standard_is_taken_in() {
    let loaded = loaded(&[("complete.toml", COMPLETE)]);
    assert_eq!(shown(&loaded), "");
    let [standard] = loaded.policy.standards.as_slice() else {
        panic!("one standard");
    };
    assert_eq!(standard.id, "ssh-server");
    assert_eq!(standard.domain, Domain::Software);
    assert_eq!(standard.title.fr, "Serveur SSH");
    assert_eq!(standard.digest.len(), 64);
    assert_eq!(
        standard.catalogues[0].entries[0].get("until").and_then(Node::as_str),
        Some("2027-11-11")
    );
    let [root, ports] = standard.rules.as_slice() else {
        panic!("two rules");
    };
    assert_eq!(root.title.fr, "Pas de connexion SSH directe de root");
    assert_eq!(root.remedy.fr, root.remedy.en);
    assert_eq!(root.message.as_ref().expect("a message").phrase.fr, "{subject} laisse entrer root");
    assert_eq!(root.severity.for_tier(Some(1)).id(), "blocker");
    assert_eq!(root.severity.for_tier(Some(9)).id(), "major");
    assert_eq!(root.severity.for_tier(None).id(), "major");
    assert!(root.applies_to_tier(None) && root.applies_to_tier(Some(3)));
    assert!(!root.applies_to_tier(Some(4)));
    assert_eq!(root.check.kind, "expect");
    assert_eq!(root.cases[0].at, [3]);
    assert!(root.cases[1].subjects.is_empty());
    assert!(!ports.waivable && root.waivable);
    assert_eq!(
        ports.check.phrase("only_left").expect("a text").fr,
        "{key} écoute sur {left.subject}, sans flux"
    );
    let [host, matrix] = ports.cases[0].subjects.as_slice() else {
        panic!("two subjects");
    };
    assert_eq!(host.attributes.get("role").and_then(Node::as_str), Some("database"));
    assert!(
        matches!(&matrix.content, Some(CaseContent::Path(path)) if path.text == "cases/flows.csv")
    );
}

#[test]
fn all_mistakes_of_a_file_are_shown_at_once() {
    let loaded =
        loaded(&[("policies/ssh.toml", include_str!("../../tests/policies/mistaken.toml"))]);
    insta::assert_snapshot!(shown(&loaded));
}

#[test]
fn syntax_errors_are_mistakes_too_and_all_of_them() {
    let text = "[standard]\nid = \ntitle = 'x\nversion = '1'\n";
    let loaded = loaded(&[("broken.toml", text)]);
    assert!(loaded.mistakes[0].mistakes().len() >= 2, "{}", shown(&loaded));
}

#[test]
fn a_house_changes_single_lines_of_rules() {
    let loaded = loaded(&[("complete.toml", COMPLETE), ("house.toml", HOUSE)]);
    assert_eq!(shown(&loaded), "");
    let rules = &loaded.policy.standards[0].rules;
    let severity = |tier| rules[0].severity.for_tier(Some(tier)).id();
    assert_eq!([severity(1), severity(2), severity(3)], ["blocker", "blocker", "major"]);
    let message = rules[0].message.as_ref().expect("a message");
    assert_eq!(message.source.name(), "house.toml");
    assert_eq!(rules[1].disabled.as_deref(), Some("The matrix is kept elsewhere until January"));
}

#[test]
fn entries_of_a_house_come_before_those_of_a_catalogue_or_in_their_place() {
    let standard = "[standard]\nid = 's'\nversion = '1'\ndomain = 'software'\ntitle = 'S'\n\
        fr = { title = 'S' }\n[catalogue.versions]\n[[catalogue.versions.entry]]\nid = 'old'\n";
    let house = "[[catalogue.versions.entry]]\nid = 'new'\n";
    let ids = |files: &[(&str, &str)]| {
        let loaded = loaded(files);
        assert!(loaded.mistakes.is_empty(), "{}", listed_mistakes(&loaded));
        let entries = &loaded.policy.standards[0].catalogues[0].entries;
        let ids = entries.iter().filter_map(|entry| entry.get("id").and_then(Node::as_str));
        ids.map(str::to_owned).collect::<Vec<_>>()
    };
    // In whatever order the files come.
    assert_eq!(ids(&[("s.toml", standard), ("house.toml", house)]), ["new", "old"]);
    assert_eq!(ids(&[("house.toml", house), ("s.toml", standard)]), ["new", "old"]);
    let instead = format!("[catalogue.versions]\nreplace = true\n{house}");
    assert_eq!(ids(&[("s.toml", standard), ("house.toml", &instead)]), ["new"]);
    let empty = loaded(&[("house.toml", "[catalogue.versions]\nreplace = true\n")]);
    assert!(listed_mistakes(&empty).contains("no entry"), "{}", listed_mistakes(&empty));
}

#[test]
fn what_is_stated_twice_is_a_mistake_of_the_second_place() {
    let profile = "[profile.gate]\n[profile.a]\nextends = 'b'\n[profile.b]\nextends = 'a'\n";
    let loaded = loaded(&[("a.toml", COMPLETE), ("b.toml", COMPLETE), ("c.toml", profile)]);
    insta::assert_snapshot!(listed_mistakes(&loaded), @"
    [[standard]] there is already a standard `ssh-server`, at a.toml:2
    [gate] there is already a profile `gate`, at a.toml:96
    [audit] there is already a profile `audit`, at a.toml:105
    [gate] there is already a profile `gate`, at a.toml:96
    ['b'] profile a extends itself in the end
    ['a'] profile b extends itself in the end
    ");
}

#[test]
fn ids_and_names_of_rules_are_unique_among_standards() {
    let standard = |id: &str, rule: &str, name: &str| {
        format!(
            "[standard]\nid='{id}'\nversion='1'\ndomain='software'\ntitle='x'\n\
             [rule.{rule}]\nname='{name}'\ntitle='x'\nseverity='info'\nassert='true'\n"
        )
    };
    let files = [
        ("a.toml", &*standard("a", "SW-1", "x")),
        ("b.toml", &*standard("b", "SW-1", "x")),
        ("c.toml", &*standard("c", "SW-2", "x")),
    ];
    insta::assert_snapshot!(listed_mistakes(&loaded(&files)), @"
    [SW-1] there is already a rule `SW-1`, at a.toml:6
    [SW-2] there is already a rule name `x`, at a.toml:6
    ");
}

#[test]
fn rules_need_a_standard_and_a_file_needs_something() {
    let rule = "[rule.SW-001]\nname='a'\ntitle='A'\nseverity='minor'\nassert='true'\n";
    let loaded = loaded(&[("a.toml", rule), ("b.toml", ""), ("c.toml", "rules = 1")]);
    insta::assert_snapshot!(listed_mistakes(&loaded), @"
    [rule] `rule` without a `[standard]` it belongs to
    [] the file states nothing
    [rules] unknown key `rules` in the file
    ");
}

#[test]
fn texts_of_a_french_standard_are_translated_to_english() {
    let text = "[standard]\nid='a'\nversion='1'\ndomain='procedure'\ntitle='Le titre'\nlang='fr'\n\
                en={title='The title'}\nfr={title='x'}\n";
    let loaded = loaded(&[("a.toml", text)]);
    let title = &loaded.policy.standards[0].title;
    assert_eq!((&*title.en, &*title.fr), ("The title", "Le titre"));
    insta::assert_snapshot!(listed_mistakes(&loaded), @"[fr] unknown key `fr` in the standard");
}

#[test]
fn no_text_makes_it_panic() {
    for text in [
        "",
        "\u{feff}",
        "[",
        "a.b.c = 1",
        "standard = 1\nrule = []\nprofile = ''",
        "[rule]\n'' = {}",
    ] {
        loaded(&[("x.toml", text)]);
    }
    for end in (0..COMPLETE.len()).step_by(7) {
        let text = COMPLETE.get(..end).unwrap_or_default();
        shown(&loaded(&[("x.toml", text)]));
    }
}

const PARTS: &str = "[standard]\nid = 't'\nversion = '1'\ndomain = 'software'\ntitle = 't'\n\
    [rule.T-1]\nname = 'all-of-it'\ntitle = 'All of it'\nseverity = 'major'\nselect = '$.a'\n\
    when = 'true'\n";

#[test]
fn a_demand_says_anew_what_differs_from_its_rule() {
    let parts = "fr = { title = 'Tout' }\n\
        [rule.T-1.demand.one]\ntitle = 'One'\nfr = { title = 'Un' }\nexpect = { const = 1 }\n\
        [[rule.T-1.demand.one.case]]\nname = 'c'\noutcome = 'pass'\ntext = 'x'\n\
        [rule.T-1.demand.two]\ntitle = 'Two'\nselect = '$.b'\nwhen = 'false'\nmissing = 'fail'\n\
        severity = 'minor'\nassert = 'true'\n";
    let loaded = loaded(&[("p.toml", &format!("{PARTS}{parts}"))]);
    assert_eq!(shown(&loaded), "");
    let [one, two] = loaded.policy.standards[0].rules.as_slice() else {
        panic!("two demands");
    };
    assert_eq!((one.label(), two.label()), ("T-1/one".to_owned(), "T-1/two".to_owned()));
    assert_eq!(one.part.as_ref().map(|part| part.of.fr.as_str()), Some("Tout"));
    assert_eq!((one.title.fr.as_str(), two.title.en.as_str()), ("Un", "Two"));
    let select = |rule: &crate::Rule| rule.select.as_ref().map(|select| select.text.clone());
    assert_eq!((select(one).as_deref(), select(two).as_deref()), (Some("$.a"), Some("$.b")));
    assert_eq!((one.when.len(), two.when.len()), (1, 2));
    assert_eq!((one.missing.id(), two.missing.id()), ("not-evaluated", "fail"));
    assert_eq!(one.severity.for_tier(None).id(), "major");
    assert_eq!(two.severity.for_tier(None).id(), "minor");
    assert_eq!((one.check.kind, two.check.kind), ("expect", "assert"));
    assert_eq!((one.cases.len(), two.cases.len()), (1, 0));
}

#[test]
fn what_is_wrong_with_demands_is_said_where_it_is() {
    let mistaken = "expect = { const = 1 }\n\
        [[rule.T-1.case]]\nname = 'c'\noutcome = 'pass'\ntext = 'x'\n\
        [rule.T-1.demand.One]\ntitle = 'One'\nexpect = { const = 1 }\nwaivable = true\n\
        [rule.T-1.demand.two]\nassert = 'true'\nidentity = { demand = 'node.a' }\n\
        [rule.T-1.demand.three]\ntitle = 'Three'\nexpct = { const = 1 }\n\
        [rule.T-2]\nname = 'none'\ntitle = 'None'\nseverity = 'minor'\ndemand = {}\n";
    let text = format!("{PARTS}{mistaken}");
    let loaded = loaded(&[("p.toml", &text)]);
    insta::assert_snapshot!(listed_mistakes(&loaded), @"
    [expect] rule T-1 has demands, and `expect` beside them
    [case] rule T-1 has demands, and `case` beside them
    [One] `One` is not in kebab-case
    [waivable] unknown key `waivable` in demand One of rule T-1
    [[rule.T-1.demand.two]] demand two of rule T-1 has no `title`
    [demand] `demand` is taken in `identity`: every finding has one
    [expct] demand three of rule T-1 has no check, but a key `expct`
    [{}] rule T-2 has no demand
    ");
    let of_schema = schema_errors(&text);
    assert!(of_schema.len() >= 6, "{of_schema:#?}");
}
