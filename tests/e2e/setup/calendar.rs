//! The working hours of the company and the holidays of the year.

use fantoccini::Locator;
use serde_json::{Value, json};

use super::Desk;
use super::files::Holidays;
use super::hands::{SHORTLY, choose, click_in_the_middle, until, write_over};

/// What the calendar is called.
pub(super) const NAME: &str = "投诉中心工作日历";

/// Makes the calendar: hours with a pause at noon from Monday to Friday, and the holiday file.
pub(super) async fn make(admin: &Desk, holidays: &Holidays) {
    let browser = &admin.browser;
    admin.visit("/administration/calendars/new").await;
    browser.type_into("calendar-name-zh", NAME).await;
    browser
        .type_into("calendar-name-en", "Complaints hours")
        .await;
    choose(browser, "calendar-zone", "Asia/Shanghai").await;
    browser
        .css("[data-testid='week-Mon'] [data-testid='slot-add']")
        .await
        .click()
        .await
        .unwrap();
    let times = Locator::Css("[data-testid='week-Mon'] .slot-time");
    until(SHORTLY, "a second slot", async || {
        browser
            .client
            .find_all(times)
            .await
            .is_ok_and(|all| all.len() == 4)
    })
    .await;
    let fields = browser.client.find_all(times).await.unwrap();
    for (field, time) in fields.iter().zip(["8:30", "12", "1330", "18：00"]) {
        write_over(field, time).await;
    }
    browser.click("week-copy").await;

    // What is not saved yet says so in a bar above the foot of the page.
    let import = browser.find("import-holidays").await;
    click_in_the_middle(browser, &import).await;
    let path = holidays.path.to_str().unwrap();
    browser.type_into("holiday-file", path).await;
    let outcome = format!("新增 {} 天", holidays.count);
    browser.wait_for_text("merge-outcome", &outcome).await;
    browser.picture("setup-05-holidays").await;
    browser.click("take-holidays").await;
    until(SHORTLY, "the dialog is gone", async || {
        browser.count("merge-outcome").await == 0
    })
    .await;
    browser.picture("setup-06-calendar").await;
    browser.click("calendar-save").await;
    until(SHORTLY, "the calendar has an address", async || {
        let url = browser.client.current_url().await.unwrap();
        !url.path().ends_with("/new")
    })
    .await;
    has_the_days(admin, holidays).await;
}

/// Makes it the calendar of every team that has none of its own.
pub(super) async fn is_for_everybody(admin: &Desk) {
    let browser = &admin.browser;
    admin.visit("/administration/organisation").await;
    choose(browser, "settings-calendar", NAME).await;
    browser.click("admin-save").await;
    let id = found(admin).await["id"].clone();
    until(SHORTLY, "the organisation has the calendar", async || {
        browser.api("/api/v1/settings").await["calendar_id"] == id
    })
    .await;
    admin.visit("/administration/calendars").await;
    browser.wait_for_text("calendar-row", NAME).await;
    browser.picture("setup-07-calendars").await;
}

/// The calendar as the API has it.
pub(super) async fn found(desk: &Desk) -> Value {
    let all = desk.browser.api("/api/v1/calendars").await;
    let all = all["data"].as_array().unwrap();
    let own = all.iter().find(|it| it["names"]["zh-CN"] == NAME);
    own.unwrap_or_else(|| panic!("no calendar: {all:?}"))
        .clone()
}

async fn has_the_days(desk: &Desk, holidays: &Holidays) {
    let calendar = found(desk).await;
    let day = json!([{"from": "08:30", "to": "12:00"}, {"from": "13:30", "to": "18:00"}]);
    for weekday in ["monday", "tuesday", "wednesday", "thursday", "friday"] {
        assert_eq!(calendar["week"][weekday], day, "{weekday}");
    }
    let days = calendar["days"].as_array().unwrap();
    assert_eq!(days.len(), holidays.count);
    for (kind, of_file) in [("closed", "holiday"), ("open", "make_up_workday")] {
        let of_kind = days.iter().filter(|day| day["kind"] == kind);
        let of_year: Vec<&str> = of_kind
            .filter_map(|day| day["on"].as_str())
            .filter(|on| on.starts_with(&holidays.year))
            .collect();
        assert_eq!(
            of_year, holidays.days[of_file],
            "{kind} in {}",
            holidays.year
        );
    }
}
