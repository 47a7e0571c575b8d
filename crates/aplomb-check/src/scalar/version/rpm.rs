//! rpm-version(7), and the comparison of `rpmvercmp`.

use std::cmp::Ordering;

use super::{all_digits, compare_digits, run, split_epoch};

pub(super) fn is_valid(text: &str) -> bool {
    let (epoch, rest) = split_epoch(text);
    let (version, release) = split_release(rest);
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(is_part);
    !text.starts_with(':')
        && all_digits(epoch)
        && is_word(version)
        && version.starts_with(|c: char| c.is_ascii_alphanumeric())
        // rpm takes any word; a version without a digit is a word such as `latest`.
        && version.bytes().any(|b| b.is_ascii_digit())
        && release.is_none_or(is_word)
}

/// A release is compared where both have one; otherwise the one that has one is newer.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let (left_epoch, left) = split_epoch(left);
    let (right_epoch, right) = split_epoch(right);
    let (left, left_release) = split_release(left);
    let (right, right_release) = split_release(right);
    compare_digits(left_epoch, right_epoch).then_with(|| compare_part(left, right)).then_with(
        || match (left_release, right_release) {
            (Some(left), Some(right)) => compare_part(left, right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        },
    )
}

fn split_release(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once('-') {
        Some((version, release)) => (version, Some(release)),
        None => (text, None),
    }
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._+~^".contains(&byte)
}

fn compare_part(mut left: &str, mut right: &str) -> Ordering {
    loop {
        left = left.trim_start_matches(is_separator);
        right = right.trim_start_matches(is_separator);
        match (left.strip_prefix('~'), right.strip_prefix('~')) {
            (Some(l), Some(r)) => {
                (left, right) = (l, r);
                continue;
            }
            (Some(_), None) => return Ordering::Less,
            (None, Some(_)) => return Ordering::Greater,
            (None, None) => {}
        }
        match (left.strip_prefix('^'), right.strip_prefix('^')) {
            (Some(l), Some(r)) => {
                (left, right) = (l, r);
                continue;
            }
            // A caret is above the end of the other, and below anything else there.
            (Some(_), None) => return if_ended(right, Ordering::Greater),
            (None, Some(_)) => return if_ended(left, Ordering::Greater).reverse(),
            (None, None) => {}
        }
        if left.is_empty() || right.is_empty() {
            return left.len().min(1).cmp(&right.len().min(1));
        }
        let numeric = left.starts_with(|c: char| c.is_ascii_digit());
        let belongs = |b: u8| {
            if numeric { b.is_ascii_digit() } else { b.is_ascii_alphabetic() }
        };
        let (left_segment, left_next) = left.split_at(run(left, belongs));
        let (right_segment, right_next) = right.split_at(run(right, belongs));
        let order = match (right_segment.is_empty(), numeric) {
            // Of a number and letters the number is newer.
            (true, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, true) => compare_digits(left_segment, right_segment),
            (false, false) => left_segment.cmp(right_segment),
        };
        if order != Ordering::Equal {
            return order;
        }
        (left, right) = (left_next, right_next);
    }
}

fn if_ended(other: &str, order: Ordering) -> Ordering {
    if other.is_empty() { order } else { order.reverse() }
}

fn is_separator(c: char) -> bool {
    !c.is_ascii_alphanumeric() && c != '~' && c != '^'
}
