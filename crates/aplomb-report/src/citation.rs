use aplomb_model::{Reference, RuleFacts};

use crate::visible;

/// A clause as it is cited: `ISO/IEC 27001:2022 A.8.20`.
pub(crate) fn cite(reference: &Reference) -> String {
    let standard = visible::line(&reference.standard);
    let id = visible::line(&reference.id);
    match &reference.version {
        Some(version) => format!("{standard}:{} {id}", visible::line(version)),
        None => format!("{standard} {id}"),
    }
}

/// All clauses of a rule, those nobody has checked yet with an asterisk.
pub(crate) fn cite_all(rule: &RuleFacts) -> String {
    let cited = rule.references.iter().map(|reference| {
        let mark = if reference.unverified { "*" } else { "" };
        format!("{}{mark}", cite(reference))
    });
    cited.collect::<Vec<_>>().join(", ")
}
