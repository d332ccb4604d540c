//! Instants and days that people give: which ones there may be, and how they are read.
//!
//! The parsers of chrono take any year from -262143 on. Nobody was born or asked anything then, and
//! a calendar that is walked from there never arrives, so that all input keeps to [`YEARS`].

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::patch::Patch;
use crate::problem::FieldCode;

/// Years that a service desk can speak of; beyond them a date was misread or mistyped.
pub const YEARS: RangeInclusive<i32> = 1900..=2199;

/// An instant as it is kept: within [`YEARS`], to the microsecond, since the databases keep no
/// more.
///
/// # Errors
/// [`FieldCode::OutOfRange`] beyond those years.
pub fn given_instant(at: DateTime<Utc>) -> Result<DateTime<Utc>, FieldCode> {
    YEARS
        .contains(&at.year())
        .then(|| DateTime::from_timestamp_micros(at.timestamp_micros()))
        .flatten()
        .ok_or(FieldCode::OutOfRange)
}

/// A day within [`YEARS`].
///
/// # Errors
/// [`FieldCode::OutOfRange`] beyond those years.
pub fn given_day(day: NaiveDate) -> Result<NaiveDate, FieldCode> {
    if YEARS.contains(&day.year()) {
        Ok(day)
    } else {
        Err(FieldCode::OutOfRange)
    }
}

/// The day of an instant in a zone; none where the calendar ends.
pub fn day_in(at: DateTime<Utc>, zone: Tz) -> Option<NaiveDate> {
    let utc = at.naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix();
    utc.checked_add_offset(offset).map(|local| local.date())
}

/// Reads the instant of a body: `#[serde(default, deserialize_with = "…")]`.
///
/// # Errors
/// What is no instant, or lies beyond [`YEARS`].
pub fn read_instant<'de, D>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error>
where
    D: Deserializer<'de>,
{
    let at = Option::<DateTime<Utc>>::deserialize(deserializer)?;
    at.map(given_instant)
        .transpose()
        .map_err(|code| D::Error::custom(code.code()))
}

/// Reads the day of a body: `#[serde(default, deserialize_with = "…")]`.
///
/// # Errors
/// What is no day, or lies beyond [`YEARS`].
pub fn read_day<'de, D>(deserializer: D) -> Result<Option<NaiveDate>, D::Error>
where
    D: Deserializer<'de>,
{
    let day = Option::<NaiveDate>::deserialize(deserializer)?;
    day.map(given_day)
        .transpose()
        .map_err(|code| D::Error::custom(code.code()))
}

/// Reads the day of a merge patch: `#[serde(default, deserialize_with = "…")]`.
///
/// # Errors
/// As for [`read_day`].
pub fn read_day_patch<'de, D>(deserializer: D) -> Result<Patch<NaiveDate>, D::Error>
where
    D: Deserializer<'de>,
{
    read_day(deserializer).map(Patch::from_option)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn instants_and_days_keep_to_the_years_of_a_service_desk() {
        for (text, is_good) in [
            ("1899-12-31T23:59:59Z", false),
            ("1900-01-01T00:00:00Z", true),
            ("2199-12-31T23:59:59Z", true),
            ("2200-01-01T00:00:00Z", false),
            ("-262143-01-02T00:00:00Z", false),
            ("+262142-12-31T00:00:00Z", false),
        ] {
            assert_eq!(given_instant(at(text)).is_ok(), is_good, "{text}");
            let day = at(text).date_naive();
            assert_eq!(given_day(day).is_ok(), is_good, "{day}");
        }
    }

    #[test]
    fn an_instant_is_kept_to_the_microsecond_before_1970_and_in_a_leap_second_too() {
        for (given, kept) in [
            (
                "2026-01-05T08:00:00.123456789Z",
                "2026-01-05T08:00:00.123456Z",
            ),
            (
                "1960-01-05T08:00:00.123456789Z",
                "1960-01-05T08:00:00.123456Z",
            ),
            ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ] {
            assert_eq!(given_instant(at(given)), Ok(at(kept)), "{given}");
        }
    }

    #[test]
    fn the_first_and_last_instants_have_no_day_in_some_zones() {
        let (west, east) = (chrono_tz::America::New_York, chrono_tz::Asia::Shanghai);
        assert_eq!(day_in(DateTime::<Utc>::MIN_UTC, west), None);
        assert_eq!(day_in(DateTime::<Utc>::MAX_UTC, east), None);
        assert_eq!(
            day_in(at("2026-01-05T20:00:00Z"), east),
            NaiveDate::from_ymd_opt(2026, 1, 6)
        );
    }
}
