//! What hands do on a page, and waiting for what comes of it.

use std::time::Duration;

use fantoccini::Locator;
use fantoccini::elements::Element;
use rapport_tests::browser::Browser;

/// Enter.
pub(super) const ENTER: &str = "\u{E007}";
/// Escape.
pub(super) const ESCAPE: &str = "\u{E00C}";
/// Control, A, and Control up again: everything in a field.
const EVERYTHING: &str = "\u{E009}a\u{E009}";
/// How long a page may take.
pub(super) const SHORTLY: Duration = Duration::from_secs(20);
/// How often is looked again.
const PACE: Duration = Duration::from_millis(50);

/// Waits until something holds.
pub(super) async fn until(limit: Duration, what: &str, holds: impl AsyncFn() -> bool) {
    let started = tokio::time::Instant::now();
    while !holds().await {
        assert!(started.elapsed() < limit, "never: {what}");
        tokio::time::sleep(PACE).await;
    }
}

/// The text of an element.
pub(super) async fn text_of(browser: &Browser, testid: &str) -> String {
    browser.find(testid).await.text().await.unwrap()
}

/// The text of an element that may be gone in a moment; empty without one.
pub(super) async fn text_now(browser: &Browser, testid: &str) -> String {
    let selector = format!("[data-testid='{testid}']");
    match browser.client.find(Locator::Css(&selector)).await {
        Ok(element) => element.text().await.unwrap_or_default(),
        Err(_) => String::new(),
    }
}

/// The year in which the browser is.
pub(super) async fn this_year(browser: &Browser) -> i32 {
    let script = "return String(new Date().getFullYear())";
    let year = browser.client.execute(script, vec![]).await.unwrap();
    year.as_str().unwrap().parse().unwrap()
}

/// Clicks an element that something may lie over where it is now.
pub(super) async fn click_in_the_middle(browser: &Browser, element: &Element) {
    let script = "arguments[0].scrollIntoView({ block: 'center' })";
    let argument = serde_json::to_value(element).unwrap();
    browser
        .client
        .execute(script, vec![argument])
        .await
        .unwrap();
    element.click().await.unwrap();
}

/// Writes over what stands in a field.
pub(super) async fn overwrite(browser: &Browser, testid: &str, text: &str) {
    write_over(&browser.find(testid).await, text).await;
}

/// Writes over what stands in this field.
pub(super) async fn write_over(field: &Element, text: &str) {
    let keys = format!("{EVERYTHING}{text}");
    field.send_keys(&keys).await.unwrap();
}

/// Finds a choice of a field with a list by typing its name, and takes it.
pub(super) async fn choose(browser: &Browser, testid: &str, name: &str) {
    overwrite(browser, testid, name).await;
    browser.css(".listbox:not([hidden]) .listbox-option").await;
    let field = browser.find(testid).await;
    field.send_keys(ENTER).await.unwrap();
    until(SHORTLY, &format!("{testid} is {name}"), async || {
        let shown = field.prop("value").await.ok().flatten();
        shown.as_deref() == Some(name)
    })
    .await;
}

/// Picks from the browser's own list what is called so.
pub(super) async fn pick_named(browser: &Browser, testid: &str, name: &str) {
    let list = browser.find(testid).await;
    list.select_by_label(name).await.unwrap();
}

/// Picks from the n-th of the browser's own lists with this id what has this value.
pub(super) async fn pick(browser: &Browser, testid: &str, at: usize, value: &str) {
    let list = nth(browser, testid, at).await;
    list.select_by_value(value).await.unwrap();
}

/// The n-th element with this id for tests, once the first is there.
pub(super) async fn nth(browser: &Browser, testid: &str, at: usize) -> Element {
    browser.find(testid).await;
    let selector = format!("[data-testid='{testid}']");
    let all = browser.client.find_all(Locator::Css(&selector)).await;
    all.unwrap().swap_remove(at)
}

/// Presses keys wherever the focus is.
pub(super) async fn press(browser: &Browser, keys: &str) {
    let active = browser.client.active_element().await.unwrap();
    active.send_keys(keys).await.unwrap();
}

/// A number as the page writes it: groups of three.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
