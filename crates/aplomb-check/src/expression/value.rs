//! Values during an evaluation. Lists and maps of the tree are borrowed, never copied.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::net::IpAddr;
use std::rc::Rc;

use aplomb_model::{Member, Node, Span, Value as Written};
use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta};

use crate::scalar::{self, Cidr, Quantity, Version};

/// A CEL value.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Double(f64),
    Text(Cow<'a, str>),
    /// A list or a map of the tree, in place.
    Tree(&'a Node),
    List(Rc<Vec<Value<'a>>>),
    Map(Rc<Vec<(Value<'a>, Value<'a>)>>),
    Timestamp(DateTime<FixedOffset>),
    Duration(TimeDelta),
    Version(Rc<Version>),
    Quantity(Quantity),
    Cidr(Cidr),
    Ip(IpAddr),
}

impl<'a> Value<'a> {
    /// A node of the tree as a value.
    pub(super) fn of(node: &'a Node) -> Self {
        match &node.value {
            Written::Null => Self::Null,
            Written::Bool(value) => Self::Bool(*value),
            Written::Int(value) => Self::Int(*value),
            Written::UInt(value) => Self::UInt(*value),
            Written::Float(value) => Self::Double(*value),
            Written::Big(text) => text.parse().map_or(Self::Null, Self::Double),
            Written::Text(text) => Self::Text(Cow::Borrowed(text)),
            Written::List(_) | Written::Map(_) => Self::Tree(node),
        }
    }

    pub(super) fn list(values: Vec<Self>) -> Self {
        Self::List(Rc::new(values))
    }

    /// A list of texts.
    pub(super) fn texts(texts: Vec<String>) -> Self {
        Self::list(texts.into_iter().map(|text| Self::Text(text.into())).collect())
    }

    /// The name of its type in CEL's words.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::UInt(_) => "uint",
            Self::Double(_) => "double",
            Self::Text(_) => "string",
            Self::Tree(node) if matches!(node.value, Written::Map(_)) => "map",
            Self::Tree(_) | Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Timestamp(_) => "timestamp",
            Self::Duration(_) => "duration",
            Self::Version(_) => "version",
            Self::Quantity(_) => "quantity",
            Self::Cidr(_) => "cidr",
            Self::Ip(_) => "ip",
        }
    }

    /// The elements of a list.
    pub(super) fn items(&self) -> Option<Vec<Self>> {
        match self {
            Self::List(values) => Some(values.to_vec()),
            Self::Tree(Node { value: Written::List(items), .. }) => {
                Some(items.iter().map(Self::of).collect())
            }
            _ => None,
        }
    }

    /// What a comprehension goes through: the elements of a list, the keys of a map.
    pub(super) fn range(&self) -> Option<Vec<Self>> {
        match self {
            Self::Tree(Node { value: Written::Map(members), .. }) => {
                let keys = members.iter().map(|member| Self::Text(Cow::Borrowed(&*member.key)));
                Some(keys.collect())
            }
            Self::Map(entries) => Some(entries.iter().map(|(key, _)| key.clone()).collect()),
            other => other.items(),
        }
    }

    /// How many elements, entries or characters.
    pub(super) fn size(&self) -> Option<usize> {
        match self {
            Self::Text(text) => Some(text.chars().count()),
            Self::List(values) => Some(values.len()),
            Self::Map(entries) => Some(entries.len()),
            Self::Tree(node) => Some(node.items().len() + node.members().len()),
            _ => None,
        }
    }

    /// The value under a key of a map: `Err` where it is no map.
    pub(super) fn field(&self, key: &str) -> Result<Option<Self>, ()> {
        match self {
            Self::Tree(node) if matches!(node.value, Written::Map(_)) => {
                Ok(node.get(key).map(Self::of))
            }
            Self::Map(entries) => {
                let found = entries.iter().find(|(name, _)| match name {
                    Self::Text(name) => name == key,
                    _ => false,
                });
                Ok(found.map(|(_, value)| value.clone()))
            }
            _ => Err(()),
        }
    }

    /// The element at an index of a list: `Err` where it is no list.
    pub(super) fn element(&self, index: usize) -> Result<Option<Self>, ()> {
        match self {
            Self::List(values) => Ok(values.get(index).cloned()),
            Self::Tree(Node { value: Written::List(items), .. }) => {
                Ok(items.get(index).map(Self::of))
            }
            _ => Err(()),
        }
    }

    /// Equality as CEL has it: numbers by value, lists and maps by content, different types never.
    pub(super) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Cidr(a), Self::Cidr(b)) => a == b,
            (Self::Ip(a), Self::Ip(b)) => a == b,
            (a, b) if a.is_container() && b.is_container() => a.order(b).is_eq(),
            (a, b) => a.compare(b) == Some(Ordering::Equal),
        }
    }

    fn is_container(&self) -> bool {
        matches!(self, Self::Tree(_) | Self::List(_) | Self::Map(_))
    }

    /// One order over all values, equal only where [`equals`](Self::equals) says so: by type, then
    /// by what they hold.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        if let (Some(a), Some(b)) = (self.items(), other.items()) {
            let mut pairs = a.iter().zip(&b).map(|(a, b)| a.order(b));
            let first = pairs.find(|order| order.is_ne());
            return first.unwrap_or_else(|| a.len().cmp(&b.len()));
        }
        if let (Some(mut a), Some(mut b)) = (self.entries(), other.entries()) {
            a.sort_by(|(a, _), (b, _)| a.order(b));
            b.sort_by(|(a, _), (b, _)| a.order(b));
            let mut pairs =
                a.iter().zip(&b).map(|(a, b)| a.0.order(&b.0).then_with(|| a.1.order(&b.1)));
            let first = pairs.find(|order| order.is_ne());
            return first.unwrap_or_else(|| a.len().cmp(&b.len()));
        }
        let by_type = self.rank().cmp(&other.rank());
        by_type.then_with(|| match (self, other) {
            (Self::Cidr(a), Self::Cidr(b)) => a.to_string().cmp(&b.to_string()),
            (Self::Ip(a), Self::Ip(b)) => a.cmp(b),
            _ => self.compare(other).unwrap_or(Ordering::Equal),
        })
    }

    /// Where a type stands among all.
    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => 1,
            Self::Int(_) | Self::UInt(_) | Self::Double(_) => 2,
            Self::Text(_) => 3,
            Self::Timestamp(_) => 4,
            Self::Duration(_) => 5,
            Self::Version(_) => 6,
            Self::Quantity(_) => 7,
            Self::Cidr(_) => 8,
            Self::Ip(_) => 9,
            Self::List(_) => 10,
            Self::Tree(node) if matches!(node.value, Written::List(_)) => 10,
            Self::Tree(_) | Self::Map(_) => 11,
        }
    }

    /// The entries of a map.
    fn entries(&self) -> Option<Vec<(Self, Self)>> {
        match self {
            Self::Map(entries) => Some(entries.to_vec()),
            Self::Tree(Node { value: Written::Map(members), .. }) => {
                let entry = |member: &'a Member| {
                    (Self::Text(Cow::Borrowed(&*member.key)), Self::of(&member.value))
                };
                Some(members.iter().map(entry).collect())
            }
            _ => None,
        }
    }

    /// Order, where there is one. A text beside a timestamp or a version is read as one.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Double(a), Self::Double(b)) => a.partial_cmp(b),
            (Self::Double(a), b) => compare_whole(b.whole()?, *a).map(Ordering::reverse),
            (a, Self::Double(b)) => compare_whole(a.whole()?, *b),
            (Self::Int(_) | Self::UInt(_), Self::Int(_) | Self::UInt(_)) => {
                Some(self.whole()?.cmp(&other.whole()?))
            }
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Timestamp(a), Self::Timestamp(b)) => Some(a.cmp(b)),
            (Self::Timestamp(a), Self::Text(b)) => Some(a.cmp(&instant(b)?)),
            (Self::Text(a), Self::Timestamp(b)) => Some(instant(a)?.cmp(b)),
            (Self::Duration(a), Self::Duration(b)) => Some(a.cmp(b)),
            (Self::Version(a), Self::Version(b)) => Some(a.compare(b)),
            (Self::Version(a), Self::Text(b)) => Some(a.compare(&Version::parse(b, a.scheme())?)),
            (Self::Text(a), Self::Version(b)) => Some(Version::parse(a, b.scheme())?.compare(b)),
            (Self::Quantity(a), Self::Quantity(b)) => a.compare(b),
            _ => None,
        }
    }

    /// The whole number it is.
    fn whole(&self) -> Option<i128> {
        match self {
            Self::Int(value) => Some(i128::from(*value)),
            Self::UInt(value) => Some(i128::from(*value)),
            _ => None,
        }
    }

    /// The whole number it is, where that is not too large to count with.
    pub(super) fn integer(&self) -> Option<i64> {
        i64::try_from(self.whole()?).ok()
    }

    /// How much there is to look at: itself and all that it holds, counted up to `most`.
    pub(super) fn depth_weight(&self, most: usize) -> usize {
        match self {
            Self::Text(text) => 1 + text.len() / 64,
            Self::Tree(node) => node_weight(node, most),
            Self::List(values) => sum_up_to(most, values.iter(), Self::depth_weight),
            Self::Map(entries) => sum_up_to(most, entries.iter(), |(key, value), left| {
                key.depth_weight(left) + value.depth_weight(left)
            }),
            _ => 1,
        }
    }

    /// The value as a node that stands alone, without a place.
    pub(super) fn to_node(&self) -> Node {
        let written = match self {
            Self::Null => Written::Null,
            Self::Bool(value) => Written::Bool(*value),
            Self::Int(value) => Written::Int(*value),
            Self::UInt(value) => Written::UInt(*value),
            Self::Double(value) => Written::Float(*value),
            Self::Tree(node) => return (*node).clone(),
            Self::List(values) => Written::List(values.iter().map(Self::to_node).collect()),
            Self::Map(entries) => {
                let members = entries.iter().map(|(key, value)| Member {
                    key: key.show().into(),
                    key_span: Span::default(),
                    value: value.to_node(),
                });
                Written::Map(members.collect())
            }
            other => Written::Text(other.show().into()),
        };
        Node::new(Span::default(), written)
    }

    /// The value as text, as `string()` gives it.
    pub(super) fn show(&self) -> String {
        match self {
            Self::Text(text) => text.to_string(),
            Self::Timestamp(at) => at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
            Self::Duration(length) => format!("{}s", length.as_seconds_f64()),
            Self::Version(version) => version.as_str().to_owned(),
            Self::Quantity(quantity) => quantity.value.to_string(),
            Self::Cidr(cidr) => cidr.to_string(),
            Self::Ip(address) => address.to_string(),
            Self::Tree(_) | Self::List(_) | Self::Map(_) => String::new(),
            scalar => scalar.to_node().scalar_text().unwrap_or_default(),
        }
    }
}

/// The instant a text names; of a date alone its first, in UTC.
pub(super) fn instant(text: &str) -> Option<DateTime<FixedOffset>> {
    scalar::date(text).map(|moment| match moment {
        scalar::Moment::Instant(instant) => instant,
        other => other.start_utc().fixed_offset(),
    })
}

/// A whole number beside one with a fraction, exactly: not every whole number is a double.
fn compare_whole(whole: i128, double: f64) -> Option<Ordering> {
    /// Beyond all 64-bit numbers.
    const BEYOND: f64 = 36_893_488_147_419_103_232.0;
    if double.is_nan() {
        return None;
    }
    if double.abs() >= BEYOND {
        return Some(if double > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let floor = double.floor();
    let by_floor = whole.cmp(&(floor as i128));
    let has_fraction = floor < double;
    Some(by_floor.then(if has_fraction { Ordering::Less } else { Ordering::Equal }))
}

fn node_weight(node: &Node, most: usize) -> usize {
    match &node.value {
        Written::Text(text) => 1 + text.len() / 64,
        Written::List(items) => sum_up_to(most, items.iter(), node_weight),
        Written::Map(members) => {
            sum_up_to(most, members.iter(), |member, left| 1 + node_weight(&member.value, left))
        }
        _ => 1,
    }
}

fn sum_up_to<T>(
    most: usize,
    items: impl Iterator<Item = T>,
    weight: impl Fn(T, usize) -> usize,
) -> usize {
    let mut sum = 1;
    for item in items {
        if sum >= most {
            break;
        }
        sum += weight(item, most - sum);
    }
    sum
}
