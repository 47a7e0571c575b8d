//! Days and seconds since 1970 as dates: the only calendar a snapshot needs.

/// A day, counted from 1970-01-01, as `2026-11-23`; `None` outside the years 1 to 9999.
pub(crate) fn date(day: i64) -> Option<String> {
    // Years begin in March here, so that the leap day is the last of its year.
    const ERA: i64 = 146_097;
    let shifted = day.checked_add(719_468)?;
    let era = shifted.div_euclid(ERA);
    let day_of_era = shifted.rem_euclid(ERA);
    let leap_days = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / (ERA - 1);
    let year_of_era = (day_of_era - leap_days) / 365;
    let before = 365 * year_of_era + year_of_era / 4 - year_of_era / 100;
    let day_of_year = day_of_era - before;
    let march_month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (1..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-{day_of_month:02}"))
}

/// A moment, in seconds since 1970, as `2026-11-23T08:00:00Z`.
pub(crate) fn moment(seconds: i64) -> Option<String> {
    const DAY: i64 = 86_400;
    let of_day = seconds.rem_euclid(DAY);
    let date = date(seconds.div_euclid(DAY))?;
    Some(format!("{date}T{:02}:{:02}:{:02}Z", of_day / 3600, of_day / 60 % 60, of_day % 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let cases = [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_780, "2026-11-23"),
            (47_540, "2100-02-28"),
            (47_541, "2100-03-01"),
            (2_932_896, "9999-12-31"),
        ];
        for (day, expected) in cases {
            assert_eq!(date(day).as_deref(), Some(expected));
        }
        assert_eq!(date(2_932_897), None);
        assert_eq!(date(i64::MAX), None);
        assert_eq!(moment(1_795_420_799).as_deref(), Some("2026-11-23T07:59:59Z"));
        assert_eq!(moment(i64::MIN), None);
    }
}
