use std::collections::HashMap;
use std::sync::Arc;

use aplomb_model::{Node, Phrase, Source, Span, Tree, Value};

use crate::piece::{list, map, named, quoted};
use crate::problems::Problems;
use crate::{Input, ReadErrorKind};

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

    /// The files that `pattern` names as seen from the file `from`: with wildcards those that match,
    /// else the one of that name. Each with the name that it is opened from.
    pub(crate) fn matching<'b>(
        &mut self,
        (from, pattern): (&'b str, &str),
        at: Span,
        problems: &mut Problems,
    ) -> Vec<(&'b str, String)> {
        if !pattern.contains(['*', '?', '[']) {
            return vec![(from, pattern.to_owned())];
        }
        if !self.spend(at, problems) {
            return Vec::new();
        }
        let found = self.input.files.matching(from, pattern);
        found.into_iter().map(|path| ("", path)).collect()
    }

    /// Goes into the file `path` as seen from `from`, included at `at`; [`leave`](Self::leave) it
    /// when it is read. Nothing where there is no such file in the delivery; where there is one that
    /// cannot be taken, the problem is noted.
    pub(crate) fn enter(
        &mut self,
        (from, path): (&str, &str),
        at: Span,
        problems: &mut Problems,
    ) -> Option<Included> {
        if !self.spend(at, problems) {
            return None;
        }
        let source = match self.input.files.open(from, path) {
            Ok(source) => source,
            Err(error) => {
                let absent = [ReadErrorKind::Unreadable, ReadErrorKind::OutsideRoot];
                for problem in error.problems.into_iter().filter(|_| !absent.contains(&error.kind))
                {
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
