use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::Arc;

use aplomb_model::{Finding, Lang, Outcome, Phrase, Report, Severity, SubjectKind, Verdict};
use data_encoding::BASE64;
use sha2::{Digest as _, Sha256};

use crate::fixtures::{self, render};
use crate::{Options, visible};

fn page(report: &Report, lang: Lang) -> String {
    render("html", report, &Options { lang, ..Options::default() })
}

/// Tags as they stand in a page, each with the names of its attributes, and the texts between.
/// Understands what `Page` writes: attributes in double quotes.
fn tags(page: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        let tag = &rest[at..];
        let end = end_of_tag(tag);
        let (tag, after) = tag.split_at(end);
        tags.push(without_values(tag));
        rest = match tag {
            // What follows is no markup until they are closed.
            "<style>" => &after[after.find("</style>").expect("closed")..],
            "<script>" => &after[after.find("</script>").expect("closed")..],
            _ => after,
        };
    }
    tags
}

fn end_of_tag(tag: &str) -> usize {
    let mut quoted = false;
    for (index, byte) in tag.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return index + 1,
            _ => {}
        }
    }
    panic!("a tag is not closed: {}", &tag[..tag.len().min(80)]);
}

fn without_values(tag: &str) -> String {
    tag.split('"').step_by(2).collect::<Vec<_>>().join("")
}

fn between<'p>(page: &'p str, from: &str, to: &str) -> &'p str {
    let start = page.find(from).unwrap_or_else(|| panic!("{from} is missing")) + from.len();
    let length = page[start..].find(to).unwrap_or_else(|| panic!("{to} is missing"));
    &page[start..start + length]
}

/// What people have tried elsewhere: markup, ends of whatever the text stands in, schemes, CSS,
/// templates, control characters.
const PAYLOADS: &[&str] = &[
    "<script>window.owned=1</script>",
    "</script><script>window.owned=1</script>",
    "</style><img src=x onerror=window.owned=1>",
    "</title></textarea></noscript><svg onload=window.owned=1>",
    "\" autofocus onfocus=\"window.owned=1",
    "' onmouseover='window.owned=1",
    "javascript:window.owned=1",
    "-->]]><!--<![CDATA[",
    "</dd></dl></main></body></html>",
    "&lt;script&gt; &#x3c;img&#62; &amp;quot;",
    "\"; } } body { background: url(https://example.org/) } /*",
    "\\22 ; } @import 'https://example.org/'; \\",
    "{{constructor.constructor('window.owned=1')()}} ${1} <%= 1 %>",
    "<base href=https://example.org/><meta http-equiv=refresh content=0>",
    "\u{202e}\u{2066}desrever\u{2069} \u{200b}\u{feff}",
    "\x1b[2J\x1b]0;owned\x07 \u{9b}31m",
    "nul\0byte \u{fffe} \u{ffff} \u{1f4a9}",
    "=cmd|' /C calc'!A0",
];

#[test]
fn no_text_of_what_was_judged_becomes_markup() {
    let expected = tags(&page(&fixtures::filled("some harmless text"), Lang::En));
    assert!(expected.len() > 500, "{}", expected.len());
    for payload in PAYLOADS {
        let page = page(&fixtures::filled(payload), Lang::En);
        let tags = tags(&page);
        let differs = tags.iter().zip(&expected).position(|(tag, expected)| tag != expected);
        let around = differs.map(|at| &tags[at.saturating_sub(5)..at + 2]);
        assert_eq!((around, tags.len()), (None, expected.len()), "{payload}");
        let hidden = page.chars().find(|c| *c != '\n' && visible::is_hidden(*c));
        assert_eq!(hidden, None, "{payload}");
    }
}

#[test]
fn lines_and_code_in_texts_add_nothing_but_breaks_and_code() {
    let plain: BTreeSet<_> = tags(&page(&fixtures::filled("text"), Lang::En)).into_iter().collect();
    for payload in ["one `<b>` two\n</p><script>three\r\n`four`", "`\n<script>window.owned=1"] {
        let tags: BTreeSet<_> =
            tags(&page(&fixtures::filled(payload), Lang::En)).into_iter().collect();
        let more: Vec<_> = tags.difference(&plain).collect();
        assert_eq!(more, ["<br>"]);
    }
}

#[test]
fn the_policy_allows_the_style_and_the_script_that_are_there() {
    for report in [fixtures::refused(), fixtures::filled("\"; } é"), fixtures::empty()] {
        let page = page(&report, Lang::Fr);
        let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
        assert!(policy.starts_with("default-src &#39;none&#39;;"), "{policy}");
        for (directive, from, to) in
            [("style-src", "<style>", "</style>"), ("script-src", "<script>", "</script>")]
        {
            let digest = BASE64.encode(&Sha256::digest(between(&page, from, to)));
            let allowed = format!("{directive} &#39;sha256-{digest}&#39;");
            assert!(policy.contains(&allowed), "{allowed} in {policy}");
        }
        assert_eq!(page.matches("<style").count() + page.matches("<script").count(), 2);
    }
}

#[test]
fn nothing_is_fetched_and_every_link_leads_somewhere() {
    let page = page(&fixtures::refused(), Lang::En);
    for part in ["http:", "https:", "//", "url(", "@import", " src=", " style=\""] {
        let markup = page.replace("url(#hatch)", "").replace("url(#dots)", "");
        let script = between(&markup, "<script>", "</script>").to_owned();
        let found = markup.replace(&script, "").matches(part).count();
        assert_eq!(found, 0, "{part}");
    }
    for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        let Some(target) = link.strip_prefix('#') else {
            assert_eq!(link, "data:,");
            continue;
        };
        assert!(page.contains(&format!("id=\"{target}\"")), "{link} leads nowhere");
    }
}

#[test]
fn ids_are_unique_and_elements_are_closed() {
    let void = ["meta", "link", "input", "br", "!doctype", "rect/", "rect", "circle"];
    for lang in [Lang::En, Lang::Fr] {
        let page = page(&fixtures::refused(), lang);
        let mut ids = BTreeSet::new();
        for id in page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(ids.insert(id), "{id} twice");
        }
        let mut open = Vec::new();
        for tag in tags(&page) {
            let name = tag.trim_start_matches('<').split([' ', '>']).next().expect("a name");
            match name.strip_prefix('/') {
                Some("rect") => {}
                Some(closed) => assert_eq!(open.pop().as_deref(), Some(closed), "{tag}"),
                None if void.contains(&name) => {}
                None => open.push(name.to_owned()),
            }
        }
        assert_eq!(open, [""; 0]);
    }
}

#[test]
fn it_speaks_the_language_asked_for() {
    let french = page(&fixtures::refused(), Lang::Fr);
    assert!(french.contains("<html lang=\"fr\">"));
    for text in [
        "Procès-verbal de conformité",
        "NON CONFORME",
        "3 bloquantes ouvertes, 2 majeures ouvertes, 4 non évalués",
        "écoute ici",
        "Pour la production",
    ] {
        assert!(french.contains(text), "{text}");
    }
    assert!(page(&fixtures::refused(), Lang::En).contains("<html lang=\"en\">"));
}

#[test]
fn both_ends_of_a_finding_are_shown_with_what_to_do() {
    let page = page(&fixtures::refused(), Lang::En);
    let finding = between(&page, "id=\"entry-2\"", "</article>");
    for part in [
        "hosts/prd-agora-db01.json:34:5</code>",
        "<mark>{&quot;proto&quot;:&quot;tcp&quot;",
        "compared with this (9 entries)",
        "close the port, or add the flow",
        "ISO/IEC 27001:2022 A.8.20, ANSSI-BP-028:2.0 R80*",
        "policies/software/network.toml:61:1</code>",
    ] {
        assert!(finding.contains(part), "{part} in {finding}");
    }
}

#[test]
fn the_overview_leads_to_the_entries() {
    let page = page(&fixtures::refused(), Lang::Fr);
    let overview = between(&page, "class=\"overview\"", "</table>");
    let rows = overview.split("<tr>").skip(1);
    let weights: Vec<_> = rows
        .filter_map(|row| ["blocker", "major", "minor"].iter().position(|of| row.contains(of)))
        .collect();
    assert_eq!(weights, [0, 0, 1, 1, 1, 2], "the weightiest first");
    for number in 1..=6 {
        assert_eq!(overview.matches(&format!("href=\"#entry-{number}\"")).count(), 1);
    }
    assert!(!self::page(&fixtures::empty(), Lang::En).contains("class=\"overview\""));
}

#[test]
fn what_was_accepted_stands_under_its_exception() {
    let page = page(&fixtures::filled("DRG-1"), Lang::En);
    let accepted = between(&page, "id=\"accepted\"", "id=\"not-evaluated\"");
    for part in ["Risk accepted", "Compensating measure", "Approved by", "To be mended by", "Due"] {
        assert!(accepted.contains(part), "{part}");
    }
    let register = between(&page, "id=\"exceptions\"", "id=\"run\"");
    for state in ["live", "not yet granted", "expired", "to close", "matches nothing"] {
        assert!(register.contains(state), "{state}");
    }
}

#[test]
fn the_page_is_whole_where_the_terminal_is_quiet() {
    let options = Options { quiet: true, ..Options::default() };
    let report = fixtures::refused();
    assert_eq!(render("html", &report, &options), page(&report, Lang::En));
}

/// Failures of one rule a subject, minors before blockers.
fn many(subjects: usize, of_each: usize) -> Report {
    let severities = [Severity::Minor, Severity::Blocker];
    let rules = severities.map(|severity| {
        Arc::new(fixtures::rule(&format!("SW-{}", severity.id()), "named", severity))
    });
    let mut results = Vec::new();
    for number in 0..subjects {
        let subject = fixtures::subject(SubjectKind::Host, &format!("host-{number:06}"));
        for rule in &rules {
            for _ in 0..of_each {
                let message = Phrase::same("wrong");
                results.push(fixtures::finding(rule, &subject, Outcome::Fail, message));
            }
        }
    }
    fixtures::report(Verdict::NonConforming, results)
}

#[test]
fn what_is_left_out_is_counted_and_weighs_least() {
    let page = page(&many(1_500, 1), Lang::En);
    assert_eq!(page.matches("class=\"entry blocker\"").count(), 1_500);
    assert_eq!(page.matches("class=\"entry minor\"").count(), 500);
    assert_eq!(page.matches("Not shown here: 1 more finding<").count(), 1_000);
    let folded = self::page(&many(1, 30), Lang::Fr);
    assert_eq!(folded.matches("Non affiché ici\u{a0}: 10 autres semblables").count(), 2);
    let options = Options { verbose: true, ..Options::default() };
    let everything = render("html", &many(1_500, 1), &options);
    assert_eq!(everything.matches("class=\"entry minor\"").count(), 1_500);
    assert!(!everything.contains("class=\"left-out\""));
}

/// Counts what is written, and keeps nothing.
struct Counting(usize);

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_hundred_thousand_findings_stay_one_page() {
    let mut report = many(25_000, 2);
    let unjudged = |finding: &mut Finding| finding.outcome = Outcome::NotEvaluated;
    report.results.iter_mut().step_by(3).for_each(unjudged);
    let mut written = Counting(0);
    super::render(&report, &Options::default(), &mut written).expect("takes all");
    assert!(written.0 < 8_000_000, "{}", written.0);
}
