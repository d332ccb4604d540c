//! How many statements the most frequent requests take over HTTP, authentication included.

use chrono::TimeDelta;
use rapport_tests::builders::Company;
use rapport_tests::databases::{Heard, on_each_database, sqlite};
use rapport_tests::server::{Call, Client, Server};
use serde_json::json;

/// How many statements a request takes that must end with this status.
async fn counted(client: &Client<'_>, heard: &Heard, call: Call, status: u16) -> usize {
    heard.take();
    client.expect(call, status).await;
    heard.take().len()
}

#[actix_web::test]
async fn the_most_frequent_requests_take_few_statements_with_authentication() {
    on_each_database(async |fresh| {
        let company = Company::found(&fresh.db).await;
        let heard = Heard::default();
        let db = fresh.connect(&heard.options()).await;
        let server = Server::of(db.clone(), company, &[]).await;
        let anna = server.hire("anna", "manager", "north").await;
        let customer = anna.add_customer(json!({"name": "王芳"})).await;
        let followed = json!({"subject": "空调不制冷", "customer_id": customer});
        let followed = anna.open_ticket(followed).await;
        let other = anna.open_ticket(json!({"subject": "空调漏水"})).await;
        let new = |id: &str| {
            json!({"subject": "还是不制冷", "customer_id": customer, "follows_ticket_id": followed,
                "external_ids": [{"source": "erp", "id": id}]})
        };
        let cases = [
            (Call::get(&format!("/tickets/{followed}")), 200, 2),
            (Call::get(&format!("/customers/{customer}")), 200, 2),
            (Call::get("/tickets?status=new,open"), 200, 2),
            (Call::get("/customers?sort=name"), 200, 2),
            (Call::get("/tickets?q=wang"), 200, 2),
            (Call::post("/tickets", new("A-1")), 201, 10),
            (Call::get("/reports/overview"), 200, 8),
        ];
        for (call, status, most) in &cases {
            let what = format!("{} {}", call.method, call.path);
            let count = counted(&anna, &heard, call.clone(), *status).await;
            assert!((1..=*most).contains(&count), "{what}: {count}");
        }
        // What is kept of caller and configuration is asked for again after some seconds: one
        // statement each.
        let read = |ticket: &str| Call::get(&format!("/tickets/{ticket}"));
        let cached = counted(&anna, &heard, read(&followed), 200).await;
        server.clock.advance(TimeDelta::seconds(6));
        let uncached = counted(&anna, &heard, read(&other), 200).await;
        assert_eq!(uncached, cached + 2);
        db.close().await;
    })
    .await;
}

#[actix_web::test]
async fn an_answer_that_is_kept_is_for_nobody_else_and_ends_with_a_change() {
    let fresh = sqlite().await;
    let company = Company::found(&fresh.db).await;
    let server = Server::of(fresh.db.clone(), company, &[]).await;
    let anna = server.hire("anna", "manager", "north").await;
    let southern = server.hire("sun", "manager", "south").await;
    let ticket = anna.open_ticket(json!({"subject": "空调不制冷"})).await;
    let list = || Call::get("/tickets?status=new");
    let seen = anna.expect(list(), 200).await.json();
    assert_eq!(anna.expect(list(), 200).await.json(), seen);
    let theirs = southern.expect(list(), 200).await.json();
    assert_eq!(theirs["data"], json!([]));
    anna.open_ticket(json!({"subject": "空调漏水"})).await;
    let now = anna.expect(list(), 200).await.json();
    assert_eq!(now["data"].as_array().unwrap().len(), 2);
    assert_ne!(now["data"][0]["id"], json!(ticket));
}

#[actix_web::test]
async fn a_ticket_follows_only_one_that_the_caller_sees() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let anna = server.hire("anna", "agent", "north").await;
        let southern = server.hire("sun", "agent", "south").await;
        let theirs = southern.open_ticket(json!({"subject": "x"})).await;
        let following = |ticket: &str| json!({"subject": "y", "follows_ticket_id": ticket});
        let refused = anna.post("/tickets", following(&theirs), 422).await;
        let fault = ("/follows_ticket_id".to_owned(), "unknown_record".to_owned());
        assert_eq!(refused.faults(), [fault]);
        let own = anna.open_ticket(json!({"subject": "x"})).await;
        let made = anna.post("/tickets", following(&own), 201).await.json();
        assert_eq!(made["follows_ticket_id"], json!(own));
    })
    .await;
}
