//! The life of a ticket over HTTP.

use chrono::TimeDelta;
use rapport_api::jobs::clocks;
use rapport_tests::server::{Call, Client, server};
use serde_json::{Value, json};

fn clock<'t>(ticket: &'t Value, code: &str) -> &'t Value {
    ticket["clocks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|clock| clock["code"] == code)
        .unwrap()
}

async fn events(client: &Client<'_>, ticket: &str) -> Vec<String> {
    let page = client
        .get(&format!("/tickets/{ticket}/events"), 200)
        .await
        .json();
    page["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn a_ticket_is_opened_answered_resolved_rated_and_closed() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let customer = anna.add_customer(json!({"name": "王芳"})).await;
    let new = json!({"subject": "空调不制冷", "customer_id": customer, "type": "repair", "channel": "phone"});
    let answer = anna.post("/tickets", new, 201).await;
    let ticket = answer.json();
    let id = ticket["id"].as_str().unwrap().to_owned();
    let path = format!("/tickets/{id}");
    assert_eq!(
        (answer.header("etag"), answer.header("location")),
        ("\"1\"", format!("/api/v1{path}").as_str())
    );
    assert_eq!(
        (&ticket["status"], &ticket["priority"]),
        (&json!("new"), &json!("normal"))
    );
    assert_eq!(ticket["team_id"], json!(server.company.team("north")));
    assert_eq!(
        clock(&ticket, "first_response")["due_at"],
        "2026-01-06T08:00:00Z"
    );

    let early = anna
        .put(
            &format!("{path}/satisfaction"),
            1,
            json!({"score": 5, "source": "customer"}),
            409,
        )
        .await;
    assert_eq!(early.code(), "not_resolved");

    server.clock.advance(TimeDelta::minutes(30));
    let said = json!({"visibility": "public", "body": "您好，我们马上为您处理。"});
    let message = anna.post(&format!("{path}/messages"), said, 201).await;
    assert_eq!(
        message.header("etag"),
        "\"2\"",
        "the ticket's version rises with a message"
    );
    assert_eq!(
        message.json()["author"],
        json!({"kind": "staff", "id": anna.id})
    );
    let ticket = anna.get(&path, 200).await.json();
    assert_eq!(
        (&ticket["status"], &ticket["version"]),
        (&json!("open"), &json!(2))
    );
    assert_eq!(
        (&ticket["first_responder_id"], &ticket["duty_holder_id"]),
        (&json!(anna.id), &json!(anna.id))
    );
    assert_eq!(ticket["first_response_seconds"], 1_800);
    assert_eq!(clock(&ticket, "first_response")["met"], true);

    let waiting = anna
        .step(&id, "status", json!({"status": "waiting_on_customer"}))
        .await;
    assert_eq!(
        clock(&waiting, "resolution")["due_at"],
        Value::Null,
        "paused"
    );
    server.clock.advance(TimeDelta::minutes(60));
    let hidden = json!({"visibility": "internal", "body": "好的，谢谢", "from_customer": true});
    let refused = anna.post(&format!("{path}/messages"), hidden, 422).await;
    assert_eq!(
        refused.faults(),
        [("/visibility".to_owned(), "invalid_value".to_owned())],
        "what the customer said is public"
    );
    let said = json!({"visibility": "public", "body": "好的，谢谢", "from_customer": true});
    anna.post(&format!("{path}/messages"), said, 201).await;
    let ticket = anna.get(&path, 200).await.json();
    assert_eq!(ticket["status"], "open", "the customer's answer wakes it");
    assert_eq!(
        clock(&ticket, "resolution")["due_at"],
        "2026-01-06T09:00:00Z",
        "an hour later than before"
    );

    let resolved = anna
        .step(&id, "status", json!({"status": "resolved"}))
        .await;
    assert_eq!(resolved["resolution_seconds"], 5_400);
    assert_eq!(resolved["next_due_at"], Value::Null);
    let rated = anna
        .step(
            &id,
            "satisfaction",
            json!({"score": 4, "source": "customer", "comment": "不错"}),
        )
        .await;
    assert_eq!(rated["satisfaction_score"], 4);
    let closed = anna.step(&id, "status", json!({"status": "closed"})).await;
    assert_eq!(closed["status"], "closed");
    let rated = anna
        .step(
            &id,
            "satisfaction",
            json!({"score": 5, "source": "customer"}),
        )
        .await;
    assert_eq!(rated["satisfaction_score"], 5, "the latest counts");
    let ratings = anna.get(&format!("{path}/satisfaction"), 200).await.json();
    assert_eq!(ratings["data"].as_array().unwrap().len(), 2, "each is kept");
    let kinds = events(&anna, &id).await;
    assert_eq!(
        kinds,
        [
            "opened", "status", "status", "status", "status", "rated", "status", "rated"
        ]
    );
}

#[actix_web::test]
async fn the_version_rises_with_each_change_and_by_one() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let id = anna.open_ticket(json!({"subject": "x"})).await;
    let path = format!("/tickets/{id}");
    let said = json!({"visibility": "internal", "body": "x"});
    let mut version = 1;
    for step in 0..4 {
        match step {
            0 => drop(
                anna.post(&format!("{path}/messages"), said.clone(), 201)
                    .await,
            ),
            1 => drop(
                anna.step(&id, "assignment", json!({"assignee_id": anna.id}))
                    .await,
            ),
            2 => drop(
                anna.patch(&path, version, json!({"subject": "y"}), 200)
                    .await,
            ),
            _ => drop(
                anna.step(&id, "status", json!({"status": "resolved"}))
                    .await,
            ),
        }
        version += 1;
        assert_eq!(anna.version_of(&path).await, version, "step {step}");
    }
    // The version that was answered is seen by who answers.
    let answer = Call::post(&format!("{path}/messages"), said);
    let stale = anna.expect(answer.clone().version(version - 1), 412).await;
    assert_eq!(stale.json()["current_version"], version);
    anna.expect(answer.version(version), 201).await;
}

#[actix_web::test]
async fn a_closed_ticket_takes_no_message_and_opens_only_with_a_reason() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let id = anna.open_ticket(json!({"subject": "x"})).await;
    anna.step(&id, "status", json!({"status": "closed"})).await;
    server.clock.advance(TimeDelta::minutes(1));
    let path = format!("/tickets/{id}");
    for from_customer in [true, false] {
        let said =
            json!({"visibility": "public", "body": "noch etwas", "from_customer": from_customer});
        let refused = anna.post(&format!("{path}/messages"), said, 409).await;
        assert_eq!(refused.code(), "ticket_closed");
    }
    let follow_up = anna
        .open_ticket(json!({"subject": "noch etwas", "follows_ticket_id": id}))
        .await;
    assert_eq!(
        anna.get(&format!("/tickets/{follow_up}"), 200).await.json()["follows_ticket_id"],
        json!(id)
    );
    let status = format!("{path}/status");
    let version = anna.version_of(&path).await;
    let refused = anna
        .put(&status, version, json!({"status": "open"}), 422)
        .await;
    assert_eq!(refused.code(), "reason_required");
    assert_eq!(
        refused.faults(),
        [("/reason".to_owned(), "required".to_owned())]
    );
    for (to, code) in [
        ("new", "invalid_transition"),
        ("on_hold", "invalid_transition"),
        ("closed", "invalid_transition"),
    ] {
        let refused = anna
            .put(&status, version, json!({"status": to, "reason": "x"}), 409)
            .await;
        assert_eq!(refused.code(), code, "{to}");
    }
    let open = anna
        .put(
            &status,
            version,
            json!({"status": "open", "reason": "came back"}),
            200,
        )
        .await
        .json();
    assert_eq!(
        (
            &open["reopened_count"],
            &open["closed_at"],
            &open["resolved_at"]
        ),
        (&json!(1), &Value::Null, &Value::Null)
    );
    let history = anna
        .get(&format!("{path}/events?sort=-at&limit=1"), 200)
        .await
        .json();
    assert_eq!(history["data"][0]["reason"], "came back");
}

#[actix_web::test]
async fn status_assignment_and_duty_change_by_their_operations_only() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let id = anna.open_ticket(json!({"subject": "x"})).await;
    for member in ["status", "assignee_id", "team_id", "duty_holder_id"] {
        let refused = anna
            .patch(&format!("/tickets/{id}"), 1, json!({member: "open"}), 422)
            .await;
        assert_eq!(
            refused.faults(),
            [(format!("/{member}"), "use_operation".to_owned())]
        );
    }
    let refused = anna
        .patch(
            &format!("/tickets/{id}"),
            1,
            json!({"reopened_count": 0}),
            422,
        )
        .await;
    assert_eq!(refused.faults()[0].1, "unknown_field");
}

#[actix_web::test]
async fn a_hand_over_moves_the_duty_and_keeps_the_first_responder() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let bert = server.hire("bert", "agent", "north").await;
    let id = anna.open_ticket(json!({"subject": "x"})).await;
    let taken = anna
        .step(&id, "assignment", json!({"assignee_id": anna.id}))
        .await;
    assert_eq!(
        (&taken["first_responder_id"], &taken["duty_holder_id"]),
        (&json!(anna.id), &json!(anna.id))
    );
    let path = format!("/tickets/{id}");
    let silent = json!({"duty_holder_id": bert.id});
    let refused = anna
        .put(&format!("{path}/duty-holder"), 2, silent, 422)
        .await;
    assert_eq!(
        refused.faults(),
        [("/reason".to_owned(), "required".to_owned())]
    );
    let change = json!({"duty_holder_id": bert.id, "reason": "on leave"});
    let handed = anna.step(&id, "duty-holder", change).await;
    assert_eq!(
        (&handed["first_responder_id"], &handed["duty_holder_id"]),
        (&json!(anna.id), &json!(bert.id))
    );
    let assigned = bert
        .step(&id, "assignment", json!({"assignee_id": bert.id}))
        .await;
    assert_eq!(assigned["first_responder_id"], json!(anna.id), "set once");
    assert_eq!(assigned["duty_holder_id"], json!(bert.id));
    for body in [
        json!({"assignee_id": "user_01h455vb4pex5vsknk084sn02q"}),
        json!({}),
    ] {
        anna.put(&format!("{path}/assignment"), 4, body, 422).await;
    }
}

#[actix_web::test]
async fn another_priority_chooses_the_clocks_anew_from_the_opening() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let id = anna.open_ticket(json!({"subject": "x"})).await;
    server.clock.advance(TimeDelta::minutes(10));
    anna.step(&id, "status", json!({"status": "on_hold"})).await;
    server.clock.advance(TimeDelta::minutes(20));
    anna.step(&id, "status", json!({"status": "open"})).await;
    let path = format!("/tickets/{id}");
    let version = anna.version_of(&path).await;
    let urgent = anna
        .patch(&path, version, json!({"priority": "urgent"}), 200)
        .await
        .json();
    assert_eq!(
        clock(&urgent, "first_response")["due_at"],
        "2026-01-05T09:00:00Z"
    );
    // Eight hours from the opening and the twenty minutes of the pause.
    assert_eq!(
        clock(&urgent, "resolution")["due_at"],
        "2026-01-05T16:20:00Z"
    );
    assert_eq!(urgent["next_due_at"], "2026-01-05T09:00:00Z");
    let same = anna
        .patch(&path, version + 1, json!({"subject": "y"}), 200)
        .await
        .json();
    assert_eq!(
        same["clocks"], urgent["clocks"],
        "another subject leaves them alone"
    );
}

#[actix_web::test]
async fn the_clocks_job_notices_a_warning_and_a_breach_once() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let id = anna
        .open_ticket(json!({"subject": "x", "priority": "urgent"}))
        .await;
    let path = format!("/tickets/{id}");
    let run = async |minutes: i64| {
        server.clock.set(rapport_tests::builders::at(minutes));
        clocks::run_once(&server.state, server.now()).await.unwrap();
        anna.get(&path, 200).await.json()
    };
    assert_eq!(run(47).await["version"], 1, "nothing is near yet");
    let warned = run(49).await;
    let response = clock(&warned, "first_response");
    assert_eq!(
        response["warned_at"], "2026-01-05T08:48:00Z",
        "80 % of an hour"
    );
    assert_eq!(response["warning_detected_at"], "2026-01-05T08:49:00Z");
    assert_eq!(response["breached_at"], Value::Null);
    assert_eq!(run(49).await, warned, "run again it finds nothing new");
    let breached = run(65).await;
    let response = clock(&breached, "first_response");
    assert_eq!(response["breached_at"], "2026-01-05T09:00:00Z");
    assert_eq!(response["breach_detected_at"], "2026-01-05T09:05:00Z");
    assert_eq!(
        (&response["met"], &response["decided_at"]),
        (&json!(false), &json!("2026-01-05T09:00:00Z"))
    );
    assert_eq!(run(66).await["version"], breached["version"]);
    assert_eq!(
        events(&anna, &id).await,
        ["opened", "clock_warning", "clock_breach"]
    );
    // A late answer does not undo it.
    anna.post(
        &format!("{path}/messages"),
        json!({"visibility": "public", "body": "x"}),
        201,
    )
    .await;
    let answered = anna.get(&path, 200).await.json();
    assert_eq!(clock(&answered, "first_response")["met"], false);
}

#[actix_web::test]
async fn a_reply_with_names_is_never_304() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let id = anna.open_ticket(json!({"subject": "x"})).await;
    let named = Call::get(&format!("/tickets/{id}?include=names")).header("if-none-match", "\"1\"");
    let answer = anna.expect(named, 200).await.json();
    assert!(answer["included"]["team"].is_object());
    let refused = anna
        .get(&format!("/tickets/{id}?include=secrets"), 422)
        .await;
    assert_eq!(
        refused.faults(),
        [("include".to_owned(), "invalid_value".to_owned())]
    );
}

#[actix_web::test]
async fn a_ticket_that_was_answered_on_the_spot_counts_no_waiting() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let ticket = anna
        .post(
            "/tickets",
            json!({"subject": "x", "answered_on_spot": true}),
            201,
        )
        .await
        .json();
    assert_eq!(
        (
            &ticket["first_response_seconds"],
            &ticket["first_responder_id"]
        ),
        (&json!(0), &json!(anna.id))
    );
    assert_eq!(clock(&ticket, "first_response")["met"], true);
}
