//! Up, down and up again.

use rapport_persistence::configuration::{is_seeded, load};
use rapport_persistence::customers;
use rapport_persistence::database::Kind;
use rapport_persistence::migrations::{migrate, roll_back};
use rapport_persistence::writes::{Writer, change_numbers_are_dense, write};
use rapport_tests::builders::{at, context, everything};
use rapport_tests::databases::{Fresh, on_each_database, prepare};
use rapport_tests::generate::World;

/// The tables of the product, without those that the database or the migrations keep for themselves.
async fn tables(fresh: &Fresh) -> Vec<String> {
    let sql = match fresh.db.kind {
        Kind::Sqlite => {
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name"
        }
        Kind::Postgres => {
            "SELECT table_name::text AS name FROM information_schema.tables \
             WHERE table_schema = current_schema() ORDER BY table_name"
        }
    };
    let rows = fresh.rows(sql).await;
    let names = rows
        .iter()
        .map(|row| row.try_get::<String>("", "name").unwrap());
    names
        .filter(|name| !name.starts_with("sqlite_") && name != "seaql_migrations")
        .collect()
}

#[tokio::test]
async fn migrations_up_down_and_up_leave_an_empty_database_that_works() {
    on_each_database(async |fresh| {
        World::fill(&fresh.db, 20, 40).await;
        let before = tables(fresh).await;
        assert!(before.len() > 25, "{before:?}");
        roll_back(&fresh.db).await.unwrap();
        assert_eq!(tables(fresh).await, [""; 0]);
        migrate(&fresh.db).await.unwrap();
        assert_eq!(tables(fresh).await, before);
        for table in before.iter().filter(|table| !is_of_the_index(table)) {
            assert_eq!(
                fresh
                    .number(&format!("SELECT count(*) AS n FROM {table}"))
                    .await,
                0,
                "{table}"
            );
        }
        assert!(!is_seeded(&fresh.db).await.unwrap());
        assert!(load(&fresh.db).await.is_err(), "nothing is configured yet");
        migrate(&fresh.db).await.unwrap();
        assert_eq!(
            tables(fresh).await,
            before,
            "migrating again changes nothing"
        );

        prepare(&fresh.db).await;
        let world = World::fill(&fresh.db, 20, 40).await;
        assert!(change_numbers_are_dense(&fresh.db).await.unwrap());
        let first = &world.customers[0];
        assert_eq!(
            customers::get(&fresh.db, &everything(), first.id)
                .await
                .as_ref(),
            Ok(first)
        );
        let next = write(&fresh.db, context(at(0)), async |writer: &mut Writer| {
            customers::next_number(writer).await
        });
        assert_eq!(next.await, Ok(21), "numbers begin anew");
    })
    .await;
}

/// SQLite keeps a search index in tables of its own, which are never quite empty.
fn is_of_the_index(table: &str) -> bool {
    ["_data", "_idx", "_docsize", "_content", "_config"]
        .iter()
        .any(|part| table.ends_with(&format!("_search{part}")))
}
