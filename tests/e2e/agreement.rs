//! The published schemas and the decoders refuse the same: an editor must neither wave through what
//! the command will refuse, nor underline what it will take.

use std::collections::BTreeSet;
use std::sync::Arc;

use aplomb_check::{Compiled, TimeZone, compile, kind_ids, read_exceptions};
use aplomb_model::{Mistake, Source};
use aplomb_read::{Delivery, Limits, OpenError, by_id, read_text};
use aplomb_standard::{FileMistakes, load};
use chrono::DateTime;
use serde_json::Value;

use crate::run::{Folder, aplomb};
use crate::schemas::{plain, schema, schema_text};

/// A standard with one rule, whose check is given; with what checks may refer to.
fn standard(check: &str) -> String {
    format!(
        "[standard]\nid = 'x'\nversion = '1'\ndomain = 'software'\ntitle = 'X'\n\
         [param.names]\ntype = 'list<string>'\ndefault = ['a']\n\
         [catalogue.things]\n[[catalogue.things.entry]]\ntype = 'DEX'\nsections = [{{ title = 'A' }}]\n\
         [rule.T-1]\nname = 'x'\ntitle = 'X'\nseverity = 'major'\nsubjects = {{ kind = 'config' }}\n\
         {check}\n"
    )
}

/// All that the loader and the compiler find wrong with a standard.
fn mistakes(text: &str) -> Vec<Mistake> {
    let all = |files: &[FileMistakes]| {
        let mistakes = files.iter().flat_map(FileMistakes::mistakes);
        mistakes.cloned().collect::<Vec<_>>()
    };
    let source = Arc::new(Source::new("x.toml", text));
    let loaded = load(vec![source], &kind_ids());
    if !loaded.mistakes.is_empty() {
        return all(&loaded.mistakes);
    }
    let selection = loaded.policy.apply(None, &[], None).expect("no profile");
    let now = DateTime::parse_from_rfc3339("2026-11-23T00:00:00Z").expect("a moment");
    compile(&selection, now, None).map_or_else(|wrong| all(&wrong), |_| Vec::new())
}

/// All that is wrong with a manifest.
fn mistakes_of_manifest(text: &str) -> Vec<Mistake> {
    let folder = Folder::new(&[("delivery.toml", text)]);
    match Delivery::open(folder.path(), None, Limits::default()) {
        Ok(_) => Vec::new(),
        Err(OpenError::Manifest { mistakes, .. }) => mistakes,
        Err(OpenError::Unreadable(error)) => panic!("{error}"),
    }
}

fn value(toml: &str) -> Value {
    let reader = by_id("toml").expect("built in");
    let tree = read_text("x.toml", toml, reader).unwrap_or_else(|e| panic!("{e}: {toml}"));
    plain(&tree.documents[0])
}

/// What the decoder knows where it is given a key it does not: it lists the others.
fn known(mistakes: &[Mistake], bogus: &str) -> BTreeSet<String> {
    let about = format!("unknown key `{bogus}`");
    let mistake = mistakes.iter().find(|one| one.message.starts_with(&about));
    let mistake = mistake.unwrap_or_else(|| panic!("{bogus} was taken: {mistakes:?}"));
    let help = mistake.help.as_deref().expect("the keys there are");
    let (_, keys) = help.split_once(" knows ").expect("a list");
    let keys = keys.split(", ").map(|key| key.trim_matches('`').to_owned());
    keys.collect()
}

fn keys(schema: &Value, pointer: &str) -> BTreeSet<String> {
    let map = schema.pointer(pointer).and_then(Value::as_object);
    let map = map.unwrap_or_else(|| panic!("no {pointer} in the schema"));
    map.keys().cloned().collect()
}

/// A key that resembles none there is, so that no near one is suggested in place of the list.
const BOGUS: &str = "zzzzzzzzzzzzzzzz";

#[test]
fn tables_of_checks_know_the_same_keys() {
    let schema = schema_text("standard");
    let side = format!("left = {{ values = '[]' }}, right = {{ values = '[]', {BOGUS} = 1 }}");
    for (at, check) in [
        ("absent", format!("absent = {{ {BOGUS} = 1 }}")),
        ("agree", format!("agree = {{ {BOGUS} = 1 }}")),
        ("cover", format!("cover = {{ {BOGUS} = 1 }}")),
        ("join", format!("join = {{ {BOGUS} = 1 }}")),
        ("joinSource", format!("join = {{ {side}, only_left = 'x' }}")),
        (
            "joinSaying/anyOf/1",
            format!(
                "join = {{ left = {{ values = '[]' }}, right = {{ values = '[]' }}, only_left = {{ {BOGUS} = 1 }} }}"
            ),
        ),
        (
            "compare",
            format!(
                "join = {{ left = {{ values = '[]' }}, right = {{ values = '[]' }}, only_left = 'x', compare = {{ {BOGUS} = 1 }} }}"
            ),
        ),
        ("lookup", format!("catalogue = {{ {BOGUS} = 1 }}")),
        ("outline", format!("outline = {{ {BOGUS} = 1 }}")),
        ("outlineSection", format!("outline = {{ sections = [{{ {BOGUS} = 1 }}] }}")),
        ("patterns", format!("text = {{ {BOGUS} = 1 }}")),
        ("present", format!("present = {{ {BOGUS} = 1 }}")),
    ] {
        let decoder = known(&mistakes(&standard(&check)), BOGUS);
        assert_eq!(keys(&schema, &format!("/$defs/{at}/properties")), decoder, "{at}");
    }
}

#[test]
fn tables_of_manifests_know_the_same_keys() {
    let schema = schema_text("delivery");
    let solution = "[delivery]\nsolution = 'x'\n";
    for (at, text) in [
        ("", format!("{BOGUS} = 1\n{solution}")),
        ("/properties/delivery", format!("{solution}{BOGUS} = 1")),
        ("/properties/hosts", format!("{solution}[hosts]\n{BOGUS} = 1")),
        ("/properties/configs", format!("{solution}[configs]\n{BOGUS} = 1")),
        ("/properties/artifacts", format!("{solution}[artifacts]\n{BOGUS} = 1")),
        ("/properties/evidence", format!("{solution}[evidence]\n{BOGUS} = 1")),
    ] {
        let decoder = known(&mistakes_of_manifest(&text), BOGUS);
        assert_eq!(keys(&schema, &format!("{at}/properties")), decoder, "{at}");
    }
}

#[test]
fn tables_of_exceptions_know_the_same_keys() {
    let schema = schema_text("waivers");
    for (at, text) in [
        ("", format!("{BOGUS} = 1")),
        ("/properties/waiver/items", format!("[[waiver]]\n{BOGUS} = 1")),
        ("/properties/reservation/items", format!("[[reservation]]\n{BOGUS} = 1")),
    ] {
        let source = Arc::new(Source::new("waivers.toml", text));
        let wrong = read_exceptions(&source, TimeZone::UTC, &Compiled::default(), None);
        let decoder = known(wrong.expect_err("a bogus key").mistakes(), BOGUS);
        assert_eq!(keys(&schema, &format!("{at}/properties")), decoder, "{at}");
    }
}

#[test]
fn kinds_formats_and_keywords_are_those_there_are() {
    let schema = schema_text("standard");
    let listed = |what: &str| -> BTreeSet<String> {
        let ran = aplomb(&["list", what]);
        let lines = ran.out.lines();
        let ids = lines.filter_map(|line| line.split_whitespace().next());
        ids.map(str::to_owned).collect()
    };
    let texts = |list: &Value| -> BTreeSet<String> {
        let texts = list.as_array().into_iter().flatten();
        texts.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let kinds = schema.pointer("/$defs/oneCheck/oneOf").and_then(Value::as_array);
    let kinds = kinds.expect("one kind of check a demand").iter();
    let kinds: BTreeSet<_> = kinds.flat_map(|one| texts(&one["required"])).collect();
    assert_eq!(kinds, listed("kinds"));
    for holder in ["rule", "demand", "noCheck"] {
        let known = keys(&schema, &format!("/$defs/{holder}/properties"));
        assert!(kinds.is_subset(&known), "{holder}: {known:?}");
    }
    assert_eq!(texts(&schema["$defs"]["format"]["enum"]), listed("formats"));
    let manifests = schema_text("delivery");
    assert_eq!(texts(&manifests["$defs"]["format"]["enum"]), listed("formats"));
    for keyword in keys(&schema, "/$defs/schema/properties") {
        let found = mistakes(&standard(&format!("expect = {{ \"{keyword}\" = 'x' }}")));
        let unknown = found.iter().find(|one| one.message.contains("no keyword"));
        assert!(unknown.is_none(), "{unknown:?}");
    }
    let formats = &schema["$defs"]["schema"]["properties"]["format"]["anyOf"][0]["enum"];
    assert!(texts(formats).len() > 20);
    for format in texts(formats) {
        let found = mistakes(&standard(&format!("expect = {{ format = '{format}' }}")));
        assert!(found.is_empty(), "{format}: {found:?}");
    }
}

/// Checks that both take.
const GOOD: &[&str] = &[
    "absent = {}",
    "absent = { where = 'node.x == 1' }",
    "agree = { of = { subjects = { kind = 'host' }, key = 'subject.role', value = 'node.x' } }",
    "agree = { of = [{ subjects = {}, select = '$.a', key = ['node.x', 'node.y'], where = 'node.z', show = 'node.x', value = 'node.v' }], values = 'same', presumed = 'highest', missing = 'not-applicable', differs = { message = '{key}', severity = 'info' }, compare = { as = 'version', precision = 'full' } }",
    "agree = { of = { subjects = {}, key = 'node.x', value = 'node.y' }, values = 'different', differs = '{left.value}' }",
    "assert = 'node.x == 1'",
    "catalogue = { name = 'things', match = { type = 'node.x' } }",
    "catalogue = { name = 'things', match = { type = 'node.x' }, assert = 'node.x == entry.type', unlisted = 'pass' }",
    "cover = { start = 'node.a', end = 'node.b', from = 'now', to = 'now + days(7)' }",
    "cover = { start = 'node.a', end = 'node.b', from = 'now', to = 'now', by = 'node.c', groups = \"['1']\" }",
    "expect = { const = 1 }",
    "expect = { enum = { param = 'names' } }",
    "expect = { type = ['string', 'null'], minLength = 1, format = 'version', minVersion = '12', pattern = 'x' }",
    "expect = { minVersion = { version = '1:2', scheme = 'debian' } }",
    "expect = { properties = { a = { items = { after = 'now-12months', withinCidr = ['192.0.2.0/24'] } } }, required = ['a'] }",
    "expect = { additionalProperties = false, minQuantity = 3, maxDuration = '35 days', notAnyCidr = true }",
    "expect = { if = { required = ['a'] }, then = { required = ['b'] }, not = { const = 1 }, oneOf = [{ const = 2 }] }",
    "join = { left = { subjects = { kind = 'host' }, key = 'node.x' }, right = { values = '[1]' }, only_left = 'x' }",
    "join = { left = [{ subjects = [{ kind = 'host' }], select = '$.a', key = ['node.x', 'node.y'], where = 'node.z', show = 'node.x' }], right = { subjects = {}, key = ['node.x', 'node.y'], may_be_empty = true, unseen = 'ignore' }, only_right = { message = '{key}', severity = 'info', outcome = 'not-evaluated' }, reference = 'left' }",
    "join = { left = { subjects = {}, key = 'node.x', value = 'node.y' }, right = { subjects = {}, key = 'node.x', value = 'node.y' }, differs = 'x', compare = { as = 'version', precision = 'patch' } }",
    "join = { left = { subjects = {}, key = 'node.x', value = 'node.y' }, right = { subjects = {}, key = 'node.x', value = 'node.y' }, differs = 'x', compare = { as = 'quantity', tolerance = '3 %' } }",
    "outline = { sections = [{ title = 'A', aliases = ['B'], optional = true, holds = ['table', 'list'] }], ordered = true }",
    "outline = { catalogue = 'things', key = 'subject.type' }",
    "present = {}",
    "present = { where = 'node.x == 1' }",
    "present = { each = 'params.names', key = 'node.x' }",
    "present = { across = 'delivery', each = 'params.names', key = 'subject.name' }",
    "text = { forbid = ['a'] }",
    "text = { forbid = { param = 'names' }, allow = ['b'], except = ['$.x'], secret = true }",
    "text = { require = ['a'] }",
];

/// Checks that both refuse.
const BAD: &[&str] = &[
    "absent = true",
    "absent = { wehre = 'x' }",
    "absent = { where = 1 }",
    "agree = {}",
    "agree = { of = [] }",
    "agree = { of = { values = '[1]' } }",
    "agree = { of = { subjects = {}, key = 'node.x' } }",
    "agree = { of = { subjects = {}, key = 'node.x', value = 'node.y' }, values = 'equal' }",
    "agree = { of = { subjects = {}, key = 'node.x', value = 'node.y' }, presumed = 'first' }",
    "agree = { of = { subjects = {}, key = 'node.x', value = 'node.y' }, missing = 'fail' }",
    "agree = { of = { subjects = {}, key = 'node.x', value = 'node.y' }, values = 'different', presumed = 'most' }",
    "assert = 1",
    "catalogue = { name = 'things' }",
    "catalogue = { match = { type = 'node.x' } }",
    "catalogue = { name = 'things', match = {} }",
    "catalogue = { name = 'things', match = { type = 1 } }",
    "catalogue = { name = 'things', match = { type = 'node.x' }, unlisted = 'error' }",
    "cover = { start = 'node.a', end = 'node.b', from = 'now' }",
    "cover = { start = 'node.a', end = 'node.b', from = 'now', to = 1 }",
    "expect = { cosnt = 1 }",
    "expect = { items = { cosnt = 1 } }",
    "expect = { anyOf = [] }",
    "expect = { format = 'versoin' }",
    "expect = { '$ref' = 'https://example.org/schema' }",
    "expect = { properties = { a = 1 } }",
    "expect = { notAnyCidr = false }",
    "expect = { minVersion = { version = '1', scheme = 'deb' } }",
    "expect = { minDuration = 4 }",
    "join = { left = { values = '[]' }, right = { values = '[]' } }",
    "join = { left = { values = '[]' }, only_left = 'x' }",
    "join = { left = [], right = { values = '[]' }, only_left = 'x' }",
    "join = { left = { subjects = {} }, right = { values = '[]' }, only_left = 'x' }",
    "join = { left = { key = 'node.x' }, right = { values = '[]' }, only_left = 'x' }",
    "join = { left = { subjects = {}, key = [] }, right = { values = '[]' }, only_left = 'x' }",
    "join = { left = { subjects = { kindd = 'host' }, key = 'node' }, right = { values = '[]' }, only_left = 'x' }",
    "join = { left = { subjects = { format = 'ymal' }, key = 'node' }, right = { values = '[]' }, only_left = 'x' }",
    "join = { left = { subjects = {}, key = 'node', unseen = 'maybe' }, right = { values = '[]' }, only_left = 'x' }",
    "join = { left = { subjects = {}, key = 'node' }, right = { subjects = {}, key = 'node' }, differs = 'x' }",
    "join = { left = { values = '[]' }, right = { values = '[]' }, only_left = 3 }",
    "join = { left = { values = '[]' }, right = { values = '[]' }, only_left = { severity = 'huge' } }",
    "join = { left = { values = '[]' }, right = { values = '[]' }, only_left = { outcome = 'pass' } }",
    "join = { left = { values = '[]' }, right = { values = '[]' }, only_left = 'x', reference = 'middle' }",
    "join = { left = { values = '[]' }, right = { values = '[]' }, only_left = 'x', compare = { as = 'colour' } }",
    "join = { left = { values = '[]' }, right = { values = '[]' }, only_left = 'x', compare = { precision = 'some' } }",
    "join = { left = { values = '[]' }, right = { values = '[]' }, only_left = 'x', compare = { tolerance = '3' } }",
    "outline = {}",
    "outline = { sections = [] }",
    "outline = { sections = [{ aliases = ['A'] }] }",
    "outline = { sections = [{ title = 'A', holds = ['poem'] }] }",
    "outline = { catalogue = 'things' }",
    "outline = { catalogue = 'things', key = 'subject.type', sections = [{ title = 'A' }] }",
    "present = { each = 'params.names' }",
    "present = { key = 'node.x' }",
    "present = { across = 'host', each = 'params.names', key = 'node.x' }",
    "present = { across = 'delivery' }",
    "text = {}",
    "text = { allow = ['a'] }",
    "text = { forbid = 'a' }",
    "text = { forbid = [] }",
    "text = { forbid = ['a'], except = ['x'] }",
    "join = { left = { subjects = {}, key = 'node', may_be_empty = 'true' }, right = { values = '[]' }, only_left = 'x' }",
    "join = { left = { values = '[]', select = '$[' }, right = { values = '[]' }, only_left = 'x' }",
    "outline = { sections = [{ title = 'A', holds = 'table' }] }",
    "outline = { sections = [{ title = 'A', aliases = 'B' }] }",
    "outline = { sections = [{ title = 'A', optional = 'true' }] }",
    "outline = { sections = [{ title = 'A' }], ordered = 'yes' }",
    "outline = { sections = [{ title = 'A' }], key = 'subject.type' }",
    "text = { forbid = [3] }",
    "text = { forbid = ['a'], except = '$.x' }",
    "text = { forbid = ['a'], secret = 'true' }",
];

#[test]
fn checks_are_taken_by_both_or_refused_by_both() {
    let schema = schema("standard");
    let mut wrong = Vec::new();
    let cases = GOOD.iter().map(|check| (check, true));
    for (check, good) in cases.chain(BAD.iter().map(|check| (check, false))) {
        let text = standard(check);
        let mistakes = mistakes(&text);
        if mistakes.is_empty() != good {
            wrong.push(format!("the compiler: {check}\n  {mistakes:?}"));
        }
        let value = value(&text);
        let errors: Vec<_> = schema.iter_errors(&value).map(|e| e.to_string()).collect();
        if errors.is_empty() != good {
            wrong.push(format!("the schema: {check}\n  {errors:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn manifests_are_taken_by_both_or_refused_by_both() {
    let schema = schema("delivery");
    let solution = "[delivery]\nsolution = 'x'\n";
    let good = [
        "",
        "version = '1'\ntier = 1\nlang = 'fr'\npersonal_data = true\ngo_live = 2026-12-07T20:00:00+01:00",
        "standards = 'aplomb:*'\nexclude = ['a', 'b/**']",
        "[hosts]\nfacts = 'hosts/*.json'\n[configs]\nfiles = ['a', 'b']\n[artifacts]\n[evidence]\nfiles = []",
        "[[host]]\nname = 'a'\nrole = ['web', 'db']\nzone = 3\n[[host]]\nname = 'b'\nrole = 'web'",
        "[[document]]\npath = 'a/**/*.rst'\ntype = 'DEX'\nformat = 'rst'\ndescribes = ['x']",
        "[[register]]\npath = 'a.csv'\ntype = 'inventory'",
        "[[service]]\nname = 'a'\nanything = { a = 1 }\n[[component]]\nname = 'b'",
        "[params]\nx = 1\n[facts]\ny = [1, 2]",
    ];
    let bad = [
        "tier = 0",
        "tier = 6",
        "tier = '1'",
        "lang = 'de'",
        "version = 3",
        "personal_data = 'yes'",
        "teir = 1",
        "standards = 1",
        "exclude = [1]",
        "[hosts]\nfacts = 1",
        "[hosts]\nfiles = 'x'",
        "[configs]\nfacts = 'x'",
        "[host]\nname = 'a'",
        "[[host]]\nrole = 'web'",
        "[[host]]\nname = ' '",
        "[[service]]\nrto = '4h'",
        "[[component]]\nname = 1",
        "[[document]]\npath = 'a.md'",
        "[[document]]\ntype = 'DEX'",
        "[[document]]\npath = 'a.md'\ntype = ''",
        "[[document]]\npath = 'a.md'\ntype = 'DEX'\nformat = 'word'",
        "[[register]]\npath = 'a.csv'\ntype = 3",
        "[documents]\nfiles = 'x'",
    ];
    let mut wrong = Vec::new();
    let whole = |part: &&str| format!("{solution}{part}\n");
    let good = good.iter().map(whole).map(|text| (text, true));
    let bad = bad.iter().map(whole).map(|text| (text, false));
    let headless = ["", "delivery = 1", "[delivery]\nversion = '1'", "[delivery]\nsolution = ' '"];
    let headless = headless.map(|text| (text.to_owned(), false));
    for (text, good) in good.chain(bad).chain(headless) {
        let mistakes = mistakes_of_manifest(&text);
        if mistakes.is_empty() != good {
            wrong.push(format!("the decoder: {text}  {mistakes:?}"));
        }
        if schema.is_valid(&value(&text)) != good {
            wrong.push(format!("the schema: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn parameters_and_facts_of_a_manifest_are_tables() {
    for text in ["params = 3", "facts = 3"] {
        let text = format!("{text}\n[delivery]\nsolution = 'x'\n");
        assert!(!schema("delivery").is_valid(&value(&text)), "{text}");
        assert!(!mistakes_of_manifest(&text).is_empty(), "{text}");
    }
}
