//! `cover`: intervals cover a period without a gap.

use std::collections::BTreeMap;

use aplomb_model::{Node, Outcome, Phrase, Span};
use chrono::NaiveDateTime;

use super::assert::unevaluated;
use super::{Check, Kind, NodeCheck, pointed};
use crate::compile::Compiling;
use crate::expression::{Expression, Scope};
use crate::judgement::{Judgement, NODE_VARIABLES, SUBJECT_VARIABLES, View};
use crate::path::Hit;
use crate::scalar::{self, Moment};
use crate::template::{shortened, shown};

pub(crate) const KIND: Kind = Kind {
    id: "cover",
    summary: "intervals, one a row, cover a period without a gap",
    docs: r#"`start` and `end` (CEL over `node`) give each row's interval, `by` the series it belongs to;
`groups` (CEL) lists the series that must be there, otherwise those found are judged. `from` and `to` (CEL)
bound the period. Times are compared as local wall-clock times, the way rotas are written.

```toml
[rule.PR-035]
subjects = { kind = "document", type = "AST" }
select = "$.tables[*].rows[*]"
[rule.PR-035.cover]
by = "cell(node, 'niveau', 'level')"
groups = "['1', '2']"
start = "cell(node, 'debut', 'start')"
end = "cell(node, 'fin', 'end')"
from = "delivery.go_live"
to = "date(delivery.go_live) + days(28)"
```"#,
    compile,
};

#[derive(Debug)]
struct Cover {
    start: Expression,
    end: Expression,
    by: Option<Expression>,
    groups: Option<Expression>,
    from: Expression,
    to: Expression,
}

fn compile(compiling: &mut Compiling<'_>, written: &Node) -> Option<Check> {
    let known = &["by", "end", "from", "groups", "start", "to"];
    let table = compiling.table(written, "cover", known)?;
    let mut needed = |key: &str, variables: &[&'static str]| {
        let written = compiling.required(table, key)?;
        compiling.expression(written, variables)
    };
    let start = needed("start", NODE_VARIABLES);
    let end = needed("end", NODE_VARIABLES);
    let from = needed("from", SUBJECT_VARIABLES);
    let to = needed("to", SUBJECT_VARIABLES);
    let by = match table.get("by") {
        Some(written) => Some(compiling.expression(written, NODE_VARIABLES)?),
        None => None,
    };
    let groups = match table.get("groups") {
        Some(written) => Some(compiling.expression(written, SUBJECT_VARIABLES)?),
        None => None,
    };
    Some(Check::Nodes(Box::new(Cover {
        start: start?,
        end: end?,
        by,
        groups,
        from: from?,
        to: to?,
    })))
}

/// One row's interval and where it is written.
struct Interval {
    start: NaiveDateTime,
    end: NaiveDateTime,
    span: Span,
}

impl Cover {
    fn interval(
        &self,
        view: &View<'_>,
        hit: &Hit<'_>,
    ) -> Result<(String, Interval), Box<Judgement>> {
        let scope = view.node_scope(hit.node);
        let locator = hit.location.to_string();
        let group = match &self.by {
            None => String::new(),
            Some(by) => {
                let group = by.evaluate(&scope).map_err(|e| unevaluated(e, &locator));
                shown(&group.map_err(Box::new)?)
            }
        };
        let start = moment(&self.start, &scope, &locator)?;
        let end = moment(&self.end, &scope, &locator)?;
        if end <= start {
            let message = Phrase::new(
                "this interval ends before it begins",
                "cet intervalle finit avant de commencer",
            );
            return Err(Box::new(Judgement::new(Outcome::Fail, message, locator)));
        }
        let span = pointed(hit.node, hit.key_span);
        Ok((group, Interval { start, end, span }))
    }
}

/// The wall-clock time an expression gives: of a date alone its midnight, of an instant the time
/// on its own offset's clock.
fn moment(
    expression: &Expression,
    scope: &Scope<'_>,
    locator: &str,
) -> Result<NaiveDateTime, Box<Judgement>> {
    let value =
        expression.evaluate(scope).map_err(|error| Box::new(unevaluated(error, locator)))?;
    let text = shown(&value);
    match scalar::date(&text) {
        Some(Moment::Date(date)) => Ok(date.into()),
        Some(Moment::Local(local)) => Ok(local),
        Some(Moment::Instant(instant)) => Ok(instant.naive_local()),
        None => {
            let message = Phrase::new(
                format!("“{text}” is not a date"),
                format!("« {text} » n'est pas une date"),
            );
            Err(Box::new(Judgement::new(Outcome::NotEvaluated, message, locator)))
        }
    }
}

impl NodeCheck for Cover {
    fn passes(&self, _: &View<'_>, _: &[&Node]) -> bool {
        false
    }

    fn judge(&self, view: &View<'_>, hits: &[Hit<'_>]) -> Vec<Judgement> {
        let scope = view.scope();
        let bounds = moment(&self.from, &scope, "from")
            .and_then(|from| Ok((from, moment(&self.to, &scope, "to")?)));
        let (from, to) = match bounds {
            Ok(bounds) => bounds,
            Err(judgement) => return vec![*judgement],
        };
        let mut judgements = Vec::new();
        let mut series = BTreeMap::<String, Vec<Interval>>::new();
        if let Some(groups) = &self.groups {
            match groups.evaluate(&scope) {
                Ok(wanted) => {
                    for group in wanted.items() {
                        series.entry(shown(group)).or_default();
                    }
                }
                Err(error) => return vec![unevaluated(error, "groups")],
            }
        }
        let only_wanted = !series.is_empty();
        for (number, hit) in hits.iter().enumerate() {
            match self.interval(view, hit) {
                Ok((group, interval)) => {
                    if let Some(intervals) = series.get_mut(&group) {
                        intervals.push(interval);
                    } else if !only_wanted {
                        series.insert(group, vec![interval]);
                    }
                }
                Err(judgement) => {
                    let span = pointed(hit.node, hit.key_span);
                    judgements.push(judgement.of_hit(number).at(span, Phrase::default()));
                }
            }
        }
        for (group, intervals) in series {
            judgements.extend(gaps(&group, intervals, from, to));
        }
        judgements
    }
}

fn gaps(
    group: &str,
    mut intervals: Vec<Interval>,
    from: NaiveDateTime,
    to: NaiveDateTime,
) -> Vec<Judgement> {
    intervals.sort_by_key(|interval| (interval.start, interval.end));
    let mut gaps = Vec::new();
    let mut covered = from;
    let mut last = intervals.first().map(|interval| interval.span);
    for interval in &intervals {
        if covered >= to {
            break;
        }
        if interval.start > covered && interval.end > from {
            gaps.push(gap(group, covered, interval.start.min(to), last));
        }
        if interval.end > covered {
            covered = interval.end;
            last = Some(interval.span);
        }
    }
    if covered < to {
        gaps.push(gap(group, covered, to, last));
    }
    gaps
}

fn gap(group: &str, from: NaiveDateTime, to: NaiveDateTime, after: Option<Span>) -> Judgement {
    let length = to - from;
    let (days, hours, minutes) =
        (length.num_days(), length.num_hours() % 24, length.num_minutes() % 60);
    let amount = |day: &str| {
        let parts = [(days, day), (hours, "h"), (minutes, "min")];
        let parts = parts.iter().filter(|(n, _)| *n > 0);
        let parts: Vec<_> = parts.map(|(n, unit)| format!("{n} {unit}")).collect();
        parts.join(" ")
    };
    let (start, end) = (from.format("%Y-%m-%d %H:%M"), to.format("%Y-%m-%d %H:%M"));
    let (en, fr) = match shortened(group.to_owned()) {
        none if none.is_empty() => (String::new(), String::new()),
        group => (format!("{group}: "), format!("{group} : ")),
    };
    let message = Phrase::new(
        format!("{en}nothing covers {start} to {end} ({})", amount("d")),
        format!("{fr}rien ne couvre la période du {start} au {end} ({})", amount("j")),
    );
    let judgement = Judgement::new(Outcome::Fail, message, format!("{group}@{from}"));
    match after {
        Some(span) => {
            let label = Phrase::new("the last before the gap", "le dernier avant le trou");
            judgement.at(span, label)
        }
        None => judgement,
    }
}
