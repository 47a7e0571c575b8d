//! deb-version(7), and the comparison of dpkg's `lib/dpkg/version.c`.

use std::cmp::Ordering;

use super::{all_digits, compare_digits, run, split_epoch};

pub(super) fn is_valid(text: &str) -> bool {
    let (epoch, rest) = split_epoch(text);
    let epoch_is_sound =
        !text.starts_with(':') && all_digits(epoch) && (epoch.is_empty() || fits(epoch));
    let (upstream, revision) = split_revision(rest);
    epoch_is_sound
        && upstream.starts_with(|c: char| c.is_ascii_digit())
        && upstream.bytes().all(is_upstream)
        && revision.is_none_or(|r| !r.is_empty() && r.bytes().all(is_revision))
}

pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let (left_epoch, left) = split_epoch(left);
    let (right_epoch, right) = split_epoch(right);
    let (left, left_revision) = split_revision(left);
    let (right, right_revision) = split_revision(right);
    compare_digits(left_epoch, right_epoch).then_with(|| compare_part(left, right)).then_with(
        || compare_part(left_revision.unwrap_or_default(), right_revision.unwrap_or_default()),
    )
}

/// dpkg keeps an epoch in a signed int.
fn fits(epoch: &str) -> bool {
    epoch.parse::<i32>().is_ok()
}

fn split_revision(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once('-') {
        Some((upstream, revision)) => (upstream, Some(revision)),
        None => (text, None),
    }
}

fn is_upstream(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".+-~:".contains(&byte)
}

fn is_revision(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".+~".contains(&byte)
}

/// Alternating runs of non-digits and digits, until one differs.
fn compare_part(mut left: &str, mut right: &str) -> Ordering {
    while !left.is_empty() || !right.is_empty() {
        let texts = (take(&mut left, false), take(&mut right, false));
        let numbers = (take(&mut left, true), take(&mut right, true));
        let order =
            compare_text(texts.0, texts.1).then_with(|| compare_digits(numbers.0, numbers.1));
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

/// Takes the digits, or what is none, off the front.
fn take<'a>(rest: &mut &'a str, digits: bool) -> &'a str {
    let (taken, left) = rest.split_at(run(rest, |b| b.is_ascii_digit() == digits));
    *rest = left;
    taken
}

fn compare_text(left: &str, right: &str) -> Ordering {
    let weight = |text: &str, at: usize| text.as_bytes().get(at).map_or(0, |b| weigh(*b));
    (0..left.len().max(right.len()))
        .map(|at| weight(left, at).cmp(&weight(right, at)))
        .find(|order| *order != Ordering::Equal)
        .unwrap_or(Ordering::Equal)
}

/// `~` before the end of the text, letters after it, everything else after the letters.
fn weigh(byte: u8) -> i32 {
    match byte {
        b'~' => -1,
        letter if letter.is_ascii_alphabetic() => i32::from(letter),
        other => i32::from(other) + 256,
    }
}
