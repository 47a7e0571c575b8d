//! Keywords and formats of ours.

use aplomb_model::{Node, Phrase, Value};
use chrono::{DateTime, Days, Months, TimeDelta, Utc};
use jsonschema::paths::Location;
use jsonschema::{Keyword as Validate, ValidationError};
use serde_json::{Map, Value as JsonValue};

use super::Options;
use super::representation::Spanned;
use crate::scalar::{self, Cidr, Quantity, Scheme, Version};

/// Whether a text has a format.
type Test = fn(&str) -> bool;

/// The formats of ours, beside those of the specification.
pub(super) const FORMATS: &[(&str, Test)] = &[
    ("any-date", |text| scalar::date(text).is_some()),
    ("any-duration", |text| scalar::duration(text).is_some()),
    ("cidr", |text| Cidr::parse(text).is_some()),
    ("debian-version", |text| Version::parse(text, Scheme::Debian).is_some()),
    ("quantity", |text| scalar::quantity(text).is_some()),
    ("semver", |text| Version::parse(text, Scheme::Semver).is_some()),
    ("version", |text| Version::parse(text, Scheme::Generic).is_some()),
];

/// A keyword of ours.
pub(super) struct Keyword {
    pub(super) name: &'static str,
    /// What its value has to be, for the author.
    pub(super) wants: &'static str,
    /// Reads its value.
    read: fn(&JsonValue, Options) -> Option<Demand>,
}

/// All keywords of ours.
pub(super) const KEYWORDS: &[Keyword] = &[
    Keyword {
        name: "after",
        wants: "a date, or `now` with an offset: \"now\", \"now+60d\", \"now-12months\"",
        read: |value, options| moment(value, options.now).map(Demand::After),
    },
    Keyword {
        name: "before",
        wants: "a date, or `now` with an offset: \"now\", \"now+60d\", \"now-12months\"",
        read: |value, options| moment(value, options.now).map(Demand::Before),
    },
    Keyword {
        name: "exclusiveMaxVersion",
        wants: "a version, or { version, scheme }",
        read: |value, _| version(value).map(Demand::BelowVersion),
    },
    Keyword {
        name: "maxDuration",
        wants: "a duration: \"4h\", \"35 days\"",
        read: |value, _| scalar::duration(value.as_str()?).map(Demand::MaxDuration),
    },
    Keyword {
        name: "maxQuantity",
        wants: "a quantity: \"500m\", \"16 GiB\", \"20 %\"",
        read: |value, _| quantity(value).map(Demand::MaxQuantity),
    },
    Keyword {
        name: "maxVersion",
        wants: "a version, or { version, scheme }",
        read: |value, _| version(value).map(Demand::MaxVersion),
    },
    Keyword {
        name: "minDuration",
        wants: "a duration: \"4h\", \"35 days\"",
        read: |value, _| scalar::duration(value.as_str()?).map(Demand::MinDuration),
    },
    Keyword {
        name: "minQuantity",
        wants: "a quantity: \"500m\", \"16 GiB\", \"20 %\"",
        read: |value, _| quantity(value).map(Demand::MinQuantity),
    },
    Keyword {
        name: "minVersion",
        wants: "a version, or { version, scheme }",
        read: |value, _| version(value).map(Demand::MinVersion),
    },
    Keyword {
        name: "notAnyCidr",
        wants: "true",
        read: |value, _| (value == &JsonValue::Bool(true)).then_some(Demand::NotAnyNetwork),
    },
    Keyword {
        name: "withinCidr",
        wants: "a network, or a list of networks",
        read: |value, _| networks(value).map(Demand::Within),
    },
];

impl Keyword {
    /// Whether a value can be the keyword's.
    pub(super) fn accepts(&self, value: &JsonValue, options: Options) -> bool {
        (self.read)(value, options).is_some()
    }

    /// What makes the validator's part for a value.
    pub(super) fn factory(
        &self,
        options: Options,
    ) -> impl for<'a> Fn(
        &'a Map<String, JsonValue>,
        &'a JsonValue,
        Location,
    ) -> Result<AnyKeyword, ValidationError<'a>>
    + Send
    + Sync
    + 'static {
        let (read, name) = (self.read, self.name);
        move |_, value, _| match read(value, options) {
            Some(demand) => Ok(Box::new(demand) as AnyKeyword),
            None => Err(ValidationError::custom(format!("`{name}` cannot be {value}"))),
        }
    }
}

/// A keyword as the validator takes it.
type AnyKeyword = Box<dyn for<'i> Validate<'i, Spanned>>;

/// What a keyword of ours demands.
#[derive(Debug)]
enum Demand {
    After(DateTime<Utc>),
    Before(DateTime<Utc>),
    MinVersion(Version),
    MaxVersion(Version),
    BelowVersion(Version),
    MinDuration(TimeDelta),
    MaxDuration(TimeDelta),
    MinQuantity(Quantity),
    MaxQuantity(Quantity),
    Within(Vec<Cidr>),
    NotAnyNetwork,
}

/// Between the two languages of a message on its way through the validator, which knows one text.
pub(super) const BOTH: char = '\u{1f}';

impl<'i> Validate<'i, Spanned> for Demand {
    fn validate(&self, instance: &'i Node) -> Result<(), ValidationError<'i>> {
        self.judge(instance)
            .map_err(|Phrase { en, fr }| ValidationError::custom(format!("{en}{BOTH}{fr}")))
    }

    fn is_valid(&self, instance: &'i Node) -> bool {
        self.judge(instance).is_ok()
    }
}

impl Demand {
    /// Judges a scalar; like the keywords of the specification, it is silent on other types.
    fn judge(&self, node: &Node) -> Result<(), Phrase> {
        if matches!(node.value, Value::List(_) | Value::Map(_) | Value::Null | Value::Bool(_)) {
            return Ok(());
        }
        let text = node.scalar_text().unwrap_or_default();
        let unlike = |en: &str, fr: &str| {
            Phrase::new(format!("“{text}” is not {en}"), format!("« {text} » n'est pas {fr}"))
        };
        let holds = match self {
            // A date alone lasts to its end: what is due today is not late.
            Self::After(limit) => {
                let date = scalar::date(&text).ok_or_else(|| unlike("a date", "une date"))?;
                date.end_utc() >= *limit
            }
            Self::Before(limit) => {
                let date = scalar::date(&text).ok_or_else(|| unlike("a date", "une date"))?;
                date.start_utc() <= *limit
            }
            Self::MinVersion(limit) | Self::MaxVersion(limit) | Self::BelowVersion(limit) => {
                let version = Version::parse(&text, limit.scheme());
                let version = version.ok_or_else(|| unlike("a version", "une version"))?;
                let order = version.compare(limit);
                match self {
                    Self::MinVersion(_) => order.is_ge(),
                    Self::MaxVersion(_) => order.is_le(),
                    _ => order.is_lt(),
                }
            }
            Self::MinDuration(limit) | Self::MaxDuration(limit) => {
                let length = scalar::duration(&text);
                let length = length.ok_or_else(|| unlike("a duration", "une durée"))?;
                if matches!(self, Self::MinDuration(_)) {
                    length >= *limit
                } else {
                    length <= *limit
                }
            }
            Self::MinQuantity(limit) | Self::MaxQuantity(limit) => {
                let amount = scalar::quantity(&text);
                let amount = amount.ok_or_else(|| unlike("a quantity", "une quantité"))?;
                let order = amount.compare(limit);
                let order =
                    order.ok_or_else(|| unlike("in the same unit", "dans la même unité"))?;
                if matches!(self, Self::MinQuantity(_)) { order.is_ge() } else { order.is_le() }
            }
            Self::Within(networks) => {
                let own = Cidr::parse(&text).ok_or_else(|| unlike("a network", "un réseau"))?;
                networks.iter().any(|network| network.contains_cidr(&own))
            }
            Self::NotAnyNetwork => !Cidr::parse(&text).is_some_and(|own| own.is_any()),
        };
        if holds { Ok(()) } else { Err(self.refusal(&text)) }
    }

    fn refusal(&self, text: &str) -> Phrase {
        let (en, fr) = match self {
            Self::After(limit) => {
                let day = limit.format("%Y-%m-%d");
                (format!("{text} is before {day}"), format!("{text} est avant le {day}"))
            }
            Self::Before(limit) => {
                let day = limit.format("%Y-%m-%d");
                (format!("{text} is after {day}"), format!("{text} est après le {day}"))
            }
            Self::MinVersion(limit) => (
                format!("version {text} is below {limit}"),
                format!("la version {text} est en dessous de {limit}"),
            ),
            Self::MaxVersion(limit) => (
                format!("version {text} is above {limit}"),
                format!("la version {text} est au-dessus de {limit}"),
            ),
            Self::BelowVersion(limit) => (
                format!("version {text} is not below {limit}"),
                format!("la version {text} n'est pas en dessous de {limit}"),
            ),
            Self::MinDuration(_) | Self::MinQuantity(_) => {
                (format!("{text} is too little"), format!("{text}, c'est trop peu"))
            }
            Self::MaxDuration(_) | Self::MaxQuantity(_) => {
                (format!("{text} is too much"), format!("{text}, c'est trop"))
            }
            Self::Within(networks) => {
                let networks = networks.iter().map(Cidr::to_string).collect::<Vec<_>>();
                let list = networks.join(", ");
                (format!("{text} is not within {list}"), format!("{text} n'est pas dans {list}"))
            }
            Self::NotAnyNetwork => {
                (format!("{text} is any address"), format!("{text} désigne toute adresse"))
            }
        };
        Phrase::new(en, fr)
    }
}

fn version(value: &JsonValue) -> Option<Version> {
    let (text, scheme) = match value {
        JsonValue::String(text) => (text.as_str(), Scheme::Generic),
        JsonValue::Object(map) => {
            let scheme = match map.get("scheme") {
                Some(id) => Scheme::from_id(id.as_str()?)?,
                None => Scheme::Generic,
            };
            (map.get("version")?.as_str()?, scheme)
        }
        _ => return None,
    };
    Version::parse(text, scheme)
}

fn quantity(value: &JsonValue) -> Option<Quantity> {
    match value {
        JsonValue::String(text) => scalar::quantity(text),
        JsonValue::Number(number) => scalar::quantity(&number.to_string()),
        _ => None,
    }
}

fn networks(value: &JsonValue) -> Option<Vec<Cidr>> {
    match value {
        JsonValue::String(text) => Some(vec![Cidr::parse(text)?]),
        JsonValue::Array(items) if !items.is_empty() => {
            items.iter().map(|item| Cidr::parse(item.as_str()?)).collect()
        }
        _ => None,
    }
}

/// A date, or `now` and an offset in days, weeks, months or years.
fn moment(value: &JsonValue, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let text = value.as_str()?.trim();
    let Some(offset) = text.strip_prefix("now") else {
        return scalar::date(text).map(|date| date.start_utc());
    };
    let offset = offset.trim();
    if offset.is_empty() {
        return Some(now);
    }
    let back = offset.starts_with('-');
    let amount = offset.strip_prefix(['+', '-'])?.trim();
    let digits = amount.len() - amount.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (count, unit) = amount.split_at_checked(digits)?;
    let count: u32 = count.parse().ok()?;
    let days = |count: u32| {
        let days = Days::new(count.into());
        if back { now.checked_sub_days(days) } else { now.checked_add_days(days) }
    };
    let months = |count: u32| {
        let months = Months::new(count);
        if back { now.checked_sub_months(months) } else { now.checked_add_months(months) }
    };
    match unit.trim() {
        "d" | "day" | "days" => days(count),
        "w" | "week" | "weeks" => days(count.checked_mul(7)?),
        "month" | "months" => months(count),
        "y" | "year" | "years" => months(count.checked_mul(12)?),
        _ => None,
    }
}
