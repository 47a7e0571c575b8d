//! `catalogue`: what is there is listed in a declared catalogue, with a status that allows it.

use aplomb_model::{Node, Outcome, Phrase};
use globset::GlobMatcher;

use super::assert::unevaluated;
use super::{Check, Kind, NodeCheck, pointed};
use crate::compile::Compiling;
use crate::expression::{EvaluationError, Expression};
use crate::judgement::{Judgement, NODE_VARIABLES, View};
use crate::normalise::plain;
use crate::path::Hit;
use crate::scalar;
use crate::template::shown;

pub(crate) const KIND: Kind = Kind {
    id: "catalogue",
    summary: "a value is listed in a catalogue, with a status and dates that allow it",
    docs: r#"`name` names a `[catalogue.NAME]` of the standard, or `STANDARD:NAME` one of another; `match` gives, for fields of an entry, the value
they must have (CEL over `node`; an entry's field may be a list of alternatives or end in `*`). An entry with
`status = "forbidden"` fails; with `"tolerated"` it passes until the end of its `tolerated_until`; `"approved"`
or none passes. `assert` (CEL) may then compare `node` with `entry`. `unlisted` says what it means that no
entry matches: `fail` (the default), `not-applicable`, `not-evaluated` or `pass`.

```toml
[rule.HW-003]
subjects = { kind = "host" }
select = "$.hardware"
[rule.HW-003.catalogue]
name = "server-models"
match = { vendor = "node.vendor", product = "node.product" }
assert = "version(node.bios) >= version(entry.bios_min)"
```"#,
    compile,
};

/// The variables of a catalogue's `assert`.
const ENTRY_VARIABLES: &[&str] = &["node", "root", "subject", "delivery", "params", "now", "entry"];

#[derive(Debug)]
struct Catalogue {
    name: String,
    entries: Vec<Entry>,
    values: Vec<Expression>,
    condition: Option<(Expression, String)>,
    unlisted: Outcome,
}

#[derive(Debug)]
struct Entry {
    node: Node,
    /// For each field of `match`, what it accepts; `None` where the entry lacks the field.
    accepts: Vec<Option<Vec<Accept>>>,
}

#[derive(Debug)]
enum Accept {
    Text(String),
    Glob(GlobMatcher),
}

fn compile(compiling: &mut Compiling<'_>, written: &Node) -> Option<Check> {
    let known = &["assert", "match", "name", "unlisted"];
    let table = compiling.table(written, "catalogue", known)?;
    let name = compiling.required(table, "name")?;
    let matching = compiling.required(table, "match")?;
    let condition = match table.get("assert") {
        Some(written) => Some((
            compiling.condition(written, ENTRY_VARIABLES)?,
            written.as_str().unwrap_or_default().trim().to_owned(),
        )),
        None => None,
    };
    let unlisted = match table.get("unlisted") {
        None => Outcome::Fail,
        Some(node) => {
            let outcome = node.as_str().and_then(Outcome::from_id);
            let outcome = outcome.filter(|outcome| *outcome != Outcome::Error);
            if outcome.is_none() {
                let message = "`unlisted` is one of fail, not-applicable, not-evaluated, pass";
                compiling.mistake(node.span, message, "not one of them");
            }
            outcome?
        }
    };
    let entries = compiling.catalogue(name)?;
    let mut fields = Vec::new();
    let mut values = Vec::new();
    for member in matching.members() {
        fields.push(&*member.key);
        values.push(compiling.expression(&member.value, NODE_VARIABLES)?);
    }
    if fields.is_empty() {
        compiling.mistake(matching.span, "`match` names no field", "empty");
        return None;
    }
    let entries = entries.into_iter().map(|node| Entry {
        accepts: fields.iter().map(|field| accepts(&node, field)).collect(),
        node,
    });
    Some(Check::Nodes(Box::new(Catalogue {
        name: name.as_str().unwrap_or_default().to_owned(),
        entries: entries.collect(),
        values,
        condition,
        unlisted,
    })))
}

fn accepts(entry: &Node, field: &str) -> Option<Vec<Accept>> {
    let value = entry.get(field)?;
    let one = |node: &Node| {
        let text = plain(&shown(node));
        let glob = text.contains('*').then(|| globset::Glob::new(&text).ok());
        match glob.flatten() {
            Some(glob) => Accept::Glob(glob.compile_matcher()),
            None => Accept::Text(text),
        }
    };
    Some(match value.items() {
        [] => vec![one(value)],
        items => items.iter().map(one).collect(),
    })
}

impl Catalogue {
    fn values(&self, view: &View<'_>, node: &Node) -> Result<Vec<String>, EvaluationError> {
        let scope = view.node_scope(node);
        let value = |expression: &Expression| Ok(shown(&expression.evaluate(&scope)?));
        self.values.iter().map(value).collect()
    }

    fn find(&self, values: &[String]) -> Option<&Entry> {
        let values: Vec<_> = values.iter().map(|value| plain(value)).collect();
        self.entries.iter().find(|entry| {
            entry.accepts.iter().zip(&values).all(|(accepts, value)| {
                accepts.iter().flatten().any(|accept| match accept {
                    Accept::Text(text) => text == value,
                    Accept::Glob(glob) => glob.is_match(value),
                })
            })
        })
    }

    fn judge_one(&self, view: &View<'_>, hit: &Hit<'_>) -> Option<Judgement> {
        let locator = hit.location.to_string();
        let values = match self.values(view, hit.node) {
            Ok(values) => values,
            Err(error) => return Some(unevaluated(error, locator)),
        };
        let what = values.join(" ");
        let Some(entry) = self.find(&values) else {
            let message = Phrase::new(
                format!("{what} is not in the catalogue {}", self.name),
                format!("{what} n'est pas au catalogue {}", self.name),
            );
            return (self.unlisted != Outcome::Pass)
                .then(|| Judgement::new(self.unlisted, message, locator));
        };
        if let Some(message) = refused(&entry.node, &what, view) {
            return Some(Judgement::new(Outcome::Fail, message, locator));
        }
        let (condition, text) = self.condition.as_ref()?;
        let scope = view.node_scope(hit.node).with("entry", &entry.node);
        match condition.holds(&scope) {
            Ok(true) => None,
            Ok(false) => {
                let message = Phrase::new(
                    format!("{what}: this does not hold: {text}"),
                    format!("{what} : ceci n'est pas vérifié : {text}"),
                );
                Some(Judgement::new(Outcome::Fail, message, locator))
            }
            Err(error) => Some(unevaluated(error, locator)),
        }
    }
}

/// Why an entry's status does not allow what it lists.
fn refused(entry: &Node, what: &str, view: &View<'_>) -> Option<Phrase> {
    match entry.get("status").and_then(Node::as_str) {
        None | Some("approved") => None,
        Some("tolerated") => {
            let until = entry.get("tolerated_until").and_then(Node::as_str);
            let Some(end) = until.and_then(scalar::date) else {
                return Some(Phrase::new(
                    format!("{what} is tolerated without an end date"),
                    format!("{what} est toléré sans date de fin"),
                ));
            };
            (end.end_utc() < view.surroundings.now).then(|| {
                let until = until.unwrap_or_default();
                Phrase::new(
                    format!("{what} was tolerated until {until}"),
                    format!("{what} était toléré jusqu'au {until}"),
                )
            })
        }
        Some(status) => Some(Phrase::new(
            format!("{what} has the status {status}"),
            format!("{what} a le statut {status}"),
        )),
    }
}

impl NodeCheck for Catalogue {
    fn passes(&self, _: &View<'_>, _: &[&Node]) -> bool {
        false
    }

    fn judge(&self, view: &View<'_>, hits: &[Hit<'_>]) -> Vec<Judgement> {
        let mut judgements = Vec::new();
        for (number, hit) in hits.iter().enumerate() {
            if let Some(judgement) = self.judge_one(view, hit) {
                let span = pointed(hit.node, hit.key_span);
                judgements.push(judgement.of_hit(number).at(span, Phrase::default()));
            }
        }
        judgements
    }
}
