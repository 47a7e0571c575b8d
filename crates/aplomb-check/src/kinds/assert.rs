//! `assert`: a CEL expression holds for every selected node.

use aplomb_model::{Node, Outcome, Phrase};

use super::{Check, Kind, NodeCheck, pointed};
use crate::compile::Compiling;
use crate::expression::{EvaluationError, EvaluationErrorKind, Expression};
use crate::judgement::{Judgement, NODE_VARIABLES, View};
use crate::path::Hit;

pub(crate) const KIND: Kind = Kind {
    id: "assert",
    summary: "a CEL expression holds for every selected node",
    docs: r#"The expression may use `node`, `root`, `subject`, `delivery`, `params` and `now`, the macros of CEL
(`has`, `all`, `exists`, `exists_one`, `filter`, `map`), and the functions that `aplomb list functions`
names: those of Kubernetes' CEL libraries, and `version()`, `date()`, `days()`, `cell()`, `hosts()`,
`ports()` and others. A function may be written `f(a, b)` or `a.f(b)`.

```toml
[rule.PR-008]
subjects = { kind = "document" }
select = "$.front_matter"
assert = "date(node.review_date) >= now"
```"#,
    compile,
};

#[derive(Debug)]
struct Assert {
    expression: Expression,
    text: String,
}

fn compile(compiling: &mut Compiling<'_>, written: &Node) -> Option<Check> {
    let expression = compiling.condition(written, NODE_VARIABLES)?;
    let text = written.as_str().unwrap_or_default().trim().to_owned();
    Some(Check::Nodes(Box::new(Assert { expression, text })))
}

impl NodeCheck for Assert {
    fn passes(&self, view: &View<'_>, nodes: &[&Node]) -> bool {
        let holds = |node: &&Node| self.expression.holds(&view.node_scope(node));
        nodes.iter().all(|node| matches!(holds(node), Ok(true)))
    }

    fn judge(&self, view: &View<'_>, hits: &[Hit<'_>]) -> Vec<Judgement> {
        let mut judgements = Vec::new();
        for (number, hit) in hits.iter().enumerate() {
            let judgement = match self.expression.holds(&view.node_scope(hit.node)) {
                Ok(true) => continue,
                Ok(false) => Judgement::new(
                    Outcome::Fail,
                    Phrase::new(
                        format!("this does not hold: {}", self.text),
                        format!("ceci n'est pas vérifié : {}", self.text),
                    ),
                    hit.location.to_string(),
                ),
                Err(error) => unevaluated(error, hit.location.to_string()),
            };
            let span = pointed(hit.node, hit.key_span);
            judgements.push(judgement.of_hit(number).at(span, Phrase::default()));
        }
        judgements
    }
}

/// What it means that an expression gives no value: a missing fact is missing evidence, anything
/// else an error of the evaluation.
pub(crate) fn unevaluated(error: EvaluationError, locator: impl Into<String>) -> Judgement {
    let outcome = match error.kind {
        EvaluationErrorKind::MissingKey(_) => Outcome::NotEvaluated,
        _ => Outcome::Error,
    };
    Judgement::new(outcome, error.message, locator)
}
