//! pacman's `alpm_pkg_vercmp`: `[epoch:]version[-release]`.
//!
//! Segments are compared as rpm once did, without its `~` and `^`: letters that follow a number are
//! below nothing at all, so that `1.0rc` < `1.0` < `1.0.1`.

use std::cmp::Ordering;

use super::{all_digits, compare_digits, run, split_epoch};

pub(super) fn is_valid(text: &str) -> bool {
    let (epoch, rest) = split_epoch(text);
    let (version, release) = split_release(rest);
    // PKGBUILD(5): no colon, slash, hyphen or blank in a version.
    let is_word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_graphic() && !b":/-".contains(&b))
    };
    !text.starts_with(':')
        && all_digits(epoch)
        && is_word(version)
        && version.bytes().any(|b| b.is_ascii_digit())
        && release.is_none_or(is_word)
}

/// A release is compared where both have one.
pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let (left_epoch, left) = split_epoch(left);
    let (right_epoch, right) = split_epoch(right);
    let (left, left_release) = split_release(left);
    let (right, right_release) = split_release(right);
    compare_digits(left_epoch, right_epoch).then_with(|| compare_part(left, right)).then_with(
        || match (left_release, right_release) {
            (Some(left), Some(right)) => compare_part(left, right),
            _ => Ordering::Equal,
        },
    )
}

fn split_release(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once('-') {
        Some((version, release)) => (version, Some(release)),
        None => (text, None),
    }
}

fn compare_part(left_whole: &str, right_whole: &str) -> Ordering {
    let (mut left, mut right) = (left_whole, right_whole);
    if left == right {
        return Ordering::Equal;
    }
    while !left.is_empty() && !right.is_empty() {
        let separators = |text: &str| run(text, |b| !b.is_ascii_alphanumeric());
        let (left_gap, right_gap) = (separators(left), separators(right));
        (left, right) = (&left[left_gap..], &right[right_gap..]);
        if left.is_empty() || right.is_empty() {
            break;
        }
        // More separators are more: `1..1` is above `1.1`.
        if left_gap != right_gap {
            return left_gap.cmp(&right_gap);
        }
        let numeric = left.starts_with(|c: char| c.is_ascii_digit());
        let belongs = |b: u8| if numeric { b.is_ascii_digit() } else { b.is_ascii_alphabetic() };
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
    let begins_with_letter = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic());
    match (left.is_empty(), right.is_empty()) {
        (true, true) => Ordering::Equal,
        // What is left over is more, unless it is letters.
        (true, false) if begins_with_letter(right) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, _) if begins_with_letter(left) => Ordering::Less,
        (false, _) => Ordering::Greater,
    }
}
