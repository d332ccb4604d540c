//! An agent meets two records of one customer, compares them, makes them one and takes it back.

use fantoccini::Locator;
use rapport_tests::browser::{Browser, Driver};
use rapport_tests::http::send;
use rapport_tests::program::Program;
use serde_json::{Value, json};

use crate::company::{self, AGENT, MANAGER, PASSWORD};
use crate::sign_in;

/// Where the record that is given up is written over.
const KEY: &str = "/api/v1/customers/by-external-id/crm/7";

/// Somebody else at the same desk, by the API.
struct Elsewhere<'a> {
    server: &'a Program,
    token: Option<String>,
}

impl Elsewhere<'_> {
    fn say(&self, method: &str, path: &str, body: &Value) -> Value {
        let token = self.token.as_deref();
        let (status, answer) = send(&self.server.address, method, path, token, Some(body)).unwrap();
        assert!(status < 300, "{path}: {answer}");
        answer
    }
}

fn id_of(record: &Value) -> &str {
    record["id"].as_str().unwrap()
}

/// The choice of the other's region.
const OTHER_REGION: &str = "[data-testid='merge-region'] label:last-of-type input";

async fn region_is_taken(browser: &Browser) -> bool {
    let input = browser.client.find(Locator::Css(OTHER_REGION)).await;
    let checked = input.unwrap().prop("checked").await.unwrap();
    checked.as_deref() == Some("true")
}

#[tokio::test]
async fn two_records_of_one_customer_become_one_and_two_again() {
    let company = company::found().await;
    let server = Program::serve(&company.url);
    let driver = Driver::start();
    let mut manager = Elsewhere {
        server: &server,
        token: None,
    };
    let given = json!({"username": MANAGER, "password": PASSWORD});
    let signed_in = manager.say("POST", "/api/v1/auth/sign-in", &given);
    manager.token = signed_in["access_token"].as_str().map(str::to_owned);
    let agent = driver.open(1440, 900).await;
    sign_in(&agent, &server, AGENT).await;
    let team = agent.api("/api/v1/me").await["team_id"].clone();
    let survivor = json!({
        "name": "王小芳", "phones": ["13800138000"], "region": "上海", "team_id": team,
    });
    let survivor = manager.say("POST", "/api/v1/customers", &survivor);
    let mut other = json!({
        "name": "王方", "phones": ["13800138000", "13900139000"], "region": "苏州",
        "team_id": team,
    });
    let found = manager.say("PUT", KEY, &other);
    let ticket = json!({"subject": "空调不制冷", "customer_id": found["id"], "team_id": team});
    let ticket = manager.say("POST", "/api/v1/tickets", &ticket);
    let (survivor, found, ticket) = (id_of(&survivor), id_of(&found), id_of(&ticket));
    let page = format!("{}/customers/{survivor}", server.address);

    // The page of one tells of the other, and leads to both side by side.
    agent.visit(&page).await;
    agent.wait_for_text("likely-same", "王方").await;
    agent.wait_for_text("likely-same", "same phone").await;
    agent.click("likely-compare").await;
    agent.wait_for_text("merge-phones", "+8613900139000").await;
    agent.wait_for_text("merge-moves", "Tickets: 1").await;
    agent.css(OTHER_REGION).await.click().await.unwrap();
    agent.picture("merge").await;

    // Whoever stays is swapped; the choice is of a value, whosever record stays.
    agent.click("merge-swap").await;
    agent.wait_for_text("merge-survivor", "王方").await;
    agent.wait_for_text("merge-moves", "No tickets").await;
    agent.click("merge-swap").await;
    agent.wait_for_text("merge-survivor", "王小芳").await;
    assert!(region_is_taken(&agent).await);

    // Somebody changes one of both: nothing is merged, and the choice is kept.
    other["name"] = json!("王方方");
    manager.say("PUT", KEY, &other);
    agent.click("merge-open").await;
    agent.wait_for_text("merge-dialog", "Region").await;
    agent.click("merge-confirm").await;
    agent.find("merge-stale").await;
    agent.wait_for_text("merge-other", "王方方").await;
    assert!(region_is_taken(&agent).await);
    agent.picture("merge-stale").await;
    agent.click("merge-open").await;
    agent.click("merge-confirm").await;
    agent.wait_for_text("merged-banner", "王方方").await;
    agent.picture("merged").await;
    let one = agent.api(&format!("/api/v1/customers/{survivor}")).await;
    assert_eq!(
        (&one["name"], &one["region"]),
        (&json!("王小芳"), &json!("苏州"))
    );
    assert_eq!(one["phones"], json!(["+8613800138000", "+8613900139000"]));
    let moved = agent.api(&format!("/api/v1/tickets/{ticket}")).await;
    assert_eq!(moved["customer_id"], survivor);

    // The former address leads to the one that stayed.
    agent
        .visit(&format!("{}/customers/{found}", server.address))
        .await;
    agent.wait_for_text("customer-name", "王小芳").await;
    agent.find("merged-banner").await;
    assert_eq!(agent.client.current_url().await.unwrap().as_str(), page);

    agent.click("merge-undo").await;
    agent.click("merge-undo-confirm").await;
    agent.wait_for_text("merge-undone", "王方方").await;
    let one = agent.api(&format!("/api/v1/customers/{survivor}")).await;
    assert_eq!(one["region"], "上海");
    let back = agent.api(&format!("/api/v1/customers/{found}")).await;
    assert_eq!(
        (&back["id"], &back["region"]),
        (&json!(found), &json!("苏州"))
    );
    let moved = agent.api(&format!("/api/v1/tickets/{ticket}")).await;
    assert_eq!(moved["customer_id"], found);
    agent.close().await;
}
