//! What a database says about its own health. Gathers facts only; `rapport doctor` judges them.

mod facts;
mod records;

use chrono::{DateTime, Utc};
use sea_orm::{AccessMode, IsolationLevel, TransactionTrait};

use crate::database::{Database, Kind};
use crate::error::StoreError;
use crate::migrations::{self, Schema};
use crate::shape;
use crate::sql::Sql;
use crate::values::instant;

pub use facts::{
    ChangeLog, Counted, Difference, DueTimes, Facts, Orphans, RecordFacts, SearchIndex, Shape,
};

/// Faults of the database's own that are told; one is bad enough.
const MOST_COMPLAINTS: u32 = 20;

/// Examines the database, changing nothing. What rests on a fault that was found is left out.
///
/// # Errors
/// What the database says.
pub async fn examine(db: &Database) -> Result<Facts, StoreError> {
    let mut facts = Facts {
        kind: db.kind,
        schema: migrations::schema(db).await?,
        complaints: complaints(db).await?,
        bytes: bytes(db).await?,
        shape: None,
        records: None,
    };
    if !facts.complaints.is_empty() || !matches!(facts.schema, Schema::Current(_)) {
        return Ok(facts);
    }
    let shape = differences(db).await?;
    let has_tables = shape.has_all_tables();
    facts.shape = Some(shape);
    if !has_tables {
        return Ok(facts);
    }
    // All of it at one moment, while servers go on writing.
    let snapshot = match db.kind {
        Kind::Sqlite => db.reader.begin().await?,
        Kind::Postgres => {
            let level = Some(IsolationLevel::RepeatableRead);
            let mode = Some(AccessMode::ReadOnly);
            db.reader.begin_with_config(level, mode).await?
        }
    };
    facts.records = Some(records::examine(&snapshot, db.kind).await?);
    snapshot.rollback().await?;
    Ok(facts)
}

/// The time of the database's own clock; none on SQLite, which has none.
///
/// # Errors
/// What the database says.
pub async fn now(db: &Database) -> Result<Option<DateTime<Utc>>, StoreError> {
    if db.kind == Kind::Sqlite {
        return Ok(None);
    }
    let mut sql = Sql::new(db.kind);
    sql.push("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now");
    let rows = sql.rows(&db.reader).await?;
    let now = rows.first().map(|row| row.try_get("", "now"));
    Ok(now.transpose()?.map(instant))
}

/// What the database itself finds wrong.
async fn complaints(db: &Database) -> Result<Vec<String>, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push(match db.kind {
        Kind::Sqlite => "SELECT integrity_check AS said FROM pragma_integrity_check LIMIT ",
        Kind::Postgres => {
            "SELECT 'index ' || c.relname || ' is not valid' AS said FROM pg_index i \
             JOIN pg_class c ON c.oid = i.indexrelid \
             WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace LIMIT "
        }
    })
    .bind(i64::from(MOST_COMPLAINTS));
    let rows = sql.rows(&db.reader).await?;
    let said = rows.iter().map(|row| row.try_get("", "said"));
    let said = said.collect::<Result<Vec<String>, _>>()?;
    Ok(said.into_iter().filter(|line| line != "ok").collect())
}

async fn bytes(db: &Database) -> Result<u64, StoreError> {
    let mut sql = Sql::new(db.kind);
    sql.push(match db.kind {
        Kind::Sqlite => {
            "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()"
        }
        Kind::Postgres => "SELECT pg_database_size(current_database()) AS bytes",
    });
    let rows = sql.rows(&db.reader).await?;
    let bytes = rows.first().map(|row| row.try_get::<i64>("", "bytes"));
    Ok(bytes.transpose()?.unwrap_or(0).unsigned_abs())
}

/// Tables, indexes and keys that are not as the migrations make them.
async fn differences(db: &Database) -> Result<Shape, StoreError> {
    let Some(expected) = shape::expected(db).await? else {
        return Ok(Shape::Unknown);
    };
    let mut there = shape::of(&db.reader, db.kind).await?;
    let differences = expected
        .into_iter()
        .filter_map(|(what, definition)| match there.remove(&what) {
            Some(found) if found == definition => None,
            found => Some(Difference {
                what,
                definition,
                is_missing: found.is_none(),
            }),
        })
        .collect();
    Ok(Shape::Known(differences))
}
