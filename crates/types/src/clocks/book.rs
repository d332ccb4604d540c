//! The clocks of one ticket, by the policy and calendar in force.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    Clock, ClockDefinition, ClockEvent, ClockPolicies, ClockPolicy, ClockRules, ClockState, Moment,
    Strip, keep_detections,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockBasis {
    /// The version of the policies.
    pub policy_version: i64,
    /// The code of the policy within it.
    pub policy_code: Code,
    /// The calendar and its version.
    pub calendar: Option<(CalendarId, i64)>,
}

/// Of which clocks nothing can be said, since an import does not know when things happened: they
/// are decided, but neither met nor missed, those of today and those that start later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownClocks {
    /// All is known.
    #[default]
    None,
    /// Nobody knows whether it was answered before: the clocks that a first response stops.
    Answered,
    /// The instants are known only to the day, or contradict each other: all clocks.
    All,
}

impl UnknownClocks {
    /// The name in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Answered => "answered",
            Self::All => "all",
        }
    }

    /// The one with this name.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::None, Self::Answered, Self::All]
            .into_iter()
            .find(|unknown| unknown.code() == code)
    }

    fn covers(self, definition: &ClockDefinition) -> bool {
        match self {
            Self::None => false,
            Self::Answered => definition.stop.moments.contains(&Moment::FirstResponded),
            Self::All => true,
        }
    }
}

/// The clocks of one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TicketClocks {
    /// What they run by; none when no policy is for the ticket.
    pub basis: Option<ClockBasis>,
    /// Of which of them nothing can be said.
    pub unknown: UnknownClocks,
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
    /// Clocks of which none has started yet.
    pub const fn by(basis: Option<ClockBasis>) -> Self {
        Self {
            basis,
            unknown: UnknownClocks::None,
            runs: Vec::new(),
        }
    }

    /// The clocks that follow from all events of a ticket, in any order.
    pub fn from_events(
        book: &impl ClockBook,
        basis: Option<ClockBasis>,
        unknown: UnknownClocks,
        events: &[ClockEvent],
    ) -> Self {
        let mut clocks = Self {
            unknown,
            ..Self::by(basis)
        };
        if let Some(basis) = &clocks.basis
            && let Some((policy, hours)) = basis_rules(book, basis)
        {
            for definition in &policy.clocks {
                let rules = rules(definition, hours, basis, unknown);
                clocks.runs.extend(rules.recompute(events));
            }
        }
        clocks
    }

    /// Whether the book holds what they run by. An older book may not: another process may have
    /// changed policies or calendars since it was read.
    pub fn are_known(&self, book: &impl ClockBook) -> bool {
        let mut basis = self.basis.iter();
        basis.all(|basis| basis_rules(book, basis).is_some())
    }

    /// Takes one event; `before` is the ticket's status before it. The book has to know the clocks
    /// ([`Self::are_known`]): by one that does not they stand still.
    pub fn apply(&mut self, book: &impl ClockBook, before: Status, event: &ClockEvent) {
        let Some(basis) = &self.basis else { return };
        let Some((policy, hours)) = basis_rules(book, basis) else {
            return;
        };
        for definition in &policy.clocks {
            let rules = rules(definition, hours, basis, self.unknown);
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
        let mut clocks = Self::from_events(book, basis, self.unknown, events);
        keep_detections(&self.runs, &mut clocks.runs, now);
        clocks
    }

    /// The strips up to `until` of the runs that follow from all events of the ticket, by code and
    /// run. What was noticed of the stored runs stays noticed.
    pub fn strips(
        &self,
        book: &impl ClockBook,
        events: &[ClockEvent],
        until: DateTime<Utc>,
    ) -> Vec<Strip> {
        let mut strips = Vec::new();
        if let Some(basis) = &self.basis
            && let Some((policy, hours)) = basis_rules(book, basis)
        {
            for definition in &policy.clocks {
                let rules = rules(definition, hours, basis, self.unknown);
                strips.extend(rules.strips(events, until));
            }
        }
        for strip in &mut strips {
            keep_detections(&self.runs, std::slice::from_mut(&mut strip.state), until);
        }
        strips.sort_by(|a, b| {
            let key = |strip: &Strip| (strip.state.clock.code.clone(), strip.state.clock.run);
            key(a).cmp(&key(b))
        });
        strips
    }

    /// What the wire shows.
    pub fn wire(&self) -> Vec<Clock> {
        self.runs.iter().map(|run| run.clock.clone()).collect()
    }
}

fn rules<'a>(
    definition: &'a ClockDefinition,
    hours: &'a OpenHours,
    basis: &ClockBasis,
    unknown: UnknownClocks,
) -> ClockRules<'a> {
    ClockRules {
        definition,
        hours,
        policy_version: basis.policy_version,
        calendar_version: basis.calendar.map(|(_, version)| version),
        is_unknown: unknown.covers(definition),
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
