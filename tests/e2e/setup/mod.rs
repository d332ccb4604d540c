//! A new company, set up in the page alone and in Chinese: what it is called, teams, people, the
//! calendar with this year's holidays, clock policies, and what its former system knew.
//!
//! The database is empty when the program starts; the API is asked for nothing but what has come of
//! it.

mod calendar;
mod files;
mod hands;
mod import;
mod mapping;
mod policies;
mod teams;

use rapport_tests::browser::{Browser, Driver};
use rapport_tests::program::Program;

use crate::company::PASSWORD;
use crate::sign_in;
use files::{Complaints, Holidays};
use hands::{SHORTLY, until};

/// The page of somebody who sets up, and where it is served.
struct Desk {
    browser: Browser,
    address: String,
}

impl Desk {
    /// Goes to a page of the program.
    async fn visit(&self, path: &str) {
        self.browser.visit(&format!("{}{path}", self.address)).await;
    }
}

/// Chooses Chinese, as somebody who meets the page in English.
async fn speak_chinese(browser: &Browser) {
    browser.click("language-menu").await;
    browser.click("language-zh-CN").await;
    until(SHORTLY, "the page in Chinese", async || {
        let root = browser.css("html").await;
        let language = root.attr("lang").await.ok().flatten();
        language.as_deref() == Some("zh-CN") && browser.text().await.contains("工单")
    })
    .await;
}

#[tokio::test]
async fn a_new_company_is_set_up_in_the_page_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rapport.sqlite");
    let url = format!("sqlite://{}", file.display());
    let server = Program::serve_with(&url, &[("RAPPORT_ADMIN_PASSWORD", PASSWORD)]);
    let driver = Driver::start();
    let browser = driver.open(1440, 900).await;
    sign_in(&browser, &server, "admin").await;
    speak_chinese(&browser).await;
    browser.picture("setup-01-home").await;
    let admin = Desk {
        browser,
        address: server.address.clone(),
    };

    let holidays = Holidays::of(hands::this_year(&admin.browser).await);
    let complaints = Complaints::read();
    teams::name_the_company(&admin).await;
    teams::add_offices(&admin, &complaints).await;
    let invited = teams::invite(&admin).await;
    calendar::make(&admin, &holidays).await;
    calendar::is_for_everybody(&admin).await;
    policies::set(&admin).await;
    let import = import::bring_in(&admin, &complaints).await;
    import::is_there(&admin, &import, &complaints).await;

    let browser = driver.open(1440, 900).await;
    let agent = Desk {
        browser,
        address: server.address.clone(),
    };
    teams::first_sign_in(&agent, &invited, &complaints).await;
    for desk in [admin, agent] {
        desk.browser.close().await;
    }
}
