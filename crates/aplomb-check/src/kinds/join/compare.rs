//! Comparing the values that two matched entries carry.

use std::cmp::Ordering;

use aplomb_model::{Node, Phrase};

use crate::compile::Compiling;
use crate::normalise::plain;
use crate::scalar::{self, Scheme, Version};

/// How values are compared.
#[derive(Debug)]
pub(in crate::kinds) enum Comparison {
    /// As text without case and accents.
    Text,
    /// As versions, to the first `parts` numbers; all of it for [`usize::MAX`].
    Version { parts: usize },
    /// As amounts, within a share of the reference's.
    Quantity { tolerance: f64 },
    /// As durations, exactly.
    Duration,
    /// As dates, to the day.
    Date,
}

impl Comparison {
    /// Reads the `compare` of a check, a table of `as`, `precision` and `tolerance`.
    pub(in crate::kinds) fn compile(compiling: &mut Compiling<'_>, check: &Node) -> Option<Self> {
        let Some(written) = check.get("compare") else { return Some(Self::Text) };
        let table = compiling.table(written, "compare", &["as", "precision", "tolerance"])?;
        let parts = match table.get("precision").map(|node| (node, node.as_str())) {
            Some((_, Some("major"))) => 1,
            None | Some((_, Some("minor"))) => 2,
            Some((_, Some("patch"))) => 3,
            Some((_, Some("full"))) => usize::MAX,
            Some((node, _)) => {
                let message = "`precision` is major, minor, patch or full";
                compiling.mistake(node.span, message, "none of them");
                return None;
            }
        };
        let tolerance = match table.get("tolerance") {
            None => 0.0,
            Some(node) => {
                let text = crate::template::shown(node);
                let share = scalar::quantity(&text).filter(|_| text.contains('%'));
                let Some(share) = share else {
                    let message = "`tolerance` is a share, such as \"3 %\"";
                    compiling.mistake(node.span, message, "not a share");
                    return None;
                };
                share.value
            }
        };
        match table.get("as").map(|node| (node, node.as_str())) {
            None | Some((_, Some("text"))) => Some(Self::Text),
            Some((_, Some("version"))) => Some(Self::Version { parts }),
            Some((_, Some("quantity"))) => Some(Self::Quantity { tolerance }),
            Some((_, Some("duration"))) => Some(Self::Duration),
            Some((_, Some("date"))) => Some(Self::Date),
            Some((node, _)) => {
                let message = "`as` is text, version, quantity, duration or date";
                compiling.mistake(node.span, message, "none of them");
                None
            }
        }
    }

    /// Whether two values agree.
    ///
    /// # Errors
    /// With the value that is not what it is to be compared as.
    pub(in crate::kinds) fn agree(&self, value: &str, reference: &str) -> Result<bool, Phrase> {
        match self {
            Self::Text => Ok(plain(value) == plain(reference)),
            Self::Version { parts } => {
                let a = version(value, *parts)?;
                let b = version(reference, *parts)?;
                Ok(a.compare(&b).is_eq())
            }
            Self::Quantity { tolerance } => {
                let a = parsed(value, scalar::quantity(value))?.value;
                let b = parsed(reference, scalar::quantity(reference))?.value;
                Ok((a - b).abs() <= b.abs() * tolerance + f64::EPSILON * b.abs())
            }
            Self::Duration => {
                let a = parsed(value, scalar::duration(value))?;
                Ok(a == parsed(reference, scalar::duration(reference))?)
            }
            Self::Date => {
                let a = parsed(value, scalar::date(value))?.start_utc().date_naive();
                let b = parsed(reference, scalar::date(reference))?;
                Ok(a == b.start_utc().date_naive())
            }
        }
    }
}

impl Comparison {
    /// Which of two values is the larger, the newer, the later.
    ///
    /// # Errors
    /// With the value that is not what it is to be compared as.
    pub(in crate::kinds) fn order(&self, value: &str, other: &str) -> Result<Ordering, Phrase> {
        Ok(match self {
            Self::Text => plain(value).cmp(&plain(other)),
            Self::Version { parts } => version(value, *parts)?.compare(&version(other, *parts)?),
            Self::Quantity { .. } => {
                let a = parsed(value, scalar::quantity(value))?.value;
                a.total_cmp(&parsed(other, scalar::quantity(other))?.value)
            }
            Self::Duration => {
                let a = parsed(value, scalar::duration(value))?;
                a.cmp(&parsed(other, scalar::duration(other))?)
            }
            Self::Date => {
                let a = parsed(value, scalar::date(value))?.start_utc();
                a.cmp(&parsed(other, scalar::date(other))?.start_utc())
            }
        })
    }
}

fn version(text: &str, parts: usize) -> Result<Version, Phrase> {
    let version = parsed(text, Version::parse(text.trim(), Scheme::Generic))?;
    Ok(if parts == usize::MAX { version } else { version.truncated(parts) })
}

fn parsed<T>(text: &str, value: Option<T>) -> Result<T, Phrase> {
    value.ok_or_else(|| {
        Phrase::new(
            format!("“{text}” cannot be compared"),
            format!("« {text} » ne peut pas être comparé"),
        )
    })
}
