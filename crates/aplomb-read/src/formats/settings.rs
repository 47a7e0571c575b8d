use std::collections::HashMap;

use aplomb_model::{Member, Node, Phrase, Span, Value};

use crate::piece::{list, map};

/// Bytes that parts of a file may repeat from those they inherit from: about twenty thousand
/// locations in an nginx configuration of the usual kind.
pub(crate) const MOST_INHERITED: usize = 128 * 1024 * 1024;

/// What is set where, each name once: as lines override each other or add up.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    /// Nothing where it was taken away.
    list: Vec<Option<Member>>,
    numbers: HashMap<Box<str>, usize>,
}

impl Settings {
    /// Sets `name` to `value`, whatever it was.
    pub(crate) fn put(&mut self, name: &str, key_span: Span, value: Node) {
        match self.member(name) {
            Some(member) => {
                member.key_span = key_span;
                member.value = value;
            }
            None => self.push(name, key_span, value),
        }
    }

    /// Adds `value` to the list that `name` is.
    pub(crate) fn add(&mut self, name: &str, key_span: Span, value: Node) {
        match self.member(name).map(|member| &mut member.value) {
            Some(Node { value: Value::List(values), .. }) => values.push(value),
            Some(first) => *first = list(vec![first.clone(), value]),
            None => self.push(name, key_span, list(vec![value])),
        }
    }

    /// Takes `name` away.
    pub(crate) fn remove(&mut self, name: &str) {
        let place = self.numbers.remove(name).and_then(|at| self.list.get_mut(at));
        if let Some(place) = place {
            *place = None;
        }
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.numbers.contains_key(name)
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &Member> {
        self.list.iter().flatten()
    }

    /// The bytes it takes.
    pub(crate) fn size(&self) -> usize {
        self.members().map(size).sum()
    }

    pub(crate) fn into_node(self, span: Span) -> Node {
        map(span, self.list.into_iter().flatten().collect())
    }

    fn push(&mut self, name: &str, key_span: Span, value: Node) {
        self.numbers.insert(name.into(), self.list.len());
        self.list.push(Some(Member { key: name.into(), key_span, value }));
    }

    fn member(&mut self, name: &str) -> Option<&mut Member> {
        self.numbers.get(name).and_then(|at| self.list.get_mut(*at))?.as_mut()
    }
}

/// The bytes that a member takes with all in it.
pub(crate) fn size(member: &Member) -> usize {
    size_of::<Member>() + member.key.len() + size_of_value(&member.value)
}

fn size_of_value(node: &Node) -> usize {
    match &node.value {
        Value::Text(text) => text.len(),
        Value::List(items) => {
            items.iter().map(|item| size_of::<Node>() + size_of_value(item)).sum()
        }
        Value::Map(members) => members.iter().map(size).sum(),
        _ => 0,
    }
}

pub(crate) fn too_much_inherited() -> Phrase {
    Phrase::new(
        format!(
            "what is inherited takes more than {MOST_INHERITED} bytes in all; deliver a smaller configuration"
        ),
        format!(
            "ce qui est hérité prend plus de {MOST_INHERITED} octets au total ; livrer une configuration plus petite"
        ),
    )
}
