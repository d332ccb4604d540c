//! When a clock starts, pauses and stops. The engine knows no clock by its code.

use serde::{Deserialize, Serialize};

use super::{Target, Time};
use crate::text::Code;
use crate::tickets::Status;

/// The code of the clock from opening to first response.
pub const FIRST_RESPONSE: &str = "first_response";
/// The code of the clock from opening to resolution.
pub const RESOLUTION: &str = "resolution";

/// A clock of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClockDefinition {
    /// Its code.
    pub code: Code,
    /// How much time there is.
    pub target: Target,
    /// What is counted; `business` for a target in working days.
    pub time: Time,
    /// What starts it. When it starts again after it was stopped, a new run begins.
    pub start: Trigger,
    /// The statuses in which it pauses.
    #[serde(default)]
    pub pause: Vec<Status>,
    /// What stops it: moments for good, statuses for as long as the ticket is in one of them.
    pub stop: Trigger,
}

/// What starts or stops a clock; one of them is enough.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Trigger {
    /// Moments in a ticket's life.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moments: Vec<Moment>,
    /// Statuses that it enters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<Status>,
}

/// A moment in a ticket's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Moment {
    /// It came to be.
    Opened,
    /// It got its first response.
    FirstResponded,
    /// It went into resolved or closed from outside both.
    Resolved,
    /// It left both again.
    Reopened,
}

/// What is wrong with the definition of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefinitionFault {
    /// Working days are business time.
    WorkingDaysElapsed,
    /// Nothing starts it.
    NeverStarts,
    /// Nothing stops it.
    NeverStops,
    /// A status that pauses also starts or stops it, or one that starts it also stops it.
    StatusTwice,
}

impl DefinitionFault {
    /// The member that is wrong, as a JSON pointer from the clock's own object.
    pub const fn pointer(self) -> &'static str {
        match self {
            Self::WorkingDaysElapsed => "/time",
            Self::NeverStarts => "/start",
            Self::NeverStops => "/stop",
            Self::StatusTwice => "/pause",
        }
    }
}

impl ClockDefinition {
    /// From opening to the first response; it neither pauses nor starts again. A ticket that is
    /// resolved without a response counts as answered then.
    pub fn first_response(code: Code, target: Target, time: Time) -> Self {
        Self {
            code,
            target,
            time,
            start: Trigger {
                moments: vec![Moment::Opened],
                statuses: Vec::new(),
            },
            pause: Vec::new(),
            stop: Trigger {
                moments: vec![Moment::FirstResponded, Moment::Resolved],
                statuses: Vec::new(),
            },
        }
    }

    /// From opening to resolution, without the time spent waiting; it goes on at a reopening.
    pub fn resolution(code: Code, target: Target, time: Time) -> Self {
        Self {
            code,
            target,
            time,
            start: Trigger {
                moments: vec![Moment::Opened],
                statuses: Vec::new(),
            },
            pause: vec![Status::WaitingOnCustomer, Status::OnHold],
            stop: Trigger {
                moments: Vec::new(),
                statuses: vec![Status::Resolved, Status::Closed],
            },
        }
    }

    /// Everything that is wrong with it; empty when it is good.
    pub fn faults(&self) -> Vec<DefinitionFault> {
        let starts = |status: &Status| self.start.statuses.contains(status);
        let stops = |status: &Status| self.stop.statuses.contains(status);
        let is_empty =
            |trigger: &Trigger| trigger.moments.is_empty() && trigger.statuses.is_empty();
        let working_days = matches!(self.target, Target::WorkingDays(_));
        [
            (
                working_days && self.time == Time::Elapsed,
                DefinitionFault::WorkingDaysElapsed,
            ),
            (is_empty(&self.start), DefinitionFault::NeverStarts),
            (is_empty(&self.stop), DefinitionFault::NeverStops),
            (
                self.pause
                    .iter()
                    .any(|status| starts(status) || stops(status))
                    || self.start.statuses.iter().any(stops),
                DefinitionFault::StatusTwice,
            ),
        ]
        .into_iter()
        .filter_map(|(wrong, fault)| wrong.then_some(fault))
        .collect()
    }
}
