use aplomb_model::Tree;

use crate::formats::json::{parse, refuse_windows_1252};
use crate::{Format, Input, ReadError};

pub(crate) const JSONC: Format = Format {
    id: "jsonc",
    summary: "JSON with comments and trailing commas",
    docs: "The tree is the JSON value itself.\n\n\
        What editors and compilers read: JSON (RFC 8259) with comments (`// …`, `/* … */`) and, \
        before a closing bracket, one comma. All else is as in `json`: no single quotes, no keys \
        without quotes, no `#` comments. The file is UTF-8, or UTF-16 with a byte order mark.",
    names: &[
        "**/.devcontainer.json",
        "**/.eslintrc.json",
        "**/.vscode/*.json",
        "**/devcontainer.json",
        "**/jsconfig.*.json",
        "**/jsconfig.json",
        "**/tsconfig.*.json",
        "**/tsconfig.json",
    ],
    extensions: &["code-workspace", "jsonc"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    refuse_windows_1252(input.source, "JSON")?;
    let (root, comments) = parse::<true>(input.source.text(), input.limits)?;
    let mut tree = Tree::new(input.source.clone(), JSONC.id, vec![root]);
    tree.comments = comments;
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::by_id;
    use crate::proof::{check, plain, problem, raw};
    use crate::read_text;

    #[test]
    fn comments_and_trailing_commas_are_allowed() {
        let cases = [
            (
                "// c\n{\"a\": [1, /* d */ 2, ], /**/ \"b\": {\"c\": 3,},} // e",
                r#"{"a": [1, 2], "b": {"c": 3}}"#,
            ),
            ("{ // c\n}", "{}"),
            ("[/* c */]", "[]"),
            ("/*//*/ \"// a /* b */\" /***/", r#""// a /* b */""#),
            ("{\"a\" /* b */ : // c\r\n 1 // d\n , // e\n}\n//", r#"{"a": 1}"#),
        ];
        for (text, expected) in cases {
            check(&JSONC, "a.jsonc", text, expected);
        }
    }

    #[test]
    fn all_else_is_refused_where_it_stands() {
        let cases = [
            ("", "1:1"),
            ("// c", "1:5"),
            ("[,]", "1:2"),
            ("[1,,]", "1:4"),
            ("{,}", "1:2"),
            ("{\"a\": 1,,}", "1:9"),
            ("{\"a\": ,}", "1:7"),
            ("[1,}", "1:4"),
            ("1,", "1:2"),
            ("[1] /", "1:5"),
            ("[1 / 2]", "1:4"),
            ("[1] /* c", "1:5"),
            ("[1 /*/ ]", "1:4"),
            ("[1] # c", "1:5"),
            ("{a: 1}", "1:2"),
            ("['a']", "1:2"),
        ];
        for (text, position) in cases {
            let message = problem(&JSONC, "a.jsonc", text);
            assert!(message.starts_with(&format!("{position}: ")), "{text:?}: {message}");
        }
    }

    #[test]
    fn values_and_comments_know_their_bytes() {
        let text = "// é\r\n{\"é\": /* c */ [10, ], } //";
        let tree = read_text("a.jsonc", text, &JSONC).expect("is JSON with comments");
        assert_eq!(raw(&tree, &["é"]), "[10, ]");
        assert_eq!(raw(&tree, &["é", "0"]), "10");
        let comments: Vec<_> = tree.comments.iter().map(|c| tree.raw(c.span)).collect();
        assert_eq!(comments, [" é", " c ", ""]);
    }

    proptest! {
        #[test]
        fn whatever_is_json_is_read_the_same(text in r#"[\[\]{},:"\\u0-9eE.+\- dtrufalsn\n]{0,12}"#) {
            let json = by_id("json").expect("built in");
            if let Ok(tree) = read_text("a.json", &text, json) {
                let other = read_text("a.jsonc", &text, &JSONC).expect("is JSON");
                prop_assert_eq!(plain(&tree.documents[0]), plain(&other.documents[0]));
            }
        }
    }
}
