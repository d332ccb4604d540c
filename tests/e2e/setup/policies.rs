//! How soon complaints are to be answered and settled.

use serde_json::json;

use super::Desk;
use super::calendar;
use super::hands::{SHORTLY, click_in_the_middle, nth, pick, pick_named, until, write_over};

/// Gives the policy for what is neither urgent nor high four business hours and three working days
/// of the company's calendar.
pub(super) async fn set(admin: &Desk) {
    let browser = &admin.browser;
    admin.visit("/administration/clock-policies").await;
    browser.wait_for_text("policy", "标准").await;
    let edit = nth(browser, "policy-edit", 2).await;
    click_in_the_middle(browser, &edit).await;
    for (at, number, unit) in [(0, "4", "business_hours"), (1, "3", "working_days")] {
        let field = nth(browser, "clock-number", at).await;
        write_over(&field, number).await;
        pick(browser, "clock-unit", at, unit).await;
    }
    pick_named(browser, "policy-calendar", calendar::NAME).await;
    browser.wait_for_text("policy", "4 营业小时").await;
    browser.click("preview-policies").await;
    browser
        .wait_for_text("preview-counts", "目前没有未结工单")
        .await;
    browser.wait_for_text("policy-preview", "普通").await;
    browser.picture("setup-08-policies").await;
    browser.click("save-policies").await;
    until(SHORTLY, "nothing is left to save", async || {
        browser.count("save-policies").await == 0
    })
    .await;
    browser.picture("setup-09-policies-saved").await;

    let list = browser.api("/api/v1/clock-policies").await;
    let policies = list["policies"].as_array().unwrap();
    let standard = policies.last().unwrap();
    assert_eq!(standard["code"], "standard");
    let calendar = &calendar::found(admin).await["id"];
    assert_eq!(&standard["calendar"], calendar);
    let targets = standard["clocks"].as_array().unwrap().iter();
    let targets: Vec<_> = targets.map(|it| (&it["target"], &it["time"])).collect();
    assert_eq!(
        targets,
        [
            (&json!({"seconds": 4 * 3_600}), &json!("business")),
            (&json!({"working_days": 3}), &json!("business")),
        ]
    );
}
