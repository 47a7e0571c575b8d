//! Comparing the two sides once all subjects have been seen.

use std::collections::{BTreeMap, BTreeSet};

use aplomb_model::{Member, Node, Outcome, Phrase, Role, Span, Subject, Value};

use super::gather::{Entry, Gathered, Kept};
use super::key::{self, Index, Key, Part};
use super::{Concluded, Join, MAX_PLACES, Place, Saying, Side, Which};
use crate::judgement::Surroundings;
use crate::kinds::assert::unevaluated;
use crate::normalise::plain;
use crate::template::shown;

/// Pairs compared one by one, because of ranges, wildcards or tolerance, before a check gives up.
pub(in crate::kinds) const MOST_PAIRS: usize = 50_000_000;

/// Places of the other side shown of one finding.
const OTHERS: usize = 3;

/// The entries of one side that share a key, and where they come from.
pub(in crate::kinds) struct Together<'a> {
    pub(in crate::kinds) key: &'a Key,
    /// Which of the side's entries is the first of them.
    first: usize,
    pub(in crate::kinds) entries: Vec<&'a Entry>,
}

/// What is known of one side when the comparison begins.
pub(in crate::kinds) struct Known<'a> {
    side: &'a Side,
    kept: &'a Kept,
    entries: BTreeMap<Key, Together<'a>>,
}

impl Join {
    /// All disagreements, and all that could not be compared; nothing where both sides agree.
    /// `no_subject` is what it comes to where a side has no subject, `missing` where the left side
    /// selects nothing in those there are.
    pub(crate) fn conclude(
        &self,
        mut gathered: Gathered,
        subjects: &[Subject],
        surroundings: Surroundings<'_>,
        (no_subject, missing): (Outcome, Outcome),
    ) -> Vec<Concluded> {
        let mut concluded = Vec::new();
        for (side, kept) in [(&self.left, &mut gathered.left), (&self.right, &mut gathered.right)] {
            match side.own_values(surroundings) {
                Ok(entries) => kept.entries.extend(entries),
                Err(conclusion) => return vec![conclusion],
            }
        }
        let both = [
            (Which::Left, &self.left, &gathered.left),
            (Which::Right, &self.right, &gathered.right),
        ];
        let sides = if self.agreement.is_some() { &both[..1] } else { &both[..] };
        for &(which, side, kept) in sides {
            let nobody = kept.subjects.is_empty() && kept.unseen.is_empty();
            if side.values.is_none() && nobody && !side.may_be_empty {
                let which = self.agreement.is_none().then_some(which);
                return vec![nothing_to_read(which, no_subject)];
            }
            concluded.extend(self.could_not_see(which, side, kept));
        }
        if let Some(agreement) = &self.agreement {
            let left = Known::new(&self.left, &gathered.left);
            let found = agreement.conclude(&left, subjects, surroundings);
            // That nothing could be compared says nothing beside what could not be seen.
            if concluded.is_empty() || found.iter().any(|one| one.outcome != Outcome::NotApplicable)
            {
                concluded.extend(found);
            }
            return concluded;
        }
        let left = Known::new(&self.left, &gathered.left);
        let right = Known::new(&self.right, &gathered.right);
        if left.entries.is_empty()
            && !left.side.may_be_empty
            && missing != Outcome::NotEvaluated
            && let Some(nothing) = left.nothing_selected(Which::Left).pop()
        {
            return vec![whole(missing, nothing.message)];
        }
        let mut comparable = true;
        for (which, known) in [(Which::Left, &left), (Which::Right, &right)] {
            if known.entries.is_empty() && !known.side.may_be_empty {
                comparable = false;
                concluded.extend(known.nothing_selected(which));
            }
        }
        if comparable {
            self.compare(&left, &right, subjects, surroundings, &mut concluded);
        }
        concluded
    }

    /// Results for what of a side could not be read or taken.
    fn could_not_see(&self, which: Which, side: &Side, kept: &Kept) -> Vec<Concluded> {
        let demanded = match which {
            Which::Left => self.only_left.is_some(),
            Which::Right => self.only_right.is_some(),
        };
        let mut concluded = Vec::new();
        if demanded || self.differs.is_some() || !side.ignore_unseen {
            concluded.extend(kept.unseen.iter().map(|(subject, unread, _)| Concluded {
                subject: Some(*subject),
                outcome: Outcome::NotEvaluated,
                severity: None,
                message: unread.reason.clone(),
                places: Vec::new(),
                locator: String::new(),
            }));
        }
        concluded.extend(kept.troubles.iter().map(|trouble| Concluded {
            subject: Some(trouble.subject),
            outcome: trouble.outcome,
            severity: None,
            message: trouble.message.clone(),
            places: vec![Place {
                subject: trouble.subject,
                span: Some(trouble.span),
                role: Role::Primary,
                label: Phrase::default(),
            }],
            locator: trouble.locator.clone(),
        }));
        concluded
    }

    fn compare(
        &self,
        left: &Known<'_>,
        right: &Known<'_>,
        subjects: &[Subject],
        surroundings: Surroundings<'_>,
        concluded: &mut Vec<Concluded>,
    ) {
        let (lefts, rights) = (Index::new(&left.entries), Index::new(&right.entries));
        let pairs = lefts.loose() * right.entries.len() + rights.loose() * left.entries.len();
        if pairs > MOST_PAIRS {
            concluded.push(whole(
                Outcome::Error,
                Phrase::new(
                    "too many ranges and wildcards to compare",
                    "trop de plages et de jokers à comparer",
                ),
            ));
            return;
        }
        let telling = Telling { subjects, surroundings };
        for together in left.in_order() {
            let others = rights.meeting(together.key);
            if others.is_empty() {
                if let Some(saying) = &self.only_left {
                    concluded.push(telling.alone(Which::Left, together, right, saying));
                }
                continue;
            }
            if let Some((comparison, saying)) = &self.differs {
                let reference = self.reference.unwrap_or(Which::Right);
                for entry in &together.entries {
                    for other in others.iter().flat_map(|other| &other.entries) {
                        let (value, against) = match reference {
                            Which::Right => (*entry, *other),
                            Which::Left => (*other, *entry),
                        };
                        concluded.extend(telling.differing(
                            together.key,
                            value,
                            against,
                            comparison,
                            saying,
                            reference,
                        ));
                    }
                }
            }
        }
        if let Some(saying) = &self.only_right {
            for together in right.in_order() {
                if lefts.meeting(together.key).is_empty() {
                    concluded.push(telling.alone(Which::Right, together, left, saying));
                }
            }
        }
        if self.differs.is_some() && self.only_left.is_none() && self.only_right.is_none() {
            let met = left.entries.keys().any(|key| !rights.meeting(key).is_empty());
            if !met {
                concluded.push(whole(
                    Outcome::NotEvaluated,
                    Phrase::new(
                        "the two sides have nothing in common to compare",
                        "les deux côtés n'ont rien en commun à comparer",
                    ),
                ));
            }
        }
    }
}

impl Side {
    /// The entries that come from `values` rather than from subjects.
    fn own_values(&self, surroundings: Surroundings<'_>) -> Result<Vec<Entry>, Concluded> {
        let Some(values) = &self.values else {
            return Ok(Vec::new());
        };
        let list = values.evaluate(&surroundings.scope()).map_err(|error| {
            let judgement = unevaluated(error, "values");
            whole(judgement.outcome, judgement.message)
        })?;
        if list.items().is_empty() {
            return Err(whole(
                Outcome::NotApplicable,
                Phrase::new("nothing is wanted here", "rien n'est demandé ici"),
            ));
        }
        let entries = list.items().iter().filter_map(|value| {
            let keys = key::keys(std::slice::from_ref(value))?;
            Some(Entry {
                subject: None,
                span: Span::default(),
                keys,
                shown: shown(value).into(),
                value: None,
            })
        });
        Ok(entries.collect())
    }
}

impl<'a> Known<'a> {
    fn new(side: &'a Side, kept: &'a Kept) -> Self {
        let mut entries = BTreeMap::<Key, Together<'a>>::new();
        for (first, entry) in kept.entries.iter().enumerate() {
            for key in &entry.keys {
                let together = entries.entry(key.clone()).or_insert_with(|| Together {
                    key,
                    first,
                    entries: Vec::new(),
                });
                together.entries.push(entry);
            }
        }
        Self { side, kept, entries }
    }

    pub(in crate::kinds) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether nodes were found and all of them left out.
    pub(in crate::kinds) fn is_left_out(&self) -> bool {
        self.is_empty() && self.kept.troubles.is_empty() && !self.kept.left_out.is_empty()
    }

    /// That nothing was found anywhere; nothing where what could not be taken or seen says so.
    pub(in crate::kinds) fn nothing_found(&self) -> Vec<Concluded> {
        if !self.kept.troubles.is_empty() || !self.kept.unseen.is_empty() {
            return Vec::new();
        }
        let message = Phrase::new(
            "nothing is found in any subject that could be compared",
            "rien n'est trouvé dans aucun sujet qui puisse être comparé",
        );
        vec![whole(Outcome::NotEvaluated, message)]
    }

    /// Subjects that were read and in which nothing was found, neither taken nor left out.
    pub(in crate::kinds) fn silent(&self) -> Vec<usize> {
        let taken = self.kept.entries.iter().filter_map(|entry| entry.subject);
        let left_out = self.kept.left_out.iter().copied();
        let troubled = self.kept.troubles.iter().map(|trouble| trouble.subject);
        let heard: BTreeSet<usize> = taken.chain(left_out).chain(troubled).collect();
        let silent = self.kept.subjects.iter().copied();
        silent.filter(|subject| !heard.contains(subject)).collect()
    }

    /// What shares a key, in the order in which the side names the keys.
    pub(in crate::kinds) fn in_order(&self) -> Vec<&Together<'a>> {
        let mut together: Vec<_> = self.entries.values().collect();
        together.sort_by_key(|together| together.first);
        together
    }

    /// That nothing was selected in what was read, for each subject looked into.
    fn nothing_selected(&self, which: Which) -> Vec<Concluded> {
        // Nodes that could not be taken, and subjects that could not be read, already say so.
        if !self.kept.troubles.is_empty() || self.kept.subjects.is_empty() {
            return Vec::new();
        }
        let paths: Vec<_> = self.side.sources.iter().map(|s| s.select.to_string()).collect();
        let paths = paths.join(", ");
        let (en, fr) = names(which);
        let message = Phrase::new(
            format!("the {en} side selects nothing here: {paths}"),
            format!("le côté {fr} ne sélectionne rien ici : {paths}"),
        );
        let subjects = self.kept.subjects.iter().take(OTHERS);
        subjects
            .map(|subject| Concluded {
                subject: Some(*subject),
                outcome: Outcome::NotEvaluated,
                severity: None,
                message: message.clone(),
                places: vec![Place::file(*subject, Role::Primary, Phrase::default())],
                locator: format!("{en}:empty"),
            })
            .collect()
    }

    /// The subject that might have had `key`, had it been seen.
    fn doubt(&self, key: &[Part], subjects: &[Subject]) -> Option<&Phrase> {
        if self.side.ignore_unseen {
            return None;
        }
        let might_have = |index: usize, keyed: bool| {
            let name = plain(&subjects[index].id.name);
            !keyed
                || key.iter().any(|part| match part {
                    Part::Text(text) => **text == *name,
                    Part::Any => true,
                    Part::Range(..) => false,
                })
        };
        let unseen =
            self.kept.unseen.iter().map(|(index, unread, keyed)| (index, &unread.reason, keyed));
        let withheld =
            self.kept.withheld.iter().map(|(index, reason, keyed)| (index, reason, keyed));
        let mut doubtful = unseen.chain(withheld);
        doubtful.find(|(index, _, keyed)| might_have(**index, **keyed)).map(|(_, reason, _)| reason)
    }
}

impl Place {
    pub(in crate::kinds) fn file(subject: usize, role: Role, label: Phrase) -> Self {
        Self { subject, span: None, role, label }
    }

    pub(in crate::kinds) fn entry(entry: &Entry, role: Role, label: Phrase) -> Option<Self> {
        let subject = entry.subject?;
        Some(Self { subject, span: Some(entry.span), role, label })
    }
}

/// Putting disagreements into words.
pub(in crate::kinds) struct Telling<'a> {
    pub(in crate::kinds) subjects: &'a [Subject],
    pub(in crate::kinds) surroundings: Surroundings<'a>,
}

impl Telling<'_> {
    /// A key that one side alone has.
    fn alone(
        &self,
        which: Which,
        together: &Together<'_>,
        other: &Known<'_>,
        saying: &Saying,
    ) -> Concluded {
        let locator = key::display(together.key);
        let first = together.entries[0];
        let subject = first.subject;
        let mut places: Vec<_> = together
            .entries
            .iter()
            .take(MAX_PLACES - OTHERS)
            .enumerate()
            .filter_map(|(number, entry)| {
                let role = if number == 0 { Role::Primary } else { Role::Related };
                Place::entry(entry, role, Phrase::default())
            })
            .collect();
        let count = |subject: usize| {
            let entries = other.kept.entries.iter();
            entries.filter(|entry| entry.subject == Some(subject)).count()
        };
        // Of many files, none is the one that should have had it.
        let compared = Some(&other.kept.subjects).filter(|subjects| subjects.len() <= OTHERS);
        for &compared in compared.into_iter().flatten() {
            let label = match count(compared) {
                1 => Phrase::new("compared with its 1 entry", "comparé à sa seule entrée"),
                count => Phrase::new(
                    format!("compared with its {count} entries"),
                    format!("comparé à ses {count} entrées"),
                ),
            };
            places.push(Place::file(compared, Role::Related, label));
        }
        if let Some(reason) = other.doubt(together.key, self.subjects) {
            let shown = &first.shown;
            let message = Phrase::new(
                format!("{shown} cannot be compared: {}", reason.en),
                format!("{shown} ne peut pas être comparé : {}", reason.fr),
            );
            return Concluded {
                subject,
                outcome: Outcome::NotEvaluated,
                severity: None,
                message,
                places,
                locator,
            };
        }
        let side = self.side(first);
        let scope = self.surroundings.scope();
        let key = Node::text(Span::default(), &*first.shown);
        let message = match &saying.message {
            Some(template) => {
                let name = if which == Which::Left { "left" } else { "right" };
                template.fill(&scope.with("key", &key).with(name, &side))
            }
            None => Phrase::new(
                format!("{} is on one side only", first.shown),
                format!("{} n'est que d'un côté", first.shown),
            ),
        };
        Concluded {
            subject,
            outcome: saying.outcome,
            severity: saying.severity,
            message,
            places,
            locator,
        }
    }

    /// What is said of two entries whose values are not as they should be to each other, if the rule
    /// says anything.
    pub(in crate::kinds) fn of_two(
        &self,
        saying: &Saying,
        key: &Entry,
        left: &Entry,
        right: &Entry,
    ) -> Option<Phrase> {
        let template = saying.message.as_ref()?;
        let (left, right) = (self.side(left), self.side(right));
        let text = Node::text(Span::default(), &*key.shown);
        let scope = self.surroundings.scope();
        Some(template.fill(&scope.with("key", &text).with("left", &left).with("right", &right)))
    }

    /// Two matched entries whose values do not agree, or cannot be compared.
    fn differing(
        &self,
        key: &[Part],
        entry: &Entry,
        against: &Entry,
        comparison: &super::Comparison,
        saying: &Saying,
        reference: Which,
    ) -> Option<Concluded> {
        let (value, wanted) = (entry.value.as_deref()?, against.value.as_deref()?);
        let agreed = comparison.agree(value, wanted);
        if agreed == Ok(true) {
            return None;
        }
        let shown_value = |value: &str| Phrase::same(value.to_owned());
        let places = [
            Place::entry(entry, Role::Primary, shown_value(value)),
            Place::entry(against, Role::Related, shown_value(wanted)),
        ];
        let (outcome, message) = match agreed {
            Err(reason) => (Outcome::NotEvaluated, reason),
            Ok(_) => {
                let (left, right) = match reference {
                    Which::Right => (entry, against),
                    Which::Left => (against, entry),
                };
                let message = self.of_two(saying, entry, left, right).unwrap_or_else(|| {
                    Phrase::new(
                        format!("{}: {value} here, {wanted} there", entry.shown),
                        format!("{} : {value} ici, {wanted} là", entry.shown),
                    )
                });
                (saying.outcome, message)
            }
        };
        Some(Concluded {
            subject: entry.subject,
            outcome,
            severity: saying.severity,
            message,
            places: places.into_iter().flatten().collect(),
            locator: key::display(key),
        })
    }

    /// The variable `left` or `right` of a message.
    fn side(&self, entry: &Entry) -> Node {
        let text = |text: &str| Node::text(Span::default(), text);
        let subject = entry.subject.and_then(|index| self.subjects.get(index));
        let name = subject.map_or("", |subject| subject.id.name.as_str());
        let file = subject.and_then(|subject| subject.path.as_deref());
        let mut members = vec![("subject", text(name)), ("file", text(file.unwrap_or(name)))];
        if let Some(value) = &entry.value {
            members.push(("value", text(value)));
        }
        let members = members.into_iter().map(|(key, value)| Member {
            key: key.into(),
            key_span: Span::default(),
            value,
        });
        Node::new(Span::default(), Value::Map(members.collect()))
    }
}

pub(in crate::kinds) fn whole(outcome: Outcome, message: Phrase) -> Concluded {
    Concluded {
        subject: None,
        outcome,
        severity: None,
        message,
        places: Vec::new(),
        locator: String::new(),
    }
}

/// That no subject is what a side is taken from; `None` for the only side there is.
fn nothing_to_read(which: Option<Which>, outcome: Outcome) -> Concluded {
    let message = match which.map(names) {
        Some((en, fr)) => Phrase::new(
            format!("nothing in the delivery is what the {en} side is taken from"),
            format!("rien dans la livraison n'est ce dont le côté {fr} est tiré"),
        ),
        None => Phrase::new(
            "nothing in the delivery is what this rule is about",
            "rien dans la livraison n'est ce dont parle cette règle",
        ),
    };
    whole(outcome, message)
}

const fn names(which: Which) -> (&'static str, &'static str) {
    match which {
        Which::Left => ("left", "gauche"),
        Which::Right => ("right", "droit"),
    }
}
