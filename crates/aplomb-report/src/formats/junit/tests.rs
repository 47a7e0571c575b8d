use std::collections::BTreeSet;

use aplomb_model::{Lang, Report};
use roxmltree::{Document, Node};

use crate::Options;
use crate::fixtures::{self, render};

fn junit(format: &str, report: &Report, lang: Lang) -> String {
    render(format, report, &Options { lang, ..Options::default() })
}

/// Elements and the attributes that the strict schema lets them have.
const STRICT: &[(&str, &[&str])] = &[
    ("error", &["message", "type"]),
    ("failure", &["message", "type"]),
    ("skipped", &["message", "type"]),
    ("testcase", &["classname", "group", "name", "time"]),
    (
        "testsuite",
        &[
            "errors",
            "failures",
            "file",
            "group",
            "hostname",
            "id",
            "log",
            "name",
            "package",
            "skipped",
            "tests",
            "time",
            "timestamp",
            "url",
        ],
    ),
    ("testsuites", &["errors", "failures", "name", "tests", "time"]),
];

fn elements<'a>(xml: &'a Document<'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    xml.descendants().filter(move |node| node.has_tag_name(name))
}

#[test]
fn a_refusal_in_english() {
    insta::assert_snapshot!(junit("junit", &fixtures::with_waiver(), Lang::En));
}

#[test]
fn a_refusal_in_french_and_strict() {
    insta::assert_snapshot!(junit("junit-xunit", &fixtures::with_waiver(), Lang::Fr));
}

#[test]
fn nothing_checked_is_not_green() {
    insta::assert_snapshot!(junit("junit", &fixtures::empty(), Lang::En));
}

#[test]
fn the_strict_dialect_has_what_the_schema_knows_only() {
    for report in [fixtures::with_waiver(), fixtures::empty(), fixtures::hostile()] {
        let text = junit("junit-xunit", &report, Lang::En);
        let xml = Document::parse(&text).expect("well-formed");
        for node in xml.descendants().filter(Node::is_element) {
            let name = node.tag_name().name();
            let (_, known) = STRICT.iter().find(|(of, _)| *of == name).expect("a known element");
            for attribute in node.attributes() {
                assert!(known.contains(&attribute.name()), "{name} {attribute:?}");
            }
        }
        for suite in elements(&xml, "testsuite") {
            assert!(
                ["name", "tests", "failures", "errors"].iter().all(|of| suite.has_attribute(*of))
            );
        }
    }
}

#[test]
fn counts_agree_and_names_are_unique() {
    for report in [fixtures::with_waiver(), fixtures::hostile()] {
        for format in ["junit", "junit-xunit"] {
            let text = junit(format, &report, Lang::Fr);
            let xml = Document::parse(&text).expect("well-formed");
            let root = xml.root_element();
            for (attribute, element) in
                [("tests", "testcase"), ("failures", "failure"), ("errors", "error")]
            {
                let of = |node: Node<'_, '_>| {
                    let number = node.attribute(attribute).expect("a count");
                    number.parse::<usize>().expect("a number")
                };
                assert_eq!(of(root), elements(&xml, element).count(), "{attribute}");
                assert_eq!(of(root), elements(&xml, "testsuite").map(of).sum::<usize>());
            }
            let mut names = BTreeSet::new();
            for case in elements(&xml, "testcase") {
                let name = (case.attribute("classname"), case.attribute("name"));
                assert!(names.insert(name), "{name:?} twice");
            }
        }
    }
}
