//! An agent asks for an approval, cannot give it, and the manager does, from home to the ticket.

use fantoccini::Locator;
use rapport_tests::browser::Driver;
use rapport_tests::http::send_with;
use rapport_tests::program::Program;
use serde_json::{Value, json};

use crate::company::{self, AGENT, MANAGER, PASSWORD};
use crate::sign_in;

/// Says something to the API in somebody's name.
fn say(server: &Program, who: &str, method: &str, path: &str, body: &Value) -> Value {
    let given = json!({"username": who, "password": PASSWORD});
    let sign_in = "/api/v1/auth/sign-in";
    let send = |method: &str, path: &str, headers: &[(&str, &str)], body: &Value| {
        let sent = send_with(&server.address, method, path, headers, Some(body));
        let (status, answer) = sent.unwrap();
        assert!(status < 300, "{path}: {answer}");
        answer
    };
    let token = send("POST", sign_in, &[], &given);
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    send(method, path, &[("Authorization", &bearer)], body)
}

#[tokio::test]
async fn what_an_agent_asks_for_is_granted_by_another_and_told_on_the_ticket() {
    let company = company::found().await;
    let server = Program::serve(&company.url);
    let driver = Driver::start();

    // The rule is made in the administration.
    let admin = driver.open(1440, 900).await;
    sign_in(&admin, &server, "admin").await;
    let rules = format!("{}/administration/approval-rules", server.address);
    admin.visit(&format!("{rules}/new")).await;
    admin.type_into("name-en", "Compensation").await;
    admin.type_into("name-zh-cn", "赔偿").await;
    admin.type_into("record-code", "compensation").await;
    for choice in ["priority", "category", "manager"] {
        let name = format!("choice-{choice}");
        admin.find(&name).await.click().await.unwrap();
    }
    admin.picture("approval-rule").await;
    admin.click("admin-save").await;
    admin.wait_for_text("panel-detail", "compensation").await;
    let made = admin.api("/api/v1/approval-rules/compensation").await;
    assert_eq!(made["covers"], json!(["priority", "category"]));
    assert_eq!(made["deciders"], json!(["manager"]));
    admin.close().await;

    let new = json!({"subject": "冰箱两次返修仍不制冷", "type": "complaint", "priority": "high"});
    let ticket = say(&server, AGENT, "POST", "/api/v1/tickets", &new);
    let page = format!(
        "{}/tickets/{}",
        server.address,
        ticket["id"].as_str().unwrap()
    );
    let agent = driver.open(1440, 900).await;
    sign_in(&agent, &server, AGENT).await;
    agent.visit(&page).await;
    agent.click("approval-ask").await;
    agent.type_into("approval-reason", "客户要求退货").await;
    agent.click("approval-send").await;
    agent.wait_for_text("ticket-approval", "High").await;
    agent.find("approval-pending").await;
    agent.wait_for_text("event-approval", "Compensation").await;
    agent.picture("approval-asked").await;
    // Nobody decides on his own.
    assert_eq!(agent.count("approval-grant").await, 0);

    let manager = driver.open(1440, 900).await;
    sign_in(&manager, &server, MANAGER).await;
    manager.wait_for_text("to-decide", "1").await;
    manager.picture("home-to-decide").await;
    manager.click("to-decide").await;
    manager
        .wait_for_text("approval", "冰箱两次返修仍不制冷")
        .await;
    manager.wait_for_text("approval", "客户要求退货").await;
    manager.picture("approvals").await;
    // Without a reason nothing is sent.
    manager.click("approval-grant").await;
    manager.wait_for_text("approval", "This is required").await;
    manager.type_into("decision-reason", "符合三包规定").await;
    manager.click("approval-grant").await;
    manager.css(".state-title").await;
    manager.click("approvals-all").await;
    manager.find("approval-granted").await;
    manager.picture("approvals-all").await;
    manager.close().await;

    // What was asked for changes: the agent sees that it counts no longer.
    agent.wait_for_text("ticket-approval", "符合三包规定").await;
    let path = format!("/api/v1/tickets/{}", ticket["id"].as_str().unwrap());
    let version = agent.api(&path).await["version"].clone();
    let etag = format!("\"{version}\"");
    let token = json!({"username": AGENT, "password": PASSWORD});
    let (_, token) = send_with(
        &server.address,
        "POST",
        "/api/v1/auth/sign-in",
        &[],
        Some(&token),
    )
    .unwrap();
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let headers = [("Authorization", bearer.as_str()), ("If-Match", &etag)];
    let urgent = json!({"priority": "urgent"});
    let sent = send_with(&server.address, "PATCH", &path, &headers, Some(&urgent));
    assert_eq!(sent.unwrap().0, 200);
    agent.find("approval-outdated").await;
    agent.picture("approval-outdated").await;
    agent.close().await;

    // On a telephone, in Chinese and in the dark.
    let new = json!({"rule": "compensation", "reason": "客户要求退货"});
    let asking = format!("{path}/approvals");
    say(&server, AGENT, "POST", &asking, &new);
    let narrow = driver.open(390, 844).await;
    sign_in(&narrow, &server, MANAGER).await;
    narrow.find("to-decide").await;
    let script = "localStorage.setItem('rapport.theme', 'dark'); localStorage.setItem('rapport.locale', 'zh-CN');";
    narrow.client.execute(script, Vec::new()).await.unwrap();
    narrow.visit(&format!("{}/approvals", server.address)).await;
    narrow.find("decision-reason").await;
    let fits = "return document.documentElement.scrollWidth <= window.innerWidth;";
    let fits = narrow.client.execute(fits, Vec::new()).await.unwrap();
    assert_eq!(fits, json!(true), "nothing scrolls sideways");
    narrow.picture("approvals-390").await;
    let buttons = narrow
        .client
        .find_all(Locator::Css(".approval-card button"));
    assert_eq!(buttons.await.unwrap().len(), 2);
    narrow.close().await;
}
