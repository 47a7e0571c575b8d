//! Numbers as people write them in tables: `1 200`, `99,8`, `1.5e3`.

/// A number at the beginning of a text, and what follows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Leading<'a> {
    pub(super) value: f64,
    /// `1,200` is one thousand two hundred to some and one and a fifth to others.
    pub(super) is_ambiguous: bool,
    /// Whether digits only were written: no fraction, no group, no exponent.
    pub(super) is_whole: bool,
    pub(super) rest: &'a str,
}

/// Reads an unsigned decimal number off the front of a text whose blanks are plain spaces. Groups
/// of three digits may be separated by one space; the decimal sign is a point or a comma.
pub(super) fn leading(text: &str) -> Option<Leading<'_>> {
    let mut digits = String::new();
    let mut rest = take_digits(text, &mut digits);
    if digits.is_empty() {
        return None;
    }
    let mut is_whole = true;
    if digits.len() <= 3 {
        while let Some(after) = group(rest) {
            rest = take_digits(after, &mut digits);
            is_whole = false;
        }
    }
    let mut is_ambiguous = false;
    if let Some((sign, after)) = split_sign(rest) {
        let mut fraction = String::new();
        let after = take_digits(after, &mut fraction);
        if !fraction.is_empty() {
            let may_be_group = fraction.len() == 3 && digits.len() <= 3 && digits != "0";
            is_ambiguous = sign == ',' && may_be_group;
            digits.push('.');
            digits.push_str(&fraction);
            is_whole = false;
            rest = after;
        }
    }
    Some(Leading { value: digits.parse().ok()?, is_ambiguous, is_whole, rest })
}

/// A text with every kind of blank made a plain space, single, and none at the ends.
pub(super) fn plain_spaces(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    // White space by Unicode includes the non-breaking and the thin spaces.
    for word in text.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    plain
}

fn take_digits<'a>(text: &'a str, into: &mut String) -> &'a str {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    into.push_str(&text[..text.len() - rest.len()]);
    rest
}

/// What follows a space, where it begins with exactly three digits.
fn group(text: &str) -> Option<&str> {
    let after = text.strip_prefix(' ')?;
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    (after.len() - rest.len() == 3).then_some(after)
}

fn split_sign(text: &str) -> Option<(char, &str)> {
    let sign = text.chars().next().filter(|c| matches!(c, '.' | ','))?;
    text.get(1..).map(|rest| (sign, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_the_front() {
        for (text, value, rest, is_ambiguous) in [
            ("12", 12.0, "", false),
            ("1 200 Mo", 1200.0, " Mo", false),
            ("12 345 678", 12_345_678.0, "", false),
            ("1200 300", 1200.0, " 300", false),
            ("1 2000", 1.0, " 2000", false),
            ("99,8 %", 99.8, " %", false),
            ("1.5h", 1.5, "h", false),
            ("1,200", 1.2, "", true),
            ("0,125", 0.125, "", false),
            ("1 200,500", 1200.5, "", false),
            ("3.", 3.0, ".", false),
        ] {
            let number = leading(text).expect("a number");
            assert!((number.value - value).abs() < 1e-9, "{text}");
            assert_eq!((number.rest, number.is_ambiguous), (rest, is_ambiguous), "{text}");
        }
        for text in ["", "x", "-1", ",5", "é"] {
            assert_eq!(leading(text), None, "{text}");
        }
    }

    #[test]
    fn every_blank_becomes_one_space() {
        assert_eq!(plain_spaces("\u{a0}1\u{202f}200 \t Mo\n"), "1 200 Mo");
    }
}
