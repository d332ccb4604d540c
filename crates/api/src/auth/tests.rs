//! Signing in, refreshing and signing out, on the real routes over a real SQLite file.

use actix_web::body::MessageBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::{Method, header};
use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
use actix_web::web;
use chrono::TimeDelta;
use rapport_persistence::configuration::{FirstStart, seed};
use rapport_persistence::writes::WriteContext;
use rapport_types::sessions::{AccessToken, Me};
use rapport_types::text::Username;
use serde_json::json;

use crate::state::AppState;
use crate::tests::state;

const PASSWORD: &str = "correct horse battery";

async fn seeded() -> (web::Data<AppState>, tempfile::TempDir) {
    let (state, folder) = state(&[]).await;
    let username = Username::try_from("anna".to_owned()).unwrap();
    let start = FirstStart::new(username, state.passwords.hash(PASSWORD).await.unwrap()).unwrap();
    let context = WriteContext::system("test", state.clock.now());
    seed(&state.db, context, &start, || state.ids.next())
        .await
        .unwrap();
    (state, folder)
}

fn sign_in(username: &str, password: &str) -> TestRequest {
    TestRequest::post()
        .uri("/api/v1/auth/sign-in")
        .set_json(json!({"username": username, "password": password}))
}

fn with_cookies(method: Method, path: &str, cookies: &str) -> TestRequest {
    TestRequest::with_uri(path)
        .method(method)
        .insert_header((header::COOKIE, cookies))
}

fn me(token: &str) -> TestRequest {
    TestRequest::get()
        .uri("/api/v1/me")
        .insert_header(("authorization", format!("Bearer {token}")))
}

/// The cookies that an answer sets, as a browser would send them back.
fn cookies(response: &ServiceResponse<impl MessageBody>) -> String {
    let set = response.headers().get_all(header::SET_COOKIE);
    let pairs = set.filter_map(|cookie| cookie.to_str().unwrap().split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

/// The answer to a request; a function cannot name the type of the app.
macro_rules! answer {
    ($app:expr, $request:expr) => {
        call_service(&$app, $request.to_request()).await
    };
}

/// The status of the answer.
macro_rules! status {
    ($app:expr, $request:expr) => {
        answer!($app, $request).status().as_u16()
    };
}

#[actix_web::test]
async fn a_session_lives_through_refreshes_until_it_is_ended() {
    let (state, _folder) = seeded().await;
    let app = init_service(crate::app(state.clone())).await;
    let signed_in = answer!(app, sign_in(" Anna ", PASSWORD));
    assert_eq!(signed_in.status(), 200);
    let first = cookies(&signed_in);
    let token: AccessToken = read_body_json(signed_in).await;
    assert_eq!(token.expires_in_seconds, 600);
    let who: Me = read_body_json(answer!(app, me(&token.access_token))).await;
    assert_eq!(who.username.as_str(), "anna");
    assert_eq!(
        status!(app, with_cookies(Method::GET, "/api/v1/me", &first)),
        200
    );
    let by_cookie = with_cookies(Method::PUT, "/api/v1/me/password", &first);
    assert_eq!(
        status!(app, by_cookie),
        401,
        "a cookie is not enough to write"
    );

    state.clock.advance(TimeDelta::minutes(10));
    assert_eq!(
        status!(app, me(&token.access_token)),
        401,
        "the token is old"
    );
    let refreshed = answer!(
        app,
        with_cookies(Method::POST, "/api/v1/auth/refresh", &first)
    );
    assert_eq!(refreshed.status(), 200);
    let second = cookies(&refreshed);
    let token: AccessToken = read_body_json(refreshed).await;
    assert_eq!(status!(app, me(&token.access_token)), 200);

    let signed_out = answer!(
        app,
        with_cookies(Method::POST, "/api/v1/auth/sign-out", &second)
    );
    assert_eq!(signed_out.status(), 204);
    assert_eq!(cookies(&signed_out), "rapport_access=; rapport_refresh=");
    assert_eq!(
        status!(app, me(&token.access_token)),
        401,
        "the session has ended"
    );
    assert_eq!(
        status!(
            app,
            with_cookies(Method::POST, "/api/v1/auth/refresh", &second)
        ),
        401
    );
}

#[actix_web::test]
async fn a_spent_refresh_token_ends_the_session_but_a_parallel_one_does_not() {
    let (state, _folder) = seeded().await;
    let app = init_service(crate::app(state.clone())).await;
    let refresh = |cookies: &str| with_cookies(Method::POST, "/api/v1/auth/refresh", cookies);
    let first = cookies(&answer!(app, sign_in("anna", PASSWORD)));
    let second = cookies(&answer!(app, refresh(&first)));
    let parallel = answer!(app, refresh(&first));
    assert_eq!(parallel.status(), 200);
    assert!(
        !cookies(&parallel).contains("rapport_refresh"),
        "the successor stays the newest"
    );
    state.clock.advance(TimeDelta::seconds(11));
    let token: AccessToken = read_body_json(parallel).await;
    assert_eq!(status!(app, me(&token.access_token)), 200);
    let reused = answer!(app, refresh(&first));
    assert_eq!(reused.status(), 401);
    assert_eq!(cookies(&reused), "rapport_access=; rapport_refresh=");
    assert_eq!(status!(app, refresh(&second)), 401);
    assert_eq!(status!(app, me(&token.access_token)), 401);
}

#[actix_web::test]
async fn unknown_names_and_wrong_passwords_look_alike_and_are_throttled_alike() {
    let (state, _folder) = seeded().await;
    let app = init_service(crate::app(state.clone())).await;
    let mut answers = Vec::new();
    for name in ["anna", "nobody", "no user name!"] {
        for _ in 0..10 {
            let response = answer!(app, sign_in(name, "wrong password"));
            assert_eq!(response.status(), 401, "{name}");
            let mut answer: serde_json::Value = read_body_json(response).await;
            answer["request_id"] = json!("");
            answers.push(answer);
        }
        let refused = answer!(app, sign_in(name, PASSWORD));
        assert_eq!(refused.status(), 429, "{name}");
        assert_eq!(refused.headers().get(header::RETRY_AFTER).unwrap(), "900");
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    state.clock.advance(TimeDelta::minutes(15));
    assert_eq!(status!(app, sign_in("anna", PASSWORD)), 200);
}

#[actix_web::test]
async fn a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    let (state, _folder) = seeded().await;
    let app = init_service(crate::app(state.clone())).await;
    let other = answer!(app, sign_in("anna", PASSWORD));
    let other_cookies = cookies(&other);
    let other: AccessToken = read_body_json(other).await;
    let own: AccessToken = read_body_json(answer!(app, sign_in("anna", PASSWORD))).await;
    let change = |current: &str, new: &str| {
        TestRequest::put()
            .uri("/api/v1/me/password")
            .insert_header(("authorization", format!("Bearer {}", own.access_token)))
            .set_json(json!({"current_password": current, "new_password": new}))
    };
    assert_eq!(status!(app, change("wrong password", "another one")), 422);
    assert_eq!(status!(app, change(PASSWORD, "short")), 422);
    assert_eq!(
        status!(app, change(PASSWORD, "a longer one than that")),
        204
    );
    assert_eq!(status!(app, me(&own.access_token)), 200);
    assert_eq!(status!(app, me(&other.access_token)), 401);
    assert_eq!(
        status!(
            app,
            with_cookies(Method::POST, "/api/v1/auth/refresh", &other_cookies)
        ),
        401
    );
    assert_eq!(status!(app, sign_in("anna", PASSWORD)), 401);
    assert_eq!(status!(app, sign_in("anna", "a longer one than that")), 200);
}
