//! From rules as written to rules that run.

use std::sync::Arc;

use aplomb_model::{
    Diagnostic, DiagnosticLevel, Member, Mistake, Node, Phrase, RuleFacts, Severity, Span, Value,
};
use aplomb_standard::authored::{listed, suggest, unknown_key, wrong_type};
use aplomb_standard::{FileMistakes, Rule, SelectedRule, Selection, Standard, Written};
use chrono::{DateTime, FixedOffset};

use crate::evidence;
use crate::expression::{Expression, ExpressionError};
use crate::judgement::{NODE_VARIABLES, SUBJECT_VARIABLES};
use crate::kinds::{Check, KINDS};
use crate::path::Path;
use crate::reads::Reads;
use crate::rule::CompiledRule;
use crate::scalar::duration;
use crate::schema;
use crate::template::Template;

/// Rules ready to run.
#[derive(Debug, Default)]
pub struct Compiled {
    pub(crate) rules: Vec<CompiledRule>,
    /// What was noticed about the rules: parameters that nothing uses.
    pub diagnostics: Vec<Diagnostic>,
}

impl Compiled {
    /// How many rules there are; one that makes several demands counts once.
    pub fn len(&self) -> usize {
        self.by_rule().count()
    }

    /// The demands of each rule.
    pub(crate) fn by_rule(&self) -> impl Iterator<Item = &[CompiledRule]> {
        self.rules.chunk_by(|a, b| a.facts.id == b.facts.id)
    }

    /// The ids of the rules.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.facts.id.as_str())
    }

    /// Whether there is no rule at all.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

/// Compiles the selected rules for a delivery of `tier`, judged as of `now`.
///
/// # Errors
/// With all mistakes of all rules, by file.
pub fn compile(
    selection: &Selection<'_>,
    now: DateTime<FixedOffset>,
    tier: Option<u8>,
) -> Result<Compiled, Vec<FileMistakes>> {
    let mut compiled = Compiled::default();
    let mut wrong: Vec<(&Standard, Vec<Mistake>)> = Vec::new();
    let mut params: Option<(&str, Arc<Node>)> = None;
    for selected in &selection.rules {
        let standard = selected.standard;
        if !selected.rule.applies_to_tier(tier) {
            continue;
        }
        let own = match &params {
            Some((id, own)) if *id == standard.id => Arc::clone(own),
            _ => {
                let empty = || Node::new(standard.span, Value::Map(Vec::new()));
                let own = selection.params(&standard.id).cloned();
                let own = Arc::new(own.unwrap_or_else(empty));
                params = Some((&standard.id, Arc::clone(&own)));
                own
            }
        };
        let mut mistakes = Vec::new();
        let mut compiling = Compiling {
            selection,
            selected: *selected,
            params: &own,
            now,
            mistakes: &mut mistakes,
        };
        if let Some(rule) = compiling.compile(tier, &own)
            && mistakes.is_empty()
        {
            compiled.rules.push(rule);
            continue;
        }
        match wrong.last_mut() {
            Some((last, list)) if last.id == standard.id => list.append(&mut mistakes),
            _ => wrong.push((standard, mistakes)),
        }
    }
    if wrong.is_empty() {
        compiled.diagnostics = unused_params(selection);
        return Ok(compiled);
    }
    let files = wrong.into_iter();
    let files = files.map(|(standard, mistakes)| {
        FileMistakes::new("standard", Arc::clone(&standard.source), mistakes)
    });
    Err(files.collect())
}

/// What the compilation of one rule works with.
pub(crate) struct Compiling<'a> {
    selection: &'a Selection<'a>,
    selected: SelectedRule<'a>,
    params: &'a Node,
    now: DateTime<FixedOffset>,
    pub(crate) mistakes: &'a mut Vec<Mistake>,
}

impl<'a> Compiling<'a> {
    /// The rule.
    pub(crate) fn rule(&self) -> &'a Rule {
        self.selected.rule
    }

    /// Records a mistake.
    pub(crate) fn mistake(
        &mut self,
        span: Span,
        message: impl Into<String>,
        label: impl Into<String>,
    ) {
        self.mistakes.push(Mistake::new(span, message, label));
    }

    /// A table in which nothing but `known` may stand.
    pub(crate) fn table<'n>(
        &mut self,
        node: &'n Node,
        what: &str,
        known: &[&str],
    ) -> Option<&'n Node> {
        if !matches!(node.value, Value::Map(_)) {
            self.mistakes.push(wrong_type(node, "a table"));
            return None;
        }
        let what = format!("`{what}`");
        for member in node.members() {
            if !known.contains(&&*member.key) {
                let known = known.iter().copied();
                self.mistakes.push(unknown_key(member, &what, known));
            }
        }
        Some(node)
    }

    /// The value of a key that must be there.
    pub(crate) fn required<'n>(&mut self, table: &'n Node, key: &str) -> Option<&'n Node> {
        let found = table.get(key);
        if found.is_none() {
            let message = format!("`{key}` is missing here");
            self.mistake(table.span, message, format!("needs `{key}`"));
        }
        found
    }

    /// An expression over `variables`.
    pub(crate) fn expression(
        &mut self,
        node: &Node,
        variables: &[&'static str],
    ) -> Option<Expression> {
        let text = self.text(node)?;
        self.expressed(Expression::compile(text, variables), text, node.span)
    }

    /// An expression that must be true or false.
    pub(crate) fn condition(
        &mut self,
        node: &Node,
        variables: &[&'static str],
    ) -> Option<Expression> {
        let text = self.text(node)?;
        self.expressed(Expression::compile_condition(text, variables), text, node.span)
    }

    /// A key that is true or false; false where it is absent.
    pub(crate) fn flag(&mut self, table: &Node, key: &str) -> bool {
        let Some(node) = table.get(key) else { return false };
        if node.as_bool().is_none() {
            self.mistakes.push(wrong_type(node, "a boolean"));
        }
        node.as_bool().unwrap_or(false)
    }

    /// The texts of a list under a key, each with its node; none where it is absent.
    pub(crate) fn texts<'n>(&mut self, table: &'n Node, key: &str) -> Vec<(&'n Node, &'n str)> {
        let Some(node) = table.get(key) else { return Vec::new() };
        if !matches!(node.value, Value::List(_)) {
            self.mistakes.push(wrong_type(node, "an array"));
        }
        node.items().iter().filter_map(|item| Some((item, self.text(item)?))).collect()
    }

    /// A selection.
    pub(crate) fn path(&mut self, node: &Node) -> Option<Path> {
        let text = self.text(node)?;
        self.parsed(text, node.span)
    }

    /// The rule's own selection; the whole subject where it makes none.
    pub(crate) fn rule_path(&mut self) -> Option<Path> {
        match &self.rule().select {
            Some(written) => self.parsed(&written.text, written.span),
            None => Path::parse("$").ok(),
        }
    }

    /// A message with placeholders, written at `span`.
    pub(crate) fn template(
        &mut self,
        message: &Phrase,
        span: Span,
        variables: &[&'static str],
    ) -> Option<Template> {
        match Template::compile(message, variables) {
            Ok(template) => Some(template),
            Err(error) => {
                self.wrong_expression(error, &message.en, span);
                None
            }
        }
    }

    /// The rule's own message, where it has one.
    pub(crate) fn rule_message(&mut self, variables: &[&'static str]) -> Option<Template> {
        let message = self.rule().message.as_ref()?;
        self.template(&message.phrase, message.span, variables)
    }

    /// The entries of the catalogue that a node names: of the rule's own standard by its name, of
    /// another one as `standard:name`.
    pub(crate) fn catalogue(&mut self, name: &Node) -> Option<Vec<Node>> {
        let written = self.text(name)?;
        let (standard, wanted) = match written.split_once(':') {
            Some((id, wanted)) => (self.standard(id, name.span)?, wanted),
            None => (self.selected.standard, written),
        };
        let catalogues = &standard.catalogues;
        let found = catalogues.iter().find(|catalogue| catalogue.name == wanted);
        if found.is_none() {
            let names = || catalogues.iter().map(|catalogue| catalogue.name.as_str());
            let help = match suggest(wanted, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if catalogues.is_empty() => "the standard declares none".to_owned(),
                None => format!("the standard declares {}", listed(names())),
            };
            let message =
                format!("there is no catalogue `{wanted}` in the standard {}", standard.id);
            let mistake = Mistake::new(name.span, message, "not declared");
            self.mistakes.push(mistake.with_help(help));
        }
        found.map(|catalogue| catalogue.entries.clone())
    }

    /// Another standard by its id.
    fn standard(&mut self, id: &str, span: Span) -> Option<&'a Standard> {
        let standards = self.selection.standards();
        let found = standards.iter().find(|standard| standard.id == id);
        if found.is_none() {
            let ids = || standards.iter().map(|standard| standard.id.as_str());
            let help = match suggest(id, ids()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("load it too; there are {}", listed(ids())),
            };
            let message = format!("there is no standard `{id}` whose catalogue this could be");
            self.mistakes.push(Mistake::new(span, message, "not loaded").with_help(help));
        }
        found
    }

    /// What was written, with each `{ param = "name" }` replaced by the parameter's value.
    pub(crate) fn with_params(&mut self, node: &Node) -> Node {
        let value = match &node.value {
            Value::List(items) => Value::List(items.iter().map(|i| self.with_params(i)).collect()),
            Value::Map(members) => {
                if let [only] = members.as_slice()
                    && &*only.key == "param"
                    && let Some(name) = only.value.as_str()
                {
                    return self.param(name, &only.value);
                }
                let members = members.iter().map(|member| Member {
                    value: self.with_params(&member.value),
                    ..member.clone()
                });
                Value::Map(members.collect())
            }
            other => other.clone(),
        };
        Node::new(node.span, value)
    }

    /// What schemas are compiled with.
    pub(crate) fn schema_options(&self) -> schema::Options {
        schema::Options { now: self.now.to_utc() }
    }

    fn param(&mut self, name: &str, at: &Node) -> Node {
        if let Some(value) = self.params.get(name) {
            return value.clone();
        }
        let names = || self.params.members().iter().map(|member| &*member.key);
        let help = match suggest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the standard declares {}", listed(names())),
        };
        let message = format!("there is no parameter `{name}` in this standard");
        let mistake = Mistake::new(at.span, message, "not declared");
        self.mistakes.push(mistake.with_help(help));
        at.clone()
    }

    fn compile(&mut self, tier: Option<u8>, params: &Arc<Node>) -> Option<CompiledRule> {
        let rule = self.rule();
        let kind = KINDS.iter().find(|kind| kind.id == rule.check.kind)?;
        let check = (kind.compile)(self, &rule.check.node);
        let of_nodes = matches!(check, Some(Check::Nodes(_)));
        if of_nodes && rule.subjects.is_empty() {
            let message = format!("rule {} does not say what it is about", rule.label());
            let mistake = Mistake::new(rule.span, message, "needs `subjects`");
            let help = "`subjects = { kind = \"config\", format = \"yaml\" }`";
            self.mistakes.push(mistake.with_help(help));
        }
        let select = self.rule_path()?;
        let when = rule.when.iter().filter_map(|written| self.when(written)).collect();
        let unsure = rule.unsure.as_ref();
        let unsure = unsure.and_then(|written| self.unsure(written, of_nodes));
        let point_at = rule.point_at.as_ref();
        let point_at = point_at.and_then(|written| self.point_at(written, of_nodes));
        let message = of_nodes.then(|| self.rule_message(NODE_VARIABLES)).flatten();
        let identity = self.identity(of_nodes);
        Some(CompiledRule {
            facts: Arc::new(self.facts(self.selected.severity.for_tier(tier))),
            check: check?,
            no_subject: rule.no_subject,
            secret: rule.check.node.get("secret").and_then(Node::as_bool) == Some(true),
            params: Arc::clone(params),
            subjects: rule.subjects.clone(),
            reads: self.reads(&select),
            select,
            missing: rule.missing,
            when,
            unsure,
            point_at,
            message,
            identity,
            effort: self.effort(),
        })
    }

    /// What it takes to mend one subject, in minutes.
    fn effort(&mut self) -> Option<u32> {
        let written = self.rule().effort.as_ref()?;
        let length = duration(&written.text);
        let minutes = length.and_then(|length| u32::try_from(length.num_minutes()).ok());
        if minutes.is_none() {
            let mistake = Mistake::new(written.span, "this is no length of time", "not a duration");
            self.mistakes.push(mistake.with_help("write 30m, 2h or 3d"));
        }
        minutes
    }

    fn reads(&self, select: &Path) -> Reads {
        let rule = self.rule();
        let written = rule.when.iter().chain(&rule.unsure);
        let when = written.map(|one| Node::text(one.span, one.text.as_str()));
        let when: Vec<_> = when.collect();
        let written = std::iter::once(&rule.check.node).chain(&when);
        Reads::of(select, written, rule.check.kind == "text")
    }

    fn identity(&mut self, of_nodes: bool) -> Vec<(String, Expression)> {
        let rule = self.rule();
        if let Some((name, written)) = rule.identity.first()
            && !of_nodes
        {
            let message = format!(
                "`{name}` tells nothing apart: the findings of a join are told apart by their key"
            );
            self.mistake(written.span, message, "not for a join");
            return Vec::new();
        }
        let mut identity = Vec::new();
        for (name, written) in &rule.identity {
            let compiled = Expression::compile(&written.text, NODE_VARIABLES);
            let compiled = self.expressed(compiled, &written.text, written.span);
            identity.extend(compiled.map(|expression| (name.clone(), expression)));
        }
        identity
    }

    fn when(&mut self, written: &Written) -> Option<(Expression, String)> {
        let compiled = Expression::compile_condition(&written.text, SUBJECT_VARIABLES);
        let expression = self.expressed(compiled, &written.text, written.span)?;
        Some((expression, written.text.trim().to_owned()))
    }

    fn unsure(&mut self, written: &Written, of_nodes: bool) -> Option<Expression> {
        if !of_nodes {
            let message = "a join says itself what leaves it in doubt";
            let mistake = Mistake::new(written.span, message, "not for a join");
            let help = "write `unseen` or `may_be_empty` on its sides";
            self.mistakes.push(mistake.with_help(help));
            return None;
        }
        let compiled = Expression::compile_condition(&written.text, NODE_VARIABLES);
        self.expressed(compiled, &written.text, written.span)
    }

    fn point_at(&mut self, written: &Written, of_nodes: bool) -> Option<Path> {
        if !of_nodes {
            let message = "a join points at what its keys are taken from";
            self.mistake(written.span, message, "not for a join");
            return None;
        }
        self.parsed(&written.text, written.span)
    }

    fn facts(&self, severity: Severity) -> RuleFacts {
        let SelectedRule { standard, rule, .. } = self.selected;
        RuleFacts {
            id: rule.id.clone(),
            name: match &rule.part {
                Some(part) => format!("{}/{}", rule.name, part.name),
                None => rule.name.clone(),
            },
            standard: standard.id.clone(),
            domain: standard.domain.id().to_owned(),
            severity,
            title: rule.title.clone(),
            demand: evidence::demand(&standard.source, rule),
            remedy: rule.remedy.clone(),
            waivable: rule.waivable,
            references: rule.references.clone(),
        }
    }

    pub(crate) fn text<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        let text = node.as_str();
        if text.is_none() {
            self.mistakes.push(wrong_type(node, "a string"));
        }
        text
    }

    fn parsed(&mut self, text: &str, span: Span) -> Option<Path> {
        match Path::parse(text) {
            Ok(path) => Some(path),
            Err(error) => {
                let span = self.within(span, text, error.span);
                self.mistake(span, error.message, "in this path");
                None
            }
        }
    }

    fn expressed(
        &mut self,
        compiled: Result<Expression, ExpressionError>,
        text: &str,
        span: Span,
    ) -> Option<Expression> {
        compiled.map_err(|error| self.wrong_expression(error, text, span)).ok()
    }

    fn wrong_expression(&mut self, error: ExpressionError, text: &str, span: Span) {
        let span = self.within(span, text, error.span);
        let mut mistake = Mistake::new(span, error.message, "here");
        mistake.help = error.help;
        self.mistakes.push(mistake);
    }

    /// A span within a text, brought to where the text was written. Where escapes make the two
    /// differ, the whole text is pointed at.
    fn within(&self, written: Span, text: &str, inner: Span) -> Span {
        let source = self.selected.standard.source.text();
        let raw = source.get(written.range()).unwrap_or_default();
        match raw.find(text) {
            Some(offset) => inner.shifted(written.start() + offset as u32),
            None => written,
        }
    }
}

/// A diagnostic for each parameter that no rule of its standard mentions.
fn unused_params(selection: &Selection<'_>) -> Vec<Diagnostic> {
    let mut standards: Vec<&Standard> = selection.rules.iter().map(|one| one.standard).collect();
    standards.dedup_by_key(|standard| &standard.id);
    let mut diagnostics = Vec::new();
    for standard in standards {
        for param in &standard.params {
            if !standard.rules.iter().any(|rule| mentions(rule, &param.name)) {
                let name = &param.name;
                diagnostics.push(Diagnostic {
                    level: DiagnosticLevel::Warning,
                    code: "unused-param".into(),
                    message: Phrase::new(
                        format!("no rule uses the parameter `{name}`"),
                        format!("aucune règle n'utilise le paramètre `{name}`"),
                    ),
                    file: Some(standard.source.name().to_owned()),
                    position: Some(standard.source.position(param.span.start() as usize)),
                });
            }
        }
    }
    diagnostics
}

fn mentions(rule: &Rule, name: &str) -> bool {
    fn within(node: &Node, name: &str) -> bool {
        match &node.value {
            Value::Text(text) => text.contains(name),
            Value::List(items) => items.iter().any(|item| within(item, name)),
            Value::Map(members) => members.iter().any(|member| within(&member.value, name)),
            _ => false,
        }
    }
    let message = rule.message.as_ref().map(|message| &message.phrase.en);
    let written = rule.when.iter().chain(&rule.unsure).map(|written| &written.text);
    let texts = written.chain(message);
    within(&rule.check.node, name) || texts.into_iter().any(|text| text.contains(name))
}
