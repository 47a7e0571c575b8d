//! Versions of apk, by apk-package(5): numbers with dots, a letter, suffixes, a commit, a revision:
//! `1.2.3a_rc1~4f2a-r0`.

use std::cmp::Ordering;

use super::{compare_digits, run};

/// Suffixes in ascending order; those before nothing come before the release.
const SUFFIXES: [&str; 10] = ["alpha", "beta", "pre", "rc", "", "cvs", "svn", "git", "hg", "p"];
const NONE: usize = 4;

/// A part of a version. Where one version has a part of one kind and the other none of it, the one
/// whose part comes first here is newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    First(&'a str),
    Number(&'a str),
    Letter(u8),
    Suffix(usize),
    SuffixNumber(&'a str),
    Commit(&'a str),
    Revision(&'a str),
    End,
}

impl Part<'_> {
    const fn kind(self) -> usize {
        match self {
            Part::First(_) => 0,
            Part::Number(_) => 1,
            Part::Letter(_) => 2,
            Part::Suffix(_) => 3,
            Part::SuffixNumber(_) => 4,
            Part::Commit(_) => 5,
            Part::Revision(_) => 6,
            Part::End => 7,
        }
    }

    const fn is_before_release(self) -> bool {
        matches!(self, Part::Suffix(order) if order < NONE)
    }
}

pub(super) fn is_valid(text: &str) -> bool {
    parts(text).is_some()
}

pub(super) fn compare(left: &str, right: &str) -> Ordering {
    let ended = |text| parts(text).unwrap_or_else(|| vec![Part::End]);
    for (left, right) in ended(left).into_iter().zip(ended(right)) {
        let order = if left.kind() == right.kind() {
            compare_part(left, right)
        } else if left.is_before_release() {
            Ordering::Less
        } else if right.is_before_release() {
            Ordering::Greater
        } else {
            right.kind().cmp(&left.kind())
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

/// Orders two parts of one kind.
fn compare_part(left: Part<'_>, right: Part<'_>) -> Ordering {
    match (left, right) {
        // What begins with a zero is a fraction: 1.05 is below 1.1.
        (Part::Number(l), Part::Number(r)) if l.starts_with('0') || r.starts_with('0') => l.cmp(r),
        (Part::Letter(l), Part::Letter(r)) => l.cmp(&r),
        (Part::Suffix(l), Part::Suffix(r)) => l.cmp(&r),
        (Part::Commit(l), Part::Commit(r)) => l.cmp(r),
        (
            Part::First(l) | Part::Number(l) | Part::SuffixNumber(l) | Part::Revision(l),
            Part::First(r) | Part::Number(r) | Part::SuffixNumber(r) | Part::Revision(r),
        ) => compare_digits(l, r),
        _ => Ordering::Equal,
    }
}

/// The parts of a version, the end last; `None` where it is none.
fn parts(text: &str) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = text;
    parts.push(Part::First(digits(&mut rest)?));
    while let Some(after) = rest.strip_prefix('.') {
        rest = after;
        parts.push(Part::Number(digits(&mut rest)?));
    }
    if let Some(letter) = rest.bytes().next().filter(u8::is_ascii_lowercase) {
        parts.push(Part::Letter(letter));
        rest = &rest[1..];
    }
    while let Some(after) = rest.strip_prefix('_') {
        let (name, after) = after.split_at(run(after, |b| b.is_ascii_lowercase()));
        let order = SUFFIXES.iter().position(|suffix| *suffix == name && !name.is_empty())?;
        parts.push(Part::Suffix(order));
        rest = after;
        parts.extend(digits(&mut rest).map(Part::SuffixNumber));
    }
    if let Some(after) = rest.strip_prefix('~') {
        let (commit, after) = after.split_at(run(after, |b| b.is_ascii_hexdigit()));
        parts.push(Part::Commit(Some(commit).filter(|commit| !commit.is_empty())?));
        rest = after;
    }
    if let Some(after) = rest.strip_prefix("-r") {
        rest = after;
        parts.push(Part::Revision(digits(&mut rest)?));
    }
    parts.push(Part::End);
    rest.is_empty().then_some(parts)
}

/// Takes the digits off the front, if there are any.
fn digits<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let (taken, left) = rest.split_at(run(rest, |b| b.is_ascii_digit()));
    *rest = left;
    (!taken.is_empty()).then_some(taken)
}
