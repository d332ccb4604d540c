//! A second way to the same results, for tests: it walks the time line unit by unit (a minute or a
//! second), asks chrono-tz for the local time of each and looks it up in the calendar as written.
//! It shares no code with the engine.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Tz;

use super::{ClockDefinition, ClockEvent, Moment, SegmentKind, Target, Time};
use crate::calendars::{CalendarRules, DayKind, Slot};
use crate::tickets::Status;

/// Units from `origin` on: which are open, and what the clock on the wall shows.
pub(super) struct Timeline {
    pub(super) origin: DateTime<Utc>,
    /// Seconds of a unit.
    pub(super) unit: i64,
    pub(super) open: Vec<bool>,
    days: BTreeMap<NaiveDate, Vec<usize>>,
    wall: Vec<(NaiveDate, u32)>,
}

impl Timeline {
    pub(super) fn walk(
        rules: &CalendarRules,
        origin: DateTime<Utc>,
        unit: i64,
        length: usize,
    ) -> Self {
        let zone: Tz = rules.time_zone.parse().unwrap();
        let mut line = Self {
            origin,
            unit,
            open: Vec::with_capacity(length),
            days: BTreeMap::new(),
            wall: Vec::with_capacity(length),
        };
        let mut at = origin;
        for index in 0..length {
            let local = at.with_timezone(&zone).naive_local();
            let (day, second) = (local.date(), local.num_seconds_from_midnight());
            line.open.push(is_open(rules, day, second));
            line.wall.push((day, second));
            line.days.entry(day).or_default().push(index);
            at += TimeDelta::seconds(unit);
        }
        line
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    pub(super) fn instant(&self, index: usize) -> DateTime<Utc> {
        self.origin + TimeDelta::seconds(index as i64 * self.unit)
    }

    /// The instant after so many fifths of a unit.
    fn instant_in_fifths(&self, fifths: usize) -> DateTime<Utc> {
        self.origin + TimeDelta::milliseconds(fifths as i64 * self.unit * 200)
    }

    pub(super) fn next_open(&self, from: usize) -> Option<usize> {
        (from..self.len()).find(|index| self.open[*index])
    }

    /// The end of the `amount`-th open unit from `from` on.
    pub(super) fn add_open(&self, from: usize, amount: usize) -> Option<usize> {
        self.plan(true, from, amount * 5).map(|fifths| fifths / 5)
    }

    /// Where `fifths` of counted units are used up, in fifths.
    fn plan(&self, business: bool, from: usize, fifths: usize) -> Option<usize> {
        let mut left = fifths;
        let mut index = from;
        while left > 0 {
            if index >= self.len() {
                return None;
            }
            if !business || self.open[index] {
                if left <= 5 {
                    return Some(index * 5 + left);
                }
                left -= 5;
            }
            index += 1;
        }
        Some(index * 5)
    }

    pub(super) fn nth_working_day(&self, start: usize, n: u32) -> Option<usize> {
        let opening = self.next_open(start)?;
        let (first_day, time) = self.wall[opening];
        let (last_day, _) = *self.wall.last()?;
        let (day, units) = self
            .days
            .iter()
            .filter(|(day, units)| **day > first_day && units.iter().any(|i| self.open[*i]))
            .nth(n as usize - 1)?;
        // The last day may be cut off by the end of the line.
        if *day == last_day {
            return None;
        }
        let same_time = units.iter().find(|i| self.wall[**i].1 >= time);
        let in_hours =
            same_time.and_then(|same| units.iter().find(|i| *i >= same && self.open[**i]));
        let after_closing = units
            .iter()
            .rev()
            .find(|i| self.open[**i])
            .map(|last| last + 1);
        in_hours.copied().or(after_closing)
    }
}

fn is_open(rules: &CalendarRules, day: NaiveDate, second: u32) -> bool {
    let week = &rules.week;
    let slots: &[Slot] = match rules.days.iter().find(|special| special.on == day) {
        Some(special) => match (special.kind, special.slots.is_empty()) {
            (DayKind::Closed, _) => &[],
            (DayKind::Open, true) => &week.monday,
            (DayKind::Open, false) => &special.slots,
        },
        None => match day.weekday() {
            Weekday::Mon => &week.monday,
            Weekday::Tue => &week.tuesday,
            Weekday::Wed => &week.wednesday,
            Weekday::Thu => &week.thursday,
            Weekday::Fri => &week.friday,
            Weekday::Sat => &week.saturday,
            Weekday::Sun => &week.sunday,
        },
    };
    slots.iter().any(|slot| {
        let second_of = |minutes: u16| u32::from(minutes) * 60;
        second_of(slot.from.minutes()) <= second && second < second_of(slot.to.minutes())
    })
}

/// What became of a clock, as far as the oracle knows it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) due_at: Option<DateTime<Utc>>,
    pub(super) warn_at: Option<DateTime<Utc>>,
    pub(super) paused_at: Option<DateTime<Utc>>,
    pub(super) fulfilled_at: Option<DateTime<Utc>>,
    pub(super) warned_at: Option<DateTime<Utc>>,
    pub(super) breached_at: Option<DateTime<Utc>>,
    pub(super) decided_at: Option<DateTime<Utc>>,
    pub(super) met: Option<bool>,
    pub(super) counted_seconds: i64,
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Running,
    Paused(usize),
    Stopped { since: usize, for_good: bool },
}

/// Walks a clock through its events (by index, in order, the first is the opening) and notices
/// what has passed at `end`, which lies after all of them. Also what the clock did in each unit from
/// the first event on.
pub(super) fn walk(
    line: &Timeline,
    definition: &ClockDefinition,
    events: &[(usize, ClockEvent)],
    end: usize,
) -> (Outcome, Vec<SegmentKind>) {
    let mut units = Vec::with_capacity(end - events[0].0);
    let business = definition.time == Time::Business;
    let start = events[0].0;
    // Seconds are counted down; a due time by working days is moved instead.
    let (mut left, mut planned) = match definition.target {
        Target::Seconds(seconds) => (Some(seconds.get() as usize / line.unit as usize), None),
        Target::WorkingDays(days) => (None, line.nth_working_day(start, days.get())),
    };
    let total =
        left.or(planned.map(|due| line.open[start..due].iter().filter(|open| **open).count()));
    let mut left_to_warning = total.map(|total| total * 4);
    let (mut due, mut warn, mut decided) = (None, None, None);
    let (mut counted, mut counted_at_event, mut left_out) = (0, 0, 0);
    let mut status = Status::New;
    let mut phase = Phase::Running;
    let mut next = 0;
    for now in start..end {
        while let Some((_, event)) = events.get(next).filter(|(at, _)| *at == now) {
            next += 1;
            counted_at_event = counted;
            let before = status;
            if let ClockEvent::StatusChanged { to, .. } = event {
                status = *to;
            }
            let wanted = phase_after(definition, phase, event, before, status, now);
            if phase != Phase::Running
                && (wanted == Phase::Running || !same_gap(phase, wanted))
                && due.is_none()
            {
                planned = planned
                    .and_then(|due| line.add_open(due, left_out))
                    .map(|due| due.max(now));
            }
            if wanted != phase && !same_gap(phase, wanted) {
                left_out = 0;
            }
            if matches!(wanted, Phase::Stopped { since, .. } if since == now) && decided.is_none() {
                decided = Some((now, true));
            }
            phase = wanted;
        }
        units.push(match phase {
            Phase::Stopped { .. } => SegmentKind::Stopped,
            Phase::Paused(_) => SegmentKind::Paused,
            Phase::Running if business && !line.open[now] => SegmentKind::Closed,
            Phase::Running => SegmentKind::Counted,
        });
        if phase != Phase::Running {
            left_out += usize::from(line.open[now]);
            continue;
        }
        if due.is_none() && (left == Some(0) || planned == Some(now)) {
            due = Some(now);
            decided = decided.or(Some((now, false)));
        }
        if !business || line.open[now] {
            counted += 1;
            left = left.map(|left| left.saturating_sub(1));
        }
        if warn.is_none()
            && let Some(fifths) = left_to_warning
        {
            let counts = !business || line.open[now];
            if fifths == 0 || (counts && fifths < 5) {
                warn = Some(now * 5 + fifths);
            } else if counts {
                left_to_warning = Some(fifths - 5);
            }
        }
    }
    let resting = match phase {
        Phase::Running => Some(end),
        Phase::Stopped { since, .. } => Some(since),
        Phase::Paused(_) => None,
    };
    let due_next = resting.and_then(|from| {
        let counted_down = || {
            left.and_then(|left| line.plan(business, from, left * 5))
                .map(|fifths| fifths / 5)
        };
        due.or(planned).or_else(counted_down)
    });
    let warn_next = resting.and_then(|from| {
        warn.or_else(|| left_to_warning.and_then(|fifths| line.plan(business, from, fifths)))
    });
    let outcome = Outcome {
        due_at: due_next.map(|at| line.instant(at)),
        warn_at: warn_next.map(|at| line.instant_in_fifths(at)),
        paused_at: match phase {
            Phase::Paused(since) => Some(line.instant(since)),
            Phase::Running | Phase::Stopped { .. } => None,
        },
        fulfilled_at: match phase {
            Phase::Stopped { since, .. } => Some(line.instant(since)),
            Phase::Running | Phase::Paused(_) => None,
        },
        warned_at: warn.map(|at| line.instant_in_fifths(at)),
        breached_at: due.map(|at| line.instant(at)),
        decided_at: decided.map(|(at, _)| line.instant(at)),
        met: decided.map(|(_, met)| met),
        counted_seconds: counted_at_event * line.unit,
    };
    (outcome, units)
}

/// Whether both lie in one and the same pause or stop.
fn same_gap(one: Phase, other: Phase) -> bool {
    match (one, other) {
        (Phase::Paused(one), Phase::Paused(other)) => one == other,
        (Phase::Stopped { since: one, .. }, Phase::Stopped { since: other, .. }) => one == other,
        _ => false,
    }
}

fn phase_after(
    definition: &ClockDefinition,
    phase: Phase,
    event: &ClockEvent,
    before: Status,
    status: Status,
    now: usize,
) -> Phase {
    let over = |status| status == Status::Resolved || status == Status::Closed;
    let stops_for_good = definition.stop.moments.iter().any(|moment| match moment {
        Moment::FirstResponded => matches!(event, ClockEvent::FirstResponded { .. }),
        Moment::Resolved => !over(before) && over(status),
        Moment::Opened | Moment::Reopened => false,
    });
    match phase {
        Phase::Stopped { for_good: true, .. } => phase,
        Phase::Stopped { since, .. } if stops_for_good => Phase::Stopped {
            since,
            for_good: true,
        },
        Phase::Running | Phase::Paused(_) if stops_for_good => Phase::Stopped {
            since: now,
            for_good: true,
        },
        Phase::Stopped { .. } if definition.stop.statuses.contains(&status) => phase,
        Phase::Running | Phase::Paused(_) if definition.stop.statuses.contains(&status) => {
            Phase::Stopped {
                since: now,
                for_good: false,
            }
        }
        Phase::Paused(_) if definition.pause.contains(&status) => phase,
        _ if definition.pause.contains(&status) => Phase::Paused(now),
        _ => Phase::Running,
    }
}
