//! Lists of approvals: pages come in the order of an index, whatever is asked for.

use rapport_persistence::approval_rules;
use rapport_persistence::approvals::{DecidedBy, Query, list};
use rapport_persistence::configuration;
use rapport_persistence::database::Kind;
use rapport_persistence::writes::{Writer, write};
use rapport_tests::builders::{at, context, paging, parsed};
use rapport_tests::databases::{Fresh, Heard, on_each_database};
use rapport_tests::explained::explain;
use rapport_tests::generate::World;
use rapport_types::approvals::ApprovalRule;
use rapport_types::filters::{Filter, Op};
use rapport_types::names::Names;
use rapport_types::page::{Paging, TotalMode};
use sea_orm::ConnectionTrait;

/// A rule, and forty approvals by it for each ticket, of which the last is pending.
async fn fill(fresh: &Fresh) -> World {
    let world = World::fill(&fresh.db, 20, 200).await;
    write(&fresh.db, context(at(0)), async |writer: &mut Writer| {
        let rule = ApprovalRule {
            code: parsed("compensation"),
            version: 1,
            names: Names::both("Compensation", "赔偿"),
            position: 0,
            active: true,
            filter: Filter::default(),
            covers: Vec::new(),
            deciders: vec![parsed("manager")],
        };
        approval_rules::insert(writer, &rule).await
    })
    .await
    .unwrap();
    let (id, asker) = match fresh.db.kind {
        Kind::Sqlite => ("randomblob(16)", "(SELECT MIN(id) FROM users)"),
        Kind::Postgres => ("gen_random_uuid()", "(SELECT id FROM users LIMIT 1)"),
    };
    let sql = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) \
         INSERT INTO approvals (id, version, ticket_id, rule_code, state, asked_by, asked_at, \
         reason, facts, authors) \
         SELECT {id}, 1, t.id, 'compensation', CASE WHEN n.i = 40 THEN 'pending' ELSE 'refused' END, \
         {asker}, t.opened_at + n.i, 'why', '{{}}', '[]' FROM tickets t CROSS JOIN n"
    );
    fresh.db.writer.execute_unprepared(&sql).await.unwrap();
    fresh.db.writer.execute_unprepared("ANALYZE").await.unwrap();
    world
}

#[tokio::test]
async fn every_page_is_walked_in_the_order_of_an_index() {
    on_each_database(async |fresh| {
        let world = fill(fresh).await;
        let company = &world.company;
        let heard = Heard::default();
        let db = fresh.connect(&heard.options()).await;
        let now = configuration::load(&db).await.unwrap();
        let manager = company.user("manager").id;
        let is = |field: &str, value: &str| Filter::of(field, Op::Is, &[value]);
        let decider = || DecidedBy {
            user: manager,
            rules: vec![parsed("compensation")],
        };
        let ticket = world.tickets[0].ticket.id;
        let cases = [
            ("all", Filter::default(), None, None, 8_000),
            ("pending", is("state", "pending"), None, None, 200),
            ("to decide", Filter::default(), None, Some(decider()), 200),
            ("of a ticket", Filter::default(), Some(ticket), None, 40),
        ];
        for descending in [false, true] {
            for (what, filter, ticket, decider, count) in cases.clone() {
                let paging = Paging {
                    total: TotalMode::Exact,
                    ..paging("asked_at", descending, 20)
                };
                let query = Query {
                    filter,
                    ticket,
                    decider,
                    paging,
                };
                heard.take();
                let scope = company.scope("manager");
                let found = list(&db, &now, &scope, &query).await.unwrap();
                assert_eq!(found.data.len(), 20, "{what}");
                assert_eq!(found.total.unwrap().count, count, "{what}");
                let statements = heard.take();
                assert_eq!(statements.len(), 2, "{what}");
                let plan = explain(&db, &statements[0]).await;
                assert!(plan.faults.is_empty(), "{what}: {plan:?}");
                assert!(
                    plan.plan.contains("ix_approvals__"),
                    "{what}: {}",
                    plan.plan
                );
                let sorts = plan.plan.contains("TEMP B-TREE") || plan.plan.contains("\"Sort\"");
                assert!(!sorts, "{what}: {}", plan.plan);
            }
        }
        // Who sees little sees what is theirs, and no more.
        let query = Query {
            filter: Filter::default(),
            ticket: None,
            decider: None,
            paging: Paging {
                total: TotalMode::Exact,
                ..paging("asked_at", false, 500)
            },
        };
        let scope = company.scope("agent");
        let seen = list(&db, &now, &scope, &query).await.unwrap();
        let tickets = world.tickets.iter();
        let own = tickets.filter(|row| company.sees_ticket("agent", &row.ticket));
        assert_eq!(seen.total.unwrap().count, own.count() as u64 * 40);
        db.close().await;
    })
    .await;
}
