//! Keys of a join: normalised parts, ranges and wildcards among them.

use std::collections::BTreeMap;
use std::fmt;

use aplomb_model::Node;

use crate::normalise::plain;
use crate::template::shown;

/// One part of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// Text without case, accents and surplus blanks; numbers by their digits.
    Text(Box<str>),
    /// All numbers from the first to the last: a port range.
    Range(u64, u64),
    /// Whatever stands on the other side.
    Any,
}

/// A whole key: one part an expression.
pub(crate) type Key = Vec<Part>;

/// Keys one node may stand for; a cell that names more is refused.
const MOST_KEYS: usize = 65_536;

impl Part {
    fn parse(text: &str) -> Self {
        let text = plain(text);
        if text == "*" {
            return Self::Any;
        }
        let range = text.split_once('-').and_then(|(from, to)| {
            let number = |digits: &str| digits.parse::<u64>().ok();
            Some((number(from)?, number(to)?))
        });
        match range {
            Some((from, to)) if from <= to => Self::Range(from, to),
            _ => Self::Text(text.into()),
        }
    }

    fn is_exact(&self) -> bool {
        matches!(self, Self::Text(_))
    }

    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Range(from, to), Self::Range(a, b)) => from <= b && a <= to,
            (Self::Range(from, to), Self::Text(text))
            | (Self::Text(text), Self::Range(from, to)) => {
                text.parse::<u64>().is_ok_and(|number| (*from..=*to).contains(&number))
            }
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Range(from, to) => write!(f, "{from}-{to}"),
            Self::Any => f.write_str("*"),
        }
    }
}

/// A key as people read it.
pub(crate) fn display(key: &[Part]) -> String {
    key.iter().map(Part::to_string).collect::<Vec<_>>().join(" ")
}

/// The keys that the values of the key expressions stand for together: a list stands for each of
/// its items, so `web[01-02]` and `tcp/udp` make four keys. An empty list makes none. `None` where
/// there would be too many.
pub(crate) fn keys(values: &[Node]) -> Option<Vec<Key>> {
    let mut keys: Vec<Key> = vec![Vec::with_capacity(values.len())];
    for value in values {
        let parts: Vec<Part> = match &value.value {
            aplomb_model::Value::Null => Vec::new(),
            aplomb_model::Value::List(items) => {
                items.iter().map(|item| Part::parse(&shown(item))).collect()
            }
            _ => {
                let text = shown(value);
                let blank = text.trim().is_empty();
                if blank { Vec::new() } else { vec![Part::parse(&text)] }
            }
        };
        if keys.len().saturating_mul(parts.len()) > MOST_KEYS {
            return None;
        }
        keys = keys
            .iter()
            .flat_map(|key| {
                parts.iter().map(move |part| {
                    let mut longer = key.clone();
                    longer.push(part.clone());
                    longer
                })
            })
            .collect();
    }
    keys.sort();
    keys.dedup();
    Some(keys)
}

/// The keys of one side, found by equality or by range and wildcard.
pub(crate) struct Index<'a, T> {
    exact: &'a BTreeMap<Key, T>,
    /// Keys with a range or a wildcard, few on any real side.
    loose: Vec<(&'a Key, &'a T)>,
}

impl<'a, T> Index<'a, T> {
    pub(crate) fn new(entries: &'a BTreeMap<Key, T>) -> Self {
        let is_loose = |key: &Key| !key.iter().all(Part::is_exact);
        let loose = entries.iter().filter(|(key, _)| is_loose(key));
        Self { exact: entries, loose: loose.collect() }
    }

    /// Keys that equality cannot find.
    pub(crate) fn loose(&self) -> usize {
        self.loose.len()
    }

    /// What stands under keys that meet `key`, in order of key.
    pub(crate) fn meeting(&self, key: &Key) -> Vec<&'a T> {
        let meets = |other: &Key| {
            other.len() == key.len() && other.iter().zip(key).all(|(a, b)| a.meets(b))
        };
        if key.iter().all(Part::is_exact) {
            let exact = self.exact.get(key);
            let loose = self.loose.iter().filter(|(other, _)| meets(other));
            return exact.into_iter().chain(loose.map(|(_, found)| *found)).collect();
        }
        let all = self.exact.iter().filter(|(other, _)| meets(other));
        all.map(|(_, found)| found).collect()
    }
}

#[cfg(test)]
mod tests {
    use aplomb_model::{Span, Value};

    use super::*;

    fn text(text: &str) -> Node {
        Node::text(Span::default(), text)
    }

    fn list(items: &[&str]) -> Node {
        let items = items.iter().map(|item| text(item)).collect();
        Node::new(Span::default(), Value::List(items))
    }

    fn shown_keys(values: &[Node]) -> Vec<String> {
        let keys = keys(values).expect("not too many");
        keys.iter().map(|key| display(key)).collect()
    }

    #[test]
    fn lists_stand_for_each_of_their_items() {
        let values = [list(&["web01", "web02"]), text("TCP"), list(&["443"])];
        assert_eq!(shown_keys(&values), ["web01 tcp 443", "web02 tcp 443"]);
        assert!(shown_keys(&[list(&[]), text("tcp")]).is_empty());
        assert!(shown_keys(&[text(" ")]).is_empty());
    }

    #[test]
    fn ranges_and_wildcards_meet_what_they_hold() {
        let part = |text: &str| Part::parse(text);
        assert!(part("8000-8010").meets(&part("8008")));
        assert!(!part("8000-8010").meets(&part("8011")));
        assert!(part("1-5").meets(&part("5-9")));
        assert!(part("*").meets(&part("anything")));
        assert!(part("Écran").meets(&part("ecran")));
        assert!(!part("web-01").meets(&part("web-02")));
    }

    #[test]
    fn an_index_finds_both_ways() {
        let key = |texts: &[&str]| texts.iter().map(|t| Part::parse(t)).collect::<Key>();
        let entries =
            BTreeMap::from([(key(&["*", "22"]), "any host"), (key(&["db01", "5432"]), "exact")]);
        let index = Index::new(&entries);
        assert_eq!(index.meeting(&key(&["db01", "5432"])), [&"exact"]);
        assert_eq!(index.meeting(&key(&["app01", "22"])), [&"any host"]);
        assert_eq!(index.meeting(&key(&["db01", "5000-6000"])), [&"exact"]);
        assert!(index.meeting(&key(&["app01", "80"])).is_empty());
    }
}
