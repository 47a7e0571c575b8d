//! For other tools: `aplomb.report-diff/1`, fixed by `schemas/report-diff.schema.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use aplomb_model::{self as model, ChangeKind, Lang};
use serde::Serialize;

use crate::{Options, plain_json};

#[derive(Serialize)]
struct Comparison<'a> {
    schema: &'static str,
    lang: &'static str,
    worse: bool,
    before: Run<'a>,
    after: Run<'a>,
    differs: Vec<Cause<'a>>,
    counts: BTreeMap<&'static str, usize>,
    changes: Vec<Changed<'a>>,
}

#[derive(Serialize)]
struct Run<'a> {
    as_of: &'a str,
    delivery: Delivery<'a>,
    verdict: &'static str,
    open: usize,
    waived: usize,
    not_evaluated: usize,
}

#[derive(Serialize)]
struct Delivery<'a> {
    id: &'a str,
    version: Option<&'a str>,
    environment: Option<&'a str>,
    tier: Option<u8>,
}

#[derive(Serialize)]
struct Changed<'a> {
    change: &'static str,
    worse: bool,
    rule: &'a str,
    name: &'a str,
    standard: &'a str,
    severity: &'static str,
    title: &'a str,
    subject: Subject<'a>,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<u32>,
    fingerprint: String,
    before: Option<State<'a>>,
    after: Option<State<'a>>,
    causes: Vec<Cause<'a>>,
}

#[derive(Serialize)]
struct Subject<'a> {
    kind: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
struct State<'a> {
    outcome: &'static str,
    severity: &'static str,
    waiver: Option<&'a str>,
}

#[derive(Serialize)]
struct Cause<'a> {
    cause: &'static str,
    detail: &'a str,
}

pub(super) fn render(
    comparison: &model::Comparison,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lang = options.lang;
    let count = |kind: ChangeKind| (kind.id(), comparison.of(kind).count());
    let shape = Comparison {
        schema: "aplomb.report-diff/1",
        lang: lang.id(),
        worse: comparison.is_worse(),
        before: run(&comparison.before),
        after: run(&comparison.after),
        differs: comparison.grounds.iter().map(|one| cause(one, lang)).collect(),
        counts: ChangeKind::ALL.into_iter().map(count).collect(),
        changes: comparison.changes.iter().map(|one| change(one, lang)).collect(),
    };
    plain_json::write(&shape, out)
}

fn run(run: &model::RunHead) -> Run<'_> {
    let delivery = &run.delivery;
    Run {
        as_of: &run.as_of,
        delivery: Delivery {
            id: &delivery.id,
            version: delivery.version.as_deref(),
            environment: delivery.environment.as_deref(),
            tier: delivery.tier,
        },
        verdict: run.verdict.id(),
        open: run.total.open(),
        waived: run.total.waived,
        not_evaluated: run.total.not_evaluated + run.total.error,
    }
}

fn change(change: &model::Change, lang: Lang) -> Changed<'_> {
    let finding = &change.finding;
    let rule = &finding.rule;
    let place = finding.evidence.first();
    Changed {
        change: change.kind.id(),
        worse: change.is_worse(),
        rule: &rule.id,
        name: &rule.name,
        standard: &rule.standard,
        severity: rule.severity.id(),
        title: rule.title.get(lang),
        subject: Subject { kind: finding.subject.kind.id(), name: &finding.subject.name },
        message: finding.message.get(lang),
        file: place.map(|place| place.file.as_str()),
        line: place.map(|place| place.start.line),
        fingerprint: finding.fingerprint.to_string(),
        before: change.before.as_ref().map(state),
        after: change.after.as_ref().map(state),
        causes: change.causes.iter().map(|one| cause(one, lang)).collect(),
    }
}

fn state(state: &model::State) -> State<'_> {
    State {
        outcome: state.outcome.id(),
        severity: state.severity.id(),
        waiver: state.accepted.as_deref(),
    }
}

fn cause(cause: &model::Cause, lang: Lang) -> Cause<'_> {
    Cause { cause: cause.kind.id(), detail: cause.detail.get(lang) }
}
