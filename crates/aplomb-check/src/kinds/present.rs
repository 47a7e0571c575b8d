//! `present`: something is among the selected nodes.

use std::collections::BTreeSet;

use aplomb_model::{Node, Outcome, Phrase};

use super::assert::unevaluated;
use super::{Check, Kind, NodeCheck, join};
use crate::compile::Compiling;
use crate::expression::Expression;
use crate::judgement::{Judgement, NODE_VARIABLES, SUBJECT_VARIABLES, View};
use crate::normalise::plain;
use crate::path::Hit;
use crate::template::{shortened, shown};

pub(crate) const KIND: Kind = Kind {
    id: "present",
    summary: "every wanted value is found, in each subject or across the delivery",
    docs: r#"`each` (CEL) lists the values wanted, `key` (CEL over `node`) says what each selected node offers;
values are compared without regard to case and accents. Without `each`, at least one selected node must be
there, and satisfy `where` if given. With `across = "delivery"` the subjects together must offer every value.

```toml
[rule.PR-002]
subjects = { kind = "document" }
present = { across = "delivery", each = "params.documents['tier' + string(delivery.tier)]", key = "subject.type" }
```"#,
    compile,
};

#[derive(Debug)]
struct Present {
    condition: Option<Expression>,
    each: Option<(Expression, Expression)>,
}

fn compile(compiling: &mut Compiling<'_>, written: &Node) -> Option<Check> {
    let table = compiling.table(written, "present", &["across", "each", "key", "where"])?;
    if let Some(across) = table.get("across") {
        if across.as_str() != Some("delivery") {
            compiling.mistake(across.span, "`across` can only be \"delivery\"", "not this");
            return None;
        }
        return join::compile_presence(compiling, table);
    }
    let condition = match table.get("where") {
        Some(written) => Some(compiling.condition(written, NODE_VARIABLES)?),
        None => None,
    };
    let each = match (table.get("each"), table.get("key")) {
        (Some(each), Some(key)) => Some((
            compiling.expression(each, SUBJECT_VARIABLES)?,
            compiling.expression(key, NODE_VARIABLES)?,
        )),
        (None, None) => None,
        (Some(one), None) | (None, Some(one)) => {
            compiling.mistake(one.span, "`each` and `key` go together", "alone here");
            return None;
        }
    };
    Some(Check::Nodes(Box::new(Present { condition, each })))
}

impl NodeCheck for Present {
    fn needs_nodes(&self) -> bool {
        false
    }

    fn passes(&self, _: &View<'_>, _: &[&Node]) -> bool {
        false
    }

    fn judge(&self, view: &View<'_>, hits: &[Hit<'_>]) -> Vec<Judgement> {
        let mut judgements = Vec::new();
        let mut kept = Vec::new();
        for hit in hits {
            match &self.condition {
                None => kept.push(hit),
                Some(condition) => match condition.holds(&view.node_scope(hit.node)) {
                    Ok(true) => kept.push(hit),
                    Ok(false) => {}
                    Err(error) => judgements.push(unevaluated(error, hit.location.to_string())),
                },
            }
        }
        let Some((each, key)) = &self.each else {
            if !kept.is_empty() {
                return Vec::new();
            }
            if judgements.is_empty() {
                let message =
                    Phrase::new("what must be here is missing", "ce qui doit être là manque");
                judgements.push(Judgement::new(Outcome::Fail, message, ""));
            }
            return judgements;
        };
        let wanted = match each.evaluate(&view.scope()) {
            Ok(wanted) => wanted,
            Err(error) => return vec![unevaluated(error, "each")],
        };
        if wanted.items().is_empty() {
            let message = Phrase::new("nothing is wanted here", "rien n'est demandé ici");
            return vec![Judgement::new(Outcome::NotApplicable, message, "each")];
        }
        let mut offered = BTreeSet::new();
        for hit in kept {
            match key.evaluate(&view.node_scope(hit.node)) {
                Ok(value) if value.items().is_empty() => {
                    offered.insert(plain(&shown(&value)));
                }
                Ok(value) => offered.extend(value.items().iter().map(|one| plain(&shown(one)))),
                Err(error) => judgements.push(unevaluated(error, hit.location.to_string())),
            }
        }
        for one in wanted.items() {
            let name = shown(one);
            if !offered.contains(&plain(&name)) {
                let locator = plain(&name);
                let name = shortened(name);
                let message = Phrase::new(format!("{name} is missing"), format!("{name} manque"));
                judgements.push(Judgement::new(Outcome::Fail, message, locator));
            }
        }
        judgements
    }
}
