use crate::Span;

/// One value of a [`Tree`](crate::Tree), with the bytes it was written in.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where the value stands. For a value that an alias, an include or a merge repeats: where it
    /// was first written.
    pub span: Span,
    /// What it says.
    pub value: Value,
}

/// What a [`Node`] says: the JSON data model, with integers kept exact.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing, said explicitly.
    Null,
    /// True or false.
    Bool(bool),
    /// An integer that fits 64 signed bits.
    Int(i64),
    /// An integer above [`i64::MAX`] that fits 64 unsigned bits.
    UInt(u64),
    /// A number with a fraction or an exponent.
    Float(f64),
    /// A number no machine type holds (`1e400`, forty digits): its decimal text.
    Big(Box<str>),
    /// Text, with escapes resolved.
    Text(Box<str>),
    /// Values in order.
    List(Vec<Node>),
    /// Members in the order written, duplicate keys kept.
    Map(Vec<Member>),
}

/// One key of a map and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key, with escapes resolved; a key that is not text (YAML `1:`) is its raw text.
    pub key: Box<str>,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// A value at a place.
    #[inline]
    pub const fn new(span: Span, value: Value) -> Self {
        Self { span, value }
    }

    /// Text at a place.
    pub fn text(span: Span, text: impl Into<Box<str>>) -> Self {
        Self::new(span, Value::Text(text.into()))
    }

    /// The value of `key` in a map. Of duplicate keys the last counts, as every consumer of JSON
    /// and YAML in the field takes it.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.member(key).map(|member| &member.value)
    }

    /// The member `key` of a map, the last one of duplicates.
    #[inline]
    pub fn member(&self, key: &str) -> Option<&Member> {
        match &self.value {
            Value::Map(members) => members.iter().rev().find(|m| &*m.key == key),
            _ => None,
        }
    }

    /// The members of a map; nothing for any other value.
    #[inline]
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Map(members) => members,
            _ => &[],
        }
    }

    /// The elements of a list; nothing for any other value.
    #[inline]
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a text value.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value of a boolean.
    pub const fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The integer, where it fits.
    pub const fn as_i64(&self) -> Option<i64> {
        match self.value {
            Value::Int(value) => Some(value),
            _ => None,
        }
    }

    /// The number as a float, of any number.
    #[expect(clippy::cast_precision_loss, reason = "a float is what was asked for")]
    pub fn as_f64(&self) -> Option<f64> {
        match &self.value {
            Value::Int(value) => Some(*value as f64),
            Value::UInt(value) => Some(*value as f64),
            Value::Float(value) => Some(*value),
            Value::Big(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A scalar as the text a person would write for it; nothing for lists and maps.
    pub fn scalar_text(&self) -> Option<String> {
        match &self.value {
            Value::Null => Some("null".into()),
            Value::Bool(value) => Some(value.to_string()),
            Value::Int(value) => Some(value.to_string()),
            Value::UInt(value) => Some(value.to_string()),
            Value::Float(value) => Some(value.to_string()),
            Value::Big(text) | Value::Text(text) => Some(text.to_string()),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The name of the value's type in JSON's words.
    pub const fn type_name(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Int(_) | Value::UInt(_) => "integer",
            Value::Float(_) | Value::Big(_) => "number",
            Value::Text(_) => "string",
            Value::List(_) => "array",
            Value::Map(_) => "object",
        }
    }

    /// Moves every span of the node and all below it `by` bytes to the right.
    pub fn shift(&mut self, by: u32) {
        self.span = self.span.shifted(by);
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.shift(by)),
            Value::Map(members) => {
                for member in members {
                    member.key_span = member.key_span.shifted(by);
                    member.value.shift(by);
                }
            }
            _ => {}
        }
    }
}
