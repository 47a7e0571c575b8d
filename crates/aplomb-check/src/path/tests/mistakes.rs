use crate::path::Path;

/// What a path is refused for: the text the span covers, and what the message holds.
fn refused(path: &str, at: &str, message: &str) {
    let error = Path::parse(path).expect_err(path);
    assert_eq!(path.get(error.span.range()), Some(at), "{path}: {error}");
    assert!(error.message.contains(message), "{path}: {error}");
}

#[test]
fn a_path_without_root_is_told_how_to_start() {
    refused("spec.replicas", "spec", "write `$.spec.replicas`");
    refused(".spec", ".", "write `$.spec`");
    refused("['spec']", "[", "write `$['spec']`");
    refused("@.spec", "@", "start with `$`");
    refused("/a/0/b-c", "/a/0/b-c", "write `$.a[0]['b-c']`");
    refused("", "", "`$` is the whole document");
    refused("  $.a", "  ", "remove the blank before");
    refused("$.a \n", " \n", "remove the blank after");
}

#[test]
fn a_name_that_needs_quotes_is_quoted_in_the_advice() {
    refused("$.front-matter", "front-matter", "write `['front-matter']`");
    refused("$.a.front-matter.title", "front-matter", "`['front-matter']`");
    refused("$..x-y[0]", "x-y", "write `['x-y']`");
    refused("$.labels.kubernetes.io/name", "io/name", "`['io/name']`");
    refused("$[?@.front-matter == 'a']", "front-matter", "`['front-matter']`");
    refused("$.-a", "-a", "write `['-a']`");
    refused("$.2fa", "2fa", "write `['2fa']`");
    refused("$.items.0.name", "0", "write `[0]`");
    refused("$.'a'", "'", "stands in brackets");
    refused("$[name]", "name", "write `['name']`");
    refused("$[front-matter]", "front-matter", "write `['front-matter']`");
    refused("$.é-b", "é-b", "write `['é-b']`");
    refused("$.img*", "img*", "`*` stands alone");
}

#[test]
fn operators_of_other_languages_are_translated() {
    refused("$[?@.a = 1]", "=", "written `==`");
    refused("$[?@.a === 1]", "===", "write `==`");
    refused("$[?@.a <> 1]", "<>", "written `!=`");
    refused("$[?@.a =~ 'x']", "=", "`match(@.a, 'a.*')`");
    refused("$[?@.a and @.b]", "and", "written `&&`");
    refused("$[?(@.a or @.b)]", "or", "written `||`");
    refused("$[?not @.a]", "not", "written `!`");
    refused("$[?@.a & @.b]", "&", "written `&&`");
    refused("$[?@.a | @.b]", "|", "written `||`");
    refused("$[?@.a in ['x']]", "in", "no operator `in`");
    refused("$[?@.a == ['x']]", "[", "no lists or maps");
    refused("$[?@.a == True]", "True", "written `true`");
    refused("$[?@.a == None]", "None", "written `null`");
    refused("$[?@.a + 1 == 2]", "+", "no arithmetic");
    refused("$[?1 < @.a < 3]", "<", "do not chain");
    refused("$[?!@.a == 1]", "!@.a ==", "`!(…)`");
    refused("$[(@.length-1)]", "(", "no scripts");
    refused("$.a^", "a^", "needs quotes");
    refused("$[0]^", "^", "no way up");
    refused("$.a == 1", "=", "only within a filter");
    refused("$.a.length()", "(", "only within a filter");
}

#[test]
fn what_is_open_and_what_is_missing_is_pointed_at() {
    refused("$[", "[", "never closed");
    refused("$.a[0", "[", "never closed");
    refused("$[?@.a == 'x]", "'x]", "never closed");
    refused("$[?(@.a]", "]", "`)` must stand here");
    refused("$[?count(@.*]", "]", "`)` must stand here");
    refused("$[]", "]", "write `[*]`");
    refused("$[0,]", "]", "remove the `,`");
    refused("$[,0]", ",", "before `,`");
    refused("$.a.", "", "must follow `.`");
    refused("$..", "", "must follow `..`");
    refused("$...a", ".", "three");
    refused("$. a", " ", "remove the blank");
    refused("$.a]", "]", "closes nothing");
    refused("$.[0]", "[", "without a dot");
    refused("$.?(@.a)", "?", "stands in brackets");
    refused("$[?]", "]", "a test must stand here");
    refused("$[?.a == 1]", ".", "write `@.name`");
    refused("$[?@.a ==]", "]", "a value must stand here");
    refused("$[?@.a == prod]", "prod", "write `'prod'` or `@.prod`");
    refused("$[?'a']", "'a'", "compare it");
    refused("$['a\\qb']", "\\q", "no escape");
    refused("$['a\u{1}']", "\u{1}", "`\\u0001`");
    refused("$[01]", "01", "write `1`");
    refused("$[9007199254740992]", "9007199254740992", "out of range");
}

#[test]
fn functions_are_checked_for_names_arguments_and_types() {
    refused("$[?contains(@.a, 'x')]", "contains", "there are `length`");
    refused("$[?count (@.*) == 1]", "count", "right after its name");
    refused("$[?count(@.a, @.b) == 1]", ",", "takes one argument");
    refused("$[?count(1) > 2]", "1", "takes a query");
    refused("$[?length() > 2]", ")", "needs an argument");
    refused("$[?length(@.*) > 2]", "@.*", "several nodes");
    refused("$[?length(@.a)]", "length(@.a)", "compare it");
    refused("$[?@.* == 1]", "@.* ==", "several nodes");
    refused("$[?match(@.a, 'x') == true]", "match(@.a, 'x') ==", "already true or false");
    refused("$[?match(@.a)]", ")", "needs a pattern");
    refused("$[?match(@.a, 'x', 'i')]", ",", "takes two arguments");
    refused("$[?(@.a) == 1]", "(@.a) ==", "remove the parentheses");
}

#[test]
fn a_literal_pattern_that_does_not_compile_is_the_authors_mistake() {
    refused("$[?match(@.a, '[ab')]", "'[ab'", "pattern is not valid: unclosed");
    refused("$[?search(@.a, \"a)(\")]", "\"a)(\"", "closes no group");
    refused("$[?match(@.a, '(?=a)')]", "'(?=a)'", "look-around");
    refused("$[?match(@.a, '(\\\\w{99}){99}')]", "'(\\\\w{99}){99}'", "too large");
}

/// Every neighbour of a good path is accepted or refused with a span within it; none panics.
#[test]
fn no_mutilated_path_panics() {
    let good =
        "$.a['é\\u00e9\\'']..[?!(@.b[0]== -1.5e2)&&match(@['c'],'x.*')||count($..*)>1,1:2,*]";
    let signs = ['$', '@', '.', '[', ']', '(', ')', '?', '\'', '\\', 'é', '-', '0', ' ', '=', '!'];
    let places: Vec<usize> = good.char_indices().map(|(at, _)| at).collect();
    let check = |path: &str| {
        if let Err(error) = Path::parse(path) {
            assert!(path.get(error.span.range()).is_some(), "{path}: {error:?}");
            assert!(!error.message.is_empty());
        }
    };
    check(good);
    for &at in &places {
        let (left, right) = good.split_at(at);
        check(left);
        check(right);
        let mut after = right.chars();
        after.next();
        check(&format!("{left}{}", after.as_str()));
        for sign in signs {
            check(&format!("{left}{sign}{right}"));
            check(&format!("{left}{sign}{}", after.as_str()));
        }
    }
}
