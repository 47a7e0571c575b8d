use std::sync::Arc;

use aplomb_model::{Lang, Member, Mistake, Phrase, Severity, Source, Span};
use aplomb_read::authored::Table;
use globset::GlobMatcher;

use crate::subjects::glob;
use crate::tiers::{Change, count, severity};
use crate::wording::Translation;
use crate::{Rule, Standard, Written};

/// A named selection of rules, with severities, values of parameters and limits of the verdict.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name: `gate`.
    pub name: String,
    /// Where it is declared, in `source`: its name.
    pub span: Span,
    /// The file.
    pub source: Arc<Source>,
    /// What it is for, in a line.
    pub title: Phrase,
    /// The profile it starts from.
    pub extends: Option<Written>,
    /// The rules it takes in; with none here and in what it extends, all rules.
    pub rules: Vec<RuleGlob>,
    /// The rules it leaves out again.
    pub without: Vec<RuleGlob>,
    /// Values of parameters, by `name` or `standard:name`.
    pub params: Vec<Member>,
    pub(crate) severity: Vec<(RuleGlob, Change<Severity>)>,
    pub(crate) max_open_majors: Option<Change<u32>>,
    pub(crate) max_not_evaluated: Option<Change<u32>>,
}

/// A glob over rules.
#[derive(Clone, Debug)]
pub struct RuleGlob {
    /// As written: `SW-*`.
    pub text: String,
    /// Where.
    pub span: Span,
    matcher: GlobMatcher,
}

impl RuleGlob {
    fn compile(written: Written) -> Result<Self, Mistake> {
        let matcher = glob(&written, false)?;
        Ok(Self { text: written.text, span: written.span, matcher })
    }

    /// Whether it matches the rule's id (`SW-012`), its name, the label of one of its demands
    /// (`SW-052/user-not-root`), or its standard's id and one of these joined by a slash
    /// (`ssh-server/SW-012`).
    pub fn matches(&self, standard: &Standard, rule: &Rule) -> bool {
        let label = rule.label();
        let qualified = |name: &str| format!("{}/{name}", standard.id);
        [&rule.id, &rule.name, &label]
            .into_iter()
            .any(|name| self.matcher.is_match(name) || self.matcher.is_match(qualified(name)))
    }
}

impl Profile {
    /// Decodes `[profile.NAME]`.
    pub(crate) fn read(
        member: &Member,
        author: Lang,
        source: &Arc<Source>,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Self> {
        let what = format!("profile {}", member.key);
        let mut table = Table::new(&member.value, what, mistakes)?;
        let mut other = Translation::of(&mut table, author);
        let title = table.text("title").unwrap_or_default();
        let profile = Self {
            name: member.key.to_string(),
            span: member.key_span,
            source: source.clone(),
            title: other.phrase("title", title),
            extends: Written::read(&mut table, "extends"),
            rules: globs(&mut table, "rules"),
            without: globs(&mut table, "without"),
            params: table.keyed("param").to_vec(),
            severity: severities(&mut table),
            max_open_majors: limit(&mut table, "max-open-majors"),
            max_not_evaluated: limit(&mut table, "max-not-evaluated"),
        };
        other.finish(&mut table);
        table.finish();
        Some(profile)
    }

    /// The globs that should each match a rule.
    pub(crate) fn globs(&self) -> impl Iterator<Item = &RuleGlob> {
        let severities = self.severity.iter().map(|(glob, _)| glob);
        self.rules.iter().chain(&self.without).chain(severities)
    }
}

fn globs(table: &mut Table<'_, '_>, key: &str) -> Vec<RuleGlob> {
    let mut globs = Vec::new();
    for written in Written::read_all(table, key) {
        match RuleGlob::compile(written) {
            Ok(glob) => globs.push(glob),
            Err(mistake) => table.mistake(mistake),
        }
    }
    globs
}

fn severities(table: &mut Table<'_, '_>) -> Vec<(RuleGlob, Change<Severity>)> {
    let mut severities = Vec::new();
    for member in table.keyed("severity") {
        let key = Written { text: member.key.to_string(), span: member.key_span };
        let what = format!("the severity of {} in {}", member.key, table.what());
        let change = Change::read(&member.value, &what, severity, table.mistakes());
        match RuleGlob::compile(key) {
            Ok(glob) => severities.extend(change.map(|change| (glob, change))),
            Err(mistake) => table.mistake(mistake),
        }
    }
    severities
}

fn limit(table: &mut Table<'_, '_>, key: &str) -> Option<Change<u32>> {
    let node = table.node(key)?;
    let what = format!("`{key}` of {}", table.what());
    Change::read(node, &what, count, table.mistakes())
}
