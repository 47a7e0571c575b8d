use std::collections::HashSet;

use aplomb_model::{Comment, Member, Node, Span, Tree, Value};
use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, Tag};

use crate::formats::json::refuse_windows_1252;
use crate::problems::Problems;
use crate::{Format, Input, Limits, ReadError, ReadErrorKind};

mod message;
mod scalar;

pub(crate) const YAML: Format = Format {
    id: "yaml",
    summary: "YAML 1.2, several documents a file",
    docs: "The tree is the YAML value; every document of the stream is a root of its own.\n\n\
        YAML 1.2.2 with the core schema: `true` and `null` are what they look like, while `yes`, \
        `on` and `12:30` are text and `0644` is the integer 644. The raw text of every scalar \
        stays visible through its position. Duplicate keys are kept, and the last one counts; a \
        key that is not text is its raw text. An alias repeats the value of its anchor, placed \
        where the anchor's value was written. `<<` of a mapping, or of a list of mappings, is \
        resolved as YAML 1.1 did: its members stand in its place, except those the mapping sets \
        itself. Tags of the core schema are obeyed, others ignored. A file without content holds no \
        document. The file is UTF-8, or UTF-16 \
        with a byte order mark.",
    names: &["**/.clang-format", "**/.yamllint"],
    extensions: &["yaml", "yml"],
    read,
};

fn read(input: &Input<'_>) -> Result<Tree, ReadError> {
    refuse_windows_1252(input.source, "YAML")?;
    let text = input.source.text();
    let mut builder = Builder::new(text, input.limits);
    let mut parser = parser(text, input.limits);
    let mut problems = Problems::default();
    while let Some(next) = parser.next_event() {
        match next {
            Ok((event, span)) => builder.take(event, builder.span(&span))?,
            Err(error) => {
                let (limit, span, message) = message::explain(&error, text, input.limits);
                if limit {
                    return Err(ReadError::at(ReadErrorKind::Limit, span, message));
                }
                problems.add(span, message);
                // What follows the broken document may be broken too, and is worth saying at once.
                if problems.is_full() || !parser.proceed_next_document().unwrap_or(false) {
                    break;
                }
                builder.abandon_document();
            }
        }
    }
    let mut tree = Tree::new(input.source.clone(), YAML.id, builder.documents);
    tree.comments = builder.comments;
    problems.or(tree)
}

fn parser<'a>(text: &'a str, limits: &Limits) -> Parser<'a, granit_parser::StrInput<'a>> {
    let options = granit_parser::options! {
        flow_nesting_limit: limits.depth,
        block_nesting_limit: limits.depth,
        // A values file comments out whole pages between a key and its value.
        max_buffered_comment_events: 1_000_000,
    };
    Parser::new_from_str_with_options(text, options)
}

/// Makes nodes of events. Containers that are open wait on a stack, so nesting costs no call
/// stack.
struct Builder<'a> {
    text: &'a str,
    limits: &'a Limits,
    open: Vec<Open>,
    anchors: Vec<Anchor>,
    /// Nodes that aliases may still add.
    budget: usize,
    documents: Vec<Node>,
    comments: Vec<Comment>,
}

/// A container whose end has not been seen.
struct Open {
    span: Span,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map {
        members: Vec<Member>,
        /// The key whose value comes next.
        key: Option<Key>,
        /// Whether one of the keys is `<<`.
        merges: bool,
    },
}

struct Key {
    text: Box<str>,
    span: Span,
    merges: bool,
}

/// What an anchor names, kept while aliases to it are still to come.
#[derive(Default)]
struct Anchor {
    aliases_to_come: usize,
    value: Option<Anchored>,
}

struct Anchored {
    node: Node,
    count: usize,
    height: usize,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, limits: &'a Limits) -> Self {
        Self {
            text,
            limits,
            open: Vec::new(),
            anchors: count_aliases(text, limits),
            budget: limits.alias_nodes,
            documents: Vec::new(),
            comments: Vec::new(),
        }
    }

    fn span(&self, span: &granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or_default();
        let end = self.text.len();
        Span::from_range(range.start.min(end)..range.end.min(end))
    }

    /// A block scalar without the blank lines behind it, which the parser counts in.
    fn without_blank_end(&self, span: Span) -> Span {
        let raw = self.text.get(span.range()).unwrap_or_default();
        let start = span.start();
        Span::new(start, start + raw.trim_end().len() as u32)
    }

    /// The place of a value that is not written: after its colon, where the parser says before.
    fn after_colon(&self, span: Span) -> Span {
        let start = span.start();
        let rest = self.text.get(start as usize..).unwrap_or_default();
        let by = u32::from(span.is_empty() && rest.starts_with(':'));
        span.shifted(by)
    }

    fn abandon_document(&mut self) {
        self.open.clear();
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), ReadError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let span = match style {
                    ScalarStyle::Literal | ScalarStyle::Folded => self.without_blank_end(span),
                    _ => span,
                };
                let tag = tag.as_deref();
                if let Some(key) = self.awaited_key() {
                    let merges = plain && tag.is_none_or(is_merge_tag) && text == "<<";
                    *key = Some(Key { text: (*text).into(), span, merges });
                    if anchor != 0 {
                        let value = scalar::value(text, plain, tag).unwrap_or(Value::Null);
                        self.remember(anchor, || Node::new(span, value));
                    }
                    return Ok(());
                }
                let span = self.after_colon(span);
                let value = scalar::value(text, plain, tag);
                let value = value.map_err(|core| message::unfit(span, core))?;
                self.finish(Node::new(span, value), anchor);
            }
            Event::SequenceStart(style, anchor, _) => {
                self.enter(Content::List(Vec::new()), style, span, anchor)?;
            }
            Event::MappingStart(style, anchor, _) => {
                let content = Content::Map { members: Vec::new(), key: None, merges: false };
                self.enter(content, style, span, anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave(span),
            Event::Alias(anchor) => self.repeat(anchor, span)?,
            Event::Comment(..) => {
                let start = span.start() + u32::from(!span.is_empty());
                let span = Span::new(start, span.end());
                self.comments.push(Comment { span });
            }
            _ => {}
        }
        Ok(())
    }

    /// Where the next scalar is a key: the place it goes.
    fn awaited_key(&mut self) -> Option<&mut Option<Key>> {
        match self.open.last_mut() {
            Some(Open { content: Content::Map { key, .. }, .. }) if key.is_none() => Some(key),
            _ => None,
        }
    }

    fn enter(
        &mut self,
        content: Content,
        style: StructureStyle,
        span: Span,
        anchor: usize,
    ) -> Result<(), ReadError> {
        if self.open.len() >= self.limits.depth {
            return Err(message::too_deep(span, self.limits.depth));
        }
        // A block ends with its last child; what the parser reports is the next token, pages of
        // comments further down.
        let end = match style {
            StructureStyle::Block => span.start(),
            StructureStyle::Flow => span.end(),
        };
        self.open.push(Open { span: Span::new(span.start(), end), anchor, content });
        Ok(())
    }

    fn leave(&mut self, end: Span) {
        let Some(open) = self.open.pop() else { return };
        let bracket = matches!(self.text.get(end.range()), Some("]" | "}"));
        let mut span = open.span;
        if bracket && end.start() >= span.start() {
            span = span.cover(end);
        }
        let value = match open.content {
            Content::List(items) => Value::List(items),
            Content::Map { members, merges: false, .. } => Value::Map(members),
            Content::Map { members, .. } => Value::Map(merge(members)),
        };
        self.finish(Node::new(span, value), open.anchor);
    }

    /// Hands a complete value to what waits for it.
    fn finish(&mut self, node: Node, anchor: usize) {
        self.remember(anchor, || node.clone());
        self.place(node, None);
    }

    /// Puts a value into the open container, or among the documents. `at` is where it is
    /// repeated, if it was written elsewhere.
    fn place(&mut self, node: Node, at: Option<Span>) {
        let text = self.text;
        let here = at.unwrap_or(node.span);
        let Some(open) = self.open.last_mut() else {
            self.documents.push(node);
            return;
        };
        if here.start() >= open.span.start() {
            open.span = open.span.cover(here);
        }
        match &mut open.content {
            Content::List(items) => items.push(node),
            Content::Map { members, key, merges } => {
                if let Some(waiting) = key.take() {
                    *merges |= waiting.merges;
                    members.push(Member { key: waiting.text, key_span: waiting.span, value: node });
                } else {
                    let raw = text.get(node.span.range()).unwrap_or_default();
                    let written = node.as_str().unwrap_or_else(|| raw.trim_end());
                    *key = Some(Key { text: written.into(), span: here, merges: false });
                }
            }
        }
    }

    fn remember(&mut self, anchor: usize, node: impl FnOnce() -> Node) {
        let Some(slot) = self.anchors.get_mut(anchor) else {
            return;
        };
        if slot.aliases_to_come > 0 {
            let node = node();
            let (count, height) = measure(&node);
            slot.value = Some(Anchored { node, count, height });
        }
    }

    fn repeat(&mut self, anchor: usize, at: Span) -> Result<(), ReadError> {
        let Some(slot) = self.anchors.get_mut(anchor) else {
            return Err(message::alias_inside_itself(at));
        };
        let Some(anchored) = &slot.value else {
            return Err(message::alias_inside_itself(at));
        };
        if anchored.count > self.budget {
            return Err(message::too_many_aliases(at, self.limits.alias_nodes));
        }
        self.budget -= anchored.count;
        if self.open.len() + anchored.height > self.limits.depth {
            return Err(message::too_deep(at, self.limits.depth));
        }
        slot.aliases_to_come = slot.aliases_to_come.saturating_sub(1);
        let node = if slot.aliases_to_come > 0 {
            anchored.node.clone()
        } else {
            match slot.value.take() {
                Some(last) => last.node,
                None => return Ok(()),
            }
        };
        self.place(node, Some(at));
        Ok(())
    }
}

/// How many aliases each anchor has: only those with any are kept, and only for so long. Without
/// it, nested anchors nobody uses would each cost a copy of all that is below them.
fn count_aliases(text: &str, limits: &Limits) -> Vec<Anchor> {
    let mut anchors = Vec::new();
    if !(text.contains('&') && text.contains('*')) {
        return anchors;
    }
    let mut parser = parser(text, limits);
    loop {
        match parser.next_event() {
            None => return anchors,
            Some(Ok((Event::Alias(id), _))) => {
                if anchors.len() <= id {
                    anchors.resize_with(id + 1, Anchor::default);
                }
                if let Some(anchor) = anchors.get_mut(id) {
                    anchor.aliases_to_come += 1;
                }
            }
            Some(Ok(_)) => {}
            Some(Err(_)) => {
                if !parser.proceed_next_document().unwrap_or(false) {
                    return anchors;
                }
            }
        }
    }
}

/// How many nodes a value consists of, and how many containers are in one another.
fn measure(node: &Node) -> (usize, usize) {
    let mut count = 0;
    let mut height = 0;
    let mut rest = vec![(node, 0)];
    while let Some((node, depth)) = rest.pop() {
        count += 1;
        let below = match node.value {
            Value::List(_) | Value::Map(_) => depth + 1,
            _ => depth,
        };
        height = height.max(below);
        rest.extend(node.items().iter().map(|item| (item, below)));
        rest.extend(node.members().iter().map(|member| (&member.value, below)));
    }
    (count, height)
}

fn is_merge_tag(tag: &Tag) -> bool {
    matches!(tag.parts(), ("tag:yaml.org,2002:", "merge"))
}

/// Replaces every `<<` whose value is a mapping, or a list of mappings, by their members that are
/// not set otherwise: the mapping's own come first, then those of earlier mappings.
fn merge(members: Vec<Member>) -> Vec<Member> {
    let mergeable = |member: &Member| {
        let is_map = |node: &Node| matches!(node.value, Value::Map(_));
        let value = &member.value;
        let all_maps = !value.items().is_empty() && value.items().iter().all(is_map);
        &*member.key == "<<" && (is_map(value) || all_maps)
    };
    let mut set: HashSet<Box<str>> = members
        .iter()
        .filter(|member| !mergeable(member))
        .map(|member| member.key.clone())
        .collect();
    let mut merged = Vec::with_capacity(members.len());
    for member in members {
        if !mergeable(&member) {
            merged.push(member);
            continue;
        }
        let maps = match member.value.value {
            Value::List(items) => items,
            value => vec![Node::new(member.value.span, value)],
        };
        for map in maps {
            let Value::Map(inherited) = map.value else {
                continue;
            };
            let fresh: Vec<_> =
                inherited.into_iter().filter(|member| !set.contains(&member.key)).collect();
            set.extend(fresh.iter().map(|member| member.key.clone()));
            merged.extend(fresh);
        }
    }
    merged
}

#[cfg(test)]
mod tests;
