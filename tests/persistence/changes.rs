//! Reading the change log: every look goes by an index, whatever the log holds.

use rapport_persistence::changes::{self, Stretch};
use rapport_tests::databases::{Heard, on_each_database};
use rapport_tests::explained::explain;
use rapport_tests::generate::World;
use rapport_types::records::Entity;
use sea_orm::ConnectionTrait;

#[tokio::test]
async fn every_look_at_the_log_is_a_search_in_an_index() {
    on_each_database(async |fresh| {
        World::fill(&fresh.db, 50, 200).await;
        let heard = Heard::default();
        let db = fresh.connect(&heard.options()).await;
        db.writer.execute_unprepared("ANALYZE").await.unwrap();
        let stretch = Stretch {
            after: 10,
            last: 30,
        };
        heard.take();
        changes::head(&db).await.unwrap();
        changes::sketches(&db, stretch, &[Entity::Ticket])
            .await
            .unwrap();
        changes::entries(&db, &[11, 12]).await.unwrap();
        changes::stretch(&db, stretch).await.unwrap();
        let sights = ["tree".to_owned(), "role:agent".to_owned()];
        changes::moves_one_of(&db, &sights, 10).await.unwrap();
        let statements = heard.take();
        assert_eq!(statements.len(), 5);
        for statement in statements {
            let plan = explain(&db, &statement).await.plan;
            let is_scan = plan.contains("SCAN changes") || plan.contains("Seq Scan");
            assert!(!is_scan, "{}\n{plan}", statement.sql);
            let by_sight = plan.contains("ix_changes__sight__seq");
            assert_eq!(by_sight, statement.sql.contains("sight IN"), "{plan}");
        }
        db.close().await;
    })
    .await;
}
