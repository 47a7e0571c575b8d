//! Dates in exceptions: a date is all of its day where the delivery is.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeZone as _};
pub use chrono_tz::Tz as TimeZone;

/// A moment as written, and the instants at which what is meant begins and has ended.
pub(crate) struct When {
    pub(crate) written: String,
    pub(crate) begins: DateTime<FixedOffset>,
    pub(crate) ended: DateTime<FixedOffset>,
}

/// The time zone that a name of the IANA database stands for: `Europe/Paris`.
pub fn time_zone(name: &str) -> Option<TimeZone> {
    name.parse().ok()
}

impl When {
    /// Reads `2027-03-31` or `2027-03-31T18:00:00+02:00`.
    pub(crate) fn read(text: &str, zone: TimeZone) -> Option<Self> {
        let written = text.to_owned();
        if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
            return Some(Self { written, begins: instant, ended: instant });
        }
        let day: NaiveDate = text.parse().ok()?;
        // Midnight may be skipped where clocks go forward at it: then the day begins an hour later.
        let midnight = |day: NaiveDate| {
            let hours = (0..=2).filter_map(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
            let mut instants =
                hours.filter_map(|hour| zone.from_local_datetime(&day.and_time(hour)).earliest());
            instants.next().map(|instant| instant.fixed_offset())
        };
        let (begins, ended) = (midnight(day)?, midnight(day.checked_add_days(Days::new(1))?)?);
        Some(Self { written, begins, ended })
    }
}

/// The instant that a report's `as_of` names: a date alone is its first instant, in UTC.
pub(crate) fn instant(as_of: &str) -> Option<DateTime<FixedOffset>> {
    When::read(as_of, TimeZone::UTC).map(|when| when.begins)
}
