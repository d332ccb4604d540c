//! The strip: against the oracle unit by unit, and its rules by example.

use chrono::{DateTime, Timelike, Utc};
use chrono_tz::Tz;
use serde_json::json;

use super::oracle::Timeline;
use super::oracle_tests::Random;
use super::{
    ClockDefinition, ClockEvent, ClockRules, Holder, RESOLUTION, SegmentKind, Strip, StripRule,
    Target, Time,
};
use crate::calendars::{CalendarRules, OpenHours};
use crate::ids::TeamId;
use crate::text::Code;
use crate::tickets::Status;

/// A case of the oracle's with what it saw in each unit from the opening on.
pub(super) struct StripCase<'a> {
    pub(super) rules: &'a ClockRules<'a>,
    pub(super) written: &'a CalendarRules,
    pub(super) line: &'a Timeline,
    pub(super) events: &'a [(usize, ClockEvent)],
    pub(super) end: usize,
    pub(super) units: &'a [SegmentKind],
}

impl StripCase<'_> {
    pub(super) fn check(&self, random: &mut Random, context: &impl Fn() -> String) {
        let mut list: Vec<ClockEvent> = self.events.iter().map(|(_, event)| *event).collect();
        let until = self.line.instant(self.end);
        let strips = self.rules.strips(&list, until);
        assert_eq!(strips.len(), 1, "{}", context());
        self.check_against_units(&strips[0], context);
        for segment in &strips[0].segments {
            self.check_rule(segment.from, segment.kind, &segment.rule, context);
        }

        let last = self.events.last().map_or(until, |(_, event)| event.at());
        let at_last_event = self.rules.strips(&list, last);
        let recomputed = self.rules.recompute(&list);
        assert_eq!(at_last_event[0].state, recomputed[0], "{}", context());
        assert_eq!(
            at_last_event[0].counted_seconds(),
            recomputed[0].clock.counted_seconds,
            "{}",
            context()
        );
        self.check_slices(&strips[0], random, context);

        let instants: std::collections::BTreeSet<_> = list.iter().map(ClockEvent::at).collect();
        if instants.len() == list.len() {
            for index in 0..list.len() {
                let other = random.below(list.len());
                list.swap(index, other);
            }
            assert_eq!(self.rules.strips(&list, until), strips, "{}", context());
        }
    }

    fn check_against_units(&self, strip: &Strip, context: &impl Fn() -> String) {
        let start = self.events[0].0;
        let mut next = start;
        for segment in &strip.segments {
            assert_eq!(segment.from, self.line.instant(next), "{}", context());
            let mut counted = 0;
            while next < self.end && self.line.instant(next) < segment.to {
                assert_eq!(
                    segment.kind,
                    self.units[next - start],
                    "{} in {segment:?}\n{}",
                    self.line.instant(next),
                    context()
                );
                counted += i64::from(segment.kind == SegmentKind::Counted);
                next += 1;
            }
            assert_eq!(segment.to, self.line.instant(next), "{}", context());
            assert_eq!(
                segment.counted_seconds,
                counted * self.line.unit,
                "{}",
                context()
            );
        }
        let rest = &self.units[next - start..];
        assert!(
            rest.iter().all(|unit| *unit == SegmentKind::Stopped),
            "{rest:?}\n{}",
            context()
        );
        for pair in strip.segments.windows(2) {
            assert!(
                (pair[0].kind, &pair[0].rule) != (pair[1].kind, &pair[1].rule),
                "{pair:?}"
            );
        }
    }

    /// The rule holds at the first instant of its segment.
    fn check_rule(
        &self,
        from: DateTime<Utc>,
        kind: SegmentKind,
        rule: &StripRule,
        context: &impl Fn() -> String,
    ) {
        match rule {
            StripRule::Elapsed => assert_eq!(self.rules.definition.time, Time::Elapsed),
            StripRule::Status { status } => {
                let events = self.events.iter().map(|(_, event)| event);
                let was = events
                    .filter(|event| event.at() <= from)
                    .fold(Status::New, |before, event| event.status_after(before));
                assert_eq!(*status, was, "{}", context());
            }
            StripRule::Calendar {
                on,
                day,
                name,
                slot,
            } => {
                let zone: Tz = self.written.time_zone.parse().unwrap();
                let local = from.with_timezone(&zone).naive_local();
                assert_eq!(*on, local.date(), "{from} {}", context());
                let (why, slots, entry) = self.written.day(*on);
                assert_eq!((*day, name), (why, &entry.and_then(|day| day.name.clone())));
                assert_eq!(slot.is_some(), kind == SegmentKind::Counted);
                if let Some(slot) = slot {
                    let minute = local.num_seconds_from_midnight() / 60;
                    assert!(slots.contains(slot), "{slot:?} {}", context());
                    let hours = u32::from(slot.from.minutes())..u32::from(slot.to.minutes());
                    assert!(hours.contains(&minute), "{from} {slot:?} {}", context());
                }
            }
        }
    }

    /// Whoever had it when, with odd microseconds, the parts are the whole.
    fn check_slices(&self, strip: &Strip, random: &mut Random, context: &impl Fn() -> String) {
        let start = self.line.instant(self.events[0].0);
        let length = (self.line.instant(self.end) - start)
            .num_microseconds()
            .unwrap() as usize;
        let mut since: Vec<usize> = (0..random.below(6)).map(|_| random.below(length)).collect();
        since.sort_unstable();
        let holders: Vec<Holder> = std::iter::once(0)
            .chain(since)
            .map(|micros| Holder {
                since: start + chrono::TimeDelta::microseconds(micros as i64),
                team_id: team(random.below(3) as u128),
                assignee_id: None,
            })
            .collect();
        let sum: i64 = strip
            .slices(&holders)
            .iter()
            .map(|slice| slice.counted_seconds)
            .sum();
        assert_eq!(sum, strip.counted_seconds(), "{holders:?}\n{}", context());
    }
}

fn team(number: u128) -> TeamId {
    TeamId::from_uuid(uuid::Uuid::from_u128(number))
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// UTC, Monday to Friday 9 to 12 and 13 to 18; Wednesday, 4 June 2025, is a holiday.
fn office() -> OpenHours {
    let day = json!([{"from": "09:00", "to": "12:00"}, {"from": "13:00", "to": "18:00"}]);
    let rules: CalendarRules = serde_json::from_value(json!({
        "time_zone": "UTC",
        "week": {"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day},
        "days": [{"on": "2025-06-04", "kind": "closed", "name": "Founders' day"}]
    }))
    .unwrap();
    OpenHours::new(&rules).unwrap()
}

fn strips(time: Time, events: &[ClockEvent], until: &str) -> Vec<Strip> {
    let code = Code::try_from(RESOLUTION).unwrap();
    ClockRules {
        definition: &ClockDefinition::resolution(code, Target::seconds(8 * 3_600), time),
        hours: &office(),
        policy_version: 7,
        calendar_version: Some(2),
        is_unknown: false,
    }
    .strips(events, at(until))
}

fn story() -> Vec<ClockEvent> {
    let moved = |when: &str, to| ClockEvent::StatusChanged { at: at(when), to };
    vec![
        ClockEvent::Opened {
            at: at("2025-06-02T11:00:00Z"),
        },
        moved("2025-06-02T14:00:00Z", Status::WaitingOnCustomer),
        moved("2025-06-02T15:00:00Z", Status::OnHold),
        moved("2025-06-02T16:00:00Z", Status::Open),
        moved("2025-06-03T10:00:00Z", Status::Resolved),
        moved("2025-06-05T09:30:00Z", Status::Open),
        moved("2025-06-05T10:00:00Z", Status::Resolved),
        moved("2025-06-09T10:00:00Z", Status::Closed),
    ]
}

#[test]
fn every_second_has_a_rule_in_data() {
    let strips = strips(Time::Business, &story(), "2025-06-30T00:00:00Z");
    let told: Vec<String> = strips[0]
        .segments
        .iter()
        .map(|segment| {
            let rule = serde_json::to_value(&segment.rule).unwrap();
            let rule = match rule["by"].as_str() {
                Some("calendar") => format!(
                    "{} {} {}-{}",
                    rule["on"].as_str().unwrap(),
                    rule["day"].as_str().unwrap(),
                    rule["slot"]["from"].as_str().unwrap_or_default(),
                    rule["slot"]["to"].as_str().unwrap_or_default()
                ),
                _ => rule["status"].as_str().unwrap().to_owned(),
            };
            let time = |at: DateTime<Utc>| at.format("%d %H:%M").to_string();
            let (from, to) = (time(segment.from), time(segment.to));
            format!(
                "{from} {to} {:?} {} {rule}",
                segment.kind, segment.counted_seconds
            )
        })
        .collect();
    let expected = [
        "02 11:00 02 12:00 Counted 3600 2025-06-02 week 09:00-12:00",
        "02 12:00 02 13:00 Closed 0 2025-06-02 week -",
        "02 13:00 02 14:00 Counted 3600 2025-06-02 week 13:00-18:00",
        "02 14:00 02 15:00 Paused 0 waiting_on_customer",
        "02 15:00 02 16:00 Paused 0 on_hold",
        "02 16:00 02 18:00 Counted 7200 2025-06-02 week 13:00-18:00",
        "02 18:00 03 00:00 Closed 0 2025-06-02 week -",
        "03 00:00 03 09:00 Closed 0 2025-06-03 week -",
        "03 09:00 03 10:00 Counted 3600 2025-06-03 week 09:00-12:00",
        "03 10:00 05 09:30 Stopped 0 resolved",
        "05 09:30 05 10:00 Counted 1800 2025-06-05 week 09:00-12:00",
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_holiday_is_named_and_elapsed_time_knows_none() {
    let opened = [ClockEvent::Opened {
        at: at("2025-06-04T08:00:00Z"),
    }];
    let business = strips(Time::Business, &opened, "2025-06-04T20:00:00Z");
    let rule = serde_json::to_value(&business[0].segments[0].rule).unwrap();
    assert_eq!(
        rule,
        json!({"by": "calendar", "on": "2025-06-04", "day": "closed", "name": "Founders' day", "slot": null})
    );
    let elapsed = strips(Time::Elapsed, &opened, "2025-06-04T20:00:00Z");
    assert_eq!(elapsed[0].segments.len(), 1);
    assert_eq!(elapsed[0].counted_seconds(), 12 * 3_600);
    assert_eq!(elapsed[0].segments[0].rule, StripRule::Elapsed);
}

#[test]
fn what_lies_after_the_instant_asked_for_is_not_told() {
    let before = strips(Time::Business, &story(), "2025-06-02T14:30:00Z");
    let last = before[0].segments.last().unwrap();
    assert_eq!(last.kind, SegmentKind::Paused);
    assert_eq!(last.to, at("2025-06-02T14:30:00Z"));
    assert!(before[0].state.clock.paused_at.is_some());
    assert!(strips(Time::Business, &story(), "2025-06-01T00:00:00Z").is_empty());
}

#[test]
fn each_team_answers_for_the_time_it_had_the_ticket() {
    let strips = strips(Time::Business, &story(), "2025-06-30T00:00:00Z");
    let holder = |when: &str, number| Holder {
        since: at(when),
        team_id: team(number),
        assignee_id: None,
    };
    let slices = strips[0].slices(&[
        holder("2025-06-02T11:00:00Z", 1),
        holder("2025-06-02T13:30:00Z", 2),
        holder("2025-06-03T09:15:00Z", 1),
    ]);
    let told: Vec<_> = slices
        .iter()
        .map(|slice| (slice.team_id, slice.counted_seconds))
        .collect();
    assert_eq!(
        told,
        [
            (team(1), 3_600 + 1_800 + 2_700 + 1_800),
            (team(2), 1_800 + 7_200 + 900)
        ]
    );
}
