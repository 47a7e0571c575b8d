use std::sync::Arc;

use aplomb_model::{Lang, Member, Mistake, Phrase, Severity, Source, Span};
use aplomb_read::authored::Table;

use crate::rule::{Message, Rule, message};
use crate::tiers::{Change, severity};
use crate::wording::Translation;

/// A house's change to one rule of a standard that it takes over otherwise, `[override.SW-012]`, or
/// to one of a rule's demands, `[override."SW-052/user-not-root"]`.
#[derive(Clone, Debug)]
pub struct Override {
    /// Id of the rule, or label of one of its demands.
    pub rule: String,
    /// Where it is written, in `source`.
    pub span: Span,
    /// The file.
    pub source: Arc<Source>,
    severity: Option<Change<Severity>>,
    message: Option<Message>,
    remedy: Option<Phrase>,
    disabled: Option<String>,
}

impl Override {
    pub(crate) fn read(
        member: &Member,
        author: Lang,
        source: &Arc<Source>,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Self> {
        let what = format!("the override of {}", member.key);
        let mut table = Table::new(&member.value, what.clone(), mistakes)?;
        let mut other = Translation::of(&mut table, author);
        let change = table.node("severity").and_then(|node| {
            let what = format!("the severity in {what}");
            Change::read(node, &what, severity, table.mistakes())
        });
        let message = message(&mut table, &mut other, source);
        let remedy = table.text("remedy");
        let remedy = remedy.map(|text| other.phrase("remedy", text));
        let disabled = disabled(&mut table);
        other.finish(&mut table);
        table.finish();
        Some(Self {
            rule: member.key.to_string(),
            span: member.key_span,
            source: source.clone(),
            severity: change,
            message,
            remedy,
            disabled,
        })
    }

    /// Changes the rule.
    pub(crate) fn put_over(&self, rule: &mut Rule) {
        if let Some(change) = &self.severity {
            rule.severity = rule.severity.changed(change);
        }
        if let Some(message) = &self.message {
            rule.message = Some(message.clone());
        }
        if let Some(remedy) = &self.remedy {
            rule.remedy = remedy.clone();
        }
        if let Some(reason) = &self.disabled {
            rule.disabled = Some(reason.clone());
        }
    }
}

/// The reason why the rule is switched off, where it is.
fn disabled(table: &mut Table<'_, '_>) -> Option<String> {
    let reason = table.text("reason");
    let enabled = table.boolean("enabled").unwrap_or(true);
    if enabled {
        return None;
    }
    if reason.is_none_or(|reason| reason.trim().is_empty()) {
        let span = table.node("enabled")?.span;
        let message = format!("{} switches the rule off and gives no reason", table.what());
        let mistake = Mistake::new(span, message, "why?");
        table.mistake(mistake.with_help("add `reason = \"…\"`: reports show it"));
    }
    Some(reason.unwrap_or_default().to_owned())
}
