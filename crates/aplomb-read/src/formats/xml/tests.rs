use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::proof::{at, check, plain, positions, problem, raw, read_source};
use crate::{Limits, read_text};

/// What the root element of a text says.
fn root(text: &str) -> serde_json::Value {
    let tree = read_text("a.xml", text, &XML)
        .unwrap_or_else(|error| panic!("{text}\n{:?}", error.problems));
    plain(at(&tree, &["root"]))
}

#[test]
fn the_tree_holds_the_prolog_and_the_elements() {
    check(
        &XML,
        "a.xml",
        "<?xml version='1.0' encoding=\"UTF-8\" standalone='no' ?>\n<!-- c -->\n\
         <!DOCTYPE server PUBLIC \"-//X//é\" 'http://x/y.dtd' [\n  <!ENTITY e SYSTEM \"file:///etc/passwd\">\n\
         <!ELEMENT server (#PCDATA)> <!-- ]> --> <?p q?> %pe;\n] >\n<?style a=\"b\"?>\n\
         <server port=\"8080\" x:y='a\"b'>\n  <a/>\n  <b c = \"\" >t</b >\n  <a><?pi?></a>\n</server>\n<!-- end -->\n",
        r#"{"root": {"element": "server", "attributes": {"port": "8080", "x:y": "a\"b"}, "text": "", "children": [
              {"element": "a", "attributes": {}, "text": "", "children": []},
              {"element": "b", "attributes": {"c": ""}, "text": "t", "children": []},
              {"element": "a", "attributes": {}, "text": "", "children": []}]},
            "declaration": {"version": "1.0", "encoding": "UTF-8", "standalone": "no"},
            "doctype": {"name": "server", "public": "-//X//é", "system": "http://x/y.dtd",
              "subset": "\n  <!ENTITY e SYSTEM \"file:///etc/passwd\">\n<!ELEMENT server (#PCDATA)> <!-- ]> --> <?p q?> %pe;\n"},
            "instructions": [{"target": "style", "data": "a=\"b\""}, {"target": "pi", "data": ""}]}"#,
    );
    check(
        &XML,
        "a.xml",
        "<a/>",
        r#"{"root": {"element": "a", "attributes": {}, "text": "", "children": []},
            "declaration": null, "doctype": null, "instructions": []}"#,
    );
    for doctype in ["<!DOCTYPE a>", "<!DOCTYPE a SYSTEM 'b'>", "<!DOCTYPE a []>"] {
        assert_eq!(root(&format!("{doctype}<a/>"))["element"], "a");
    }
}

#[test]
fn text_is_what_stands_directly_in_an_element() {
    let cases = [
        ("<a>  b c\n</a>", "b c"),
        ("<a>80<!-- c -->80</a>", "8080"),
        ("<a> b <c>d</c> e </a>", "b  e"),
        ("<a>b<c/> <c/>d</a>", "b d"),
        ("<a><![CDATA[ <b> & ]]></a>", "<b> &"),
        ("<a>b<![CDATA[]]]]><![CDATA[>]]>c</a>", "b]]>c"),
        ("<a>&lt;&gt;&amp;&apos;&quot;&#65;&#x41;&#x1F600;&#0000065;</a>", "<>&'\"AA😀A"),
        ("<a>&amp;lt;</a>", "&lt;"),
        ("<a>b\r\nc\rd&#13;e</a>", "b\nc\nd\re"),
        ("<a>\u{a0}b\u{a0}</a>", "\u{a0}b\u{a0}"),
        ("<a> ]] > ></a>", "]] > >"),
    ];
    for (text, expected) in cases {
        assert_eq!(root(text)["text"], expected, "{text}");
    }
}

#[test]
fn attributes_are_normalised() {
    let found = root("<a b='x\r\n\ty&#10;z&amp;' c=\"'\" d='>' é='1' xml:lang='fr' _.-1='2'/>");
    let expected = json!({
        "b": "x  y\nz&", "c": "'", "d": ">", "é": "1", "xml:lang": "fr", "_.-1": "2",
    });
    assert_eq!(found["attributes"], expected);
}

#[test]
fn keys_values_and_comments_know_their_bytes() {
    let text = "<!-- é --><a é=\"v&amp;\">\n <b> t\n u </b><c><!----></c>x<d/>y </a>";
    let tree = read_text("a.xml", text, &XML).expect("is XML");
    assert_eq!(raw(&tree, &["root", "element"]), "a");
    assert_eq!(raw(&tree, &["root", "attributes", "é"]), "v&amp;");
    assert_eq!(tree.raw(at(&tree, &["root", "attributes"]).members()[0].key_span), "é");
    assert_eq!(raw(&tree, &["root", "attributes"]), "<a é=\"v&amp;\">");
    assert_eq!(raw(&tree, &["root", "children", "0"]), "<b> t\n u </b>");
    assert_eq!(raw(&tree, &["root", "children", "0", "text"]), "t\n u");
    assert_eq!(raw(&tree, &["root", "text"]), "x<d/>y");
    let empty = at(&tree, &["root", "children", "1", "text"]).span;
    assert_eq!(empty.start() as usize, text.find("<!---->").expect("is there"));
    let comments: Vec<_> = tree.comments.iter().map(|c| tree.raw(c.span)).collect();
    assert_eq!(comments, [" é ", ""]);
}

#[test]
fn what_is_not_well_formed_is_refused_where_it_stands() {
    let cases = [
        ("", "1:1"),
        (" \n", "2:1"),
        ("a", "1:1"),
        ("x<a/>", "1:1"),
        ("<a/>x", "1:5"),
        ("<a/><b/>", "1:5"),
        ("<a/>&amp;", "1:5"),
        ("<a/><![CDATA[]]>", "1:5"),
        ("</a>", "1:1"),
        ("<a>", "1:1"),
        ("<a>b", "1:1"),
        ("<a><b></a>", "1:7"),
        ("<a></A>", "1:4"),
        ("<a></a", "1:7"),
        ("<a></ a>", "1:4"),
        ("< a/>", "1:1"),
        ("<1/>", "1:1"),
        ("<a", "1:1"),
        ("<a /", "1:4"),
        ("<a b/>", "1:5"),
        ("<a b=c/>", "1:6"),
        ("<a b='c/>", "1:6"),
        ("<a b='<'/>", "1:7"),
        ("<a b='c'd='e'/>", "1:9"),
        ("<a b='1' b='2'/>", "1:10"),
        ("<a b='&'/>", "1:7"),
        ("<a>&</a>", "1:4"),
        ("<a>& b;</a>", "1:4"),
        ("<a>&amp</a>", "1:4"),
        ("<a>&;</a>", "1:4"),
        ("<a>é&nbsp;</a>", "1:5"),
        ("<a>&#;</a>", "1:4"),
        ("<a>&#0;</a>", "1:4"),
        ("<a>&#x;</a>", "1:4"),
        ("<a>&#X41;</a>", "1:4"),
        ("<a>&#xD800;</a>", "1:4"),
        ("<a>&#xFFFE;</a>", "1:4"),
        ("<a>&#11;</a>", "1:4"),
        ("<a>&#+65;</a>", "1:4"),
        ("<a>&#99999999999;</a>", "1:4"),
        ("<a>\u{1}</a>", "1:4"),
        ("<a>\u{ffff}</a>", "1:4"),
        ("<a>]]></a>", "1:4"),
        ("<a><![CDATA[x]]</a>", "1:4"),
        ("<a><!-- b</a>", "1:4"),
        ("<a><!-- -- --></a>", "1:9"),
        ("<a><!-- ---></a>", "1:9"),
        ("<a><!b></a>", "1:4"),
        ("<a><?b</a>", "1:7"),
        ("<a><?b c></a>", "1:4"),
        ("<a><? b?></a>", "1:6"),
        (" <?xml version='1.0'?><a/>", "1:4"),
        ("<a/><?XML?>", "1:7"),
        ("<?xml?><a/>", "1:3"),
        ("<?xml encoding='UTF-8'?><a/>", "1:1"),
        ("<?xml version='2.0'?><a/>", "1:16"),
        ("<?xml version='1.0' standalone='true'?><a/>", "1:33"),
        ("<?xml version='1.0' standalone='no' encoding='UTF-8'?><a/>", "1:37"),
        ("<?xml version='1.0'><a/>", "1:20"),
        ("<!DOCTYPE><a/>", "1:10"),
        ("<!DOCTYPE a", "1:12"),
        ("<!DOCTYPE a [", "1:1"),
        ("<!DOCTYPE a [x]><a/>", "1:14"),
        ("<!DOCTYPE a [<!ENTITY b 'c'", "1:28"),
        ("<a/><!DOCTYPE a>", "1:5"),
        ("<!DOCTYPE a><!DOCTYPE a><a/>", "1:13"),
    ];
    let wrong = cases.into_iter().filter_map(|(text, expected)| {
        let found = positions(&XML, "a.xml", text).remove(0);
        (found != expected).then(|| (text, expected, problem(&XML, "a.xml", text)))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn entities_are_never_expanded() {
    let text =
        "<!DOCTYPE a [<!ENTITY x '&y;&y;'><!ENTITY y SYSTEM 'file:///etc/passwd'>]>\n<a>&x;</a>";
    let message = problem(&XML, "a.xml", text);
    assert!(message.starts_with("2:4: the entity `&x;`"), "{message}");
    let message = problem(&XML, "a.xml", &text.replace("<a>&x;", "<a b='&y;'>"));
    assert!(message.starts_with("2:7: the entity `&y;`"), "{message}");
}

#[test]
fn a_mismatch_names_both_ends() {
    let message = problem(&XML, "a.xml", "<a>\n <b>\n</a>");
    assert_eq!(message, "3:1: `</a` stands where `</b>` was expected, for line 2");
}

#[test]
fn nesting_is_bounded() {
    let nested = |n: usize| "<a>".repeat(n) + &"</a>".repeat(n);
    assert!(read_text("a.xml", &nested(256), &XML).is_ok());
    assert!(problem(&XML, "a.xml", &nested(257)).contains("deeper than 256"));
    assert!(problem(&XML, "a.xml", &"<a>".repeat(100_000)).contains("deeper than 256"));
    let limits = &Limits { depth: 4, ..Limits::default() };
    let source = &std::sync::Arc::new(Source::new("a.xml", nested(3)));
    let input = Input { source, limits, files: &crate::NoFiles };
    assert!(crate::read(&input, &XML).is_err());
}

#[test]
fn many_attributes_are_compared_in_linear_time() {
    let attributes: Vec<_> = (0..200_000).map(|n| format!(" a{n}=''")).collect();
    let attributes = attributes.concat();
    assert!(read_text("a.xml", &format!("<a{attributes}/>"), &XML).is_ok());
    assert!(problem(&XML, "a.xml", &format!("<a{attributes} a7=''/>")).contains("`a7`"));
}

#[test]
fn the_encoding_must_be_the_declared_one() {
    let read =
        |bytes: &[u8]| read_source(crate::decode("a.xml", bytes.to_vec()).expect("is text"), &XML);
    for bytes in [
        &b"<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>"[..],
        b"<?xml version='1.0' encoding='Shift_JIS'?><a>b</a>",
        b"\xef\xbb\xbf<?xml version='1.0'?><a>\xc3\xa9</a>",
        b"\xff\xfe<\0a\0/\0>\0",
    ] {
        assert!(read(bytes).is_ok(), "{bytes:?}");
    }
    for bytes in [
        &b"<a>\xe9</a>"[..],
        b"<?xml version='1.0' encoding='UTF-8'?><a>\xe9</a>",
        b"<?xml version='1.0' encoding='Shift_JIS'?><a>\xe9</a>",
    ] {
        let error = read(bytes).expect_err("is in another encoding");
        assert_eq!(error.kind, ReadErrorKind::Encoding, "{bytes:?}");
    }
}

/// A document without prefixes as another parser understands it, in our shape.
fn by_another(text: &str) -> Result<serde_json::Value, roxmltree::Error> {
    fn element(node: roxmltree::Node<'_, '_>) -> serde_json::Value {
        let attributes: serde_json::Map<_, _> =
            node.attributes().map(|a| (a.name().to_owned(), a.value().into())).collect();
        let text: String =
            node.children().filter(roxmltree::Node::is_text).filter_map(|c| c.text()).collect();
        let children: Vec<_> =
            node.children().filter(roxmltree::Node::is_element).map(element).collect();
        json!({
            "element": node.tag_name().name(),
            "attributes": attributes,
            "text": text.trim_matches([' ', '\t', '\n', '\r']),
            "children": children,
        })
    }
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(text, options)?;
    Ok(element(document.root_element()))
}

#[test]
fn real_shapes_are_read_as_another_parser_reads_them() {
    let texts = [
        "<?xml version=\"1.0\"?>\n<project>\n\
         <!-- c --><dependencies><dependency><groupId>a.b</groupId>\n<version> 1.0 </version>\
         </dependency></dependencies></project>",
        "<!DOCTYPE web-app PUBLIC \"-//Sun//DTD\" \"http://x/web.dtd\">\n<web-app><session-config>\r\n\
         <session-timeout>30</session-timeout></session-config></web-app>",
        "<configuration scan='true'><appender name=\"F\" class=\"x.Y\">\n<pattern>%d{HH:mm} &lt;%msg&gt;%n</pattern>\
         </appender><root level=\"info\"><appender-ref ref=\"F\"/></root></configuration>",
        "<Server port=\"8005\" shutdown=\"SHUTDOWN\"><Connector SSLEnabled='true'\n\tciphers=\"A,\nB\"/></Server>",
        "<p>mixed <b>bold</b> text<![CDATA[ & more ]]><i/>end</p>",
    ];
    for text in texts {
        assert_eq!(root(text), by_another(text).expect("is XML"), "{text}");
    }
}

fn any_element() -> impl Strategy<Value = String> {
    let name = "[a-cé_][a-c0-9.-]{0,2}";
    let data = r"([ a-z0-9é>'\n\t]|\r\n|&lt;|&#x41;|&#233;|&amp;|<!-- c -->|<!\[CDATA\[[<& \]a]{0,4}\]\]>|<\?p q\?>){0,6}";
    let value = r"([ a-z0-9é>'\n\t]|&lt;|&#10;|&quot;){0,5}";
    let tag = (name, prop::option::of((name, value)));
    let tag = tag.prop_map(|(name, attribute)| match attribute {
        Some((key, value)) => (name.clone(), format!("<{name} {key}=\"{value}\"")),
        None => (name.clone(), format!("<{name}")),
    });
    let leaf = (tag.clone(), data).prop_map(|((name, tag), data)| format!("{tag}>{data}</{name}>"));
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let content = prop::collection::vec((data, inner), 0..4);
        (tag.clone(), content).prop_map(|((name, tag), content)| {
            let content: String = content.into_iter().flat_map(|(a, b)| [a, b]).collect();
            if content.is_empty() {
                format!("{tag}/>")
            } else {
                format!("{tag}>{content}</{name}>")
            }
        })
    })
}

proptest! {
    #[test]
    fn what_is_generated_is_read_as_another_parser_reads_it(text in any_element()) {
        prop_assert_eq!(root(&text), by_another(&text).expect("is XML"), "{}", text);
    }

    #[test]
    fn what_is_accepted_is_what_another_parser_accepts(
        inner in r#"([<>/&;!?='"\-\[\]# \n]|<a|</a>|<!--|-->|<!\[CDATA\[|\]\]>|<\?b|\?>|&lt;|&#6|a=|[a-c])'?{0,12}"#
    ) {
        let text = format!("<a>{inner}</a>");
        let ours = read_text("a.xml", &text, &XML);
        prop_assert_eq!(ours.is_ok(), by_another(&text).is_ok(), "{}: {:?}", text, ours.err());
    }
}
