//! What a month of a calendar looks like: the preview beside the editor. The browser knows how far
//! the clocks of a zone are from UTC, so that the table of all zones stays out of the page.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::segments::{DAY, SECOND, around, instants_by, segment_by};
use super::{CalendarDay, CalendarRules, DayKind, Slot, spans};
use crate::text::LabelText;

/// Why a day is as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DayReason))]
pub enum Why {
    /// It is as every one of its weekday.
    Week,
    /// It is closed, whatever its weekday is.
    Closed,
    /// It is open with hours of its own.
    OwnHours,
    /// It is open with Monday's hours.
    MondaysHours,
}

/// One day of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthDay {
    /// The local day.
    pub on: NaiveDate,
    /// Why it is as it is.
    pub why: Why,
    /// What it is called.
    pub name: Option<LabelText>,
    /// When it is open, as the clock on the wall shows it.
    pub slots: Vec<Slot>,
    /// How long that is in truth: an hour that the clocks leave out is not open, one that they
    /// repeat is so twice.
    pub open_seconds: i64,
    /// When the clocks are put forward or back on it.
    pub transition: Option<Transition>,
}

/// The instant at which the clocks of a zone are put forward or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// When.
    pub at: DateTime<Utc>,
    /// By how much; negative when they are put back.
    pub shift_seconds: i64,
}

/// A month of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Its days.
    pub days: Vec<MonthDay>,
    /// How many of them are working days: open for at least an instant.
    pub working_day_count: usize,
    /// How long it is open.
    pub open_seconds: i64,
}

impl CalendarRules {
    /// What the rules say of a day, and the entry of the list when they name it.
    pub fn day(&self, on: NaiveDate) -> (Why, &[Slot], Option<&CalendarDay>) {
        let entry = self.days.iter().find(|day| day.on == on);
        match entry {
            None => (Why::Week, self.week.slots(on.weekday()), None),
            Some(day) => match day.kind {
                DayKind::Closed => (Why::Closed, &[], entry),
                DayKind::Open if day.slots.is_empty() => {
                    (Why::MondaysHours, &self.week.monday, entry)
                }
                DayKind::Open => (Why::OwnHours, &day.slots, entry),
            },
        }
    }

    /// The month that a day lies in, of rules without faults. `offset_of` tells how many seconds the
    /// clocks of their zone are ahead of UTC at a second since 1970.
    pub fn month(&self, of: NaiveDate, offset_of: impl Fn(i64) -> i64) -> Month {
        let first = of.with_day(1).unwrap_or(of);
        let days: Vec<MonthDay> = first
            .iter_days()
            .take_while(|day| (day.year(), day.month()) == (first.year(), first.month()))
            .map(|on| self.month_day(&offset_of, on))
            .collect();
        Month {
            working_day_count: days.iter().filter(|day| day.open_seconds > 0).count(),
            open_seconds: days.iter().map(|day| day.open_seconds).sum(),
            days,
        }
    }

    fn month_day(&self, offset_of: &impl Fn(i64) -> i64, on: NaiveDate) -> MonthDay {
        let number = i64::from(on.to_epoch_days());
        let (why, slots, entry) = self.day(on);
        let open = instants_by(offset_of, number, &spans(slots));
        let open_micros: i64 = open.iter().map(|(from, to)| to - from).sum();
        MonthDay {
            on,
            why,
            name: entry.and_then(|day| day.name.clone()),
            slots: slots.to_vec(),
            open_seconds: open_micros / SECOND,
            transition: transition_on(offset_of, number),
        }
    }
}

/// The transition of a local day since 1970: the first instant of the new time lies on it.
fn transition_on(offset_of: &impl Fn(i64) -> i64, day: i64) -> Option<Transition> {
    let (mut at, limit) = around(day);
    while at < limit {
        let segment = segment_by(offset_of, at, limit);
        at = segment.end;
        let offset = offset_of(at.div_euclid(SECOND)) * SECOND;
        if at < limit && offset != segment.offset && (at + offset).div_euclid(DAY) == day {
            return Some(Transition {
                at: DateTime::from_timestamp_micros(at)?,
                shift_seconds: (offset - segment.offset) / SECOND,
            });
        }
    }
    None
}
