//! Bulk changes: drafted, looked at, started, followed, stopped.

mod killed;
mod refused;
mod rights;

use chrono::TimeDelta;
use rapport_api::bulk_changes::queue;
use rapport_api::jobs;
use rapport_persistence::writes::change_numbers_are_dense;
use rapport_tests::builders::Company;
use rapport_tests::databases::{Heard, on_each_database};
use rapport_tests::server::{Call, Client, Server};
use serde_json::{Value, json};

/// Drafts a bulk change of all that match.
async fn drafted(client: &Client<'_>, entity: &str, filter: Value, change: Value) -> Value {
    let body = json!({"entity": entity, "filter": filter, "change": change});
    client.post("/bulk-changes", body, 201).await.json()
}

fn path(bulk: &Value) -> String {
    format!("/bulk-changes/{}", bulk["id"].as_str().unwrap())
}

fn start(bulk: &Value) -> Call {
    let version = bulk["version"].as_i64().unwrap();
    Call::post(&format!("{}/start", path(bulk)), json!({})).version(version)
}

/// Starts it and lets it come to its end.
async fn run(server: &Server, client: &Client<'_>, bulk: &Value) -> Value {
    let started = client.expect(start(bulk), 200).await.json();
    assert_eq!(started["state"], "queued");
    queue::run_once(&server.state).await.unwrap();
    client.get(&path(bulk), 200).await.json()
}

/// Opens so many tickets of this priority.
async fn tickets(client: &Client<'_>, count: usize, priority: &str) {
    let item = |number| json!({"data": {"subject": format!("T{number}"), "priority": priority}});
    let items: Vec<Value> = (0..count).map(item).collect();
    let body = json!({"items": items});
    client.expect(Call::post("/tickets/batch", body), 207).await;
}

/// How many tickets the client sees that match.
async fn total(client: &Client<'_>, query: &str) -> Value {
    let path = format!("/tickets?limit=1&total=exact&{query}");
    client.get(&path, 200).await.json()["total"]["count"].clone()
}

fn numbers(changed: u64, unchanged: u64, skipped: u64, refused: u64) -> Value {
    json!({"changed": changed, "unchanged": unchanged, "skipped": skipped, "refused": refused})
}

#[actix_web::test]
async fn all_that_match_are_counted_shown_and_changed_once_by_two_processes_at_a_time() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let anna = server.hire("anna", "manager", "north").await;
        tickets(&anna, 250, "low").await;
        tickets(&anna, 3, "high").await;
        let change = json!({"priority": "urgent", "assignee_id": anna.id, "status": "open"});
        let bulk = drafted(&anna, "tickets", json!({"priority": ["low"]}), change).await;
        assert_eq!(
            (&bulk["count"], &bulk["state"]),
            (&json!(250), &json!("draft"))
        );

        let preview = anna
            .get(&format!("{}/preview", path(&bulk)), 200)
            .await
            .json();
        assert_eq!(preview["count"], 250);
        assert_eq!(preview["sample"].as_array().unwrap().len(), 10);
        let first = &preview["sample"][0];
        for (member, before, after) in [
            ("priority", json!("low"), json!("urgent")),
            ("status", json!("new"), json!("open")),
            ("assignee_id", Value::Null, json!(anna.id)),
        ] {
            assert_eq!(
                (&first["before"][member], &first["after"][member]),
                (&before, &after)
            );
        }
        assert_eq!(first["fault"], Value::Null);
        assert_eq!(
            total(&anna, "priority=urgent").await,
            0,
            "nothing is changed"
        );

        anna.expect(start(&bulk), 200).await;
        let (one, other) = tokio::join!(
            queue::run_once(&server.state),
            queue::run_once(&server.state)
        );
        one.unwrap();
        other.unwrap();
        let done = anna.get(&path(&bulk), 200).await.json();
        assert_eq!(done["state"], "done");
        assert_eq!(
            (&done["numbers"], &done["done"]),
            (&numbers(250, 0, 0, 0), &json!(250))
        );
        assert_eq!(
            total(&anna, "priority=urgent&assignee=me&status=open").await,
            250
        );
        let some = anna.get("/tickets?priority=urgent", 200).await.json();
        let rows = some["data"].as_array().unwrap();
        assert!(rows.iter().all(|row| row["version"] == 2), "each once");
        assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
        assert_eq!(
            fresh
                .number("SELECT COUNT(*) AS n FROM bulk_change_records")
                .await,
            0
        );

        let again = drafted(&anna, "tickets", json!({}), json!({"priority": "urgent"})).await;
        let done = run(&server, &anna, &again).await;
        assert_eq!(done["numbers"], numbers(3, 250, 0, 0));
    })
    .await;
}

/// It is the same as by the single requests: clocks, history and log.
#[actix_web::test]
async fn a_ticket_ends_as_it_would_by_its_own_operations() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let anna = server.hire("anna", "manager", "north").await;
        let new = json!({"subject": "空调不制冷", "priority": "low"});
        let (alone, among) = (
            anna.open_ticket(new.clone()).await,
            anna.open_ticket(new).await,
        );
        server.clock.advance(TimeDelta::minutes(5));
        let here = format!("/tickets/{alone}");
        anna.patch(&here, 1, json!({"priority": "urgent"}), 200)
            .await;
        let to = json!({"assignee_id": anna.id, "reason": "night shift"});
        anna.step(&alone, "assignment", to).await;
        let resolved = json!({"status": "resolved", "reason": "night shift"});
        anna.step(&alone, "status", resolved).await;
        let change = json!({"priority": "urgent", "assignee_id": anna.id, "status": "resolved",
            "reason": "night shift"});
        let body = json!({"entity": "tickets", "ids": [among], "change": change});
        let bulk = anna.post("/bulk-changes", body, 201).await.json();
        assert_eq!(
            run(&server, &anna, &bulk).await["numbers"],
            numbers(1, 0, 0, 0)
        );

        let whole = async |ticket: &str| {
            let mut whole = anna.get(&format!("/tickets/{ticket}"), 200).await.json();
            for own in ["id", "number", "version"] {
                whole.as_object_mut().unwrap().remove(own);
            }
            let events = anna
                .get(&format!("/tickets/{ticket}/events"), 200)
                .await
                .json();
            let told = |event: &Value| {
                json!([
                    event["kind"],
                    event["before"],
                    event["after"],
                    event["reason"],
                    event["actor"]
                ])
            };
            let events: Vec<Value> = events["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(told)
                .collect();
            (whole, events)
        };
        let (alone, events) = whole(&alone).await;
        assert_eq!(whole(&among).await, (alone, events.clone()));
        assert_eq!(events.len(), 4);
    })
    .await;
}

#[actix_web::test]
async fn what_no_longer_matches_is_skipped_and_what_matches_since_is_left_alone() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        tickets(&admin, 3, "low").await;
        let low = json!({"priority": ["low"]});
        let bulk = drafted(&admin, "tickets", low, json!({"priority": "normal"})).await;
        let found = admin.get("/tickets?priority=low", 200).await;
        let ticket = format!("/tickets/{}", found.ids()[0]);
        admin
            .patch(&ticket, 1, json!({"priority": "high"}), 200)
            .await;
        tickets(&admin, 1, "low").await;
        let preview = admin
            .get(&format!("{}/preview", path(&bulk)), 200)
            .await
            .json();
        let skipped = preview["sample"].as_array().unwrap().iter();
        assert_eq!(skipped.filter(|row| row["number"].is_null()).count(), 1);
        let done = run(&server, &admin, &bulk).await;
        assert_eq!(done["numbers"], numbers(2, 0, 1, 0));
        assert_eq!(total(&admin, "priority=low").await, 1);
    })
    .await;
}

#[actix_web::test]
async fn one_that_is_stopped_changes_nothing_more_and_cannot_be_started() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        tickets(&admin, 2, "low").await;
        let bulk = drafted(&admin, "tickets", json!({}), json!({"priority": "high"})).await;
        let started = admin.expect(start(&bulk), 200).await.json();
        let stale = admin.expect(start(&bulk), 412).await;
        assert_eq!(stale.json()["current_version"], started["version"]);
        let again = admin.expect(start(&started), 409).await;
        assert_eq!(again.code(), "bulk_change_started");
        let cancel = format!("{}/cancel", path(&bulk));
        let stopped = admin.post(&cancel, json!({}), 200).await.json();
        assert_eq!(stopped["state"], "cancelled");
        queue::run_once(&server.state).await.unwrap();
        assert_eq!(total(&admin, "priority=high").await, 0);
        for over in [start(&stopped), Call::post(&cancel, json!({}))] {
            assert_eq!(admin.expect(over, 409).await.code(), "bulk_change_over");
        }
    })
    .await;
}

#[actix_web::test]
async fn the_list_is_there_as_csv_and_by_state() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let first = drafted(&admin, "customers", json!({}), json!({"lifecycle": "lost"})).await;
        server.clock.advance(TimeDelta::seconds(1));
        let second = drafted(&admin, "tickets", json!({}), json!({"priority": "low"})).await;
        run(&server, &admin, &first).await;
        let newest = admin.get("/bulk-changes?limit=1", 200).await;
        assert_eq!(newest.ids(), [second["id"].as_str().unwrap()]);
        let cursor = newest.json()["next_cursor"].as_str().unwrap().to_owned();
        let next = admin
            .get(&format!("/bulk-changes?limit=1&cursor={cursor}"), 200)
            .await;
        assert_eq!(next.ids(), [first["id"].as_str().unwrap()]);
        let done = admin
            .get("/bulk-changes?state=done&format=csv", 200)
            .await
            .text();
        let lines: Vec<&str> = done.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[1].starts_with(&format!(
            "{},customers,done,",
            first["id"].as_str().unwrap()
        )));
        let refused = admin.get("/bulk-changes?state=finished", 422).await;
        assert_eq!(
            refused.faults(),
            [("state".to_owned(), "unknown_code".to_owned())]
        );
    })
    .await;
}

#[actix_web::test]
async fn drafts_go_after_a_day_or_the_tenth_and_ended_ones_after_ninety() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        tickets(&admin, 2, "low").await;
        let change = json!({"priority": "high"});
        let done = drafted(&admin, "tickets", json!({}), change.clone()).await;
        run(&server, &admin, &done).await;
        let mut drafts = Vec::new();
        for _ in 0..11 {
            server.clock.advance(TimeDelta::seconds(1));
            drafts.push(drafted(&admin, "tickets", json!({}), change.clone()).await);
        }
        admin.get(&path(&drafts[0]), 404).await;
        admin.get(&path(&drafts[1]), 200).await;
        let records = "SELECT COUNT(*) AS n FROM bulk_change_records";
        assert_eq!(fresh.number(records).await, 20);
        admin.expect(start(&drafts[1]), 200).await;

        let after = async |days| {
            let now = server.now() + TimeDelta::days(days);
            jobs::bulk_changes::run_once(&server.state, now)
                .await
                .unwrap();
            let left = admin.get("/bulk-changes", 200).await;
            (left.ids().len(), fresh.number(records).await)
        };
        assert_eq!(after(2).await, (2, 2), "what waits or is done stays");
        assert_eq!(after(91).await, (1, 2));
    })
    .await;
}

#[actix_web::test]
async fn many_records_take_no_more_statements_than_their_writes() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let heard = Heard::default();
        let db = fresh.connect(&heard.options()).await;
        let server = Server::of(db.clone(), company, &[]).await;
        let anna = server.hire("anna", "manager", "north").await;
        let mut reads = Vec::new();
        for (count, priority) in [(5, "low"), (50, "high")] {
            tickets(&anna, count, priority).await;
            let filter = json!({"priority": [priority]});
            let change = json!({"priority": "urgent", "status": "open"});
            let bulk = drafted(&anna, "tickets", filter, change).await;
            anna.expect(start(&bulk), 200).await;
            heard.take();
            queue::run_once(&server.state).await.unwrap();
            let statements = heard.take();
            let is_read = |text: &str| text.starts_with("SELECT") || text.starts_with("WITH");
            reads.push(statements.iter().filter(|one| is_read(&one.sql)).count());
            let done = anna.get(&path(&bulk), 200).await.json();
            assert_eq!(done["numbers"]["changed"], count);
        }
        assert_eq!(reads[0], reads[1], "reads do not grow with the records");
        assert!(reads[0] <= 12, "{} reads", reads[0]);
        db.close().await;
    })
    .await;
}
