//! Search over twenty thousand customers and their tickets equals a plain scan that shares no code
//! with the index, for every reader.

use rapport_persistence::database::Database;
use rapport_persistence::tickets::NewTicketRow;
use rapport_persistence::writes::{Writer, write};
use rapport_persistence::{customers, tickets};
use rapport_tests::builders::{
    Company, at, context, customer, customers_where, paging, parsed, ticket, tickets_where,
};
use rapport_tests::databases::on_each_database;
use rapport_tests::pages::every_row;
use rapport_tests::search_oracle::{self, Oracle, OracleCustomer, OracleTicket};
use rapport_types::clocks::TicketClocks;
use rapport_types::customers::Customer;
use rapport_types::filters::{Filter, Op};
use rapport_types::records::ExternalId;
use rapport_types::tickets::Ticket;

const CUSTOMERS: usize = 20_000;
const READERS: [&str; 3] = ["manager", "lead", "agent"];
/// Where records lie, in turn: the leaf of the third reader, elsewhere in the subtree of the
/// second, and outside both.
const TEAMS: [&str; 5] = [
    "north_shop_night",
    "north_field",
    "east",
    "south",
    "south_shop",
];

/// The customer as a record; every ninth of them is owned by the person of the leaf.
fn customer_record(company: &Company, told: &OracleCustomer) -> Customer {
    let number = told.number;
    let text = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
    Customer {
        phones: told.phones.iter().map(|phone| parsed(phone)).collect(),
        emails: text(&told.email)
            .iter()
            .map(|email| parsed(email))
            .collect(),
        external_ids: vec![ExternalId {
            source: parsed("erp"),
            id: parsed(&told.external_id),
        }],
        note: text(&told.note).as_deref().map(parsed),
        owner_id: (number % 9 == 0).then(|| company.user("agent").id),
        ..customer(
            number as u128,
            number,
            &told.name,
            company.team(TEAMS[number as usize % 5]),
        )
    }
}

/// The ticket as a record; every seventh of them is assigned to the person of the leaf.
fn ticket_record(company: &Company, told: &OracleTicket, customer: &Customer) -> Ticket {
    let number = told.number;
    let description = told.description.trim();
    let team = company.team(TEAMS[number as usize % 5]);
    Ticket {
        customer_id: Some(customer.id),
        description: (!description.is_empty()).then(|| parsed(description)),
        external_ids: vec![ExternalId {
            source: parsed("itsm"),
            id: parsed(&told.external_id),
        }],
        assignee_id: (number % 7 == 0).then(|| company.user("agent").id),
        ..ticket(
            0x10_0000 + number as u128,
            number,
            &told.subject,
            team,
            at(number),
        )
    }
}

/// Everything that was told and written.
struct Archive {
    told: (Vec<OracleCustomer>, Vec<OracleTicket>),
    company: Company,
    customers: Vec<Customer>,
    tickets: Vec<Ticket>,
}

impl Archive {
    async fn fill(db: &Database, told: (Vec<OracleCustomer>, Vec<OracleTicket>)) -> Self {
        let company = Company::found(db).await;
        let customers: Vec<Customer> = told
            .0
            .iter()
            .map(|told| customer_record(&company, told))
            .collect();
        let tickets: Vec<Ticket> = told
            .1
            .iter()
            .map(|told| ticket_record(&company, told, &customers[told.customer]))
            .collect();
        for some in customers.chunks(2_000) {
            write(db, context(at(0)), async |writer: &mut Writer| {
                customers::insert_all(writer, some).await
            })
            .await
            .unwrap();
        }
        for some in tickets.chunks(2_000) {
            let rows = some.iter().map(|ticket| NewTicketRow {
                ticket: ticket.clone(),
                clocks: TicketClocks::default(),
                events: Vec::new(),
                spans: Vec::new(),
                messages: Vec::new(),
                ratings: Vec::new(),
            });
            let rows: Vec<NewTicketRow> = rows.collect();
            let first = told.1[some[0].number as usize - 1].customer;
            let last = told.1[some[some.len() - 1].number as usize - 1].customer;
            let owners: Vec<&Customer> = customers[first..=last].iter().collect();
            write(db, context(at(0)), async |writer: &mut Writer| {
                tickets::insert_all(writer, rows.clone(), &owners).await
            })
            .await
            .unwrap();
        }
        Self {
            told,
            company,
            customers,
            tickets,
        }
    }

    /// The numbers of the customers that a reader finds, in the order of the list.
    async fn find_customers(
        &self,
        db: &Database,
        reader: &str,
        typed: &str,
        filter: &Filter,
    ) -> Vec<i64> {
        let scope = self.company.scope(reader);
        let rows = every_row(paging("updated_at", true, 500), async |paging| {
            let query = customers::Query {
                q: Some(typed.to_owned()),
                ..customers_where(filter.clone(), paging)
            };
            customers::list(db, &self.company.configuration, &scope, &query)
                .await
                .unwrap()
        });
        rows.await.iter().map(|row| row.number).collect()
    }

    async fn find_tickets(
        &self,
        db: &Database,
        reader: &str,
        typed: &str,
        filter: &Filter,
    ) -> Vec<i64> {
        let scope = self.company.scope(reader);
        let rows = every_row(paging("updated_at", true, 500), async |paging| {
            let query = tickets::Query {
                q: Some(typed.to_owned()),
                ..tickets_where(filter.clone(), paging)
            };
            tickets::list(db, &self.company.configuration, &scope, &query)
                .await
                .unwrap()
        });
        rows.await.iter().map(|row| row.number).collect()
    }

    fn customer(&self, number: i64) -> &Customer {
        &self.customers[number as usize - 1]
    }

    fn ticket(&self, number: i64) -> &Ticket {
        &self.tickets[number as usize - 1]
    }
}

/// Characters and letters alone, which is what equality looks at.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Exact matches come first, the newest first; then the others, likewise. For Chinese queries it is
/// plain which are exact (`exact` tells); of others the order must fall at most once.
fn assert_order(found: &[i64], typed: &str, exact: impl Fn(i64) -> bool) {
    let rises = found.windows(2).filter(|pair| pair[0] < pair[1]).count();
    assert!(rises <= 1, "{typed}: {found:?}");
    if !typed.is_empty()
        && typed
            .chars()
            .all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    {
        let mut expected = found.to_vec();
        expected.sort_by_key(|number| (!exact(*number), -number));
        assert_eq!(found, expected, "{typed}");
    }
}

fn sorted(mut numbers: Vec<i64>) -> Vec<i64> {
    numbers.sort_unstable();
    numbers
}

#[tokio::test]
async fn search_finds_what_a_plain_scan_finds_exact_matches_first_and_nothing_beyond_the_scope() {
    let customers = search_oracle::customers(CUSTOMERS);
    let tickets = search_oracle::tickets(&customers);
    let oracle = Oracle::new(&customers, &tickets);
    let queries = search_oracle::queries(&customers, &tickets, 6);
    let expected: Vec<(String, Vec<i64>, Vec<i64>)> = queries
        .into_iter()
        .map(|typed| {
            let (customers, tickets) = (oracle.customers(&typed), oracle.tickets(&typed));
            (typed, customers, tickets)
        })
        .collect();
    let answered = expected
        .iter()
        .filter(|(_, customers, _)| !customers.is_empty())
        .count();
    assert!(
        answered * 3 > expected.len(),
        "queries have answers: {answered} of {}",
        expected.len()
    );
    on_each_database(async |fresh| {
        let archive = Archive::fill(&fresh.db, (customers.clone(), tickets.clone())).await;
        let all = Filter::default();
        for (turn, (typed, customers, tickets)) in expected.iter().enumerate() {
            // Everybody's turn comes; the root's costs most.
            let reader = READERS[turn % 3];
            let seen = |number: &i64| {
                archive
                    .company
                    .sees_customer(reader, archive.customer(*number))
            };
            let found = archive.find_customers(&fresh.db, reader, typed, &all).await;
            let name = |number: i64| squeezed(archive.customer(number).name.as_str());
            assert_order(&found, typed, |number| name(number) == *typed);
            let wanted: Vec<i64> = customers.iter().copied().filter(seen).collect();
            assert_eq!(
                sorted(found.clone()),
                wanted,
                "{reader} looks for the customer {typed:?}"
            );
            let scope = archive.company.scope(reader);
            let best =
                customers::search(&fresh.db, &archive.company.configuration, &scope, typed, 7)
                    .await
                    .unwrap();
            assert_eq!(
                best.0.iter().map(|row| row.number).collect::<Vec<_>>(),
                found[..found.len().min(7)],
                "{typed}"
            );
            assert_eq!(best.1, found.len() > 7, "{typed}");

            let seen = |number: &i64| archive.company.sees_ticket(reader, archive.ticket(*number));
            let found = archive.find_tickets(&fresh.db, reader, typed, &all).await;
            let name = |number: i64| {
                let told = &archive.told.1[number as usize - 1];
                [
                    squeezed(&archive.told.0[told.customer].name),
                    squeezed(&told.subject),
                ]
            };
            assert_order(&found, typed, |number| name(number).contains(typed));
            let wanted: Vec<i64> = tickets.iter().copied().filter(seen).collect();
            assert_eq!(
                sorted(found.clone()),
                wanted,
                "{reader} looks for the ticket {typed:?}"
            );
            let best = tickets::search(&fresh.db, &archive.company.configuration, &scope, typed, 7)
                .await
                .unwrap();
            assert_eq!(
                best.0.iter().map(|row| row.number).collect::<Vec<_>>(),
                found[..found.len().min(7)],
                "{typed}"
            );
            assert_eq!(best.1, found.len() > 7, "{typed}");
        }
        a_filter_narrows_a_search(&archive, &fresh.db).await;
    })
    .await;
}

async fn a_filter_narrows_a_search(archive: &Archive, db: &Database) {
    let east = archive.company.team("east");
    let filter = Filter::of("team", Op::Is, &[&east.to_string()]);
    let everything = archive
        .find_customers(db, "manager", "王芳", &Filter::default())
        .await;
    let found = archive.find_customers(db, "manager", "王芳", &filter).await;
    let expected: Vec<i64> = everything
        .into_iter()
        .filter(|number| archive.customer(*number).team_id == east)
        .collect();
    assert!(expected.len() > 50);
    assert_eq!(found, expected);
}
