use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::{Access, Content, Entry, FileStatus, Refusal, Running, Space};

/// Access that remembers what was asked of it.
#[derive(Debug)]
pub struct Recording<A> {
    inner: A,
    touched: Mutex<BTreeSet<Touch>>,
}

/// One thing that was asked for, whether or not it was there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Touch {
    /// A path was read, listed or looked at.
    Path(PathBuf),
    /// A system call that opens nothing: `uname`, `statvfs`.
    Call(&'static str),
}

impl<A: Access> Recording<A> {
    /// Remembers what goes through to `inner`.
    pub const fn new(inner: A) -> Self {
        Self { inner, touched: Mutex::new(BTreeSet::new()) }
    }

    /// What was asked for so far, sorted, and forgotten by this.
    pub fn take(&self) -> Vec<Touch> {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *touched).into_iter().collect()
    }

    fn note(&self, touch: Touch) {
        self.touched.lock().unwrap_or_else(PoisonError::into_inner).insert(touch);
    }

    fn at(&self, path: &Path) -> &A {
        self.note(Touch::Path(path.to_owned()));
        &self.inner
    }
}

impl<A: Access> Access for Recording<A> {
    fn read(&self, path: &Path, most: u64) -> Result<Content, Refusal> {
        self.at(path).read(path, most)
    }

    fn list(&self, path: &Path) -> Result<Vec<Entry>, Refusal> {
        self.at(path).list(path)
    }

    fn status(&self, path: &Path) -> Result<FileStatus, Refusal> {
        self.at(path).status(path)
    }

    fn link(&self, path: &Path) -> Result<PathBuf, Refusal> {
        self.at(path).link(path)
    }

    fn space(&self, path: &Path) -> Result<Space, Refusal> {
        self.note(Touch::Call("statvfs"));
        self.inner.space(path)
    }

    fn has_capabilities(&self, path: &Path) -> Result<bool, Refusal> {
        self.at(path).has_capabilities(path)
    }

    fn running(&self) -> Option<Running> {
        self.note(Touch::Call("uname"));
        self.inner.running()
    }
}
