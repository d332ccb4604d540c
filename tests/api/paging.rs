//! Paging: what holds for every list of the document, those below a record among them.

use rapport_tests::server::server;
use rapport_types::page::{Cursor, CursorKey};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::operations::{Ground, ON_A_CUSTOMER, ON_A_TICKET, described};

#[actix_web::test]
async fn every_list_pages_without_gap_or_repetition_and_links_the_next_page() {
    let (server, _fresh) = server().await;
    let ground = Ground::of(&server);
    let team = server.company.team("north");
    for number in 0..5 {
        ground
            .admin
            .add_customer(json!({"name": format!("客户{number}"), "team_id": team}))
            .await;
        ground
            .admin
            .open_ticket(json!({"subject": format!("问题{number}"), "team_id": team}))
            .await;
        ground
            .admin
            .post(
                "/calendars",
                json!({"names": {"en": format!("C{number}")}, "time_zone": "UTC",
            "week": {"monday": [{"from": "09:00", "to": "18:00"}]}}),
                201,
            )
            .await;
    }
    let customer = ground.customer().await;
    let ticket = busy_ticket(&ground, &customer).await;
    for operation in described()
        .into_iter()
        .filter(|operation| operation.has_parameter("cursor"))
    {
        let record = if ON_A_TICKET.contains(&operation.id.as_str()) {
            Some(ticket.as_str())
        } else {
            ON_A_CUSTOMER
                .contains(&operation.id.as_str())
                .then_some(customer.as_str())
        };
        let call = ground.valid(&operation.id, "admin", record).await.unwrap();
        let path = &call.path;
        let all = ground
            .admin
            .get(&format!("{path}?limit=500&total=exact"), 200)
            .await
            .json();
        let (rows, total) = (all["data"].as_array().unwrap(), &all["total"]);
        assert_eq!(
            *total,
            json!({"count": rows.len(), "exact": true}),
            "{path}"
        );
        assert_eq!(
            (&all["has_more"], &all["next_cursor"]),
            (&json!(false), &Value::Null),
            "{path}"
        );
        let mut seen = Vec::new();
        let mut first_cursor = None;
        let mut next = format!("{path}?limit=2");
        while !next.is_empty() {
            let page = ground.admin.get(&next, 200).await;
            let body = page.json();
            seen.extend(body["data"].as_array().unwrap().clone());
            let cursor = body["next_cursor"].as_str().unwrap_or_default().to_owned();
            assert_eq!(body["has_more"], json!(!cursor.is_empty()), "{path}");
            if !cursor.is_empty() {
                first_cursor.get_or_insert(cursor.clone());
            }
            next = link(page.header("link"));
            assert_eq!(
                next.is_empty(),
                cursor.is_empty(),
                "{path}: the link follows the cursor"
            );
        }
        assert_eq!(&seen, rows, "{path}");
        if let Some(cursor) = first_cursor {
            assert_forged_cursors_are_refused(&ground, path, &cursor).await;
        }
        for (limit, code) in [
            ("0", "out_of_range"),
            ("501", "out_of_range"),
            ("ten", "wrong_type"),
        ] {
            let refused = ground
                .admin
                .get(&format!("{path}?limit={limit}"), 422)
                .await;
            assert_eq!(
                refused.faults(),
                [("limit".to_owned(), code.to_owned())],
                "{path}"
            );
        }
        let twice = ground
            .admin
            .get(&format!("{path}?limit=1&limit=2"), 422)
            .await;
        assert_eq!(
            twice.faults(),
            [("limit".to_owned(), "repeated_parameter".to_owned())],
            "{path}"
        );
        let sorted = ground.admin.get(&format!("{path}?sort=colour"), 422).await;
        assert_eq!(
            sorted.faults(),
            [("sort".to_owned(), "invalid_value".to_owned())],
            "{path}"
        );
    }
}

/// A ticket of the customer with several messages, events and ratings, all of one instant.
async fn busy_ticket(ground: &Ground<'_>, customer: &str) -> String {
    let admin = &ground.admin;
    let opened = json!({"subject": "空调不制冷", "customer_id": customer});
    let ticket = admin.open_ticket(opened).await;
    for number in 0..5 {
        let message = json!({"visibility": "public", "body": format!("第{number}条")});
        let path = format!("/tickets/{ticket}/messages");
        admin.post(&path, message, 201).await;
    }
    for status in ["on_hold", "open", "resolved"] {
        admin
            .step(&ticket, "status", json!({"status": status}))
            .await;
    }
    for score in [1, 3, 5] {
        let rating = json!({"score": score, "source": "customer"});
        admin.step(&ticket, "satisfaction", rating).await;
    }
    ticket
}

/// The address of the next page in a `Link` header; empty when there is none.
fn link(header: &str) -> String {
    let next = header.split(',').find(|part| part.contains("rel=\"next\""));
    let address = next.and_then(|part| part.split('<').nth(1)?.split('>').next());
    address.unwrap_or_default().to_owned()
}

/// A cursor is no secret: whoever reads it can write one with another key.
async fn assert_forged_cursors_are_refused(ground: &Ground<'_>, path: &str, cursor: &str) {
    let good = Cursor::decode(cursor).unwrap();
    let moment = CursorKey::Moment(5, Uuid::nil());
    let keys = [
        None,
        Some(CursorKey::Integer(5)),
        Some(CursorKey::Text("x".to_owned())),
        Some(moment),
    ];
    let kind = |key: &Option<CursorKey>| key.as_ref().map(std::mem::discriminant);
    let others = keys.into_iter().filter(|key| kind(key) != kind(&good.key));
    let mut forged: Vec<Cursor> = others
        .map(|key| Cursor {
            key,
            ..good.clone()
        })
        .collect();
    forged.push(Cursor {
        number: -1,
        ..good.clone()
    });
    forged.push(Cursor {
        key: Some(CursorKey::Text("a\0b".to_owned())),
        ..good
    });
    for cursor in forged {
        let path = format!("{path}?limit=2&cursor={}", cursor.encode());
        let refused = ground.admin.get(&path, 422).await;
        assert_eq!(refused.code(), "invalid_cursor", "{path}");
    }
}

#[actix_web::test]
async fn a_cursor_of_another_list_filter_or_order_is_refused() {
    let (server, _fresh) = server().await;
    let ground = Ground::of(&server);
    for _ in 0..3 {
        ground.customer().await;
        ground.ticket().await;
    }
    let first = ground.admin.get("/tickets?limit=1", 200).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    ground
        .admin
        .get(&format!("/tickets?limit=2&cursor={cursor}"), 200)
        .await;
    for path in [
        format!("/tickets?cursor={cursor}&status=open"),
        format!("/tickets?cursor={cursor}&sort=opened_at"),
        format!("/tickets?cursor={cursor}&sort=updated_at"),
        format!("/tickets?cursor={cursor}&q=x"),
        format!("/tickets?cursor={cursor}&metric=created"),
        format!("/customers?cursor={cursor}"),
        format!("/users?cursor={cursor}"),
        "/tickets?cursor=nonsense".to_owned(),
        "/tickets?cursor=".to_owned(),
        "/customers?cursor=%E7%8E%8B".to_owned(),
        "/teams?cursor=AAAA".to_owned(),
    ] {
        let refused = ground.admin.get(&path, 422).await;
        assert_eq!(refused.code(), "invalid_cursor", "{path}");
    }
}
