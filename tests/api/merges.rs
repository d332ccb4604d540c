//! Merging customers: what moves, what leads where, and that undoing it brings back what was.

use futures_util::future::join;
use rapport_api::jobs::sessions;
use rapport_tests::databases::{Fresh, on_each_database};
use rapport_tests::server::{Call, Client, Server, server};
use serde_json::{Value, json};

use crate::changes::head;

/// Two customers with everything that can hang on a customer.
struct Pair {
    survivor: String,
    other: String,
    tickets: [String; 3],
}

impl Pair {
    async fn of(server: &Server) -> Self {
        let admin = server.admin();
        let survivor = admin
            .add_customer(
                json!({"name": "王芳", "phones": ["13800138000"], "tags": ["vip"],
                "note": "prefers mail", "lifecycle": "active",
                "external_ids": [{"source": "crm", "id": "1"}]}),
            )
            .await;
        let other = admin
            .add_customer(json!({"name": "王方", "phones": ["13800138000", "13900139000"],
                "emails": ["wang.fang@example.com"], "address": "南京路 1 号", "note": "calls at noon",
                "external_ids": [{"source": "crm", "id": "2"}, {"source": "shop", "id": "A-7"}]}))
            .await;
        let firm = admin
            .add_customer(json!({"name": "华远科技", "kind": "organisation"}))
            .await;
        let contact = json!({"person_id": other, "role": "采购"});
        admin
            .post(&format!("/customers/{firm}/contacts"), contact, 201)
            .await;
        let open = async |subject: &str, customer: &str, contact: Option<&str>| {
            admin
                .open_ticket(
                    json!({"subject": subject, "customer_id": customer, "contact_id": contact}),
                )
                .await
        };
        let tickets = [
            open("空调不制冷", &survivor, None).await,
            open("发票抬头有误", &other, None).await,
            open("合同续签", &firm, Some(&other)).await,
        ];
        for ticket in &tickets {
            let message = json!({"visibility": "public", "body": "您好, 已收到。"});
            let path = format!("/tickets/{ticket}/messages");
            admin.post(&path, message, 201).await;
        }
        Self {
            survivor,
            other,
            tickets,
        }
    }

    fn path(&self) -> String {
        format!("/customers/{}", self.survivor)
    }

    fn other_path(&self) -> String {
        format!("/customers/{}", self.other)
    }

    /// Merges the two, of which nothing was changed since.
    async fn merge(&self, client: &Client<'_>, take: &[&str]) -> Value {
        let version = client.version_of(&self.path()).await;
        let other_version = client.version_of(&self.other_path()).await;
        let call = merge(self, version, other_version, take);
        client.expect(call, 200).await.json()
    }

    /// The newest merge into the survivor.
    async fn newest(&self, client: &Client<'_>) -> Value {
        let path = format!("{}/merges", self.path());
        client.get(&path, 200).await.json()["data"][0].clone()
    }

    async fn undo(&self, client: &Client<'_>, status: u16) -> Value {
        let merge = self.newest(client).await;
        let version = client.version_of(&self.path()).await;
        let path = format!(
            "{}/merges/{}/undo",
            self.path(),
            merge["id"].as_str().unwrap()
        );
        let call = Call::new(actix_web::http::Method::POST, &path).version(version);
        client.expect(call, status).await.json()
    }
}

fn merge(pair: &Pair, version: i64, other_version: i64, take: &[&str]) -> Call {
    let body = json!({"other_id": pair.other, "other_version": other_version, "take": take});
    Call::post(&format!("{}/merge", pair.path()), body).version(version)
}

/// Everything that a reader can see, without versions and times of change.
async fn seen(client: &Client<'_>, pair: &Pair) -> Value {
    let mut all = serde_json::Map::new();
    let mut paths = vec![
        "/customers?sort=-created_at".to_owned(),
        "/customers?q=%E7%8E%8B%E6%96%B9".to_owned(),
        "/customers?q=13900139000".to_owned(),
        "/customers?q=A-7".to_owned(),
        "/customers/by-external-id/crm/1".to_owned(),
        "/customers/by-external-id/crm/2".to_owned(),
        "/customers/by-external-id/shop/A-7".to_owned(),
        "/tickets?sort=-opened_at".to_owned(),
        "/tickets?q=%E7%8E%8B%E6%96%B9".to_owned(),
        "/tickets?q=13900139000".to_owned(),
        format!("/tickets?customer={}", pair.other),
    ];
    for customer in [pair.path(), pair.other_path()] {
        for part in [
            "",
            "/contacts",
            "/organisations",
            "/duplicates",
            "/timeline",
        ] {
            paths.push(format!("{customer}{part}"));
        }
    }
    for ticket in &pair.tickets {
        for part in ["", "/messages", "/satisfaction"] {
            paths.push(format!("/tickets/{ticket}{part}"));
        }
    }
    for path in paths {
        let mut answer = client.get(&path, 200).await.json();
        blur(&mut answer);
        all.insert(path, answer);
    }
    all.into()
}

/// Takes out what a change and its undoing raise, and what tells of them.
fn blur(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.remove("version");
            members.remove("updated_at");
            members.values_mut().for_each(blur);
        }
        Value::Array(values) => {
            // The timeline tells of the merge and its undoing.
            values.retain(|value| value["event"]["kind"] != "edited" && value["kind"] != "edited");
            values.iter_mut().for_each(blur);
        }
        _ => {}
    }
}

#[actix_web::test]
async fn a_merge_that_is_undone_leaves_everything_as_it_was() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let pair = Pair::of(&server).await;
        let before = seen(&admin, &pair).await;

        let after = pair.merge(&admin, &["name"]).await;
        assert_eq!(after["name"], "王方");
        assert_eq!(after["lifecycle"], "active");
        assert_eq!(after["address"], "南京路 1 号");
        assert_eq!(after["note"], "prefers mail\n\ncalls at noon");
        assert_eq!(after["phones"], json!(["+8613800138000", "+8613900139000"]));
        assert_eq!(after["external_ids"].as_array().unwrap().len(), 3);
        for (ticket, member) in [(1, "customer_id"), (2, "contact_id")] {
            let path = format!("/tickets/{}", pair.tickets[ticket]);
            assert_eq!(admin.get(&path, 200).await.json()[member], pair.survivor);
            let events = admin.get(&format!("{path}/events"), 200).await.json();
            let last = events["data"].as_array().unwrap().last().unwrap();
            assert_eq!(last["before"], json!({member: pair.other}));
            assert_eq!(last["after"], json!({member: pair.survivor}));
        }
        for key in ["crm/1", "crm/2", "shop/A-7"] {
            let path = format!("/customers/by-external-id/{key}");
            assert_eq!(admin.get(&path, 200).await.json()["id"], pair.survivor);
        }
        let found = admin.get("/tickets?q=13900139000", 200).await.ids();
        assert_eq!(
            found.len(),
            3,
            "all tickets are found by the united numbers"
        );
        let organisations = format!("{}/organisations", pair.path());
        assert_eq!(admin.get(&organisations, 200).await.ids().len(), 1);
        let merge = pair.newest(&admin).await;
        assert_eq!(
            (
                &merge["ticket_count"],
                &merge["other"]["name"],
                &merge["take"]
            ),
            (&json!(2), &json!("王方"), &json!(["name"]))
        );

        let undone = pair.undo(&admin, 200).await;
        assert_eq!(undone["survivor"]["id"], pair.survivor);
        assert_eq!(undone["restored"]["id"], pair.other);
        assert_eq!(seen(&admin, &pair).await, before);
        pair.undo(&admin, 409).await;
    })
    .await;
}

#[actix_web::test]
async fn the_id_of_a_merged_customer_leads_to_where_it_went_for_those_who_see_that() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let (admin, southern) = (server.admin(), server.client("southern"));
        let pair = Pair::of(&server).await;
        pair.merge(&admin, &[]).await;
        let moved = admin.get(&pair.other_path(), 301).await;
        assert_eq!(moved.header("location"), format!("/api/v1{}", pair.path()));
        assert_eq!(moved.json()["merged_into"], pair.survivor);
        southern.get(&pair.other_path(), 404).await;

        let items = json!([{"id": pair.other, "version": 1, "data": {"note": "x"}}]);
        let batch = Call::post("/customers/batch", json!({"items": items}));
        let report = admin.expect(batch, 207).await.json();
        let in_batch = report["results"][0]["problem"].clone();
        let patch = Call::patch(&pair.other_path(), json!({"note": "x"})).version(1);
        let delete = Call::delete(&pair.other_path()).version(1);
        let third = admin.add_customer(json!({"name": "李雷"})).await;
        let again = json!({"other_id": pair.other, "other_version": 1});
        let again = Call::post(&format!("/customers/{third}/merge"), again).version(1);
        let mut refusals = vec![in_batch];
        for call in [patch, delete, again] {
            refusals.push(admin.expect(call, 409).await.json());
        }
        for refusal in refusals {
            assert_eq!(refusal["code"], "merged");
            assert_eq!(refusal["merged_into"], pair.survivor);
        }

        // The survivor goes on into a third one: the way leads to its end.
        let version = admin.version_of(&pair.path()).await;
        let body = json!({"other_id": pair.survivor, "other_version": version});
        let onward = Call::post(&format!("/customers/{third}/merge"), body).version(1);
        admin.expect(onward, 200).await;
        assert_eq!(
            admin.get(&pair.other_path(), 301).await.json()["merged_into"],
            third
        );
        admin.get(&format!("{}/merges", pair.path()), 404).await;
    })
    .await;
}

#[actix_web::test]
async fn what_was_changed_meanwhile_is_refused_and_not_lost() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let pair = Pair::of(&server).await;
        let note = json!({"note": "has moved to Nanjing"});
        admin.patch(&pair.other_path(), 1, note, 200).await;
        let stale = admin.expect(merge(&pair, 1, 1, &[]), 412).await.json();
        assert_eq!(stale["current_version"], 2);
        admin.patch(&pair.path(), 1, json!({"tags": []}), 200).await;
        let stale = admin.expect(merge(&pair, 1, 2, &[]), 412).await.json();
        assert_eq!(stale["current_version"], 2);
        let blind = Call::post(
            &format!("{}/merge", pair.path()),
            json!({"other_id": pair.other, "other_version": 2}),
        );
        admin.expect(blind, 428).await;
        admin.expect(merge(&pair, 2, 2, &[]), 200).await;

        // What is changed after the merge stays when it is undone.
        let version = admin.version_of(&pair.path()).await;
        let edit = json!({"address": "北京路 2 号", "phones": ["13700137000", "13900139000"]});
        admin.patch(&pair.path(), version, edit, 200).await;
        let merge = pair.newest(&admin).await;
        let path = format!(
            "{}/merges/{}/undo",
            pair.path(),
            merge["id"].as_str().unwrap()
        );
        let stale = Call::new(actix_web::http::Method::POST, &path).version(version);
        admin.expect(stale, 412).await;
        let undone = pair.undo(&admin, 200).await;
        assert_eq!(undone["survivor"]["address"], "北京路 2 号");
        assert_eq!(undone["survivor"]["phones"], json!(["+8613700137000"]));
        assert_eq!(undone["restored"]["note"], "has moved to Nanjing");
    })
    .await;
}

#[actix_web::test]
async fn of_two_who_merge_the_same_customers_at_once_one_succeeds() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let pair = Pair::of(&server).await;
        let body = json!({"other_id": pair.survivor, "other_version": 1});
        let crosswise = Call::post(&format!("{}/merge", pair.other_path()), body).version(1);
        let (one, other) = join(admin.send(merge(&pair, 1, 1, &[])), admin.send(crosswise)).await;
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert!(matches!(statuses, [200, 409 | 412]), "{statuses:?}");
    })
    .await;
}

#[actix_web::test]
async fn a_merge_is_told_as_the_end_of_one_customer_and_the_change_of_the_other() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let pair = Pair::of(&server).await;
        let start = head(&admin).await;
        pair.merge(&admin, &[]).await;
        let told = entries(&admin, start).await;
        let of =
            |id: &str| -> Vec<&Value> { told.iter().filter(|entry| entry["id"] == *id).collect() };
        let [gone] = of(&pair.other)[..] else {
            panic!("{told:?}")
        };
        assert_eq!(gone["op"], "delete");
        assert_eq!(gone["after"], json!({"merged_into": pair.survivor}));
        assert_eq!(of(&pair.survivor).len(), 1);
        for ticket in &pair.tickets[1..] {
            assert_eq!(of(ticket).len(), 1);
        }
        let version = gone["version"].as_i64().unwrap();

        let start = head(&admin).await;
        pair.undo(&admin, 200).await;
        let told = entries(&admin, start).await;
        let back = told
            .iter()
            .find(|entry| entry["id"] == *pair.other)
            .unwrap();
        assert_eq!(back["op"], "upsert");
        assert!(back["version"].as_i64().unwrap() > version);
    })
    .await;
}

async fn entries(client: &Client<'_>, after: i64) -> Vec<Value> {
    let page = client
        .get(&format!("/changes?after={after}&limit=100"), 200)
        .await
        .json();
    page["data"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn a_merge_is_undone_in_time_and_the_newest_first() {
    on_each_database(async |fresh: &Fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let pair = Pair::of(&server).await;
        pair.merge(&admin, &[]).await;
        let first = pair.newest(&admin).await["id"].as_str().unwrap().to_owned();
        let third = admin.add_customer(json!({"name": "王芳"})).await;
        let version = admin.version_of(&pair.path()).await;
        let body = json!({"other_id": third, "other_version": 1});
        let call = Call::post(&format!("{}/merge", pair.path()), body).version(version);
        admin.expect(call, 200).await;
        let undo = async |merge: &str, status: u16| {
            let version = admin.version_of(&pair.path()).await;
            let path = format!("{}/merges/{merge}/undo", pair.path());
            let call = Call::new(actix_web::http::Method::POST, &path).version(version);
            admin.expect(call, status).await
        };
        assert_eq!(undo(&first, 409).await.code(), "not_newest");
        pair.undo(&admin, 200).await;
        server.clock.advance(chrono::Duration::days(30));
        sessions::run_once(&server.state, server.now())
            .await
            .unwrap();
        undo(&first, 200).await;
        admin.get(&pair.other_path(), 200).await;

        pair.merge(&admin, &[]).await;
        let late = pair.newest(&admin).await["id"].as_str().unwrap().to_owned();
        server
            .clock
            .advance(chrono::Duration::days(30) + chrono::Duration::seconds(1));
        assert_eq!(undo(&late, 409).await.code(), "undo_expired");
        admin.get(&pair.other_path(), 301).await;
    })
    .await;
}

#[actix_web::test]
async fn customers_that_may_be_the_same_are_told_with_the_reason_inside_the_scope_only() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let (admin, lead) = (server.admin(), server.client("lead"));
        let (north, south) = (server.company.team("north"), server.company.team("south"));
        let add = async |name: &str, members: Value| {
            let mut new = json!({"name": name, "team_id": north});
            for (member, value) in members.as_object().unwrap() {
                new[member] = value.clone();
            }
            admin.add_customer(new).await
        };
        let one = add(
            "王芳",
            json!({"phones": ["13800138000"], "region": "上海",
            "emails": ["wf@example.com"]}),
        )
        .await;
        let both = add(
            "王方",
            json!({"phones": ["138 0013 8000"], "emails": ["WF@example.com"]}),
        )
        .await;
        let named = add("王芳", json!({"region": "上海"})).await;
        add("王芳", json!({"region": "北京"})).await;
        add(
            "王芳",
            json!({"kind": "organisation", "phones": ["13800138000"]}),
        )
        .await;
        let away = add("赵敏", json!({"phones": ["13800138000"], "team_id": south})).await;
        let told = async |client: &Client<'_>| -> Vec<(String, Vec<String>)> {
            let page = client
                .get(&format!("/customers/{one}/duplicates"), 200)
                .await
                .json();
            let rows = page["data"].as_array().unwrap().iter();
            rows.map(|row| {
                let codes = row["reasons"].as_array().unwrap().iter();
                let codes = codes.map(|reason| reason["code"].as_str().unwrap().to_owned());
                (
                    row["customer"]["id"].as_str().unwrap().to_owned(),
                    codes.collect(),
                )
            })
            .collect()
        };
        let row = |id: &String, codes: &[&str]| {
            (
                id.clone(),
                codes
                    .iter()
                    .map(|code| (*code).to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        let expected = vec![
            row(&both, &["same_phone", "same_email"]),
            row(&named, &["same_name_and_region"]),
        ];
        assert_eq!(told(&lead).await, expected);
        let mut all = expected;
        all.insert(1, row(&away, &["same_phone"]));
        assert_eq!(told(&admin).await, all);
    })
    .await;
}

#[actix_web::test]
async fn a_merge_is_undone_by_who_sees_both_alone() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let anna = server.hire("anna", "agent", "north").await;
    let sven = server.hire("sven", "agent", "south").await;
    let pair = Pair {
        survivor: anna.add_customer(json!({"name": "王芳"})).await,
        other: sven
            .add_customer(json!({"name": "王方", "address": "南京路 1 号"}))
            .await,
        tickets: Default::default(),
    };
    pair.merge(&admin, &[]).await;
    let refused = pair.undo(&anna, 404).await;
    assert_eq!(refused["code"], "not_found");
    pair.undo(&admin, 200).await;
    anna.get(&pair.other_path(), 404).await;
}

#[actix_web::test]
async fn a_customer_named_in_a_field_of_a_ticket_goes_with_the_merge_and_comes_back() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let pair = Pair {
            survivor: admin.add_customer(json!({"name": "格力"})).await,
            other: admin.add_customer(json!({"name": "格力电器"})).await,
            tickets: Default::default(),
        };
        let new = json!({"subject": "x", "type": "complaint",
            "fields": {"supplier": pair.other, "findings": "滤网堵塞"}});
        let ticket = format!("/tickets/{}", admin.open_ticket(new).await);
        let supplier = async || admin.get(&ticket, 200).await.json()["fields"]["supplier"].clone();
        admin.delete(&pair.other_path(), 1, 409).await;
        pair.merge(&admin, &[]).await;
        assert_eq!(supplier().await, json!(pair.survivor));
        let found = format!("/tickets?fields.supplier={}", pair.survivor);
        assert_eq!(admin.get(&found, 200).await.ids().len(), 1);
        pair.undo(&admin, 200).await;
        assert_eq!(supplier().await, json!(pair.other));
        let version = admin.version_of(&pair.path()).await;
        admin.delete(&pair.path(), version, 204).await;
    })
    .await;
}

#[actix_web::test]
async fn who_left_the_company_stands_in_no_merges_way() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let anna = server.hire("anna", "agent", "north").await;
    let pair = Pair {
        survivor: admin.add_customer(json!({"name": "王芳"})).await,
        other: admin
            .add_customer(json!({"name": "王方", "owner_id": anna.id}))
            .await,
        tickets: Default::default(),
    };
    let path = format!("/users/{}", anna.id);
    let version = admin.version_of(&path).await;
    admin
        .patch(&path, version, json!({"active": false}), 200)
        .await;
    let merged = pair.merge(&admin, &[]).await;
    assert_eq!(merged["owner_id"], json!(anna.id));
}
