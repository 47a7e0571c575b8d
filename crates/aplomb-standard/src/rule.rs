use std::sync::Arc;

use aplomb_model::{Lang, Member, Mistake, Node, Outcome, Phrase, Reference, Source, Span};
use aplomb_read::authored::{Table, listed, suggest, wrong_type};

use crate::case::{Case, tier};
use crate::subjects::subject_filters;
use crate::tiers::{Change, SeverityByTier, severity};
use crate::wording::{Translation, phrase};
use crate::{Param, SubjectFilter, Written};

/// One demand.
#[derive(Clone, Debug)]
pub struct Rule {
    /// `SW-012`; unique among all standards of a run.
    pub id: String,
    /// Where the rule begins: its id.
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
    /// CEL over the delivery and the subject: whether the rule applies.
    pub when: Option<Written>,
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
    /// Whether the rule applies to a tier. A rule that is restricted to some tiers applies where
    /// the tier is not known.
    pub fn applies_to_tier(&self, tier: Option<u8>) -> bool {
        self.tiers.is_empty() || tier.is_none_or(|tier| self.tiers.contains(&tier))
    }
}

impl RawCheck {
    /// The text under `key` in the check's table, with its translation, which stands under the
    /// same key in the rule's translation table.
    pub fn phrase(&self, key: &str) -> Option<Phrase> {
        let text = self.node.get(key)?.as_str()?;
        let translation = self.translations.iter().find(|(of, _)| of == key);
        let translation = translation.map(|(_, text)| text.as_str());
        Some(phrase(self.author, text, translation))
    }
}

/// What decoding a rule needs to know of the file it is in.
pub(crate) struct Around<'a> {
    pub(crate) source: &'a Arc<Source>,
    pub(crate) author: Lang,
    pub(crate) kinds: &'a [&'static str],
    pub(crate) params: &'a [Param],
}

impl Around<'_> {
    /// Decodes `[rule.ID]`; nothing where there is no demand in it.
    pub(crate) fn rule(&self, member: &Member, mistakes: &mut Vec<Mistake>) -> Option<Rule> {
        let id = &*member.key;
        if !is_id(id) {
            let message = format!("`{id}` cannot be the id of a rule");
            let mistake = Mistake::new(member.key_span, message, "not an id");
            mistakes.push(mistake.with_help("write capitals, `-` and a number: `SW-012`"));
        }
        let mut table = Table::new(&member.value, format!("rule {id}"), mistakes)?;
        let check = self.check(&mut table);
        let mut other = Translation::of(&mut table, self.author);
        let title = other.phrase("title", table.required_text("title"));
        let why = other.phrase("why", table.text("why").unwrap_or_default());
        let remedy = other.phrase("remedy", table.text("remedy").unwrap_or_default());
        let message = message(&mut table, &mut other, self.source);
        let check = check.map(|(kind, demand)| RawCheck {
            kind,
            key_span: demand.key_span,
            node: demand.value.clone(),
            author: self.author,
            translations: translations(&demand.value, &mut other),
        });
        let name = name(&mut table);
        let severity = rule_severity(&mut table);
        let subjects = table.node("subjects");
        let subjects = subjects.map(|node| subject_filters(node, table.mistakes()));
        let select = Written::read(&mut table, "select");
        let missing = outcome(&mut table, "missing", &MISSING);
        let no_subject = outcome(&mut table, "no-subject", &NO_SUBJECT);
        let when = Written::read(&mut table, "when");
        let references = references(&mut table);
        let tags = table.texts("tags").into_iter().map(str::to_owned);
        let tags = tags.collect();
        let identity = identity(&mut table);
        let waivable = table.boolean("waivable").unwrap_or(true);
        let tiers = tiers(&mut table);
        let effort = Written::read(&mut table, "effort");
        let cases = self.cases(&mut table, id);
        other.finish(&mut table);
        table.finish();
        Some(Rule {
            id: id.to_owned(),
            span: member.key_span,
            name,
            title,
            why,
            severity,
            subjects: subjects.unwrap_or_default(),
            select,
            missing,
            no_subject,
            when,
            message,
            remedy,
            references,
            tags,
            identity,
            waivable,
            tiers,
            effort,
            check: check?,
            cases,
            disabled: None,
        })
    }

    /// The one check of the rule.
    fn check<'a>(&self, table: &mut Table<'a, '_>) -> Option<(&'static str, &'a Member)> {
        let mut found: Vec<(&'static str, &'a Member)> = Vec::new();
        for &kind in self.kinds {
            found.extend(table.member(kind).map(|member| (kind, member)));
        }
        found.sort_by_key(|(_, member)| member.key_span);
        if let [(first, _), others @ ..] = found.as_slice() {
            for (kind, member) in others {
                let message = format!("{} has two checks, `{first}` and `{kind}`", table.what());
                let mistake = Mistake::new(member.key_span, message, "a second check");
                table.mistake(mistake.with_help("a rule makes one demand: make it two rules"));
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

    fn cases(&self, table: &mut Table<'_, '_>, id: &str) -> Vec<Case> {
        let mut cases: Vec<Case> = Vec::new();
        for node in table.tables("case") {
            let Some(case) = Case::read(node, id, self.params, table.mistakes()) else {
                continue;
            };
            if cases.iter().any(|other| other.name == case.name && !case.name.is_empty()) {
                let message = format!("rule {id} has two cases named \"{}\"", case.name);
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
    let stand_in = SeverityByTier::same(aplomb_model::Severity::Blocker);
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
    let texts = check.members().iter().filter(|member| member.value.as_str().is_some());
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

/// Names and the expressions that give their values. `subject`, `at` and `key` are taken: they say
/// where a finding is, whatever the rule.
fn identity(table: &mut Table<'_, '_>) -> Vec<(String, Written)> {
    let mut identity = Vec::new();
    for member in table.keyed("identity") {
        let name = &*member.key;
        if matches!(name, "at" | "key" | "subject") {
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
