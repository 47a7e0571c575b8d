use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, lgetxattr, lstat, open, readlink, stat, statvfs};

use super::descriptor::{
    CAPABILITIES, LISTING, READING, content, entries, has_attribute, refused, status,
};
use super::{Access, Content, Entry, FileStatus, Refusal, Running, Space};

/// The machine this runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Live;

impl Access for Live {
    fn read(&self, path: &Path, most: u64) -> Result<Content, Refusal> {
        // Looked at before it is opened: opening a device can have an effect.
        let found = stat(path).map_err(refused)?;
        if !FileType::from_raw_mode(found.st_mode).is_file() {
            return Err(Refusal::OtherKind);
        }
        content(open(path, READING, Mode::empty()).map_err(refused)?, most)
    }

    fn list(&self, path: &Path) -> Result<Vec<Entry>, Refusal> {
        entries(open(path, LISTING, Mode::empty()).map_err(refused)?)
    }

    fn status(&self, path: &Path) -> Result<FileStatus, Refusal> {
        lstat(path).map(|found| status(&found)).map_err(refused)
    }

    fn link(&self, path: &Path) -> Result<PathBuf, Refusal> {
        let target = readlink(path, Vec::new()).map_err(refused)?;
        Ok(std::ffi::OsString::from_vec(target.into_bytes()).into())
    }

    fn space(&self, path: &Path) -> Result<Space, Refusal> {
        let found = statvfs(path).map_err(refused)?;
        Ok(Space {
            size: found.f_blocks.saturating_mul(found.f_frsize),
            used: found.f_blocks.saturating_sub(found.f_bfree).saturating_mul(found.f_frsize),
            free: found.f_bavail.saturating_mul(found.f_frsize),
            inodes: found.f_files,
            inodes_free: found.f_favail,
        })
    }

    fn has_capabilities(&self, path: &Path) -> Result<bool, Refusal> {
        has_attribute(lgetxattr(path, CAPABILITIES, &mut [0_u8; 64]))
    }

    fn running(&self) -> Option<Running> {
        let uname = rustix::system::uname();
        let text = |text: &std::ffi::CStr| {
            OsStr::from_bytes(text.to_bytes()).to_string_lossy().into_owned()
        };
        Some(Running {
            host: text(uname.nodename()),
            release: text(uname.release()),
            version: text(uname.version()),
            machine: text(uname.machine()),
            uid: rustix::process::geteuid().as_raw(),
        })
    }
}
