//! Clocks over HTTP and by the job: those that start late, those that nobody can judge, and time
//! that seems to run backwards.

use chrono::TimeDelta;
use rapport_api::jobs::clocks;
use rapport_tests::builders::at;
use rapport_tests::importing::Importer;
use rapport_tests::server::{Client, Server, server};
use rapport_types::clocks::{FIRST_RESPONSE, RESOLUTION};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

/// Puts a list of policies in force from now on.
async fn put_policies(server: &Server, policies: Value) {
    let admin = server.admin();
    let version = admin.version_of("/clock-policies").await;
    let list = json!({ "policies": policies });
    admin.put("/clock-policies", version, list, 200).await;
}

/// A policy with one clock of an hour, started by `start`.
fn policy(code: &str, filter: Value, start: &Value) -> Value {
    json!({"code": code, "names": {"en": code}, "where": filter, "clocks": [{
        "code": code, "target": {"seconds": 3_600}, "time": "elapsed",
        "start": start, "stop": {"statuses": ["resolved", "closed"]}
    }]})
}

fn codes(ticket: &Value) -> Vec<&str> {
    let clocks = ticket["clocks"].as_array().unwrap();
    clocks
        .iter()
        .map(|clock| clock["code"].as_str().unwrap())
        .collect()
}

fn clock<'t>(ticket: &'t Value, code: &str) -> &'t Value {
    let mut clocks = ticket["clocks"].as_array().unwrap().iter();
    clocks.find(|clock| clock["code"] == code).unwrap()
}

async fn run_job(server: &Server) {
    clocks::run_once(&server.state, server.now()).await.unwrap();
}

#[actix_web::test]
async fn a_clock_that_a_status_starts_starts_long_after_the_opening() {
    let (server, _fresh) = server().await;
    let visit = policy("visit", json!({}), &json!({"statuses": ["on_hold"]}));
    put_policies(&server, json!([visit])).await;
    let admin = server.admin();
    let id = admin.open_ticket(json!({"subject": "空调不制冷"})).await;
    server.clock.advance(TimeDelta::minutes(5));
    // Another list holds by now, but not for this ticket.
    put_policies(&server, json!([])).await;
    let held = admin
        .step(&id, "status", json!({"status": "on_hold"}))
        .await;
    assert_eq!(codes(&held), ["visit"]);
    assert_eq!(clock(&held, "visit")["due_at"], "2026-01-05T09:05:00Z");
    let read = admin.get(&format!("/tickets/{id}"), 200).await.json();
    assert_eq!(read["clocks"], held["clocks"]);
    assert_eq!(read["next_due_at"], "2026-01-05T09:05:00Z");
}

#[actix_web::test]
async fn another_process_learns_of_policies_that_are_newer_than_its_picture() {
    let (server, fresh) = server().await;
    let other = Server::of(fresh.db.clone(), server.company.clone(), &[]).await;
    other.admin().get("/tickets", 200).await;
    let new = policy("new", json!({}), &json!({"moments": ["opened"]}));
    put_policies(&server, json!([new])).await;
    let open = json!({"subject": "x"});
    let (first, second) = (
        server.admin().open_ticket(open.clone()).await,
        server.admin().open_ticket(open).await,
    );
    let resolved = other
        .admin()
        .step(&first, "status", json!({"status": "resolved"}))
        .await;
    assert_eq!(clock(&resolved, "new")["met"], true);
    let said = json!({"visibility": "public", "body": "x"});
    let path = format!("/tickets/{second}/messages");
    other.admin().post(&path, said, 201).await;
}

#[actix_web::test]
async fn days_in_the_filter_of_a_policy_are_days_of_the_organisation() {
    let (server, _fresh) = server().await;
    let start = &json!({"moments": ["opened"]});
    put_policies(
        &server,
        json!([
            policy("past", json!({"opened_before": ["2026-01-05"]}), start),
            policy(
                "fresh",
                json!({"opened_from": ["-7d"], "priority": ["high"]}),
                start
            ),
            policy("rest", json!({"opened_from": ["2026-01-05"]}), start),
        ]),
    )
    .await;
    let admin = server.admin();
    for (priority, code) in [("high", "fresh"), ("low", "rest")] {
        let new = json!({"subject": "x", "priority": priority});
        let ticket = admin.post("/tickets", new, 201).await.json();
        assert_eq!(codes(&ticket), [code]);
        // Another priority chooses by the same days.
        let id = ticket["id"].as_str().unwrap();
        let path = format!("/tickets/{id}");
        let urgent = admin
            .patch(&path, 1, json!({"priority": "urgent"}), 200)
            .await
            .json();
        assert_eq!(codes(&urgent), ["rest"]);
    }
}

#[actix_web::test]
async fn at_its_very_instant_nothing_has_passed_and_the_job_ends() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let new = json!({"subject": "x", "priority": "urgent"});
    let path = format!("/tickets/{}", admin.open_ticket(new).await);
    for (minutes, detected_at) in [
        (48, Value::Null),
        (49, json!("2026-01-05T08:49:00Z")),
        (60, json!("2026-01-05T08:49:00Z")),
    ] {
        server.clock.set(at(minutes));
        run_job(&server).await;
        let ticket = admin.get(&path, 200).await.json();
        let response = clock(&ticket, FIRST_RESPONSE);
        assert_eq!(response["warning_detected_at"], detected_at, "{minutes}");
        assert_eq!(response["breached_at"], Value::Null, "{minutes}");
    }
}

#[actix_web::test]
async fn a_ticket_that_cannot_be_read_keeps_no_other_from_being_noticed() {
    let (server, fresh) = server().await;
    let admin = server.admin();
    let mut paths = Vec::new();
    for _ in 0..3 {
        let new = json!({"subject": "x", "priority": "urgent"});
        paths.push(format!("/tickets/{}", admin.open_ticket(new).await));
        server.clock.advance(TimeDelta::minutes(1));
    }
    let broken = "UPDATE ticket_clocks SET state = '{}' \
                  WHERE ticket_id = (SELECT id FROM tickets ORDER BY number LIMIT 1)";
    let transaction = fresh.db.begin().await.unwrap();
    transaction.execute_unprepared(broken).await.unwrap();
    transaction.commit().await.unwrap();
    server.clock.set(at(120));
    run_job(&server).await;
    for path in &paths[1..] {
        let ticket = admin.get(path, 200).await.json();
        assert_eq!(clock(&ticket, FIRST_RESPONSE)["met"], false);
    }
}

/// Imports one open ticket and gives its path.
async fn imported(server: &Server, client: &Client<'_>, mapping: &str, text: String) -> String {
    let importer = Importer::default();
    server.clock.set(importer.clock.now());
    let (finished, _) = importer
        .import_text(&server.state.db, mapping, text)
        .await
        .unwrap();
    assert_eq!(finished.numbers.rejected, 0);
    let list = client.get("/tickets?sort=-opened_at&limit=1", 200).await;
    format!("/tickets/{}", list.ids()[0])
}

#[actix_web::test]
async fn clocks_of_which_nothing_can_be_said_are_never_met_or_missed() {
    let (server, fresh) = server().await;
    let admin = server.admin();
    let text = "unique_key,account,opendate,closedate,complaint_type,descriptor,zip,borough,city,\
                council_dist,community_board\n1,,2026-05-31,,Parks,Tree,,,,,\n";
    let path = imported(&server, &admin, "nyc_complaints", text.to_owned()).await;
    let id = path.trim_start_matches("/tickets/").to_owned();
    // Missed by the watch, stopped by a person, chosen anew, reopened: nobody knows.
    server.clock.advance(TimeDelta::hours(30));
    run_job(&server).await;
    let late = admin.get(&path, 200).await.json();
    assert_eq!(late["precision"], "day");
    assert!(!clock(&late, RESOLUTION)["breached_at"].is_null(), "{late}");
    admin
        .step(&id, "status", json!({"status": "resolved"}))
        .await;
    let version = admin.version_of(&path).await;
    admin
        .patch(&path, version, json!({"priority": "urgent"}), 200)
        .await;
    admin.step(&id, "status", json!({"status": "open"})).await;
    server.clock.advance(TimeDelta::hours(30));
    run_job(&server).await;
    let ticket = admin.get(&path, 200).await.json();
    for code in [FIRST_RESPONSE, RESOLUTION] {
        let clock = clock(&ticket, code);
        assert!(clock["met"].is_null(), "{clock}");
        assert!(
            !clock["decided_at"].is_null() || code == FIRST_RESPONSE,
            "{clock}"
        );
    }
    let judged = "SELECT count(*) AS n FROM ticket_clocks WHERE met IS NOT NULL";
    assert_eq!(fresh.number(judged).await, 0);
}

#[actix_web::test]
async fn an_imported_ticket_that_may_have_been_answered_is_judged_by_its_resolution_alone() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let header = rapport_tests::import_samples::incidents(0).csv;
    let header = header.lines().next().unwrap();
    let row = "INC1,Active,TRUE,0,0,0,TRUE,C,O,31-05-2026 07:00,?,?,U,31-05-2026 07:10,Phone,L,C,S,?,?,\
               2 - Medium,2 - Medium,4 - Low,Group 1,Resolver 1,TRUE,FALSE,N,?,?,?,?,c,r,?,?";
    let path = imported(
        &server,
        &admin,
        "uci_incidents",
        format!("{header}\n{row}\n"),
    )
    .await;
    let said = json!({"visibility": "public", "body": "您好"});
    admin.post(&format!("{path}/messages"), said, 201).await;
    let id = path.trim_start_matches("/tickets/");
    let resolved = admin
        .step(id, "status", json!({"status": "resolved"}))
        .await;
    assert!(!clock(&resolved, FIRST_RESPONSE)["fulfilled_at"].is_null());
    assert!(clock(&resolved, FIRST_RESPONSE)["met"].is_null());
    assert_eq!(clock(&resolved, RESOLUTION)["met"], true);
}

#[actix_web::test]
async fn what_waited_for_a_ticket_does_not_happen_before_what_it_waited_for() {
    let (server, fresh) = server().await;
    let admin = server.admin();
    let id = admin.open_ticket(json!({"subject": "x"})).await;
    let path = format!("/tickets/{id}");
    server.clock.set(at(30));
    admin
        .step(&id, "status", json!({"status": "resolved"}))
        .await;
    // Its time was read before the resolution, and it got the ticket after it.
    server.clock.set(at(20));
    let said = json!({"visibility": "public", "body": "谢谢", "from_customer": true});
    let message = admin.post(&format!("{path}/messages"), said, 201).await;
    assert_eq!(message.json()["sent_at"], "2026-01-05T08:30:00Z");
    let ticket = admin.get(&path, 200).await.json();
    assert_eq!(
        (&ticket["status"], &ticket["updated_at"]),
        (&json!("open"), &json!("2026-01-05T08:30:00Z"))
    );
    server.clock.set(at(10));
    let version = admin.version_of(&path).await;
    let edited = admin
        .patch(&path, version, json!({"subject": "y"}), 200)
        .await
        .json();
    assert_eq!(edited["updated_at"], "2026-01-05T08:30:00Z");
    let crossed = "SELECT count(*) AS n FROM ticket_spans WHERE to_at < from_at";
    assert_eq!(fresh.number(crossed).await, 0);
}

#[actix_web::test]
async fn every_second_of_a_clock_is_told_with_its_rule_and_whose_part_it_was() {
    let (server, _fresh) = server().await;
    let mut solve = policy("solve", json!({}), &json!({"moments": ["opened"]}));
    solve["clocks"][0]["pause"] = json!(["on_hold"]);
    put_policies(&server, json!([solve])).await;
    let admin = server.admin();
    let id = admin.open_ticket(json!({"subject": "空调不制冷"})).await;
    let path = format!("/tickets/{id}/clocks");
    let opening = admin.get(&format!("/tickets/{id}"), 200).await.json();
    let wait = |minutes| server.clock.advance(TimeDelta::minutes(minutes));

    wait(10);
    admin
        .step(&id, "status", json!({"status": "on_hold"}))
        .await;
    wait(20);
    admin.step(&id, "status", json!({"status": "open"})).await;
    wait(30);
    let to = server.company.team("east");
    let assigned = json!({"team_id": to, "assignee_id": null});
    admin.step(&id, "assignment", assigned).await;
    wait(40);

    let answer = admin.get(&path, 200).await;
    assert_eq!(
        answer.header("etag"),
        "",
        "it depends on the time of reading"
    );
    let told = answer.json();
    assert_eq!(told["until"], "2026-01-05T09:40:00Z");
    assert_eq!(told["policy"]["code"], "solve");
    assert_eq!(told["policy"]["names"], json!({"en": "solve"}));
    let strip = &told["clocks"][0];
    assert_eq!(told["policy"]["version"], strip["clock"]["policy_version"]);
    assert_eq!(
        told["calendar"]["version"],
        strip["clock"]["calendar_version"]
    );
    assert_eq!(strip["clock"]["breached_at"], "2026-01-05T09:20:00Z");
    assert_eq!(strip["counted_seconds"], 80 * 60);
    let elapsed = json!({"by": "elapsed"});
    let segment = |from: &str, to: &str, kind: &str, minutes: i64, rule: &Value| {
        json!({
            "from": format!("2026-01-05T{from}:00Z"), "to": format!("2026-01-05T{to}:00Z"),
            "kind": kind, "counted_seconds": minutes * 60, "rule": rule
        })
    };
    let hold = json!({"by": "status", "status": "on_hold"});
    assert_eq!(
        strip["segments"],
        json!([
            segment("08:00", "08:10", "counted", 10, &elapsed),
            segment("08:10", "08:30", "paused", 0, &hold),
            segment("08:30", "09:40", "counted", 70, &elapsed),
        ])
    );
    assert_eq!(
        strip["slices"],
        json!([
            {"team_id": opening["team_id"], "assignee_id": null, "counted_seconds": 40 * 60},
            {"team_id": to, "assignee_id": null, "counted_seconds": 40 * 60},
        ])
    );

    // Once it is stopped, time goes by without it; what was asked for an instant stays.
    admin
        .step(&id, "status", json!({"status": "resolved"}))
        .await;
    wait(60);
    let later = admin.get(&path, 200).await.json();
    assert_eq!(later["until"], "2026-01-05T10:40:00Z");
    assert_eq!(later["clocks"][0]["segments"], strip["segments"]);
    assert_eq!(
        later["clocks"][0]["clock"]["counted_seconds"],
        later["clocks"][0]["counted_seconds"]
    );
    let then = format!("{path}?until=2026-01-05T08:20:00Z");
    let then = admin.get(&then, 200).await.json();
    assert_eq!(
        then["clocks"][0]["clock"]["paused_at"],
        "2026-01-05T08:10:00Z"
    );
    assert_eq!(then["clocks"][0]["counted_seconds"], 600);
    let before = format!("{path}?until=2026-01-05T07:00:00Z");
    assert_eq!(admin.get(&before, 200).await.json()["clocks"], json!([]));
    for wrong in ["2026-01-05T10:40:01Z", "yesterday", "0001-01-01T00:00:00Z"] {
        admin.get(&format!("{path}?until={wrong}"), 422).await;
    }
}
