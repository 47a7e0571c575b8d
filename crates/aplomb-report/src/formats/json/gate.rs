//! The gate and the baseline: how they are written, and read again.

use std::borrow::Cow;

use aplomb_model::{self as model, ConditionKind, GateState, Measure, Severity, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::read::known;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Gate<'a> {
    state: Cow<'a, str>,
    conditions: Vec<Condition<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Condition<'a> {
    name: Cow<'a, str>,
    state: Cow<'a, str>,
    threshold: Value,
    measured: Value,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Baseline<'a> {
    as_of: Cow<'a, str>,
    delivery: Cow<'a, str>,
    version: Option<Cow<'a, str>>,
    known: usize,
    new: usize,
}

impl Gate<'_> {
    pub(super) fn of(gate: &model::Gate) -> Self {
        let conditions = gate.conditions.iter().map(|one| Condition {
            name: one.kind.id().into(),
            state: one.state.id().into(),
            threshold: value(&one.threshold),
            measured: one.measured.as_ref().map_or(Value::Null, value),
        });
        Self { state: gate.state().id().into(), conditions: conditions.collect() }
    }

    pub(super) fn read(self) -> Result<model::Gate, String> {
        let state = known(&self.state, &GateState::ALL, GateState::id)?;
        let conditions = self.conditions.into_iter().map(|one| {
            let kind = known(&one.name, &ConditionKind::ALL, ConditionKind::id)?;
            let measured = match &one.measured {
                Value::Null => None,
                measured => Some(measure(kind, measured)?),
            };
            Ok(model::Condition {
                kind,
                threshold: measure(kind, &one.threshold)?,
                measured,
                state: known(&one.state, &GateState::ALL, GateState::id)?,
            })
        });
        let gate = model::Gate { conditions: conditions.collect::<Result<_, String>>()? };
        if gate.state() == state {
            return Ok(gate);
        }
        let (says, is) = (state.id(), gate.state().id());
        Err(format!("the gate is said to be {says}, and its conditions make it {is}"))
    }
}

/// A rate to four decimals, never rounded up to all.
fn value(measure: &Measure) -> Value {
    match measure {
        Measure::Count(count) => (*count).into(),
        Measure::Rate(rate) => ((rate * 10_000.0).floor() / 10_000.0).into(),
        Measure::Verdict(verdict) => verdict.id().into(),
        Measure::Severities(severities) => {
            severities.iter().map(|one| Value::from(one.id())).collect()
        }
    }
}

/// The figure that a value is, by what the condition measures.
fn measure(kind: ConditionKind, value: &Value) -> Result<Measure, String> {
    let count = || value.as_u64().and_then(|count| usize::try_from(count).ok());
    let read = match (kind, value) {
        (ConditionKind::FailOn, Value::String(word)) => {
            Some(Measure::Verdict(known(word, &Verdict::ALL, Verdict::id)?))
        }
        (ConditionKind::NoNew, Value::Array(words)) => {
            let severities = words
                .iter()
                .map(|word| known(word.as_str().unwrap_or_default(), &Severity::ALL, Severity::id));
            Some(Measure::Severities(severities.collect::<Result<_, _>>()?))
        }
        (ConditionKind::MinCoverage | ConditionKind::MinConformity, value) => {
            value.as_f64().filter(|rate| (0.0..=1.0).contains(rate)).map(Measure::Rate)
        }
        _ => count().map(Measure::Count),
    };
    read.ok_or_else(|| format!("`{value}` is nothing that {} measures", kind.id()))
}

impl<'a> Baseline<'a> {
    pub(super) fn of(baseline: &'a model::Baseline) -> Self {
        Self {
            as_of: baseline.as_of.as_str().into(),
            delivery: baseline.delivery.as_str().into(),
            version: baseline.version.as_deref().map(Cow::Borrowed),
            known: baseline.known,
            new: baseline.new,
        }
    }

    pub(super) fn read(self) -> model::Baseline {
        model::Baseline {
            as_of: self.as_of.into_owned(),
            delivery: self.delivery.into_owned(),
            version: self.version.map(Cow::into_owned),
            known: self.known,
            new: self.new,
        }
    }
}
