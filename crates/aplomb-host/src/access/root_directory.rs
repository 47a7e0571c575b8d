use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{
    AtFlags, FileType, Mode, OFlags, fgetxattr, fstat, open, openat, readlinkat, statat,
};

use super::descriptor::{
    CAPABILITIES, LISTING, READING, content, entries, has_attribute, refused, status,
};
use super::{Access, Content, Entry, FileStatus, Refusal, Running, Space};

/// The root directory of a host that does not run: a mounted image, a chroot, an unpacked
/// container.
///
/// Confined: every path is walked folder by folder from the open root. Absolute links start at that
/// root again, `..` stops at it, and a folder that is swapped for a link in the meantime is not
/// followed. `/proc` and `/sys` are never looked at: what they would show is the machine this runs
/// on.
#[derive(Debug)]
pub struct RootDirectory {
    root: OwnedFd,
    has_kernel: bool,
}

/// Links on the way to one file, as the kernel counts them.
const MOST_LINKS: usize = 40;
/// Names on the way to one file, those that links add included.
const MOST_NAMES: usize = 4096;

const PASSING: OFlags = OFlags::PATH.union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// Where a path leads.
enum Place {
    /// To a folder.
    Folder(Option<OwnedFd>),
    /// To a name in a folder that is itself no folder, or was not to be followed.
    Named(Option<OwnedFd>, OsString),
}

impl RootDirectory {
    /// The host whose root is the folder at `path`.
    ///
    /// # Errors
    /// When there is no such folder, or it may not be entered.
    pub fn open(path: &Path) -> Result<Self, Refusal> {
        let root = open(path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty());
        Ok(Self { root: root.map_err(refused)?, has_kernel: false })
    }

    /// The same for a fixture whose `/proc` and `/sys` are plain files.
    #[cfg(test)]
    pub(crate) fn with_kernel(self) -> Self {
        Self { has_kernel: true, ..self }
    }

    fn folder<'a>(&'a self, inner: Option<&'a OwnedFd>) -> BorrowedFd<'a> {
        inner.unwrap_or(&self.root).as_fd()
    }

    /// Walks to `path`; its last link is followed if `to_the_end`.
    fn walk(&self, path: &Path, to_the_end: bool) -> Result<Place, Refusal> {
        let mut ahead: Vec<OsString> = Vec::new();
        push(&mut ahead, path);
        let mut passed: Vec<OwnedFd> = Vec::new();
        let mut links = 0;
        while let Some(name) = ahead.pop() {
            if name == ".." {
                passed.pop();
                continue;
            }
            if !self.has_kernel && passed.is_empty() && (name == "proc" || name == "sys") {
                return Err(Refusal::Unsupported);
            }
            let here = self.folder(passed.last());
            if ahead.is_empty() && !to_the_end {
                return Ok(Place::Named(passed.pop(), name));
            }
            let found = openat(here, &name, PASSING, Mode::empty()).map_err(refused)?;
            match FileType::from_raw_mode(fstat(&found).map_err(refused)?.st_mode) {
                FileType::Directory => passed.push(found),
                FileType::Symlink => {
                    links += 1;
                    let target = readlinkat(&found, "", Vec::new()).map_err(refused)?;
                    let target = PathBuf::from(OsString::from_vec(target.into_bytes()));
                    if target.is_absolute() {
                        passed.clear();
                    }
                    push(&mut ahead, &target);
                    if links > MOST_LINKS || ahead.len() > MOST_NAMES {
                        return Err(Refusal::Circle);
                    }
                }
                _ if ahead.is_empty() => return Ok(Place::Named(passed.pop(), name)),
                _ => return Err(Refusal::Absent),
            }
        }
        Ok(Place::Folder(passed.pop()))
    }
}

/// Puts the names of a path on the stack, the first on top.
fn push(ahead: &mut Vec<OsString>, path: &Path) {
    ahead.extend(path.components().rev().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some(OsStr::new("..").to_owned()),
        Component::CurDir | Component::RootDir | Component::Prefix(_) => None,
    }));
}

impl Access for RootDirectory {
    fn read(&self, path: &Path, most: u64) -> Result<Content, Refusal> {
        match self.walk(path, true)? {
            Place::Folder(_) => Err(Refusal::OtherKind),
            Place::Named(folder, name) => {
                let folder = self.folder(folder.as_ref());
                let found = statat(folder, &name, AtFlags::SYMLINK_NOFOLLOW).map_err(refused)?;
                if !FileType::from_raw_mode(found.st_mode).is_file() {
                    return Err(Refusal::OtherKind);
                }
                let file = openat(folder, &name, READING | OFlags::NOFOLLOW, Mode::empty());
                content(file.map_err(refused)?, most)
            }
        }
    }

    fn list(&self, path: &Path) -> Result<Vec<Entry>, Refusal> {
        match self.walk(path, true)? {
            Place::Folder(folder) => {
                let folder = self.folder(folder.as_ref());
                entries(openat(folder, ".", LISTING, Mode::empty()).map_err(refused)?)
            }
            Place::Named(..) => Err(Refusal::OtherKind),
        }
    }

    fn status(&self, path: &Path) -> Result<FileStatus, Refusal> {
        let found = match self.walk(path, false)? {
            Place::Folder(folder) => fstat(self.folder(folder.as_ref())),
            Place::Named(folder, name) => {
                statat(self.folder(folder.as_ref()), &name, AtFlags::SYMLINK_NOFOLLOW)
            }
        };
        found.map(|found| status(&found)).map_err(refused)
    }

    fn link(&self, path: &Path) -> Result<PathBuf, Refusal> {
        match self.walk(path, false)? {
            Place::Folder(_) => Err(Refusal::OtherKind),
            Place::Named(folder, name) => {
                let target = readlinkat(self.folder(folder.as_ref()), &name, Vec::new());
                Ok(OsString::from_vec(target.map_err(refused)?.into_bytes()).into())
            }
        }
    }

    fn has_capabilities(&self, path: &Path) -> Result<bool, Refusal> {
        let Place::Named(folder, name) = self.walk(path, false)? else {
            return Err(Refusal::OtherKind);
        };
        let file =
            openat(self.folder(folder.as_ref()), &name, READING | OFlags::NOFOLLOW, Mode::empty());
        has_attribute(fgetxattr(file.map_err(refused)?, CAPABILITIES, &mut [0_u8; 64]))
    }

    fn space(&self, _: &Path) -> Result<Space, Refusal> {
        Err(Refusal::Unsupported)
    }

    fn running(&self) -> Option<Running> {
        None
    }
}

#[cfg(test)]
mod tests;
