//! What do the files say? Every format becomes a [`Tree`](aplomb_model::Tree) whose keys and
//! values know their byte ranges.
//!
//! Bytes are [decoded](decode) to text, the [format](Format) is [detected](detect) or given, and
//! the format's reader makes the tree. A reader never guesses: what it does not understand is a
//! [`ReadError`] with a position. Readers are listed in [`FORMATS`]; to add one, copy a neighbour
//! under `formats/` and add its line to the slice. Only [`Root`] touches the file system.

pub mod authored;
mod compressed;
mod decode;
mod delivery;
mod error;
mod folder;
mod format;
mod formats;
mod limits;
mod lines;
mod piece;
mod problems;
#[cfg(test)]
mod proof;
mod repetition;
mod settings;
mod standing;

pub use decode::decode;
pub use delivery::{Declared, Delivery, OpenError, read_around};
pub use error::{Problem, ReadError, ReadErrorKind};
pub use folder::{Entry, Root};
pub use format::{FORMATS, Files, Format, Input, NoFiles, by_id, detect, read, read_text};
pub use formats::{inner_format, slug, unescaped};
pub use limits::Limits;
