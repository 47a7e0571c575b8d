//! Exceptions as people write them: `[[waiver]]` and `[[reservation]]` in TOML.

use std::collections::BTreeSet;
use std::sync::Arc;

use aplomb_model::{
    Exception, ExceptionKind, ExceptionState, Mistake, Node, Severity, Source, Span, Value,
};
use aplomb_standard::FileMistakes;
use aplomb_standard::authored::{Table, listed, parse, wrong_type};
use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeZone as _};
pub use chrono_tz::Tz as TimeZone;

use super::{Exceptions, Granted};
use crate::compile::Compiled;
use crate::rule::CompiledRule;

/// Reads a file of exceptions, against the rules it is about. A date means all of its day in
/// `zone`.
///
/// # Errors
/// With all mistakes of the file: what is not complete, accepted by who asked for it, or about a
/// rule that allows no exception.
pub fn read_exceptions(
    source: &Arc<Source>,
    zone: TimeZone,
    rules: &Compiled,
) -> Result<Exceptions, FileMistakes> {
    let mut mistakes = Vec::new();
    let mut exceptions = Exceptions::default();
    if let Some(root) = parse(source, &mut mistakes)
        && let Some(mut table) = Table::new(&root, "the file", &mut mistakes)
    {
        for kind in [ExceptionKind::Waiver, ExceptionKind::Reservation] {
            for node in table.tables(kind.id()) {
                let mut reading = Reading { source, zone, rules, mistakes: table.mistakes() };
                exceptions.granted.extend(reading.granted(node, kind));
            }
        }
        table.finish();
        exceptions.granted.sort_by_key(|granted| granted.exception.position);
        repeated(&exceptions, &root, &mut mistakes);
    }
    if mistakes.is_empty() {
        return Ok(exceptions);
    }
    Err(FileMistakes::new("file of exceptions", Arc::clone(source), mistakes))
}

/// Ids name exceptions in reports: each once.
fn repeated(exceptions: &Exceptions, root: &Node, mistakes: &mut Vec<Mistake>) {
    let mut seen = BTreeSet::new();
    for granted in &exceptions.granted {
        let id = &granted.exception.id;
        if !seen.insert(id) {
            let kinds = [ExceptionKind::Waiver, ExceptionKind::Reservation];
            let tables = kinds.into_iter().filter_map(|kind| root.get(kind.id()));
            let ids = tables.flat_map(Node::items).filter_map(|table| table.get("id"));
            let last = ids.filter(|node| node.as_str() == Some(id)).map(|node| node.span).max();
            let message = format!("there are two exceptions `{id}`");
            mistakes.push(Mistake::new(last.unwrap_or_default(), message, "again"));
        }
    }
}

/// What one exception is read with.
struct Reading<'a> {
    source: &'a Source,
    zone: TimeZone,
    rules: &'a Compiled,
    mistakes: &'a mut Vec<Mistake>,
}

/// A moment as written, and the instants at which what is meant begins and has ended.
struct When {
    written: String,
    begins: DateTime<FixedOffset>,
    ended: DateTime<FixedOffset>,
}

impl Reading<'_> {
    fn granted(&mut self, node: &Node, kind: ExceptionKind) -> Option<Granted> {
        let what = format!("the {}", kind.id());
        let mut table = Table::new(node, what, self.mistakes)?;
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let last = if kind == ExceptionKind::Waiver { "expires" } else { "due" };
        let id = table.required_text("id").to_owned();
        let rule = table.required_text("rule").to_owned();
        let reason = table.required_text("reason").to_owned();
        let risk = owned(table.text("risk"));
        let compensating_measure = owned(table.text("compensating_measure"));
        let requester = owned(table.text("requester"));
        let approver = table.required_text("approver").to_owned();
        let approver_role = owned(table.text("approver_role"));
        let owner = match kind {
            ExceptionKind::Waiver => None,
            ExceptionKind::Reservation => Some(table.required_text("owner").to_owned()),
        };
        let scope = scope(&mut table);
        let granted = table.node("granted");
        let expires = table.required(last);
        let (rule_node, approver_node) = (table.node("rule"), table.node("approver"));
        table.finish();
        let granted = granted.and_then(|node| self.moment(node));
        let expires = expires.and_then(|node| Some((self.moment(node)?, node.span)))?;
        let (expires, expires_span) = expires;
        if let Some(granted) = &granted
            && granted.begins >= expires.ended
        {
            let message = format!("{id} is granted on {}, and is over by then", granted.written);
            self.mistakes.push(Mistake::new(expires_span, message, "before it begins"));
        }
        // Who asks does not decide.
        if let (Some(asks), Some(node)) = (&requester, approver_node)
            && asks.trim().eq_ignore_ascii_case(approver.trim())
        {
            let message = format!("{id} is approved by {approver}, who asked for it");
            let mistake = Mistake::new(node.span, message, "somebody else must approve it");
            self.mistakes.push(mistake);
        }
        let about = self.rules.by_rule().find(|demands| demands[0].facts.id == rule);
        if let (Some(about), Some(node)) = (about, rule_node) {
            self.fits(about, kind, &scope, node);
        }
        let exception = Exception {
            id,
            kind,
            rule,
            scope: scope.into_iter().map(|(name, value, _)| (name, value)).collect(),
            reason,
            risk,
            compensating_measure,
            requester,
            approver,
            approver_role,
            owner,
            granted: granted.as_ref().map(|when| when.written.clone()),
            expires: expires.written,
            state: ExceptionState::Unmatched,
            covers: Vec::new(),
            file: self.source.name().to_owned(),
            position: self.source.position(node.span.start() as usize),
        };
        Some(Granted { exception, from: granted.map(|when| when.begins), until: expires.ended })
    }

    /// Whether the rule allows such an exception, and tells its findings apart by such names.
    fn fits(
        &mut self,
        demands: &[CompiledRule],
        kind: ExceptionKind,
        scope: &[(String, String, Span)],
        node: &Node,
    ) {
        let facts = &demands[0].facts;
        let id = &facts.id;
        if !facts.waivable {
            let message = format!("{id} allows no exception");
            let mistake = Mistake::new(node.span, message, "not waivable");
            self.mistakes.push(mistake.with_help(format!(
                "its standard says `waivable = false`; `aplomb explain {id}` says why it matters"
            )));
        }
        // One demand, where the scope names it; else any of them may be meant.
        let named = scope.iter().find(|(name, ..)| name == "demand");
        let named = named.map(|(_, value, span)| (value.as_str(), *span));
        let meant = |one: &&CompiledRule| named.is_none_or(|(name, _)| called(one) == Some(name));
        let about: Vec<_> = demands.iter().filter(meant).collect();
        if let (Some((name, span)), []) = (named, about.as_slice()) {
            let message = format!("{id} has no demand `{name}`");
            let mistake = Mistake::new(span, message, "unknown here");
            let known = listed(demands.iter().filter_map(called));
            self.mistakes.push(match known {
                none if none.is_empty() => mistake.with_help("it makes one, which has no name"),
                known => mistake.with_help(format!("it has {known}")),
            });
            return;
        }
        let blocker = |one: &&CompiledRule| one.facts.severity == Severity::Blocker;
        if kind == ExceptionKind::Reservation && about.iter().all(blocker) {
            let message = format!("{id} is a blocker, which no plan for later covers");
            let mistake = Mistake::new(node.span, message, "a blocker");
            self.mistakes.push(mistake.with_help("mend it, or have a `[[waiver]]` granted"));
        }
        let own = about.iter().flat_map(|one| &one.identity);
        let mut names: Vec<&str> = own.map(|(name, _)| name.as_str()).collect();
        names.extend(about.iter().map(|one| if one.is_join() { "key" } else { "at" }));
        names.extend(about.iter().filter(|one| called(one).is_some()).map(|_| "demand"));
        names.sort_unstable();
        names.dedup();
        for (name, _, span) in scope.iter().skip(1) {
            if !names.contains(&name.as_str()) {
                let message = format!("the findings of {id} are not told apart by `{name}`");
                let known = listed(names.iter().copied());
                let mistake = Mistake::new(*span, message, "unknown here");
                self.mistakes.push(mistake.with_help(format!("they are by {known}")));
            }
        }
    }

    fn moment(&mut self, node: &Node) -> Option<When> {
        let when = node.as_str().and_then(|text| moment(text.trim(), self.zone));
        if when.is_none() {
            let mistake = Mistake::new(node.span, "this is no date", "not a date");
            self.mistakes.push(mistake.with_help("write 2027-03-31, or 2027-03-31T18:00:00+02:00"));
        }
        when
    }
}

/// The time zone that a name of the IANA database stands for: `Europe/Paris`.
pub fn time_zone(name: &str) -> Option<TimeZone> {
    name.parse().ok()
}

fn moment(text: &str, zone: TimeZone) -> Option<When> {
    let written = text.to_owned();
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(When { written, begins: instant, ended: instant });
    }
    let day: NaiveDate = text.parse().ok()?;
    // Midnight may be skipped where clocks go forward at it: then the day begins an hour later.
    let midnight = |day: NaiveDate| {
        let hours = (0..=2).filter_map(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
        let mut instants =
            hours.filter_map(|hour| zone.from_local_datetime(&day.and_time(hour)).earliest());
        instants.next().map(|instant| instant.fixed_offset())
    };
    let (begins, ended) = (midnight(day)?, midnight(day.checked_add_days(Days::new(1))?)?);
    Some(When { written, begins, ended })
}

/// The subject, then the other names in the order written, each with its place.
fn scope(table: &mut Table<'_, '_>) -> Vec<(String, String, Span)> {
    let what = format!("the scope of {}", table.what());
    let Some(node) = table.required("scope") else { return Vec::new() };
    let Some(mut inner) = Table::new(node, what, table.mistakes()) else { return Vec::new() };
    let subject = inner.required_text("subject").to_owned();
    let mut scope = vec![("subject".to_owned(), subject, node.span)];
    for member in node.members().iter().filter(|member| &*member.key != "subject") {
        match (member.value.as_str(), &member.value.value) {
            (Some(text), _) => {
                scope.push((member.key.to_string(), text.to_owned(), member.key_span));
            }
            (None, Value::Int(_) | Value::UInt(_)) => {
                let text = member.value.scalar_text().unwrap_or_default();
                scope.push((member.key.to_string(), text, member.key_span));
            }
            _ => inner.mistake(wrong_type(&member.value, "a string")),
        }
    }
    scope
}

/// The name of a demand, where its rule makes several.
fn called(rule: &CompiledRule) -> Option<&str> {
    rule.facts.demand.name.as_deref()
}
