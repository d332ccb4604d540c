//! Clocks: named targets of a ticket, from policy and calendar.
//!
//! [`ClockDefinition`] says when a clock starts, pauses and stops, [`ClockPolicies`] which tickets it
//! is for, and the engine ([`ClockRules`]) what comes of the events of a ticket.

mod book;
mod definition;
mod detection;
mod engine;
#[cfg(test)]
mod engine_tests;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod oracle_tests;
mod policy;
mod preview;
mod state;
mod strip;
#[cfg(test)]
mod strip_tests;
mod target;
mod ticket_strips;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::text::Code;

pub use book::{ClockBasis, ClockBook, TicketClocks, UnknownClocks, next_check};
pub use definition::{
    ClockDefinition, DefinitionFault, FIRST_RESPONSE, Moment, RESOLUTION, Trigger,
};
pub use detection::{Detected, detect, keep_detections};
pub use engine::{ClockEvent, ClockRules};
pub use policy::{ClockPolicies, ClockPolicy, NewClockPolicies, policy_faults};
pub use preview::{
    ClockCount, ClockDue, InventedTicket, MOST_SAMPLED, PoliciesDraft, PoliciesPreview,
    PolicyCount, PolicyOutcome, SampledTicket, TicketOutcomes, TicketsPreview,
};
pub use state::{ClockMemory, ClockState};
pub use strip::{Holder, SegmentKind, Strip, StripRule, StripSegment, StripSlice};
pub use target::{Target, TargetSeconds, Time, WorkingDays};
pub use ticket_strips::{ClockStrip, StripCalendar, StripPolicy, TicketStrips};

/// One run of one clock of a ticket, as it stood after the ticket's last event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Clock {
    /// The code of the clock.
    pub code: Code,
    /// Counts the runs of this clock on this ticket, from 1.
    pub run: i32,
    /// What it counts.
    pub time: Time,
    /// How much of it there may be.
    pub target: Target,
    /// The version of the policies that it runs by.
    pub policy_version: i64,
    /// The version of the calendar that it runs by; null when it runs without one.
    pub calendar_version: Option<i64>,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When the target is used up; null while paused, and when the calendar never gets there.
    pub due_at: Option<DateTime<Utc>>,
    /// When 80 % of the target are used up; null while paused. For a target in working days, 80 %
    /// of the open time between start and due.
    pub warn_at: Option<DateTime<Utc>>,
    /// Since when it pauses; null when it does not.
    pub paused_at: Option<DateTime<Utc>>,
    /// When it was stopped; null again when it goes on after a reopening.
    pub fulfilled_at: Option<DateTime<Utc>>,
    /// When 80 % of the target were used up.
    pub warned_at: Option<DateTime<Utc>>,
    /// When that was noticed.
    pub warning_detected_at: Option<DateTime<Utc>>,
    /// When the due time passed.
    pub breached_at: Option<DateTime<Utc>>,
    /// When that was noticed.
    pub breach_detected_at: Option<DateTime<Utc>>,
    /// When it was first decided: stopped or due passed, whichever came first.
    pub decided_at: Option<DateTime<Utc>>,
    /// Whether it was met by that first decision.
    pub met: Option<bool>,
    /// Seconds counted until the last event, pauses left out, rounded down.
    pub counted_seconds: i64,
}

impl Clock {
    /// Whether it counts now: neither paused nor stopped.
    pub const fn is_running(&self) -> bool {
        self.paused_at.is_none() && self.fulfilled_at.is_none()
    }
}

/// The clock that is due next among those that run: what lists sort by. A clock whose due time has
/// passed runs on and comes first.
pub fn next_due<'a>(clocks: impl IntoIterator<Item = &'a Clock>) -> Option<&'a Clock> {
    clocks
        .into_iter()
        .filter(|clock| clock.is_running() && clock.due_at.is_some())
        .min_by_key(|clock| clock.due_at)
}
