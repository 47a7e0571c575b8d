use aplomb_model::{
    Diagnostic, DiagnosticLevel, LeftOut, Member, Mistake, Node, Phrase, Source, Span, Value,
    WhyLeftOut,
};
use aplomb_read::authored::{listed, suggest, unknown_key};
use thiserror::Error;

use crate::{Param, Policy, Profile, Rule, SeverityByTier, Standard, Terms};

/// What a run applies of a policy.
#[derive(Debug)]
pub struct Selection<'p> {
    /// Name of the profile, if one was chosen.
    pub profile: Option<&'p str>,
    /// The rules that run, in the order of their standards.
    pub rules: Vec<SelectedRule<'p>>,
    /// The rules that are loaded and do not run, each with what leaves it out.
    pub left_out: Vec<LeftOut>,
    /// What the house settles beside its rules.
    pub terms: Terms,
    /// What is odd about the selection: what it names and nothing answers to, what is switched off.
    pub diagnostics: Vec<Diagnostic>,
    params: Vec<(&'p str, Node)>,
    standards: &'p [Standard],
}

/// A rule that runs.
#[derive(Clone, Copy, Debug)]
pub struct SelectedRule<'p> {
    /// Its standard.
    pub standard: &'p Standard,
    /// The rule.
    pub rule: &'p Rule,
    /// What a failure weighs under the profile.
    pub severity: SeverityByTier,
}

/// Why a policy could not be applied: the fault of who asked for it. Displayed in English.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ApplyError {
    /// The profile that was asked for does not exist: what is wrong, and what there is instead.
    #[error("{}", .0.en)]
    UnknownProfile(Phrase),
    /// A parameter that was set for the run does not exist: what is wrong, and what there is
    /// instead.
    #[error("{}", .0.en)]
    UnknownParam(Phrase),
    /// A parameter was set for the run to something it cannot be: what is wrong, and what to
    /// write.
    #[error("{}", .0.en)]
    BadParam(Phrase),
    /// The manifest sets a parameter wrongly; the span lies in the manifest.
    #[error("{}", .0.message)]
    Manifest(Mistake),
}

impl Policy {
    /// Settles what runs.
    ///
    /// `set` are parameters set for this run, as texts; `manifest` is the table of parameters in
    /// the delivery's manifest. A parameter's value is its default, unless the manifest says
    /// otherwise, unless the profile does, unless the run does: who judges outranks who is judged.
    /// Parameters are named by `name`, for every standard that has it, or by `standard:name`.
    ///
    /// # Errors
    /// All of what was asked for and cannot be.
    pub fn apply(
        &self,
        profile: Option<&str>,
        set: &[(String, String)],
        manifest: Option<&Node>,
    ) -> Result<Selection<'_>, Vec<ApplyError>> {
        let mut errors = Vec::new();
        let chain = self.chain(profile).unwrap_or_else(|error| {
            errors.push(error);
            Vec::new()
        });
        let mut diagnostics = self.idle(&chain);
        let values = Values {
            manifest: self.manifest_values(manifest, &mut errors),
            profiles: chain.iter().flat_map(|profile| &profile.params).collect(),
            run: self.run_values(set, &mut errors),
        };
        if !errors.is_empty() {
            return Err(errors);
        }
        diagnostics.extend(self.standards.iter().flat_map(|standard| values.set_aside(standard)));
        let (rules, left_out) = self.selected(&chain, &mut diagnostics);
        let params = self.standards.iter();
        let params = params.map(|standard| (standard.id.as_str(), values.of(standard)));
        Ok(Selection {
            profile: chain.last().map(|profile| profile.name.as_str()),
            rules,
            left_out,
            terms: self.terms(&chain),
            diagnostics,
            params: params.collect(),
            standards: &self.standards,
        })
    }

    /// The profile and what it extends, the first ancestor first.
    fn chain(&self, name: Option<&str>) -> Result<Vec<&Profile>, ApplyError> {
        let mut chain: Vec<&Profile> = Vec::new();
        let mut next = name;
        while let Some(name) = next {
            let profile = self.profile(name).ok_or_else(|| self.unknown_profile(name))?;
            // Circles are mistakes of the policy; here they only must not turn for ever.
            if chain.iter().any(|other| other.name == profile.name) {
                break;
            }
            chain.push(profile);
            next = profile.extends.as_ref().map(|parent| parent.text.as_str());
        }
        chain.reverse();
        Ok(chain)
    }

    /// The terms of all files, in their order, with those of the profiles over them.
    fn terms(&self, chain: &[&Profile]) -> Terms {
        let mut terms = Terms::default();
        let stated = chain.iter().map(|profile| &profile.terms);
        for change in self.terms.iter().chain(stated) {
            terms.change(change);
        }
        terms
    }

    fn selected(
        &self,
        chain: &[&Profile],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Vec<SelectedRule<'_>>, Vec<LeftOut>) {
        let all = chain.iter().all(|profile| profile.rules.is_empty());
        let mut selected = Vec::new();
        let mut left_out = Vec::new();
        for (standard, rule) in self.rules() {
            let mut kept = all;
            let mut severity = rule.severity;
            for profile in chain {
                kept |= profile.rules.iter().any(|glob| glob.matches(standard, rule));
                kept &= !profile.without.iter().any(|glob| glob.matches(standard, rule));
                let changes = profile.severity.iter();
                for (_, change) in changes.filter(|(glob, _)| glob.matches(standard, rule)) {
                    severity = severity.changed(change);
                }
            }
            match &rule.disabled {
                Some(reason) if kept => {
                    diagnostics.push(switched_off(standard, rule, reason));
                    let reason = Phrase::same(reason);
                    left_out.push(standard.leaving_out(rule, WhyLeftOut::Disabled, reason));
                }
                _ if kept => selected.push(SelectedRule { standard, rule, severity }),
                _ => {
                    let name = chain.last().map_or("", |profile| profile.name.as_str());
                    let reason = Phrase::new(
                        format!("the profile {name} does not take it in"),
                        format!("le profil {name} ne la retient pas"),
                    );
                    left_out.push(standard.leaving_out(rule, WhyLeftOut::Profile, reason));
                }
            }
        }
        (selected, left_out)
    }

    /// What profiles and overrides name and nothing answers to.
    fn idle(&self, chain: &[&Profile]) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for profile in chain {
            for glob in profile.globs() {
                if !self.rules().any(|(standard, rule)| glob.matches(standard, rule)) {
                    let (name, text) = (&profile.name, &glob.text);
                    let message = Phrase::new(
                        format!("profile {name}: `{text}` matches no rule that is loaded"),
                        format!("profil {name} : `{text}` ne désigne aucune règle chargée"),
                    );
                    found.push(warning("idle-rule-glob", message, &profile.source, glob.span));
                }
            }
            for member in &profile.params {
                if !self.has_param(&member.key) {
                    let (name, key) = (&profile.name, &member.key);
                    let message = Phrase::new(
                        format!("profile {name} sets `{key}`, a parameter of no standard loaded"),
                        format!(
                            "le profil {name} fixe `{key}`, qui n'est un paramètre d'aucun \
                             référentiel chargé"
                        ),
                    );
                    let span = member.key_span;
                    found.push(warning("unknown-param", message, &profile.source, span));
                }
            }
        }
        for change in &self.catalogue_changes {
            let mut catalogues = self.standards.iter().flat_map(|standard| &standard.catalogues);
            if !catalogues.any(|catalogue| catalogue.name == change.name) {
                let name = &change.name;
                let message = Phrase::new(
                    format!("the entries for {name} change nothing: no standard loaded has it"),
                    format!(
                        "les entrées de {name} ne changent rien : aucun référentiel chargé ne l'a"
                    ),
                );
                found.push(warning("idle-catalogue", message, &change.source, change.span));
            }
        }
        for change in &self.overrides {
            if !self.rules().any(|(_, rule)| rule.is_called(&change.rule)) {
                let rule = &change.rule;
                let message = Phrase::new(
                    format!("the override of {rule} changes nothing: no such rule is loaded"),
                    format!(
                        "la surcharge de {rule} ne change rien : cette règle n'est pas chargée"
                    ),
                );
                found.push(warning("idle-override", message, &change.source, change.span));
            }
        }
        found
    }

    fn has_param(&self, key: &str) -> bool {
        self.standards.iter().any(|standard| standard.param_set_by(key).is_some())
    }

    fn param_names(&self) -> impl Iterator<Item = &str> + Clone {
        let params = self.standards.iter().flat_map(|standard| &standard.params);
        params.map(|param| param.name.as_str())
    }

    fn manifest_values<'a>(
        &self,
        manifest: Option<&'a Node>,
        errors: &mut Vec<ApplyError>,
    ) -> Vec<&'a Member> {
        let members = manifest.map(Node::members).unwrap_or_default();
        let mut mistakes = Vec::new();
        for member in members {
            if !self.has_param(&member.key) {
                let what = "the parameters of the standards";
                mistakes.push(unknown_key(member, what, self.param_names()));
            }
            let standards = self.standards.iter();
            for param in standards.filter_map(|standard| standard.param_set_by(&member.key)) {
                param.kind.check(&member.value, &mut mistakes);
            }
        }
        mistakes.dedup();
        errors.extend(mistakes.into_iter().map(ApplyError::Manifest));
        members.iter().collect()
    }

    /// Parses what was set for the run, by the types of the parameters.
    fn run_values(
        &self,
        set: &[(String, String)],
        errors: &mut Vec<ApplyError>,
    ) -> Vec<(String, String)> {
        for (name, text) in set {
            let standards = self.standards.iter();
            let params = standards.filter_map(|standard| standard.param_set_by(name));
            let params: Vec<&Param> = params.collect();
            if params.is_empty() {
                let instead = instead(name, self.param_names());
                errors.push(ApplyError::UnknownParam(Phrase::new(
                    format!("there is no parameter `{name}`; {}", instead.en),
                    format!("il n'y a pas de paramètre `{name}` ; {}", instead.fr),
                )));
            }
            let problem = params.iter().find_map(|param| param.kind.parse_value(text).err());
            errors.extend(problem.map(|problem| {
                ApplyError::BadParam(Phrase::new(
                    format!("parameter `{name}`: {}", problem.en),
                    format!("paramètre `{name}` : {}", problem.fr),
                ))
            }));
        }
        set.to_vec()
    }

    fn unknown_profile(&self, name: &str) -> ApplyError {
        let names = self.profiles.iter().map(|profile| profile.name.as_str());
        let instead = instead(name, names);
        ApplyError::UnknownProfile(Phrase::new(
            format!("there is no profile `{name}`; {}", instead.en),
            format!("il n'y a pas de profil `{name}` ; {}", instead.fr),
        ))
    }
}

impl<'p> Selection<'p> {
    /// The parameters of a standard, by its id, as a map from name to value. All spans in it are
    /// those of the declarations, in the standard's file.
    pub fn params(&self, standard: &str) -> Option<&Node> {
        let found = self.params.iter().find(|(id, _)| *id == standard);
        found.map(|(_, params)| params)
    }

    /// All standards that are loaded, those of which no rule runs among them: a rule may look into
    /// the catalogues of another standard.
    pub const fn standards(&self) -> &'p [Standard] {
        self.standards
    }

    /// The standards that decide: those of the rules that run, and those whose catalogues these
    /// look into.
    pub fn deciding(&self) -> Vec<&'p Standard> {
        let decides = |standard: &&Standard| {
            self.rules.iter().any(|one| {
                one.standard.id == standard.id
                    || mentions(&one.rule.check.node, &format!("{}:", standard.id))
            })
        };
        self.standards.iter().filter(decides).collect()
    }
}

/// Whether a text in a check begins with a prefix.
fn mentions(node: &Node, prefix: &str) -> bool {
    match &node.value {
        Value::Text(text) => text.starts_with(prefix),
        Value::List(items) => items.iter().any(|item| mentions(item, prefix)),
        Value::Map(members) => members.iter().any(|member| mentions(&member.value, prefix)),
        _ => false,
    }
}

impl Param {
    /// Whether `key` names this parameter of `standard`.
    fn is_set_by(&self, standard: &Standard, key: &str) -> bool {
        let named = standard.param_set_by(key);
        named.is_some_and(|named| named.name == self.name)
    }
}

impl Standard {
    /// That one of its rules does not run, and why.
    pub fn leaving_out(&self, rule: &Rule, why: WhyLeftOut, reason: Phrase) -> LeftOut {
        let (standard, name) = (self.id.clone(), rule.name.clone());
        LeftOut { rule: rule.id.clone(), name, standard, why, reason }
    }

    /// The parameter that `key` names: `name` or `standard:name`.
    pub(crate) fn param_set_by(&self, key: &str) -> Option<&Param> {
        let name = match key.split_once(':') {
            Some((standard, name)) => (standard == self.id).then_some(name)?,
            None => key,
        };
        self.params.iter().find(|param| param.name == name)
    }
}

/// Who sets which parameters; within each, what comes later counts.
struct Values<'a> {
    manifest: Vec<&'a Member>,
    profiles: Vec<&'a Member>,
    run: Vec<(String, String)>,
}

impl Values<'_> {
    /// The values of a standard's parameters.
    fn of(&self, standard: &Standard) -> Node {
        let members = standard.params.iter().map(|param| {
            let mut value = self.of_param(standard, param);
            place(&mut value, param.span);
            Member { key: param.name.as_str().into(), key_span: param.span, value }
        });
        Node::new(standard.span, Value::Map(members.collect()))
    }

    fn of_param(&self, standard: &Standard, param: &Param) -> Node {
        let names = |key: &str| param.is_set_by(standard, key);
        let run = self.run.iter().rev().find(|(key, _)| names(key));
        let run = run.and_then(|(_, text)| param.kind.parse_value(text).ok());
        run.unwrap_or_else(|| {
            let written = self.manifest.iter().chain(&self.profiles).rev();
            let written = written.copied().find(|member| names(&member.key));
            written.map_or(&param.default, |member| &member.value).clone()
        })
    }

    /// What the manifest sets of a standard, and a profile fixes.
    fn set_aside(&self, standard: &Standard) -> Vec<Diagnostic> {
        let params = standard.params.iter().filter(|param| {
            let names = |member: &&Member| param.is_set_by(standard, &member.key);
            self.manifest.iter().any(names) && self.profiles.iter().any(names)
        });
        let told = params.map(|param| {
            let name = &param.name;
            let message = Phrase::new(
                format!("the delivery sets `{name}`, but so does the profile, and that counts"),
                format!("la livraison fixe `{name}`, mais le profil aussi, et c'est lui qui vaut"),
            );
            warning("param-set-aside", message, &standard.source, param.span)
        });
        told.collect()
    }
}

fn switched_off(standard: &Standard, rule: &Rule, reason: &str) -> Diagnostic {
    let id = rule.label();
    Diagnostic {
        level: DiagnosticLevel::Note,
        ..warning(
            "disabled-rule",
            Phrase::new(
                format!("{id} is switched off by an override: {reason}"),
                format!("{id} est désactivée par une surcharge : {reason}"),
            ),
            &standard.source,
            rule.span,
        )
    }
}

fn warning(code: &'static str, message: Phrase, source: &Source, span: Span) -> Diagnostic {
    Diagnostic {
        level: DiagnosticLevel::Warning,
        code: code.into(),
        message,
        file: Some(source.name().to_owned()),
        position: Some(source.position(span.start() as usize)),
    }
}

fn instead<'k>(name: &str, known: impl Iterator<Item = &'k str> + Clone) -> Phrase {
    if let Some(near) = suggest(name, known.clone()) {
        return Phrase::new(format!("did you mean `{near}`?"), format!("s'agit-il de `{near}` ?"));
    }
    match listed(known) {
        none if none.is_empty() => Phrase::new("none is loaded", "aucun n'est chargé"),
        all => Phrase::new(format!("there are {all}"), format!("il y a {all}")),
    }
}

/// Gives a node and all below it one place.
fn place(node: &mut Node, span: Span) {
    node.span = span;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| place(item, span)),
        Value::Map(members) => {
            for member in members {
                member.key_span = span;
                place(&mut member.value, span);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
