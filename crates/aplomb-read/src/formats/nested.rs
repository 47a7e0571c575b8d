//! Configurations of directives and blocks, in files that include each other.

use aplomb_model::{Comment, Node, Phrase, Span, Tree};

use super::include::{Includes, Place, named_by, places};
use crate::piece::{joined, list, map, named};
use crate::problems::Problems;
use crate::{Input, ReadError};

/// A directive of a configuration of nested blocks, as written.
pub(crate) struct Directive {
    /// From its name to its last argument.
    pub(crate) span: Span,
    pub(crate) name: Node,
    pub(crate) args: Vec<Node>,
    pub(crate) value: Node,
    /// What stands in its braces or, for an `include`, in the files it names.
    pub(crate) block: Option<Vec<Directive>>,
}

impl Directive {
    pub(crate) fn new(name: Node, args: Vec<Node>) -> Self {
        let value = joined(&args, name.span.end());
        let span = name.span.cover(value.span);
        Self { span, name, args, value, block: None }
    }

    pub(crate) fn name(&self) -> &str {
        self.name.as_str().unwrap_or_default()
    }

    pub(crate) fn into_node(self) -> Node {
        let mut members = vec![
            named("name", self.name),
            named("args", list(self.args)),
            named("value", self.value),
        ];
        if let Some(block) = self.block {
            let block = block.into_iter().map(Self::into_node).collect();
            members.push(named("block", list(block)));
        }
        map(self.span, members)
    }
}

/// A reader of such a configuration, under way.
pub(crate) struct Reading<'a> {
    includes: Includes<'a>,
    /// The file whose folder paths of includes are relative to.
    main: String,
    /// Whether a path names a file that every machine has as the package ships it, and whose
    /// absence leaves no doubt.
    is_stock: fn(&str) -> bool,
    depth: usize,
    /// What includes name.
    listed: Vec<Node>,
    comments: Vec<Comment>,
    pub(crate) problems: Problems,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(
        input: &'a Input<'a>,
        format: &'static str,
        main: String,
        is_stock: fn(&str) -> bool,
    ) -> Self {
        Self {
            includes: Includes::new(input, format),
            main,
            is_stock,
            depth: input.limits.depth,
            listed: Vec::new(),
            comments: Vec::new(),
            problems: Problems::default(),
        }
    }

    /// Where the delivery may hold what is included as `path`; `homes` are the folders in which
    /// machines keep the main file.
    pub(crate) fn places(&self, homes: &[&str], path: &str) -> Vec<Place> {
        places(&self.main, homes, path)
    }

    /// Notes what is wrong at `span`.
    pub(crate) fn wrong(&mut self, span: Span, message: Phrase) {
        self.includes.problem(&mut self.problems, span, message);
    }

    /// Whether one block more would be too deep inside `depth` others, which is a problem then.
    pub(crate) fn too_deep(&mut self, depth: usize, span: Span) -> bool {
        let is_it = depth >= self.depth;
        if is_it {
            self.wrong(span, too_deep(self.depth));
        }
        is_it
    }
}

/// What the text of one file says.
pub(crate) struct Said {
    pub(crate) directives: Vec<Directive>,
    pub(crate) comments: Vec<Comment>,
}

/// The grammar of a format: reads a text, whose spans begin at the base and which stands inside so
/// many blocks, and [follows](Reading::follow) its includes.
pub(crate) type Grammar = fn(&mut Reading<'_>, &str, u32, usize) -> Said;

/// Finds what holds in each context of a configuration of some extent.
pub(crate) type Effective = fn(&[Directive], Span, &mut Problems) -> Node;

impl Reading<'_> {
    /// Reads the file itself and all it includes: what is written, what is included, and what takes
    /// effect.
    pub(crate) fn read(
        mut self,
        input: &Input<'_>,
        grammar: Grammar,
        effective: Effective,
    ) -> Result<Tree, ReadError> {
        let text = input.source.text();
        let Said { directives, mut comments } = grammar(&mut self, text, 0, 0);
        comments.append(&mut self.comments);
        let whole = Span::from_range(0..text.len());
        let effective = effective(&directives, whole, &mut self.problems);
        let directives = directives.into_iter().map(Directive::into_node).collect();
        let members = vec![
            named("directives", list(directives)),
            named("includes", list(self.listed)),
            named("effective", effective),
        ];
        let mut tree = self.includes.into_tree(map(whole, members));
        tree.comments = comments;
        self.problems.or(tree)
    }

    /// What the files say that the include of `path` inside `depth` blocks names, looked for in the
    /// `places` where the delivery may hold them; nothing where none is delivered.
    pub(crate) fn follow(
        &mut self,
        path: &Node,
        places: &[Place],
        depth: usize,
        grammar: Grammar,
    ) -> Option<Vec<Directive>> {
        let mut files = Vec::new();
        let mut block = Vec::new();
        let place = self.listed.len();
        let named = self.includes.find(places, path.span, &mut self.problems);
        let written = path.as_str().unwrap_or_default();
        if named.is_none() && !(self.is_stock)(written) {
            self.includes.gap(path.span, written);
        }
        for name in named.unwrap_or_default() {
            let entered = self.includes.enter(&name, path.span, &mut self.problems);
            let Some(included) = entered else {
                continue;
            };
            files.push(Node::text(path.span, included.source.name()));
            // One more level: that of the list which holds what is included.
            if !self.too_deep(depth, path.span) {
                let text = included.source.text();
                let mut said = grammar(self, text, included.base, depth + 1);
                block.append(&mut said.directives);
                if !included.again {
                    self.comments.append(&mut said.comments);
                }
            }
            self.includes.leave();
        }
        let found = !files.is_empty();
        // Before those that stand in its files.
        self.listed.insert(place, named_by(path, files));
        found.then_some(block)
    }
}

fn too_deep(depth: usize) -> Phrase {
    Phrase::new(
        format!("blocks are nested deeper than {depth} levels; flatten them"),
        format!("plus de {depth} blocs imbriqués ; les aplatir"),
    )
}
