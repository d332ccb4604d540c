//! The rules of the clocks, each by its name; here what their cases are made of.

mod decisions;
mod rules;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::*;
use crate::calendars::{CalendarRules, OpenHours};
use crate::tickets::Status;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// UTC, Monday to Friday 9 to 18. 2 June 2025 is a Monday.
fn office() -> OpenHours {
    let day = json!([{"from": "09:00", "to": "18:00"}]);
    let rules: CalendarRules = serde_json::from_value(json!({
        "time_zone": "UTC",
        "week": {"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day}
    }))
    .unwrap();
    OpenHours::new(&rules).unwrap()
}

fn code(text: &str) -> Code {
    Code::try_from(text).unwrap()
}

fn resolution(target: Target, time: Time) -> ClockDefinition {
    ClockDefinition::resolution(code(RESOLUTION), target, time)
}

fn first_response(target: Target, time: Time) -> ClockDefinition {
    ClockDefinition::first_response(code(FIRST_RESPONSE), target, time)
}

fn opened(when: &str) -> ClockEvent {
    ClockEvent::Opened { at: at(when) }
}

fn responded(when: &str) -> ClockEvent {
    ClockEvent::FirstResponded { at: at(when) }
}

fn moved(when: &str, to: Status) -> ClockEvent {
    ClockEvent::StatusChanged { at: at(when), to }
}

fn run_all(definition: &ClockDefinition, events: &[ClockEvent]) -> Vec<ClockState> {
    let hours = office();
    ClockRules {
        definition,
        hours: &hours,
        policy_version: 7,
        calendar_version: Some(2),
        is_unknown: false,
    }
    .recompute(events)
}

fn run(definition: &ClockDefinition, events: &[ClockEvent]) -> ClockState {
    let mut runs = run_all(definition, events);
    assert_eq!(runs.len(), 1);
    runs.remove(0)
}

const HOUR: u32 = 3_600;
