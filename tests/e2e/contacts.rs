//! An agent adds the people who speak for an organisation, and opens a ticket for one of them.

use rapport_tests::browser::Driver;
use rapport_tests::program::Program;

use crate::company::{self, AGENT};
use crate::sign_in;

#[tokio::test]
async fn an_agent_adds_contacts_to_an_organisation_and_names_one_on_a_ticket() {
    let company = company::found().await;
    let server = Program::serve(&company.url);
    let driver = Driver::start();
    let agent = driver.open(1440, 900).await;
    sign_in(&agent, &server, AGENT).await;
    agent
        .visit(&format!("{}/customers/new", server.address))
        .await;
    let kind = "document.querySelector('[data-testid=\"customer-kind-organisation\"]').click()";
    agent.find("customer-name-input").await;
    agent.client.execute(kind, vec![]).await.unwrap();
    agent.type_into("customer-name-input", "华远科技").await;
    agent.click("customer-submit").await;
    agent.wait_for_text("customer-name", "华远科技").await;
    let page = agent.client.current_url().await.unwrap();
    let id = page.path_segments().unwrap().next_back().unwrap();

    // A new person and the link, in one go.
    agent
        .visit(&format!("{}/customers/{id}?tab=contacts", server.address))
        .await;
    agent.click("contact-add").await;
    agent.type_into("contact-person", "13900139111").await;
    agent.find("contact-new-person").await;
    let new_person = "document.querySelector('[data-testid=\"contact-new-person\"]').click()";
    agent.client.execute(new_person, vec![]).await.unwrap();
    agent.type_into("contact-name", "李雷").await;
    agent.type_into("contact-role", "采购").await;
    agent.picture("contact-form").await;
    agent.click("contact-save").await;
    agent.wait_for_text("contact", "+8613900139111").await;
    agent.wait_for_text("contact", "采购").await;
    agent.find("contact-primary").await;

    // A person who is a customer already, found by pinyin.
    agent.click("contact-add").await;
    agent.type_into("contact-person", "wangfang").await;
    agent.css(".listbox-option").await.click().await.unwrap();
    agent.click("contact-save").await;
    agent.wait_for_text("contact", "王芳").await;
    assert_eq!(agent.count("contact").await, 2);
    agent.picture("contacts").await;

    agent
        .visit(&format!("{}/tickets/new?customer={id}", server.address))
        .await;
    agent.type_into("ticket-subject-field", "发票").await;
    agent.click("ticket-contact").await;
    agent.wait_for_text("ticket-form", "李雷").await;
    agent.type_into("ticket-contact", "李雷").await;
    agent
        .css("[role='listbox']:not([hidden]) .listbox-option")
        .await
        .click()
        .await
        .unwrap();
    agent.click("ticket-open").await;
    agent.wait_for_text("ticket-contact-block", "李雷").await;
    agent
        .wait_for_text("ticket-contact-block", "+8613900139111")
        .await;
    agent.picture("ticket-contact").await;
    let found = agent.api("/api/v1/search?q=9111").await;
    let customers = found["customers"].as_array().unwrap();
    assert_eq!(
        customers.len(),
        2,
        "the number leads to the person and the organisation"
    );
    assert_eq!(found["tickets"].as_array().unwrap().len(), 1);
    agent.close().await;
}
