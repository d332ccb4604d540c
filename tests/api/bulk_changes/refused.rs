//! What cannot be drafted, and records that are refused in their turns.

use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Call, Server};
use serde_json::{Value, json};

use super::{drafted, numbers, path, run};

#[actix_web::test]
async fn a_refused_record_is_told_and_the_others_are_changed() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let tags: Vec<String> = (0..20).map(|number| format!("t{number}")).collect();
        let full = json!({"name": "满", "tags": tags});
        let full = admin.post("/customers", full, 201).await.json();
        let other = json!({"name": "空", "tags": ["old"]});
        let other = format!("/customers/{}", admin.add_customer(other).await);
        let change = json!({"add_tags": ["vip"], "remove_tags": ["old"], "lifecycle": "active"});
        let bulk = drafted(&admin, "customers", json!({}), change).await;
        let preview = format!("{}/preview", path(&bulk));
        let preview = admin.get(&preview, 200).await.json();
        let sample = preview["sample"].as_array().unwrap();
        let refused = sample.iter().find(|row| row["id"] == full["id"]).unwrap();
        assert_eq!(refused["fault"]["errors"][0]["code"], "too_many");

        let done = run(&server, &admin, &bulk).await;
        assert_eq!(done["numbers"], numbers(1, 0, 0, 1));
        let other = admin.get(&other, 200).await.json();
        assert_eq!(
            (&other["tags"], &other["lifecycle"]),
            (&json!(["vip"]), &json!("active"))
        );

        let faults = format!("{}/faults", path(&bulk));
        let told = admin.get(&faults, 200).await.json();
        let fault = &told["data"][0];
        assert_eq!(
            (&fault["id"], &fault["number"]),
            (&full["id"], &full["number"])
        );
        assert_eq!(fault["errors"][0]["pointer"], "/tags");
        let file = Call::get(&format!("{faults}?format=csv")).header("accept-language", "zh-CN");
        let file = admin.expect(file, 200).await.text();
        let lines: Vec<&str> = file.lines().collect();
        assert_eq!(lines[0], "\u{feff}number,id,code,message,faults");
        assert_eq!(
            lines[1..],
            [format!(
                "{},{},invalid,部分内容不符合要求。,/tags: 数量过多。",
                full["number"],
                full["id"].as_str().unwrap()
            )]
        );
    })
    .await;
}

/// What cannot be done to one ticket leaves it as it was, all of it.
#[actix_web::test]
async fn a_ticket_that_may_not_go_there_stays_whole() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let closed = admin.open_ticket(json!({"subject": "x"})).await;
        for status in ["resolved", "closed"] {
            admin
                .step(&closed, "status", json!({"status": status}))
                .await;
        }
        let before = admin.get(&format!("/tickets/{closed}"), 200).await.json();
        let change = json!({"priority": "urgent", "assignee_id": admin.id, "status": "open"});
        let bulk = drafted(&admin, "tickets", json!({}), change).await;
        let done = run(&server, &admin, &bulk).await;
        assert_eq!(done["numbers"], numbers(0, 0, 0, 1));
        let after = admin.get(&format!("/tickets/{closed}"), 200).await.json();
        assert_eq!(after, before);
        let told = admin
            .get(&format!("{}/faults", path(&bulk)), 200)
            .await
            .json();
        assert_eq!(told["data"][0]["code"], "reason_required");
    })
    .await;
}

#[actix_web::test]
async fn a_draft_that_cannot_be_understood_tells_each_place() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let own = admin.open_ticket(json!({"subject": "x"})).await;
        let unknown = "ticket_01h455vb4pex5vsknk084sn02q";
        let tickets = |members: Value| {
            let mut body =
                json!({"entity": "tickets", "filter": {}, "change": {"priority": "low"}});
            for (name, value) in members.as_object().unwrap() {
                body[name] = value.clone();
            }
            if members.get("ids").is_some() {
                body.as_object_mut().unwrap().remove("filter");
            }
            body
        };
        for (members, pointer, code) in [
            (json!({"filter": null}), "/filter", "required"),
            (json!({"entity": "teams"}), "/entity", "invalid_value"),
            (json!({"change": {}}), "/change", "required"),
            (
                json!({"change": {"lifecycle": "new"}}),
                "/change/lifecycle",
                "unknown_field",
            ),
            (
                json!({"change": {"duty_holder_id": null}}),
                "/change/duty_holder_id",
                "use_operation",
            ),
            (
                json!({"change": {"status": null}}),
                "/change/status",
                "not_null",
            ),
            (
                json!({"filter": {"assignee": ["bob"]}}),
                "/filter/assignee",
                "invalid_id",
            ),
            (
                json!({"filter": {"status_not": ["opne"]}}),
                "/filter/status_not",
                "unknown_code",
            ),
            (
                json!({"filter": {"a/b": ["1"]}}),
                "/filter/a~1b",
                "unknown_field",
            ),
            (json!({"ids": [own, unknown]}), "/ids/1", "unknown_record"),
            (
                json!({"ids": ["customer_01h455vb4pex5vsknk084sn02q"]}),
                "/ids/0",
                "invalid_id",
            ),
        ] {
            let refused = admin.post("/bulk-changes", tickets(members), 422).await;
            assert_eq!(refused.faults(), [(pointer.to_owned(), code.to_owned())]);
        }
        let none = fresh
            .number("SELECT COUNT(*) AS n FROM bulk_change_records")
            .await;
        assert_eq!(none, 0);
    })
    .await;
}
