//! The clocks of one ticket, by the policy and calendar in force.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};

use super::{
    Clock, ClockEvent, ClockPolicies, ClockPolicy, ClockRules, ClockState, keep_detections,
};
use crate::calendars::OpenHours;
use crate::ids::CalendarId;
use crate::text::Code;
use crate::tickets::Status;

/// Every version of the policies and calendars that a running clock may name.
pub trait ClockBook {
    /// A version of the policies.
    fn policies(&self, version: i64) -> Option<&ClockPolicies>;
    /// The hours of a version of a calendar.
    fn hours(&self, calendar: CalendarId, version: i64) -> Option<&OpenHours>;
}

/// What a ticket's clocks run by: the policy chosen for it and the calendar of its start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockBasis {
    /// The version of the policies.
    pub policy_version: i64,
    /// The code of the policy within it.
    pub policy_code: Code,
    /// The calendar and its version.
    pub calendar: Option<(CalendarId, i64)>,
}

/// The clocks of one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TicketClocks {
    /// What they run by; none when no policy is for the ticket.
    pub basis: Option<ClockBasis>,
    /// The runs of all clocks, by code and run.
    pub runs: Vec<ClockState>,
}

/// The hours of clocks that run without a calendar.
static ALWAYS: LazyLock<OpenHours> = LazyLock::new(|| OpenHours::always(chrono_tz::UTC));

/// The policy and the hours of a basis, if both are known.
fn basis_rules<'b>(
    book: &'b impl ClockBook,
    basis: &ClockBasis,
) -> Option<(&'b ClockPolicy, &'b OpenHours)> {
    let policy = book
        .policies(basis.policy_version)?
        .policy(basis.policy_code.as_str())?;
    let hours = match basis.calendar {
        Some((calendar, version)) => book.hours(calendar, version)?,
        None => &ALWAYS,
    };
    Some((policy, hours))
}

impl TicketClocks {
    /// The clocks that follow from all events of a ticket, in any order.
    pub fn from_events(
        book: &impl ClockBook,
        basis: Option<ClockBasis>,
        events: &[ClockEvent],
    ) -> Self {
        let mut clocks = Self {
            basis,
            runs: Vec::new(),
        };
        if let Some(basis) = &clocks.basis
            && let Some((policy, hours)) = basis_rules(book, basis)
        {
            for definition in &policy.clocks {
                let rules = rules(definition, hours, basis);
                clocks.runs.extend(rules.recompute(events));
            }
        }
        clocks
    }

    /// Takes one event; `before` is the ticket's status before it.
    pub fn apply(&mut self, book: &impl ClockBook, before: Status, event: &ClockEvent) {
        let Some(basis) = &self.basis else { return };
        let Some((policy, hours)) = basis_rules(book, basis) else {
            return;
        };
        for definition in &policy.clocks {
            let rules = rules(definition, hours, basis);
            let (mut own, others) = std::mem::take(&mut self.runs)
                .into_iter()
                .partition(|run| run.clock.code == definition.code);
            rules.apply(&mut own, before, event);
            self.runs = others;
            self.runs.append(&mut own);
        }
        self.runs
            .sort_by(|a, b| (&a.clock.code, a.clock.run).cmp(&(&b.clock.code, b.clock.run)));
    }

    /// The same events under another basis, after a change of type or priority; what was detected
    /// before stays detected.
    #[must_use]
    pub fn rebased(
        &self,
        book: &impl ClockBook,
        basis: Option<ClockBasis>,
        events: &[ClockEvent],
        now: DateTime<Utc>,
    ) -> Self {
        let mut clocks = Self::from_events(book, basis, events);
        keep_detections(&self.runs, &mut clocks.runs, now);
        clocks
    }

    /// Notes that nothing can be said of the clocks of a ticket whose instants are not known to
    /// the second or contradict each other: they are decided, but neither met nor missed.
    pub fn set_unknown(&mut self) {
        for run in &mut self.runs {
            run.clock.met = None;
        }
    }

    /// What the wire shows.
    pub fn wire(&self) -> Vec<Clock> {
        self.runs.iter().map(|run| run.clock.clone()).collect()
    }
}

fn rules<'a>(
    definition: &'a super::ClockDefinition,
    hours: &'a OpenHours,
    basis: &ClockBasis,
) -> ClockRules<'a> {
    ClockRules {
        definition,
        hours,
        policy_version: basis.policy_version,
        calendar_version: basis.calendar.map(|(_, version)| version),
    }
}

/// When a warning or breach of this run is to be noticed next; none when nothing is to come.
pub fn next_check(run: &ClockState) -> Option<DateTime<Utc>> {
    let clock = &run.clock;
    let past = |passed: Option<DateTime<Utc>>, seen: Option<DateTime<Utc>>| {
        passed.filter(|_| seen.is_none())
    };
    let coming = |at: Option<DateTime<Utc>>, passed: Option<DateTime<Utc>>| {
        at.filter(|_| passed.is_none() && clock.is_running())
    };
    [
        past(clock.warned_at, clock.warning_detected_at),
        past(clock.breached_at, clock.breach_detected_at),
        coming(clock.warn_at, clock.warned_at),
        coming(clock.due_at, clock.breached_at),
    ]
    .into_iter()
    .flatten()
    .min()
}
