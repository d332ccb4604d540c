//! The authorisation matrix: every operation × (no token, each built-in role, a role without
//! permissions, a record outside the scope, a record of another team seen through a person).

use std::collections::BTreeSet;

use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Answer, Client, Server, server};
use rapport_types::permissions::{BUILT_IN_ROLES, Permission};
use serde_json::json;

use crate::operations::{Ground, Needs, ON_A_CUSTOMER, ON_A_TICKET, OPERATIONS, described};

#[actix_web::test]
async fn the_table_knows_every_operation_of_the_document() {
    let table: BTreeSet<String> = OPERATIONS.iter().map(|(id, _)| (*id).to_owned()).collect();
    let document: BTreeSet<String> = described()
        .into_iter()
        .map(|operation| operation.id)
        .collect();
    let missing: Vec<_> = document.difference(&table).collect();
    let outdated: Vec<_> = table.difference(&document).collect();
    assert!(
        missing.is_empty(),
        "add to tests/api/operations.rs: {missing:?}"
    );
    assert!(
        outdated.is_empty(),
        "no longer in the document: {outdated:?}"
    );
    assert_eq!(
        table.len(),
        OPERATIONS.len(),
        "an operation stands in the table twice"
    );
    let (fresh_server, _fresh) = server().await;
    let ground = Ground::of(&fresh_server);
    fresh_server.hire("newcomer", "admin", "north").await;
    for (operation, needs) in OPERATIONS {
        let call = ground.valid(operation, "newcomer", None).await;
        let call = call.unwrap_or_else(|| panic!("{operation} has no valid request"));
        let known = described()
            .into_iter()
            .find(|known| known.id == *operation)
            .unwrap();
        assert_eq!(
            call.method, known.method,
            "{operation}: the request is of another operation"
        );
        let is_on_a_record = ON_A_TICKET.contains(operation) || ON_A_CUSTOMER.contains(operation);
        let record = known.path.starts_with("/api/v1/tickets/{id}")
            || known.path.starts_with("/api/v1/customers/{id}");
        assert_eq!(
            is_on_a_record, record,
            "{operation} reads or writes one record"
        );
        let public = known.value["security"]
            .as_array()
            .unwrap()
            .iter()
            .any(|way| way == &json!({}));
        assert_eq!(
            public,
            matches!(needs, Needs::Nothing),
            "{operation}: the document tells who may call it"
        );
    }
}

#[actix_web::test]
async fn without_a_token_only_public_operations_answer() {
    let (server, _fresh) = server().await;
    let ground = Ground::of(&server);
    server.hire("newcomer", "agent", "north").await;
    for (operation, needs) in OPERATIONS {
        let call = ground.valid(operation, "newcomer", None).await.unwrap();
        let answer = server.send(call).await;
        match needs {
            Needs::Nothing | Needs::RefreshCookie => assert_success(operation, "nobody", &answer),
            Needs::SignedIn | Needs::OneOf(_) | Needs::AllOf(_) => {
                assert_refused(operation, "nobody", &answer, 401, "not_signed_in")
            }
        }
    }
}

#[actix_web::test]
async fn each_role_may_do_what_its_permissions_say_and_nothing_else() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let ground = Ground::of(&server);
        let nobody: (Client<'_>, &[Permission]) = (server.hire_powerless().await, &[]);
        let mut cast = vec![nobody];
        for role in BUILT_IN_ROLES {
            // Above the records' team, so that only the role decides.
            let client = server
                .hire(&format!("new_{}", role.code), role.code, "north")
                .await;
            cast.push((client, role.permissions));
        }
        for (client, permissions) in &cast {
            for (operation, needs) in OPERATIONS {
                let call = ground.valid(operation, &client.name, None).await.unwrap();
                let answer = client.send(call).await;
                let may = match needs {
                    Needs::Nothing | Needs::RefreshCookie | Needs::SignedIn => true,
                    Needs::OneOf(rights) => rights.iter().any(|right| permissions.contains(right)),
                    Needs::AllOf(rights) => rights.iter().all(|right| permissions.contains(right)),
                };
                if may {
                    assert_success(operation, &client.name, &answer);
                } else {
                    assert_refused(operation, &client.name, &answer, 403, "not_allowed");
                }
            }
        }
    })
    .await;
}

#[actix_web::test]
async fn a_record_outside_the_scope_is_not_there_for_any_operation() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let ground = Ground::of(&server);
        // Every right, but the scope of another team.
        let outsider = server.hire("outsider", "admin", "south").await;
        for operation in ON_A_TICKET.iter().chain(ON_A_CUSTOMER) {
            let call = ground.valid(operation, &outsider.name, None).await.unwrap();
            let answer = outsider.send(call.clone()).await;
            assert_refused(operation, "outsider", &answer, 404, "not_found");
            // Nothing happened: who may see it can do the same with the same version.
            assert_success(operation, "admin", &ground.admin.send(call).await);
        }
    })
    .await;
}

#[actix_web::test]
async fn a_ticket_of_another_team_is_seen_by_its_assignee_duty_holder_and_first_responder() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let ground = Ground::of(&server);
        let person = server.hire("person", "admin", "south").await;
        for part in ["assignee", "duty_holder", "first_responder"] {
            for operation in ON_A_TICKET {
                let ticket = ground.ticket().await;
                play(&ground, &person, &ticket, part).await;
                let call = ground
                    .valid(operation, &person.name, Some(&ticket))
                    .await
                    .unwrap();
                assert_success(operation, part, &person.send(call).await);
            }
        }
    })
    .await;
}

/// Gives the person this part in the ticket, and no other.
async fn play(ground: &Ground<'_>, person: &Client<'_>, ticket: &str, part: &str) {
    let admin = &ground.admin;
    match part {
        "assignee" => {
            admin
                .step(ticket, "assignment", json!({"assignee_id": person.id}))
                .await;
        }
        "duty_holder" => {
            let change = json!({"duty_holder_id": person.id, "reason": "knows the customer"});
            admin.step(ticket, "duty-holder", change).await;
        }
        _ => {
            admin
                .step(ticket, "assignment", json!({"assignee_id": person.id}))
                .await;
            let answer = json!({"visibility": "public", "body": "马上处理"});
            person
                .post(&format!("/tickets/{ticket}/messages"), answer, 201)
                .await;
            let change = json!({"duty_holder_id": admin.id, "reason": "back to the team"});
            admin.step(ticket, "duty-holder", change).await;
            admin
                .step(ticket, "assignment", json!({"assignee_id": null}))
                .await;
        }
    }
    let now = admin.get(&format!("/tickets/{ticket}"), 200).await.json();
    for member in ["assignee", "duty_holder", "first_responder"] {
        let is_person = now[format!("{member}_id")] == json!(person.id);
        assert_eq!(is_person, member == part, "{part}: {member}");
    }
}

#[actix_web::test]
async fn a_customer_of_another_team_is_seen_by_its_owner() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let ground = Ground::of(&server);
        let owner = server.hire("owner", "admin", "south").await;
        for operation in ON_A_CUSTOMER {
            let customer = ground.customer().await;
            ground
                .admin
                .patch(
                    &format!("/customers/{customer}"),
                    1,
                    json!({"owner_id": owner.id}),
                    200,
                )
                .await;
            let call = ground
                .valid(operation, &owner.name, Some(&customer))
                .await
                .unwrap();
            assert_success(operation, "owner", &owner.send(call).await);
        }
    })
    .await;
}

fn assert_success(operation: &str, who: &str, answer: &Answer) {
    let body = String::from_utf8_lossy(&answer.bytes);
    assert!(
        (200..300).contains(&answer.status),
        "{operation} by {who}: {} {body}",
        answer.status
    );
}

fn assert_refused(operation: &str, who: &str, answer: &Answer, status: u16, code: &str) {
    let body = String::from_utf8_lossy(&answer.bytes);
    assert_eq!(answer.status, status, "{operation} by {who}: {body}");
    assert_eq!(answer.code(), code, "{operation} by {who}: {body}");
}
