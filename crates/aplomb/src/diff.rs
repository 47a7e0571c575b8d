//! `aplomb diff`: what changed between two files of the same kind.

mod reports;

use crate::cli::{DiffArgs, Terminal};
use crate::complaint::Complaint;

/// What is worse, or different.
const DIFFERENT: u8 = 1;

pub(crate) fn run(args: &DiffArgs, terminal: &Terminal) -> Result<u8, Complaint> {
    reports::run(args, terminal)
}
