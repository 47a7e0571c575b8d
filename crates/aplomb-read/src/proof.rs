//! What the tests of all readers ask: what a tree says, where it says it, and what is refused.

use std::sync::Arc;

use aplomb_model::{Node, Source, Span, Tree, Value};
use proptest::prelude::*;

use crate::{FORMATS, Format, Input, Limits, NoFiles, ReadError, Root, read, read_text};

/// Checks that `text` says `expected` (JSON), and that all its spans hold.
pub(crate) fn check(format: &Format, name: &str, text: &str, expected: &str) {
    let tree = read_text(name, text, format)
        .unwrap_or_else(|error| panic!("{text}\n{:?}", error.problems));
    let expected: serde_json::Value =
        serde_json::from_str(expected).unwrap_or_else(|error| panic!("{expected}: {error}"));
    let documents: Vec<_> = tree.documents.iter().map(plain).collect();
    let found = match <[_; 1]>::try_from(documents) {
        Ok([document]) => document,
        Err(documents) => serde_json::Value::Array(documents),
    };
    assert!(found == expected, "{text}\nsays\n{found:#}\nnot\n{expected:#}");
    // `serde_json` sorts keys: order is part of what a tree says.
    if let Some(wrong) = wrong_span(&tree) {
        panic!("{text}\nhas no span {wrong:?}");
    }
}

/// The first problem of a text that must be refused: `line:column: message`.
pub(crate) fn problem(format: &Format, name: &str, text: &str) -> String {
    let source = Source::new(name, text);
    match read_text(name, text, format) {
        Ok(tree) => panic!("{text}\nis accepted: {:?}", tree.documents),
        Err(error) => error.describe(Some(&source)),
    }
}

/// The problems of a text that must be refused, as `line:column`.
pub(crate) fn positions(format: &Format, name: &str, text: &str) -> Vec<String> {
    let source = Source::new(name, text);
    let error = read_text(name, text, format).expect_err("must be refused");
    let starts = error.problems.iter().map(|p| p.span.unwrap_or_default());
    let places = starts.map(|span| source.position(span.start() as usize));
    places.map(|at| format!("{}:{}", at.line, at.column)).collect()
}

/// The raw text of the value at a path of keys and indexes into the first document.
pub(crate) fn raw<'a>(tree: &'a Tree, path: &[&str]) -> &'a str {
    tree.raw(at(tree, path).span)
}

/// The value at a path of keys and indexes into the first document.
pub(crate) fn at<'a>(tree: &'a Tree, path: &[&str]) -> &'a Node {
    let mut node = tree.documents.first().expect("a document");
    for step in path {
        let next = match step.parse::<usize>() {
            Ok(index) if !node.items().is_empty() => node.items().get(index),
            _ => node.get(step),
        };
        node = next.unwrap_or_else(|| panic!("no {step} in {}", plain(node)));
    }
    node
}

/// A folder with these files, which lasts as long as its guard.
pub(crate) fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Root) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }
    let root = Root::open(folder.path()).expect("the folder is there");
    (folder, root)
}

pub(crate) fn read_source(source: Source, format: &Format) -> Result<Tree, ReadError> {
    let source = Arc::new(source);
    let limits = &Limits::default();
    let files = &NoFiles;
    let input = Input { source: &source, limits, files };
    read(&input, format)
}

/// The plain value of a node; numbers that JSON cannot say become text.
pub(crate) fn plain(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::UInt(value) => (*value).into(),
        Value::Float(value) if value.is_finite() => (*value).into(),
        Value::Float(value) => value.to_string().into(),
        Value::Big(text) | Value::Text(text) => text.to_string().into(),
        Value::List(items) => items.iter().map(plain).collect::<Vec<_>>().into(),
        Value::Map(members) => members
            .iter()
            .map(|member| (member.key.to_string(), plain(&member.value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
    }
}

/// A span that does not cut the text of the tree's only source.
pub(crate) fn wrong_span(tree: &Tree) -> Option<Span> {
    let text = tree.source().text();
    let wrong = |span: &Span| text.get(span.range()).is_none();
    let comments = tree.comments.iter().map(|comment| comment.span);
    let mut spans: Vec<Span> = comments.collect();
    let mut nodes: Vec<&Node> = tree.documents.iter().collect();
    while let Some(node) = nodes.pop() {
        spans.push(node.span);
        spans.extend(node.members().iter().map(|member| member.key_span));
        nodes.extend(node.members().iter().map(|member| &member.value));
        nodes.extend(node.items());
    }
    spans.into_iter().find(wrong)
}

/// Reads hostile text in every format: it may be refused, but with positions inside the text, and
/// without panicking.
fn survives(text: &str) -> Result<(), TestCaseError> {
    for format in FORMATS {
        for name in ["a", "etc/crontab", "a.sources", "pam.conf"] {
            match read_text(name, text, format) {
                Ok(tree) => prop_assert_eq!(wrong_span(&tree), None, "{}: {:?}", format.id, text),
                Err(error) => {
                    prop_assert!(!error.problems.is_empty(), "{}", format.id);
                    for problem in &error.problems {
                        let span = problem.span.unwrap_or_default();
                        let inside = text.get(span.range()).is_some();
                        prop_assert!(inside, "{}: {:?} in {:?}", format.id, span, text);
                        let brief = problem.message.en.len() < 400;
                        prop_assert!(brief, "{}: {}", format.id, problem.message.en);
                    }
                }
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_reader_panics_on_any_text(text in any::<String>()) {
        survives(&text)?;
    }

    #[test]
    fn no_reader_panics_on_almost_valid_text(
        text in r#"([\[\]{}:,;#=%&*!|>'"\\\n\r \t.é\u{a0}$?~-]|[a-z]{1,3}|[0-9]|\r\n|Match |Defaults|if |then |else |action\(|table x \{|chain y \{|tcp dport |User_Alias A = A|FROM |USER |<<E|\$\{|for |<a>|</a>|<!--|-->|&#x|\n  |include ){0,40}"#
    ) {
        survives(&text)?;
    }

    #[test]
    fn no_decoder_panics_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(source) = crate::decode("a", bytes) {
            survives(source.text())?;
        }
    }
}

/// Files cut off anywhere: the last thing a failed transfer leaves.
#[test]
fn truncated_files_are_survived() {
    let whole = [
        "{\"a\": [1, \"é\\u00e9\", {\"b\": -1.5e3}]}",
        "// é\n{\"a\": [1, /* é */ ], }",
        "a: &x [1, {b: *x}]\nc: |\n  text é\n? d\n: \"e\\n\"\n--- !!str 1\n",
        "[a.\"b\"]\nc = \"\"\"\né\"\"\"\nd = [1, {e = 1979-05-27}]\n[[f]]\n",
        "a;\"b \"\"é\"\"\n\";c\n1;2;3\n",
        "[a]\nb = \"é\" ; c\n d\n",
        "a\\u00e9\\\n  b = c\\\n d\n",
        "export A=\"é\\n$\" # c\nB='d\ne'\n",
        "[Unit]\nA=é\\\n# c\n  b\n",
        "defaults a\n b é\\ \"c\" # é\nlisten d from a\n no b\n stats 'é'\n",
        "<A \"é\\\" b\">\nC \\\n 'é' # d\n</A>\n",
        "save \"é\\x41\" 'b'\ninclude c\n",
        "[mysqld]\na-b = \"é\\n#\" # é\nc\n!include d\n",
        "http { # é\n a \"é\\\"\" '${b}' \\é; c_by_lua_block { --[=[ } ]=] } }\n",
        "Match User \"é\"\n PermitRootLogin=no # c\n",
        "host all,\"é\" all 10.0.0.0 255.0.0.0 md5 a=\"b\" \\\n c=d\n",
        "a = 'é''b' # c\ninclude 'd'\n",
        "A = \"é\"\n*/5 * * * * root /bin/é.sh % a\n@daily root b\n",
        "a \"b\" {\n  c = [-1.5, {d = f(\"é\\n${g.h[0]}%{ if i }%{ endif }\")}] # j\n  k = <<-E\n    é${l}\n    E\n}\n",
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a é='&#233;'>&amp;<![CDATA[é]]><!-- é --><?p q?></a>",
        "# escape=`\nFROM a AS b\nRUN <<E\né\nE\nUSER `\n c\n",
        "-a/é.b = c # d\n; e\nf.* = 1\n-g\n",
        "Host \"é\" b\n Port=1 # c\nMatch all\n",
        "a \"é b\" /c \\\n d # e\n",
        "Defaults:é x=\"a\\\nb\", !y\nUser_Alias A = é, !#1\nA,! \"b c\" ALL = (r : g) NOPASSWD: /é \\, c, ^/x$ # d\n",
        "define é = { 1, \"b\" }\ntable inet x {\n chain y {\n type filter hook input priority 0;\n tcp dport != { $é, 2 } log prefix \"é\" drop # c\n }\n}\n",
        "rotate=4\n\"/é\" /b\n{ daily\n create 1 é\n postrotate\n é\n endscript\n} # c\n",
        "server é iburst key 1\n! c\nport 0\nallow\n",
        "$A é\nmodule(load=\"é\" a=[\"b\"]) # c\nif $a == 'é' then { *.* @@[::1]:5;t\n} else stop\n:msg, b, \"é\" ~\n& /x\n",
        "/é /a\\040b ext4 a,é 0 1 # c\n",
        "::1 é b # c\n",
        "é hard nofile 10\nb -\n",
        "A \"é\" b\n",
        "search é b\noptions a:1 b\n",
        "a: é [!X=y é=z] b\n",
        "-auth [é=1 b=c] \\\n é.so [a b] c # d\n@include é\n",
        "options é a=1 \\\n b\nblacklist é\n",
        "A=\"é $(a `b`)\" export B='é' # c\nC=é\\\nd\n",
        "deb [a=b,é] cdrom:[é b]/ c d # e\n",
        "Types: deb\nURIs:\n é\nSuites: a/\n\nEnabled: no\n",
    ];
    for text in whole {
        for (end, _) in text.char_indices() {
            survives(&text[..end]).unwrap_or_else(|error| panic!("{error}"));
        }
        survives(&text.replace('\n', "\r\n")).unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn deep_nesting_is_survived() {
    for text in [
        "[", "{", "{\"a\":", "[{", "- ", "? ", "a.", "a = [", "a = {b=", "(", "<<E ", "a {\n",
        "a = \"${",
    ] {
        // Deeper than any stack bears without a limit, in an unoptimised build.
        survives(&text.repeat(20_000)).unwrap_or_else(|error| panic!("{error}"));
    }
}
