//! A publisher's version as people write it; the order is ours.

use std::cmp::Ordering;

use super::{all_digits, compare_digits, run, split_epoch};

pub(super) fn is_valid(text: &str) -> bool {
    let (epoch, _) = split_epoch(text);
    let upstream = upstream(text);
    all_digits(epoch)
        && !text.starts_with(':')
        && upstream.starts_with(|c: char| c.is_ascii_digit())
        && upstream.bytes().all(|b| b.is_ascii_alphanumeric() || b".+-_~^".contains(&b))
}

pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let (left, left_rest) = split_numbers(upstream(left));
    let (right, right_rest) = split_numbers(upstream(right));
    compare_numbers(left, right).then_with(|| compare_rest(left_rest, right_rest))
}

/// The first `parts` of the dotted numbers a version begins with, as written.
pub(super) fn numbers_to(text: &str, parts: usize) -> &str {
    let (numbers, _) = split_numbers(upstream(text));
    let end = numbers.match_indices('.').nth(parts - 1).map_or(numbers.len(), |(at, _)| at);
    numbers.get(..end).unwrap_or(numbers)
}

fn upstream(text: &str) -> &str {
    let (_, text) = split_epoch(text);
    text.strip_prefix(['v', 'V']).unwrap_or(text)
}

fn split_numbers(text: &str) -> (&str, &str) {
    let mut end = run(text, |b| b.is_ascii_digit());
    while let Some(next) = text.get(end..).and_then(|rest| rest.strip_prefix('.')) {
        match run(next, |b| b.is_ascii_digit()) {
            0 => break,
            digits => end += 1 + digits,
        }
    }
    text.split_at(end)
}

fn compare_numbers(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (l, r) => compare_digits(l.unwrap_or_default(), r.unwrap_or_default()),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// One piece of what follows the numbers, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece<'a> {
    Tilde,
    /// Its rank among the pre-releases.
    PreRelease(u8),
    End,
    Word(&'a str),
    Number(Digits<'a>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Digits<'a>(&'a str);

impl PartialOrd for Digits<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Digits<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        compare_digits(self.0, other.0)
    }
}

fn compare_rest(mut left: &str, mut right: &str) -> Ordering {
    loop {
        let (left_piece, right_piece) = (next_piece(&mut left), next_piece(&mut right));
        let order = left_piece.cmp(&right_piece);
        if order != Ordering::Equal || left_piece == Piece::End {
            return order;
        }
    }
}

fn next_piece<'a>(rest: &mut &'a str) -> Piece<'a> {
    let text = rest.trim_start_matches(['.', '-', '_', '+', '^']);
    let (piece, next) = match text.bytes().next() {
        None => (Piece::End, text),
        Some(b'~') => (Piece::Tilde, text.get(1..).unwrap_or_default()),
        Some(b) if b.is_ascii_digit() => {
            let (digits, next) = text.split_at(run(text, |b| b.is_ascii_digit()));
            (Piece::Number(Digits(digits)), next)
        }
        Some(_) => {
            let (word, next) = text.split_at(run(text, |b| b.is_ascii_alphabetic()).max(1));
            let numbered = next.starts_with(|c: char| c.is_ascii_digit());
            let piece = pre_release(word, numbered).map_or(Piece::Word(word), Piece::PreRelease);
            (piece, next)
        }
    };
    *rest = next;
    piece
}

/// `a1` and `b2` are pre-releases (Python), a lone letter is a fix (`1.0.2a` of OpenSSL).
fn pre_release(word: &str, numbered: bool) -> Option<u8> {
    const WORDS: [(&str, u8); 13] = [
        ("dev", 0),
        ("nightly", 0),
        ("snapshot", 0),
        ("alpha", 1),
        ("beta", 2),
        ("ea", 2),
        ("m", 3),
        ("milestone", 3),
        ("pre", 4),
        ("preview", 4),
        ("c", 5),
        ("cr", 5),
        ("rc", 5),
    ];
    let lone = match word {
        "a" => Some(1),
        "b" => Some(2),
        _ => None,
    };
    if word.len() == 1 && !numbered {
        return None;
    }
    lone.or_else(|| {
        WORDS.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, rank)| *rank)
    })
}
