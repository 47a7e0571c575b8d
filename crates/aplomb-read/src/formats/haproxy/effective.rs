use std::collections::HashMap;

use aplomb_model::{Node, Phrase, Span};

use super::keywords::{adds_up, adds_up_within, is_keyed, is_proxy};
use super::{Line, Section};
use crate::formats::settings::{MOST_INHERITED, Settings, too_much_inherited};
use crate::piece::{joined, list, map, named, quoted};
use crate::problems::Problems;

/// What holds in each section, those called `global` being one.
pub(super) fn sections(sections: &[Section], problems: &mut Problems) -> Node {
    let mut done: Vec<(&Section, Holds<'_>)> = Vec::new();
    let mut global = None;
    let mut latest = None;
    let mut defaults: HashMap<&str, usize> = HashMap::new();
    let mut inherited = 0;
    for section in sections {
        let base = match section.from.as_str() {
            Some(from) => {
                let known = defaults.get(from).copied();
                if known.is_none() {
                    problems.add(section.from.span, no_defaults(from));
                }
                known
            }
            None => latest.filter(|_| is_proxy(section.keyword())),
        };
        if section.keyword() == "global" {
            if let Some((_, first)) = global.and_then(|at: usize| done.get_mut(at)) {
                first.take(section);
                continue;
            }
            global = Some(done.len());
        }
        if section.keyword() == "defaults" {
            latest = Some(done.len());
            if let Some(name) = section.name.as_str() {
                defaults.insert(name, done.len());
            }
        }
        let base = base.and_then(|at| done.get(at)).map(|(_, holds)| holds);
        inherited += base.map_or(0, Holds::size);
        if inherited > MOST_INHERITED {
            problems.add(section.header.span, too_much_inherited());
            break;
        }
        let mut holds = base.cloned().unwrap_or_default();
        holds.take(section);
        done.push((section, holds));
    }
    let nodes = done.into_iter().map(|(section, holds)| {
        let span = section.header.span;
        let members = vec![
            named("section", section.header.keyword.clone()),
            named("name", section.name.clone()),
            named("from", section.from.clone()),
            named("settings", holds.into_node(span)),
        ];
        map(span, members)
    });
    list(nodes.collect())
}

/// What holds in a section.
#[derive(Clone, Default)]
struct Holds<'a> {
    settings: Settings,
    /// Of the few keywords whose first argument says what is set.
    keyed: Vec<(&'a str, Span, Settings)>,
}

impl<'a> Holds<'a> {
    /// Applies the lines of a section to what it inherits.
    fn take(&mut self, section: &'a Section) {
        let is_stats = |line: &Line| line.keyword() == "stats";
        if is_proxy(section.keyword()) && section.lines.iter().any(is_stats) {
            self.keyed.retain(|(keyword, ..)| *keyword != "stats");
        }
        for line in &section.lines {
            let keyword = line.keyword();
            match (keyword, line.args.first().and_then(Node::as_str)) {
                ("no", Some(taken)) => self.remove(taken, line.args.get(1)),
                _ if keyword.starts_with('.') => {}
                (_, Some(_)) if is_keyed(keyword) => self.set_keyed(line),
                _ if adds_up(section.keyword(), keyword) => {
                    self.settings.add(keyword, line.keyword.span, line.value());
                }
                _ => self.settings.put(keyword, line.keyword.span, line.value()),
            }
        }
    }

    /// Sets what the first argument names.
    fn set_keyed(&mut self, line: &'a Line) {
        let (keyword, span) = (line.keyword(), line.keyword.span);
        let Some((first, others)) = line.args.split_first() else {
            return;
        };
        let value = joined(others, first.span.end());
        let name = first.as_str().unwrap_or_default();
        if !self.keyed.iter().any(|(known, ..)| *known == keyword) {
            self.keyed.push((keyword, span, Settings::default()));
        }
        let known = self.keyed.iter_mut().find(|(known, ..)| *known == keyword);
        let Some((.., settings)) = known else {
            return;
        };
        if adds_up_within(keyword, name) {
            settings.add(name, first.span, value);
        } else {
            settings.put(name, first.span, value);
        }
    }

    fn remove(&mut self, keyword: &str, first: Option<&Node>) {
        let keyed = self.keyed.iter_mut().find(|(known, ..)| *known == keyword);
        match (keyed, first.and_then(Node::as_str)) {
            (Some((.., settings)), Some(name)) => settings.remove(name),
            _ => self.settings.remove(keyword),
        }
    }

    fn size(&self) -> usize {
        let keyed: usize = self.keyed.iter().map(|(.., settings)| settings.size()).sum();
        self.settings.size() + keyed
    }

    fn into_node(mut self, span: Span) -> Node {
        for (keyword, key_span, settings) in self.keyed {
            let values = settings.members().map(|member| member.value.span);
            let inside = values.reduce(Span::cover).unwrap_or(key_span);
            self.settings.put(keyword, key_span, settings.into_node(inside));
        }
        self.settings.into_node(span)
    }
}

fn no_defaults(name: &str) -> Phrase {
    let name = quoted(name);
    Phrase::new(
        format!(
            "no `defaults {name}` stands before this; correct the name, or move that section up"
        ),
        format!(
            "aucun « defaults {name} » ne précède ; corriger le nom, ou remonter cette section"
        ),
    )
}
