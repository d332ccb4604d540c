//! Streams of changes: what they show is the log; how they are opened again, bounded and ended.

use std::time::Duration;

use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Call, Client, Server};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::changes::{add_entries, head};

const STREAM: &str = "/changes/stream";

fn stream(client: &Client<'_>, query: &str) -> Call {
    Call::get(&format!("{STREAM}{query}")).token(&client.token())
}

async fn open(server: &Server) -> usize {
    let page =
        server.send(Call::get("/metrics").header("authorization", "Bearer 0123456789abcdef"));
    let page = page.await.text();
    let line = page
        .lines()
        .find_map(|line| line.strip_prefix("rapport_change_streams_open "))
        .map(|count| count.parse().unwrap());
    line.unwrap()
}

#[actix_web::test]
async fn changes_are_shown_as_they_come_and_only_to_those_who_may_see_them() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let (lead, southern) = (server.client("lead"), server.client("southern"));
        let start = head(&admin).await;
        let mut northern_feed = server.follow(stream(&lead, "")).await;
        let mut southern_feed = server.follow(stream(&southern, "?entity=ticket")).await;
        let (north, south) = (server.company.team("north"), server.company.team("south"));
        let ticket = admin
            .open_ticket(json!({"subject": "空调不制冷", "team_id": north}))
            .await;
        let event = northern_feed.next().await.unwrap();
        assert_eq!(
            (event.name.as_str(), &event.data["id"]),
            ("change", &json!(ticket))
        );
        assert_eq!(event.data["after"]["subject"], "空调不制冷");
        assert_eq!(event.data["seq"], json!(start + 1));
        admin
            .step(
                &ticket,
                "assignment",
                json!({"team_id": south, "assignee_id": null}),
            )
            .await;
        let event = northern_feed.next().await.unwrap();
        assert_eq!(event.data["op"], "left_scope");
        let event = southern_feed.next().await.unwrap();
        assert_eq!(
            (&event.data["op"], &event.data["before"]),
            (&json!("upsert"), &Value::Null)
        );
        let seen = southern.get(&format!("/changes?after={start}"), 200).await;
        assert_eq!(seen.json()["data"], json!([event.data]), "the same entry");
        // What it may not see moves the number on.
        let note = json!({"visibility": "internal", "body": "hidden"});
        admin
            .post(&format!("/tickets/{ticket}/messages"), note, 201)
            .await;
        northern_feed.until(head(&admin).await).await;
    })
    .await;
}

#[actix_web::test]
async fn a_stream_that_is_opened_again_goes_on_without_gap_or_repeat() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let southern = server.client("southern");
        let start = head(&southern).await;
        let mut number = start;
        let mut seen = Vec::new();
        for _ in 0..3 {
            // More than is kept for those who are behind.
            add_entries(fresh, &server, "south", 700).await;
            add_entries(fresh, &server, "east", 5).await;
            let resumed =
                stream(&southern, "?after=0").header("last-event-id", &number.to_string());
            let mut feed = server.follow(resumed).await;
            for _ in 0..350 {
                seen.push(feed.next().await.unwrap().data["seq"].as_i64().unwrap());
            }
            number = feed.last_id().unwrap();
            assert_eq!(Some(&number), seen.last());
        }
        let mut feed = server
            .follow(stream(&southern, &format!("?after={number}")))
            .await;
        while seen.len() < 2_100 {
            seen.push(feed.next().await.unwrap().data["seq"].as_i64().unwrap());
        }
        let south = (0..3).flat_map(|round| start + 705 * round + 1..=start + 705 * round + 700);
        assert!(seen.iter().copied().eq(south));
    })
    .await;
}

#[actix_web::test]
async fn who_does_not_read_for_a_while_is_told_all_of_it_later() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let southern = server.client("southern");
        let start = head(&southern).await;
        let mut slow = server.follow(stream(&southern, "")).await;
        let mut quick = server.follow(stream(&southern, "")).await;
        add_entries(fresh, &server, "south", 1_500).await;
        for feed in [&mut quick, &mut slow] {
            for number in start + 1..=start + 1_500 {
                assert_eq!(feed.next().await.unwrap().data["seq"], json!(number));
            }
        }
    })
    .await;
}

#[actix_web::test]
async fn a_stream_ends_when_what_its_reader_sees_has_changed() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let agent = server.hire("anna", "agent", "north").await;
        let start = head(&agent).await;
        let mut feed = server.follow(stream(&agent, "")).await;
        let team = format!("/teams/{}", server.company.team("south_shop"));
        let version = admin.version_of(&team).await;
        let moved = json!({"parent_id": server.company.team("north")});
        admin.patch(&team, version, moved, 200).await;
        assert_eq!(feed.next().await.unwrap().name, "scope_changed");
        assert_eq!(feed.next().await, None);
        let again = stream(&agent, &format!("?after={start}"));
        assert_eq!(server.expect(again, 410).await.code(), "scope_changed");
        let shop = server.company.team("south_shop");
        let mut feed = server.follow(stream(&agent, "")).await;
        let ticket = admin
            .open_ticket(json!({"subject": "now in the north", "team_id": shop}))
            .await;
        assert_eq!(feed.next().await.unwrap().data["id"], json!(ticket));
    })
    .await;
}

#[actix_web::test]
async fn a_stream_ends_with_the_token_the_session_the_person_and_the_server() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        for end in ["session", "person", "token"] {
            let agent = server.hire(&format!("agent_{end}"), "agent", "north").await;
            let mut feed = server.follow(stream(&agent, "?entity=rating")).await;
            let path = format!("/users/{}", agent.id);
            match end {
                "session" => {
                    admin
                        .expect(Call::delete(&format!("{path}/sessions")), 204)
                        .await;
                }
                "person" => {
                    let version = admin.version_of(&path).await;
                    admin
                        .patch(&path, version, json!({"active": false}), 200)
                        .await;
                }
                _ => server.clock.advance(chrono::TimeDelta::minutes(10)),
            }
            assert_eq!(feed.next().await, None, "{end}");
        }
        // Another process has changed a role before this one has noticed.
        let agent = server.hire("anna", "agent", "north").await;
        let mut feed = server.follow(stream(&agent, "?entity=rating")).await;
        let changed = "UPDATE users SET roles = '[\"marketer\"]' WHERE username = 'anna'";
        fresh.db.writer.execute_unprepared(changed).await.unwrap();
        server.clock.advance(chrono::TimeDelta::seconds(6));
        assert_eq!(feed.next().await.unwrap().name, "scope_changed");
        let mut feed = server.follow(stream(&admin, "")).await;
        server.state.stop();
        assert_eq!(feed.next().await, None);
        server.expect(stream(&admin, ""), 503).await;
    })
    .await;
}

#[actix_web::test]
async fn a_stream_that_is_behind_ends_with_its_session_too() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let agent = server.hire("anna", "agent", "north").await;
        let start = head(&agent).await;
        add_entries(fresh, &server, "north", 1_000).await;
        let from_start = stream(&agent, &format!("?after={start}"));
        let mut behind = server.follow(from_start).await;
        let mut current = server.follow(stream(&agent, "")).await;
        let sessions = format!("/users/{}/sessions", agent.id);
        admin.expect(Call::delete(&sessions), 204).await;
        // Once the younger stream has been asked for, the older one is due as well.
        assert_eq!(current.next().await, None);
        let mut told = 0;
        while behind.next().await.is_some() {
            told += 1;
        }
        assert!(
            told <= 100,
            "{told} entries: more than were read before the end"
        );
    })
    .await;
}

#[actix_web::test]
async fn one_person_has_a_bounded_number_of_streams_and_they_take_up_no_turn() {
    let fresh = rapport_tests::databases::sqlite().await;
    let company = rapport_tests::builders::Company::found(&fresh.db).await;
    let settings = [
        ("RAPPORT_REQUESTS_IN_WORK", "1"),
        ("RAPPORT_REQUESTS_WAITING", "1"),
        ("RAPPORT_METRICS_TOKEN", "0123456789abcdef"),
    ];
    let server = Server::of(fresh.db.clone(), company, &settings).await;
    let (lead, southern) = (server.client("lead"), server.client("southern"));
    let mut feeds = Vec::new();
    for _ in 0..20 {
        feeds.push(server.follow(stream(&lead, "")).await);
    }
    let refused = server.expect(stream(&lead, ""), 429).await;
    assert_eq!(refused.code(), "too_many_streams");
    feeds.push(server.follow(stream(&southern, "")).await);
    lead.get("/tickets", 200).await;
    assert_eq!(open(&server).await, 21);
    feeds.truncate(3);
    assert_eq!(open(&server).await, 3);
    server.follow(stream(&lead, "")).await;
}

#[actix_web::test]
async fn a_browser_follows_by_its_cookie_and_nobody_on_the_way_gathers_it_up() {
    let (server, _fresh) = rapport_tests::server::server().await;
    let lead = server.client("lead");
    let cookie = format!("rapport_access={}", lead.token());
    let answer = server
        .expect(Call::get(STREAM).header("cookie", &cookie), 200)
        .await;
    assert_eq!(answer.header("content-type"), "text/event-stream");
    assert_eq!(answer.header("cache-control"), "no-store, no-transform");
    assert_eq!(answer.header("x-accel-buffering"), "no");
    assert_eq!(answer.header("content-encoding"), "");
    server.expect(Call::get(STREAM), 401).await;
    let mut feed = server
        .follow(Call::get(STREAM).header("cookie", &cookie))
        .await;
    // Something is said though nothing happens.
    feed.until(head(&lead).await).await;
    let silence = tokio::time::timeout(Duration::from_millis(1), feed.next()).await;
    assert!(silence.is_err(), "no event");
}

#[actix_web::test]
async fn streams_end_when_the_log_cannot_be_read_and_are_told_why_when_opened_again() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let start = head(&admin).await;
        let mut feed = server.follow(stream(&admin, "")).await;
        add_entries(fresh, &server, "north", 1).await;
        assert_eq!(feed.next().await.unwrap().data["seq"], json!(start + 1));
        let damage = |action| {
            format!(
                "UPDATE changes SET action = '{action}' WHERE seq = {}",
                start + 2
            )
        };
        add_entries(fresh, &server, "north", 1).await;
        fresh
            .db
            .writer
            .execute_unprepared(&damage("gone mad"))
            .await
            .unwrap();
        while feed.next().await.is_some() {}
        let again = Call::get(&format!("{STREAM}?after={}", start + 1)).token(&admin.token());
        assert_eq!(server.expect(again, 500).await.code(), "internal");

        fresh
            .db
            .writer
            .execute_unprepared(&damage("created"))
            .await
            .unwrap();
        let mut feed = server
            .follow(stream(&admin, &format!("?after={}", start + 1)))
            .await;
        assert_eq!(feed.next().await.unwrap().data["seq"], json!(start + 2));
    })
    .await;
}
