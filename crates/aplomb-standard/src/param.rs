use std::fmt;

use aplomb_model::{Lang, Member, Mistake, Node, Phrase, Span, Value};
use aplomb_read::authored::{Table, listed, suggest, wrong_type};

use crate::wording::Translation;

mod shape;
mod spoken;

/// A value that rules use and that a profile, a delivery or a run may set.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name in the standard: `admin-networks`.
    pub name: String,
    /// Where it is declared: the key.
    pub span: Span,
    /// What values it takes.
    pub kind: ParamType,
    /// The value where nobody sets another.
    pub default: Node,
    /// What it is for; may be empty.
    pub about: Phrase,
}

/// The type of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParamType {
    /// `true` or `false`.
    Bool,
    /// An integer.
    Int,
    /// Any number.
    Number,
    /// Any text.
    String,
    /// A date `2026-11-23`, or a date with a time (RFC 3339).
    Date,
    /// A duration: numbers with units, `90d`, `1h30m`.
    Duration,
    /// A version: `15.4`, `1:2.3-4+deb12u1`.
    Version,
    /// A Kubernetes quantity: `500m`, `2Gi`.
    Quantity,
    /// A network in CIDR notation: `192.0.2.0/24`, `2001:db8::/32`.
    Cidr,
    /// A list of values of one type.
    List(Box<ParamType>),
    /// A table whose values are of one type.
    Map(Box<ParamType>),
}

/// The types that are a word.
const PLAIN: [(&str, ParamType); 9] = [
    ("bool", ParamType::Bool),
    ("int", ParamType::Int),
    ("number", ParamType::Number),
    ("string", ParamType::String),
    ("date", ParamType::Date),
    ("duration", ParamType::Duration),
    ("version", ParamType::Version),
    ("quantity", ParamType::Quantity),
    ("cidr", ParamType::Cidr),
];

/// Lists and maps within one another, at most.
const DEEPEST: usize = 8;

impl fmt::Display for ParamType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(inner) => write!(f, "list<{inner}>"),
            Self::Map(inner) => write!(f, "map<{inner}>"),
            plain => {
                let word = PLAIN.iter().find(|(_, kind)| kind == plain);
                f.write_str(word.map_or("", |(word, _)| word))
            }
        }
    }
}

impl ParamType {
    /// The type a text names: `list<cidr>`.
    ///
    /// # Errors
    /// What to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::parse_within(text, DEEPEST)
    }

    fn parse_within(text: &str, depth: usize) -> Result<Self, String> {
        let text = text.trim();
        if let Some((_, kind)) = PLAIN.iter().find(|(word, _)| *word == text) {
            return Ok(kind.clone());
        }
        let inner = |name: &str| text.strip_prefix(name)?.strip_prefix('<')?.strip_suffix('>');
        let (make, inner): (fn(Box<Self>) -> Self, _) = match (inner("list"), inner("map")) {
            (Some(inner), _) => (Self::List, inner),
            (_, Some(inner)) => (Self::Map, inner),
            _ => return Err(instead(text)),
        };
        if depth == 0 {
            return Err(format!("put at most {DEEPEST} types within one another"));
        }
        Self::parse_within(inner, depth - 1).map(|inner| make(Box::new(inner)))
    }

    /// Records a mistake for everything in `node` that is not of the type.
    pub fn check(&self, node: &Node, mistakes: &mut Vec<Mistake>) {
        match (self, &node.value) {
            (Self::List(inner), Value::List(items)) => {
                for item in items {
                    inner.check(item, mistakes);
                }
            }
            (Self::Map(inner), Value::Map(members)) => {
                for member in members {
                    inner.check(&member.value, mistakes);
                }
            }
            (Self::Bool, Value::Bool(_))
            | (Self::Int, Value::Int(_) | Value::UInt(_))
            | (Self::Number, Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Big(_))
            | (Self::String, Value::Text(_)) => {}
            (_, Value::Text(text)) if self.shape().is_some() => {
                if self.shape().is_some_and(|has_shape| !has_shape(text)) {
                    let message = format!("`{text}` is not {}", self.described());
                    let label = format!("not a {self}");
                    mistakes.push(Mistake::new(node.span, message, label));
                }
            }
            _ => mistakes.push(wrong_type(node, self.described())),
        }
    }

    /// The value that a text on the command line stands for. Lists are written with commas or as
    /// in TOML, maps as in TOML; spans are all empty.
    ///
    /// # Errors
    /// What is wrong with the text, in English and in French.
    pub fn parse_value(&self, text: &str) -> Result<Node, Phrase> {
        spoken::parse(self, text)
    }

    /// What decides whether a text is of the type, for types that are texts of a certain shape.
    const fn shape(&self) -> Option<fn(&str) -> bool> {
        match self {
            Self::Date => Some(shape::is_date),
            Self::Duration => Some(shape::is_duration),
            Self::Version => Some(shape::is_version),
            Self::Quantity => Some(shape::is_quantity),
            Self::Cidr => Some(shape::is_cidr),
            _ => None,
        }
    }

    /// What a value of the type is, for messages.
    const fn described(&self) -> &'static str {
        match self {
            Self::Bool => "a boolean",
            Self::Int => "an integer",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Date => "a date such as \"2026-11-23\" or \"2026-11-23T20:00:00+01:00\"",
            Self::Duration => "a duration such as \"90d\" or \"1h30m\"",
            Self::Version => "a version such as \"15.4\"",
            Self::Quantity => "a quantity such as \"500m\" or \"2Gi\"",
            Self::Cidr => "a network such as \"192.0.2.0/24\"",
            Self::List(_) => "an array",
            Self::Map(_) => "a table",
        }
    }
}

impl Param {
    /// Decodes `[param.NAME]`.
    pub(crate) fn read(member: &Member, author: Lang, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        if !is_name(&member.key) {
            let message = format!("`{}` cannot name a parameter", member.key);
            let mistake = Mistake::new(member.key_span, message, "not a name");
            mistakes.push(mistake.with_help("write lower-case letters, digits, `-` and `_`"));
        }
        let what = format!("parameter {}", member.key);
        let mut table = Table::new(&member.value, what, mistakes)?;
        let written = table.required_text("type");
        let kind = match ParamType::parse(written) {
            Ok(kind) => Some(kind),
            Err(_) if written.is_empty() => None,
            Err(help) => {
                let span = table.node("type").map_or(member.key_span, |node| node.span);
                let message = format!("`{written}` is not a type");
                table.mistake(Mistake::new(span, message, "not a type").with_help(help));
                None
            }
        };
        let default = table.required("default").cloned();
        if let (Some(kind), Some(default)) = (&kind, &default) {
            kind.check(default, table.mistakes());
        }
        let mut translation = Translation::of(&mut table, author);
        let about = table.text("about").unwrap_or_default();
        let about = translation.phrase("about", about);
        translation.finish(&mut table);
        table.finish();
        Some(Self {
            name: member.key.to_string(),
            span: member.key_span,
            kind: kind?,
            default: default?,
            about,
        })
    }
}

fn instead(text: &str) -> String {
    let words = || PLAIN.iter().map(|(word, _)| *word);
    let near = suggest(text, words()).map(|near| format!("did you mean `{near}`? "));
    format!(
        "{}the types are {}, `list<TYPE>` and `map<TYPE>`",
        near.unwrap_or_default(),
        listed(words()),
    )
}

fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(plain)
}

#[cfg(test)]
mod tests;
