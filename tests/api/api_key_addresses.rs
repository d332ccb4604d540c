//! From where an API key may be used: the real binary on a real socket, direct and behind a proxy.

use rapport_tests::databases::{Fresh, on_each_database};
use rapport_tests::http::send_with;
use rapport_tests::program::Program;
use rapport_tests::server::{Server, id};
use serde_json::json;

/// Keys of one service, each good from one network.
struct Keys {
    /// Good from this machine.
    own: String,
    /// Good from another network.
    other: String,
}

async fn keys(server: &Server) -> Keys {
    let admin = server.admin();
    let new = json!({"kind": "service", "username": "crm", "name": "CRM", "roles": ["agent"],
        "team_id": server.company.team("north")});
    let path = format!(
        "/users/{}/api-keys",
        id(&admin.post("/users", new, 201).await)
    );
    let make = async |network: &str| {
        let new = json!({"name": network, "scopes": ["view_tickets"], "addresses": [network]});
        let made = admin.post(&path, new, 201).await.json();
        made["secret"].as_str().unwrap().to_owned()
    };
    let (own, other) = (make("127.0.0.0/8").await, make("192.0.2.0/24").await);
    Keys { own, other }
}

/// Asks who calls; the status and the code of the refusal.
fn ask(program: &Program, key: &str, forwarded: Option<&str>) -> (u16, String) {
    let bearer = format!("Bearer {key}");
    let mut headers = vec![("Authorization", bearer.as_str())];
    headers.extend(forwarded.map(|value| ("X-Forwarded-For", value)));
    let (status, answer) =
        send_with(&program.address, "GET", "/api/v1/me", &headers, None).unwrap();
    let code = answer["code"].as_str().unwrap_or_default().to_owned();
    (status, code)
}

/// What [`ask`] gives where the key may, and where it may not be used.
fn told(admitted: bool) -> (u16, String) {
    if admitted {
        (200, String::new())
    } else {
        (403, "address_not_allowed".to_owned())
    }
}

/// How many keys have been used.
async fn uses(fresh: &Fresh) -> i64 {
    fresh.number("SELECT COUNT(*) AS n FROM api_key_uses").await
}

#[actix_web::test]
async fn a_key_is_good_from_its_addresses_alone_and_a_header_of_the_caller_does_not_count() {
    on_each_database(async |fresh: &Fresh| {
        let server = Server::over(fresh).await;
        let keys = keys(&server).await;
        let program = Program::serve(fresh.url());
        for forwarded in [None, Some("192.0.2.7"), Some("127.0.0.1, 192.0.2.7")] {
            assert_eq!(
                ask(&program, &keys.other, forwarded),
                told(false),
                "{forwarded:?}"
            );
        }
        assert_eq!(uses(fresh).await, 0, "a refused call is no use");
        for forwarded in [None, Some("192.0.2.7")] {
            assert_eq!(
                ask(&program, &keys.own, forwarded),
                told(true),
                "{forwarded:?}"
            );
        }
        assert_eq!(uses(fresh).await, 1);
    })
    .await;
}

#[actix_web::test]
async fn behind_a_trusted_proxy_the_address_counts_that_the_proxy_has_seen() {
    on_each_database(async |fresh: &Fresh| {
        let server = Server::over(fresh).await;
        let keys = keys(&server).await;
        let settings = [("RAPPORT_TRUST_PROXY", "on")];
        let program = Program::serve_with(fresh.url(), &settings);
        for (forwarded, own, other) in [
            (None, true, false),
            (Some("192.0.2.7"), false, true),
            (Some("198.51.100.1, 192.0.2.7"), false, true),
            // Whoever calls writes what comes first.
            (Some("192.0.2.7, 198.51.100.1"), false, false),
            (Some("192.0.2.7, 127.0.0.1"), true, false),
            (Some("::ffff:192.0.2.7"), false, true),
        ] {
            assert_eq!(
                ask(&program, &keys.own, forwarded),
                told(own),
                "{forwarded:?}"
            );
            assert_eq!(
                ask(&program, &keys.other, forwarded),
                told(other),
                "{forwarded:?}"
            );
        }
    })
    .await;
}
