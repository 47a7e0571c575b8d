//! Texts that act somewhere, in every field of a report, through every format: they must do nothing.

use aplomb_model::Lang;
use pulldown_cmark::{Event, Options as Extensions, Parser, Tag};
use serde_json::Value;

use crate::fixtures::{self, render};
use crate::{FORMATS, Options, visible};

/// What acts on a page, a terminal, a spreadsheet, a forge, a runner or a parser.
const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details><h1>owned</h1>",
    "<!-- open",
    "\"><svg/onload=alert(1)>",
    "' onmouseover='alert(1)",
    "]]><x/>",
    "&lt;b&gt; &#x1b; &amp;",
    "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>&e;",
    "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m",
    "\u{1b}]8;;https://example.org\u{1b}\\click\u{1b}]8;;\u{1b}\\",
    "\0\u{1}\u{8}\u{b}\u{c}\u{7f}\u{85}\u{fffe}\u{ffff}",
    "safe\r\nsecond line\rthird\u{2028}fourth\u{2029}fifth",
    "\u{202e}txt.exe\u{2066}\u{2069}\u{200f}\u{200b}\u{feff}",
    "\u{e0041}\u{e0042}",
    "![x](https://example.org/x.png) [y](javascript:alert(1)) [1](2)",
    "https://example.org www.example.org someone@example.org",
    "@everyone @here !1 #2 ~label %3 $4 &5 owner/repository#6 GH-7 deadbeefcafe",
    "word@name word/word word#word word!word word<b>word",
    "`code` ``more`` ``` fence",
    "one ` tick",
    "*bold* __under__ ~~gone~~ :smile: $`math`$ | cell | # heading",
    "/close\n/merge",
    "1. list\n- list\n> quote\n# heading\n---\n| a | b |\n| - | - |\n\n    code",
    "=cmd|'/c calc'!A1",
    "@SUM(1+1)",
    "+1",
    "-1+1",
    "\t=1+1",
    "a,=1+1",
    "a;=1+1",
    "\",\"=1+1",
    "\";\"=1+1\"\n=1+1",
    "＝1+1",
    "::set-output name=x::y",
    "\n::add-mask::x\n::stop-commands::y",
    "##[add-mask]x ##[error]y",
    "x,line=1::y%0A::error::z",
    "\"} 1\nother{x=\"",
    "\\",
    "\\\"",
    "# EOF\n",
    "{0} {1:x} ${x} %s %n",
    "../../etc/passwd",
    "/etc/passwd",
    "file:///etc/passwd",
    "//example.org/x",
    "",
    " ",
    "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
];

fn options(lang: Lang) -> [Options; 3] {
    let plain = Options { lang, ..Options::default() };
    let verbose = Options { verbose: true, ..plain.clone() };
    let quiet = Options { quiet: true, ..plain.clone() };
    [plain, verbose, quiet]
}

/// Renders every payload in a format, in every way, and checks what comes of it.
fn through(format: &str, check: impl Fn(&str)) {
    for payload in PAYLOADS {
        let report = fixtures::full_of(payload);
        for lang in [Lang::En, Lang::Fr] {
            for options in options(lang) {
                check(&render(format, &report, &options));
            }
        }
    }
}

#[test]
fn nothing_hidden_is_left_in_any_format() {
    for format in FORMATS {
        // A spreadsheet has its mark and ends its lines with two characters.
        let allowed: &[char] = if format.id.starts_with("csv") { &['\r', '\n'] } else { &['\n'] };
        through(format.id, |text| {
            let text =
                if format.id.starts_with("csv") { &text['\u{feff}'.len_utf8()..] } else { text };
            let hidden = text.chars().find(|c| !allowed.contains(c) && visible::is_hidden(*c));
            assert_eq!(hidden, None, "{}: {text}", format.id);
        });
    }
}

#[test]
fn xml_has_our_elements_only() {
    const OURS: &[&str] = &["testsuites", "testsuite", "testcase", "failure", "error", "skipped"];
    for format in ["junit", "junit-xunit"] {
        through(format, |text| {
            let xml = roxmltree::Document::parse(text).expect("well-formed");
            for node in xml.descendants().filter(|node| !node.is_text() && !node.is_root()) {
                assert!(node.is_element() && OURS.contains(&node.tag_name().name()), "{text}");
            }
        });
    }
}

#[test]
fn json_has_no_link_in_its_messages() {
    for format in ["json", "sarif", "gitlab"] {
        through(format, |text| {
            let value: Value = serde_json::from_str(text).expect("is JSON");
            if format == "sarif" {
                no_link(&value);
            }
        });
    }
}

fn no_link(value: &Value) {
    match value {
        Value::String(text) => assert!(!text.contains("]("), "{text}"),
        Value::Array(items) => items.iter().for_each(no_link),
        Value::Object(members) => {
            for (key, value) in members {
                let is_address = key == "uri";
                let address = value.as_str().filter(|_| is_address).unwrap_or("x");
                let relative = !address.contains(':') && !address.starts_with('/');
                assert!(relative && !address.split('/').any(|step| step == ".."), "{address}");
                no_link(value);
            }
        }
        _ => {}
    }
}

/// The cells of a sheet as a program reads it that splits at the separator given, strictly where it
/// is ours, and leniently, as spreadsheets do, where it is not.
fn cells(text: &str, separator: char) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut begins = true;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let Some(cell) = cells.last_mut() else { break };
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                cell.push('"');
            }
            '"' if quoted || begins => quoted = !quoted,
            c if !quoted && (c == separator || c == '\n') => cells.push(String::new()),
            c => cell.push(c),
        }
        begins = !quoted && (c == separator || c == '\n');
    }
    cells
}

#[test]
fn no_cell_is_a_formula() {
    for format in ["csv", "csv-actions"] {
        through(format, |text| {
            for separator in [',', ';', '|', '\t'] {
                for cell in cells(&text['\u{feff}'.len_utf8()..], separator) {
                    let first = cell.trim_start_matches([' ', '"']).chars().next();
                    let formula = first.is_some_and(|c| "=+-@＝＋－＠".contains(c));
                    assert!(!formula, "{cell:?} split at {separator:?} in {text}");
                }
            }
        });
    }
}

#[test]
fn a_runner_obeys_our_commands_only() {
    const OURS: &[&str] = &["::error ", "::warning ", "::notice ", "::group::", "::endgroup::"];
    through("github", |text| {
        assert!(!text.contains("##["), "{text}");
        for line in text.lines().filter(|line| line.trim_start().starts_with("::")) {
            let command = OURS.iter().find(|of| line.starts_with(**of));
            let rest = line.strip_prefix(*command.expect("one of ours")).unwrap_or_default();
            let Some((properties, message)) = rest.split_once("::") else { continue };
            let escapes = |text: &str, known: &[&str]| {
                text.split('%').skip(1).all(|rest| known.iter().any(|code| rest.starts_with(code)))
            };
            assert!(
                escapes(properties, &["25", "3A", "2C"]) && escapes(message, &["25"]),
                "{line}"
            );
            for property in properties.split(',') {
                let name = property.split('=').next().unwrap_or_default();
                let known = ["file", "line", "endLine", "col", "endColumn", "title"];
                assert!(known.contains(&name), "{line}");
            }
        }
    });
}

#[test]
fn markdown_has_our_markup_only() {
    const HTML: &[&str] = &["<details>", "<summary>", "</summary>", "</details>", "<br>"];
    // What forges act on in prose.
    const ACTS: &[char] = &['@', '#', '!', '~', '%', '$', '&', '/', '<', '>', '*', '_', '|', '\\'];
    let extensions = Extensions::ENABLE_TABLES | Extensions::ENABLE_STRIKETHROUGH;
    through("markdown", |text| {
        let mut html = String::new();
        let mut in_table = false;
        for event in Parser::new_ext(text, extensions) {
            match event {
                Event::Start(Tag::Table(_)) => in_table = true,
                Event::Start(
                    Tag::Link { .. }
                    | Tag::Image { .. }
                    | Tag::CodeBlock(_)
                    | Tag::BlockQuote(_)
                    | Tag::Strikethrough
                    | Tag::Emphasis,
                )
                | Event::Rule => panic!("{event:?} in {text}"),
                Event::Start(Tag::List(Some(_))) => panic!("a numbered list in {text}"),
                Event::Html(tag) | Event::InlineHtml(tag) => html.push_str(&tag),
                Event::Text(prose) => {
                    assert!(!prose.contains(ACTS), "{prose:?} in {text}");
                    assert!(!prose.contains("www.") && !prose.contains("://"), "{prose:?}");
                }
                _ => {}
            }
        }
        assert!(in_table);
        for tag in HTML {
            html = html.replace(tag, "");
        }
        assert!(!html.contains(['<', '>', '&']), "{html:?} in {text}");
        assert_eq!(text.matches("<details>").count(), text.matches("\n</details>\n").count());
    });
}

/// Every text of a JSON value under its name.
fn texts<'v>(name: &'v str, value: &'v Value, told: &mut Vec<(&'v str, &'v str)>) {
    match value {
        Value::String(text) => told.push((name, text)),
        Value::Array(items) => items.iter().for_each(|item| texts(name, item, told)),
        Value::Object(members) => members.iter().for_each(|(name, item)| texts(name, item, told)),
        _ => {}
    }
}

#[test]
fn assessment_results_hold_words_and_code_only() {
    // What the format takes for Markdown; everything else is a plain value on one line.
    const MARKDOWN: &[&str] = &["title", "description", "statement", "remarks"];
    through("oscal", |text| {
        let document: Value = serde_json::from_str(text).expect("is JSON");
        let mut told = Vec::new();
        texts("", &document, &mut told);
        for (name, text) in told {
            assert!(text.trim() == text && !text.is_empty(), "{name}: {text:?}");
            if !MARKDOWN.contains(&name) {
                assert!(!text.contains('\n'), "{name}: {text:?}");
                continue;
            }
            for event in Parser::new_ext(text, Extensions::all()) {
                let harmless = matches!(
                    event,
                    Event::Start(Tag::Paragraph | Tag::CodeBlock(_))
                        | Event::End(_)
                        | Event::Text(_)
                        | Event::Code(_)
                );
                assert!(harmless, "{event:?} in {name}: {text:?}");
            }
        }
    });
}

#[test]
fn metrics_are_samples_of_our_families_only() {
    through("openmetrics", |text| {
        assert_eq!(text.matches("\n# EOF\n").count(), 1);
        assert!(text.ends_with("\n# EOF\n"));
        for line in text.lines().filter(|line| !line.starts_with("# ")) {
            let (_, labels) = line.split_once('{').expect("labels");
            let mut quoted = false;
            let mut escaped = false;
            let mut end = None;
            for (index, c) in labels.char_indices() {
                match c {
                    _ if escaped => escaped = false,
                    '\\' if quoted => escaped = true,
                    '"' => quoted = !quoted,
                    '}' if !quoted => {
                        end = Some(index);
                        break;
                    }
                    _ => {}
                }
            }
            let value = labels[end.expect("an end") + 1..].trim();
            assert!(value.parse::<f64>().is_ok(), "{line}");
        }
    });
}
