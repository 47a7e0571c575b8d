//! What a report says of what it rests on.

use std::sync::Arc;

use aplomb_model::{Basis, LeftOut, Node, ParamUsed, Phrase, SubjectUsed, Tolerance, WhyLeftOut};
use aplomb_standard::Selection;

use crate::compile::Compiled;
use crate::schema;
use crate::secrets::mask;

/// What a delivery of `tier` with these subjects is judged by: the rules with their parameters, and
/// what was left out.
pub fn basis(
    selection: &Selection<'_>,
    compiled: &Compiled,
    tier: Option<u8>,
    subjects: Vec<SubjectUsed>,
) -> Basis {
    Basis {
        rules: compiled.rules.iter().map(|rule| Arc::clone(&rule.facts)).collect(),
        left_out: left_out(selection, tier),
        params: params(selection),
        tolerance: Tolerance {
            open_majors: selection.terms.gate.max_open_majors.for_tier(tier) as usize,
            unevaluated: selection.terms.gate.max_not_evaluated.for_tier(tier) as usize,
        },
        subjects,
        part: None,
    }
}

/// In the order of standards and rules, by name: what two runs left out can be compared.
fn left_out(selection: &Selection<'_>, tier: Option<u8>) -> Vec<LeftOut> {
    let of_tier = selection.rules.iter().filter(|one| !one.rule.applies_to_tier(tier));
    let of_tier = of_tier.map(|one| {
        let tiers: Vec<_> = one.rule.tiers.iter().map(u8::to_string).collect();
        let tiers = tiers.join(", ");
        let reason = Phrase::new(
            format!("it is made for tier {tiers}"),
            format!("elle est faite pour la classe {tiers}"),
        );
        one.standard.leaving_out(one.rule, WhyLeftOut::Tier, reason)
    });
    let mut all: Vec<_> = selection.left_out.iter().cloned().chain(of_tier).collect();
    all.sort_by(|a, b| (&a.standard, &a.rule).cmp(&(&b.standard, &b.rule)));
    all
}

/// The parameters of the standards whose rules run, in the order written.
fn params(selection: &Selection<'_>) -> Vec<ParamUsed> {
    let mut standards: Vec<&str> = Vec::new();
    for selected in &selection.rules {
        if !standards.contains(&selected.standard.id.as_str()) {
            standards.push(&selected.standard.id);
        }
    }
    let mut used = Vec::new();
    for standard in standards {
        let members = selection.params(standard).into_iter().flat_map(Node::members);
        used.extend(members.map(|member| ParamUsed {
            standard: standard.to_owned(),
            name: member.key.to_string(),
            value: shown(&member.key, schema::json(&member.value)),
        }));
    }
    used
}

/// A value as JSON on one line. One that is a secret, by its name, is blanked.
fn shown(name: &str, value: serde_json::Value) -> String {
    let shown = match value {
        serde_json::Value::String(text) => {
            let named = format!("{name}: {text}");
            let masked = mask(&named).chars().skip(name.chars().count() + 2).collect();
            serde_json::Value::String(masked)
        }
        other => other,
    };
    shown.to_string()
}
