use std::collections::HashMap;

use aplomb_model::{Node, Phrase, Span, Value};

use super::expression::fold;
use super::parser::MOST_LEVELS;
use crate::{Limits, ReadError, ReadErrorKind};

/// How many references a value may come through.
const MOST_STEPS: usize = 8;

/// Bytes of text that weigh as much as a node.
const TEXT_PER_NODE: usize = 64;

/// Puts the values of constant variables and locals in the place of references to them. Each part
/// of such a value stands where the reference does.
pub(super) fn settle(
    root: &mut Node,
    unsettled: &[Span],
    limits: &Limits,
) -> Result<(), ReadError> {
    let values = HashMap::new();
    let mut constants = Constants { values, unsettled, left: limits.alias_nodes };
    let mut waiting: Vec<(String, Node)> = Vec::new();
    for (name, node) in definitions(root) {
        match node {
            Some(node) if constants.is_constant(node) => constants.define(&name, node.clone()),
            Some(node) => waiting.push((name, node.clone())),
            None => {}
        }
    }
    for _ in 1..MOST_STEPS {
        let before = waiting.len();
        for (name, mut node) in std::mem::take(&mut waiting) {
            if constants.settle(&mut node, 0)? {
                constants.define(&name, node);
            } else {
                waiting.push((name, node));
            }
        }
        if waiting.len() == before {
            break;
        }
    }
    if constants.values.is_empty() {
        return Ok(());
    }
    constants.settle_body(root)
}

/// The variables with a default and the locals of a file, as references name them. One that is
/// defined twice, or whose type is another than its default's, has no value.
fn definitions(root: &Node) -> Vec<(String, Option<&Node>)> {
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut found: Vec<(String, Option<&Node>)> = Vec::new();
    let mut define = |name: String, value| {
        let known = numbers.get(&name).copied();
        match known.and_then(|number| found.get_mut(number)) {
            Some((_, known)) => *known = None,
            None => {
                numbers.insert(name.clone(), found.len());
                found.push((name, value));
            }
        }
    };
    for block in root.get("blocks").map(Node::items).unwrap_or_default() {
        let Some(attributes) = block.get("attributes") else { continue };
        let labels = block.get("labels").map(Node::items).unwrap_or_default();
        match (block.get("type").and_then(Node::as_str), labels) {
            (Some("variable"), [label]) => {
                let wanted = attributes.get("type").and_then(Node::as_str).unwrap_or("any");
                let default = attributes.get("default").filter(|value| fits(value, wanted));
                define(format!("var.{}", label.as_str().unwrap_or_default()), default);
            }
            (Some("locals"), []) => {
                for member in attributes.members() {
                    define(format!("local.{}", member.key), Some(&member.value));
                }
            }
            _ => {}
        }
    }
    found
}

/// Whether a default is taken for a variable's type as it is. Where it would be converted, or
/// filled up, its value is another.
fn fits(value: &Node, wanted: &str) -> bool {
    let of = |constructor: &str| {
        let inner = wanted.strip_prefix(constructor)?;
        // Before Terraform 0.12, a type did not say of what.
        if inner.is_empty() { Some("any") } else { inner.strip_prefix('(')?.strip_suffix(')') }
    };
    match &value.value {
        _ if wanted == "any" => true,
        Value::Null => true,
        Value::List(items) => match of("list").or_else(|| of("set")) {
            Some(inner) => items.iter().all(|item| fits(item, inner)),
            None => of("tuple").is_some(),
        },
        Value::Map(members) => match of("map") {
            Some(inner) => members.iter().all(|member| fits(&member.value, inner)),
            None => of("object").is_some_and(|inner| !inner.contains("optional")),
        },
        Value::Bool(_) => wanted == "bool",
        Value::Text(_) => wanted == "string",
        Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Big(_) => wanted == "number",
    }
}

struct Constants<'a> {
    values: HashMap<Box<str>, Constant>,
    unsettled: &'a [Span],
    /// How many nodes may still be repeated.
    left: usize,
}

struct Constant {
    node: Node,
    /// Its nodes, counting text by its length.
    weight: usize,
    /// How deep it nests.
    height: usize,
}

impl Constants<'_> {
    fn define(&mut self, name: &str, node: Node) {
        let (weight, height) = measure(&node);
        self.values.insert(name.into(), Constant { node, weight, height });
    }

    fn is_constant(&self, node: &Node) -> bool {
        let next = self.unsettled.partition_point(|span| span.start() < node.span.start());
        !self.unsettled.get(next).is_some_and(|span| node.span.contains(*span))
    }

    fn is_unsettled(&self, span: Span) -> bool {
        self.unsettled.binary_search(&span).is_ok()
    }

    fn settle_body(&mut self, body: &mut Node) -> Result<(), ReadError> {
        let Value::Map(members) = &mut body.value else { return Ok(()) };
        for member in members {
            match (&*member.key, &mut member.value.value) {
                ("attributes", Value::Map(attributes)) => {
                    for attribute in attributes {
                        self.settle(&mut attribute.value, 0)?;
                    }
                }
                ("blocks", Value::List(blocks)) => {
                    for block in blocks {
                        self.settle_body(block)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Replaces the references in a value at a depth; says whether it now is a constant.
    fn settle(&mut self, node: &mut Node, depth: usize) -> Result<bool, ReadError> {
        let mut is_settled = true;
        match &mut node.value {
            Value::List(items) => {
                for item in items {
                    is_settled &= self.settle(item, depth + 1)?;
                }
            }
            Value::Map(members) => {
                for member in members {
                    is_settled &= !self.is_unsettled(member.key_span);
                    is_settled &= self.settle(&mut member.value, depth + 1)?;
                }
            }
            Value::Text(text) if self.is_unsettled(node.span) => {
                match self.referred(text, node.span, depth)? {
                    Some(value) => node.value = value,
                    None => is_settled = false,
                }
            }
            _ => {}
        }
        Ok(is_settled)
    }

    /// The value of a reference at `span`, if it is one to a constant.
    fn referred(
        &mut self,
        text: &str,
        span: Span,
        depth: usize,
    ) -> Result<Option<Value>, ReadError> {
        let wrapped = text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
        let text = wrapped.unwrap_or(text).trim();
        let unsigned = text.strip_prefix(['-', '!']);
        let Some(constant) = self.values.get(unsigned.unwrap_or(text).trim_start()) else {
            return Ok(None);
        };
        let left = self.left.checked_sub(constant.weight);
        let Some(left) = left.filter(|_| depth + constant.height <= MOST_LEVELS) else {
            return Err(ReadError::at(ReadErrorKind::Limit, span, repeats_too_much()));
        };
        self.left = left;
        if let (Some(_), Some(&sign)) = (unsigned, text.as_bytes().first()) {
            return Ok(fold(sign, &constant.node));
        }
        Ok(Some(placed(&constant.node, span).value))
    }
}

/// A copy of a value all of which stands at `span`.
fn placed(node: &Node, span: Span) -> Node {
    let mut copy = node.clone();
    place(&mut copy, span);
    copy
}

fn place(node: &mut Node, span: Span) {
    node.span = span;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| place(item, span)),
        Value::Map(members) => {
            for member in members {
                member.key_span = span;
                place(&mut member.value, span);
            }
        }
        _ => {}
    }
}

/// Weight and height of a value.
fn measure(node: &Node) -> (usize, usize) {
    let mut weight = 1;
    let mut height = 0;
    let mut add = |inner: &Node, key: &str| {
        let (inner_weight, inner_height) = measure(inner);
        weight += inner_weight + key.len() / TEXT_PER_NODE;
        height = inner_height.max(height);
    };
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| add(item, "")),
        Value::Map(members) => members.iter().for_each(|member| add(&member.value, &member.key)),
        Value::Text(text) | Value::Big(text) => return (1 + text.len() / TEXT_PER_NODE, 0),
        _ => return (1, 0),
    }
    (weight, height + 1)
}

fn repeats_too_much() -> Phrase {
    Phrase::new(
        "variables and locals repeat or nest too much here; write the values where they are used",
        "les variables et locales se répètent ou s'imbriquent trop ici ; écrire les valeurs là où elles servent",
    )
}
