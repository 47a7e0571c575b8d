use std::ops::Range;
use std::sync::Arc;

use crate::{Node, Phrase, Source, Span};

/// What one file says, as data whose every part knows where it stands.
///
/// A file holds one document, or several (a YAML stream); each is a root. A file that includes
/// others (a manual and its CSV tables) is one tree over several sources: the spans of the second
/// source start where the text of the first ends, and so on.
#[derive(Debug)]
pub struct Tree {
    /// What its spans count in.
    pub sources: Sources,
    /// Id of the reader that read it, such as `yaml`.
    pub format: &'static str,
    /// The documents in the file, in order.
    pub documents: Vec<Node>,
    /// Comments, in formats that have them.
    pub comments: Vec<Comment>,
    /// What is written and has no effect, because another line wins.
    pub shadowed: Vec<Shadowed>,
    /// What belongs to it and was not delivered.
    pub gaps: Vec<Gap>,
}

/// The texts of a tree, end to end: what is left of a tree when only places matter. Cloning shares
/// the texts.
#[derive(Clone, Debug)]
pub struct Sources(Vec<(u32, Arc<Source>)>);

/// A comment, kept for suppressions written beside what they suppress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The comment's text without its marker.
    pub span: Span,
}

/// A setting as written that has no effect: an earlier or a later line counts instead of it, or
/// takes it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shadowed {
    /// From its key to its value.
    pub span: Span,
    /// The value that counts instead; where nothing does, what takes the setting back.
    pub by: Span,
}

/// A part of a configuration that the delivery lacks: what it says is unknown, and so may be what
/// takes effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Where it is named.
    pub span: Span,
    /// What is missing and what to do, as a fragment.
    pub message: Phrase,
}

/// A span brought back to the source it lies in.
#[derive(Clone, Debug)]
pub struct Located<'a> {
    /// The source.
    pub source: &'a Arc<Source>,
    /// The bytes of that source's text.
    pub range: Range<usize>,
}

impl Tree {
    /// A tree over one source.
    pub fn new(source: Arc<Source>, format: &'static str, documents: Vec<Node>) -> Self {
        Self {
            sources: Sources(vec![(0, source)]),
            format,
            documents,
            comments: Vec::new(),
            shadowed: Vec::new(),
            gaps: Vec::new(),
        }
    }

    /// The file itself, before anything it includes.
    pub fn source(&self) -> &Arc<Source> {
        &self.sources.0[0].1
    }

    /// The text of a span as it was written.
    pub fn raw(&self, span: Span) -> &str {
        self.sources.raw(span)
    }
}

impl Sources {
    /// Adds an included source and returns the offset at which its spans begin.
    pub fn include(&mut self, source: Arc<Source>) -> u32 {
        let base = self.end();
        self.0.push((base, source));
        base
    }

    /// The file and what it includes, in order of inclusion.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Source>> {
        self.0.iter().map(|(_, source)| source)
    }

    /// The span of each source's whole text, in order of inclusion.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        let whole = |(base, source): &(u32, Arc<Source>)| {
            Span::from_range(0..source.text().len()).shifted(*base)
        };
        self.0.iter().map(whole)
    }

    /// The source a span lies in, and where.
    pub fn locate(&self, span: Span) -> Located<'_> {
        let index = self.0.partition_point(|(base, _)| *base <= span.start()).saturating_sub(1);
        let (base, source) = &self.0[index];
        let clamp = |offset: u32| ((offset - base) as usize).min(source.text().len());
        Located { source, range: clamp(span.start())..clamp(span.end()) }
    }

    /// The text of a span as it was written.
    pub fn raw(&self, span: Span) -> &str {
        let located = self.locate(span);
        located.source.text().get(located.range).unwrap_or_default()
    }

    fn end(&self) -> u32 {
        self.0.last().map_or(0, |(base, source)| {
            base.saturating_add(source.text().len() as u32).saturating_add(1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn included_sources_share_one_number_space() {
        let main = Arc::new(Source::new("a.rst", "title"));
        let mut tree = Tree::new(main, "rst", Vec::new());
        let base = tree.sources.include(Arc::new(Source::new("b.csv", "x;y")));
        assert_eq!(tree.raw(Span::new(0, 5)), "title");
        let cell = Span::new(2, 3).shifted(base);
        assert_eq!(tree.raw(cell), "y");
        assert_eq!(tree.sources.locate(cell).source.name(), "b.csv");
        assert_eq!(tree.raw(Span::new(5, 5)), "");
    }
}
