//! Without a mouse: the palette, the keys and their sheet; and two people who change one customer at
//! once.

use rapport_tests::browser::{Browser, Driver};
use rapport_tests::program::Program;
use serde_json::json;

use crate::company::{self, AGENT, MANAGER, PASSWORD};
use crate::sign_in;

/// Control and K, then Control up again.
const PALETTE: &str = "\u{E009}k\u{E009}";
const ENTER: &str = "\u{E007}";
const ESCAPE: &str = "\u{E00C}";

/// Presses keys wherever the focus is.
async fn press(browser: &Browser, keys: &str) {
    let active = browser.client.active_element().await.unwrap();
    active.send_keys(keys).await.unwrap();
}

/// Whether a dialog is open.
async fn is_covered(browser: &Browser) -> bool {
    let script = "return document.querySelector('dialog[open]') !== null";
    let covered = browser.client.execute(script, vec![]).await.unwrap();
    covered.as_bool().unwrap()
}

/// Changes a customer over the API, as somebody else with a session of their own.
async fn change_elsewhere(browser: &Browser, path: &str, body: serde_json::Value) {
    let script = "
        const [username, password, path, body, done] = arguments;
        const send = async (path, method, headers, body) => fetch('/api/v1' + path, {
            method, body, credentials: 'omit',
            headers: { 'Content-Type': 'application/json', ...headers },
        });
        (async () => {
            const signed = await send('/auth/sign-in', 'POST', {}, JSON.stringify({ username, password }));
            const token = (await signed.json()).access_token;
            const headers = { Authorization: `Bearer ${token}` };
            const now = await send(path, 'GET', headers);
            const etag = now.headers.get('ETag');
            return (await send(path, 'PATCH', { ...headers, 'If-Match': etag }, body)).status;
        })().then(done, error => done(String(error)));";
    let arguments = vec![
        json!(MANAGER),
        json!(PASSWORD),
        json!(path),
        json!(body.to_string()),
    ];
    let status = browser.client.execute_async(script, arguments).await;
    assert_eq!(status.unwrap(), json!(200));
}

#[tokio::test]
async fn the_keyboard_is_enough_and_two_who_change_one_customer_both_see_it() {
    let company = company::found().await;
    let server = Program::serve(&company.url);
    let driver = Driver::start();
    let agent = driver.open(1440, 900).await;
    sign_in(&agent, &server, AGENT).await;

    // A record by the initials of its name; not while an input method composes.
    press(&agent, PALETTE).await;
    agent.type_into("palette-input", "wf").await;
    agent.find("search-customer").await;
    let composing = "document.querySelector('#palette-input').dispatchEvent(new KeyboardEvent(
        'keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))";
    agent.client.execute(composing, vec![]).await.unwrap();
    assert!(is_covered(&agent).await, "the input method has that Enter");
    agent.type_into("palette-input", ENTER).await;
    agent.wait_for_text("customer-name", "王芳").await;

    // The keys of this page; a command; a sequence.
    press(&agent, "?").await;
    agent.wait_for_text("key-row", "Back to the list").await;
    press(&agent, ESCAPE).await;
    press(&agent, PALETTE).await;
    agent.type_into("palette-input", "qhss").await;
    agent.wait_for_text("palette", "Nothing found").await;
    press(&agent, ESCAPE).await;
    assert!(!is_covered(&agent).await);
    press(&agent, "gt").await;
    agent.find("list-search").await;
    press(&agent, PALETTE).await;
    agent.wait_for_text("palette-visit", "王芳").await;
    agent.type_into("palette-input", ENTER).await;
    agent.wait_for_text("customer-name", "王芳").await;

    // Both change the region.
    let url = agent.client.current_url().await.unwrap();
    let path = url.path().to_owned();
    let profile = format!("{}{path}?tab=profile", server.address);
    agent.visit(&profile).await;
    agent.click("profile-region").await;
    agent.type_into("customer-line-input", "华东").await;
    change_elsewhere(&agent, &path, json!({ "region": "华北" })).await;
    agent.click("profile-save").await;
    agent.wait_for_text("conflict-mine", "华东").await;
    agent.wait_for_text("conflict-theirs", "华北").await;
    agent.picture("conflict").await;
    agent.click("conflict-save").await;
    agent.wait_for_text("profile-region", "华东").await;
    let stored = agent.api(&format!("/api/v1{path}")).await;
    assert_eq!(stored["region"], "华东");
    agent.close().await;
}
