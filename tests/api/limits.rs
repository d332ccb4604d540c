//! Limits of requests: so many per credential within a minute, over all processes.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use rapport_api::request_limits::exchange;
use rapport_persistence::database::Kind;
use rapport_tests::builders::Company;
use rapport_tests::databases::{Fresh, on_each_database, options, sqlite};
use rapport_tests::http::send;
use rapport_tests::program::Program;
use rapport_tests::server::{Answer, Call, Client, PASSWORD, Server, id};
use serde_json::{Value, json};

const SESSION: &str = "RAPPORT_REQUESTS_PER_MINUTE";
const KEY: &str = "RAPPORT_KEY_REQUESTS_PER_MINUTE";
const METRICS_TOKEN: &str = "0123456789abcdef";

/// A server with these limits.
async fn limited(fresh: &Fresh, session: &str, key: &str) -> Server {
    let company = Company::found(&fresh.db).await;
    let settings = [
        (SESSION, session),
        (KEY, key),
        ("RAPPORT_METRICS_TOKEN", METRICS_TOKEN),
    ];
    Server::of(fresh.db.clone(), company, &settings).await
}

/// The secret of a service's key; making it takes two requests.
async fn key(server: &Server, admin: &Client<'_>) -> String {
    let new = json!({"kind": "service", "username": "web.shop", "name": "Web shop",
        "roles": ["agent"], "team_id": server.company.team("north")});
    let service = id(&admin.post("/users", new, 201).await);
    let new = json!({"name": "shop", "scopes": ["view_tickets"]});
    let keys = format!("/users/{service}/api-keys");
    let made = admin.post(&keys, new, 201).await;
    made.json()["secret"].as_str().unwrap().to_owned()
}

/// The headers of the limit, and after how long to try again.
fn told(answer: &Answer) -> [&str; 3] {
    ["ratelimit-policy", "ratelimit", "retry-after"].map(|name| answer.header(name))
}

#[actix_web::test]
async fn who_has_sent_the_quota_waits_until_it_comes_back_and_nobody_else_does() {
    on_each_database(async |fresh| {
        let server = limited(fresh, "4", "2").await;
        let (admin, lead) = (server.admin(), server.client("lead"));
        let policy = "\"session\";q=4;w=60";
        let secret = key(&server, &admin).await;
        server.clock.advance(TimeDelta::seconds(20));
        let last = admin.get("/tickets", 200).await;
        assert_eq!(told(&last), [policy, "\"session\";r=1;t=40", ""]);
        let last = admin.get("/tickets", 200).await;
        assert_eq!(told(&last), [policy, "\"session\";r=0;t=40", ""]);
        for _ in 0..2 {
            let call = Call::get("/tickets").header("accept-language", "zh-CN");
            let refused = admin.expect(call, 429).await;
            assert_eq!(told(&refused), [policy, "\"session\";r=0;t=40", "40"]);
            assert_eq!(refused.header("content-type"), "application/problem+json");
            assert_eq!(refused.code(), "too_many_requests");
            assert_eq!(refused.json()["title"], "一分钟内请求过多，请稍候再继续。");
        }
        // What is refused has no effect.
        let before = server.state.db.generation();
        admin.post("/tickets", json!({"subject": "x"}), 429).await;
        assert_eq!(server.state.db.generation(), before);

        let other = lead.get("/tickets", 200).await;
        assert_eq!(told(&other), [policy, "\"session\";r=3;t=60", ""]);
        let by_key = Call::get("/tickets").token(&secret);
        let answer = server.expect(by_key.clone(), 200).await;
        assert_eq!(told(&answer), ["\"key\";q=2;w=60", "\"key\";r=1;t=60", ""]);
        server.expect(by_key.clone(), 200).await;
        server.expect(by_key, 429).await;

        server.clock.advance(TimeDelta::seconds(39));
        admin.get("/tickets", 429).await;
        server.clock.advance(TimeDelta::seconds(1));
        // Those that made the key are forgotten, the others count for 20 seconds more.
        let back = admin.get("/tickets", 200).await;
        assert_eq!(told(&back), [policy, "\"session\";r=1;t=20", ""]);

        let page = server.expect(Call::get("/metrics").token(METRICS_TOKEN), 200);
        let page = page.await.text();
        for line in [
            "rapport_http_requests_limited_total{credential=\"session\"} 4",
            "rapport_http_requests_limited_total{credential=\"key\"} 1",
        ] {
            assert!(page.lines().any(|shown| shown == line), "{line} in\n{page}");
        }
    })
    .await;
}

#[actix_web::test]
async fn every_request_of_a_credential_counts_once_however_it_ends() {
    let fresh = sqlite().await;
    let server = limited(&fresh, "100", "100").await;
    let lead = server.client("lead");
    let new = Call::post("/tickets", json!({"subject": "空调不制冷"}));
    let keyed = new.header("idempotency-key", "7f5f3a0f");
    let unknown = "/tickets/ticket_01h455vb4pex5vsknk084sn02q";
    let mut remaining = 100;
    for (call, status) in [
        (Call::get("/me"), 200),
        (Call::get("/tickets?format=csv"), 200),
        (keyed.clone(), 201),
        (keyed, 201),
        (Call::get(unknown), 404),
        (Call::post("/users", json!({})), 403),
        (Call::post("/tickets", json!({})), 422),
        (Call::patch(unknown, json!({})), 428),
        (Call::get("/changes/stream"), 200),
    ] {
        let what = format!("{} {}", call.method, call.path);
        let answer = lead.expect(call, status).await;
        remaining -= 1;
        let limit = format!("\"session\";r={remaining};t=60");
        assert_eq!(
            told(&answer),
            ["\"session\";q=100;w=60", &limit, ""],
            "{what}"
        );
    }
    server.hire("anna", "agent", "north").await;
    let sign_in = json!({"username": "anna", "password": PASSWORD});
    for (call, status) in [
        (Call::get("/healthz"), 200),
        (Call::get("/metrics").token(METRICS_TOKEN), 200),
        (Call::get("/api/openapi.json"), 200),
        (Call::get("/me"), 401),
        (Call::get("/me").token("rpt_unknown"), 401),
        (Call::post("/auth/sign-in", sign_in), 200),
    ] {
        let what = format!("{} {}", call.method, call.path);
        let answer = server.expect(call, status).await;
        assert_eq!(told(&answer), ["", "", ""], "{what}");
    }
}

#[actix_web::test]
async fn without_a_limit_nothing_is_counted_and_nothing_told() {
    let fresh = sqlite().await;
    let server = limited(&fresh, "0", "1").await;
    let admin = server.admin();
    for _ in 0..3 {
        assert_eq!(told(&admin.get("/me", 200).await), ["", "", ""]);
    }
}

#[actix_web::test]
async fn what_one_process_has_admitted_counts_in_the_other_within_a_second() {
    on_each_database(async |fresh| {
        let here = limited(fresh, "3", "1").await;
        let db = fresh.connect(&options()).await;
        let there = Server::of(db, here.company.clone(), &[(SESSION, "3")]).await;
        let rows = async || {
            fresh
                .number("SELECT COUNT(*) AS n FROM request_counts")
                .await
        };
        let tell = async |server: &Server| exchange(&server.state, server.now()).await.unwrap();
        tell(&here).await;
        assert_eq!(rows().await, 0, "nobody has asked");
        here.client("lead").get("/me", 200).await;
        here.clock.advance(TimeDelta::seconds(1));
        here.client("lead").get("/me", 200).await;
        tell(&here).await;
        // Told again, and nothing new.
        tell(&here).await;
        assert_eq!(rows().await, 2, "a row for each second");

        there.clock.set(here.now());
        there.client("lead").get("/me", 200).await;
        tell(&there).await;
        let refused = there.client("lead").get("/me", 429).await;
        assert_eq!(told(&refused)[1..], ["\"session\";r=0;t=59", "59"]);
        there.client("agent").get("/me", 200).await;
        // It learns the same when it has something to tell itself.
        here.clock.advance(TimeDelta::seconds(1));
        here.client("agent").get("/me", 200).await;
        tell(&here).await;
        here.client("lead").get("/me", 429).await;

        for server in [&here, &there] {
            server.clock.advance(TimeDelta::seconds(61));
            server.client("lead").get("/me", 200).await;
            tell(server).await;
        }
        assert_eq!(rows().await, 2, "what nobody counts any more is gone");
    })
    .await;
}

#[actix_web::test]
async fn two_servers_tell_each_other() {
    on_each_database(async |fresh| {
        if fresh.db.kind != Kind::Postgres {
            return;
        }
        let server = Server::over(fresh).await;
        server.hire("anna", "agent", "north").await;
        let quota = [(SESSION, "60")];
        let serve = || Program::serve_with(fresh.url(), &quota);
        let (here, there) = (serve(), serve());
        let given = json!({"username": "anna", "password": PASSWORD});
        let ask = |program: &Program,
                   method: &str,
                   path: &str,
                   token: Option<&str>,
                   body: Option<&Value>| {
            send(&program.address, method, path, token, body).unwrap()
        };
        let (_, signed_in) = ask(&here, "POST", "/api/v1/auth/sign-in", None, Some(&given));
        let token = signed_in["access_token"].as_str();
        for _ in 0..59 {
            assert_eq!(ask(&here, "GET", "/api/v1/me", token, None).0, 200);
        }
        // By itself it would let in 60.
        let began = Instant::now();
        let mut ticks = tokio::time::interval(Duration::from_millis(200));
        while ask(&there, "GET", "/api/v1/me", token, None).0 == 200 {
            assert!(began.elapsed() < Duration::from_secs(10), "it was not told");
            ticks.tick().await;
        }
    })
    .await;
}
