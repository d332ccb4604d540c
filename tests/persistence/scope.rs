//! What lies outside a reader's scope is not there, whichever way it is asked for.

use std::collections::BTreeSet;

use rapport_persistence::error::StoreError;
use rapport_persistence::writes::{Writer, write};
use rapport_persistence::{customers, tickets};
use rapport_tests::builders::{Company, at, context, everything, paging, tickets_where};
use rapport_tests::databases::{Fresh, on_each_database};
use rapport_tests::generate::World;
use rapport_tests::pages::every_row;
use rapport_types::filters::{Filter, Op};
use rapport_types::ids::TicketId;
use rapport_types::tickets::Ticket;

/// One of each kind: the root, the middle, leaves with and without work elsewhere, a person who
/// owns customers.
const READERS: [&str; 6] = [
    "manager", "lead", "agent", "southern", "account", "marketer",
];

#[tokio::test]
async fn a_record_is_found_by_exactly_those_who_see_it() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 120, 150).await;
        let company = &world.company;
        for reader in READERS {
            let scope = company.scope(reader);
            let mut hidden = 0;
            for row in &world.tickets {
                let (id, sees) = (row.ticket.id, company.sees_ticket(reader, &row.ticket));
                let found = tickets::find(&fresh.db, &scope, id).await.unwrap();
                assert_eq!(
                    found.map(|found| found.ticket),
                    sees.then(|| row.ticket.clone()),
                    "{reader}"
                );
                let checked = tickets::check(&fresh.db, &scope, id).await;
                assert_eq!(
                    checked,
                    if sees {
                        Ok(())
                    } else {
                        Err(StoreError::NotFound)
                    },
                    "{reader}"
                );
                hidden += usize::from(!sees);
            }
            for customer in &world.customers {
                let sees = company.sees_customer(reader, customer);
                let found = customers::find(&fresh.db, &scope, customer.id)
                    .await
                    .unwrap();
                assert_eq!(found, sees.then(|| customer.clone()), "{reader}");
                // Whoever sees one of its tickets sees so much of it.
                let named = customers::find_ref(&fresh.db, customer.id)
                    .await
                    .unwrap()
                    .unwrap();
                assert_eq!(
                    (named.number, &named.name),
                    (customer.number, &customer.name)
                );
            }
            assert_eq!(
                hidden == 0,
                scope.is_everything(),
                "{reader}: {hidden} hidden"
            );
        }
        // Locking for a write asks the same question.
        let scope = company.scope("southern");
        for row in world.tickets.iter().take(40) {
            let locked = write(&fresh.db, context(at(0)), async |writer: &mut Writer| {
                tickets::get_locked(writer, &scope, row.ticket.id).await
            })
            .await;
            assert_eq!(locked.is_ok(), company.sees_ticket("southern", &row.ticket));
        }
    })
    .await;
}

#[tokio::test]
async fn a_customers_timeline_tells_of_those_tickets_alone_that_the_reader_sees() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 8, 160).await;
        let company = &world.company;
        for reader in READERS {
            let scope = company.scope(reader);
            for customer in &world.customers {
                let own = world
                    .tickets
                    .iter()
                    .filter(|row| row.ticket.customer_id == Some(customer.id));
                let seen = own.filter(|row| company.sees_ticket(reader, &row.ticket));
                let mut expected: Vec<(i64, usize)> = seen
                    .map(|row| {
                        let moves = row
                            .events
                            .iter()
                            .filter(|event| event.kind.code() == "status")
                            .count();
                        (
                            row.ticket.number,
                            1 + moves + row.messages.len() + row.ratings.len(),
                        )
                    })
                    .collect();
                expected.sort_unstable();
                let entries = every_row(paging("at", true, 30), async |paging| {
                    customers::timeline(
                        &fresh.db,
                        &company.configuration,
                        &scope,
                        customer.id,
                        &paging,
                    )
                    .await
                    .unwrap()
                })
                .await;
                assert!(
                    entries.windows(2).all(|pair| pair[0].at >= pair[1].at),
                    "newest first"
                );
                let numbers: BTreeSet<i64> =
                    entries.iter().map(|entry| entry.ticket_number).collect();
                let count = |number: i64| {
                    entries
                        .iter()
                        .filter(|entry| entry.ticket_number == number)
                        .count()
                };
                let found: Vec<(i64, usize)> = numbers
                    .into_iter()
                    .map(|number| (number, count(number)))
                    .collect();
                assert_eq!(found, expected, "{reader} {}", customer.number);
            }
        }
    })
    .await;
}

/// Lets somebody change a ticket.
async fn change(fresh: &Fresh, id: TicketId, minutes: i64, change: impl Fn(&mut Ticket)) {
    write(
        &fresh.db,
        context(at(minutes)),
        async |writer: &mut Writer| {
            let before = tickets::get_locked(writer, &everything(), id).await?;
            let mut after = before.ticket.clone();
            change(&mut after);
            tickets::update(writer, &before, &mut after, &before.clocks, &[]).await
        },
    )
    .await
    .unwrap();
}

/// Whether the reader finds it by id, in the list, and by its words.
async fn found_every_way(
    fresh: &Fresh,
    company: &Company,
    reader: &str,
    id: TicketId,
    words: &str,
) -> Vec<bool> {
    let scope = company.scope(reader);
    let configuration = &company.configuration;
    let by_id = tickets::find(&fresh.db, &scope, id)
        .await
        .unwrap()
        .is_some();
    let query = tickets_where(Filter::default(), paging("updated_at", true, 500));
    let listed = tickets::list(&fresh.db, configuration, &scope, &query)
        .await
        .unwrap();
    let (searched, _) = tickets::search(&fresh.db, configuration, &scope, words, 20)
        .await
        .unwrap();
    let query = tickets::Query {
        q: Some(words.to_owned()),
        ..query
    };
    let both = tickets::list(&fresh.db, configuration, &scope, &query)
        .await
        .unwrap();
    vec![
        by_id,
        listed.data.iter().any(|row| row.id == id),
        searched.iter().any(|row| row.id == id),
        both.data.iter().any(|row| row.id == id),
    ]
}

#[tokio::test]
async fn work_passed_on_is_seen_by_the_new_people_and_no_longer_by_the_old() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 3, 30).await;
        let company = &world.company;
        let (agent, east) = (company.user("agent").id, company.team("east"));
        let id = world.tickets[7].ticket.id;
        let words = "kettle";
        let nobody = |ticket: &mut Ticket| {
            (
                ticket.assignee_id,
                ticket.duty_holder_id,
                ticket.first_responder_id,
            ) = (None, None, None);
            ticket.team_id = east;
            ticket.subject = rapport_tests::builders::parsed("A kettle that whistles");
        };
        change(fresh, id, 1_000_000, nobody).await;
        type Step<'a> = (&'a dyn Fn(&mut Ticket), [bool; 3]);
        let steps: [Step<'_>; 6] = [
            (&|_| (), [false, false, true]),
            (&|t| t.assignee_id = Some(agent), [true, false, true]),
            (
                &|t| (t.assignee_id, t.duty_holder_id) = (None, Some(agent)),
                [true, false, true],
            ),
            (
                &|t| (t.duty_holder_id, t.first_responder_id) = (None, Some(agent)),
                [true, false, true],
            ),
            (
                &|t| (t.first_responder_id, t.resolver_id) = (None, Some(agent)),
                [false, false, true],
            ),
            (
                &|t| t.team_id = company.team("north_shop_night"),
                [true, true, false],
            ),
        ];
        for (number, (step, expected)) in (0..).zip(steps) {
            change(fresh, id, 1_000_001 + number, step).await;
            for (reader, sees) in ["agent", "lead", "eastern"].into_iter().zip(expected) {
                let found = found_every_way(fresh, company, reader, id, words).await;
                assert_eq!(found, [sees; 4], "{reader} after step {number}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_filter_cannot_reach_beyond_the_scope() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 10, 120).await;
        let company = &world.company;
        let root = company.team("root").to_string();
        let own = company.user("agent").id.to_string();
        for filter in [
            Filter::of("team", Op::Is, &[&root]),
            Filter::of("assignee", Op::Not, &[&own]),
            Filter::of("assignee", Op::Is, &["none"]),
            Filter::of(
                "status",
                Op::Is,
                &[
                    "new",
                    "open",
                    "waiting_on_customer",
                    "on_hold",
                    "resolved",
                    "closed",
                ],
            ),
        ] {
            let scope = company.scope("agent");
            let query = tickets_where(filter.clone(), paging("opened_at", false, 500));
            let page = tickets::list(&fresh.db, &company.configuration, &scope, &query)
                .await
                .unwrap();
            for row in page.data {
                let ticket = &world.tickets[row.number as usize - 1].ticket;
                assert!(
                    company.sees_ticket("agent", ticket),
                    "{filter:?} {}",
                    row.number
                );
            }
        }
    })
    .await;
}
