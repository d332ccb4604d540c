//! The real binary and the real page in headless Chromium: one story for all roles, one for the
//! keyboard, one for a new company.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod administration;
mod approvals;
mod bulk;
mod company;
mod contacts;
mod keyboard;
mod keys;
mod live;
mod merging;
mod setup;

use rapport_tests::browser::{Browser, Driver};
use rapport_tests::program::Program;
use serde_json::Value;

use company::{AGENT, MANAGER, OTHER_AGENT, PASSWORD};

const SUBJECT: &str = "空调不制冷";

async fn sign_in(browser: &Browser, server: &Program, username: &str) {
    browser.visit(&format!("{}/sign-in", server.address)).await;
    browser.type_into("sign-in-username", username).await;
    browser.type_into("sign-in-password", PASSWORD).await;
    browser.click("sign-in-submit").await;
    browser.find("person-menu").await;
}

/// Today's figures of the manager by the API: value and number of rows of each metric.
async fn figures(manager: &Browser) -> Vec<(String, Value, i64)> {
    let day = manager
        .client
        .execute("return new Date().toISOString().slice(0, 10)", vec![])
        .await
        .unwrap();
    let from = day.as_str().unwrap();
    let report = manager
        .api(&format!("/api/v1/reports/overview?from={from}"))
        .await;
    report["figures"]
        .as_array()
        .unwrap_or_else(|| panic!("no figures: {report}"))
        .iter()
        .map(|figure| {
            let current = &figure["current"];
            let rows = current["denominator"]
                .as_i64()
                .or(current["numerator"].as_i64())
                .unwrap();
            (
                current["metric"].as_str().unwrap().to_owned(),
                current["value"].clone(),
                rows,
            )
        })
        .collect()
}

fn rows_of(figures: &[(String, Value, i64)], metric: &str) -> i64 {
    figures
        .iter()
        .find(|(code, _, _)| code == metric)
        .unwrap()
        .2
}

/// What the page says of a figure of the API.
fn on_page(figures: &[(String, Value, i64)], metric: &str) -> String {
    let (_, value, _) = figures
        .iter()
        .find(|(code, _, _)| code == metric)
        .unwrap_or_else(|| panic!("no figure {metric}"));
    let value = value.as_f64().unwrap();
    match metric {
        // The story takes less than an hour.
        "first_response_time_mean" => match value.round() as i64 {
            seconds @ ..60 => format!("{seconds}s"),
            seconds => format!("{}m", seconds / 60),
        },
        _ => value.to_string(),
    }
}

#[tokio::test]
async fn an_agent_works_a_ticket_and_a_manager_sees_its_figures_change_by_exactly_that_ticket() {
    let company = company::found().await;
    let server = Program::serve(&company.url);
    let driver = Driver::start();

    let manager = driver.open(1440, 900).await;
    sign_in(&manager, &server, MANAGER).await;
    let before = figures(&manager).await;

    let agent = driver.open(1440, 900).await;
    sign_in(&agent, &server, AGENT).await;
    agent.picture("home").await;
    agent.click("search").await;
    agent.type_into("palette-input", "王芳").await;
    agent.css("a.search-hit").await.click().await.unwrap();
    agent.wait_for_text("customer-name", "王芳").await;
    agent.picture("customer").await;
    let customer = agent.client.current_url().await.unwrap();
    let id = customer
        .path_segments()
        .unwrap()
        .next_back()
        .unwrap()
        .to_owned();
    agent
        .visit(&format!("{}/tickets/new?customer={id}", server.address))
        .await;
    agent.type_into("ticket-subject-field", SUBJECT).await;
    agent.picture("new-ticket").await;
    agent.click("ticket-open").await;
    agent.wait_for_text("ticket-subject", SUBJECT).await;
    agent
        .type_into("composer", "您好，我们马上安排师傅上门。")
        .await;
    agent.click("send").await;
    agent.wait_for_text("thread", "马上安排师傅上门").await;
    agent.click("status-menu").await;
    agent.click("status-resolved").await;
    agent.click("rate-5").await;
    agent.click("rate-send").await;
    agent.find("rating").await;
    agent.picture("ticket").await;

    let after = figures(&manager).await;
    for metric in [
        "created",
        "resolved",
        "first_response_time_mean",
        "satisfaction_mean",
    ] {
        let (old, new) = (rows_of(&before, metric), rows_of(&after, metric));
        assert_eq!(new, old + 1, "{metric} changes by exactly that ticket");
    }
    let satisfied = after
        .iter()
        .find(|(code, _, _)| code == "satisfaction_mean")
        .unwrap();
    assert_eq!(satisfied.1, 5.0);

    manager
        .visit(&format!(
            "{}/reports?period=today&time_zone=UTC",
            server.address
        ))
        .await;
    for metric in [
        "created",
        "resolved",
        "first_response_time_mean",
        "satisfaction_mean",
    ] {
        let shown = manager
            .find(&format!("tile-{metric}-value"))
            .await
            .text()
            .await
            .unwrap();
        assert_eq!(
            shown.trim(),
            on_page(&after, metric),
            "{metric}: page and API agree"
        );
    }
    manager.picture("reports").await;
    let today = manager
        .client
        .execute("return new Date().toISOString().slice(0, 10)", vec![])
        .await
        .unwrap();
    let csv = manager
        .api_text(&format!(
            "/api/v1/reports/overview?from={}&format=csv",
            today.as_str().unwrap()
        ))
        .await;
    for (metric, value, _) in &after {
        let line = csv
            .lines()
            .find(|line| line.starts_with(&format!("{metric},")))
            .unwrap();
        let cell = line.split(',').nth(5).unwrap();
        assert_eq!(
            cell.parse::<f64>().ok(),
            value.as_f64(),
            "{metric}: CSV and API agree"
        );
    }
    manager.click("tile-created-rows").await;
    manager.wait_for_text("ticket-row", SUBJECT).await;
    manager.picture("rows-behind").await;

    let other = driver.open(1440, 900).await;
    sign_in(&other, &server, OTHER_AGENT).await;
    let found = other.api("/api/v1/search?q=%E7%8E%8B%E8%8A%B3").await;
    assert_eq!(
        (
            found["customers"].as_array().unwrap().len(),
            found["tickets"].as_array().unwrap().len()
        ),
        (0, 0)
    );
    other
        .visit(&format!("{}/tickets?status=resolved", server.address))
        .await;
    other.find("list-search").await;
    assert_eq!(
        other.count("ticket-row").await,
        0,
        "another team's tickets are not there"
    );
    for browser in [manager, agent, other] {
        browser.close().await;
    }
}
