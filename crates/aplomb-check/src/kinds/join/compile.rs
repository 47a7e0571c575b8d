//! From a join as written to a join that runs.

use aplomb_model::{Mistake, Node, Outcome, Severity, Span, Value};
use aplomb_standard::subject_filters;

use super::compare::Comparison;
use super::{Join, Saying, Side, SideSource, Which};
use crate::compile::Compiling;
use crate::judgement::{DELIVERY_VARIABLES, NODE_VARIABLES};
use crate::kinds::Check;
use crate::path::Path;
use crate::reads::Reads;
use crate::template::Template;

/// The variables of a join's messages.
const MESSAGE_VARIABLES: &[&str] = &["delivery", "params", "now", "key", "left", "right"];

pub(super) fn compile(compiling: &mut Compiling<'_>, written: &Node) -> Option<Check> {
    let known = &["compare", "differs", "left", "only_left", "only_right", "reference", "right"];
    let table = compiling.table(written, "join", known)?;
    let left = compiling.required(table, "left");
    let left = left.and_then(|node| side(compiling, node));
    let right = compiling.required(table, "right");
    let right = right.and_then(|node| side(compiling, node));
    let reference = match table.get("reference").map(|node| (node, node.as_str())) {
        None => None,
        Some((_, Some("left"))) => Some(Which::Left),
        Some((_, Some("right"))) => Some(Which::Right),
        Some((node, _)) => {
            compiling.mistake(node.span, "`reference` is left or right", "neither");
            None
        }
    };
    let only_left = saying(compiling, table, "only_left");
    let only_right = saying(compiling, table, "only_right");
    let differs = saying(compiling, table, "differs");
    if only_left.is_none() && only_right.is_none() && differs.is_none() {
        let message = "this join demands nothing: say `only_left`, `only_right` or `differs`";
        compiling.mistake(written.span, message, "demands nothing");
        return None;
    }
    let (left, right) = (left?, right?);
    let comparison = Comparison::compile(compiling, table)?;
    if differs.is_some() {
        for (side, name) in [(&left, "left"), (&right, "right")] {
            if side.sources.iter().any(|source| source.value.is_none()) {
                let span = table.get(name).map_or(written.span, |node| node.span);
                let message = format!("`differs` compares values, and the {name} side has none");
                compiling.mistake(span, message, "needs `value`");
            }
        }
    }
    same_length(compiling, &left, &right, written.span);
    Some(Check::Join(Box::new(Join {
        left,
        right,
        reference,
        only_left,
        only_right,
        differs: differs.map(|saying| (comparison, saying)),
        agreement: None,
    })))
}

/// `present` across the delivery: the wanted values are one side, what the rule selects the other.
pub(crate) fn compile_presence(compiling: &mut Compiling<'_>, table: &Node) -> Option<Check> {
    let each = compiling.required(table, "each")?;
    let key = compiling.required(table, "key")?;
    let values = compiling.expression(each, DELIVERY_VARIABLES)?;
    let condition = match table.get("where") {
        Some(node) => Some(compiling.condition(node, NODE_VARIABLES)?),
        None => None,
    };
    let rule = compiling.rule();
    if rule.subjects.is_empty() {
        let message = "a rule that looks across the delivery names its `subjects`";
        compiling.mistake(table.span, message, "of which subjects?");
        return None;
    }
    let select = compiling.rule_path()?;
    let message = match &rule.message {
        Some(_) => compiling.rule_message(MESSAGE_VARIABLES)?,
        None => {
            let text = aplomb_model::Phrase::new("{key} is missing", "{key} manque");
            Template::compile(&text, MESSAGE_VARIABLES).ok()?
        }
    };
    let about_subject = rule.select.is_none() && about_subject(key);
    let sources = vec![SideSource {
        subjects: rule.subjects.clone(),
        reads: reads(&select, &[Some(key), table.get("where")], about_subject),
        select,
        condition,
        key: vec![compiling.expression(key, NODE_VARIABLES)?],
        show: None,
        value: None,
        keyed_by_subject: false,
        about_subject,
    }];
    let wanted = Side {
        sources: Vec::new(),
        values: Some(values),
        may_be_empty: false,
        ignore_unseen: false,
    };
    let offered = Side {
        sources,
        values: None,
        // That nothing at all is there is exactly what the demand is about, and a subject that
        // was declared and not delivered is one that is missing.
        may_be_empty: true,
        ignore_unseen: true,
    };
    Some(Check::Join(Box::new(Join {
        left: wanted,
        right: offered,
        reference: Some(Which::Left),
        only_left: Some(Saying { message: Some(message), ..Saying::default() }),
        only_right: None,
        differs: None,
        agreement: None,
    })))
}

pub(in crate::kinds) fn side(compiling: &mut Compiling<'_>, written: &Node) -> Option<Side> {
    let tables = match &written.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(written),
    };
    let mut side = Side::default();
    let known = &[
        "key",
        "may_be_empty",
        "select",
        "show",
        "subjects",
        "unseen",
        "value",
        "values",
        "where",
    ];
    let before = compiling.mistakes.len();
    for node in tables {
        let Some(table) = compiling.table(node, "side of the join", known) else {
            continue;
        };
        side.may_be_empty |= compiling.flag(table, "may_be_empty");
        match table.get("unseen").map(|node| (node, node.as_str())) {
            None | Some((_, Some("doubt"))) => {}
            Some((_, Some("ignore"))) => side.ignore_unseen = true,
            Some((node, _)) => {
                compiling.mistake(node.span, "`unseen` is doubt or ignore", "neither");
            }
        }
        if let Some(values) = table.get("values") {
            side.values = compiling.expression(values, DELIVERY_VARIABLES);
            for of_subjects in ["key", "select", "show", "subjects", "unseen", "value", "where"] {
                if let Some(member) = table.member(of_subjects) {
                    let message =
                        format!("`{of_subjects}` is of subjects, and this side is `values`");
                    compiling.mistake(member.key_span, message, "of no use here");
                }
            }
            continue;
        }
        if let Some(source) = source(compiling, table) {
            side.sources.push(source);
        }
    }
    if tables.is_empty() {
        compiling.mistake(written.span, "a side of a join is a table or several", "none");
    }
    (compiling.mistakes.len() == before).then_some(side)
}

fn source(compiling: &mut Compiling<'_>, table: &Node) -> Option<SideSource> {
    let subjects = compiling.required(table, "subjects")?;
    let subjects = subject_filters(subjects, compiling.mistakes);
    let select = match table.get("select") {
        Some(node) => compiling.path(node)?,
        None => Path::parse("$").ok()?,
    };
    let key = compiling.required(table, "key")?;
    let written = match &key.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(key),
    };
    let parts = written.iter().map(|part| compiling.expression(part, NODE_VARIABLES));
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() {
        compiling.mistake(key.span, "a key has at least one part", "none");
    }
    let names_subject = |part: &Node| part.as_str().is_some_and(|t| t.contains("subject.name"));
    let mut optional = |key: &str| {
        let node = table.get(key)?;
        compiling.expression(node, NODE_VARIABLES)
    };
    let show = optional("show");
    let value = optional("value");
    let condition = match table.get("where") {
        Some(node) => Some(compiling.condition(node, NODE_VARIABLES)?),
        None => None,
    };
    let about_subject = table.get("select").is_none() && written.iter().all(about_subject);
    let expressions = ["key", "show", "value", "where"].map(|name| table.get(name));
    Some(SideSource {
        subjects,
        reads: reads(&select, &expressions, about_subject),
        select,
        condition,
        key: parts.into_iter().collect::<Option<_>>()?,
        show,
        value,
        keyed_by_subject: written.iter().any(names_subject),
        about_subject,
    })
}

/// What a selection of entries rests on: nothing of the subject's own, where its keys are all about
/// the subject.
fn reads(select: &Path, expressions: &[Option<&Node>], about_subject: bool) -> Reads {
    if about_subject {
        return Reads::default();
    }
    Reads::of(select, expressions.iter().copied().flatten(), false)
}

/// Whether a key can be taken without looking into the subject.
fn about_subject(key: &Node) -> bool {
    let text = key.as_str().unwrap_or_default();
    text.contains("subject") && !text.contains("node") && !text.contains("root")
}

pub(in crate::kinds) fn saying(
    compiling: &mut Compiling<'_>,
    table: &Node,
    key: &str,
) -> Option<Saying> {
    let node = table.get(key)?;
    let mut outcome = Outcome::Fail;
    let (text, severity) = match &node.value {
        Value::Text(_) => (Some(node), None),
        Value::Map(_) => {
            let inner = compiling.table(node, key, &["message", "outcome", "severity"])?;
            match inner.get("outcome").map(|node| (node, node.as_str())) {
                None | Some((_, Some("fail"))) => {}
                Some((_, Some("not-evaluated"))) => outcome = Outcome::NotEvaluated,
                Some((node, _)) => {
                    let message = "`outcome` is fail or not-evaluated";
                    compiling.mistake(node.span, message, "neither");
                }
            }
            let severity = inner.get("severity").and_then(|node| {
                let severity = node.as_str().and_then(Severity::from_id);
                if severity.is_none() {
                    let message = "a severity is blocker, major, minor or info";
                    compiling.mistake(node.span, message, "none of them");
                }
                severity
            });
            (inner.get("message"), severity)
        }
        _ => {
            let message = format!("`{key}` is a text, or a table with `message` and `severity`");
            compiling.mistake(node.span, message, "neither");
            return None;
        }
    };
    let message = match text {
        Some(node) => {
            let own = aplomb_model::Phrase::same(node.as_str().unwrap_or_default());
            let phrase = compiling.rule().check.phrase(key).unwrap_or(own);
            Some(compiling.template(&phrase, node.span, MESSAGE_VARIABLES)?)
        }
        None => None,
    };
    Some(Saying { message, severity, outcome })
}

/// Keys of different lengths never meet, which would make every key a finding.
fn same_length(compiling: &mut Compiling<'_>, left: &Side, right: &Side, span: Span) {
    let lengths = |side: &Side| {
        let own = side.values.is_some().then_some(1);
        let sources = side.sources.iter().map(|source| source.key.len());
        sources.chain(own).collect::<Vec<_>>()
    };
    let mut all = lengths(left);
    all.extend(lengths(right));
    all.dedup();
    if all.len() > 1 {
        let mistake = Mistake::new(
            span,
            "the keys of the two sides have different numbers of parts",
            "cannot be compared",
        );
        compiling.mistakes.push(mistake);
    }
}
