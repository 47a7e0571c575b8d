//! The delivery manifest, `delivery.toml`.

use aplomb_model::{Member, Mistake, Node, Span, Value};
use globset::{GlobBuilder, GlobMatcher, GlobSet};

use crate::authored::{Table, wrong_type};
use crate::folder::normalised;

/// What a manifest declares, checked.
#[derive(Debug)]
pub(super) struct Manifest {
    pub(super) delivery: Declared,
    pub(super) facts: Globs,
    pub(super) configs: Globs,
    /// Files that belong to the delivery and are not judged: artefacts, evidence.
    pub(super) kept: Globs,
    pub(super) exclude: Globs,
    pub(super) hosts: Vec<Entry>,
    pub(super) documents: Vec<Entry>,
    pub(super) registers: Vec<Entry>,
    /// The variable `delivery` of expressions.
    pub(super) node: Node,
    pub(super) params: Option<Node>,
}

/// What `[delivery]` says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// Id of the solution.
    pub solution: String,
    /// Its version.
    pub version: Option<String>,
    /// Where it goes: `production`.
    pub environment: Option<String>,
    /// Criticality tier, 1 to 5.
    pub tier: Option<u8>,
    /// Language of the reports, `en` or `fr`.
    pub lang: Option<&'static str>,
    /// The standards to judge by: `aplomb:*` for those shipped, or folders and files.
    pub standards: Vec<String>,
    /// Id of the profile.
    pub profile: Option<String>,
}

/// Patterns of paths, with the places they are written at.
#[derive(Debug, Default)]
pub(super) struct Globs {
    set: GlobSet,
    pub(super) written: Vec<(String, Span)>,
}

/// A `[[host]]`, `[[document]]` or `[[register]]`.
#[derive(Debug)]
pub(super) struct Entry {
    /// A host's name; the path of a document or register, or a pattern of paths.
    pub(super) name: String,
    pattern: Option<GlobMatcher>,
    /// The type of a document or register.
    pub(super) doc_type: Option<String>,
    pub(super) format: Option<String>,
    pub(super) span: Span,
    pub(super) node: Node,
}

impl Entry {
    /// Whether a path is one of those that the entry is about.
    pub(super) fn names(&self, path: &str) -> bool {
        let meant = |pattern: &GlobMatcher| pattern.is_match(path);
        self.name == path || self.pattern.as_ref().is_some_and(meant)
    }
}

/// The pattern under `path`, where it is one: a manual may have hundreds of files.
fn pattern(table: &mut Table<'_, '_>) -> Option<GlobMatcher> {
    let node = table.node("path")?;
    if let Some(mistake) = leads_out(node) {
        table.mistake(mistake);
    }
    let text = node.as_str().filter(|text| text.contains('*'))?;
    match GlobBuilder::new(text).literal_separator(true).build() {
        Ok(glob) => Some(glob.compile_matcher()),
        Err(error) => {
            table.mistake(not_a_pattern(text, node.span, &error));
            None
        }
    }
}

/// The mistake of a path or pattern of paths that no file of the delivery can have.
fn leads_out(node: &Node) -> Option<Mistake> {
    let text = node.as_str().filter(|text| normalised("", text).is_none())?;
    let message = format!("`{text}` leads out of the delivery, and what it means is not judged");
    let help = "paths are relative to the delivery and stay inside it; deliver a copy inside";
    Some(Mistake::new(node.span, message, "outside").with_help(help))
}

fn not_a_pattern(text: &str, span: Span, error: &globset::Error) -> Mistake {
    let message = format!("`{text}` is not a pattern of paths: {}", error.kind());
    Mistake::new(span, message, "not a pattern")
}

impl Globs {
    /// Whether a path is one of those meant.
    pub(super) fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    /// The patterns that match none of the paths.
    pub(super) fn idle<'a>(&'a self, paths: &[&str]) -> Vec<&'a (String, Span)> {
        let mut used = vec![false; self.written.len()];
        for path in paths {
            for index in self.set.matches(path) {
                used[index] = true;
            }
        }
        let written = self.written.iter().zip(used);
        written.filter(|(_, used)| !used).map(|(one, _)| one).collect()
    }

    pub(super) fn add_from(&mut self, nodes: &[Node], mistakes: &mut Vec<Mistake>) {
        for node in nodes {
            match node.as_str() {
                Some(text) => {
                    mistakes.extend(leads_out(node));
                    self.written.push((text.to_owned(), node.span));
                }
                None => mistakes.push(wrong_type(node, "a string")),
            }
        }
    }

    /// Compiles the patterns; `*` stops at a `/`, `**` does not.
    pub(super) fn compiled(mut self, mistakes: &mut Vec<Mistake>) -> Self {
        let mut set = GlobSet::builder();
        for (text, span) in &self.written {
            match GlobBuilder::new(text).literal_separator(true).build() {
                Ok(glob) => {
                    set.add(glob);
                }
                Err(error) => mistakes.push(not_a_pattern(text, *span, &error)),
            }
        }
        self.set = set.build().unwrap_or_default();
        self
    }
}

impl Manifest {
    /// Decodes a manifest; all its mistakes are collected.
    pub(super) fn decode(root: &Node, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let mut table = Table::new(root, "the manifest", mistakes)?;
        let mut exclude = Globs::default();
        let delivery = match table.required("delivery") {
            Some(node) => declared(node, &mut exclude, table.mistakes()),
            None => Declared::default(),
        };
        let mut facts = Globs::default();
        let mut configs = Globs::default();
        let mut kept = Globs::default();
        patterns(&mut table, "hosts", "facts", &mut facts);
        patterns(&mut table, "configs", "files", &mut configs);
        patterns(&mut table, "artifacts", "files", &mut kept);
        patterns(&mut table, "evidence", "files", &mut kept);
        let hosts = entries(&mut table, "host", "name", false);
        let documents = entries(&mut table, "document", "path", true);
        let registers = entries(&mut table, "register", "path", true);
        for free in ["component", "service"] {
            entries(&mut table, free, "name", false);
        }
        table.keyed("params");
        table.keyed("facts");
        let params = root.get("params").cloned();
        table.finish();
        let [facts, configs, kept, exclude] =
            [facts, configs, kept, exclude].map(|globs| globs.compiled(mistakes));
        Some(Self {
            delivery,
            facts,
            configs,
            kept,
            exclude,
            hosts,
            documents,
            registers,
            node: merged(root),
            params,
        })
    }
}

/// The patterns under `[name] key`.
fn patterns(table: &mut Table<'_, '_>, name: &str, key: &str, globs: &mut Globs) {
    if let Some(mut part) = table.table(name) {
        let nodes = part.one_or_many(key);
        globs.add_from(nodes, part.mistakes());
        part.finish();
    }
}

fn declared(node: &Node, exclude: &mut Globs, mistakes: &mut Vec<Mistake>) -> Declared {
    let Some(mut table) = Table::new(node, "[delivery]", mistakes) else {
        return Declared::default();
    };
    let text = |table: &mut Table<'_, '_>, key: &str| table.text(key).map(str::to_owned);
    let declared = Declared {
        solution: table.required_text("solution").to_owned(),
        version: text(&mut table, "version"),
        environment: text(&mut table, "environment"),
        tier: tier(&mut table),
        lang: table.one_of("lang", &["en", "fr"]),
        standards: table.text_or_texts("standards").iter().map(|&s| s.to_owned()).collect(),
        profile: text(&mut table, "profile"),
    };
    let nodes = table.one_or_many("exclude");
    exclude.add_from(nodes, table.mistakes());
    for key in [
        "gdpr_record",
        "go_live",
        "name",
        "operations_owner",
        "owner",
        "previous_version",
        "security_accreditation",
        "supplier",
        "timezone",
    ] {
        table.text(key);
    }
    table.boolean("personal_data");
    table.finish();
    declared
}

fn tier(table: &mut Table<'_, '_>) -> Option<u8> {
    let node = table.node("tier")?;
    let tier = node.as_i64().and_then(|value| u8::try_from(value).ok());
    let tier = tier.filter(|tier| (1..=5).contains(tier));
    if tier.is_none() {
        let mistake = Mistake::new(node.span, "a tier is a number from 1 to 5", "not a tier");
        table.mistake(mistake.with_help("1 is the most critical"));
    }
    tier
}

/// The tables of one array of tables. Besides the keys known here they hold whatever the house
/// wants its rules to know of the thing: these are facts, not settings.
fn entries(table: &mut Table<'_, '_>, key: &str, name: &str, typed: bool) -> Vec<Entry> {
    let mut entries = Vec::<Entry>::new();
    for node in table.tables(key) {
        let what = format!("[[{key}]]");
        let Some(mut one) = Table::new(node, what, table.mistakes()) else {
            continue;
        };
        let entry = Entry {
            pattern: typed.then(|| pattern(&mut one)).flatten(),
            name: one.required_text(name).to_owned(),
            doc_type: typed.then(|| one.required_text("type").to_owned()),
            format: one.text("format").map(str::to_owned),
            span: one.node(name).map_or(node.span, |node| node.span),
            node: node.clone(),
        };
        if entries.iter().any(|other| other.name == entry.name) && !entry.name.is_empty() {
            let message = format!("`{}` is declared twice as [[{key}]]", entry.name);
            table.mistake(Mistake::new(entry.span, message, "again"));
        }
        entries.push(entry);
    }
    entries
}

/// `[delivery]` and the manifest's other tables in one map.
fn merged(root: &Node) -> Node {
    let own = root.get("delivery").map_or(&[][..], Node::members);
    let others = root.members().iter().filter(|member| &*member.key != "delivery");
    let members: Vec<Member> = own.iter().chain(others).cloned().collect();
    Node::new(root.span, Value::Map(members))
}
