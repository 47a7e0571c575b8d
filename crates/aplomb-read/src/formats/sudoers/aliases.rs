use std::collections::HashMap;

use aplomb_model::{Member, Node, Phrase, Span};

use super::cursor::{Item, Wrong};
use super::items;
use super::rule::{Rule, Runas};
use crate::piece::{map, named};
use crate::problems::Problems;
use crate::repetition::Repetition;

/// What an alias stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    User,
    Runas,
    Host,
    Command,
}

/// The aliases, by kind.
#[derive(Default)]
pub(super) struct Aliases {
    kinds: [Named; 4],
}

#[derive(Default)]
struct Named {
    list: Vec<(Item, Vec<Item>)>,
    numbers: HashMap<String, usize>,
}

impl Named {
    fn get(&self, item: &Item) -> Option<&(Item, Vec<Item>)> {
        let number = self.numbers.get(&item.text).filter(|_| item.may_be_alias())?;
        self.list.get(*number)
    }
}

impl Aliases {
    pub(super) fn define(&mut self, kind: Kind, name: Item, items: Vec<Item>) -> Result<(), Wrong> {
        let Some(named) = self.kinds.get_mut(kind as usize) else { return Ok(()) };
        if named.numbers.contains_key(&name.text) {
            return Err((name.span, defined_twice(&name.text)));
        }
        named.numbers.insert(name.text.clone(), named.list.len());
        named.list.push((name, items));
        Ok(())
    }

    pub(super) fn node(&self, whole: Span) -> Node {
        let names = ["user", "runas", "host", "command"];
        let kinds = names.into_iter().zip(&self.kinds).map(|(kind, aliases)| {
            let members = aliases.list.iter().map(|(name, members)| Member {
                key: name.text.as_str().into(),
                key_span: name.span,
                value: items(whole, members),
            });
            named(kind, map(whole, members.collect()))
        });
        map(whole, kinds.collect())
    }

    /// The rules with aliases replaced by their members.
    pub(super) fn expand(
        &self,
        rules: &[Rule],
        repetition: &mut Repetition,
        problems: &mut Problems,
    ) -> Vec<Rule> {
        let mut all = |kind: Kind, items: &[Item]| {
            let Some(named) = self.kinds.get(kind as usize) else { return items.to_vec() };
            let mut expansion = Expansion {
                named,
                path: Vec::new(),
                out: Vec::new(),
                repetition: &mut *repetition,
            };
            let done = items.iter().try_for_each(|item| expansion.add(item, false));
            let out = expansion.out;
            if let Err(Some((span, message))) = done {
                problems.add(span, message);
            }
            out
        };
        let expanded = rules.iter().map(|rule| {
            let runas = rule.runas.as_ref().map(|runas| Runas {
                users: all(Kind::Runas, &runas.users),
                groups: all(Kind::Runas, &runas.groups),
                span: runas.span,
            });
            Rule {
                users: all(Kind::User, &rule.users),
                hosts: all(Kind::Host, &rule.hosts),
                commands: all(Kind::Command, &rule.commands),
                runas,
                tags: rule.tags.clone(),
                options: rule.options.clone(),
                span: rule.span,
            }
        });
        expanded.collect()
    }
}

/// How deep aliases may nest.
const DEPTH: usize = 64;

/// One list on its way to being expanded.
struct Expansion<'a> {
    named: &'a Named,
    /// The aliases that are being replaced, from the outside in.
    path: Vec<&'a str>,
    out: Vec<Item>,
    repetition: &'a mut Repetition,
}

impl<'a> Expansion<'a> {
    /// Adds an item, or the members of its alias; stops at a cycle, or where it is too much.
    fn add(&mut self, item: &Item, negated: bool) -> Result<(), Option<Wrong>> {
        let repeats = !self.path.is_empty();
        if repeats && !self.repetition.allows(item.span, item.text.len()) {
            return Err(None);
        }
        let negated = negated ^ item.negated;
        let named: &'a Named = self.named;
        let Some((name, members)) = named.get(item) else {
            self.out.push(Item { negated, ..item.clone() });
            return Ok(());
        };
        if self.path.contains(&&*name.text) {
            return Err(Some((name.span, cycle(&name.text))));
        }
        if self.path.len() >= DEPTH {
            return Err(Some((item.span, too_deep())));
        }
        self.path.push(&name.text);
        members.iter().try_for_each(|member| self.add(member, negated))?;
        self.path.pop();
        Ok(())
    }
}

fn defined_twice(name: &str) -> Phrase {
    Phrase::new(
        format!("alias `{name}` is defined a second time, and sudo refuses the file; rename one"),
        format!(
            "l'alias « {name} » est défini deux fois, et sudo refuse le fichier ; en renommer un"
        ),
    )
}

fn cycle(name: &str) -> Phrase {
    Phrase::new(
        format!("alias `{name}` contains itself; take it out of its own members"),
        format!("l'alias « {name} » se contient lui-même ; l'ôter de ses propres membres"),
    )
}

fn too_deep() -> Phrase {
    Phrase::new(
        "aliases within aliases nest too deep to be followed; flatten them",
        "les alias imbriqués sont trop profonds pour être suivis ; les aplatir",
    )
}
