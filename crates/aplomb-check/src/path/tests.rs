mod compliance;
mod limits;
mod mistakes;

use aplomb_model::{Member, Node, Span, Value};

use super::Path;
use compliance::node;

fn select<'a>(path: &str, root: &'a Node) -> Vec<&'a Node> {
    let path = Path::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    path.select(root).expect("within the budget")
}

fn tree(json: &str) -> Node {
    node(&serde_json::from_str(json).expect("JSON"))
}

fn list(values: impl IntoIterator<Item = Value>) -> Node {
    let items = values.into_iter();
    let items = items.map(|value| Node::new(Span::default(), value));
    Node::new(Span::default(), Value::List(items.collect()))
}

fn map(members: impl IntoIterator<Item = (&'static str, Value)>) -> Node {
    let members = members.into_iter().zip(0_u32..).map(|((key, value), at)| {
        let key_span = Span::new(10 * at, 10 * at + 1);
        Member { key: key.into(), key_span, value: Node::new(key_span.shifted(3), value) }
    });
    Node::new(Span::default(), Value::Map(members.collect()))
}

#[test]
fn a_name_selects_the_last_of_duplicate_keys_and_a_wildcard_all() {
    let root = map([("a", Value::Int(1)), ("b", Value::Int(2)), ("a", Value::Int(3))]);
    let values = |path| -> Vec<i64> {
        let nodes = select(path, &root);
        nodes.iter().filter_map(|node| node.as_i64()).collect()
    };
    assert_eq!(values("$.a"), [3]);
    assert_eq!(values("$..a"), [3]);
    assert_eq!(values("$['a','a']"), [3, 3]);
    assert_eq!(values("$.*"), [1, 2, 3]);
    assert_eq!(values("$[?@ < 3]"), [1, 2]);
}

#[test]
fn maps_with_duplicate_keys_are_equal_by_what_counts() {
    let once = map([("b", Value::Null), ("a", Value::Int(2))]);
    let twice = map([("a", Value::Int(1)), ("a", Value::Int(2)), ("b", Value::Null)]);
    let root = list([once.value, twice.value]);
    assert_eq!(select("$[?@ == $[0]]", &root).len(), 2);
}

#[test]
fn hits_know_their_key_and_their_location() {
    let inner = map([("it's", Value::Int(1))]).value;
    let root = map([("x", Value::Null), ("a", list([Value::Null, inner]).value)]);
    let path = Path::parse("$..*").expect("a path");
    let hits = path.locate(&root).expect("within the budget");
    let shown: Vec<_> =
        hits.iter().map(|hit| (hit.location.to_string(), hit.key_span.map(Span::start))).collect();
    let expected = [
        ("$['x']", Some(0)),
        ("$['a']", Some(10)),
        ("$['a'][0]", None),
        ("$['a'][1]", None),
        ("$['a'][1]['it\\'s']", Some(0)),
    ];
    assert_eq!(shown, expected.map(|(path, key)| (path.to_owned(), key)));
    let root_hit = Path::parse("$").expect("a path");
    let hits = root_hit.locate(&root).expect("within the budget");
    assert_eq!(hits[0].location.to_string(), "$");
    assert!(hits[0].location.steps().is_empty());
}

#[test]
fn numbers_are_compared_by_value_without_rounding() {
    let big = |text: &str| Value::Big(text.into());
    let root = list([
        Value::Int(9_007_199_254_740_993),
        Value::Float(9_007_199_254_740_992.0),
        Value::UInt(u64::MAX),
        big("18446744073709551616"),
        big("1e400"),
        big("-1e400"),
        big("0.10000000000000000000000000000001"),
        Value::Float(0.1),
        Value::Float(f64::NAN),
        Value::Float(f64::INFINITY),
        Value::Text("1".into()),
    ]);
    let places = |filter: &str| -> Vec<String> {
        let path = Path::parse(&format!("$[?{filter}]")).expect("a path");
        let hits = path.locate(&root).expect("within the budget");
        hits.iter().map(|hit| hit.location.to_string()).collect()
    };
    assert_eq!(places("@ == 9007199254740993"), ["$[0]"]);
    assert_eq!(places("@ == 9007199254740992"), ["$[1]"]);
    assert_eq!(places("@ == 9007199254740992.0"), ["$[1]"]);
    assert_eq!(places("@ == 18446744073709551615"), ["$[2]"]);
    assert_eq!(places("@ == 18446744073709551616.0"), ["$[3]"]);
    assert_eq!(places("@ == 18446744073709551616"), ["$[3]"]);
    assert_eq!(places("@ == 10.0e399"), ["$[4]"]);
    assert_eq!(places("@ > 1e308"), ["$[4]", "$[9]"]);
    assert_eq!(places("@ < -1e308"), ["$[5]"]);
    assert_eq!(places("@ > 0.1 && @ < 1"), ["$[6]"]);
    assert_eq!(places("@ <= 0.1"), ["$[5]", "$[7]"]);
    assert_eq!(places("@ == 0.10"), ["$[7]"]);
    assert_eq!(places("@ > 1e999999999999999999999"), ["$[9]"]);
    assert_eq!(places("@ == $[8]"), [""; 0]);
    assert_eq!(places("@ == 1"), [""; 0]);
}

#[test]
fn first_name_is_known_only_where_there_is_one() {
    let first = |path: &str| {
        let path = Path::parse(path).expect("a path");
        path.first_name().map(str::to_owned)
    };
    assert_eq!(first("$.listening[*]").as_deref(), Some("listening"));
    assert_eq!(first("$['listening']").as_deref(), Some("listening"));
    for path in ["$", "$[0]", "$.*", "$['a','b']", "$..a", "$[?@.a]"] {
        assert_eq!(first(path), None, "{path}");
    }
}

#[test]
fn a_path_keeps_its_text_and_is_shared_between_threads() {
    fn shared<T: Clone + Send + Sync + std::fmt::Debug>(value: &T) -> T {
        value.clone()
    }
    let text = "$.listening[?@.scope != 'loopback' && !match(@.name, 'a.*')]";
    let path = Path::parse(text).expect("a path");
    assert_eq!(shared(&path).to_string(), text);
}

#[test]
fn patterns_of_the_document_that_are_none_match_nothing() {
    let root = tree(r#"{"patterns": ["(", "a)|(b", "a.*", 1, "\\d{2,3}"], "texts": ["ab", "12"]}"#);
    let path = "$.patterns[?match($.texts[0], @) || search($.texts[1], @)]";
    let found = select(path, &root);
    let found: Vec<_> = found.iter().filter_map(|node| node.as_str()).collect();
    assert_eq!(found, ["a.*", "\\d{2,3}"]);
}
