//! `rapport doctor`, and what the program does with tables of another program: the real binary on
//! real databases.

use std::process::Output;

use rapport_persistence::database::Kind;
use rapport_tests::databases::{Fresh, on_each_database, sqlite};
use rapport_tests::generate::World;
use rapport_tests::program::{err, out, rapport};
use sea_orm::ConnectionTrait;
use serde_json::Value;

/// The checks that are bad.
fn bad(told: &Output) -> Vec<String> {
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let findings = told["findings"].as_array().unwrap();
    let bad: Vec<String> = findings
        .iter()
        .filter(|finding| finding["level"] == "bad")
        .map(|finding| finding["check"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told["healthy"], bad.is_empty());
    bad
}

fn doctor(fresh: &Fresh) -> Output {
    rapport(fresh.url(), &["doctor", "--json"], &[])
}

async fn run(fresh: &Fresh, statements: &[&str]) {
    for statement in statements {
        let done = fresh.db.writer.execute_unprepared(statement).await;
        done.unwrap();
    }
}

#[actix_web::test]
async fn a_sound_database_is_healthy_and_each_planted_fault_is_found() {
    on_each_database(async |fresh| {
        let told = rapport(fresh.url(), &["doctor"], &[]);
        assert!(told.status.success(), "{} {}", out(&told), err(&told));
        World::fill(&fresh.db, 30, 80).await;
        let told = rapport(fresh.url(), &["doctor"], &[]);
        assert!(told.status.success(), "{} {}", out(&told), err(&told));
        for check in ["integrity", "tables", "change_numbers", "search", "due_times", "references"] {
            let line = format!("ok       {check} ");
            assert!(out(&told).lines().any(|told| told.starts_with(&line)), "{}", out(&told));
        }
        assert_eq!(bad(&doctor(fresh)), [""; 0]);

        let (search, orphan) = match fresh.db.kind {
            Kind::Sqlite => (
                "DELETE FROM ticket_search WHERE rowid = 3",
                &[
                    "PRAGMA foreign_keys = OFF",
                    "INSERT INTO ticket_spans VALUES (x'00000000000000000000000000000001', 0, 1)",
                ][..],
            ),
            Kind::Postgres => (
                "DELETE FROM ticket_search WHERE number = 3",
                &[
                    "ALTER TABLE ticket_spans DROP CONSTRAINT fk_ticket_spans__ticket_id",
                    "INSERT INTO ticket_spans VALUES ('00000000-0000-0000-0000-000000000001', 0, 1)",
                ][..],
            ),
        };
        let mut known: Vec<&str> = Vec::new();
        for (check, plant) in [
            ("references", orphan),
            ("search", &[search]),
            ("change_numbers", &["DELETE FROM changes WHERE seq = 7"]),
            ("due_times", &["UPDATE tickets SET next_due_at = 1 WHERE number = 2"]),
            ("counters", &["UPDATE counters SET value = 1 WHERE kind = 'customer'"]),
            ("tables", &["DROP INDEX ix_tickets__resolved_at"]),
        ] {
            run(fresh, plant).await;
            let told = doctor(fresh);
            assert_eq!(told.status.code(), Some(1), "{check}");
            let found = bad(&told);
            assert!(found.iter().any(|found| found == check), "{check}: {}", out(&told));
            known.push(check);
            let is_known = |found: &String| known.contains(&found.as_str()) || found == "tables";
            assert!(found.iter().all(is_known), "{check}: {}", out(&told));
        }
        let told = out(&rapport(fresh.url(), &["doctor"], &[]));
        let is_told = told.contains("CREATE INDEX ix_tickets__resolved_at ON ")
            || told.contains("key fk_ticket_spans__ticket_id is missing");
        assert!(is_told, "{told}");
    })
    .await;
}

#[actix_web::test]
async fn a_damaged_file_is_not_healthy() {
    let fresh = sqlite().await;
    World::fill(&fresh.db, 30, 60).await;
    fresh.db.clone().close().await;
    let mut bytes = std::fs::read(fresh.file()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8_192].fill(0xff);
    std::fs::write(fresh.file(), &bytes).unwrap();
    let told = rapport(fresh.url(), &["doctor"], &[]);
    assert_eq!(told.status.code(), Some(1), "{}", out(&told));
    let nowhere = rapport(&format!("{}_nowhere", fresh.url()), &["doctor"], &[]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(
        err(&nowhere).contains("there is no database"),
        "{}",
        err(&nowhere)
    );
}

#[actix_web::test]
async fn tables_of_a_newer_program_are_left_alone() {
    on_each_database(async |fresh| {
        let future = "m20990101_1_future";
        let plant =
            format!("INSERT INTO seaql_migrations (version, applied_at) VALUES ('{future}', 0)");
        run(fresh, &[&plant]).await;
        for arguments in [
            &["serve"][..],
            &["migrate"],
            &["user", "add", "x", "--role", "agent"],
        ] {
            let refused = rapport(fresh.url(), arguments, &[("RAPPORT_LISTEN", "127.0.0.1:0")]);
            assert_eq!(refused.status.code(), Some(1), "{arguments:?}");
            let said = err(&refused);
            assert!(
                said.contains(future) && said.contains("newer program"),
                "{said}"
            );
        }
        let told = doctor(fresh);
        assert_eq!(told.status.code(), Some(1));
        assert_eq!(bad(&told), ["schema"]);
    })
    .await;
}
