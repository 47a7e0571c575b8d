use aplomb_model::{Lang, Outcome, Phrase, Report, Severity, SubjectKind, Verdict};

use crate::Options;
use crate::fixtures::{self, render};

/// So many findings of each of so many rules.
fn many(rules: u32, each: u32) -> Report {
    let host = fixtures::subject(SubjectKind::Host, "db01");
    let results = (0..rules).flat_map(|rule| {
        let rule = fixtures::rule(&format!("SW-{rule:03}"), "named", Severity::Major).into();
        let found = (0..each).map(|number| {
            let message = Phrase::same(format!("finding {number}"));
            fixtures::finding(&rule, &host, Outcome::Fail, message)
        });
        found.collect::<Vec<_>>()
    });
    fixtures::report(Verdict::NonConforming, results.collect())
}

#[test]
fn a_refusal_in_english() {
    insta::assert_snapshot!(render("markdown", &fixtures::with_waiver(), &Options::default()));
}

#[test]
fn a_refusal_in_french() {
    let options = Options { lang: Lang::Fr, ..Options::default() };
    insta::assert_snapshot!(render("markdown", &fixtures::with_waiver(), &options));
}

#[test]
fn quiet_is_the_verdict_and_its_figures() {
    let options = Options { quiet: true, ..Options::default() };
    let text = render("markdown", &fixtures::with_waiver(), &options);
    assert!(text.starts_with("## NON-CONFORMING: `agora-ged` `3.2.0`\n"), "{text}");
    assert!(text.contains("| **all**") || text.contains("| all |"), "{text}");
    assert!(!text.contains("SW-061"));
}

#[test]
fn findings_alike_are_folded_unless_all_are_asked_for() {
    let report = many(2, 12);
    let folded = render("markdown", &report, &Options::default());
    assert_eq!(folded.matches("- … and 2 more like it").count(), 2, "{folded}");
    assert!(!folded.contains("left out"));
    let verbose = Options { verbose: true, ..Options::default() };
    let all = render("markdown", &report, &verbose);
    assert_eq!(all.matches("finding `").count() + all.matches("finding 1").count(), 6, "{all}");
}

#[test]
fn the_page_keeps_the_limits_of_the_forges_and_says_what_it_left_out() {
    for (verbose, limit) in [(false, 65_536), (true, 1_000_000)] {
        let report = many(2_000, 30);
        let text = render("markdown", &report, &Options { verbose, ..Options::default() });
        assert!(text.len() <= limit && text.len() > limit * 9 / 10, "{}", text.len());
        let last = text.lines().last().expect("a line");
        assert!(last.contains("less important findings left out here"), "{last}");
        let told = text.lines().filter(|line| line.starts_with("- `db01`")).count();
        let folded = text.matches("- … and 20 more like it").count() * 20;
        let left_out = last.trim_start_matches("**").split(' ').next().expect("a number");
        let left_out: usize = left_out.parse().expect("a number");
        assert_eq!(told + folded + left_out, report.results.len());
    }
}

#[test]
fn what_is_folded_keeps_the_limits_too() {
    let host = fixtures::subject(SubjectKind::Host, "db01");
    let rule = fixtures::rule("SW-001", "named", Severity::Major).into();
    let results = (0..5_000).map(|number| {
        let message = Phrase::same(format!("no snapshot of host number {number}"));
        fixtures::finding(&rule, &host, Outcome::NotEvaluated, message)
    });
    let report = fixtures::report(Verdict::Undetermined, results.collect());
    let text = render("markdown", &report, &Options::default());
    assert!(text.len() <= 65_536);
    assert!(text.ends_with("- …\n\n</details>\n"), "{}", &text[text.len() - 200..]);
}
