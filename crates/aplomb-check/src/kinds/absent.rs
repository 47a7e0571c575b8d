//! `absent`: none of the selected nodes may be there.

use aplomb_model::{Node, Outcome, Phrase};

use super::assert::unevaluated;
use super::{Check, Kind, NodeCheck, pointed};
use crate::compile::Compiling;
use crate::expression::Expression;
use crate::judgement::{Judgement, NODE_VARIABLES, View};
use crate::path::Hit;

pub(crate) const KIND: Kind = Kind {
    id: "absent",
    summary: "none of the selected nodes is there, or none for which a condition holds",
    docs: r#"Each node found is a finding of its own. `where` (CEL) narrows the selection; `absent = {}`
forbids whatever `select` finds.

```toml
[rule.SW-005]
subjects = { kind = "host" }
select = "$.packages[*]"
absent = { where = "node.name in params.forbidden" }
```"#,
    compile,
};

#[derive(Debug)]
struct Absent {
    condition: Option<Expression>,
}

fn compile(compiling: &mut Compiling<'_>, written: &Node) -> Option<Check> {
    let table = compiling.table(written, "absent", &["where"])?;
    let condition = match table.get("where") {
        Some(written) => Some(compiling.condition(written, NODE_VARIABLES)?),
        None => None,
    };
    Some(Check::Nodes(Box::new(Absent { condition })))
}

impl NodeCheck for Absent {
    fn needs_nodes(&self) -> bool {
        // With a condition, an empty selection may just as well mean that the fact was not
        // recorded; the rule's `missing` says what it means.
        self.condition.is_some()
    }

    fn passes(&self, view: &View<'_>, nodes: &[&Node]) -> bool {
        match &self.condition {
            None => nodes.is_empty(),
            Some(condition) => nodes
                .iter()
                .all(|node| matches!(condition.holds(&view.node_scope(node)), Ok(false))),
        }
    }

    fn judge(&self, view: &View<'_>, hits: &[Hit<'_>]) -> Vec<Judgement> {
        let mut judgements = Vec::new();
        for (number, hit) in hits.iter().enumerate() {
            let here = match &self.condition {
                None => Ok(true),
                Some(condition) => condition.holds(&view.node_scope(hit.node)),
            };
            let judgement = match here {
                Ok(false) => continue,
                Ok(true) => Judgement::new(
                    Outcome::Fail,
                    Phrase::new("this must not be here", "ceci ne doit pas être là"),
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
