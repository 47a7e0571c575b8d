use chrono::TimeDelta;

use super::number::{Leading, leading, plain_spaces};

/// Seconds of each unit, and the words it goes by. A month counts 30 days, a year 365: enough for
/// what a register promises, and the same on every day.
const UNITS: [(f64, &[&str]); 8] = [
    (365.0 * 86_400.0, &["an", "ans", "annee", "annees", "year", "years", "y"]),
    (30.0 * 86_400.0, &["mois", "month", "months"]),
    (7.0 * 86_400.0, &["semaine", "semaines", "sem", "week", "weeks", "w"]),
    (86_400.0, &["jour", "jours", "j", "day", "days", "d"]),
    (3_600.0, &["heure", "heures", "h", "hour", "hours", "hr", "hrs"]),
    (60.0, &["minute", "minutes", "min", "mins", "mn", "m"]),
    (1.0, &["seconde", "secondes", "second", "seconds", "sec", "s"]),
    (0.001, &["milliseconde", "millisecondes", "millisecond", "milliseconds", "ms"]),
];

const HOUR: f64 = 3_600.0;
const MINUTE: f64 = 60.0;

/// Reads a length of time: ISO 8601 (`PT4H`, `P1DT2H`), compact (`4h`, `1h30m`, `1h30`) or in words
/// of French or English (`3 h 10 min`, `2 semaines`, `1,5 h`, `6 mois`). Larger units come first,
/// each once. A number without a unit, a negative length and calendars (`5 jours ouvrés`) are
/// refused.
pub fn duration(text: &str) -> Option<TimeDelta> {
    let text = fold(&plain_spaces(text));
    match text.strip_prefix('p') {
        Some(rest) => iso(rest),
        None => words(&text),
    }
}

/// ISO 8601 after its `P`.
fn iso(text: &str) -> Option<TimeDelta> {
    const DATE: [(char, f64); 4] =
        [('y', 365.0 * 86_400.0), ('m', 30.0 * 86_400.0), ('w', 7.0 * 86_400.0), ('d', 86_400.0)];
    const TIME: [(char, f64); 3] = [('h', HOUR), ('m', MINUTE), ('s', 1.0)];
    let (date, time) = match text.split_once('t') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (text, ""),
    };
    let mut total = 0.0;
    let mut any = false;
    for (mut rest, designators) in [(date, &DATE[..]), (time, &TIME[..])] {
        let mut designators = designators.iter();
        while !rest.is_empty() {
            let number = leading(rest)?;
            let designator = number.rest.chars().next()?;
            let (_, seconds) = designators.find(|(name, _)| *name == designator)?;
            total += number.value * seconds;
            any = true;
            rest = number.rest.strip_prefix(designator)?;
        }
    }
    any.then(|| delta(total)).flatten()
}

fn words(text: &str) -> Option<TimeDelta> {
    let mut total = 0.0;
    let mut last: Option<f64> = None;
    let mut rest = text;
    while !rest.is_empty() {
        let number = leading(rest).filter(|number| !number.is_ambiguous)?;
        let after = number.rest.trim_start();
        let word_end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (word, next) = after.split_at(word_end);
        let seconds =
            if word.is_empty() { remainder_unit(last, &number, after)? } else { unit(word)? };
        if last.is_some_and(|last| seconds >= last) {
            return None;
        }
        total += number.value * seconds;
        last = Some(seconds);
        rest = skip_link(next);
    }
    last.and_then(|_| delta(total))
}

/// The unit of a number that ends the text without one: minutes after hours (`1h30`), seconds
/// after minutes.
fn remainder_unit(last: Option<f64>, number: &Leading<'_>, after: &str) -> Option<f64> {
    let fits = after.is_empty() && number.is_whole && number.value < 60.0;
    let is = |unit: f64| last.is_some_and(|last| (last - unit).abs() < f64::EPSILON);
    match fits {
        true if is(HOUR) => Some(MINUTE),
        true if is(MINUTE) => Some(1.0),
        _ => None,
    }
}

fn unit(word: &str) -> Option<f64> {
    UNITS.iter().find(|(_, names)| names.contains(&word)).map(|(seconds, _)| *seconds)
}

/// Skips what may stand between two parts: a blank, `et`, `and`.
fn skip_link(text: &str) -> &str {
    let text = text.trim_start();
    ["et ", "and "].iter().find_map(|link| text.strip_prefix(link)).unwrap_or(text)
}

/// Lower case, without the accents its words carry and the point of `sem.`.
fn fold(text: &str) -> String {
    let lower = text.to_lowercase().replace(['é', 'è'], "e");
    lower.strip_suffix('.').unwrap_or(&lower).to_owned()
}

/// Rounded to microseconds, which absorbs what decimal fractions lose in binary.
fn delta(seconds: f64) -> Option<TimeDelta> {
    let micros = (seconds * 1e6).round();
    (micros < 9.0e18).then(|| TimeDelta::microseconds(micros as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_people_write() {
        for (text, seconds) in [
            ("4h", 14_400),
            ("4 h", 14_400),
            ("4\u{a0}h", 14_400),
            ("4\u{202f}h", 14_400),
            ("4H", 14_400),
            ("4h00", 14_400),
            ("1h30", 5_400),
            ("1h30m", 5_400),
            ("1 h 30", 5_400),
            ("1 h et 30 min", 5_400),
            ("3 h 10 min", 11_400),
            ("1,5 h", 5_400),
            ("1.1 h", 3_960),
            ("90 min", 5_400),
            ("15mn", 900),
            ("5min30", 330),
            ("1 200 s", 1_200),
            ("35 jours", 35 * 86_400),
            ("1 jour", 86_400),
            ("7j", 7 * 86_400),
            ("2 semaines", 14 * 86_400),
            ("2 sem.", 14 * 86_400),
            ("2 weeks", 14 * 86_400),
            ("6 mois", 180 * 86_400),
            ("1 an", 365 * 86_400),
            ("2 années", 730 * 86_400),
            ("1 year and 6 months", 545 * 86_400),
            ("0 s", 0),
            ("PT4H", 14_400),
            ("P1DT2H", 93_600),
            ("P1Y", 365 * 86_400),
            ("P6M", 180 * 86_400),
            ("P2W", 14 * 86_400),
            ("PT1.5H", 5_400),
            ("pt0s", 0),
        ] {
            assert_eq!(duration(text), TimeDelta::try_seconds(seconds), "{text}");
        }
        assert_eq!(duration("250ms"), Some(TimeDelta::milliseconds(250)));
    }

    #[test]
    fn texts_that_are_no_duration() {
        for text in [
            "",
            " ",
            "4",
            "-4h",
            "h",
            "4 x",
            "permanent",
            "P",
            "PT",
            "P1",
            "P1H",
            "PT1D",
            "P1DT",
            "30m 1h",
            "1h 1h",
            "1h75",
            "5 jours ouvrés",
            "1,500 h",
            "4h ou 8h",
            "≤ 4 h",
            "1h30x",
            "99999999999999999999 ans",
            "1d5",
        ] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
