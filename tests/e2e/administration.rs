//! An administrator sets up people and teams in the page, and lets one go.

use rapport_tests::browser::{Browser, Driver};
use rapport_tests::program::Program;
use serde_json::json;

use crate::company::{self, PASSWORD};
use crate::sign_in;

/// What a person chooses who was given a password.
const CHOSEN: &str = "a password of my own";

async fn text_of(browser: &Browser, testid: &str) -> String {
    browser.find(testid).await.text().await.unwrap()
}

#[tokio::test]
async fn an_invited_person_chooses_a_password_works_and_is_let_go() {
    let company = company::found().await;
    let server = Program::serve(&company.url);
    let driver = Driver::start();
    let admin = driver.open(1440, 900).await;
    sign_in(&admin, &server, "admin").await;

    admin
        .visit(&format!("{}/administration/users/new", server.address))
        .await;
    admin.type_into("user-name", "李娜").await;
    admin.type_into("user-username", "li.na").await;
    admin.click("role-agent").await;
    admin.click("admin-save").await;
    let one_time = text_of(&admin, "one-time-password").await;
    admin.picture("invitation").await;
    admin.wait_for_text("user-row", "李娜").await;

    let anna = driver.open(1440, 900).await;
    anna.visit(&format!("{}/sign-in", server.address)).await;
    anna.type_into("sign-in-username", "li.na").await;
    anna.type_into("sign-in-password", one_time.trim()).await;
    anna.click("sign-in-submit").await;
    anna.type_into("password-current", one_time.trim()).await;
    let refused = anna.api("/api/v1/tickets").await;
    assert_eq!(refused["code"], "password_change_needed");
    anna.type_into("password-new", CHOSEN).await;
    anna.type_into("password-again", CHOSEN).await;
    anna.picture("first-password").await;
    anna.click("password-submit").await;
    anna.find("person-menu").await;
    let me = anna.api("/api/v1/me").await;
    assert_eq!(
        (&me["username"], &me["roles"]),
        (&json!("li.na"), &json!(["agent"]))
    );

    // The person is another version since the password was chosen.
    admin.client.refresh().await.unwrap();
    admin.click("user-deactivate").await;
    admin.type_into("danger-name", "李娜").await;
    admin.picture("deactivate").await;
    admin.click("danger-confirm").await;
    admin.find("user-reactivate").await;
    anna.visit(&format!("{}/tickets", server.address)).await;
    anna.find("sign-in-submit").await;

    // The administrator's own way out of a wrong password goes through the same page.
    admin.visit(&format!("{}/me", server.address)).await;
    admin.type_into("password-current", PASSWORD).await;
    admin.type_into("password-new", CHOSEN).await;
    admin.type_into("password-again", "something else").await;
    admin.click("password-submit").await;
    admin
        .css("[data-testid='password-again'][aria-invalid='true']")
        .await;
    for browser in [admin, anna] {
        browser.close().await;
    }
}

#[tokio::test]
async fn a_team_is_made_below_another_and_moved() {
    let company = company::found().await;
    let server = Program::serve(&company.url);
    let driver = Driver::start();
    let admin = driver.open(1440, 900).await;
    sign_in(&admin, &server, "admin").await;
    let teams = admin.api("/api/v1/teams?sort=name").await;
    let named = |name: &str| {
        let all = teams["data"].as_array().unwrap();
        let team = all.iter().find(|team| team["names"]["en"] == name);
        team.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (east, west) = (named("East"), named("West"));
    admin
        .visit(&format!(
            "{}/administration/teams/new?under={east}",
            server.address
        ))
        .await;
    admin.type_into("name-en", "Repairs").await;
    admin.type_into("name-zh-cn", "维修组").await;
    admin.click("admin-save").await;
    admin.wait_for_text("tree-row", "Repairs").await;
    let made = admin.api("/api/v1/teams?limit=500").await;
    let made = made["data"].as_array().unwrap();
    let repairs = made.iter().find(|team| team["names"]["en"] == "Repairs");
    let repairs = repairs.unwrap();
    assert_eq!(repairs["parent_id"], json!(east));

    admin.click("team-move").await;
    admin.type_into("move-to", "West").await;
    admin.css(".listbox:not([hidden]) .listbox-option").await;
    admin.type_into("move-to", "\u{e007}").await;
    admin.picture("move").await;
    admin.click("move-confirm").await;
    admin.wait_for_text("panel-detail", "West").await;
    let path = format!("/api/v1/teams/{}", repairs["id"].as_str().unwrap());
    assert_eq!(admin.api(&path).await["parent_id"], json!(west));
    admin.close().await;
}
