use std::collections::HashMap;
use std::sync::Arc;

use aplomb_model::{Gap, Node, Phrase, Source, Span, Tree, Value};

use crate::Input;
use crate::piece::{list, map, named, quoted};
use crate::problems::Problems;

/// The files that a configuration includes, as its reader goes through them: each becomes a source
/// of the tree, once, and none includes itself.
///
/// How many are taken is bounded by number, nesting and size in all, counted as often as they are
/// included.
pub(crate) struct Includes<'a> {
    input: &'a Input<'a>,
    tree: Tree,
    known: HashMap<Box<str>, (Arc<Source>, u32)>,
    /// The included files that are being read, outermost first, and where they are included.
    inside: Vec<(Box<str>, Span)>,
    files_left: usize,
    bytes_left: u64,
    exhausted: bool,
}

/// The text of an included file.
pub(crate) struct Included {
    pub(crate) source: Arc<Source>,
    /// What its spans are shifted by.
    pub(crate) base: u32,
    /// Whether it was included before.
    pub(crate) again: bool,
}

/// Files included one by another, and inclusions in all, before a configuration is refused.
const MOST_NESTED: usize = 32;
const MOST_INCLUDED: usize = 10_000;

/// Gaps that are told of.
const MOST_GAPS: usize = 20;

/// Where the delivery may hold what an include names, counted from the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The part that means itself.
    literal: String,
    /// The rest, where it has wildcards.
    pattern: Option<String>,
}

impl Place {
    /// `path` below `folder`, which is empty or ends in `/`.
    fn below(folder: &str, path: &str) -> Self {
        match path.find(['*', '?', '[']) {
            None => Self { literal: format!("{folder}{path}"), pattern: None },
            Some(at) => {
                let at = path[..at].rfind('/').map_or(0, |slash| slash + 1);
                let (before, pattern) = path.split_at(at);
                Self { literal: format!("{folder}{before}"), pattern: Some(pattern.to_owned()) }
            }
        }
    }

    /// The path or the pattern.
    fn path(&self) -> String {
        match &self.pattern {
            None => self.literal.clone(),
            Some(pattern) => {
                // Folders of the delivery mean themselves, whatever they are called.
                let mut path = String::new();
                for character in self.literal.chars() {
                    match character {
                        '*' | '?' | '[' => path.extend(['[', character, ']']),
                        other => path.push(other),
                    }
                }
                path + pattern
            }
        }
    }

    /// The folder that a pattern looks into.
    fn folder(&self) -> &str {
        self.literal.trim_end_matches('/')
    }
}

/// Where the delivery may hold what a configuration includes as `path`, likeliest first. `main` is
/// the file that `relative` paths start at the folder of. `homes` are the folders in which a
/// machine keeps that file: what is below one of them is looked for beside the main file, and what
/// is elsewhere on the machine, where the folders above the main file are those of the machine.
pub(crate) fn places(main: &str, homes: &[&str], path: &str) -> Vec<Place> {
    let mut places = Vec::new();
    let mut add = |folder: &str, path: &str| {
        let place = Place::below(folder, path);
        if !places.contains(&place) {
            places.push(place);
        }
    };
    let folder = main.rfind('/').and_then(|at| main.get(..=at)).unwrap_or_default();
    let Some(absolute) = path.strip_prefix('/') else {
        add(folder, path);
        return places;
    };
    for home in homes {
        // The home, then the folder it lies in, as long as the delivery has folders of their names.
        let mut here = folder;
        let mut there = home.trim_matches('/');
        loop {
            if let Some(below) =
                absolute.strip_prefix(there).and_then(|rest| rest.strip_prefix('/'))
            {
                add(here, below);
            }
            let (parent, name) = there.rsplit_once('/').unwrap_or(("", there));
            let Some(above) = here.strip_suffix('/').and_then(|here| here.strip_suffix(name))
            else {
                break;
            };
            if parent.is_empty() || name.is_empty() || !(above.is_empty() || above.ends_with('/')) {
                break;
            }
            (here, there) = (above, parent);
        }
    }
    for above in folders_above(main) {
        add(above, absolute);
    }
    places
}

/// The folders that the file `name` stands in, nearest first, each ending in `/`; the root is empty.
pub(crate) fn folders_above(name: &str) -> impl Iterator<Item = &str> {
    let places = name.rmatch_indices('/').filter_map(|(at, _)| name.get(..=at));
    places.chain([""])
}

impl<'a> Includes<'a> {
    pub(crate) fn new(input: &'a Input<'a>, format: &'static str) -> Self {
        Self {
            input,
            tree: Tree::new(input.source.clone(), format, Vec::new()),
            known: HashMap::new(),
            inside: Vec::new(),
            files_left: MOST_INCLUDED,
            bytes_left: input.limits.bytes,
            exhausted: false,
        }
    }

    /// The tree that holds `root`, over the file and all that it included.
    pub(crate) fn into_tree(mut self, root: Node) -> Tree {
        self.tree.documents.push(root);
        self.tree
    }

    /// The sources alone, of what is included.
    pub(crate) fn into_sources(self) -> Tree {
        self.tree
    }

    /// Where the file itself includes what is being read, directly or not.
    pub(crate) fn outermost(&self) -> Option<Span> {
        self.inside.first().map(|(_, at)| *at)
    }

    /// Notes what is wrong at `span`. Where that lies in an included file, the place to point at is
    /// where the file itself includes it, directly or not.
    pub(crate) fn problem(&self, problems: &mut Problems, span: Span, message: Phrase) {
        let Some((_, at)) = self.inside.first() else {
            return problems.add(span, message);
        };
        let located = self.tree.sources.locate(span);
        let line = located.source.position(located.range.start).line;
        let name = quoted(located.source.name());
        problems.add(
            *at,
            Phrase::new(
                format!("{name}, line {line}: {}", message.en),
                format!("{name}, ligne {line} : {}", message.fr),
            ),
        );
    }

    /// The files that an include names: of the `places` where the delivery may hold them, those of
    /// the first that has any, in the order of their names. `None` where the delivery holds
    /// nothing of the kind, not even the folder that a pattern looks into.
    pub(crate) fn find(
        &mut self,
        places: &[Place],
        at: Span,
        problems: &mut Problems,
    ) -> Option<Vec<String>> {
        if !self.spend(at, problems) {
            return Some(Vec::new());
        }
        let files = self.input.files;
        for place in places {
            let found = match &place.pattern {
                None if files.has_file(&place.path()) => vec![place.path()],
                None => continue,
                Some(_) => files.matching("", &place.path()),
            };
            if !found.is_empty() {
                return Some(found);
            }
        }
        let is_there = |place: &&Place| place.pattern.is_some() && files.has_folder(place.folder());
        places.iter().find(is_there).map(|_| Vec::new())
    }

    /// Notes that what is named at `at` was not delivered.
    pub(crate) fn gap(&mut self, at: Span, named: &str) {
        if self.tree.gaps.len() < MOST_GAPS {
            self.tree.gaps.push(Gap { span: at, message: not_delivered(named) });
        }
    }

    /// The tree so far: its sources, to which notes can be added.
    pub(crate) const fn tree(&mut self) -> &mut Tree {
        &mut self.tree
    }

    /// Goes into the file `path`, counted from the root, included at `at`; [`leave`](Self::leave) it
    /// when it is read. Nothing where it cannot be taken, which is a problem then.
    pub(crate) fn enter(
        &mut self,
        path: &str,
        at: Span,
        problems: &mut Problems,
    ) -> Option<Included> {
        if !self.spend(at, problems) {
            return None;
        }
        let source = match self.input.files.open("", path) {
            Ok(source) => source,
            Err(error) => {
                for problem in error.problems {
                    self.problem(problems, at, unreadable(path, &problem.message));
                }
                return None;
            }
        };
        let name: Box<str> = source.name().into();
        let size = source.text().len() as u64;
        let open = self.inside.iter().any(|(open, _)| *open == name);
        if open || *name == *self.input.source.name() {
            self.problem(problems, at, circle(&name));
            return None;
        }
        if self.inside.len() >= MOST_NESTED || size > self.bytes_left {
            self.files_left = 0;
            self.spend(at, problems);
            return None;
        }
        self.bytes_left -= size;
        let (again, (source, base)) = match self.known.get(&name) {
            Some(known) => (true, known.clone()),
            None => {
                let base = self.tree.sources.include(source.clone());
                self.known.insert(name.clone(), (source.clone(), base));
                (false, (source, base))
            }
        };
        self.inside.push((name, at));
        Some(Included { source, base, again })
    }

    /// Counts one inclusion more. Too many are one problem, and no more is followed.
    fn spend(&mut self, at: Span, problems: &mut Problems) -> bool {
        if self.files_left == 0 && !self.exhausted {
            self.exhausted = true;
            self.problem(problems, at, too_many());
        }
        self.files_left = self.files_left.saturating_sub(1);
        !self.exhausted
    }

    /// The included file that was entered last is read.
    pub(crate) fn leave(&mut self) {
        self.inside.pop();
    }
}

/// What is told of an include that names `path`: the files that were read for it.
pub(crate) fn named_by(path: &Node, files: Vec<Node>) -> Node {
    let found = Node::new(path.span, Value::Bool(!files.is_empty()));
    let members =
        vec![named("path", path.clone()), named("found", found), named("files", list(files))];
    map(path.span, members)
}

fn not_delivered(named: &str) -> Phrase {
    let named = quoted(named);
    let pattern = named.contains(['*', '?', '[']);
    let (en, fr) = if pattern {
        ("its folder, even an empty one", "son dossier, même vide")
    } else {
        ("it", "ce fichier")
    };
    Phrase::new(
        format!(
            "what {named} says was not delivered, and it may change what takes effect; deliver {en}"
        ),
        format!(
            "ce que dit {named} n'a pas été livré, et peut changer ce qui prend effet ; livrer {fr}"
        ),
    )
}

fn unreadable(path: &str, cause: &Phrase) -> Phrase {
    let path = quoted(path);
    Phrase::new(
        format!("the included file {path} cannot be read: {}", cause.en),
        format!("le fichier inclus {path} ne peut être lu : {}", cause.fr),
    )
}

fn circle(name: &str) -> Phrase {
    let name = quoted(name);
    Phrase::new(
        format!("{name} ends up including itself; remove one of the includes"),
        format!("{name} finit par s'inclure lui-même ; retirer l'une des inclusions"),
    )
}

fn too_many() -> Phrase {
    Phrase::new(
        format!(
            "too much is included: more than {MOST_INCLUDED} files, {MOST_NESTED} one in another, or too large in all; deliver a smaller configuration"
        ),
        format!(
            "trop d'inclusions : plus de {MOST_INCLUDED} fichiers, de {MOST_NESTED} imbriqués, ou trop volumineux au total ; livrer une configuration plus petite"
        ),
    )
}
