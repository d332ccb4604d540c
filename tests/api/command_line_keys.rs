//! The command line makes services and their API keys.

use rapport_tests::databases::{Fresh, sqlite};
use rapport_tests::program::{err, out, rapport};
use rapport_tests::server::{Call, Server};
use serde_json::{Value, json};

fn url(fresh: &Fresh) -> String {
    format!("sqlite://{}", fresh.file().display())
}

/// What a command says that is refused.
fn refusal(fresh: &Fresh, arguments: &[&str], status: i32) -> String {
    let refused = rapport(&url(fresh), arguments, &[]);
    assert_eq!(refused.status.code(), Some(status), "{arguments:?}");
    assert_eq!(out(&refused), "", "{arguments:?}");
    err(&refused)
}

/// Adds a key to `web.shop` and gives its id and the key itself.
fn key(fresh: &Fresh, arguments: &[&str]) -> (String, String) {
    let arguments = [&["key", "add", "web.shop", "--name", "Web shop"], arguments].concat();
    let added = rapport(&url(fresh), &arguments, &[]);
    assert!(added.status.success(), "{}", err(&added));
    let line = out(&added);
    let said = line.strip_prefix("added ").unwrap().trim_end();
    let (id, key) = said.split_once(", key ").unwrap();
    (id.to_owned(), key.to_owned())
}

/// The database of a server, with the service `web.shop`, an agent.
async fn shop() -> (Fresh, Server) {
    let fresh = sqlite().await;
    let server = Server::over(&fresh).await;
    let add = ["user", "add", "web.shop", "--service", "--role", "agent"];
    // That password is of people.
    let settings = [("RAPPORT_USER_PASSWORD", "short")];
    let added = rapport(&url(&fresh), &add, &settings);
    assert!(added.status.success(), "{}", err(&added));
    assert_eq!(out(&added), "added web.shop\n");
    (fresh, server)
}

#[actix_web::test]
async fn a_service_is_added_and_calls_by_the_key_that_is_printed_once() {
    let (fresh, server) = shop().await;
    let (id, secret) = key(
        &fresh,
        &["--scope", "view_tickets", "--scope", "manage_users"],
    );
    let me = server
        .expect(Call::get("/me").token(&secret), 200)
        .await
        .json();
    assert_eq!(
        (&me["username"], &me["kind"], &me["api_key_id"]),
        (&json!("web.shop"), &json!("service"), &json!(id))
    );
    assert_eq!(me["permissions"], json!(["view_tickets"]));

    let told = server.admin().get(&format!("/api-keys/{id}"), 200).await;
    let told = told.json();
    assert_eq!(told["name"], "Web shop");
    assert_eq!(told["scopes"], json!(["view_tickets", "manage_users"]));
    assert_eq!(
        [&told["created_by"], &told["expires_at"]],
        [&Value::Null, &Value::Null]
    );
    let logged = format!("SELECT COUNT(*) AS n FROM changes WHERE after LIKE '%{secret}%'");
    assert_eq!(fresh.number(&logged).await, 0);

    let (_, all) = key(&fresh, &["--all-scopes"]);
    let me = server.expect(Call::get("/me").token(&all), 200).await;
    let me = me.json();
    assert_eq!(me["scopes"], me["permissions"]);
    assert!(me["scopes"].as_array().unwrap().len() > 1, "{me}");
}

#[actix_web::test]
async fn a_printed_key_ends_when_it_is_to_and_holds_where_it_is_to() {
    let (fresh, server) = shop().await;
    let (id, secret) = key(
        &fresh,
        &[
            "--scope",
            "view_tickets",
            "--expires",
            "2199-12-31T08:00:00+08:00",
            "--address",
            "192.0.2.0/24",
            "--address",
            "2001:db8::1",
        ],
    );
    let told = server.admin().get(&format!("/api-keys/{id}"), 200).await;
    let told = told.json();
    assert_eq!(told["expires_at"], "2199-12-31T00:00:00Z");
    assert_eq!(told["addresses"], json!(["192.0.2.0/24", "2001:db8::1"]));
    // Calls of these tests have no address.
    let refused = server.expect(Call::get("/me").token(&secret), 403).await;
    assert_eq!(refused.code(), "address_not_allowed");
}

#[actix_web::test]
async fn a_key_that_cannot_be_is_refused_with_the_reason() {
    let (fresh, _server) = shop().await;
    let add = |username: &'static str, more: &[&'static str]| {
        [&["key", "add", username, "--name", "Web shop"], more].concat()
    };
    let view = ["--scope", "view_tickets"];
    for (arguments, reason) in [
        (add("nobody", &view), "there is no such user"),
        (add("admin", &view), "only services have keys"),
        (
            add(
                "web.shop",
                &[&view[..], &["--expires", "2020-01-01T00:00:00Z"]].concat(),
            ),
            "expires_at: This instant lies in the past.",
        ),
        (add("web.shop", &[view, view].concat()), "scopes/1: "),
    ] {
        let said = refusal(&fresh, &arguments, 1);
        assert!(said.contains(reason), "{arguments:?}: {said}");
    }
    for more in [
        &[][..],
        &["--scope", "everything"],
        &["--scope", "view_tickets", "--all-scopes"],
        &["--scope", "view_tickets", "--expires", "tomorrow"],
        &[
            "--scope",
            "view_tickets",
            "--expires",
            "2200-01-01T00:00:00Z",
        ],
        &["--scope", "view_tickets", "--address", "192.0.2.1/24"],
    ] {
        refusal(&fresh, &add("web.shop", more), 2);
    }
    assert_eq!(fresh.number("SELECT COUNT(*) AS n FROM api_keys").await, 0);
}
