use std::collections::HashMap;

use aplomb_model::{Member, Node, Shadowed, Span, Value};

use crate::piece::{list, map};

/// What takes effect of settings that may be written more than once: each name once, where it was
/// first written.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    members: Vec<Member>,
    numbers: HashMap<Box<str>, usize>,
    /// What was written of a name and does not count.
    passed_over: Vec<(Box<str>, Span)>,
    taken_back: Vec<Shadowed>,
}

impl Settings {
    /// The value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        let number = self.numbers.get(name)?;
        self.members.get(*number).map(|member| &member.value)
    }

    /// Sets a name that is not set yet: the first value wins.
    pub(crate) fn set_first(&mut self, member: Member) {
        if self.numbers.contains_key(&member.key) {
            let span = written(&member);
            self.passed_over.push((member.key, span));
        } else {
            self.insert(member);
        }
    }

    /// Sets a name, again where it is set: the last value wins.
    pub(crate) fn set_last(&mut self, member: Member) {
        match self.find(&member.key) {
            Some(known) => {
                let before = std::mem::replace(known, member);
                let span = written(&before);
                self.passed_over.push((before.key, span));
            }
            None => self.insert(member),
        }
    }

    /// What was written and does not count, each with the value that does.
    pub(crate) fn shadowed(&self) -> impl Iterator<Item = Shadowed> {
        let passed_over = self.passed_over.iter().filter_map(|(name, span)| {
            let by = self.get(name)?.span;
            Some(Shadowed { span: *span, by })
        });
        passed_over.chain(self.taken_back.iter().copied())
    }

    /// Takes back all values of a name, to which others may be added: it is an empty list at
    /// `by`.
    pub(crate) fn reset(&mut self, name: &str, key_span: Span, by: Span) {
        let at = key_span.cover(by);
        let empty = Node::new(by, Value::List(Vec::new()));
        let Some(known) = self.find(name) else {
            return self.insert(Member { key: name.into(), key_span, value: empty });
        };
        let before = std::mem::replace(&mut known.value, empty);
        known.key_span = key_span;
        self.taken_back
            .extend(before.items().iter().map(|item| Shadowed { span: item.span, by: at }));
    }

    /// Adds a value to those of a name: all of them count.
    pub(crate) fn add(&mut self, member: Member) {
        match self.find(&member.key).map(|known| &mut known.value) {
            Some(Node { span, value: Value::List(values) }) => {
                let from = if values.is_empty() { member.value.span } else { *span };
                *span = from.cover(member.value.span);
                values.push(member.value);
            }
            _ => {
                let value = list(vec![member.value]);
                self.set_last(Member { value, ..member });
            }
        }
    }

    /// Takes values out of those of a name.
    pub(crate) fn take_out(&mut self, name: &str, goes: impl Fn(&Node) -> bool) {
        if let Some(Value::List(values)) = self.find(name).map(|known| &mut known.value.value) {
            values.retain(|value| !goes(value));
        }
    }

    /// Forgets a name.
    pub(crate) fn remove(&mut self, name: &str) {
        if let Some(gone) = self.numbers.remove(name) {
            self.members.remove(gone);
            let later = |number: &mut usize| *number -= usize::from(*number > gone);
            self.numbers.values_mut().for_each(later);
        }
    }

    /// The settings as a map at `span`.
    pub(crate) fn into_node(self, span: Span) -> Node {
        map(span, self.members)
    }

    /// The settings so far.
    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    /// The settings.
    pub(crate) fn into_members(self) -> Vec<Member> {
        self.members
    }

    fn find(&mut self, name: &str) -> Option<&mut Member> {
        let number = self.numbers.get(name)?;
        self.members.get_mut(*number)
    }

    fn insert(&mut self, member: Member) {
        self.numbers.insert(member.key.clone(), self.members.len());
        self.members.push(member);
    }
}

/// Where a setting stands, from its key to its value.
fn written(member: &Member) -> Span {
    member.key_span.cover(member.value.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::piece::Piece;

    #[test]
    fn the_first_the_last_or_all() {
        let member = |at: usize| {
            let text = Piece::whole("abc").from(at);
            Member { key: "k".into(), key_span: text.span(), value: text.node() }
        };
        let value = |set: fn(&mut Settings, Member)| {
            let mut settings = Settings::default();
            set(&mut settings, member(0));
            set(&mut settings, member(2));
            settings.into_members().pop().expect("is set").value
        };
        assert_eq!(value(Settings::set_first).as_str(), Some("abc"));
        assert_eq!(value(Settings::set_last).as_str(), Some("c"));
        assert_eq!(value(Settings::add).items().len(), 2);
    }
}
