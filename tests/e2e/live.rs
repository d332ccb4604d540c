//! What somebody else does appears on an open page by itself, and what is being typed stays.

use std::time::{Duration, Instant};

use rapport_tests::browser::Driver;
use rapport_tests::http::send;
use rapport_tests::program::Program;
use serde_json::{Value, json};

use crate::company::{self, AGENT, MANAGER, PASSWORD};
use crate::sign_in;

/// Far less than the minute after which the page asks by itself.
const SOON: Duration = Duration::from_secs(20);

fn post(server: &Program, token: Option<&str>, path: &str, body: &Value) -> Value {
    let (status, answer) = send(&server.address, "POST", path, token, Some(body)).unwrap();
    assert!(status < 300, "{path}: {answer}");
    answer
}

#[tokio::test]
async fn a_message_of_somebody_else_appears_and_the_draft_stays() {
    let company = company::found().await;
    let server = Program::serve(&company.url);
    let driver = Driver::start();
    let given = json!({"username": MANAGER, "password": PASSWORD});
    let signed_in = post(&server, None, "/api/v1/auth/sign-in", &given);
    let token = signed_in["access_token"].as_str();

    let agent = driver.open(1440, 900).await;
    sign_in(&agent, &server, AGENT).await;
    agent.visit(&format!("{}/tickets", server.address)).await;
    agent.find("list-search").await;
    let me = agent.api("/api/v1/me").await;
    let began = Instant::now();
    let new = json!({"subject": "空调不制冷", "team_id": me["team_id"]});
    let ticket = post(&server, token, "/api/v1/tickets", &new);
    agent.wait_for_text("ticket-row", "空调不制冷").await;

    let id = ticket["id"].as_str().unwrap();
    agent
        .visit(&format!("{}/tickets/{id}", server.address))
        .await;
    agent.type_into("composer", "我先看一下").await;
    for said in ["您好，", "请尽快安排。"] {
        let message = json!({"visibility": "public", "body": said, "from_customer": true});
        post(
            &server,
            token,
            &format!("/api/v1/tickets/{id}/messages"),
            &message,
        );
        agent.wait_for_text("thread", said).await;
    }
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    let draft = agent.find("composer").await.prop("value").await.unwrap();
    assert_eq!(draft.as_deref(), Some("我先看一下"));
    agent.picture("live").await;
    agent.close().await;
}
