use aplomb_model::{Member, Node, Shadowed, Span, Value};

use super::cursor::{Cursor, Item, Wrong};
use super::items;
use crate::piece::{list, map, named, null};
use crate::repetition::Repetition;
use crate::settings::Settings;

/// The `Defaults` lines, parameter by parameter.
#[derive(Default)]
pub(super) struct Defaults {
    list: Vec<Parameter>,
}

struct Parameter {
    scope: &'static str,
    scope_span: Span,
    members: Vec<Item>,
    /// `!` before the name is its negation.
    name: Item,
    operator: Option<(&'static str, Span)>,
    value: Option<Node>,
}

/// Parameters that are lists of words, whatever the operator.
const LISTS: [&str; 4] = ["env_check", "env_delete", "env_keep", "log_servers"];

impl Defaults {
    pub(super) fn line(
        &mut self,
        cursor: &mut Cursor<'_>,
        repetition: &mut Repetition,
    ) -> Result<(), Wrong> {
        let scope_span = cursor.point();
        let (scope, members) = scope(cursor)?;
        loop {
            let name = cursor.parameter()?;
            let operator = operator(cursor);
            let value = match operator {
                Some(_) => {
                    let (text, span) = cursor.value("#=,\"")?;
                    Some(Node::text(span, text))
                }
                None => None,
            };
            if !members.iter().all(|item| repetition.allows(item.span, item.text.len())) {
                return Ok(());
            }
            let members = members.clone();
            self.list.push(Parameter { scope, scope_span, members, name, operator, value });
            if !cursor.eat(',') {
                return cursor.end();
            }
        }
    }

    pub(super) fn effective(
        &self,
        whole: Span,
        repetition: &mut Repetition,
    ) -> (Node, Vec<Shadowed>) {
        let mut settings = Settings::default();
        for parameter in self.list.iter().filter(|parameter| parameter.scope == "global") {
            parameter.take_effect(&mut settings, repetition);
        }
        let shadowed = settings.shadowed().collect();
        (settings.into_node(whole), shadowed)
    }

    pub(super) fn into_node(self) -> Node {
        list(self.list.into_iter().map(Parameter::into_node).collect())
    }
}

/// What a parameter is for: `@` a host, `:` a user, `>` whom commands run as, `!` a command. The
/// sign follows the word at once.
fn scope(cursor: &mut Cursor<'_>) -> Result<(&'static str, Vec<Item>), Wrong> {
    let before = cursor.point();
    let signs = [('@', "host"), (':', "user"), ('>', "runas"), ('!', "command")];
    let next = cursor.peek();
    // After a blank, `!` negates the parameter.
    let attached = cursor.point() == before;
    let Some((sign, scope)) = signs.into_iter().find(|(sign, _)| attached && next == Some(*sign))
    else {
        return Ok(("global", Vec::new()));
    };
    cursor.eat(sign);
    let members = match scope {
        "command" => cursor.separated(Cursor::program)?,
        _ => cursor.separated(Cursor::name)?,
    };
    Ok((scope, members))
}

fn operator(cursor: &mut Cursor<'_>) -> Option<(&'static str, Span)> {
    let start = cursor.here();
    let operators = [("+=", '+'), ("-=", '-'), ("=", '=')];
    let (text, first) = operators.into_iter().find(|(text, _)| cursor.goes_on_with(text))?;
    cursor.eat(first);
    if first != '=' {
        cursor.eat('=');
    }
    Some((text, start.cover(cursor.point())))
}

impl Parameter {
    /// Every word of the value, where it stands as far as quotes and backslashes let tell.
    fn words(&self) -> Vec<Node> {
        let Some(value) = &self.value else { return Vec::new() };
        let text = value.as_str().unwrap_or_default();
        let plain = value.span.len() as usize == text.len();
        let mut at = value.span.start();
        let words = text.split_inclusive(' ').map(|part| {
            let start = at;
            at += part.len() as u32;
            let word = part.trim_end();
            let span = Span::new(start, start + word.len() as u32);
            Node::text(if plain { span } else { value.span }, word)
        });
        words.filter(|word| word.as_str() != Some("")).collect()
    }

    fn take_effect(&self, settings: &mut Settings, repetition: &mut Repetition) {
        let member =
            |value| Member { key: self.name.text.as_str().into(), key_span: self.name.span, value };
        let Some(value) = &self.value else {
            let says = Value::Bool(!self.name.negated);
            settings.set_last(member(Node::new(self.name.span, says)));
            return;
        };
        match self.operator.map(|(operator, _)| operator) {
            Some("+=") => self.words().into_iter().for_each(|word| settings.add(member(word))),
            Some("-=") => {
                let known = settings.get(&self.name.text).map_or(0, |known| known.items().len());
                for word in self.words() {
                    // Each word taken out goes through all that are there.
                    if repetition.allows(word.span, known) {
                        settings.take_out(&self.name.text, |item| item.value == word.value);
                    }
                }
            }
            _ if LISTS.contains(&&*self.name.text) => {
                settings.set_last(member(Node::new(value.span, Value::List(self.words()))));
            }
            _ => settings.set_last(member(value.clone())),
        }
    }

    fn into_node(self) -> Node {
        let end = self.name.span.end() as usize;
        let name = Node::text(self.name.span, self.name.text);
        let value = self.value.unwrap_or_else(|| null(end));
        let operator = self.operator.map_or_else(|| null(end), |(text, at)| Node::text(at, text));
        let whole = self.name.span.cover(value.span);
        let members = vec![
            named("scope", Node::text(self.scope_span, self.scope)),
            named("members", items(self.scope_span, &self.members)),
            named("name", name),
            named("operator", operator),
            named("value", value),
            named("negated", Node::new(self.name.span, Value::Bool(self.name.negated))),
        ];
        map(whole, members)
    }
}
