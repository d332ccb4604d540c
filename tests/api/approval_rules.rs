//! What needs an approval: configured, versioned, checked.

use rapport_tests::databases::on_each_database;
use rapport_tests::server::{Call, Server};
use serde_json::{Value, json};

fn rule() -> Value {
    json!({"names": {"en": "Compensation", "zh-CN": "赔偿"}, "position": 1, "active": true,
        "where": {"type": ["complaint"]}, "covers": ["category", "priority"],
        "deciders": ["manager"]})
}

#[actix_web::test]
async fn a_new_installation_has_none_and_one_is_made_read_listed_and_replaced() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let none = admin.get("/approval-rules", 200).await.json();
        assert_eq!(none["data"], json!([]));
        let path = "/approval-rules/compensation";
        admin.get(path, 404).await;
        let made = admin.expect(Call::put(path, rule()), 201).await;
        assert_eq!(
            made.header("location"),
            "/api/v1/approval-rules/compensation"
        );
        let mut expected = rule();
        expected["code"] = json!("compensation");
        expected["version"] = json!(1);
        assert_eq!(made.json(), expected);
        assert_eq!(admin.get(path, 200).await.json(), expected);
        let again = admin.send(Call::put(path, rule())).await;
        assert_eq!((again.status, &*again.code()), (428, "if_match_required"));
        let same = admin.put(path, 1, rule(), 200).await.json();
        assert_eq!(same["version"], 1, "nothing differs");
        let mut other = rule();
        other["deciders"] = json!(["admin", "manager"]);
        other["active"] = json!(false);
        let replaced = admin.put(path, 1, other, 200).await.json();
        assert_eq!(replaced["version"], 2);
        assert_eq!(admin.put(path, 1, rule(), 412).await.code(), "stale");

        let call = Call::put(
            "/approval-rules/any",
            json!({"names": {"en": "Any"}, "active": true,
            "deciders": ["lead_of_night"]}),
        );
        let refused = admin.send(call).await;
        let fault = ("/deciders/0".to_owned(), "unknown_code".to_owned());
        assert_eq!(refused.faults(), [fault]);
        let active = admin.get("/approval-rules?active=true", 200).await.json();
        assert_eq!(active["data"], json!([]));
        let csv = admin.get("/approval-rules?format=csv", 200).await.text();
        assert!(
            csv.contains("compensation,Compensation,赔偿,\"category, priority\""),
            "{csv}"
        );
    })
    .await;
}

#[actix_web::test]
async fn what_a_rule_names_exists() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let unknown_team = "team_01h455vb4pex5vsknk084sn02q";
        for (member, value, fault) in [
            (
                "where",
                json!({"type": ["party"]}),
                ("/where/type", "unknown_code"),
            ),
            (
                "where",
                json!({"team": [unknown_team]}),
                ("/where/team", "unknown_record"),
            ),
            (
                "where",
                json!({"colour": ["red"]}),
                ("/where/colour", "unknown_field"),
            ),
            (
                "where",
                json!({"assignee": ["me"]}),
                ("/where/assignee", "invalid_value"),
            ),
            ("where", json!({"type": []}), ("/where/type", "required")),
            ("covers", json!(["updated"]), ("/covers/0", "unknown_code")),
            (
                "covers",
                json!(["team", "team"]),
                ("/covers/1", "duplicate"),
            ),
            ("covers", json!(["team", 7]), ("/covers/1", "wrong_type")),
            ("deciders", json!([]), ("/deciders", "required")),
            (
                "deciders",
                json!(["admin", "admin"]),
                ("/deciders/1", "duplicate"),
            ),
            (
                "deciders",
                json!(["admin", "Boss"]),
                ("/deciders/1", "invalid_code"),
            ),
            ("deciders", Value::Null, ("/deciders", "not_null")),
            ("limit", json!(5), ("/limit", "unknown_field")),
        ] {
            let mut new = rule();
            new[member] = value.clone();
            let refused = admin
                .expect(Call::put("/approval-rules/any", new), 422)
                .await;
            let (place, code) = fault;
            let expected = (place.to_owned(), code.to_owned());
            assert_eq!(refused.faults(), [expected], "{member}: {value}");
        }
        let nobody = json!({"names": {"en": "Any"}, "active": true});
        let refused = admin
            .expect(Call::put("/approval-rules/any", nobody), 422)
            .await;
        let missing = ("/deciders".to_owned(), "required".to_owned());
        assert_eq!(refused.faults(), [missing]);
        let none = admin.get("/approval-rules", 200).await.json();
        assert_eq!(none["data"], json!([]));
    })
    .await;
}
