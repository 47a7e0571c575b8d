use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::number::plain_spaces;

/// A point in time as precisely as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A day.
    Date(NaiveDate),
    /// A day and a time, without saying whose time.
    Local(NaiveDateTime),
    /// A day, a time and an offset.
    Instant(DateTime<FixedOffset>),
}

impl Moment {
    /// The first instant it may mean: midnight of a day. What states no offset is taken as UTC, so
    /// that the machine that reads it changes nothing.
    pub fn start_utc(&self) -> DateTime<Utc> {
        match self {
            Self::Date(day) => day.and_time(NaiveTime::MIN).and_utc(),
            Self::Local(local) => local.and_utc(),
            Self::Instant(instant) => instant.to_utc(),
        }
    }

    /// The last instant it may mean: the last nanosecond of a day.
    pub fn end_utc(&self) -> DateTime<Utc> {
        match self {
            Self::Date(_) => {
                let last = TimeDelta::days(1) - TimeDelta::nanoseconds(1);
                let start = self.start_utc();
                start.checked_add_signed(last).unwrap_or(start)
            }
            _ => self.start_utc(),
        }
    }
}

/// Reads a date, with a time or without: `2026-09-18`, RFC 3339, `2026-12-07 08:00`, `18/09/2026`
/// (the day first, always), `18.09.2026`, `12 mars 2026`, `1er mars 2026`, `12 March 2026`,
/// `March 12, 2026`; a time may follow any of them. Years have four digits, and the day must exist.
pub fn date(text: &str) -> Option<Moment> {
    let text = plain_spaces(text);
    if let Some(day) = iso_day(&text) {
        return Some(Moment::Date(day));
    }
    // RFC 3339 asks for `T` and tolerates a space; so do we, and for an absent second.
    if let Some((day, time)) = text.split_once(['T', 't', ' '])
        && let Some(day) = iso_day(day)
    {
        return with_time(day, time);
    }
    let lower = text.to_lowercase();
    if let Some(day) = written_day(&lower) {
        return Some(Moment::Date(day));
    }
    // The time is the last word, or the last two where the offset stands apart.
    lower.match_indices(' ').find_map(|(at, _)| {
        let (day, time) = lower.split_at(at);
        let day = day.trim_end_matches(',');
        let day = day.strip_suffix(" à").or(day.strip_suffix(" at")).unwrap_or(day);
        with_time(written_day(day)?, time)
    })
}

/// `YYYY-MM-DD`, exactly.
fn iso_day(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    if month.len() != 2 || day.len() != 2 {
        return None;
    }
    calendar(year, digits(month)?, day)
}

/// A day in digits or words, lower case.
fn written_day(text: &str) -> Option<NaiveDate> {
    for separator in ['/', '.', '-'] {
        let mut parts = text.split(separator);
        if let (Some(day), Some(month), Some(year), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
            && let Some(month) = digits(month)
        {
            return calendar(year, month, day);
        }
    }
    let mut words = text.split([' ', ',']).filter(|word| !word.is_empty()).peekable();
    words.next_if_eq(&"le");
    words.next_if(|word| is_weekday(word.trim_end_matches('.')));
    match (words.next(), words.next(), words.next(), words.next()) {
        (Some(first), Some(second), Some(year), None) => match month(second) {
            Some(month) => calendar(year, month, first),
            None => calendar(year, month(first)?, second),
        },
        _ => None,
    }
}

fn calendar(year: &str, month: u32, day: &str) -> Option<NaiveDate> {
    let day = ["er", "st", "nd", "rd", "th"]
        .iter()
        .find_map(|suffix| day.strip_suffix(suffix))
        .unwrap_or(day);
    if year.len() != 4 {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(digits(year)?).ok()?, month, short(day)?)
}

/// One or two digits.
fn short(text: &str) -> Option<u32> {
    (text.len() <= 2).then(|| digits(text)).flatten()
}

fn digits(text: &str) -> Option<u32> {
    let sound = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| text.parse().ok()).flatten()
}

fn month(word: &str) -> Option<u32> {
    const NAMES: [&[&str]; 12] = [
        &["janvier", "janv", "january", "jan"],
        &["février", "fevrier", "févr", "fevr", "fév", "february", "feb"],
        &["mars", "march", "mar"],
        &["avril", "avr", "april", "apr"],
        &["mai", "may"],
        &["juin", "june", "jun"],
        &["juillet", "juil", "july", "jul"],
        &["août", "aout", "august", "aug"],
        &["septembre", "sept", "september", "sep"],
        &["octobre", "october", "oct"],
        &["novembre", "november", "nov"],
        &["décembre", "decembre", "déc", "december", "dec"],
    ];
    let word = word.trim_end_matches('.');
    (1..).zip(NAMES).find(|(_, names)| names.contains(&word)).map(|(number, _)| number)
}

fn is_weekday(word: &str) -> bool {
    const NAMES: [&str; 14] = [
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    NAMES.contains(&word)
}

/// A day with `08:00`, `08:00:30.5`, `8h`, `8h00`, and perhaps an offset.
fn with_time(day: NaiveDate, text: &str) -> Option<Moment> {
    let text = text.trim();
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | 'h' | 'H')))
        .unwrap_or(text.len());
    let (clock, offset) = text.split_at(end);
    let local = day.and_time(time(clock)?);
    let offset = offset.trim_start();
    if offset.is_empty() {
        return Some(Moment::Local(local));
    }
    local.and_local_timezone(offset_of(offset)?).single().map(Moment::Instant)
}

fn time(text: &str) -> Option<NaiveTime> {
    if let Some((hour, minute)) = text.split_once(['h', 'H']) {
        let minute = if minute.is_empty() { "0" } else { minute };
        return NaiveTime::from_hms_opt(short(hour)?, short(minute)?, 0);
    }
    let mut parts = text.split(':');
    let (hour, minute) = (short(parts.next()?)?, short(parts.next()?)?);
    let (second, nanos) = match parts.next() {
        None => (0, 0),
        Some(seconds) => {
            let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
            (short(whole)?, nanoseconds(fraction)?)
        }
    };
    if parts.next().is_some() {
        return None;
    }
    // chrono keeps a leap second as a second of more than a second.
    let (second, nanos) = match second {
        60 => (59, nanos + 1_000_000_000),
        _ => (second, nanos),
    };
    NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)
}

fn nanoseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits(format!("{fraction:0<9}").get(..9)?)
}

/// `Z`, `UTC`, `+01:00`, `+0100`, `+01`.
fn offset_of(text: &str) -> Option<FixedOffset> {
    if ["z", "utc", "gmt"].iter().any(|name| text.eq_ignore_ascii_case(name)) {
        return FixedOffset::east_opt(0);
    }
    let east = text.starts_with('+');
    let text = text.strip_prefix(['+', '-'])?;
    let (hours, minutes) = match (text.split_once(':'), text.len()) {
        (Some((hours, minutes)), _) if minutes.len() == 2 => (hours, minutes),
        (None, 4) => (text.get(..2)?, text.get(2..)?),
        (None, 2) => (text, "0"),
        _ => return None,
    };
    let (hours, minutes) = (short(hours)?, short(minutes)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let seconds = i32::try_from(hours * 3_600 + minutes * 60).ok()?;
    if east { FixedOffset::east_opt(seconds) } else { FixedOffset::west_opt(seconds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        date(text).map(|moment| match moment {
            Moment::Date(day) => day.to_string(),
            Moment::Local(local) => local.to_string(),
            Moment::Instant(instant) => instant.to_rfc3339(),
        })
    }

    #[test]
    fn dates_people_write() {
        for (text, wanted) in [
            ("2026-09-18", "2026-09-18"),
            (" 2026-09-18 ", "2026-09-18"),
            ("18/09/2026", "2026-09-18"),
            ("03/04/2026", "2026-04-03"),
            ("1/9/2026", "2026-09-01"),
            ("18.09.2026", "2026-09-18"),
            ("18-09-2026", "2026-09-18"),
            ("12 mars 2026", "2026-03-12"),
            ("12\u{a0}mars\u{202f}2026", "2026-03-12"),
            ("1er mars 2026", "2026-03-01"),
            ("12 FÉVRIER 2026", "2026-02-12"),
            ("3 août 2026", "2026-08-03"),
            ("3 déc. 2026", "2026-12-03"),
            ("vendredi 18 septembre 2026", "2026-09-18"),
            ("le 18 septembre 2026", "2026-09-18"),
            ("12 March 2026", "2026-03-12"),
            ("March 12, 2026", "2026-03-12"),
            ("Thursday, March 12th, 2026", "2026-03-12"),
            ("29/02/2028", "2028-02-29"),
            ("2026-12-07 08:00", "2026-12-07 08:00:00"),
            ("2026-12-07 08:00:30", "2026-12-07 08:00:30"),
            ("2026-12-07T08:00", "2026-12-07 08:00:00"),
            ("2026-12-07T08:00:00.25", "2026-12-07 08:00:00.250"),
            ("07/12/2026 08:00", "2026-12-07 08:00:00"),
            ("7 décembre 2026 à 8h", "2026-12-07 08:00:00"),
            ("7 décembre 2026, 20h30", "2026-12-07 20:30:00"),
            ("2026-12-07T20:00:00+01:00", "2026-12-07T20:00:00+01:00"),
            ("2026-12-07T20:00:00Z", "2026-12-07T20:00:00+00:00"),
            ("2026-12-07t20:00:00z", "2026-12-07T20:00:00+00:00"),
            ("2026-12-07T20:00-05:30", "2026-12-07T20:00:00-05:30"),
            ("2026-12-07 20:00:00 +0100", "2026-12-07T20:00:00+01:00"),
            ("2026-12-07 20:00 UTC", "2026-12-07T20:00:00+00:00"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(wanted), "{text}");
        }
        // A leap second is a time of RFC 3339.
        assert!(date("2016-12-31T23:59:60Z").is_some());
    }

    #[test]
    fn texts_that_are_no_date() {
        for text in [
            "",
            "tbd",
            "2026",
            "2026-09",
            "2026-13-01",
            "2026-02-29",
            "31/04/2026",
            "18/09/26",
            "2026/09/18",
            "2026-9-18",
            "09/18/2026",
            "12 brumaire 2026",
            "mars 2026",
            "T08:00",
            "2026-09-18T",
            "2026-09-18T25:00",
            "2026-09-18 08:60",
            "2026-09-18T08:00+25:00",
            "2026-09-18 (J+3)",
            "12 mars 2026 2026",
            "++12/03/2026",
            "é",
            "0x/01/2026",
            "2026-09-18T08:00:00.Z",
            "1,2,3",
            "18/09/2026/1",
        ] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_lasts_until_its_last_instant() {
        let day = date("2026-09-18").expect("a date");
        assert_eq!(day.start_utc().to_rfc3339(), "2026-09-18T00:00:00+00:00");
        assert_eq!(day.end_utc().to_rfc3339(), "2026-09-18T23:59:59.999999999+00:00");
        let instant = date("2026-09-18T01:00:00+02:00").expect("an instant");
        assert_eq!(instant.start_utc().to_rfc3339(), "2026-09-17T23:00:00+00:00");
        assert_eq!(instant.start_utc(), instant.end_utc());
    }
}
