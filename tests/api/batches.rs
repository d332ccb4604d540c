//! Upserts by a key in another system, and batches: each item for itself, or all of them.

use futures_util::future::join_all;
use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Call, Client, Server};
use serde_json::{Value, json};

/// The path of a customer by its key.
fn by_key(id: &str) -> String {
    format!("/customers/by-external-id/crm/{id}")
}

async fn sent(client: &Client<'_>, path: &str, mode: &str, items: Value) -> Value {
    let body = json!({"mode": mode, "items": items});
    client.expect(Call::post(path, body), 207).await.json()
}

/// Outcome and status of each item.
fn outcomes(report: &Value) -> Vec<(String, u64)> {
    let results = report["results"].as_array().unwrap().iter();
    let outcome = |result: &Value| {
        let outcome = result["outcome"].as_str().unwrap().to_owned();
        (outcome, result["status"].as_u64().unwrap())
    };
    results.map(outcome).collect()
}

/// The code of an item's problem with the places and codes of its faults.
fn refusal(report: &Value, index: usize) -> Value {
    let problem = &report["results"][index]["problem"];
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    let fault = |error: &Value| json!([error["pointer"], error["code"]]);
    json!([
        problem["code"],
        errors.iter().map(fault).collect::<Vec<_>>()
    ])
}

#[actix_web::test]
async fn a_customer_is_made_by_its_key_then_changed_and_then_left_alone() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        // A key with a slash, a space and Chinese.
        let path = by_key("A%2F1%20%E7%8E%8B");
        admin.get(&path, 404).await;
        let nameless = admin
            .expect(Call::put(&path, json!({"region": "上海"})), 422)
            .await;
        let fault = ("/name".to_owned(), "required".to_owned());
        assert_eq!(nameless.faults(), [fault]);

        let body = json!({"name": "王芳", "phones": ["138 0013 8000"], "note": null});
        let made = admin.expect(Call::put(&path, body.clone()), 201).await;
        let customer = made.json();
        let own = format!("/customers/{}", customer["id"].as_str().unwrap());
        assert_eq!(made.header("location"), format!("/api/v1{own}"));
        let key = json!([{"source": "crm", "id": "A/1 王"}]);
        assert_eq!(customer["external_ids"], key);
        assert_eq!(admin.get(&path, 200).await.json(), customer);

        let again = admin.expect(Call::put(&path, body), 200).await;
        assert_eq!(again.json(), customer, "nothing changed");
        let change = json!({"region": "上海", "external_ids": [{"source": "erp", "id": "9"}]});
        let changed = admin.expect(Call::put(&path, change), 200).await;
        assert_eq!(changed.header("etag"), "\"2\"");
        let changed = changed.json();
        assert_eq!(
            (&changed["name"], &changed["region"]),
            (&json!("王芳"), &json!("上海"))
        );
        let keys = json!([{"source": "erp", "id": "9"}, {"source": "crm", "id": "A/1 王"}]);
        assert_eq!(
            changed["external_ids"], keys,
            "the key that it is named by stays"
        );

        let note = json!({"note": "大客户"});
        let stale = Call::put(&path, note.clone()).version(1);
        assert_eq!(admin.expect(stale, 412).await.json()["current_version"], 2);
        admin
            .expect(Call::put(&path, note.clone()).version(2), 200)
            .await;
        let nobody = Call::put(&by_key("none"), note).version(1);
        admin.expect(nobody, 404).await;
        let taken = json!({"name": "李雷", "external_ids": [{"source": "erp", "id": "9"}]});
        let taken = admin.expect(Call::put(&by_key("B"), taken), 409).await;
        assert_eq!(taken.faults()[0].0, "/external_ids");
        admin
            .get("/customers/by-external-id/No%20code/1", 404)
            .await;
    })
    .await;
}

#[actix_web::test]
async fn a_ticket_is_opened_by_its_key_with_what_it_begins_with_and_changed_after() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let path = "/tickets/by-external-id/crm/T-7";
        let customer = admin.add_customer(json!({"name": "王芳"})).await;
        let north = server.company.team("north").to_string();
        let body = json!({"subject": "空调不制冷", "customer_id": customer, "priority": "high",
            "initial": {"team_id": north}});
        let made = admin
            .expect(Call::put(path, body.clone()), 201)
            .await
            .json();
        assert_eq!(made["team_id"], json!(north));
        assert_eq!(
            made["external_ids"],
            json!([{"source": "crm", "id": "T-7"}])
        );
        assert_eq!(admin.get(path, 200).await.json(), made);
        let own = format!("/tickets/{}", made["id"].as_str().unwrap());
        let assign = json!({"team_id": server.company.team("south"), "assignee_id": null});
        let assign = Call::put(&format!("{own}/assignment"), assign).version(1);
        admin.expect(assign, 200).await;

        let again = admin.expect(Call::put(path, body), 200).await.json();
        assert_eq!(again["version"], 2, "nothing changed");
        assert_ne!(
            again["team_id"],
            json!(north),
            "what it begins with is past"
        );
        let change = json!({"priority": "urgent", "customer_id": null});
        let changed = admin.expect(Call::put(path, change), 200).await.json();
        assert_eq!(
            (&changed["priority"], &changed["customer_id"]),
            (&json!("urgent"), &Value::Null)
        );
        let events = admin.get(&format!("{own}/events"), 200).await.json();
        assert_eq!(
            events["data"].as_array().unwrap().last().unwrap()["kind"],
            "edited"
        );

        let status = admin
            .expect(Call::put(path, json!({"status": "closed"})), 422)
            .await;
        assert_eq!(
            status.faults(),
            [("/status".to_owned(), "use_operation".to_owned())]
        );
        let future = json!({"subject": "a", "initial": {"opened_at": "2999-01-01T00:00:00Z"}});
        let future = admin
            .expect(Call::put("/tickets/by-external-id/crm/T-8", future), 422)
            .await;
        assert_eq!(future.faults()[0].0, "/initial/opened_at");
    })
    .await;
}

#[actix_web::test]
async fn each_item_of_a_batch_is_told_its_own_outcome() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let known = admin.add_customer(json!({"name": "旧名"})).await;
        admin
            .add_customer(json!({"name": "李雷", "external_ids": [{"source": "crm", "id": "other"}]}))
            .await;
        let third = admin.add_customer(json!({"name": "韩梅梅"})).await;
        let key = |id: &str| json!({"source": "crm", "id": id});
        let items = json!([
            {"ref": "new", "data": {"name": "王芳"}},
            {"ref": "upsert", "external_id": key("1"), "data": {"name": "张伟", "phones": ["138 0013 8000"]}},
            {"ref": "change", "id": known, "version": 1, "data": {"name": "新名"}},
            {"ref": "same", "external_id": key("other"), "data": {"name": "李雷"}},
            {"ref": "stale", "id": third, "version": 7, "data": {"name": "x"}},
            {"ref": "twice", "external_id": key("1"), "data": {"name": "x"}},
            {"ref": "blind", "id": known, "data": {"name": "x"}},
            {"ref": "bad", "data": {"name": "x", "phones": ["none"], "colour": "red"}},
            {"ref": "nobody", "id": "customer_01h455vb4pex5vsknk084sn02q", "version": 1, "data": {}},
            {"ref": "taken", "data": {"name": "x", "external_ids": [key("other")]}},
            {"ref": "both", "id": known, "version": 1, "external_id": key("2"), "data": {}},
            {"data": {}},
        ]);
        let report = sent(&admin, "/customers/batch", "each", items.clone()).await;
        let expected = [
            ("created", 201), ("created", 201), ("updated", 200), ("unchanged", 200),
            ("refused", 412), ("refused", 422), ("refused", 422), ("refused", 422),
            ("refused", 404), ("refused", 409), ("refused", 422), ("refused", 422),
            ];
        let expected: Vec<_> = expected.iter().map(|(o, s)| ((*o).to_owned(), *s)).collect();
        assert_eq!(outcomes(&report), expected, "{report}");
        assert_eq!(report["counts"], json!({"created": 2, "updated": 1, "unchanged": 1, "refused": 8}));
        let references = report["results"].as_array().unwrap().iter().map(|one| one["ref"].clone());
        let references: Vec<Value> = references.collect();
        let given = items.as_array().unwrap().iter();
        let given: Vec<Value> = given.map(|item| item["ref"].clone()).collect();
        assert_eq!(references, given);
        assert_eq!(report["results"][4]["problem"]["current_version"], 1);
        for (index, told) in [
            (4, json!(["stale", []])),
            (5, json!(["invalid", [["/external_id", "duplicate"]]])),
            (6, json!(["invalid", [["/version", "required"]]])),
            (7, json!(["invalid", [["/data/colour", "unknown_field"], ["/data/phones/0", "invalid_phone"]]])),
            (8, json!(["not_found", []])),
            (9, json!(["taken", [["/data/external_ids", "taken"]]])),
            (10, json!(["invalid", [["/external_id", "invalid_value"]]])),
            (11, json!(["invalid", [["/data/name", "required"]]])),
        ] {
            assert_eq!(refusal(&report, index), told);
        }
        let made = &report["results"][1];
        let customer = admin.get(&by_key("1"), 200).await.json();
        assert_eq!((&customer["id"], &customer["number"]), (&made["id"], &made["number"]));
        assert_eq!(customer["phones"], json!(["+8613800138000"]));
        let found = admin.get("/customers?q=zhangwei", 200).await.ids();
        assert_eq!(found, [made["id"].as_str().unwrap()], "it is found like any other");
        assert_eq!(fresh.number("SELECT COUNT(*) AS n FROM customers").await, 5);
    })
    .await;
}

#[actix_web::test]
async fn an_atomic_batch_does_all_or_nothing_and_places_the_faults() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let items = json!([
            {"data": {"name": "王芳"}},
            {"data": {"name": ""}},
            {"id": "customer_01h455vb4pex5vsknk084sn02q", "version": 1, "data": {}},
        ]);
        let body = json!({"mode": "atomic", "items": items});
        let call = Call::post("/customers/batch", body).header("accept-language", "zh-CN");
        let refused = admin.expect(call, 422).await;
        assert_eq!(refused.code(), "batch_refused");
        let faults = [
            ("/items/1/data/name".to_owned(), "required".to_owned()),
            ("/items/2".to_owned(), "not_found".to_owned()),
        ];
        assert_eq!(refused.faults(), faults);
        assert_eq!(refused.json()["errors"][0]["message"], "此项必填。");
        assert_eq!(fresh.number("SELECT COUNT(*) AS n FROM customers").await, 0);
        let items = json!([{"data": {"name": "王芳"}}, {"data": {"name": "李雷"}}]);
        let report = sent(&admin, "/customers/batch", "atomic", items).await;
        assert_eq!(report["counts"]["created"], 2);
        for (items, code) in [
            (json!([]), "required"),
            (
                json!(vec![json!({"data": {"name": "王芳"}}); 1_001]),
                "too_many",
            ),
        ] {
            let refused = admin
                .expect(Call::post("/customers/batch", json!({"items": items})), 422)
                .await;
            assert_eq!(refused.faults(), [("/items".to_owned(), code.to_owned())]);
        }
    })
    .await;
}

#[actix_web::test]
async fn tickets_in_a_batch_get_customers_clocks_and_history_like_any_other() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let firm = admin.add_customer(json!({"name": "华远科技", "kind": "organisation"})).await;
        let person = json!({"person": {"name": "王芳"}});
        let contact = admin.post(&format!("/customers/{firm}/contacts"), person, 201).await.json();
        let person = contact["person_id"].clone();
        let old = admin.open_ticket(json!({"subject": "旧单"})).await;
        let items = json!([
            {"ref": "1", "external_id": {"source": "crm", "id": "T-1"}, "data": {"subject": "空调不制冷",
                "customer_id": firm, "contact_id": person, "initial": {"follows_ticket_id": old}}},
            {"ref": "2", "id": old, "version": 1, "data": {"priority": "urgent"}},
            {"ref": "3", "data": {"subject": "a", "contact_id": person}},
            {"ref": "4", "data": {"subject": "a", "initial": {"follows_ticket_id": "ticket_01h455vb4pex5vsknk084sn02q"}}},
            {"ref": "5", "id": old, "version": 1, "data": {"initial": {}}},
            {"ref": "6", "data": {"subject": "a", "status": "closed"}},
            {"ref": "7", "data": {"subject": "a", "customer_id": "customer_01h455vb4pex5vsknk084sn02q"}},
        ]);
        let report = sent(&admin, "/tickets/batch", "each", items).await;
        assert_eq!(report["counts"], json!({"created": 1, "updated": 1, "unchanged": 0, "refused": 5}), "{report}");
        for (index, told) in [
            (2, json!([["/data/contact_id", "not_a_contact"]])),
            (3, json!([["/data/initial/follows_ticket_id", "unknown_record"]])),
            (4, json!([["/data/initial", "use_operation"]])),
            (5, json!([["/data/status", "use_operation"]])),
            (6, json!([["/data/customer_id", "unknown_record"]])),
        ] {
            assert_eq!(refusal(&report, index)[1], told);
        }
        // The same by single requests, but for what is each ticket's own.
        let single = json!({"subject": "空调不制冷", "customer_id": firm, "contact_id": person, "follows_ticket_id": old});
        let single = admin.open_ticket(single).await;
        let batched = report["results"][0]["id"].as_str().unwrap();
        let mut both = Vec::new();
        for id in [&*single, batched] {
            let mut ticket = admin.get(&format!("/tickets/{id}"), 200).await.json();
            for own in ["id", "number", "external_ids"] {
                ticket[own] = Value::Null;
            }
            let events = admin.get(&format!("/tickets/{id}/events"), 200).await.json();
            let kinds: Vec<Value> = events["data"].as_array().unwrap().iter().map(|e| e["kind"].clone()).collect();
            both.push((ticket, kinds));
        }
        assert_eq!(both[0], both[1]);
        assert_eq!(admin.get("/tickets?q=wangfang", 200).await.ids().len(), 2, "found by the contact");
        let events = admin.get(&format!("/tickets/{old}/events"), 200).await.json();
        assert_eq!(events["data"].as_array().unwrap().last().unwrap()["kind"], "edited");
    })
    .await;
}

#[actix_web::test]
async fn who_does_not_see_a_record_neither_changes_it_nor_learns_more_than_that_its_key_is_taken() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let south = server.hire("lin", "agent", "south").await;
        let north = server.company.team("north");
        let customer = json!({"name": "王芳", "team_id": north, "external_ids": [{"source": "crm", "id": "1"}]});
        let customer = admin.add_customer(customer).await;
        let ticket = json!({"subject": "a", "team_id": north, "external_ids": [{"source": "crm", "id": "1"}]});
        let ticket = admin.open_ticket(ticket).await;
        for (feature, id, data) in [
            ("customers", &customer, json!({"name": "x"})),
            ("tickets", &ticket, json!({"subject": "x"})),
        ] {
            let path = format!("/{feature}/by-external-id/crm/1");
            south.get(&path, 404).await;
            let refused = south.expect(Call::put(&path, data.clone()), 409).await;
            assert_eq!(refused.code(), "taken");
            let by_id = json!([{"id": id, "version": 1, "data": data}]);
            let by_key = json!([{"external_id": {"source": "crm", "id": "1"}, "data": data}]);
            for (items, status) in [(by_id, 404), (by_key, 409)] {
                let report = sent(&south, &format!("/{feature}/batch"), "each", items).await;
                assert_eq!(outcomes(&report), [("refused".to_owned(), status)]);
            }
        }
    })
    .await;
}

/// On PostgreSQL they meet: the later one finds the key taken and begins again.
#[actix_web::test]
async fn upserts_of_one_key_at_once_make_one_record() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let calls = (0..24).map(|number| {
            let call = if number % 2 == 0 {
                Call::put(&by_key("7"), json!({"name": format!("王芳 {number}")}))
            } else {
                let data = json!({"name": format!("王芳 {number}")});
                let item = json!({"external_id": {"source": "crm", "id": "7"}, "data": data});
                Call::post("/customers/batch", json!({"items": [item]}))
            };
            admin.send(call)
        });
        for answer in join_all(calls).await {
            assert!(
                [200, 201, 207].contains(&answer.status),
                "{}",
                answer.text()
            );
            let problem = &answer.json()["results"][0]["problem"];
            assert!(problem.is_null(), "{problem}");
        }
        assert_eq!(fresh.number("SELECT COUNT(*) AS n FROM customers").await, 1);
    })
    .await;
}
