use std::ffi::OsStr;
use std::path::Path;

use crate::access::{Access, FileKind, Refusal, Running};

/// A host as sections look at it.
pub(crate) struct Host<'a> {
    access: &'a dyn Access,
    running: Option<Running>,
    asked: &'a [String],
}

/// Bytes of one file, above which it is cut and the section says so.
pub(crate) const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// The text of a file and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) path: String,
    pub(crate) body: String,
    pub(crate) is_cut: bool,
}

impl Text {
    /// The lines with their numbers, counted from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.body.lines().enumerate().map(|(number, line)| (number + 1, line))
    }

    /// Where a line stands: `/etc/passwd:12`.
    pub(crate) fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.path)
    }
}

/// Whether a name has an extension, in just this case.
pub(crate) fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, found)| found == extension)
}

impl<'a> Host<'a> {
    pub(crate) fn new(access: &'a dyn Access, asked: &'a [String]) -> Self {
        Self { access, running: access.running(), asked }
    }

    /// The files that were asked for by name.
    pub(crate) const fn asked(&self) -> &'a [String] {
        self.asked
    }

    pub(crate) const fn access(&self) -> &'a dyn Access {
        self.access
    }

    /// What a running host says of itself; `None` where nothing runs.
    pub(crate) const fn running(&self) -> Option<&Running> {
        self.running.as_ref()
    }

    pub(crate) const fn is_live(&self) -> bool {
        self.running.is_some()
    }

    /// A whole file as text. Bytes that are no UTF-8 become U+FFFD: they never decide anything.
    pub(crate) fn text(&self, path: &str) -> Result<Text, Refusal> {
        let content = self.access.read(Path::new(path), MOST_BYTES)?;
        let body = match String::from_utf8(content.bytes) {
            Ok(body) => body,
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        };
        Ok(Text { path: path.to_owned(), body, is_cut: content.is_cut })
    }

    /// A whole file as bytes.
    pub(crate) fn bytes(&self, path: &str) -> Result<Vec<u8>, Refusal> {
        self.access.read(Path::new(path), MOST_BYTES).map(|content| content.bytes)
    }

    /// The one value a file of `/sys` or `/proc` holds, without the line break; nothing if it is
    /// empty.
    pub(crate) fn value(&self, path: &str) -> Result<Option<String>, Refusal> {
        let text = self.text(path)?.body;
        let value = text.trim_matches(['\n', ' ', '\0', '\t']);
        Ok((!value.is_empty()).then(|| value.to_owned()))
    }

    /// The same where the reason does not matter.
    pub(crate) fn known(&self, path: &str) -> Option<String> {
        self.value(path).ok().flatten()
    }

    /// The names in a folder, sorted. A name that is no UTF-8 is passed over: nothing a host is
    /// configured by has one.
    pub(crate) fn names(&self, path: &str) -> Result<Vec<String>, Refusal> {
        let entries = self.access.list(Path::new(path))?;
        Ok(entries.into_iter().filter_map(|entry| entry.name.into_string().ok()).collect())
    }

    /// The names in a folder that end in `suffix`; no names where there is no folder.
    pub(crate) fn names_ending(&self, path: &str, suffix: &str) -> Result<Vec<String>, Refusal> {
        match self.names(path) {
            Ok(mut names) => {
                names.retain(|name| name.ends_with(suffix));
                Ok(names)
            }
            Err(Refusal::Absent) => Ok(Vec::new()),
            Err(refusal) => Err(refusal),
        }
    }

    /// Whether something stands at a path.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.access.status(Path::new(path)).is_ok()
    }

    /// What stands at a path; of a link, the link.
    pub(crate) fn kind(&self, path: &str) -> Option<FileKind> {
        self.access.status(Path::new(path)).ok().map(|status| status.kind)
    }

    /// When the content of what stands at a path last changed, in seconds since 1970.
    pub(crate) fn modified(&self, path: &str) -> Option<i64> {
        self.access.status(Path::new(path)).ok().map(|status| status.modified)
    }

    /// The target of a link, as written.
    pub(crate) fn link(&self, path: &str) -> Option<String> {
        let target = self.access.link(Path::new(path)).ok()?;
        target.into_os_string().into_string().ok()
    }

    /// The last name of a link's target.
    pub(crate) fn link_name(&self, path: &str) -> Option<String> {
        let target = self.access.link(Path::new(path)).ok()?;
        target.file_name().and_then(OsStr::to_str).map(str::to_owned)
    }
}
