//! Tickets in a pipeline: its stages, what they ask for, and the fields of a type.

use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Answer, Call, Client, Server, id, server};
use rapport_tests::standards;
use serde_json::{Value, json};

fn missing(answer: &Answer) -> (String, Vec<(String, String)>) {
    (answer.code(), answer.faults())
}

fn pairs(faults: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(place, code): &(&str, &str)| ((*place).to_owned(), (*code).to_owned());
    faults.iter().map(owned).collect()
}

async fn complain(client: &Client<'_>, more: Value) -> Value {
    let mut new = json!({"subject": "空调不制冷", "type": standards::TYPE});
    let members = new.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    client.post("/tickets", new, 201).await.json()
}

fn path(ticket: &Value) -> String {
    format!("/tickets/{}", ticket["id"].as_str().unwrap())
}

/// Asks for a stage by the version that the ticket has now.
async fn go(client: &Client<'_>, ticket: &str, change: Value, status: u16) -> Answer {
    let version = client.version_of(ticket).await;
    client
        .put(&format!("{ticket}/stage"), version, change, status)
        .await
}

#[actix_web::test]
async fn a_complaint_goes_through_its_stages_and_every_missing_thing_is_named() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let anna = server.hire("anna", "agent", "north").await;
        let boss = server.hire("boss", "manager", "north").await;
        let ticket = complain(&anna, json!({})).await;
        assert_eq!(ticket["pipeline"], "full");
        assert_eq!(
            (&ticket["stage"], &ticket["status"]),
            (&json!("receive"), &json!("new"))
        );
        assert_eq!(ticket["stage_entered_at"], ticket["opened_at"]);
        let at = path(&ticket);

        let early = go(&anna, &at, json!({"stage": "verify"}), 409).await;
        assert_eq!(
            missing(&early),
            (
                "stage_incomplete".to_owned(),
                pairs(&[("/fields/grade", "required")])
            )
        );
        let far = go(&anna, &at, json!({"stage": "solve"}), 409).await;
        let on_the_way = [
            ("/stage", "stage_not_next"),
            ("/fields/grade", "required"),
            ("/fields/findings", "required"),
            ("/assignee_id", "required"),
        ];
        assert_eq!(
            missing(&far),
            ("stage_skipped".to_owned(), pairs(&on_the_way))
        );
        let nowhere = go(&anna, &at, json!({"stage": "nowhere"}), 422).await;
        assert_eq!(nowhere.faults(), pairs(&[("/stage", "unknown_code")]));
        assert_eq!(
            anna.version_of(&at).await,
            1,
            "what was refused changed nothing"
        );

        let graded = json!({"stage": "verify", "fields": {"grade": "one"}});
        let verify = go(&anna, &at, graded, 200).await.json();
        assert_eq!(
            (&verify["stage"], &verify["status"]),
            (&json!("verify"), &json!("open"))
        );
        assert_eq!(verify["fields"], json!({"grade": "one"}));
        let found = json!({"stage": "solve", "fields": {"findings": "滤网堵塞"}});
        let unassigned = go(&anna, &at, found.clone(), 409).await;
        assert_eq!(unassigned.faults(), pairs(&[("/assignee_id", "required")]));
        let kept = anna.get(&at, 200).await.json();
        assert_eq!(
            kept["fields"],
            json!({"grade": "one"}),
            "and filled nothing in"
        );
        let id = ticket["id"].as_str().unwrap();
        anna.step(id, "assignment", json!({"assignee_id": anna.id}))
            .await;
        go(&anna, &at, found, 200).await;

        let fault = json!({"stage": "tell", "fields": {"company_fault": true}});
        let not_hers = go(&anna, &at, fault.clone(), 403).await;
        assert_eq!(not_hers.code(), "not_mover");
        let unpaid = go(&boss, &at, fault, 409).await;
        assert_eq!(
            unpaid.faults(),
            pairs(&[("/fields/compensation", "required")])
        );
        let paid = json!({"stage": "tell", "fields": {"company_fault": true,
            "compensation": {"amount": 12_000, "currency": "CNY"}}});
        let told = go(&boss, &at, paid, 200).await.json();
        assert_eq!(
            (&told["stage"], &told["status"]),
            (&json!("tell"), &json!("resolved"))
        );

        let unexplained = go(&anna, &at, json!({"stage": "verify"}), 422).await;
        assert_eq!(
            missing(&unexplained),
            (
                "reason_required".to_owned(),
                pairs(&[("/reason", "required")])
            )
        );
        let back = json!({"stage": "verify", "reason": "the filter was not it"});
        let back = go(&anna, &at, back, 200).await.json();
        assert_eq!(
            (&back["status"], &back["reopened_count"]),
            (&json!("open"), &json!(1))
        );
        assert_eq!(back["resolved_at"], json!(null));

        let events = anna.get(&format!("{at}/events"), 200).await.json();
        let stages: Vec<&Value> = events["data"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|event| event["kind"] == "stage")
            .collect();
        let told: Vec<_> = stages
            .iter()
            .map(|event| (&event["before"], &event["after"], &event["reason"]))
            .collect();
        let none = json!(null);
        let (receive, verify, solve, tell) = (
            json!("receive"),
            json!("verify"),
            json!("solve"),
            json!("tell"),
        );
        let reason = json!("the filter was not it");
        assert_eq!(
            told,
            [
                (&receive, &verify, &none),
                (&verify, &solve, &none),
                (&solve, &tell, &none),
                (&tell, &verify, &reason)
            ]
        );
    })
    .await;
}

#[actix_web::test]
async fn in_a_pipeline_the_stages_decide_on_resolved_and_closed() {
    let (server, _fresh) = server().await;
    let boss = server.hire("boss", "manager", "north").await;
    let ticket = complain(
        &boss,
        json!({"assignee_id": boss.id, "fields": {"grade": "two", "findings": "x", "company_fault": false, "told_on": "2026-01-06"}}),
    )
    .await;
    let (at, id) = (path(&ticket), ticket["id"].as_str().unwrap());
    let status = async |to: &str, status: u16| {
        let version = boss.version_of(&at).await;
        let change = json!({"status": to, "reason": "so"});
        boss.put(&format!("{at}/status"), version, change, status)
            .await
    };
    assert_eq!(status("resolved", 409).await.code(), "stage_decides");
    let waiting = status("waiting_on_customer", 200).await.json();
    assert_eq!(waiting["stage"], "receive");
    for stage in ["verify", "solve", "tell"] {
        go(&boss, &at, json!({"stage": stage}), 200).await;
    }
    // The customer is not content: the ticket comes back to a stage in which work is done.
    let said = json!({"visibility": "public", "body": "还是不行", "from_customer": true});
    boss.post(&format!("{at}/messages"), said, 201).await;
    let back = boss.get(&at, 200).await.json();
    assert_eq!(
        (&back["stage"], &back["status"]),
        (&json!("solve"), &json!("open"))
    );
    go(&boss, &at, json!({"stage": "tell"}), 200).await;
    let closed = go(&boss, &at, json!({"stage": "improve"}), 200)
        .await
        .json();
    assert_eq!(
        (&closed["stage"], &closed["status"]),
        (&json!("improve"), &json!("closed"))
    );
    let open = boss
        .step(id, "status", json!({"status": "open", "reason": "again"}))
        .await;
    assert_eq!(
        (&open["stage"], &open["status"]),
        (&json!("solve"), &json!("open"))
    );
}

#[actix_web::test]
async fn fields_hold_what_their_type_says_and_nothing_that_was_passed_by_is_taken_away() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let hidden = server.hire("sven", "agent", "south").await;
    let supplier = anna.add_customer(json!({"name": "格力"})).await;
    let foreign = hidden.add_customer(json!({"name": "美的"})).await;
    let wrong = json!({"subject": "x", "type": "complaint", "fields": {
        "mood": 9, "compensation": {"amount": 1, "currency": "USD"}, "told_on": "31.5.2026",
        "grade": "nine", "investigator": "user_01h455vb4pex5vsknk084sn02q", "company_fault": "yes",
        "nothing_such": 1, "findings": null}});
    let refused = anna.post("/tickets", wrong, 422).await;
    let expected = [
        ("/fields/company_fault", "wrong_type"),
        ("/fields/compensation", "other_currency"),
        ("/fields/grade", "not_an_option"),
        ("/fields/investigator", "unknown_record"),
        ("/fields/mood", "out_of_range"),
        ("/fields/nothing_such", "not_in_type"),
        ("/fields/told_on", "invalid_day"),
    ];
    assert_eq!(refused.faults(), pairs(&expected));
    let unseen = json!({"subject": "x", "type": "complaint", "fields": {"supplier": foreign}});
    let unseen = anna.post("/tickets", unseen, 422).await;
    assert_eq!(
        unseen.faults(),
        pairs(&[("/fields/supplier", "unknown_record")])
    );
    let plain = json!({"subject": "x", "fields": {"mood": 1}});
    let plain = anna.post("/tickets", plain, 422).await;
    assert_eq!(plain.faults(), pairs(&[("/fields/mood", "not_in_type")]));

    let ticket = complain(
        &anna,
        json!({"fields": {"grade": "one", "supplier": supplier, "mood": 2}}),
    )
    .await;
    let at = path(&ticket);
    go(&anna, &at, json!({"stage": "verify"}), 200).await;
    let change = json!({"fields": {"mood": null, "findings": "滤网堵塞"}});
    let changed = anna.patch(&at, 2, change, 200).await.json();
    assert_eq!(
        changed["fields"],
        json!({"findings": "滤网堵塞", "grade": "one", "supplier": supplier})
    );
    let taken = anna
        .patch(&at, 3, json!({"fields": {"grade": null}}), 422)
        .await;
    assert_eq!(taken.faults(), pairs(&[("/fields/grade", "required")]));
    let events = anna.get(&format!("{at}/events"), 200).await.json();
    let edited = events["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|event| event["kind"] == "edited")
        .unwrap();
    assert_eq!(
        (&edited["before"], &edited["after"]),
        (
            &json!({"fields": {"mood": 2, "findings": null}}),
            &json!({"fields": {"mood": null, "findings": "滤网堵塞"}})
        )
    );

    let other = anna.patch(&at, 3, json!({"type": "repair"}), 422).await;
    let lost = [
        ("/fields/findings", "not_in_type"),
        ("/fields/grade", "not_in_type"),
        ("/fields/supplier", "not_in_type"),
    ];
    assert_eq!(other.faults(), pairs(&lost));
    let cleared =
        json!({"type": "repair", "fields": {"findings": null, "grade": null, "supplier": null}});
    let repair = anna.patch(&at, 3, cleared, 200).await.json();
    assert_eq!(
        (&repair["pipeline"], &repair["stage"], &repair["fields"]),
        (&json!(null), &json!(null), &json!({}))
    );
    let none = go(&anna, &at, json!({"stage": "verify"}), 409).await;
    assert_eq!(none.code(), "no_pipeline");
}

#[actix_web::test]
async fn tickets_are_found_by_their_fields_and_stages() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let anna = server.hire("anna", "agent", "north").await;
        let first = complain(
            &anna,
            json!({"fields": {"findings": "滤网堵塞", "mood": 2, "grade": "one",
            "compensation": {"amount": 500, "currency": "CNY"}, "told_on": "2026-01-05"}}),
        )
        .await;
        let second = complain(&anna, json!({"fields": {"company_fault": true, "mood": 4}})).await;
        go(&anna, &path(&first), json!({"stage": "verify"}), 200).await;
        let (first, second) = (&first["id"], &second["id"]);
        for (query, expected) in [
            ("stage=verify", &[first][..]),
            ("stage_not=verify", &[second]),
            ("pipeline=full&stage=receive", &[second]),
            ("fields.grade=one", &[first]),
            ("fields.grade_not=one", &[second]),
            ("fields.grade=none", &[second]),
            ("fields.mood_from=3", &[second]),
            ("fields.mood_before=3", &[first]),
            ("fields.compensation_from=500", &[first]),
            ("fields.told_on_before=2026-01-06", &[first]),
            ("fields.told_on=2026-01-05", &[first]),
            ("fields.company_fault=true", &[second]),
            (
                "fields.findings=%E6%BB%A4%E7%BD%91%E5%A0%B5%E5%A1%9E",
                &[first],
            ),
            ("q=%E5%A0%B5%E5%A1%9E", &[first]),
        ] {
            let rows = anna.get(&format!("/tickets?{query}"), 200).await;
            let expected: Vec<String> = expected
                .iter()
                .map(|id| id.as_str().unwrap().to_owned())
                .collect();
            assert_eq!(rows.ids(), expected, "{query}");
        }
        let unknown = anna.get("/tickets?fields.nothing=1", 422).await;
        assert_eq!(
            unknown.faults(),
            pairs(&[("fields.nothing", "unknown_parameter")])
        );
        let bulk = json!({"entity": "tickets", "filter": {"fields.grade": ["one"]},
            "change": {"priority": "high"}});
        let draft = anna.post("/bulk-changes", bulk, 201).await.json();
        assert_eq!(draft["count"], 1);
    })
    .await;
}

#[actix_web::test]
async fn a_ticket_keeps_the_definition_it_began_with() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let begun = complain(&admin, json!({"fields": {"grade": "one"}})).await;
        let kind = admin.get("/ticket-types/complaint", 200).await.json();
        let version = kind["version"].as_i64().unwrap();
        let names = json!({"names": {"en": "Grievance"}, "active": true});
        let renamed = admin
            .put("/ticket-types/complaint", version, names, 200)
            .await
            .json();
        assert_eq!(renamed["definition_version"], kind["definition_version"]);
        assert_eq!(renamed["fields"], kind["fields"], "what is left out stays");
        let other = json!({"names": {"en": "Complaint", "zh-CN": "投诉"}, "active": true,
            "fields": [{"code": "cause", "names": {"en": "Cause"}, "kind": "text"}],
            "pipelines": [{"code": "quick", "names": {"en": "Quick"}, "stages": [
                {"code": "take", "names": {"en": "Take"}, "status": "new"},
                {"code": "done", "names": {"en": "Done"}, "status": "closed"}]}]});
        let changed = admin
            .put("/ticket-types/complaint", version + 1, other, 200)
            .await
            .json();
        assert_eq!(changed["definition_version"], changed["version"]);

        let going = go(&admin, &path(&begun), json!({"stage": "verify"}), 200)
            .await
            .json();
        assert_eq!(going["stage"], "verify");
        let known = &going["definition_version"];
        let by = admin
            .get(&format!("/ticket-types/complaint/versions/{known}"), 200)
            .await;
        assert_eq!(by.json()["fields"], kind["fields"]);
        admin.get("/ticket-types/complaint/versions/77", 404).await;
        let new = complain(&admin, json!({"fields": {"cause": "screw"}})).await;
        assert_eq!(
            (&new["pipeline"], &new["stage"]),
            (&json!("quick"), &json!("take"))
        );
        assert_eq!(new["definition_version"], changed["version"]);
        let schema = admin
            .send(Call::get("/ticket-types/complaint/schema").header("accept-language", "zh-CN"))
            .await
            .json();
        assert_eq!(schema["properties"]["cause"]["title"], "Cause");
        assert_eq!(schema["properties"]["grade"], json!(null));
    })
    .await;
}

#[actix_web::test]
async fn a_definition_that_makes_no_sense_is_refused_with_its_places() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let broken = json!({"names": {"en": "Return"}, "active": true,
        "fields": [{"code": "mood", "names": {"en": "Mood"}, "kind": "text"},
            {"code": "sent_from", "names": {"en": "Sent"}, "kind": "day"}],
        "pipelines": [{"code": "main", "names": {"en": "Main"}, "where": {"colour": ["red"]}, "stages": [
            {"code": "a", "names": {"en": "A"}, "status": "new", "movers": ["nobody"],
                "requires": [{"field": "fields.colour"}]}]}]});
    let version = admin.version_of("/ticket-types/return").await;
    let refused = admin
        .put("/ticket-types/return", version, broken, 422)
        .await;
    let expected = [
        ("/fields/0/kind", "other_kind_elsewhere"),
        ("/fields/1/code", "reserved_ending"),
        ("/pipelines/0/where/colour", "unknown_field"),
        ("/pipelines/0/stages/0/requires/0/field", "unknown_field"),
        ("/pipelines/0/stages/0/movers/0", "unknown_code"),
    ];
    assert_eq!(refused.faults(), pairs(&expected));
}

#[actix_web::test]
async fn another_systems_record_brings_its_fields() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let items = json!({"items": [
        {"external_id": {"source": "crm", "id": "7"},
            "data": {"subject": "x", "type": "complaint", "fields": {"grade": "one"}}},
        {"external_id": {"source": "crm", "id": "8"},
            "data": {"subject": "y", "type": "complaint", "fields": {"grade": "nine"}}}]});
    let report = admin.post("/tickets/batch", items, 207).await.json();
    assert_eq!(report["results"][0]["outcome"], "created");
    let problem = &report["results"][1]["problem"];
    assert_eq!(problem["errors"][0]["pointer"], "/data/fields/grade");
    let again = Call::put(
        "/tickets/by-external-id/crm/7",
        json!({"fields": {"grade": null, "mood": 3}}),
    );
    let changed = admin.expect(again, 200).await;
    assert_eq!(changed.json()["fields"], json!({"mood": 3}));
    let made = id(&changed);
    let bulk = json!({"entity": "tickets", "ids": [made], "change": {"status": "resolved"}});
    let draft = admin.post("/bulk-changes", bulk, 201).await;
    let preview = format!("/bulk-changes/{}/preview", id(&draft));
    let preview = admin.get(&preview, 200).await.json();
    assert_eq!(
        preview["sample"][0]["fault"]["code"], "stage_decides",
        "{preview}"
    );
}
