//! Everything that a database holds, to be compared with everything that another one holds.

use std::collections::BTreeMap;

use rapport_persistence::database::{Database, Kind};
use sea_orm::{ConnectionTrait, QueryResult, Statement};

use crate::databases::backend;

/// The rows of every table as text, in an order that does not depend on where they lie. SQLite's
/// search is told by the tables in which it keeps its index.
pub async fn contents(db: &Database) -> BTreeMap<String, Vec<String>> {
    let mut contents = BTreeMap::new();
    for row in rows(db, tables(db.kind)).await {
        let table: String = row.try_get("", "name").unwrap();
        let columns: Vec<String> = rows(db, &columns(db.kind, &table))
            .await
            .iter()
            .map(|row| row.try_get("", "name").unwrap())
            .collect();
        let line = match db.kind {
            Kind::Sqlite => columns
                .iter()
                .map(|column| format!("quote(\"{column}\")"))
                .collect::<Vec<_>>()
                .join(" || ',' || "),
            Kind::Postgres => "row_to_json(t)::text".to_owned(),
        };
        let select = format!("SELECT {line} AS line FROM {table} t");
        let mut lines: Vec<String> = rows(db, &select)
            .await
            .iter()
            .map(|row| row.try_get("", "line").unwrap())
            .collect();
        lines.sort_unstable();
        contents.insert(table, lines);
    }
    contents
}

/// The migrations are left out: a restore applies them anew.
const fn tables(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => {
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'virtual' \
             AND name NOT LIKE 'sqlite|_%' ESCAPE '|' AND name <> 'seaql_migrations'"
        }
        Kind::Postgres => {
            "SELECT table_name::text AS name FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_name <> 'seaql_migrations'"
        }
    }
}

fn columns(kind: Kind, table: &str) -> String {
    match kind {
        Kind::Sqlite => format!("SELECT name FROM pragma_table_info('{table}')"),
        Kind::Postgres => format!(
            "SELECT column_name::text AS name FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{table}'"
        ),
    }
}

async fn rows(db: &Database, sql: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(backend(db.kind), sql);
    db.reader.query_all_raw(statement).await.unwrap()
}
