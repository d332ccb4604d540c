//! Pages of what is listed below a record stay in step while rows come in on either side.

use chrono::{DateTime, Utc};
use rapport_persistence::tickets::NewTicketRow;
use rapport_persistence::writes::{Writer, write};
use rapport_persistence::{customers, tickets};
use rapport_tests::builders::{Company, at, context, customer, everything, paging, parsed, ticket};
use rapport_tests::databases::{Fresh, on_each_database};
use rapport_tests::pages::every_row;
use rapport_types::clocks::TicketClocks;
use rapport_types::customers::TimelineKind;
use rapport_types::ids::{MessageId, RatingId, TicketEventId, TicketId};
use rapport_types::page::{Cursor, Page, Paging, Total, TotalMode};
use rapport_types::records::Actor;
use rapport_types::tickets::{
    Author, EventKind, Message, Rating, RatingSource, Ticket, TicketEvent, Visibility,
};
use uuid::Uuid;

/// When a row happened, and its id: its place in the order.
type Place = (DateTime<Utc>, Uuid);

/// The three lists of a ticket.
const LISTS: [&str; 3] = ["messages", "events", "ratings"];

fn ticket_id() -> TicketId {
    TicketId::from_uuid(Uuid::from_u128(0x71))
}

/// A customer with two tickets that were opened in one instant.
async fn open_tickets(fresh: &Fresh) -> Company {
    let company = Company::found(&fresh.db).await;
    let team = company.team("north");
    let of = customer(0xC1, 1, "王芳", team);
    let rows: Vec<NewTicketRow> = [(0x71, 1), (0x72, 2)]
        .map(|(id, number)| NewTicketRow {
            ticket: Ticket {
                customer_id: Some(of.id),
                ..ticket(id, number, "空调不制冷", team, at(0))
            },
            clocks: TicketClocks::default(),
            events: Vec::new(),
            spans: Vec::new(),
            messages: Vec::new(),
            ratings: Vec::new(),
        })
        .into();
    write(&fresh.db, context(at(0)), async |writer: &mut Writer| {
        customers::insert(writer, &of).await?;
        tickets::insert_all(writer, rows.clone(), &[&of]).await
    })
    .await
    .unwrap();
    company
}

/// Adds a row to one of the lists of the first ticket.
async fn add(fresh: &Fresh, list: &str, minutes: i64, id: u128) {
    let id = Uuid::from_u128(id);
    write(&fresh.db, context(at(0)), async |writer: &mut Writer| {
        let before = tickets::get_locked(writer, &everything(), ticket_id()).await?;
        let mut after = before.ticket.clone();
        let clocks = &before.clocks;
        match list {
            "messages" => {
                let message = Message {
                    id: MessageId::from_uuid(id),
                    ticket_id: ticket_id(),
                    visibility: Visibility::Public,
                    author: Author::System,
                    body: parsed("您好"),
                    sent_at: at(minutes),
                };
                tickets::add_message(writer, &before, &mut after, clocks, &[], &message).await
            }
            "events" => {
                let event = TicketEvent {
                    id: TicketEventId::from_uuid(id),
                    ticket_id: ticket_id(),
                    at: at(minutes),
                    actor: Actor::System,
                    kind: EventKind::Status,
                    before: None,
                    after: Some("open".into()),
                    reason: None,
                };
                tickets::update(writer, &before, &mut after, clocks, &[event]).await
            }
            _ => {
                let rating = Rating {
                    id: RatingId::from_uuid(id),
                    ticket_id: ticket_id(),
                    score: 4,
                    comment: None,
                    rated_at: at(minutes),
                    source: RatingSource::Customer,
                };
                tickets::add_rating(writer, &after, &rating).await
            }
        }
    })
    .await
    .unwrap();
}

/// A page of one of the lists of the first ticket.
async fn page(fresh: &Fresh, list: &str, paging: &Paging) -> Page<Place> {
    let (db, id) = (&fresh.db, ticket_id());
    match list {
        "messages" => {
            let page = tickets::list_messages(db, id, paging).await.unwrap();
            page.map(|row| (row.sent_at, row.id.uuid()))
        }
        "events" => {
            let page = tickets::list_events(db, id, paging).await.unwrap();
            page.map(|row| (row.at, row.id.uuid()))
        }
        _ => {
            let page = tickets::list_ratings(db, id, paging).await.unwrap();
            page.map(|row| (row.rated_at, row.id.uuid()))
        }
    }
}

fn sorted(mut rows: Vec<Place>, descending: bool) -> Vec<Place> {
    rows.sort_unstable();
    if descending {
        rows.reverse();
    }
    rows
}

#[tokio::test]
async fn a_tickets_lists_neither_skip_nor_repeat_rows_while_others_come_in() {
    on_each_database(async |fresh| {
        open_tickets(fresh).await;
        for list in LISTS {
            let mut rows: Vec<Place> = Vec::new();
            // Six rows of each of two instants, ids in no order.
            for number in 0..12 {
                let (minutes, id) = (10 + number / 6, 1_000 + (number as u128 * 7) % 12);
                add(fresh, list, minutes, id).await;
                rows.push((at(minutes), Uuid::from_u128(id)));
            }
            for (descending, extra, low, high) in [(false, 20, 100, 2_000), (true, 30, 200, 3_000)]
            {
                let expected = sorted(rows.clone(), descending);
                for limit in [1, 5, 100] {
                    let first = paging("at", descending, limit);
                    let found = every_row(first, async |it| page(fresh, list, &it).await).await;
                    assert_eq!(found, expected, "{list} {descending} {limit}");
                }
                let first = page(fresh, list, &paging("at", descending, 5)).await;
                assert_eq!(first.data, expected[..5], "{list} {descending}");
                let last = expected[4];
                // Before all, after all, and on both sides of the last row within its instant.
                for (minutes, id) in [
                    (-extra, low),
                    (extra, low + 1),
                    (10, low + 2),
                    (10, high),
                    (11, low + 3),
                    (11, high + 1),
                ] {
                    add(fresh, list, minutes, id).await;
                    rows.push((at(minutes), Uuid::from_u128(id)));
                }
                let all = sorted(rows.clone(), descending);
                let rest = all.iter().skip_while(|row| **row != last).skip(1);
                let rest: Vec<Place> = rest.copied().collect();
                let after = first.next_cursor.as_deref().and_then(Cursor::decode);
                let next = Paging {
                    after,
                    ..paging("at", descending, 4)
                };
                let found = every_row(next, async |it| page(fresh, list, &it).await).await;
                assert_eq!(found, rest, "{list} {descending}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_customers_timeline_goes_on_where_it_was_while_newer_rows_come_in() {
    on_each_database(async |fresh| {
        let company = open_tickets(fresh).await;
        // Everything in the instant of the opening: nothing but kind and id tells rows apart.
        for (number, list) in LISTS.iter().cycle().take(18).enumerate() {
            add(fresh, list, 0, 5_000 + number as u128).await;
        }
        let customer = customer(0xC1, 1, "王芳", company.team("north")).id;
        let timeline = async |paging: Paging| {
            let (db, configuration) = (&fresh.db, &company.configuration);
            customers::timeline(db, configuration, &everything(), customer, &paging)
                .await
                .unwrap()
        };
        let all = every_row(paging("at", true, 100), timeline).await;
        assert_eq!(all.len(), 20);
        assert!(
            all[18..]
                .iter()
                .all(|entry| entry.kind == TimelineKind::TicketOpened),
            "a ticket is opened before anything happens on it"
        );
        for limit in [1, 3, 7] {
            let found = every_row(paging("at", true, limit), timeline).await;
            assert_eq!(found, all, "{limit}");
        }
        let first = timeline(paging("at", true, 6)).await;
        for (number, list) in LISTS.iter().enumerate() {
            add(fresh, list, 60, 6_000 + number as u128).await;
        }
        let next = Paging {
            after: first.next_cursor.as_deref().and_then(Cursor::decode),
            ..paging("at", true, 5)
        };
        assert_eq!(every_row(next, timeline).await, all[6..]);
    })
    .await;
}

#[tokio::test]
async fn what_is_listed_below_a_record_is_counted() {
    on_each_database(async |fresh| {
        let company = open_tickets(fresh).await;
        for list in LISTS {
            for number in 0..4 {
                add(fresh, list, 1, 100 + number).await;
            }
        }
        let customer = customer(0xC1, 1, "王芳", company.team("north")).id;
        for (mode, counted) in [
            (TotalMode::None, None),
            (TotalMode::Capped, Some(4)),
            (TotalMode::Exact, Some(4)),
        ] {
            let asked = Paging {
                total: mode,
                ..paging("at", true, 2)
            };
            let total = |count| Total { count, exact: true };
            for list in LISTS {
                assert_eq!(page(fresh, list, &asked).await.total, counted.map(total));
            }
            let (db, configuration) = (&fresh.db, &company.configuration);
            let timeline = customers::timeline(db, configuration, &everything(), customer, &asked)
                .await
                .unwrap();
            let all = counted.map(|count| total(3 * count + 2));
            assert_eq!(timeline.total, all);
        }
    })
    .await;
}
