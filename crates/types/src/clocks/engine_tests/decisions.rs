//! Breaches, warnings and first decisions.

use super::*;

#[test]
fn a_clock_that_nobody_can_judge_is_decided_but_neither_met_nor_missed() {
    let definition = resolution(Target::seconds(2 * HOUR), Time::Elapsed);
    let hours = office();
    let rules = ClockRules {
        definition: &definition,
        hours: &hours,
        policy_version: 1,
        calendar_version: None,
        is_unknown: true,
    };
    let mut events = vec![opened("2025-06-02T09:00:00Z")];
    let mut late = rules.recompute(&events).remove(0);
    assert_eq!(detect(&mut late, at("2025-06-02T12:00:00Z")).len(), 2);
    assert_eq!(
        (late.clock.decided_at, late.clock.met),
        (Some(at("2025-06-02T11:00:00Z")), None)
    );
    events.push(moved("2025-06-02T10:00:00Z", Status::Resolved));
    let stopped = rules.recompute(&events).remove(0);
    assert_eq!(
        (stopped.clock.decided_at, stopped.clock.met),
        (Some(at("2025-06-02T10:00:00Z")), None)
    );
    // What was stored before this was kept is known.
    let mut stored = serde_json::to_value(&stopped).unwrap();
    assert_eq!(stored["memory"]["is_unknown"], true);
    stored["memory"]
        .as_object_mut()
        .unwrap()
        .remove("is_unknown");
    let read: ClockState = serde_json::from_value(stored).unwrap();
    assert!(!read.memory.is_unknown);
}

#[test]
fn a_met_clock_may_breach_after_a_reopening_and_stays_met_in_the_figures() {
    let definition = resolution(Target::seconds(2 * HOUR), Time::Elapsed);
    let mut events = vec![
        opened("2025-06-02T09:00:00Z"),
        moved("2025-06-02T10:00:00Z", Status::Resolved),
    ];
    let met = run(&definition, &events).clock;
    assert_eq!(
        (met.met, met.decided_at),
        (Some(true), Some(at("2025-06-02T10:00:00Z")))
    );
    assert_eq!(met.due_at, Some(at("2025-06-02T11:00:00Z")));

    events.push(moved("2025-06-02T12:00:00Z", Status::Closed));
    events.push(moved("2025-06-02T15:00:00Z", Status::Open));
    let mut again = run(&definition, &events);
    assert_eq!(
        (again.clock.fulfilled_at, again.clock.counted_seconds),
        (None, 3_600)
    );
    assert_eq!(
        again.clock.due_at,
        Some(at("2025-06-02T16:00:00Z")),
        "an hour is left"
    );

    assert_eq!(
        detect(&mut again, at("2025-06-02T17:00:00Z")),
        [Detected::Warning, Detected::Breach]
    );
    assert_eq!(again.clock.breached_at, Some(at("2025-06-02T16:00:00Z")));
    assert_eq!(
        (again.clock.met, again.clock.decided_at),
        (met.met, met.decided_at)
    );
}

#[test]
fn stopping_in_the_due_instant_is_in_time_and_a_microsecond_later_is_not() {
    let definition = resolution(Target::seconds(HOUR), Time::Elapsed);
    for (when, met) in [
        ("2025-06-02T10:00:00.000001Z", true),
        ("2025-06-02T10:00:00.000002Z", false),
    ] {
        let events = [
            opened("2025-06-02T09:00:00.000001Z"),
            moved(when, Status::Resolved),
        ];
        let clock = run(&definition, &events).clock;
        assert_eq!(clock.met, Some(met), "{when}");
        let decided = if met {
            when
        } else {
            "2025-06-02T10:00:00.000001Z"
        };
        assert_eq!(clock.decided_at, Some(at(decided)));
        assert_eq!(clock.breached_at.is_some(), !met);
    }
}

#[test]
fn a_pause_after_the_breach_moves_nothing() {
    let definition = resolution(Target::seconds(HOUR), Time::Elapsed);
    let mut events = vec![
        opened("2025-06-02T09:00:00Z"),
        moved("2025-06-02T11:00:00Z", Status::OnHold),
    ];
    let paused = run(&definition, &events).clock;
    assert_eq!(
        (paused.due_at, paused.breached_at),
        (None, Some(at("2025-06-02T10:00:00Z")))
    );
    events.push(moved("2025-06-02T12:00:00Z", Status::Open));
    let running = run(&definition, &events).clock;
    assert_eq!(running.due_at, Some(at("2025-06-02T10:00:00Z")));
    assert_eq!(running.breached_at, Some(at("2025-06-02T10:00:00Z")));
}

#[test]
fn the_job_notices_once_and_keeps_the_true_instants() {
    let definition = resolution(Target::seconds(10 * HOUR), Time::Elapsed);
    let mut state = run(&definition, &[opened("2025-06-02T09:00:00Z")]);
    let (warn, due) = (at("2025-06-02T17:00:00Z"), at("2025-06-02T19:00:00Z"));
    let late = TimeDelta::seconds(40);

    assert_eq!(detect(&mut state, warn), []);
    assert_eq!(detect(&mut state, warn + late), [Detected::Warning]);
    assert_eq!(detect(&mut state, warn + late * 2), []);
    assert_eq!(
        (state.clock.warned_at, state.clock.warning_detected_at),
        (Some(warn), Some(warn + late))
    );
    assert_eq!(state.clock.decided_at, None);

    assert_eq!(detect(&mut state, due + late), [Detected::Breach]);
    assert_eq!(detect(&mut state, due + late * 2), []);
    assert_eq!(
        (state.clock.breached_at, state.clock.breach_detected_at),
        (Some(due), Some(due + late))
    );
    assert_eq!(
        (state.clock.decided_at, state.clock.met),
        (Some(due), Some(false))
    );
    assert_eq!(state.clock.counted_seconds, 0, "as of the last event");
}

#[test]
fn nothing_is_noticed_while_a_clock_pauses_or_is_stopped() {
    let definition = resolution(Target::seconds(HOUR), Time::Elapsed);
    for status in [Status::OnHold, Status::Resolved, Status::Closed] {
        let mut state = run(
            &definition,
            &[
                opened("2025-06-02T09:00:00Z"),
                moved("2025-06-02T09:10:00Z", status),
            ],
        );
        let before = state.clone();
        assert_eq!(detect(&mut state, at("2026-06-02T09:00:00Z")), []);
        assert_eq!(state, before);
    }
}

#[test]
fn a_breach_that_an_event_came_across_is_noticed_as_well() {
    let definition = resolution(Target::seconds(HOUR), Time::Elapsed);
    let resolved = "2025-06-02T10:00:30Z";
    let mut state = run(
        &definition,
        &[
            opened("2025-06-02T09:00:00Z"),
            moved(resolved, Status::Resolved),
        ],
    );
    assert_eq!(
        (state.clock.met, state.clock.fulfilled_at),
        (Some(false), Some(at(resolved)))
    );
    assert_eq!(
        detect(&mut state, at(resolved)),
        [Detected::Warning, Detected::Breach]
    );
}

#[test]
fn another_priority_recomputes_from_the_opening_with_pauses_kept() {
    let events = [
        opened("2025-06-02T09:00:00Z"),
        moved("2025-06-02T10:00:00Z", Status::OnHold),
        moved("2025-06-02T12:00:00Z", Status::Open),
    ];
    let mut old = run_all(
        &resolution(Target::seconds(4 * HOUR), Time::Elapsed),
        &events,
    );
    assert_eq!(old[0].clock.due_at, Some(at("2025-06-02T15:00:00Z")));
    detect(&mut old[0], at("2025-06-02T16:00:00Z"));

    let now = at("2025-06-02T16:30:00Z");
    let mut shorter = run_all(
        &resolution(Target::seconds(2 * HOUR), Time::Elapsed),
        &events,
    );
    assert_eq!(shorter[0].clock.due_at, Some(at("2025-06-02T13:00:00Z")));
    keep_detections(&old, &mut shorter, now);
    assert_eq!(
        detect(&mut shorter[0], now),
        [Detected::Warning, Detected::Breach],
        "other instants"
    );

    let mut same = run_all(
        &resolution(Target::seconds(4 * HOUR), Time::Elapsed),
        &events,
    );
    keep_detections(&old, &mut same, now);
    assert_eq!(detect(&mut same[0], now), [], "noticed before");
    assert_eq!(
        same[0].clock.breach_detected_at,
        Some(at("2025-06-02T16:00:00Z"))
    );
}

#[test]
fn the_earliest_running_clock_is_next_due() {
    let clock = |hours: u32, events: &[ClockEvent]| {
        run(
            &resolution(Target::seconds(hours * HOUR), Time::Elapsed),
            events,
        )
        .clock
    };
    let opening = opened("2025-06-02T09:00:00Z");
    let long = clock(8, &[opening]);
    let short = clock(4, &[opening]);
    let paused = clock(1, &[opening, moved("2025-06-02T09:10:00Z", Status::OnHold)]);
    let done = clock(
        1,
        &[opening, moved("2025-06-02T09:10:00Z", Status::Resolved)],
    );
    assert_eq!(next_due([&long, &paused, &short, &done]), Some(&short));
    assert_eq!(next_due([&paused, &done]), None);
}

#[test]
fn the_wire_form_has_these_members_and_no_memory() {
    let clock = run(
        &resolution(Target::working_days(1), Time::Business),
        &[
            opened("2025-06-02T09:00:00Z"),
            moved("2025-06-02T10:00:00Z", Status::OnHold),
        ],
    )
    .clock;
    let expected = json!({
        "code": "resolution", "run": 1, "time": "business", "target": {"working_days": 1},
        "policy_version": 7, "calendar_version": 2,
        "started_at": "2025-06-02T09:00:00Z", "due_at": null, "warn_at": null,
        "paused_at": "2025-06-02T10:00:00Z", "fulfilled_at": null,
        "warned_at": null, "warning_detected_at": null,
        "breached_at": null, "breach_detected_at": null,
        "decided_at": null, "met": null, "counted_seconds": 3_600
    });
    assert_eq!(serde_json::to_value(&clock).unwrap(), expected);
    assert_eq!(serde_json::from_value::<Clock>(expected).unwrap(), clock);
}
