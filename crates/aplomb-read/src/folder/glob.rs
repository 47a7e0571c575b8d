use std::path::Path;

use globset::GlobBuilder;

/// Names looked at before a pattern is given up: links can make a small folder seem endless.
const MOST_LOOKED_AT: usize = 100_000;

/// The regular files below `root` that `pattern` (relative, without `.` and `..`) names, as
/// relative paths with `/`, in order. Nothing outside the root is looked into.
pub(super) fn matching(root: &Path, pattern: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut looked_at = 0;
    for part in pattern.split('/') {
        let mut next = Vec::new();
        for folder in &found {
            if part.contains(['*', '?', '[']) {
                for name in names(root, folder, part, &mut looked_at) {
                    next.push(joined(folder, &name));
                }
            } else {
                next.push(joined(folder, part));
            }
        }
        found = next;
    }
    found.retain(|path| inside(root, path).is_some_and(|path| path.is_file()));
    found.sort();
    found
}

/// The names in `folder` that `pattern` matches. A name that begins with a dot wants a pattern that
/// does too.
fn names(root: &Path, folder: &str, pattern: &str, looked_at: &mut usize) -> Vec<String> {
    // Braces mean themselves in `glob(3)`.
    let escaped = pattern.replace('{', "[{]").replace('}', "[}]");
    let glob = GlobBuilder::new(&escaped).literal_separator(true).backslash_escape(true).build();
    let (Some(path), Ok(glob)) = (inside(root, folder), glob) else {
        return Vec::new();
    };
    let matcher = glob.compile_matcher();
    let entries = path.read_dir().into_iter().flatten().filter_map(Result::ok);
    let entries = entries.take(MOST_LOOKED_AT - (*looked_at).min(MOST_LOOKED_AT));
    let names = entries
        .inspect(|_| *looked_at += 1)
        .filter_map(|entry| entry.file_name().into_string().ok());
    let hidden = pattern.starts_with('.');
    names.filter(|name| name.starts_with('.') == hidden && matcher.is_match(name)).collect()
}

/// Where `relative` leads after all links, if that is inside the root.
pub(super) fn inside(root: &Path, relative: &str) -> Option<std::path::PathBuf> {
    let path = root.join(relative).canonicalize().ok()?;
    path.starts_with(root).then_some(path)
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
