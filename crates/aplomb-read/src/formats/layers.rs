//! Configurations in several files that no file includes: drop-ins, and folders of which one goes
//! before another.

use std::sync::Arc;

use aplomb_model::{Comment, Member, Phrase, Shadowed, Source, Span, Tree};

use crate::piece::{Piece, map, quoted};
use crate::problems::Problems;
use crate::standing::{Standing, standing, unit_file};
use crate::{Format, Input, ReadError};

/// The files of a configuration.
pub(crate) struct Layers {
    tree: Tree,
    read: Vec<Layer>,
    whole: Span,
}

/// One of the files, which is read in its turn.
#[derive(Clone)]
pub(crate) struct Layer {
    source: Arc<Source>,
    base: u32,
}

impl Layer {
    /// What it says, each piece in its place.
    pub(crate) fn text(&self) -> Piece<'_> {
        Piece::based(self.source.text(), self.base)
    }
}

impl Layers {
    /// Opens the file itself and those that belong to it, and puts them in order. One that another
    /// of the same name masks is a source of the tree, and not read.
    pub(crate) fn open(input: &Input<'_>, format: &Format) -> Result<Self, ReadError> {
        let mut tree = Tree::new(input.source.clone(), format.id, Vec::new());
        let stands = |path: &str| match unit_file(path) {
            Some(unit) if format.id == "systemd" => Some(unit.standing),
            _ => standing(format.id, path),
        };
        let own = Layer { source: input.source.clone(), base: 0 };
        let mut layers = vec![(stands(input.source.name()), own)];
        let mut left = input.limits.bytes.saturating_sub(input.source.text().len() as u64);
        for path in input.files.parts() {
            let source = input.files.open("", path)?;
            let size = source.text().len() as u64;
            left = left
                .checked_sub(size)
                .ok_or_else(|| ReadError::too_large(size, input.limits.bytes))?;
            let base = tree.sources.include(source.clone());
            layers.push((stands(path), Layer { source, base }));
        }
        let order = |standing: &Option<Standing>| {
            standing.as_ref().map(|s| (s.turn, s.name.clone(), s.rank))
        };
        layers.sort_by_cached_key(|(standing, _)| order(standing));
        let mut read: Vec<(Option<Standing>, Layer)> = Vec::new();
        let spans: Vec<Span> = tree.sources.spans().collect();
        let whole_of = |layer: &Layer| {
            spans.iter().copied().find(|span| span.start() == layer.base).unwrap_or_default()
        };
        for (standing, layer) in layers {
            let masks = read.iter().find(|(other, _)| {
                let pair = standing.as_ref().zip(other.as_ref());
                pair.is_some_and(|(this, other)| this.is_masked_by(other))
            });
            match masks {
                Some((_, by)) => {
                    let shadowed = Shadowed { span: whole_of(&layer), by: whole_of(by) };
                    tree.shadowed.push(shadowed);
                }
                None => read.push((standing, layer)),
            }
        }
        let whole = Span::from_range(0..input.source.text().len());
        Ok(Self { tree, read: read.into_iter().map(|(_, layer)| layer).collect(), whole })
    }

    /// The files that count, in the order in which they are read.
    pub(crate) fn read(&self) -> Vec<Layer> {
        self.read.clone()
    }

    /// The extent of the file that stands for all.
    pub(crate) const fn whole(&self) -> Span {
        self.whole
    }

    /// The tree so far, to which notes can be added.
    pub(crate) const fn tree(&mut self) -> &mut Tree {
        &mut self.tree
    }

    /// The tree whose only document is a map of `members`, unless something is wrong. What is wrong
    /// in another file than the first is told at the first one's beginning.
    pub(crate) fn finish(
        mut self,
        members: Vec<Member>,
        mut comments: Vec<Comment>,
        problems: Problems,
    ) -> Result<Tree, ReadError> {
        comments.sort_by_key(|comment| comment.span.start());
        self.tree.comments = comments;
        self.tree.documents.push(map(self.whole, members));
        let first = self.whole;
        let sources = &self.tree.sources;
        let told = problems.or(()).map_err(|mut error| {
            for problem in &mut error.problems {
                let Some(span) = problem.span.filter(|span| span.start() > first.end()) else {
                    continue;
                };
                let located = sources.locate(span);
                let line = located.source.position(located.range.start).line;
                let name = quoted(located.source.name());
                problem.span = Some(Span::default());
                problem.message = Phrase::new(
                    format!("{name}, line {line}: {}", problem.message.en),
                    format!("{name}, ligne {line} : {}", problem.message.fr),
                );
            }
            error
        });
        told.map(|()| self.tree)
    }
}
