//! Pages, orders and totals.

use std::collections::BTreeSet;

use rapport_persistence::database::Kind;
use rapport_persistence::tickets::NewTicketRow;
use rapport_persistence::writes::{Writer, write};
use rapport_persistence::{customers, tickets};
use rapport_tests::builders::{
    at, context, customer, customers_where, everything, paging, ticket, tickets_where,
};
use rapport_tests::databases::{Fresh, on_each_database};
use rapport_tests::generate::World;
use rapport_tests::pages::every_row;
use rapport_types::clocks::TicketClocks;
use rapport_types::filters::{Filter, Op};
use rapport_types::page::{Cursor, Paging, Total, TotalMode};

const READERS: [&str; 3] = ["manager", "lead", "agent"];

/// Every order of a list in both directions; the next due time is read forwards only, since there
/// the tickets without one come last.
fn orders(fields: &[&'static str]) -> Vec<(&'static str, bool)> {
    let both = fields
        .iter()
        .flat_map(|field| [(*field, false), (*field, true)]);
    both.filter(|order| *order != ("next_due_at", true))
        .collect()
}

#[tokio::test]
async fn paging_gives_every_ticket_once_in_order_with_those_never_due_last() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 40, 260).await;
        let company = &world.company;
        for (field, descending) in orders(tickets::ORDERS) {
            for reader in READERS {
                let mut expected: Vec<_> = world
                    .tickets
                    .iter()
                    .map(|row| &row.ticket)
                    .filter(|ticket| company.sees_ticket(reader, ticket))
                    .map(|ticket| {
                        let key = match field {
                            "updated_at" => Some(ticket.updated_at),
                            "opened_at" => Some(ticket.opened_at),
                            _ => ticket.next_due_at,
                        };
                        (key.is_none(), key, ticket.number)
                    })
                    .collect();
                expected.sort_unstable();
                if descending {
                    expected.reverse();
                }
                let expected: Vec<i64> = expected.into_iter().map(|(.., number)| number).collect();
                let scope = company.scope(reader);
                for limit in [1, 7, 100] {
                    let rows = every_row(paging(field, descending, limit), async |paging| {
                        let query = tickets_where(Filter::default(), paging);
                        tickets::list(&fresh.db, &company.configuration, &scope, &query)
                            .await
                            .unwrap()
                    })
                    .await;
                    let found: Vec<i64> = rows.iter().map(|row| row.number).collect();
                    assert_eq!(found, expected, "{reader} {field} {descending} {limit}");
                }
            }
        }
        let never_due = world
            .tickets
            .iter()
            .filter(|row| row.ticket.next_due_at.is_none())
            .count();
        assert!(
            never_due > 20 && never_due < 240,
            "both kinds occur: {never_due}"
        );
    })
    .await;
}

/// The customers' numbers as the database itself orders their names: PostgreSQL by its collation.
async fn by_name(fresh: &Fresh, descending: bool) -> Vec<i64> {
    let direction = if descending { "DESC" } else { "ASC" };
    let sql = format!("SELECT number FROM customers ORDER BY name {direction}, number {direction}");
    fresh
        .rows(&sql)
        .await
        .iter()
        .map(|row| row.try_get("", "number").unwrap())
        .collect()
}

#[tokio::test]
async fn paging_gives_every_customer_once_in_order() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 230, 0).await;
        let company = &world.company;
        for (field, descending) in orders(customers::ORDERS) {
            for reader in READERS {
                let seen = |number: i64| {
                    company.sees_customer(reader, &world.customers[number as usize - 1])
                };
                let expected: Vec<i64> = if field == "name" {
                    by_name(fresh, descending).await
                } else {
                    let key = |c: &rapport_types::customers::Customer| match field {
                        "updated_at" => c.updated_at,
                        _ => c.created_at,
                    };
                    let mut all: Vec<_> =
                        world.customers.iter().map(|c| (key(c), c.number)).collect();
                    all.sort_unstable();
                    if descending {
                        all.reverse();
                    }
                    all.into_iter().map(|(_, number)| number).collect()
                };
                let expected: Vec<i64> = expected
                    .into_iter()
                    .filter(|number| seen(*number))
                    .collect();
                let scope = company.scope(reader);
                for limit in [1, 7, 100] {
                    let rows = every_row(paging(field, descending, limit), async |paging| {
                        let query = customers_where(Filter::default(), paging);
                        customers::list(&fresh.db, &company.configuration, &scope, &query)
                            .await
                            .unwrap()
                    })
                    .await;
                    let found: Vec<i64> = rows.iter().map(|row| row.number).collect();
                    assert_eq!(found, expected, "{reader} {field} {descending} {limit}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn pages_stay_stable_while_tickets_are_added_between_them() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 20, 90).await;
        let company = &world.company;
        let there: BTreeSet<i64> = world.tickets.iter().map(|row| row.ticket.number).collect();
        let mut added = 1_000;
        for (field, descending) in orders(tickets::ORDERS) {
            let mut paging = paging(field, descending, 9);
            let mut found: Vec<i64> = Vec::new();
            loop {
                let query = tickets_where(Filter::default(), paging.clone());
                let page = tickets::list(&fresh.db, &company.configuration, &everything(), &query)
                    .await
                    .unwrap();
                found.extend(page.data.iter().map(|row| row.number));
                // One before everything, one amid, one after.
                for minutes in [-500_000, 80_000, 5_000_000] {
                    added += 1;
                    let new = ticket(
                        added as u128,
                        added,
                        "added",
                        company.team("east"),
                        at(minutes),
                    );
                    let row = NewTicketRow {
                        ticket: new,
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
                    .unwrap();
                }
                match page.next_cursor {
                    Some(text) => paging.after = Some(Cursor::decode(&text).unwrap()),
                    None => break,
                }
                assert!(found.len() < 2_000, "the list comes to an end");
            }
            let distinct: BTreeSet<i64> = found.iter().copied().collect();
            assert_eq!(
                distinct.len(),
                found.len(),
                "{field} {descending}: a ticket came twice"
            );
            assert!(
                distinct.is_superset(&there),
                "{field} {descending}: a ticket was passed over"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_total_is_left_out_capped_or_exact() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 1_150, 40).await;
        let company = &world.company;
        let total = async |reader: &str, filter: &Filter, total: TotalMode| {
            let paging = Paging {
                total,
                ..paging("created_at", true, 5)
            };
            let query = customers_where(filter.clone(), paging);
            let scope = company.scope(reader);
            customers::list(&fresh.db, &company.configuration, &scope, &query)
                .await
                .unwrap()
                .total
        };
        let all = Filter::default();
        let vip = Filter::of("tag", Op::Is, &["vip"]);
        let new_or_lost = Filter::of("lifecycle", Op::Is, &["new", "lost"]);
        for reader in READERS {
            for filter in [&all, &vip, &new_or_lost] {
                let many = world
                    .customers
                    .iter()
                    .filter(|customer| company.sees_customer(reader, customer))
                    .filter(|customer| {
                        filter
                            .conditions
                            .iter()
                            .all(|condition| match condition.field.as_str() {
                                "tag" => customer.tags.iter().any(|tag| tag.as_str() == "vip"),
                                _ => condition
                                    .values
                                    .iter()
                                    .any(|value| value == customer.lifecycle.code()),
                            })
                    })
                    .count() as u64;
                assert_eq!(total(reader, filter, TotalMode::None).await, None);
                let exact = total(reader, filter, TotalMode::Exact).await;
                assert_eq!(
                    exact,
                    Some(Total {
                        count: many,
                        exact: true
                    }),
                    "{reader} {filter:?}"
                );
                let capped = total(reader, filter, TotalMode::Capped).await;
                let expected = Total {
                    count: many.min(1_000),
                    exact: many <= 1_000,
                };
                assert_eq!(capped, Some(expected), "{reader} {filter:?}");
            }
        }
        let query = customers_where(
            all,
            Paging {
                total: TotalMode::Capped,
                ..paging("name", false, 1)
            },
        );
        let page = customers::list(&fresh.db, &company.configuration, &everything(), &query)
            .await
            .unwrap();
        assert_eq!(
            page.total,
            Some(Total {
                count: 1_000,
                exact: false
            })
        );
    })
    .await;
}

#[tokio::test]
async fn names_are_paged_in_the_order_of_their_index() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 0, 0).await;
        let company = &world.company;
        let names = [
            "a", "B", "b", "ä", "Z", "_", "%", "王", "a b", "a'b", "\"", "~", "A", "aa", "-a",
        ];
        let rows: Vec<_> = (1..)
            .zip(names)
            .map(|(n, name)| customer(n as u128, n, name, company.team("east")))
            .collect();
        write(&fresh.db, context(at(0)), async |writer: &mut Writer| {
            customers::insert_all(writer, &rows).await
        })
        .await
        .unwrap();
        let found = every_row(paging("name", false, 2), async |paging| {
            let query = customers_where(Filter::default(), paging);
            customers::list(&fresh.db, &company.configuration, &everything(), &query)
                .await
                .unwrap()
        })
        .await;
        let found: Vec<i64> = found.iter().map(|row| row.number).collect();
        assert_eq!(found, by_name(fresh, false).await);
        if fresh.db.kind == Kind::Sqlite {
            let mut sorted = rows.clone();
            sorted.sort_by(|a, b| a.name.cmp(&b.name));
            assert_eq!(
                found,
                sorted.iter().map(|row| row.number).collect::<Vec<_>>()
            );
        }
    })
    .await;
}
