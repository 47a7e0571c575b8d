//! One file read as a part of what it belongs to, without a delivery around it.

use std::path::Path;
use std::sync::Arc;

use aplomb_model::{Source, Tree};

use super::parts::{Parts, set_of};
use crate::standing::{machine, neighbours};
use crate::{Files, Format, Input, Limits, ReadError, Root, detect, read};

/// Reads the file at `path` with all that makes one configuration with it: what it includes, its
/// drop-ins, and files of the other folders of the machine that `path` says it lies in (whose root
/// is the folder above `etc`, `run` or `usr/lib`). Nothing above that, or above the file's own folder
/// where there is none, is opened. The format is `given`, or found by path and content.
///
/// # Errors
/// When it cannot be read; with its text where there is one, for the position.
pub fn read_around(
    path: &Path,
    given: Option<&'static Format>,
    limits: Limits,
) -> Result<Tree, (ReadError, Option<Arc<Source>>)> {
    let bare = |error| (error, None);
    let shown = path.to_string_lossy().replace('\\', "/");
    let name = shown.rsplit('/').next().unwrap_or(&shown).to_owned();
    let (folder, relative) = machine(&shown).map_or_else(
        || (path.parent().map(Path::to_owned).unwrap_or_default(), name),
        |(root, below)| (Path::new(&root).to_owned(), below),
    );
    let folder = if folder.as_os_str().is_empty() { Path::new(".").to_owned() } else { folder };
    let root = Root::open(folder).map_err(bare)?.with_limits(limits);
    let source = Arc::new(root.read(&relative).map_err(bare)?);
    let format = given.or_else(|| detect(&shown, source.text()));
    let Some(format) = format else {
        return Err((super::unsupported(&shown), Some(source)));
    };
    let near = neighbours(format.id, &relative);
    let mut near: Vec<String> = near.iter().flat_map(|glob| root.matching("", glob)).collect();
    near.push(relative.clone());
    near.sort();
    near.dedup();
    let set = set_of(format.id, &relative, &near);
    let (first, others) = set.split_first().map_or((&relative, &[][..]), |(a, b)| (a, b));
    let source =
        if *first == relative { source } else { Arc::new(root.read(first).map_err(bare)?) };
    let files = Parts { root: &root, parts: others };
    let input = Input { source: &source, limits: &limits, files: &files };
    read(&input, format).map_err(|error| (error, Some(source)))
}
