//! From `[rule.ID]` as written to [`Rule`]s, with every mistake on the way.

use std::sync::Arc;

use aplomb_model::{Lang, Member, Mistake, Node, Outcome, Phrase, Reference, Severity, Source};
use aplomb_read::authored::{Table, listed, suggest, wrong_type};

use super::{Message, Part, RawCheck, Rule, said};
use crate::case::{Case, tier};
use crate::subjects::subject_filters;
use crate::tiers::{Change, SeverityByTier, severity};
use crate::wording::Translation;
use crate::{Param, Written};

/// What decoding a rule needs to know of the file it is in.
pub(crate) struct Around<'a> {
    pub(crate) source: &'a Arc<Source>,
    pub(crate) author: Lang,
    pub(crate) kinds: &'a [&'static str],
    pub(crate) params: &'a [Param],
}

impl Around<'_> {
    /// Decodes `[rule.ID]`: one demand, several where it has a table of them, none where there is
    /// no demand in it.
    pub(crate) fn rules(&self, member: &Member, mistakes: &mut Vec<Mistake>) -> Vec<Rule> {
        let id = &*member.key;
        if !is_id(id) {
            let message = format!("`{id}` cannot be the id of a rule");
            let mistake = Mistake::new(member.key_span, message, "not an id");
            mistakes.push(mistake.with_help("write capitals, `-` and a number: `SW-012`"));
        }
        let Some(mut table) = Table::new(&member.value, format!("rule {id}"), mistakes) else {
            return Vec::new();
        };
        let mut other = Translation::of(&mut table, self.author);
        let parts = table.node("demand").is_some();
        let check = if parts {
            self.refuse_own(&mut table);
            None
        } else {
            self.check(&mut table, &mut other)
        };
        let rule = Rule {
            id: id.to_owned(),
            part: None,
            span: member.key_span,
            name: name(&mut table),
            title: Phrase::default(),
            why: Phrase::default(),
            severity: rule_severity(&mut table),
            subjects: Vec::new(),
            select: None,
            missing: Outcome::NotEvaluated,
            no_subject: outcome(&mut table, "no-subject", &NO_SUBJECT),
            when: Vec::new(),
            unsure: None,
            point_at: None,
            message: None,
            remedy: Phrase::default(),
            references: Vec::new(),
            tags: table.texts("tags").into_iter().map(str::to_owned).collect(),
            identity: Vec::new(),
            waivable: table.boolean("waivable").unwrap_or(true),
            tiers: tiers(&mut table),
            effort: Written::read(&mut table, "effort"),
            check: check.unwrap_or_else(|| RawCheck::none(&member.value, self.author)),
            cases: Vec::new(),
            disabled: None,
        };
        let mut rule = self.terms(&mut table, &mut other, rule);
        let rules = if parts {
            self.parts(&mut table, &rule)
        } else {
            rule.cases = self.cases(&mut table);
            Vec::from_iter((!rule.check.kind.is_empty()).then_some(rule))
        };
        other.finish(&mut table);
        table.finish();
        rules
    }

    /// Decodes `[rule.ID.demand.NAME]` of each demand of `rule`.
    fn parts(&self, table: &mut Table<'_, '_>, rule: &Rule) -> Vec<Rule> {
        let members = table.keyed("demand");
        if members.is_empty() {
            let span = table.node("demand").map_or(rule.span, |node| node.span);
            let message = format!("{} has no demand", table.what());
            let mistake = Mistake::new(span, message, "empty");
            table.mistake(mistake.with_help("write a `[rule.ID.demand.NAME]` for each"));
        }
        let mut parts = Vec::new();
        for member in members {
            let name = &*member.key;
            if !is_kebab(name) {
                let message = format!("`{name}` is not in kebab-case");
                let mistake = Mistake::new(member.key_span, message, "not a name");
                let help = "write lower-case words and digits joined by `-`";
                table.mistake(mistake.with_help(help));
            }
            let what = format!("demand {name} of {}", table.what());
            let Some(mut own) = Table::new(&member.value, what, table.mistakes()) else {
                continue;
            };
            let mut other = Translation::of(&mut own, self.author);
            let check = self.check(&mut own, &mut other);
            let mut part = self.terms(&mut own, &mut other, rule.clone());
            part.part = Some(Part { name: name.to_owned(), of: rule.title.clone() });
            part.span = member.key_span;
            if own.node("severity").is_some() {
                part.severity = rule_severity(&mut own);
            }
            part.cases = self.cases(&mut own);
            other.finish(&mut own);
            own.finish();
            if let Some(check) = check {
                parts.push(Rule { check, ..part });
            }
        }
        parts
    }

    /// What a rule says of its demand, and each of several demands may say anew; what it does not,
    /// `above` does.
    fn terms(&self, table: &mut Table<'_, '_>, other: &mut Translation<'_>, above: Rule) -> Rule {
        let mut when = above.when;
        when.extend(Written::read(table, "when"));
        let mut said = |key: &str, table: &mut Table<'_, '_>, above: Phrase| {
            table.text(key).map_or(above, |text| other.phrase(key, text))
        };
        let why = said("why", table, above.why);
        let remedy = said("remedy", table, above.remedy);
        let missing = match table.node("missing") {
            Some(_) => outcome(table, "missing", &MISSING),
            None => above.missing,
        };
        let references = match table.node("references") {
            Some(_) => references(table),
            None => above.references,
        };
        let identity = match table.node("identity") {
            Some(_) => identity(table),
            None => above.identity,
        };
        let subjects = table.node("subjects");
        let subjects = subjects.map(|node| subject_filters(node, table.mistakes()));
        Rule {
            title: other.phrase("title", table.required_text("title")),
            why,
            subjects: subjects.unwrap_or(above.subjects),
            select: Written::read(table, "select").or(above.select),
            missing,
            when,
            unsure: Written::read(table, "unsure").or(above.unsure),
            point_at: Written::read(table, "point-at").or(above.point_at),
            message: message(table, other, self.source).or(above.message),
            remedy,
            references,
            identity,
            ..above
        }
    }

    /// A rule that makes several demands makes none besides, and has no cases of its own.
    fn refuse_own(&self, table: &mut Table<'_, '_>) {
        let own = |key: &&str| *key == "case" || self.kinds.contains(key);
        let keys: Vec<_> = table.as_node().members().iter().map(|member| &*member.key).collect();
        for key in keys.into_iter().filter(|key| own(key)) {
            let Some(member) = table.member(key) else { continue };
            let message = format!("{} has demands, and `{key}` beside them", table.what());
            let mistake = Mistake::new(member.key_span, message, "of which demand?");
            table.mistake(mistake.with_help("put it into a `[rule.ID.demand.NAME]`"));
        }
    }

    /// The one check of a demand.
    fn check(&self, table: &mut Table<'_, '_>, other: &mut Translation<'_>) -> Option<RawCheck> {
        let (kind, demand) = self.kind(table)?;
        Some(RawCheck {
            kind,
            key_span: demand.key_span,
            node: demand.value.clone(),
            author: self.author,
            translations: translations(&demand.value, other),
        })
    }

    /// The kind of check that a demand names, and what it says of it.
    fn kind<'a>(&self, table: &mut Table<'a, '_>) -> Option<(&'static str, &'a Member)> {
        let mut found: Vec<(&'static str, &'a Member)> = Vec::new();
        for &kind in self.kinds {
            found.extend(table.member(kind).map(|member| (kind, member)));
        }
        found.sort_by_key(|(_, member)| member.key_span);
        if let [(first, _), others @ ..] = found.as_slice() {
            for (kind, member) in others {
                let message = format!("{} has two checks, `{first}` and `{kind}`", table.what());
                let mistake = Mistake::new(member.key_span, message, "a second check");
                table.mistake(mistake.with_help(
                    "a demand has one check: make it two rules, or two `[rule.ID.demand.NAME]`",
                ));
            }
            return found.first().copied();
        }
        let kinds = || self.kinds.iter().copied();
        // A kind mistyped is one mistake, not a check missing and an unknown key.
        let near = table
            .as_node()
            .members()
            .iter()
            .find_map(|member| Some((member, suggest(&member.key, kinds())?)));
        let mistake = if let Some((member, kind)) = near {
            table.member(&member.key);
            let message = format!("{} has no check, but a key `{}`", table.what(), member.key);
            Mistake::new(member.key_span, message, "no kind of check")
                .with_help(format!("did you mean `{kind}`?"))
        } else {
            let message = format!("{} has no check", table.what());
            Mistake::new(table.as_node().span, message, "a check is missing")
                .with_help(format!("say what it demands with one of {}", listed(kinds())))
        };
        table.mistake(mistake);
        None
    }

    fn cases(&self, table: &mut Table<'_, '_>) -> Vec<Case> {
        let what = table.what().to_owned();
        let mut cases: Vec<Case> = Vec::new();
        for node in table.tables("case") {
            let Some(case) = Case::read(node, &what, self.params, table.mistakes()) else {
                continue;
            };
            if cases.iter().any(|other| other.name == case.name && !case.name.is_empty()) {
                let message = format!("{what} has two cases named \"{}\"", case.name);
                table.mistake(Mistake::new(case.span, message, "the same name again"));
            }
            cases.push(case);
        }
        cases
    }
}

const MISSING: [Outcome; 4] =
    [Outcome::NotEvaluated, Outcome::Fail, Outcome::Pass, Outcome::NotApplicable];
const NO_SUBJECT: [Outcome; 3] = [Outcome::NotEvaluated, Outcome::NotApplicable, Outcome::Fail];

/// One of several outcomes; the first where nothing is said.
fn outcome<const N: usize>(
    table: &mut Table<'_, '_>,
    key: &str,
    allowed: &[Outcome; N],
) -> Outcome {
    let word = table.one_of(key, &allowed.map(Outcome::id));
    word.and_then(Outcome::from_id).unwrap_or(Outcome::NotEvaluated)
}

fn name(table: &mut Table<'_, '_>) -> String {
    let name = table.required_text("name");
    if !name.is_empty() && !is_kebab(name) {
        let span = table.node("name").map_or(table.as_node().span, |node| node.span);
        let message = format!("`{name}` is not in kebab-case");
        let mistake = Mistake::new(span, message, "not a name");
        table.mistake(mistake.with_help("write lower-case words and digits joined by `-`"));
    }
    name.to_owned()
}

fn rule_severity(table: &mut Table<'_, '_>) -> SeverityByTier {
    let stand_in = SeverityByTier::same(Severity::Blocker);
    let Some(node) = table.required("severity") else {
        return stand_in;
    };
    let what = format!("the severity of {}", table.what());
    let read = Change::read(node, &what, severity, table.mistakes());
    let complete = read.and_then(|change| change.complete(node, &what, table.mistakes()));
    complete.unwrap_or(stand_in)
}

/// The text under `message`.
pub(crate) fn message(
    table: &mut Table<'_, '_>,
    other: &mut Translation<'_>,
    source: &Arc<Source>,
) -> Option<Message> {
    let written = Written::read(table, "message");
    let text = written.as_ref().map_or("", |written| &written.text);
    let phrase = other.phrase("message", text);
    Some(Message { phrase, span: written?.span, source: source.clone() })
}

/// The translations of the texts that the check's own table holds.
fn translations(check: &Node, other: &mut Translation<'_>) -> Vec<(String, String)> {
    let texts = check.members().iter().filter(|member| said(&member.value).is_some());
    texts
        .filter_map(|member| {
            let text = other.get(&member.key)?;
            Some((member.key.to_string(), text.to_owned()))
        })
        .collect()
}

fn references(table: &mut Table<'_, '_>) -> Vec<Reference> {
    let mut references = Vec::new();
    for node in table.tables("references") {
        let what = format!("a reference of {}", table.what());
        let Some(mut one) = Table::new(node, what, table.mistakes()) else {
            continue;
        };
        references.push(Reference {
            standard: one.required_text("standard").to_owned(),
            version: one.text("version").map(str::to_owned),
            id: one.required_text("id").to_owned(),
            unverified: one.boolean("unverified").unwrap_or(false),
        });
        one.finish();
    }
    references
}

/// Names and the expressions that give their values. `subject`, `demand`, `at` and `key` are taken:
/// they say what a finding is about and where it is, whatever the rule.
fn identity(table: &mut Table<'_, '_>) -> Vec<(String, Written)> {
    let mut identity = Vec::new();
    for member in table.keyed("identity") {
        let name = &*member.key;
        if matches!(name, "at" | "demand" | "key" | "subject") {
            let message = format!("`{name}` is taken in `identity`: every finding has one");
            table.mistake(Mistake::new(member.key_span, message, "another name"));
        }
        match member.value.as_str() {
            Some(text) => {
                let written = Written { text: text.to_owned(), span: member.value.span };
                identity.push((name.to_owned(), written));
            }
            None => table.mistake(wrong_type(&member.value, "a string")),
        }
    }
    identity
}

fn tiers(table: &mut Table<'_, '_>) -> Vec<u8> {
    let mut tiers = Vec::new();
    for node in table.list("tiers") {
        match tier(node) {
            Ok(tier) => tiers.push(tier),
            Err(mistake) => table.mistake(mistake),
        }
    }
    tiers
}

/// Capitals and digits, a hyphen, and letters, digits and hyphens: `SW-012`, `ACME2-dex-1`.
fn is_id(text: &str) -> bool {
    let Some((family, rest)) = text.split_once('-') else {
        return false;
    };
    let capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    family.starts_with(|c: char| c.is_ascii_uppercase())
        && family.chars().all(capital)
        && !rest.is_empty()
        && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}

/// Words of lower-case letters and digits, joined by single hyphens.
pub(crate) fn is_kebab(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.split('-').all(|word| !word.is_empty() && word.chars().all(plain))
}
