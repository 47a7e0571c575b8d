//! `agree`: within a group, values are the same, or each is another.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use aplomb_model::{Node, Outcome, Phrase, Role, Subject};

use super::join::{
    Comparison, Concluded, Entry, Join, Known, MOST_PAIRS, Place, Saying, Telling, Together, key,
    saying, side, whole,
};
use super::{Check, Kind};
use crate::compile::Compiling;
use crate::judgement::Surroundings;
use crate::normalise::plain;

pub(crate) const KIND: Kind = Kind {
    id: "agree",
    summary: "within a group, values taken from any subjects are the same, or all different",
    docs: r#"`of` says which `subjects`, what to `select` in them, the `key` of the group each node belongs to and
its `value` (CEL over `node`), as a side of a `join` does; `where` narrows, `show` names an entry in messages.
`values` is `"same"` (the default) or `"different"`. `compare = { as, precision, tolerance }` tells how
values are compared. Where they must be the same, the one that most of the group have is presumed right; of
several that are as frequent, the highest, or with `presumed = "lowest"` the lowest. `presumed = "highest"`
takes the highest whatever most have. `differs` says what is wrong, with `key`, `left` (the one reported) and
`right` (the one it is held against), as a text or as `{ message, severity, outcome }`. A group of one has
nothing to agree with. A subject in which nothing is found is not evaluated, unless
`missing = "not-applicable"`.

```toml
[rule.HW-007.agree]
of = { subjects = { kind = "host" }, select = "$.hardware.bios", key = ["subject.role", "root.hardware.product"], value = "node" }
compare = { as = "version", precision = "full" }
differs = "{left.subject} has the firmware {left.value}, {right.subject} has {right.value}"
```"#,
    compile,
};

/// What is demanded of the values of a group.
#[derive(Debug)]
pub(super) struct Agreement {
    comparison: Comparison,
    demand: Demand,
    differs: Saying,
    /// Whether a subject in which nothing is found leaves the rule unevaluated.
    each_subject: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Demand {
    Same(Presumed),
    Different,
}

/// Which value of a group the others are held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presumed {
    Most,
    Highest,
    Lowest,
}

fn compile(compiling: &mut Compiling<'_>, written: &Node) -> Option<Check> {
    let known = &["compare", "differs", "missing", "of", "presumed", "values"];
    let table = compiling.table(written, "agree", known)?;
    let of = compiling.required(table, "of");
    let of = of.and_then(|node| side(compiling, node));
    let comparison = Comparison::compile(compiling, table)?;
    let presumed = match table.get("presumed").map(|node| (node, node.as_str())) {
        None | Some((_, Some("most"))) => Presumed::Most,
        Some((_, Some("highest"))) => Presumed::Highest,
        Some((_, Some("lowest"))) => Presumed::Lowest,
        Some((node, _)) => {
            let message = "`presumed` is most, highest or lowest";
            compiling.mistake(node.span, message, "none of them");
            return None;
        }
    };
    let demand = match table.get("values").map(|node| (node, node.as_str())) {
        None | Some((_, Some("same"))) => Demand::Same(presumed),
        Some((_, Some("different"))) => Demand::Different,
        Some((node, _)) => {
            compiling.mistake(node.span, "`values` is same or different", "neither");
            return None;
        }
    };
    if demand == Demand::Different
        && let Some(member) = table.member("presumed")
    {
        let message = "where all values are different none is presumed right";
        compiling.mistake(member.key_span, message, "of no use here");
    }
    let each_subject = match table.get("missing").map(|node| (node, node.as_str())) {
        None | Some((_, Some("not-evaluated"))) => true,
        Some((_, Some("not-applicable"))) => false,
        Some((node, _)) => {
            let message = "`missing` is not-evaluated or not-applicable";
            compiling.mistake(node.span, message, "neither");
            return None;
        }
    };
    let of = of?;
    if of.sources.iter().any(|source| source.value.is_none()) || of.values.is_some() {
        let span = table.get("of").map_or(written.span, |node| node.span);
        compiling.mistake(span, "`agree` compares values, and there are none", "needs `value`");
        return None;
    }
    let differs = saying(compiling, table, "differs");
    let differs = differs.unwrap_or_default();
    let agreement = Agreement { comparison, demand, differs, each_subject };
    Some(Check::Join(Box::new(Join::within(of, agreement))))
}

/// Entries of a group whose values read the same.
struct Cluster<'a> {
    value: &'a str,
    entries: Vec<&'a Entry>,
}

impl Agreement {
    /// All that depart from their group; nothing where every group agrees.
    pub(super) fn conclude(
        &self,
        known: &Known<'_>,
        subjects: &[Subject],
        surroundings: Surroundings<'_>,
    ) -> Vec<Concluded> {
        let mut concluded = Vec::new();
        if self.each_subject {
            concluded.extend(known.silent().into_iter().map(nothing_found));
        }
        let telling = Telling { subjects, surroundings };
        let groups = known.in_order();
        let groups: Vec<_> = groups.into_iter().filter(|group| group.entries.len() > 1).collect();
        if groups.is_empty() && concluded.is_empty() {
            if known.is_empty() && !known.is_left_out() {
                return known.nothing_found();
            }
            let message = Phrase::new(
                "no group has two members: there is nothing to compare",
                "aucun groupe n'a deux membres : il n'y a rien à comparer",
            );
            return vec![whole(Outcome::NotApplicable, message)];
        }
        for group in groups {
            let blank = group.entries.iter().filter(|entry| is_blank(entry));
            concluded.extend(blank.map(|entry| blank_value(group, entry)));
            let clusters = clusters(group);
            if clusters.len().saturating_mul(clusters.len()) > MOST_PAIRS {
                concluded.push(too_many());
                continue;
            }
            let told = &mut concluded;
            match self.demand {
                Demand::Same(presumed) => self.same(group, &clusters, presumed, &telling, told),
                Demand::Different => self.different(group, &clusters, &telling, told),
            }
        }
        concluded
    }

    fn same(
        &self,
        group: &Together<'_>,
        clusters: &[Cluster<'_>],
        presumed: Presumed,
        telling: &Telling<'_>,
        concluded: &mut Vec<Concluded>,
    ) {
        let Some(right) = self.presumed(clusters, presumed) else { return };
        let against = right.entries[0];
        for cluster in clusters {
            // What reads the same is the same, even where it is no value of its kind.
            if std::ptr::eq(cluster, right) {
                continue;
            }
            let verdict = self.comparison.agree(cluster.value, right.value);
            let outcome = match &verdict {
                Ok(true) => continue,
                Ok(false) => Outcome::Fail,
                Err(_) => Outcome::NotEvaluated,
            };
            for entry in &cluster.entries {
                let reason = verdict.clone().err();
                concluded.push(self.tell(group, entry, against, outcome, reason, telling));
            }
        }
    }

    /// The value that the others are held against.
    fn presumed<'c, 'a>(
        &self,
        clusters: &'c [Cluster<'a>],
        presumed: Presumed,
    ) -> Option<&'c Cluster<'a>> {
        let weight = |cluster: &Cluster<'_>| -> usize {
            let agree = |other: &&Cluster<'_>| {
                self.comparison.agree(cluster.value, other.value) == Ok(true)
            };
            clusters.iter().filter(agree).map(|other| other.entries.len()).sum()
        };
        let by_value = |a: &Cluster<'_>, b: &Cluster<'_>| {
            let order = self.comparison.order(a.value, b.value).unwrap_or(Ordering::Equal);
            if presumed == Presumed::Lowest { order.reverse() } else { order }
        };
        // Of equals the first: `max_by` would take the last.
        let first_of = |candidates: Vec<(usize, &'c Cluster<'a>)>| {
            candidates.into_iter().reduce(|best, next| {
                let order = match presumed {
                    Presumed::Highest => by_value(next.1, best.1),
                    _ => next.0.cmp(&best.0).then_with(|| by_value(next.1, best.1)),
                };
                if order.is_gt() { next } else { best }
            })
        };
        // What is no value of its kind is not what the others should have.
        let comparable = clusters
            .iter()
            .filter(|cluster| self.comparison.order(cluster.value, cluster.value).is_ok());
        let found = first_of(comparable.map(|cluster| (weight(cluster), cluster)).collect());
        found.map(|(_, cluster)| cluster).or_else(|| clusters.first())
    }

    fn different(
        &self,
        group: &Together<'_>,
        clusters: &[Cluster<'_>],
        telling: &Telling<'_>,
        concluded: &mut Vec<Concluded>,
    ) {
        for (number, cluster) in clusters.iter().enumerate() {
            let before = clusters[..number].iter().find_map(|other| {
                match self.comparison.agree(cluster.value, other.value) {
                    Ok(false) => None,
                    Ok(true) => Some((other.entries[0], Outcome::Fail, None)),
                    Err(reason) => Some((other.entries[0], Outcome::NotEvaluated, Some(reason))),
                }
            });
            let (against, outcome, reason) = match before {
                Some(before) => before,
                None => (cluster.entries[0], Outcome::Fail, None),
            };
            for entry in &cluster.entries {
                if !std::ptr::eq(*entry, against) {
                    let reason = reason.clone();
                    concluded.push(self.tell(group, entry, against, outcome, reason, telling));
                }
            }
        }
    }

    fn tell(
        &self,
        group: &Together<'_>,
        entry: &Entry,
        against: &Entry,
        outcome: Outcome,
        reason: Option<Phrase>,
        telling: &Telling<'_>,
    ) -> Concluded {
        let value = |entry: &Entry| entry.value.as_deref().unwrap_or_default().to_owned();
        let places = [
            Place::entry(entry, Role::Primary, Phrase::same(value(entry))),
            Place::entry(against, Role::Related, Phrase::same(value(against))),
        ];
        let message = reason.unwrap_or_else(|| {
            let told = telling.of_two(&self.differs, entry, entry, against);
            told.unwrap_or_else(|| {
                let (shown, one, other) = (&entry.shown, value(entry), value(against));
                match self.demand {
                    Demand::Same(_) => Phrase::new(
                        format!("{shown}: {one} here, {other} there"),
                        format!("{shown} : {one} ici, {other} là"),
                    ),
                    Demand::Different => Phrase::new(
                        format!("{shown}: {one} is there twice"),
                        format!("{shown} : {one} s'y trouve deux fois"),
                    ),
                }
            })
        });
        let key = key::display(group.key);
        let locator = if *entry.shown == *key { key } else { format!("{key} · {}", entry.shown) };
        Concluded {
            subject: entry.subject,
            outcome,
            severity: self.differs.severity,
            message,
            places: places.into_iter().flatten().collect(),
            locator,
        }
    }
}

/// Whether the value is not filled in: then it is neither the same as another nor different.
fn is_blank(entry: &Entry) -> bool {
    entry.value.as_deref().unwrap_or_default().trim().is_empty()
}

/// The values of a group, in the order in which they come; those that read the same together.
fn clusters<'a>(group: &Together<'a>) -> Vec<Cluster<'a>> {
    let mut at = BTreeMap::<String, usize>::new();
    let mut clusters: Vec<Cluster<'a>> = Vec::new();
    for entry in group.entries.iter().copied().filter(|entry| !is_blank(entry)) {
        let value = entry.value.as_deref().unwrap_or_default();
        let number = *at.entry(plain(value)).or_insert_with(|| {
            clusters.push(Cluster { value, entries: Vec::new() });
            clusters.len() - 1
        });
        clusters[number].entries.push(entry);
    }
    clusters
}

/// That the value of an entry is not filled in.
fn blank_value(group: &Together<'_>, entry: &Entry) -> Concluded {
    Concluded {
        subject: entry.subject,
        outcome: Outcome::NotEvaluated,
        severity: None,
        message: Phrase::new(
            format!("{}: what is to be compared with the others is blank here", entry.shown),
            format!("{} : ce qui est à comparer aux autres est vide ici", entry.shown),
        ),
        places: Place::entry(entry, Role::Primary, Phrase::default()).into_iter().collect(),
        locator: format!("{} · {}", key::display(group.key), entry.shown),
    }
}

/// That a subject has nothing of what its group is to agree on.
fn nothing_found(subject: usize) -> Concluded {
    Concluded {
        subject: Some(subject),
        outcome: Outcome::NotEvaluated,
        severity: None,
        message: Phrase::new(
            "there is nothing here to compare with the others",
            "il n'y a rien ici à comparer aux autres",
        ),
        places: vec![Place::file(subject, Role::Primary, Phrase::default())],
        locator: String::new(),
    }
}

fn too_many() -> Concluded {
    whole(
        Outcome::Error,
        Phrase::new(
            "a group has too many different values to compare",
            "un groupe a trop de valeurs différentes à comparer",
        ),
    )
}
