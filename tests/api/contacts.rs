//! Contacts over HTTP: adding, changing, removing, who sees them, and what they lead to.

use rapport_tests::databases::{Heard, on_each_database};
use rapport_tests::server::{Call, Client, Server, id, server};
use serde_json::{Value, json};

async fn organisation(client: &Client<'_>, name: &str) -> String {
    client
        .add_customer(json!({"name": name, "kind": "organisation"}))
        .await
}

/// Adds a contact and gives it.
async fn contact(client: &Client<'_>, organisation: &str, body: Value) -> Value {
    client
        .post(&format!("/customers/{organisation}/contacts"), body, 201)
        .await
        .json()
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value[member].as_str().unwrap()
}

#[actix_web::test]
async fn a_new_person_becomes_a_contact_in_one_request_or_not_at_all() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let firm = organisation(&admin, "华远科技").await;
        let path = format!("/customers/{firm}/contacts");
        let new = json!({"person": {"name": "王芳", "phones": ["138 0013 8000"]}, "role": "采购",
            "preferred_channel": "wechat"});
        let answer = admin.post(&path, new, 201).await;
        let made = answer.json();
        assert_eq!(answer.header("etag"), "\"1\"");
        assert_eq!(
            answer.header("location"),
            format!("/api/v1/contacts/{}", id(&answer))
        );
        assert_eq!(
            (
                &made["role"],
                &made["preferred_channel"],
                &made["is_primary"]
            ),
            (&json!("采购"), &json!("wechat"), &json!(true)),
            "the first one is the one to ask first"
        );
        let person = admin
            .get(&format!("/customers/{}", text(&made, "person_id")), 200)
            .await
            .json();
        assert_eq!(person["phones"], json!(["+8613800138000"]));
        assert_eq!(person["kind"], "person");
        let firm_record = admin.get(&format!("/customers/{firm}"), 200).await.json();
        assert_eq!(person["team_id"], firm_record["team_id"]);

        let count = "SELECT COUNT(*) AS n FROM customers";
        let before = fresh.number(count).await;
        for (body, status, faults) in [
            (json!({}), 422, vec![("/person_id", "required")]),
            (
                json!({"person": {"name": "李雷"}, "preferred_channel": "pigeon"}),
                422,
                vec![("/preferred_channel", "unknown_code")],
            ),
            (
                json!({"person": {"name": "李雷", "phones": ["x"]}}),
                422,
                vec![("/person/phones/0", "invalid_phone")],
            ),
            (
                json!({"person": {"name": "李雷", "owner_id": "user_01h455vb4pex5vsknk084sn02q"}}),
                422,
                vec![("/person/owner_id", "unknown_record")],
            ),
            (
                json!({"person": {"name": "华远", "kind": "organisation"}}),
                422,
                vec![("/person/kind", "not_a_person")],
            ),
            (
                json!({"person_id": "customer_01h455vb4pex5vsknk084sn02q"}),
                422,
                vec![("/person_id", "unknown_record")],
            ),
            (
                json!({"person_id": firm}),
                422,
                vec![("/person_id", "not_a_person")],
            ),
            (
                json!({"person_id": made["person_id"]}),
                409,
                vec![("/person_id", "taken")],
            ),
        ] {
            let refused = admin.post(&path, body.clone(), status).await;
            let faults: Vec<_> = faults
                .iter()
                .map(|(place, code)| ((*place).to_owned(), (*code).to_owned()))
                .collect();
            assert_eq!(refused.faults(), faults, "{body}");
        }
        let keyed = json!({"name": "李雷", "external_ids": [{"source": "crm", "id": "7"}]});
        admin.add_customer(keyed.clone()).await;
        let refused = admin.post(&path, json!({"person": keyed}), 409).await;
        assert_eq!(
            refused.faults(),
            [("/person/external_ids".to_owned(), "taken".to_owned())]
        );
        assert_eq!(fresh.number(count).await, before + 1, "nobody was added");
        let of_person = format!("/customers/{}/contacts", text(&made, "person_id"));
        let refused = admin
            .post(&of_person, json!({"person": {"name": "李雷"}}), 409)
            .await;
        assert_eq!(refused.code(), "not_an_organisation");
    })
    .await;
}

#[actix_web::test]
async fn a_person_is_a_contact_of_several_organisations_and_each_has_one_to_ask_first() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let (firm, other) = (
            organisation(&admin, "华远科技").await,
            organisation(&admin, "东方贸易").await,
        );
        let wang = contact(&admin, &firm, json!({"person": {"name": "王芳"}})).await;
        let li = contact(
            &admin,
            &firm,
            json!({"person": {"name": "李雷"}, "is_primary": true, "role": "财务"}),
        )
        .await;
        contact(
            &admin,
            &other,
            json!({"person_id": wang["person_id"], "is_primary": false}),
        )
        .await;
        let list = admin.get(&format!("/customers/{firm}/contacts"), 200).await;
        assert_eq!(list.ids(), [text(&li, "id"), text(&wang, "id")]);
        let wang_path = format!("/contacts/{}", text(&wang, "id"));
        let now = admin.get(&wang_path, 200).await.json();
        assert_eq!(
            (&now["is_primary"], &now["version"]),
            (&json!(false), &json!(2))
        );

        let list = admin
            .get(
                &format!(
                    "/customers/{}/organisations?sort=name",
                    text(&wang, "person_id")
                ),
                200,
            )
            .await
            .json();
        let names: Vec<&str> = list["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| text(&row["customer"], "name"))
            .collect();
        assert_eq!(names, ["东方贸易", "华远科技"]);
        assert_eq!(list["total"], json!({"count": 2, "exact": true}));

        // What changes, and what does not.
        let patch = json!({"is_primary": true, "role": "采购", "note": "上午"});
        admin.patch(&wang_path, 1, patch.clone(), 412).await;
        let after = admin.patch(&wang_path, 2, patch.clone(), 200).await.json();
        assert_eq!(
            (&after["version"], &after["role"]),
            (&json!(3), &json!("采购"))
        );
        let again = admin.patch(&wang_path, 3, patch, 200).await.json();
        assert_eq!(again["version"], 3, "nothing changed");
        let li_path = format!("/contacts/{}", text(&li, "id"));
        assert_eq!(
            admin.get(&li_path, 200).await.json()["is_primary"],
            json!(false)
        );
        let primary = "SELECT COUNT(*) AS n FROM contacts WHERE is_primary";
        assert_eq!(fresh.number(primary).await, 1);
        let refused = admin
            .patch(&wang_path, 3, json!({"person_id": wang["person_id"]}), 422)
            .await;
        assert_eq!(refused.faults()[0].1, "unknown_field");
        let refused = admin
            .patch(&wang_path, 3, json!({"preferred_channel": "pigeon"}), 422)
            .await;
        assert_eq!(
            refused.faults(),
            [("/preferred_channel".to_owned(), "unknown_code".to_owned())]
        );
        // One cursor holds for one organisation.
        let page = admin
            .get(&format!("/customers/{firm}/contacts?limit=1"), 200)
            .await
            .json();
        let cursor = text(&page, "next_cursor");
        admin
            .get(
                &format!("/customers/{firm}/contacts?limit=1&cursor={cursor}"),
                200,
            )
            .await;
        let refused = admin
            .get(
                &format!("/customers/{other}/contacts?limit=1&cursor={cursor}"),
                422,
            )
            .await;
        assert_eq!(refused.code(), "invalid_cursor");
        let file = admin
            .get(
                &format!("/customers/{firm}/contacts?format=csv&primary=true"),
                200,
            )
            .await
            .text();
        assert_eq!(file.lines().count(), 2, "{file}");
        assert!(file.contains("王芳") && file.contains("采购"), "{file}");
    })
    .await;
}

#[actix_web::test]
async fn who_sees_the_organisation_sees_its_contacts_but_only_a_seen_person_can_be_reached() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let (north, south) = (server.company.team("north"), server.company.team("south"));
        let firm = json!({"name": "华远科技", "kind": "organisation", "team_id": north});
        let firm = admin.add_customer(firm).await;
        let person =
            |name: &str, team| json!({"name": name, "phones": ["13800138000"], "team_id": team});
        let near = contact(&admin, &firm, json!({"person": person("王芳", north)})).await;
        let far = contact(&admin, &firm, json!({"person": person("李雷", south)})).await;
        let anna = server.hire("anna", "agent", "north").await;
        let sun = server.hire("sun", "agent", "south").await;
        let path = format!("/customers/{firm}/contacts");
        let list = anna.get(&path, 200).await.json();
        let rows = list["data"].as_array().unwrap();
        assert_eq!(rows[0]["reach"]["phones"], json!(["+8613800138000"]));
        assert_eq!(
            (&rows[1]["person"]["name"], &rows[1]["reach"]),
            (&json!("李雷"), &Value::Null)
        );
        let file = anna.get(&format!("{path}?format=csv"), 200).await.text();
        assert_eq!(file.matches("13800138000").count(), 1, "{file}");
        anna.get(&format!("/customers/{}", text(&far, "person_id")), 404)
            .await;
        // Who sees the person alone does not learn for whom it speaks.
        let far_path = format!("/contacts/{}", text(&far, "id"));
        for path in [&path, &far_path] {
            sun.get(path, 404).await;
        }
        let of_far = format!("/customers/{}/organisations", text(&far, "person_id"));
        assert!(sun.get(&of_far, 200).await.ids().is_empty());
        sun.delete(&far_path, 1, 404).await;
        sun.patch(&far_path, 1, json!({"role": "x"}), 404).await;
        // A person outside the scope cannot be made a contact.
        let hidden = admin.add_customer(person("韩梅", south)).await;
        let refused = anna.post(&path, json!({"person_id": hidden}), 422).await;
        assert_eq!(
            refused.faults(),
            [("/person_id".to_owned(), "unknown_record".to_owned())]
        );
        // But whoever is one may be named by who sees the organisation.
        let named = json!({"subject": "x", "customer_id": firm, "contact_id": far["person_id"]});
        let ticket = anna.post("/tickets", named, 201).await.json();
        let names = anna
            .get(
                &format!("/tickets/{}?include=names", text(&ticket, "id")),
                200,
            )
            .await
            .json();
        assert_eq!(names["included"]["contact"]["name"], "李雷");
        // The change log shows a contact to those who see its organisation.
        let shown = fresh
            .rows("SELECT DISTINCT scope_after FROM changes WHERE entity = 'contact'")
            .await;
        let shown: String = shown[0].try_get("", "scope_after").unwrap();
        assert!(shown.contains(&north.to_string()), "{shown}");
        drop(near);
    })
    .await;
}

#[actix_web::test]
async fn an_organisation_and_its_tickets_are_found_by_their_contact_as_it_is_now() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let firm = organisation(&admin, "华远科技").await;
        let wang = contact(
            &admin,
            &firm,
            json!({"person": {"name": "王芳", "phones": ["13800138000"]}}),
        )
        .await;
        let person = text(&wang, "person_id").to_owned();
        let asked = json!({"subject": "发票", "customer_id": firm, "contact_id": person});
        let ticket = admin.open_ticket(asked).await;
        let other = admin
            .open_ticket(json!({"subject": "发票", "customer_id": firm}))
            .await;
        let customers = async |q: &str| admin.get(&format!("/customers?q={q}"), 200).await.ids();
        let tickets = async |q: &str| admin.get(&format!("/tickets?q={q}"), 200).await.ids();
        for q in ["wangfang", "wf", "8000", "13800138000"] {
            assert_eq!(
                customers(q).await.len(),
                2,
                "{q}: the person and its company"
            );
            assert_eq!(tickets(q).await, std::slice::from_ref(&ticket), "{q}");
        }
        // The whole name is first of all the person's.
        assert_eq!(
            customers("%E7%8E%8B%E8%8A%B3").await,
            [person.clone(), firm.clone()]
        );

        let path = format!("/customers/{person}");
        let renamed = json!({"name": "韩梅", "phones": ["13900139111"]});
        admin.patch(&path, 1, renamed, 200).await;
        for q in ["wangfang", "8000"] {
            assert!(customers(q).await.is_empty(), "{q}");
            assert!(tickets(q).await.is_empty(), "{q}");
        }
        assert_eq!(customers("9111").await.len(), 2);
        assert_eq!(tickets("hanmei").await, std::slice::from_ref(&ticket));
        // The organisation itself changes; so does the ticket.
        let firm_path = format!("/customers/{firm}");
        admin
            .patch(&firm_path, 1, json!({"name": "东方贸易"}), 200)
            .await;
        assert_eq!(customers("9111").await.len(), 2);
        assert_eq!(tickets("9111").await, std::slice::from_ref(&ticket));
        assert_eq!(tickets("dongfang").await.len(), 2);
        let other_path = format!("/tickets/{other}");
        admin
            .patch(&other_path, 1, json!({"contact_id": person}), 200)
            .await;
        assert_eq!(tickets("9111").await.len(), 2);
        let of_contact = admin
            .get(&format!("/tickets?contact={person}&total=exact"), 200)
            .await;
        assert_eq!(of_contact.ids().len(), 2);
        // Once the link is gone the company is not found any more; the tickets remember.
        let contact_path = format!("/contacts/{}", text(&wang, "id"));
        admin.delete(&contact_path, 1, 204).await;
        assert_eq!(customers("9111").await, std::slice::from_ref(&person));
        assert_eq!(tickets("9111").await.len(), 2);
        let kept = admin.get(&format!("/tickets/{ticket}"), 200).await.json();
        assert_eq!(kept["contact_id"], json!(person));
    })
    .await;
}

#[actix_web::test]
async fn a_ticket_names_only_a_contact_of_its_customer() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let (firm, other) = (
        organisation(&admin, "华远科技").await,
        organisation(&admin, "东方贸易").await,
    );
    let wang = contact(&admin, &firm, json!({"person": {"name": "王芳"}})).await;
    let person = text(&wang, "person_id");
    let stranger = admin.add_customer(json!({"name": "李雷"})).await;
    let fault = [("/contact_id".to_owned(), "not_a_contact".to_owned())];
    for body in [
        json!({"subject": "x", "contact_id": person}),
        json!({"subject": "x", "customer_id": other, "contact_id": person}),
        json!({"subject": "x", "customer_id": firm, "contact_id": stranger}),
        json!({"subject": "x", "customer_id": stranger, "contact_id": stranger}),
    ] {
        let refused = admin.post("/tickets", body.clone(), 422).await;
        assert_eq!(refused.faults(), fault, "{body}");
    }
    let asked = json!({"subject": "x", "customer_id": firm, "contact_id": person});
    let path = format!("/tickets/{}", admin.open_ticket(asked).await);
    for body in [
        json!({"customer_id": other}),
        json!({"customer_id": null}),
        json!({"contact_id": stranger}),
    ] {
        let refused = admin.patch(&path, 1, body.clone(), 422).await;
        assert_eq!(refused.faults(), fault, "{body}");
    }
    let moved = json!({"customer_id": other, "contact_id": null});
    let moved = admin.patch(&path, 1, moved, 200).await.json();
    assert_eq!(moved["contact_id"], Value::Null);
    let back = json!({"customer_id": firm, "contact_id": person});
    admin.patch(&path, 2, back, 200).await;
    // What no longer speaks for the customer stays on the ticket, and other edits go on.
    admin
        .delete(&format!("/contacts/{}", text(&wang, "id")), 1, 204)
        .await;
    let edited = admin
        .patch(&path, 3, json!({"priority": "high"}), 200)
        .await
        .json();
    assert_eq!(edited["contact_id"], json!(person));
}

#[actix_web::test]
async fn a_customer_with_contacts_or_that_is_one_keeps_its_kind_and_cannot_be_deleted() {
    let (server, fresh) = server().await;
    let admin = server.admin();
    let firm = organisation(&admin, "华远科技").await;
    let wang = contact(&admin, &firm, json!({"person": {"name": "王芳"}})).await;
    let person = text(&wang, "person_id").to_owned();
    for (customer, kind) in [(&firm, "person"), (&person, "organisation")] {
        let path = format!("/customers/{customer}");
        let refused = admin.patch(&path, 1, json!({"kind": kind}), 422).await;
        assert_eq!(
            refused.faults(),
            [("/kind".to_owned(), "has_contacts".to_owned())]
        );
        assert_eq!(admin.delete(&path, 1, 409).await.code(), "in_use");
    }
    let asked = json!({"subject": "x", "customer_id": firm, "contact_id": person});
    let ticket = format!("/tickets/{}", admin.open_ticket(asked).await);
    let path = format!("/contacts/{}", text(&wang, "id"));
    admin.delete(&path, 2, 412).await;
    admin.delete(&path, 1, 204).await;
    admin.get(&path, 404).await;
    let tombstones =
        "SELECT COUNT(*) AS n FROM changes WHERE entity = 'contact' AND action = 'deleted'";
    assert_eq!(fresh.number(tombstones).await, 1);
    let person_path = format!("/customers/{person}");
    let refused = admin.delete(&person_path, 1, 409).await;
    assert_eq!(refused.code(), "in_use", "a ticket names it");
    admin
        .patch(&ticket, 1, json!({"contact_id": null}), 200)
        .await;
    admin.delete(&person_path, 1, 204).await;
    admin
        .patch(
            &format!("/customers/{firm}"),
            1,
            json!({"kind": "person"}),
            200,
        )
        .await;
}

#[actix_web::test]
async fn contacts_are_listed_and_read_in_few_statements() {
    on_each_database(async |fresh| {
        let heard = Heard::default();
        let db = fresh.connect(&heard.options()).await;
        let company = rapport_tests::builders::Company::found(&fresh.db).await;
        let server = Server::of(db.clone(), company, &[]).await;
        let anna = server.hire("anna", "manager", "north").await;
        let firm = organisation(&anna, "华远科技").await;
        for number in 0..20 {
            let name = format!("王芳{number}");
            contact(&anna, &firm, json!({"person": {"name": name}})).await;
        }
        let one = anna
            .get(&format!("/customers/{firm}/contacts?limit=1"), 200)
            .await
            .json();
        let (one, person) = (
            text(&one["data"][0], "id").to_owned(),
            text(&one["data"][0]["person"], "id").to_owned(),
        );
        for (path, most) in [
            (format!("/customers/{firm}/contacts"), 2),
            (format!("/customers/{person}/organisations"), 2),
            (format!("/contacts/{one}"), 2),
        ] {
            heard.take();
            anna.expect(Call::get(&path), 200).await;
            let count = heard.take().len();
            assert!((1..=most).contains(&count), "{path}: {count}");
        }
        db.close().await;
    })
    .await;
}
