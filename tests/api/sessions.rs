//! Signing in, refreshing and signing out.

use actix_web::http::Method;
use chrono::TimeDelta;
use rapport_persistence::sessions::Owner;
use rapport_tests::builders::session_of;
use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Answer, Call, PASSWORD, Server, server};
use serde_json::json;
use uuid::Uuid;

fn sign_in(username: &str, password: &str) -> Call {
    Call::post(
        "/auth/sign-in",
        json!({"username": username, "password": password}),
    )
}

fn refresh(cookies: &str) -> Call {
    Call::new(Method::POST, "/auth/refresh").header("cookie", cookies)
}

fn token(answer: &Answer) -> String {
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

async fn status(server: &Server, token: &str) -> u16 {
    server.send(Call::get("/me").token(token)).await.status
}

#[actix_web::test]
async fn the_cookie_reads_and_never_writes() {
    let (server, _fresh) = server().await;
    server.hire("anna", "agent", "north").await;
    let cookies = server
        .expect(sign_in("anna", PASSWORD), 200)
        .await
        .cookies();
    server
        .expect(Call::get("/me").header("cookie", &cookies), 200)
        .await;
    server
        .expect(Call::get("/tickets").header("cookie", &cookies), 200)
        .await;
    let body = json!({"subject": "x"});
    server
        .expect(
            Call::post("/tickets", body.clone()).header("cookie", &cookies),
            401,
        )
        .await;
    server
        .expect(
            Call::patch("/settings", json!({}))
                .version(1)
                .header("cookie", &cookies),
            401,
        )
        .await;
    let answer = server.expect(sign_in("anna", PASSWORD), 200).await;
    server
        .expect(Call::post("/tickets", body).token(&token(&answer)), 201)
        .await;
    for (name, value) in answer
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
    {
        assert!(
            value.contains("HttpOnly") && value.contains("SameSite=Strict"),
            "{name}: {value}"
        );
    }
}

#[actix_web::test]
async fn a_refresh_token_works_once_and_its_reuse_ends_the_family() {
    let (server, _fresh) = server().await;
    server.hire("anna", "agent", "north").await;
    let first = server.expect(sign_in("anna", PASSWORD), 200).await;
    let other = server.expect(sign_in("anna", PASSWORD), 200).await;
    server.clock.advance(TimeDelta::minutes(1));
    let second = server.expect(refresh(&first.cookies()), 200).await;
    assert_ne!(first.cookies(), second.cookies());
    // Later than two tabs of one page could be.
    server.clock.advance(TimeDelta::minutes(1));
    let stolen = server.expect(refresh(&first.cookies()), 401).await;
    assert_eq!(stolen.code(), "session_expired");
    assert_eq!(
        status(&server, &token(&second)).await,
        401,
        "its access tokens end at once"
    );
    server.expect(refresh(&second.cookies()), 401).await;
    assert_eq!(
        status(&server, &token(&other)).await,
        200,
        "the person's other session goes on"
    );
    server.expect(refresh(&other.cookies()), 200).await;
}

#[actix_web::test]
async fn signing_out_ends_the_session_at_once() {
    let (server, _fresh) = server().await;
    server.hire("anna", "agent", "north").await;
    let session = server.expect(sign_in("anna", PASSWORD), 200).await;
    let out = Call::new(Method::POST, "/auth/sign-out").header("cookie", &session.cookies());
    let gone = server.expect(out, 204).await;
    assert!(
        gone.cookies().contains("rapport_access=") && gone.cookies().contains("rapport_refresh=")
    );
    assert_eq!(status(&server, &token(&session)).await, 401);
    server.expect(refresh(&session.cookies()), 401).await;
}

#[actix_web::test]
async fn nobody_learns_who_exists() {
    let (server, _fresh) = server().await;
    server.hire("anna", "agent", "north").await;
    let gone = server.hire("gone", "agent", "north").await;
    server
        .admin()
        .patch(
            &format!("/users/{}", gone.id),
            1,
            json!({"active": false}),
            200,
        )
        .await;
    let mut bodies = Vec::new();
    for (username, password) in [
        ("anna", "not the password"),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("§", "x"),
    ] {
        let refused = server
            .expect(
                sign_in(username, password).header("x-request-id", "same"),
                401,
            )
            .await;
        bodies.push((refused.bytes.clone(), refused.cookies()));
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
}

#[actix_web::test]
async fn ten_failures_of_an_account_are_enough_for_a_while() {
    let (server, _fresh) = server().await;
    server.hire("anna", "agent", "north").await;
    server.hire("bert", "agent", "north").await;
    for username in ["anna", "nobody"] {
        for _ in 0..10 {
            server
                .expect(sign_in(username, "not the password"), 401)
                .await;
        }
        // Even with the right password, and for a name that does not exist: the same answer.
        let refused = server.expect(sign_in(username, PASSWORD), 429).await;
        assert_eq!(refused.code(), "too_many_attempts");
        let wait: i64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=900).contains(&wait), "{wait}");
    }
    server.expect(sign_in("bert", PASSWORD), 200).await;
    server
        .clock
        .advance(TimeDelta::minutes(15) + TimeDelta::seconds(1));
    server.expect(sign_in("anna", PASSWORD), 200).await;
}

#[actix_web::test]
async fn who_is_deactivated_is_out_at_once() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let session = server.expect(sign_in("anna", PASSWORD), 200).await;
    assert_eq!(status(&server, &token(&session)).await, 200);
    server
        .admin()
        .patch(
            &format!("/users/{}", anna.id),
            1,
            json!({"active": false}),
            200,
        )
        .await;
    assert_eq!(status(&server, &token(&session)).await, 401);
    server.expect(refresh(&session.cookies()), 401).await;
    server.expect(sign_in("anna", PASSWORD), 401).await;
}

#[actix_web::test]
async fn a_changed_role_or_scope_holds_from_the_next_request_on() {
    let (server, _fresh) = server().await;
    let anna = server.hire("anna", "agent", "north").await;
    let ticket = anna.open_ticket(json!({"subject": "x"})).await;
    let path = format!("/users/{}", anna.id);
    server
        .admin()
        .patch(&path, 1, json!({"roles": ["analyst"]}), 200)
        .await;
    anna.post("/tickets", json!({"subject": "x"}), 403).await;
    anna.get(&format!("/tickets/{ticket}"), 200).await;
    let south = server.company.team("south");
    server
        .admin()
        .patch(&path, 2, json!({"scope_team_id": south}), 200)
        .await;
    anna.get(&format!("/tickets/{ticket}"), 404).await;
}

#[actix_web::test]
async fn a_new_password_ends_the_other_sessions() {
    let (server, _fresh) = server().await;
    server.hire("anna", "agent", "north").await;
    let here = server.expect(sign_in("anna", PASSWORD), 200).await;
    let there = server.expect(sign_in("anna", PASSWORD), 200).await;
    let change = |current: &str| {
        let body = json!({"current_password": current, "new_password": "another long password"});
        Call::put("/me/password", body).token(&token(&here))
    };
    let refused = server.expect(change("not the password"), 422).await;
    assert_eq!(
        refused.faults(),
        [("/current_password".to_owned(), "invalid_value".to_owned())]
    );
    assert!(
        !refused.text().contains("not the password"),
        "what may be a secret is not echoed"
    );
    server.expect(change(PASSWORD), 204).await;
    assert_eq!(status(&server, &token(&here)).await, 200);
    assert_eq!(status(&server, &token(&there)).await, 401);
    server.expect(sign_in("anna", PASSWORD), 401).await;
    server
        .expect(sign_in("anna", "another long password"), 200)
        .await;
}

/// What an operation by one of two servers over one database does to a session that the other one
/// has just taken for true.
async fn is_refused_elsewhere(end: impl AsyncFn(&Server, &Answer)) {
    on_each_database(async |fresh| {
        let here = Server::over(fresh).await;
        let there = Server::of(fresh.db.clone(), here.company.clone(), &[]).await;
        here.hire("anna", "agent", "north").await;
        let session = here.expect(sign_in("anna", PASSWORD), 200).await;
        let token = token(&session);
        assert_eq!(status(&there, &token).await, 200);
        end(&here, &session).await;
        assert_eq!(status(&here, &token).await, 401, "here at once");
        there.clock.advance(rapport_api::auth::caller::KEEP);
        assert_eq!(status(&there, &token).await, 401, "there within seconds");
        let restarted = Server::of(fresh.db.clone(), here.company.clone(), &[]).await;
        assert_eq!(status(&restarted, &token).await, 401, "after a restart");
    })
    .await;
}

#[actix_web::test]
async fn a_session_that_ends_in_one_server_ends_in_every_other_and_after_a_restart() {
    is_refused_elsewhere(async |server, session| {
        let out = Call::new(Method::POST, "/auth/sign-out").header("cookie", &session.cookies());
        server.expect(out, 204).await;
    })
    .await;
    let patched = async |server: &Server, change: serde_json::Value| {
        let admin = server.admin();
        let users = admin.get("/users?q=anna", 200).await;
        let path = format!("/users/{}", users.ids()[0]);
        admin.patch(&path, 1, change, 200).await;
    };
    is_refused_elsewhere(async |server, _| patched(server, json!({"active": false})).await).await;
    is_refused_elsewhere(async |server, _| {
        let admin = server.admin();
        let users = admin.get("/users?q=anna", 200).await;
        let sessions = format!("/users/{}/sessions", users.ids()[0]);
        admin.expect(Call::delete(&sessions), 204).await;
    })
    .await;
    let password = "another long password";
    is_refused_elsewhere(async |server, _| patched(server, json!({"password": password})).await)
        .await;
}

#[actix_web::test]
async fn a_token_of_another_persons_session_is_refused() {
    let (server, _fresh) = server().await;
    let (anna, bert) = (
        server.hire("anna", "agent", "north").await,
        server.hire("bert", "agent", "north").await,
    );
    let owner = Owner {
        user: anna.id,
        ..session_of(bert.id)
    };
    let issued = server.state.tokens.issue(owner, Uuid::nil(), server.now());
    let token = issued.unwrap();
    assert_eq!(status(&server, &token).await, 401);
    assert_eq!(status(&server, &bert.token()).await, 200);
    assert_eq!(status(&server, &token).await, 401, "nor when it is kept");
}
