use aplomb_model::{Node, Span, Value};

use super::directives::{adds_up, is_handler, is_part_of_location, rival, stands_alone, stays};
use crate::formats::nested::Directive;
use crate::formats::settings::{MOST_INHERITED, Settings, size, too_much_inherited};
use crate::piece::{list, map, named};
use crate::problems::Problems;

/// The outermost context of a file that is a whole configuration, or a part of one.
const MAIN: &str = "main";
const FRAGMENT: &str = "fragment";

/// All contexts, each with the settings that hold in it.
pub(super) fn contexts(directives: &[Directive], whole: Span, problems: &mut Problems) -> Node {
    let outermost = if is_whole(directives) { MAIN } else { FRAGMENT };
    let mut todo = vec![Todo { parent: None, directive: None, block: directives }];
    let mut done: Vec<Context<'_>> = Vec::new();
    let mut inherited = 0;
    while let Some(Todo { parent, directive, block }) = todo.pop() {
        let name = directive.map_or(outermost, Directive::name);
        let around = parent.and_then(|at: usize| done.get(at));
        let mut own = Own { settings: Settings::default(), blocks: Vec::new() };
        own.take(block);
        inherited += around.map_or(0, |around| own.inherit(around, name));
        if inherited > MOST_INHERITED {
            problems.add(directive.map_or(whole, |directive| directive.span), too_much_inherited());
            break;
        }
        let path = match around.filter(|around| around.parent.is_some()) {
            Some(around) => format!("{}/{name}", around.path),
            None => name.to_owned(),
        };
        inherited += path.len();
        let at = done.len();
        done.push(Context { name, path, parent, directive, settings: own.settings });
        // The last one pushed is the next: contexts come in the order they are written.
        todo.extend(own.blocks.into_iter().rev().map(|(directive, block)| Todo {
            parent: Some(at),
            directive: Some(directive),
            block,
        }));
    }
    let nodes = done.into_iter().map(|context| context.into_node(whole));
    Node::new(whole, Value::List(nodes.collect()))
}

/// Whether these directives, those included too, make a configuration that nginx can start with.
fn is_whole(directives: &[Directive]) -> bool {
    directives.iter().any(|directive| match &directive.block {
        Some(block) if is_include(directive) => is_whole(block),
        Some(_) => matches!(directive.name(), "events" | "http" | "stream" | "mail"),
        None => false,
    })
}

fn is_include(directive: &Directive) -> bool {
    directive.name() == "include"
}

/// A block to look into, and the number of the context around it.
struct Todo<'a> {
    parent: Option<usize>,
    directive: Option<&'a Directive>,
    block: &'a [Directive],
}

struct Context<'a> {
    name: &'a str,
    path: String,
    parent: Option<usize>,
    directive: Option<&'a Directive>,
    settings: Settings,
}

impl Context<'_> {
    fn into_node(self, whole: Span) -> Node {
        let span = self.directive.map_or(whole, |directive| directive.span);
        let point = self.directive.map_or(Span::default(), |directive| directive.name.span);
        let args = self.directive.map(|directive| directive.args.clone()).unwrap_or_default();
        let members = vec![
            named("context", Node::text(point, self.name)),
            named("args", list(args)),
            named("path", Node::text(point, self.path)),
            named("settings", self.settings.into_node(span)),
        ];
        map(span, members)
    }
}

/// What is set in a context, each directive once.
struct Own<'a> {
    settings: Settings,
    blocks: Vec<(&'a Directive, &'a [Directive])>,
}

impl<'a> Own<'a> {
    /// Takes what a block and what it includes set, and lists the blocks in it.
    fn take(&mut self, directives: &'a [Directive]) {
        for directive in directives {
            match &directive.block {
                Some(block) if is_include(directive) => self.take(block),
                Some(block) => self.blocks.push((directive, block)),
                None if is_include(directive) => {}
                None => self.set(directive),
            }
        }
    }

    fn set(&mut self, directive: &Directive) {
        let (name, span) = (directive.name(), directive.name.span);
        let value = directive.value.clone();
        if adds_up(name) || self.settings.contains(name) {
            self.settings.add(name, span, value);
        } else {
            self.settings.put(name, span, value);
        }
    }

    /// Adds what holds around this context, unless it is set here; how many bytes that takes.
    fn inherit(&mut self, around: &Context<'_>, context: &str) -> usize {
        if stands_alone(context) {
            return 0;
        }
        let mut inherited = Vec::new();
        for member in around.settings.members() {
            let name = &*member.key;
            let reaches = match around.name {
                MAIN => name == "error_log",
                _ if is_handler(name) => is_part_of_location(context),
                _ => !stays(name),
            };
            let is_set = |name: &str| self.settings.contains(name);
            if reaches && !is_set(name) && !rival(name).is_some_and(is_set) {
                inherited.push(member);
            }
        }
        for member in &inherited {
            self.settings.put(&member.key, member.key_span, member.value.clone());
        }
        inherited.into_iter().map(size).sum()
    }
}
