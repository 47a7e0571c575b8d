//! Why a result changed, as far as the two reports record it.

use std::collections::{BTreeMap, BTreeSet};

use aplomb_model::{
    Cause, CauseKind, Exception, ExceptionState, Finding, Phrase, Report, SubjectKind, SubjectName,
    WhyLeftOut,
};

/// Subjects named in one cause.
const NAMED: usize = 3;

/// What differs between two reports besides their results.
pub(super) struct Causes<'a> {
    before: &'a Report,
    after: &'a Report,
    /// Subjects whose content is not the same, or that only one run has.
    subjects: BTreeMap<&'a SubjectName, Phrase>,
    /// Files whose content is not the same.
    files: BTreeSet<&'a str>,
    /// Standards that are not the same, and how.
    standards: BTreeMap<&'a str, Phrase>,
    /// Parameters that are not the same, by standard.
    params: BTreeMap<&'a str, Phrase>,
}

impl<'a> Causes<'a> {
    pub(super) fn between(before: &'a Report, after: &'a Report) -> Self {
        let (subjects, files) = targets(before, after);
        Self {
            before,
            after,
            subjects,
            files,
            standards: standards(before, after),
            params: params(before, after),
        }
    }

    /// All that differs, whether it changed a result or not.
    pub(super) fn grounds(&self) -> Vec<Cause> {
        let mut grounds = Vec::new();
        grounds.extend(self.tier());
        if !self.subjects.is_empty() {
            let all = self.subjects.keys().copied().collect::<Vec<_>>();
            grounds.push(cause(CauseKind::Target, many(&all)));
        }
        grounds.extend(self.standards.values().map(|how| cause(CauseKind::Standard, how.clone())));
        grounds.extend(self.profile());
        grounds.extend(self.params.values().map(|how| cause(CauseKind::Parameters, how.clone())));
        grounds.extend(self.exceptions());
        grounds.extend(self.tool());
        grounds.extend(self.time());
        grounds
    }

    /// Why a result is another one. Time is named where nothing else that is recorded bears on it.
    pub(super) fn of(&self, was: Option<&Finding>, is: Option<&Finding>) -> Vec<Cause> {
        if let (Some(was), Some(is)) = (was, is) {
            let same = was.outcome == is.outcome && was.rule.severity == is.rule.severity;
            let accepted = |finding: &Finding| finding.accepted.as_ref().map(|one| one.id.clone());
            if same && accepted(was) == accepted(is) {
                return Vec::new();
            }
            if same {
                return vec![self.of_acceptance(accepted(was), accepted(is))];
            }
        }
        let Some(finding) = is.or(was) else { return Vec::new() };
        let mut causes = Vec::new();
        let severity = was.zip(is).is_some_and(|(a, b)| a.rule.severity != b.rule.severity);
        causes.extend(self.of_application(finding));
        if severity {
            causes.extend(self.tier());
        }
        causes.extend(self.of_target(finding, was));
        causes.extend(self.of_standard(finding));
        causes.extend(self.profile().filter(|_| severity));
        let standard = finding.rule.standard.as_str();
        causes
            .extend(self.params.get(standard).map(|how| cause(CauseKind::Parameters, how.clone())));
        causes.extend(self.tool());
        if causes.is_empty() {
            causes.extend(self.elsewhere(finding));
        }
        if causes.is_empty() {
            causes.extend(self.time());
        }
        if causes.is_empty() {
            causes.push(cause(CauseKind::Unknown, Phrase::default()));
        }
        causes.dedup();
        causes
    }

    /// Why a failure is accepted, or is not any more.
    fn of_acceptance(&self, was: Option<String>, is: Option<String>) -> Cause {
        let find = |report: &'a Report, id: &str| -> Option<&'a Exception> {
            report.exceptions.iter().find(|exception| exception.id == id)
        };
        if let Some(id) = is {
            let before = find(self.before, &id).map(|exception| exception.state);
            return match before {
                Some(ExceptionState::NotYet) => {
                    timed(format!("{id} is granted since"), format!("{id} est accordée depuis"))
                }
                _ => exceptional(format!("{id} accepts it"), format!("{id} l'accepte")),
            };
        }
        let id = was.unwrap_or_default();
        match find(self.after, &id).map(|exception| exception.state) {
            None => exceptional(
                format!("{id} is not given any more"),
                format!("{id} n'est plus donnée"),
            ),
            Some(ExceptionState::Expired) => {
                timed(format!("{id} has expired"), format!("{id} a expiré"))
            }
            Some(_) => {
                exceptional(format!("{id} covers it no longer"), format!("{id} ne la couvre plus"))
            }
        }
    }

    /// Why a rule is applied in one run only.
    fn of_application(&self, finding: &Finding) -> Option<Cause> {
        let applied = |report: &Report| {
            let mut rules = report.basis.rules.iter();
            rules.any(|one| one.id == finding.rule.id && one.standard == finding.rule.standard)
        };
        let (before, after) = (applied(self.before), applied(self.after));
        if before == after {
            return None;
        }
        let without = if before { self.after } else { self.before };
        let mut left_out = without.basis.left_out.iter();
        let left_out = left_out
            .find(|one| one.rule == finding.rule.id && one.standard == finding.rule.standard);
        Some(match left_out {
            Some(one) => {
                let kind = match one.why {
                    WhyLeftOut::Profile => CauseKind::Parameters,
                    WhyLeftOut::Tier => CauseKind::Target,
                    WhyLeftOut::Disabled => CauseKind::Standard,
                };
                let detail = if before {
                    Phrase::new(
                        format!("the rule is left out: {}", one.reason.en),
                        format!("la règle est laissée de côté : {}", one.reason.fr),
                    )
                } else {
                    Phrase::new(
                        format!("the rule was left out: {}", one.reason.en),
                        format!("la règle était laissée de côté : {}", one.reason.fr),
                    )
                };
                cause(kind, detail)
            }
            None if before => cause(
                CauseKind::Standard,
                Phrase::new("the rule is not there any more", "la règle n'y est plus"),
            ),
            None => {
                cause(CauseKind::Standard, Phrase::new("the rule is new", "la règle est nouvelle"))
            }
        })
    }

    /// The finding's subject, and the files it points at.
    fn of_target(&self, finding: &Finding, was: Option<&Finding>) -> Option<Cause> {
        if let Some(how) = self.subjects.get(&*finding.subject) {
            return Some(cause(CauseKind::Target, how.clone()));
        }
        let evidence = finding.evidence.iter().chain(was.into_iter().flat_map(|was| &was.evidence));
        let changed = evidence.map(|one| one.file.as_str()).find(|file| self.files.contains(file));
        changed.map(|file| {
            let detail = Phrase::new(format!("{file} has changed"), format!("{file} a changé"));
            cause(CauseKind::Target, detail)
        })
    }

    /// Other subjects, for what rests on several of them.
    fn elsewhere(&self, finding: &Finding) -> Option<Cause> {
        let joined = finding.identity.iter().any(|(name, _)| name == "key")
            || finding.subject.kind == SubjectKind::Manifest;
        let all = self.subjects.keys().copied().collect::<Vec<_>>();
        (joined && !all.is_empty()).then(|| cause(CauseKind::Target, many(&all)))
    }

    fn of_standard(&self, finding: &Finding) -> Option<Cause> {
        let rule = &finding.rule;
        if let Some(how) = self.standards.get(rule.standard.as_str()) {
            return Some(cause(CauseKind::Standard, how.clone()));
        }
        let of = |report: &'a Report| -> Vec<_> {
            let rules = report.basis.rules.iter();
            rules.filter(|one| one.id == rule.id && one.standard == rule.standard).collect()
        };
        let (before, after) = (of(self.before), of(self.after));
        if before.is_empty() || after.is_empty() {
            return None;
        }
        // The standard is the same, and the rule is not: something lies over it.
        (before != after && self.profile().is_none() && self.tier().is_none()).then(|| {
            let detail = Phrase::new(
                format!("an override of {} has changed", rule.id),
                format!("une surcharge de {} a changé", rule.id),
            );
            cause(CauseKind::Standard, detail)
        })
    }

    fn tier(&self) -> Option<Cause> {
        let (before, after) = (self.before.delivery.tier, self.after.delivery.tier);
        (before != after).then(|| {
            let shown = |tier: Option<u8>| tier.map_or("-".to_owned(), |tier| tier.to_string());
            let (before, after) = (shown(before), shown(after));
            let detail = Phrase::new(
                format!("the delivery's tier: {before} → {after}"),
                format!("la classe de la livraison : {before} → {after}"),
            );
            cause(CauseKind::Target, detail)
        })
    }

    fn profile(&self) -> Option<Cause> {
        let (before, after) = (&self.before.profile, &self.after.profile);
        (before != after).then(|| {
            let shown = |profile: &Option<String>| profile.clone().unwrap_or_else(|| "-".into());
            let (before, after) = (shown(before), shown(after));
            let detail = Phrase::new(
                format!("profile: {before} → {after}"),
                format!("profil : {before} → {after}"),
            );
            cause(CauseKind::Parameters, detail)
        })
    }

    fn tool(&self) -> Option<Cause> {
        let (before, after) = (&self.before.tool_version, &self.after.tool_version);
        (before != after)
            .then(|| cause(CauseKind::Tool, Phrase::same(format!("aplomb {before} → {after}"))))
    }

    fn time(&self) -> Option<Cause> {
        let (before, after) = (&self.before.as_of, &self.after.as_of);
        (before != after)
            .then(|| cause(CauseKind::Time, Phrase::same(format!("{before} → {after}"))))
    }

    /// Exceptions that only one run was given, or that say something else.
    fn exceptions(&self) -> Vec<Cause> {
        let of = |report: &'a Report| -> BTreeMap<&'a str, &'a Exception> {
            report.exceptions.iter().map(|one| (one.id.as_str(), one)).collect()
        };
        let (before, after) = (of(self.before), of(self.after));
        let ids: BTreeSet<_> = before.keys().chain(after.keys()).copied().collect();
        let told = ids.into_iter().filter_map(|id| match (before.get(id), after.get(id)) {
            (None, _) => Some(exceptional(format!("{id} is new"), format!("{id} est nouvelle"))),
            (_, None) => Some(exceptional(
                format!("{id} is not given any more"),
                format!("{id} n'est plus donnée"),
            )),
            (Some(before), Some(after)) => (asks(before) != asks(after)).then(|| {
                exceptional(format!("{id} says something else"), format!("{id} dit autre chose"))
            }),
        });
        told.collect()
    }
}

/// What an exception says, without what came of it and where it stands.
fn asks(exception: &Exception) -> Exception {
    Exception {
        state: ExceptionState::Live,
        covers: Vec::new(),
        file: String::new(),
        position: aplomb_model::Position { line: 1, column: 1 },
        ..exception.clone()
    }
}

fn cause(kind: CauseKind, detail: Phrase) -> Cause {
    Cause { kind, detail }
}

fn exceptional(en: String, fr: String) -> Cause {
    cause(CauseKind::Exceptions, Phrase::new(en, fr))
}

fn timed(en: String, fr: String) -> Cause {
    cause(CauseKind::Time, Phrase::new(en, fr))
}

/// Some subjects by name, and how many more there are.
fn many(subjects: &[&SubjectName]) -> Phrase {
    let named: Vec<_> = subjects.iter().take(NAMED).map(|one| one.name.as_str()).collect();
    let named = named.join(", ");
    match (subjects.len().saturating_sub(NAMED), subjects.len()) {
        (0, 1) => Phrase::new(format!("{named} has changed"), format!("{named} a changé")),
        (0, _) => Phrase::new(format!("{named} have changed"), format!("{named} ont changé")),
        (1, _) => Phrase::new(
            format!("{named} and 1 other have changed"),
            format!("{named} et 1 autre ont changé"),
        ),
        (more, _) => Phrase::new(
            format!("{named} and {more} others have changed"),
            format!("{named} et {more} autres ont changé"),
        ),
    }
}

type Targets<'a> = (BTreeMap<&'a SubjectName, Phrase>, BTreeSet<&'a str>);

fn targets<'a>(before: &'a Report, after: &'a Report) -> Targets<'a> {
    let of = |report: &'a Report| -> BTreeMap<_, _> {
        report.basis.subjects.iter().map(|one| (&one.id, &one.files)).collect()
    };
    let (before, after) = (of(before), of(after));
    let mut subjects = BTreeMap::new();
    let mut files = BTreeSet::new();
    for (id, was) in &before {
        let name = &id.name;
        let Some(is) = after.get(id) else {
            let how = Phrase::new(
                format!("{name} is not delivered any more"),
                format!("{name} n'est plus livré"),
            );
            subjects.insert(*id, how);
            continue;
        };
        if was == is {
            continue;
        }
        let how = Phrase::new(format!("{name} has changed"), format!("{name} a changé"));
        subjects.insert(*id, how);
        let odd = was.iter().filter(|one| !is.contains(one));
        let odd = odd.chain(is.iter().filter(|one| !was.contains(one)));
        files.extend(odd.map(|one| one.file.as_str()));
    }
    for id in after.keys().filter(|id| !before.contains_key(*id)) {
        let name = &id.name;
        let how = Phrase::new(
            format!("{name} was not delivered before"),
            format!("{name} n'était pas livré auparavant"),
        );
        subjects.insert(*id, how);
    }
    (subjects, files)
}

fn standards<'a>(before: &'a Report, after: &'a Report) -> BTreeMap<&'a str, Phrase> {
    let mut standards = BTreeMap::new();
    let find = |report: &'a Report, id: &str| report.standards.iter().find(|one| one.id == id);
    for was in &before.standards {
        let id = was.id.as_str();
        let how = match find(after, id) {
            None => Phrase::new(
                format!("{id} is not judged by any more"),
                format!("{id} n'est plus appliqué"),
            ),
            Some(is) if is.digest == was.digest => continue,
            Some(is) if is.version == was.version => Phrase::new(
                format!("{id} {} was changed under its version", is.version),
                format!("{id} {} a changé sans changer de version", is.version),
            ),
            Some(is) => Phrase::same(format!("{id} {} → {}", was.version, is.version)),
        };
        standards.insert(id, how);
    }
    for is in &after.standards {
        if find(before, &is.id).is_none() {
            let how = Phrase::new(
                format!("{} was not judged by before", is.id),
                format!("{} n'était pas appliqué auparavant", is.id),
            );
            standards.insert(is.id.as_str(), how);
        }
    }
    standards
}

fn params<'a>(before: &'a Report, after: &'a Report) -> BTreeMap<&'a str, Phrase> {
    let of = |report: &'a Report| -> BTreeMap<(&'a str, &'a str), &'a str> {
        let params = report.basis.params.iter();
        params.map(|one| ((&*one.standard, &*one.name), &*one.value)).collect()
    };
    let (before, after) = (of(before), of(after));
    let mut changed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (key, was) in &before {
        if let Some(is) = after.get(key).filter(|is| *is != was) {
            changed.entry(key.0).or_default().push(format!("{}: {was} → {is}", key.1));
        }
    }
    let told = |all: Vec<String>| Phrase::same(all.join(", "));
    changed.into_iter().map(|(standard, all)| (standard, told(all))).collect()
}
