//! Periods, the periods they are compared with, and the points of a trend.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::filters::start_of_day;
use crate::instants::day_in;

/// The longest period, in days.
const LONGEST_DAYS: i64 = 3_700;
/// Most points of a trend.
const MOST_POINTS: usize = 400;

/// From one instant, inclusive, to another, exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub to: DateTime<Utc>,
}

/// Why a period cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodError {
    /// It ends before it begins, or is empty.
    Backwards,
    /// It is longer than ten years, or has too many points.
    TooLong,
}

/// How long a point of a trend is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Interval {
    /// A day.
    #[default]
    Day,
    /// A week; weeks start on Monday.
    Week,
    /// A calendar month.
    Month,
}

impl Interval {
    /// The name on the wire.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The interval with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Day, Self::Week, Self::Month]
            .into_iter()
            .find(|interval| interval.code() == code)
    }
}

impl Period {
    /// The period between two instants.
    ///
    /// # Errors
    /// [`PeriodError`] when it is empty, backwards or longer than ten years.
    pub fn new(from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Self, PeriodError> {
        if to <= from {
            return Err(PeriodError::Backwards);
        }
        if (to - from).num_days() > LONGEST_DAYS {
            return Err(PeriodError::TooLong);
        }
        Ok(Self { from, to })
    }

    /// The `days` days that end with the day of `now`, that day included.
    pub fn last_days(days: u64, now: DateTime<Utc>, zone: Tz) -> Self {
        let today = day_in(now, zone);
        let first = today.and_then(|day| day.checked_sub_days(Days::new(days.saturating_sub(1))));
        let at =
            |day: Option<NaiveDate>| day.and_then(|day| start_of_day(day, zone)).unwrap_or(now);
        Self {
            from: at(first),
            to: at(today.and_then(|day| day.succ_opt())),
        }
    }

    /// The period it is compared with: for whole calendar months as many months before, for
    /// whole days as many days before, else the same length directly before.
    #[must_use]
    pub fn previous(self, zone: Tz) -> Self {
        let as_long = || self.from.checked_sub_signed(self.to - self.from);
        let from = self.whole_days_before(zone).or_else(as_long);
        Self {
            // Where time begins there is nothing before.
            from: from.unwrap_or(self.from),
            to: self.from,
        }
    }

    /// The start of as many whole months or days directly before; none when it is not made of
    /// whole days.
    fn whole_days_before(self, zone: Tz) -> Option<DateTime<Utc>> {
        let whole = |at| day_in(at, zone).filter(|day| start_of_day(*day, zone) == Some(at));
        let (from, to) = (whole(self.from)?, whole(self.to)?);
        let start = if from.day() == 1 && to.day() == 1 {
            let months = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32;
            from.checked_sub_months(Months::new(months.unsigned_abs()))
        } else {
            from.checked_sub_days(Days::new((to - from).num_days().unsigned_abs()))
        };
        start_of_day(start?, zone)
    }
}

/// The points of a trend: the days, weeks or months of `zone` that the period touches, the first
/// and last cut to it.
///
/// # Errors
/// [`PeriodError::TooLong`] when there would be more than 400.
pub fn buckets(period: Period, interval: Interval, zone: Tz) -> Result<Vec<Period>, PeriodError> {
    let day = day_in(period.from, zone);
    let first = day.and_then(|day| match interval {
        Interval::Day => Some(day),
        Interval::Week => day.week(chrono::Weekday::Mon).checked_first_day(),
        Interval::Month => day.with_day(1),
    });
    let mut day = first.ok_or(PeriodError::TooLong)?;
    let mut points = Vec::new();
    let mut from = period.from;
    while from < period.to {
        let next = match interval {
            Interval::Day => day.succ_opt(),
            Interval::Week => day.checked_add_days(Days::new(7)),
            Interval::Month => day.checked_add_months(Months::new(1)),
        };
        day = next.ok_or(PeriodError::TooLong)?;
        let to = start_of_day(day, zone)
            .ok_or(PeriodError::TooLong)?
            .min(period.to);
        if to > from {
            points.push(Period { from, to });
            from = to;
        }
        if points.len() > MOST_POINTS {
            return Err(PeriodError::TooLong);
        }
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHANGHAI: Tz = chrono_tz::Asia::Shanghai;

    fn period(from: &str, to: &str, zone: Tz) -> Period {
        let at = |day: &str| start_of_day(day.parse().unwrap(), zone).unwrap();
        Period::new(at(from), at(to)).unwrap()
    }

    #[test]
    fn whole_months_are_compared_with_months_and_days_with_days() {
        for (from, to, before) in [
            ("2026-03-01", "2026-04-01", "2026-02-01"),
            ("2026-01-01", "2026-04-01", "2025-10-01"),
            ("2026-03-02", "2026-03-09", "2026-02-23"),
            ("2026-03-01", "2026-03-02", "2026-02-28"),
        ] {
            let found = period(from, to, SHANGHAI).previous(SHANGHAI);
            assert_eq!(found, period(before, from, SHANGHAI), "{from}");
        }
    }

    #[test]
    fn a_period_of_part_days_is_compared_with_the_same_length() {
        let noon: DateTime<Utc> = "2026-03-01T04:00:00Z".parse().unwrap();
        let found = Period::new(noon, noon + chrono::Duration::hours(5))
            .unwrap()
            .previous(SHANGHAI);
        assert_eq!(
            (found.from, found.to),
            (noon - chrono::Duration::hours(5), noon)
        );
    }

    #[test]
    fn the_points_of_a_trend_fill_the_period_without_gaps() {
        let zone = chrono_tz::America::New_York;
        let whole = period("2026-02-25", "2026-04-10", zone);
        for (interval, count) in [
            (Interval::Day, 44),
            (Interval::Week, 7),
            (Interval::Month, 3),
        ] {
            let points = buckets(whole, interval, zone).unwrap();
            assert_eq!(points.len(), count, "{interval:?}");
            assert_eq!(
                (points[0].from, points[count - 1].to),
                (whole.from, whole.to)
            );
            assert!(points.windows(2).all(|pair| pair[0].to == pair[1].from));
        }
        let dst_day = buckets(whole, Interval::Day, zone).unwrap()[11];
        assert_eq!(
            (dst_day.to - dst_day.from).num_hours(),
            23,
            "8 March has 23 hours"
        );
    }

    #[test]
    fn periods_at_the_ends_of_time_have_a_previous_one_and_points_or_none() {
        let month = chrono::Duration::days(31);
        let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        for (from, to) in [(first, first + month), (last - month, last)] {
            let period = Period::new(from, to).unwrap();
            for zone in [SHANGHAI, chrono_tz::America::New_York, chrono_tz::UTC] {
                let before = period.previous(zone);
                assert!(before.from <= before.to && before.to == from, "{before:?}");
                for interval in [Interval::Day, Interval::Week, Interval::Month] {
                    drop(buckets(period, interval, zone));
                }
                let days = Period::last_days(30, from, zone);
                assert!(days.from <= days.to, "{days:?}");
            }
        }
    }

    #[test]
    fn backwards_and_endless_periods_are_refused() {
        let at: DateTime<Utc> = "2026-03-01T04:00:00Z".parse().unwrap();
        assert_eq!(Period::new(at, at), Err(PeriodError::Backwards));
        let far = at + chrono::Duration::days(4_000);
        assert_eq!(Period::new(at, far), Err(PeriodError::TooLong));
    }
}
