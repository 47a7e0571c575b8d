//! What ends a run without a verdict, and its exit code.

use aplomb_report::{Options, render_diagnostic};
use miette::Diagnostic;

use crate::cli::Terminal;
use crate::print;

/// The command, a standard or a manifest is wrong.
pub(crate) const USAGE: u8 = 2;
/// Something needed could not be evaluated.
pub(crate) const UNDETERMINED: u8 = 3;
/// A defect of ours (`EX_SOFTWARE` of sysexits).
pub(crate) const DEFECT: u8 = 70;

/// Why there is no verdict: always something the user can mend.
#[derive(Debug)]
pub(crate) enum Complaint {
    /// Something in a file a person wrote for us, or in what was asked for, shown with excerpts.
    Mistakes(Vec<Box<dyn Diagnostic + Send + Sync>>),
    /// A sentence.
    Plain(String),
}

impl Complaint {
    /// A sentence that says what is wrong and what to do.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::Plain(text.into())
    }

    /// Diagnostics of one type.
    pub(crate) fn mistakes<D: Diagnostic + Send + Sync + 'static>(
        all: impl IntoIterator<Item = D>,
    ) -> Self {
        let boxed = |one| Box::new(one) as Box<dyn Diagnostic + Send + Sync>;
        Self::Mistakes(all.into_iter().map(boxed).collect())
    }

    /// The exit code that goes with it.
    #[expect(clippy::unused_self, reason = "every complaint so far is of one class")]
    pub(crate) const fn exit_code(&self) -> u8 {
        USAGE
    }

    /// Prints it on standard error.
    pub(crate) fn print(&self, terminal: &Terminal) {
        match self {
            Self::Plain(text) => print::warn(&format!("error: {text}")),
            Self::Mistakes(all) => {
                let options = Options {
                    width: print::width(),
                    color: terminal.color(print::stderr_is_terminal()),
                    ..Options::default()
                };
                for one in all {
                    print::warn_drawn(render_diagnostic(one.as_ref(), &options).trim_end());
                }
            }
        }
    }
}
