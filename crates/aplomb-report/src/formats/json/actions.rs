//! The corrective actions: how they are written, and read again.

use std::borrow::Cow;
use std::sync::Arc;

use aplomb_model::{
    self as model, ActionState, Lang, RuleFacts, Severity, SubjectKind, SubjectName, Task,
};
use serde::{Deserialize, Serialize};

use super::read::known;
use super::results::fingerprint;
use super::shape::Subject;
use crate::actions;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Action<'a> {
    id: Cow<'a, str>,
    kind: Cow<'a, str>,
    task: Cow<'a, str>,
    state: Cow<'a, str>,
    rule: Cow<'a, str>,
    name: Cow<'a, str>,
    standard: Cow<'a, str>,
    severity: Cow<'a, str>,
    subject: Subject<'a>,
    findings: Vec<Cow<'a, str>>,
    remedy: Cow<'a, str>,
    owner: Option<Owner<'a>>,
    due: Option<Cow<'a, str>>,
    effort_minutes: Option<u32>,
    cost: Option<Cost<'a>>,
    efficacy: Cow<'a, str>,
    exception: Option<Cow<'a, str>>,
    lifted: Option<Cow<'a, str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Owner<'a> {
    name: Cow<'a, str>,
    named_by: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cost<'a> {
    amount: f64,
    currency: Cow<'a, str>,
}

/// Who says who an owner is.
const RESERVATION: &str = "reservation";
const MANIFEST: &str = "manifest";

impl<'a> Action<'a> {
    pub(super) fn of(action: &'a model::Action, lang: Lang) -> Self {
        let rule = &*action.rule;
        Self {
            id: action.id.as_str().into(),
            kind: action.kind().id().into(),
            task: action.task.id().into(),
            state: action.state.id().into(),
            rule: rule.id.as_str().into(),
            name: rule.name.as_str().into(),
            standard: rule.standard.as_str().into(),
            severity: rule.severity.id().into(),
            subject: Subject {
                kind: action.subject.kind.id().into(),
                name: action.subject.name.as_str().into(),
            },
            findings: action.findings.iter().map(|one| one.to_string().into()).collect(),
            remedy: actions::remedy(action, lang).into(),
            owner: action.owner.as_ref().map(|owner| Owner {
                name: owner.name.as_ref().into(),
                named_by: if owner.of_reservation { RESERVATION } else { MANIFEST }.into(),
            }),
            due: action.due.as_deref().map(Cow::Borrowed),
            effort_minutes: action.effort,
            cost: action
                .cost
                .as_ref()
                .map(|cost| Cost { amount: cost.amount, currency: cost.currency.as_ref().into() }),
            efficacy: actions::efficacy(action, lang).into(),
            exception: action.exception.as_deref().map(Cow::Borrowed),
            lifted: action.lifted.as_deref().map(Cow::Borrowed),
        }
    }

    /// The action, with the rule of the report it is of.
    pub(super) fn read(
        self,
        rules: &[Arc<RuleFacts>],
        lang: Lang,
    ) -> Result<model::Action, String> {
        let severity = known(&self.severity, &Severity::ALL, Severity::id)?;
        // The name tells demands of one rule apart.
        let of_it = |rule: &&Arc<RuleFacts>| {
            rule.id == self.rule && rule.standard == self.standard && rule.name == self.name
        };
        let rule = rules.iter().find(of_it);
        let rule = rule.ok_or_else(|| format!("{} is not among the `rules`", self.rule))?;
        let rule = if rule.severity == severity {
            Arc::clone(rule)
        } else {
            Arc::new(RuleFacts { severity, ..(**rule).clone() })
        };
        let kind = known(&self.subject.kind, &SubjectKind::ALL, SubjectKind::id)?;
        let subject = SubjectName { kind, name: self.subject.name.into_owned() };
        let findings = self.findings.iter().map(|one| fingerprint(one));
        let owner = self.owner.map(|owner| {
            let of_reservation = match &*owner.named_by {
                RESERVATION => true,
                MANIFEST => false,
                other => return Err(format!("`{other}` names no owner")),
            };
            Ok(model::Owner { name: owner.name.into(), of_reservation })
        });
        let action = model::Action {
            id: self.id.into_owned(),
            task: known(&self.task, &Task::ALL, Task::id)?,
            state: known(&self.state, &ActionState::ALL, ActionState::id)?,
            rule,
            subject: Arc::new(subject),
            findings: findings.collect::<Result<_, _>>()?,
            owner: owner.transpose()?,
            due: self.due.map(Cow::into_owned),
            effort: self.effort_minutes,
            cost: self
                .cost
                .map(|cost| model::Cost { amount: cost.amount, currency: cost.currency.into() }),
            exception: self.exception.map(Cow::into_owned),
            lifted: self.lifted.map(Cow::into_owned),
        };
        let same = action.kind().id() == self.kind
            && action.rule.name == self.name
            && actions::remedy(&action, lang) == self.remedy
            && actions::efficacy(&action, lang) == self.efficacy;
        if same { Ok(action) } else { Err("it does not say of itself what its rule says".into()) }
    }
}
