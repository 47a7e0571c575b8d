//! What other tools recorded of a host, as the sections of a snapshot.
//!
//! An [`Importer`] maps one tool's file to sections, as its documentation states; what the file
//! does not say stays missing. A fact's `from` names the tool, and the place in its file where
//! there is one: `dmidecode:12`.
//!
//! To add one, copy a neighbour under `import/` and add its line to [`IMPORTERS`].

use aplomb_model::Phrase;
use serde_json::{Map, Value};

use crate::facts::Collected;
use crate::section::SECTIONS;
use crate::snapshot::{Order, Snapshot};

mod ansible;
mod cyclonedx;
mod dmidecode;
mod json;
mod lshw;
mod purl;
mod spdx;

/// A tool whose files are understood.
pub struct Importer {
    /// Id, by which the command line names it.
    pub id: &'static str,
    /// What is taken, in a line.
    pub summary: &'static str,
    /// Which of the tool's facts become which, in Markdown.
    pub docs: &'static str,
    pub(crate) read: fn(&str) -> Result<Imported, NotUnderstood>,
}

/// All importers, sorted by id.
pub static IMPORTERS: &[Importer] =
    &[ansible::IMPORTER, cyclonedx::IMPORTER, dmidecode::IMPORTER, lshw::IMPORTER, spdx::IMPORTER];

/// The importer an id names.
pub fn importer(id: &str) -> Option<&'static Importer> {
    IMPORTERS.iter().find(|importer| importer.id == id)
}

impl Importer {
    /// What a file of the tool says.
    ///
    /// # Errors
    /// When it is none of the tool's, or nothing in it can be taken.
    pub fn read(&self, text: &str) -> Result<Imported, NotUnderstood> {
        (self.read)(text)
    }
}

/// Why nothing is taken from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotUnderstood(pub Phrase);

/// What one file said.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// The short name of the host, where the tool records it.
    pub(crate) host: Option<String>,
    /// Its full name.
    pub(crate) fqdn: Option<String>,
    /// When the tool looked, RFC 3339.
    pub(crate) captured_at: Option<String>,
    /// Ids of sections, and what is known of each. `hardware` and others that are one object may
    /// come from several files; the first that has a member is believed.
    pub(crate) sections: Vec<(&'static str, Collected)>,
}

impl Imported {
    /// The short name of the host, where the tool records it.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }
}

/// All counts together; nothing where one is not known, or they are absurd.
fn total(counts: impl IntoIterator<Item = Option<u64>>) -> Option<u64> {
    counts.into_iter().try_fold(0_u64, |sum, one| sum.checked_add(one?))
}

/// The snapshot that several files of one host make. `host` names it where the files do not, and
/// overrides them. `order.captured_at` stands for the moment where no file says it: when the oldest
/// of them was written, not now.
///
/// # Errors
/// When nothing names the host, or two files name different ones.
pub fn import(
    files: Vec<Imported>,
    host: Option<&str>,
    order: &Order<'_>,
) -> Result<Snapshot, NotUnderstood> {
    let mut name = host.map(str::to_owned);
    let mut fqdn = None;
    let mut captured_at: Option<String> = None;
    let mut sections: Vec<(&'static str, Collected)> = Vec::new();
    for file in files {
        match (&name, file.host) {
            (None, found) => name = found,
            (Some(one), Some(other)) if host.is_none() && *one != other => {
                return Err(NotUnderstood(Phrase::new(
                    format!("one file is about {one}, another about {other}: import each apart"),
                    format!(
                        "un fichier concerne {one}, un autre {other} : les importer séparément"
                    ),
                )));
            }
            _ => {}
        }
        fqdn = fqdn.or(file.fqdn);
        captured_at = match (captured_at, file.captured_at) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        for (id, collected) in file.sections {
            match sections.iter_mut().find(|(known, _)| *known == id) {
                Some((_, known)) => merge(known, collected),
                None => sections.push((id, collected)),
            }
        }
    }
    let Some(name) = name else {
        return Err(NotUnderstood(Phrase::new(
            "no file names the host these facts are of: say which one it is",
            "aucun fichier ne nomme l'hôte que ces faits décrivent : indiquer lequel",
        )));
    };
    let rank = |id: &str| SECTIONS.iter().position(|section| section.id == id);
    sections.retain(|(id, _)| order.sections.iter().any(|section| section.id == *id));
    sections.sort_by_key(|(id, _)| rank(id));
    let captured_at = captured_at.as_deref().unwrap_or(order.captured_at);
    let fqdn = fqdn.filter(|fqdn| host.is_none_or(|host| fqdn.starts_with(&format!("{host}."))));
    Ok(Snapshot::imported(&name, fqdn.as_deref(), captured_at, order.version, sections))
}

/// Adds what another file says of the same section.
fn merge(known: &mut Collected, more: Collected) {
    known.source = format!("{} {}", known.source, more.source);
    known.gaps.extend(more.gaps);
    match (&mut known.facts, more.facts) {
        (Some(Value::Object(known)), Some(Value::Object(more))) => merge_members(known, more),
        (Some(Value::Array(known)), Some(Value::Array(more))) => {
            let new: Vec<_> = more.into_iter().filter(|item| !known.contains(item)).collect();
            known.extend(new);
        }
        (facts @ None, more) => *facts = more,
        _ => {}
    }
}

/// Members of the first win; `from` goes with the member it is of, and an object that both have,
/// such as `cpu`, is made of what either knows.
fn merge_members(known: &mut Map<String, Value>, more: Map<String, Value>) {
    for (key, value) in more {
        match (known.get_mut(&key), value) {
            (Some(Value::Object(known)), Value::Object(more)) => merge_members(known, more),
            (Some(_), _) => {}
            (None, value) => drop(known.insert(key, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The snapshot that one file makes.
    pub(super) fn imported(importer: &Importer, text: &str, host: Option<&str>) -> Value {
        let file = importer.read(text).expect("it is understood");
        let snapshot = import(vec![file], host, &ORDER()).expect("named");
        crate::fixture::validate(&snapshot);
        snapshot.to_value()
    }

    const ORDER: fn() -> Order<'static> = || Order {
        files: &[],
        sections: SECTIONS.iter().collect(),
        captured_at: "2026-11-22T04:10:00+01:00",
        version: "0.0.0",
    };

    fn file(host: Option<&str>, hardware: Value) -> Imported {
        let collected = Collected::imported("x", hardware);
        Imported {
            host: host.map(str::to_owned),
            sections: vec![("hardware", collected)],
            ..Imported::default()
        }
    }

    #[test]
    fn importers_are_sorted_and_documented() {
        assert!(IMPORTERS.is_sorted_by_key(|importer| importer.id));
        for importer in IMPORTERS {
            assert!(
                !importer.summary.is_empty() && importer.docs.contains("| "),
                "{}",
                importer.id
            );
        }
    }

    #[test]
    fn the_first_file_is_believed_and_the_second_adds() {
        let one =
            file(None, json!({"vendor": "A", "cpu": {"count": 4}, "from": {"vendor": "a:1"}}));
        let two = file(
            Some("db01"),
            json!({"vendor": "B", "bios": "1", "cpu": {"count": 8, "model": "X"},
                "from": {"vendor": "b:1", "bios": "b:2"}}),
        );
        let snapshot = import(vec![one, two], None, &ORDER()).expect("named").to_value();
        assert_eq!(snapshot["host"], "db01");
        assert_eq!(snapshot["root"], "import");
        assert_eq!(snapshot["sections"]["hardware"]["method"], "import");
        assert_eq!(
            snapshot["hardware"],
            json!({"vendor": "A", "bios": "1", "cpu": {"count": 4, "model": "X"},
                "from": {"vendor": "a:1", "bios": "b:2"}})
        );
    }

    #[test]
    fn a_host_is_named_and_only_one() {
        let nameless = import(vec![file(None, json!({}))], None, &ORDER());
        assert!(nameless.expect_err("nameless").0.en.contains("say which one"));
        let both = || vec![file(Some("a"), json!({})), file(Some("b"), json!({}))];
        assert!(import(both(), None, &ORDER()).is_err());
        let named = import(both(), Some("c"), &ORDER()).expect("named");
        assert_eq!(named.host(), "c");
    }
}
