//! Holiday files, bringing them into a calendar, and what a month then looks like.

use chrono::NaiveDate;
use serde_json::json;

use super::*;

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn day(text: &str, kind: DayKind, name: &str) -> CalendarDay {
    CalendarDay {
        on: on(text),
        kind,
        slots: Vec::new(),
        name: name.try_into().ok(),
    }
}

/// Day, kind and name of what was read; a small `c` or `o` for the kind.
fn read(text: &str) -> Vec<String> {
    let file = HolidayFile::read(text);
    assert_eq!(file.faults, [], "{text}");
    let said = |day: &CalendarDay| {
        let kind = if day.kind == DayKind::Closed {
            "c"
        } else {
            "o"
        };
        let name = day.name.as_ref().map_or("", |name| name.as_str());
        format!("{} {kind} {name}", day.on)
    };
    file.days.iter().map(said).collect()
}

#[test]
fn a_file_is_read_in_the_spellings_that_are_about() {
    let golden = ["2026-10-01 c 国庆节", "2026-10-10 o 国庆节"];
    for text in [
        // The published list of Chinese holidays.
        "date,kind,holiday\n2026-10-01,holiday,国庆节\n2026-10-10,make_up_workday,国庆节\n",
        "2026-10-01,closed,国庆节\n2026-10-10,open,国庆节",
        "\u{feff}日期;类型;名称\r\n2026/10/1;休;国庆节\r\n2026/10/10;班;国庆节\r\n",
        "name\tdate\tisOffDay\n国庆节\t2026年10月1日\ttrue\n国庆节\t2026年10月10日\tfalse",
        "# from the State Council\n\nname,day,type\n\"国庆节\",20261001,Public Holiday\n国庆节,2026.10.10 0:00,transfer-workday",
        "2026-10-10,上班,国庆节\n2026-10-01,放假,国庆节\n2026-10-01,放假,",
    ] {
        assert_eq!(read(text), golden, "{text}");
    }
    assert_eq!(
        read("date,kind,name\n2026-01-01,closed,\"New Year's \"\"Day\"\", first\""),
        ["2026-01-01 c New Year's \"Day\", first"]
    );
    assert_eq!(
        read("2026-05-01\n2026-05-02\n"),
        ["2026-05-01 c ", "2026-05-02 c "],
        "a list of days alone is one of holidays"
    );
    assert!(read("").is_empty() && read("date,kind,name\n").is_empty());
}

#[test]
fn lines_that_cannot_be_read_are_told_by_number_and_the_others_are_kept() {
    let text = "date,kind,name\n2026-10-01,holiday,a\n\n01/10/2026,holiday,b\n2026-02-30,holiday,c\n\
        1969-12-31,holiday,d\n2026-10-02,调休,e\n2026-10-03,,f\n2026-10-01,workday,g\n2026-10-04\n2026-10-05,off,h";
    let file = HolidayFile::read(text);
    let faults: Vec<_> = file
        .faults
        .iter()
        .map(|fault| (fault.line, fault.kind, fault.cell.as_str()))
        .collect();
    assert_eq!(
        faults,
        [
            (4, LineFaultKind::NotADay, "01/10/2026"),
            (5, LineFaultKind::NotADay, "2026-02-30"),
            (6, LineFaultKind::DayOutOfRange, "1969-12-31"),
            (7, LineFaultKind::UnknownKind, "调休"),
            (8, LineFaultKind::UnknownKind, ""),
            (9, LineFaultKind::Contradicts, "2026-10-01"),
            (10, LineFaultKind::UnknownKind, ""),
        ]
    );
    let kept: Vec<_> = file.days.iter().map(|day| day.on.to_string()).collect();
    assert_eq!(kept, ["2026-10-01", "2026-10-05"]);
    let no_table = HolidayFile::read("PK\u{3}\u{4}\n<html>");
    assert_eq!((no_table.days.len(), no_table.faults.len()), (0, 2));
}

#[test]
fn a_file_is_read_to_its_limit() {
    let line = "2026-10-01,closed\n";
    assert_eq!(HolidayFile::read(&line.repeat(20_000)).faults, []);
    let fault = LineFault {
        line: 20_001,
        kind: LineFaultKind::TooManyLines,
        cell: String::new(),
    };
    assert_eq!(HolidayFile::read(&line.repeat(20_005)).faults, [fault]);
}

#[test]
fn what_the_calendar_has_stays_or_gives_way_to_the_years_of_the_file() {
    use DayKind::{Closed, Open};
    let mut own_hours = day("2026-10-10", Open, "");
    own_hours.slots = serde_json::from_value(json!([{"from": "10:00", "to": "16:00"}])).unwrap();
    let present = [
        own_hours.clone(),
        day("2025-10-01", Closed, "kept"),
        day("2026-12-31", Closed, "ours"),
        day("2026-10-02", Open, ""),
    ];
    let found = [
        day("2026-10-01", Closed, "国庆节"),
        day("2026-10-02", Closed, "国庆节"),
        day("2026-10-10", Open, "国庆节"),
    ];
    let conflict = Conflict {
        on: on("2026-10-02"),
        present: Open,
        found: Closed,
    };

    let kept = merge_days(&present, &found, Merge::Keep);
    assert_eq!(
        kept.days,
        [
            present[1].clone(),
            found[0].clone(),
            present[3].clone(),
            own_hours.clone(),
            present[2].clone()
        ]
    );
    let counts = |merged: &Merged| {
        (
            merged.added_count,
            merged.changed_count,
            merged.removed_count,
        )
    };
    assert_eq!(counts(&kept), (1, 0, 0));
    assert_eq!(kept.conflicts, [conflict]);

    let replaced = merge_days(&present, &found, Merge::ReplaceYears);
    own_hours.name = found[2].name.clone();
    assert_eq!(
        replaced.days,
        [
            present[1].clone(),
            found[0].clone(),
            found[1].clone(),
            own_hours
        ]
    );
    assert_eq!(counts(&replaced), (1, 2, 1));
    assert_eq!(replaced.conflicts, [conflict]);

    let again = merge_days(&replaced.days, &found, Merge::ReplaceYears);
    assert_eq!(again.days, replaced.days);
    assert_eq!(counts(&again), (0, 0, 0));
}

fn rules(zone: &str) -> CalendarRules {
    let day = json!([{"from": "09:00", "to": "12:00"}, {"from": "13:00", "to": "18:00"}]);
    serde_json::from_value(json!({
        "time_zone": zone,
        "week": {"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day,
            "sunday": [{"from": "00:00", "to": "04:00"}]},
        "days": [
            {"on": "2026-10-01", "kind": "closed", "name": "国庆节"},
            {"on": "2026-10-10", "kind": "open"},
            {"on": "2026-10-17", "kind": "open", "slots": [{"from": "10:00", "to": "16:00"}]},
        ]
    }))
    .unwrap()
}

/// The month by the table of zones.
fn month(rules: &CalendarRules, of: &str) -> Month {
    let zone = rules.zone().unwrap();
    rules.month(on(of), |second| segments::offset_seconds(zone, second))
}

#[test]
fn a_month_tells_for_each_day_when_and_why_it_is_open() {
    let month = month(&rules("Asia/Shanghai"), "2026-10-15");
    assert_eq!(month.days.len(), 31);
    let seen = |day: usize| {
        let day = &month.days[day - 1];
        (day.why, day.slots.len(), day.open_seconds / 3_600)
    };
    for (day, why, slots, hours) in [
        (1, Why::Closed, 0, 0),
        (2, Why::Week, 2, 8),
        (3, Why::Week, 0, 0),
        (4, Why::Week, 1, 4),
        (10, Why::MondaysHours, 2, 8),
        (17, Why::OwnHours, 1, 6),
    ] {
        assert_eq!(seen(day), (why, slots, hours), "{day} October");
    }
    assert_eq!(month.days[0].name, "国庆节".try_into().ok());
    // 21 weekdays of 8 hours, 4 Sundays of 4, two Saturdays of 8 and 6.
    assert_eq!(month.open_seconds, (21 * 8 + 4 * 4 + 8 + 6) * 3_600);
    assert_eq!(month.working_day_count, 27);
    assert!(month.days.iter().all(|day| day.transition.is_none()));
}

#[test]
fn a_month_counts_the_hour_that_the_clocks_leave_out_or_repeat() {
    for (zone, day, shift, hours, at) in [
        // Sundays are open from 0 to 4.
        (
            "America/New_York",
            "2026-03-08",
            3_600,
            3,
            "2026-03-08T07:00:00Z",
        ),
        (
            "America/New_York",
            "2026-11-01",
            -3_600,
            5,
            "2026-11-01T06:00:00Z",
        ),
        (
            "Europe/Berlin",
            "2026-03-29",
            3_600,
            3,
            "2026-03-29T01:00:00Z",
        ),
        // The day has no midnight.
        (
            "America/Asuncion",
            "2020-10-04",
            3_600,
            3,
            "2020-10-04T04:00:00Z",
        ),
    ] {
        let month = month(&rules(zone), day);
        let moved: Vec<_> = month
            .days
            .iter()
            .filter(|day| day.transition.is_some())
            .collect();
        assert_eq!(moved.len(), 1, "{zone} {day}");
        let transition = Transition {
            at: at.parse().unwrap(),
            shift_seconds: shift,
        };
        assert_eq!(moved[0].on, on(day), "{zone}");
        assert_eq!(moved[0].transition, Some(transition), "{zone} {day}");
        assert_eq!(moved[0].open_seconds, hours * 3_600, "{zone} {day}");
    }
}

#[test]
fn the_hours_of_a_month_are_those_that_clocks_count() {
    for zone in ["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"] {
        let rules = rules(zone);
        let hours = OpenHours::new(&rules).unwrap();
        let zone = hours.zone();
        for month in 1..=12 {
            let first = NaiveDate::from_ymd_opt(2026, month, 1).unwrap();
            let next = first.checked_add_months(chrono::Months::new(1)).unwrap();
            let start = |day| crate::filters::start_of_day(day, zone).unwrap();
            assert_eq!(
                rules
                    .month(first, |second| segments::offset_seconds(zone, second))
                    .open_seconds,
                hours.open_seconds_between(start(first), start(next)),
                "{zone} {first}"
            );
        }
    }
}

#[test]
fn a_leap_year_has_a_29th_of_february() {
    assert_eq!(month(&rules("UTC"), "2028-02-29").days.len(), 29);
    assert_eq!(month(&rules("UTC"), "2027-02-01").days.len(), 28);
}

#[test]
fn the_faults_are_the_same_for_who_knows_the_zones_from_elsewhere() {
    let mut broken = rules("Mars/Base");
    broken.week.tuesday.reverse();
    assert_eq!(broken.faults_in(false), broken.faults());
    let places: Vec<_> = broken
        .faults_in(true)
        .iter()
        .map(|it| it.place.pointer())
        .collect();
    assert_eq!(places, ["/week/tuesday/1"]);
}
