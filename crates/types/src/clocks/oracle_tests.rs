//! The engine against the oracle on random cases, always the same ones.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::oracle::{Outcome, Timeline, walk};
use super::strip_tests::StripCase;
use super::{
    ClockDefinition, ClockEvent, ClockRules, ClockState, FIRST_RESPONSE, Moment, RESOLUTION,
    Target, Time, Trigger, detect,
};
use crate::calendars::{CalendarDay, CalendarRules, DayKind, LocalTime, OpenHours, Slot, Week};
use crate::text::Code;
use crate::tickets::Status;

/// Zones and days near which something happens: transitions of an hour, half an hour and two
/// hours, at midnight and one minute after it, a day that never was, and quiet ones.
const SCENES: [(&str, &str); 16] = [
    ("Asia/Shanghai", "2024-02-08"),
    ("Asia/Shanghai", "2025-10-01"),
    ("UTC", "2024-02-28"),
    ("America/New_York", "2024-03-08"),
    ("America/New_York", "2025-10-31"),
    ("Australia/Lord_Howe", "2024-04-05"),
    ("Australia/Lord_Howe", "2024-10-04"),
    ("Europe/London", "2025-03-28"),
    ("Europe/London", "2024-10-25"),
    ("America/St_Johns", "2005-10-28"),
    ("America/St_Johns", "2006-03-31"),
    ("America/Sao_Paulo", "2017-10-13"),
    ("America/Sao_Paulo", "2018-02-16"),
    ("Pacific/Apia", "2011-12-28"),
    ("Antarctica/Troll", "2024-03-30"),
    ("Asia/Kathmandu", "2024-06-01"),
];

/// SplitMix64 (Steele, Lea and Flood 2014), so that each run sees the same cases.
pub(super) struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

fn slots(random: &mut Random) -> Vec<Slot> {
    let usual: [&[(u16, u16)]; 8] = [
        &[],
        &[(540, 1110)],
        &[(540, 720), (780, 1080)],
        &[(0, 1440)],
        &[(0, 120), (1320, 1440)],
        &[(60, 135), (150, 210), (210, 300)],
        &[(0, 1), (1380, 1440)],
        &[(600, 780)],
    ];
    let minutes: Vec<(u16, u16)> = if random.below(4) > 0 {
        random.pick(&usual).to_vec()
    } else {
        let mut cuts: Vec<u16> = (0..6).map(|_| random.below(1441) as u16).collect();
        cuts.sort_unstable();
        cuts.dedup();
        cuts.chunks_exact(2)
            .map(|pair| (pair[0], pair[1]))
            .collect()
    };
    let time = |minutes| LocalTime::from_minutes(minutes).unwrap();
    minutes
        .into_iter()
        .map(|(from, to)| Slot {
            from: time(from),
            to: time(to),
        })
        .collect()
}

fn calendar(random: &mut Random, zone: &str, around: NaiveDate) -> CalendarRules {
    let week = if random.below(3) > 0 {
        let mut week = Week::working(&slots(random));
        week.saturday = if random.below(3) == 0 {
            slots(random)
        } else {
            Vec::new()
        };
        week
    } else {
        Week {
            monday: slots(random),
            tuesday: slots(random),
            wednesday: slots(random),
            thursday: slots(random),
            friday: slots(random),
            saturday: slots(random),
            sunday: slots(random),
        }
    };
    let mut days: Vec<CalendarDay> = Vec::new();
    for _ in 0..random.below(8) {
        let on = around + TimeDelta::days(random.below(20) as i64);
        let kind = random.pick(&[DayKind::Closed, DayKind::Open]);
        let own = if kind == DayKind::Open && random.below(2) == 0 {
            slots(random)
        } else {
            Vec::new()
        };
        let has_hours = kind == DayKind::Closed || !own.is_empty() || !week.monday.is_empty();
        if has_hours && days.iter().all(|day| day.on != on) {
            days.push(CalendarDay {
                on,
                kind,
                slots: own,
                name: None,
            });
        }
    }
    CalendarRules {
        time_zone: zone.to_owned(),
        week,
        days,
    }
}

fn definition(random: &mut Random, line: &Timeline) -> ClockDefinition {
    let time = random.pick(&[Time::Elapsed, Time::Business, Time::Business]);
    let units = match random.below(3) {
        0 => 1 + random.below(90),
        1 => 1 + random.below(600),
        _ => 1 + random.below(line.len() / 6),
    };
    let seconds = (units as i64 * line.unit) as u32;
    let (target, time) = match random.below(3) {
        0 => (
            Target::working_days(1 + random.below(5) as u32),
            Time::Business,
        ),
        _ => (Target::seconds(seconds), time),
    };
    let code = |text: &str| Code::try_from(text).unwrap();
    let resolution = ClockDefinition::resolution(code(RESOLUTION), target, time);
    match random.below(6) {
        0 => ClockDefinition::first_response(code(FIRST_RESPONSE), target, time),
        1..=3 => resolution,
        4 => {
            let pause = [
                Status::New,
                Status::Open,
                Status::WaitingOnCustomer,
                Status::OnHold,
            ]
            .into_iter()
            .filter(|_| random.below(2) == 0)
            .collect();
            ClockDefinition {
                code: code("other"),
                pause,
                ..resolution
            }
        }
        _ => {
            let stop = Trigger {
                moments: vec![Moment::FirstResponded],
                statuses: vec![Status::Resolved],
            };
            ClockDefinition {
                code: code("other"),
                stop,
                ..resolution
            }
        }
    }
}

/// Events by index, and an end after all of them.
fn events(random: &mut Random, line: &Timeline) -> (Vec<(usize, ClockEvent)>, usize) {
    let mut index = random.below(line.len() / 3);
    let mut events = vec![(
        index,
        ClockEvent::Opened {
            at: line.instant(index),
        },
    )];
    for _ in 0..random.below(9) {
        index += match random.below(6) {
            0 => 0,
            1 | 2 => random.below(60),
            3 => random.below(600),
            _ => random.below(line.len() / 24),
        };
        let at = line.instant(index);
        let event = if random.below(5) == 0 {
            ClockEvent::FirstResponded { at }
        } else {
            ClockEvent::StatusChanged {
                at,
                to: random.pick(&Status::ALL),
            }
        };
        events.push((index, event));
    }
    (events, index + 1 + random.below(line.len() / 8))
}

fn outcome(state: &ClockState) -> Outcome {
    let clock = state.clock.clone();
    Outcome {
        due_at: clock.due_at,
        warn_at: clock.warn_at,
        paused_at: clock.paused_at,
        fulfilled_at: clock.fulfilled_at,
        warned_at: clock.warned_at,
        breached_at: clock.breached_at,
        decided_at: clock.decided_at,
        met: clock.met,
        counted_seconds: clock.counted_seconds,
    }
}

/// Event by event, stored and loaded in between, with the job running at any time.
fn step_by_step(
    rules: &ClockRules<'_>,
    events: &[(usize, ClockEvent)],
    random: &mut Random,
    through_json: bool,
) -> Vec<ClockState> {
    let mut runs = Vec::new();
    let mut status = Status::New;
    for (place, (_, event)) in events.iter().enumerate() {
        rules.apply(&mut runs, status, event);
        status = event.status_after(status);
        if through_json {
            runs = serde_json::from_str(&serde_json::to_string(&runs).unwrap()).unwrap();
        }
        let next = events
            .get(place + 1)
            .map_or(event.at(), |(_, next)| next.at());
        if random.below(3) == 0 {
            let seconds = (next - event.at()).num_seconds() as usize;
            let now = event.at() + TimeDelta::seconds(random.below(seconds + 1) as i64);
            for run in &mut runs {
                detect(run, now);
            }
        }
    }
    runs
}

/// Times that the oracle could not see because they lie beyond its line are left out, if the
/// engine puts them there too.
fn blank_beyond(
    seen: &mut Outcome,
    expected: &Outcome,
    line_end: DateTime<Utc>,
    case_end: DateTime<Utc>,
    days: bool,
) {
    if expected.paused_at.is_some() {
        return;
    }
    let beyond = |at: Option<DateTime<Utc>>| {
        at.is_none_or(|at| at >= if days { case_end } else { line_end })
    };
    if expected.due_at.is_none() && beyond(seen.due_at) {
        seen.due_at = None;
        if days {
            // Without the due time the oracle does not know what 80 % of the way are.
            seen.warn_at = None;
            seen.warned_at = None;
        }
    }
    if expected.warn_at.is_none() && beyond(seen.warn_at) {
        seen.warn_at = None;
    }
}

fn check_calendar(hours: &OpenHours, line: &Timeline, random: &mut Random) {
    let from = random.below(line.len());
    let to = random.below(line.len());
    let counted = line
        .open
        .get(from..to)
        .unwrap_or(&[])
        .iter()
        .filter(|open| **open)
        .count();
    let (start, end) = (line.instant(from), line.instant(to));
    assert_eq!(
        hours.open_seconds_between(start, end),
        counted as i64 * line.unit,
        "{start} {end}"
    );
    assert_eq!(hours.is_open(start), line.open[from], "{start}");
    if let Some(next) = line.next_open(from) {
        assert_eq!(hours.next_open(start), Some(line.instant(next)), "{start}");
    }
    let amount = random.below(line.len() / 8);
    if let Some(reached) = line.add_open(from, amount) {
        let seconds = amount as i64 * line.unit;
        assert_eq!(
            hours.add_open_seconds(start, seconds),
            Some(line.instant(reached)),
            "{start} {seconds}"
        );
    }
    let days = 1 + random.below(6) as u32;
    if let Some(due) = line.nth_working_day(from, days) {
        assert_eq!(
            hours.nth_working_day_due(start, days),
            Some(line.instant(due)),
            "{start} {days}"
        );
    }
}

/// Runs `calendars` times `cases` and returns how many of them met something of interest:
/// paused or reopened, breached, decided as met and breached later, due known to the oracle.
fn compare(seed: u64, calendars: usize, cases: usize, unit: i64, length: usize) -> [usize; 4] {
    let mut random = Random(seed);
    let mut met_with = [0; 4];
    let mut done = 0;
    while done < calendars {
        let (zone, around) = SCENES[done % SCENES.len()];
        let around: NaiveDate = around.parse().unwrap();
        let written = calendar(&mut random, zone, around);
        let Ok(hours) = OpenHours::new(&written) else {
            continue;
        };
        done += 1;
        // The transitions lie two days after the day of the scene; short lines begin near them.
        let minutes_in = if unit == 60 {
            0
        } else {
            (1440 + random.below(2 * 1440)) as i64
        };
        let origin =
            around.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::minutes(minutes_in);
        let line = Timeline::walk(&written, origin, unit, length);
        for case in 0..cases {
            check_calendar(&hours, &line, &mut random);
            let definition = definition(&mut random, &line);
            let (events, end) = events(&mut random, &line);
            let rules = ClockRules {
                definition: &definition,
                hours: &hours,
                policy_version: 1,
                calendar_version: Some(1),
                is_unknown: false,
            };
            let list: Vec<ClockEvent> = events.iter().map(|(_, event)| *event).collect();
            let context = || {
                format!(
                    "{written:?}\n{definition:?}\n{list:?}\nend {}",
                    line.instant(end)
                )
            };

            let mut runs = rules.recompute(&list);
            let mut stepped =
                step_by_step(&rules, &events, &mut random, unit == 1 || case % 10 == 0);
            assert_eq!((runs.len(), stepped.len()), (1, 1), "{}", context());
            detect(&mut runs[0], line.instant(end));
            detect(&mut stepped[0], line.instant(end));

            let (expected, units) = walk(&line, &definition, &events, end);
            let days = matches!(definition.target, Target::WorkingDays(_));
            let mut seen = outcome(&runs[0]);
            assert_eq!(
                outcome(&stepped[0]),
                seen,
                "step by step differs\n{}",
                context()
            );
            blank_beyond(
                &mut seen,
                &expected,
                line.instant(line.len()),
                line.instant(end),
                days,
            );
            assert_eq!(seen, expected, "{}", context());
            let case = StripCase {
                rules: &rules,
                written: &written,
                line: &line,
                events: &events,
                end,
                units: &units,
            };
            case.check(&mut random, &context);

            let changes = |status: &Status| {
                list.iter()
                    .any(|e| matches!(e, ClockEvent::StatusChanged { to, .. } if to == status))
            };
            met_with[0] +=
                usize::from(Status::ALL.iter().filter(|status| changes(status)).count() > 2);
            met_with[1] += usize::from(expected.breached_at.is_some());
            met_with[2] +=
                usize::from(expected.met == Some(true) && expected.breached_at.is_some());
            met_with[3] += usize::from(expected.due_at.is_some());
        }
    }
    met_with
}

#[test]
fn the_engine_equals_an_oracle_that_walks_minutes() {
    let [paused, breached, met_then_breached, due] = compare(20_240_601, 200, 50, 60, 30 * 1440);
    assert!(paused > 3_000 && breached > 1_500 && met_then_breached > 30 && due > 4_000);
}

#[test]
fn the_engine_equals_an_oracle_that_walks_seconds() {
    let [paused, breached, _, due] = compare(7, 100, 5, 1, 12 * 3_600);
    assert!(paused > 100 && breached > 50 && due > 100);
}
