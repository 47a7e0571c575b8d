use aplomb_model::{Member, Node, Span, Value};

use super::ast::{Segment, Selector, position};
use super::budget::Budget;
use super::location::{Hit, Location, Step};
use super::regexp::Patterns;

/// Why a walk ends before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The sink needs no more nodes.
    Enough,
    /// The budget is spent.
    TooCostly,
}

/// Where selected nodes go. A sink that wants to know the way to a node builds it from the steps
/// reported to it; for the others those calls are nothing.
pub(super) trait Sink<'a> {
    /// A place in the tree.
    type At: Copy;
    /// The place where a walk starts.
    const ROOT: Self::At;

    /// The place of a member's value.
    fn member(&mut self, at: Self::At, member: &'a Member) -> Self::At;
    /// The place of a list's element.
    fn item(&mut self, at: Self::At, index: usize) -> Self::At;
    /// Back at an earlier place: those made after it are not asked for again.
    fn back(&mut self, at: Self::At);
    /// So many nodes are about to be taken.
    fn expect(&mut self, nodes: usize);
    /// What taking in a node costs, in visits.
    fn cost(&self, at: Self::At) -> usize;
    /// A selected node.
    fn take(&mut self, at: Self::At, node: &'a Node) -> Result<(), Stop>;
}

/// One evaluation of a path over a tree.
pub(super) struct Evaluation<'a> {
    pub(super) root: &'a Node,
    pub(super) budget: Budget,
    pub(super) patterns: Patterns,
}

impl<'a> Evaluation<'a> {
    pub(super) fn new(root: &'a Node, budget: Budget) -> Self {
        Self { root, budget, patterns: Patterns::default() }
    }

    /// Gives the sink all that the segments select from a node.
    ///
    /// Depth first: what the first node of a segment leads to comes before what its second node
    /// leads to, which is the order the RFC defines segment by segment. It recurses once for each
    /// segment that can select several nodes; the parser limits those.
    pub(super) fn walk<S: Sink<'a>>(
        &mut self,
        mut node: &'a Node,
        mut at: S::At,
        mut segments: &[Segment],
        sink: &mut S,
    ) -> Result<(), Stop> {
        loop {
            let Some((segment, rest)) = segments.split_first() else {
                self.budget.spend(sink.cost(at))?;
                return sink.take(at, node);
            };
            match segment {
                Segment::One(Selector::Name(name)) => {
                    let Some(member) = self.member(node, name)? else {
                        return Ok(());
                    };
                    at = sink.member(at, member);
                    node = &member.value;
                }
                Segment::One(Selector::Index(index)) => {
                    let Some((index, item)) = item(node, *index) else {
                        return Ok(());
                    };
                    at = sink.item(at, index);
                    node = item;
                }
                Segment::One(selector) => return self.pick(node, at, selector, rest, sink),
                Segment::Several(selectors) => {
                    return selectors
                        .iter()
                        .try_for_each(|selector| self.pick(node, at, selector, rest, sink));
                }
                Segment::Deep(selectors) => return self.descend(node, at, selectors, rest, sink),
            }
            segments = rest;
        }
    }

    /// Walks on from each child of `node` that the selector selects.
    fn pick<S: Sink<'a>>(
        &mut self,
        node: &'a Node,
        at: S::At,
        selector: &Selector,
        rest: &[Segment],
        sink: &mut S,
    ) -> Result<(), Stop> {
        match (selector, &node.value) {
            (Selector::Name(name), Value::Map(_)) => match self.member(node, name)? {
                Some(member) => self.enter_member(member, at, rest, sink),
                None => Ok(()),
            },
            (Selector::Index(index), Value::List(_)) => match item(node, *index) {
                Some((index, item)) => self.enter_item(index, item, at, rest, sink),
                None => Ok(()),
            },
            (Selector::Wildcard, Value::Map(members)) => {
                members.iter().try_for_each(|member| self.enter_member(member, at, rest, sink))
            }
            (Selector::Wildcard, Value::List(items)) => {
                if rest.is_empty() {
                    sink.expect(items.len());
                }
                items
                    .iter()
                    .enumerate()
                    .try_for_each(|(index, item)| self.enter_item(index, item, at, rest, sink))
            }
            (Selector::Slice(slice), Value::List(items)) => slice
                .indices(items.len())
                .filter_map(|index| Some((index, items.get(index)?)))
                .try_for_each(|(index, item)| self.enter_item(index, item, at, rest, sink)),
            (Selector::Filter(logic), Value::Map(members)) => {
                for member in members {
                    self.budget.spend(1)?;
                    if self.holds(logic, &member.value)? {
                        self.enter_member(member, at, rest, sink)?;
                    }
                }
                Ok(())
            }
            (Selector::Filter(logic), Value::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.budget.spend(1)?;
                    if self.holds(logic, item)? {
                        self.enter_item(index, item, at, rest, sink)?;
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Walks on from each child that the selectors select of `node` and of all below it, parents
    /// first. The nodes still to do are kept on the heap: nested filters may each be doing this
    /// in a deep tree.
    fn descend<S: Sink<'a>>(
        &mut self,
        node: &'a Node,
        at: S::At,
        selectors: &[Selector],
        rest: &[Segment],
        sink: &mut S,
    ) -> Result<(), Stop> {
        let mut pending = vec![(node, at)];
        while let Some((node, at)) = pending.pop() {
            sink.back(at);
            for selector in selectors {
                self.pick(node, at, selector, rest, sink)?;
            }
            // Last child first, so that the first one is on top. A sink may then forget, when it
            // comes back to a node, every place made after that node's.
            match &node.value {
                Value::List(items) => {
                    self.budget.scan(items.len())?;
                    for (index, item) in items.iter().enumerate().rev() {
                        if has_children(item) {
                            pending.push((item, sink.item(at, index)));
                        }
                    }
                }
                Value::Map(members) => {
                    self.budget.scan(members.len())?;
                    for member in members.iter().rev() {
                        if has_children(&member.value) {
                            pending.push((&member.value, sink.member(at, member)));
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    #[inline]
    fn enter_member<S: Sink<'a>>(
        &mut self,
        member: &'a Member,
        at: S::At,
        rest: &[Segment],
        sink: &mut S,
    ) -> Result<(), Stop> {
        self.budget.spend(1)?;
        let below = sink.member(at, member);
        self.go_on(&member.value, below, rest, sink)?;
        sink.back(at);
        Ok(())
    }

    #[inline]
    fn enter_item<S: Sink<'a>>(
        &mut self,
        index: usize,
        item: &'a Node,
        at: S::At,
        rest: &[Segment],
        sink: &mut S,
    ) -> Result<(), Stop> {
        self.budget.spend(1)?;
        let below = sink.item(at, index);
        self.go_on(item, below, rest, sink)?;
        sink.back(at);
        Ok(())
    }

    /// [`walk`](Self::walk), without the call where the way ends.
    #[inline]
    fn go_on<S: Sink<'a>>(
        &mut self,
        node: &'a Node,
        at: S::At,
        rest: &[Segment],
        sink: &mut S,
    ) -> Result<(), Stop> {
        if rest.is_empty() {
            self.budget.spend(sink.cost(at))?;
            return sink.take(at, node);
        }
        self.walk(node, at, rest, sink)
    }

    #[inline]
    fn member(&mut self, node: &'a Node, name: &str) -> Result<Option<&'a Member>, Stop> {
        let Value::Map(members) = &node.value else {
            return Ok(None);
        };
        self.budget.scan(members.len())?;
        Ok(members.iter().rev().find(|member| &*member.key == name))
    }
}

#[inline]
fn item(node: &Node, index: i64) -> Option<(usize, &Node)> {
    let items = node.items();
    let index = position(index, items.len())?;
    Some((index, items.get(index)?))
}

#[inline]
fn has_children(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => !items.is_empty(),
        Value::Map(members) => !members.is_empty(),
        _ => false,
    }
}

/// Collects nodes.
#[derive(Default)]
pub(super) struct Nodes<'a> {
    pub(super) found: Vec<&'a Node>,
}

impl<'a> Sink<'a> for Nodes<'a> {
    type At = ();
    const ROOT: () = ();

    #[inline]
    fn member(&mut self, (): (), _: &'a Member) {}

    #[inline]
    fn item(&mut self, (): (), _: usize) {}

    #[inline]
    fn back(&mut self, (): ()) {}

    #[inline]
    fn expect(&mut self, nodes: usize) {
        self.found.reserve(nodes);
    }

    #[inline]
    fn cost(&self, (): ()) -> usize {
        0
    }

    #[inline]
    fn take(&mut self, (): (), node: &'a Node) -> Result<(), Stop> {
        self.found.push(node);
        Ok(())
    }
}

/// Collects nodes with the way to each.
#[derive(Default)]
pub(super) struct Hits<'a> {
    pub(super) found: Vec<Hit<'a>>,
    /// The steps to the place the walk is at and to those it still has to visit, each with the
    /// number of the one before. Places are numbered from 1; 0 is the root.
    links: Vec<Link<'a>>,
}

struct Link<'a> {
    step: Step<'a>,
    key_span: Option<Span>,
    from: usize,
    depth: usize,
}

impl<'a> Hits<'a> {
    fn link(&self, at: usize) -> Option<&Link<'a>> {
        self.links.get(at.checked_sub(1)?)
    }

    fn push(&mut self, from: usize, step: Step<'a>, key_span: Option<Span>) -> usize {
        let depth = self.link(from).map_or(0, |link| link.depth) + 1;
        self.links.push(Link { step, key_span, from, depth });
        self.links.len()
    }
}

impl<'a> Sink<'a> for Hits<'a> {
    type At = usize;
    const ROOT: usize = 0;

    fn member(&mut self, at: usize, member: &'a Member) -> usize {
        self.push(at, Step::Name(&member.key), Some(member.key_span))
    }

    fn item(&mut self, at: usize, index: usize) -> usize {
        self.push(at, Step::Index(index), None)
    }

    fn back(&mut self, at: usize) {
        self.links.truncate(at);
    }

    fn expect(&mut self, nodes: usize) {
        self.found.reserve(nodes);
    }

    /// By the memory a hit takes: that is what the budget has to bound here.
    fn cost(&self, at: usize) -> usize {
        3 + self.link(at).map_or(0, |link| link.depth) / 2
    }

    fn take(&mut self, at: usize, node: &'a Node) -> Result<(), Stop> {
        let last = self.link(at);
        let mut steps = Vec::with_capacity(last.map_or(0, |link| link.depth));
        let mut next = last;
        while let Some(link) = next {
            steps.push(link.step);
            next = self.link(link.from);
        }
        steps.reverse();
        let key_span = last.and_then(|link| link.key_span);
        self.found.push(Hit { node, key_span, location: Location { steps } });
        Ok(())
    }
}
