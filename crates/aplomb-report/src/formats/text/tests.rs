use aplomb_model::{Lang, Outcome, Phrase, Severity, SubjectKind, Verdict};

use crate::fixtures::{self, render};
use crate::{Options, columns, visible};

fn options(lang: Lang) -> Options {
    Options { lang, ..Options::default() }
}

fn assert_harmless(text: &str) {
    for line in text.split('\n') {
        assert_eq!(line.trim_end(), line);
        let hidden = line.chars().find(|c| visible::is_hidden(*c));
        assert_eq!(hidden, None, "in {line:?}");
    }
}

#[test]
fn a_refusal_in_english() {
    let text = render("text", &fixtures::refused(), &options(Lang::En));
    insta::assert_snapshot!(text);
}

#[test]
fn a_refusal_in_french() {
    let text = render("text", &fixtures::refused(), &options(Lang::Fr));
    insta::assert_snapshot!(text);
}

#[test]
fn everything_told_in_ascii() {
    let options = Options { ascii: true, verbose: true, ..Options::default() };
    let text = render("text", &fixtures::refused(), &options);
    insta::assert_snapshot!(text);
}

#[test]
fn quiet_tells_figures_and_verdict_only() {
    let options = Options { quiet: true, ..Options::default() };
    let text = render("text", &fixtures::refused(), &options);
    assert!(text.starts_with("SUMMARY"), "{text}");
    assert!(text.ends_with("\nNON-CONFORMING: 3 open blockers, 2 open majors, 4 not evaluated\n"));
    assert!(!text.contains("SW-061"));
}

#[test]
fn nothing_checked_is_said_plainly() {
    let en = render("text", &fixtures::empty(), &options(Lang::En));
    let fr = render("text", &fixtures::empty(), &options(Lang::Fr));
    insta::assert_snapshot!(format!("{en}\n{fr}"));
}

#[test]
fn lines_fit_the_page() {
    let all = [fixtures::refused(), fixtures::hostile(), fixtures::empty()];
    for report in &all {
        for (lang, ascii, width) in
            [(Lang::En, false, 80), (Lang::Fr, true, 80), (Lang::Fr, false, 120)]
        {
            let options = Options { lang, ascii, width, verbose: true, ..Options::default() };
            for line in render("text", report, &options).lines() {
                // A location is never cut: it is there to be opened.
                let is_location = ["─[", "-[", " unreadable "].iter().any(|of| line.contains(of));
                assert!(columns::width(line) <= width || is_location, "{line:?}");
            }
        }
    }
}

#[test]
fn hostile_text_is_shown_and_does_nothing() {
    let report = fixtures::hostile();
    for verbose in [false, true] {
        let options = Options { verbose, ..Options::default() };
        let text = render("text", &report, &options);
        assert_harmless(&text);
        assert!(text.contains("<U+001B>[2J") && text.contains("<U+202E>"));
    }
    let ascii = Options { ascii: true, width: 0, ..Options::default() };
    assert_harmless(&render("text", &report, &ascii));
}

#[test]
fn colour_is_ours_alone() {
    let colour = Options { color: true, ..Options::default() };
    let plain = render("text", &fixtures::hostile(), &Options::default());
    let coloured = render("text", &fixtures::hostile(), &colour);
    assert!(coloured.contains("\x1b[31mBLOCKER") || coloured.contains("\x1b[1m"));
    let mut stripped = String::new();
    let mut rest = &*coloured;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        stripped.push_str(before);
        rest = after.split_once('m').expect("every style sequence ends").1;
    }
    stripped.push_str(rest);
    for (coloured, plain) in stripped.lines().zip(plain.lines()) {
        assert_eq!(coloured, plain);
    }
    assert_eq!(stripped.lines().count(), plain.lines().count());
}

#[test]
fn many_alike_are_folded_unless_all_are_asked_for() {
    let rule = fixtures::rule("SW-061", "listening-ports-documented", Severity::Major).into();
    let host = fixtures::subject(SubjectKind::Host, "prd-db01");
    let results = (1000..1042).map(|port| {
        let message = Phrase::new(format!("{port}/tcp listens"), format!("{port}/tcp écoute"));
        fixtures::finding(&rule, &host, Outcome::Fail, message)
    });
    let report = fixtures::report(Verdict::NonConforming, results.collect());
    let folded = render("text", &report, &options(Lang::Fr));
    assert!(folded.contains("… et 37 autres semblables"), "{folded}");
    assert!(!folded.contains("1005/tcp"));
    let verbose = Options { verbose: true, ..Options::default() };
    assert!(render("text", &report, &verbose).contains("1041/tcp"));
}

#[test]
fn the_worst_subject_comes_first() {
    let a = fixtures::subject(SubjectKind::Host, "a");
    let b = fixtures::subject(SubjectKind::Host, "b");
    let of = |id, severity| fixtures::rule(id, "named", severity).into();
    let fail = |rule, subject| fixtures::finding(rule, subject, Outcome::Fail, Phrase::same("x"));
    let results = vec![
        fail(&of("SW-001", Severity::Major), &a),
        fail(&of("SW-003", Severity::Minor), &b),
        fail(&of("SW-002", Severity::Blocker), &b),
    ];
    let text =
        render("text", &fixtures::report(Verdict::NonConforming, results), &options(Lang::En));
    let found = |id: &str| text.find(id).expect("is told");
    assert!(found("SW-002") < found("SW-003") && found("SW-003") < found("SW-001"));
}
