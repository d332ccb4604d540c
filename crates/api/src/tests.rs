//! What holds for every request, on the real routes over a real SQLite file.

use actix_web::body::MessageBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::{Method, header};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web;
use rapport_persistence::database::{Database, Options as DatabaseOptions};
use rapport_types::problem::Problem;

use crate::auth::password::Cost;
use crate::clock::Clock;
use crate::config::Config;
use crate::deprecations::Deprecation;
use crate::state::{AppState, Options};

/// A state over an empty database in a folder of its own.
pub(crate) async fn state(settings: &[(&str, &str)]) -> (web::Data<AppState>, tempfile::TempDir) {
    state_with(settings, Options::default()).await
}

async fn state_with(
    settings: &[(&str, &str)],
    options: Options,
) -> (web::Data<AppState>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.sqlite").display());
    let of_database = DatabaseOptions {
        durable: false,
        connections: 2,
        ..Default::default()
    };
    let db = Database::connect(&url, &of_database).await.unwrap();
    rapport_persistence::migrations::migrate(&db).await.unwrap();
    let config = Config::read(|key| {
        settings
            .iter()
            .find(|(k, _)| *k == key)
            .map(|(_, value)| (*value).to_owned())
    });
    let clock = Clock::at("2026-05-31T08:00:00Z".parse().unwrap());
    let options = Options {
        clock,
        password_cost: Cost::TEST,
        ..options
    };
    (
        web::Data::new(AppState::new(db, config.unwrap(), options).await.unwrap()),
        folder,
    )
}

async fn problem(response: ServiceResponse<impl MessageBody>) -> Problem {
    assert_eq!(
        response.headers().get(header::CONTENT_TYPE).unwrap(),
        "application/problem+json"
    );
    let status = response.status();
    let id = response
        .headers()
        .get("x-request-id")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    let problem: Problem = serde_json::from_slice(&read_body(response).await).unwrap();
    assert_eq!(problem.status, status);
    assert_eq!(problem.request_id, id, "{problem:?}");
    problem
}

#[actix_web::test]
async fn every_refusal_is_a_problem_whichever_layer_made_it() {
    let (state, _folder) = state(&[]).await;
    let app = init_service(crate::app(state)).await;
    let json = ("content-type", "application/json");
    let sign_in = || TestRequest::post().uri("/api/v1/auth/sign-in");
    for (request, status, code) in [
        (
            TestRequest::get().uri("/api/v1/nothing"),
            404,
            "no_such_route",
        ),
        (TestRequest::get().uri("/api"), 404, "no_such_route"),
        (TestRequest::get().uri("/missing.js"), 404, "no_such_route"),
        (
            TestRequest::get().uri("/api/v1/auth/sign-in"),
            405,
            "method_not_allowed",
        ),
        (
            TestRequest::delete().uri("/healthz"),
            405,
            "method_not_allowed",
        ),
        (TestRequest::post().uri("/"), 405, "method_not_allowed"),
        (sign_in().set_payload("{}"), 415, "unsupported_media_type"),
        (
            sign_in().insert_header(json).set_payload("{"),
            400,
            "invalid_json",
        ),
        (
            sign_in().insert_header(json).set_payload("{}"),
            422,
            "invalid",
        ),
        (
            sign_in().insert_header(json).set_payload(vec![b' '; 5_000]),
            413,
            "too_large",
        ),
        (
            sign_in()
                .insert_header(json)
                .insert_header(("content-length", "99999999")),
            413,
            "too_large",
        ),
        (
            TestRequest::post().uri("/api/v1/auth/refresh?x=1"),
            422,
            "invalid",
        ),
        (
            TestRequest::post().uri("/api/v1/auth/refresh"),
            401,
            "not_signed_in",
        ),
        (
            TestRequest::put().uri("/api/v1/me/password"),
            401,
            "not_signed_in",
        ),
        (
            TestRequest::get().uri(&format!("/healthz?{}", "a".repeat(9_000))),
            400,
            "bad_request",
        ),
    ] {
        let request = request.to_request();
        let what = format!("{} {}", request.method(), request.path());
        let response = call_service(&app, request).await;
        assert_eq!(response.status(), status, "{what}");
        assert_eq!(problem(response).await.code, code, "{what}");
    }
}

#[actix_web::test]
async fn a_wrong_method_names_the_right_ones() {
    let (state, _folder) = state(&[]).await;
    let app = init_service(crate::app(state)).await;
    for (path, allowed) in [("/api/v1/auth/sign-in", "POST"), ("/healthz", "GET, HEAD")] {
        let request = TestRequest::patch().uri(path).to_request();
        let response = call_service(&app, request).await;
        assert_eq!(response.headers().get(header::ALLOW).unwrap(), allowed);
    }
}

#[actix_web::test]
async fn problems_speak_the_readers_language_and_carry_the_callers_request_id() {
    let (state, _folder) = state(&[]).await;
    let app = init_service(crate::app(state)).await;
    let request = TestRequest::post()
        .uri("/api/v1/auth/refresh")
        .insert_header((header::ACCEPT_LANGUAGE, "zh-CN,zh;q=0.9"))
        .insert_header(("x-request-id", "call-7"))
        .to_request();
    let problem = problem(call_service(&app, request).await).await;
    assert_eq!(problem.title, "请先登录。");
    assert_eq!(problem.request_id, "call-7");
}

#[actix_web::test]
async fn what_goes_away_says_so_in_every_answer() {
    let day = |text: &str| text.parse().unwrap();
    let entry = Deprecation {
        method: Method::GET,
        path: "/api/v1/tickets/{id}",
        since: day("2026-12-01"),
        sunset: day("2027-06-01"),
        successor: Some("/api/v1/cases/{id}"),
        about: "/api/docs/",
    };
    let options = Options {
        deprecations: vec![entry].leak(),
        ..Options::default()
    };
    let (state, _folder) = state_with(&[], options).await;
    let app = init_service(crate::app(state)).await;
    let send = async |request: TestRequest| call_service(&app, request.to_request()).await;
    let path = "/api/v1/tickets/ticket_01h455vb4pex5vsknk084sn02q";
    for request in [
        TestRequest::get(),
        TestRequest::default().method(Method::HEAD),
    ] {
        let answer = send(request.uri(path)).await;
        assert_eq!(answer.status(), 401);
        let header = |name: &str| answer.headers().get(name).unwrap().to_str().unwrap();
        assert_eq!(header("deprecation"), "@1796083200");
        assert_eq!(header("sunset"), "Tue, 01 Jun 2027 00:00:00 GMT");
        let link = "</api/v1/cases/{id}>; rel=\"successor-version\", \
            </api/docs/>; rel=\"deprecation\"";
        assert_eq!(header("link"), link);
    }
    for request in [
        TestRequest::patch().uri(path),
        TestRequest::get().uri("/api/v1/tickets"),
        TestRequest::get().uri("/api/v1/nothing"),
    ] {
        let answer = send(request).await;
        for name in ["deprecation", "sunset", "link"] {
            assert!(!answer.headers().contains_key(name), "{name}");
        }
    }
}

#[actix_web::test]
async fn head_is_answered_where_get_is() {
    let (state, _folder) = state(&[]).await;
    let app = init_service(crate::app(state)).await;
    for path in ["/healthz", "/", "/api/openapi.json"] {
        let request = TestRequest::with_uri(path)
            .method(Method::HEAD)
            .to_request();
        assert_eq!(call_service(&app, request).await.status(), 200, "{path}");
    }
}

#[actix_web::test]
async fn answers_carry_the_headers_that_make_browsers_careful() {
    let (state, _folder) = state(&[("RAPPORT_PUBLIC_URL", "https://desk.example")]).await;
    let app = init_service(crate::app(state)).await;
    for path in [
        "/",
        "/tickets/open",
        "/api/docs/",
        "/healthz",
        "/api/v1/nothing",
    ] {
        let response = call_service(&app, TestRequest::get().uri(path).to_request()).await;
        let value = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|v| v.to_str().unwrap().to_owned())
                .unwrap_or_default()
        };
        assert!(
            value("content-security-policy").contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!value("content-security-policy").contains("script-src 'self' 'unsafe-inline'"));
        assert_eq!(value("x-content-type-options"), "nosniff", "{path}");
        assert!(
            value("strict-transport-security").contains("max-age"),
            "{path}"
        );
        if path.starts_with("/api/") {
            assert_eq!(value("cache-control"), "no-store", "{path}");
        }
    }
}

#[actix_web::test]
async fn the_page_answers_every_path_that_is_no_file() {
    let (state, _folder) = state(&[]).await;
    let app = init_service(crate::app(state)).await;
    for path in ["/", "/tickets/ticket_1?sort=-updated_at"] {
        let response = call_service(&app, TestRequest::get().uri(path).to_request()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(
            response.headers().get(header::CONTENT_TYPE).unwrap(),
            "text/html; charset=utf-8"
        );
        let tag = response.headers().get(header::ETAG).unwrap().clone();
        let again = TestRequest::get()
            .uri(path)
            .insert_header((header::IF_NONE_MATCH, tag));
        assert_eq!(call_service(&app, again.to_request()).await.status(), 304);
    }
}

#[actix_web::test]
async fn the_api_browser_needs_no_inline_script_and_shows_this_document() {
    let (state, _folder) = state(&[]).await;
    let app = init_service(crate::app(state)).await;
    let page = call_service(&app, TestRequest::get().uri("/api/docs/").to_request()).await;
    let page = String::from_utf8(read_body(page).await.to_vec()).unwrap();
    for script in page.split("<script").skip(1) {
        assert!(script.trim_start().starts_with("src="), "{script}");
    }
    assert!(!page.contains(" onload="));
    let script = TestRequest::get()
        .uri("/api/docs/swagger-initializer.js")
        .to_request();
    let script = read_body(call_service(&app, script).await).await;
    assert!(
        String::from_utf8(script.to_vec())
            .unwrap()
            .contains(crate::openapi::PATH)
    );
    let missing = TestRequest::get().uri("/api/docs/nothing.js").to_request();
    assert_eq!(call_service(&app, missing).await.status(), 404);
}

#[actix_web::test]
async fn readiness_goes_before_the_server_does() {
    let (state, folder) = state(&[]).await;
    let app = init_service(crate::app(state.clone())).await;
    let ready = || TestRequest::get().uri("/readyz").to_request();
    assert_eq!(call_service(&app, ready()).await.status(), 200);
    let file = folder.path().join("test.sqlite");
    let aside = folder.path().join("aside.sqlite");
    std::fs::rename(&file, &aside).unwrap();
    assert_eq!(
        problem(call_service(&app, ready()).await).await.code,
        "unavailable"
    );
    std::fs::rename(&aside, &file).unwrap();
    assert_eq!(call_service(&app, ready()).await.status(), 200);
    state.stop();
    assert_eq!(problem(call_service(&app, ready()).await).await.status, 503);
    let alive = TestRequest::get().uri("/healthz").to_request();
    assert_eq!(call_service(&app, alive).await.status(), 200);
}
