use std::collections::BTreeMap;
use std::sync::Arc;

use aplomb_model::{Lang, Mistake, Node, Source, Span};
use aplomb_read::authored::{Table, listed, parse, suggest};

use crate::terms::TermsChange;
use crate::{CatalogueChange, FileMistakes, Override, Policy, Profile, Standard};

/// What came of loading policy files.
#[derive(Debug, Default)]
pub struct Loaded {
    /// What the files state. Where there are mistakes it is incomplete and holds stand-ins: good
    /// for finding more mistakes, not for judging.
    pub policy: Policy,
    /// All mistakes, in the order of the files; files without mistakes are not in it.
    pub mistakes: Vec<FileMistakes>,
}

/// Loads policy files, in the order given; `kinds` are the ids of the check kinds there are.
///
/// A file holds a standard, profiles, overrides, terms, or several of these. Later files put their
/// overrides and terms over those of earlier ones. A file without a standard may put entries over
/// the catalogues of others.
pub fn load(files: Vec<Arc<Source>>, kinds: &[&'static str]) -> Loaded {
    let mut files: Vec<File> = files.into_iter().map(|file| File::read(file, kinds)).collect();
    refuse_duplicates(&mut files);
    check_extends(&mut files);
    check_profile_params(&mut files);
    let mut loaded = Loaded::default();
    for file in files {
        loaded.policy.standards.extend(file.standard);
        loaded.policy.profiles.extend(file.profiles);
        loaded.policy.overrides.extend(file.overrides);
        loaded.policy.terms.push(file.terms);
        loaded.policy.catalogue_changes.extend(file.catalogue_changes);
        if !file.mistakes.is_empty() {
            let mistakes = FileMistakes::new(file.what, file.source, file.mistakes);
            loaded.mistakes.push(mistakes);
        }
    }
    let rules = loaded.policy.standards.iter_mut();
    for rule in rules.flat_map(|standard| &mut standard.rules) {
        for change in &loaded.policy.overrides {
            if rule.is_called(&change.rule) {
                change.put_over(rule);
            }
        }
    }
    let catalogues = loaded.policy.standards.iter_mut();
    for catalogue in catalogues.flat_map(|standard| &mut standard.catalogues) {
        for change in &loaded.policy.catalogue_changes {
            if change.name == catalogue.name {
                change.put_over(catalogue);
            }
        }
    }
    loaded
}

/// One file, decoded.
struct File {
    source: Arc<Source>,
    what: &'static str,
    standard: Option<Standard>,
    profiles: Vec<Profile>,
    overrides: Vec<Override>,
    terms: TermsChange,
    catalogue_changes: Vec<CatalogueChange>,
    mistakes: Vec<Mistake>,
}

impl File {
    fn read(source: Arc<Source>, kinds: &[&'static str]) -> Self {
        let mut file = Self {
            source,
            what: "policy",
            standard: None,
            profiles: Vec::new(),
            overrides: Vec::new(),
            terms: TermsChange::default(),
            catalogue_changes: Vec::new(),
            mistakes: Vec::new(),
        };
        if let Some(root) = parse(&file.source, &mut file.mistakes) {
            file.decode(&root, kinds);
        }
        file
    }

    fn decode(&mut self, node: &Node, kinds: &[&'static str]) {
        let source = &self.source;
        let Some(mut root) = Table::new(node, "the file", &mut self.mistakes) else {
            return;
        };
        let author = author(node);
        // Catalogues alone are a house's, for the standards of others.
        let is_house = ["standard", "param", "rule"].iter().all(|key| node.get(key).is_none());
        if is_house {
            let changes = root.keyed("catalogue").iter();
            self.catalogue_changes = changes
                .filter_map(|member| CatalogueChange::read(member, source, root.mistakes()))
                .collect();
        } else {
            self.standard = Standard::read(&mut root, source, author, kinds);
        }
        let profiles = root.keyed("profile").iter();
        self.profiles = profiles
            .filter_map(|member| Profile::read(member, author, source, root.mistakes()))
            .collect();
        let overrides = root.keyed("override").iter();
        self.overrides = overrides
            .filter_map(|member| Override::read(member, author, source, root.mistakes()))
            .collect();
        self.terms = TermsChange::read(&mut root);
        if node.get("standard").is_some() {
            self.what = "standard";
        } else if let Some(orphan) = ["param", "rule"].iter().find_map(|key| node.member(key)) {
            let message = format!("`{}` without a `[standard]` it belongs to", orphan.key);
            let mistake = Mistake::new(orphan.key_span, message, "of which standard?");
            root.mistake(mistake.with_help(
                "begin the file with `[standard]` and its id, version, domain and title",
            ));
        } else if node.members().is_empty() {
            let mistake = Mistake::new(Span::default(), "the file states nothing", "empty");
            root.mistake(mistake.with_help(
                "a policy file holds a `[standard]` with rules, profiles, overrides, or the terms of a house",
            ));
        }
        root.finish();
    }
}

/// The language of the file's texts.
fn author(root: &Node) -> Lang {
    let lang = root.get("standard").and_then(|standard| standard.get("lang"));
    match lang.and_then(Node::as_str) {
        Some("fr") => Lang::Fr,
        _ => Lang::En,
    }
}

/// What is stated twice among all files is a mistake of the second place.
fn refuse_duplicates(files: &mut [File]) {
    let mut standards =
        Seen::new("standard", "was it given twice? standards of a run have different ids");
    let mut rules = Seen::new(
        "rule",
        "give it an id of its own; to change the rule there is, write `[override.ID]`",
    );
    let mut names = Seen::new("rule name", "names of rules are unique, like their ids");
    let mut profiles = Seen::new("profile", "give it another name, and `extends` to build on it");
    for file in files {
        let source = &file.source;
        let mut found = Vec::new();
        if let Some(standard) = &file.standard {
            let again = standards.meet(&standard.id, standard.span, source);
            // A standard given twice is one mistake, not one for each of its rules.
            let rules_of = if again.is_some() { &[] } else { standard.rules.as_slice() };
            found.extend(again);
            for rule in rules_of.chunk_by(|a, b| a.id == b.id).filter_map(<[_]>::first) {
                let again = rules.meet(&rule.id, rule.span, source);
                found.extend(again.or_else(|| names.meet(&rule.name, rule.span, source)));
            }
        }
        for profile in &file.profiles {
            found.extend(profiles.meet(&profile.name, profile.span, source));
        }
        file.mistakes.extend(found);
    }
}

/// Where each id was met first.
struct Seen {
    what: &'static str,
    help: &'static str,
    places: BTreeMap<String, String>,
}

impl Seen {
    const fn new(what: &'static str, help: &'static str) -> Self {
        let places = BTreeMap::new();
        Self { what, help, places }
    }

    fn meet(&mut self, id: &str, span: Span, source: &Source) -> Option<Mistake> {
        // An id that is missing has its own mistake already.
        if id.is_empty() {
            return None;
        }
        let line = source.position(span.start() as usize).line;
        let place = format!("{}:{line}", source.name());
        let Some(first) = self.places.get(id) else {
            self.places.insert(id.to_owned(), place);
            return None;
        };
        let message = format!("there is already a {} `{id}`, at {first}", self.what);
        Some(Mistake::new(span, message, "the second one").with_help(self.help))
    }
}

/// A profile extends one that exists, and none extends itself.
fn check_extends(files: &mut [File]) {
    let profiles = || files.iter().flat_map(|file| &file.profiles);
    let parents: BTreeMap<String, Option<String>> = profiles()
        .map(|profile| {
            let parent = profile.extends.as_ref().map(|parent| parent.text.clone());
            (profile.name.clone(), parent)
        })
        .collect();
    for file in files {
        for profile in &file.profiles {
            let Some(parent) = &profile.extends else {
                continue;
            };
            if !parents.contains_key(&parent.text) {
                let message = format!("there is no profile `{}` to extend", parent.text);
                let names = || parents.keys().map(String::as_str);
                let help = suggest(&parent.text, names()).map_or_else(
                    || format!("the profiles are {}", listed(names())),
                    |near| format!("did you mean `{near}`?"),
                );
                let mistake = Mistake::new(parent.span, message, "no such profile");
                file.mistakes.push(mistake.with_help(help));
            } else if is_circular(&profile.name, &parents) {
                let message = format!("profile {} extends itself in the end", profile.name);
                let mistake = Mistake::new(parent.span, message, "leads back here");
                file.mistakes.push(mistake);
            }
        }
    }
}

fn is_circular(name: &str, parents: &BTreeMap<String, Option<String>>) -> bool {
    let mut at = name;
    for _ in 0..parents.len() {
        match parents.get(at) {
            Some(Some(parent)) if parent == name => return true,
            Some(Some(parent)) => at = parent,
            _ => return false,
        }
    }
    // It runs into somebody else's circle, which is reported there.
    false
}

/// Values that profiles set are of the parameters' types.
fn check_profile_params(files: &mut [File]) {
    let mut found: Vec<Vec<Mistake>> = Vec::with_capacity(files.len());
    for file in &*files {
        let mut mistakes = Vec::new();
        for member in file.profiles.iter().flat_map(|profile| &profile.params) {
            for standard in files.iter().filter_map(|file| file.standard.as_ref()) {
                if let Some(param) = standard.param_set_by(&member.key) {
                    param.kind.check(&member.value, &mut mistakes);
                }
            }
        }
        mistakes.dedup();
        found.push(mistakes);
    }
    for (file, mistakes) in files.iter_mut().zip(found) {
        file.mistakes.extend(mistakes);
    }
}

#[cfg(test)]
mod tests;
