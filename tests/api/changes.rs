//! The change log: who is told what, how far a request reads, and when a reader must load again.

mod union;

use rapport_tests::builders::ROOT;
use rapport_tests::databases::{Fresh, on_each_database};
use rapport_tests::server::{Call, Client, Server};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

/// The number from which a reader goes on.
pub(crate) async fn head(client: &Client<'_>) -> i64 {
    let page = client.get("/changes", 200).await.json();
    assert_eq!(
        (&page["data"], &page["end_of_stream"]),
        (&json!([]), &json!(true))
    );
    assert_eq!(page["head"], page["next_after"]);
    page["next_after"].as_i64().unwrap()
}

/// Everything after a number, in pages of a few.
async fn told(client: &Client<'_>, mut after: i64, more: &str) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let path = format!("/changes?after={after}&limit=3{more}");
        let page = client.get(&path, 200).await.json();
        all.extend(page["data"].as_array().unwrap().iter().cloned());
        let next = page["next_after"].as_i64().unwrap();
        if page["end_of_stream"] == json!(true) {
            return all;
        }
        assert!(next > after, "a page moves on");
        after = next;
    }
}

/// What to do with which kind of record.
fn ops(entries: &[Value]) -> Vec<(&str, &str)> {
    let member = |entry, name: &str| Value::as_str(Value::get(entry, name).unwrap()).unwrap();
    entries
        .iter()
        .map(|entry| (member(entry, "op"), member(entry, "entity")))
        .collect()
}

#[actix_web::test]
async fn each_is_told_what_lies_in_its_scope_and_where_it_comes_and_goes() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let (lead, southern) = (server.client("lead"), server.client("southern"));
        let field = server.client("field");
        let start = head(&admin).await;
        let (north, south) = (server.company.team("north"), server.company.team("south"));
        let customer = admin
            .add_customer(json!({"name": "王芳", "team_id": north}))
            .await;
        let ticket = admin
            .open_ticket(
                json!({"subject": "空调不制冷", "team_id": north, "customer_id": customer}),
            )
            .await;
        let note = json!({"visibility": "internal", "body": "first"});
        admin
            .post(&format!("/tickets/{ticket}/messages"), note, 201)
            .await;
        let moved = admin
            .step(
                &ticket,
                "assignment",
                json!({"team_id": south, "assignee_id": null}),
            )
            .await;
        let note = json!({"visibility": "internal", "body": "second"});
        admin
            .post(&format!("/tickets/{ticket}/messages"), note, 201)
            .await;
        admin
            .step(&ticket, "assignment", json!({"assignee_id": field.id}))
            .await;

        let seen = told(&lead, start, "").await;
        assert_eq!(
            ops(&seen),
            [
                ("upsert", "customer"),
                ("upsert", "ticket"),
                ("upsert", "message"),
                ("upsert", "ticket"),
                ("left_scope", "ticket"),
            ]
        );
        assert_eq!(seen[2]["after"]["body"], "first");
        let left = &seen[4];
        assert_eq!(
            (&left["id"], &left["version"]),
            (&json!(ticket), &moved["version"])
        );
        for hidden in [
            "action",
            "actor",
            "on_behalf_of",
            "request_id",
            "before",
            "after",
        ] {
            assert_eq!(left[hidden], Value::Null, "{hidden}");
        }

        let seen = told(&southern, start, "").await;
        assert_eq!(
            ops(&seen),
            [
                ("upsert", "ticket"),
                ("upsert", "message"),
                ("upsert", "ticket"),
                ("upsert", "ticket"),
            ]
        );
        let came = &seen[0];
        assert_eq!(came["entered_scope"], json!(true));
        assert_eq!(
            (&came["before"], &came["after"]["team_id"]),
            (&Value::Null, &json!(south))
        );
        assert!(!serde_json::to_string(&seen).unwrap().contains("first"));
        assert_eq!(seen[3]["before"]["assignee_id"], Value::Null);

        // A technician of the north to whom a ticket of the south is given.
        let seen = told(&field, start, "").await;
        assert_eq!(ops(&seen), [("upsert", "ticket")]);
        assert_eq!(seen[0]["entered_scope"], json!(true));

        let all = told(&admin, start, "").await;
        let numbers: Vec<i64> = all.iter().map(|one| one["seq"].as_i64().unwrap()).collect();
        let last = head(&admin).await;
        assert_eq!(numbers, (start + 1..=last).collect::<Vec<_>>());
        let ours = told(&admin, start, "&entity=customer,message").await;
        assert_eq!(
            ops(&ours),
            [
                ("upsert", "customer"),
                ("upsert", "message"),
                ("upsert", "message")
            ]
        );
        assert_eq!(ours[0]["actor"], json!({"kind": "user", "id": admin.id}));
        assert_eq!(ours[0]["action"], "created");
    })
    .await;
}

#[actix_web::test]
async fn a_record_that_is_gone_is_told_to_those_who_saw_it() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let (admin, lead) = (server.admin(), server.client("lead"));
        let team = server.company.team("north");
        let customer = admin
            .add_customer(json!({"name": "王芳", "team_id": team}))
            .await;
        let start = head(&lead).await;
        admin
            .delete(&format!("/customers/{customer}"), 1, 204)
            .await;
        let seen = told(&lead, start, "").await;
        assert_eq!(ops(&seen), [("delete", "customer")]);
        assert_eq!(
            (&seen[0]["id"], &seen[0]["after"]),
            (&json!(customer), &Value::Null)
        );
        assert!(told(&server.client("southern"), start, "").await.is_empty());
    })
    .await;
}

#[actix_web::test]
async fn what_a_role_may_not_read_is_not_told() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let marketer = server.hire("sees_customers", "marketer", ROOT).await;
        let guest = server.hire_powerless().await;
        let start = head(&admin).await;
        let customer = admin.add_customer(json!({"name": "王芳"})).await;
        let ticket = admin
            .open_ticket(json!({"subject": "空调不制冷", "customer_id": customer}))
            .await;
        admin
            .step(&ticket, "status", json!({"status": "resolved"}))
            .await;
        admin
            .step(
                &ticket,
                "satisfaction",
                json!({"score": 2, "source": "customer"}),
            )
            .await;
        let path = format!("/users/{}", guest.id);
        let version = admin.version_of(&path).await;
        let renamed = json!({"name": "New Name", "email": "secret@example.org"});
        admin.patch(&path, version, renamed, 200).await;
        let hidden = json!({"email": "other@example.org"});
        admin.patch(&path, version + 1, hidden, 200).await;

        let seen = told(&marketer, start, "").await;
        assert_eq!(ops(&seen), [("upsert", "customer"), ("upsert", "user")]);
        let seen = told(&guest, start, "").await;
        assert_eq!(ops(&seen), [("upsert", "user")]);
        assert_eq!(seen[0]["after"], json!({"name": "New Name"}));
        let seen = told(&admin, start, "&entity=user,rating").await;
        assert_eq!(
            ops(&seen),
            [("upsert", "rating"), ("upsert", "user"), ("upsert", "user")]
        );
        assert_eq!(seen[2]["after"], json!({"email": "other@example.org"}));
        let all = told(&admin, 0, "").await;
        assert!(!serde_json::to_string(&all).unwrap().contains("$argon2"));
    })
    .await;
}

#[actix_web::test]
async fn whose_sight_has_moved_must_load_again_and_goes_on_from_the_head() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let agent = server.hire("anna", "agent", "north").await;
        let start = head(&agent).await;
        let user = format!("/users/{}", agent.id);
        let gone = async |client: &Client<'_>, after: i64| {
            let path = format!("/changes?after={after}");
            let refused = client.get(&path, 410).await;
            assert_eq!(refused.code(), "scope_changed");
            assert_eq!(refused.header("retry-after"), "5");
            let now = head(client).await;
            client.get(&format!("/changes?after={now}"), 200).await;
            now
        };

        let version = admin.version_of(&user).await;
        let wider = json!({"scope_team_id": server.company.team(ROOT)});
        admin.patch(&user, version, wider, 200).await;
        let after_scope = gone(&agent, start).await;
        let narrower = json!({"scope_team_id": server.company.team("north")});
        admin.patch(&user, version + 1, narrower, 200).await;
        let after_scope = gone(&agent, after_scope).await;
        admin
            .patch(&user, version + 2, json!({"roles": ["manager"]}), 200)
            .await;
        let after_role = gone(&agent, after_scope).await;

        let team = format!("/teams/{}", server.company.team("south_shop"));
        let moved = json!({"parent_id": server.company.team("east")});
        let version = admin.version_of(&team).await;
        let renamed = json!({"names": {"en": "Shop"}});
        admin.patch(&team, version, renamed, 200).await;
        agent
            .get(&format!("/changes?after={after_role}"), 200)
            .await;
        admin.patch(&team, version + 1, moved, 200).await;
        gone(&agent, after_role).await;
        // Who sees everything sees it wherever it moves.
        admin.get(&format!("/changes?after={start}"), 200).await;

        let guest = server.hire_powerless().await;
        let start = head(&guest).await;
        let role = json!({"names": {"en": "Guest"}, "permissions": ["view_tickets"]});
        admin.put("/roles/guest", 1, role, 200).await;
        gone(&guest, start).await;
        admin.get(&format!("/changes?after={start}"), 200).await;
    })
    .await;
}

#[actix_web::test]
async fn what_is_no_number_of_the_log_is_refused() {
    let (server, _fresh) = rapport_tests::server::server().await;
    let admin = server.admin();
    let last = head(&admin).await;
    for (query, parameter) in [
        (format!("after={}", last + 1), "after"),
        ("after=-1".to_owned(), "after"),
        ("after=latest".to_owned(), "after"),
        ("after=0&limit=501".to_owned(), "limit"),
        ("after=0&entity=ticket,secret".to_owned(), "entity"),
        ("after=0&cursor=x".to_owned(), "cursor"),
    ] {
        for path in ["/changes", "/changes/stream"] {
            let refused = admin.get(&format!("{path}?{query}"), 422).await;
            assert!(
                refused.faults().iter().any(|(place, _)| place == parameter),
                "{path}?{query}"
            );
        }
    }
    let resumed = Call::get("/changes/stream").header("last-event-id", "x");
    admin.expect(resumed, 422).await;
}

/// Adds entries of a ticket that another scope sees, as many as this.
pub(crate) async fn add_entries(fresh: &Fresh, server: &Server, team: &str, count: i64) {
    let keys = json!({"team": server.company.team(team), "people": []});
    let insert = format!(
        "INSERT INTO changes (seq, at, request_id, entity, record_id, version, action, after, scope_after) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         SELECT (SELECT value FROM counters WHERE kind = 'change') + i, 0, 'bulk', 'ticket', \
         'ticket_' || i, 1, 'created', '{{\"subject\": \"x\"}}', '{keys}' FROM n"
    );
    let raise = format!("UPDATE counters SET value = value + {count} WHERE kind = 'change'");
    for sql in [insert, raise] {
        fresh.db.writer.execute_unprepared(&sql).await.unwrap();
    }
}

#[actix_web::test]
async fn a_page_looks_through_a_bounded_part_of_the_log_and_moves_on() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let (eastern, southern) = (server.client("eastern"), server.client("southern"));
        let start = head(&eastern).await;
        add_entries(fresh, &server, "south", 4_500).await;
        add_entries(fresh, &server, "east", 2).await;
        let mut pages = Vec::new();
        let mut after = start;
        loop {
            let page = eastern
                .get(&format!("/changes?after={after}&limit=1"), 200)
                .await
                .json();
            after = page["next_after"].as_i64().unwrap();
            let count = page["data"].as_array().unwrap().len();
            let is_end = page["end_of_stream"] == json!(true);
            pages.push((after - start, count, is_end));
            if is_end {
                break;
            }
        }
        assert_eq!(
            pages,
            [
                (2_000, 0, false),
                (4_000, 0, false),
                (4_501, 1, false),
                (4_502, 1, true)
            ]
        );
        let page = southern
            .get(&format!("/changes?after={start}&limit=500"), 200)
            .await
            .json();
        assert_eq!(page["data"].as_array().unwrap().len(), 500);
        assert_eq!(page["next_after"], json!(start + 500));
    })
    .await;
}

#[actix_web::test]
async fn a_page_ends_early_when_what_it_shows_is_large() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let ticket = admin.open_ticket(json!({"subject": "long"})).await;
        let start = head(&admin).await;
        let body = "长".repeat(19_000);
        for _ in 0..60 {
            let message = json!({"visibility": "internal", "body": body});
            admin
                .post(&format!("/tickets/{ticket}/messages"), message, 201)
                .await;
        }
        let page = admin
            .get(&format!("/changes?after={start}&limit=500"), 200)
            .await;
        assert!(page.bytes.len() < 4 << 20, "{}", page.bytes.len());
        let page = page.json();
        assert_eq!(page["end_of_stream"], json!(false));
        let shown = page["data"].as_array().unwrap().len() as i64;
        assert_eq!(page["next_after"], json!(start + shown));
        assert_eq!(told(&admin, start, "&entity=message").await.len(), 60);
    })
    .await;
}
