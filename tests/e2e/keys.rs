//! An administrator lets a program in by an API key, sees it call, and shuts it out again.

use rapport_tests::browser::{Browser, Driver};
use rapport_tests::http::send;
use rapport_tests::program::Program;
use serde_json::{Value, json};

use crate::company;
use crate::sign_in;

/// What the program asks by its key.
fn me(server: &Program, key: &str) -> (u16, Value) {
    send(&server.address, "GET", "/api/v1/me", Some(key), None).unwrap()
}

/// Puts a text in the place of what a field holds.
async fn replace(browser: &Browser, testid: &str, text: &str) {
    let select_all = "\u{e009}a\u{e000}";
    browser
        .type_into(testid, &format!("{select_all}{text}"))
        .await;
}

#[tokio::test]
async fn a_program_is_let_in_by_a_key_that_is_shown_once_and_shut_out_by_revoking_it() {
    let company = company::found().await;
    let server = Program::serve(&company.url);
    let driver = Driver::start();
    let admin = driver.open(1440, 900).await;
    sign_in(&admin, &server, "admin").await;

    let users = format!("{}/administration/users", server.address);
    admin.visit(&format!("{users}/new-service")).await;
    admin.type_into("user-name", "网店").await;
    admin.type_into("user-username", "web.shop").await;
    admin.click("role-agent").await;
    admin.click("admin-save").await;
    admin.wait_for_text("keys", "No key yet").await;
    admin.picture("service").await;

    admin.click("key-new").await;
    admin.click("key-make").await;
    admin.wait_for_text("key-form", "This is required").await;
    admin.type_into("key-name", "orders").await;
    admin.click("scope-view_tickets").await;
    admin.click("scope-work_tickets").await;
    // The administrator may do that, but not an agent.
    admin
        .wait_for_text("scopes-left-out", "Manage users and roles")
        .await;
    assert_eq!(admin.count("scope-manage_users").await, 0);
    admin.type_into("key-address", "127.0.0.1/8").await;
    admin.picture("key-form").await;
    admin.click("key-make").await;
    admin
        .css("[data-testid='key-address'][aria-invalid='true']")
        .await;
    replace(&admin, "key-address", "127.0.0.0/8").await;
    admin.click("key-make").await;
    let key = admin.find("made-key-secret").await.text().await.unwrap();
    admin.wait_for_text("key-row", "127.0.0.0/8").await;
    admin.wait_for_text("key-used", "Never").await;
    admin.picture("made-key").await;

    let (status, answer) = me(&server, key.trim());
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["username"], "web.shop");
    assert_eq!(
        answer["permissions"],
        json!(["view_tickets", "work_tickets"])
    );

    admin.client.refresh().await.unwrap();
    admin.wait_for_text("key-used", "now").await;
    assert_eq!(admin.count("made-key").await, 0, "it is shown once");
    admin.click("key-revoke").await;
    admin.type_into("danger-name", "orders").await;
    admin.picture("revoke").await;
    admin.click("danger-confirm").await;
    admin.wait_for_text("keys", "No key yet").await;
    let (status, refused) = me(&server, key.trim());
    assert_eq!((status, &refused["code"]), (401, &json!("invalid_api_key")));

    admin.visit(&format!("{users}?kind=service")).await;
    admin.wait_for_text("user-row", "Service").await;
    assert_eq!(admin.count("user-row").await, 1, "people are left out");
    admin.close().await;
}
