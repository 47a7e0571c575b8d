//! Whether texts look like what they should be; what they mean is found where they are used.

use std::net::IpAddr;

/// RFC 3339 `full-date`, alone or with a time, whose seconds and offset may be left out.
pub(super) fn is_date(text: &str) -> bool {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    is_day(date) && time.is_none_or(is_time)
}

fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2))
    else {
        return false;
    };
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

fn is_time(text: &str) -> bool {
    let clock = match text.strip_suffix(['Z', 'z']) {
        Some(clock) => clock,
        None => match text.split_once(['+', '-']) {
            Some((clock, offset)) if is_clock(offset) && offset.len() == 5 => clock,
            Some(_) => return false,
            None => text,
        },
    };
    let whole = match clock.split_once('.') {
        Some((whole, fraction)) if whole.len() == 8 && is_digits(fraction) => whole,
        Some(_) => return false,
        None => clock,
    };
    is_clock(whole)
}

/// `HH:MM` or `HH:MM:SS`; a leap second is the 60th.
fn is_clock(text: &str) -> bool {
    let parts: Vec<Option<u32>> = text.split(':').map(|part| digits(part, 2)).collect();
    match parts[..] {
        [Some(hour), Some(minute)] => hour < 24 && minute < 60,
        [Some(hour), Some(minute), Some(second)] => hour < 24 && minute < 60 && second <= 60,
        _ => false,
    }
}

/// One or more numbers with a unit from nanoseconds to weeks.
pub(super) fn is_duration(text: &str) -> bool {
    const UNITS: [&str; 10] = ["ns", "us", "µs", "μs", "ms", "s", "m", "h", "d", "w"];
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    if rest == "0" {
        return true;
    }
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
        let Some((number, tail)) = number.and_then(|end| rest.split_at_checked(end)) else {
            return false;
        };
        let unit = tail.find(|c: char| c.is_ascii_digit() || c == '.');
        let unit = unit.unwrap_or(tail.len());
        let Some((unit, tail)) = tail.split_at_checked(unit) else {
            return false;
        };
        if !is_decimal(number) || !UNITS.contains(&unit) {
            return false;
        }
        rest = tail;
    }
    !text.is_empty() && !text.ends_with('-')
}

/// What Debian, RPM and semver versions have in common: no blanks, a digit, few signs.
pub(super) fn is_version(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".+~:_^-".contains(c);
    text.chars().all(allowed) && text.contains(|c: char| c.is_ascii_digit())
}

/// A Kubernetes resource quantity: a decimal number with a decimal or binary suffix or exponent.
pub(super) fn is_quantity(text: &str) -> bool {
    const SUFFIXES: [&str; 15] =
        ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi"];
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '.');
    let Some((number, suffix)) = number.split_at_checked(end.unwrap_or(number.len())) else {
        return false;
    };
    let exponent = suffix
        .strip_prefix(['e', 'E'])
        .is_some_and(|digits| is_digits(digits.strip_prefix(['+', '-']).unwrap_or(digits)));
    is_decimal(number) && (SUFFIXES.contains(&suffix) || suffix == "Ei" || exponent)
}

/// An address and the length of its network part.
pub(super) fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else {
        return false;
    };
    let longest = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    is_digits(length) && length.parse().is_ok_and(|length: u32| length <= longest)
}

fn is_decimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && is_digits(text)).then(|| text.parse().ok())?
}
