//! `expect`: every selected node satisfies a JSON Schema.

use aplomb_model::{Node, Outcome, Phrase, Role};

use super::{Check, Kind, NodeCheck, pointed};
use crate::compile::Compiling;
use crate::judgement::{Judgement, Place, View};
use crate::path::Hit;
use crate::schema::{Schema, Violation};

pub(crate) const KIND: Kind = Kind {
    id: "expect",
    summary: "every selected node satisfies a JSON Schema (draft 2020-12)",
    docs: r#"The schema is written inline. Besides the keywords of draft 2020-12 there are `minVersion`,
`maxVersion`, `after`, `before`, `minDuration`, `maxDuration`, `minQuantity`, `maxQuantity`, `withinCidr`,
`notAnyCidr`, and the formats `any-date`, `any-duration`, `quantity`, `cidr`, `version`. A schema that names
no `type` is about the type its keywords are about: `{ maximum = 10 }` refuses text instead of passing over it,
as JSON Schema would; many formats have nothing but text (use `maxQuantity`, `pattern` or `assert` there). A table
`{ param = "name" }` anywhere in it stands for the value of a parameter.

```toml
[rule.SW-012]
subjects = { kind = "config", format = "sshd_config" }
select = "$.effective[*].PermitRootLogin"
missing = "fail"
expect = { const = "no" }
```"#,
    compile,
};

/// Places shown of one node that violates a schema in several ways.
const SHOWN: usize = 4;

#[derive(Debug)]
struct Expect {
    schema: Schema,
}

fn compile(compiling: &mut Compiling<'_>, written: &Node) -> Option<Check> {
    let schema = compiling.with_params(written);
    match Schema::compile(&schema, &compiling.schema_options()) {
        Ok(schema) => Some(Check::Nodes(Box::new(Expect { schema }))),
        Err(mistakes) => {
            compiling.mistakes.extend(mistakes);
            None
        }
    }
}

impl NodeCheck for Expect {
    fn passes(&self, _: &View<'_>, nodes: &[&Node]) -> bool {
        nodes.iter().all(|node| self.schema.is_valid(node))
    }

    fn judge(&self, _: &View<'_>, hits: &[Hit<'_>]) -> Vec<Judgement> {
        let violated = hits.iter().enumerate().filter_map(|(number, hit)| {
            let violations = self.schema.violations(hit.node);
            (!violations.is_empty()).then(|| judgement(number, hit, &violations))
        });
        violated.collect()
    }
}

fn judgement(number: usize, hit: &Hit<'_>, violations: &[Violation<'_>]) -> Judgement {
    let said = |of: fn(&Phrase) -> &str, between: &str| {
        let texts: Vec<_> = violations.iter().map(|v| of(&v.message)).collect();
        texts.join(between)
    };
    let message = Phrase::new(said(|m| &m.en, "; "), said(|m| &m.fr, "\u{a0}; "));
    // What gave up has found nothing out; what else was found holds all the same.
    let nothing_found = violations.iter().all(|violation| violation.gave_up);
    let outcome = if nothing_found { Outcome::Error } else { Outcome::Fail };
    let mut judgement = Judgement::new(outcome, message, hit.location.to_string()).of_hit(number);
    for violation in violations.iter().take(SHOWN) {
        let key = match violation.key_span {
            None if std::ptr::eq(violation.node, hit.node) => hit.key_span,
            key => key,
        };
        judgement.places.push(Place {
            span: pointed(violation.node, key),
            role: Role::Primary,
            label: violation.message.clone(),
        });
    }
    judgement
}
