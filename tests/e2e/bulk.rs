//! An agent selects rows by keyboard and mouse, looks at what a change would do to them, and starts it.

use rapport_tests::browser::{Browser, Driver};
use rapport_tests::http::send;
use rapport_tests::program::Program;
use serde_json::{Value, json};

use crate::company::{self, AGENT, MANAGER, PASSWORD};
use crate::sign_in;

const ESCAPE: &str = "\u{E00C}";
/// More than a page holds.
const MANY: usize = 60;

async fn press(browser: &Browser, keys: &str) {
    let active = browser.client.active_element().await.unwrap();
    active.send_keys(keys).await.unwrap();
}

fn post(server: &Program, token: Option<&str>, path: &str, body: &Value) -> Value {
    let (status, answer) = send(&server.address, "POST", path, token, Some(body)).unwrap();
    assert!(status < 300, "{path}: {answer}");
    answer
}

async fn count(browser: &Browser, filter: &str) -> Value {
    let path = format!("/api/v1/tickets?limit=1&total=exact&{filter}");
    browser.api(&path).await["total"]["count"].clone()
}

#[tokio::test]
async fn rows_are_selected_and_changed_all_at_once() {
    let company = company::found().await;
    let server = Program::serve(&company.url);
    let driver = Driver::start();
    let given = json!({"username": MANAGER, "password": PASSWORD});
    let signed_in = post(&server, None, "/api/v1/auth/sign-in", &given);
    let token = signed_in["access_token"].as_str();
    let agent = driver.open(1440, 900).await;
    sign_in(&agent, &server, AGENT).await;
    let team = agent.api("/api/v1/me").await["team_id"].clone();
    let new = |subject: String| json!({"subject": subject, "team_id": team});
    let resolved = new("已解决".to_owned());
    let resolved = post(&server, token, "/api/v1/tickets", &resolved);
    let items: Vec<Value> = (1..MANY)
        .map(|at| {
            let data = json!({"subject": format!("空调 {at}"), "initial": {"team_id": team}});
            json!({"ref": at.to_string(), "data": data})
        })
        .collect();
    let batch = json!({"mode": "atomic", "items": items});
    post(&server, token, "/api/v1/tickets/batch", &batch);

    // One of them cannot be put on hold.
    let id = resolved["id"].as_str().unwrap();
    agent
        .visit(&format!("{}/tickets/{id}", server.address))
        .await;
    agent.click("status-menu").await;
    agent.click("status-resolved").await;
    agent.find("rate-5").await;

    // By keyboard: a row, a range; a refresh keeps it, Escape gives it up.
    agent.visit(&format!("{}/tickets", server.address)).await;
    agent.find("ticket-row").await;
    press(&agent, "jxjj").await;
    press(&agent, "X").await;
    agent.wait_for_text("selection-count", "3 selected").await;
    let another = new("刚刚新建".to_owned());
    post(&server, token, "/api/v1/tickets", &another);
    agent.wait_for_text("ticket-row", "刚刚新建").await;
    agent.wait_for_text("selection-count", "3 selected").await;
    agent.picture("selection").await;
    press(&agent, ESCAPE).await;
    assert_eq!(agent.count("selection-bar").await, 0);

    // The page, then everything that matches.
    agent.click("page-check").await;
    agent.wait_for_text("selection-count", "50 selected").await;
    agent.click("select-everything").await;
    let all = (MANY + 1).to_string();
    agent.wait_for_text("selection-count", &all).await;
    let status = agent.css("[data-testid='bulk-status'] button").await;
    status.click().await.unwrap();
    agent.click("status-on_hold").await;

    // Nothing has changed yet; what cannot be changed is told before.
    agent.wait_for_text("bulk-count", &all).await;
    agent.wait_for_text("bulk-change", "On hold").await;
    agent
        .wait_for_text("bulk-refused", "1 of the first 10")
        .await;
    assert_eq!(count(&agent, "status=on_hold").await, 0);
    agent.picture("bulk-draft").await;
    agent.click("bulk-start").await;
    agent.find("bulk-ending").await;
    agent.wait_for_text("bulk-changed", &MANY.to_string()).await;
    let number = format!("T-{}", resolved["number"]);
    agent.wait_for_text("bulk-fault", &number).await;
    agent.find("csv-bulk-faults").await;
    agent.picture("bulk-ended").await;
    assert_eq!(count(&agent, "status=on_hold").await, MANY);

    // It stays in the list.
    agent
        .visit(&format!("{}/bulk-changes", server.address))
        .await;
    agent.wait_for_text("bulk-change-row", "On hold").await;
    agent.picture("bulk-list").await;

    // A customer gets labels, by the box of its row.
    agent.visit(&format!("{}/customers", server.address)).await;
    agent.click("row-check").await;
    agent.wait_for_text("selection-count", "1 selected").await;
    agent.click("bulk-labels").await;
    agent.type_into("bulk-labels-field", "大客户，华东").await;
    agent.click("bulk-labels-add").await;
    agent.wait_for_text("bulk-change", "大客户").await;
    agent.click("bulk-start").await;
    agent.find("bulk-ending").await;
    let customers = agent
        .api("/api/v1/customers?tag=%E5%A4%A7%E5%AE%A2%E6%88%B7")
        .await;
    assert_eq!(customers["data"][0]["tags"], json!(["大客户", "华东"]));
    agent.close().await;
}
