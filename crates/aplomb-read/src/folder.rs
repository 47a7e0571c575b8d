use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use aplomb_model::{Phrase, Source};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use crate::compressed::content;
use crate::{Files, Limits, ReadError, ReadErrorKind, decode};

mod glob;

/// The folder that is judged, and the only way to its files.
///
/// Nothing outside it is ever opened: a path is confined by the kernel, or followed through all its
/// links before the file is touched. Nothing is written.
#[derive(Debug)]
pub struct Root {
    path: PathBuf,
    #[cfg(target_os = "linux")]
    folder: File,
    limits: Limits,
}

/// A file that [`Root::walk`] found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
}

/// Links in a row, and files in all, that a walk follows before it says that this is no delivery.
const MOST_LINKS: usize = 8;
const MOST_FILES: usize = 1_000_000;

impl Root {
    /// The folder at `path`, under the default limits.
    ///
    /// # Errors
    /// When it does not exist, is no folder, or may not be entered.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ReadError> {
        let given = path.as_ref();
        let shown = given.display();
        let path = given.canonicalize().map_err(|error| failed(&error))?;
        if !path.is_dir() {
            return Err(ReadError::new(
                ReadErrorKind::Unreadable,
                Phrase::new(
                    format!("{shown} is not a folder; name the folder of the delivery"),
                    format!("{shown} n'est pas un dossier ; indiquer le dossier de la livraison"),
                ),
            ));
        }
        Ok(Self {
            #[cfg(target_os = "linux")]
            folder: File::open(&path).map_err(|error| failed(&error))?,
            path,
            limits: Limits::default(),
        })
    }

    /// The same folder under other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The folder's own path, with all links followed.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All files below the root in a fixed order, and what was left out with the reason.
    ///
    /// Hidden files and those that `.gitignore` names are delivered like others; only `.git` is
    /// passed over. Symbolic links are followed where they stay inside the root and do not lead
    /// back to where they are. `limits.depth` bounds the nesting of folders; a file above
    /// `limits.bytes` is listed, and refused when it is [read](Self::read).
    pub fn walk(&self, limits: &Limits) -> (Vec<Entry>, Vec<(String, ReadError)>) {
        let mut walk =
            Walk { root: &self.path, depth: limits.depth, files: Vec::new(), left_out: Vec::new() };
        walk.folder(&self.path, "", &mut Vec::new());
        walk.files.sort();
        walk.left_out.sort_by(|(a, _), (b, _)| a.cmp(b));
        (walk.files, walk.left_out)
    }

    /// Whether there is anything at `relative`, be it readable or not.
    pub(crate) fn has(&self, relative: &str) -> bool {
        self.path.join(relative).symlink_metadata().is_ok()
    }

    /// Reads and decodes the file at `relative` (with `/`); one whose name ends in `.zst` is
    /// decompressed first.
    ///
    /// # Errors
    /// When the path leaves the root, is no regular file, cannot be read, is above the size limit,
    /// or is no text.
    pub fn read(&self, relative: &str) -> Result<Source, ReadError> {
        let name = normalised("", relative).ok_or_else(outside)?;
        let bytes = self.bytes(&name)?;
        // The digest is that of the file as it lies there, compressed or not.
        let digest = Sha256::digest(&bytes).into();
        let source = match content(&name, &bytes, self.limits.bytes)? {
            Cow::Borrowed(_) => decode(&name, bytes)?,
            Cow::Owned(decompressed) => decode(&name, decompressed)?,
        };
        Ok(source.with_digest(digest))
    }

    /// SHA-256 of the file at `relative`, in hexadecimal, as it lies there.
    ///
    /// # Errors
    /// As for [`Self::read`]; that it is no text is none.
    pub(crate) fn digest(&self, relative: &str) -> Result<String, ReadError> {
        let name = normalised("", relative).ok_or_else(outside)?;
        Ok(format!("{:x}", Sha256::digest(self.bytes(&name)?)))
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, ReadError> {
        let file = self.regular(name)?;
        let size = file.metadata().map_err(|error| failed(&error))?.len();
        let most = self.limits.bytes;
        if size > most {
            return Err(ReadError::too_large(size, most));
        }
        let mut bytes = Vec::with_capacity(size as usize);
        let taken = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
        taken.map_err(|error| failed(&error))?;
        // It may have grown since.
        if bytes.len() as u64 > most {
            return Err(ReadError::too_large(bytes.len() as u64, most));
        }
        Ok(bytes)
    }

    /// Opens a regular file below the root.
    fn regular(&self, name: &str) -> Result<File, ReadError> {
        #[cfg(target_os = "linux")]
        if let Some(file) = beneath(&self.folder, name) {
            return Ok(file);
        }
        let path = self.path.join(name).canonicalize();
        let path = path.map_err(|error| failed(&error))?;
        if !path.starts_with(&self.path) {
            return Err(outside());
        }
        // Looked at before it is opened: opening a pipe waits for whoever writes to it.
        let found = fs::metadata(&path).map_err(|error| failed(&error))?;
        if !found.is_file() {
            return Err(no_regular_file());
        }
        File::open(&path).map_err(|error| failed(&error))
    }
}

/// Opens a regular file at `name` below `folder`, where no link leads there: the kernel resolves
/// and confines the path in one step. `None` where it does not, for whatever reason.
#[cfg(target_os = "linux")]
fn beneath(folder: &File, name: &str) -> Option<File> {
    use rustix::fs::{AtFlags, FileType, Mode, OFlags, ResolveFlags, openat2, statat};

    let found = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
    if !FileType::from_raw_mode(found.st_mode).is_file() {
        return None;
    }
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
    let confined = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    let file = File::from(openat2(folder, name, flags, Mode::empty(), confined).ok()?);
    // It may be another file by now.
    file.metadata().ok()?.is_file().then_some(file)
}

impl Files for Root {
    fn open(&self, from: &str, path: &str) -> Result<Arc<Source>, ReadError> {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let relative = normalised(folder, path).ok_or_else(outside)?;
        self.read(&relative).map(Arc::new)
    }

    fn matching(&self, from: &str, pattern: &str) -> Vec<String> {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let pattern = normalised(folder, pattern).unwrap_or_default();
        glob::matching(&self.path, &pattern)
    }

    fn has_file(&self, path: &str) -> bool {
        let path = normalised("", path).and_then(|path| glob::inside(&self.path, &path));
        path.is_some_and(|path| path.is_file())
    }

    fn has_folder(&self, path: &str) -> bool {
        let path = normalised("", path).and_then(|path| glob::inside(&self.path, &path));
        path.is_some_and(|path| path.is_dir())
    }
}

/// `path` as seen from `folder`, without `.` and `..`; `None` where it leaves the root.
pub(crate) fn normalised(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let path = Path::new(path);
    for component in Path::new(folder).components().chain(path.components()) {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::ParentDir => drop(parts.pop()?),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join("/"))
}

struct Walk<'a> {
    root: &'a Path,
    depth: usize,
    files: Vec<Entry>,
    left_out: Vec<(String, ReadError)>,
}

impl Walk<'_> {
    /// Walks the folder `path`, which stands at `prefix` in the delivery. `links` are the folders
    /// in which links lie that led here.
    fn folder(&mut self, path: &Path, prefix: &str, links: &mut Vec<PathBuf>) {
        let walk = WalkDir::new(path).min_depth(1).max_depth(self.depth);
        let walk = walk.sort_by_file_name().into_iter();
        for entry in walk.filter_entry(|entry| entry.file_name() != OsStr::new(".git")) {
            if self.files.len() >= MOST_FILES {
                self.leave_out(prefix, too_many_files());
                return;
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let at = error.path().unwrap_or(path);
                    let name = relative(prefix, path, at);
                    let cause = io::Error::from(error);
                    self.leave_out(&name, failed(&cause));
                    continue;
                }
            };
            let name = relative(prefix, path, entry.path());
            let kind = entry.file_type();
            if entry.file_name().to_str().is_none() {
                self.leave_out(&name, no_unicode_name());
            } else if kind.is_symlink() {
                self.link(entry.path(), &name, links);
            } else if kind.is_dir() {
                if entry.depth() == self.depth {
                    self.leave_out(&name, too_deep(self.depth));
                }
            } else if kind.is_file() {
                match entry.metadata() {
                    Ok(found) => self.file(name, found.len()),
                    Err(error) => self.leave_out(&name, failed(&error.into())),
                }
            } else {
                self.leave_out(&name, no_regular_file());
            }
        }
    }

    fn link(&mut self, path: &Path, name: &str, links: &mut Vec<PathBuf>) {
        let target = match path.canonicalize() {
            Ok(target) => target,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return self.leave_out(name, dangling());
            }
            // The system's own words for links that lead in a circle.
            Err(error) => return self.leave_out(name, failed(&error)),
        };
        if !target.starts_with(self.root) {
            return self.leave_out(name, outside());
        }
        match fs::metadata(&target) {
            Ok(found) if found.is_file() => self.file(name.to_owned(), found.len()),
            Ok(found) if found.is_dir() => {
                let Some(Ok(here)) = path.parent().map(Path::canonicalize) else {
                    return self.leave_out(name, dangling());
                };
                let circular = |from: &PathBuf| from.starts_with(&target);
                if circular(&here) || links.iter().any(circular) || links.len() >= MOST_LINKS {
                    return self.leave_out(name, circle());
                }
                links.push(here);
                self.folder(&target, name, links);
                links.pop();
            }
            Ok(_) => self.leave_out(name, no_regular_file()),
            Err(error) => self.leave_out(name, failed(&error)),
        }
    }

    fn file(&mut self, path: String, size: u64) {
        self.files.push(Entry { path, size });
    }

    fn leave_out(&mut self, name: &str, error: ReadError) {
        self.left_out.push((name.to_owned(), error));
    }
}

/// The name in the delivery of `path`, found below `folder`, which stands at `prefix`.
fn relative(prefix: &str, folder: &Path, path: &Path) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    let parts = below.components().map(|part| part.as_os_str().to_string_lossy());
    let prefix =
        Some(prefix.into()).filter(|prefix: &std::borrow::Cow<'_, str>| !prefix.is_empty());
    prefix.into_iter().chain(parts).collect::<Vec<_>>().join("/")
}

/// What the system says, in words that say what to do.
fn failed(error: &io::Error) -> ReadError {
    let (en, fr) = match error.kind() {
        io::ErrorKind::NotFound => (
            "there is no such file; it was removed, or the path is wrong".to_owned(),
            "ce fichier n'existe pas ; il a été retiré, ou le chemin est faux".to_owned(),
        ),
        io::ErrorKind::PermissionDenied => (
            "reading it is not permitted; grant the account that runs this the right to read".to_owned(),
            "sa lecture n'est pas permise ; donner le droit de lecture au compte qui exécute l'outil".to_owned(),
        ),
        io::ErrorKind::NotADirectory => (
            "a part of the path is a file, not a folder; correct the path".to_owned(),
            "une partie du chemin est un fichier et non un dossier ; corriger le chemin".to_owned(),
        ),
        _ => (
            format!("it cannot be read: {error}"),
            format!("lecture impossible ; message du système : {error}"),
        ),
    };
    ReadError::new(ReadErrorKind::Unreadable, Phrase::new(en, fr))
}

fn outside() -> ReadError {
    ReadError::new(
        ReadErrorKind::OutsideRoot,
        Phrase::new(
            "it lies outside the delivery and is not opened; deliver a copy inside",
            "il se trouve hors de la livraison et n'est pas ouvert ; en livrer une copie à l'intérieur",
        ),
    )
}

fn no_regular_file() -> ReadError {
    ReadError::new(
        ReadErrorKind::Unreadable,
        Phrase::new(
            "it is no regular file (a folder, pipe, socket or device) and is not opened",
            "ce n'est pas un fichier ordinaire (dossier, tube, socket ou périphérique) ; il n'est pas ouvert",
        ),
    )
}

fn dangling() -> ReadError {
    ReadError::new(
        ReadErrorKind::Unreadable,
        Phrase::new(
            "this symbolic link leads nowhere; deliver its target or remove it",
            "ce lien symbolique ne mène nulle part ; livrer sa cible ou le retirer",
        ),
    )
}

fn circle() -> ReadError {
    ReadError::new(
        ReadErrorKind::Limit,
        Phrase::new(
            "this symbolic link leads back to a folder it lies in; remove it",
            "ce lien symbolique ramène à un dossier qui le contient ; le retirer",
        ),
    )
}

fn too_deep(depth: usize) -> ReadError {
    ReadError::new(
        ReadErrorKind::Limit,
        Phrase::new(
            format!("folders are nested deeper than {depth} levels; what is below is not read"),
            format!("plus de {depth} niveaux de dossiers ; ce qui est en dessous n'est pas lu"),
        ),
    )
}

fn too_many_files() -> ReadError {
    ReadError::new(
        ReadErrorKind::Limit,
        Phrase::new(
            format!("the folder holds more than {MOST_FILES} files; the others are not read"),
            format!(
                "le dossier contient plus de {MOST_FILES} fichiers ; les autres ne sont pas lus"
            ),
        ),
    )
}

fn no_unicode_name() -> ReadError {
    ReadError::new(
        ReadErrorKind::Unreadable,
        Phrase::new("its name is not UTF-8; rename it", "son nom n'est pas en UTF-8 ; le renommer"),
    )
}

#[cfg(test)]
mod tests;
