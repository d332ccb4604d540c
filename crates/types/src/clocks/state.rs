//! The stored state of one run of a clock, and what can happen to it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Clock, ClockRules, Target, Time};

/// One run of a clock: what the wire shows and what the engine needs for the next event. Both are
/// stored, the memory as one JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockState {
    /// What the wire shows.
    pub clock: Clock,
    /// What only the engine needs.
    pub memory: ClockMemory,
}

/// What the engine needs beside the wire's members to go on from the last event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockMemory {
    /// The last event that was counted.
    pub as_of: DateTime<Utc>,
    /// Counted time in microseconds; the wire shows whole seconds.
    pub counted_micros: i64,
    /// The due time that a pause set aside.
    pub held_due_at: Option<DateTime<Utc>>,
    /// The warning time that a pause set aside.
    pub held_warn_at: Option<DateTime<Utc>>,
    /// Whether it was stopped for good.
    pub is_final: bool,
    /// Whether nobody knows the instants that it goes by: it is decided, but neither met nor missed.
    #[serde(default)]
    pub is_unknown: bool,
}

impl ClockState {
    /// A run that starts at `at`.
    pub(super) fn start(rules: &ClockRules<'_>, run: i32, at: DateTime<Utc>) -> Self {
        let (due_at, warn_at) = match rules.definition.target {
            Target::Seconds(seconds) => {
                let target = TimeDelta::seconds(i64::from(seconds.get()));
                (
                    rules.later(at, target),
                    rules.later(at, four_fifths(target)),
                )
            }
            Target::WorkingDays(days) => {
                let due = rules.hours.nth_working_day_due(at, days.get());
                let warn = due.and_then(|due| rules.later(at, four_fifths(rules.between(at, due))));
                (due, warn)
            }
        };
        Self {
            clock: Clock {
                code: rules.definition.code.clone(),
                run,
                time: rules.definition.time,
                target: rules.definition.target,
                policy_version: rules.policy_version,
                calendar_version: rules.calendar_version,
                started_at: at,
                due_at,
                warn_at,
                paused_at: None,
                fulfilled_at: None,
                warned_at: None,
                warning_detected_at: None,
                breached_at: None,
                breach_detected_at: None,
                decided_at: None,
                met: None,
                counted_seconds: 0,
            },
            memory: ClockMemory {
                as_of: at,
                counted_micros: 0,
                held_due_at: None,
                held_warn_at: None,
                is_final: false,
                is_unknown: rules.is_unknown,
            },
        }
    }

    /// Counts up to `at` and notes what passed on the way.
    pub(super) fn settle(&mut self, rules: &ClockRules<'_>, at: DateTime<Utc>) {
        if self.clock.is_running() {
            let counted = rules.between(self.memory.as_of, at).num_microseconds();
            self.memory.counted_micros += counted.unwrap_or(0);
            self.clock.counted_seconds = self.memory.counted_micros / 1_000_000;
            self.note_what_passed(at);
        }
        self.memory.as_of = at;
    }

    /// Warning and breach that lie before `at`, with their true instants. Stopping in the very
    /// instant that is due is in time.
    pub(super) fn note_what_passed(&mut self, at: DateTime<Utc>) {
        let clock = &mut self.clock;
        if !clock.is_running() {
            return;
        }
        if clock.warned_at.is_none() {
            clock.warned_at = clock.warn_at.filter(|warn| *warn < at);
        }
        if clock.breached_at.is_none() {
            clock.breached_at = clock.due_at.filter(|due| *due < at);
            if clock.breached_at.is_some() && clock.decided_at.is_none() {
                clock.decided_at = clock.breached_at;
                clock.met = self.memory.judged(false);
            }
        }
    }

    pub(super) fn pause(&mut self, at: DateTime<Utc>) {
        self.clock.paused_at = Some(at);
        self.memory.held_due_at = self.clock.due_at.take();
        self.memory.held_warn_at = self.clock.warn_at.take();
    }

    /// Goes on after a pause.
    pub(super) fn resume(&mut self, rules: &ClockRules<'_>, at: DateTime<Utc>) {
        if let Some(since) = self.clock.paused_at.take() {
            self.clock.due_at = self.memory.held_due_at.take();
            self.clock.warn_at = self.memory.held_warn_at.take();
            self.leave_out(rules, since, at);
        }
    }

    pub(super) fn stop(&mut self, rules: &ClockRules<'_>, at: DateTime<Utc>) {
        self.resume(rules, at);
        self.clock.fulfilled_at = Some(at);
        if self.clock.decided_at.is_none() {
            self.clock.decided_at = Some(at);
            self.clock.met = self.memory.judged(true);
        }
    }

    /// Goes on after a stop that was not for good.
    pub(super) fn reopen(&mut self, rules: &ClockRules<'_>, at: DateTime<Utc>) {
        if let Some(since) = self.clock.fulfilled_at.take() {
            self.leave_out(rules, since, at);
        }
    }

    /// Moves due and warning by the time from `since` to `at`, unless they had passed before.
    fn leave_out(&mut self, rules: &ClockRules<'_>, since: DateTime<Utc>, at: DateTime<Utc>) {
        let gone = rules.between(since, at);
        // A time that was used up to the last instant cannot fall into the gap itself.
        let moved = |instant| {
            rules
                .later(instant, gone)
                .map(|moved: DateTime<Utc>| moved.max(at))
        };
        if self.clock.breached_at.is_none() {
            self.clock.due_at = self.clock.due_at.and_then(moved);
        }
        if self.clock.warned_at.is_none() {
            self.clock.warn_at = self.clock.warn_at.and_then(moved);
        }
    }
}

impl ClockMemory {
    /// The judgement, where there can be one.
    fn judged(&self, is_met: bool) -> Option<bool> {
        (!self.is_unknown).then_some(is_met)
    }
}

impl ClockRules<'_> {
    /// Counted time between two instants; none when they are the wrong way round.
    fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        match self.definition.time {
            Time::Elapsed => (to - from).max(TimeDelta::zero()),
            Time::Business => self.hours.open_time_between(from, to),
        }
    }

    /// The instant at which that much counted time has gone by.
    fn later(&self, from: DateTime<Utc>, time: TimeDelta) -> Option<DateTime<Utc>> {
        match self.definition.time {
            Time::Elapsed => from.checked_add_signed(time),
            Time::Business => self.hours.add_open_time(from, time),
        }
    }
}

/// When to warn: at 80 % of the target.
fn four_fifths(time: TimeDelta) -> TimeDelta {
    TimeDelta::microseconds(
        time.num_microseconds()
            .map_or(0, |micros| micros / 5 * 4 + micros % 5 * 4 / 5),
    )
}
