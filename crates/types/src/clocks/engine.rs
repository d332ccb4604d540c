//! From the events of a ticket to its clocks.
//!
//! [`ClockRules::apply`] takes one event on the stored state, [`ClockRules::recompute`] all of
//! them from the opening; both come to the same.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ClockDefinition, ClockState, Moment};
use crate::calendars::OpenHours;
use crate::tickets::Status;

/// What happened to a ticket, as far as clocks care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ClockEvent {
    /// It came to be, with status `new`.
    Opened {
        /// When.
        at: DateTime<Utc>,
    },
    /// It got its first response.
    FirstResponded {
        /// When.
        at: DateTime<Utc>,
    },
    /// It went to another status; resolutions and reopenings follow from it.
    StatusChanged {
        /// When.
        at: DateTime<Utc>,
        /// Where to.
        to: Status,
    },
}

impl ClockEvent {
    /// When it happened.
    pub const fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Opened { at } | Self::FirstResponded { at } | Self::StatusChanged { at, .. } => {
                *at
            }
        }
    }

    /// The ticket's status after the event.
    pub const fn status_after(&self, before: Status) -> Status {
        match self {
            Self::Opened { .. } => Status::New,
            Self::FirstResponded { .. } => before,
            Self::StatusChanged { to, .. } => *to,
        }
    }

    fn moment(&self, before: Status) -> Option<Moment> {
        match self {
            Self::Opened { .. } => Some(Moment::Opened),
            Self::FirstResponded { .. } => Some(Moment::FirstResponded),
            Self::StatusChanged { to, .. } => match (before.is_over(), to.is_over()) {
                (false, true) => Some(Moment::Resolved),
                (true, false) => Some(Moment::Reopened),
                (true, true) | (false, false) => None,
            },
        }
    }
}

/// What one clock of one ticket runs by.
#[derive(Debug, Clone, Copy)]
pub struct ClockRules<'a> {
    /// When it starts, pauses and stops, and its target.
    pub definition: &'a ClockDefinition,
    /// The hours that business time counts; [`OpenHours::always`] where there is no calendar.
    pub hours: &'a OpenHours,
    /// The version of the policies that the definition is from.
    pub policy_version: i64,
    /// The version of the calendar that the hours are from.
    pub calendar_version: Option<i64>,
    /// Whether nobody knows the instants that the clock goes by.
    pub is_unknown: bool,
}

impl ClockRules<'_> {
    /// Takes one event. `runs` are the runs of this clock so far, the latest last (earlier ones
    /// may be left out), and `before` is the ticket's status before the event. A start adds a run.
    ///
    /// An event that lies before the last one counts as if it happened together with it: what was
    /// decided stays. [`Self::recompute`] puts events in order.
    pub fn apply(&self, runs: &mut Vec<ClockState>, before: Status, event: &ClockEvent) {
        let definition = self.definition;
        let after = event.status_after(before);
        let moment = event.moment(before);
        let fires = |moments: &[Moment]| moment.is_some_and(|moment| moments.contains(&moment));

        let mut at = event.at();
        if let Some(run) = runs.last_mut() {
            at = at.max(run.memory.as_of);
            run.settle(self, at);
        }

        let enters = before != after && definition.start.statuses.contains(&after);
        let starts = fires(&definition.start.moments) || enters;
        let is_idle = runs
            .last()
            .is_none_or(|run| run.clock.fulfilled_at.is_some());
        if starts && is_idle {
            let number = runs.last().map_or(1, |run| run.clock.run + 1);
            let mut run = ClockState::start(self, number, at);
            if definition.pause.contains(&after) {
                run.pause(at);
            }
            runs.push(run);
            return;
        }

        let Some(run) = runs.last_mut() else { return };
        let is_stopped = run.clock.fulfilled_at.is_some();
        if run.memory.is_final {
            return;
        }
        if fires(&definition.stop.moments) {
            run.memory.is_final = true;
            if !is_stopped {
                run.stop(self, at);
            }
            return;
        }
        if definition.stop.statuses.contains(&after) {
            if !is_stopped {
                run.stop(self, at);
            }
            return;
        }
        if is_stopped {
            run.reopen(self, at);
        }
        match (
            run.clock.paused_at.is_some(),
            definition.pause.contains(&after),
        ) {
            (false, true) => run.pause(at),
            (true, false) => run.resume(self, at),
            (true, true) | (false, false) => {}
        }
    }

    /// The runs that follow from all events of a ticket, in the order of their instants; equal
    /// ones keep the order given. Also the way to new rules over old events, after a change of
    /// type or priority: pauses and reopenings are events, so they are kept.
    ///
    /// Nothing is detected yet: see [`super::detect`] and [`super::keep_detections`].
    pub fn recompute(&self, events: &[ClockEvent]) -> Vec<ClockState> {
        let mut events = events.to_vec();
        events.sort_by_key(ClockEvent::at);
        let mut runs = Vec::new();
        let mut status = Status::New;
        for event in &events {
            self.apply(&mut runs, status, event);
            status = event.status_after(status);
        }
        runs
    }
}
