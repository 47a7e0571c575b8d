//! `github`: annotations of a GitHub Actions job, through workflow commands in its log.
//!
//! The runner obeys every line that begins with `::`, and an old form of command anywhere in a line:
//! text of others never begins a line here, and neither form is left in it.

use std::io::{self, Write};

use aplomb_model::{Diagnostic, DiagnosticLevel, Finding, Lang, Report, Severity};

use crate::place::{self, Place, Places};
use crate::{Options, conclusion, grouping, sentence, visible, words};

/// What the format is, in full.
pub(crate) const DOCS: &str = "\
To be printed in a job: failures and evaluations that went wrong become annotations beside the changed
files. Blocker and major are errors, minor is a warning, info a notice; the run's own errors and warnings
follow. What a live exception covers, does not apply or could not be evaluated is not annotated.

GitHub shows ten annotations of a level and step: the most important ten of each are written as such, the
others as plain lines of the log, in a group, up to a thousand. The last line is the verdict, also as a
notice. For the job's summary page write `--output markdown=FILE` and append it to its summary file.

Paths are relative to the folder that was judged, which should be the root of the repository.";

/// Annotations of one level that are shown for a step.
const MAX_SHOWN: usize = 10;
/// Lines of the log for what is not shown.
const MAX_LOGGED: usize = 1_000;
/// Characters of a message.
const MAX_MESSAGE: usize = 1_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    const fn command(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// What an annotation is about.
enum About<'a> {
    Finding(&'a Finding),
    Run(&'a Diagnostic),
}

struct Annotation {
    place: Option<Place>,
    title: String,
    message: String,
}

/// Writes annotations and log lines.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let lang = options.lang;
    let out = &mut io::BufWriter::new(out);
    let places = Places::of(report);
    let mut findings = grouping::most_important_first(report);
    findings.retain(|finding| finding.accepted.is_none());
    let mut diagnostics: Vec<_> = report.diagnostics.iter().collect();
    diagnostics.sort_by_key(|diagnostic| diagnostic.level);
    let about = findings.iter().map(|one| About::Finding(one));
    let about = about.chain(diagnostics.into_iter().map(About::Run));

    // One notice is kept for the verdict.
    let mut left = [MAX_SHOWN, MAX_SHOWN, MAX_SHOWN - 1];
    let mut others = Vec::new();
    for one in about {
        let level = level(&one);
        match left.get_mut(level as usize) {
            Some(left) if *left > 0 => {
                *left -= 1;
                annotate(level, &annotation(&one, &places, lang), out)?;
            }
            _ => others.push(one),
        }
    }
    log(&others, &places, lang, out)?;
    let verdict = words::verdict(report.verdict).get(lang);
    let verdict = format!("{verdict}{}{}", words::colon(lang), conclusion::reason(report, lang));
    let title = format!("aplomb {}", visible::line(&report.delivery.id));
    annotate(Level::Notice, &Annotation { place: None, title, message: verdict.clone() }, out)?;
    writeln!(out, "{}", inert(&verdict))?;
    out.flush()
}

fn level(about: &About<'_>) -> Level {
    match about {
        About::Finding(finding) => match finding.rule.severity {
            Severity::Blocker | Severity::Major => Level::Error,
            Severity::Minor => Level::Warning,
            Severity::Info => Level::Notice,
        },
        About::Run(diagnostic) => match diagnostic.level {
            DiagnosticLevel::Error => Level::Error,
            DiagnosticLevel::Warning => Level::Warning,
            DiagnosticLevel::Note => Level::Notice,
        },
    }
}

fn annotation(about: &About<'_>, places: &Places<'_>, lang: Lang) -> Annotation {
    match about {
        About::Finding(finding) => {
            let rule = &finding.rule;
            let place = places.main(finding);
            let severity = words::severity_lower(rule.severity).get(lang);
            let title = format!("{} {} ({severity})", rule.id, rule.name);
            let found = sentence::found_at(finding, &place, lang);
            Annotation { place: Some(place), title, message: found }
        }
        About::Run(diagnostic) => {
            let place = diagnostic.file.as_deref().and_then(place::whole);
            let place = place.map(|whole| match diagnostic.position {
                Some(at) => Place { start: at, end: at, ..whole },
                None => whole,
            });
            let message = visible::joined(diagnostic.message.get(lang));
            Annotation { place, title: diagnostic.code.clone().into_owned(), message }
        }
    }
}

fn annotate(level: Level, annotation: &Annotation, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "::{} ", level.command())?;
    if let Some(Place { file, start, end }) = &annotation.place {
        write!(out, "file={},line={},endLine={}", property(file), start.line, end.line)?;
        // Columns are for places within a line only.
        if start.line == end.line {
            write!(out, ",col={},endColumn={}", start.column, end.column)?;
        }
        write!(out, ",")?;
    }
    let message = data(&visible::cut(annotation.message.clone(), MAX_MESSAGE));
    writeln!(out, "title={}::{message}", property(&annotation.title))
}

/// What found no room among the annotations, folded in the log.
fn log(
    others: &[About<'_>],
    places: &Places<'_>,
    lang: Lang,
    out: &mut dyn Write,
) -> io::Result<()> {
    if others.is_empty() {
        return Ok(());
    }
    let counted = words::counted(others.len(), words::MORE, lang);
    writeln!(out, "::group::{}", data(&counted))?;
    for about in others.iter().take(MAX_LOGGED) {
        let Annotation { place, title, message } = annotation(about, places, lang);
        let at = place.map(|at| format!("{}:{}: ", at.file, at.start.line)).unwrap_or_default();
        let message = visible::cut(message, MAX_MESSAGE);
        writeln!(out, "- {}", inert(&format!("{at}{title}: {message}")))?;
    }
    if others.len() > MAX_LOGGED {
        let counted = words::counted(others.len() - MAX_LOGGED, words::LEFT_OUT, lang);
        writeln!(out, "- {counted}, {}", words::IN_FULL.get(lang))?;
    }
    writeln!(out, "::endgroup::")
}

/// Text in which no command is left.
fn inert(text: &str) -> String {
    visible::joined(text).replace("##[", "# #[")
}

/// The message of a command.
fn data(text: &str) -> String {
    inert(text).replace('%', "%25")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use aplomb_model::{Outcome, Phrase, SubjectKind, Verdict};

    use super::*;
    use crate::fixtures::{self, render};

    fn many(severity: Severity, count: u32) -> Report {
        let rule = fixtures::rule("SW-001", "named", severity).into();
        let host = fixtures::subject(SubjectKind::Host, "db01");
        let results = (0..count).map(|number| {
            let message = Phrase::same(format!("number {number}"));
            fixtures::finding(&rule, &host, Outcome::Fail, message)
        });
        fixtures::report(Verdict::ConformingWithMinorReservations, results.collect())
    }

    #[test]
    fn a_refusal_in_both_languages() {
        let told = [Lang::En, Lang::Fr].map(|lang| {
            render("github", &fixtures::with_waiver(), &Options { lang, ..Options::default() })
        });
        insta::assert_snapshot!(told.join("\n"));
    }

    #[test]
    fn no_more_is_annotated_than_is_shown() {
        let text = render("github", &many(Severity::Info, 1_050), &Options::default());
        let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
        assert_eq!(count("::notice "), 10);
        assert_eq!(count("::group::1041 more"), 1);
        assert_eq!(count("- "), 1_001);
        assert!(text.contains("- 41 less important findings left out here"), "{text}");
        assert!(text.ends_with("1050 remarks\n"), "{text}");
    }

    #[test]
    fn text_of_others_is_no_command() {
        let mut report = many(Severity::Minor, 12);
        for finding in &mut report.results {
            finding.message = Phrase::same("a\n::stop-commands::x\r##[add-mask]y, 100%");
        }
        let text = render("github", &report, &Options::default());
        assert!(!text.contains("##[") && !text.contains("\n::stop") && !text.contains('\r'));
        assert!(
            text.contains("::db01: a ::stop-commands::x<U+000D># #[add-mask]y, 100%25\n"),
            "{text}"
        );
    }
}
