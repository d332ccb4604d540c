//! Starting, pausing, stopping and going on.

use super::*;

#[test]
fn a_day_of_24_hours_is_elapsed_and_a_working_day_is_business_time() {
    let friday = [opened("2025-06-06T17:00:00Z")];
    for (target, time, due, warn) in [
        (
            Target::seconds(24 * HOUR),
            Time::Elapsed,
            "2025-06-07T17:00:00Z",
            "2025-06-07T12:12:00Z",
        ),
        (
            Target::seconds(24 * HOUR),
            Time::Business,
            "2025-06-11T14:00:00Z",
            "2025-06-11T09:12:00Z",
        ),
        (
            Target::working_days(1),
            Time::Business,
            "2025-06-09T17:00:00Z",
            "2025-06-09T15:12:00Z",
        ),
    ] {
        let clock = run(&resolution(target, time), &friday).clock;
        assert_eq!(clock.due_at, Some(at(due)), "{target:?} {time:?}");
        assert_eq!(clock.warn_at, Some(at(warn)), "{target:?} {time:?}");
    }
}

#[test]
fn first_response_never_pauses_or_starts_again() {
    let definition = first_response(Target::seconds(2 * HOUR), Time::Elapsed);
    let waiting = run(
        &definition,
        &[
            opened("2025-06-02T09:00:00Z"),
            moved("2025-06-02T09:30:00Z", Status::WaitingOnCustomer),
        ],
    );
    assert_eq!(waiting.clock.due_at, Some(at("2025-06-02T11:00:00Z")));
    assert_eq!(waiting.clock.paused_at, None);

    let answered = run(
        &definition,
        &[
            opened("2025-06-02T09:00:00Z"),
            responded("2025-06-02T10:00:00Z"),
            moved("2025-06-02T10:00:00Z", Status::Open),
            moved("2025-06-02T12:00:00Z", Status::Resolved),
            moved("2025-06-03T12:00:00Z", Status::Open),
            responded("2025-06-03T13:00:00Z"),
        ],
    );
    assert_eq!(
        answered.clock.fulfilled_at,
        Some(at("2025-06-02T10:00:00Z"))
    );
    assert_eq!(
        (answered.clock.met, answered.clock.breached_at),
        (Some(true), None)
    );
    assert_eq!(answered.clock.counted_seconds, 3_600);
}

#[test]
fn a_resolution_without_a_response_counts_as_one() {
    let definition = first_response(Target::seconds(2 * HOUR), Time::Elapsed);
    let silent = run(
        &definition,
        &[
            opened("2025-06-02T09:00:00Z"),
            moved("2025-06-02T10:00:00Z", Status::Closed),
            moved("2025-06-02T10:30:00Z", Status::Open),
            responded("2025-06-02T14:00:00Z"),
        ],
    );
    assert_eq!(silent.clock.fulfilled_at, Some(at("2025-06-02T10:00:00Z")));
    assert_eq!(silent.clock.met, Some(true));
}

#[test]
fn an_answer_on_the_spot_counts_zero_even_outside_the_hours() {
    let definition = first_response(Target::working_days(1), Time::Business);
    let sunday = "2025-06-01T12:00:00Z";
    let clock = run(&definition, &[opened(sunday), responded(sunday)]).clock;
    assert_eq!(
        (clock.fulfilled_at, clock.met, clock.counted_seconds),
        (Some(at(sunday)), Some(true), 0)
    );
    assert_eq!(
        clock.due_at,
        Some(at("2025-06-03T09:00:00Z")),
        "Sunday moves to Monday 9:00 first"
    );
}

#[test]
fn a_pause_takes_due_and_warning_away_and_moves_them_by_its_open_time() {
    let definition = resolution(Target::seconds(9 * HOUR), Time::Business);
    let mut events = vec![
        opened("2025-06-02T12:00:00Z"),
        moved("2025-06-02T16:00:00Z", Status::WaitingOnCustomer),
        moved("2025-06-02T20:00:00Z", Status::OnHold),
    ];
    let paused = run(&definition, &events).clock;
    assert_eq!((paused.due_at, paused.warn_at), (None, None));
    assert_eq!(
        paused.paused_at,
        Some(at("2025-06-02T16:00:00Z")),
        "one pause, though of two kinds"
    );
    assert_eq!(paused.counted_seconds, 4 * 3_600);

    events.push(moved("2025-06-03T10:00:00Z", Status::Open));
    let running = run(&definition, &events).clock;
    assert_eq!(
        running.due_at,
        Some(at("2025-06-03T15:00:00Z")),
        "moved by 2 h and 1 h"
    );
    assert_eq!(running.warn_at, Some(at("2025-06-03T13:12:00Z")));
    assert_eq!(
        (running.paused_at, running.counted_seconds),
        (None, 4 * 3_600)
    );
}

#[test]
fn a_pause_outside_the_hours_moves_nothing() {
    let definition = resolution(Target::working_days(1), Time::Business);
    let clock = run(
        &definition,
        &[
            opened("2025-06-02T09:00:00Z"),
            moved("2025-06-02T18:00:00Z", Status::OnHold),
            moved("2025-06-03T08:59:00Z", Status::Open),
        ],
    )
    .clock;
    assert_eq!(clock.due_at, Some(at("2025-06-03T09:00:00Z")));
}

#[test]
fn fractions_of_seconds_are_not_lost_in_pauses() {
    let definition = resolution(Target::seconds(10), Time::Elapsed);
    let start = at("2025-06-02T09:00:00Z");
    let mut events = vec![ClockEvent::Opened { at: start }];
    for i in 0..6 {
        let pause = start + TimeDelta::milliseconds(i * 2_000 + 900);
        events.push(ClockEvent::StatusChanged {
            at: pause,
            to: Status::OnHold,
        });
        events.push(ClockEvent::StatusChanged {
            at: pause + TimeDelta::milliseconds(1_100),
            to: Status::Open,
        });
    }
    let clock = run(&definition, &events).clock;
    assert_eq!(clock.counted_seconds, 5, "6 times 0.9 s, rounded down once");
    assert_eq!(
        clock.due_at,
        Some(start + TimeDelta::milliseconds(10_000 + 6 * 1_100))
    );
}

#[test]
fn a_clock_that_starts_again_gets_a_new_run() {
    let definition = ClockDefinition {
        start: Trigger {
            moments: vec![Moment::Opened, Moment::Reopened],
            statuses: Vec::new(),
        },
        ..first_response(Target::seconds(HOUR), Time::Elapsed)
    };
    let runs = run_all(
        &definition,
        &[
            opened("2025-06-02T09:00:00Z"),
            moved("2025-06-02T09:30:00Z", Status::Resolved),
            moved("2025-06-02T12:00:00Z", Status::Open),
        ],
    );
    let seen: Vec<_> = runs
        .iter()
        .map(|run| (run.clock.run, run.clock.started_at, run.clock.met))
        .collect();
    let expected = [
        (1, at("2025-06-02T09:00:00Z"), Some(true)),
        (2, at("2025-06-02T12:00:00Z"), None),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_clock_may_start_by_a_status_and_pause_from_its_start() {
    let by_status = ClockDefinition {
        start: Trigger {
            moments: Vec::new(),
            statuses: vec![Status::Open],
        },
        ..resolution(Target::seconds(HOUR), Time::Elapsed)
    };
    let opening = opened("2025-06-02T09:00:00Z");
    assert!(run_all(&by_status, &[opening]).is_empty());
    let started = run(
        &by_status,
        &[opening, moved("2025-06-02T09:20:00Z", Status::Open)],
    )
    .clock;
    assert_eq!(started.started_at, at("2025-06-02T09:20:00Z"));

    let paused = ClockDefinition {
        pause: vec![Status::New],
        ..resolution(Target::seconds(HOUR), Time::Elapsed)
    };
    let clock = run(&paused, &[opening]).clock;
    assert_eq!((clock.paused_at, clock.due_at), (Some(opening.at()), None));
}

#[test]
fn an_event_from_the_past_does_not_undo_what_was_counted() {
    let definition = resolution(Target::seconds(2 * HOUR), Time::Elapsed);
    let hours = office();
    let rules = ClockRules {
        definition: &definition,
        hours: &hours,
        policy_version: 1,
        calendar_version: None,
        is_unknown: false,
    };
    let mut runs = rules.recompute(&[
        opened("2025-06-02T09:00:00Z"),
        moved("2025-06-02T10:00:00Z", Status::Open),
    ]);
    rules.apply(
        &mut runs,
        Status::Open,
        &moved("2025-06-02T09:30:00Z", Status::Resolved),
    );
    assert_eq!(runs[0].clock.fulfilled_at, Some(at("2025-06-02T10:00:00Z")));
    assert_eq!(runs[0].clock.counted_seconds, 3_600);
}

#[test]
fn a_calendar_that_never_opens_again_makes_no_due_time() {
    let rules: CalendarRules = serde_json::from_value(json!({
        "time_zone": "UTC", "week": {},
        "days": [{"on": "2020-01-01", "kind": "open", "slots": [{"from": "09:00", "to": "10:00"}]}]
    }))
    .unwrap();
    let hours = OpenHours::new(&rules).unwrap();
    for target in [Target::seconds(60), Target::working_days(1)] {
        let definition = resolution(target, Time::Business);
        let rules = ClockRules {
            definition: &definition,
            hours: &hours,
            policy_version: 1,
            calendar_version: None,
            is_unknown: false,
        };
        let events = [
            opened("2025-06-02T09:00:00Z"),
            moved("2025-06-02T10:00:00Z", Status::OnHold),
            moved("2025-06-02T11:00:00Z", Status::Resolved),
        ];
        let clock = rules.recompute(&events).remove(0).clock;
        assert_eq!(
            (clock.due_at, clock.warn_at, clock.met),
            (None, None, Some(true))
        );
    }
}
