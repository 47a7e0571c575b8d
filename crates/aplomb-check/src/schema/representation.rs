//! Our nodes as the validator sees them.

use std::borrow::Cow;
use std::collections::HashSet;

use aplomb_model::{Member, Node, Span, Value};
use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object};
use serde_json::{Map, Number, Value as JsonValue};

/// The representation: trees with spans.
#[derive(Debug)]
pub(super) struct Spanned;

impl Json for Spanned {
    type Node<'a> = &'a Node;
    type PreparedKey = Box<str>;
    type StringBuffer = Option<Node>;

    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> Box<str> {
        key.into()
    }

    fn with_string_node<T>(
        buffer: &mut Option<Node>,
        string: &str,
        f: impl FnOnce(&Node) -> T,
    ) -> T {
        f(buffer.insert(Node::text(Span::default(), string)))
    }
}

/// A number of any of our kinds.
#[derive(Debug)]
pub(super) struct AnyNumber<'a>(&'a Value);

impl JsonNumber for AnyNumber<'_> {
    fn as_u64(&self) -> Option<u64> {
        match self.0 {
            Value::Int(value) => u64::try_from(*value).ok(),
            Value::UInt(value) => Some(*value),
            _ => None,
        }
    }

    fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Value::Int(value) => Some(*value),
            _ => None,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a float is what is asked for")]
    fn as_f64(&self) -> Option<f64> {
        match self.0 {
            Value::Int(value) => Some(*value as f64),
            Value::UInt(value) => Some(*value as f64),
            Value::Float(value) => Some(*value),
            Value::Big(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn as_str(&self) -> Cow<'_, str> {
        match self.0 {
            Value::Big(text) => Cow::Borrowed(text),
            _ => Cow::Owned(self.to_number().to_string()),
        }
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(match self.0 {
            Value::Int(value) => Number::from(*value),
            Value::UInt(value) => Number::from(*value),
            // What no double holds is compared as the largest one, with its sign.
            _ => {
                let value = self.as_f64().unwrap_or_default().clamp(f64::MIN, f64::MAX);
                Number::from_f64(value).unwrap_or_else(|| Number::from(0))
            }
        })
    }
}

impl<'a> JsonNode<'a, Spanned> for &'a Node {
    type Object = &'a [Member];
    type Array = &'a [Node];
    type Number = AnyNumber<'a>;

    fn as_object(&self) -> Option<&'a [Member]> {
        match &self.value {
            Value::Map(members) => Some(members),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<&'a [Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match &self.value {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<AnyNumber<'a>> {
        let number =
            matches!(self.value, Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Big(_));
        number.then_some(AnyNumber(&self.value))
    }

    fn as_boolean(&self) -> Option<bool> {
        self.as_bool()
    }

    fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    fn json_type(&self) -> JsonType {
        match self.value {
            Value::Null => JsonType::Null,
            Value::Bool(_) => JsonType::Boolean,
            Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Big(_) => JsonType::Number,
            Value::Text(_) => JsonType::String,
            Value::List(_) => JsonType::Array,
            Value::Map(_) => JsonType::Object,
        }
    }

    fn to_value(&self) -> Cow<'a, JsonValue> {
        Cow::Owned(value(self))
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref::<Node>(self) as usize))
    }
}

impl<'a> Object<'a, Spanned> for &'a [Member] {
    type Node = &'a Node;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        <[Member]>::len(self)
    }

    /// Of duplicate keys the last one, as everywhere.
    fn get(&self, key: &Box<str>) -> Option<&'a Node> {
        let found = self.iter().rev().find(|member| member.key == *key);
        found.map(|member| &member.value)
    }

    fn members(&self) -> Members<'a> {
        Members::new(self)
    }
}

/// The members of a map that count: of duplicate keys the last.
#[derive(Debug)]
pub(super) struct Members<'a> {
    rest: &'a [Member],
    /// Of a wide map, the members that a later one overrides, by address; a narrow one is
    /// searched.
    overridden: Option<HashSet<usize>>,
}

/// Members up to which searching the rest is cheaper than remembering keys.
const NARROW: usize = 32;

impl<'a> Members<'a> {
    fn new(members: &'a [Member]) -> Self {
        let overridden = (members.len() > NARROW).then(|| {
            let mut seen = HashSet::with_capacity(members.len());
            let again = members.iter().rev().filter(|member| !seen.insert(&*member.key));
            again.map(|member| std::ptr::from_ref(member) as usize).collect()
        });
        Self { rest: members, overridden }
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a Node);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (member, rest) = self.rest.split_first()?;
            self.rest = rest;
            let overridden = match &self.overridden {
                Some(overridden) => overridden.contains(&(std::ptr::from_ref(member) as usize)),
                None => rest.iter().any(|later| later.key == member.key),
            };
            if !overridden {
                return Some((&*member.key, &member.value));
            }
        }
    }
}

impl<'a> Array<'a, Spanned> for &'a [Node] {
    type Node = &'a Node;
    type ElementsIter = std::slice::Iter<'a, Node>;

    fn len(&self) -> usize {
        <[Node]>::len(self)
    }

    fn elements(&self) -> std::slice::Iter<'a, Node> {
        self.iter()
    }
}

/// A node as the JSON value the crate compiles schemas from, and shows in rare messages.
pub(crate) fn value(node: &Node) -> JsonValue {
    match &node.value {
        Value::Null => JsonValue::Null,
        Value::Bool(value) => JsonValue::Bool(*value),
        Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Big(_) => {
            JsonValue::Number(AnyNumber(&node.value).to_number().into_owned())
        }
        Value::Text(text) => JsonValue::String(text.to_string()),
        Value::List(items) => JsonValue::Array(items.iter().map(value).collect()),
        Value::Map(members) => {
            let mut map = Map::new();
            for member in members {
                map.insert(member.key.to_string(), value(&member.value));
            }
            JsonValue::Object(map)
        }
    }
}

/// The node at a JSON Pointer, and where its key stands.
pub(super) fn at<'n>(root: &'n Node, pointer: &str) -> Option<(&'n Node, Option<Span>)> {
    let mut at = (root, None);
    for step in pointer.split('/').skip(1) {
        let key = step.replace("~1", "/").replace("~0", "~");
        at = match &at.0.value {
            Value::Map(_) => {
                let member = at.0.member(&key)?;
                (&member.value, Some(member.key_span))
            }
            Value::List(items) => (items.get(key.parse::<usize>().ok()?)?, None),
            _ => return None,
        };
    }
    Some(at)
}
