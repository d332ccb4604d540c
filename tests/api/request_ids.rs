//! Request ids: in every answer, whichever layer makes it.

use actix_web::http::Method;
use rapport_tests::builders::Company;
use rapport_tests::databases::sqlite;
use rapport_tests::server::{Answer, Call, Server};
use serde_json::json;

const METRICS_TOKEN: &str = "0123456789abcdef";

/// A request of the web app's own paths.
fn page(path: &str) -> Call {
    let mut call = Call::get("/healthz");
    path.clone_into(&mut call.path);
    call
}

/// The id of an answer, which a problem repeats.
fn id_of(what: &str, answer: &Answer) -> String {
    let ids: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "x-request-id")
        .collect();
    let [(_, id)] = ids[..] else {
        panic!("{what}: {ids:?}")
    };
    if answer.status >= 400 {
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{what}"
        );
        assert_eq!(answer.json()["request_id"], json!(id), "{what}");
    }
    id.clone()
}

#[actix_web::test]
async fn every_layer_keeps_a_good_id_and_replaces_a_bad_one() {
    let fresh = sqlite().await;
    let company = Company::found(&fresh.db).await;
    let settings = [
        ("RAPPORT_METRICS_TOKEN", METRICS_TOKEN),
        ("RAPPORT_KEY_REQUESTS_PER_MINUTE", "0"),
        ("RAPPORT_REQUESTS_PER_MINUTE", "17"),
        ("RAPPORT_REQUESTS_IN_WORK", "2"),
        ("RAPPORT_REQUESTS_WAITING", "0"),
    ];
    let server = Server::of(fresh.db.clone(), company, &settings).await;
    let token = server.admin().token();
    let signed_in = |call: Call| call.token(&token);
    let ticket = "/tickets/ticket_01h455vb4pex5vsknk084sn02q";
    let text = Call::post("/tickets", json!({})).header("content-type", "text/plain");
    let item = json!({"ref": "1", "data": {}});
    let layers = [
        // Outside the API.
        (page("/"), 200),
        (page("/missing.js"), 404),
        (page(&format!("/?{}", "a".repeat(9_000))), 400),
        (Call::new(Method::POST, "/healthz"), 405),
        (Call::get("/healthz"), 200),
        (Call::new(Method::HEAD, "/readyz"), 200),
        (Call::get("/metrics"), 401),
        (Call::get("/metrics").token(METRICS_TOKEN), 200),
        (Call::get("/api/openapi.json"), 200),
        (Call::get("/api/docs/"), 200),
        (Call::get("/api/docs/nothing.js"), 404),
        // Before the credential is looked at.
        (Call::get("/nothing"), 404),
        (Call::delete("/tickets"), 405),
        (
            Call::new(Method::POST, "/tickets").header("content-length", "99999999"),
            413,
        ),
        (Call::post("/tickets?x=1", json!({})), 422),
        (
            Call::post("/tickets", json!({})).header("idempotency-key", "a b"),
            422,
        ),
        (Call::get("/me"), 401),
        (Call::get("/me").token("rpt_unknown"), 401),
        (
            Call::post(
                "/auth/sign-in",
                json!({"username": "nobody", "password": "x"}),
            ),
            401,
        ),
        // After that.
        (signed_in(Call::get("/me")), 200),
        (signed_in(Call::get("/tickets?format=csv")), 200),
        (signed_in(Call::get("/changes/stream")), 200),
        (signed_in(Call::get("/changes?after=999999")), 422),
        (signed_in(Call::get(ticket)), 404),
        (signed_in(text), 415),
        (signed_in(Call::post("/tickets", json!({})).bytes("{")), 400),
        (
            signed_in(Call::post(
                "/tickets/batch",
                json!({"mode": "each", "items": [item]}),
            )),
            207,
        ),
    ];
    let both = async |what: &str, call: &Call, status: u16| {
        let kept = server
            .expect(call.clone().header("x-request-id", "call-7.a_B"), status)
            .await;
        assert_eq!(id_of(what, &kept), "call-7.a_B", "{what}");
        let bad = server
            .expect(call.clone().header("x-request-id", "call 7"), status)
            .await;
        let new = id_of(what, &bad);
        assert!(!new.is_empty() && new != "call 7", "{what}: {new}");
        kept
    };
    let mut last = None;
    for (call, status) in &layers {
        let what = format!("{} {} {status}", call.method, call.path);
        last = Some(both(&what, call, *status).await);
    }
    let batch = last.unwrap().json();
    assert_eq!(batch["results"][0]["problem"]["request_id"], "call-7.a_B");
    // Nobody is let in.
    let held = server.state.admission.reads.enter().await.unwrap();
    let held = (held, server.state.admission.reads.enter().await.unwrap());
    both("overload", &signed_in(Call::get("/me")), 503).await;
    drop(held);
    let seventeenth = server.expect(signed_in(Call::get("/me")), 200).await;
    assert_eq!(seventeenth.header("ratelimit"), "\"session\";r=0;t=60");
    both("limit", &signed_in(Call::get("/me")), 429).await;
    // The server is told to stop.
    server.state.stop();
    both("stopping", &Call::get("/readyz"), 503).await;
}
