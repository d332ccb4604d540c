//! What the former system knew: the file, the check, the import, and what is there then.

use std::cell::Cell;
use std::time::Duration;

use rapport_tests::browser::Browser;
use rapport_tests::importing;
use rapport_types::imports::Mapping;

use super::files::Complaints;
use super::hands::{SHORTLY, grouped, text_now, text_of, until};
use super::{Desk, mapping, teams};

/// How long a file may take; a debug binary on a busy computer takes its time.
const PATIENCE: Duration = Duration::from_secs(300);
/// The mapping that is made in the page.
const MAPPING: &str = "nyc_complaints";

/// Brings the complaints in, and gives the id of the import.
pub(super) async fn bring_in(admin: &Desk, complaints: &Complaints) -> String {
    let browser = &admin.browser;
    admin.visit("/imports/new").await;
    browser
        .wait_for_text("import-step-file", "将文件拖到这里")
        .await;
    browser.picture("setup-10-file").await;
    let path = complaints.path.to_str().unwrap();
    browser.type_into("import-file", path).await;
    until(PATIENCE, "the file is read", async || {
        browser.count("import-found").await > 0
    })
    .await;
    let rows = complaints.tickets() + complaints.rejected;
    let rows = format!("{} 行", grouped(rows));
    browser.wait_for_text("import-found", &rows).await;

    let wanted = importing::mapping(MAPPING);
    mapping::make(browser, &wanted, &complaints.header).await;
    // The preview follows when the hands rest: the constant channel shows that it has.
    browser.wait_for_text("import-preview-row", "营业厅").await;
    browser
        .wait_for_text("import-preview", "10 行全部可以导入")
        .await;
    browser.picture("setup-12-mapped").await;
    browser
        .css("[data-testid='import-check']:not([disabled])")
        .await;
    browser.click("import-check").await;
    let checked = ended(browser, "", "setup-13-checking").await;
    says(browser, complaints).await;
    browser.picture("setup-14-checked").await;
    assert_eq!(count(browser, "").await, 0, "a check writes nothing");

    browser.click("import-start").await;
    let import = ended(browser, &checked, "setup-15-importing").await;
    says(browser, complaints).await;
    browser.picture("setup-16-imported").await;
    let told = browser.api(&format!("/api/v1/imports/{import}")).await;
    let made: Mapping = serde_json::from_value(told["mapping"].clone()).unwrap();
    mapping::is_same(&made, &wanted, &complaints.header);
    assert_eq!(told["dry_run"], false);
    import
}

/// Waits until an import other than `before` has ended, and gives its id.
async fn ended(browser: &Browser, before: &str, name: &str) -> String {
    let is_seen = Cell::new(false);
    until(PATIENCE, "the import has ended", async || {
        let id = id_of(browser).await;
        if id == before || !id.starts_with("import_") {
            return false;
        }
        if !is_seen.get() && text_now(browser, "import-rows").await.contains("已处理") {
            is_seen.set(true);
            browser.picture(name).await;
        }
        if browser.count("import-ending").await == 0 {
            return false;
        }
        // What is on the page may still be the import before.
        let told = browser.api(&format!("/api/v1/imports/{id}")).await;
        told["state"] == "done"
    })
    .await;
    browser.wait_for_text("import-state", "已完成").await;
    id_of(browser).await
}

/// The last part of the page's path.
async fn id_of(browser: &Browser) -> String {
    let url = browser.client.current_url().await.unwrap();
    let last = url.path_segments().unwrap().next_back();
    last.unwrap().to_owned()
}

/// Checks the three numbers of the page.
async fn says(browser: &Browser, complaints: &Complaints) {
    for (testid, number) in [
        ("import-good", complaints.good),
        ("import-warned", complaints.warned),
        ("import-rejected", complaints.rejected),
    ] {
        assert_eq!(text_of(browser, testid).await, grouped(number), "{testid}");
    }
}

/// Checks what the lists and reports make of it.
pub(super) async fn is_there(admin: &Desk, import: &str, complaints: &Complaints) {
    let browser = &admin.browser;
    let link = "[data-testid='import-ending'] a[href*='/tickets?import=']";
    browser.css(link).await.click().await.unwrap();
    until(SHORTLY, "the list of its tickets", async || {
        let url = browser.client.current_url().await.unwrap();
        url.path() == "/tickets" && browser.count("ticket-row").await > 0
    })
    .await;
    browser.picture("setup-17-tickets").await;
    let of_import = format!("import={import}");
    assert_eq!(count(browser, &of_import).await, complaints.tickets());
    let open = format!("{of_import}&status_not=resolved,closed");
    assert_eq!(count(browser, &open).await, complaints.unresolved);
    // All opening days of the file.
    let report = format!(
        "/api/v1/reports/overview?metrics=created&{of_import}\
         &from=2023-01-01&to=2025-06-01&time_zone=America/New_York"
    );
    let report = browser.api(&report).await;
    assert_eq!(
        report["figures"][0]["current"]["value"].as_f64(),
        Some(complaints.tickets() as f64),
        "{report}"
    );
    teams::hold_their_tickets(admin, complaints).await;
    admin.visit("/imports").await;
    let file = complaints.path.file_name().unwrap().to_str().unwrap();
    browser.wait_for_text("import-row", file).await;
    assert_eq!(
        browser.count("import-row").await,
        2,
        "the check and the import"
    );
    browser.picture("setup-18-imports").await;
}

/// How many tickets match, as the API counts them.
pub(super) async fn count(browser: &Browser, filter: &str) -> u64 {
    let path = format!("/api/v1/tickets?limit=1&total=exact&{filter}");
    let page = browser.api(&path).await;
    page["total"]["count"]
        .as_u64()
        .unwrap_or_else(|| panic!("{page}"))
}
