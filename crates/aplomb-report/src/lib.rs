//! How is it told? One file a format, in French and English.
//!
//! A [`Format`] renders a [`Report`](aplomb_model::Report) to a writer under [`Options`]; [`FORMATS`]
//! lists them. To add one, copy a neighbour under `formats/`, add its `mod` line and its line in
//! the slice.
//!
//! What formats share: which characters may be shown as they are (`visible`), what part of a source
//! is shown and what is marked in it (`excerpt`), in which order findings are told (`grouping`), which
//! file a finding is pinned to (`place`), what is said of it in a line (`sentence`), by what it was accepted (`acceptance`), why the verdict is
//! what it is (`conclusion`) and the fixed texts in both languages (`words`).
//!
//! [`render_diagnostic`] is for the mistakes of authors, which are no findings: they stop a run
//! before it starts.

mod acceptance;
mod citation;
mod columns;
mod comparison;
mod conclusion;
mod excerpt;
mod format;
mod formats;
mod grouping;
mod markdown;
mod mistakes;
mod place;
mod plain_json;
mod sentence;
mod spreadsheet;
mod visible;
mod words;
mod xml;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod hostile;

pub use columns::wrap;
pub use comparison::{COMPARISON_FORMATS, ComparisonFormat};
pub use format::{FORMATS, Format, Options, by_id};
pub use formats::json::{NotSaved, Saved, read_saved};
pub use mistakes::render_diagnostic;
pub use visible::visible;
