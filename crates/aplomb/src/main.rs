//! `aplomb`: judges a delivery to production against declared standards.
//!
//! This crate asks who wants what and with which exit code: the command line, finding standards
//! and files, progress, and handing one stage's result to the next. What the stages do lives in
//! the libraries.

mod check;
mod cli;
mod collect;
mod complaint;
mod describe;
mod diff;
mod embedded;
mod estate;
mod exceptions;
mod inspect;
mod merge;
mod outputs;
mod print;
mod saved;
mod single_file;
mod standards;
mod waive;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use aplomb_report::visible;
use clap::Parser;
use mimalloc::MiMalloc;

use crate::cli::{Cli, Command};
use crate::complaint::{Complaint, DEFECT, USAGE};

/// Trees are many small allocations; the system's allocator takes a third of a check's time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    let done = catch_unwind(AssertUnwindSafe(|| run(&cli)));
    match done {
        Ok(Ok(code)) => ExitCode::from(code),
        Ok(Err(complaint)) => {
            complaint.print(&cli.terminal);
            ExitCode::from(complaint.exit_code())
        }
        // The panic has printed its message; what is left is to say whose fault it is.
        Err(_) => {
            print::warn("this is a defect of aplomb; please report it with the message above");
            ExitCode::from(DEFECT)
        }
    }
}

/// What the command line says of itself, or what is wrong with it. An argument that would act on
/// the terminal is quoted in a message without colours.
fn refuse(error: &clap::Error) -> ExitCode {
    let harmless = |argument: OsString| {
        let argument = argument.to_string_lossy();
        visible(&argument) == argument
    };
    if std::env::args_os().all(harmless) {
        error.exit();
    }
    print::warn(error.to_string().trim_end());
    ExitCode::from(USAGE)
}

fn run(cli: &Cli) -> Result<u8, Complaint> {
    match &cli.command {
        Command::Check(args) => check::run(args, &cli.terminal),
        Command::Report(args) => saved::run(args, &cli.terminal),
        Command::Merge(args) => merge::run(args, &cli.terminal),
        Command::Collect(args) => collect::run(args, &cli.terminal),
        Command::Diff(args) => diff::run(args, &cli.terminal),
        Command::Waive(args) => waive::run(args, &cli.terminal),
        Command::Inspect(args) => inspect::run(args),
        Command::List(args) => describe::list(args, &cli.terminal),
        Command::Explain(args) => describe::explain(args, &cli.terminal),
        Command::Schema(args) => describe::schema(args),
        Command::Completions(args) => describe::completions(args),
    }
}
