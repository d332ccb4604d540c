//! What the company is called, its offices, and who works there.

use serde_json::Value;

use super::Desk;
use super::files::Complaints;
use super::hands::{SHORTLY, choose, overwrite, pick, text_of, until};

/// What the company is called.
const COMPANY: &str = "市民投诉中心";
/// The offices: what they are called in Chinese, and the code that the file has for them.
const OFFICES: [(&str, &str); 2] = [("第二区办事处", "NYCC02"), ("第三区办事处", "NYCC03")];
/// What the agent chooses who was given a password.
const CHOSEN: &str = "a password of my own";

/// Somebody who may sign in once with a password that another has made.
pub(super) struct Invited {
    username: &'static str,
    password: String,
}

/// Names the company and the team above all teams, and says where its days begin.
pub(super) async fn name_the_company(admin: &Desk) {
    let browser = &admin.browser;
    admin.visit("/administration/organisation").await;
    overwrite(browser, "name-zh-cn", COMPANY).await;
    overwrite(browser, "name-en", "Complaints Centre").await;
    choose(browser, "settings-zone", "Asia/Shanghai").await;
    pick(browser, "settings-language", 0, "zh-CN").await;
    browser.picture("setup-02-organisation").await;
    browser.click("admin-save").await;
    until(SHORTLY, "the organisation is saved", async || {
        browser.api("/api/v1/settings").await["names"]["zh-CN"] == COMPANY
    })
    .await;

    admin.visit("/administration/teams").await;
    browser
        .css("[data-testid='tree-row'] a")
        .await
        .click()
        .await
        .unwrap();
    overwrite(browser, "name-zh-cn", COMPANY).await;
    overwrite(browser, "name-en", "Complaints Centre").await;
    browser.click("admin-save").await;
    browser.wait_for_text("tree-row", COMPANY).await;
}

/// Adds the offices; what the file brings for them belongs to them.
pub(super) async fn add_offices(admin: &Desk, complaints: &Complaints) {
    let browser = &admin.browser;
    for (name, code) in OFFICES {
        assert!(complaints.by_office.contains_key(code), "{code}");
        admin.visit("/administration/teams/new").await;
        choose(browser, "team-parent", COMPANY).await;
        browser.type_into("name-zh-cn", name).await;
        browser.type_into("name-en", code).await;
        browser.click("admin-save").await;
        browser.wait_for_text("tree-row", name).await;
    }
    browser.picture("setup-03-teams").await;
    let teams = all_teams(admin).await;
    let root = teams.iter().find(|team| team["parent_id"].is_null());
    for (name, code) in OFFICES {
        let team = named(&teams, code);
        assert_eq!(team["names"]["zh-CN"], name);
        assert_eq!(team["parent_id"], root.unwrap()["id"]);
    }
}

/// Invites a manager for all offices and an agent for one; tells of the agent.
pub(super) async fn invite(admin: &Desk) -> Invited {
    let browser = &admin.browser;
    let mut invited = Vec::new();
    for (name, username, role, team) in [
        ("陈伟", "chen.wei", "manager", COMPANY),
        ("王芳", "wang.fang", "agent", OFFICES[0].0),
    ] {
        admin.visit("/administration/users/new").await;
        browser.type_into("user-name", name).await;
        browser.type_into("user-username", username).await;
        choose(browser, "user-team", team).await;
        browser.click(&format!("role-{role}")).await;
        browser.click("admin-save").await;
        let password = text_of(browser, "one-time-password").await;
        let password = password.trim().to_owned();
        browser.wait_for_text("user-row", name).await;
        invited.push(Invited { username, password });
    }
    browser.picture("setup-04-people").await;
    let teams = all_teams(admin).await;
    let users = browser.api("/api/v1/users?limit=500").await;
    let users = users["data"].as_array().unwrap();
    let agent = users.iter().find(|user| user["username"] == "wang.fang");
    let path = format!("/api/v1/users/{}", agent.unwrap()["id"].as_str().unwrap());
    let agent = browser.api(&path).await;
    assert_eq!(agent["team_id"], named(&teams, OFFICES[0].1)["id"]);
    assert_eq!(agent["roles"], serde_json::json!(["agent"]));
    invited.pop().unwrap()
}

/// The agent chooses a password and sees what was brought in for the own office, and no more.
pub(super) async fn first_sign_in(agent: &Desk, invited: &Invited, complaints: &Complaints) {
    let browser = &agent.browser;
    agent.visit("/sign-in").await;
    browser
        .type_into("sign-in-username", invited.username)
        .await;
    browser
        .type_into("sign-in-password", &invited.password)
        .await;
    browser.click("sign-in-submit").await;
    browser
        .type_into("password-current", &invited.password)
        .await;
    browser.type_into("password-new", CHOSEN).await;
    browser.type_into("password-again", CHOSEN).await;
    browser.picture("setup-20-first-password").await;
    browser.click("password-submit").await;
    browser.find("person-menu").await;
    agent.visit("/tickets").await;
    browser.find("ticket-row").await;
    browser.picture("setup-21-agent").await;
    let expected = complaints.by_office[OFFICES[0].1];
    assert_eq!(super::import::count(browser, "").await, expected);
    let others = browser.api("/api/v1/teams?limit=500").await;
    let others = others["data"].as_array().unwrap();
    let other = named(others, OFFICES[1].1)["id"].as_str().unwrap();
    assert_eq!(
        super::import::count(browser, &format!("team={other}")).await,
        0,
        "another office's tickets are not there"
    );
}

/// Checks that the tickets of each office lie with the team that was made for it, and that the
/// other offices were made teams below the company.
pub(super) async fn hold_their_tickets(admin: &Desk, complaints: &Complaints) {
    let teams = all_teams(admin).await;
    // The company itself, and a team for each office, those made before not twice.
    assert_eq!(teams.len(), 1 + complaints.by_office.len());
    for (_, code) in OFFICES {
        let id = named(&teams, code)["id"].as_str().unwrap().to_owned();
        let count = super::import::count(&admin.browser, &format!("team={id}")).await;
        assert_eq!(count, complaints.by_office[code], "{code}");
    }
}

async fn all_teams(desk: &Desk) -> Vec<Value> {
    let teams = desk.browser.api("/api/v1/teams?limit=500").await;
    teams["data"].as_array().unwrap().clone()
}

fn named<'a>(teams: &'a [Value], code: &str) -> &'a Value {
    let team = teams.iter().find(|team| team["names"]["en"] == code);
    team.unwrap_or_else(|| panic!("no team {code}"))
}
