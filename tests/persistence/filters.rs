//! A filter means the same in SQL and in memory, for whatever the reader may see.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use rapport_persistence::{customers, tickets};
use rapport_tests::builders::{Company, at, customers_where, everything, paging, tickets_where};
use rapport_tests::databases::on_each_database;
use rapport_tests::generate::{Dice, World};
use rapport_tests::pages::every_row;
use rapport_types::customers::{Customer, CustomerFacts};
use rapport_types::filters::{Context, Fact, Facts, Field, FieldKind, Filter, Op, parse_pairs};
use rapport_types::ids::{CategoryId, ImportId, TeamId, UserId};
use rapport_types::tickets::{Ticket, TicketFacts};
use uuid::Uuid;

/// At the root, in the middle, and in a leaf whose people hold records elsewhere.
const READERS: [&str; 3] = ["manager", "lead", "agent"];

/// How a field may be compared, and by how many different values in one test.
fn comparisons(kind: FieldKind) -> &'static [Op] {
    match kind {
        FieldKind::Integer | FieldKind::Instant | FieldKind::Day => {
            &[Op::Is, Op::Not, Op::From, Op::Before]
        }
        _ => &[Op::Is, Op::Not],
    }
}

fn instant_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A value that somebody might write for the field, mostly one that occurs: `seen` is the fact of
/// a record.
fn value(dice: &mut Dice, company: &Company, field: &Field, op: Op, seen: &Fact) -> String {
    let unknown = Uuid::from_u128(0xdead);
    let near = dice.between(-1, 1);
    let seen = match seen {
        Fact::Null => None,
        Fact::Text(text) => Some(text.clone()),
        Fact::Set(texts) => Some(dice.pick(texts)),
        Fact::Integer(number) => Some((number + near).to_string()),
        Fact::Instant(at) => Some(instant_text(*at + TimeDelta::microseconds(near))),
        Fact::Boolean(flag) => Some(flag.to_string()),
    };
    let seen = seen.filter(|_| !dice.percent(8));
    let by_name = matches!(op, Op::Is | Op::Not);
    match field.kind {
        FieldKind::Instant if by_name => "none".to_owned(),
        FieldKind::Instant if dice.percent(10) => {
            dice.pick(&["today", "-30d", "2026-02-01"]).to_owned()
        }
        FieldKind::Instant => seen.unwrap_or_else(|| instant_text(at(60_000))),
        FieldKind::Integer => seen.unwrap_or_else(|| {
            if by_name {
                "none".to_owned()
            } else {
                "2".to_owned()
            }
        }),
        FieldKind::Day if !by_name && dice.percent(10) => dice.pick(&["today", "-30d"]).to_owned(),
        // As instants, days that are not there are asked for by name only.
        FieldKind::Day => match seen {
            Some(day) => day,
            None if by_name => "none".to_owned(),
            None => "2026-02-02".to_owned(),
        },
        FieldKind::Boolean => seen.unwrap_or_else(|| "true".to_owned()),
        FieldKind::Code | FieldKind::Text => {
            seen.unwrap_or_else(|| dice.pick(&["none", "nothing_such"]).to_owned())
        }
        FieldKind::User if dice.percent(20) => "me".to_owned(),
        FieldKind::User => seen.unwrap_or_else(|| {
            dice.pick(&["none".to_owned(), UserId::from_uuid(unknown).to_string()])
        }),
        FieldKind::Team => seen.unwrap_or_else(|| {
            dice.pick(&[
                company.team("north").to_string(),
                TeamId::from_uuid(unknown).to_string(),
            ])
        }),
        FieldKind::Category => seen.unwrap_or_else(|| {
            dice.pick(&[
                "none".to_owned(),
                CategoryId::from_uuid(unknown).to_string(),
            ])
        }),
        FieldKind::Customer => seen.unwrap_or_else(|| "none".to_owned()),
        FieldKind::Import => seen.unwrap_or_else(|| {
            dice.pick(&["none".to_owned(), ImportId::from_uuid(unknown).to_string()])
        }),
    }
}

/// Parameters as somebody might write them: the field in turn, so that none is left out, and up to
/// two others.
fn parameters(
    dice: &mut Dice,
    company: &Company,
    fields: &[Field],
    turn: usize,
    fact: &dyn Fn(&mut Dice, &str) -> Fact,
) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for round in 0..=dice.below(3) {
        let field = &fields[if round == 0 {
            turn % fields.len()
        } else {
            dice.below(fields.len())
        }];
        let ops = comparisons(field.kind);
        let op = ops[if round == 0 {
            turn / fields.len() % ops.len()
        } else {
            dice.below(ops.len())
        }];
        let several = matches!(op, Op::Is | Op::Not) && field.kind != FieldKind::Text;
        let count = if several { 1 + dice.below(3) } else { 1 };
        let values: Vec<String> = (0..count)
            .map(|_| {
                let seen = fact(dice, &field.name);
                value(dice, company, field, op, &seen)
            })
            .collect();
        let name = format!("{}{}", field.name, op.suffix());
        if pairs.iter().all(|(other, _)| *other != name) {
            pairs.push((name, values.join(",")));
        }
    }
    pairs
}

/// The filter that a reader means by such parameters.
fn filter(company: &Company, fields: &[Field], pairs: &[(String, String)], reader: &str) -> Filter {
    let mut left = pairs.to_vec();
    let filter =
        parse_pairs(fields, &mut left).unwrap_or_else(|faults| panic!("{pairs:?}: {faults:?}"));
    assert!(left.is_empty(), "{left:?}");
    let zone = company.configuration.zone;
    Context {
        me: Some(company.user(reader).id),
        now: at(100_000),
        zone,
    }
    .resolve(fields, &filter)
}

/// What a filter reads of a ticket, its trees walked from the records.
pub(crate) fn ticket_matches(company: &Company, filter: &Filter, ticket: &Ticket) -> bool {
    let teams: Vec<TeamId> = company
        .teams()
        .into_iter()
        .filter(|above| company.lies_in(ticket.team_id, *above))
        .collect();
    let categories = categories_above(company, ticket.category_id);
    filter.matches(&TicketFacts {
        ticket,
        teams: &teams,
        categories: &categories,
    })
}

/// The category and those above it.
pub(crate) fn categories_above(company: &Company, category: Option<CategoryId>) -> Vec<CategoryId> {
    std::iter::successors(category, |id| {
        company.configuration.categories[id].parent_id
    })
    .collect()
}

fn customer_matches(company: &Company, filter: &Filter, customer: &Customer) -> bool {
    let teams: Vec<TeamId> = company
        .teams()
        .into_iter()
        .filter(|above| company.lies_in(customer.team_id, *above))
        .collect();
    filter.matches(&CustomerFacts {
        customer,
        teams: &teams,
    })
}

#[tokio::test]
async fn a_filter_finds_the_same_tickets_in_the_database_and_in_memory() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 80, 520).await;
        let company = &world.company;
        let mut dice = Dice::new(1);
        let mut found_some = 0;
        for turn in 0..336 {
            let fact = |dice: &mut Dice, field: &str| {
                let ticket = &dice.pick(&(0..world.tickets.len()).collect::<Vec<_>>());
                let ticket = &world.tickets[*ticket].ticket;
                let categories = categories_above(company, ticket.category_id);
                TicketFacts {
                    ticket,
                    teams: &[ticket.team_id],
                    categories: &categories,
                }
                .fact(field)
            };
            let pairs = parameters(
                &mut dice,
                company,
                &company.configuration.ticket_fields,
                turn,
                &fact,
            );
            for reader in READERS {
                let fields = &company.configuration.ticket_fields;
                let filter = filter(company, fields, &pairs, reader);
                let expected: BTreeSet<i64> = world
                    .tickets
                    .iter()
                    .map(|row| &row.ticket)
                    .filter(|ticket| {
                        company.sees_ticket(reader, ticket)
                            && ticket_matches(company, &filter, ticket)
                    })
                    .map(|ticket| ticket.number)
                    .collect();
                let scope = company.scope(reader);
                let order = dice.pick(tickets::ORDERS);
                let rows = every_row(paging(order, false, 200), async |paging| {
                    let query = tickets_where(filter.clone(), paging);
                    tickets::list(&fresh.db, &company.configuration, &scope, &query)
                        .await
                        .unwrap()
                })
                .await;
                let found: BTreeSet<i64> = rows.iter().map(|row| row.number).collect();
                assert_eq!(
                    found.len(),
                    rows.len(),
                    "{reader} {pairs:?}: a ticket came twice"
                );
                assert_eq!(found, expected, "{reader} {pairs:?}");
                found_some += usize::from(!found.is_empty());
            }
        }
        assert!(found_some > 400, "the filters say something: {found_some}");
    })
    .await;
}

#[tokio::test]
async fn a_filter_finds_the_same_customers_in_the_database_and_in_memory() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 420, 0).await;
        let company = &world.company;
        let mut dice = Dice::new(2);
        let mut found_some = 0;
        for turn in 0..240 {
            let fact = |dice: &mut Dice, field: &str| {
                let customer = &world.customers[dice.below(world.customers.len())];
                CustomerFacts {
                    customer,
                    teams: &[customer.team_id],
                }
                .fact(field)
            };
            let pairs = parameters(
                &mut dice,
                company,
                rapport_types::customers::FIELDS,
                turn,
                &fact,
            );
            for reader in READERS {
                let filter = filter(company, rapport_types::customers::FIELDS, &pairs, reader);
                let expected: BTreeSet<i64> = world
                    .customers
                    .iter()
                    .filter(|customer| {
                        company.sees_customer(reader, customer)
                            && customer_matches(company, &filter, customer)
                    })
                    .map(|customer| customer.number)
                    .collect();
                let scope = company.scope(reader);
                let order = dice.pick(customers::ORDERS);
                let rows = every_row(paging(order, true, 200), async |paging| {
                    let query = customers_where(filter.clone(), paging);
                    customers::list(&fresh.db, &company.configuration, &scope, &query)
                        .await
                        .unwrap()
                })
                .await;
                let found: BTreeSet<i64> = rows.iter().map(|row| row.number).collect();
                assert_eq!(
                    found.len(),
                    rows.len(),
                    "{reader} {pairs:?}: a customer came twice"
                );
                assert_eq!(found, expected, "{reader} {pairs:?}");
                found_some += usize::from(!found.is_empty());
            }
        }
        assert!(found_some > 250, "the filters say something: {found_some}");
    })
    .await;
}

#[tokio::test]
async fn a_filter_without_conditions_finds_everything_in_the_scope() {
    on_each_database(async |fresh| {
        let world = World::fill(&fresh.db, 20, 60).await;
        let configuration = &world.company.configuration;
        let query = tickets_where(Filter::default(), paging("opened_at", false, 500));
        let page = tickets::list(&fresh.db, configuration, &everything(), &query)
            .await
            .unwrap();
        assert_eq!(page.data.len(), world.tickets.len());
    })
    .await;
}
