//! The tables, indexes and keys that a database has, and those that it ought to have: what the
//! migrations make of an empty one.

use std::collections::BTreeMap;
use std::time::Duration;

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection};
use sea_orm_migration::MigratorTrait;

use crate::database::{Database, Kind};
use crate::error::StoreError;
use crate::migrations::Migrator;
use crate::sql::Sql;

/// What a schema consists of: `index ix_…` or `table …`, each with its definition.
pub(crate) type Shape = BTreeMap<String, String>;

/// A column that refers to a record of another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// The table that refers.
    pub(crate) table: String,
    /// Its column.
    pub(crate) column: String,
    /// The table that is referred to.
    pub(crate) to_table: String,
    /// Its column.
    pub(crate) to_column: String,
}

/// A freshly migrated SQLite database in memory. Tables and foreign keys are the same on both
/// databases, so it tells of PostgreSQL too.
async fn model() -> Result<DatabaseConnection, StoreError> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    // Another connection would have a memory of its own.
    options
        .max_connections(1)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .sqlx_logging(false);
    let connection = sea_orm::Database::connect(options).await?;
    Migrator::up(&connection, None).await?;
    Ok(connection)
}

/// The tables of the product in the newest form, without those that the migrations and SQLite's
/// search keep for themselves.
pub(crate) async fn tables() -> Result<Vec<String>, StoreError> {
    let model = model().await?;
    let mut sql = Sql::new(Kind::Sqlite);
    sql.push(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')",
    )
    .push(" AND name NOT LIKE 'sqlite|_%' ESCAPE '|' AND name <> 'seaql_migrations' ORDER BY name");
    let rows = sql.rows(&model).await?;
    model.close().await?;
    rows.iter()
        .map(|row| Ok(row.try_get("", "name")?))
        .collect()
}

/// The foreign keys of the newest form.
pub(crate) async fn references() -> Result<Vec<Reference>, StoreError> {
    let model = model().await?;
    let mut sql = Sql::new(Kind::Sqlite);
    sql.push(
        "SELECT m.name, f.\"from\" AS col, f.\"table\" AS to_table, f.\"to\" AS to_col \
         FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f \
         WHERE m.type = 'table' ORDER BY m.name, f.\"from\"",
    );
    let rows = sql.rows(&model).await?;
    model.close().await?;
    rows.iter()
        .map(|row| {
            Ok(Reference {
                table: row.try_get("", "name")?,
                column: row.try_get("", "col")?,
                to_table: row.try_get("", "to_table")?,
                to_column: row.try_get("", "to_col")?,
            })
        })
        .collect()
}

/// What the database ought to consist of; none when that cannot be found out, because the user of
/// PostgreSQL may not make a schema to try it in.
pub(crate) async fn expected(db: &Database) -> Result<Option<Shape>, StoreError> {
    if db.kind == Kind::Sqlite {
        let model = model().await?;
        let shape = of(&model, Kind::Sqlite).await;
        model.close().await?;
        return shape.map(Some);
    }
    let transaction = db.begin().await?;
    let scratch = format!("rapport_doctor_{}", std::process::id());
    let make = format!("CREATE SCHEMA {scratch}");
    if transaction.execute_unprepared(&make).await.is_err() {
        transaction.rollback().await?;
        return Ok(None);
    }
    let enter = format!("SET LOCAL search_path TO {scratch}");
    transaction.execute_unprepared(&enter).await?;
    Migrator::up(&transaction, None).await?;
    let shape = of(&transaction, Kind::Postgres).await;
    transaction.rollback().await?;
    shape.map(Some)
}

/// What a database consists of.
pub(crate) async fn of(db: &impl ConnectionTrait, kind: Kind) -> Result<Shape, StoreError> {
    let mut sql = Sql::new(kind);
    sql.push(match kind {
        Kind::Sqlite => SHAPE_SQLITE,
        Kind::Postgres => SHAPE_POSTGRES,
    });
    let rows = sql.rows(db).await?;
    rows.iter()
        .map(|row| {
            let definition: String = row.try_get("", "definition")?;
            // SQLite keeps the text of the statement, with its line breaks.
            let words: Vec<&str> = definition.split_whitespace().collect();
            Ok((row.try_get("", "what")?, words.join(" ")))
        })
        .collect()
}

const SHAPE_SQLITE: &str = "SELECT type || ' ' || name AS what, sql AS definition FROM sqlite_schema \
     WHERE type IN ('table', 'index') AND sql IS NOT NULL \
     AND name NOT LIKE 'sqlite|_%' ESCAPE '|'";

/// PostgreSQL writes the schema's name into the definition of an index.
const SHAPE_POSTGRES: &str = "SELECT 'index ' || indexname AS what, \
         replace(indexdef, ' ON ' || quote_ident(schemaname) || '.', ' ON ') AS definition \
     FROM pg_indexes WHERE schemaname = current_schema() \
     UNION ALL SELECT 'table ' || table_name, \
         string_agg(column_name || ' ' || data_type || ' ' || is_nullable, ', ' ORDER BY column_name) \
     FROM information_schema.columns WHERE table_schema = current_schema() GROUP BY table_name \
     UNION ALL SELECT 'key ' || conname, pg_get_constraintdef(oid) FROM pg_constraint \
     WHERE contype = 'f' AND connamespace = current_schema()::regnamespace";
