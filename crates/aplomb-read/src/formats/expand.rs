//! Configurations of lines in which an include stands for what the included files say, as if it were
//! written there.

use std::borrow::Cow;

use aplomb_model::{Comment, Node, Phrase, Span, Tree};

use super::include::{Includes, Place, places};
use crate::piece::{Piece, map, quoted};
use crate::problems::Problems;
use crate::{Format, Input, ReadError};

/// A file and all that it includes, in the order in which they are read.
pub(crate) struct Expanded<'a> {
    tree: Tree,
    /// The texts of all sources, each where its spans begin.
    text: Cow<'a, str>,
    stretches: Vec<(Span, u32, bool)>,
    /// Where the file itself includes, directly or not, what begins at a place.
    sites: Vec<(u32, Span)>,
    problems: Problems,
    whole: Span,
}

/// A piece of a file, up to where it includes another.
pub(crate) struct Stretch<'a> {
    pub(crate) text: Piece<'a>,
    /// Where the file's spans begin, which tells it from the others.
    pub(crate) file: u32,
    /// Whether the file begins here.
    pub(crate) begins: bool,
}

/// What a line includes.
pub(crate) struct Include {
    /// What is written of it.
    pub(crate) path: Node,
    /// Where it is looked for, the first that the delivery holds.
    pub(crate) places: Vec<Place>,
    /// Whether a file of a folder is passed over, by its name.
    pub(crate) skips: fn(&str) -> bool,
}

impl Include {
    /// An include of `path`, which `written` names in the file `from`; `homes` are the folders in
    /// which a machine keeps that file.
    pub(crate) fn new(written: Node, from: &str, homes: &[&str], path: &str) -> Self {
        Self { path: written, places: places(from, homes, path), skips: |_| false }
    }
}

/// Says what the lines of one file include: given the file's name, a reader of its lines one by one.
pub(crate) type Finder = fn(&str) -> Box<dyn FnMut(Piece<'_>) -> Vec<Include> + '_>;

impl<'a> Expanded<'a> {
    /// Reads the file and what it includes, then the files `after` it that have the last word.
    pub(crate) fn read(
        input: &'a Input<'a>,
        format: &Format,
        finder: Finder,
        after: &[String],
    ) -> Self {
        let text = input.source.text();
        let whole = Span::from_range(0..text.len());
        let mut reading = Reading {
            includes: Includes::new(input, format.id),
            finder,
            stretches: Vec::new(),
            sites: Vec::new(),
            problems: Problems::default(),
        };
        reading.file(text, 0, input.source.name());
        for path in after {
            reading.include(path, Span::new(whole.end(), whole.end()));
        }
        let Reading { includes, stretches, sites, problems, .. } = reading;
        let tree = includes.into_sources();
        let text = if tree.sources.iter().count() == 1 {
            Cow::Borrowed(text)
        } else {
            let texts: Vec<&str> = tree.sources.iter().map(|source| source.text()).collect();
            // One byte lies between the spans of one source and the next.
            Cow::Owned(texts.join("\n"))
        };
        Self { tree, text, stretches, sites, problems, whole }
    }

    /// The texts of all files, in which each piece of [`pieces`](Self::pieces) lies.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What is read, piece by piece: an include ends one, and what it includes is the next.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let all = Piece::whole(&self.text);
        self.stretches
            .iter()
            .map(move |(span, _, _)| all.until(span.end() as usize).from(span.start() as usize))
    }

    /// The same, with the files they are of.
    pub(crate) fn stretches(&self) -> impl Iterator<Item = Stretch<'_>> {
        let files = self.stretches.iter().map(|(_, file, begins)| (*file, *begins));
        self.pieces().zip(files).map(|(text, (file, begins))| Stretch { text, file, begins })
    }

    /// The extent of the file itself.
    pub(crate) const fn whole(&self) -> Span {
        self.whole
    }

    /// The tree so far, to which notes can be added.
    pub(crate) const fn tree(&mut self) -> &mut Tree {
        &mut self.tree
    }

    /// The tree whose only document is a map of `members`, unless something is wrong.
    pub(crate) fn finish(
        mut self,
        members: Vec<aplomb_model::Member>,
        mut comments: Vec<Comment>,
        problems: Problems,
    ) -> Result<Tree, ReadError> {
        comments.sort_by_key(|comment| comment.span.start());
        // A file that is included twice has them twice.
        comments.dedup();
        self.tree.comments = comments;
        self.tree.documents.push(map(self.whole, members));
        self.problems.append(problems);
        let (tree, sites) = (self.tree, self.sites);
        self.problems.or(()).map_err(|error| told_outside(error, &tree, &sites))?;
        Ok(tree)
    }
}

/// Problems as they are told of the file itself: of an included one, where it is included.
fn told_outside(mut error: ReadError, tree: &Tree, sites: &[(u32, Span)]) -> ReadError {
    for problem in &mut error.problems {
        let Some(span) = problem.span else { continue };
        let located = tree.sources.locate(span);
        if std::sync::Arc::ptr_eq(located.source, tree.source()) {
            continue;
        }
        let base = span.start() - u32::try_from(located.range.start).unwrap_or_default();
        let site = sites.iter().find(|(begins, _)| *begins == base);
        let line = located.source.position(located.range.start).line;
        let name = quoted(located.source.name());
        problem.span = Some(site.map_or_else(Span::default, |(_, at)| *at));
        problem.message = Phrase::new(
            format!("{name}, line {line}: {}", problem.message.en),
            format!("{name}, ligne {line} : {}", problem.message.fr),
        );
    }
    error
}

struct Reading<'a> {
    includes: Includes<'a>,
    finder: Finder,
    stretches: Vec<(Span, u32, bool)>,
    sites: Vec<(u32, Span)>,
    problems: Problems,
}

impl Reading<'_> {
    fn file(&mut self, text: &str, base: u32, name: &str) {
        let mut find = (self.finder)(name);
        let text = Piece::based(text, base);
        let (mut start, mut begins) = (text.start(), true);
        for line in text.lines() {
            if self.problems.is_full() {
                break;
            }
            let named = find(line.trim());
            if named.is_empty() {
                continue;
            }
            self.stretches.push((Span::from_range(start..line.end()), base, begins));
            (start, begins) = (line.end(), false);
            for include in named {
                self.follow(&include);
            }
        }
        self.stretches.push((Span::from_range(start..text.end()), base, begins));
    }

    fn follow(&mut self, include: &Include) {
        let at = include.path.span;
        let Some(files) = self.includes.find(&include.places, at, &mut self.problems) else {
            let written = include.path.as_str().unwrap_or_default();
            return self.includes.gap(at, written);
        };
        for path in files {
            let name = path.rsplit('/').next().unwrap_or(&path);
            if !(include.skips)(name) {
                self.include(&path, at);
            }
        }
    }

    fn include(&mut self, path: &str, at: Span) {
        let Some(included) = self.includes.enter(path, at, &mut self.problems) else {
            return;
        };
        self.sites.push((included.base, self.includes.outermost().unwrap_or(at)));
        let name = included.source.name().to_owned();
        self.file(included.source.text(), included.base, &name);
        self.includes.leave();
    }
}
