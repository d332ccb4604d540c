//! What `GET /tickets/{id}/clocks` shows.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Clock, ClockState, Holder, Strip, StripSegment, StripSlice};
use crate::calendars::Calendar;
use crate::ids::CalendarId;
use crate::names::Names;
use crate::text::Code;

/// The clocks of a ticket with every second of them, and what they run by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketStrips {
    /// Up to when they are told: the instant asked for, else that of reading, and at most ten years
    /// after the opening.
    pub until: DateTime<Utc>,
    /// The policy that all of them run by; null when none is for the ticket.
    pub policy: Option<StripPolicy>,
    /// The calendar of business time; null when they run without one.
    pub calendar: Option<StripCalendar>,
    /// The runs that had started by then, by code and run.
    pub clocks: Vec<ClockStrip>,
}

/// The policy of a ticket's clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StripPolicy {
    /// Its code.
    pub code: Code,
    /// Its names in that version.
    pub names: Names,
    /// The version of the policies.
    pub version: i64,
}

/// The calendar of a ticket's clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StripCalendar {
    /// Its id.
    pub id: CalendarId,
    /// What it is called today.
    pub names: Names,
    /// The version whose hours and days count.
    pub version: i64,
    /// The IANA time zone of that version.
    pub time_zone: String,
}

/// A run of a clock with every second of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClockStrip {
    /// The run as it stood after the ticket's last event up to then.
    pub clock: Clock,
    /// Seconds counted up to then: the sum of the segments, and of the slices.
    pub counted_seconds: i64,
    /// From the run's start to its stop, or to `until` while it is not stopped: without gap or
    /// overlap, the earliest first.
    pub segments: Vec<StripSegment>,
    /// Whose part of the counted time is how long, in the order in which they first had it.
    pub slices: Vec<StripSlice>,
}

impl StripCalendar {
    /// A version of a calendar, whose hours are in `time_zone`.
    pub fn of(calendar: &Calendar, version: i64, time_zone: &str) -> Self {
        Self {
            id: calendar.id,
            names: calendar.names.clone(),
            version,
            time_zone: time_zone.to_owned(),
        }
    }
}

impl ClockStrip {
    /// The strip of a ticket that these had, in the order of time.
    pub fn of(strip: Strip, holders: &[Holder]) -> Self {
        let counted_seconds = strip.counted_seconds();
        let slices = strip.slices(holders);
        let Strip {
            state: ClockState { clock, .. },
            segments,
        } = strip;
        Self {
            clock,
            counted_seconds,
            segments,
            slices,
        }
    }
}
