use std::sync::Arc;

use aplomb_model::{Lang, Node, Outcome, Phrase, Reference, Source, Span, Value};

use crate::case::Case;
use crate::tiers::SeverityByTier;
use crate::wording::phrase;
use crate::{SubjectFilter, Written};

mod decode;

pub(crate) use self::decode::{Around, is_kebab, message};

/// One demand: a rule, or a part of a rule that makes several.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `SW-012`; unique among all standards of a run, and the same for all parts of a rule.
    pub id: String,
    /// Which of the rule's demands it is, where the rule makes several.
    pub part: Option<Part>,
    /// Where it begins: its id, or its name as a part.
    pub span: Span,
    /// What it demands, in kebab-case: `ssh-root-login-disabled`.
    pub name: String,
    /// What it demands, in a line.
    pub title: Phrase,
    /// Why; may be empty.
    pub why: Phrase,
    /// How much a failure weighs.
    pub severity: SeverityByTier,
    /// What it is about; a subject of any of them. Empty where the check names subjects itself.
    pub subjects: Vec<SubjectFilter>,
    /// The nodes it is about, as a path (RFC 9535); the whole subject where absent.
    pub select: Option<Written>,
    /// What it comes to where `select` finds nothing: any outcome but `error`.
    pub missing: Outcome,
    /// What it comes to where no subject matches: `not-evaluated`, `not-applicable` or `fail`.
    pub no_subject: Outcome,
    /// CEL over the delivery and the subject: the rule applies where all of them hold.
    pub when: Vec<Written>,
    /// CEL over a node: where it holds, a failure proves nothing, and is not evaluated.
    pub unsure: Option<Written>,
    /// Where within a node its failures point, as a path from it; at the node where absent.
    pub point_at: Option<Written>,
    /// What a failure says, in place of the check's own words.
    pub message: Option<Message>,
    /// What to do about a failure; may be empty.
    pub remedy: Phrase,
    /// Which published texts ask for it.
    pub references: Vec<Reference>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// What tells the rule's findings on one subject apart, by name: CEL over the node.
    pub identity: Vec<(String, Written)>,
    /// Whether a waiver may except from it.
    pub waivable: bool,
    /// Tiers it applies to; all where empty.
    pub tiers: Vec<u8>,
    /// How long it takes to mend one subject: a duration.
    pub effort: Option<Written>,
    /// The demand itself.
    pub check: RawCheck,
    /// Examples that show what it accepts and refuses.
    pub cases: Vec<Case>,
    /// Why an override switched it off.
    pub disabled: Option<String>,
}

/// What tells one of a rule's demands from the others.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name, in kebab-case: `user-not-root`.
    pub name: String,
    /// What the rule demands as a whole, in a line.
    pub of: Phrase,
}

/// The demand of a rule, not compiled yet.
#[derive(Clone, Debug)]
pub struct RawCheck {
    /// Id of the check kind: `expect`.
    pub kind: &'static str,
    /// Where the kind is named.
    pub key_span: Span,
    /// What it demands: the value under the kind's key.
    pub node: Node,
    author: Lang,
    translations: Vec<(String, String)>,
}

/// A text with `{placeholders}`.
#[derive(Clone, Debug)]
pub struct Message {
    /// The text.
    pub phrase: Phrase,
    /// Where it was written, in `source`: an override may stand in another file than the rule.
    pub span: Span,
    /// The file.
    pub source: Arc<Source>,
}

impl Rule {
    /// What it is called by: `SW-012`, or `SW-052/user-not-root`.
    pub fn label(&self) -> String {
        match &self.part {
            Some(part) => format!("{}/{}", self.id, part.name),
            None => self.id.clone(),
        }
    }

    /// Whether `key` names it: by the rule's id, or by its own label.
    pub fn is_called(&self, key: &str) -> bool {
        self.id == key || self.label() == key
    }

    /// Whether the rule applies to a tier. A rule that is restricted to some tiers applies where
    /// the tier is not known.
    pub fn applies_to_tier(&self, tier: Option<u8>) -> bool {
        self.tiers.is_empty() || tier.is_none_or(|tier| self.tiers.contains(&tier))
    }
}

/// A text, or the `message` of a table that says more about it.
fn said(node: &Node) -> Option<&str> {
    node.as_str().or_else(|| node.get("message").and_then(Node::as_str))
}

impl RawCheck {
    /// Stands where there is none: for a rule that makes several demands, or lacks the one.
    fn none(rule: &Node, author: Lang) -> Self {
        let node = Node::new(rule.span, Value::Null);
        Self { kind: "", key_span: rule.span, node, author, translations: Vec::new() }
    }

    /// The text under `key` in the check's table, or under `message` in the table that stands there,
    /// with its translation, which stands under the same key in the rule's translation table.
    pub fn phrase(&self, key: &str) -> Option<Phrase> {
        let text = said(self.node.get(key)?)?;
        let translation = self.translations.iter().find(|(of, _)| of == key);
        let translation = translation.map(|(_, text)| text.as_str());
        Some(phrase(self.author, text, translation))
    }
}
