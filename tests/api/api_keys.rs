//! Services and their API keys: who may call what by a key, from where and how long.

use actix_web::http::Method;
use chrono::TimeDelta;
use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Answer, Call, Client, PASSWORD, Server, id};
use serde_json::{Value, json};

/// A service of the role in the team `north`; the path of its keys.
async fn service(server: &Server, admin: &Client<'_>, role: &str) -> String {
    let new = json!({"kind": "service", "username": format!("shop.{role}"), "name": "Web shop",
        "roles": [role], "team_id": server.company.team("north")});
    let made = admin.post("/users", new, 201).await;
    assert_eq!(made.json()["kind"], "service");
    format!("/users/{}/api-keys", id(&made))
}

/// Makes a key and gives it with its secret.
async fn key(admin: &Client<'_>, keys: &str, key: Value) -> (Value, String) {
    let made = admin.post(keys, key, 201).await.json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    (made, secret)
}

async fn get(server: &Server, path: &str, secret: &str, status: u16) -> Answer {
    server.expect(Call::get(path).token(secret), status).await
}

#[actix_web::test]
async fn a_key_may_do_what_both_its_scopes_and_the_roles_of_its_service_allow() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let keys = service(&server, &admin, "agent").await;
        let narrow = json!({"name": "reader", "scopes": ["view_tickets", "manage_users"]});
        let (made, secret) = key(&admin, &keys, narrow).await;

        let me = get(&server, "/me", &secret, 200).await.json();
        assert_eq!(me["kind"], "service");
        assert_eq!(me["api_key_id"], made["id"]);
        assert_eq!(me["permissions"], json!(["view_tickets"]));
        assert_eq!(me["scopes"], json!(["view_tickets", "manage_users"]));
        get(&server, "/tickets", &secret, 200).await;
        for path in ["/customers", "/users/user_01h455vb4pex5vsknk084sn02q"] {
            let refused = get(&server, path, &secret, 403).await;
            assert_eq!(refused.code(), "scope_missing", "{path}");
        }
        let own = admin.get("/me", 200).await.json();
        assert_eq!(
            (&own["kind"], &own["api_key_id"]),
            (&json!("person"), &Value::Null)
        );
        assert_eq!(own["scopes"], own["permissions"]);
    })
    .await;
}

#[actix_web::test]
async fn the_secret_is_shown_once_and_stored_nowhere() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let keys = service(&server, &admin, "agent").await;
        let new = json!({"name": "shop", "scopes": ["view_tickets"]});
        let send = async || {
            let call = Call::post(&keys, new.clone()).header("idempotency-key", "one");
            admin.expect(call, 201).await
        };
        let first = send().await;
        let secret = first.json()["secret"].as_str().unwrap().to_owned();
        assert!(
            secret.starts_with("rpt_") && secret.len() == 68,
            "{}",
            secret.len()
        );

        let again = send().await;
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.json().get("secret"), None);
        assert_eq!(id(&again), id(&first));
        for kept in [
            "SELECT COUNT(*) AS n FROM replies WHERE reply LIKE '%secret%'",
            "SELECT COUNT(*) AS n FROM changes WHERE entity = 'api_key' AND \
             (after LIKE '%secret%' OR after LIKE '%digest%')",
        ] {
            assert_eq!(fresh.number(kept).await, 0, "{kept}");
        }
        let logged = "SELECT COUNT(*) AS n FROM changes WHERE entity = 'api_key'";
        assert_eq!(fresh.number(logged).await, 1);
        let digest = rapport_api::auth::tokens::opaque(&secret);
        let stored = format!("SELECT COUNT(*) AS n FROM api_keys WHERE digest = '{digest}'");
        assert_eq!(fresh.number(&stored).await, 1);
        let path = format!("/api-keys/{}", id(&first));
        assert_eq!(admin.get(&path, 200).await.json().get("secret"), None);
        let listed = admin.get(&keys, 200).await;
        assert_eq!(listed.ids(), [id(&first)]);
        assert_eq!(listed.json()["data"][0]["last_used_at"], Value::Null);
        get(&server, "/tickets", &secret, 200).await;
        let listed = admin.get(&keys, 200).await.json();
        assert!(listed["data"][0]["last_used_at"].is_string(), "{listed}");
    })
    .await;
}

#[actix_web::test]
async fn an_unknown_an_expired_and_a_revoked_key_are_refused_alike() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let keys = service(&server, &admin, "agent").await;
        let ends = server.now() + TimeDelta::seconds(3);
        let short = json!({"name": "short", "scopes": ["view_tickets"], "expires_at": ends});
        let (_, short) = key(&admin, &keys, short).await;
        let long = json!({"name": "long", "scopes": ["view_tickets"]});
        let (made, long) = key(&admin, &keys, long).await;
        let path = format!("/api-keys/{}", made["id"].as_str().unwrap());
        for secret in [&short, &long] {
            get(&server, "/tickets", secret, 200).await;
        }

        // The key is still kept in memory.
        server.clock.advance(TimeDelta::seconds(3));
        admin.expect(Call::delete(&path), 428).await;
        admin.delete(&path, 7, 412).await;
        get(&server, "/tickets", &long, 200).await;
        admin.delete(&path, 1, 204).await;
        let unknown = format!("rpt_{}", "0".repeat(64));
        for secret in [&short, &long, &unknown] {
            let refused = get(&server, "/tickets", secret, 401).await;
            assert_eq!(refused.code(), "invalid_api_key");
        }
        admin.get(&path, 404).await;
    })
    .await;
}

#[actix_web::test]
async fn a_service_that_is_deactivated_is_refused_with_all_its_keys() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let keys = service(&server, &admin, "agent").await;
        let new = json!({"name": "shop", "scopes": ["view_tickets"]});
        let (_, secret) = key(&admin, &keys, new).await;
        get(&server, "/tickets", &secret, 200).await;
        let user = keys.trim_end_matches("/api-keys");
        admin.patch(user, 1, json!({"active": false}), 200).await;
        let refused = get(&server, "/tickets", &secret, 401).await;
        assert_eq!(refused.code(), "invalid_api_key");
    })
    .await;
}

#[actix_web::test]
async fn a_key_with_a_list_of_addresses_is_refused_from_others() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let keys = service(&server, &admin, "agent").await;
        // Calls of these tests have no address at all.
        let new =
            json!({"name": "shop", "scopes": ["view_tickets"], "addresses": ["192.0.2.0/24"]});
        let (made, secret) = key(&admin, &keys, new).await;
        assert_eq!(made["addresses"], json!(["192.0.2.0/24"]));
        let refused = get(&server, "/tickets", &secret, 403).await;
        assert_eq!(refused.code(), "address_not_allowed");
    })
    .await;
}

#[actix_web::test]
async fn a_service_has_no_password_and_cannot_sign_in() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let keys = service(&server, &admin, "admin").await;
        for password in ["", PASSWORD] {
            let given = json!({"username": "shop.admin", "password": password});
            let refused = server.expect(Call::post("/auth/sign-in", given), 401).await;
            assert_eq!(refused.code(), "wrong_credentials");
        }
        let user = keys.trim_end_matches("/api-keys");
        let set = admin
            .patch(user, 1, json!({"password": PASSWORD}), 422)
            .await;
        assert_eq!(
            set.faults(),
            [("/password".to_owned(), "has_no_password".to_owned())]
        );
        let new = json!({"name": "all", "scopes": ["manage_users"]});
        let (_, secret) = key(&admin, &keys, new).await;
        let change = json!({"current_password": "", "new_password": PASSWORD});
        let call = Call::put("/me/password", change).token(&secret);
        assert_eq!(server.expect(call, 403).await.code(), "not_allowed");

        let team = server.company.team("north");
        let person = json!({"username": "p", "name": "P", "roles": [], "team_id": team});
        let mut both = person.clone();
        both["kind"] = json!("service");
        both["password"] = json!(PASSWORD);
        both["username"] = json!("svc");
        let refused = admin.post("/users", both, 422).await;
        assert_eq!(refused.faults()[0].1, "has_no_password");
        let mut none = person;
        none["username"] = json!("pp");
        let refused = admin.post("/users", none, 422).await;
        assert_eq!(refused.faults()[0].1, "required");
    })
    .await;
}

#[actix_web::test]
async fn people_have_no_keys_and_a_bad_key_is_not_made() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let anna = server.hire("anna", "agent", "north").await;
        let good = json!({"name": "shop", "scopes": ["view_tickets"]});
        let own = format!("/users/{}/api-keys", anna.id);
        let refused = admin.post(&own, good.clone(), 409).await;
        assert_eq!(refused.code(), "not_a_service");
        let keys = service(&server, &admin, "agent").await;
        for (member, value, fault) in [
            ("scopes", json!([]), ("/scopes", "required")),
            (
                "expires_at",
                json!(server.now()),
                ("/expires_at", "in_past"),
            ),
            (
                "expires_at",
                json!("9999-12-31T00:00:00Z"),
                ("/expires_at", "out_of_range"),
            ),
            (
                "addresses",
                json!(["192.0.2.1/24"]),
                ("/addresses/0", "invalid_address_range"),
            ),
        ] {
            let mut bad = good.clone();
            bad[member] = value;
            let refused = admin.post(&keys, bad, 422).await;
            let fault = (fault.0.to_owned(), fault.1.to_owned());
            assert_eq!(refused.faults(), [fault], "{member}");
        }
    })
    .await;
}

#[actix_web::test]
async fn two_keys_of_a_service_do_not_share_their_idempotency_keys() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let keys = service(&server, &admin, "agent").await;
        let new = json!({"name": "shop", "scopes": ["work_tickets"]});
        let (_, one) = key(&admin, &keys, new.clone()).await;
        let (_, other) = key(&admin, &keys, new).await;
        let open = async |secret: &str| {
            let call = Call::new(Method::POST, "/tickets").json(&json!({"subject": "x"}));
            let call = call.header("idempotency-key", "k").token(secret);
            id(&server.expect(call, 201).await)
        };
        let first = open(&one).await;
        assert_eq!(open(&one).await, first);
        assert_ne!(open(&other).await, first);
    })
    .await;
}

#[actix_web::test]
async fn only_a_trusted_service_tells_for_whom_it_acts_and_the_log_names_both() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let keys = service(&server, &admin, "admin").await;
        let scopes = json!(["work_tickets", "act_on_behalf"]);
        let (_, trusted) = key(&admin, &keys, json!({"name": "crm", "scopes": scopes})).await;
        let scopes = json!(["work_tickets"]);
        let (_, other) = key(&admin, &keys, json!({"name": "shop", "scopes": scopes})).await;
        let call = |token: &str, name: &str| {
            Call::post("/tickets", json!({"subject": "空调不制冷"}))
                .token(token)
                .header("x-on-behalf-of", name)
        };
        let name = "Li%20Wei%20%E7%8E%8B%E8%8A%B3";
        let opened = server.expect(call(&trusted, name), 201).await;
        let refused = server.expect(call(&other, name), 403).await;
        assert_eq!(refused.code(), "scope_missing");
        let refused = server.expect(call(&admin.token(), name), 403).await;
        assert_eq!(refused.code(), "not_allowed");
        let long = "a".repeat(1_001);
        for bad in ["", "%20", "%FF", "a%00b", "Li Wei", "a\tb", &long] {
            let refused = server.expect(call(&trusted, bad), 422).await;
            let fault = ("X-On-Behalf-Of".to_owned(), "invalid_value".to_owned());
            assert_eq!(refused.faults(), [fault], "{bad}");
        }
        // For whom it acts belongs to what it says: sent again for another person it is another request.
        let sent = |name| call(&trusted, name).header("idempotency-key", "1f0c1d3e");
        let first = server.expect(sent(name), 201).await;
        let again = server.expect(sent(name), 201).await;
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.json()["id"], first.json()["id"]);
        let refused = server.expect(sent("Anna"), 422).await;
        assert_eq!(refused.code(), "idempotency_key_reused");
        let log = admin
            .get("/changes?after=0&entity=ticket", 200)
            .await
            .json();
        let entry = &log["data"][0];
        assert_eq!(entry["id"], opened.json()["id"]);
        assert_eq!(entry["on_behalf_of"], "Li Wei 王芳");
        let user = keys.split('/').nth(2).unwrap();
        assert_eq!(entry["actor"], json!({"kind": "user", "id": user}));
    })
    .await;
}
