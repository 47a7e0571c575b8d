//! Which parts of a host's snapshot a rule rests on, and whether they hold evidence: what was
//! denied, cut short or never collected says nothing, however it reads.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aplomb_model::{Node, Phrase, SubjectKind, Value};
use regex::Regex;

use crate::judgement::View;
use crate::path::Path;

/// What a rule, or a side of a join, rests on.
#[derive(Debug, Default)]
pub(crate) struct Reads {
    /// The section that everything is selected from.
    selected: Option<String>,
    /// All sections that are named, the selected one among them.
    named: BTreeSet<String>,
    /// Whether it looks at the snapshot as a whole.
    whole: bool,
    /// Whether it is the text that is looked at, whatever it means.
    as_written: bool,
    /// Every word of it: a part of a section that was withheld matters where it is named.
    words: BTreeSet<String>,
}

impl Reads {
    /// What `select` and the expressions and schemas in `written` rest on. `as_written` says that
    /// the text of the file is looked at.
    pub(crate) fn of<'n>(
        select: &Path,
        written: impl IntoIterator<Item = &'n Node>,
        as_written: bool,
    ) -> Self {
        let mut reads = Self { as_written, ..Self::default() };
        if let Some(name) = select.first_name() {
            reads.selected = Some(name.to_owned());
            reads.named.insert(name.to_owned());
        }
        let path = select.to_string();
        let of_root = path == "$";
        reads.text(&path, false);
        for node in written {
            reads.node(node, of_root);
        }
        if reads.selected.is_none() {
            reads.whole |= as_written || !of_root || reads.named.is_empty();
        }
        reads
    }

    fn node(&mut self, node: &Node, of_root: bool) {
        match &node.value {
            Value::Text(text) => self.text(text, of_root),
            Value::List(items) => items.iter().for_each(|item| self.node(item, of_root)),
            Value::Map(members) => {
                for member in members {
                    self.words.insert(member.key.to_string());
                    // Of a schema on the root: its properties are sections.
                    if of_root && &*member.key == "properties" {
                        let names = member.value.members().iter().map(|m| m.key.to_string());
                        self.named.extend(names);
                    }
                    if of_root && &*member.key == "required" {
                        let names = member.value.items().iter().filter_map(Node::as_str);
                        self.named.extend(names.map(str::to_owned));
                    }
                    self.node(&member.value, of_root);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, of_root: bool) {
        static MEMBERS: LazyLock<Regex> = LazyLock::new(|| {
            let pattern = r#"\b(root|node)\b(?:\.([A-Za-z_]\w*)|\[["']([^"']+)["']\])?"#;
            Regex::new(pattern).expect("a valid pattern")
        });
        for found in MEMBERS.captures_iter(text) {
            // The name of an account is none of the variable.
            let quoted = found.get(0).is_some_and(|all| text[..all.start()].ends_with(['\'', '"']));
            if quoted || &found[1] == "node" && !of_root {
                continue;
            }
            match found.get(2).or_else(|| found.get(3)) {
                Some(name) => drop(self.named.insert(name.as_str().to_owned())),
                None => self.whole = true,
            }
        }
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        self.words.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
    }

    /// Whether it rests on the text that was delivered, and not on what would take effect.
    pub(crate) const fn is_of_text(&self) -> bool {
        self.as_written
    }

    /// Why the snapshot says nothing about what is asked; `None` where all of it was collected or
    /// is truly absent, and where the subject is no host.
    pub(crate) fn withheld(&self, view: &View<'_>) -> Option<Phrase> {
        if view.subject.id.kind != SubjectKind::Host {
            return None;
        }
        let sections = view.root.get("sections")?;
        if let Some(name) = &self.selected
            && sections.get(name).is_none()
            && view.root.get(name).is_none()
        {
            return Some(Phrase::new(
                format!("the snapshot has no section {name}"),
                format!("le relevé n'a pas de section {name}"),
            ));
        }
        let asked = sections.members().iter();
        let mut asked = asked.filter(|section| self.whole || self.named.contains(&*section.key));
        asked.find_map(|section| self.withheld_of(&section.key, &section.value))
    }

    fn withheld_of(&self, name: &str, section: &Node) -> Option<Phrase> {
        let status = section.get("status").and_then(Node::as_str)?;
        if !matches!(status, "collected" | "absent") {
            return Some(Phrase::new(
                format!("the snapshot's section {name} is {status}"),
                format!("la section {name} du relevé est « {status} »"),
            ));
        }
        let gaps = section.get("gaps").map_or(&[][..], Node::items);
        let asked = |gap: &&Node| {
            let members = gap.get("members").map_or(&[][..], Node::items);
            let mut members = members.iter().filter_map(Node::as_str).peekable();
            members.peek().is_none() || members.any(|member| self.words.contains(member))
        };
        let status = |gap: &Node| {
            gap.get("status").and_then(Node::as_str).unwrap_or("incomplete").to_owned()
        };
        let gap = gaps.iter().filter(|gap| status(gap) != "absent").find(asked)?;
        let status = status(gap);
        let from = gap.get("from").and_then(Node::as_str).unwrap_or(name);
        Some(Phrase::new(
            format!("a part of the snapshot's section {name} is {status}: {from}"),
            format!("une partie de la section {name} du relevé est « {status} » : {from}"),
        ))
    }
}
