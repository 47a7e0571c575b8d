//! Semantic Versioning 2.0.0.

use std::cmp::Ordering;

use super::{all_digits, compare_digits};

pub(super) fn is_valid(text: &str) -> bool {
    let parts = split(text);
    let mut numbers = 0;
    let core_is_sound = parts.core.split('.').all(|number| {
        numbers += 1;
        is_number(number)
    });
    core_is_sound
        && numbers == 3
        && parts.pre_release.is_none_or(|pre| {
            pre.split('.').all(|id| is_identifier(id) && (!all_digits(id) || is_number(id)))
        })
        && parts.build.is_none_or(|build| build.split('.').all(is_identifier))
}

/// Precedence by section 11 of the specification: build metadata does not count.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let (left, right) = (split(left), split(right));
    compare_lists(left.core, right.core).then_with(|| match (left.pre_release, right.pre_release) {
        (Some(left), Some(right)) => compare_lists(left, right),
        (left, right) => right.is_some().cmp(&left.is_some()),
    })
}

struct Parts<'a> {
    core: &'a str,
    pre_release: Option<&'a str>,
    build: Option<&'a str>,
}

fn split(text: &str) -> Parts<'_> {
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let (rest, build) = match text.split_once('+') {
        Some((rest, build)) => (rest, Some(build)),
        None => (text, None),
    };
    let (core, pre_release) = match rest.split_once('-') {
        Some((core, pre)) => (core, Some(pre)),
        None => (rest, None),
    };
    Parts { core, pre_release, build }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && all_digits(text) && (text.len() == 1 || !text.starts_with('0'))
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

fn compare_lists(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(l), Some(r)) => match (all_digits(l), all_digits(r)) {
                (true, true) => compare_digits(l, r),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => l.cmp(r),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}
