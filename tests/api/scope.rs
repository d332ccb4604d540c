//! What lies outside the scope is absent everywhere: lists, counts, search, reports, the rows
//! behind a figure, CSV, the timeline, and as a reference in a body.

use rapport_tests::server::{Client, Server, server};
use serde_json::{Value, json};

const PERIOD: &str = "from=2026-01-01&to=2026-02-01";

/// A customer and a resolved, rated ticket in `north`, both named by the same word.
async fn secret(server: &Server) -> (String, String) {
    let admin = server.admin();
    let team = server.company.team("north");
    let customer = json!({"name": "Zanzibar", "phones": ["13800138001"], "team_id": team});
    let customer = admin.add_customer(customer).await;
    let new = json!({"subject": "Zanzibar leaks", "customer_id": customer, "team_id": team, "type": "repair"});
    let ticket = admin.open_ticket(new).await;
    let said = json!({"visibility": "public", "body": "Zanzibar is on its way"});
    admin
        .post(&format!("/tickets/{ticket}/messages"), said, 201)
        .await;
    admin
        .step(&ticket, "status", json!({"status": "resolved"}))
        .await;
    admin
        .step(
            &ticket,
            "satisfaction",
            json!({"score": 2, "source": "customer"}),
        )
        .await;
    (customer, ticket)
}

/// Everything that tells of many records, as the client sees it.
async fn panorama(client: &Client<'_>, customer: &str) -> Vec<(String, Value)> {
    let mut seen = Vec::new();
    for path in [
        "/customers?total=exact".to_owned(),
        "/customers?q=Zanzibar&total=exact".to_owned(),
        "/customers?phone=%2B8613800138001&total=exact".to_owned(),
        "/tickets?total=exact".to_owned(),
        "/tickets?total=capped&sort=next_due_at".to_owned(),
        "/tickets?q=Zanzibar&total=exact".to_owned(),
        format!("/tickets?customer={customer}&total=exact"),
        "/tickets?type=repair&total=exact".to_owned(),
        "/search?q=Zanzibar".to_owned(),
        "/search?q=8001".to_owned(),
        format!("/reports/overview?{PERIOD}"),
        format!("/reports/breakdown?by=team&{PERIOD}"),
        format!("/reports/breakdown?by=agent&{PERIOD}"),
        format!("/reports/breakdown?by=type&{PERIOD}"),
        format!("/reports/trend?interval=month&{PERIOD}"),
    ] {
        let answer = client.get(&path, 200).await;
        seen.push((path, answer.json()));
    }
    for path in ["/customers?format=csv", "/tickets?format=csv"] {
        let answer = client.get(path, 200).await;
        seen.push((path.to_owned(), Value::String(answer.text())));
    }
    for metric in [
        "created",
        "resolved",
        "backlog",
        "satisfaction_mean",
        "first_response_attainment",
    ] {
        for part in ["numerator", "denominator", "excluded"] {
            let path = format!("/tickets?metric={metric}&part={part}&{PERIOD}&total=exact");
            let answer = client.get(&path, 200).await;
            seen.push((path, answer.json()));
        }
    }
    seen
}

#[actix_web::test]
async fn what_happens_outside_the_scope_changes_nothing_that_is_seen() {
    let (server, _fresh) = server().await;
    let outsider = server.hire("outsider", "manager", "south").await;
    let team = server.company.team("south");
    outsider
        .open_ticket(json!({"subject": "of our own", "team_id": team, "type": "repair"}))
        .await;
    // An id that nothing has, of the right kind.
    let nowhere = "customer_01h455vb4pex5vsknk084sn02q";
    let before = panorama(&outsider, nowhere).await;
    let (customer, _) = secret(&server).await;
    let after = panorama(&outsider, &customer).await;
    for ((path, before), (_, after)) in before.iter().zip(&after) {
        assert_eq!(before, after, "{path}");
    }
    // The same questions do find it within the scope.
    let insider = server.hire("insider", "manager", "north").await;
    let found = panorama(&insider, &customer).await;
    let telling = found
        .iter()
        .filter(|(_, value)| value.to_string().contains("Zanzibar"))
        .count();
    assert!(telling >= 10, "{telling} answers name it");
}

#[actix_web::test]
async fn a_person_of_the_ticket_sees_it_in_lists_search_and_reports_but_not_its_customer() {
    let (server, _fresh) = server().await;
    let person = server.hire("person", "manager", "south").await;
    let (customer, ticket) = secret(&server).await;
    server
        .admin()
        .step(&ticket, "assignment", json!({"assignee_id": person.id}))
        .await;
    assert_eq!(
        person.get("/tickets?total=exact", 200).await.ids(),
        [ticket.as_str()]
    );
    let found = person.get("/search?q=Zanzibar", 200).await.json();
    assert_eq!(found["tickets"][0]["id"], ticket.as_str());
    assert_eq!(found["customers"], json!([]));
    let report = person
        .get(&format!("/reports/overview?metrics=created&{PERIOD}"), 200)
        .await
        .json();
    assert_eq!(report["figures"][0]["current"]["value"], 1.0);
    let rows = person
        .get(
            &format!("/reports/breakdown?by=team&metrics=created&{PERIOD}"),
            200,
        )
        .await
        .json();
    assert_eq!(rows["rows"][0]["key"], "elsewhere");
    let rows_url = rows["rows"][0]["figures"][0]["rows_url"].as_str().unwrap();
    assert_eq!(person.get(rows_url, 200).await.ids(), [ticket.as_str()]);
    // Of the customer: id, number and name.
    let seen = person
        .get(&format!("/tickets/{ticket}?include=names"), 200)
        .await
        .json();
    let mut names: Vec<_> = seen["included"]["customer"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    names.sort();
    assert_eq!(names, ["id", "name", "number"]);
    person.get(&format!("/customers/{customer}"), 404).await;
    person
        .get(&format!("/customers/{customer}/timeline"), 404)
        .await;
}

#[actix_web::test]
async fn a_timeline_leaves_out_tickets_outside_the_scope() {
    let (server, _fresh) = server().await;
    let owner = server.hire("owner", "manager", "south").await;
    let (customer, _) = secret(&server).await;
    let path = format!("/customers/{customer}");
    let version = server.admin().version_of(&path).await;
    server
        .admin()
        .patch(&path, version, json!({"owner_id": owner.id}), 200)
        .await;
    let timeline = owner.get(&format!("{path}/timeline"), 200).await.json();
    assert_eq!(
        timeline["data"],
        json!([]),
        "the customer is seen, its ticket is not"
    );
    let whole = server
        .admin()
        .get(&format!("{path}/timeline"), 200)
        .await
        .json();
    assert!(whole["data"].as_array().unwrap().len() >= 4);
}

#[actix_web::test]
async fn a_body_cannot_refer_to_what_lies_outside_the_scope() {
    let (server, _fresh) = server().await;
    let outsider = server.hire("outsider", "manager", "south").await;
    let (customer, ticket) = secret(&server).await;
    let own = outsider.open_ticket(json!({"subject": "of our own"})).await;
    let unknown = (
        "customer_01h455vb4pex5vsknk084sn02q",
        "ticket_01h455vb4pex5vsknk084sn02q",
    );
    for (customer, ticket) in [(customer.as_str(), ticket.as_str()), unknown] {
        let follows = json!({"subject": "again", "follows_ticket_id": ticket});
        let of_customer = json!({"subject": "again", "customer_id": customer});
        for (body, pointer) in [
            (follows, "/follows_ticket_id"),
            (of_customer, "/customer_id"),
        ] {
            let refused = outsider.post("/tickets", body, 422).await;
            assert_eq!(
                refused.faults(),
                [(pointer.to_owned(), "unknown_record".to_owned())]
            );
        }
        let moved = outsider
            .patch(
                &format!("/tickets/{own}"),
                1,
                json!({"customer_id": customer}),
                422,
            )
            .await;
        assert_eq!(
            moved.faults(),
            [("/customer_id".to_owned(), "unknown_record".to_owned())]
        );
    }
}

#[actix_web::test]
async fn a_customer_cannot_be_put_into_a_team_outside_the_scope() {
    let (server, _fresh) = server().await;
    let outsider = server.hire("outsider", "manager", "south").await;
    let north = server.company.team("north");
    let refused = outsider
        .post("/customers", json!({"name": "王芳", "team_id": north}), 422)
        .await;
    assert_eq!(
        refused.faults(),
        [("/team_id".to_owned(), "outside_scope".to_owned())]
    );
    let own = outsider.add_customer(json!({"name": "王芳"})).await;
    outsider
        .patch(
            &format!("/customers/{own}"),
            1,
            json!({"team_id": north}),
            422,
        )
        .await;
}

#[actix_web::test]
async fn the_scope_is_the_subtree_and_nothing_above_or_beside_it() {
    let (server, _fresh) = server().await;
    let admin = server.admin();
    let mut tickets = Vec::new();
    for team in [
        "root",
        "north",
        "north_shop",
        "north_shop_night",
        "north_field",
        "south",
    ] {
        let new = json!({"subject": team, "team_id": server.company.team(team)});
        tickets.push((team, admin.open_ticket(new).await));
    }
    for (name, seen) in [
        (
            "manager",
            &[
                "root",
                "north",
                "north_shop",
                "north_shop_night",
                "north_field",
                "south",
            ][..],
        ),
        (
            "lead",
            &["north", "north_shop", "north_shop_night", "north_field"],
        ),
        ("shop", &["north_shop", "north_shop_night"]),
        ("agent", &["north_shop_night"]),
        ("eastern", &[]),
    ] {
        let client = server.client(name);
        let page = client.get("/tickets?total=exact", 200).await;
        assert_eq!(
            page.json()["total"],
            json!({"count": seen.len(), "exact": true}),
            "{name}"
        );
        for (team, ticket) in &tickets {
            let status = if seen.contains(team) { 200 } else { 404 };
            client.get(&format!("/tickets/{ticket}"), status).await;
            assert_eq!(page.ids().contains(ticket), status == 200, "{name} {team}");
        }
        // A filter by a team above does not widen what is seen.
        let root = server.company.team("root");
        let filtered = client
            .get(&format!("/tickets?total=exact&team={root}"), 200)
            .await
            .json();
        assert_eq!(filtered["total"]["count"], json!(seen.len()), "{name}");
    }
}
