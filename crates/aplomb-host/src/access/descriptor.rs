//! What live hosts and root directories do alike, once a file is open.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;

use rustix::fs::{AtFlags, Dir, FileType, OFlags, Stat, fstat, statat};
use rustix::io::Errno;

use super::{Content, Entry, FileKind, FileStatus, MOST_ENTRIES, Refusal};

/// How a file is opened for reading: a pipe is not waited for, a terminal is not taken.
pub(super) const READING: OFlags =
    OFlags::RDONLY.union(OFlags::NONBLOCK).union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// How a folder is opened for listing.
pub(super) const LISTING: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

pub(super) fn refused(error: Errno) -> Refusal {
    match error {
        Errno::NOENT | Errno::NOTDIR | Errno::NODEV | Errno::NXIO => Refusal::Absent,
        Errno::ACCESS | Errno::PERM => Refusal::Denied,
        Errno::LOOP => Refusal::Circle,
        Errno::ISDIR | Errno::INVAL => Refusal::OtherKind,
        Errno::NAMETOOLONG => Refusal::TooMuch,
        other => Refusal::Failed(std::io::Error::from(other).to_string()),
    }
}

/// The first `most` bytes of an open regular file.
pub(super) fn content(file: OwnedFd, most: u64) -> Result<Content, Refusal> {
    let status = fstat(&file).map_err(refused)?;
    if kind(FileType::from_raw_mode(status.st_mode)) != FileKind::File {
        return Err(Refusal::OtherKind);
    }
    let mut bytes = Vec::new();
    // One byte more tells whether it goes on; files of `/proc` do not say their size.
    let taken = File::from(file).take(most.saturating_add(1)).read_to_end(&mut bytes);
    taken.map_err(|error| match error.raw_os_error() {
        Some(code) => refused(Errno::from_raw_os_error(code)),
        None => Refusal::Failed(error.to_string()),
    })?;
    let is_cut = bytes.len() as u64 > most;
    bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(Content { bytes, is_cut })
}

/// What an open folder holds, sorted.
pub(super) fn entries(folder: impl AsFd) -> Result<Vec<Entry>, Refusal> {
    let folder = folder.as_fd();
    let mut entries = Vec::new();
    for entry in Dir::read_from(folder).map_err(refused)? {
        let entry = entry.map_err(refused)?;
        let name = OsStr::from_bytes(entry.file_name().to_bytes());
        if name == "." || name == ".." {
            continue;
        }
        if entries.len() >= MOST_ENTRIES {
            return Err(Refusal::TooMuch);
        }
        let of_type = match entry.file_type() {
            FileType::Unknown => match statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(status) => FileType::from_raw_mode(status.st_mode),
                // It went away between being named and being looked at.
                Err(_) => continue,
            },
            known => known,
        };
        entries.push(Entry { name: name.to_owned(), kind: kind(of_type) });
    }
    entries.sort();
    Ok(entries)
}

/// The extended attribute that holds a file's capabilities.
pub(super) const CAPABILITIES: &str = "security.capability";

/// What asking for it came to: that there is none is an answer.
pub(super) fn has_attribute(found: Result<usize, Errno>) -> Result<bool, Refusal> {
    match found {
        Ok(length) => Ok(length > 0),
        // The file system knows no attributes, or the file has no such one.
        Err(Errno::NODATA | Errno::NOTSUP) => Ok(false),
        // It is longer than what was asked for: there is one.
        Err(Errno::RANGE) => Ok(true),
        Err(error) => Err(refused(error)),
    }
}

pub(super) fn status(stat: &Stat) -> FileStatus {
    FileStatus {
        kind: kind(FileType::from_raw_mode(stat.st_mode)),
        mode: stat.st_mode & 0o7777,
        uid: stat.st_uid,
        gid: stat.st_gid,
        size: u64::try_from(stat.st_size).unwrap_or(0),
        device: stat.st_dev,
        modified: stat.st_mtime,
    }
}

const fn kind(of_type: FileType) -> FileKind {
    match of_type {
        FileType::RegularFile => FileKind::File,
        FileType::Directory => FileKind::Folder,
        FileType::Symlink => FileKind::Link,
        FileType::BlockDevice | FileType::CharacterDevice => FileKind::Device,
        _ => FileKind::Other,
    }
}
