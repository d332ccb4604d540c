//! Dates and times of a file: formats tried in order, in the mapping's zone.

use chrono::format::{Fixed, Item, Numeric, Parsed, StrftimeItems};
use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::faults::{ImportCode, ImportFault};
use super::mapping::InstantSource;
use crate::instants::{day_in, given_instant};
use crate::tickets::Precision;

/// A moment that a cell gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    /// The instant; of a day its first.
    pub(super) at: DateTime<Utc>,
    /// The end of the day (exclusive), when only the day is known.
    pub(super) day_ends_at: Option<DateTime<Utc>>,
}

impl Moment {
    /// A moment that is known exactly.
    pub(super) const fn instant(at: DateTime<Utc>) -> Self {
        Self {
            at,
            day_ends_at: None,
        }
    }

    /// How exactly it is known.
    pub(super) const fn precision(&self) -> Precision {
        if self.day_ends_at.is_some() {
            Precision::Day
        } else {
            Precision::Instant
        }
    }

    /// Whether it was certainly before `other`; a day is before what comes after its end.
    pub(super) fn is_before(&self, other: &Self) -> bool {
        match self.day_ends_at {
            Some(end) => end <= other.at,
            None => self.at < other.at,
        }
    }
}

/// What a format gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gives {
    Day,
    LocalTime,
    Instant,
}

/// A format that was looked at once.
#[derive(Debug, Clone)]
struct Format {
    items: Vec<Item<'static>>,
    gives: Gives,
}

impl Format {
    fn new(text: &str) -> Option<Self> {
        let items = StrftimeItems::new(text).parse_to_owned().ok()?;
        let has_zone = items.iter().any(|item| {
            matches!(
                item,
                Item::Fixed(
                    Fixed::TimezoneOffset
                        | Fixed::TimezoneOffsetColon
                        | Fixed::TimezoneOffsetZ
                        | Fixed::TimezoneOffsetColonZ
                        | Fixed::RFC2822
                        | Fixed::RFC3339
                ) | Item::Numeric(Numeric::Timestamp, _)
            )
        }) || text.contains("%#z");
        let has_time = items
            .iter()
            .any(|item| matches!(item, Item::Numeric(Numeric::Hour | Numeric::Hour12, _)));
        let has_day = items
            .iter()
            .any(|item| matches!(item, Item::Numeric(Numeric::Day | Numeric::Ordinal, _)));
        let gives = match (has_day, has_time, has_zone) {
            (_, _, true) => Gives::Instant,
            (true, true, false) => Gives::LocalTime,
            (true, false, false) => Gives::Day,
            (false, _, false) => return None,
        };
        Some(Self { items, gives })
    }
}

/// The formats of a column and the zone of what they give.
#[derive(Debug, Clone)]
pub(super) struct Formats {
    formats: Vec<Format>,
    zone: Tz,
}

impl Formats {
    /// The formats of `source`, else those of the file.
    pub(super) fn new(
        source: &InstantSource,
        of_file: &[String],
        zone: Tz,
        faults: &mut Vec<ImportFault>,
    ) -> Self {
        let texts = if source.formats.is_empty() {
            of_file
        } else {
            &source.formats
        };
        let mut formats = Vec::with_capacity(texts.len());
        for text in texts {
            match Format::new(text) {
                Some(format) => formats.push(format),
                None => {
                    faults.push(ImportFault::new(ImportCode::BadDateFormat).with("value", text))
                }
            }
        }
        Self { formats, zone }
    }

    /// Reads a cell; beside the moment what is to be said about it.
    ///
    /// A local time that the clocks leave out counts from the change, one that they show twice is
    /// the earlier; both are said. `None`: no format fits.
    pub(super) fn read(&self, text: &str) -> Option<(Moment, Option<ImportFault>)> {
        self.formats
            .iter()
            .find_map(|format| self.read_as(text, format))
    }

    /// The day of a moment in the formats' zone.
    pub(super) fn day_of(&self, moment: &Moment) -> Option<NaiveDate> {
        day_in(moment.at, self.zone)
    }

    fn read_as(&self, text: &str, format: &Format) -> Option<(Moment, Option<ImportFault>)> {
        let mut parsed = Parsed::new();
        chrono::format::parse(&mut parsed, text, format.items.iter()).ok()?;
        let (moment, fault) = match format.gives {
            Gives::Instant => (
                Moment::instant(parsed.to_datetime().ok()?.with_timezone(&Utc)),
                None,
            ),
            Gives::LocalTime => {
                let local = parsed.to_naive_datetime_with_offset(0).ok()?;
                let (at, code) = first_instant(self.zone, local)?;
                let fault = code.map(|code| {
                    ImportFault::new(code)
                        .with("value", text)
                        .with("zone", self.zone.name())
                });
                (Moment::instant(at), fault)
            }
            Gives::Day => (self.day(parsed.to_naive_date().ok()?)?, None),
        };
        let at = given_instant(moment.at).ok()?;
        Some((Moment { at, ..moment }, fault))
    }

    /// A day: from its first instant to that of the next.
    fn day(&self, day: NaiveDate) -> Option<Moment> {
        let start = |day: NaiveDate| Some(first_instant(self.zone, day.and_hms_opt(0, 0, 0)?)?.0);
        let next = start(day.checked_add_days(Days::new(1))?)?;
        Some(Moment {
            at: start(day)?,
            day_ends_at: Some(next),
        })
    }
}

/// The instant of a local time, and the code to say when it exists not once.
fn first_instant(zone: Tz, local: NaiveDateTime) -> Option<(DateTime<Utc>, Option<ImportCode>)> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => Some((at.with_timezone(&Utc), None)),
        LocalResult::Ambiguous(earlier, _) => Some((
            earlier.with_timezone(&Utc),
            Some(ImportCode::LocalTimeTwice),
        )),
        LocalResult::None => Some((
            transition_after(zone, local)?,
            Some(ImportCode::LocalTimeSkipped),
        )),
    }
}

/// The instant at which the clocks leave out `local`: the first whole second whose local time is
/// past it, found by halving the day around it.
fn transition_after(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    let around = TimeDelta::days(2);
    let is_past = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local() > local;
    let mut before = local.and_utc().checked_sub_signed(around)?;
    let mut after = local.and_utc().checked_add_signed(around)?;
    while after - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if is_past(middle) {
            after = middle;
        } else {
            before = middle;
        }
    }
    Some(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formats(texts: &[&str], zone: Tz) -> Formats {
        let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
        let mut faults = Vec::new();
        let formats = Formats::new(&InstantSource::default(), &texts, zone, &mut faults);
        assert_eq!(faults, []);
        formats
    }

    #[test]
    fn the_first_format_that_fits_reads_the_cell_in_the_zone() {
        let shanghai = formats(&["%Y-%m-%d %H:%M", "%Y/%m/%d"], chrono_tz::Asia::Shanghai);
        for (text, expected, precision) in [
            (
                "2023-06-01 7:29",
                "2023-05-31T23:29:00+00:00",
                Precision::Instant,
            ),
            ("2023/6/1", "2023-05-31T16:00:00+00:00", Precision::Day),
        ] {
            let (moment, fault) = shanghai.read(text).unwrap();
            assert_eq!(
                (moment.at.to_rfc3339().as_str(), moment.precision()),
                (expected, precision)
            );
            assert_eq!(fault, None);
        }
        let zoned = formats(&["%Y-%m-%dT%H:%M:%S%:z", "%+"], chrono_tz::Asia::Shanghai);
        for text in ["2023-06-01T07:29:00+02:00", "2023-06-01T05:29:00Z"] {
            assert_eq!(
                zoned.read(text).unwrap().0.at.to_rfc3339(),
                "2023-06-01T05:29:00+00:00"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_not_read() {
        let dates = formats(&["%d-%m-%Y %H:%M"], chrono_tz::UTC);
        for bad in [
            "",
            "yesterday",
            "31-02-2016 10:00",
            "01-13-2016 10:00",
            "01-12-2016",
            "01-12-2016 25:00",
            "01-12-2016 10:00 ",
            "01-12-2016 10:00:00",
            "01-12-16 10:00",
            "01-12-99999 10:00",
            "２９-02-2016 01:16",
        ] {
            assert_eq!(dates.read(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn clocks_that_change_are_said() {
        let newyork = formats(&["%Y-%m-%d %H:%M"], chrono_tz::America::New_York);
        let (skipped, fault) = newyork.read("2023-03-12 02:30").unwrap();
        assert_eq!(skipped.at.to_rfc3339(), "2023-03-12T07:00:00+00:00");
        assert_eq!(fault.unwrap().code, ImportCode::LocalTimeSkipped);
        let (twice, fault) = newyork.read("2023-11-05 01:30").unwrap();
        assert_eq!(twice.at.to_rfc3339(), "2023-11-05T05:30:00+00:00");
        assert_eq!(fault.unwrap().code, ImportCode::LocalTimeTwice);
    }

    #[test]
    fn a_day_that_starts_after_midnight_starts_then() {
        let day = formats(&["%Y-%m-%d"], chrono_tz::America::Sao_Paulo);
        let (moment, fault) = day.read("2018-11-04").unwrap();
        assert_eq!(
            (moment.at.to_rfc3339().as_str(), fault),
            ("2018-11-04T03:00:00+00:00", None)
        );
        assert_eq!(
            moment.day_ends_at.unwrap() - moment.at,
            TimeDelta::hours(23)
        );
    }

    #[test]
    fn a_day_is_before_what_comes_after_its_end() {
        let day = formats(&["%Y-%m-%d", "%Y-%m-%d %H:%M"], chrono_tz::UTC);
        let at = |text: &str| day.read(text).unwrap().0;
        assert!(!at("2023-06-01").is_before(&at("2023-06-01 10:00")));
        assert!(at("2023-06-01").is_before(&at("2023-06-02 00:00")));
        assert!(at("2023-06-01 09:59").is_before(&at("2023-06-01 10:00")));
        assert!(!at("2023-06-01 10:00").is_before(&at("2023-06-01")));
    }

    #[test]
    fn a_format_without_a_day_or_with_an_unknown_letter_is_refused() {
        for bad in ["%H:%M", "%Y-%m", "%Q", "plain"] {
            assert!(Format::new(bad).is_none(), "{bad}");
        }
    }
}
