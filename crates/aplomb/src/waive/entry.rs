//! One exception as it will be written.

use std::fmt::Write as _;

use aplomb_model::Finding;

use crate::cli::WaiveArgs;
use crate::complaint::Complaint;

/// What is known of it; what is empty is not.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) is_plan: bool,
    pub(super) id: String,
    pub(super) rule: String,
    pub(super) subject: String,
    /// What else narrows it to some findings of the rule on the subject.
    pub(super) scope: Vec<(String, String)>,
    pub(super) reason: String,
    pub(super) risk: String,
    pub(super) measure: String,
    pub(super) requester: String,
    pub(super) owner: String,
    pub(super) approver: String,
    pub(super) approver_role: String,
    pub(super) granted: String,
    pub(super) expires: String,
}

impl Entry {
    pub(super) fn of(args: &WaiveArgs) -> Self {
        let text = |given: &Option<String>| given.clone().unwrap_or_default();
        Self {
            is_plan: args.due.is_some() || args.owner.is_some(),
            id: text(&args.id),
            rule: text(&args.rule),
            subject: text(&args.subject),
            scope: args.scope.clone(),
            reason: text(&args.reason),
            risk: text(&args.risk),
            measure: text(&args.measure),
            requester: text(&args.requester),
            owner: text(&args.owner),
            approver: text(&args.approver),
            approver_role: text(&args.approver_role),
            granted: text(&args.granted),
            expires: text(if args.due.is_some() { &args.due } else { &args.expires }),
        }
    }

    /// Takes over what a finding is about, where nothing else was said.
    pub(super) fn take(&mut self, finding: &Finding) {
        if self.rule.is_empty() {
            self.rule.clone_from(&finding.rule.id);
        }
        if self.subject.is_empty() {
            self.subject.clone_from(&finding.subject.name);
        }
        if self.scope.is_empty() {
            // A name of the rule's own outlives a place.
            let own = finding.identity.iter().filter(|(name, _)| name != "at");
            let own: Vec<_> = own.cloned().collect();
            self.scope = if own.is_empty() { finding.identity.clone() } else { own };
        }
    }

    /// Gives it an id that no other in the file has: the number after the last.
    pub(super) fn name(&mut self, file: &str) {
        if self.id.is_empty() {
            self.id = next_id(file, self.is_plan);
        }
    }

    /// The fields that must be said, with their flags.
    pub(super) fn needed(&mut self) -> Vec<(&'static str, &mut String)> {
        let last = if self.is_plan { "due" } else { "expires" };
        let mut needed = vec![
            ("RULE", &mut self.rule),
            ("--subject", &mut self.subject),
            ("--reason", &mut self.reason),
            ("--requester", &mut self.requester),
            ("--approver", &mut self.approver),
            ("--approver-role", &mut self.approver_role),
        ];
        if self.is_plan {
            needed.push(("--owner", &mut self.owner));
        }
        needed.push((if last == "due" { "--due" } else { "--expires" }, &mut self.expires));
        needed
    }

    /// # Errors
    /// When something is not said that must be.
    pub(super) fn complete(&mut self) -> Result<(), Complaint> {
        let missing = self.needed().into_iter().filter(|(_, text)| text.trim().is_empty());
        let missing: Vec<_> = missing.map(|(flag, _)| flag).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Complaint::plain(format!("what is missing: {}", missing.join(", "))))
    }

    /// The table, as people write it.
    pub(super) fn toml(&self) -> String {
        let (kind, last) =
            if self.is_plan { ("reservation", "due") } else { ("waiver", "expires") };
        let mut text = format!("[[{kind}]]\n");
        let mut line = |key: &str, value: &str| {
            if !value.trim().is_empty() {
                let _ = writeln!(text, "{key} = {}", quoted(value));
            }
        };
        line("id", &self.id);
        line("rule", &self.rule);
        line("reason", &self.reason);
        line("risk", &self.risk);
        line("compensating_measure", &self.measure);
        line("requester", &self.requester);
        line("owner", &self.owner);
        line("approver", &self.approver);
        line("approver_role", &self.approver_role);
        line("granted", &self.granted);
        line(last, &self.expires);
        let mut scope = format!("subject = {}", quoted(&self.subject));
        for (name, value) in &self.scope {
            let _ = write!(scope, ", {} = {}", key(name), quoted(value));
        }
        let _ = writeln!(text, "scope = {{ {scope} }}");
        text
    }
}

/// A basic string (TOML 1.0, "String").
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A bare key where that will do.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

/// The last id of the kind that ends in a number, counted up; `W-1` or `R-1` where there is none.
fn next_id(file: &str, is_plan: bool) -> String {
    let heading = if is_plan { "[[reservation]]" } else { "[[waiver]]" };
    let tables = file.split("\n[[").enumerate().map(|(index, table)| match index {
        0 => table.to_owned(),
        _ => format!("[[{table}"),
    });
    let ids = tables.filter(|table| table.contains(heading)).filter_map(|table| {
        let line = table.lines().find(|line| {
            line.trim_start()
                .strip_prefix("id")
                .is_some_and(|rest| rest.trim_start().starts_with('='))
        })?;
        let value = line.split_once('=')?.1.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        Some(value[1..].split_once(quote)?.0.to_owned())
    });
    let numbered = ids.filter_map(|id| {
        let digits = id.len() - id.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (stem, number) = id.split_at(digits);
        Some((number.parse::<u64>().ok()?, stem.to_owned(), number.len()))
    });
    match numbered.max() {
        Some((number, stem, width)) => format!("{stem}{:0width$}", number + 1),
        None if is_plan => "R-1".to_owned(),
        None => "W-1".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_follows_the_last_of_its_kind() {
        let file = "[[waiver]]\nid = \"DRG-2026-014\"\n\n[[waiver]]\nid = 'DRG-2026-009'\n\
            [[reservation]]\nid = \"RES-99\"\n";
        assert_eq!(next_id(file, false), "DRG-2026-015");
        assert_eq!(next_id(file, true), "RES-100");
        assert_eq!(next_id("", false), "W-1");
        assert_eq!(next_id("[[waiver]]\nid = \"the one\"\n", false), "W-1");
    }

    #[test]
    fn texts_are_quoted_so_that_they_stay_texts() {
        assert_eq!(quoted("a \"b\" \\ \n\u{7}é"), "\"a \\\"b\\\" \\\\ \\n\\u0007é\"");
        assert_eq!((key("flow"), key("the flow")), ("flow".into(), "\"the flow\"".into()));
    }
}
