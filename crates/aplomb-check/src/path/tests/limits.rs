use aplomb_model::{Node, Value};

use super::{list, select, tree};
use crate::path::{Path, TooCostly};

/// As deep as our readers let a tree be.
const DEEPEST: usize = 512;

fn deep() -> Node {
    (1..DEEPEST).fold(list([Value::Int(1)]), |inner, _| list([inner.value]))
}

fn repeated(before: &str, times: usize, middle: &str, after: &str) -> String {
    format!("${}{middle}{}", before.repeat(times), after.repeat(times))
}

/// A small budget: the whole of [`MAX_VISITS`](crate::path::MAX_VISITS) takes long unoptimised.
const FEW: usize = 100_000;

fn assert_too_costly(path: &str, root: &Node) {
    let parsed = Path::parse(path).expect("a path");
    let selected = parsed.select_within(root, FEW).map(|nodes| nodes.len());
    assert_eq!(selected, Err(TooCostly), "{path}");
    let located = parsed.locate_within(root, FEW).map(|hits| hits.len());
    assert_eq!(located, Err(TooCostly), "{path}");
}

#[test]
fn an_evaluation_that_visits_too_much_is_given_up() {
    let root = deep();
    assert_too_costly("$..*..*", &root);
    assert_too_costly("$..[?count($..*) > 1]", &root);
    assert_too_costly("$..[?@..[?@..[?@..x]]]", &root);
    let path = Path::parse("$..*").expect("a path");
    assert_eq!(path.select(&root).map(|nodes| nodes.len()), Ok(DEEPEST));
    assert!(path.select_within(&root, DEEPEST).is_err());
}

#[test]
fn hits_cost_by_the_length_of_their_way() {
    let path = Path::parse("$..*").expect("a path");
    let visits = DEEPEST * DEEPEST / 8;
    assert!(path.select_within(&deep(), visits).is_ok());
    assert!(path.locate_within(&deep(), visits).is_err());
}

#[test]
fn looking_up_names_in_wide_maps_over_and_over_is_given_up() {
    let members: Vec<String> = (0..1_000).map(|n| format!("\"k{n}\": {n}")).collect();
    assert_too_costly("$[?$.x]", &tree(&format!("{{{}}}", members.join(","))));
}

#[test]
fn comparing_large_values_over_and_over_is_given_up() {
    let wide = list((0..1_000).map(Value::Int)).value;
    assert_too_costly("$[?@ == $[0]]", &list((0..200).map(|_| wide.clone())));
    let text = Value::Text("a".repeat(10_000).into());
    let root = list((0..200).map(|_| text.clone()));
    for filter in ["@ == $[0]", "@ < $[0]", "length(@) < 9", "match(@, 'a*')"] {
        assert_too_costly(&format!("$[?{filter}]"), &root);
    }
}

#[test]
fn compiling_patterns_of_the_document_over_and_over_is_given_up() {
    let texts = (0..50).map(|n| Value::Text(format!("a{n}").into()));
    assert_too_costly("$[?match(@, @)]", &list(texts));
}

#[test]
fn the_deepest_path_in_the_deepest_tree_fits_the_stack() {
    let root = deep();
    let names = "['a']".repeat(2_000);
    assert!(select(&format!("${names}"), &root).is_empty());
    assert_eq!(select(&repeated("[*]", 256, "", ""), &root).len(), 1);
    for nested in [
        repeated("[?@", 51, "", "]"),
        repeated("[?@..", 51, "x", "]"),
        repeated("[?@..*..", 36, "x", "]"),
        format!("$[?{}@{}]", "(".repeat(63), ")".repeat(63)),
        format!("$[?{}@{}]", "!(".repeat(63), ")".repeat(63)),
        format!("$[?{}@{} > 1]", "length(".repeat(63), ")".repeat(63)),
    ] {
        let path = Path::parse(&nested).unwrap_or_else(|error| panic!("{nested}: {error}"));
        // Whether it is too costly is not the point: it comes back.
        assert!(path.select(&root).map_or(true, |nodes| nodes.len() <= DEEPEST));
        assert!(path.locate(&root).map_or(true, |hits| hits.len() <= DEEPEST));
    }
}

#[test]
fn comparing_the_deepest_trees_fits_the_stack() {
    let root = list([deep().value, deep().value]);
    assert_eq!(select("$[?@ == $[0]]", &root).len(), 2);
}

#[test]
fn paths_beyond_the_limits_are_refused() {
    let too_deep = [
        repeated("[*]", 257, "", ""),
        repeated("[?@", 65, "", "]"),
        format!("$[?{}@{}]", "(".repeat(100_000 / 8), ")".repeat(100)),
        format!("$[?{}@", "length(".repeat(2_000)),
    ];
    for path in too_deep {
        let error = Path::parse(&path).expect_err("too deep");
        assert!(error.message.contains("nested too deeply"), "{error}");
    }
    let error = Path::parse(&format!("$.{}", "a".repeat(20_000))).expect_err("too long");
    assert!(error.message.contains("bytes long"), "{error}");
    let many = ["match(@, 'a')"; 33].join("||");
    let error = Path::parse(&format!("$[?{many}]")).expect_err("too many patterns");
    assert!(error.message.contains("at most 32 patterns"), "{error}");
}

#[test]
fn slices_with_extreme_bounds_end() {
    let root = tree("[0, 1, 2]");
    let most = "9007199254740991";
    assert_eq!(select(&format!("$[-{most}:{most}:{most}]"), &root).len(), 1);
    assert_eq!(select(&format!("$[{most}:-{most}:-{most}]"), &root).len(), 1);
    assert_eq!(select(&format!("$[-{most}]"), &root).len(), 0);
    assert_eq!(select("$[::-1]", &tree("[]")).len(), 0);
}
