use std::io::{self, Write};

use aplomb_model::{Lang, Report};

use crate::formats;

/// A way of telling a report.
pub struct Format {
    /// What it is called on the command line.
    pub id: &'static str,
    /// What it is for, in a line.
    pub summary: &'static str,
    /// What it tells, what it leaves out, and how it is written.
    pub docs: &'static str,
    /// Writes the whole report. The only errors are those of the writer.
    pub render: fn(&Report, &Options, &mut dyn Write) -> io::Result<()>,
}

/// All formats, sorted by id.
pub static FORMATS: &[Format] = &[
    Format {
        id: "csv",
        summary: "Every result on a row, for spreadsheets",
        docs: formats::csv::DOCS,
        render: formats::csv::render,
    },
    Format {
        id: "csv-actions",
        summary: "The plan of corrective actions, for spreadsheets",
        docs: formats::csv_actions::DOCS,
        render: formats::csv_actions::render,
    },
    Format {
        id: "github",
        summary: "Workflow commands: annotations in a GitHub Actions job",
        docs: formats::github::DOCS,
        render: formats::github::render,
    },
    Format {
        id: "gitlab",
        summary: "Code Quality report, for GitLab merge requests",
        docs: formats::gitlab::DOCS,
        render: formats::gitlab::render,
    },
    Format {
        id: "html",
        summary: "One page to read, filter, print and sign: the conformity report (procès-verbal)",
        docs: formats::html::DOCS,
        render: formats::html::render,
    },
    Format {
        id: "json",
        summary: "The canonical report, aplomb.report/1, for other tools",
        docs: formats::json::DOCS,
        render: formats::json::render,
    },
    Format {
        id: "junit",
        summary: "JUnit XML, for the test reports of GitLab and GitHub",
        docs: formats::junit::DOCS,
        render: formats::junit::render,
    },
    Format {
        id: "junit-xunit",
        summary: "JUnit XML that the strict schema of Jenkins' xUnit plugin accepts",
        docs: formats::junit_xunit::DOCS,
        render: formats::junit_xunit::render,
    },
    Format {
        id: "markdown",
        summary: "A comment on a merge request: the verdict, then findings, the worst first",
        docs: formats::markdown::DOCS,
        render: formats::markdown::render,
    },
    Format {
        id: "openmetrics",
        summary: "OpenMetrics text, for monitoring",
        docs: formats::openmetrics::DOCS,
        render: formats::openmetrics::render,
    },
    Format {
        id: "oscal",
        summary: "OSCAL 1.1.3 assessment results, for auditors' tools",
        docs: formats::oscal::DOCS,
        render: formats::oscal::render,
    },
    Format {
        id: "sarif",
        summary: "SARIF 2.1.0, for code scanning",
        docs: formats::sarif::DOCS,
        render: formats::sarif::render,
    },
    Format {
        id: "text",
        summary: "For people at a terminal: findings with source excerpts, then the verdict",
        docs: formats::text::DOCS,
        render: formats::text::render,
    },
];

/// The format an id names.
pub fn by_id(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id == id)
}

/// How a report is told.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent switches of a command line, in any combination"
)]
pub struct Options {
    /// The language of every text.
    pub lang: Lang,
    /// Columns of the terminal or page, for formats that lay text out; below 40 it counts as 40.
    pub width: usize,
    /// Colour and other terminal styles.
    pub color: bool,
    /// Draw with ASCII characters only. Texts keep their accents.
    pub ascii: bool,
    /// Tell also what passed and what does not apply, and fold nothing.
    pub verbose: bool,
    /// Tell only the summary and the verdict.
    pub quiet: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { lang: Lang::En, width: 80, color: false, ascii: false, verbose: false, quiet: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_sorted_unique_and_described() {
        assert!(FORMATS.windows(2).all(|pair| pair[0].id < pair[1].id));
        for format in FORMATS {
            assert!(!format.summary.is_empty() && !format.summary.ends_with('.'));
            assert!(format.docs.ends_with('.') && format.docs.lines().all(|l| l.len() <= 110));
            assert_eq!(by_id(format.id).map(|found| found.id), Some(format.id));
        }
        assert!(by_id("pdf").is_none());
    }
}
