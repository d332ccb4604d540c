//! The plans of lists and searches over 100,000 tickets and 20,000 customers: no statement scans a
//! whole table or sorts more than 1,000 rows.

use rapport_persistence::database::{Database, Kind};
use rapport_persistence::{customers, tickets};
use rapport_tests::builders::{customers_where, paging, tickets_where};
use rapport_tests::databases::{Fresh, Heard, on_each_database};
use rapport_tests::explained::explain;
use rapport_tests::generate::World;
use rapport_types::filters::{Filter, Op};
use rapport_types::page::{Cursor, Paging, Sort, TotalMode};
use sea_orm::ConnectionTrait;

/// At the root, in the middle, and in a leaf whose people hold tickets elsewhere.
const READERS: [&str; 3] = ["manager", "lead", "agent"];
/// What is written through the product, and how many copies of it are made in the database.
const CUSTOMERS: usize = 500;
const TICKETS: usize = 2_000;
const COPIES: usize = 40;
const FOLDS: usize = 50;

/// Fills the database: some rows as the product writes them, and copies of those that differ in
/// their ids, numbers and times. SQLite's search index cannot be copied; the plan of a search in it
/// does not depend on how much it holds.
async fn fill(fresh: &Fresh) -> World {
    let world = World::fill(&fresh.db, CUSTOMERS, TICKETS).await;
    let ids = match fresh.db.kind {
        Kind::Sqlite => "randomblob(16)",
        Kind::Postgres => "gen_random_uuid()",
    };
    copy(
        fresh,
        "customers",
        CUSTOMERS,
        COPIES,
        &[("id", ids)],
        &["created_at", "updated_at"],
    )
    .await;
    copy(
        fresh,
        "tickets",
        TICKETS,
        FOLDS,
        &[("id", ids)],
        &["opened_at", "created_at", "updated_at", "due_order"],
    )
    .await;
    if fresh.db.kind == Kind::Postgres {
        copy(fresh, "customer_search", CUSTOMERS, COPIES, &[], &[]).await;
        copy(fresh, "ticket_search", TICKETS, FOLDS, &[], &[]).await;
        fresh.db.writer.execute_unprepared("ANALYZE").await.unwrap();
    }
    assert_eq!(
        fresh.number("SELECT count(*) AS n FROM customers").await,
        20_000
    );
    assert_eq!(
        fresh.number("SELECT count(*) AS n FROM tickets").await,
        100_000
    );
    world
}

/// Copies the rows of a table so that there are `times` as many. Each copy has a number of its own,
/// and lies a little later than the one before.
async fn copy(
    fresh: &Fresh,
    table: &str,
    rows: usize,
    times: usize,
    values: &[(&str, &str)],
    times_of: &[&str],
) {
    let columns = match fresh.db.kind {
        Kind::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        Kind::Postgres => format!(
            "SELECT column_name::text AS name FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{table}'"
        ),
    };
    let columns = fresh.rows(&columns).await;
    let columns: Vec<String> = columns
        .iter()
        .map(|row| row.try_get("", "name").unwrap())
        .collect();
    let selected: Vec<String> = columns
        .iter()
        .map(|column| match values.iter().find(|(name, _)| name == column) {
            Some((_, value)) => (*value).to_owned(),
            None if column == "number" => format!("number + n.i * {rows}"),
            // The greatest number stands for tickets that are never due.
            None if times_of.contains(&column.as_str()) => {
                format!("CASE WHEN {column} > 9000000000000000000 THEN {column} ELSE {column} + n.i * 7000001 END")
            }
            None => column.clone(),
        })
        .collect();
    let sql = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) \
         INSERT INTO {table} ({}) SELECT {} FROM {table} CROSS JOIN n",
        times - 1,
        columns.join(", "),
        selected.join(", ")
    );
    fresh.db.writer.execute_unprepared(&sql).await.unwrap();
}

/// Explains all that was heard and gathers what is wrong.
async fn check(db: &Database, heard: &Heard, about: &str, bad: &mut Vec<String>) {
    let statements = heard.take();
    assert!(!statements.is_empty());
    for statement in statements {
        let explained = explain(db, &statement).await;
        if !explained.faults.is_empty() {
            bad.push(format!(
                "{about}: {:?}\n{}\n{}",
                explained.faults, statement.sql, explained.plan
            ));
        }
    }
    heard.take();
}

fn ticket_filters(world: &World, reader: &str) -> Vec<(&'static str, Filter)> {
    let company = &world.company;
    let is = |field: &str, value: &str| Filter::of(field, Op::Is, &[value]);
    let categories: Vec<_> = company.configuration.categories.values().collect();
    let top = categories
        .iter()
        .find(|c| {
            c.code
                .as_ref()
                .is_some_and(|code| code.as_str() == "product")
        })
        .unwrap();
    let leaf = categories.iter().find(|c| c.parent_id.is_some()).unwrap();
    let customer = world
        .tickets
        .iter()
        .find_map(|row| row.ticket.customer_id)
        .unwrap();
    let me = company.user(reader).id.to_string();
    vec![
        ("everything", Filter::default()),
        (
            "status",
            Filter::of(
                "status",
                Op::Is,
                &["new", "open", "waiting_on_customer", "on_hold"],
            ),
        ),
        ("one status", is("status", "on_hold")),
        ("mine", is("assignee", &me)),
        (
            "mine and open",
            is("assignee", &me).and("status", Op::Not, &["resolved", "closed"]),
        ),
        ("a team", is("team", &company.team("north").to_string())),
        (
            "a leaf team and open",
            is("team", &company.team("north_shop_night").to_string()).and(
                "status",
                Op::Is,
                &["open"],
            ),
        ),
        ("a customer", is("customer", &customer.to_string())),
        ("a category", is("category", &top.id.to_string())),
        ("a leaf category", is("category", &leaf.id.to_string())),
    ]
}

fn customer_filters(world: &World, reader: &str) -> Vec<(&'static str, Filter)> {
    let company = &world.company;
    let is = |field: &str, value: &str| Filter::of(field, Op::Is, &[value]);
    vec![
        ("everything", Filter::default()),
        ("a team", is("team", &company.team("north").to_string())),
        ("mine", is("owner", &company.user(reader).id.to_string())),
        ("a lifecycle", is("lifecycle", "potential")),
    ]
}

/// The first page and, when there is one, the second.
fn both_pages(field: &'static str, descending: bool) -> Paging {
    Paging {
        total: TotalMode::Capped,
        sort: Sort { field, descending },
        ..paging(field, descending, 50)
    }
}

async fn lists(world: &World, db: &Database, heard: &Heard) -> Vec<String> {
    let configuration = &world.company.configuration;
    let mut bad = Vec::new();
    for reader in READERS {
        let scope = world.company.scope(reader);
        for (field, descending) in [
            ("updated_at", true),
            ("updated_at", false),
            ("opened_at", true),
            ("opened_at", false),
            ("next_due_at", false),
        ] {
            for (name, filter) in ticket_filters(world, reader) {
                let mut paging = both_pages(field, descending);
                for page in 1..=2 {
                    let query = tickets_where(filter.clone(), paging.clone());
                    let found = tickets::list(db, configuration, &scope, &query)
                        .await
                        .unwrap();
                    let about =
                        format!("tickets, {reader}, {name}, {field} {descending}, page {page}");
                    check(db, heard, &about, &mut bad).await;
                    let Some(next) = found.next_cursor else { break };
                    paging.after = Cursor::decode(&next);
                }
            }
        }
        for field in customers::ORDERS {
            for descending in [false, true] {
                for (name, filter) in customer_filters(world, reader) {
                    let mut paging = both_pages(field, descending);
                    for page in 1..=2 {
                        let query = customers_where(filter.clone(), paging.clone());
                        let found = customers::list(db, configuration, &scope, &query)
                            .await
                            .unwrap();
                        let about = format!(
                            "customers, {reader}, {name}, {field} {descending}, page {page}"
                        );
                        check(db, heard, &about, &mut bad).await;
                        let Some(next) = found.next_cursor else { break };
                        paging.after = Cursor::decode(&next);
                    }
                }
            }
        }
    }
    bad
}

async fn searches(world: &World, db: &Database, heard: &Heard) -> Vec<String> {
    let configuration = &world.company.configuration;
    let mut bad = Vec::new();
    // Rare and frequent words, pinyin, the end of a phone number, a key in another system.
    for typed in [
        "王芳",
        "单雄",
        "wangfang",
        "wf",
        "refund",
        "空调不制冷",
        "1542",
        "K-77",
        "order refund",
        "zzzz",
    ] {
        for reader in READERS {
            let scope = world.company.scope(reader);
            customers::search(db, configuration, &scope, typed, 20)
                .await
                .unwrap();
            check(db, heard, &format!("search, {reader}, {typed}"), &mut bad).await;
            tickets::search(db, configuration, &scope, typed, 20)
                .await
                .unwrap();
            check(
                db,
                heard,
                &format!("search of tickets, {reader}, {typed}"),
                &mut bad,
            )
            .await;
            for filter in [Filter::default(), Filter::of("status", Op::Is, &["open"])] {
                let query = tickets_where(filter.clone(), both_pages("updated_at", true));
                let query = tickets::Query {
                    q: Some(typed.to_owned()),
                    ..query
                };
                tickets::list(db, configuration, &scope, &query)
                    .await
                    .unwrap();
                check(
                    db,
                    heard,
                    &format!("tickets with q, {reader}, {typed}, {filter:?}"),
                    &mut bad,
                )
                .await;
            }
            let query = customers_where(Filter::default(), both_pages("name", false));
            let query = customers::Query {
                q: Some(typed.to_owned()),
                ..query
            };
            customers::list(db, configuration, &scope, &query)
                .await
                .unwrap();
            check(
                db,
                heard,
                &format!("customers with q, {reader}, {typed}"),
                &mut bad,
            )
            .await;
        }
    }
    bad
}

#[tokio::test]
async fn no_list_and_no_search_scans_a_table_or_sorts_more_than_a_thousand_rows() {
    on_each_database(async |fresh| {
        let world = fill(fresh).await;
        let most = "SELECT max(many) AS n FROM (SELECT count(*) AS many FROM tickets GROUP BY customer_id \
                    HAVING customer_id IS NOT NULL) AS counted";
        assert!(fresh.number(most).await <= 1_000, "what one customer has may be sorted");
        let heard = Heard::default();
        let db = fresh.connect(&heard.options()).await;
        let mut bad = lists(&world, &db, &heard).await;
        bad.extend(searches(&world, &db, &heard).await);
        db.close().await;
        assert!(bad.is_empty(), "{} bad plans on {:?}:\n{}", bad.len(), fresh.db.kind, bad.join("\n\n"));
    })
    .await;
}
