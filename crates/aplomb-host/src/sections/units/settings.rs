//! A unit's file merged with its drop-ins.

use std::collections::BTreeMap;

use super::super::precedence::is_masked;
use super::super::reading;
use super::index::{Index, template};
use super::state::Found;
use crate::facts::Gaps;
use crate::host::{Host, Text};

/// Every assignment in the order in which they count.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    assigned: Vec<(String, String, String)>,
    /// The drop-ins that were merged.
    pub(super) drop_ins: Vec<String>,
    /// Whether every line of every file was understood.
    pub(super) is_understood: bool,
}

/// Files that were read, so that a template is read once.
pub(super) type Files = BTreeMap<String, Option<Vec<(String, String, String)>>>;

impl Settings {
    /// Nothing is set, which is understood.
    pub(super) fn none() -> Self {
        Self { is_understood: true, ..Self::default() }
    }

    /// The values of a key that adds up. An empty one takes back those before it.
    pub(super) fn all(&self, section: &str, key: &str) -> impl Iterator<Item = &str> {
        let of_key = |(of, name, _): &&(String, String, String)| of == section && name == key;
        let values: Vec<&str> =
            self.assigned.iter().filter(of_key).map(|(_, _, value)| value.as_str()).collect();
        let kept = values.iter().rposition(|value| value.is_empty()).map_or(0, |empty| empty + 1);
        values.into_iter().skip(kept)
    }

    /// The value of a key of which the last counts.
    pub(super) fn last(&self, section: &str, key: &str) -> Option<&str> {
        self.all(section, key).last()
    }
}

pub(super) fn read(
    host: &Host<'_>,
    index: &Index,
    found: &Found,
    files: &mut Files,
    gaps: &mut Gaps,
) -> Settings {
    let mut settings = Settings::none();
    let mut drop_ins = drop_ins(index, found);
    drop_ins.retain(|path| !is_masked(host, path));
    for path in std::iter::once(&found.file).chain(&drop_ins) {
        if !files.contains_key(path) {
            let read = gaps.text(host, path, &["state"]).map(|text| assignments(&text, gaps));
            files.insert(path.clone(), read.flatten());
        }
        match files.get(path).and_then(Option::as_ref) {
            Some(read) => settings.assigned.extend(read.iter().cloned()),
            None => settings.is_understood = false,
        }
    }
    settings.drop_ins = drop_ins;
    settings
}

/// Sections, keys and values of one file; nothing where a line of it is none.
fn assignments(text: &Text, gaps: &mut Gaps) -> Option<Vec<(String, String, String)>> {
    let tree = reading::tree(text, "systemd", gaps)?;
    let sections = tree.documents.first().map(|document| document.members().to_vec());
    let mut assigned = Vec::new();
    let written = |section: &aplomb_model::Member| &*section.key != "effective";
    for section in sections.unwrap_or_default().into_iter().filter(written) {
        for member in section.value.members() {
            let value = member.value.as_str().unwrap_or_default().to_owned();
            assigned.push((section.key.to_string(), member.key.to_string(), value));
        }
    }
    Some(assigned)
}

/// The drop-ins of a unit, sorted by name. Of the same name the one in the folder that is nearer to
/// the unit's own name counts, then the one in the folder that is searched first; an empty one and
/// one that is linked to `/dev/null` take the others out and bring nothing.
fn drop_ins(index: &Index, found: &Found) -> Vec<String> {
    let mut chosen = BTreeMap::new();
    for folder_name in drop_in_folders(&found.name) {
        for folder in &index.folders {
            for file in folder.drop_ins.get(&folder_name).into_iter().flatten() {
                let path = || format!("{}/{folder_name}/{file}", folder.path);
                chosen.entry(file.clone()).or_insert_with(path);
            }
        }
    }
    chosen.into_values().collect()
}

/// `foo-bar.service.d`, `foo-.service.d`, `service.d`, and those of the template.
fn drop_in_folders(name: &str) -> Vec<String> {
    let mut folders = vec![format!("{name}.d")];
    folders.extend(template(name).map(|template| format!("{template}.d")));
    let (stem, suffix) = name.rsplit_once('.').unwrap_or((name, ""));
    let mut rest = stem;
    while let Some((before, _)) = rest.trim_end_matches('-').rsplit_once('-') {
        folders.push(format!("{before}-.{suffix}.d"));
        rest = before;
    }
    folders.push(format!("{suffix}.d"));
    folders
}

/// A boolean of systemd.syntax(7).
pub(super) fn is_true(value: Option<&str>) -> bool {
    value.is_some_and(|value| {
        ["1", "yes", "y", "true", "t", "on"].iter().any(|word| value.eq_ignore_ascii_case(word))
    })
}
