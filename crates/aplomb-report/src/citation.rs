use aplomb_model::{Position, Reference, RuleFacts};

use crate::visible;

/// All clauses that ask for a rule, those that nobody has checked with a star; nothing where there
/// are none.
pub(crate) fn cite_all(rule: &RuleFacts) -> String {
    let cited = rule.references.iter().map(|reference| {
        let mark = if reference.unverified { "*" } else { "" };
        format!("{}{mark}", cite(reference))
    });
    cited.collect::<Vec<_>>().join(", ")
}

/// A place as it is cited: `hosts/db01.json:34:5`. A whole file, of which nothing is shown, comes
/// without its beginning.
pub(crate) fn place(file: &str, start: Position, shown: bool) -> String {
    if !shown && (start.line, start.column) <= (1, 1) {
        return file.to_owned();
    }
    format!("{file}:{}:{}", start.line, start.column)
}

/// A clause as it is cited: `ISO/IEC 27001:2022 A.8.20`.
fn cite(reference: &Reference) -> String {
    let standard = visible::line(&reference.standard);
    let id = visible::line(&reference.id);
    match &reference.version {
        Some(version) => format!("{standard}:{} {id}", visible::line(version)),
        None => format!("{standard} {id}"),
    }
}
