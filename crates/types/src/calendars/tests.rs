//! The rules of calendars, each by its name.

use chrono::{DateTime, NaiveDate, Offset, TimeDelta, TimeZone, Utc};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn rules(json: serde_json::Value) -> CalendarRules {
    serde_json::from_value(json).unwrap()
}

fn hours(json: serde_json::Value) -> OpenHours {
    OpenHours::new(&rules(json)).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Monday to Friday, 9 to 12 and 13 to 18, with National Day 2025: 1 to 8 October closed,
/// Sunday 28 September and Saturday 11 October worked instead; so is Saturday 18 October.
fn shanghai() -> serde_json::Value {
    let day = json!([{"from": "09:00", "to": "12:00"}, {"from": "13:00", "to": "18:00"}]);
    let mut days: Vec<_> = (1..=8)
        .map(|d| json!({"on": format!("2025-10-{d:02}"), "kind": "closed"}))
        .collect();
    days.push(json!({"on": "2025-09-28", "kind": "open"}));
    days.push(
        json!({"on": "2025-10-11", "kind": "open", "slots": [{"from": "10:00", "to": "16:00"}]}),
    );
    days.push(json!({"on": "2025-10-18", "kind": "open", "slots": [
        {"from": "08:00", "to": "15:00"}, {"from": "16:00", "to": "17:00"}]}));
    json!({
        "time_zone": "Asia/Shanghai",
        "week": {"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day},
        "days": days
    })
}

/// Every day the same slot.
fn daily(zone: &str, from: &str, to: &str) -> serde_json::Value {
    let day = json!([{"from": from, "to": to}]);
    json!({
        "time_zone": zone,
        "week": {
            "monday": day, "tuesday": day, "wednesday": day, "thursday": day,
            "friday": day, "saturday": day, "sunday": day
        }
    })
}

#[test]
fn faults_say_which_slot_or_day_is_wrong() {
    let open = json!([{"from": "09:00", "to": "18:00"}]);
    let cases = [
        (
            json!({"time_zone": "Mars/Base", "week": {"monday": open}}),
            "/time_zone",
            FaultKind::UnknownZone,
        ),
        (
            json!({"time_zone": "UTC", "week": {"tuesday": [{"from": "09:00", "to": "09:00"}]}}),
            "/week/tuesday/0",
            FaultKind::EmptySlot,
        ),
        (
            json!({"time_zone": "UTC", "week": {"friday": [{"from": "18:00", "to": "02:00"}]}}),
            "/week/friday/0",
            FaultKind::EmptySlot,
        ),
        (
            json!({"time_zone": "UTC", "week": {"monday": [
                {"from": "09:00", "to": "12:00"}, {"from": "11:59", "to": "13:00"}]}}),
            "/week/monday/1",
            FaultKind::SlotsOutOfOrder,
        ),
        (
            json!({"time_zone": "UTC", "week": {"sunday": [
                {"from": "13:00", "to": "18:00"}, {"from": "09:00", "to": "12:00"}]}}),
            "/week/sunday/1",
            FaultKind::SlotsOutOfOrder,
        ),
        (
            json!({"time_zone": "UTC", "week": {"monday": open},
                "days": [{"on": "2025-01-01", "kind": "closed", "slots": open}]}),
            "/days/0/slots",
            FaultKind::ClosedWithSlots,
        ),
        (
            json!({"time_zone": "UTC", "week": {"tuesday": open},
                "days": [{"on": "2025-01-01", "kind": "open"}]}),
            "/days/0",
            FaultKind::OpenWithoutHours,
        ),
        (
            json!({"time_zone": "UTC", "week": {"monday": open}, "days": [
                {"on": "2025-01-01", "kind": "closed"}, {"on": "2025-01-01", "kind": "open"}]}),
            "/days/1",
            FaultKind::DayTwice,
        ),
        (
            json!({"time_zone": "UTC", "week": {"monday": open},
                "days": [{"on": "1969-12-31", "kind": "closed"}]}),
            "/days/0",
            FaultKind::DayOutOfRange,
        ),
        (
            json!({"time_zone": "UTC", "week": {"monday": open}, "days": [
                {"on": "2025-01-01", "kind": "open", "slots": [
                    {"from": "08:00", "to": "09:00"}, {"from": "10:00", "to": "10:00"}]}]}),
            "/days/0/slots/1",
            FaultKind::EmptySlot,
        ),
        (
            json!({"time_zone": "UTC", "week": {}}),
            "/week",
            FaultKind::NeverOpen,
        ),
    ];
    for (written, pointer, kind) in cases {
        let faults = OpenHours::new(&rules(written.clone())).unwrap_err();
        let seen: Vec<_> = faults
            .iter()
            .map(|fault| (fault.place.pointer(), fault.kind))
            .collect();
        assert_eq!(seen, [(pointer.to_owned(), kind)], "{written}");
    }
}

#[test]
fn lists_have_a_limit() {
    let mut many = rules(shanghai());
    let first: NaiveDate = "2026-01-01".parse().unwrap();
    many.days = (0..2_000)
        .map(|i| CalendarDay {
            on: first + TimeDelta::days(i),
            kind: DayKind::Closed,
            slots: Vec::new(),
            name: None,
        })
        .collect();
    assert!(OpenHours::new(&many).is_ok());
    many.days.push(CalendarDay {
        on: first - TimeDelta::days(1),
        ..many.days[0].clone()
    });
    let too_many = CalendarFault {
        place: Place::Days,
        kind: FaultKind::TooManyDays,
    };
    assert_eq!(OpenHours::new(&many), Err(vec![too_many]));

    let slot = |i: u16| Slot {
        from: LocalTime::from_minutes(i * 10).unwrap(),
        to: LocalTime::from_minutes(i * 10 + 10).unwrap(),
    };
    let mut many = rules(shanghai());
    many.week.sunday = (0..24).map(slot).collect();
    assert!(OpenHours::new(&many).is_ok(), "slots may touch");
    many.week.sunday = (0..25).map(slot).collect();
    let fault = Fault::from(OpenHours::new(&many).unwrap_err()[0]);
    assert_eq!(fault, Fault::at("/week/sunday", FieldCode::TooMany));
}

#[test]
fn times_of_day_are_two_digits_each() {
    for (text, minutes) in [
        ("00:00", 0),
        ("09:05", 545),
        ("23:59", 1439),
        ("24:00", 1440),
    ] {
        let time = LocalTime::try_from(text).unwrap();
        assert_eq!((time.minutes(), time.to_string().as_str()), (minutes, text));
    }
    for bad in [
        "",
        "9:00",
        "09:60",
        "24:01",
        "25:00",
        "09.00",
        "+9:00",
        "09:00:00",
        "09:0",
        "０９:00",
    ] {
        assert_eq!(LocalTime::try_from(bad), Err("invalid_value"), "{bad}");
    }
}

#[test]
fn unknown_members_are_refused() {
    for (place, member) in [
        ("", "holidays"),
        ("/week", "mon"),
        ("/days/0", "title"),
        ("/week/monday/0", "until"),
    ] {
        let mut written = shanghai();
        written.pointer_mut(place).unwrap()[member] = json!([]);
        assert!(
            serde_json::from_value::<CalendarRules>(written).is_err(),
            "{place} {member}"
        );
    }
}

#[test]
fn a_patch_replaces_week_and_days_as_a_whole() {
    let CalendarRules {
        time_zone,
        week,
        days,
    } = rules(shanghai());
    let calendar = Calendar {
        id: CalendarId::from_uuid(uuid::Uuid::from_u128(1)),
        version: 4,
        names: Names::both("Office", "办公时间"),
        time_zone,
        week,
        days,
        active: true,
    };
    let patch: CalendarPatch = serde_json::from_value(
        json!({"week": {"monday": [{"from": "08:00", "to": "24:00"}]}, "days": []}),
    )
    .unwrap();
    let patched = patch.applied_to(calendar.clone());
    assert!(patched.week.tuesday.is_empty() && patched.days.is_empty());
    assert_eq!(
        (patched.names, patched.time_zone),
        (calendar.names, calendar.time_zone)
    );
}

#[test]
fn open_time_leaves_out_breaks_nights_and_holidays() {
    let hours = hours(shanghai());
    for (from, to, seconds) in [
        ("2025-09-24T01:00:00Z", "2025-09-24T10:00:00Z", 8 * 3_600), // 9:00 to 18:00, a break of one hour
        ("2025-09-24T04:00:00Z", "2025-09-24T05:00:00Z", 0),         // the break
        ("2025-09-24T10:00:00Z", "2025-09-25T01:00:00Z", 0),         // the night
        ("2025-09-30T10:00:00Z", "2025-10-09T01:00:00Z", 0),         // National Day
        ("2025-09-28T00:00:00Z", "2025-09-29T00:00:00Z", 8 * 3_600), // a worked Sunday, with Monday's hours
        ("2025-10-11T00:00:00Z", "2025-10-12T00:00:00Z", 6 * 3_600), // a worked Saturday with its own
        ("2025-09-24T10:00:00Z", "2025-09-24T01:00:00Z", 0),         // the wrong way round
        ("2025-09-24T01:00:00.4Z", "2025-09-24T01:00:01.3Z", 0),     // rounded down
    ] {
        assert_eq!(
            hours.open_seconds_between(at(from), at(to)),
            seconds,
            "{from} {to}"
        );
    }
    assert_eq!(
        hours.next_open(at("2025-09-30T10:00:00Z")),
        Some(at("2025-10-09T01:00:00Z"))
    );
    assert!(
        hours.is_open(at("2025-09-24T03:59:59.999999Z"))
            && !hours.is_open(at("2025-09-24T04:00:00Z"))
    );
}

#[test]
fn time_used_up_at_closing_ends_there() {
    let hours = hours(shanghai());
    let start = at("2025-09-30T09:00:00Z");
    assert_eq!(
        hours.add_open_seconds(start, 3_600),
        Some(at("2025-09-30T10:00:00Z"))
    );
    assert_eq!(
        hours.add_open_seconds(start, 3_601),
        Some(at("2025-10-09T01:00:01Z"))
    );
    assert_eq!(
        hours.add_open_seconds(at("2025-10-01T00:00:00Z"), 0),
        Some(at("2025-10-01T00:00:00Z"))
    );
}

#[test]
fn a_time_that_does_not_exist_counts_from_the_transition() {
    // New York, 10 March 2024: 02:00 became 03:00 at 07:00 UTC.
    let hours = hours(daily("America/New_York", "02:30", "04:00"));
    let (from, to) = (at("2024-03-10T05:00:00Z"), at("2024-03-11T04:00:00Z"));
    assert_eq!(hours.next_open(from), Some(at("2024-03-10T07:00:00Z")));
    assert_eq!(hours.open_seconds_between(from, to), 3_600);
}

#[test]
fn an_ambiguous_hour_counts_twice() {
    // New York, 3 November 2024: 01:00 to 02:00 came twice.
    let whole = hours(daily("America/New_York", "01:00", "03:00"));
    let (from, to) = (at("2024-11-03T04:00:00Z"), at("2024-11-04T05:00:00Z"));
    assert_eq!(whole.open_seconds_between(from, to), 3 * 3_600);
    // Lord Howe Island moves its clocks by half an hour only.
    let half = hours(daily("Australia/Lord_Howe", "01:00", "03:00"));
    let (from, to) = (at("2024-04-06T14:00:00Z"), at("2024-04-07T10:00:00Z"));
    assert_eq!(half.open_seconds_between(from, to), 2 * 3_600 + 1_800);
}

#[test]
fn a_slot_up_to_midnight_runs_on_into_the_next_day() {
    let hours = hours(daily("Asia/Shanghai", "00:00", "24:00"));
    assert_eq!(
        hours.open_seconds_between(at("2025-01-01T00:00:00Z"), at("2025-03-01T00:00:00Z")),
        59 * 86_400
    );
    let always = OpenHours::always(chrono_tz::America::New_York);
    let (from, to) = (at("2024-01-01T00:00:00Z"), at("2025-01-01T00:00:00Z"));
    assert_eq!(always.open_seconds_between(from, to), 366 * 86_400);
}

#[test]
fn working_days_keep_the_local_time() {
    let hours = hours(shanghai());
    for (start, days, due) in [
        ("2025-09-19T09:00:00Z", 1, "2025-09-22T09:00:00Z"), // Friday 17:00 to Monday 17:00
        ("2025-09-26T09:00:00Z", 1, "2025-09-28T09:00:00Z"), // to the worked Sunday
        ("2025-09-30T09:00:00Z", 1, "2025-10-09T09:00:00Z"), // over National Day
        ("2025-09-30T11:00:00Z", 1, "2025-10-10T01:00:00Z"), // after closing: Thursday 9:00 first
        ("2025-09-24T04:30:00Z", 1, "2025-09-25T05:00:00Z"), // in the break: 13:00 first
        ("2025-10-10T09:30:00Z", 1, "2025-10-11T08:00:00Z"), // clamped to closing at 16:00
        ("2025-10-10T01:30:00Z", 1, "2025-10-11T02:00:00Z"), // clamped to opening at 10:00
        ("2025-10-10T09:30:00Z", 2, "2025-10-13T09:30:00Z"),
        ("2025-10-17T07:00:00Z", 1, "2025-10-18T08:00:00Z"), // a break from 15:00: 16:00
        ("2025-09-24T05:00:00Z", 0, "2025-09-24T05:00:00Z"),
    ] {
        assert_eq!(
            hours.nth_working_day_due(at(start), days),
            Some(at(due)),
            "{start} {days}"
        );
    }
}

#[test]
fn a_working_day_keeps_the_wall_clock_over_a_transition() {
    let hours = hours(daily("America/New_York", "00:00", "24:00"));
    for (start, due) in [
        ("2024-03-09T22:00:00Z", "2024-03-10T21:00:00Z"), // 17:00, an hour less
        ("2024-03-09T07:30:00Z", "2024-03-10T07:00:00Z"), // 02:30 does not exist: the transition
        ("2024-11-02T05:30:00Z", "2024-11-03T05:30:00Z"), // 01:30 comes twice: the first
    ] {
        assert_eq!(
            hours.nth_working_day_due(at(start), 1),
            Some(at(due)),
            "{start}"
        );
    }
}

#[test]
fn hours_that_never_come_are_given_up() {
    let once = hours(json!({
        "time_zone": "UTC",
        "week": {},
        "days": [{"on": "2025-06-02", "kind": "open", "slots": [{"from": "09:00", "to": "10:00"}]}]
    }));
    assert_eq!(
        once.next_open(at("2025-01-01T00:00:00Z")),
        Some(at("2025-06-02T09:00:00Z"))
    );
    assert_eq!(
        once.add_open_seconds(at("2025-01-01T00:00:00Z"), 3_601),
        None
    );
    assert_eq!(
        once.nth_working_day_due(at("2025-01-01T00:00:00Z"), 1),
        None
    );
    assert_eq!(once.next_open(at("2025-06-02T10:00:00Z")), None);
}

/// The engine looks at a zone's offset every six days; this is what that rests on.
#[test]
fn no_zone_changes_its_offset_and_back_within_six_days() {
    let first = at("2015-01-01T00:00:00Z");
    for zone in chrono_tz::TZ_VARIANTS {
        let mut changes: Vec<(i64, i32)> = Vec::new();
        for day in 0..25 * 365 {
            let instant = (first + TimeDelta::days(day)).naive_utc();
            let offset = zone
                .offset_from_utc_datetime(&instant)
                .fix()
                .local_minus_utc();
            if changes.last().is_none_or(|(_, last)| *last != offset) {
                changes.push((day, offset));
            }
        }
        for three in changes.windows(3) {
            let days = three[2].0 - three[1].0;
            assert!(three[0].1 != three[2].1 || days > 6, "{zone}: {days} days");
        }
    }
}

proptest! {
    #[test]
    fn open_time_adds_up_and_can_be_taken_back(
        start in 0..2_000_000_000_000_000_i64,
        first in 0..40_000_000_000_000_i64,
        second in 0..4_000_000_000_000_i64,
        zone in prop::sample::select(vec!["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"]),
    ) {
        let mut written = shanghai();
        written["time_zone"] = json!(zone);
        let hours = hours(written);
        let instant = |micros| DateTime::from_timestamp_micros(micros).unwrap();
        let (a, b, c) = (instant(start), instant(start + first), instant(start + first + second));
        let ab = hours.open_time_between(a, b);
        prop_assert_eq!(ab + hours.open_time_between(b, c), hours.open_time_between(a, c));
        let back = hours.add_open_time(a, ab).unwrap();
        prop_assert!(back <= b);
        prop_assert_eq!(hours.open_time_between(a, back), ab);
        prop_assert_eq!(hours.open_time_between(back, b), TimeDelta::zero());
    }
}
