use std::rc::Rc;

use aplomb_model::{Node, Span, Value};

use super::directives::{adds_up, is_condition, replaces, stays};
use super::is_include;
use crate::formats::nested::Directive;
use crate::formats::settings::{MOST_INHERITED, Settings, size, too_much_inherited};
use crate::piece::{list, map, named};
use crate::problems::Problems;

/// The outermost context: the server's own, or that of a file in its content.
const SERVER: &str = "server";

/// All contexts, each with the settings that hold in it.
pub(super) fn contexts(directives: &[Directive], whole: Span, problems: &mut Problems) -> Node {
    let mut todo = vec![Todo { around: "".into(), directive: None, block: directives }];
    let mut server: Option<Settings> = None;
    let mut repeated = 0;
    let mut nodes = Vec::new();
    while let Some(Todo { around, directive, block }) = todo.pop() {
        let name = directive.map_or(SERVER, Directive::name);
        let path = if around.is_empty() { name.into() } else { format!("{around}/{name}") };
        let mut own = Own { settings: Settings::default(), sections: Vec::new() };
        own.take(block);
        if let Some(server) = server.as_ref().filter(|_| name == "VirtualHost") {
            repeated += inherit(&mut own.settings, server);
        }
        repeated += path.len();
        let span = directive.map_or(whole, |directive| directive.span);
        if repeated > MOST_INHERITED {
            problems.add(span, too_much_inherited());
            break;
        }
        let inside: Rc<str> = if directive.is_some() { path.as_str().into() } else { "".into() };
        if directive.is_none() {
            server = Some(own.settings.clone());
        }
        todo.extend(own.sections.into_iter().rev().map(|section| Todo {
            around: inside.clone(),
            directive: Some(section),
            block: section.block.as_deref().unwrap_or_default(),
        }));
        nodes.push(node(directive, span, path, own.settings));
    }
    Node::new(whole, Value::List(nodes))
}

/// A section to look into, and the path of those around it.
struct Todo<'a> {
    around: Rc<str>,
    directive: Option<&'a Directive>,
    block: &'a [Directive],
}

fn node(directive: Option<&Directive>, span: Span, path: String, settings: Settings) -> Node {
    let point = directive.map_or(Span::default(), |directive| directive.name.span);
    let name = directive.map_or(SERVER, Directive::name);
    let args = directive.map(|directive| directive.args.clone()).unwrap_or_default();
    let members = vec![
        named("context", Node::text(point, name)),
        named("args", list(args)),
        named("path", Node::text(point, path)),
        named("settings", settings.into_node(span)),
    ];
    map(span, members)
}

/// What is set in a context, and the sections in it.
struct Own<'a> {
    settings: Settings,
    sections: Vec<&'a Directive>,
}

impl<'a> Own<'a> {
    fn take(&mut self, directives: &'a [Directive]) {
        for directive in directives {
            let name = directive.name();
            match &directive.block {
                Some(block) if is_include(directive) || is_condition(name) => self.take(block),
                Some(_) => self.sections.push(directive),
                None if is_include(directive) => {}
                None if adds_up(name) => {
                    self.settings.add(name, directive.name.span, directive.value.clone());
                }
                None => self.settings.put(name, directive.name.span, directive.value.clone()),
            }
        }
    }
}

/// Adds what the server sets to what a virtual host does; how many bytes that takes.
fn inherit(own: &mut Settings, server: &Settings) -> usize {
    let mut taken = 0;
    for member in server.members().filter(|member| !stays(&member.key)) {
        let name = &*member.key;
        let is_set = own.contains(name);
        if !is_set {
            own.put(name, member.key_span, member.value.clone());
        } else if adds_up(name) && !replaces(name) {
            for value in member.value.items() {
                own.add(name, member.key_span, value.clone());
            }
        } else {
            continue;
        }
        taken += size(member);
    }
    taken
}
