use std::ffi::OsString;
use std::path::{Path, PathBuf};

use thiserror::Error;

mod descriptor;
mod live;
mod recording;
mod root_directory;

pub use live::Live;
pub use recording::{Recording, Touch};
pub use root_directory::RootDirectory;

/// The only way to a host: reading, never writing, never running.
///
/// Paths are absolute on the host. An implementation follows symbolic links as the host itself
/// would: those of a root directory never lead out of it.
pub trait Access: Sync {
    /// The first `most` bytes of a regular file.
    ///
    /// # Errors
    /// When there is none, or it may not be read.
    fn read(&self, path: &Path, most: u64) -> Result<Content, Refusal>;

    /// What a folder holds, sorted by name.
    ///
    /// # Errors
    /// When there is none, it may not be read, or holds more than [`MOST_ENTRIES`].
    fn list(&self, path: &Path) -> Result<Vec<Entry>, Refusal>;

    /// What stands at a path; a symbolic link itself, not its target.
    ///
    /// # Errors
    /// When nothing does, or a folder on the way may not be searched.
    fn status(&self, path: &Path) -> Result<FileStatus, Refusal>;

    /// The target of a symbolic link, as written.
    ///
    /// # Errors
    /// When it is none, or may not be read.
    fn link(&self, path: &Path) -> Result<PathBuf, Refusal>;

    /// Room on the file system that holds a path.
    ///
    /// # Errors
    /// [`Refusal::Unsupported`] where only a running host could tell.
    fn space(&self, path: &Path) -> Result<Space, Refusal>;

    /// Whether a regular file carries capabilities, which make whoever starts it mightier: see
    /// capabilities(7).
    ///
    /// # Errors
    /// When there is none, it may not be looked at, or the file system cannot tell.
    fn has_capabilities(&self, path: &Path) -> Result<bool, Refusal> {
        let _ = path;
        Err(Refusal::Unsupported)
    }

    /// What a running host says of itself; `None` where nothing runs.
    fn running(&self) -> Option<Running>;
}

/// Entries of one folder above which it is refused.
pub const MOST_ENTRIES: usize = 1_000_000;

/// What was read of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Its first bytes.
    pub bytes: Vec<u8>,
    /// Whether it goes on.
    pub is_cut: bool,
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The name, without its folder.
    pub name: OsString,
    /// What it names; of a symbolic link, the link.
    pub kind: FileKind,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device.
    Device,
    /// A pipe or socket.
    Other,
}

/// What `lstat` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStatus {
    /// What it is.
    pub kind: FileKind,
    /// Permission bits with setuid, setgid and sticky: the lower twelve.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Bytes.
    pub size: u64,
    /// The file system it lies on.
    pub device: u64,
    /// When its content last changed, in seconds since 1970.
    pub modified: i64,
}

/// What `statvfs` says, in bytes and inodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// Size in bytes.
    pub size: u64,
    /// Bytes in use.
    pub used: u64,
    /// Bytes free for ordinary accounts.
    pub free: u64,
    /// Inodes; zero where the file system does not count them.
    pub inodes: u64,
    /// Inodes free for ordinary accounts.
    pub inodes_free: u64,
}

/// What `uname` and `geteuid` say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Host name.
    pub host: String,
    /// Kernel release.
    pub release: String,
    /// Kernel version.
    pub version: String,
    /// Machine: `x86_64`.
    pub machine: String,
    /// Effective user id of whoever records.
    pub uid: u32,
}

/// Why something could not be seen.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing is there.
    #[error("there is no such file or folder")]
    Absent,
    /// It may not be looked at.
    #[error("permission denied")]
    Denied,
    /// Something else is there: a folder, a device, a pipe.
    #[error("something of another kind is there")]
    OtherKind,
    /// Symbolic links lead in a circle, or too far.
    #[error("symbolic links lead in a circle")]
    Circle,
    /// More than can be taken.
    #[error("there is more than is taken")]
    TooMuch,
    /// Only a running host could tell.
    #[error("only a running host has this")]
    Unsupported,
    /// The system's own words.
    #[error("{0}")]
    Failed(String),
}
