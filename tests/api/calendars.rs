//! Calendars over HTTP: their versions, and a holiday file brought into one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::TimeDelta;
use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Server, id, server};
use rapport_types::calendars::{Calendar, DayKind, HolidayFile, Merge, merge_days};
use serde_json::{Value, json};

fn office() -> Value {
    let day = json!([{"from": "09:00", "to": "18:00"}]);
    json!({"names": {"en": "Office"}, "time_zone": "Asia/Shanghai",
        "week": {"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day}})
}

#[actix_web::test]
async fn every_version_of_the_rules_is_kept_with_its_author_and_instant() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let made = admin.post("/calendars", office(), 201).await;
        let path = format!("/calendars/{}", id(&made));
        server.clock.advance(TimeDelta::hours(1));
        let days = json!({"days": [{"on": "2026-10-01", "kind": "closed", "name": "国庆节"}]});
        let changed = admin.patch(&path, 1, days, 200).await.json();
        assert_eq!(changed["days"][0]["name"], "国庆节");
        // A name is none of the rules.
        let names = json!({"names": {"en": "Head office"}});
        admin.patch(&path, 2, names, 200).await;

        let agent = server.hire("anna", "agent", "north").await;
        let listed = agent.get(&format!("{path}/versions"), 200).await.json();
        let rows = listed["data"].as_array().unwrap();
        let row = |version: i64, at: &str| {
            json!({"version": version, "changed_at": at,
                "changed_by": {"id": admin.id, "name": "Administrator"}})
        };
        assert_eq!(
            *rows,
            [
                row(1, "2026-01-05T08:00:00Z"),
                row(2, "2026-01-05T09:00:00Z")
            ]
        );
        let first = agent.get(&format!("{path}/versions/1"), 200).await.json();
        assert_eq!((&first["version"], &first["days"]), (&json!(1), &json!([])));
        let second = agent.get(&format!("{path}/versions/2"), 200).await.json();
        assert_eq!(second["days"], changed["days"]);
        for unknown in ["3", "0", "x"] {
            let path = format!("{path}/versions/{unknown}");
            assert_eq!(agent.get(&path, 404).await.code(), "not_found", "{unknown}");
        }
    })
    .await;
}

/// The file of the folder that `RAPPORT_REAL_DATA` names whose head is that of the Chinese holidays.
fn real_holidays() -> Option<String> {
    let folder = PathBuf::from(std::env::var_os("RAPPORT_REAL_DATA")?);
    let files = std::fs::read_dir(folder).unwrap();
    files
        .filter_map(|file| std::fs::read_to_string(file.unwrap().path()).ok())
        .find(|text| text.starts_with("date,kind,holiday"))
}

#[actix_web::test]
async fn the_real_holidays_become_days_of_a_calendar() {
    let Some(text) = real_holidays() else { return };
    let file = HolidayFile::read(&text);
    assert_eq!(file.faults, []);
    // Counted without the reader.
    let mut expected: BTreeMap<&str, usize> = BTreeMap::new();
    for line in text.lines().skip(1) {
        *expected.entry(line.split(',').nth(1).unwrap()).or_default() += 1;
    }
    assert_eq!(file.count(DayKind::Closed), expected["holiday"]);
    assert_eq!(file.count(DayKind::Open), expected["make_up_workday"]);

    let (server, _fresh) = server().await;
    let admin = server.admin();
    let mut new = office();
    new["days"] = json!([{"on": "1999-12-31", "kind": "closed"}]);
    let made = admin.post("/calendars", new, 201).await;
    let path = format!("/calendars/{}", id(&made));
    let calendar: Calendar = serde_json::from_value(made.json()).unwrap();
    let merged = merge_days(&calendar.days, &file.days, Merge::ReplaceYears);
    assert_eq!(merged.added_count, file.days.len());
    let kept = admin
        .patch(&path, 1, json!({"days": merged.days}), 200)
        .await;
    let kept: Calendar = serde_json::from_value(kept.json()).unwrap();
    assert_eq!(kept.days.len(), file.days.len() + 1);
    assert!(kept.rules().faults().is_empty());
    let named = kept.days.iter().filter(|day| day.name.is_some()).count();
    assert_eq!(named, file.days.len());
}
