//! What a calendar says, as it is written.

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::LocalTime;
use super::segments::SECOND;
use crate::text::LabelText;

/// Hours and days of a calendar. [`super::OpenHours`] is the checked form that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarRules {
    /// The IANA time zone of its hours and days.
    pub time_zone: String,
    /// The hours of an ordinary week.
    pub week: Week,
    /// The days that differ from it, in any order.
    #[serde(default)]
    pub days: Vec<CalendarDay>,
}

/// Open from `from` (inclusive) to `to` (exclusive), local time, within one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Slot {
    /// The first minute that is open.
    pub from: LocalTime,
    /// The first minute that is closed again, up to `24:00`.
    pub to: LocalTime,
}

/// From and to, in microseconds since the day's beginning.
pub(super) type Span = (i64, i64);

/// Slots in microseconds.
pub(super) fn spans(slots: &[Slot]) -> Vec<Span> {
    let micros = |minutes: u16| i64::from(minutes) * 60 * SECOND;
    slots
        .iter()
        .map(|slot| (micros(slot.from.minutes()), micros(slot.to.minutes())))
        .collect()
}

/// The slots of each weekday, in order and without overlap; a weekday without slots is closed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Week {
    /// Monday's slots.
    pub monday: Vec<Slot>,
    /// Tuesday's slots.
    pub tuesday: Vec<Slot>,
    /// Wednesday's slots.
    pub wednesday: Vec<Slot>,
    /// Thursday's slots.
    pub thursday: Vec<Slot>,
    /// Friday's slots.
    pub friday: Vec<Slot>,
    /// Saturday's slots.
    pub saturday: Vec<Slot>,
    /// Sunday's slots.
    pub sunday: Vec<Slot>,
}

impl Week {
    /// The slots of a weekday.
    pub fn slots(&self, weekday: Weekday) -> &[Slot] {
        match weekday {
            Weekday::Mon => &self.monday,
            Weekday::Tue => &self.tuesday,
            Weekday::Wed => &self.wednesday,
            Weekday::Thu => &self.thursday,
            Weekday::Fri => &self.friday,
            Weekday::Sat => &self.saturday,
            Weekday::Sun => &self.sunday,
        }
    }

    /// Monday to Friday with these slots, the weekend closed.
    pub fn working(slots: &[Slot]) -> Self {
        let day = || slots.to_vec();
        Self {
            monday: day(),
            tuesday: day(),
            wednesday: day(),
            thursday: day(),
            friday: day(),
            saturday: Vec::new(),
            sunday: Vec::new(),
        }
    }
}

/// A day that differs from its weekday: a public holiday or a make-up working day (调休).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarDay {
    /// The local day.
    pub on: NaiveDate,
    /// Whether it is closed or open.
    pub kind: DayKind,
    /// The slots of an open day; without them it takes Monday's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<Slot>,
    /// What the day is called, for example the holiday's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<LabelText>,
}

/// What a day is that differs from its weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DayKind {
    /// Closed, as on a public holiday.
    Closed,
    /// Open, whatever its weekday is.
    Open,
}
