//! Calendars: opening hours with several slots a day, holidays and make-up working days.

mod explain;
mod faults;
mod holiday_file;
#[cfg(test)]
mod holiday_tests;
mod local_time;
mod merge;
mod month;
mod open_hours;
mod rules;
mod segments;
#[cfg(test)]
mod tests;
mod working_days;

use serde::{Deserialize, Serialize};

use crate::ids::CalendarId;
use crate::names::Names;
use crate::patch::not_null;
use crate::problem::{Fault, FieldCode};

pub use explain::Stretch;
pub use faults::{CalendarFault, FaultKind, Place};
pub use holiday_file::{HolidayFile, LineFault, LineFaultKind};
pub use local_time::LocalTime;
pub use merge::{Conflict, Merge, Merged, merge_days};
pub use month::{Month, MonthDay, Transition, Why};
pub use open_hours::OpenHours;
pub use rules::{CalendarDay, CalendarRules, DayKind, Slot, Week};
use rules::{Span, spans};

/// A calendar. Each change raises its version; clocks keep the version they started with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Calendar {
    /// The id.
    pub id: CalendarId,
    /// Raised by every change.
    pub version: i64,
    /// Its names.
    pub names: Names,
    /// The IANA time zone of its hours and days.
    pub time_zone: String,
    /// The hours of an ordinary week.
    pub week: Week,
    /// The days that differ from it.
    pub days: Vec<CalendarDay>,
    /// Whether it is in use.
    pub active: bool,
}

impl Calendar {
    /// Its hours and days alone.
    pub fn rules(&self) -> CalendarRules {
        CalendarRules {
            time_zone: self.time_zone.clone(),
            week: self.week.clone(),
            days: self.days.clone(),
        }
    }
}

/// A version of a calendar's hours and days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarVersion {
    /// The version of the calendar that brought them.
    pub version: i64,
    /// The IANA time zone of its hours and days.
    pub time_zone: String,
    /// The hours of an ordinary week.
    pub week: Week,
    /// The days that differ from it.
    pub days: Vec<CalendarDay>,
}

/// What a caller says to add a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewCalendar {
    /// Its names.
    pub names: Names,
    /// The IANA time zone of its hours and days.
    pub time_zone: String,
    /// The hours of an ordinary week.
    pub week: Week,
    /// The days that differ from it.
    #[serde(default)]
    pub days: Vec<CalendarDay>,
}

impl NewCalendar {
    /// Its hours and days alone.
    pub fn rules(&self) -> CalendarRules {
        CalendarRules {
            time_zone: self.time_zone.clone(),
            week: self.week.clone(),
            days: self.days.clone(),
        }
    }
}

/// What PATCH may change; `week` and `days` are replaced as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarPatch {
    /// Its names.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub names: Option<Names>,
    /// The IANA time zone of its hours and days.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub time_zone: Option<String>,
    /// The hours of an ordinary week.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub week: Option<Week>,
    /// The days that differ from it.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub days: Option<Vec<CalendarDay>>,
    /// Whether it is in use.
    #[serde(
        default,
        deserialize_with = "not_null",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub active: Option<bool>,
}

impl CalendarPatch {
    /// The calendar after the patch; the version stays for the caller to raise.
    #[must_use]
    pub fn applied_to(self, calendar: Calendar) -> Calendar {
        Calendar {
            names: self.names.unwrap_or(calendar.names),
            time_zone: self.time_zone.unwrap_or(calendar.time_zone),
            week: self.week.unwrap_or(calendar.week),
            days: self.days.unwrap_or(calendar.days),
            active: self.active.unwrap_or(calendar.active),
            ..calendar
        }
    }
}

impl From<CalendarFault> for Fault {
    fn from(fault: CalendarFault) -> Self {
        let code = match fault.kind {
            FaultKind::UnknownZone => FieldCode::InvalidTimeZone,
            FaultKind::TooManyDays | FaultKind::TooManySlots => FieldCode::TooMany,
            FaultKind::DayTwice => FieldCode::Duplicate,
            FaultKind::DayOutOfRange => FieldCode::OutOfRange,
            FaultKind::EmptySlot
            | FaultKind::SlotsOutOfOrder
            | FaultKind::ClosedWithSlots
            | FaultKind::OpenWithoutHours
            | FaultKind::NeverOpen => FieldCode::InvalidCalendar,
        };
        Self::at(fault.place.pointer(), code)
    }
}
