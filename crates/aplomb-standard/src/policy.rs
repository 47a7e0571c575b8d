use std::fmt::Write as _;
use std::sync::Arc;

use aplomb_model::{Lang, Member, Mistake, Node, Phrase, Source, Span};
use aplomb_read::authored::Table;
use sha2::{Digest as _, Sha256};

use crate::rule::{Around, is_kebab};
use crate::terms::TermsChange;
use crate::wording::Translation;
use crate::{Override, Param, Profile, Rule};

/// All that is demanded: what several files state, taken together.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The standards, in the order of their files.
    pub standards: Vec<Standard>,
    /// The profiles of all files.
    pub profiles: Vec<Profile>,
    /// What was changed about rules; already put over them, later files over earlier ones.
    pub overrides: Vec<Override>,
    pub(crate) terms: Vec<TermsChange>,
    /// What was changed about catalogues; already put over them, later files over earlier ones.
    pub catalogue_changes: Vec<CatalogueChange>,
}

/// A versioned set of demands.
#[derive(Clone, Debug)]
pub struct Standard {
    /// Kebab-case id: `ssh-server`.
    pub id: String,
    /// Its version, as its author counts.
    pub version: String,
    /// What it is about.
    pub domain: Domain,
    /// Its title.
    pub title: Phrase,
    /// What it is for; may be empty.
    pub about: Phrase,
    /// The language its texts were written in.
    pub lang: Lang,
    /// SHA-256 of the file's text, in hexadecimal.
    pub digest: String,
    /// The file; all spans of the standard lie in it.
    pub source: Arc<Source>,
    /// Where the standard names itself: the `[standard]` header.
    pub span: Span,
    /// Its parameters, in the order written.
    pub params: Vec<Param>,
    /// Its catalogues, in the order written.
    pub catalogues: Vec<Catalogue>,
    /// Its rules, in the order written; those that make several demands part by part.
    pub rules: Vec<Rule>,
}

/// What a standard is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Domain {
    /// Machines and what they are made of.
    Hardware,
    /// What runs on them, and how it is configured.
    Software,
    /// How people work: documents, registers, decisions.
    Procedure,
}

/// Values with their status and dates, for rules to look up.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// Its name in the standard.
    pub name: String,
    /// Where it is declared: its name.
    pub span: Span,
    /// What it holds; may be empty.
    pub about: Phrase,
    /// Its entries: tables with keys of the author's choice.
    pub entries: Vec<Node>,
}

/// A house's entries for a catalogue of a standard that it takes over otherwise:
/// `[catalogue.NAME]` in a file without `[standard]`.
#[derive(Clone, Debug)]
pub struct CatalogueChange {
    /// Name of the catalogue.
    pub name: String,
    /// Where it is written, in `source`.
    pub span: Span,
    /// The file.
    pub source: Arc<Source>,
    entries: Vec<Node>,
    replaces: bool,
}

impl Policy {
    /// All rules with their standards, in order.
    pub fn rules(&self) -> impl Iterator<Item = (&Standard, &Rule)> {
        let standards = self.standards.iter();
        standards.flat_map(|standard| standard.rules.iter().map(move |rule| (standard, rule)))
    }

    /// The profile of a name.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }
}

impl Domain {
    /// All domains, in the order reports use.
    pub const ALL: [Self; 3] = [Self::Hardware, Self::Software, Self::Procedure];

    /// The word used in standards and reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Hardware => "hardware",
            Self::Software => "software",
            Self::Procedure => "procedure",
        }
    }

    /// The domain a word names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|domain| domain.id() == id)
    }
}

impl Standard {
    /// Decodes `[standard]`, `[param]`, `[catalogue]` and `[rule]` of the file whose root table is
    /// `root`.
    pub(crate) fn read(
        root: &mut Table<'_, '_>,
        source: &Arc<Source>,
        author: Lang,
        kinds: &[&'static str],
    ) -> Option<Self> {
        let params = root.keyed("param").iter();
        let params: Vec<Param> =
            params.filter_map(|member| Param::read(member, author, root.mistakes())).collect();
        let catalogues = root.keyed("catalogue").iter();
        let catalogues = catalogues
            .filter_map(|member| Catalogue::read(member, author, root.mistakes()))
            .collect();
        let around = Around { source, author, kinds, params: &params };
        let rules = root.keyed("rule").iter();
        let rules = rules.flat_map(|member| around.rules(member, root.mistakes())).collect();
        let node = root.node("standard")?;
        let mut table = Table::new(node, "the standard", root.mistakes())?;
        let mut other = Translation::of(&mut table, author);
        let standard = Self {
            id: id(&mut table),
            version: table.required_text("version").to_owned(),
            domain: domain(&mut table),
            title: other.phrase("title", table.required_text("title")),
            about: other.phrase("about", table.text("about").unwrap_or_default()),
            lang: author,
            digest: hexadecimal(&Sha256::digest(source.text())),
            source: source.clone(),
            span: node.span,
            params,
            catalogues,
            rules,
        };
        table.one_of("lang", &["en", "fr"]);
        other.finish(&mut table);
        table.finish();
        Some(standard)
    }
}

impl Catalogue {
    fn read(member: &Member, author: Lang, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let what = format!("catalogue {}", member.key);
        let mut table = Table::new(&member.value, what, mistakes)?;
        let mut other = Translation::of(&mut table, author);
        let about = table.text("about").unwrap_or_default();
        let catalogue = Self {
            name: member.key.to_string(),
            span: member.key_span,
            about: other.phrase("about", about),
            entries: table.tables("entry").into_iter().cloned().collect(),
        };
        other.finish(&mut table);
        table.finish();
        Some(catalogue)
    }
}

impl CatalogueChange {
    pub(crate) fn read(
        member: &Member,
        source: &Arc<Source>,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Self> {
        let what = format!("catalogue {}", member.key);
        let mut table = Table::new(&member.value, what, mistakes)?;
        let replaces = table.boolean("replace").unwrap_or_default();
        let entries: Vec<Node> = table.tables("entry").into_iter().cloned().collect();
        if entries.is_empty() {
            let mistake = Mistake::new(member.key_span, "it has no entry to put first", "empty");
            table.mistake(mistake.with_help("add an `[[catalogue.NAME.entry]]`"));
        }
        table.finish();
        let source = Arc::clone(source);
        Some(Self {
            name: member.key.to_string(),
            span: member.key_span,
            source,
            entries,
            replaces,
        })
    }

    /// Changes the catalogue. Of entries that match the first counts: those of a house come first.
    pub(crate) fn put_over(&self, catalogue: &mut Catalogue) {
        let before = std::mem::replace(&mut catalogue.entries, self.entries.clone());
        if !self.replaces {
            catalogue.entries.extend(before);
        }
    }
}

fn id(table: &mut Table<'_, '_>) -> String {
    let id = table.required_text("id");
    if !id.is_empty() && !is_kebab(id) {
        let span = table.node("id").map_or(table.as_node().span, |node| node.span);
        let mistake = Mistake::new(span, format!("`{id}` is not in kebab-case"), "not an id");
        table.mistake(mistake.with_help("write lower-case words and digits joined by `-`"));
    }
    id.to_owned()
}

fn domain(table: &mut Table<'_, '_>) -> Domain {
    table.required("domain");
    let word = table.one_of("domain", &Domain::ALL.map(Domain::id));
    word.and_then(Domain::from_id).unwrap_or(Domain::Software)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
