//! Who sees and changes what by a bulk change, asked again in each turn.

use rapport_api::bulk_changes::queue;
use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Call, Server, id};
use serde_json::{Value, json};

use super::{drafted, numbers, path, run, start, tickets, total};

#[actix_web::test]
async fn nobody_sees_or_stops_what_another_made() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let anna = server.hire("anna", "manager", "north").await;
        let bulk = drafted(&anna, "customers", json!({}), json!({"lifecycle": "lost"})).await;
        let admin = server.admin();
        for part in ["", "/preview", "/faults", "/faults?format=csv"] {
            admin.get(&format!("{}{part}", path(&bulk)), 404).await;
        }
        let cancel = format!("{}/cancel", path(&bulk));
        admin.post(&cancel, json!({}), 404).await;
        admin.expect(start(&bulk), 404).await;
        let theirs = admin.get("/bulk-changes", 200).await.ids();
        assert_eq!(theirs, Vec::<String>::new());
        assert_eq!(anna.get("/bulk-changes", 200).await.ids().len(), 1);
    })
    .await;
}

#[actix_web::test]
async fn what_lies_out_of_sight_is_neither_counted_nor_changed() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let anna = server.hire("anna", "agent", "north").await;
        let southern = server.hire("sun", "agent", "south").await;
        tickets(&anna, 2, "low").await;
        tickets(&southern, 3, "low").await;
        let change = json!({"priority": "high"});
        let bulk = drafted(&anna, "tickets", json!({}), change.clone()).await;
        assert_eq!(bulk["count"], 2);
        let theirs = southern.get("/tickets", 200).await.ids();
        let named = json!({"entity": "tickets", "ids": theirs, "change": change});
        let refused = anna.post("/bulk-changes", named, 422).await;
        assert_eq!(refused.faults().len(), 3);

        // One leaves her sight before its turn comes.
        let leaving = &anna.get("/tickets", 200).await.ids()[0];
        let south = json!({"team_id": server.company.team("south"), "assignee_id": null});
        anna.step(leaving, "assignment", south).await;
        let done = run(&server, &anna, &bulk).await;
        assert_eq!(done["numbers"], numbers(1, 0, 1, 0));
        assert_eq!(total(&southern, "priority=high").await, 0);
    })
    .await;
}

#[actix_web::test]
async fn a_customer_goes_to_no_team_out_of_sight() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let anna = server.hire("anna", "agent", "north").await;
        anna.add_customer(json!({"name": "王芳"})).await;
        let south = json!({"team_id": server.company.team("south")});
        let bulk = drafted(&anna, "customers", json!({}), south).await;
        let done = run(&server, &anna, &bulk).await;
        assert_eq!(done["numbers"], numbers(0, 0, 0, 1));
        let told = anna
            .get(&format!("{}/faults", path(&bulk)), 200)
            .await
            .json();
        assert_eq!(told["data"][0]["errors"][0]["code"], "outside_scope");
    })
    .await;
}

#[actix_web::test]
async fn rights_are_asked_again_when_the_turn_comes() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let anna = server.hire("anna", "manager", "north").await;
        tickets(&anna, 2, "low").await;
        let user = format!("/users/{}", anna.id);
        let become_one = async |members: Value| {
            let version = admin.version_of(&user).await;
            admin.patch(&user, version, members, 200).await;
        };
        let bulk = drafted(&anna, "tickets", json!({}), json!({"priority": "high"})).await;
        anna.expect(start(&bulk), 200).await;
        // A marketer may change customers alone, and is shown nothing of tickets.
        become_one(json!({"roles": ["marketer"]})).await;
        queue::run_once(&server.state).await.unwrap();
        assert_eq!(total(&admin, "priority=high").await, 0);
        anna.get(&path(&bulk), 403).await;
        assert_eq!(anna.get("/bulk-changes", 200).await.ids().len(), 0);
        become_one(json!({"roles": ["manager"]})).await;
        let failed = anna.get(&path(&bulk), 200).await.json();
        assert_eq!(
            (&failed["state"], &failed["done"]),
            (&json!("failed"), &json!(0))
        );

        let bulk = drafted(&anna, "tickets", json!({}), json!({"priority": "high"})).await;
        anna.expect(start(&bulk), 200).await;
        become_one(json!({"active": false})).await;
        queue::run_once(&server.state).await.unwrap();
        assert_eq!(total(&admin, "priority=high").await, 0);
    })
    .await;
}

#[actix_web::test]
async fn a_service_changes_by_the_key_that_started_it_as_long_as_that_holds() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let new = json!({"kind": "service", "username": "web.shop", "name": "Web shop", "roles": ["admin"],
            "team_id": server.company.team("north")});
        let keys = format!("/users/{}/api-keys", id(&admin.post("/users", new, 201).await));
        let scopes = |scopes: &[&str]| json!({"name": "key", "scopes": scopes});
        let made = admin.post(&keys, scopes(&["work_tickets", "act_on_behalf"]), 201).await.json();
        let narrow = admin.post(&keys, scopes(&["edit_customers"]), 201).await.json();
        let secret = |key: &Value| key["secret"].as_str().unwrap().to_owned();
        let anna = server.hire("anna", "agent", "north").await;
        tickets(&anna, 1, "low").await;
        let body = |priority: &str| {
            let change = json!({"priority": priority});
            Call::post("/bulk-changes", json!({"entity": "tickets", "filter": {}, "change": change}))
        };
        let by = async |key: &Value, call: Call, status| {
            server.expect(call.token(&secret(key)), status).await
        };
        assert_eq!(by(&narrow, body("high"), 403).await.code(), "scope_missing");
        let bulk = by(&made, body("high"), 201).await.json();
        assert_eq!(by(&narrow, start(&bulk), 403).await.code(), "scope_missing");
        assert_eq!(by(&narrow, Call::get(&path(&bulk)), 403).await.code(), "scope_missing");
        let named = start(&bulk).header("x-on-behalf-of", "Li%20Wei");
        by(&made, named, 200).await;
        queue::run_once(&server.state).await.unwrap();
        assert_eq!(total(&anna, "priority=high").await, 1);
        let log = admin.get("/changes?after=0&entity=ticket&limit=500", 200).await.json();
        let last = log["data"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["on_behalf_of"], &last["request_id"]), (&json!("Li Wei"), &bulk["id"]));

        let bulk = by(&made, body("urgent"), 201).await.json();
        by(&made, start(&bulk), 200).await;
        let key = format!("/api-keys/{}", made["id"].as_str().unwrap());
        admin.delete(&key, 1, 204).await;
        queue::run_once(&server.state).await.unwrap();
        assert_eq!(total(&anna, "priority=urgent").await, 0);
    })
    .await;
}
