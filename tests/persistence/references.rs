//! What a row refers to is there, whoever wrote it: the database itself keeps to it.

use rapport_persistence::error::StoreError;
use rapport_persistence::tickets::NewTicketRow;
use rapport_persistence::writes::{Writer, write};
use rapport_persistence::{categories, tickets};
use rapport_tests::builders::{Company, at, context, ticket};
use rapport_tests::databases::{Fresh, on_each_database};
use rapport_types::categories::Category;
use rapport_types::clocks::TicketClocks;
use rapport_types::ids::{CategoryId, CustomerId};
use rapport_types::names::Names;
use rapport_types::tickets::Ticket;
use uuid::Uuid;

async fn insert(fresh: &Fresh, ticket: Ticket) -> Result<Ticket, StoreError> {
    let row = NewTicketRow {
        ticket,
        clocks: TicketClocks::default(),
        events: Vec::new(),
        spans: Vec::new(),
        messages: Vec::new(),
        ratings: Vec::new(),
    };
    write(&fresh.db, context(at(0)), async |writer: &mut Writer| {
        tickets::insert(writer, row.clone(), None).await
    })
    .await
}

#[tokio::test]
async fn a_ticket_names_a_customer_a_contact_and_a_category_that_are_there() {
    on_each_database(async |fresh| {
        let team = Company::found(&fresh.db).await.team("north");
        let nobody = CustomerId::from_uuid(Uuid::from_u128(4_711));
        let nothing = CategoryId::from_uuid(Uuid::from_u128(4_711));
        for (member, wrong) in [
            (
                "customer_id",
                Ticket {
                    customer_id: Some(nobody),
                    ..ticket(1, 1, "x", team, at(0))
                },
            ),
            (
                "contact_id",
                Ticket {
                    contact_id: Some(nobody),
                    ..ticket(1, 1, "x", team, at(0))
                },
            ),
            (
                "category_id",
                Ticket {
                    category_id: Some(nothing),
                    ..ticket(1, 1, "x", team, at(0))
                },
            ),
        ] {
            let Err(StoreError::Unknown(named)) = insert(fresh, wrong).await else {
                panic!("{member} must be refused");
            };
            // SQLite does not say which it was.
            assert!(named.is_none_or(|named| named == member), "{member}");
        }
        let count = "SELECT count(*) AS n FROM tickets";
        assert_eq!(fresh.number(count).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_a_ticket_names_cannot_be_removed() {
    on_each_database(async |fresh| {
        let team = Company::found(&fresh.db).await.team("north");
        let category = Category {
            id: CategoryId::from_uuid(Uuid::from_u128(0xCA)),
            version: 1,
            code: None,
            names: Names::both("Warranty", "保修"),
            parent_id: None,
            active: true,
        };
        write(&fresh.db, context(at(0)), async |writer: &mut Writer| {
            categories::insert(writer, &category).await
        })
        .await
        .unwrap();
        let named = Ticket {
            category_id: Some(category.id),
            ..ticket(1, 1, "x", team, at(0))
        };
        insert(fresh, named).await.unwrap();
        let removed = write(&fresh.db, context(at(1)), async |writer: &mut Writer| {
            categories::delete(writer, &category).await
        })
        .await;
        assert_eq!(removed, Err(StoreError::InUse));
    })
    .await;
}
