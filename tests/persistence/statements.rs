//! How many statements the most frequent operations take, whatever the number of rows: a trip to
//! the database is what costs time.

use rapport_persistence::configuration::Configuration;
use rapport_persistence::database::Database;
use rapport_persistence::reports::{TallyQuery, tallies};
use rapport_persistence::tickets::NewTicketRow;
use rapport_persistence::writes::{Writer, write};
use rapport_persistence::{customers, tickets};
use rapport_tests::builders::{
    at, context, customers_where, everything, paging, parsed, ticket, tickets_where,
};
use rapport_tests::databases::{Heard, on_each_database};
use rapport_tests::generate::World;
use rapport_types::clocks::TicketClocks;
use rapport_types::filters::{Filter, Op};
use rapport_types::kpis::{MetricDef, Period, registry};
use rapport_types::page::{Paging, TotalMode};
use rapport_types::records::{Actor, ExternalId, micros};
use rapport_types::tickets::{Case, Ticket, TicketEvent};
use uuid::Uuid;

/// Opens a ticket of a customer with a key in another system, as the API does.
async fn create(db: &Database, world: &World, number: i64) {
    let customer = world.customers[0].clone();
    let new = Ticket {
        customer_id: Some(customer.id),
        external_ids: vec![ExternalId {
            source: parsed("erp"),
            id: parsed(&format!("NEW-{number}")),
        }],
        ..ticket(
            number as u128,
            0,
            "空调不制冷",
            world.company.team("east"),
            at(0),
        )
    };
    let configuration = &world.company.configuration;
    let basis = configuration.clock_basis(&new, new.opened_at);
    let mut case: Case<'_, Configuration> = Case::new(new, TicketClocks::by(basis), configuration);
    case.open();
    let events = case.happened.iter().map(|entry| TicketEvent {
        id: rapport_types::ids::TicketEventId::from_uuid(Uuid::from_u128(number as u128)),
        ticket_id: case.ticket.id,
        at: entry.at,
        actor: Actor::System,
        kind: entry.kind,
        before: None,
        after: None,
        reason: None,
    });
    let row = NewTicketRow {
        events: events.collect(),
        spans: vec![(micros(at(0)), None)],
        ticket: case.ticket,
        clocks: case.clocks,
        messages: Vec::new(),
        ratings: Vec::new(),
    };
    write(db, context(at(0)), async |writer: &mut Writer| {
        let mut row = row.clone();
        row.ticket.number = tickets::next_number(writer).await?;
        let customer = customers::get_locked(writer, &everything(), customer.id).await?;
        tickets::insert(writer, row, Some(&customer)).await
    })
    .await
    .map(drop)
    .unwrap();
}

/// What each operation takes: its name and the number of statements.
async fn counted(
    db: &Database,
    heard: &Heard,
    world: &World,
    new: i64,
) -> Vec<(&'static str, usize)> {
    let company = &world.company;
    let configuration = &company.configuration;
    let mut counts = Vec::new();
    let mut count = |name: &'static str| counts.push((name, heard.take().len()));
    heard.take();
    for reader in ["manager", "lead", "agent"] {
        let scope = company.scope(reader);
        let ticket = world
            .tickets
            .iter()
            .find(|row| company.sees_ticket(reader, &row.ticket))
            .unwrap();
        tickets::get(db, &scope, ticket.ticket.id).await.unwrap();
        count("read a ticket");
        let customer = world
            .customers
            .iter()
            .find(|customer| company.sees_customer(reader, customer))
            .unwrap();
        customers::get(db, &scope, customer.id).await.unwrap();
        count("read a customer");
        let paging = |field| Paging {
            total: TotalMode::Capped,
            ..paging(field, true, 50)
        };
        let filter = Filter::of("status", Op::Is, &["new", "open"]);
        tickets::list(
            db,
            configuration,
            &scope,
            &tickets_where(filter.clone(), paging("updated_at")),
        )
        .await
        .unwrap();
        count("list tickets");
        let listed = customers_where(Filter::default(), paging("name"));
        customers::list(db, configuration, &scope, &listed)
            .await
            .unwrap();
        count("list customers");
        let found = tickets::Query {
            q: Some("wang".to_owned()),
            ..tickets_where(filter, paging("updated_at"))
        };
        tickets::list(db, configuration, &scope, &found)
            .await
            .unwrap();
        count("find tickets");
        let found = customers::Query {
            q: Some("wang".to_owned()),
            ..listed
        };
        customers::list(db, configuration, &scope, &found)
            .await
            .unwrap();
        count("find customers");
        let metrics: Vec<&MetricDef> = registry().iter().collect();
        let periods = [
            Period {
                from: at(60_000),
                to: at(120_000),
            },
            Period {
                from: at(0),
                to: at(60_000),
            },
        ];
        let all = Filter::default();
        let query = TallyQuery {
            metrics: &metrics,
            filter: &all,
            rating_filter: &all,
            periods: &periods,
            by: None,
        };
        tallies(db, configuration, &scope, &query).await.unwrap();
        count("overview");
    }
    create(db, world, new).await;
    count("create a ticket");
    counts
}

#[tokio::test]
async fn reading_listing_creating_and_reporting_take_few_statements_however_many_rows_there_are() {
    on_each_database(async |fresh| {
        let mut world = World::fill(&fresh.db, 40, 60).await;
        let heard = Heard::default();
        let db = fresh.connect(&heard.options()).await;
        let few = counted(&db, &heard, &world, 1_000_001).await;
        for (name, statements) in &few {
            let most = match *name {
                "create a ticket" => 10,
                "overview" => 8,
                _ => 2,
            };
            assert!(
                *statements >= 1 && *statements <= most,
                "{name}: {statements}"
            );
        }
        world.add_customers(&fresh.db, 200).await;
        // The ticket that was created above has taken a number.
        world.tickets.push(world.tickets[0].clone());
        world.add_tickets(&fresh.db, 400).await;
        let many = counted(&db, &heard, &world, 1_000_002).await;
        assert_eq!(many, few, "no count grows with the rows");
        db.close().await;
    })
    .await;
}
