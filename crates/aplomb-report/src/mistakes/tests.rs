use std::fmt;

use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode};

use super::render_diagnostic;
use crate::{Options, visible};

#[derive(Debug)]
struct Broken {
    message: &'static str,
    source: NamedSource<String>,
    label: LabeledSpan,
    help: &'static str,
    related: Vec<Broken>,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)
    }
}

impl std::error::Error for Broken {}

impl Diagnostic for Broken {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.label.clone())))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.related.iter().map(|other| other as &dyn Diagnostic)))
    }
}

fn broken(text: &str, offset: usize, length: usize) -> Broken {
    Broken {
        message: "unknown key `serverity`",
        source: NamedSource::new("house/network.toml", text.to_owned()),
        label: LabeledSpan::new(Some("not a key of a rule".into()), offset, length),
        help: "did you mean `severity`?",
        related: Vec::new(),
    }
}

#[test]
fn a_mistake_is_drawn_over_its_source() {
    let text = "[rule.SW-061]\nname = \"ports\"\nserverity = \"major\"\n";
    let drawn = render_diagnostic(&broken(text, 29, 9), &Options::default());
    insta::assert_snapshot!(drawn);
    let ascii = Options { ascii: true, ..Options::default() };
    assert!(render_diagnostic(&broken(text, 29, 9), &ascii).is_ascii());
}

#[test]
fn hostile_source_is_shown_in_place_and_does_nothing() {
    let text = "a = 1 # \x1b[2J\u{202e}\u{9b}\u{e0041}\nserverity = \"\x07\"\r\n";
    let offset = text.find("serverity").expect("is there");
    let mut mistake = broken(text, offset, 9);
    mistake.message = "unknown key `\x1b[31m`";
    mistake.related.push(broken(text, offset, 9));
    let drawn = render_diagnostic(&mistake, &Options::default());
    let hidden = drawn.chars().find(|c| *c != '\n' && visible::is_hidden(*c));
    assert_eq!(hidden, None, "{drawn}");
    assert!(drawn.contains("`<U+001B>[31m`") && drawn.contains(":2:1]"), "{drawn}");
}

#[test]
fn a_label_outside_its_source_loses_no_message() {
    let drawn = render_diagnostic(&broken("short", 5_000, 9), &Options::default());
    assert!(drawn.contains("unknown key `serverity`") && drawn.contains("did you mean"), "{drawn}");
}
