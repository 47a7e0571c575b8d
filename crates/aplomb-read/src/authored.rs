//! Reading what people write for us (standards, profiles, manifests) out of a [`Node`], with every
//! mistake collected instead of stopping at the first.
//!
//! A [`Table`] hands out its keys one by one, by type, and remembers which were asked for; at the
//! end, [`Table::finish`] reports every key that nobody asked for. A key that is absent yields
//! nothing; a key of the wrong type yields nothing either, and a [`Mistake`]. The `required_*`
//! methods also record the absence and then return an empty stand-in, so that decoding goes on to
//! the next mistake; what was decoded is of use only while no mistake was recorded.
//!
//! ```
//! # use aplomb_model::{Member, Mistake, Node, Span, Value};
//! use aplomb_read::authored::Table;
//!
//! struct Contact { name: String, phone: Option<String> }
//!
//! fn contact(node: &Node, mistakes: &mut Vec<Mistake>) -> Option<Contact> {
//!     let mut table = Table::new(node, "the contact", mistakes)?;
//!     let contact = Contact {
//!         name: table.required_text("name").to_owned(),
//!         phone: table.text("phone").map(str::to_owned),
//!     };
//!     table.finish();
//!     Some(contact)
//! }
//! # let span = Span::default();
//! # let member = Member { key: "nmae".into(), key_span: span, value: Node::text(span, "Ada") };
//! # let node = Node::new(span, Value::Map(vec![member]));
//! # let mut mistakes = Vec::new();
//! # contact(&node, &mut mistakes);
//! # assert_eq!(mistakes.len(), 2);
//! # assert_eq!(mistakes[1].help.as_deref(), Some("did you mean `name`?"));
//! ```

use std::sync::Arc;

use aplomb_model::{Member, Mistake, Node, Source, Value};

use crate::{Input, Limits, NoFiles, formats, read};

/// The root table of a TOML file; nothing, and the mistakes, where it is not TOML.
pub fn parse(source: &Arc<Source>, mistakes: &mut Vec<Mistake>) -> Option<Node> {
    let input = Input { source, limits: &Limits::default(), files: &NoFiles };
    match read(&input, &formats::TOML) {
        Ok(tree) => tree.documents.into_iter().next(),
        Err(error) => {
            let problems = error.problems.into_iter().map(|problem| {
                Mistake::new(problem.span.unwrap_or_default(), problem.message.en, "here")
            });
            mistakes.extend(problems);
            None
        }
    }
}

/// A table being decoded.
pub struct Table<'a, 'm> {
    node: &'a Node,
    what: String,
    asked: Vec<String>,
    mistakes: &'m mut Vec<Mistake>,
}

impl<'a, 'm> Table<'a, 'm> {
    /// Begins decoding `node`, named `what` in messages (`rule SW-012`). Nothing, and a mistake,
    /// where the node is not a table.
    pub fn new(
        node: &'a Node,
        what: impl Into<String>,
        mistakes: &'m mut Vec<Mistake>,
    ) -> Option<Self> {
        if !is_table(node) {
            mistakes.push(wrong_type(node, "a table"));
            return None;
        }
        Some(Self { node, what: what.into(), asked: Vec::new(), mistakes })
    }

    /// What the table is called in messages.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// The table itself.
    pub const fn as_node(&self) -> &'a Node {
        self.node
    }

    /// Where mistakes go, to decode a part with a function of its own.
    pub const fn mistakes(&mut self) -> &mut Vec<Mistake> {
        self.mistakes
    }

    /// Records a mistake.
    pub fn mistake(&mut self, mistake: Mistake) {
        self.mistakes.push(mistake);
    }

    /// The key and its value, of any type.
    pub fn member(&mut self, key: &str) -> Option<&'a Member> {
        self.asked.push(key.to_owned());
        self.node.member(key)
    }

    /// The value of any type.
    pub fn node(&mut self, key: &str) -> Option<&'a Node> {
        self.member(key).map(|member| &member.value)
    }

    /// Text.
    pub fn text(&mut self, key: &str) -> Option<&'a str> {
        self.typed(key, "a string", Node::as_str)
    }

    /// Text that must be there and not be blank; `""` where it is not.
    pub fn required_text(&mut self, key: &str) -> &'a str {
        let Some(node) = self.required(key) else {
            return "";
        };
        match node.as_str() {
            Some(text) if text.trim().is_empty() => {
                let mistake = Mistake::new(node.span, format!("`{key}` is empty"), "empty");
                self.mistake(mistake.with_help("write it out"));
                ""
            }
            Some(text) => text,
            None => {
                self.mistake(wrong_type(node, "a string"));
                ""
            }
        }
    }

    /// True or false.
    pub fn boolean(&mut self, key: &str) -> Option<bool> {
        self.typed(key, "a boolean", Node::as_bool)
    }

    /// An integer.
    pub fn integer(&mut self, key: &str) -> Option<i64> {
        self.typed(key, "an integer", Node::as_i64)
    }

    /// A list of texts; empty where the key is absent.
    pub fn texts(&mut self, key: &str) -> Vec<&'a str> {
        let nodes = self.list(key);
        self.all_texts(nodes)
    }

    /// One text or a list of texts; empty where the key is absent.
    pub fn text_or_texts(&mut self, key: &str) -> Vec<&'a str> {
        let nodes = self.one_or_many(key);
        self.all_texts(nodes)
    }

    /// A value or a list of values, as a list; empty where the key is absent.
    pub fn one_or_many(&mut self, key: &str) -> &'a [Node] {
        match self.node(key) {
            None => &[],
            Some(node) => match &node.value {
                Value::List(items) => items,
                _ => std::slice::from_ref(node),
            },
        }
    }

    /// The elements of a list of any types; empty where the key is absent.
    pub fn list(&mut self, key: &str) -> &'a [Node] {
        self.typed(key, "an array", |node| match &node.value {
            Value::List(items) => Some(items.as_slice()),
            _ => None,
        })
        .unwrap_or_default()
    }

    /// A table within, to be decoded and finished like this one.
    pub fn table(&mut self, key: &str) -> Option<Table<'a, '_>> {
        let node = self.node(key)?;
        let what = format!("`{key}` of {}", self.what);
        Table::new(node, what, self.mistakes)
    }

    /// The tables of an array of tables; empty where the key is absent.
    pub fn tables(&mut self, key: &str) -> Vec<&'a Node> {
        let items = self.list(key);
        let (tables, others): (Vec<_>, Vec<_>) = items.iter().partition(|node| is_table(node));
        for other in others {
            self.mistake(wrong_type(other, "a table"));
        }
        tables
    }

    /// The members of a table whose keys are the author's: `rule` in `[rule.SW-012]`. Empty where
    /// the key is absent.
    pub fn keyed(&mut self, key: &str) -> &'a [Member] {
        self.typed(key, "a table", |node| is_table(node).then(|| node.members()))
            .unwrap_or_default()
    }

    /// One of several words.
    pub fn one_of(&mut self, key: &str, choices: &[&'static str]) -> Option<&'static str> {
        let node = self.node(key)?;
        let chosen = choice(node, choices);
        chosen.map_err(|mistake| self.mistake(mistake)).ok()
    }

    /// The value, and a mistake where it is absent.
    pub fn required(&mut self, key: &str) -> Option<&'a Node> {
        let node = self.node(key);
        if node.is_none() {
            let mistake = Mistake::new(
                self.node.span,
                format!("{} has no `{key}`", self.what),
                format!("`{key}` is missing"),
            );
            self.mistake(mistake);
        }
        node
    }

    /// Reports every key that was not asked for.
    pub fn finish(self) {
        let Self { node, what, asked, mistakes } = self;
        let unknown =
            node.members().iter().filter(|member| !asked.iter().any(|key| *key == *member.key));
        for member in unknown {
            let known = asked.iter().map(String::as_str);
            mistakes.push(unknown_key(member, &what, known));
        }
    }

    fn typed<T>(
        &mut self,
        key: &str,
        expected: &str,
        read: impl FnOnce(&'a Node) -> Option<T>,
    ) -> Option<T> {
        let node = self.node(key)?;
        let value = read(node);
        if value.is_none() {
            self.mistake(wrong_type(node, expected));
        }
        value
    }

    fn all_texts(&mut self, nodes: &'a [Node]) -> Vec<&'a str> {
        let mut texts = Vec::with_capacity(nodes.len());
        for node in nodes {
            match node.as_str() {
                Some(text) => texts.push(text),
                None => self.mistake(wrong_type(node, "a string")),
            }
        }
        texts
    }
}

/// The word of `choices` that a node is.
///
/// # Errors
/// The mistake to report, where it is none of them.
pub fn choice(node: &Node, choices: &[&'static str]) -> Result<&'static str, Mistake> {
    let Some(word) = node.as_str() else {
        return Err(wrong_type(node, "a string").with_help(one_of_these(choices)));
    };
    let found = choices.iter().find(|choice| **choice == word);
    found.copied().ok_or_else(|| {
        let help = suggest(word, choices.iter().copied()).map_or_else(
            || one_of_these(choices),
            |near| format!("did you mean `{near}`? {}", one_of_these(choices)),
        );
        Mistake::new(
            node.span,
            format!("`{word}` is not one of the words allowed here"),
            "not allowed",
        )
        .with_help(help)
    })
}

/// "expected a string, found an integer", at the value.
pub fn wrong_type(node: &Node, expected: &str) -> Mistake {
    Mistake::new(
        node.span,
        format!("expected {expected}, found {}", type_words(node)),
        format!("expected {expected}"),
    )
}

/// "expected a tier from 1 to 5, found 7", at a value of the right type.
pub fn wrong_value(node: &Node, expected: &str) -> Mistake {
    match node.value {
        Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Big(_) => Mistake::new(
            node.span,
            format!("expected {expected}, found {}", node.scalar_text().unwrap_or_default()),
            format!("expected {expected}"),
        ),
        _ => wrong_type(node, expected),
    }
}

/// "unknown key …", at the key, with the nearest of the known keys or all of them.
pub fn unknown_key<'k>(
    member: &Member,
    what: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Mistake {
    let key = &*member.key;
    let help = suggest(key, known.clone()).map_or_else(
        || match listed(known) {
            keys if keys.is_empty() => format!("{what} has no keys"),
            keys => format!("{what} knows {keys}"),
        },
        |near| format!("did you mean `{near}`?"),
    );
    Mistake::new(member.key_span, format!("unknown key `{key}` in {what}"), "unknown key")
        .with_help(help)
}

/// The candidate a mistyped word was most likely meant to be; the first of equals.
pub fn suggest<'k>(word: &str, candidates: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    let distance =
        |candidate: &str| strsim::osa_distance(&word.to_lowercase(), &candidate.to_lowercase());
    candidates
        .map(|candidate| (distance(candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Words in backticks, separated by commas.
pub fn listed<'k>(words: impl Iterator<Item = &'k str>) -> String {
    let quoted: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

fn one_of_these(choices: &[&'static str]) -> String {
    format!("one of {}", listed(choices.iter().copied()))
}

/// What a value is, in the words of TOML.
fn type_words(node: &Node) -> &'static str {
    match node.value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Int(_) | Value::UInt(_) => "an integer",
        Value::Float(_) | Value::Big(_) => "a number",
        Value::Text(_) => "a string",
        Value::List(_) => "an array",
        Value::Map(_) => "a table",
    }
}

const fn is_table(node: &Node) -> bool {
    matches!(node.value, Value::Map(_))
}

#[cfg(test)]
mod tests {
    use aplomb_model::Span;

    use super::*;

    fn map(members: Vec<(&str, Value)>) -> Node {
        let member = |(index, (key, value)): (usize, (&str, Value))| {
            let at = index as u32 * 10;
            Member {
                key: key.into(),
                key_span: Span::new(at, at + 4),
                value: Node::new(Span::new(at + 5, at + 9), value),
            }
        };
        let members = members.into_iter().enumerate().map(member).collect();
        Node::new(Span::new(0, 99), Value::Map(members))
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    fn messages(mistakes: &[Mistake]) -> Vec<String> {
        mistakes.iter().map(|m| format!("{:?} {} ({:?})", m.span, m.message, m.help)).collect()
    }

    #[test]
    fn every_mistake_is_collected_with_its_place() {
        let node = map(vec![
            ("serverity", text("major")),
            ("waivable", text("yes")),
            ("missing", text("not-evaluatd")),
            ("name", Value::Int(3)),
            ("tags", Value::List(vec![Node::new(Span::new(50, 51), Value::Int(1))])),
            ("entirely-else", Value::Bool(true)),
        ]);
        let mut mistakes = Vec::new();
        let mut table = Table::new(&node, "rule SW-012", &mut mistakes).expect("a table");
        assert_eq!(table.required_text("severity"), "");
        assert_eq!(table.boolean("waivable"), None);
        assert_eq!(table.one_of("missing", &["fail", "not-evaluated"]), None);
        assert_eq!(table.required_text("name"), "");
        assert!(table.texts("tags").is_empty());
        table.finish();
        assert_eq!(
            messages(&mistakes),
            [
                "0..99 rule SW-012 has no `severity` (None)",
                "15..19 expected a boolean, found a string (None)",
                "25..29 `not-evaluatd` is not one of the words allowed here \
                 (Some(\"did you mean `not-evaluated`? one of `fail`, `not-evaluated`\"))",
                "35..39 expected a string, found an integer (None)",
                "50..51 expected a string, found an integer (None)",
                "0..4 unknown key `serverity` in rule SW-012 (Some(\"did you mean `severity`?\"))",
                "50..54 unknown key `entirely-else` in rule SW-012 (Some(\"rule SW-012 knows \
                 `severity`, `waivable`, `missing`, `name`, `tags`\"))",
            ]
        );
    }

    #[test]
    fn what_is_not_a_table_is_no_table() {
        let mut mistakes = Vec::new();
        let node = Node::text(Span::new(1, 2), "x");
        assert!(Table::new(&node, "the rule", &mut mistakes).is_none());
        assert_eq!(messages(&mistakes), ["1..2 expected a table, found a string (None)"]);
    }

    #[test]
    fn suggestions_stay_near() {
        let known = || ["name", "title", "severity"].into_iter();
        assert_eq!(suggest("tilte", known()), Some("title"));
        assert_eq!(suggest("Severity", known()), Some("severity"));
        assert_eq!(suggest("xyz", known()), None);
        assert_eq!(suggest("", known()), None);
    }
}
