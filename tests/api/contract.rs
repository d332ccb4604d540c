//! The contract: what holds for every operation, read from the document, so that an operation
//! added later is held to it too.

use std::collections::BTreeSet;
use std::path::Path;

use actix_web::http::Method;
use rapport_api::deprecations::DEPRECATIONS;
use rapport_tests::server::server;
use serde_json::{Value, json};

use crate::operations::{Ground, OPERATIONS, described};

fn document() -> Value {
    serde_json::from_str(rapport_api::openapi::json()).unwrap()
}

#[test]
fn the_document_is_openapi_3_1_with_everything_that_an_operation_must_say() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    for member in ["title", "version", "description"] {
        assert!(
            !document["info"][member].as_str().unwrap().is_empty(),
            "info.{member}"
        );
    }
    let tags: BTreeSet<&str> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    let schemes = document["components"]["securitySchemes"]
        .as_object()
        .unwrap();
    let mut ids = BTreeSet::new();
    for operation in described() {
        let what = format!("{} {}", operation.method, operation.path);
        assert!(
            ids.insert(operation.id.clone()),
            "{} is the id of two operations",
            operation.id
        );
        for member in ["summary", "description"] {
            assert!(
                !operation.value[member]
                    .as_str()
                    .unwrap_or_default()
                    .is_empty(),
                "{what} has no {member}"
            );
        }
        let own: Vec<&str> = operation.value["tags"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert!(own.len() == 1 && tags.contains(own[0]), "{what}: {own:?}");
        let security = operation.value["security"].as_array();
        let security = security.unwrap_or_else(|| panic!("{what} does not say who may call it"));
        assert!(
            !security.is_empty(),
            "{what}: an empty object says that nobody needs to sign in"
        );
        for scheme in security
            .iter()
            .flat_map(|way| way.as_object().unwrap().keys())
        {
            assert!(
                schemes.contains_key(scheme),
                "{what}: no security scheme {scheme}"
            );
        }
        let responses = operation.value["responses"].as_object().unwrap();
        assert!(
            responses.keys().any(|status| status.starts_with('2')),
            "{what} never succeeds"
        );
        for (status, response) in responses
            .iter()
            .filter(|(status, _)| status.as_str() >= "400")
        {
            let reference = response["$ref"].as_str();
            let response = reference.map_or(response, |reference| {
                document
                    .pointer(reference.strip_prefix('#').unwrap())
                    .unwrap()
            });
            assert!(
                response["content"]["application/problem+json"].is_object(),
                "{what} {status} is no problem"
            );
        }
        assert_problems(&what, &operation);
        assert_path(&what, &operation);
    }
}

/// The problems that the kind of operation can end in.
fn assert_problems(what: &str, operation: &crate::operations::Described) {
    let responses = operation.value["responses"].as_object().unwrap();
    let needs = |status: &str, when: bool| {
        assert!(
            !when || responses.contains_key(status),
            "{what} does not tell of {status}"
        );
    };
    let is_api = operation.path.starts_with("/api/v1/");
    needs("500", true);
    needs("503", true);
    let is_counted = |way: &Value| way.get("bearer").is_some();
    let security = operation.value["security"].as_array().unwrap();
    needs("429", security.iter().any(is_counted));
    needs(
        "401",
        is_api && operation.value["security"] != json!([{}]) && operation.id != "sign_out",
    );
    needs("404", operation.path.contains('{'));
    needs("422", is_api);
    for status in ["400", "413", "415", "422"] {
        needs(status, operation.has_body());
    }
    needs("412", operation.has_parameter("If-Match"));
    needs("304", operation.has_parameter("If-None-Match"));
}

/// Every name in the path is a required parameter, and the other way round.
fn assert_path(what: &str, operation: &crate::operations::Described) {
    let names: BTreeSet<String> = operation
        .path
        .split('{')
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap().to_owned())
        .collect();
    let told: BTreeSet<String> = operation
        .parameters()
        .iter()
        .filter(|parameter| parameter["in"] == "path")
        .inspect(|parameter| assert_eq!(parameter["required"], true, "{what}"))
        .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, told, "{what}");
    let mut seen = BTreeSet::new();
    for parameter in operation.parameters() {
        let key = (parameter["in"].to_string(), parameter["name"].to_string());
        assert!(seen.insert(key), "{what}: {} twice", parameter["name"]);
        assert!(
            !parameter["description"]
                .as_str()
                .unwrap_or_default()
                .is_empty(),
            "{what}: {}",
            parameter["name"]
        );
        assert!(
            parameter["schema"].is_object(),
            "{what}: {} has no schema",
            parameter["name"]
        );
    }
}

#[test]
fn what_goes_away_is_marked_in_the_document_and_has_a_last_day() {
    let marked: BTreeSet<_> = described()
        .into_iter()
        .filter(|operation| operation.value["deprecated"] == true)
        .map(|operation| (operation.method.to_string(), operation.path))
        .collect();
    let table: BTreeSet<_> = DEPRECATIONS
        .iter()
        .inspect(|entry| assert!(entry.since < entry.sunset, "{entry:?}"))
        .map(|entry| (entry.method.to_string(), entry.path.to_owned()))
        .collect();
    assert_eq!(marked, table);
}

#[test]
fn every_answer_tells_its_request_id_and_those_of_a_credential_its_quota() {
    let document = document();
    for operation in described() {
        let what = format!("{} {}", operation.method, operation.path);
        let security = operation.value["security"].as_array().unwrap();
        let is_counted = security.iter().any(|way| way.get("bearer").is_some());
        for (status, response) in operation.value["responses"].as_object().unwrap() {
            let is_shared = response["$ref"].as_str();
            let shared = |reference: &str| document.pointer(reference.strip_prefix('#').unwrap());
            let response = is_shared.map_or(response, |reference| shared(reference).unwrap());
            let tells = |name: &str| {
                let header = response["headers"][name]["$ref"].as_str();
                header == Some(&format!("#/components/headers/{name}"))
            };
            assert!(tells("X-Request-Id"), "{what} {status}");
            // A shared problem may be of a request that was counted.
            let expected = is_counted || is_shared.is_some();
            let expected = expected && !["401", "408"].contains(&status.as_str());
            for name in ["RateLimit", "RateLimit-Policy"] {
                assert_eq!(tells(name), expected, "{what} {status} {name}");
            }
        }
    }
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let document = document();
    let mut open = vec![&document];
    let mut count = 0;
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    count += 1;
                    let pointer = reference.strip_prefix('#').unwrap();
                    assert!(
                        document.pointer(pointer).is_some(),
                        "{reference} leads nowhere"
                    );
                }
                open.extend(members.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    assert!(count > 100, "only {count} references");
}

#[test]
fn the_committed_document_is_the_built_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi/openapi.json");
    let committed = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; `cargo xtask openapi` writes it",
            path.display()
        )
    });
    let committed: Value = serde_json::from_str(&committed).unwrap();
    // Not assert_eq: the two documents would fill the screen.
    assert!(
        committed == document(),
        "openapi/openapi.json is outdated; `cargo xtask openapi` writes it anew"
    );
}

#[actix_web::test]
async fn every_operation_refuses_an_unknown_parameter() {
    let (server, _fresh) = server().await;
    let ground = Ground::of(&server);
    server.hire("newcomer", "admin", "north").await;
    for (operation, _) in OPERATIONS {
        let mut call = ground.valid(operation, "newcomer", None).await.unwrap();
        call.path.push_str(if call.path.contains('?') {
            "&colour=red"
        } else {
            "?colour=red"
        });
        let refused = ground.admin.send(call).await;
        assert_eq!(refused.status, 422, "{operation}: {}", refused.text());
        assert_eq!(
            refused.faults(),
            [("colour".to_owned(), "unknown_parameter".to_owned())],
            "{operation}"
        );
        assert_eq!(
            refused.header("content-type"),
            "application/problem+json",
            "{operation}"
        );
    }
}

#[actix_web::test]
async fn every_parameter_of_the_document_is_read() {
    let (server, _fresh) = server().await;
    let ground = Ground::of(&server);
    for operation in described() {
        for parameter in operation
            .parameters()
            .iter()
            .filter(|parameter| parameter["in"] == "query")
        {
            let name = parameter["name"].as_str().unwrap();
            let mut call = ground.valid(&operation.id, "admin", None).await.unwrap();
            // Acceptable or not, it must not be unknown.
            let path = call.path.split('?').next().unwrap().to_owned();
            let needed = if name != "by" && operation.id == "get_breakdown_report" {
                "by=team&"
            } else {
                ""
            };
            let needed = if name != "q" && operation.id == "search_records" {
                "q=x&"
            } else {
                needed
            };
            // Parameters that only mean something beside another.
            let beside = if operation.id == "list_tickets" && name != "metric" {
                "metric=created&"
            } else {
                ""
            };
            call.path = format!("{path}?{needed}{beside}{name}=1");
            let answer = ground.admin.send(call).await;
            let unknown = answer.status == 422
                && answer
                    .faults()
                    .iter()
                    .any(|(_, code)| code == "unknown_parameter");
            assert!(!unknown, "{} {name}: {}", operation.id, answer.text());
            assert!(
                answer.status < 500,
                "{} {name}: {}",
                operation.id,
                answer.text()
            );
        }
    }
}

#[actix_web::test]
async fn every_body_is_refused_when_it_is_not_what_the_document_says() {
    let (server, _fresh) = server().await;
    let ground = Ground::of(&server);
    server.hire("newcomer", "admin", "north").await;
    for operation in described()
        .into_iter()
        .filter(|operation| operation.has_json_body())
    {
        let id = &operation.id;
        let valid = ground.valid(id, "newcomer", None).await.unwrap();
        let valid = valid.token(&ground.admin.token());
        let send = async |body: &str| server.send(valid.clone().bytes(body)).await;

        let unknown = send(r#"{"colour": "red"}"#).await;
        assert_eq!(unknown.status, 422, "{id}: {}", unknown.text());
        let colour = ("/colour".to_owned(), "unknown_field".to_owned());
        assert!(
            unknown.faults().contains(&colour),
            "{id}: {}",
            unknown.text()
        );

        for (body, pointer, code) in [
            ("[]", "", "wrong_type"),
            ("\"x\"", "", "wrong_type"),
            ("null", "", "not_null"),
        ] {
            let refused = send(body).await;
            assert_eq!(refused.status, 422, "{id} {body}");
            assert_eq!(
                refused.faults(),
                [(pointer.to_owned(), code.to_owned())],
                "{id} {body}"
            );
        }
        for broken in [
            "",
            "{",
            "{\"a\":}",
            "{} {}",
            "not json",
            "{\"a\": 1,}",
            "\u{feff}{}",
        ] {
            let refused = send(broken).await;
            assert_eq!(
                (refused.status, refused.code().as_str()),
                (400, "invalid_json"),
                "{id} {broken:?}"
            );
        }
        for deep in [
            "[".repeat(3_000),
            format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100)),
        ] {
            let refused = send(&deep).await;
            assert_eq!(
                (refused.status, refused.code().as_str()),
                (400, "invalid_json"),
                "{id}: deep nesting"
            );
        }
        for media_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/xml",
            "application/jsonx",
        ] {
            let refused = server
                .send(valid.clone().header("content-type", media_type))
                .await;
            assert_eq!(
                (refused.status, refused.code().as_str()),
                (415, "unsupported_media_type"),
                "{id} {media_type}"
            );
        }
        let untyped = server.send(valid.clone().without("content-type")).await;
        assert_eq!(untyped.status, 415, "{id}: no media type");
        let large = send(&format!("{{\"colour\": \"{}\"}}", "x".repeat(10 << 20))).await;
        assert_eq!(
            (large.status, large.code().as_str()),
            (413, "too_large"),
            "{id}: ten megabytes"
        );
    }
}

#[actix_web::test]
async fn every_member_of_every_body_refuses_a_value_of_another_type() {
    let (server, _fresh) = server().await;
    let ground = Ground::of(&server);
    server.hire("newcomer", "admin", "north").await;
    let document = document();
    for operation in described()
        .into_iter()
        .filter(|operation| operation.has_json_body())
    {
        let reference =
            operation.value["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                .as_str();
        let schema = document
            .pointer(reference.unwrap().strip_prefix('#').unwrap())
            .unwrap();
        let valid = ground
            .valid(&operation.id, "newcomer", None)
            .await
            .unwrap()
            .token(&ground.admin.token());
        for member in schema["properties"].as_object().unwrap().keys() {
            // No member of any body is a list of lists.
            let refused = server
                .send(valid.clone().bytes(json!({member: [[[]]]}).to_string()))
                .await;
            assert_eq!(
                refused.status,
                422,
                "{} {member}: {}",
                operation.id,
                refused.text()
            );
            let pointer = format!("/{member}");
            let is_named = refused
                .faults()
                .iter()
                .any(|(place, _)| place.starts_with(&pointer));
            assert!(is_named, "{} {member}: {}", operation.id, refused.text());
        }
    }
}

#[actix_web::test]
async fn every_change_with_a_version_needs_it_and_refuses_an_old_one() {
    let (server, _fresh) = server().await;
    let ground = Ground::of(&server);
    for operation in described()
        .into_iter()
        .filter(|operation| operation.has_parameter("If-Match"))
    {
        let id = &operation.id;
        let required = operation
            .parameters()
            .iter()
            .any(|p| p["name"] == "If-Match" && p["required"] == true);
        assert!(
            required || operation.method == Method::PUT || operation.method == Method::POST,
            "{id}"
        );
        let call = ground.valid(id, "admin", None).await.unwrap();
        if required {
            let missing = ground.admin.send(call.clone().without("if-match")).await;
            assert_eq!(
                (missing.status, missing.code().as_str()),
                (428, "if_match_required"),
                "{id}"
            );
            let stale = ground.admin.send(call.clone().version(99)).await;
            assert_eq!(
                (stale.status, stale.code().as_str()),
                (412, "stale"),
                "{id}"
            );
            assert!(
                stale.json()["current_version"].as_i64().unwrap() >= 1,
                "{id}"
            );
        }
        for bad in ["7", "W/\"1\"", "*", "\"1\", \"2\"", "\"one\""] {
            let refused = ground
                .admin
                .send(call.clone().header("if-match", bad))
                .await;
            assert_eq!(refused.status, 422, "{id} If-Match: {bad}");
            assert_eq!(
                refused.faults(),
                [("If-Match".to_owned(), "invalid_value".to_owned())],
                "{id}"
            );
        }
    }
}

#[actix_web::test]
async fn every_id_in_a_path_that_names_nothing_is_404() {
    let (server, _fresh) = server().await;
    let ground = Ground::of(&server);
    for operation in described()
        .into_iter()
        .filter(|operation| operation.path.contains("{id}"))
    {
        let call = ground.valid(&operation.id, "admin", None).await.unwrap();
        let feature = operation.path.split('/').nth(3).unwrap();
        let prefix = match feature {
            "categories" => "category".to_owned(),
            other => other.trim_end_matches('s').to_owned(),
        };
        for other in [
            format!("{prefix}_01h455vb4pex5vsknk084sn02q"),
            "x".to_owned(),
            "1".to_owned(),
            format!("{prefix}_01h455vb4pex5vsknk084sn02"),
            format!("{prefix}_81h455vb4pex5vsknk084sn02q"),
            "session_01h455vb4pex5vsknk084sn02q".to_owned(),
            "%00".to_owned(),
            "%E7%8E%8B".to_owned(),
        ] {
            let mut call = call.clone();
            call.path = operation.path.replace("{id}", &other);
            let answer = ground.admin.send(call).await;
            assert_eq!(
                answer.status,
                404,
                "{} {other}: {}",
                operation.id,
                answer.text()
            );
            assert_eq!(answer.code(), "not_found", "{} {other}", operation.id);
        }
    }
}

#[actix_web::test]
async fn every_read_of_a_record_is_304_for_who_holds_its_version() {
    let (server, _fresh) = server().await;
    let ground = Ground::of(&server);
    let mut count = 0;
    for operation in described()
        .into_iter()
        .filter(|operation| operation.has_parameter("If-None-Match"))
    {
        let call = ground.valid(&operation.id, "admin", None).await.unwrap();
        let first = ground.admin.expect(call.clone(), 200).await;
        let version = first.json()["version"].as_i64().unwrap();
        assert_eq!(
            first.header("etag"),
            format!("\"{version}\""),
            "{}",
            operation.id
        );
        let again = ground
            .admin
            .expect(
                call.clone().header("if-none-match", first.header("etag")),
                304,
            )
            .await;
        assert!(again.bytes.is_empty(), "{}", operation.id);
        ground
            .admin
            .expect(call.header("if-none-match", "\"99\""), 200)
            .await;
        count += 1;
    }
    assert!(count >= 10, "{count} reads carry a version");
}
