//! The strip of a clock: every second of a run with the rule that counts it or leaves it out.
//!
//! It is cut while the events go through [`ClockRules::apply`], so that the engine alone decides when
//! a clock counts, pauses and stops.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Clock, ClockEvent, ClockRules, ClockState, Time};
use crate::calendars::{Slot, Why};
use crate::ids::{TeamId, UserId};
use crate::text::LabelText;
use crate::tickets::Status;

/// A run of a clock and what every second of it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// The run as it stood after the last event.
    pub state: ClockState,
    /// From its start to its stop, or to the instant asked for while it is not stopped: without gap
    /// or overlap, the earliest first.
    pub segments: Vec<StripSegment>,
}

/// Time that one rule counts or leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StripSegment {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub to: DateTime<Utc>,
    /// Whether it counts, and if not, what kind of gap it is.
    pub kind: SegmentKind,
    /// Seconds of it that count. Each is counted in the segment that completes it, so that the sum
    /// is the clock's.
    pub counted_seconds: i64,
    /// The rule that says so.
    pub rule: StripRule,
}

/// What a clock does in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SegmentKind {
    /// It counts.
    Counted,
    /// The ticket's status pauses it.
    Paused,
    /// The calendar is closed.
    Closed,
    /// It was stopped, and went on later.
    Stopped,
}

/// Why a segment is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum StripRule {
    /// The clock counts every second.
    Elapsed,
    /// The calendar is open or closed then.
    Calendar {
        /// The day in the calendar's time zone.
        on: NaiveDate,
        /// Why the day has the hours that it has.
        day: Why,
        /// What the day is called; null for most.
        name: Option<LabelText>,
        /// The slot that is open; null outside of all.
        slot: Option<Slot>,
    },
    /// The ticket's status pauses or stops the clock.
    Status {
        /// The status.
        status: Status,
    },
}

/// Who had the ticket from an instant on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Since when.
    pub since: DateTime<Utc>,
    /// The team.
    pub team_id: TeamId,
    /// The person; none while it was nobody's.
    pub assignee_id: Option<UserId>,
}

/// A team's or person's part of the counted time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StripSlice {
    /// The team.
    pub team_id: TeamId,
    /// The person; null for the time in which the team had it without one.
    pub assignee_id: Option<UserId>,
    /// Seconds counted while they had it. The slices of a run add up to what it counted.
    pub counted_seconds: i64,
}

impl Strip {
    /// Seconds counted up to the strip's end.
    pub fn counted_seconds(&self) -> i64 {
        let seconds = self.segments.iter().map(|segment| segment.counted_seconds);
        seconds.sum()
    }

    /// Whose part of the counted time is how long, in the order in which they first had it.
    /// `holders` is in the order of time; the first had it from the beginning.
    pub fn slices(&self, holders: &[Holder]) -> Vec<StripSlice> {
        let mut slices: Vec<StripSlice> = Vec::new();
        let mut seconds = WholeSeconds::default();
        let counted = self
            .segments
            .iter()
            .filter(|segment| segment.kind == SegmentKind::Counted);
        for segment in counted {
            let mut from = segment.from;
            while from < segment.to {
                let later = holders
                    .partition_point(|holder| holder.since <= from)
                    .max(1);
                let Some(holder) = holders.get(later - 1) else {
                    break;
                };
                let to = holders
                    .get(later)
                    .map_or(segment.to, |next| next.since.min(segment.to));
                let counted_seconds = seconds.take(from, to);
                let own = slices.iter_mut().find(|slice| {
                    (slice.team_id, slice.assignee_id) == (holder.team_id, holder.assignee_id)
                });
                match own {
                    Some(slice) => slice.counted_seconds += counted_seconds,
                    None => slices.push(StripSlice {
                        team_id: holder.team_id,
                        assignee_id: holder.assignee_id,
                        counted_seconds,
                    }),
                }
                from = to;
            }
        }
        slices
    }
}

/// Cuts a sum of microseconds into whole seconds: the parts add up to the rounded sum.
#[derive(Default)]
struct WholeSeconds {
    micros: i64,
}

impl WholeSeconds {
    fn take(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        let before = self.micros / 1_000_000;
        self.micros += to.timestamp_micros() - from.timestamp_micros();
        self.micros / 1_000_000 - before
    }
}

impl ClockRules<'_> {
    /// The runs that follow from the events of a ticket up to `until`, each with its strip up to
    /// then. What [`Self::recompute`] makes of the same events are the states.
    pub fn strips(&self, events: &[ClockEvent], until: DateTime<Utc>) -> Vec<Strip> {
        let mut events = events.to_vec();
        events.retain(|event| event.at() <= until);
        events.sort_by_key(ClockEvent::at);
        let mut runs: Vec<ClockState> = Vec::new();
        let mut segments: Vec<Vec<StripSegment>> = Vec::new();
        let mut status = Status::New;
        for event in &events {
            self.tell(&runs, &mut segments, status, event.at());
            self.apply(&mut runs, status, event);
            segments.resize_with(runs.len(), Vec::new);
            status = event.status_after(status);
        }
        self.tell(&runs, &mut segments, status, until);
        let strips = runs.into_iter().zip(segments);
        strips
            .map(|(state, segments)| Strip {
                state,
                segments: finished(segments),
            })
            .collect()
    }

    /// Tells of the time from the last event to `until`, which the latest run went through as that
    /// event left it.
    fn tell(
        &self,
        runs: &[ClockState],
        segments: &mut [Vec<StripSegment>],
        status: Status,
        until: DateTime<Utc>,
    ) {
        let (Some(run), Some(told)) = (runs.last(), segments.last_mut()) else {
            return;
        };
        let since = run.memory.as_of;
        if since >= until {
            return;
        }
        let segment = |kind, from, to, rule| StripSegment {
            from,
            to,
            kind,
            counted_seconds: 0,
            rule,
        };
        let Clock {
            paused_at,
            fulfilled_at,
            ..
        } = run.clock;
        if fulfilled_at.is_some() || paused_at.is_some() {
            let kind = if fulfilled_at.is_some() {
                SegmentKind::Stopped
            } else {
                SegmentKind::Paused
            };
            told.push(segment(kind, since, until, StripRule::Status { status }));
            return;
        }
        match self.definition.time {
            Time::Elapsed => {
                told.push(segment(
                    SegmentKind::Counted,
                    since,
                    until,
                    StripRule::Elapsed,
                ));
            }
            Time::Business => {
                told.extend(self.hours.explain(since, until).into_iter().map(|stretch| {
                    let kind = match stretch.slot {
                        Some(_) => SegmentKind::Counted,
                        None => SegmentKind::Closed,
                    };
                    let rule = StripRule::Calendar {
                        on: stretch.on,
                        day: stretch.why,
                        name: stretch.name,
                        slot: stretch.slot,
                    };
                    segment(kind, stretch.from, stretch.to, rule)
                }));
            }
        }
    }
}

/// The segments of a run: neighbours of one rule are one, a stop that nothing followed is the end,
/// and the counted seconds are shared out.
fn finished(segments: Vec<StripSegment>) -> Vec<StripSegment> {
    let mut merged: Vec<StripSegment> = Vec::with_capacity(segments.len());
    for segment in segments {
        match merged.last_mut() {
            Some(last) if last.kind == segment.kind && last.rule == segment.rule => {
                last.to = segment.to;
            }
            _ => merged.push(segment),
        }
    }
    while let Some(SegmentKind::Stopped) = merged.last().map(|last| last.kind) {
        merged.pop();
    }
    let mut seconds = WholeSeconds::default();
    for segment in &mut merged {
        if segment.kind == SegmentKind::Counted {
            segment.counted_seconds = seconds.take(segment.from, segment.to);
        }
    }
    merged
}
