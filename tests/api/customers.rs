//! Customers over HTTP.

use rapport_tests::server::server;
use serde_json::{Value, json};

#[actix_web::test]
async fn phones_and_emails_are_stored_in_one_form_and_found_in_any() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let new = json!({"name": "  王芳 ", "phones": ["138 0013 8000", "+86-138-0013-8000", "+44 20 7946 0958"],
        "emails": ["Wang.Fang@Example.COM", "wang.fang@example.com"], "tags": ["vip", "vip"]});
    let answer = admin.post("/customers", new, 201).await;
    let customer = answer.json();
    assert_eq!(customer["name"], "王芳");
    assert_eq!(
        customer["phones"],
        json!(["+8613800138000", "+442079460958"])
    );
    assert_eq!(customer["emails"], json!(["wang.fang@example.com"]));
    assert_eq!(customer["tags"], json!(["vip"]));
    assert_eq!(
        answer.header("location"),
        format!("/api/v1/customers/{}", customer["id"].as_str().unwrap())
    );
    assert_eq!(answer.header("etag"), "\"1\"");
    admin.add_customer(json!({"name": "李雷"})).await;
    for q in [
        "%E7%8E%8B%E8%8A%B3",
        "wangfang",
        "wf",
        "8000",
        "wang.fang@example.com",
        "WANG.FANG@EXAMPLE.COM",
    ] {
        let found = admin.get(&format!("/customers?q={q}"), 200).await.ids();
        assert_eq!(found, [customer["id"].as_str().unwrap()], "{q}");
    }
}

#[actix_web::test]
async fn in_a_patch_null_clears_and_absent_keeps() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let new = json!({"name": "王芳", "note": "prefers mail", "region": "华东", "phones": ["13800138000"]});
    let path = format!("/customers/{}", admin.add_customer(new).await);
    let patched = admin
        .patch(&path, 1, json!({"note": null}), 200)
        .await
        .json();
    assert_eq!(
        (&patched["note"], &patched["region"]),
        (&Value::Null, &json!("华东"))
    );
    assert_eq!(patched["phones"], json!(["+8613800138000"]));
    assert_eq!(patched["version"], 2);
    let same = admin
        .patch(&path, 2, json!({"region": "华东"}), 200)
        .await
        .json();
    assert_eq!(same["version"], 2, "nothing changed");
    for body in [
        json!({"name": null}),
        json!({"phones": null}),
        json!({"lifecycle": null}),
    ] {
        admin.patch(&path, 2, body, 422).await;
    }
    let empty = admin
        .patch(&path, 2, json!({"phones": []}), 200)
        .await
        .json();
    assert_eq!(empty["phones"], json!([]));
    let stale = admin.patch(&path, 2, json!({"note": "x"}), 412).await;
    assert_eq!(stale.json()["current_version"], 3);
    for body in [
        json!({"id": "x"}),
        json!({"version": 9}),
        json!({"number": 1}),
        json!({"created_at": null}),
    ] {
        let refused = admin.patch(&path, 3, body, 422).await;
        assert_eq!(refused.faults()[0].1, "unknown_field");
    }
}

#[actix_web::test]
async fn an_external_id_belongs_to_one_customer() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let keyed = |id: &str| json!({"name": "王芳", "external_ids": [{"source": "crm", "id": id}]});
    let first = admin.add_customer(keyed("7")).await;
    let refused = admin.post("/customers", keyed("7"), 409).await;
    assert_eq!(refused.code(), "taken");
    assert_eq!(
        refused.faults(),
        [("/external_ids".to_owned(), "taken".to_owned())]
    );
    let second = admin.add_customer(keyed("8")).await;
    let keys = json!({"external_ids": [{"source": "crm", "id": "7"}]});
    admin
        .patch(&format!("/customers/{second}"), 1, keys.clone(), 409)
        .await;
    // Given up by the first, the second may have it.
    admin
        .patch(
            &format!("/customers/{first}"),
            1,
            json!({"external_ids": []}),
            200,
        )
        .await;
    admin
        .patch(&format!("/customers/{second}"), 1, keys, 200)
        .await;
}

#[actix_web::test]
async fn a_customer_with_tickets_cannot_be_deleted() {
    let (server, fresh) = server().await;
    let admin = server.admin();
    let customer = admin.add_customer(json!({"name": "王芳"})).await;
    let path = format!("/customers/{customer}");
    let ticket = admin
        .open_ticket(json!({"subject": "x", "customer_id": customer}))
        .await;
    let version = admin.version_of(&path).await;
    assert_eq!(admin.delete(&path, version, 409).await.code(), "in_use");
    let ticket = format!("/tickets/{ticket}");
    admin
        .patch(&ticket, 1, json!({"customer_id": null}), 200)
        .await;
    admin.delete(&path, version + 1, 412).await;
    let version = admin.version_of(&path).await;
    admin.delete(&path, version, 204).await;
    admin.get(&path, 404).await;
    assert!(
        admin.get("/customers?q=wf", 200).await.ids().is_empty(),
        "the search has forgotten it"
    );
    let tombstones =
        "SELECT COUNT(*) AS n FROM changes WHERE entity = 'customer' AND action = 'deleted'";
    assert_eq!(fresh.number(tombstones).await, 1);
}

#[actix_web::test]
async fn a_customer_may_name_only_what_exists() {
    let (server, _fresh) = server().await;
    let nobody = "user_01h455vb4pex5vsknk084sn02q";
    for (member, value, code) in [
        ("owner_id", json!(nobody), "unknown_record"),
        (
            "team_id",
            json!("team_01h455vb4pex5vsknk084sn02q"),
            "unknown_record",
        ),
        ("source_channel", json!("pigeon"), "unknown_code"),
        (
            "owner_id",
            json!("team_01h455vb4pex5vsknk084sn02q"),
            "invalid_id",
        ),
        ("birthday_on", json!("2026-02-30"), "invalid_day"),
        ("name", json!("x".repeat(1_000)), "too_long"),
    ] {
        let mut new = json!({"name": "王芳"});
        new[member] = value;
        let refused = server.admin().post("/customers", new, 422).await;
        assert_eq!(refused.faults(), [(format!("/{member}"), code.to_owned())]);
    }
}
