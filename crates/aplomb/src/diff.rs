//! `aplomb diff`: what changed between two files of the same kind.

mod reports;
mod snapshots;

use std::path::Path;

use aplomb_model::{Lang, Phrase, Tree};
use aplomb_read::by_id;

use crate::cli::{DiffArgs, Terminal};
use crate::complaint::Complaint;
use crate::{print, single_file};

/// Something changed; of runs, for the worse.
const DIFFERENT: u8 = 1;

/// One of the two files.
struct Side<'a> {
    /// As it was named.
    path: &'a Path,
    tree: Tree,
}

impl Side<'_> {
    /// The schema it says it follows.
    fn schema(&self) -> &str {
        self.text("schema")
    }

    /// A member of its root that is text; empty where there is none.
    fn text(&self, key: &str) -> &str {
        let root = self.tree.documents.first();
        root.and_then(|root| root.get(key)?.as_str()).unwrap_or_default()
    }
}

pub(crate) fn run(args: &DiffArgs, terminal: &Terminal) -> Result<u8, Complaint> {
    // A run may be larger than any file that is judged, and is never read into a tree.
    if [&args.before, &args.after].into_iter().all(|path| reports::begins(path)) {
        return reports::run(args, terminal);
    }
    let lang = terminal.lang().unwrap_or_default();
    let sides = [open(&args.before, lang)?, open(&args.after, lang)?];
    let told = match sides.each_ref().map(Side::schema) {
        ["aplomb.host/1", "aplomb.host/1"] => snapshots::tell(&sides, args.format, lang)?,
        // Some other tool has brought the members into another order.
        ["aplomb.report/1", "aplomb.report/1"] => return reports::run(args, terminal),
        schemas => return Err(Complaint::plain(not_comparable(&sides, schemas).get(lang))),
    };
    print::out(|out| out.write_all(told.text.as_bytes()))
        .map_err(|error| Complaint::plain(format!("standard output: {error}")))?;
    Ok(if told.is_different { DIFFERENT } else { 0 })
}

/// What there is to say of two files.
struct Told {
    text: String,
    is_different: bool,
}

fn open(path: &Path, lang: Lang) -> Result<Side<'_>, Complaint> {
    let tree = single_file::open(path, by_id("json"))
        .map_err(|refused| Complaint::plain(refused.told(&single_file::shown(path), lang)))?;
    Ok(Side { path, tree })
}

fn not_comparable(sides: &[Side<'_>; 2], schemas: [&str; 2]) -> Phrase {
    let [before, after] = sides.each_ref().map(|side| side.path.display().to_string());
    let [was, is] = schemas.map(|schema| if schema.is_empty() { "-" } else { schema });
    Phrase::new(
        format!(
            "these cannot be compared: the schema of {before} is `{was}`, that of {after} is \
             `{is}`; name two saved runs (`aplomb.report/1`) or two \
             snapshots of hosts (`aplomb.host/1`)"
        ),
        format!(
            "comparaison impossible : le schéma de {before} est « {was} », celui de {after} est \
             « {is} » ; indiquer deux contrôles enregistrés \
             (« aplomb.report/1 ») ou deux relevés d'hôtes (« aplomb.host/1 »)"
        ),
    )
}
