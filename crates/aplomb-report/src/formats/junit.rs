//! `junit`: the XML of `JUnit` as GitLab and the test reporters of GitHub read it.
//!
//! A test is a rule on a subject, so that its name stays the same however many findings there are.
//! The names of tests are unique, because readers keep only one of those that share a name.

mod case;

use std::io::{self, Write};

use aplomb_model::{Diagnostic, DiagnosticLevel, Finding, Lang, Report, Verdict};

use crate::acceptance::Acceptances;
use crate::place::Places;
use crate::{Options, conclusion, words, xml};
use case::{Case, State};

/// What the format is, in full.
pub(crate) const DOCS: &str = "\
A test suite a standard, a test case a rule and subject: `classname` is `STANDARD.RULE`, `name` the rule's
name with the subject. Failures are `failure` with the severity as their type, evaluations that went wrong
`error`; what does not apply, what could not be evaluated and what a live exception covers is
`skipped`, and its message says which. `file` and `line` name the place.

The first suite holds the verdict, so that a run that checked nothing is not green, and an error for each
file that could not be read. Consumers of JUnit do not fail a job: the exit code does.
For Jenkins' xUnit plugin, which validates strictly, take `junit-xunit`.";

/// Who is to read it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// With the place of each test.
    Located,
    /// With nothing that the strict schema refuses.
    Strict,
}

/// Writes the report as XML of `JUnit`.
pub(crate) fn render(report: &Report, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    write(Dialect::Located, report, options.lang, out)
}

/// Writes the report in one of the dialects.
pub(crate) fn write(
    dialect: Dialect,
    report: &Report,
    lang: Lang,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut results: Vec<_> = report.results.iter().collect();
    results.sort_by(|a, b| key(a).cmp(&key(b)));
    let run = Run::of(report);
    let mut total = run.counts;
    for case in results.chunk_by(|a, b| key(a) == key(b)) {
        total.add(case::state(case));
    }
    let mut pen = Pen {
        out: &mut io::BufWriter::new(out),
        dialect,
        lang,
        places: Places::of(report),
        acceptances: Acceptances::of(report),
    };
    writeln!(pen.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        pen.out,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"0\">",
        xml::attribute(&report.delivery.id),
        total.tests,
        total.failures,
        total.errors
    )?;
    pen.run(report, &run)?;
    for suite in results.chunk_by(|a, b| a.rule.standard == b.rule.standard) {
        pen.suite(suite)?;
    }
    writeln!(pen.out, "</testsuites>")?;
    pen.out.flush()
}

/// What makes a test: the standard, the rule and its demand, the subject.
fn key(finding: &Finding) -> impl Ord + '_ {
    let rule = &*finding.rule;
    (&*rule.standard, &*rule.id, &*rule.name, &*finding.subject)
}

#[derive(Clone, Copy, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn add(&mut self, state: State) {
        self.tests += 1;
        match state {
            State::Failed => self.failures += 1,
            State::Error => self.errors += 1,
            State::Waived | State::NotEvaluated | State::NotApplicable => self.skipped += 1,
            State::Passed => {}
        }
    }
}

/// What is told of the run itself.
struct Run<'a> {
    verdict: State,
    unread: Vec<&'a Diagnostic>,
    counts: Counts,
}

impl<'a> Run<'a> {
    fn of(report: &'a Report) -> Self {
        let verdict = match report.verdict {
            Verdict::NonConforming => State::Failed,
            Verdict::Undetermined => State::Error,
            _ => State::Passed,
        };
        let diagnostics = report.diagnostics.iter();
        let unread: Vec<_> = diagnostics.filter(|d| d.level == DiagnosticLevel::Error).collect();
        let mut counts = Counts::default();
        counts.add(verdict);
        for _ in &unread {
            counts.add(State::Error);
        }
        Self { verdict, unread, counts }
    }
}

struct Pen<'a> {
    out: &'a mut dyn Write,
    dialect: Dialect,
    lang: Lang,
    places: Places<'a>,
    acceptances: Acceptances<'a>,
}

impl Pen<'_> {
    fn run(&mut self, report: &Report, run: &Run<'_>) -> io::Result<()> {
        self.open_suite("aplomb", run.counts)?;
        let verdict = words::verdict(report.verdict).get(self.lang);
        let reason = conclusion::reason(report, self.lang);
        let told = format!("{verdict}{}{reason}", words::colon(self.lang));
        self.case(&Case {
            class: "aplomb.verdict".to_owned(),
            name: words::VERDICT.get(self.lang).to_owned(),
            place: None,
            state: run.verdict,
            kind: report.verdict.id().into(),
            message: told.clone(),
            text: told,
        })?;
        for (number, diagnostic) in run.unread.iter().enumerate() {
            let message = diagnostic.message.get(self.lang);
            let file = diagnostic.file.as_deref().unwrap_or_default();
            self.case(&Case {
                class: format!("aplomb.{}", diagnostic.code),
                name: format!("{} {file}", number + 1),
                place: None,
                state: State::Error,
                kind: diagnostic.code.clone(),
                message: message.to_owned(),
                text: message.to_owned(),
            })?;
        }
        writeln!(self.out, "  </testsuite>")
    }

    fn suite(&mut self, results: &[&Finding]) -> io::Result<()> {
        let Some(first) = results.first() else {
            return Ok(());
        };
        let cases = || results.chunk_by(|a, b| key(a) == key(b));
        let mut counts = Counts::default();
        for case in cases() {
            counts.add(case::state(case));
        }
        self.open_suite(&first.rule.standard, counts)?;
        for findings in cases() {
            let case = Case::of(findings, &self.places, &self.acceptances, self.lang);
            case.map_or(Ok(()), |case| self.case(&case))?;
        }
        writeln!(self.out, "  </testsuite>")
    }

    fn open_suite(&mut self, name: &str, counts: Counts) -> io::Result<()> {
        let Counts { tests, failures, errors, skipped } = counts;
        writeln!(
            self.out,
            "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" \
             errors=\"{errors}\" skipped=\"{skipped}\" time=\"0\">",
            xml::attribute(name)
        )
    }

    fn case(&mut self, case: &Case) -> io::Result<()> {
        write!(
            self.out,
            "    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
            xml::attribute(&case.class),
            xml::attribute(&case.name)
        )?;
        if let (Dialect::Located, Some((file, line))) = (self.dialect, &case.place) {
            write!(self.out, " file=\"{}\" line=\"{line}\"", xml::attribute(file))?;
        }
        let element = match case.state {
            State::Passed => return writeln!(self.out, "/>"),
            State::Failed => "failure",
            State::Error => "error",
            State::Waived | State::NotEvaluated | State::NotApplicable => "skipped",
        };
        writeln!(
            self.out,
            ">\n      <{element} type=\"{}\" message=\"{}\">{}</{element}>\n    </testcase>",
            xml::attribute(&case.kind),
            xml::attribute(&case.message),
            xml::text(&case.text)
        )
    }
}

#[cfg(test)]
mod tests;
