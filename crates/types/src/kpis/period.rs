//! Periods, the periods they are compared with, and the points of a trend.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::filters::start_of_day;

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
        let today = now.with_timezone(&zone).date_naive();
        let at =
            |day: Option<NaiveDate>| day.and_then(|day| start_of_day(day, zone)).unwrap_or(now);
        Self {
            from: at(today.checked_sub_days(Days::new(days.saturating_sub(1)))),
            to: at(today.succ_opt()),
        }
    }

    /// The period it is compared with: for whole calendar months as many months before, for
    /// whole days as many days before, else the same length directly before.
    #[must_use]
    pub fn previous(self, zone: Tz) -> Self {
        let from = self.from.with_timezone(&zone).date_naive();
        let to = self.to.with_timezone(&zone).date_naive();
        let whole = |day, at| start_of_day(day, zone) == Some(at);
        if !whole(from, self.from) || !whole(to, self.to) {
            return Self {
                from: self.from - (self.to - self.from),
                to: self.from,
            };
        }
        let start = if from.day() == 1 && to.day() == 1 {
            let months = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32;
            from.checked_sub_months(Months::new(months.unsigned_abs()))
        } else {
            from.checked_sub_days(Days::new((to - from).num_days().unsigned_abs()))
        };
        let start = start.and_then(|day| start_of_day(day, zone));
        Self {
            from: start.unwrap_or(self.from - (self.to - self.from)),
            to: self.from,
        }
    }
}

/// The points of a trend: the days, weeks or months of `zone` that the period touches, the first
/// and last cut to it.
///
/// # Errors
/// [`PeriodError::TooLong`] when there would be more than 400.
pub fn buckets(period: Period, interval: Interval, zone: Tz) -> Result<Vec<Period>, PeriodError> {
    let mut day = period.from.with_timezone(&zone).date_naive();
    day = match interval {
        Interval::Day => day,
        Interval::Week => day.week(chrono::Weekday::Mon).first_day(),
        Interval::Month => day.with_day(1).unwrap_or(day),
    };
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
    fn backwards_and_endless_periods_are_refused() {
        let at: DateTime<Utc> = "2026-03-01T04:00:00Z".parse().unwrap();
        assert_eq!(Period::new(at, at), Err(PeriodError::Backwards));
        let far = at + chrono::Duration::days(4_000);
        assert_eq!(Period::new(at, far), Err(PeriodError::TooLong));
    }
}
