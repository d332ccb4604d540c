//! The versions of the clock policies, and the preview of a list before it is put in force.

use chrono::TimeDelta;
use rapport_tests::builders::Company;
use rapport_tests::databases::{Fresh, Heard, on_each_database};
use rapport_tests::server::{Call, Server, server};
use serde_json::{Value, json};

/// A list of one policy for all tickets: an answer within so many hours, which a wait pauses.
fn answers_within(hours: u32) -> Value {
    json!([{"code": "all", "names": {"en": "All"}, "clocks": [{
        "code": "resolution", "target": {"seconds": hours * 3_600}, "time": "elapsed",
        "start": {"moments": ["opened"]}, "pause": ["waiting_on_customer"],
        "stop": {"statuses": ["resolved", "closed"]}
    }]}])
}

/// The same, and before it a policy for complaints with half an hour.
fn complaints_first(hours: u32) -> Value {
    let mut list = answers_within(hours);
    let mut first = answers_within(1)[0].clone();
    first["code"] = json!("complaints");
    first["where"] = json!({"type": ["complaint"]});
    first["clocks"][0]["target"] = json!({"seconds": 1_800});
    list.as_array_mut().unwrap().insert(0, first);
    list
}

async fn put_policies(server: &Server, policies: Value) {
    let admin = server.admin();
    let version = admin.version_of("/clock-policies").await;
    let list = json!({ "policies": policies });
    admin.put("/clock-policies", version, list, 200).await;
}

#[actix_web::test]
async fn every_version_is_kept_with_its_author_and_instant() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        let first = admin.get("/clock-policies", 200).await.json();
        server.clock.advance(TimeDelta::hours(1));
        put_policies(&server, answers_within(4)).await;
        // Nothing else: no version.
        put_policies(&server, answers_within(4)).await;
        let listed = admin
            .get("/clock-policies/versions?sort=-version", 200)
            .await;
        let rows = listed.json()["data"].clone();
        assert_eq!(rows.as_array().unwrap().len(), 2, "{rows}");
        assert_eq!(rows[0]["version"], 2);
        assert_eq!(rows[0]["changed_at"], "2026-01-05T09:00:00Z");
        assert_eq!(rows[0]["changed_by"]["id"], json!(admin.id));
        assert_eq!(
            (&rows[1]["version"], &rows[1]["changed_by"]),
            (&json!(1), &Value::Null)
        );

        let agent = server.hire("anna", "agent", "north").await;
        let kept = agent.get("/clock-policies/versions/1", 200).await;
        assert_eq!(kept.json(), first);
        assert_eq!(kept.header("etag"), "\"1\"");
        let now = agent.get("/clock-policies/versions/2", 200).await.json();
        assert_eq!(now, admin.get("/clock-policies", 200).await.json());
        for unknown in ["0", "3", "-1", "x", "99999999999999999999"] {
            let path = format!("/clock-policies/versions/{unknown}");
            assert_eq!(agent.get(&path, 404).await.code(), "not_found", "{unknown}");
        }
        let csv = admin.get("/clock-policies/versions?format=csv", 200).await;
        let csv = csv.text();
        let lines: Vec<_> = csv.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines[0], "version,changed_at,changed_by");
        assert_eq!(lines[2], "2,2026-01-05T09:00:00Z,Administrator");
    })
    .await;
}

#[actix_web::test]
async fn a_preview_tells_what_becomes_of_open_tickets_and_writes_nothing() {
    on_each_database(async |fresh| {
        let server = Server::over(fresh).await;
        let admin = server.admin();
        put_policies(&server, answers_within(4)).await;
        // The story begins at 8.
        let plain = admin.open_ticket(json!({"subject": "a"})).await;
        let complaint = json!({"subject": "b", "type": "complaint"});
        let complaint = admin.open_ticket(complaint).await;
        let solved = admin.open_ticket(json!({"subject": "c"})).await;
        admin
            .step(&solved, "status", json!({"status": "resolved"}))
            .await;
        let waited = admin.open_ticket(json!({"subject": "d"})).await;
        server.clock.advance(TimeDelta::minutes(30));
        let wait = json!({"status": "waiting_on_customer"});
        admin.step(&waited, "status", wait).await;
        server.clock.advance(TimeDelta::minutes(30));
        admin
            .step(&waited, "status", json!({"status": "open"}))
            .await;
        let changes = fresh.number("SELECT count(*) AS n FROM changes").await;

        let draft = json!({"policies": complaints_first(5)});
        let preview = admin
            .post("/clock-policies/preview", draft, 200)
            .await
            .json();
        assert_eq!(
            (&preview["version"], &preview["at"]),
            (&json!(2), &json!("2026-01-05T09:00:00Z"))
        );
        let tickets = &preview["tickets"];
        let counts = [
            "ticket_count",
            "differing_count",
            "earlier_count",
            "later_count",
            "overdue_before_count",
            "overdue_after_count",
        ];
        let counts = counts.map(|name| tickets[name].as_i64().unwrap());
        assert_eq!(counts, [3, 3, 1, 2, 0, 1], "{tickets}");
        assert_eq!(tickets["has_more"], false);
        assert_eq!(
            tickets["policies"],
            json!([{"policy": "all", "before_count": 3, "after_count": 2},
                {"policy": "complaints", "before_count": 0, "after_count": 1}])
        );
        assert_eq!(
            tickets["clocks"],
            json!([{"code": "resolution", "earlier_count": 1, "later_count": 2, "same_count": 0,
                "gained_count": 0, "lost_count": 0}])
        );
        let due = |id: &str, side: &str| {
            let rows = tickets["differing"].as_array().unwrap();
            let row = rows.iter().find(|row| row["id"] == id).unwrap();
            row["outcomes"][side]["clocks"][0]["due_at"].clone()
        };
        for (id, before, after) in [
            (&plain, "12:00", "13:00"),
            (&complaint, "12:00", "08:30"),
            // It waited for half an hour.
            (&waited, "12:30", "13:30"),
        ] {
            let at = |time| json!(format!("2026-01-05T{time}:00Z"));
            assert_eq!(
                (due(id, "before"), due(id, "after")),
                (at(before), at(after))
            );
        }
        let invented = preview["invented"].as_array().unwrap();
        assert_eq!(invented.len(), 7 * 4);
        let case = |kind: &str| {
            let of = |row: &&Value| row["type"] == kind && row["priority"] == "urgent";
            let row = invented.iter().find(of).unwrap();
            let side = |side: &str| {
                let side = &row["outcomes"][side];
                (side["policy"].clone(), side["clocks"][0]["due_at"].clone())
            };
            (side("before"), side("after"))
        };
        let told =
            |policy: &str, time: &str| (json!(policy), json!(format!("2026-01-05T{time}:00Z")));
        assert_eq!(
            case("complaint"),
            (told("all", "13:00"), told("complaints", "09:30"))
        );
        assert_eq!(
            case("enquiry"),
            (told("all", "13:00"), told("all", "14:00"))
        );

        // Nothing has changed, neither list nor tickets nor the log.
        assert_eq!(
            fresh.number("SELECT count(*) AS n FROM changes").await,
            changes
        );
        assert_eq!(admin.version_of("/clock-policies").await, 2);
        let read = admin.get(&format!("/tickets/{plain}"), 200).await.json();
        assert_eq!(read["next_due_at"], "2026-01-05T12:00:00Z");
    })
    .await;
}

#[actix_web::test]
async fn a_preview_looks_at_the_newest_open_tickets_of_the_callers_scope() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    for (name, team) in [("n", "north"), ("s", "south")] {
        for number in 0..3 {
            server.clock.advance(TimeDelta::minutes(1));
            let subject = format!("{name}{number}");
            let team = server.company.team(team);
            admin
                .open_ticket(json!({"subject": subject, "team_id": team}))
                .await;
        }
    }
    let preview = async |who: &rapport_tests::server::Client<'_>, sample: Value| {
        let draft = json!({"policies": answers_within(2), "sample": sample});
        who.post("/clock-policies/preview", draft, 200).await.json()["tickets"].clone()
    };
    let subjects = |tickets: &Value| -> Vec<String> {
        let rows = tickets["differing"].as_array().unwrap().iter();
        rows.map(|row| row["subject"].as_str().unwrap().to_owned())
            .collect()
    };
    let northern = server.hire("northern", "admin", "north").await;
    let seen = preview(&northern, Value::Null).await;
    assert_eq!(subjects(&seen), ["n2", "n1", "n0"]);
    let few = preview(&admin, json!(2)).await;
    assert_eq!(
        (subjects(&few), &few["has_more"]),
        (vec!["s2".into(), "s1".into()], &json!(true))
    );
    let none = preview(&admin, json!(0)).await;
    assert_eq!(
        (&none["ticket_count"], &none["has_more"]),
        (&json!(0), &json!(true))
    );

    // Who may not view tickets sees none, not even how many there are.
    let role = json!({"names": {"en": "Configurer"}, "permissions": ["manage_configuration"]});
    let role = Call::put("/roles/configurer", role);
    admin.expect(role, 201).await;
    let blind = server.hire("blind", "configurer", "root").await;
    assert_eq!(preview(&blind, Value::Null).await, Value::Null);
}

#[actix_web::test]
async fn a_draft_is_refused_like_a_list() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let mut unknown = complaints_first(4);
    unknown[0]["where"] = json!({"type": ["feast"], "colour": ["red"], "team": ["x"]});
    unknown[1]["code"] = json!("complaints");
    let mut calendar = answers_within(4);
    calendar[0]["calendar"] = json!("calendar_01h455vb4pex5vsknk084sn02q");
    for (draft, faults) in [
        (
            json!({"policies": answers_within(4), "sample": 501}),
            vec![("/sample", "out_of_range")],
        ),
        (
            json!({"policies": unknown}),
            vec![("/policies/1/code", "duplicate")],
        ),
        (
            json!({"policies": calendar}),
            vec![("/policies/0/calendar", "unknown_record")],
        ),
    ] {
        let refused = admin.post("/clock-policies/preview", draft, 422).await;
        let expected: Vec<_> = faults
            .into_iter()
            .map(|(place, code)| (place.to_owned(), code.to_owned()))
            .collect();
        assert_eq!(refused.faults(), expected);
    }
    unknown[1]["code"] = json!("all");
    let draft = json!({"policies": unknown});
    let refused = admin.post("/clock-policies/preview", draft, 422).await;
    let mut faults = refused.faults();
    faults.sort();
    let places: Vec<_> = faults.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(
        places,
        [
            "/policies/0/where/colour",
            "/policies/0/where/team",
            "/policies/0/where/type"
        ]
    );
}

async fn listening(fresh: &Fresh, heard: &Heard) -> Server {
    let company = Company::found(&fresh.db).await;
    let db = fresh.connect(&heard.options()).await;
    Server::of(db, company, &[]).await
}

#[actix_web::test]
async fn a_preview_takes_the_same_few_statements_however_many_tickets_there_are() {
    on_each_database(async |fresh| {
        let heard = Heard::default();
        let server = listening(fresh, &heard).await;
        let admin = server.admin();
        let mut counts = Vec::new();
        for more in [1, 12] {
            for number in 0..more {
                admin
                    .open_ticket(json!({"subject": number.to_string()}))
                    .await;
            }
            let draft = json!({"policies": complaints_first(4)});
            // The first one fills what is kept of the caller.
            for _ in 0..2 {
                heard.take();
                let draft = draft.clone();
                admin.post("/clock-policies/preview", draft, 200).await;
            }
            counts.push(heard.take().len());
        }
        assert!(counts[0] <= 4, "{counts:?}");
        assert_eq!(counts[0], counts[1]);
        server.state.db.clone().close().await;
    })
    .await;
}
