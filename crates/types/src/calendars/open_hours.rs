//! Counting open time.
//!
//! All work is done on the time line of UTC: a slot stands for the instants whose local time lies
//! in it. So a local time that does not exist counts from the transition, and an ambiguous hour
//! counts twice, without a rule of its own.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use super::segments::{DAY, instants_by, offset_at, offset_seconds, segment};
use super::{CalendarFault, CalendarRules, DayKind, Span, Why, spans};
use crate::text::LabelText;

/// How far ahead open time is looked for; later than that counts as never.
pub(super) const HORIZON: i64 = 3_653 * DAY;

/// The checked rules of a calendar, ready to count with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenHours {
    pub(super) zone: Tz,
    /// By weekday from Monday.
    week: [Vec<Span>; 7],
    /// Open microseconds of an ordinary week without transitions.
    week_total: i64,
    /// The days that differ, as days since 1970, in order.
    days: Vec<(i64, Vec<Span>)>,
    /// Why they differ and what they are called, by the same days.
    pub(super) reasons: Vec<(i64, Why, Option<LabelText>)>,
}

impl OpenHours {
    /// Checks the rules and prepares them.
    ///
    /// # Errors
    /// Everything that is wrong with the rules.
    pub fn new(rules: &CalendarRules) -> Result<Self, Vec<CalendarFault>> {
        let faults = rules.faults();
        let (Some(zone), true) = (rules.zone(), faults.is_empty()) else {
            return Err(faults);
        };
        let mut weekday = Weekday::Mon;
        let week = std::array::from_fn(|_| {
            let slots = spans(rules.week.slots(weekday));
            weekday = weekday.succ();
            slots
        });
        let days: HashMap<i64, Vec<Span>> = rules
            .days
            .iter()
            .map(|day| {
                let slots = match day.kind {
                    DayKind::Closed => Vec::new(),
                    DayKind::Open if day.slots.is_empty() => spans(&rules.week.monday),
                    DayKind::Open => spans(&day.slots),
                };
                (i64::from(day.on.to_epoch_days()), slots)
            })
            .collect();
        let mut hours = Self::of(zone, week, days.into_iter().collect());
        hours.reasons = rules
            .days
            .iter()
            .map(|day| {
                let (why, _, _) = rules.day(day.on);
                (i64::from(day.on.to_epoch_days()), why, day.name.clone())
            })
            .collect();
        hours.reasons.sort_by_key(|(on, ..)| *on);
        Ok(hours)
    }

    /// Hours that never close, each day in `zone` a working day.
    pub fn always(zone: Tz) -> Self {
        Self::of(zone, std::array::from_fn(|_| vec![(0, DAY)]), Vec::new())
    }

    fn of(zone: Tz, week: [Vec<Span>; 7], mut days: Vec<(i64, Vec<Span>)>) -> Self {
        days.sort_unstable();
        let week_total = week.iter().flatten().map(|(from, to)| to - from).sum();
        Self {
            zone,
            week,
            week_total,
            days,
            reasons: Vec::new(),
        }
    }

    /// The zone of the hours.
    pub const fn zone(&self) -> Tz {
        self.zone
    }

    /// Whole open seconds from `from` (inclusive) to `to` (exclusive), rounded down; zero when
    /// `to` does not lie after `from`.
    pub fn open_seconds_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        self.open_time_between(from, to).num_seconds()
    }

    /// Open time from `from` to `to`, to the microsecond.
    pub fn open_time_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        let count = self.count(from.timestamp_micros(), to.timestamp_micros(), i64::MAX);
        TimeDelta::microseconds(count.counted)
    }

    /// The first instant at which `seconds` open seconds have gone by since `start`; `start`
    /// itself for none, and nothing when ten years do not hold so many.
    ///
    /// An amount that is used up when the doors close falls on the closing, not on the next
    /// opening.
    pub fn add_open_seconds(&self, start: DateTime<Utc>, seconds: i64) -> Option<DateTime<Utc>> {
        self.add_open_time(start, TimeDelta::try_seconds(seconds)?)
    }

    /// Like [`Self::add_open_seconds`], to the microsecond.
    pub fn add_open_time(&self, start: DateTime<Utc>, time: TimeDelta) -> Option<DateTime<Utc>> {
        let wanted = time.num_microseconds()?;
        if wanted <= 0 {
            return Some(start);
        }
        let from = start.timestamp_micros();
        DateTime::from_timestamp_micros(self.count(from, from + HORIZON, wanted).reached?)
    }

    /// The first open instant at or after `at`; nothing when ten years hold none.
    pub fn next_open(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(self.next_open_micros(at.timestamp_micros())?)
    }

    /// Whether it is open at that instant.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        let at = at.timestamp_micros();
        self.count(at, at + 1, i64::MAX).counted > 0
    }

    pub(super) fn next_open_micros(&self, at: i64) -> Option<i64> {
        self.count(at, at + HORIZON, 1)
            .reached
            .map(|after_one| after_one - 1)
    }

    /// The slots of a day since 1970.
    pub(super) fn slots(&self, day: i64) -> &[Span] {
        match self.days.binary_search_by_key(&day, |(on, _)| *on) {
            Ok(index) => &self.days[index].1,
            Err(_) => &self.week[weekday_index(day)],
        }
    }

    /// The instants of one local day whose time lies in `slots`, in order.
    pub(super) fn instants(&self, day: i64, slots: &[Span]) -> Vec<Span> {
        instants_by(&|second| offset_seconds(self.zone, second), day, slots)
    }

    /// Days since 1970 and time of day at an instant, both local.
    pub(super) fn local(&self, at: i64) -> (i64, i64) {
        let local = at + offset_at(self.zone, at);
        (local.div_euclid(DAY), local.rem_euclid(DAY))
    }

    /// Counts open microseconds from `from` until `limit`, or until `wanted` are counted.
    fn count(&self, from: i64, limit: i64, wanted: i64) -> Count {
        let mut counted = 0;
        let mut at = from;
        while at < limit {
            let segment = segment(self.zone, at, limit);
            let mut day = (at + segment.offset).div_euclid(DAY);
            let mut special = self.days.partition_point(|(on, _)| *on < day);
            loop {
                let midnight = day * DAY - segment.offset;
                if midnight >= segment.end {
                    break;
                }
                let next_special = self.days.get(special);
                let whole_week = midnight >= at
                    && midnight + 7 * DAY <= segment.end
                    && next_special.is_none_or(|(on, _)| *on >= day + 7)
                    && wanted - counted > self.week_total;
                if whole_week {
                    counted += self.week_total;
                    day += 7;
                    continue;
                }
                let slots = match next_special {
                    Some((on, slots)) if *on == day => {
                        special += 1;
                        slots
                    }
                    _ => &self.week[weekday_index(day)],
                };
                for (from, to) in slots {
                    let opens = (midnight + from).max(at);
                    let open = (midnight + to).min(segment.end) - opens;
                    if open <= 0 {
                        continue;
                    }
                    if open >= wanted - counted {
                        let reached = Some(opens + wanted - counted);
                        return Count {
                            counted: wanted,
                            reached,
                        };
                    }
                    counted += open;
                }
                day += 1;
            }
            at = segment.end;
        }
        Count {
            counted,
            reached: None,
        }
    }
}

/// Open microseconds, and the instant at which as many as wanted were counted.
struct Count {
    counted: i64,
    reached: Option<i64>,
}

/// 0 for Monday; the first day of 1970 was a Thursday.
fn weekday_index(day: i64) -> usize {
    (day + 3).rem_euclid(7) as usize
}
