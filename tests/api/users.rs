//! Inviting people, ending their sessions, and what they hold when they leave.

use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Call, PASSWORD, Server, server};
use serde_json::{Value, json};

const ONE_TIME: &str = "abcd-efgh-jkmn-pqrs";

async fn sign_in(server: &Server, username: &str, password: &str) -> String {
    let given = json!({"username": username, "password": password});
    let answer = server.expect(Call::post("/auth/sign-in", given), 200).await;
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

async fn change_password(server: &Server, token: &str, from: &str, to: &str, status: u16) -> Value {
    let change = json!({"current_password": from, "new_password": to});
    let call = Call::put("/me/password", change).token(token);
    let answer = server.expect(call, status).await;
    if status == 204 {
        Value::Null
    } else {
        answer.json()
    }
}

#[actix_web::test]
async fn a_password_that_somebody_else_gave_is_good_for_choosing_another_one_only() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let new = json!({"username": "anna", "name": "Anna", "password": ONE_TIME, "roles": ["admin"],
            "team_id": server.company.team("north"), "must_change_password": true});
        let made = admin.post("/users", new, 201).await.json();
        assert_eq!(made["must_change_password"], true);

        let token = sign_in(&server, "anna", ONE_TIME).await;
        let get = async |path: &str, status: u16| {
            server.expect(Call::get(path).token(&token), status).await
        };
        for path in ["/tickets", "/users", "/teams", "/settings", "/search?q=anna"] {
            assert_eq!(get(path, 403).await.code(), "password_change_needed", "{path}");
        }
        let write = Call::post("/tickets", json!({"subject": "x"})).token(&token);
        assert_eq!(server.expect(write, 403).await.code(), "password_change_needed");
        assert_eq!(get("/me", 200).await.json()["must_change_password"], true);

        let kept = change_password(&server, &token, ONE_TIME, ONE_TIME, 422).await;
        assert_eq!(kept["errors"][0]["pointer"], "/new_password");
        change_password(&server, &token, "a wrong password", PASSWORD, 422).await;
        get("/tickets", 403).await;
        change_password(&server, &token, ONE_TIME, PASSWORD, 204).await;
        get("/tickets", 200).await;
        assert_eq!(get("/me", 200).await.json()["must_change_password"], false);
        let path = format!("/users/{}", made["id"].as_str().unwrap());
        let now = admin.get(&path, 200).await.json();
        assert_eq!(
            (&now["must_change_password"], &now["version"]),
            (&json!(false), &json!(2))
        );

        // A reset puts the person before the same door again, in every session.
        let reset = json!({"password": ONE_TIME, "must_change_password": true});
        admin.patch(&path, 2, reset, 200).await;
        assert_eq!(get("/me", 401).await.code(), "session_expired");
        let again = sign_in(&server, "anna", ONE_TIME).await;
        let refused = server.expect(Call::get("/tickets").token(&again), 403).await;
        assert_eq!(refused.code(), "password_change_needed");
    })
    .await;
}

#[actix_web::test]
async fn ending_sessions_leaves_the_password_as_it_is() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let tokens = [
        sign_in(&server, "anna", PASSWORD).await,
        sign_in(&server, "anna", PASSWORD).await,
    ];
    let sessions = format!("/users/{}/sessions", anna.id);
    server.admin().expect(Call::delete(&sessions), 204).await;
    for token in &tokens {
        server.expect(Call::get("/me").token(token), 401).await;
    }
    let token = sign_in(&server, "anna", PASSWORD).await;
    server.expect(Call::get("/me").token(&token), 200).await;
    let nobody = "/users/user_01h455vb4pex5vsknk084sn02q/sessions";
    server.admin().expect(Call::delete(nobody), 404).await;
}

#[actix_web::test]
async fn what_a_person_holds_is_counted_in_all_teams_as_long_as_it_is_open() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let anna = server.hire("anna", "agent", "north").await;
        let path = format!("/users/{}/holdings", anna.id);
        let held = async || {
            let held = admin.get(&path, 200).await.json();
            ["open_ticket_count", "duty_ticket_count", "customer_count"]
                .map(|name| held[name].as_u64().unwrap())
        };
        assert_eq!(held().await, [0, 0, 0]);
        for team in ["north", "south"] {
            let team_id = server.company.team(team);
            let customer = json!({"name": "王芳", "team_id": team_id, "owner_id": anna.id});
            admin.add_customer(customer).await;
            let ticket = admin
                .open_ticket(json!({"subject": "空调不制冷", "team_id": team_id}))
                .await;
            let assigned = json!({"assignee_id": anna.id});
            admin.step(&ticket, "assignment", assigned).await;
            let duty = json!({"duty_holder_id": anna.id, "reason": "knows the customer"});
            admin.step(&ticket, "duty-holder", duty).await;
        }
        assert_eq!(held().await, [2, 2, 2]);
        let tickets = admin
            .get(&format!("/tickets?assignee={}", anna.id), 200)
            .await;
        let first = tickets.ids()[0].clone();
        admin
            .step(&first, "status", json!({"status": "resolved"}))
            .await;
        assert_eq!(held().await, [1, 1, 2]);
    })
    .await;
}

#[actix_web::test]
async fn the_list_tells_roles_and_scope_to_those_who_manage_users_only() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let admin = server.admin();
    let row = |answer: Value| answer["data"][0].clone();
    let told = row(admin.get("/users?q=anna", 200).await.json());
    assert_eq!(
        told["account"],
        json!({"roles": ["agent"], "scope_team_id": server.company.team("north"),
            "must_change_password": false})
    );
    let told = row(anna.get("/users?q=anna", 200).await.json());
    assert_eq!((&told["name"], told.get("account")), (&json!("anna"), None));
}
